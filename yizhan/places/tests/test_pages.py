"""The pages: who sees what, what they refuse, and what a form does."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.documents.testing import png
from yizhan.people.api import OrganisationKind
from yizhan.people.testing import WANLI, XINZHU, make_account, make_organisation, make_resident, make_staff
from yizhan.places import api as places
from yizhan.places.models import Outlet, Sighting
from yizhan.places.testing import KEEPER, NANNING, bring_outlets, make_outlet, make_row

pytestmark = pytest.mark.django_db


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def worker() -> Client:
    return signed_in(make_account(staff=make_staff(organisation=make_organisation(territory=XINZHU))))


@pytest.fixture
def resident() -> Client:
    return signed_in(make_account(resident=make_resident(level=1)))


@pytest.fixture
def merchant() -> Client:
    shop = make_organisation(OrganisationKind.MERCHANT, name="竹溪商贸")
    return signed_in(make_account(staff=make_staff("none", shop)))


@pytest.fixture
def shop(site: str) -> places.OutletView:
    row = make_row(community=XINZHU, phone="0771-2801234", address="竹溪大道 1 号")
    return make_outlet(site, row, at=timezone.now())


def page_of(outlet: places.OutletView, name: str = "outlet") -> str:
    return reverse(f"places:{name}", args=[outlet.outlet_id])


def text(answer) -> str:
    return answer.content.decode()


class TestOutletPage:
    def test_everybody_sees_what_it_is_and_when_it_is_open(self, client: Client, shop: places.OutletView) -> None:
        answer = client.get(page_of(shop))
        assert answer.status_code == 200
        for words in ("竹溪便利店", "便利店", "每天", "08:00–22:00", "0771-2801234", "竹溪大道 1 号", "最近见到"):
            assert words in text(answer)

    def test_in_english_and_for_elders(self, client: Client, shop: places.OutletView) -> None:
        client.cookies["yz_language"] = "en"
        client.cookies["yz_version"] = "elder"
        answer = client.get(page_of(shop))
        assert "Convenience store" in text(answer)
        assert 'data-version="elder"' in text(answer)

    def test_only_whoever_may_is_offered_to_act(
        self, client: Client, worker: Client, resident: Client, merchant: Client, shop: places.OutletView
    ) -> None:
        offers = {
            "我在现场，核实": page_of(shop, "verify"),
            "它关了": page_of(shop, "closed"),
            "这是我家的店": page_of(shop, "claim"),
        }
        seen = {
            name: [offer for offer, url in offers.items() if url in text(who.get(page_of(shop)))]
            for name, who in {"nobody": client, "worker": worker, "resident": resident, "merchant": merchant}.items()
        }
        assert seen == {
            "nobody": ["它关了"],
            "worker": ["我在现场，核实"],
            "resident": ["它关了"],
            "merchant": ["它关了", "这是我家的店"],
        }

    def test_one_that_is_not_there(self, client: Client) -> None:
        assert client.get("/places/00000000-0000-0000-0000-000000000000/").status_code == 404


class TestResidents:
    def test_it_is_closed_in_two_steps(self, resident: Client, shop: places.OutletView) -> None:
        asked = resident.get(page_of(shop, "closed"))
        assert "待核实" in text(asked)
        assert Outlet.objects.get().state == "standing"
        answer = resident.post(page_of(shop, "closed"), follow=True)
        assert "谢谢，记下了" in text(answer)
        assert "有 1 位居民说它关了" in text(answer)

    def test_without_signing_in_one_is_asked_to(self, client: Client, shop: places.OutletView) -> None:
        answer = client.post(page_of(shop, "closed"))
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]

    def test_a_merchant_works_on_the_list_of_her_own(
        self, merchant: Client, worker: Client, resident: Client, shop: places.OutletView
    ) -> None:
        assert merchant.get("/", follow=True).redirect_chain == [("/work/", 302), ("/places/", 302)]
        assert shop.name not in text(merchant.get("/places/"))
        assert shop.name in text(merchant.get("/places/?where=all"))
        merchant.post(page_of(shop, "claim"))
        assert shop.name in text(merchant.get("/places/"))

    def test_a_merchant_claims_and_the_worker_agrees(
        self, merchant: Client, worker: Client, resident: Client, shop: places.OutletView
    ) -> None:
        assert "竹溪商贸" in text(merchant.get(page_of(shop, "claim")))
        merchant.post(page_of(shop, "claim"))
        assert "等社区核对" in text(merchant.get(page_of(shop)))
        assert "等社区核对" not in text(resident.get(page_of(shop)))
        page = worker.get(page_of(shop, "verify"))
        assert "竹溪商贸" in text(page)
        worker.post(page_of(shop, "verify"), {"is_standing": "yes", "claim": "yes"})
        assert merchant.get(page_of(shop, "change")).status_code == 200
        assert "竹溪商贸" in text(merchant.get(page_of(shop)))


class TestVerifying:
    def test_with_a_photo_from_the_phone(self, worker: Client, shop: places.OutletView) -> None:
        photo = SimpleUploadedFile("门头.png", png(), content_type="image/png")
        answer = worker.post(
            page_of(shop, "verify"), {"is_standing": "yes", "photo": photo, "note": "招牌换了"}, follow=True
        )
        assert "核实好了" in text(answer)
        assert "招牌换了" in text(answer)
        assert "看照片" in text(answer)
        assert Sighting.objects.get(kind="visit").photo_id

    def test_a_file_that_is_no_photo_changes_nothing(self, worker: Client, shop: places.OutletView) -> None:
        bad = SimpleUploadedFile("x.png", b"MZ not a picture", content_type="image/png")
        answer = worker.post(page_of(shop, "verify"), {"is_standing": "no", "photo": bad})
        assert answer.status_code == 422
        assert "只收照片" in text(answer)
        assert Outlet.objects.get().state == "standing"

    def test_found_closed(self, worker: Client, shop: places.OutletView) -> None:
        answer = worker.post(page_of(shop, "verify"), {"is_standing": "no"}, follow=True)
        assert "已经关闭" in text(answer)

    def test_what_was_seen_has_to_be_said(self, worker: Client, shop: places.OutletView) -> None:
        answer = worker.post(page_of(shop, "verify"), {})
        assert answer.status_code == 422
        assert "请选“您看到的”" in text(answer)

    def test_not_by_another_community(self, shop: places.OutletView) -> None:
        other = signed_in(make_account(staff=make_staff(organisation=make_organisation(territory=WANLI))))
        assert other.get(page_of(shop, "verify")).status_code == 403
        assert other.post(page_of(shop, "verify"), {"is_standing": "no"}).status_code == 403


FORM = {
    "name": "新竹大药房", "category": "pharmacy", "lon": "108.370572", "lat": "22.814314", "datum": "gcj02",
    "hours": "周一至周日 8:00-22:00", "community": XINZHU,
}  # fmt: skip


class TestEntering:
    def test_a_worker_opens_a_pharmacy_from_a_map_services_point(self, worker: Client, site: str) -> None:
        answer = worker.post(reverse("places:new"), FORM, follow=True)
        assert "网点录好了" in text(answer)
        row = Outlet.objects.get()
        assert (row.lon, row.lat) == pytest.approx(NANNING, abs=2e-6)
        assert (row.hours, row.community, row.is_kept_by_hand) == ("Mo-Su 08:00-22:00", XINZHU, True)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"datum": ""}, "请选“坐标系”"),
            ({"datum": "mars"}, "“坐标系”里没有这一项"),
            ({"lon": "22.814314", "lat": "108.370572"}, "是不是写反了"),
            ({"lon": "108,37"}, "“经度”请写成"),
            ({"name": "药\x00房"}, "看不见的字符"),
            ({"category": "basic"}, "“网点类别”里没有这一项"),
            ({"hours": "早上八点开"}, "营业时间第"),
            ({"lon": "109.5"}, "不在任何一张步行路网里"),
            ({"entrance_lon": "108.37"}, "门口要写经度和纬度两个数"),
            ({"community": WANLI}, "“社区”里没有这一项"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, worker: Client, site: str, change: dict[str, str], words: str
    ) -> None:
        answer = worker.post(reverse("places:new"), FORM | change)
        assert answer.status_code == 422
        assert words in text(answer)
        assert "周一至周日 8:00-22:00" in text(answer) or "hours" in change
        assert not Outlet.objects.exists()

    def test_one_that_is_there_already_is_shown_and_can_be_another(self, worker: Client, site: str) -> None:
        worker.post(reverse("places:new"), FORM)
        asked = worker.post(reverse("places:new"), FORM)
        assert asked.status_code == 422
        assert "附近已经有" in text(asked)
        known = Outlet.objects.get()
        worker.post(reverse("places:new"), FORM | {"not_same_as": str(known.id), "is_another": "on"})
        assert Outlet.objects.count() == 2

    def test_changing_only_the_hours_moves_nothing(self, worker: Client, site: str) -> None:
        worker.post(reverse("places:new"), FORM)
        row = Outlet.objects.get()
        url = reverse("places:change", args=[row.id])
        form = worker.get(url).context["form"]
        said = {name: form[name].value() or "" for name in form.fields if name != "is_another"}
        worker.post(url, said | {"hours": "24 小时"})
        after = Outlet.objects.get()
        assert (after.hours, after.lon, after.lat) == ("24/7", row.lon, row.lat)


class TestList:
    def test_a_worker_sees_his_own_community_first(self, worker: Client, site: str) -> None:
        bring_outlets(site, make_row("竹溪店", community=XINZHU), make_row("万力店", 300, community=WANLI))
        assert "万力店" not in text(worker.get(reverse("places:outlets")))
        assert "万力店" in text(worker.get(reverse("places:outlets"), {"where": "all"}))

    def test_what_waits_to_be_verified(self, worker: Client, site: str) -> None:
        old = timezone.localdate() - timedelta(days=91)
        bring_outlets(
            site,
            make_row("很久没看", community=XINZHU, last_seen_on=old),
            make_row("刚看过", 300, community=XINZHU),
            at=timezone.now(),
        )
        answer = worker.get(reverse("places:outlets"), {"shown": "to_verify", "sort": "seen"})
        assert "很久没看" in text(answer)
        assert "刚看过" not in text(answer)

    def test_filters_search_and_nonsense_in_the_address(self, worker: Client, site: str) -> None:
        bring_outlets(site, make_row("竹溪店"), make_row("大药房", 300, category="pharmacy"))
        url = reverse("places:outlets")
        for asked in ({"category": "pharmacy"}, {"category": "basic", "q": "药房"}, {"site": site, "q": "大药"}):
            found = text(worker.get(url, {"where": "all", **asked}))
            assert "大药房" in found
            assert "竹溪店" not in found
        nonsense = {"category": "x", "shown": "y", "sort": "-z", "page": "999999999", "site": "\x00", "q": "\x00"}
        assert worker.get(url, nonsense).status_code == 200

    def test_a_long_list_costs_few_queries(self, worker: Client, site: str, django_assert_max_num_queries) -> None:
        bring_outlets(site, *(make_row(f"第{n}家", n * 15, -200, community=XINZHU) for n in range(60)))
        worker.get(reverse("places:outlets"))
        with django_assert_max_num_queries(16):
            answer = worker.get(reverse("places:outlets"))
        assert answer.context["page"].paginator.num_pages == 2

    def test_exports_hold_no_formulas_and_come_back_in(self, worker: Client, site: str) -> None:
        bring_outlets(site, make_row('=HYPERLINK("http://x")'), make_row("大药房", 300, phone="+86 771 2801234"))
        answer = worker.get(reverse("places:export", args=["csv"]), {"where": "all"})
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert {row["名称"] for row in rows} == {'\'=HYPERLINK("http://x")', "大药房"}
        assert {row["电话"] for row in rows} == {"", "'+86 771 2801234"}
        book = openpyxl.load_workbook(
            io.BytesIO(worker.get(reverse("places:export", args=["xlsx"]), {"where": "all"}).content)
        )
        names = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
        assert sorted(names) == ['\'=HYPERLINK("http://x")', "大药房"]
        assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)

    def test_not_for_residents(self, resident: Client, client: Client, site: str) -> None:
        assert resident.get(reverse("places:outlets")).status_code == 403
        assert client.get(reverse("places:outlets")).status_code == 302

    def test_the_map_of_a_form(self, worker: Client, site: str) -> None:
        make_outlet(site)
        lon, lat = NANNING
        answer = worker.get(reverse("places:map"), {"site": site, "lon": lon, "lat": lat})
        assert [one["label"] for one in answer.json()["points"]] == ["竹溪便利店"]
        assert worker.get(reverse("places:map"), {"site": "nowhere"}).status_code == 404
        assert worker.get(reverse("places:map"), {"site": site, "lon": "nan", "lat": "x"}).status_code == 200


def test_a_sample_says_so(client: Client, site: str) -> None:
    shop = make_outlet(site, is_sample=True)
    assert "样例" in text(client.get(page_of(shop)))


def test_closing_is_seen_on_the_day(site: str) -> None:
    shop = make_outlet(site)
    places.close_outlet(outlet_id=shop.outlet_id, actor=KEEPER, at=timezone.now())
    assert places.outlets_of(site, on=date(2030, 1, 1)) == ()
