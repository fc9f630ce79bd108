"""One outlet: entered, changed, moved, doubted, claimed, verified, closed; by whom, and what it leaves behind."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from yizhan.documents import api as documents
from yizhan.documents.testing import png
from yizhan.kernel.api import Actor, NotAllowed, Subject, geo
from yizhan.kernel.testing import audit_lines, facts_published, no_facts_published
from yizhan.people.api import OrganisationKind
from yizhan.people.testing import WANLI, XINZHU, actor_for, make_organisation, make_resident, make_staff
from yizhan.places import api as places
from yizhan.places.models import Outlet, Sighting
from yizhan.places.testing import AT, KEEPER, NANNING, make_outlet, make_row

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def worker(community: str = XINZHU) -> Actor:
    return actor_for(make_staff(organisation=make_organisation(territory=community)), on=TODAY)


def merchant() -> Actor:
    return actor_for(make_staff("none", make_organisation(OrganisationKind.MERCHANT)), on=TODAY)


def resident() -> Actor:
    return actor_for(make_resident(level=1), on=TODAY)


def lines_about(outlet: places.OutletView) -> list[str]:
    return [line.action for line in audit_lines(Subject(places.OUTLET, str(outlet.outlet_id)))]


@pytest.fixture
def shop(site: str) -> places.OutletView:
    return make_outlet(site, make_row(community=XINZHU))


class TestOpening:
    def test_a_community_worker_opens_a_pharmacy(self, site: str) -> None:
        row = make_row("新竹大药房", category="pharmacy", community=XINZHU)
        opened = places.open_outlet(row=row, site=site, actor=worker(), at=AT)
        assert (opened.category, opened.community, opened.last_seen_on) == ("pharmacy", XINZHU, TODAY)
        assert places.opening_of(opened, AT) == places.OpenAnswer.OPEN
        (fact,) = facts_published("places.OutletOpened")
        assert (fact.payload["community"], fact.payload["category"]) == (XINZHU, "pharmacy")
        assert lines_about(opened) == ["places.outlet.opened"]

    def test_a_point_of_a_map_service_is_brought_to_wgs84(self, site: str) -> None:
        # DOMAIN 2.3: (22.8170, 108.3665) is (22.814314, 108.370572) in GCJ-02 and (22.820593, 108.377027) in BD-09
        for lon, lat, datum in ((108.370572, 22.814314, "gcj02"), (108.377027, 22.820593, "bd09")):
            row = places.row_at(geo.Point(lon, lat, geo.read_datum(datum)), name=datum, category="market")
            opened = places.open_outlet(row=row, site=site, actor=KEEPER, at=AT)
            assert (opened.lon, opened.lat) == pytest.approx(NANNING, abs=2e-6)

    def test_no_datum_is_refused(self) -> None:
        with pytest.raises(geo.UnknownDatum):
            geo.read_datum("")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"name": " "}, "没有写名称"),
            ({"name": "店\x00"}, "控制字符"),
            ({"category": "basic"}, "没有“basic”这种类别"),
            ({"hours": "Mo-Fr 8:00-25x"}, "第 12 个字起看不懂"),
            ({"lon": 22.817, "lat": 108.3665}, "写反了"),
            ({"lon": 109.0}, "不在这个站点"),
            ({"entrance_lon": 108.38, "entrance_lat": 22.817}, "门口离网点超过"),
            ({"community": "450103001999"}, "没有代码是“450103001999”的社区"),
        ],
    )
    def test_what_is_wrong_is_said_in_plain_words(self, site: str, change: dict, words: str) -> None:
        with pytest.raises(places.OutletRefused) as refused:
            places.open_outlet(row=replace(make_row(), **change), site=site, actor=KEEPER, at=AT)
        assert words in refused.value.text
        assert no_facts_published("places")

    def test_what_stands_there_already_is_asked_about_once(self, site: str, shop: places.OutletView) -> None:
        row = make_row("竹溪便利店", 30)
        with pytest.raises(places.OutletKnownAlready) as known:
            places.open_outlet(row=row, site=site, actor=KEEPER, at=AT)
        assert known.value.known_id == shop.outlet_id
        places.open_outlet(row=row, site=site, actor=KEEPER, at=AT, not_same_as=[shop.outlet_id])
        assert len(places.outlets_of(site, on=TODAY)) == 2

    def test_not_in_another_community_and_not_by_a_resident(self, site: str) -> None:
        for actor in (worker(WANLI), resident(), merchant(), Actor()):
            with pytest.raises(NotAllowed):
                places.open_outlet(row=make_row(community=XINZHU), site=site, actor=actor, at=AT)


class TestChanging:
    def test_the_version_grows_and_tells_what_changed(self, site: str, shop: places.OutletView) -> None:
        before = places.site_version(site)
        places.change_outlet(outlet_id=shop.outlet_id, hours="24/7", actor=worker(), at=AT)
        assert places.site_version(site) > before
        (changed,) = places.changes_since(site, before, on=TODAY)
        assert changed.hours == "24/7"
        (fact,) = facts_published("places.OutletChanged")
        assert fact.payload["fields"] == ["hours"]

    def test_nothing_different_leaves_no_trace(self, site: str, shop: places.OutletView) -> None:
        before = places.site_version(site)
        places.change_outlet(outlet_id=shop.outlet_id, name=shop.name, actor=worker(), at=AT)
        assert places.site_version(site) == before
        assert no_facts_published("places.OutletChanged")

    def test_moving_takes_a_point_and_an_entrance(self, shop: places.OutletView) -> None:
        lon, lat = NANNING
        point = geo.Point(lon + 0.001, lat, geo.Datum.WGS84)
        door = geo.Point(lon + 0.0012, lat, geo.Datum.WGS84)
        moved = places.move_outlet(outlet_id=shop.outlet_id, point=point, entrance=door, actor=worker(), at=AT)
        assert (moved.lon, moved.entrance_lon) == (point.lon, door.lon)
        assert len(facts_published("places.OutletMoved")) == 1

    def test_a_merchant_keeps_his_own_outlet_and_no_other(self, shop: places.OutletView) -> None:
        owner, other = merchant(), merchant()
        places.claim_outlet(outlet_id=shop.outlet_id, actor=owner, at=AT)
        for actor in (owner, other, resident()):
            with pytest.raises(NotAllowed):
                places.change_outlet(outlet_id=shop.outlet_id, hours="24/7", actor=actor, at=AT)
        places.verify_outlet(outlet_id=shop.outlet_id, is_standing=True, agrees_with_claim=True, actor=worker(), at=AT)
        assert places.change_outlet(outlet_id=shop.outlet_id, hours="24/7", actor=owner, at=AT).hours == "24/7"
        with pytest.raises(NotAllowed):
            places.change_outlet(outlet_id=shop.outlet_id, hours="off", actor=other, at=AT)


class TestDoubt:
    def test_a_resident_says_closed_and_it_counts_as_open_no_more(self, shop: places.OutletView) -> None:
        doubted = places.report_closed(outlet_id=shop.outlet_id, actor=resident(), at=AT)
        assert (doubted.state, doubted.is_to_verify) == (places.OutletState.DOUBTED, True)
        assert places.open_at([doubted], AT) == frozenset()
        assert places.opening_of(doubted, AT) == places.OpenAnswer.UNKNOWN
        assert places.outlets_of(shop.site, on=TODAY) == (doubted,)

    def test_the_same_person_counts_once_a_day(self, shop: places.OutletView) -> None:
        somebody = resident()
        for _ in range(3):
            places.report_closed(outlet_id=shop.outlet_id, actor=somebody, at=AT)
        places.report_closed(outlet_id=shop.outlet_id, actor=resident(), at=AT)
        assert Sighting.objects.filter(kind="report").count() == 2

    def test_nobody_reports_without_signing_in(self, shop: places.OutletView) -> None:
        with pytest.raises(NotAllowed):
            places.report_closed(outlet_id=shop.outlet_id, actor=Actor(), at=AT)

    def test_unseen_for_91_days_it_is_to_be_verified(self, shop: places.OutletView) -> None:
        for days, expected in ((90, places.OpenAnswer.OPEN), (91, places.OpenAnswer.UNKNOWN)):
            assert places.opening_of(shop, AT + timedelta(days=days)) == expected
        assert places.outlets([shop.outlet_id], on=TODAY + timedelta(days=91))[0].is_to_verify


class TestVerifying:
    def test_with_a_photo_it_stands_again(self, shop: places.OutletView) -> None:
        places.report_closed(outlet_id=shop.outlet_id, actor=resident(), at=AT)
        clerk, later = worker(), AT + timedelta(days=100)
        photo = documents.store(
            content=png(),
            media_type="image/png",
            name="门头.png",
            subject=Subject(places.OUTLET, str(shop.outlet_id)),
            actor=clerk,
        )
        seen = places.verify_outlet(
            outlet_id=shop.outlet_id, is_standing=True, photo_id=photo.id, actor=clerk, at=later
        )
        assert (seen.state, seen.is_to_verify) == (places.OutletState.STANDING, False)
        assert seen.last_seen_on == TODAY + timedelta(days=100)
        (fact,) = facts_published("places.OutletVerified")
        assert fact.payload["has_photo"] is True

    def test_a_photo_of_something_else_is_refused(self, shop: places.OutletView) -> None:
        with pytest.raises(places.PhotoNotOfOutlet):
            places.verify_outlet(
                outlet_id=shop.outlet_id, is_standing=True, photo_id=shop.outlet_id, actor=worker(), at=AT
            )

    def test_found_closed_it_leaves_the_map_from_that_day(self, shop: places.OutletView) -> None:
        closed = places.verify_outlet(outlet_id=shop.outlet_id, is_standing=False, actor=worker(), at=AT)
        assert (closed.state, closed.closed_on) == (places.OutletState.CLOSED, TODAY)
        assert places.outlets_of(shop.site, on=TODAY) == ()
        assert len(places.outlets_of(shop.site, on=TODAY - timedelta(days=1))) == 1
        assert len(facts_published("places.OutletClosed")) == 1

    def test_found_open_again_it_is_back(self, shop: places.OutletView) -> None:
        places.close_outlet(outlet_id=shop.outlet_id, actor=worker(), at=AT)
        with pytest.raises(places.OutletActionNotAllowed):
            places.report_closed(outlet_id=shop.outlet_id, actor=resident(), at=AT)
        back = places.verify_outlet(outlet_id=shop.outlet_id, is_standing=True, actor=worker(), at=AT)
        assert (back.state, back.closed_on) == (places.OutletState.STANDING, None)

    def test_only_by_the_worker_of_its_community(self, shop: places.OutletView) -> None:
        for actor in (worker(WANLI), resident(), merchant()):
            with pytest.raises(NotAllowed):
                places.verify_outlet(outlet_id=shop.outlet_id, is_standing=True, actor=actor, at=AT)

    def test_an_outlet_of_no_community_comes_to_that_of_whoever_looked(self, site: str) -> None:
        stray = make_outlet(site)
        seen = places.verify_outlet(
            outlet_id=stray.outlet_id, is_standing=True, community=WANLI, actor=worker(WANLI), at=AT
        )
        assert seen.community == WANLI


class TestClaiming:
    def test_a_claim_waits_for_a_visit(self, shop: places.OutletView) -> None:
        claimed = places.claim_outlet(outlet_id=shop.outlet_id, actor=merchant(), at=AT)
        assert claimed.organisation_id is None
        assert lines_about(shop) == ["places.outlet.claimed"]

    def test_another_merchant_is_refused(self, shop: places.OutletView) -> None:
        places.claim_outlet(outlet_id=shop.outlet_id, actor=merchant(), at=AT)
        with pytest.raises(places.OutletClaimedAlready):
            places.claim_outlet(outlet_id=shop.outlet_id, actor=merchant(), at=AT)

    def test_declined_it_is_free_again(self, shop: places.OutletView) -> None:
        places.claim_outlet(outlet_id=shop.outlet_id, actor=merchant(), at=AT)
        places.verify_outlet(outlet_id=shop.outlet_id, is_standing=True, agrees_with_claim=False, actor=worker(), at=AT)
        row = Outlet.objects.get(pk=shop.outlet_id)
        assert (row.claimant_id, row.organisation_id) == (None, None)

    def test_desk_clerks_and_residents_claim_nothing(self, shop: places.OutletView) -> None:
        for actor in (worker(), resident()):
            with pytest.raises(NotAllowed):
                places.claim_outlet(outlet_id=shop.outlet_id, actor=actor, at=AT)
