"""Cached networks of tests go to a folder of their own."""

import os
from pathlib import Path

import pytest

from yizhan.streets.testing import bring_in, grid_city

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "streets"
REAL = ("nanjing_xinjiekou_2021", "helsinki_kamppi_2019", "heidelberg_2024")


@pytest.fixture(autouse=True)
def cache_folder(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings.YIZHAN_CACHE_DIR = tmp_path_factory.getbasetemp() / "cache"
    return Path(settings.YIZHAN_CACHE_DIR) / "streets"


def real_file(name: str) -> Path:
    """An extract beside the checkout, used in place."""
    path = SHARED / f"{name}.osm.pbf"
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{path} is not there: ../shared/data/streets is needed")
    return path


@pytest.fixture
def city(db, tmp_path: Path):
    """A grid city of 900 crossings, in hand."""
    from yizhan.streets.api import network

    return network(bring_in(grid_city(tmp_path / "city.osm.pbf", 30)))
