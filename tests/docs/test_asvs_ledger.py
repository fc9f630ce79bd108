"""The ledger of OWASP ASVS 5.0.0 leaves nothing out, and every test that it names is there."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.houses import ROOT, assert_none

LEDGER = ROOT / "docs" / "asvs" / "ledger.toml"
SENTENCE = re.compile(r"[A-Z“].{9,}[.]", re.DOTALL)
PAGE = re.compile(r"[\w/-]+\.(?:md|py)\b")
# Requirements of levels 1 and 2 by section, as ASVS 5.0.0 numbers them: chapter.section → level 1, level 2.
WANTED: dict[str, tuple[str, str]] = {
    "1.1": ("", "1 2"),
    "1.2": ("1 2 3 4 5", "6 7 8 9"),
    "1.3": ("1 2", "3 4 5 6 7 8 9 10 11"),
    "1.4": ("", "1 2 3"),
    "1.5": ("1", "2"),
    "2.1": ("1", "2 3"),
    "2.2": ("1 2", "3"),
    "2.3": ("1", "2 3 4"),
    "2.4": ("", "1"),
    "3.2": ("1 2", ""),
    "3.3": ("1", "2 3 4"),
    "3.4": ("1 2", "3 4 5 6"),
    "3.5": ("1 2 3", "4 5"),
    "3.7": ("", "1 2"),
    "4.1": ("1", "2 3"),
    "4.2": ("", "1"),
    "4.3": ("", "1 2"),
    "4.4": ("1", "2 3 4"),
    "5.1": ("", "1"),
    "5.2": ("1 2", "3"),
    "5.3": ("1 2", ""),
    "5.4": ("", "1 2 3"),
    "6.1": ("1", "2 3"),
    "6.2": ("1 2 3 4 5 6 7 8", "9 10 11 12"),
    "6.3": ("1 2", "3 4"),
    "6.4": ("1 2", "3 4"),
    "6.5": ("", "1 2 3 4 5"),
    "6.6": ("", "1 2 3"),
    "6.8": ("", "1 2 3 4"),
    "7.1": ("", "1 2 3"),
    "7.2": ("1 2 3 4", ""),
    "7.3": ("", "1 2"),
    "7.4": ("1 2", "3 4 5"),
    "7.5": ("", "1 2"),
    "7.6": ("", "1 2"),
    "8.1": ("1", "2"),
    "8.2": ("1 2", "3"),
    "8.3": ("1", ""),
    "8.4": ("", "1"),
    "14.1": ("", "1 2"),
    "14.2": ("1", "2 3 4"),
    "14.3": ("1", "2 3"),
    "16.1": ("", "1"),
    "16.2": ("", "1 2 3 4 5"),
    "16.3": ("", "1 2 3 4"),
    "16.4": ("", "1 2 3"),
    "16.5": ("", "1 2 3"),
}
# Of level 3, what touches evidence, signatures, separation of duties and rights.
ALSO = frozenset({"V2.3.5", "V4.1.5", "V7.5.3", "V8.3.2", "V8.3.3", "V14.2.6", "V16.5.4"})


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(LEDGER.read_text(encoding="utf-8"))["requirement"]
    return found


def wanted() -> dict[str, int]:
    """Requirement → level."""
    return {
        f"V{section}.{number}": level
        for section, levels in WANTED.items()
        for level, numbers in enumerate(levels, start=1)
        for number in numbers.split()
    }


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names of a file's tests: test_x, TestY::test_x."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return frozenset(name for name in found if name.split("::")[-1].startswith("test_"))


def is_there(test: str) -> bool:
    file, _colons, name = test.partition("::")
    return (ROOT / file).is_file() and name in names_in(ROOT / file)


def faults_of(row: dict[str, Any]) -> list[str]:
    """What is wrong with one row."""
    name, faults = str(row.get("id")), []
    if not (row.get("tests") or row.get("reason") or row.get("missing")):
        faults.append(f"{name}: neither test nor reason")
    if set(row) - {"id", "level", "says", "tests", "reason", "missing"}:
        faults.append(f"{name}: an unknown key")
    texts = [row.get("says"), *(row[key] for key in ("reason", "missing") if key in row)]
    faults += [f"{name}: no sentence: {text}" for text in texts if not SENTENCE.fullmatch(str(text))]
    pages = [page for text in texts for page in PAGE.findall(str(text)) if not (ROOT / page).is_file()]
    faults += [f"{name}: no such page: {page}" for page in pages]
    faults += [f"{name}: no such test: {test}" for test in row.get("tests", ()) if not is_there(test)]
    return faults


def test_no_requirement_is_left_out() -> None:
    levels = {row["id"]: row["level"] for row in rows()}
    assert_none(sorted((set(wanted()) | ALSO) - set(levels)))
    assert_none([one for one, level in wanted().items() if levels[one] != level])
    assert_none([one for one in levels if one not in wanted() and levels[one] != 3])


def test_each_stands_once_and_in_order() -> None:
    ids = [row["id"] for row in rows()]
    assert ids == sorted(set(ids), key=lambda one: [int(part) for part in one[1:].split(".")])


def test_every_row_says_how_it_stands() -> None:
    assert_none([fault for row in rows() for fault in faults_of(row)])


def test_the_page_names_what_is_not_met() -> None:
    told = re.findall(r"\bV\d+\.\d+\.\d+\b", (LEDGER.parent / "README.md").read_text(encoding="utf-8"))
    assert sorted(told) == sorted(row["id"] for row in rows() if "missing" in row)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"says": "Something is asked."}, "neither test nor reason"),
        ({"says": "Something is asked.", "reason": "none"}, "no sentence: none"),
        ({"says": "", "reason": "It does not apply here."}, "no sentence: "),
        ({"says": "Something is asked.", "tests": ["tests/docs/test_asvs_ledger.py::test_no"]}, "no such test"),
        ({"says": "Something is asked.", "tests": ["tests/no.py::test_a"]}, "no such test"),
        ({"says": "Something is asked.", "reason": "It stands in docs/no.md."}, "no such page: docs/no.md"),
        ({"says": "Something is asked.", "reason": "It does not apply.", "other": 1}, "an unknown key"),
    ],
)
def test_a_bad_row_is_found(row: dict[str, Any], fault: str) -> None:
    assert any(fault in one for one in faults_of({"id": "V0.0.0", "level": 1, **row}))


def test_a_good_row_is_taken() -> None:
    own = "tests/docs/test_asvs_ledger.py::test_a_good_row_is_taken"
    assert faults_of({"id": "V0.0.0", "level": 1, "says": "Something is asked.", "tests": [own]}) == []
