"""The administrator's catalogue: what there is, what differs, and taking in the next version."""

import re
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yizhan.catalogue import api
from yizhan.catalogue.models import ItemVersion
from yizhan.catalogue.testing import packaged_files
from yizhan.kernel.testing import audit_lines
from yizhan.people.testing import make_account, make_organisation, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = "2026-11-24T04:00:00+00:00"
AID = packaged_files()["legal_aid/1"]
TAKE_IN = "/catalogue/take-in/"
CONFIRM = "/catalogue/old_age_allowance/confirm/"
PAGES = ["/catalogue/", "/catalogue/legal_aid/", "/catalogue/legal_aid/1.yaml", CONFIRM]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def sign_in(client):
    def come(role):
        city = make_organisation("city", name="南宁市一站运行中心", territory="4501")
        client.force_login(make_account(staff=make_staff(role, city)), backend=BACKEND)
        return client

    return come


@pytest.fixture
def administrator(sign_in):
    return sign_in("administrator")


def next_version(*, version=2, begins="2027-01-01", promise=4):
    text = AID.replace("version: 1\n", f"version: {version}\n", 1)
    text = text.replace("effective_from: 2026-01-01", f"effective_from: {begins}", 1)
    return text.replace("promise_days: 5", f"promise_days: {promise}", 1).replace("limit_days: 3", "limit_days: 2", 1)


def text_of(response):
    return " ".join(response.content.decode().split())


class TestWhoMay:
    @pytest.mark.parametrize("path", [*PAGES, TAKE_IN])
    @pytest.mark.parametrize("role", ["desk_clerk", "examiner", "supervisor", "auditor", "security_officer"])
    def test_nobody_but_an_administrator(self, sign_in, role, path):
        assert sign_in(role).get(path).status_code == 403

    def test_strangers_are_led_to_sign_in(self, client):
        assert client.get("/catalogue/").status_code == 302
        assert client.post(TAKE_IN, {"text": next_version(), "confirm": "1"}).status_code in {302, 403}
        assert ItemVersion.objects.filter(item__code="legal_aid").count() == 1


class TestLooking:
    def test_the_list_has_every_item(self, administrator):
        page = text_of(administrator.get("/catalogue/"))

        assert page.count("data-open") == 16
        assert "几个部门一起办" in page

    def test_versions_with_what_differs_and_what_is_to_be_confirmed(self, administrator):
        page = text_of(administrator.get("/catalogue/old_age_allowance/"))

        assert "第 2 版比第 1 版改了什么" in page
        assert "steps.examine.limit_days" in page
        assert "待市里确认的" in page

    def test_days_stand_in_words_and_a_version_ends_on_its_last_day(self, administrator):
        page = text_of(administrator.get("/catalogue/old_age_allowance/"))

        assert ">6月30日</time>" in page
        assert "最后一天" in page
        assert ">2026-07-01<" not in page.split("第 2 版比第 1 版改了什么")[0]

    def test_the_next_version_is_started_with_a_day_on_which_it_may_begin(self, administrator):
        page = administrator.get(f"{TAKE_IN}?code=old_age_allowance").content.decode()

        assert "version: 3\neffective_from: 2026-11-25\n" in page

    @pytest.mark.parametrize(
        "path",
        [
            "/catalogue/nothing/",
            "/catalogue/nothing/confirm/",
            "/catalogue/legal_aid/9.yaml",
            f"{TAKE_IN}?code=nothing",
        ],
    )
    def test_what_is_not_there_is_not_found(self, administrator, path):
        assert administrator.get(path).status_code == 404

    def test_an_export_is_taken_in_again_as_the_same(self, administrator):
        answer = administrator.get("/catalogue/legal_aid/1.yaml")

        assert answer["Content-Disposition"] == 'attachment; filename="legal_aid-1.yaml"'
        report = api.load_item_texts([("1.yaml", answer.content.decode())], actor=api.LOADER)
        assert report.unchanged == ("1.yaml",)

    def test_the_pages_take_few_queries(self, administrator, django_assert_max_num_queries):
        administrator.get("/catalogue/")
        with django_assert_max_num_queries(14):
            administrator.get("/catalogue/")


class TestTakingIn:
    def test_first_what_would_change_then_it_is_taken_in(self, administrator):
        page = text_of(administrator.post(TAKE_IN, {"text": next_version()}))

        assert "法律援助申请，第 2 版：每条规则都对" in page
        assert "limits.promise_days" in page
        assert ItemVersion.objects.filter(item__code="legal_aid").count() == 1

        answer = administrator.post(TAKE_IN, {"text": next_version(), "confirm": "1"})

        assert answer.url == reverse("catalogue:versions", args=["legal_aid"])
        assert [one.version for one in api.versions_of("legal_aid")] == [1, 2]
        assert api.current_version("legal_aid", date(2026, 12, 31)).version == 1
        assert api.current_version("legal_aid", date(2027, 1, 1)).version == 2
        line = [one for one in audit_lines() if one.action == "catalogue.item_version.loaded"][-1]
        assert (line.facts["item"], line.facts["version"], bool(line.actor_name)) == ("legal_aid", 2, True)

    def test_a_file_is_as_good_as_text_and_the_day_may_be_chosen(self, administrator):
        file = SimpleUploadedFile("2.yaml", next_version(begins="2026-01-02").encode())
        page = text_of(administrator.post(TAKE_IN, {"file": file, "effective_from": "2027-03-01"}))

        assert "从 2027年3月1日（周一） 起用" in page
        shown = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', administrator.post(
            TAKE_IN, {"text": next_version(), "effective_from": "2027-03-01"}
        ).content.decode(), re.DOTALL)  # fmt: skip
        assert "effective_from: 2027-03-01" in shown.group(1)

    def test_faults_are_told_by_line_with_the_rule(self, administrator):
        bad = next_version(promise=9).replace("a.matter in p.matters", "a.mater in p.matters")
        answer = administrator.post(TAKE_IN, {"text": bad, "confirm": "1"})
        page = text_of(answer)

        assert answer.status_code == 422
        line = bad[: bad.index("promise_days: 9")].count("\n") + 1
        assert f"第 {line} 行" in page
        assert "承诺 9 天，法定 7 天" in page
        assert "承诺时限不得长于法定时限" in page
        assert "是不是“a.matter”" in page
        assert ItemVersion.objects.filter(item__code="legal_aid").count() == 1

    def test_faults_are_told_in_english(self, administrator):
        administrator.cookies["yz_language"] = "en"
        page = text_of(administrator.post(TAKE_IN, {"text": next_version(promise=9)}))

        assert "promised in 9 days, by law in 7" in page
        assert "What is promised is within what the law allows" in page

    @pytest.mark.parametrize(
        ("text", "status", "said"),
        [
            (AID, 409, "最早只能从今天"),
            (next_version(begins="2026-11-23"), 409, "最早只能从今天"),
            (next_version(version=3), 409, "第 2 版"),
            ("", 422, "请选一个文件"),
            ("a: [", 422, "YAML"),
            ("\x00", 422, ""),
            ("<script>alert(1)</script>: 1", 422, "&lt;script&gt;"),
        ],
    )
    def test_what_cannot_be_taken_in_is_refused(self, administrator, text, status, said):
        answer = administrator.post(TAKE_IN, {"text": text, "confirm": "1"})

        assert answer.status_code == status
        assert said in text_of(answer)
        assert "<script>alert" not in answer.content.decode()
        assert ItemVersion.objects.filter(item__code="legal_aid").count() == 1

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 300_000])
    def test_a_file_that_is_none_is_refused(self, administrator, content):
        answer = administrator.post(TAKE_IN, {"file": SimpleUploadedFile("x.yaml", content)})

        assert answer.status_code == 422

    def test_once_is_enough(self, administrator):
        for _ in range(2):
            answer = administrator.post(TAKE_IN, {"text": next_version(), "confirm": "1"})

        assert answer.status_code == 409
        assert "一字不差" in text_of(answer)

    def test_a_new_item_of_the_city(self, administrator):
        text = next_version(version=1).replace("code: legal_aid", "code: legal_aid_at_home", 1)

        assert "新事项的第一版" in text_of(administrator.post(TAKE_IN, {"text": text}))
        assert administrator.post(TAKE_IN, {"text": text, "confirm": "1"}).status_code == 302
        assert api.current_version("legal_aid_at_home", date(2027, 1, 1)).version == 1

    def test_what_the_city_keeps_itself_no_package_overwrites(self, administrator):
        administrator.post(TAKE_IN, {"text": next_version(), "confirm": "1"})
        report = api.load_items()

        assert report.kept == ("legal_aid/1.yaml",)
        assert report.loaded == ()


def confirmation(client, *parts, begins="2027-01-01", **more):
    """What the page sends: every field as it stood there, these parts ticked, with a paper and its day."""
    page = client.get(CONFIRM).context["form"]
    sent = {bound.html_name: bound.initial for bound in page if bound.initial not in {None, False}}
    for part in parts:
        sent |= {f"{part}:tick": "on", f"{part}:paper": "南民发〔2026〕15号", f"{part}:day": "2026-11-20"}
    return {**sent, "effective_from": begins, **more}


def open_places(code="old_age_allowance"):
    newest = api.version_lines(code, date(2026, 11, 24))[0]
    return {".".join(str(step) for step in part.path) for part in api.open_parts_of(newest.item_version_id)}


AMOUNT = "parameters.amount_80_89.values.0"


class TestConfirming:
    def test_every_open_part_has_a_row_with_what_is_written_now(self, administrator):
        page = text_of(administrator.get(CONFIRM))

        assert page.count("<fieldset") == len(open_places())
        assert "80 至 89 周岁每月" in page
        assert "现在写的：承诺时限：10 工作日" in page
        assert "南宁市做法，未对照文件" in page
        assert CONFIRM in text_of(administrator.get("/catalogue/old_age_allowance/"))

    def test_a_part_is_confirmed_looked_through_and_taken_in(self, administrator):
        before = open_places()
        sent = confirmation(administrator, AMOUNT, "procedure.notice", **{f"{AMOUNT}.value": "120.5"})
        answer = administrator.post(CONFIRM, sent)
        page = text_of(answer)

        assert answer.status_code == 200
        assert "高龄津贴，第 3 版：每条规则都对" in page
        assert "南民发〔2026〕15号（2026-11-20）" in page
        assert ItemVersion.objects.filter(item__code="old_age_allowance").count() == 2

        taken = administrator.post(TAKE_IN, {"text": answer.context["text"], "confirm": "1"})

        assert taken.status_code == 302
        assert before - open_places() == {AMOUNT, "procedure.notice"}
        assert open_places() < before
        now, then = (api.current_version("old_age_allowance", day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
        amount = then.definition.parameters["amount_80_89"].values[0]
        assert (now.version, then.version, amount.value) == (2, 3, 12050)
        assert then.definition.procedure.notice.days == now.definition.procedure.notice.days
        assert "80 至 89 周岁每月" not in text_of(administrator.get(CONFIRM))

    def test_every_part_at_once(self, administrator):
        sent = confirmation(administrator, *open_places())
        sent |= {f"{one}.value": "200" for one in open_places() if one.startswith("parameters.amount")}
        answer = administrator.post(CONFIRM, sent)

        assert answer.status_code == 200, answer.context["form"].errors
        administrator.post(TAKE_IN, {"text": answer.context["text"], "confirm": "1"})
        assert open_places() == set()
        assert "没有要市里确认的了" in text_of(administrator.get(CONFIRM))

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            (f"{AMOUNT}.value", "一百二", "请填以元为单位的金额"),
            (f"{AMOUNT}.value", "", "请填确认的值"),
            (f"{AMOUNT}:paper", "", "请写依据的文件和文号"),
            (f"{AMOUNT}:day", "2026-11-25", "文件日期不能晚于今天"),
            (f"{AMOUNT}:tick", "", "还没有勾“已确认”"),
            ("limits.promise_days", "12天", "还没有勾“已确认”"),
            ("effective_from", "2026-11-24", "最早从 11月25日 起"),
            ("procedure.supplement.unit", "weeks", ""),
        ],
    )
    def test_what_is_wrong_is_kept_and_told_where_it_stands(self, administrator, field, typed, said):
        sent = confirmation(administrator, AMOUNT, **{f"{AMOUNT}.value": "120"}) | {field: typed}
        answer = administrator.post(CONFIRM, sent)

        assert answer.status_code == 422
        assert said in text_of(answer)
        form = answer.context["form"]
        assert form.errors
        assert (form[field].value() or "") in {typed, False}
        assert form["parameters.amount_80_89.values.0:paper"].value() == sent[f"{AMOUNT}:paper"]
        assert "南民发〔2026〕15号" in text_of(answer) or field.endswith(":paper")

    def test_a_rule_that_is_broken_is_told_at_the_figure(self, administrator):
        sent = confirmation(administrator, "limits.promise_days", **{"limits.promise_days": "60"})
        answer = administrator.post(CONFIRM, sent)

        assert answer.status_code == 422
        assert "承诺 60 天，法定 20 天" in str(answer.context["form"].errors["limits.promise_days"])
        assert 'value="60"' in text_of(answer)

    def test_a_script_that_was_typed_stays_text(self, administrator):
        sent = confirmation(administrator, AMOUNT, **{f"{AMOUNT}.value": "120"})
        answer = administrator.post(CONFIRM, sent | {f"{AMOUNT}:paper": "<script>alert(1)</script>: [\n"})

        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()

    @pytest.mark.parametrize("role", ["desk_clerk", "examiner", "supervisor", "auditor", "security_officer"])
    def test_nobody_but_an_administrator_confirms(self, sign_in, role):
        assert sign_in(role).post(CONFIRM, {f"{AMOUNT}:tick": "on"}).status_code == 403

    @pytest.mark.parametrize("code", sorted({name.split("/")[0] for name in packaged_files()}))
    def test_the_page_opens_for_every_item_in_both_languages(self, administrator, code):
        for language in ("zh", "en"):
            administrator.cookies["yz_language"] = language
            answer = administrator.get(f"/catalogue/{code}/confirm/")
            assert answer.status_code == 200
            assert len(answer.context["form"].parts) == len(open_places(code))
