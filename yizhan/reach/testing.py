"""A small world for tests: streets round the middle of Nanning, a compound there, outlets beside them."""

from pathlib import Path
from uuid import uuid4

from yizhan.places.testing import bring_outlets, make_row
from yizhan.reach.models import Home, NearestOutlet
from yizhan.streets.api import SiteView
from yizhan.streets.testing import NANNING, Sketch, bring_in
from yizhan.territory import testing as territory

XINZHU = "450103001005"


def make_quarter(folder: Path, name: str = "quarter") -> SiteView:
    """Streets every 100 m, a kilometre each way; complete for 3 km round them."""
    sketch = Sketch()
    side = range(-10, 11)
    for column in side:
        for row in side:
            sketch.node(f"n{column}_{row}", column * 100, row * 100)
    for one in side:
        sketch.way(" ".join(f"n{one}_{row}" for row in side), name=f"竖{one}街")
        sketch.way(" ".join(f"n{column}_{one}" for column in side), name=f"横{one}路")
    return bring_in(sketch.write(folder / f"{name}.osm.pbf", (-3000, -3000, 3000, 3000)), name)


def make_shops(site: SiteView) -> None:
    """A market 200 m east, a hairdresser 400 m north that opens at ten, a pharmacy 900 m west of unknown hours."""
    bring_outlets(
        site.name,
        make_row("竹溪菜市场", 200, 0, category="market", hours="Mo-Su 06:00-19:00", ref="market"),
        make_row("阿莲理发店", 0, 400, category="hairdresser", hours="Mo-Su 10:00-21:00", ref="hairdresser"),
        make_row("百姓大药房", -900, 0, category="pharmacy", hours="", ref="pharmacy"),
    )


def make_compound(community: str = XINZHU, name: str = "新竹小区（样例）") -> str:
    """A compound in the very middle; gives the key to start from it."""
    lon, lat = NANNING
    return f"{community}.{territory.make_compound(community, name, lon=lon, lat=lat)}"


def say_something_else(site: str, community: str = XINZHU) -> None:
    """Put a row into the table of nearest outlets that nothing stands behind."""
    lon, lat = NANNING
    home = Home.objects.create(
        site=site, home_id=uuid4(), community=community, title="1栋", lon=lon, lat=lat, dwellings=3, is_sample=True
    )
    NearestOutlet.objects.create(home=home, category="market", profile="elder", site=site, outlet_id=uuid4(), ds=1)
