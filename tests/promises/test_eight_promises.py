# ruff: noqa: PLC2401  (the promises keep their names)
"""The eight promises of the city's proposal: each through HTTP as real roles of the sample city, each by raw SQL.

The raw statements run as `yizhan_app`, the role of the application itself: what is refused here, no programming error
can do.
"""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import outbox, timers, times
from yizhan.matters import api as matters
from yizhan.matters import testing as cases
from yizhan.people import testing as people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_city_db")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ALLOWANCE, LIVING = "old_age_allowance", "minimum_living_allowance"
MOTHER = "450107194506030242"
CARD = {"is_original_seen": "on", "is_face_compared": "on"}
FORMS = {
    ALLOWANCE: (cases.ANSWERS, ("social_security_card", "identity_card", "household_register")),
    LIVING: (cases.STAGED_ANSWERS, cases.STAGED_PAPERS),
    "ethnic_identity_change": (
        {"ground": "own_wish", "present": "汉族", "wanted": "壮族", "follows": "mother", "delivery": "desk"},
        ("identity_card", "household_register", "application_letter"),
    ),
    cases.INSTANT: (cases.INSTANT_ANSWERS, ("identity_card",)),
}


@pytest.fixture(autouse=True)
def _translated():
    from yizhan.look.testing import plain_static_files

    with plain_static_files():
        yield


def staff(name):
    """Somebody of the sample city at the screen."""
    client = Client()
    client.force_login(people.Account.objects.get(staff__name=name), backend=BACKEND)
    return client


def resident(name):
    client = Client()
    client.force_login(people.Account.objects.get(resident__name=name), backend=BACKEND)
    return client


def number_of(name):
    return people.Resident.objects.get(name=name).id_number


def registered_in_wanli(name, born):
    """One more old person of 万力社区."""
    return people.make_resident(
        name, born_on=born, home_community=people.WANLI, hukou_division=people.WANLI, is_sample=True
    ).id_number


HUKOU = {"hukou_district": people.WANLI[:6], "hukou": people.WANLI}


def file_at_desk(clerk, id_number, item=ALLOWANCE, *, hukou=HUKOU, act="accept"):
    """Take in and accept at the desk where this clerk sits. Gives the case's id."""
    opened = clerk.post("/desk/", {"id_number": id_number, "who": "self", "act": "receive", **CARD})
    assert opened.status_code == 302, text_of(opened)
    answers, papers = FORMS[item]
    typed = {f"a-{one}": value for one, value in answers.items()}
    seen = {f"m-{one}": "seen" for one in papers}
    done = clerk.post(f"/desk/intake/{item}/", {"act": act, "key": f"{id_number}{item}", **typed, **seen, **hukou})
    assert done.status_code == 302, text_of(done)
    return UUID(re.search(r"[0-9a-f-]{36}", done.url).group())


def text_of(response):
    return " ".join(response.content.decode().split())


def post(client, case_id, what, **data):
    return client.post(f"/office/cases/{case_id}/{what}/", data)


def sees(client, case_id):
    return client.get(f"/office/cases/{case_id}/").status_code == 200


def case(case_id):
    return matters.get_case(cases.Actor.system("tests.promises"), case_id)


def reference(case_id):
    return case(case_id).reference


def in_queue(client, case_id):
    pages = [text_of(client.get(f"/office/?page={number}")) for number in (1, 2)]
    return any(f"/office/cases/{case_id}/" in page for page in pages)


def refused(statement, *parameters):
    """The application's own role may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yizhan_app",)
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    # A missing privilege; a trigger, a check or a unique constraint. Anything else is a mistake in the statement.
    assert caught.value.__cause__.sqlstate in ("42501", "23514", "23505"), caught.value


def find_and_propose(examiner, case_id, findings, source="登记名册（样例）"):
    for name, value in findings.items():
        prefix = f"find-{name.replace('.', '-')}"
        posted = {"of": name, f"{prefix}-attribute": name, f"{prefix}-value": value, f"{prefix}-source": source}
        assert post(examiner, case_id, "finding", **posted).status_code == 302
    assert post(examiner, case_id, "propose", outcome="granted", reasons="").status_code == 302


def sign(signer, case_id):
    proposal = case(case_id).proposal
    return post(signer, case_id, "sign", proposed_at=proposal.proposed_at.isoformat())


class Test多点受理:
    """Any desk and the web take the same matter; it ends in one queue, under numbers of one kind."""

    def test_three_desks_and_the_web_end_in_one_queue(self):
        filed = [
            file_at_desk(staff("莫小兰"), registered_in_wanli("农甲", date(1941, 2, 3))),
            file_at_desk(staff("周敏"), registered_in_wanli("农乙", date(1942, 2, 3))),
            file_at_desk(staff("卢志华"), registered_in_wanli("农丙", date(1943, 2, 3))),
            self.filed_on_the_web(),
        ]
        examiner = staff("韦丽华")
        assert all(in_queue(examiner, one) for one in filed)
        numbers = [reference(one) for one in filed]
        assert len(set(numbers)) == 4
        assert {number[:10] for number in numbers} == {"450107MZ05"}
        assert {case(one).office for one in filed} == {"西乡塘区民政局"}
        assert len({case(one).desk for one in filed}) == 3  # 新竹 is also the desk of the mother's home

    def filed_on_the_web(self):
        daughter = resident("韦海燕")
        mother = people.Resident.objects.get(name="农秀珍")
        begun = daughter.post(f"/my/apply/{ALLOWANCE}/", {"applicant": str(mother.id)})
        case_id = UUID(re.search(r"[0-9a-f-]{36}", begun.url).group())
        actor = people.actor_for(people.Account.objects.get(resident__name="韦海燕").resident)
        for paper in cases.PHOTOGRAPHED:
            matters.add_draft_material(
                actor=actor, case_id=case_id, material=cases.photograph(paper), at=timezone.now()
            )
        matters.save_draft(actor=actor, case_id=case_id, answers=cases.ANSWERS, at=timezone.now())
        page = text_of(daughter.get(f"/my/apply/draft/{case_id}/review/"))
        key = re.search(r'name="key" value="(\w+)"', page).group(1)
        sent = daughter.post(f"/my/apply/draft/{case_id}/review/", {"key": key, "declared": "on"})
        assert sent.status_code == 302, text_of(sent)
        clerk = staff("莫小兰")
        assert clerk.post(f"/desk/cases/{case_id}/", {"act": "take_in"}).status_code == 302
        assert clerk.post(f"/desk/cases/{case_id}/", {"act": "accept", "key": "web"}).status_code == 302
        return case_id

    def test_by_raw_sql_a_person_has_one_open_case_of_a_matter_wherever_it_was_filed(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER)
        refused(
            """INSERT INTO matters_case SELECT (jsonb_populate_record(c, jsonb_build_object(
                   'id', gen_random_uuid(), 'reference', 'another', 'pickup_index', '\\x00'))).*
               FROM matters_case c WHERE c.id = %s""",
            case_id,
        )


class Test受办分离:
    """Who takes a case in never decides it, whatever roles he has."""

    def test_a_clerk_who_is_also_examiner_and_signer_decides_nothing_that_he_took_in(self):
        both, examiner = staff("陆建国"), staff("韦丽华")
        case_id = file_at_desk(both, number_of("黄桂英"))
        assert sees(both, case_id)  # it is a case of his office
        assert post(both, case_id, "take-up").status_code == 403
        assert post(examiner, case_id, "take-up").status_code == 302
        assert post(both, case_id, "propose", outcome="granted", reasons="").status_code in (403, 422)
        find_and_propose(examiner, case_id, {"alive": "yes", "receives.old_age_allowance": "no"})
        assert sign(both, case_id).status_code == 403
        assert sign(examiner, case_id).status_code == 403  # nor does she who proposed
        assert sign(staff("梁少芬"), case_id).status_code == 302
        assert case(case_id).outcome == "granted"

    def test_by_raw_sql(self):
        case_id = file_at_desk(staff("陆建国"), number_of("黄桂英"))
        for column in ("examiner_id", "decided_by_id", "signed_by_id"):
            refused(f"UPDATE matters_case SET {column} = taken_in_by_id WHERE id = %s", case_id)
        refused("UPDATE matters_case SET taken_in_by_id = NULL WHERE id = %s", case_id)
        refused("UPDATE matters_case SET state = 'granted', decided_at = now() WHERE id = %s", case_id)

    def test_by_raw_sql_the_clerk_proposes_and_signs_nothing(self):
        examiner = staff("韦丽华")
        case_id = file_at_desk(staff("陆建国"), number_of("黄桂英"))
        assert post(examiner, case_id, "take-up").status_code == 302
        propose = """INSERT INTO matters_proposal (id, case_id, outcome, reasons, clauses, proposed_by_id, proposed_at)
                     SELECT gen_random_uuid(), id, 'granted', '', '', taken_in_by_id, now() FROM matters_case
                     WHERE id = %s"""
        refused(propose, case_id)
        find_and_propose(examiner, case_id, {"alive": "yes", "receives.old_age_allowance": "no"})
        for who in ("c.taken_in_by_id", "c.decided_by_id", "(SELECT id FROM people_staff WHERE name = '梁少芬')"):
            refused(
                f"""INSERT INTO matters_decision (id, case_id, proposal_id, number, outcome, document_id, signed_by_id,
                        signed_at, is_automatic)
                    SELECT gen_random_uuid(), c.id, p.id, 'forged', 'granted', gen_random_uuid(), {who}, now(), false
                    FROM matters_case c JOIN matters_proposal p ON p.case_id = c.id WHERE c.id = %s""",
                case_id,
            )


class Test综合接件:
    """One desk, one intake for the matters of all departments."""

    def test_one_clerk_takes_matters_of_three_departments_at_the_same_address(self):
        clerk = staff("李春燕")
        offices = {
            case(file_at_desk(clerk, number_of("黄桂英"), item)).office
            for item in (ALLOWANCE, "ethnic_identity_change", LIVING)
        }
        assert len(offices) == 3

    def test_every_item_of_the_catalogue_opens_in_the_one_form(self):
        clerk = staff("李春燕")
        clerk.post("/desk/", {"id_number": number_of("黄桂英"), "who": "self", "act": "receive", **CARD})
        items = catalogue.items(times.local_day(timezone.now()))
        assert len({one.department for one in items}) == 10
        for item in items:
            page = clerk.get(f"/desk/intake/{item.code}/")
            assert page.status_code == 200, item.code
            assert str(item.name) in text_of(page)

    def test_by_raw_sql_a_case_keeps_the_item_and_version_it_began_with(self):
        case_id = file_at_desk(staff("李春燕"), number_of("黄桂英"))
        refused("UPDATE matters_case SET item_version_id = gen_random_uuid() WHERE id = %s", case_id)
        refused("UPDATE matters_case SET reference = 'another' WHERE id = %s", case_id)


class Test后台审批:
    """The responsible office decides; to every other the case does not exist."""

    def test_other_offices_and_the_desk_do_not_see_it(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER)
        assert in_queue(staff("韦丽华"), case_id)
        for stranger in ("覃志伟", "黄晓明", "潘志刚", "苏丽萍", "石美兰"):
            client = staff(stranger)
            assert not in_queue(client, case_id), stranger
            assert client.get(f"/office/cases/{case_id}/").status_code == 404, stranger
            assert post(client, case_id, "take-up").status_code in (403, 404), stranger
        assert staff("莫小兰").get(f"/office/cases/{case_id}/").status_code in (403, 404)

    def test_by_raw_sql_an_accepted_case_has_an_office(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER)
        refused("UPDATE matters_case SET responsible_organisation_id = NULL WHERE id = %s", case_id)

    def test_by_raw_sql_no_other_office_takes_it_and_no_state_is_leapt_to(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER)
        other = "(SELECT id FROM people_organisation WHERE name = '青秀区民政局')"
        refused(f"UPDATE matters_case SET responsible_organisation_id = {other} WHERE id = %s", case_id)
        refused(
            f"UPDATE matters_case SET responsible_organisation_id = {other}, office_number = 1 WHERE id = %s", case_id
        )
        for state in ("received", "proposed", "withdrawn", "terminated", "not_accepted", "deemed_withdrawn"):
            refused("UPDATE matters_case SET state = %s WHERE id = %s", state, case_id)


class Test一站办结:
    """One case goes through two offices and ends in one hand-over."""

    def test_two_offices_in_turn_and_one_decision_fetched_at_another_desk(self):
        now = timezone.now()
        case_id = file_at_desk(staff("莫小兰"), MOTHER, LIVING)
        street, district = staff("石美兰"), staff("韦丽华")
        assert in_queue(street, case_id)
        assert not sees(district, case_id)
        assert post(street, case_id, "take-up").status_code == 302
        assert post(street, case_id, "course/hand_on", opinion="yes", text="入户查过，情况属实").status_code == 302
        assert not in_queue(street, case_id)
        assert "已送西乡塘区民政局" in text_of(street.get(f"/office/cases/{case_id}/"))  # it follows, and acts no more
        assert post(street, case_id, "take-up").status_code in (403, 404)
        assert post(district, case_id, "take-up").status_code == 302
        assert "入户查过，情况属实" in text_of(district.get(f"/office/cases/{case_id}/"))
        assert post(district, case_id, "course/publish").status_code == 302
        later = now + timedelta(days=9)
        timers.fire_all(later)
        with time_machine.travel(later, tick=False):
            district, signer = staff("韦丽华"), staff("梁少芬")
            find_and_propose(district, case_id, dict.fromkeys(cases.MEANS, "yes"))
            assert sign(signer, case_id).status_code == 302
            self.hand_over(case_id)
        steps = [one.action for one in case(case_id).steps]
        assert steps.count(matters.Action.DELIVER) == steps.count(matters.Action.GRANT) == 1
        assert [one.kind for one in case(case_id).documents].count("matters.decision") == 1

    def hand_over(self, case_id):
        clerk = staff("李春燕")
        code = cases.pickup_code_of(case_id)
        opened = clerk.post("/desk/deliver/", {"code": code, "id_number": MOTHER, **CARD})
        assert opened.status_code == 302, text_of(opened)
        assert clerk.post(opened.url, {"key": "k"}).status_code == 302

    def test_by_raw_sql_there_is_one_decision_and_one_delivery(self):
        for table in ("decision", "delivery"):
            refused(
                f"""INSERT INTO matters_{table} SELECT (jsonb_populate_record(d, jsonb_build_object(
                        'id', gen_random_uuid(), 'number', 'another'))).*
                    FROM matters_{table} d LIMIT 1"""
            )


class Test电子督查:
    """The clock warns by itself, and the supervised cannot edit what it wrote."""

    def test_lights_and_lapses_come_by_themselves(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER, LIVING)
        subject = case(case_id).subject
        start = timezone.now()
        lights = {str(clocks.of(subject).light_at(start + timedelta(days=days))) for days in range(0, 120)}
        assert {"green", "yellow", "red"} <= lights
        late = start + timedelta(days=25)
        timers.fire_all(late)
        outbox.deliver_all()
        with time_machine.travel(late, tick=False):
            street = staff("石美兰")
            assert "环节超时" in text_of(street.get("/office/"))
            checks = text_of(street.get("/office/checks/"))
            assert case(case_id).tail in checks
            for method in (street.post, street.delete, street.put):
                assert method("/office/checks/").status_code == 405

    def test_by_raw_sql_history_is_neither_changed_nor_taken_away(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER, LIVING)
        timers.fire_all(timezone.now() + timedelta(days=25))
        for table in ("matters_casestep", "matters_lapse", "matters_opinion", "kernel_auditline"):
            if table == "kernel_auditline" and table not in connection.introspection.table_names():
                continue
            refused(f"UPDATE {table} SET id = id")
            refused(f"DELETE FROM {table}")
        refused("UPDATE matters_case SET accepted_by_id = NULL WHERE id = %s", case_id)

    def test_by_raw_sql_no_limit_is_moved_and_no_lateness_hidden(self):
        case_id = file_at_desk(staff("莫小兰"), MOTHER, LIVING)
        for change in ("due_on = due_on + 30", "red_at = red_at + interval '30 days'", "yellow_at = NULL"):
            refused(f"UPDATE matters_case SET {change} WHERE id = %s", case_id)
        clock = "subject_kind = 'matters.case' AND subject_id = %s::text"
        for change in ("start_on = start_on + 30", "legal_days = 300", "extended_by = 30", "unit = 'natural'"):
            refused(f"UPDATE clocks_clock SET {change} WHERE {clock}", case_id)
        refused(f"DELETE FROM clocks_clock WHERE {clock}", case_id)
        refused(
            f"""INSERT INTO clocks_pause (clock_id, paused_after, paused_until, reason)
                SELECT id, start_on - 1, start_on + 30, 'forged' FROM clocks_clock WHERE {clock}""",
            case_id,
        )


class Test全城通办:
    """Where one files is not who answers: routed by the territory and the matter."""

    @pytest.mark.parametrize(
        ("name", "item", "office"),
        [
            ("农秀珍", ALLOWANCE, "西乡塘区民政局"),
            ("覃玉兰", ALLOWANCE, "青秀区民政局"),
            ("农秀珍", "ethnic_identity_change", "西乡塘区民族宗教事务局"),
        ],
    )
    def test_the_desk_of_another_district(self, name, item, office):
        hukou = HUKOU if name == "农秀珍" else {"hukou_district": "450103", "hukou": people.XINZHU}
        case_id = file_at_desk(staff("卢志华"), number_of(name), item, hukou=hukou)
        found = case(case_id)
        assert (found.desk, found.office) == ("蓉茉社区综合窗口", office)

    def test_by_raw_sql_who_took_it_in_and_for_whom_stays_as_it_was(self):
        case_id = file_at_desk(staff("卢志华"), MOTHER)
        refused("UPDATE matters_case SET applicant_id = %s WHERE id = %s", _somebody_else(), case_id)
        refused("UPDATE matters_case SET taken_in_by_id = accepted_by_id, accepted_by_id = NULL WHERE id = %s", case_id)
        refused("UPDATE matters_case SET intake_organisation_id = responsible_organisation_id WHERE id = %s", case_id)
        refused("UPDATE matters_case SET desk_community = home_community WHERE id = %s", case_id)


def _somebody_else():
    return people.Resident.objects.get(name="黄桂英").id


class Test全年无休:
    """At three in the morning of National Day it is taken in; the law counts from the next working day."""

    NIGHT = datetime(2026, 9, 30, 19, 0, tzinfo=UTC)  # 03:00 on 1 October in Nanning

    def test_taken_in_at_three_in_the_morning_of_national_day(self):
        with time_machine.travel(self.NIGHT, tick=False):
            case_id = file_at_desk(staff("莫小兰"), MOTHER)
        found = case(case_id)
        assert found.accepted_at == self.NIGHT
        days = [one.date for one in clocks.explain(found.subject, date(2026, 10, 8)) if one.counts]
        assert days[0] == date(2026, 10, 8)  # the first working day after the holidays
        assert found.due_on == date(2026, 10, 20)  # ten of them, Saturday 10 October among them

    def test_by_raw_sql_the_moment_stays_and_nobody_else_has_accepted(self):
        with time_machine.travel(self.NIGHT, tick=False):
            case_id = file_at_desk(staff("莫小兰"), MOTHER)
        refused("UPDATE matters_case SET accepted_at = NULL WHERE id = %s", case_id)
        refused("UPDATE matters_case SET deemed_accepted = true WHERE id = %s", case_id)
        for moment in ("created_at", "received_at", "accepted_at"):
            refused(f"UPDATE matters_case SET {moment} = {moment} + interval '8 days' WHERE id = %s", case_id)
        refused("UPDATE matters_casestep SET at = at + interval '8 days' WHERE case_id = %s", case_id)
