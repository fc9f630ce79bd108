"""`make test` in parts: no marked test is missed, and what takes long begins."""

from pathlib import Path

import pytest

from tools.test_all import files_with
from yizhan.config.testing import _check_that_marks_are_found, _file_order


class Item:
    def __init__(self, path: Path, *marks: str) -> None:
        self.path, self.marks = path, marks

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def test_a_mark_that_comes_from_elsewhere_is_refused(tmp_path):
    seen, hidden = tmp_path / "test_seen.py", tmp_path / "test_hidden.py"
    seen.write_text("pytestmark = pytest.mark.browser")
    hidden.write_text("from tests.walkthroughs.test_filing import pytestmark")
    _check_that_marks_are_found([Item(seen, "browser"), Item(hidden)])
    with pytest.raises(pytest.UsageError, match="test_hidden"):
        _check_that_marks_are_found([Item(seen, "browser"), Item(hidden, "browser")])


def test_long_files_begin_then_those_with_many_tests(tmp_path):
    few, many, long, slow = (tmp_path / name for name in ("few.py", "many.py", "long.py", "slow.py"))
    items = [
        Item(few),
        Item(many),
        Item(few),
        Item(many),
        Item(many),
        Item(slow),
        Item(slow, "slow"),
        Item(long, "long"),
    ]
    ordered = sorted(items, key=_file_order(items))
    assert [item.path for item in ordered] == [slow, slow, long, many, many, many, few, few]


def test_the_parts_know_their_files():
    assert files_with("crash") == ("tests/crash/test_kills.py",)
    assert {"tests/walkthroughs/test_one_matter.py", "yizhan/look/tests/test_browser.py"} <= set(files_with("browser"))
