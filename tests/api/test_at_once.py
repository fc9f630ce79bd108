"""Many at the same moment, each on a connection of its own: one wins, the others hear why, and leave nothing."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.utils import timezone

from tests.api.conftest import Town, make_caller
from tests.api.test_filing import filing
from yizhan.kernel.api import Refusal
from yizhan.matters import api as matters
from yizhan.matters import testing as town_of
from yizhan.people import testing as people

AuditLine = apps.get_model("kernel.AuditLine")
FactRecord = apps.get_model("kernel.FactRecord")
IdempotencyKey = apps.get_model("kernel.IdempotencyKey")
Case = apps.get_model("matters.Case")
CaseMaterial = apps.get_model("matters.CaseMaterial")
CaseStep = apps.get_model("matters.CaseStep")
Decision = apps.get_model("matters.Decision")
DESKS = 50


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each gave back or refused, in the order of the calls. Anything but a refusal flies."""
    start, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int) -> None:
        try:
            connections["default"].ensure_connection()
            start.wait()
            outcomes[number] = calls[number]()
        except Exception as fault:
            outcomes[number] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def told(outcomes: list[Any]) -> Counter[str]:
    """How many got through, and how many were refused with which code."""
    return Counter(one.code if isinstance(one, Refusal) else type(one).__name__ for one in outcomes)


def traces() -> tuple[int, ...]:
    return tuple(kind.objects.count() for kind in (Case, CaseStep, CaseMaterial, FactRecord, IdempotencyKey))


@pytest.fixture
def at_noon(committed_db: str) -> Any:
    return town_of.NOON


class TestFiftyDesks:
    def test_take_the_same_matter_of_one_person_in(self, at_noon) -> None:
        """Wherever in the city: one case is opened, at one desk."""
        town = town_of.make_town()
        clerks = [
            people.actor_for(people.make_staff("desk_clerk", people.make_organisation(territory=f"450103001{n:03}")))
            for n in range(DESKS)
        ]
        for clerk in clerks:
            matters.receive_visitor(actor=clerk, card=town_of.seen(town.mother), agent=None, at=at_noon)
        before, newest = traces(), AuditLine.objects.latest("pk").pk
        outcomes = at_once([lambda clerk=clerk: take_in(clerk, at_noon) for clerk in clerks])
        assert told(outcomes) == {"UUID": 1, "matters.case_already_open": DESKS - 1}
        case = Case.objects.get()
        assert case.taken_in_by_id == clerks[[isinstance(one, Refusal) for one in outcomes].index(False)].staff_id
        cases, steps, papers, facts, keys = (now - then for now, then in zip(traces(), before, strict=True))
        assert (cases, steps, papers, facts, keys) == (1, 1, case.materials.count(), 1, 0)
        losers = [f"account:{one.account_id}" for one in clerks if one.staff_id != case.taken_in_by_id]
        assert AuditLine.objects.filter(actor__in=losers, subject_kind="matters.case").count() == 0
        assert not AuditLine.objects.filter(pk__gt=newest, actor__in=losers).exists()

    def test_take_one_case_in_that_lies_at_a_desk(self, at_noon) -> None:
        town = town_of.filing_town()
        case_id = town_of.submit(town, town_of.fill_draft(town, town_of.draft(town)))
        clerks = [people.actor_for(people.make_staff("desk_clerk", town.desk)) for _ in range(DESKS)]
        outcomes = at_once(
            [
                lambda clerk=clerk: matters.take_in_submitted(actor=clerk, case_id=case_id, at=at_noon) or "in"
                for clerk in clerks
            ]
        )
        assert told(outcomes) == {"str": 1, "matters.action_not_allowed": DESKS - 1}
        assert "收件" in next(one.text for one in outcomes if isinstance(one, Refusal))
        assert CaseStep.objects.filter(case_id=case_id, action="take_in").count() == 1
        assert FactRecord.objects.filter(name="matters.CaseReceived").count() == 1
        assert AuditLine.objects.filter(action="matters.case.take_in").count() == 1


def take_in(clerk: Any, at: Any) -> Any:
    return matters.take_in_case(
        actor=clerk, item_code=town_of.ITEM, answers=town_of.ANSWERS, materials=town_of.ALL_SEEN, at=at
    )


def test_two_approvers_sign_one_decision_once(at_noon) -> None:
    town = town_of.make_town()
    second = people.actor_for(people.make_staff("signer", town.office, name="黄晓明"))
    case_id = town_of.bring_to(town, matters.State.PROPOSED)
    later = timezone.now()
    outcomes = at_once(
        [
            lambda signer=signer: matters.sign_decision(actor=signer, case_id=case_id, at=later) or "signed"
            for signer in (town.signer, second)
        ]
    )
    assert told(outcomes) == {"str": 1, "matters.action_not_allowed": 1}
    assert Decision.objects.filter(case_id=case_id).count() == 1
    assert CaseStep.objects.filter(case_id=case_id, action="grant").count() == 1
    signed_by = Case.objects.values_list("signed_by_id", flat=True).get(pk=case_id)
    winner = (town.signer, second)[[isinstance(one, Refusal) for one in outcomes].index(False)]
    assert signed_by == winner.staff_id


class TestOneKey:
    @pytest.fixture
    def terminal(self, committed_db: str) -> Any:
        return make_caller(people.make_organisation(territory=people.XINZHU), "cases.hand_in", calls_per_minute=60_000)

    def test_with_two_contents_at_once_opens_one_case(self, terminal) -> None:
        bodies = [filing(people.make_resident(name, level=3).id_number) for name in ("甲甲", "乙乙")]
        outcomes = at_once([lambda body=body: terminal.post("/cases", body, key="one") for body in bodies])
        assert Counter(one.status_code for one in outcomes) == {201: 1, 422: 1}
        refused = next(one for one in outcomes if one.status_code == 422)
        assert refused.json()["code"] == "look.idempotency_key_reused"
        assert Case.objects.count() == 1

    def test_with_one_content_ten_times_at_once_opens_one_case(self, terminal) -> None:
        body = filing(people.make_resident(level=3).id_number)
        outcomes = at_once([lambda: terminal.post("/cases", body, key="one")] * 10)
        assert {one.status_code for one in outcomes} == {201}
        assert len({one.content for one in outcomes}) == 1
        assert sum("Idempotency-Replayed" in one for one in outcomes) == 9
        assert Case.objects.count() == CaseStep.objects.count() == 1


def test_two_systems_take_one_case_up_on_the_same_tag(committed_db) -> None:
    town = Town(people.make_organisation(name="新竹社区综合窗口", territory=people.XINZHU))
    colleague = people.make_staff("examiner", town.office, name="覃志伟")
    people.make_account(staff=colleague)
    case, system = town.accepted(), town.office_system
    numbers = [one.employee_number for one in (town.examiner, colleague)]
    tag = system.get(f"/cases/{case.pk}", Yizhan_Staff=numbers[0])["ETag"]
    outcomes = at_once(
        [
            lambda number=number: system.post(f"/cases/{case.pk}/take-up", {}, If_Match=tag, Yizhan_Staff=number)
            for number in numbers
        ]
    )
    assert Counter(one.status_code for one in outcomes) == {200: 1, 412: 1}
    assert CaseStep.objects.filter(case=case, action="take_up").count() == 1
