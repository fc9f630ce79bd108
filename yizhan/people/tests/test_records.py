"""Registering, attributes, relations, offices, and who looked."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from yizhan.kernel.api import Actor, NotAllowed, Subject, subjects, times
from yizhan.kernel.testing import audit_lines, facts_published
from yizhan.people import api as people
from yizhan.people.models import RecordRead, Relation, Resident
from yizhan.people.testing import (
    MOMENT,
    QINGXIU,
    WANLI,
    XINZHU,
    XIXIANGTANG,
    actor_for,
    make_account,
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


def our_facts():
    return [fact for fact in facts_published() if fact.name.startswith("people.")]


SYSTEM = Actor.system("people.tests")
TODAY = times.local_day(MOMENT)


def particulars(**more):
    values = {"name": "农秀珍", "id_number": make_id_number(), "phone": "13900000001", "home_community": XINZHU}
    return people.Particulars(**(values | more))


class TestRegistering:
    def test_a_person_is_written_down_encrypted_and_found_again(self):
        number = make_id_number(date(1945, 6, 3))
        resident_id = people.register_resident(actor=SYSTEM, particulars=particulars(id_number=number), at=MOMENT)

        with connection.cursor() as cursor:
            cursor.execute("SELECT id_number, id_number_index, phone FROM people_resident WHERE id = %s", [resident_id])
            stored = b"".join(bytes(column) for column in cursor.fetchone())
        assert number.encode() not in stored
        assert b"13900000001" not in stored
        resident = Resident.objects.with_id_number(number).get()
        assert (resident.id, resident.id_number, resident.phone) == (resident_id, number, "13900000001")
        assert (resident.born_on, resident.sex, resident.level) == (date(1945, 6, 3), "female", 0)
        assert facts_published("people.ResidentRegistered")[0].community == XINZHU

    @pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "𠮷野", "名" * 50, "<b>韦</b>", "Mary van Dyk"])
    def test_every_name_is_kept(self, name):
        resident_id = people.register_resident(actor=SYSTEM, particulars=particulars(name=name), at=MOMENT)
        assert Resident.objects.get(pk=resident_id).name == name

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"name": "\x00"}, people.NameRefused),
            ({"name": "   "}, people.NameRefused),
            ({"name": "名" * 51}, people.NameRefused),
            ({"id_number": "450103194602290014"}, people.IdentityNumberRefused),
            ({"phone": "12345"}, people.PhoneRefused),
            ({"home_community": "450103999999"}, people.PlaceRefused),
            ({"home_community": "青秀区"}, people.PlaceRefused),
            ({"address": "\x00"}, people.AddressRefused),
            ({"address": "路" * 201}, people.AddressRefused),
        ],
    )
    def test_bad_input_leaves_nothing_behind(self, wrong, refusal):
        with pytest.raises(refusal) as refused:
            people.register_resident(actor=SYSTEM, particulars=particulars(**wrong), at=MOMENT)
        assert refused.value.text
        assert not Resident.objects.exists()
        assert not our_lines()
        assert not our_facts()

    def test_one_number_is_one_person(self):
        number = make_id_number()
        people.register_resident(actor=SYSTEM, particulars=particulars(id_number=number), at=MOMENT)
        with pytest.raises(people.IdentityNumberTaken):
            people.register_resident(actor=SYSTEM, particulars=particulars(id_number=number.lower()), at=MOMENT)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_resident(id_number=number)

    def test_one_phone_may_serve_a_family(self):
        for name in ("农秀珍", "韦海燕"):
            people.register_resident(actor=SYSTEM, particulars=particulars(name=name), at=MOMENT)
        assert Resident.objects.count() == 2

    def test_nothing_personal_stands_in_audit_or_facts(self):
        number = make_id_number()
        people.register_resident(
            actor=SYSTEM, particulars=particulars(id_number=number, address="竹溪大道1号"), at=MOMENT
        )
        written = str([line.facts for line in our_lines()] + [fact.payload for fact in our_facts()])
        assert not any(secret in written for secret in (number, "13900000001", "竹溪", "农秀珍"))
        assert number not in repr(particulars(id_number=number))

    def test_a_resident_may_not_register_others(self):
        with pytest.raises(NotAllowed):
            people.register_resident(actor=actor_for(make_resident()), particulars=particulars(), at=MOMENT)


class TestAttributes:
    def test_the_newest_source_answers_and_no_source_is_not_known(self):
        resident = make_resident(level=3)
        for source, value, day in (("a", "450103", 1), ("desk:户口簿", WANLI, 2)):
            people.record_attribute(
                actor=SYSTEM,
                resident_id=resident.id,
                name="hukou_division",
                value=value,
                source=source,
                at=MOMENT + timedelta(days=day),
            )
        found = people.attributes_of(
            actor=SYSTEM, resident_id=resident.id, names=["hukou_division", "alive"], purpose="eligibility", at=MOMENT
        )
        assert set(found) == {"hukou_division"}
        answer = found["hukou_division"]
        assert (answer.value, answer.source, answer.level) == (WANLI, "desk:户口簿", 3)

    def test_the_read_is_logged_with_its_fields_and_case(self):
        resident, case_id = make_resident(), uuid4()
        office = make_organisation("department", territory=XIXIANGTANG, name="西乡塘区民政局")
        people.attributes_of(
            actor=actor_for(make_staff("examiner", office, name="韦丽华")),
            resident_id=resident.id,
            names=["born_on", "alive"],
            purpose="examination",
            case_id=case_id,
            at=MOMENT,
        )
        read = RecordRead.objects.get()
        assert (read.reader_name, read.organisation_id, read.case_id) == ("韦丽华", office.id, case_id)
        assert (read.purpose, read.fields) == ("examination", ["alive", "born_on"])

    def test_a_desk_writes_only_about_who_stands_there(self):
        clerk, resident = make_staff(), make_resident()
        record = {"resident_id": resident.id, "name": "alive", "value": True, "source": "desk:本人到场", "at": MOMENT}
        with pytest.raises(people.NotAtTheDesk):
            people.record_attribute(actor=actor_for(clerk), **record)
        make_intake(clerk, resident)
        people.record_attribute(actor=actor_for(clerk), **record)

    def test_without_source_nothing_is_recorded(self):
        with pytest.raises(people.AttributeRefused):
            people.record_attribute(
                actor=SYSTEM, resident_id=make_resident().id, name="alive", value=True, source=" ", at=MOMENT
            )


class TestLooking:
    def test_an_office_needs_a_case_and_a_resident_no_more_than_himself(self):
        resident, other = make_resident(), make_resident("路人")
        examiner = actor_for(make_staff("examiner", make_organisation("department", territory=QINGXIU)))
        look = {"resident_id": resident.id, "at": MOMENT}
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=examiner, purpose="examination", **look)
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=actor_for(other), purpose="examination", case_id=uuid4(), **look)
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=actor_for(other), purpose="acting", **look)
        assert people.person_card(actor=actor_for(resident), purpose="acting", **look).name == "农秀珍"
        assert not RecordRead.objects.exists()

    def test_hidden_and_absent_look_the_same(self):
        other = actor_for(make_resident("路人"))
        answers = []
        for resident_id in (make_resident().id, uuid4()):
            with pytest.raises(people.ResidentNotFound) as refused:
                people.person_card(actor=other, resident_id=resident_id, purpose="acting", at=MOMENT)
            answers.append((refused.value.code, refused.value.text, refused.value.facts))
        assert answers[0] == answers[1]

    def test_a_full_look_leaves_its_own_line(self):
        resident, clerk = make_resident(), make_staff()
        make_intake(clerk, resident)
        number = people.reveal_id_number(actor=actor_for(clerk), resident_id=resident.id, purpose="intake", at=MOMENT)
        assert number == resident.id_number
        assert RecordRead.objects.get().fields == ["id_number"]
        assert [line.action for line in our_lines()] == ["people.id_number.revealed"]

    def test_reloading_is_one_look_and_an_hour_later_another(self):
        resident, clerk = make_resident(), make_staff()
        make_intake(clerk, resident)
        for minutes in (0, 1, 9, 61):
            people.person_card(
                actor=actor_for(clerk),
                resident_id=resident.id,
                purpose="intake",
                at=MOMENT + timedelta(minutes=minutes),
            )
        assert RecordRead.objects.count() == 2

    def test_nobody_unknown_looks(self):
        with pytest.raises(people.ResidentNotFound):
            people.person_card(actor=Actor(), resident_id=make_resident().id, purpose="intake", at=MOMENT)

    def test_a_contact_is_no_look(self):
        resident = make_resident(phone="13900000001")
        contact = people.contact_of(resident_id=resident.id)
        assert (contact.name, contact.phone) == ("农秀珍", "13900000001")
        assert "13900000001" not in repr(contact)
        assert people.contact_of(resident_id=uuid4()) is None
        account_only = make_resident("韦海燕")
        make_account(resident=account_only, phone="13900000002")
        assert people.contact_of(resident_id=account_only.id).phone == "13900000002"
        assert not RecordRead.objects.exists()


class TestWhoLooked:
    def look_at(self, resident, times=1):
        clerk = make_staff("desk_clerk", make_organisation(territory=XINZHU, name="新竹社区综合窗口"))
        for hour in range(times):
            at = MOMENT + timedelta(hours=hour)
            make_intake(clerk, resident, at=at)
            people.person_card(actor=actor_for(clerk), resident_id=resident.id, purpose="intake", at=at)

    def test_the_person_sees_who_where_when_newest_first(self):
        resident = make_resident()
        self.look_at(resident, times=3)
        page = people.reads_of(actor=actor_for(resident), on=TODAY, size=2)
        assert (page.total, page.pages, len(page.reads)) == (3, 2, 2)
        first = page.reads[0]
        assert (first.reader_name, first.organisation_name) == ("莫小兰", "新竹社区综合窗口")
        assert first.at == MOMENT + timedelta(hours=2)

    def test_others_see_nothing(self):
        resident = make_resident()
        self.look_at(resident)
        for actor in (actor_for(make_resident("路人")), actor_for(make_staff()), Actor()):
            assert people.reads_of(actor=actor, on=TODAY, resident_id=resident.id).total == 0

    def test_a_daughter_sees_them_where_the_scope_says_so(self):
        mother = make_resident()
        self.look_at(mother)
        for scope, seen in ((("matters",), 0), (("matters", "reads"), 1), (("all",), 1)):
            daughter = make_resident("韦海燕")
            make_relation(daughter, mother, scope=scope)
            assert people.reads_of(actor=actor_for(daughter), on=TODAY, resident_id=mother.id).total == seen

    @pytest.mark.parametrize("table", ["people_recordread", "people_levelcheck", "people_verifiedattribute"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
    def test_the_application_cannot_change_evidence(self, table, statement):
        text = statement.format(table)
        text = text.replace("SET at", "SET seen_at") if "attribute" in table else text
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(text)


class TestRelations:
    def relation(self, agent, principal, **more):
        values = {"kind": people.RelationKind.DAUGHTER, "valid_from": TODAY}
        return people.NewRelation(agent_id=agent.id, principal_id=principal.id, **(values | more))

    def test_it_holds_from_its_first_day_up_to_its_last(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        end = TODAY + timedelta(days=30)
        relation = self.relation(daughter, mother, scope=("matters",), valid_until=end)
        people.add_relation(actor=SYSTEM, relation=relation, at=MOMENT)
        asked = {"agent_id": daughter.id, "principal_id": mother.id, "scope": "matters.old_age_allowance"}
        assert people.may_act_for(**asked, on=TODAY)
        assert people.may_act_for(**asked, on=end - timedelta(days=1))
        assert not people.may_act_for(**asked, on=end)
        assert not people.may_act_for(**asked, on=TODAY - timedelta(days=1))
        assert [one.agent_name for one in people.agents_of(resident_id=mother.id, scope="matters", on=TODAY)] == [
            "韦海燕"
        ]
        assert [one.principal_name for one in people.principals_of(resident_id=daughter.id, on=TODAY)] == ["农秀珍"]
        assert people.principals_of(resident_id=daughter.id, scope="reads", on=TODAY) == ()

    def test_a_guardian_must_have_been_seen(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        guardian = self.relation(daughter, mother, kind=people.RelationKind.GUARDIAN)
        with pytest.raises(people.AgentLevelTooLow) as refused:
            people.add_relation(actor=SYSTEM, relation=guardian, at=MOMENT)
        assert "L4" in refused.value.text

    def test_what_makes_no_relation(self):
        mother, daughter = make_resident(level=3), make_resident("韦海燕", level=3)
        for wrong in (
            self.relation(mother, mother),
            self.relation(daughter, mother, scope=()),
            self.relation(daughter, mother, valid_until=TODAY),
        ):
            with pytest.raises(people.RelationRefused):
                people.add_relation(actor=SYSTEM, relation=wrong, at=MOMENT)

    def test_two_do_not_overlap(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        people.add_relation(actor=SYSTEM, relation=self.relation(daughter, mother), at=MOMENT)
        with pytest.raises(people.RelationExists):
            people.add_relation(actor=SYSTEM, relation=self.relation(daughter, mother), at=MOMENT)

    def test_the_principal_takes_part_of_it_back(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        relation = make_relation(daughter, mother)
        end = TODAY + timedelta(days=10)
        narrow = {"relation_id": relation.id, "scope": ("delivery",), "valid_until": end, "at": MOMENT}
        with pytest.raises(people.RelationNotFound):
            people.narrow_relation(actor=actor_for(daughter), **narrow)
        people.narrow_relation(actor=actor_for(mother), **narrow)

        asked = {"agent_id": daughter.id, "principal_id": mother.id}
        assert people.may_act_for(**asked, scope="delivery", on=end - timedelta(days=1))
        assert not people.may_act_for(**asked, scope="delivery", on=end)
        assert not people.may_act_for(**asked, scope="matters", on=TODAY)

    def test_nobody_widens_it_alone(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        end = TODAY + timedelta(days=10)
        relation = make_relation(daughter, mother, scope=("matters",), valid_until=end)
        for scope, until in ((("all",), None), (("matters", "reads"), None), (("matters",), end + timedelta(days=1))):
            with pytest.raises(people.RelationRefused):
                people.narrow_relation(
                    actor=actor_for(mother), relation_id=relation.id, scope=scope, valid_until=until, at=MOMENT
                )

    def test_either_side_ends_it_and_nobody_else(self):
        mother, daughter = make_resident(), make_resident("韦海燕", level=3)
        relation = make_relation(daughter, mother)
        with pytest.raises(people.RelationNotFound):
            people.end_relation(actor=actor_for(make_resident("路人")), relation_id=relation.id, at=MOMENT)
        people.end_relation(actor=actor_for(mother), relation_id=relation.id, at=MOMENT)
        assert not people.may_act_for(agent_id=daughter.id, principal_id=mother.id, scope="matters", on=TODAY)
        assert Relation.objects.get().ended_by_key.startswith("account:")


class TestOffices:
    def test_the_office_of_the_district_comes_before_the_citys(self):
        city = make_organisation("department", territory="4501", name="市民政局")
        district = make_organisation("department", territory=XIXIANGTANG, name="西乡塘区民政局")
        make_organisation("department", department="health", territory=XIXIANGTANG)
        found = people.responsible_organisation(department="civil_affairs", division_code=WANLI)
        assert found.organisation_id == district.id
        found = people.responsible_organisation(department="civil_affairs", division_code=XINZHU)
        assert found.organisation_id == city.id
        assert people.responsible_organisation(department="civil_affairs", division_code="440103001005") is None

    def test_the_desk_of_a_community(self):
        desk = make_organisation(territory=XINZHU)
        assert people.desk_for(division_code=XINZHU).organisation_id == desk.id
        assert people.desk_for(division_code=WANLI) is None

    def test_lists(self):
        make_organisation(territory=XINZHU)
        office = make_organisation("department", territory=QINGXIU, name="青秀区民政局")
        assert [one.name for one in people.organisations(kind="department", territory=QINGXIU)] == ["青秀区民政局"]
        assert len(people.organisations(territory=QINGXIU)) == 2
        assert people.organisation(organisation_id=office.id).department == "civil_affairs"
        with pytest.raises(people.OrganisationNotFound):
            people.organisation(organisation_id=uuid4())

    def test_one_office_per_department_and_place(self):
        make_organisation("department", territory=QINGXIU)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_organisation("department", territory="450103000000")

    def test_only_an_administrator_keeps_the_house(self):
        new = people.NewOrganisation(kind=people.OrganisationKind.DESK, name="窗口", territory=XINZHU)
        with pytest.raises(NotAllowed):
            people.open_organisation(actor=actor_for(make_staff()), organisation=new)
        with pytest.raises(people.OrganisationCodeRefused):
            people.open_organisation(
                actor=SYSTEM,
                organisation=people.NewOrganisation(
                    kind=people.OrganisationKind.MERCHANT, name="店", credit_code="91350100M000100Y44"
                ),
            )

    def test_who_leaves_loses_every_role_the_same_day(self):
        clerk = make_staff()
        assert actor_for(clerk).has_role("desk_clerk")
        assert people.end_roles(actor=SYSTEM, staff_id=clerk.id, at=MOMENT) == 1
        assert not actor_for(clerk).roles

    def test_an_actor_carries_role_organisation_and_territory(self):
        desk, office = make_organisation(territory=XINZHU), make_organisation("department", territory=XIXIANGTANG)
        both = make_staff("desk_clerk", desk, also=[("examiner", office)])
        actor = actor_for(both)
        assert {(grant.role, grant.organisation_id, grant.territory) for grant in actor.roles} == {
            ("desk_clerk", desk.id, XINZHU),
            ("examiner", office.id, XIXIANGTANG),
        }
        assert actor.channel == "desk"


class TestSubjects:
    def test_titles_and_who_may_see(self):
        mother, daughter = make_resident(), make_resident("韦海燕")
        make_relation(daughter, mother)
        subject = Subject("people.resident", str(mother.id))
        assert subjects.titles([subject]) == {subject: "农秀珍"}
        assert subjects.visible(actor_for(daughter), [subject]) == {subject}
        assert subjects.visible(actor_for(make_resident("路人")), [subject]) == set()
        office = make_organisation("department", territory=QINGXIU, name="青秀区民政局")
        place = Subject("people.organisation", str(office.id))
        assert subjects.titles([place])[place] == "青秀区民政局"


class TestKnownNames:
    @pytest.fixture(autouse=True)
    def somebody(self):
        make_resident("农秀珍")
        make_resident("阿依古丽·买买提")
        make_staff("desk_clerk", name="莫小兰")

    @pytest.mark.parametrize(
        "text", ["农秀珍", "帮农秀珍办津贴", "农 秀 珍", "阿依古丽•买买提", "莫小兰在哪", "nongxiuzhen", "Nóng Xiùzhēn"]
    )
    def test_a_name_is_known(self, text):
        assert people.is_name_known(text)

    @pytest.mark.parametrize("text", ["", "农", "身份证丢了", "秀珍", "nongxiuzhenbutie", "%", "12345"])
    def test_other_words_are_not(self, text):
        assert not people.is_name_known(text)

    def test_it_is_no_look(self):
        people.is_name_known("农秀珍")
        assert not RecordRead.objects.exists()
