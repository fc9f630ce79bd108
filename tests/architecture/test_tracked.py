"""The repository holds source: nothing of one machine, nothing that can be fetched."""

import shutil

import pytest

from tests.architecture.houses import ROOT, assert_none
from tools.walls import tracked

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="not a git checkout, so nothing is tracked"
)


@pytest.fixture(scope="module")
def names() -> list[str]:
    return tracked.tracked_files(ROOT)


def test_no_tracked_file_names_a_machine_a_registry_or_the_workshop(names: list[str]) -> None:
    assert_none(tracked.foreign_words(ROOT, names))


def test_nothing_that_a_package_manager_fetches_is_tracked(names: list[str]) -> None:
    assert_none(tracked.fetchable_files(ROOT, names))
