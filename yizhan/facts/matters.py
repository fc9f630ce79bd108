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
    """Accepted (受理) in the responsible office's name; the clocks run from the next day."""

    responsible_organisation_id: UUID
    due_on: date


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
    """What was missing has come; a stopped clock runs on."""

    due_on: date | None = None


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
    """Signed: granted (准予) or refused (不予). The clocks have stopped."""

    outcome: str
    document_id: UUID
    responsible_organisation_id: UUID
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class CaseDelivered(_CaseFact):
    """The decision was handed over (送达), at whatever desk the person came to."""

    delivery_organisation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(_CaseFact):
    """Withdrawn (撤回) by the applicant."""
