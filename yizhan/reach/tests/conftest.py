"""Networks and snapped outlets of tests go to a cache folder of their own."""

import os
from pathlib import Path

import pytest

from yizhan.kernel.api import geo
from yizhan.places.api import import_outlets, read_osm
from yizhan.places.testing import AT, KEEPER
from yizhan.streets.api import SiteView
from yizhan.streets.testing import bring_in

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "streets"


@pytest.fixture(autouse=True)
def cache_folder(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings.YIZHAN_CACHE_DIR = tmp_path_factory.getbasetemp() / "cache"
    return Path(settings.YIZHAN_CACHE_DIR)


def real_file(name: str) -> Path:
    """An extract beside the checkout, used in place."""
    path = SHARED / f"{name}.osm.pbf"
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{path} is not there: ../shared/data/streets is needed")
    return path


@pytest.fixture
def helsinki(db) -> SiteView:
    """Real streets with the outlets of the same file."""
    path = real_file("helsinki_kamppi_2019")
    site = bring_in(path, "helsinki")
    import_outlets(rows=read_osm(path, geo.Datum.WGS84).rows, site="helsinki", actor=KEEPER, at=AT, source="osm")
    return site
