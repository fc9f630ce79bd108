"""Taking a case in (收件) and accepting it (受理), at any desk of the city."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseNotAccepted, CaseReceived, CaseSupplemented, SupplementRequested
from yizhan.kernel.api import Actor, Conflict, Refusal, access, audit, publish, times
from yizhan.matters.models import Case, Supplement
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.states import AT_THE_DESK, Action, State
from yizhan.matters.services import instant, notice_clock, supplement_clock
from yizhan.matters.services.accepting import (
    ACCEPTED_FIELDS,
    ROUTING,
    NoResponsibleOffice,
    Offices,
    all_known,
    begin,
    offices_of,
    tell,
    with_home,
)
from yizhan.matters.services.duplicates import keep_keys, save_new
from yizhan.matters.services.letters import print_not_accepted, print_supplement_notice
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
    keep_answers,
    keep_material,
    keep_materials,
    new_case,
    required_missing,
)
from yizhan.matters.services.steps import CaseActionNotAllowed, ReasonMissing, lock_case, move, write_step
from yizhan.matters.services.visitors import (
    NobodyAtTheDesk,
    current_visitor,
    filing_context,
    record_presence,
    relation_of,
)
from yizhan.people import api as people


class MaterialsMissing(Conflict):
    code = "matters.materials_missing"
    message = _("还缺：{names}。缺材料先收件，一次告知要补什么；补齐了再受理。")


class AlreadyAskedOnce(Conflict):
    code = "matters.already_asked_once"
    message = _("这件已经一次告知过要补的材料，不能再要第二次。")


class NothingMissing(Refusal):
    code = "matters.nothing_missing"
    status = 422
    message = _("请选出要补的材料，一次说全。")


@transaction.atomic
def take_in_case(
    *,
    actor: Actor,
    item_code: str,
    answers: Mapping[str, object],
    materials: Sequence[HandedIn],
    at: datetime,
    is_sample: bool = False,
    is_complete: bool = True,
) -> UUID:
    """Open a case for the person at the desk. Returns its id.

    With `is_complete` False answers may be wanting, as where papers are asked for or the case is not accepted; what is
    answered has to be good all the same, and acceptance wants the rest.

    Raises NobodyAtTheDesk, people.AgentNotAuthorised, CaseAlreadyOpen, and of catalogue ItemNotFound and
    AnswersRefused, of documents FileRefused.
    """
    access.require(actor, "matters.take_in")
    intake = current_visitor(actor=actor, at=at)
    version = catalogue.current_version(item_code, times.local_day(at))
    _refuse_unauthorised(intake, version.code, times.local_day(at))
    context = filing_context(intake)
    checked = _checked_answers(version.item_version_id, answers, context, at, is_complete=is_complete)
    case = new_case(
        version,
        intake.resident_id,
        home=intake.person.home_community,
        division=_division_of(version.item_version_id, intake, actor, at),
        at=at,
        channel="desk",
    )
    case.state, case.received_at, case.is_sample = State.RECEIVED, at, is_sample
    case.agent_id, case.agent_relation = intake.agent_id, relation_of(intake)
    case.intake_organisation_id = intake.organisation_id
    case.desk_community = people.organisation(organisation_id=intake.organisation_id).territory
    case.taken_in_by_id = actor.staff_id
    keep_answers(case, checked)
    notice_clock.watch(case, at)
    save_new(case, actor=actor)
    keep_keys(case, intake.person)
    write_step(case, Action.TAKE_IN, None, actor=actor, at=at, organisation_id=intake.organisation_id)
    keep_materials(case, materials, context, actor=actor, at=at)
    people.attach_intake_to_case(actor=actor, grant_id=intake.grant_id, case_id=case.pk, at=at)
    record_presence(actor=actor, intake=intake, at=at)
    publish(CaseReceived(**facts_of(case, at), intake_organisation_id=intake.organisation_id))
    return case.pk


def _division_of(item_version_id: UUID, intake: people.Intake, actor: Actor, at: datetime) -> str:
    """The division whose office will be responsible, as far as the desk knows by now; "" otherwise."""
    attributes = people.attributes_of(
        actor=actor,
        resident_id=intake.resident_id,
        names=catalogue.attributes_needed(item_version_id),
        purpose=people.Purpose.INTAKE,
        at=at,
    )
    known = with_home(item_version_id, attributes, intake.person.home_community, at)
    return catalogue.responsibility_of(item_version_id, known).division


def _checked_answers(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str], at: datetime, *, is_complete: bool
) -> catalogue.AnswersView:
    checked = catalogue.validate_answers(item_version_id, answers, context, on=times.local_day(at))
    wrong = tuple(one for one in checked.errors if is_complete or answers.get(one.field))
    if wrong:
        raise catalogue.AnswersRefused(wrong)
    return checked


@transaction.atomic
def complete_answers(*, actor: Actor, case_id: UUID, answers: Mapping[str, object], at: datetime) -> None:
    """The person is back and says what was still wanting. Raises CaseNotFound, CaseActionNotAllowed, AnswersRefused."""
    case = lock_case(case_id, actor, "matters.accept")
    if State(case.state) not in AT_THE_DESK:
        raise CaseActionNotAllowed(state=STATE_WORDS[State(case.state)], action=_("改填写的内容"))
    merged = {**case.all_answers(), **answers}
    keep_answers(case, _checked_answers(case.item_version_id, merged, {}, at, is_complete=True))
    case.save(update_fields=["answers", "personal_answers"])
    if (intake := people.current_intake(actor=actor, at=at)) and intake.resident_id == case.applicant_id:
        keep_keys(case, intake.person, is_new=False)
    audit(actor, "matters.case.answers_completed", case.subject)


def _refuse_unauthorised(intake: people.Intake, item_code: str, on: date) -> None:
    """The desk was opened for some matter; here one sees whether the relation holds for this one."""
    agent_id, scope = intake.agent_id, f"matters.{item_code}"
    if agent_id and not people.may_act_for(agent_id=agent_id, principal_id=intake.resident_id, scope=scope, on=on):
        raise people.AgentNotAuthorised


@transaction.atomic
def take_in_submitted(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Take in a case that was filed online and lies at this desk."""
    case = lock_case(case_id, actor, "matters.accept")
    move(case, Action.TAKE_IN, actor=actor, at=at, organisation_id=case.intake_organisation_id)
    case.taken_in_by_id, case.received_at = actor.staff_id, at
    case.save(update_fields=["state", "taken_in_by", "received_at"])
    publish(CaseReceived(**facts_of(case, at), intake_organisation_id=_known(case.intake_organisation_id)))


@transaction.atomic
def accept_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Accept in the responsible office's name, start the clocks, route the case; the desk loses sight of the person.

    What is instant is decided at once by the department's rules, where they can. Raises CaseNotFound,
    CaseActionNotAllowed, NobodyAtTheDesk, MaterialsMissing, HukouUnknown, HomeUnknown, NoResponsibleOffice,
    AnswersRefused, and CharactersNotPrintable where the notice cannot be printed.
    """
    case = lock_case(case_id, actor, "matters.accept")
    move(case, Action.ACCEPT, actor=actor, at=at, organisation_id=case.intake_organisation_id)
    if missing := required_missing(case):
        raise MaterialsMissing(names="、".join(missing.values()))
    _checked_answers(case.item_version_id, case.all_answers(), {}, at, is_complete=True)
    offices = _offices(case, actor, at)
    office = all_known(case, offices)
    # The law counts from the day after acceptance, so an evening acceptance costs nothing.
    case.accepted_by_id, case.accepted_at = actor.staff_id, at
    notice_clock.let_go(case)
    clock = begin(case, offices, office, from_day=times.local_day(at), actor=actor, at=at)
    case.save(update_fields=ACCEPTED_FIELDS)
    tell(case, clock, office, actor=actor, at=at)
    if case.is_instant:
        instant.decide_or_assign(case, at=at)


def _offices(case: Case, actor: Actor, at: datetime) -> Offices:
    # A case filed online has nobody at the desk: then the machine reads what routing needs, and says so.
    reader = actor if case.channel == "desk" else ROUTING
    if reader is actor and not _stands_there(case, actor, at):
        raise NobodyAtTheDesk
    return offices_of(case, reader, at)


def _stands_there(case: Case, actor: Actor, at: datetime) -> bool:
    intake = people.current_intake(actor=actor, at=at)
    return intake is not None and intake.resident_id == case.applicant_id


@transaction.atomic
def record_household_of_case(*, actor: Actor, case_id: UUID, division: str, at: datetime) -> None:
    """Write down the place of registration as the photographed household register of a case filed online shows it.

    Raises CaseNotFound, CaseActionNotAllowed for a case whose person comes to the desk.
    """
    case = lock_case(case_id, actor, "matters.accept")
    if case.channel == "desk" or State(case.state) not in AT_THE_DESK:
        raise CaseActionNotAllowed(state=STATE_WORDS[State(case.state)], action=_("从照片登记户籍"))
    # Nobody stands at the desk, so the clerk has no look at the person: the machine writes, the audit says for whom.
    people.record_attribute(
        actor=ROUTING,
        resident_id=case.applicant_id,
        name="hukou_division",
        value=division,
        source="desk:户口簿照片",
        at=at,
    )
    audit(actor, "matters.case.household_recorded", case.subject)


@transaction.atomic
def refuse_to_accept(*, actor: Actor, case_id: UUID, reason: str, at: datetime) -> None:
    """不予受理, in writing, with the reason. Raises ReasonMissing, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.accept")
    if not reason.strip():
        raise ReasonMissing
    move(case, Action.REFUSE_TO_ACCEPT, actor=actor, at=at, note=reason, organisation_id=case.intake_organisation_id)
    case.closed_at = at
    notice_clock.let_go(case)
    case.save(update_fields=["state", "closed_at", "notice_due_on"])
    print_not_accepted(case, reason=reason, actor=actor, at=at)
    people.close_intake(case_id=case.pk, at=at)
    publish(CaseNotAccepted(**facts_of(case, at)))


@transaction.atomic
def request_papers(*, actor: Actor, case_id: UUID, note: str, at: datetime) -> None:
    """Tell once, and completely, what is missing before acceptance (一次告知).

    Raises NothingMissing, AlreadyAskedOnce, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.accept")
    missing = list(required_missing(case))
    if not missing:
        raise NothingMissing
    ask_once(case, missing, note, actor=actor, at=at, after_acceptance=False)
    move(case, Action.REQUEST_PAPERS, actor=actor, at=at, note=note, organisation_id=case.intake_organisation_id)
    notice_clock.let_go(case)
    case.save(update_fields=["state", "notice_due_on"])
    print_supplement_notice(case, actor=actor, at=at)
    people.close_intake(case_id=case.pk, at=at)
    publish(SupplementRequested(**facts_of(case, at), after_acceptance=False, materials=tuple(missing)))


def ask_once(
    case: Case, materials: Sequence[str], note: str, *, actor: Actor, at: datetime, after_acceptance: bool
) -> None:
    """The one notice of a case. Raises AlreadyAskedOnce."""
    if Supplement.objects.filter(case=case).exists():
        raise AlreadyAskedOnce
    Supplement.objects.create(
        case=case,
        materials=list(materials),
        note=note,
        asked_by_id=actor.staff_id,
        asked_at=at,
        after_acceptance=after_acceptance,
        due_on=supplement_clock.deadline(case, at),
        stops_clock=catalogue.course_of(case.item_version_id).procedure.supplement.stops_clock,
    )


@transaction.atomic
def add_papers(*, actor: Actor, case_id: UUID, materials: Sequence[HandedIn], at: datetime) -> None:
    """The person is back with what was missing; the case goes on once all of it is there.

    Raises NothingMissing, CaseActionNotAllowed, FileRefused.
    """
    case = lock_case(case_id, actor, "matters.accept")
    replace_materials(case, materials, actor=actor, at=at)
    is_waiting = case.state == State.AWAITING_PAPERS
    if case.state == State.RECEIVED or (is_waiting and required_missing(case)):
        audit(actor, "matters.case.papers_added", case.subject)
        return
    move(case, Action.ADD_PAPERS, actor=actor, at=at, organisation_id=case.intake_organisation_id)
    supplement_clock.let_go(case)
    notice_clock.watch(case, at)
    case.save(update_fields=["state", "notice_due_on"])
    publish(CaseSupplemented(**facts_of(case, at)))


def replace_materials(case: Case, materials: Sequence[HandedIn], *, actor: Actor, at: datetime) -> None:
    """Put what has come in the place of what was missing. Raises NothingMissing where nothing has come."""
    names = dict(case.materials.values_list("material_id", "name"))
    coming = [one for one in materials if one.material_id in names and (one.content or one.status == "seen")]
    if not coming:
        raise NothingMissing
    for one in coming:
        keep_material(case, one, name=names[one.material_id], actor=actor, at=at)


def _known(organisation_id: UUID | None) -> UUID:
    if organisation_id is None:
        raise NoResponsibleOffice
    return organisation_id
