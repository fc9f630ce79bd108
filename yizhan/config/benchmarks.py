"""`yizhan bench NAME`: runs bench/NAME.py of a checkout; an installed package has no benchmarks."""

import sys
from importlib import import_module

import click

from yizhan.config.env import PROJECT

FOLDER = PROJECT / "bench"
# What several benchmarks, or one that is long, are made of.
_NOT_ONE = {"__init__", "harness", "floor", "filing", "many", "pages", "serving"}


def names() -> list[str]:
    """The benchmarks of this checkout."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in _NOT_ONE)


def run(name: str, *, as_json: bool, quick: bool, only: str = "") -> int:
    """Measure, print the rows; returns the exit code: 1 where a bar does not hold."""
    if not names():
        raise click.ClickException(f"Benchmarks are part of a checkout: there is no {FOLDER}.")
    if name not in names():
        raise click.ClickException(f"There is no benchmark {name!r}; there are: {', '.join(names())}.")
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    code: int = import_module("bench.harness").run_suite(name, as_json=as_json, quick=quick, only=only)
    return code
