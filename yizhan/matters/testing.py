"""For tests: a small city with one desk far from home, one office, and cases brought to any state by the services."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from yizhan.catalogue import api as catalogue
from yizhan.catalogue.testing import OLD_AGE_ALLOWANCE_FILE
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor
from yizhan.matters import api as matters
from yizhan.matters.rules.states import State
from yizhan.people import api as people_api
from yizhan.people import testing as people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ITEM = "old_age_allowance"
ANSWERS = {"card_number": "6217000000000000019", "bank": "样例银行", "delivery": "desk"}
ALL_SEEN = tuple(
    matters.HandedIn(material_id=one, status="seen")
    for one in ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")
)


@dataclass
class Town:
    """One desk in 新竹社区, one civil affairs office in 西乡塘区, an old resident registered there, her daughter."""

    mother: Any
    daughter: Any
    clerk: Actor
    other_clerk: Actor
    examiner: Actor
    signer: Actor
    office: Any
    desk: Any

    @property
    def as_mother(self) -> Actor:
        return people.actor_for(self.mother)

    @property
    def as_daughter(self) -> Actor:
        return people.actor_for(self.daughter)


def make_town() -> Town:
    desk = people.make_organisation(name="新竹社区综合窗口")
    other = people.make_organisation(name="万力社区综合窗口", territory=people.WANLI)
    office = people.make_organisation("department", name="西乡塘区民政局", territory=people.XIXIANGTANG)
    return Town(
        mother=people.make_resident("农秀珍", hukou_division=people.WANLI, phone="13900000001"),
        daughter=people.make_resident("韦海燕", born_on=datetime(1972, 5, 1, tzinfo=UTC).date(), phone="13900000002"),
        clerk=people.actor_for(people.make_staff("desk_clerk", desk, name="莫小兰")),
        other_clerk=people.actor_for(people.make_staff("desk_clerk", other, name="李小月")),
        examiner=people.actor_for(people.make_staff("examiner", office, name="韦丽华")),
        signer=people.actor_for(people.make_staff("signer", office, name="梁少芬")),
        office=office,
        desk=desk,
    )


def seen(resident: Any, *, is_face_compared: bool = True) -> matters.SeenCard:
    return matters.SeenCard(id_number=resident.id_number, is_original_seen=True, is_face_compared=is_face_compared)


def take_in(town: Town, *, at: datetime = NOON, clerk: Actor | None = None, with_agent: bool = False) -> UUID:
    """The mother, or the daughter for her, at the desk with every paper."""
    actor = clerk or town.clerk
    agent = None
    if with_agent:
        agent = matters.AgentSeen(card=seen(town.daughter), kind=_daughter(), is_letter_seen=True)
    matters.receive_visitor(actor=actor, card=seen(town.mother), agent=agent, at=at)
    matters.record_household(actor=actor, division=people.WANLI, at=at)
    return matters.take_in_case(actor=actor, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN, at=at)


def _daughter() -> Any:
    from yizhan.people.api import RelationKind

    return RelationKind.DAUGHTER


def bring_to(
    town: Town, state: State, *, at: datetime = NOON, with_agent: bool = False, outcome: str = "granted"
) -> UUID:
    """A case in the given state, by the services alone, an hour between steps."""
    case_id = take_in(town, at=at, with_agent=with_agent)
    hour = timedelta(hours=1)
    course: list[tuple[State, Any]] = [
        (State.RECEIVED, lambda _at: None),
        (State.ACCEPTED, lambda t: matters.accept_case(actor=town.clerk, case_id=case_id, at=t)),
        (State.EXAMINING, lambda t: matters.take_up_case(actor=town.examiner, case_id=case_id, at=t)),
        (State.PROPOSED, lambda t: _find_and_propose(town, case_id, outcome, t)),
        (State.GRANTED, lambda t: matters.sign_decision(actor=town.signer, case_id=case_id, at=t)),
    ]
    wanted = State.GRANTED if state in (State.REFUSED, State.DELIVERED) else state
    for step, (reached, act) in enumerate(course):
        act(at + step * hour)
        if reached == wanted:
            break
    if state is State.DELIVERED:
        deliver(town, case_id, at=at + 6 * hour)
    return case_id


def _find_and_propose(town: Town, case_id: UUID, outcome: str, at: datetime) -> None:
    find_everything(town, case_id, at=at)
    matters.propose_decision(
        actor=town.examiner, case_id=case_id, outcome=outcome, reasons="样例理由" if outcome == "refused" else "", at=at
    )


def find_everything(town: Town, case_id: UUID, *, at: datetime = NOON) -> None:
    """The examiner looks into the registers that answer the clauses the desk could not."""
    for attribute, value in (("alive", True), ("receives.old_age_allowance", False)):
        matters.record_finding(
            actor=town.examiner, case_id=case_id, attribute=attribute, value=value, source="津贴发放名册", at=at
        )


def pickup_code_of(case_id: UUID) -> str:
    from yizhan.matters.models import Case

    code: str = Case.objects.get(pk=case_id).pickup_code
    return code


def assert_moments_are_kept() -> None:
    """What each open case of an office keeps is what its clock shows, at whatever moment either is asked."""
    from yizhan.matters.models import Case
    from yizhan.matters.rules.states import IN_THE_OFFICE

    for case in Case.objects.filter(state__in=IN_THE_OFFICE):
        clock = clocks.of(case.subject)
        moments = clock.moments
        assert case.due_on == (None if clock.is_paused else clock.promise_due_on)
        assert (case.yellow_at, case.red_at, case.black_at) == (moments.yellow_at, moments.red_at, moments.black_at)
        for now in filter(None, (NOON, moments.yellow_at, moments.red_at, moments.black_at)):
            lit = Case.objects.annotate(light=clocks.light_of_kept(now, stands_still=Q(due_on=None)))
            assert lit.values_list("light", flat=True).get(pk=case.pk) == clock.light_at(now)


def answers_of(case_id: UUID) -> Mapping[str, Any]:
    from yizhan.matters.models import Case

    return Case.objects.get(pk=case_id).all_answers()


def deliver(town: Town, case_id: UUID, *, at: datetime = NOON, clerk: Actor | None = None) -> UUID:
    actor = clerk or town.other_clerk
    matters.open_delivery(actor=actor, pickup_code=pickup_code_of(case_id), card=seen(town.mother), at=at)
    return matters.deliver_case(actor=actor, case_id=case_id, at=at)


def verdicts(assessment: catalogue.Assessment) -> dict[str, str]:
    return {one.clause_id: str(one.verdict) for one in assessment.clauses}


# ── filed online ──


def load_next_version(begins: str, *changes: tuple[str, str]) -> None:
    """The item's latest file once more, with some texts changed, as the version that follows."""
    number = len(catalogue.versions_of(ITEM))
    text = (OLD_AGE_ALLOWANCE_FILE.parent / f"{number}.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^version: .*$", f"version: {number + 1}", text)
    text = re.sub(r"(?m)^effective_from: .*$", f"effective_from: {begins}", text)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    catalogue.load_item_texts([(f"{number + 1}.yaml", text)], actor=catalogue.LOADER)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)
PHOTOGRAPHED = ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")


@dataclass
class FilingTown(Town):
    """The same town with the daughter's right to act, both known well enough to file from home."""

    relation: Any = None


def filing_town() -> FilingTown:
    town = make_town()
    for one in (town.mother, town.daughter):
        one.level = 3
        one.save()
    for name, value in (("hukou_division", people.WANLI), ("born_on", town.mother.born_on.isoformat())):
        people_api.record_attribute(
            actor=Actor.system("matters.tests"),
            resident_id=town.mother.id,
            name=name,
            value=value,
            source="office:公安户籍",
            at=datetime(2026, 1, 5, 2, 0, tzinfo=UTC),
        )
    return FilingTown(**vars(town), relation=people.make_relation(town.daughter, town.mother))


def photograph(material_id: str, name: str = "照片.png") -> matters.HandedIn:
    return matters.HandedIn(material_id=material_id, status="uploaded", content=PNG, file_name=name)


def draft(town: Town, *, actor: Actor | None = None, at: datetime = NOON) -> UUID:
    """For the mother, begun by the daughter unless told otherwise."""
    return matters.start_draft(actor=actor or town.as_daughter, item_code=ITEM, applicant_id=town.mother.id, at=at)


def fill_draft(
    town: Town,
    case_id: UUID,
    *,
    actor: Actor | None = None,
    answers: Mapping[str, object] = ANSWERS,
    papers: Sequence[str] = PHOTOGRAPHED,
    at: datetime = NOON,
) -> UUID:
    """Every answer, and a photograph of each paper that applies."""
    who = actor or town.as_daughter
    matters.save_draft(actor=who, case_id=case_id, answers=answers, at=at)
    for paper in papers:
        if paper == "letter_of_authorisation" and who.resident_id == town.mother.id:
            continue
        matters.add_draft_material(actor=who, case_id=case_id, material=photograph(paper), at=at)
    return case_id


def submit(town: Town, case_id: UUID, *, actor: Actor | None = None, at: datetime = NOON) -> UUID:
    matters.submit_case(actor=actor or town.as_daughter, case_id=case_id, declaration="以上都是真实的", at=at)
    return case_id


# ── several offices in turn, and instant items ──


def change_item(old: str, new: str, *, code: str = ITEM, after: int = 2) -> None:
    """A further version of a packaged item, in force when the tests begin, that differs in one place."""
    from pathlib import Path

    file = Path(catalogue.__file__).parent / "data" / "items" / code / f"{after}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    lines = text.replace(old, new, 1).splitlines()
    changed = [
        f"version: {after + 1}"
        if line == f"version: {after}"
        else "effective_from: 2026-11-01"
        if line.startswith("effective_from:")
        else line
        for line in lines
    ]
    catalogue.load_item_texts([(f"{after + 1}.yaml", "\n".join(changed) + "\n")], actor=catalogue.LOADER)


def late_notice_accepts() -> None:
    """As a licence has it: who does not tell in time has accepted."""
    plain = "notice: {days: 5, trust: to_be_confirmed}"
    change_item(plain, plain.replace("5,", "5, when_late: deemed_accepted,"))


STAGED = "minimum_living_allowance"
STAGED_ANSWERS = {
    "persons": "2",
    "reason": "illness",
    "severe_illness": "false",
    "staff_relative": "false",
    "card_number": "6217000000000000019",
    "delivery": "desk",
}
STAGED_PAPERS = ("identity_card", "household_register", "consent_to_check", "declaration_of_means")
MEANS = ("household.all_consented", "household.below_minimum_line", "household.assets_within_limits")
INSTANT = "floating_population_registration"
INSTANT_ANSWERS = {"dwelling": "family", "address": "样例路 1 号", "moved_in_on": "2026-11-01", "delivery": "desk"}


@dataclass
class StagedTown(Town):
    """The same town with a civil affairs office of the sub-district, which comes first."""

    street: Any = None
    street_examiner: Any = None


def staged_town() -> StagedTown:
    town = make_town()
    street = people.make_organisation("department", name="新阳街道民政办", territory=people.WANLI[:9])
    examiner = people.actor_for(people.make_staff("examiner", street, name="陆永祥"))
    return StagedTown(**vars(town), street=street, street_examiner=examiner)


def take_in_staged(town: Town, *, at: datetime = NOON, papers: Sequence[str] = STAGED_PAPERS) -> UUID:
    matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=at)
    matters.record_household(actor=town.clerk, division=people.WANLI, at=at)
    return matters.take_in_case(
        actor=town.clerk,
        item_code=STAGED,
        answers=STAGED_ANSWERS,
        materials=[matters.HandedIn(material_id=one, status="seen") for one in papers],
        at=at,
    )


def staged_in_the_street(town: StagedTown, *, at: datetime = NOON) -> UUID:
    """Accepted and taken up by the first office."""
    case_id = take_in_staged(town, at=at)
    matters.accept_case(actor=town.clerk, case_id=case_id, at=at)
    matters.take_up_case(actor=town.street_examiner, case_id=case_id, at=at)
    return case_id


def staged_in_the_district(town: StagedTown, *, at: datetime = NOON) -> UUID:
    """Handed on with an opinion, taken up by the office that decides, everything looked up."""
    case_id = staged_in_the_street(town, at=at)
    matters.hand_on(actor=town.street_examiner, case_id=case_id, is_in_favour=True, text="入户查过，情况属实", at=at)
    matters.take_up_case(actor=town.examiner, case_id=case_id, at=at)
    for name in MEANS:
        matters.record_finding(
            actor=town.examiner, case_id=case_id, attribute=name, value=True, source="核对报告", at=at
        )
    return case_id


def headed_town() -> tuple[StagedTown, Actor]:
    """The same, with the head of the office that decides."""
    town = staged_town()
    return town, people.actor_for(people.make_staff("office_head", town.office, name="闭少华"))


def ask_extension(
    town: Town, case_id: UUID, *, days: int = 5, reason: str = "要到外市核对财产", at: datetime = NOON
) -> UUID:
    return matters.request_extension(actor=town.examiner, case_id=case_id, days=days, reason=reason, at=at)


def approve_extension(actor: Actor, request_id: UUID, *, days: int = 5, at: datetime = NOON) -> None:
    matters.approve_extension(actor=actor, request_id=request_id, days=days, reason="要到外市核对财产", at=at)


@dataclass
class InstantTown(Town):
    """The same town with a police station, and somebody from another city who lives there."""

    police: Any = None
    officer: Any = None
    newcomer: Any = None


def instant_town() -> InstantTown:
    town = make_town()
    police = people.make_organisation(
        "department", name="新竹派出所", department="public_security", territory=people.XINZHU[:9]
    )
    newcomer = people.make_resident("陈志强", born_on=datetime(1990, 5, 1, tzinfo=UTC).date(), hukou_division="")
    officer = people.actor_for(people.make_staff("examiner", police, name="韦建国"))
    return InstantTown(**vars(town), police=police, officer=officer, newcomer=newcomer)


def registers_know(town: InstantTown, *, source: str = "register:户籍", hukou: str = "451002001001") -> None:
    """Where the newcomer is registered and lives, by a source of that name."""
    for name, value in (("hukou_division", hukou), ("residence_division", people.XINZHU)):
        people_api.record_attribute(
            actor=Actor.system("matters.tests"),
            resident_id=town.newcomer.id,
            name=name,
            value=value,
            source=source,
            at=datetime(2026, 1, 5, 2, 0, tzinfo=UTC),
            level=3,
        )


def take_in_instant(town: InstantTown, *, at: datetime = NOON) -> UUID:
    """Taken in and accepted; whether it is granted at once depends on what the registers know."""
    matters.receive_visitor(actor=town.clerk, card=seen(town.newcomer), agent=None, at=at)
    case_id = matters.take_in_case(
        actor=town.clerk,
        item_code=INSTANT,
        answers=INSTANT_ANSWERS,
        materials=[matters.HandedIn(material_id="identity_card", status="seen")],
        at=at,
    )
    matters.accept_case(actor=town.clerk, case_id=case_id, at=at)
    return case_id
