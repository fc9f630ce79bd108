"""The office on the web: the queue, the case on one page, two officials, and who is kept apart."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.testing import NOON, bring_to, find_everything, make_town, take_in
from yizhan.matters.web.office_forms import FindingForm, ProposalForm
from yizhan.people import api as people_api
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = NOON + timedelta(days=1)
QUEUE = "/office/"


@pytest.fixture(autouse=True)
def _plain():
    with plain_static_files():
        yield


@pytest.fixture
def town():
    return make_town()


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(LATER, tick=False):
        yield LATER


def as_(client, actor):
    client.force_login(people.Account.objects.get(pk=actor.account_id), backend=BACKEND)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def url(case_id, name="office_case"):
    return reverse(f"matters:{name}", args=[case_id])


def purposes_of(town):
    """For what, and for which case, somebody looked just now."""
    reads = people_api.reads_of(actor=town.as_mother, on=LATER.date()).reads
    return {(str(one.purpose), one.case_id) for one in reads if one.at == LATER}


def finding(attribute, value, source="津贴发放名册"):
    prefix = f"find-{attribute.replace('.', '-')}"
    return {
        "of": attribute,
        f"{prefix}-attribute": attribute,
        f"{prefix}-value": value,
        f"{prefix}-source": source,
    }


class TestQueue:
    def test_shows_what_waits_masked(self, client, town):
        bring_to(town, State.ACCEPTED)
        page = text_of(as_(client, town.examiner).get(QUEUE))
        for words in ("农*珍", "高龄津贴", "新竹社区综合窗口", "正常", "12月8日", "9 天", "接手"):
            assert words in page
        assert "农秀珍" not in page

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ({"whose": "free"}, True),
            ({"whose": "mine"}, False),
            ({"whose": "sign"}, False),
            ({"light": "green"}, True),
            ({"light": "red"}, False),
            ({"item": "高龄津贴"}, True),
            ({"item": "没有的事项"}, False),
            ({"light": "pink", "whose": "<b>", "page": "x"}, True),
            ({"item": "\x00"}, True),
        ],
    )
    def test_facets(self, client, town, query, shown):
        bring_to(town, State.ACCEPTED)
        assert ("农*珍" in text_of(as_(client, town.examiner).get(QUEUE, query))) is shown

    def test_few_queries_however_many_rows(self, client, town, django_assert_max_num_queries):
        for number in range(8):
            town.mother = people.make_resident(f"老人{number}", hukou_division=people.WANLI)
            bring_to(town, State.ACCEPTED)
        as_(client, town.examiner).get(QUEUE)
        with django_assert_max_num_queries(12):
            assert text_of(client.get(QUEUE)).count("data-open") == 8

    @pytest.mark.parametrize("who", ["clerk", "as_mother"])
    def test_not_for_others(self, client, town, who):
        assert as_(client, getattr(town, who)).get(QUEUE).status_code == 403

    def test_nobody_is_led_to_sign_in(self, client):
        assert client.get(QUEUE).status_code == 302

    def test_another_office_sees_nothing(self, client, town):
        case_id = bring_to(town, State.ACCEPTED)
        other = people.make_organisation("department", name="青秀区民政局", territory=people.QINGXIU)
        stranger = people.actor_for(people.make_staff("examiner", other, name="别区"))
        assert "没有待办的件" in text_of(as_(client, stranger).get(QUEUE))
        assert client.get(url(case_id)).status_code == 404

    def test_decided_cases_have_a_list_of_their_own(self, client, town):
        bring_to(town, State.GRANTED)
        assert "农*珍" not in text_of(as_(client, town.examiner).get(QUEUE))
        assert "准予" in text_of(client.get(reverse("matters:office_done")))


class TestCase:
    def test_everything_on_one_page(self, client, town):
        case_id = bring_to(town, State.EXAMINING, with_agent=True)
        page = text_of(as_(client, town.examiner).get(url(case_id)))
        for words in (
            "农秀珍",
            "韦海燕",
            "申请人的女儿",
            "6217000000000000019",
            "户口簿",
            "还没查明",
            "12月8日（周二）前答复",
        ):
            assert words in page
        assert town.mother.id_number not in page

    def test_the_look_is_remembered_for_the_case(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        as_(client, town.examiner).get(url(case_id))
        assert purposes_of(town) == {("examination", case_id)}

    def test_the_signer_looks_in_order_to_decide(self, client, town):
        case_id = bring_to(town, State.PROPOSED)
        as_(client, town.signer).get(url(case_id))
        assert purposes_of(town) == {("decision", case_id)}

    @pytest.mark.parametrize("state", [State.ACCEPTED, State.PROPOSED, State.GRANTED, State.DELIVERED])
    def test_in_every_state(self, client, town, state):
        case_id = bring_to(town, state)
        for actor in (town.examiner, town.signer):
            assert as_(client, actor).get(url(case_id)).status_code == 200

    def test_no_case_before_it_is_routed(self, client, town):
        case_id = take_in(town)
        assert as_(client, town.examiner).get(url(case_id)).status_code == 404


class TestExamining:
    def test_from_taking_up_to_the_signature(self, client, town):
        case_id = bring_to(town, State.ACCEPTED)
        as_(client, town.examiner)
        assert "接手审查" in text_of(client.get(url(case_id)))
        client.post(url(case_id, "office_take_up"))
        for attribute, value in (("alive", "yes"), ("receives.old_age_allowance", "no")):
            assert client.post(url(case_id, "office_find"), finding(attribute, value)).status_code == 302
        client.post(url(case_id, "office_propose"), {"outcome": "granted", "reasons": ""})
        assert Case.objects.get().state == State.PROPOSED

        page = as_(client, town.signer).get(url(case_id))
        proposed_at = Case.objects.get().proposals.get().proposed_at.isoformat()
        assert proposed_at in page.content.decode()
        client.post(url(case_id, "office_sign"), {"proposed_at": proposed_at})
        assert Case.objects.get().state == State.GRANTED
        assert "决定书" in text_of(client.get(url(case_id)))

    def test_a_grant_with_an_unknown_clause_is_asked_again(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        answer = as_(client, town.examiner).post(url(case_id, "office_propose"), {"outcome": "granted"})
        assert answer.status_code == 422
        assert "还不能准予" in text_of(answer)
        assert Case.objects.get().state == State.EXAMINING

    def test_a_refusal_without_reasons_keeps_the_choice(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        answer = as_(client, town.examiner).post(url(case_id, "office_propose"), {"outcome": "refused", "reasons": " "})
        assert answer.status_code == 422
        assert "不予要写明理由" in text_of(answer)

    def test_seventy_nine_is_not_yet_eligible_and_the_reason_is_written_beforehand(self, client, town):
        town.mother = people.make_resident("韦桂英", hukou_division=people.WANLI)
        case_id = bring_to(town, State.EXAMINING)
        people_api.record_attribute(
            actor=town.examiner,
            resident_id=town.mother.id,
            name="born_on",
            value="1947-03-02",
            source="register:户籍登记",
            at=LATER,
            level=3,
        )
        page = text_of(as_(client, town.examiner).get(url(case_id)))
        assert "从 2027年3月2日 起" in page
        assert "未满 80 周岁</textarea>" in page

    @pytest.mark.parametrize(
        "content",
        [
            finding("receives.old_age_allowance", ""),
            finding("receives.old_age_allowance", "no", source=""),
            finding("receives.old_age_allowance", "no", source="长" * 41),
            finding("receives.old_age_allowance", "maybe"),
        ],
    )
    def test_a_finding_that_has_to_be_mended(self, client, town, content):
        case_id = bring_to(town, State.EXAMINING)
        answer = as_(client, town.examiner).post(url(case_id, "office_find"), content)
        assert answer.status_code == 422
        assert "yz-errors" in text_of(answer)

    @pytest.mark.parametrize("name", ["", "alive<b>", "phone"])
    def test_nothing_else_can_be_written_into_the_record(self, client, town, name):
        case_id = bring_to(town, State.EXAMINING)
        assert as_(client, town.examiner).post(url(case_id, "office_find"), {"of": name}).status_code == 422

    def test_asking_once(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        as_(client, town.examiner)
        assert client.post(url(case_id, "office_ask"), {"note": "照片反光"}).status_code == 422
        asked = {"materials": ["social_security_card"], "note": "照片反光，请重拍"}
        assert client.post(url(case_id, "office_ask"), asked).status_code == 302
        assert Case.objects.get().state == State.AWAITING_SUPPLEMENT
        assert "停算" in text_of(client.get(QUEUE))
        assert client.post(url(case_id, "office_ask"), asked).status_code == 409
        received = client.post(url(case_id, "office_receive"), {"materials": ["social_security_card"]})
        assert received.status_code == 302
        assert Case.objects.get().state == State.EXAMINING
        assert client.post(url(case_id, "office_ask"), asked).status_code == 409

    def test_a_wrong_finding_is_set_right(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        as_(client, town.examiner).post(url(case_id, "office_find"), finding("alive", "no"))
        assert "查明的结果要改" in text_of(client.get(url(case_id)))
        with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
            client.post(url(case_id, "office_find"), finding("alive", "yes", "户籍登记"))
        found = matters.assess_for(
            actor=town.examiner, case_id=case_id, purpose=people_api.Purpose.EXAMINATION, at=LATER
        )
        assert str(found.clause("alive").verdict) == "met"


class TestTwoOfficials:
    def test_who_took_it_in_sees_why_not(self, client, town):
        case_id = bring_to(town, State.ACCEPTED)
        clerk = people.Account.objects.get(pk=town.clerk.account_id)
        people.RoleAssignment.objects.create(
            id=case_id,
            staff=clerk.staff,
            role="examiner",
            organisation=town.office,
            territory=town.office.territory,
            valid_from=people.BEGIN,
        )
        page = text_of(as_(client, town.clerk).get(url(case_id)))
        assert "受办分离" in page
        assert "接手审查" not in page
        assert client.post(url(case_id, "office_take_up")).status_code == 403

    def test_who_proposed_does_not_sign(self, client, town):
        staff = people.Account.objects.get(pk=town.examiner.account_id).staff
        people.RoleAssignment.objects.create(
            id=town.mother.id,
            staff=staff,
            role="signer",
            organisation=town.office,
            territory=town.office.territory,
            valid_from=people.BEGIN,
        )
        case_id = bring_to(town, State.PROPOSED)
        page = text_of(as_(client, town.examiner).get(url(case_id)))
        assert "拟定和签发分开" in page
        assert "签发准予决定" not in page
        proposed_at = Case.objects.get().proposals.get().proposed_at.isoformat()
        assert client.post(url(case_id, "office_sign"), {"proposed_at": proposed_at}).status_code == 403

    def test_an_examiner_cannot_sign(self, client, town):
        case_id = bring_to(town, State.PROPOSED)
        assert as_(client, town.examiner).post(url(case_id, "office_sign")).status_code == 403

    def test_what_was_proposed_anew_is_not_signed_unread(self, client, town):
        case_id = bring_to(town, State.PROPOSED)
        stale = Case.objects.get().proposals.get().proposed_at.isoformat()
        as_(client, town.signer)
        assert client.post(url(case_id, "office_return"), {"reason": ""}).status_code == 422
        assert client.post(url(case_id, "office_return"), {"reason": "名册查的是上月的"}).status_code == 302
        matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="refused", reasons="重复", at=LATER)
        for sent in (stale, "", "yesterday"):
            assert client.post(url(case_id, "office_sign"), {"proposed_at": sent}).status_code == 409
        assert Case.objects.get().state == State.PROPOSED

    def test_signing_twice_signs_once(self, client, town):
        case_id = bring_to(town, State.PROPOSED)
        sent = {"proposed_at": Case.objects.get().proposals.get().proposed_at.isoformat()}
        as_(client, town.signer)
        assert [client.post(url(case_id, "office_sign"), sent).status_code for _ in range(2)] == [302, 409]

    @pytest.mark.parametrize("act", ["find", "ask", "receive", "propose", "return"])
    def test_reloading_an_act_leads_back_to_the_case(self, client, town, act):
        case_id = bring_to(town, State.PROPOSED)
        actor = town.signer if act == "return" else town.examiner
        assert as_(client, actor).get(url(case_id, f"office_{act}")).headers["Location"] == url(case_id)

    def test_find_everything_leads_to_a_grant(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        find_everything(town, case_id)
        assert "不能拟准予" not in text_of(as_(client, town.examiner).get(url(case_id)))


class TestNumbersFound:
    """What an office reads in a report is written as a number, an amount in yuan."""

    @pytest.mark.parametrize(("typed", "kept"), [("3200", "320000"), ("3200.5", "320050"), ("0", "0")])
    def test_an_amount_is_asked_for_in_yuan_and_kept_in_fen(self, typed, kept):
        form = FindingForm(
            {"find-income-attribute": "income", "find-income-value": typed, "find-income-source": "核对报告"},
            attribute="income",
            title="全家每月可支配收入",
            kind="number",
            unit="fen",
            unit_word="分",
        )
        assert form["value"].label == "全家每月可支配收入（元）"
        assert form.is_valid(), form.errors
        assert form.value() == kept

    def test_persons_are_persons(self):
        form = FindingForm(
            {"find-persons-attribute": "persons", "find-persons-value": "20", "find-persons-source": "入户"},
            attribute="persons",
            title="人数",
            kind="number",
            unit="persons",
            unit_word="人",
        )
        assert form.is_valid()
        assert form.value() == "20"

    @pytest.mark.parametrize("typed", ["三千", "-1", "1.234", "", "NaN", "Infinity"])
    def test_what_is_no_number_is_asked_again(self, typed):
        form = FindingForm(
            {"find-income-attribute": "income", "find-income-value": typed, "find-income-source": "核对报告"},
            attribute="income",
            title="收入",
            kind="number",
            unit="fen",
        )
        assert not form.is_valid()
        assert form.errors["value"]


class TestTold:
    def test_each_act_says_that_it_was_done(self, client, town):
        case_id = bring_to(town, State.ACCEPTED)
        taken = as_(client, town.examiner).post(url(case_id, "office_take_up"), follow=True)
        assert "已接手" in text_of(taken)

    def test_a_refusal_is_asked_for_its_reasons_and_a_grant_is_not(self):
        assert ProposalForm({"outcome": "granted"}).is_valid()
        refused = ProposalForm({"outcome": "refused", "reasons": " "})
        assert refused.errors["reasons"] == ["不予要写明理由，申请人要凭它知道为什么"]
        assert ProposalForm({}).errors.keys() == {"outcome"}
