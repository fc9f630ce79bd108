"""An organisation's system or a self-service terminal hands a case in for a resident; it lies at the desk of her home.

The rules are those of filing online: identity level, age, who may act for whom, answers, materials. What the system
says of the person's identity is its organisation's word, and stands in the audit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseSubmitted
from yizhan.kernel.api import Actor, access, audit, ids, joined, publish, times
from yizhan.matters.models import Case
from yizhan.matters.queries.drafts import level_needed, online_context, takes_agent
from yizhan.matters.queries.filed import Opened
from yizhan.matters.rules.states import Action, State, next_state
from yizhan.matters.services import notice_clock
from yizhan.matters.services.duplicates import keep_keys, save_new
from yizhan.matters.services.filing import (
    LevelTooLow,
    NoDeskForHome,
    NotDeclared,
    NotFiledOnline,
    refuse_minor,
)
from yizhan.matters.services.intake import MaterialsMissing
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
    keep_answers,
    keep_materials,
    new_case,
)
from yizhan.matters.services.steps import write_step
from yizhan.people import api as people


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What a system hands in. `level` is the identity level that it has checked (L0–L4)."""

    item_code: str
    id_number: str = field(repr=False)
    level: int
    answers: Mapping[str, object] = field(repr=False)
    materials: Sequence[HandedIn] = ()
    declaration: str
    agent_id_number: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class _Persons:
    applicant: people.PersonCard
    agent: people.PersonCard | None
    relation: people.RelationView | None


@joined
def hand_in_case(*, actor: Actor, filing: Filing, at: datetime) -> Opened:
    """Raises NotFiledOnline, NotDeclared, LevelTooLow, GuardianFiles, NoDeskForHome, MaterialsMissing, CaseAlreadyOpen;
    of people IdentityNumberRefused, ApplicantUnknown, AgentNotAuthorised; of catalogue ItemNotFound, AnswersRefused;
    of documents FileRefused.
    """
    access.require(actor, "matters.hand_in")
    if not filing.declaration.strip():
        raise NotDeclared
    version = catalogue.current_version(filing.item_code, times.local_day(at))
    _refuse_item(version, filing.level)
    case_id = ids.new_id()
    persons = _persons(actor, filing, version, case_id, at)
    refuse_minor(persons.applicant, persons.relation, version.definition.filing.guardian_below)
    case = _new_case(actor, version, persons, case_id, at)
    context = online_context(case)
    checked = catalogue.require_answers(version.item_version_id, filing.answers, context, on=times.local_day(at))
    keep_answers(case, checked)
    _refuse_missing(case, filing.materials, context, times.local_day(at))
    desk = people.desk_for(division_code=case.home_community) if case.home_community else None
    if desk is None:
        raise NoDeskForHome
    case.state = next_state(State.DRAFT, Action.SUBMIT)
    case.intake_organisation_id, case.saved_at = desk.organisation_id, at
    notice_clock.watch(case, at)
    save_new(case, actor=actor)
    keep_keys(case, persons.applicant)
    write_step(case, Action.SUBMIT, State.DRAFT, actor=actor, at=at, note=filing.declaration)
    keep_materials(case, filing.materials, context, actor=actor, at=at)
    audit(actor, "matters.case.handed_in_by_system", case.subject, level=filing.level, item=case.item_code)
    publish(CaseSubmitted(**facts_of(case, at), intake_organisation_id=desk.organisation_id))
    return Opened(case_id=case.pk, reference=case.reference, state=State(case.state))


def _refuse_item(version: catalogue.ItemVersionView, level: int) -> None:
    if not version.definition.handling.online:
        raise NotFiledOnline
    if level < level_needed(version):
        raise LevelTooLow(needed=level_needed(version), level=level)


def _persons(actor: Actor, filing: Filing, version: catalogue.ItemVersionView, case_id: UUID, at: datetime) -> _Persons:
    applicant = people.person_for_filing(actor=actor, id_number=filing.id_number, case_id=case_id, at=at)
    if not filing.agent_id_number:
        return _Persons(applicant=applicant, agent=None, relation=None)
    agent = people.person_for_filing(actor=actor, id_number=filing.agent_id_number, case_id=case_id, at=at)
    scope, day = f"matters.{version.code}", times.local_day(at)
    for one in people.principals_of(resident_id=agent.resident_id, scope=scope, on=day):
        if one.principal_id == applicant.resident_id and takes_agent(version, one):
            return _Persons(applicant=applicant, agent=agent, relation=one)
    raise people.AgentNotAuthorised


def _new_case(actor: Actor, version: catalogue.ItemVersionView, persons: _Persons, case_id: UUID, at: datetime) -> Case:
    card = persons.applicant
    case = new_case(
        version, card.resident_id, home=card.home_community, division=card.hukou_division, at=at, channel=actor.channel
    )
    case.pk, case.is_sample = case_id, card.is_sample
    case.client_id = actor.client.client_id if actor.client else None
    if persons.agent and persons.relation:
        case.agent_id, case.agent_relation = persons.agent.resident_id, str(persons.relation.kind)
    return case


def _refuse_missing(case: Case, handed_in: Sequence[HandedIn], context: Mapping[str, str], on: date) -> None:
    wanted = catalogue.materials_for(case.item_version_id, case.all_answers(), context, on=on)
    there = {one.material_id for one in handed_in if one.content}
    missing = [str(one.name) for one in wanted if one.necessity == catalogue.Necessity.REQUIRED and one.id not in there]
    if missing:
        raise MaterialsMissing(names="、".join(missing))
