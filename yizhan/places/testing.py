"""Outlets for the tests of every room: a site of streets drawn by hand, and rows round its middle."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yizhan.kernel.api import Actor
from yizhan.places.api import ImportReport, OutletRow, OutletView, import_outlets, outlets_of
from yizhan.streets.testing import NANNING, Sketch, bring_in

AT = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday, 12:00 in Nanning
KEEPER = Actor.system("places.test")
_DEGREE_M = 111_195.08


def make_site(folder: Path, name: str = "test") -> str:
    """Streets of a kilometre each way round the middle of Nanning. Gives the site's name."""
    sketch = Sketch()
    for number, (east, north) in enumerate([(-1000, 0), (0, 0), (1000, 0), (0, -1000), (0, 1000)]):
        sketch.node(f"n{number}", east, north)
    sketch.way("n0 n1 n2").way("n3 n1 n4")
    return bring_in(sketch.write(folder / f"{name}.osm.pbf", (-1200, -1200, 1200, 1200)), name).name


def make_row(name: str = "竹溪便利店", east: float = 0, north: float = 0, **more: Any) -> OutletRow:
    """A convenience store so many metres east and north of the middle, unless told otherwise."""
    lon, lat = NANNING
    values: dict[str, Any] = {"name": name, "category": "convenience_store", "hours": "Mo-Su 08:00-22:00"} | more
    return OutletRow(lon=lon + east / (_DEGREE_M * 0.9218), lat=lat + north / _DEGREE_M, **values)


def bring_outlets(site: str, *rows: OutletRow, **more: Any) -> ImportReport:
    values: dict[str, Any] = {"site": site, "actor": KEEPER, "at": AT} | more
    return import_outlets(rows=rows, **values)


def make_outlet(site: str, row: OutletRow | None = None, **more: Any) -> OutletView:
    """One outlet of the site, as an import brings it."""
    before = {one.outlet_id for one in outlets_of(site, on=AT.date())}
    report = bring_outlets(site, row or make_row(), **more)
    assert report.opened == 1, report.refused
    return next(one for one in outlets_of(site, on=AT.date()) if one.outlet_id not in before)
