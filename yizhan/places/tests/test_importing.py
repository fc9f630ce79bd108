"""Many outlets at once: what is taken, what is refused, and what a second import changes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from yizhan.kernel.testing import audit_lines, facts_published
from yizhan.places import api as places
from yizhan.places.rules.rows import RowTrouble
from yizhan.places.testing import AT, bring_outlets, make_outlet, make_row

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_good_rows_go_in_and_bad_ones_come_back_with_their_reasons(site: str) -> None:
    report = bring_outlets(
        site,
        make_row("竹溪便利店"),
        make_row("新竹菜市", 200, category="no_such"),
        make_row("大药房", 300, hours="Mo-Fr 09:00-25:99x"),
        replace(make_row("写反了", 400), lon=22.817, lat=108.3665),
        replace(make_row("在北京", 500), lon=116.4, lat=39.9),
        make_row("看不\x00见", 600),
    )
    assert report.opened == 1
    assert [(one.number, one.fault.trouble) for one in report.refused] == [
        (2, RowTrouble.CATEGORY_UNKNOWN),
        (3, RowTrouble.HOURS_FAULTY),
        (4, RowTrouble.POSITION_SWAPPED),
        (5, RowTrouble.POSITION_OUTSIDE),
        (6, RowTrouble.NAME_UNPRINTABLE),
    ]


def test_an_import_is_one_fact_and_one_audit_line(site: str) -> None:
    before = len(audit_lines())
    report = bring_outlets(site, *(make_row(f"店{n}号", n * 20, -300) for n in range(30)))
    assert report.opened == 30
    (fact,) = facts_published("places.OutletsImported")
    assert fact.payload["opened"] == 30
    assert len(audit_lines()) == before + 1


def test_the_same_file_again_changes_nothing_and_a_newer_one_brings_up_to_date(site: str) -> None:
    row = make_row(ref="node/1", last_seen_on=TODAY - timedelta(days=30))
    bring_outlets(site, row)
    version = places.site_version(site)
    assert bring_outlets(site, row).unchanged == 1
    newer = replace(row, hours="24/7", last_seen_on=TODAY)
    assert bring_outlets(site, newer).changed == 1
    (changed,) = places.changes_since(site, version, on=TODAY)
    assert (changed.hours, changed.last_seen_on) == ("24/7", TODAY)


def test_an_older_file_overwrites_nothing(site: str) -> None:
    bring_outlets(site, make_row(ref="node/1"))
    older = make_row(ref="node/1", hours="24/7", last_seen_on=TODAY - timedelta(days=1))
    assert bring_outlets(site, older).unchanged == 1
    assert places.outlets_of(site, on=TODAY)[0].hours == "Mo-Su 08:00-22:00"


def test_what_a_person_has_written_stays(site: str) -> None:
    from yizhan.places.testing import KEEPER

    outlet = make_outlet(site, make_row(ref="node/1", last_seen_on=TODAY - timedelta(days=2)))
    places.change_outlet(outlet_id=outlet.outlet_id, hours="Mo-Fr 07:00-20:00", actor=KEEPER, at=AT)
    report = bring_outlets(site, make_row(ref="node/1", hours="24/7"))
    assert report.kept == 1
    (kept,) = places.outlets_of(site, on=TODAY)
    assert (kept.hours, kept.last_seen_on) == ("Mo-Fr 07:00-20:00", TODAY)


def test_two_rows_about_one_outlet_are_found(site: str) -> None:
    report = bring_outlets(site, make_row("竹溪便利店"), make_row("竹溪 便利店", 30))
    assert [one.fault.trouble for one in report.refused] == [RowTrouble.TWICE_IN_FILE]
    known = places.outlets_of(site, on=TODAY)[0]
    again = bring_outlets(site, make_row("竹溪便利店", 40, ref="x/9"), source="osm")
    assert [(one.fault.trouble, one.known_id) for one in again.refused] == [(RowTrouble.KNOWN_ALREADY, known.outlet_id)]
