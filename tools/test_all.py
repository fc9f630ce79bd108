"""`make test`: everything that can be checked, in an order that fails early, with the time of each part.

Parts of one stage run at the same time, so that both cores of a small machine have something to do; the commands of a
part run one after another. The tests on the database run on the oldest PostgreSQL that Yizhan takes, where the machine
has it (CI must); browser, crashes, benchmarks on the packaged. What is measured runs alone.

    python tools/test_all.py                  everything
    python tools/test_all.py tests browser    these parts
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[1]
OLDEST_POSTGRES = Path("/usr/lib/postgresql/15/bin")
PYTEST = (sys.executable, "-m", "pytest", "-q")
IN_TWO = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")  # the order is that of yizhan/config/testing.py


@dataclass(frozen=True)
class Part:
    """`on_oldest`: its databases are on the oldest PostgreSQL. `measured`: a busy machine may have spoilt it once."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    on_oldest: bool = False
    measured: bool = False


def files_with(mark: str) -> tuple[str, ...]:
    """Test files in which this mark stands; that none is missed is checked as the tests are collected."""
    found = [*(ROOT / "yizhan").rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")]
    return tuple(
        str(path.relative_to(ROOT)) for path in sorted(found) if f"mark.{mark}" in path.read_text(encoding="utf-8")
    )


DATABASES = (sys.executable, "tools/test_databases.py")
STAGES = (
    (
        Part(
            "style and walls",
            (
                (str(BIN / "ruff"), "check", "."),
                (str(BIN / "ruff"), "format", "--check", "."),
                (str(BIN / "lint-imports"),),
            ),
        ),
        Part("types", ((str(BIN / "mypy"),),)),
        Part("databases", (DATABASES,)),
    ),
    (
        Part(
            "words and reference",
            ((sys.executable, "tools/words.py", "check"), (sys.executable, "tools/reference.py", "--check")),
        ),
        Part("databases of the oldest", (DATABASES,), on_oldest=True),
    ),
    (Part("tests", ((*PYTEST, *IN_TWO, "-m", "not browser and not crash"),), on_oldest=True),),
    (
        Part("browser", ((*PYTEST, *IN_TWO, "-m", "browser", *files_with("browser")),)),
        Part("crash", ((*PYTEST, "-m", "crash", *files_with("crash")),)),
    ),
    (Part("benchmark, small", ((str(BIN / "yizhan"), "bench", "kernel", "--quick"),), measured=True),),
)


def main() -> int:
    wanted = set(sys.argv[1:])
    if unknown := wanted - {part.name for stage in STAGES for part in stage}:
        print(f"no such part: {', '.join(sorted(unknown))}")
        return 2
    if not (OLDEST_POSTGRES / "initdb").exists() and os.environ.get("CI"):
        print(f"PostgreSQL 15 is missing in CI: {OLDEST_POSTGRES}")
        return 1
    began, failed = time.monotonic(), []
    for stage in STAGES:
        failed += run_together([part for part in stage if not wanted or part.name in wanted])
    print(f"── all: {time.monotonic() - began:.0f} s")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def run_together(parts: list[Part]) -> list[str]:
    """Run the parts at once; the names of those that failed. A part alone is seen at work, else its words are kept."""
    failed: list[str] = []
    threads = [threading.Thread(target=run, args=(part, failed, len(parts) == 1)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def run(part: Part, failed: list[str], is_alone: bool) -> None:
    started = time.monotonic()
    say(f"── {part.name}{postgres_of(part)}")
    said, good = carry_out(part, is_alone)
    if not good and part.measured:
        say(f"── {part.name}: measured again, since the machine may have been busy")
        said, good = carry_out(part, is_alone)
    outcome = f"── {part.name}: {'ok' if good else 'FAILED'}, {time.monotonic() - started:.0f} s"
    say((last_line(said) if good else said) + outcome)
    if not good:
        failed.append(part.name)


def carry_out(part: Part, is_alone: bool) -> tuple[str, bool]:
    """What its commands said, if that was kept, and whether all went well. Every command is run."""
    said, good = "", True
    for command in part.commands:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment_of(part),
            stdout=None if is_alone else subprocess.PIPE,
            stderr=None if is_alone else subprocess.STDOUT,
            text=True,
            check=False,
        )
        said, good = said + (done.stdout or ""), good and done.returncode == 0
    return said, good


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def last_line(said: str) -> str:
    """How many tests there were."""
    return f"{said.strip().splitlines()[-1]}\n" if said.strip() else ""


def is_on_oldest(part: Part) -> bool:
    return part.on_oldest and "YIZHAN_TEST_SERVER" not in os.environ and (OLDEST_POSTGRES / "initdb").exists()


def postgres_of(part: Part) -> str:
    return f": on the PostgreSQL in {OLDEST_POSTGRES}" if is_on_oldest(part) else ""


def environment_of(part: Part) -> Mapping[str, str]:
    return {**os.environ, "YIZHAN_TEST_POSTGRES": str(OLDEST_POSTGRES)} if is_on_oldest(part) else os.environ


if __name__ == "__main__":
    raise SystemExit(main())
