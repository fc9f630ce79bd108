"""Filing on the web and the phone: a draft that saves itself, then handed in at the desk of the applicant's home."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseSubmitted
from yizhan.kernel.api import Actor, Conflict, access, audit, publish, times
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.intake import (
    MaterialsMissing,
)
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
    keep_answers,
    keep_material,
    new_case,
    refuse_second,
)
from yizhan.matters.services.steps import CaseActionNotAllowed, CaseNotFound, lock_case, move
from yizhan.people import api as people

# 实名等级 a filer needs, by type of item; a city may ask for more.
LEVEL_NEEDED: Mapping[str, int] = {"benefit": 3, "licence": 3, "confirmation": 3}
LEVEL_ELSE = 2
MAX_ANSWER = 500


class LevelTooLow(Conflict):
    code = "matters.level_too_low"
    message = _("这件事要实名等级 L{needed}，您现在是 L{level}。带身份证到任何一个社区窗口核一次，以后就能在手机上办。")


class NotForThisPerson(CaseNotFound):
    """Nobody files for a stranger; it looks as if there were no such person."""

    code = "matters.not_for_this_person"


class NotFiledOnline(Conflict):
    code = "matters.not_filed_online"
    message = _("这件事还不能在网上办，请到任何一个社区窗口。")


class NoDeskForHome(Conflict):
    code = "matters.no_desk_for_home"
    message = _("还不知道您住在哪个社区，没法送到窗口。请到任何一个社区窗口登记住处，或直接在窗口办。")


class DraftOutdated(Conflict):
    code = "matters.draft_outdated"
    message = _("这件事的办法已经改了，草稿是按旧的填的。请重新填一份，旧草稿可以对照着看。")


@transaction.atomic
def start_draft(*, actor: Actor, item_code: str, applicant_id: UUID, at: datetime) -> UUID:
    """The draft of this matter for oneself or a person one acts for; an unfinished one is taken up again.

    Raises NotFiledOnline, NotForThisPerson, LevelTooLow, CaseAlreadyOpen, ItemNotFound.
    """
    access.require(actor, "matters.file")
    version = catalogue.current_version(item_code, times.local_day(at))
    if not version.definition.handling.online:
        raise NotFiledOnline
    _refuse_stranger(actor, applicant_id, item_code, at)
    needed = LEVEL_NEEDED.get(str(version.definition.item_type), LEVEL_ELSE)
    if actor.level < needed:
        raise LevelTooLow(needed=needed, level=actor.level)
    refuse_second(applicant_id, item_code)
    mine = Case.objects.filter(state=State.DRAFT, applicant_id=applicant_id, item_code=item_code)
    unfinished = mine.filter(agent_id=_agent(actor, applicant_id), item_version_id=version.item_version_id).first()
    return unfinished.pk if unfinished else _open_draft(actor, version, applicant_id, at)


def _agent(actor: Actor, applicant_id: UUID) -> UUID | None:
    return None if actor.resident_id == applicant_id else actor.resident_id


def _refuse_stranger(actor: Actor, applicant_id: UUID, item_code: str, at: datetime) -> None:
    if actor.resident_id == applicant_id or actor.resident_id is None:
        return
    scope, day = f"matters.{item_code}", times.local_day(at)
    if not people.may_act_for(agent_id=actor.resident_id, principal_id=applicant_id, scope=scope, on=day):
        raise NotForThisPerson


def _open_draft(actor: Actor, version: catalogue.ItemVersionView, applicant_id: UUID, at: datetime) -> UUID:
    card = people.person_card(actor=actor, resident_id=applicant_id, purpose=people.Purpose.ACTING, at=at)
    case = new_case(
        version, applicant_id, home=card.home_community, division=card.hukou_division, at=at, channel=actor.channel
    )
    case.state, case.is_sample = State.DRAFT, card.is_sample
    case.agent_id = _agent(actor, applicant_id)
    case.agent_relation = _relation(case, at)
    case.personal_answers = "{}"
    case.save(force_insert=True)
    audit(actor, "matters.draft.started", case.subject, item=version.code)
    return case.pk


def _relation(case: Case, at: datetime) -> str:
    if case.agent_id is None:
        return ""
    agents = people.agents_of(resident_id=case.applicant_id, on=times.local_day(at))
    return next((str(one.kind) for one in agents if one.agent_id == case.agent_id), "other")


_CHOICES = {"daughter": "child", "son": "child", "spouse": "spouse"}


def online_context(case: Case) -> dict[str, str]:
    """What the form need not ask, because the city knows who is signed in."""
    if case.agent_id is None:
        return {"filed_by": "self"}
    contact = people.contact_of(resident_id=case.agent_id)
    context = {"filed_by": "agent", "relation": _CHOICES.get(case.agent_relation, "other")}
    if contact:
        context["agent_name"] = contact.name
        if contact.phone:
            context["agent_phone"] = contact.phone
    return context


def _lock_draft(actor: Actor, case_id: UUID, action: str) -> Case:
    case = lock_case(case_id, actor, "matters.file")
    if case.state != State.DRAFT or actor.resident_id not in (case.agent_id or case.applicant_id, case.applicant_id):
        raise CaseActionNotAllowed(state=case.state, action=action)
    return case


@transaction.atomic
def save_draft(*, actor: Actor, case_id: UUID, answers: Mapping[str, object]) -> None:
    """Keep what has been typed so far, right or wrong; only fields of the form, each at most 500 characters.

    Raises CaseNotFound, CaseActionNotAllowed.
    """
    case = _lock_draft(actor, case_id, str(_("保存草稿")))
    form = catalogue.item_version(case.item_version_id).definition.form
    known = {field.id for section in form for field in section.fields}
    kept = {**case.all_answers(), **{k: str(v)[:MAX_ANSWER] for k, v in answers.items() if k in known}}
    personal = catalogue.personal_fields(case.item_version_id)
    case.answers = {k: v for k, v in kept.items() if k not in personal}
    case.personal_answers = json.dumps({k: v for k, v in kept.items() if k in personal}, ensure_ascii=False)
    case.save(update_fields=["answers", "personal_answers"])
    audit(actor, "matters.draft.saved", case.subject)


@transaction.atomic
def add_draft_material(*, actor: Actor, case_id: UUID, material: HandedIn, at: datetime) -> None:
    """Keep a picture or PDF of a material on the item's list. Raises CaseNotFound, FileRefused."""
    case = _lock_draft(actor, case_id, str(_("交材料")))
    on_list = catalogue.materials_for(
        case.item_version_id, case.all_answers(), online_context(case), on=times.local_day(at)
    )
    wanted = next((one for one in on_list if one.id == material.material_id), None)
    if wanted is None or not material.content:
        raise CaseNotFound
    keep_material(case, material, name=str(wanted.name), actor=actor, at=at)


@transaction.atomic
def submit_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Hand the draft in; it lies at the desk of the applicant's community from now on, at any hour of any day.

    Raises DraftOutdated, AnswersRefused, MaterialsMissing, NoDeskForHome, CaseAlreadyOpen, CaseActionNotAllowed.
    """
    case = _lock_draft(actor, case_id, str(_("交件")))
    day = times.local_day(at)
    if catalogue.current_version(case.item_code, day).item_version_id != case.item_version_id:
        raise DraftOutdated
    context = online_context(case)
    checked = catalogue.require_answers(case.item_version_id, case.all_answers(), context, on=day)
    _refuse_missing(case, context, at)
    desk = people.desk_for(division_code=case.home_community) if case.home_community else None
    if desk is None:
        raise NoDeskForHome
    keep_answers(case, checked)
    move(case, Action.SUBMIT, actor=actor, at=at, organisation_id=desk.organisation_id)
    case.intake_organisation_id = desk.organisation_id
    _save_submitted(case)
    publish(CaseSubmitted(**facts_of(case, at), intake_organisation_id=desk.organisation_id))


def _save_submitted(case: Case) -> None:
    fields = ["state", "answers", "personal_answers", "intake_organisation"]
    try:
        with transaction.atomic():
            case.save(update_fields=fields)
    except IntegrityError:
        refuse_second(case.applicant_id, case.item_code)
        raise


def _refuse_missing(case: Case, context: Mapping[str, str], at: datetime) -> None:
    wanted = catalogue.materials_for(case.item_version_id, case.all_answers(), context, on=times.local_day(at))
    there = set(CaseMaterial.objects.filter(case=case).exclude(status="missing").values_list("material_id", flat=True))
    missing = [str(one.name) for one in wanted if one.necessity == catalogue.Necessity.REQUIRED and one.id not in there]
    if missing:
        raise MaterialsMissing(names="、".join(missing))
