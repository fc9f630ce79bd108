"""Import contracts hold for the product and for what stands outside of it: tests, tools, bench."""

from collections.abc import Iterator
from pathlib import Path

import grimp

from tests.architecture.houses import HOUSE, ROOT, assert_none, broken_contracts
from tools import contracts
from tools.walls import bands


def test_every_contract_is_kept() -> None:
    assert_none(f"{name}:\n{told}" for name, told in broken_contracts(ROOT / ".importlinter").items())


def test_the_contracts_list_the_folders_on_disk() -> None:
    assert_none(bands.unlisted(HOUSE))


def test_config_stands_above_all_and_the_kernel_below() -> None:
    order = bands.bands()
    assert (order[0], order[-1]) == (["config"], ["kernel"])


def test_rules_call_neither_clock_nor_chance_nor_file() -> None:
    assert_none(list(contracts.impure_calls(HOUSE)))


def outside() -> Iterator[Path]:
    """Python files beside the package that use it as guests."""
    for folder in ("tests", "bench"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_tests_outside_of_a_module_use_doors_too() -> None:
    graph = grimp.build_graph("yizhan", cache_dir=None)
    modules = set(graph.modules)
    breaches = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in outside()
        for name, line in contracts.imported_names(path)
        if not contracts.is_guest_door(name, modules, own=path.stem if path.parent.name == "bench" else "")
    ]
    assert_none(breaches)
