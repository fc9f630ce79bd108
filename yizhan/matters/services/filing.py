"""Filing on the web and the phone: a draft that saves itself, then handed in at the desk of the applicant's home."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.facts.matters import CaseSubmitted
from yizhan.kernel.api import Actor, Conflict, Refusal, access, audit, publish, times
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.queries.drafts import (
    agent_of_filing,
    earlier_paper,
    level_needed,
    level_words,
    online_context,
    takes_agent,
)
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services import notice_clock
from yizhan.matters.services.chinese import in_chinese
from yizhan.matters.services.duplicates import keep_keys, refuse_second
from yizhan.matters.services.intake import (
    MaterialsMissing,
)
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
    keep_answers,
    new_case,
    store_page,
)
from yizhan.matters.services.steps import CaseActionNotAllowed, CaseNotFound, lock_case, move
from yizhan.people import api as people

MAX_ANSWER = 500
MAX_PAGES = 6


class LevelTooLow(Conflict):
    code = "matters.level_too_low"

    @property
    def text(self) -> str:
        return level_words(needed=int(str(self.facts["needed"])), level=int(str(self.facts["level"])))


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


class GuardianFiles(Conflict):
    code = "matters.guardian_files"
    message = _("未满 {age} 周岁的，由父母或监护人申请。请先在任何一个社区窗口登记监护关系。")


class TooManyPages(Refusal):
    code = "matters.too_many_pages"
    status = 422
    message = _("一种材料最多交 {limit} 张。请删掉拍得不好的再传。")


class NotDeclared(Refusal):
    code = "matters.not_declared"
    status = 422
    message = _("请在声明前打勾，再交件。")


# ── the draft ──


@transaction.atomic
def start_draft(*, actor: Actor, item_code: str, applicant_id: UUID, at: datetime) -> UUID:
    """The draft of this matter for oneself or a person one acts for; an unfinished one is taken up again.

    Raises NotFiledOnline, NotForThisPerson, LevelTooLow, GuardianFiles, CaseAlreadyOpen, ItemNotFound.
    """
    access.require(actor, "matters.file")
    version = catalogue.current_version(item_code, times.local_day(at))
    if not version.definition.handling.online:
        raise NotFiledOnline
    relation = _relation_to(actor, applicant_id, version, at)
    _refuse_low_level(actor, version)
    refuse_second(actor, resident_id=applicant_id, item_code=item_code)
    _one_at_a_time(actor, applicant_id, item_code)
    mine = Case.objects.filter(state=State.DRAFT, applicant_id=applicant_id, item_code=item_code)
    agent_id = agent_of_filing(actor, applicant_id)
    unfinished = mine.filter(agent_id=agent_id, item_version_id=version.item_version_id).first()
    return unfinished.pk if unfinished else _open_draft(actor, version, applicant_id, relation, at)


def _relation_to(
    actor: Actor, applicant_id: UUID, version: catalogue.ItemVersionView, at: datetime
) -> people.RelationView | None:
    """None for oneself. Raises NotForThisPerson where no relation holds that the item takes."""
    if actor.resident_id == applicant_id or actor.resident_id is None:
        return None
    scope, day = f"matters.{version.code}", times.local_day(at)
    for one in people.principals_of(resident_id=actor.resident_id, scope=scope, on=day):
        if one.principal_id == applicant_id and takes_agent(version, one):
            return one
    raise NotForThisPerson


def _refuse_low_level(actor: Actor, version: catalogue.ItemVersionView) -> None:
    needed = level_needed(version)
    if actor.level < needed:
        raise LevelTooLow(needed=needed, level=actor.level)


def _one_at_a_time(actor: Actor, applicant_id: UUID, item_code: str) -> None:
    """A button pressed twice opens one draft."""
    with connection.cursor() as cursor:
        key = f"matters.draft|{actor.resident_id}|{applicant_id}|{item_code}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _open_draft(
    actor: Actor,
    version: catalogue.ItemVersionView,
    applicant_id: UUID,
    relation: people.RelationView | None,
    at: datetime,
) -> UUID:
    card = people.person_card(actor=actor, resident_id=applicant_id, purpose=people.Purpose.ACTING, at=at)
    refuse_minor(card, relation, version.definition.filing.guardian_below)
    case = new_case(
        version, applicant_id, home=card.home_community, division=card.hukou_division, at=at, channel=actor.channel
    )
    case.state, case.is_sample, case.saved_at = State.DRAFT, card.is_sample, at
    case.agent_id = agent_of_filing(actor, applicant_id)
    case.agent_relation = str(relation.kind) if relation else ""
    case.personal_answers = "{}"
    case.save(force_insert=True)
    audit(actor, "matters.draft.started", case.subject, item=version.code)
    return case.pk


def refuse_minor(card: people.PersonCard, relation: people.RelationView | None, age: int) -> None:
    guardians = (people.RelationKind.PARENT, people.RelationKind.GUARDIAN)
    is_minor = card.age is not None and card.age < age
    if is_minor and (relation is None or relation.kind not in guardians):
        raise GuardianFiles(age=age)


def _lock_draft(actor: Actor, case_id: UUID, action: object) -> Case:
    """A draft belongs to whoever began it, and to the applicant."""
    case = lock_case(case_id, actor, "matters.file")
    if actor.resident_id not in (case.agent_id, case.applicant_id):
        raise CaseNotFound
    if case.state != State.DRAFT:
        raise CaseActionNotAllowed(state=STATE_WORDS[State(case.state)], action=action)
    return case


@transaction.atomic
def save_draft(*, actor: Actor, case_id: UUID, answers: Mapping[str, object], at: datetime) -> None:
    """Keep what has been typed so far, right or wrong; only fields of the form, each at most 500 characters.

    Raises CaseNotFound, CaseActionNotAllowed.
    """
    case = _lock_draft(actor, case_id, _("保存草稿"))
    form = catalogue.item_version(case.item_version_id).definition.form
    known = {field.id for section in form for field in section.fields}
    before = case.all_answers()
    kept = {**before, **{k: _typed(v) for k, v in answers.items() if k in known}}
    case.saved_at = at
    if kept == before:
        case.save(update_fields=["saved_at"])
        return
    personal = catalogue.personal_fields(case.item_version_id)
    case.answers = {k: v for k, v in kept.items() if k not in personal}
    case.personal_answers = json.dumps({k: v for k, v in kept.items() if k in personal}, ensure_ascii=False)
    case.save(update_fields=["answers", "personal_answers", "saved_at"])
    audit(actor, "matters.draft.saved", case.subject)


def _typed(value: object) -> str:
    """As typed, but for what no database column takes."""
    return str(value).replace("\x00", "")[:MAX_ANSWER]


@transaction.atomic
def discard_draft(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Throw a draft away: its answers are emptied and its papers taken off. Raises CaseNotFound, CaseActionNotAllowed.

    Nobody but the filer ever saw it, so no fact is published.
    """
    case = _lock_draft(actor, case_id, _("丢掉草稿"))
    move(case, Action.WITHDRAW, actor=actor, at=at)
    case.answers, case.personal_answers, case.closed_at = {}, "{}", at
    case.save(update_fields=["state", "answers", "personal_answers", "closed_at"])
    CaseMaterial.objects.filter(case=case).delete()


# ── its papers ──


@transaction.atomic
def add_draft_material(*, actor: Actor, case_id: UUID, material: HandedIn, at: datetime) -> None:
    """Keep a picture or PDF of a material on the item's list, after those that are there.

    Raises CaseNotFound, CaseActionNotAllowed, TooManyPages, FileRefused.
    """
    case = _lock_draft(actor, case_id, _("交材料"))
    name = _name_on_list(case, material.material_id, at)
    page = store_page(case, material, name=name, actor=actor, at=at)
    row = CaseMaterial.objects.filter(case=case, material_id=material.material_id).first()
    if row is None:
        CaseMaterial.objects.create(
            case=case, material_id=material.material_id, name=name, status="uploaded", file_id=page, at=at
        )
    elif len(row.more_file_ids) + 1 >= MAX_PAGES:
        raise TooManyPages(limit=MAX_PAGES)
    else:
        row.more_file_ids = [*row.more_file_ids, str(page)]
        row.save(update_fields=["more_file_ids"])
    _touch(case, at)


@transaction.atomic
def remove_draft_material(*, actor: Actor, case_id: UUID, material_id: str, file_id: str, at: datetime) -> None:
    """Take one picture off the draft. Raises CaseNotFound, CaseActionNotAllowed."""
    case = _lock_draft(actor, case_id, _("改材料"))
    row = CaseMaterial.objects.filter(case=case, material_id=material_id).first()
    pages = [str(row.file_id), *row.more_file_ids] if row else []
    if row is None or file_id not in pages:
        raise CaseNotFound
    left = [page for page in pages if page != file_id]
    if left:
        row.file_id, row.more_file_ids = UUID(left[0]), left[1:]
        row.save(update_fields=["file_id", "more_file_ids"])
    else:
        row.delete()
    _touch(case, at)
    audit(actor, "matters.draft.paper_removed", case.subject, material=material_id)


@transaction.atomic
def reuse_material(*, actor: Actor, case_id: UUID, material_id: str, at: datetime) -> None:
    """Put in what the same applicant handed in for an earlier case. Raises CaseNotFound, CaseActionNotAllowed."""
    case = _lock_draft(actor, case_id, _("交材料"))
    _name_on_list(case, material_id, at)
    earlier = earlier_paper(actor, case, material_id)
    if earlier is None or CaseMaterial.objects.filter(case=case, material_id=material_id).exists():
        raise CaseNotFound
    for page in (str(earlier.file_id), *earlier.more_file_ids):
        opened = documents.open_file(actor=actor, file_id=UUID(page))
        handed_in = HandedIn(material_id=material_id, status="uploaded", content=opened.content, file_name=opened.name)
        add_draft_material(actor=actor, case_id=case_id, material=handed_in, at=at)


@in_chinese
def _name_on_list(case: Case, material_id: str, at: datetime) -> str:
    on_list = catalogue.materials_for(
        case.item_version_id, case.all_answers(), online_context(case), on=times.local_day(at)
    )
    wanted = next((one for one in on_list if one.id == material_id), None)
    if wanted is None:
        raise CaseNotFound
    return str(wanted.name)


def _touch(case: Case, at: datetime) -> None:
    case.saved_at = at
    case.save(update_fields=["saved_at"])


# ── handing in ──


@transaction.atomic
def submit_case(*, actor: Actor, case_id: UUID, declaration: str, at: datetime) -> None:
    """Hand the draft in; it lies at the desk of the applicant's community from now on, at any hour of any day.

    `declaration` is what the filer has ticked, in the words that were shown; it is kept with the step.

    Raises NotDeclared, LevelTooLow, DraftOutdated, AnswersRefused, MaterialsMissing, NoDeskForHome, CaseAlreadyOpen,
    CaseActionNotAllowed, CaseNotFound.
    """
    case = _lock_draft(actor, case_id, _("交件"))
    if not declaration.strip():
        raise NotDeclared
    day = times.local_day(at)
    version = catalogue.current_version(case.item_code, day)
    if version.item_version_id != case.item_version_id:
        raise DraftOutdated
    _refuse_low_level(actor, version)
    context = online_context(case)
    checked = catalogue.require_answers(case.item_version_id, case.all_answers(), context, on=day)
    _refuse_missing(case, context, at)
    card = people.person_card(
        actor=actor, resident_id=case.applicant_id, purpose=people.Purpose.ACTING, at=at, case_id=case.pk
    )
    desk = _desk_of_home(case, card)
    keep_answers(case, checked)
    move(case, Action.SUBMIT, actor=actor, at=at, note=declaration, organisation_id=desk.organisation_id)
    case.intake_organisation_id, case.saved_at = desk.organisation_id, at
    notice_clock.watch(case, at)
    _save_submitted(case, actor)
    keep_keys(case, card)
    publish(CaseSubmitted(**facts_of(case, at), intake_organisation_id=desk.organisation_id))


def _desk_of_home(case: Case, card: people.PersonCard) -> people.OrganisationView:
    """The desk where the applicant lives today, wherever it was when the draft was begun."""
    case.home_community = card.home_community
    desk = people.desk_for(division_code=case.home_community) if case.home_community else None
    if desk is None:
        raise NoDeskForHome
    return desk


def _save_submitted(case: Case, actor: Actor) -> None:
    fields = ["state", "answers", "personal_answers", "intake_organisation", "home_community", "saved_at"]
    fields += ["notice_due_on"]
    try:
        with transaction.atomic():
            case.save(update_fields=fields)
    except IntegrityError as clash:
        if "case_one_open_per_item" not in str(clash):
            raise
        refuse_second(actor, resident_id=case.applicant_id, item_code=case.item_code)
        raise


def _refuse_missing(case: Case, context: Mapping[str, str], at: datetime) -> None:
    wanted = catalogue.materials_for(case.item_version_id, case.all_answers(), context, on=times.local_day(at))
    there = set(CaseMaterial.objects.filter(case=case).exclude(status="missing").values_list("material_id", flat=True))
    missing = [str(one.name) for one in wanted if one.necessity == catalogue.Necessity.REQUIRED and one.id not in there]
    if missing:
        raise MaterialsMissing(names="、".join(missing))
