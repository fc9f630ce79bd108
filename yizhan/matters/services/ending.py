"""终止 where there is nobody or nothing left to decide on; 归档 after delivery, by an act or by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseArchived, CaseTerminated
from yizhan.kernel.api import Actor, Refusal, publish, timers
from yizhan.matters.models import Case
from yizhan.matters.queries.words import CAUSE_WORDS
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services import keeping
from yizhan.matters.services.lapses import CLOCK
from yizhan.matters.services.letters import print_termination
from yizhan.matters.services.limits import stop_clocks
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, lock_case, move

ARCHIVE = "matters.archive"


class UnknownCause(Refusal):
    code = "matters.unknown_cause"
    status = 422
    message = _("请选终止的原因。")


@transaction.atomic
def terminate_case(*, actor: Actor, case_id: UUID, cause: str, reason: str, at: datetime) -> None:
    """`cause`: death or object_gone. Raises CaseNotFound, CaseActionNotAllowed, UnknownCause, ReasonMissing."""
    case = lock_case(case_id, actor, "matters.terminate")
    if cause not in CAUSE_WORDS:
        raise UnknownCause
    if not reason.strip():
        raise ReasonMissing
    move(case, Action.TERMINATE, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    stop_clocks(case, actor=actor, at=at)
    case.closed_at, case.due_on = at, None
    case.save(update_fields=["state", "closed_at", "due_on", "step_due_on"])
    print_termination(case, cause=cause, reason=reason, actor=actor, at=at)
    publish(CaseTerminated(**facts_of(case, at), cause=cause))


def watch(case: Case, at: datetime) -> None:
    """A delivered case stays among the office's own for the days that its item says."""
    days = catalogue.course_of(case.item_version_id).procedure.archive.after_days
    timers.set_timer(ARCHIVE, case.subject, at + timedelta(days=days))


@transaction.atomic
def archive_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Raises CaseNotFound, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.archive")
    _archive(case, actor=actor, at=at)
    timers.cancel(ARCHIVE, case.subject)


@transaction.atomic
def archive_is_due(*, case_id: UUID, at: datetime) -> None:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, state=State.DELIVERED).first()
    if case is not None:
        _archive(case, actor=CLOCK, at=at)


def _archive(case: Case, *, actor: Actor, at: datetime) -> None:
    move(case, Action.ARCHIVE, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    case.save(update_fields=["state"])
    term = catalogue.course_of(case.item_version_id).procedure.archive.term
    keeping.begin(case, actor=actor, at=at)
    publish(CaseArchived(**facts_of(case, at), term=term))
