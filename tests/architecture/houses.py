"""Where the house stands, and how to build a small one with a fault in it."""

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from importlinter.application import use_cases
from importlinter.configuration import configure

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "yizhan"


def build(folder: Path, files: dict[str, str]) -> Path:
    """Write `files` under `folder`, with the `__init__.py` that Python folders need."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        _make_packages(path.parent if path.suffix == ".py" else folder / Path(name).parts[0], folder)
    return folder


def assert_none(breaches: Iterable[object]) -> None:
    """A wall holds; where it does not, every breach is named."""
    found = [str(breach) for breach in breaches]
    assert not found, "\n" + "\n".join(found)


def _make_packages(here: Path, top: Path) -> None:
    while here != top.parent:
        (here / "__init__.py").touch()
        here = here.parent


def broken_contracts(config: Path) -> dict[str, str]:
    """What `lint-imports` would print as broken: the id of each contract and what it found."""
    configure()
    options = use_cases.read_user_options(config_filename=str(config))
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    assert not report.could_not_run, report.invalid_contract_options
    ids = {option["name"]: option["id"] for option in options.contracts_options}
    return {ids[c.name]: _told(done.metadata) for c, done in report.get_contracts_and_checks() if not done.kept}


def _told(metadata: dict[str, Any]) -> str:
    return "\n".join(str(breach) for breach in metadata.get("breaches", [metadata]))
