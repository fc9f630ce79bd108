"""What a notice about a case needs to say."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.matters.models import Case
from yizhan.matters.rules.references import grouped
from yizhan.matters.rules.states import Action
from yizhan.notices import api as notices

_WITH_REASON = (Action.REFUSE_TO_ACCEPT, Action.SUSPEND, Action.EXTEND, Action.TERMINATE, Action.REVOKE)


@dataclass(frozen=True, kw_only=True)
class CaseNotice:
    """Who is told (the applicant, and who filed for him) and the words of the templates."""

    recipients: tuple[UUID, ...]
    words: dict[str, Any]


def notice_of(*, case_id: UUID) -> CaseNotice:
    case = Case.objects.select_related("intake_organisation", "responsible_organisation").get(pk=case_id)
    supplement = getattr(case, "supplement", None)
    told = case.steps.filter(action__in=_WITH_REASON).order_by("at", "id").last()
    special = case.suspensions.order_by("begun_at").last()
    delivery = getattr(case, "delivery", None)
    desk = delivery.organisation if delivery else case.intake_organisation
    return CaseNotice(
        recipients=tuple(one for one in (case.applicant_id, case.agent_id) if one),
        words={
            "item": notices.in_both_languages(lambda: catalogue.item_name(case.item_version_id)),
            "reference": case.reference,
            "tail": case.reference[-5:],
            "desk": desk.name if desk else "",
            "office": case.responsible_organisation.name if case.responsible_organisation else "",
            "code": grouped(case.pickup_code),
            "materials": _names(case, supplement.materials) if supplement else "",
            "note": supplement.note if supplement else "",
            "reason": told.note.rstrip("。") if told else "",
            "special": special.name if special else "",
        },
    )


def _names(case: Case, material_ids: list[str]) -> notices.Both:
    kept = dict(case.materials.values_list("material_id", "name"))

    def said() -> str:
        names = {**kept, **catalogue.material_names(case.item_version_id)}
        return _("、").join(names[one] for one in material_ids if one in kept)

    return notices.in_both_languages(said)
