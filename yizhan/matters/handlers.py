"""What matters does when its own facts arrive: residents are told, once, after the commit; the number can be found."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yizhan.facts.clocks import LimitRecounted
from yizhan.facts.matters import (
    CaseAccepted,
    CaseDecided,
    CaseDelivered,
    CaseNotAccepted,
    CaseReceived,
    CaseSubmitted,
    SupplementRequested,
)
from yizhan.kernel.api import on
from yizhan.matters.api import CASE, follow_recount, notice_of
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
    on(LimitRecounted, name="matters.follow_recount")(take_over_due_day)


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
    _tell(fact, wording.ACCEPTED, due_on=fact.due_on)


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
    _tell(fact, wording.DELIVERED)


def take_over_due_day(fact: LimitRecounted) -> None:
    if fact.of_kind == CASE:
        follow_recount(case_id=UUID(fact.of_id), due_on=fact.due_on)


def index_number(fact: Any) -> None:
    search.put(case_numbers(fact.case_id))
