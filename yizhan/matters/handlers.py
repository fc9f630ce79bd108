"""What matters does when its own facts arrive: residents are told, once, after the commit; the number can be found."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yizhan.facts.clocks import LimitRecounted
from yizhan.facts.matters import (
    CaseAccepted,
    CaseDecided,
    CaseDeemedWithdrawn,
    CaseDelivered,
    CaseExtended,
    CaseHandedOn,
    CaseNotAccepted,
    CaseReceived,
    CaseRevoked,
    CaseSubmitted,
    CaseTerminated,
    CaseWithdrawn,
    PublicNoticeBegan,
    SpecialProcedureBegan,
    SpecialProcedureEnded,
    SupplementRequested,
)
from yizhan.kernel.api import on, timers
from yizhan.matters import api as matters
from yizhan.matters.api import CASE, follow_recount, follow_step_recount, notice_of
from yizhan.matters.queries import wording
from yizhan.matters.queries.numbers import case_numbers
from yizhan.notices import api as notices
from yizhan.search import api as search


def register() -> None:
    on(CaseAccepted, name="matters.tell_accepted")(tell_accepted)
    on(SupplementRequested, name="matters.tell_supplement")(tell_supplement)
    on(CaseNotAccepted, name="matters.tell_not_accepted")(tell_not_accepted)
    on(CaseDecided, name="matters.tell_decided")(tell_decided)
    on(CaseDelivered, name="matters.tell_delivered")(tell_delivered)
    # These say in whose hands the case lies.
    on(CaseSubmitted, name="matters.index_submitted")(index_number)
    on(CaseReceived, name="matters.index_received")(index_number)
    on(CaseAccepted, name="matters.index_accepted")(index_number)
    on(CaseHandedOn, name="matters.index_handed_on")(index_number)
    on(CaseDeemedWithdrawn, name="matters.tell_deemed_withdrawn")(tell_deemed_withdrawn)
    on(CaseHandedOn, name="matters.tell_handed_on")(tell_handed_on)
    on(SpecialProcedureBegan, name="matters.tell_special_procedure")(tell_special_procedure)
    on(SpecialProcedureEnded, name="matters.tell_special_procedure_ended")(tell_special_procedure_ended)
    on(CaseExtended, name="matters.tell_extended")(tell_extended)
    on(PublicNoticeBegan, name="matters.tell_public_notice")(tell_public_notice)
    on(CaseTerminated, name="matters.tell_terminated")(tell_terminated)
    on(CaseWithdrawn, name="matters.tell_withdrawn")(tell_withdrawn)
    on(CaseRevoked, name="matters.tell_revoked")(tell_revoked)
    on(LimitRecounted, name="matters.follow_recount")(take_over_due_day)
    matters.keep_papers()
    timers.on(matters.NOTICE_TIMER, lambda case, at: matters.notice_is_late(case_id=UUID(case.id), at=at))
    timers.on(matters.SUPPLEMENT_TIMER, lambda case, at: matters.supplement_is_late(case_id=UUID(case.id), at=at))
    timers.on(matters.STEP_TIMER, lambda case, at: matters.step_is_over(case_id=UUID(case.id), at=at))
    timers.on(matters.SPECIAL_TIMER, lambda case, _at: matters.special_procedure_is_over(case_id=UUID(case.id)))
    timers.on(matters.PUBLIC_NOTICE_TIMER, lambda case, at: matters.public_notice_is_over(case_id=UUID(case.id), at=at))
    timers.on(matters.INSTANT_TIMER, lambda case, at: matters.instant_is_late(case_id=UUID(case.id), at=at))
    timers.on(matters.DELIVERY_TIMER, lambda case, at: matters.delivery_is_late(case_id=UUID(case.id), at=at))
    timers.on(matters.ARCHIVE_TIMER, lambda case, at: matters.archive_is_due(case_id=UUID(case.id), at=at))


def _tell(fact: Any, kind: str, **context: Any) -> None:
    about = notice_of(case_id=fact.case_id)
    notices.tell(
        resident_ids=about.recipients,
        kind=kind,
        context={**about.words, **context},
        subject=fact.subject,
        community=fact.community,
        at=fact.occurred_at,
    )


def tell_accepted(fact: CaseAccepted) -> None:
    _tell(fact, wording.DEEMED_ACCEPTED if fact.deemed else wording.ACCEPTED, due_on=fact.due_on)


def tell_supplement(fact: SupplementRequested) -> None:
    _tell(fact, wording.SUPPLEMENT)


def tell_not_accepted(fact: CaseNotAccepted) -> None:
    _tell(fact, wording.NOT_ACCEPTED)


def tell_decided(fact: CaseDecided) -> None:
    is_granted = fact.outcome == "granted"
    outcome = notices.in_both_languages(lambda: _("准予") if is_granted else _("不予"))
    _tell(fact, wording.DECIDED, outcome=outcome)
    _tell(fact, wording.PICK_UP)


def tell_delivered(fact: CaseDelivered) -> None:
    if fact.channel != "desk":
        return  # who says so himself need not be told
    _tell(fact, wording.DELIVERED)


def tell_deemed_withdrawn(fact: CaseDeemedWithdrawn) -> None:
    _tell(fact, wording.DEEMED_WITHDRAWN)


def tell_withdrawn(fact: CaseWithdrawn) -> None:
    if fact.channel != "desk":
        return  # who takes it back on the screen sees it there
    _tell(fact, wording.WITHDRAWN)


def tell_handed_on(fact: CaseHandedOn) -> None:
    _tell(fact, wording.HANDED_ON)


def tell_special_procedure(fact: SpecialProcedureBegan) -> None:
    _tell(fact, wording.SPECIAL, planned_end=fact.planned_end)


def tell_special_procedure_ended(fact: SpecialProcedureEnded) -> None:
    _tell(fact, wording.SPECIAL_ENDED, due_on=fact.due_on)


def tell_extended(fact: CaseExtended) -> None:
    if fact.due_on is not None:
        _tell(fact, wording.EXTENDED, due_on=fact.due_on)


def tell_public_notice(fact: PublicNoticeBegan) -> None:
    _tell(fact, wording.PUBLIC_NOTICE, last_day=fact.last_day)


def tell_terminated(fact: CaseTerminated) -> None:
    _tell(fact, wording.TERMINATED)


def tell_revoked(fact: CaseRevoked) -> None:
    _tell(fact, wording.REVOKED)


def take_over_due_day(fact: LimitRecounted) -> None:
    if fact.of_kind == CASE:
        follow_recount(case_id=UUID(fact.of_id))
    elif fact.of_kind == matters.TURN:
        follow_step_recount(turn=fact.of_id, due_on=fact.due_on)


def index_number(fact: Any) -> None:
    search.put(case_numbers(fact.case_id))
