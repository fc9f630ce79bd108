"""What a resident and an organisation are called, for those who hold only their ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from yizhan.kernel.api import Actor, times
from yizhan.people.models import Account, IntakeGrant, MachineClient, Organisation, Relation, Resident, Staff


class ResidentSubjects:
    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        return {str(pk): name for pk, name in Resident.objects.filter(pk__in=ids).values_list("pk", "name")}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  nobody's record has a page of its own
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        """Oneself, for whom one acts today, and whom one's desk is looking at."""
        seen = {str(actor.resident_id)} if actor.resident_id else set()
        if actor.staff_id:
            grants = IntakeGrant.objects.filter(staff_id=actor.staff_id, closed_at=None)
            seen |= {str(pk) for pk in grants.values_list("resident_id", flat=True)}
        elif actor.resident_id:
            acting = Relation.objects.holding_on(times.local_day(times.utc_now())).filter(agent_id=actor.resident_id)
            seen |= {str(pk) for pk in acting.values_list("principal_id", flat=True)}
        return seen & set(ids)

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        return {str(pk): f"L{level}" for pk, level in Resident.objects.filter(pk__in=ids).values_list("pk", "level")}


class OrganisationSubjects:
    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        return {str(pk): name for pk, name in Organisation.objects.filter(pk__in=ids).values_list("pk", "name")}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:  # noqa: ARG002  public bodies
        return set(ids)

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        found = Organisation.objects.filter(pk__in=ids).values_list("pk", "is_active")
        return {str(pk): "active" if active else "closed" for pk, active in found}


class ClientSubjects:
    """Organisations' own systems, by the name that they were registered under."""

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        found = MachineClient.objects.filter(pk__in=ids).values_list("pk", "name", "organisation__name")
        return {str(pk): f"{name}（{organisation}）" for pk, name, organisation in found}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  only who keeps the house has such a page
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        return set(ids) if actor.staff_id else set()

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        found = MachineClient.objects.filter(pk__in=ids).values_list("pk", "revoked_at")
        return {str(pk): "revoked" if revoked else "in use" for pk, revoked in found}


class StaffSubjects:
    """Staff act under their own name: every colleague may read it."""

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        found = Staff.objects.filter(pk__in=ids).values_list("pk", "name", "organisation__name")
        return {str(pk): f"{name}（{organisation}）" for pk, name, organisation in found}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  only administrators have such a page
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        return set(ids) if actor.staff_id else set()

    def states(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  a role has days, a person no state
        return {}


class AccountSubjects:
    """Staff by name and office; of a resident no more than that it is one."""

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        found = Account.objects.filter(pk__in=ids).values_list("pk", "staff__name", "staff__organisation__name")
        resident = _("一位居民")
        return {str(pk): f"{name}（{office}）" if name else resident for pk, name, office in found}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  an account has no page
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        return set(ids) & {str(actor.account_id)}

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        found = Account.objects.filter(pk__in=ids).values_list("pk", "is_active")
        return {str(pk): "active" if active else "closed" for pk, active in found}
