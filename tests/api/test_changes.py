"""An office's system works for the examiner at it: on what it has read, and never past a signature."""

import base64
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from tests.api.conftest import Caller, Town
from tests.api.test_filing import PAPERS, filing
from yizhan.documents.testing import PDF
from yizhan.kernel.api import idempotency
from yizhan.look.api import machines
from yizhan.matters import api as matters
from yizhan.people import testing as people

Case = apps.get_model("matters.Case")
RecordRead = apps.get_model("people.RecordRead")
pytestmark = pytest.mark.django_db


def etag(system: Caller, case_id: object, **headers: str) -> str:
    return system.get(f"/cases/{case_id}", **headers)["ETag"]


class TestOffice:
    def test_takes_up_finds_and_proposes_for_its_examiner(self, town: Town) -> None:
        case, system, who = town.accepted(), town.office_system, {"Yizhan_Staff": town.examiner.employee_number}
        path = f"/cases/{case.pk}"
        taken = system.post(f"{path}/take-up", {}, If_Match=etag(system, case.pk, **who), **who)
        assert (taken.status_code, taken.json()["state"]) == (200, "examining")
        finding = {"attribute": "receives.old_age_allowance", "value": False, "source": "发放名册"}
        assert system.post(f"{path}/findings", finding, If_Match=taken["ETag"], **who).status_code == 200
        proposal = {"outcome": "refused", "reasons": "还没有满80周岁"}
        proposed = system.post(f"{path}/proposal", proposal, If_Match=taken["ETag"], **who)
        assert (proposed.status_code, proposed.json()["state"]) == (200, "proposed")
        assert Case.objects.get(pk=case.pk).decided_by_id == town.examiner.pk

    def test_does_nothing_without_a_member_of_staff(self, town: Town) -> None:
        case = town.accepted()
        assert town.office_system.get(f"/cases/{case.pk}").status_code == 404
        assert town.office_system.post(f"/cases/{case.pk}/take-up", {}).status_code == 403

    def test_acts_for_nobody_of_another_organisation(self, town: Town) -> None:
        answer = town.office_system.get("/cases", Yizhan_Staff=town.clerk.employee_number)
        assert (answer.status_code, answer.json()["code"]) == (403, "people.not_your_staff")

    def test_does_not_decide_what_its_examiner_took_in(self, town: Town) -> None:
        both = people.make_staff("examiner", town.office, also=[("desk_clerk", town.desk)])
        people.make_account(staff=both)
        case = town.accepted(clerk=both)
        who = {"Yizhan_Staff": both.employee_number}
        tag = etag(town.office_system, case.pk, **who)
        assert town.office_system.post(f"/cases/{case.pk}/take-up", {}, If_Match=tag, **who).status_code == 403

    def test_reads_the_person_with_a_purpose_that_she_sees(self, town: Town) -> None:
        case = town.accepted()
        answer = town.office_system.get(f"/cases/{case.pk}/applicant", Yizhan_Staff=town.examiner.employee_number)
        assert answer.json()["name"] == "农秀珍"
        assert "*" in answer.json()["id_number_masked"]
        look = RecordRead.objects.filter(resident=case.applicant, purpose="examination").get()
        assert (look.organisation_id, look.case_id, look.staff_id) == (town.office.pk, case.pk, town.examiner.pk)
        assert look.reader_key.startswith("client:")


class TestConditions:
    def test_a_change_without_if_match_is_428(self, town: Town) -> None:
        case = town.accepted()
        answer = town.office_system.post(f"/cases/{case.pk}/take-up", {}, Yizhan_Staff=town.examiner.employee_number)
        assert (answer.status_code, answer.json()["code"]) == (428, "look.if_match_missing")

    @pytest.mark.parametrize("tag", ['"old"', "*", "nonsense"])
    def test_a_change_of_what_has_changed_is_412(self, town: Town, tag: str) -> None:
        case = town.accepted()
        answer = town.office_system.post(
            f"/cases/{case.pk}/take-up", {}, If_Match=tag, Yizhan_Staff=town.examiner.employee_number
        )
        assert (answer.status_code, answer.json()["code"]) == (412, "look.stale")
        assert Case.objects.get(pk=case.pk).state == "accepted"

    def test_what_has_not_changed_is_304(self, town: Town) -> None:
        case, who = town.accepted(), {"Yizhan_Staff": town.examiner.employee_number}
        tag = etag(town.office_system, case.pk, **who)
        again = town.office_system.get(f"/cases/{case.pk}", If_None_Match=tag, **who)
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("how", [{"Accept_Encoding": "gzip"}, {"Accept_Language": "en"}])
    def test_a_tag_holds_however_it_came(self, town: Town, how: dict[str, str]) -> None:
        """Compressed on its way a tag becomes weak, and a case told in English has a tag of its own."""
        case, who = town.accepted(), {"Yizhan_Staff": town.examiner.employee_number}
        tag = etag(town.office_system, case.pk, **who, **how)
        assert town.office_system.get(f"/cases/{case.pk}", If_None_Match=tag, **who, **how).status_code == 304
        taken = town.office_system.post(f"/cases/{case.pk}/take-up", {}, If_Match=tag, **who)
        assert (taken.status_code, taken.json()["state"]) == (200, "examining")

    def test_what_was_read_in_another_language_is_not_the_same_answer(self, town: Town) -> None:
        case, who = town.accepted(), {"Yizhan_Staff": town.examiner.employee_number}
        tag = etag(town.office_system, case.pk, **who)
        again = town.office_system.get(f"/cases/{case.pk}", If_None_Match=tag, Accept_Language="en", **who)
        assert (again.status_code, again.json()["state_words"]) == (200, "Accepted")

    def test_any_of_several_tags_will_do(self, town: Town) -> None:
        case, who = town.accepted(), {"Yizhan_Staff": town.examiner.employee_number}
        tag = etag(town.office_system, case.pk, **who)
        path = f"/cases/{case.pk}"
        assert town.office_system.get(path, If_None_Match=f'"old", {tag}', **who).status_code == 304
        assert town.office_system.get("/items/old_age_allowance", If_None_Match="*").status_code == 304


class TestKeys:
    def test_the_same_again_is_the_first_answer(self, terminal: Caller) -> None:
        body = filing(people.make_resident(level=3).id_number)
        first, second = (terminal.post("/cases", body, key="k") for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert "Idempotency-Replayed" not in first
        assert second["Idempotency-Replayed"] == "true"
        assert Case.objects.count() == 1

    def test_another_content_is_refused(self, terminal: Caller) -> None:
        body = filing(people.make_resident(level=3).id_number)
        assert terminal.post("/cases", body, key="k").status_code == 201
        other = terminal.post("/cases", {**body, "declaration": "别的"}, key="k")
        assert (other.status_code, other.json()["code"]) == (422, "look.idempotency_key_reused")

    @pytest.mark.parametrize("key", ["", "x" * 256, "键"])
    def test_no_key_no_case(self, terminal: Caller, key: str) -> None:
        headers = {"Idempotency_Key": key} if key else {}
        answer = terminal.post("/cases", filing(people.make_resident().id_number), **headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "look.idempotency_key_missing")
        assert Case.objects.count() == 0

    def test_a_refused_one_may_be_mended_under_the_same_key(self, terminal: Caller) -> None:
        body = filing(people.make_resident(level=3).id_number)
        assert terminal.post("/cases", {**body, "identity_level": 0}, key="k").status_code == 409
        assert terminal.post("/cases", body, key="k").status_code == 201

    def test_of_another_system_is_another_key(self, terminal: Caller, town: Town) -> None:
        first, second = (filing(people.make_resident(name, level=3).id_number) for name in ("甲甲", "乙乙"))
        answers = [terminal.post("/cases", first, key="k"), town.other_terminal.post("/cases", second, key="k")]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json()["id"] != answers[1].json()["id"]

    def test_whose_time_is_over_is_new_and_what_it_made_is_still_there(self, terminal: Caller) -> None:
        body = filing(people.make_resident(level=3).id_number)
        assert terminal.post("/cases", body, key="k").status_code == 201
        assert idempotency.forget(before=timezone.now() + timedelta(days=1), limit=100) == 1
        again = terminal.post("/cases", body, key="k")
        assert (again.status_code, again.json()["code"]) == (409, "matters.case_already_open")
        assert Case.objects.count() == 1


class TestLists:
    def test_what_comes_meanwhile_moves_no_page(self, terminal: Caller) -> None:
        made = [self.hand_in(terminal, key) for key in "abc"]
        first = terminal.get("/cases?limit=2").json()
        newest = self.hand_in(terminal, "d")
        second = terminal.get(f"/cases?limit=2&cursor={first['next']}").json()
        assert [one["id"] for one in first["cases"] + second["cases"]] == made[::-1]
        assert (second["next"], terminal.get("/cases").json()["cases"][0]["id"]) == (None, newest)

    def test_a_cursor_at_another_s_case_opens_nothing_of_it(self, terminal: Caller, town: Town) -> None:
        mine, other = self.hand_in(terminal, "a"), self.hand_in(town.other_terminal, "b")
        shown = terminal.get(f"/cases?cursor={machines.cursor_of(other)}").json()["cases"]
        assert [one["id"] for one in shown] == [mine]

    @staticmethod
    def hand_in(caller: Caller, key: str) -> str:
        answer = caller.post("/cases", filing(people.make_resident(level=3).id_number), key=key)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def test_pages_follow_each_other_and_end(self, terminal: Caller) -> None:
        for number in range(5):
            terminal.post("/cases", filing(people.make_resident(level=3).id_number), key=f"k{number}")
        seen, address, pages = [], "/cases?limit=2", 0
        while address:
            answer = terminal.get(address)
            seen += [one["id"] for one in answer.json()["cases"]]
            following = answer.json()["next"]
            assert ("Link" in answer) == bool(following)
            address, pages = f"/cases?limit=2&cursor={following}" if following else "", pages + 1
        assert (len(set(seen)), pages) == (5, 3)
        assert seen == sorted(seen, reverse=True)

    @pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyJhIl0", "%FF%FE", "e30", "x" * 500])
    def test_a_made_up_cursor_is_refused(self, terminal: Caller, cursor: str) -> None:
        assert terminal.get(f"/cases?cursor={cursor}").json()["code"] == "look.cursor"

    def test_one_sees_what_oneself_handed_in(self, terminal: Caller, town: Town) -> None:
        case_id = terminal.post("/cases", filing(people.make_resident(level=3).id_number), key="k").json()["id"]
        assert town.other_terminal.get("/cases").json()["cases"] == []
        assert town.other_terminal.get(f"/cases/{case_id}").status_code == 404


class TestDecision:
    def test_there_is_none_yet(self, town: Town) -> None:
        case, who = town.accepted(), {"Yizhan_Staff": town.examiner.employee_number}
        answer = town.office_system.get(f"/cases/{case.pk}/decision", **who)
        assert (answer.status_code, answer.json()["code"]) == (404, "matters.not_decided")

    def test_is_read_with_its_signed_paper(self, town: Town) -> None:
        case, who = town.decided(), {"Yizhan_Staff": town.examiner.employee_number}
        decision = town.office_system.get(f"/cases/{case.pk}/decision", **who).json()
        signed = [one for one in decision["papers"] if one["is_signed"]]
        assert decision["outcome"] == "refused"
        paper = town.office_system.get(f"/cases/{case.pk}/papers/{signed[-1]['id']}", **who)
        assert paper.content.startswith(b"%PDF")
        assert town.office_system.client.get(signed[-1]["verify_url"]).status_code == 200


def test_a_terminal_hands_in_what_was_asked_for(terminal: Caller, town: Town) -> None:
    case_id = terminal.post("/cases", filing(people.make_resident(level=3).id_number), key="k").json()["id"]
    town.ask_for(case_id, "identity_card")
    read = terminal.get(f"/cases/{case_id}")
    assert read.json()["supplement"]["materials"] == ["identity_card"]
    papers = [{"id": one, "content": base64.b64encode(PDF).decode()} for one in PAPERS[1:2]]
    answer = terminal.post(f"/cases/{case_id}/materials", {"materials": papers}, If_Match=read["ETag"])
    assert (answer.status_code, answer.json()["state"]) == (200, "examining")
    assert matters.get_case(people.actor_for(town.examiner), case_id).state == "examining"
