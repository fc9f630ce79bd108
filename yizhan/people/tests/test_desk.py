"""The desk's look at one person: by the full number, one at a time, logged, gone when the case is routed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from yizhan.kernel.api import NotAllowed
from yizhan.kernel.testing import audit_lines, facts_published
from yizhan.people import api as people
from yizhan.people.models import IntakeGrant, RecordRead
from yizhan.people.testing import (
    MOMENT,
    QINGXIU,
    WANLI,
    XINZHU,
    actor_for,
    make_id_number,
    make_intake,
    make_organisation,
    make_relation,
    make_resident,
    make_staff,
)

pytestmark = pytest.mark.django_db


def our_lines():
    return [line for line in audit_lines() if line.action.startswith("people.")]


@pytest.fixture
def desk():
    return make_organisation(territory=XINZHU, name="新竹社区综合窗口")


@pytest.fixture
def clerk(desk):
    return make_staff("desk_clerk", desk)


@pytest.fixture
def mother():
    return make_resident("农秀珍", home_community=WANLI, level=2)


class TestFindingByNumber:
    def test_a_person_of_another_district_is_found_and_the_look_is_logged(self, clerk, mother, desk):
        intake = people.find_resident_at_desk(actor=actor_for(clerk), id_number=mother.id_number.lower(), at=MOMENT)

        assert intake.person.name == "农秀珍"
        assert intake.person.id_number_masked == f"450107{'*' * 8}{mother.id_number[-4:]}"
        read = RecordRead.objects.get()
        assert (read.resident_id, read.purpose, read.reader_name) == (mother.id, "intake", "莫小兰")
        assert (read.organisation_id, read.at) == (desk.id, MOMENT)

    def test_nobody_is_found_by_a_number_that_nobody_has(self, clerk):
        with pytest.raises(people.ResidentNotFound):
            people.find_resident_at_desk(actor=actor_for(clerk), id_number=make_id_number(), at=MOMENT)
        assert [line.action for line in our_lines()] == ["people.intake.not_found"]
        assert not IntakeGrant.objects.exists()

    @pytest.mark.parametrize("number", ["450103194602290014", "", "450103400101001", "农秀珍", "\x00", "450107%"])
    def test_what_is_no_number_is_refused_with_a_reason(self, clerk, number):
        with pytest.raises(people.IdentityNumberRefused) as refused:
            people.find_resident_at_desk(actor=actor_for(clerk), id_number=number, at=MOMENT)
        assert "号码" in refused.value.text
        assert "450103" not in str(refused.value) + str(refused.value.facts)

    def test_a_new_person_closes_the_look_at_the_one_before(self, clerk, mother):
        other = make_resident("韦海燕")
        actor = actor_for(clerk)
        people.find_resident_at_desk(actor=actor, id_number=mother.id_number, at=MOMENT)
        people.find_resident_at_desk(actor=actor, id_number=other.id_number, at=MOMENT)

        assert IntakeGrant.objects.get(closed_at=None).resident_id == other.id
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=actor, resident_id=mother.id, purpose="intake", at=MOMENT)

    def test_an_examiner_may_not_look_people_up(self, mother):
        office = make_organisation("department", territory=QINGXIU)
        with pytest.raises(NotAllowed):
            people.find_resident_at_desk(
                actor=actor_for(make_staff("examiner", office)), id_number=mother.id_number, at=MOMENT
            )

    def test_rights_end_with_the_day_of_the_role(self, clerk, mother):
        clerk.assignments.update(valid_until=people_day(MOMENT))
        with pytest.raises(NotAllowed):
            people.find_resident_at_desk(actor=actor_for(clerk), id_number=mother.id_number, at=MOMENT)


def people_day(at):
    from yizhan.kernel.api import times

    return times.local_day(at)


class TestAgents:
    def test_a_daughter_with_a_relation_stands_for_her_mother(self, clerk, mother):
        daughter = make_resident("韦海燕", level=3)
        make_relation(daughter, mother)
        intake = people.find_resident_at_desk(
            actor=actor_for(clerk), id_number=mother.id_number, presence="agent", agent_id=daughter.id, at=MOMENT
        )
        assert intake.agent.name == "韦海燕"
        assert {read.resident_id for read in RecordRead.objects.all()} == {mother.id, daughter.id}

    def test_without_a_relation_she_is_refused(self, clerk, mother):
        with pytest.raises(people.AgentNotAuthorised):
            people.find_resident_at_desk(
                actor=actor_for(clerk),
                id_number=mother.id_number,
                presence="agent",
                agent_id=make_resident("路人").id,
                at=MOMENT,
            )
        assert not IntakeGrant.objects.exists()

    def test_an_expired_or_narrow_relation_does_not_do(self, clerk, mother):
        daughter = make_resident("韦海燕", level=3)
        make_relation(daughter, mother, valid_until=people_day(MOMENT))
        make_relation(daughter, mother, scope=("delivery",))
        with pytest.raises(people.AgentNotAuthorised):
            people.find_resident_at_desk(
                actor=actor_for(clerk), id_number=mother.id_number, presence="agent", agent_id=daughter.id, at=MOMENT
            )

    def test_a_relation_for_one_matter_opens_the_desk_for_that_matter(self, clerk, mother):
        daughter = make_resident("韦海燕", level=3)
        make_relation(daughter, mother, scope=("matters.old_age_allowance",))
        people.find_resident_at_desk(
            actor=actor_for(clerk), id_number=mother.id_number, presence="agent", agent_id=daughter.id, at=MOMENT
        )
        asked = {"agent_id": daughter.id, "principal_id": mother.id, "on": people_day(MOMENT)}
        assert people.may_act_for(**asked, scope="matters.old_age_allowance")
        assert not people.may_act_for(**asked, scope="matters.housing")

    def test_the_desk_enters_the_relation_on_the_papers(self, clerk, mother):
        daughter = make_resident("韦海燕", level=3)
        people.find_resident_at_desk(
            actor=actor_for(clerk),
            id_number=mother.id_number,
            presence="agent",
            agent_id=daughter.id,
            authorisation=people.Authorisation(kind=people.RelationKind.DAUGHTER, evidence_note="户口簿"),
            at=MOMENT,
        )
        assert people.may_act_for(
            agent_id=daughter.id, principal_id=mother.id, scope="matters.old_age_allowance", on=people_day(MOMENT)
        )

    def test_an_agent_whom_nobody_has_checked_gets_no_relation(self, clerk, mother):
        stranger = make_resident("韦海燕", level=1, id_number="")
        with pytest.raises(people.AgentLevelTooLow):
            people.find_resident_at_desk(
                actor=actor_for(clerk),
                id_number=mother.id_number,
                presence="agent",
                agent_id=stranger.id,
                authorisation=people.Authorisation(kind=people.RelationKind.DAUGHTER),
                at=MOMENT,
            )

    def test_a_forged_agent_is_missing(self, clerk, mother):
        with pytest.raises(people.AgentMissing):
            people.find_resident_at_desk(
                actor=actor_for(clerk), id_number=mother.id_number, presence="agent", agent_id=uuid4(), at=MOMENT
            )


class TestLosingSight:
    def test_the_desk_sees_until_the_case_is_routed(self, clerk, mother):
        actor, case_id = actor_for(clerk), uuid4()
        intake = people.find_resident_at_desk(actor=actor, id_number=mother.id_number, at=MOMENT)
        people.attach_intake_to_case(actor=actor, grant_id=intake.grant_id, case_id=case_id, at=MOMENT)
        assert (
            people.person_card(actor=actor, resident_id=mother.id, purpose="intake", case_id=case_id, at=MOMENT).name
            == "农秀珍"
        )

        assert people.close_intake(case_id=case_id, at=MOMENT) == 1
        for look in (people.person_card, people.reveal_id_number, people.address_of):
            with pytest.raises(people.ResidentNotFound):
                look(actor=actor, resident_id=mother.id, purpose="intake", case_id=case_id, at=MOMENT)
        assert people.current_intake(actor=actor, at=MOMENT) is None

    def test_a_forgotten_look_ends_by_itself(self, clerk, mother):
        actor = actor_for(clerk)
        people.find_resident_at_desk(actor=actor, id_number=mother.id_number, at=MOMENT)
        later = MOMENT + timedelta(hours=5)
        assert people.current_intake(actor=actor, at=later) is None
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=actor, resident_id=mother.id, purpose="intake", at=later)

    def test_somebody_elses_look_cannot_be_attached(self, clerk, mother, desk):
        grant = make_intake(clerk, mother)
        with pytest.raises(people.IntakeNotOpen):
            people.attach_intake_to_case(
                actor=actor_for(make_staff("desk_clerk", desk)), grant_id=grant.id, case_id=uuid4(), at=MOMENT
            )

    def test_a_look_belongs_to_one_case(self, clerk, mother):
        grant = make_intake(clerk, mother, case_id=uuid4())
        with pytest.raises(people.IntakeNotOpen):
            people.attach_intake_to_case(actor=actor_for(clerk), grant_id=grant.id, case_id=uuid4(), at=MOMENT)


class TestDelivery:
    def test_any_desk_opens_a_person_for_delivery(self, mother):
        far = make_staff("desk_clerk", make_organisation(territory="450103004003"))
        case_id = uuid4()
        intake = people.open_for_delivery(
            actor=actor_for(far), resident_id=mother.id, case_id=case_id, presence="person", at=MOMENT
        )
        assert (intake.purpose, intake.case_id) == ("delivery", case_id)
        assert RecordRead.objects.get().purpose == "delivery"

    def test_who_comes_to_fetch_is_found_for_delivery(self, clerk, mother):
        case_id = uuid4()
        intake = people.find_resident_at_desk(
            actor=actor_for(clerk), id_number=mother.id_number, delivery_of=case_id, at=MOMENT
        )
        assert (intake.purpose, intake.case_id) == ("delivery", case_id)
        assert {read.purpose for read in RecordRead.objects.all()} == {"delivery"}

    def test_an_agent_needs_a_relation_there_too(self, clerk, mother):
        daughter = make_resident("韦海燕", level=3)
        with pytest.raises(people.AgentNotAuthorised):
            people.open_for_delivery(
                actor=actor_for(clerk),
                resident_id=mother.id,
                case_id=uuid4(),
                presence="agent",
                agent_id=daughter.id,
                at=MOMENT,
            )
        make_relation(daughter, mother, scope=("delivery",))
        assert (
            people.open_for_delivery(
                actor=actor_for(clerk),
                resident_id=mother.id,
                case_id=uuid4(),
                presence="agent",
                agent_id=daughter.id,
                at=MOMENT,
            ).agent_id
            == daughter.id
        )


class TestTheDesksOwnList:
    def test_neighbours_are_listed_by_name_masked_and_logged(self, clerk):
        make_resident("韦海燕", home_community=XINZHU)
        make_resident("韦海𠮷·<b>", home_community=XINZHU)
        make_resident("韦海明", home_community=WANLI)
        found = people.residents_near_desk(actor=actor_for(clerk), name="韦海", at=MOMENT)
        assert {one.name for one in found.people} == {"韦海燕", "韦海𠮷·<b>"}
        assert all("****" in one.id_number_masked for one in found.people)
        assert {read.purpose for read in RecordRead.objects.all()} == {"desk_list"}
        assert people.residents_near_desk(actor=actor_for(clerk), name="𠮷", at=MOMENT).total == 1

    def test_percent_and_underscore_are_letters_like_others(self, clerk):
        make_resident("韦海燕", home_community=XINZHU)
        assert people.residents_near_desk(actor=actor_for(clerk), name="%", at=MOMENT).total == 0

    def test_outside_the_territory_an_id_opens_nothing(self, clerk, mother):
        with pytest.raises(people.ResidentNotFound):
            people.open_intake(actor=actor_for(clerk), resident_id=mother.id, at=MOMENT)
        with pytest.raises(people.ResidentNotFound):
            people.open_intake(actor=actor_for(clerk), resident_id=uuid4(), at=MOMENT)


class TestIdentityCheck:
    def document(self, resident, **more):
        values = {"kind": people.IdentityDocument.IDENTITY_CARD, "name": resident.name, "id_number": resident.id_number}
        return people.SeenDocument(**(values | more))

    def test_the_card_in_the_holders_hand_is_level_3(self, clerk):
        resident = make_resident(level=1)
        actor = actor_for(clerk)
        people.find_resident_at_desk(actor=actor, id_number=resident.id_number, at=MOMENT)
        level = people.check_identity_at_desk(
            actor=actor, resident_id=resident.id, document=self.document(resident), at=MOMENT
        )
        assert level == 3
        assert [fact.payload["level"] for fact in facts_published("people.LevelRaised")] == [3]
        born = people.attributes_of(
            actor=actor, resident_id=resident.id, names=["born_on"], purpose="intake", at=MOMENT
        )["born_on"]
        assert (born.value, born.source, born.level) == ("1945-06-03", "identity_number", 3)

    def test_a_face_compared_is_level_4_and_a_later_check_does_not_lower_it(self, clerk):
        resident = make_resident(level=1)
        make_intake(clerk, resident)
        actor = actor_for(clerk)
        face = self.document(resident, is_face_compared=True)
        assert people.check_identity_at_desk(actor=actor, resident_id=resident.id, document=face, at=MOMENT) == 4
        plain = self.document(resident)
        assert people.check_identity_at_desk(actor=actor, resident_id=resident.id, document=plain, at=MOMENT) == 4

    def test_a_card_brought_by_the_daughter_is_level_2_and_her_own_level_3(self, clerk, mother):
        daughter = make_resident("韦海燕", level=1)
        make_relation(daughter, mother)
        actor = actor_for(clerk)
        people.find_resident_at_desk(
            actor=actor, id_number=mother.id_number, presence="agent", agent_id=daughter.id, at=MOMENT
        )
        check = people.check_identity_at_desk
        assert check(actor=actor, resident_id=mother.id, document=self.document(mother), at=MOMENT) == 2
        assert check(actor=actor, resident_id=daughter.id, document=self.document(daughter), at=MOMENT) == 3

    def test_another_name_on_the_card_is_refused(self, clerk):
        resident = make_resident(level=1)
        make_intake(clerk, resident)
        with pytest.raises(people.NumberDiffers):
            people.check_identity_at_desk(
                actor=actor_for(clerk),
                resident_id=resident.id,
                document=self.document(resident, name="王五"),
                at=MOMENT,
            )

    def test_nobody_is_checked_who_is_not_at_the_desk(self, clerk, mother):
        with pytest.raises(people.NotAtTheDesk):
            people.check_identity_at_desk(
                actor=actor_for(clerk), resident_id=mother.id, document=self.document(mother), at=MOMENT
            )
