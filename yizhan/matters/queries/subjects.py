"""How the rest of the house speaks of a case."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor
from yizhan.matters.models import CASE, Case
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.states import State

__all__ = ["CASE", "CaseClockSubjects", "CaseSubjects"]


class CaseSubjects:
    """Titles carry the item and the tail of the number, no name."""

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        rows = Case.objects.filter(pk__in=list(ids)).values_list("pk", "item_version_id", "reference")
        words = _("{item}（尾号 {tail}）")
        return {str(pk): words.format(item=catalogue.item_name(item), tail=ref[-5:]) for pk, item, ref in rows}

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return {str(id_): reverse("matters:case", args=[id_]) for id_ in ids}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:
        wanted = list(ids)
        found = set(Case.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
        if actor.staff_id is not None and len(found) < len(wanted):
            found |= set(Case.objects.handed_on_by(actor).filter(pk__in=wanted).values_list("pk", flat=True))
        return {str(pk) for pk in found}

    def states(self, ids: Collection[str]) -> dict[str, str]:
        rows = Case.objects.filter(pk__in=list(ids)).values_list("pk", "state")
        return {str(pk): str(STATE_WORDS[State(state)]) for pk, state in rows}


class CaseClockSubjects(CaseSubjects):
    """The clocks of a step and of the delivery, spoken of as the case they belong to: the id begins with its own."""

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return _spread(ids, super().titles(_cases(ids)))

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return _spread(ids, super().urls(_cases(ids)))

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:
        seen = super().visible(actor, _cases(ids))
        return {one for one in ids if _case(one) in seen}

    def states(self, ids: Collection[str]) -> dict[str, str]:
        return _spread(ids, super().states(_cases(ids)))


def _case(clock_id: str) -> str:
    return clock_id.partition(":")[0]


def _cases(ids: Collection[str]) -> set[str]:
    return {_case(one) for one in ids}


def _spread(ids: Collection[str], found: dict[str, str]) -> dict[str, str]:
    return {one: found[_case(one)] for one in ids if _case(one) in found}
