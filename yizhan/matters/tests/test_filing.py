"""Filing on the web and the phone: who may, what a draft keeps, what handing in refuses, and where it lies then."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import NotAllowed
from yizhan.kernel.testing import facts_published, no_facts_published
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ANSWERS,
    ITEM,
    NOON,
    PNG,
    draft,
    filing_town,
    fill_draft,
    find_everything,
    load_next_version,
    photograph,
    submit,
    take_in,
)
from yizhan.people import api as people_api
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
THREE_ON_NATIONAL_DAY = datetime(2026, 9, 30, 19, 0, tzinfo=UTC)  # 10月1日 03:00


@pytest.fixture
def town():
    return filing_town()


def answers_of(case_id):
    return Case.objects.get(pk=case_id).all_answers()


class TestBeginning:
    def test_for_oneself_and_for_ones_mother(self, town):
        own = draft(town, actor=town.as_mother)
        for_her = draft(town)
        assert {one.agent_id for one in Case.objects.all()} == {None, town.daughter.id}
        assert own != for_her
        assert no_facts_published("matters")

    def test_a_second_time_takes_the_same_draft_up_again(self, town):
        assert draft(town) == draft(town)
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("level", [1, 2])
    def test_the_level_must_suffice(self, town, level):
        town.daughter.level = level
        town.daughter.save()
        with pytest.raises(matters.LevelTooLow) as refused:
            draft(town)
        assert "先在窗口核一次身份证" in refused.value.text
        assert f"现在{people_api.LEVELS[level][0]}" in refused.value.text
        assert "社区窗口" in refused.value.text
        assert f"L{level}" not in refused.value.text

    def test_nobody_files_for_a_stranger(self, town):
        stranger = people.make_resident("陌生人", level=3)
        with pytest.raises(matters.NotForThisPerson):
            draft(town, actor=people.actor_for(stranger))
        with pytest.raises(matters.CaseNotFound):
            matters.start_draft(actor=town.as_mother, item_code=ITEM, applicant_id=stranger.id, at=NOON)

    @pytest.mark.parametrize(
        "relation",
        [
            {"scope": ["matters.something_else"]},
            {"valid_until": date(2026, 11, 24)},
            {"valid_from": date(2026, 11, 25)},
        ],
        ids=["another matter", "ended", "not yet"],
    )
    def test_a_relation_must_hold_for_this_matter_today(self, town, relation):
        for name, value in relation.items():
            setattr(town.relation, name, value)
        town.relation.save()
        with pytest.raises(matters.NotForThisPerson):
            draft(town)

    def test_an_item_that_is_not_filed_online(self, town):
        online = "  visits: 0\n  online: true\n  online_depth: 4\n  single_sign_on: true\n"
        load_next_version("2026-11-01", (online, "  visits: 1\n  visits_reason: 见面\n  online: false\n"))
        with pytest.raises(matters.NotFiledOnline):
            draft(town)

    @pytest.mark.parametrize(
        ("agents", "kind", "may"),
        [("relatives", "daughter", True), ("relatives", "other", False), ("nobody", "daughter", False)],
    )
    def test_the_item_says_who_may_file_for_another(self, town, agents, kind, may):
        load_next_version("2026-11-01", ("agents: anybody", f"agents: {agents}"))
        town.relation.kind = kind
        town.relation.save()
        offered = [one.name for one in matters.filing_options(town.as_daughter, ITEM, NOON).choices]
        assert ("农秀珍" in offered) is may
        if may:
            assert draft(town)
            return
        with pytest.raises(matters.NotForThisPerson):
            draft(town)

    @pytest.mark.parametrize(("kind", "may"), [("daughter", False), ("parent", True), ("guardian", True)])
    def test_for_a_minor_only_a_guardian(self, town, kind, may):
        town.mother = people.make_resident("莫小宝", born_on=date(2020, 6, 1), level=3)
        people.make_relation(town.daughter, town.mother, kind=kind)
        if may:
            assert draft(town)
        else:
            with pytest.raises(matters.GuardianFiles):
                draft(town)
        with pytest.raises(matters.GuardianFiles):
            draft(town, actor=town.as_mother)

    def test_what_is_under_way_at_a_desk_is_not_begun_again(self, town):
        take_in(town)
        with pytest.raises(matters.CaseAlreadyOpen):
            draft(town)

    def test_staff_are_no_residents(self, town):
        with pytest.raises(NotAllowed):
            draft(town, actor=town.clerk)


class TestChoices:
    def test_oneself_then_those_one_acts_for(self, town):
        case_id = draft(town)
        found = matters.filing_options(town.as_daughter, ITEM, NOON)
        assert [(one.name, one.is_self, one.draft_id) for one in found.choices] == [
            ("韦海燕", True, None),
            ("农秀珍", False, case_id),
        ]
        assert found.is_level_enough

    def test_what_is_under_way_is_said(self, town):
        case_id = take_in(town)
        own = matters.filing_options(town.as_mother, ITEM, NOON).choices[0]
        assert own.open_case_id == case_id


class TestSaving:
    def test_wrong_answers_are_kept_as_typed(self, town):
        case_id = draft(town)
        matters.save_draft(
            actor=town.as_daughter, case_id=case_id, answers={"card_number": "6217 9000", "bank": ""}, at=NOON
        )
        assert answers_of(case_id) == {"card_number": "6217 9000", "bank": ""}

    def test_personal_answers_are_encrypted_and_strange_ones_dropped(self, town):
        case_id = draft(town)
        matters.save_draft(
            actor=town.as_daughter,
            case_id=case_id,
            answers={"card_number": "6217", "state": "granted", "bank": "行" * 600 + "\x00"},
            at=NOON,
        )
        case = Case.objects.get()
        assert case.answers == {"bank": "行" * 500}
        assert case.state == State.DRAFT
        assert "6217" not in str(Case.objects.values("answers").get())

    def test_parts_are_saved_one_after_another(self, town):
        case_id = draft(town)
        later = NOON + timedelta(minutes=7)
        matters.save_draft(actor=town.as_daughter, case_id=case_id, answers={"bank": "甲"}, at=NOON)
        matters.save_draft(actor=town.as_daughter, case_id=case_id, answers={"card_number": "1"}, at=later)
        found = matters.get_draft(town.as_daughter, case_id, later)
        assert found.case.answers == {"bank": "甲", "card_number": "1"}
        assert found.saved_at == later

    @pytest.mark.parametrize("who", ["stranger", "another_child", "clerk"])
    def test_nobody_else_touches_it(self, town, who):
        case_id = draft(town)
        other = people.make_resident("别人", level=3)
        if who == "another_child":
            people.make_relation(other, town.mother, kind="son")
        actor = town.clerk if who == "clerk" else people.actor_for(other)
        assert matters.find_draft(actor, case_id, NOON) is None
        assert matters.own_drafts(actor) == ()
        with pytest.raises((matters.CaseNotFound, NotAllowed)):
            matters.save_draft(actor=actor, case_id=case_id, answers={"bank": "乙"}, at=NOON)
        with pytest.raises((matters.CaseNotFound, NotAllowed)):
            matters.submit_case(actor=actor, case_id=case_id, declaration="真实", at=NOON)

    def test_a_relation_that_ended_meanwhile_closes_the_draft(self, town):
        case_id = fill_draft(town, draft(town))
        town.relation.valid_until = date(2020, 2, 1)
        town.relation.save()
        with pytest.raises(matters.CaseNotFound):
            submit(town, case_id)
        assert matters.own_drafts(town.as_daughter) == ()

    def test_a_draft_is_no_case_of_the_list(self, town):
        case_id = draft(town)
        assert matters.own_cases(town.as_daughter, page=1, now=NOON).rows == ()
        assert [one.case_id for one in matters.own_drafts(town.as_daughter)] == [case_id]
        assert matters.desk_waiting(town.clerk) == ()

    def test_thrown_away_it_is_empty_and_a_new_one_begins(self, town):
        case_id = fill_draft(town, draft(town))
        matters.discard_draft(actor=town.as_daughter, case_id=case_id, at=NOON)
        assert answers_of(case_id) == {}
        assert not CaseMaterial.objects.exists()
        assert matters.own_drafts(town.as_daughter) == ()
        assert matters.own_cases(town.as_daughter, page=1, now=NOON).rows == ()
        assert no_facts_published("matters")
        assert draft(town) != case_id


class TestPapers:
    def test_several_pages_of_one_paper(self, town):
        case_id = draft(town)
        for name in ("首页.png", "本人页.png", "变更页.png"):
            matters.add_draft_material(
                actor=town.as_daughter, case_id=case_id, material=photograph("household_register", name), at=NOON
            )
        (paper,) = matters.get_draft(town.as_daughter, case_id, NOON).case.materials
        assert (paper.status, len(paper.urls), len(paper.file_ids)) == ("uploaded", 3, 3)

    def test_one_is_taken_off_again(self, town):
        case_id = draft(town)
        for _ in range(2):
            matters.add_draft_material(
                actor=town.as_daughter, case_id=case_id, material=photograph("identity_card"), at=NOON
            )
        (paper,) = matters.get_draft(town.as_daughter, case_id, NOON).case.materials
        for page, left in zip(paper.file_ids, (1, 0), strict=True):
            matters.remove_draft_material(
                actor=town.as_daughter, case_id=case_id, material_id="identity_card", file_id=page, at=NOON
            )
            assert (
                sum(len(one.urls) for one in matters.get_draft(town.as_daughter, case_id, NOON).case.materials) == left
            )
        with pytest.raises(matters.CaseNotFound):
            matters.remove_draft_material(
                actor=town.as_daughter, case_id=case_id, material_id="identity_card", file_id=paper.file_ids[0], at=NOON
            )

    def test_not_without_end(self, town):
        case_id = draft(town)
        one_more = {"actor": town.as_daughter, "case_id": case_id, "material": photograph("identity_card"), "at": NOON}
        for _ in range(6):
            matters.add_draft_material(**one_more)
        with pytest.raises(matters.TooManyPages):
            matters.add_draft_material(**one_more)

    def test_only_what_is_on_the_list(self, town):
        own = draft(town, actor=town.as_mother)
        for strange in ("diploma", "letter_of_authorisation"):  # she files herself: no letter
            with pytest.raises(matters.CaseNotFound):
                matters.add_draft_material(actor=town.as_mother, case_id=own, material=photograph(strange), at=NOON)

    @pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<script>alert(1)</script>", PNG[:30]])
    def test_what_is_no_photograph_is_refused(self, town, content):
        case_id = draft(town)
        paper = matters.HandedIn(material_id="identity_card", status="uploaded", content=content)
        with pytest.raises(documents.FileRefused):
            matters.add_draft_material(actor=town.as_daughter, case_id=case_id, material=paper, at=NOON)
        assert not CaseMaterial.objects.exists()

    def test_papers_of_an_earlier_case_are_put_in_again(self, town):
        first = submit(town, fill_draft(town, draft(town)))
        matters.withdraw_case(actor=town.as_daughter, case_id=first, at=NOON)
        second = draft(town)
        offered = matters.get_draft(town.as_daughter, second, NOON).earlier
        assert set(offered) >= {"identity_card", "household_register"}
        matters.reuse_material(actor=town.as_daughter, case_id=second, material_id="identity_card", at=NOON)
        found = matters.get_draft(town.as_daughter, second, NOON)
        assert [one.material_id for one in found.case.materials] == ["identity_card"]
        assert "identity_card" not in found.earlier

    def test_not_those_of_another_person(self, town):
        submit(town, fill_draft(town, draft(town)))
        own = matters.start_draft(actor=town.as_daughter, item_code=ITEM, applicant_id=town.daughter.id, at=NOON)
        assert matters.get_draft(town.as_daughter, own, NOON).earlier == {}
        with pytest.raises(matters.CaseNotFound):
            matters.reuse_material(actor=town.as_daughter, case_id=own, material_id="identity_card", at=NOON)


class TestHandingIn:
    def test_lies_at_the_desk_of_the_applicants_community(self, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        case = Case.objects.get(pk=case_id)
        assert (case.state, case.intake_organisation_id) == (State.SUBMITTED, town.desk.id)
        assert [one.case_id for one in matters.desk_waiting(town.clerk)] == [case_id]
        assert matters.desk_waiting(town.other_clerk) == ()
        (fact,) = facts_published("matters.CaseSubmitted")
        assert fact.payload["community"] == people.XINZHU
        assert fact.payload["channel"] == "web"

    def test_what_the_city_knows_was_not_asked(self, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        found = answers_of(case_id)
        assert (found["filed_by"], found["relation"], found["agent_name"]) == ("agent", "child", "韦海燕")

    def test_the_declaration_is_kept_and_needed(self, town):
        case_id = fill_draft(town, draft(town))
        with pytest.raises(matters.NotDeclared):
            matters.submit_case(actor=town.as_daughter, case_id=case_id, declaration=" ", at=NOON)
        submit(town, case_id)
        assert Case.objects.get(pk=case_id).steps.get(action="submit").note == "以上都是真实的"

    def test_what_is_wrong_is_named_field_by_field(self, town):
        case_id = fill_draft(town, draft(town), answers={**ANSWERS, "card_number": "6217", "delivery": "pigeon"})
        with pytest.raises(catalogue.AnswersRefused) as refused:
            submit(town, case_id)
        assert [one.field for one in refused.value.errors] == ["card_number", "delivery"]
        assert Case.objects.get(pk=case_id).state == State.DRAFT
        assert no_facts_published("matters")

    def test_missing_papers_are_named(self, town):
        case_id = fill_draft(town, draft(town), papers=("social_security_card", "identity_card"))
        with pytest.raises(matters.MaterialsMissing) as refused:
            submit(town, case_id)
        assert "户口簿" in refused.value.text
        assert "代办委托书" in refused.value.text

    def test_an_unknown_home_has_no_desk(self, town):
        case_id = fill_draft(town, draft(town))
        town.mother.home_community_id = None
        town.mother.save()
        with pytest.raises(matters.NoDeskForHome):
            submit(town, case_id)

    def test_a_home_that_changed_meanwhile_counts(self, town):
        case_id = fill_draft(town, draft(town))
        town.mother.home_community_id = people.WANLI
        town.mother.save()
        submit(town, case_id)
        assert [one.case_id for one in matters.desk_waiting(town.other_clerk)] == [case_id]

    def test_a_version_that_changed_meanwhile(self, town):
        case_id = fill_draft(town, draft(town))
        load_next_version("2026-11-25")
        tomorrow = NOON + timedelta(days=1)
        assert matters.get_draft(town.as_daughter, case_id, tomorrow).is_outdated
        with pytest.raises(matters.DraftOutdated):
            submit(town, case_id, at=tomorrow)
        again = draft(town, at=tomorrow)
        assert again != case_id
        assert {one.case_id for one in matters.own_drafts(town.as_daughter)} == {case_id, again}

    def test_twice_is_refused_and_changes_nothing(self, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        with pytest.raises(matters.CaseActionNotAllowed) as refused:
            submit(town, case_id)
        assert "submitted" not in refused.value.text
        assert len(facts_published("matters.CaseSubmitted")) == 1

    def test_a_level_that_fell_meanwhile(self, town):
        case_id = fill_draft(town, draft(town))
        town.daughter.level = 1
        town.daughter.save()
        with pytest.raises(matters.LevelTooLow):
            submit(town, case_id)

    def test_of_two_drafts_the_first_wins(self, town):
        own, for_her = (
            fill_draft(town, draft(town, actor=town.as_mother), actor=town.as_mother),
            fill_draft(town, draft(town)),
        )
        submit(town, for_her)
        with pytest.raises(matters.CaseAlreadyOpen):
            submit(town, own, actor=town.as_mother)
        assert Case.objects.get(pk=own).state == State.DRAFT

    def test_at_three_in_the_night_of_national_day(self, town):
        case_id = submit(town, fill_draft(town, draft(town, at=THREE_ON_NATIONAL_DAY)), at=THREE_ON_NATIONAL_DAY)
        assert Case.objects.get(pk=case_id).state == State.SUBMITTED
        assert [one.case_id for one in matters.desk_waiting(town.clerk)] == [case_id]


class TestAtTheDesk:
    def test_taken_in_accepted_decided(self, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        matters.take_in_submitted(actor=town.clerk, case_id=case_id, at=NOON)
        matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        case = matters.get_case(town.examiner, case_id)
        assert (case.state, case.office) == (State.ACCEPTED, "西乡塘区民政局")
        assert clocks.of(case.subject).promise.due_on == date(2026, 12, 8)
        assert [one.status for one in case.materials] == ["uploaded"] * 4
        matters.take_up_case(actor=town.examiner, case_id=case_id, at=NOON)
        find_everything(town, case_id)
        matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="granted", reasons="", at=NOON)
        matters.sign_decision(actor=town.signer, case_id=case_id, at=NOON)
        assert Case.objects.get(pk=case_id).state == State.GRANTED

    def test_the_clerk_reads_the_registration_from_the_photograph(self, town):
        aunt = people.make_resident("黄阿婆", hukou_division="", level=3)
        people.make_relation(town.daughter, aunt)
        town.mother = aunt
        case_id = submit(town, fill_draft(town, draft(town)))
        matters.take_in_submitted(actor=town.clerk, case_id=case_id, at=NOON)
        with pytest.raises(matters.HukouUnknown):
            matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        with pytest.raises(matters.CaseNotFound):
            matters.record_household_of_case(actor=town.other_clerk, case_id=case_id, division=people.WANLI, at=NOON)
        matters.record_household_of_case(actor=town.clerk, case_id=case_id, division=people.WANLI, at=NOON)
        matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        assert matters.get_case(town.examiner, case_id).office == "西乡塘区民政局"

    def test_a_case_of_the_desk_is_read_from_the_register_itself(self, town):
        case_id = take_in(town)
        with pytest.raises(matters.CaseActionNotAllowed):
            matters.record_household_of_case(actor=town.clerk, case_id=case_id, division=people.WANLI, at=NOON)

    def test_another_desk_does_not_see_it(self, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        with pytest.raises(matters.CaseNotFound):
            matters.take_in_submitted(actor=town.other_clerk, case_id=case_id, at=NOON)

    def test_a_draft_is_not_taken_in(self, town):
        case_id = fill_draft(town, draft(town))
        with pytest.raises(matters.CaseNotFound):
            matters.take_in_submitted(actor=town.clerk, case_id=case_id, at=NOON)

    def test_accepted_in_the_holidays_the_limit_runs_afterwards(self, town):
        case_id = submit(town, fill_draft(town, draft(town, at=THREE_ON_NATIONAL_DAY)), at=THREE_ON_NATIONAL_DAY)
        morning = THREE_ON_NATIONAL_DAY + timedelta(hours=6)
        matters.take_in_submitted(actor=town.clerk, case_id=case_id, at=morning)
        matters.accept_case(actor=town.clerk, case_id=case_id, at=morning)
        due = clocks.of(matters.get_case(town.examiner, case_id).subject).promise.due_on
        assert due > date(2026, 10, 16)  # ten working days, none of them before 8 October


def test_two_at_once_one_wins(committed_db):
    town = filing_town()
    drafts = [
        (town.as_mother, fill_draft(town, draft(town, actor=town.as_mother), actor=town.as_mother)),
        (town.as_daughter, fill_draft(town, draft(town))),
    ]
    barrier, outcomes = threading.Barrier(2), []

    def run(actor, case_id):
        try:
            barrier.wait()
            submit(town, case_id, actor=actor)
            outcomes.append("in")
        except matters.CaseAlreadyOpen:
            outcomes.append("open")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "open"]
    assert Case.objects.filter(state=State.SUBMITTED).count() == 1
