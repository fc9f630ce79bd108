"""Networks of tests are cached in a folder of their own."""

from pathlib import Path

import pytest

from yizhan.places.testing import make_site


@pytest.fixture(autouse=True)
def cache_folder(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.YIZHAN_CACHE_DIR = tmp_path_factory.getbasetemp() / "cache"


@pytest.fixture
def site(db, tmp_path: Path) -> str:
    return make_site(tmp_path)
