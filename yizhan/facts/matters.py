"""What matters publishes: the course of a case (办件), step by step."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class _CaseFact(Fact):
    """`community` is the applicant's home; `done_at` the community of the desk, none online."""

    subject_kind = "matters.case"
    subject_field = "case_id"

    case_id: UUID
    reference: str
    item_version_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseSubmitted(_CaseFact):
    """Filed on the web or the phone; it waits at the desk of the applicant's community."""

    intake_organisation_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseReceived(_CaseFact):
    """Taken in (收件) at a desk, which need not be that of the applicant's community."""

    intake_organisation_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseAccepted(_CaseFact):
    """Accepted (受理) in the responsible office's name; the clocks run from the next day.

    `deemed`: by the law, because the desk did not say in time what was missing; then from the day of receipt.
    """

    responsible_organisation_id: UUID
    due_on: date
    deemed: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseNotAccepted(_CaseFact):
    """Not accepted (不予受理); the reason was told in writing."""


@dataclass(frozen=True, kw_only=True)
class SupplementRequested(_CaseFact):
    """What is missing was told, once and completely (一次告知)."""

    after_acceptance: bool
    materials: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CaseSupplemented(_CaseFact):
    """What was missing has come; a stopped clock runs on. Not `is_complete`: time was up, it goes on as it is."""

    due_on: date | None = None
    is_complete: bool = True


@dataclass(frozen=True, kw_only=True)
class CaseTakenUp(_CaseFact):
    """An examiner of the office has taken the case up (审查)."""

    examiner_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseProposed(_CaseFact):
    """The examiner has proposed an outcome; a second official signs or returns it."""

    outcome: str


@dataclass(frozen=True, kw_only=True)
class CaseReturned(_CaseFact):
    """The signer gave the proposal back to the examiner."""


@dataclass(frozen=True, kw_only=True)
class CaseDecided(_CaseFact):
    """Signed: granted (准予) or refused (不予). The clocks stopped. `automatic`: granted by rule, nobody signed."""

    outcome: str
    document_id: UUID
    responsible_organisation_id: UUID
    in_time: bool
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseDelivered(_CaseFact):
    """The decision was handed over (送达), at whatever desk the person came to."""

    delivery_organisation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(_CaseFact):
    """Withdrawn (撤回) by the applicant."""


@dataclass(frozen=True, kw_only=True)
class CaseDeemedWithdrawn(_CaseFact):
    """Deemed withdrawn (视为撤回): what was asked for did not come in time."""


@dataclass(frozen=True, kw_only=True)
class LimitMissed(_CaseFact):
    """A limit passed and the machine wrote down whose it was: `kind` is notice, step or instant."""

    kind: str
    organisation_id: UUID
    due_on: date


@dataclass(frozen=True, kw_only=True)
class CaseHandedOn(_CaseFact):
    """One office has given its opinion (送下一单位); the next one has the case."""

    from_organisation_id: UUID
    to_organisation_id: UUID
    is_in_favour: bool


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureBegan(_CaseFact):
    """Time that is not counted (特别程序): which one, and until when at most."""

    kind: str
    planned_end: date


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureEnded(_CaseFact):
    """The days count again from the next one. `by_clock`: its planned end had come."""

    by_clock: bool
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ExtensionRequested(_CaseFact):
    """The office asks for more days (报请延期); `organisation_id` is where the approver is."""

    days: int
    organisation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ExtensionDenied(_CaseFact):
    """There are no more days; the limit stays as it was."""

    organisation_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseExtended(_CaseFact):
    """The limit was extended (延期), once, with a reason."""

    days: int
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PublicNoticeBegan(_CaseFact):
    """Shown to the public (公示) until the end of a day."""

    last_day: date


@dataclass(frozen=True, kw_only=True)
class PublicNoticeEnded(_CaseFact):
    """The public notice (公示) is over."""

    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseTerminated(_CaseFact):
    """Terminated (终止): `cause` is death or object_gone."""

    cause: str


@dataclass(frozen=True, kw_only=True)
class CaseArchived(_CaseFact):
    """Put away (归档) after delivery; `term` is how long it is kept."""

    term: str


@dataclass(frozen=True, kw_only=True)
class CaseRevoked(_CaseFact):
    """What was granted is revoked (撤销); `ground` is a clause of 行政许可法 69, or that the paper was wrong."""

    responsible_organisation_id: UUID
    document_id: UUID
    ground: str


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(_CaseFact):
    """An automatic decision was drawn (抽查) to be looked at by a person."""

    organisation_id: UUID


@dataclass(frozen=True, kw_only=True)
class SampleReviewed(_CaseFact):
    """A person has looked at an automatic decision."""

    is_right: bool
