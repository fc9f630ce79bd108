"""What is generated is what the code says now."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.houses import ROOT, assert_none
from tools import reference
from yizhan.kernel.api import access


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_page_that_differs_is_found(tmp_path: Path) -> None:
    page = tmp_path / "facts.md"
    assert reference.stale([(page, "as the code is")]) == [page]
    page.write_text("as the code was")
    assert reference.stale([(page, "as the code is")]) == [page]
    page.write_text("as the code is")
    assert reference.stale([(page, "as the code is")]) == []


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        (access.is_staff, "is staff"),
        (access.has_role("signer", "examiner"), "has role signer or examiner"),
        (access.has_level(3), "has level 3"),
        (access.any_of(access.is_staff, access.has_level(1)), "(is staff or has level 1)"),
    ],
)
def test_a_predicate_is_said_in_words(predicate, said: str) -> None:
    assert reference.says(predicate) == said


LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:yizhan|tools|tests|docs|bench)/[\w./*-]+)`")


CODE = re.compile(r"`([A-Za-z_]\w*)`\s+in\s+`([\w/.]+\.py)`")


def pages() -> list[Path]:
    own = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "yizhan").glob("*/README.md")]
    return sorted(path for path in own if "node_modules" not in path.parts)


def dead_links(page: Path) -> list[str]:
    """Files and functions that a page links or names in backticks and that are not there."""
    text = page.read_text(encoding="utf-8")
    links = [
        page.parent / target
        for target in LINK.findall(text)
        if "://" not in target and not target.startswith("mailto:")
    ]
    lost = [str(target) for target in links if not target.exists()]
    lost += [name for name in NAMED.findall(text) if not list(ROOT.glob(name)) + list(page.parent.glob(name))]
    for name, file in CODE.findall(text):
        if not (ROOT / file).exists() or not re.search(rf"(?m)^(def|class) {name}\b", (ROOT / file).read_text()):
            lost.append(f"{name} in {file}")
    return [f"{page.name}: {target}" for target in lost]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_leads_somewhere(page: Path) -> None:
    assert_none(dead_links(page))


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](gone.md) and `yizhan/no_such_room/api.py`, then `no_such` in `yizhan/kernel/outbox.py`")
    assert len(dead_links(page)) == 3
