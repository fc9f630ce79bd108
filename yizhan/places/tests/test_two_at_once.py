"""Two writers at one site: versions stay in order, and one outlet is entered once."""

import threading
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from yizhan.places import api as places
from yizhan.places.models import Outlet
from yizhan.places.testing import AT, KEEPER, bring_outlets, make_outlet, make_row, make_site


def both(*acts) -> list[BaseException]:
    """Run at the same time, each on a connection of its own; gives what they raised."""
    ready, raised = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            ready.wait(20)
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def town(committed_db: str, tmp_path: Path) -> str:
    return make_site(tmp_path)


def test_the_same_pharmacy_is_entered_once(town: str) -> None:
    def enter() -> None:
        places.open_outlet(row=make_row("新竹大药房", category="pharmacy"), site=town, actor=KEEPER, at=AT)

    raised = both(enter, enter, enter)
    assert [type(one) for one in raised] == [places.OutletKnownAlready] * 2
    assert Outlet.objects.count() == 1


def test_nobody_who_refreshes_misses_a_change(town: str) -> None:
    """A version is seen only after all before it: the site's row is locked until the commit."""
    first = make_outlet(town, make_row("甲"))
    known = places.site_version(town)
    with transaction.atomic():
        places.change_outlet(outlet_id=first.outlet_id, hours="24/7", actor=KEEPER, at=AT)
        seen: list[int] = []

        def look() -> None:
            seen.append(places.site_version(town))

        assert both(look) == []
        assert seen == [known]
    assert (
        both(
            lambda: bring_outlets(town, make_row("乙", 300)),
            lambda: places.change_outlet(outlet_id=first.outlet_id, hours="off", actor=KEEPER, at=AT),
            lambda: places.close_outlet(outlet_id=first.outlet_id, actor=KEEPER, at=AT),
        )
        == []
    )
    versions = list(Outlet.objects.order_by("version").values_list("version", flat=True))
    assert places.site_version(town) == known + 4
    assert versions[-1] <= known + 4
    assert {one.name for one in places.changes_since(town, known, on=AT.date())} == {"甲", "乙"}
    connection.close()
