"""Leave: a member of staff hands his roles over for some days; either side or a security officer ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Conflict, NotAllowed, NotFound, access, audit, ids, times
from yizhan.people.models import Delegation, DelegationEnd, RoleAssignment, Staff
from yizhan.people.rules.organisations import HANDED_OVER
from yizhan.people.services.organising import lock_staff, staff_subject

LONGEST = timedelta(days=366)
LONGEST_REASON = 100


class DelegationNotFound(NotFound):
    code = "people.delegation_not_found"


class DelegationPeriodRefused(BadInput):
    code = "people.delegation_period"
    message = _("请从今天或以后的一天开始，最后一天不早于第一天，最长一年。")


class DelegationReasonNeeded(BadInput):
    code = "people.delegation_reason"
    message = _("请写明为什么交给别人代，例如：年休假。")


class RoleNotOwn(Conflict):
    code = "people.role_not_own"
    message = _("这个岗位您自己没有，不能交给别人代。代别人的岗位也不能再交出去。")


class DelegateUnfit(Conflict):
    code = "people.delegate_unfit"
    message = _("请选本单位今天在岗的另一位同事。")


class AlreadyHandedOver(Conflict):
    code = "people.already_handed_over"
    message = _("这几天里这个岗位已经有人代了。要换人，请先收回。")


class DelegateAway(Conflict):
    code = "people.delegate_away"
    message = _("这位同事那几天自己也把岗位交给别人代了，请另选一位。")


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What is handed over to whom; `until` is the first day on which it is over."""

    to_staff_id: UUID
    role: str
    organisation_id: UUID
    first: date
    until: date
    reason: str


@transaction.atomic
def hand_over(*, actor: Actor, wanted: HandOver, at: datetime) -> UUID:
    """Let a colleague stand in with one of one's own roles.

    Raises RoleNotOwn, DelegateUnfit, DelegateAway, AlreadyHandedOver, DelegationPeriodRefused, DelegationReasonNeeded.
    """
    access.require(actor, "people.hand_over")
    today, own_id = times.local_day(at), _staff_of(actor)
    reason = _reason(wanted.reason)
    if not today <= wanted.first < wanted.until <= wanted.first + LONGEST:
        raise DelegationPeriodRefused
    locked = {one: lock_staff(one) for one in sorted({own_id, wanted.to_staff_id})}
    own = _own_assignment(own_id, wanted, today)
    _refuse_unfit(own_id, wanted, today)
    row = Delegation.objects.create(
        id=ids.new_id(),
        from_staff_id=own_id,
        to_staff_id=wanted.to_staff_id,
        role=wanted.role,
        organisation_id=wanted.organisation_id,
        territory=own.territory,
        valid_from=wanted.first,
        valid_until=wanted.until,
        reason=reason,
        handed_over_at=at,
    )
    _note(actor, "people.role.handed_over", row, locked[row.to_staff_id])
    return row.id


def _staff_of(actor: Actor) -> UUID:
    if actor.staff_id is None:
        raise NotAllowed(permission="people.hand_over")
    return actor.staff_id


def _reason(text: str) -> str:
    kept = text.replace("\x00", "").strip()[:LONGEST_REASON]
    if not kept:
        raise DelegationReasonNeeded
    return kept


def _own_assignment(staff_id: UUID, wanted: HandOver, today: date) -> RoleAssignment:
    """His own by assignment: what he stands in for is none, so there are no chains."""
    held = RoleAssignment.objects.holding_on(today).filter(
        staff_id=staff_id, role=wanted.role, organisation_id=wanted.organisation_id
    )
    own = held.first()
    if own is None or wanted.role not in HANDED_OVER:
        raise RoleNotOwn
    return own


def _refuse_unfit(own_id: UUID, wanted: HandOver, today: date) -> None:
    if not delegates_for(own_id, wanted.organisation_id, on=today).filter(pk=wanted.to_staff_id).exists():
        raise DelegateUnfit
    meanwhile = Delegation.objects.not_ended().filter(valid_from__lt=wanted.until, valid_until__gt=wanted.first)
    mine = Q(from_staff_id=own_id, role=wanted.role, organisation_id=wanted.organisation_id)
    if meanwhile.filter(mine).exists():
        raise AlreadyHandedOver
    if meanwhile.filter(from_staff_id=wanted.to_staff_id).exists():
        raise DelegateAway


def delegates_for(staff_id: UUID, organisation_id: UUID, *, on: date) -> QuerySet[Staff]:
    """Colleagues with a role of their own in the organisation on that day."""
    held = RoleAssignment.objects.holding_on(on).filter(organisation_id=organisation_id).values("staff_id")
    return Staff.objects.filter(pk__in=held).exclude(pk=staff_id).order_by("name_key", "id")


@transaction.atomic
def end_delegation(*, actor: Actor, delegation_id: UUID, at: datetime) -> None:
    """Back earlier, or unwilling: either side ends it, or a security officer. Raises DelegationNotFound."""
    row = Delegation.objects.select_related("to_staff").filter(pk=delegation_id).first()
    if row is None or not _may_end(actor, row):
        raise DelegationNotFound
    lock_staff(row.from_staff_id)
    if row.valid_until <= times.local_day(at) or DelegationEnd.objects.filter(delegation=row).exists():
        raise DelegationNotFound
    DelegationEnd.objects.create(id=ids.new_id(), delegation=row, ended_at=at, ended_by=actor.key)
    _note(actor, "people.role.handed_back", row, row.to_staff)


def _may_end(actor: Actor, row: Delegation) -> bool:
    own = actor.staff_id is not None and actor.staff_id in (row.from_staff_id, row.to_staff_id)
    return own or access.may(actor, "people.grant_roles", row.to_staff_id)


def _note(actor: Actor, action: str, row: Delegation, to: Staff) -> None:
    facts = {"role": row.role, "organisation_id": row.organisation_id, "since": row.valid_from}
    audit(
        actor,
        action,
        staff_subject(row.from_staff_id),
        to=row.to_staff_id,
        staff=to.name,
        until=row.valid_until,
        **facts,
    )
