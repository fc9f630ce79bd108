"""`make test`: everything that can be checked, in an order that fails early, with the time of each part.

Parts that use one core run two at a time; the test runs themselves are parallel. The tests on the database run on the
oldest PostgreSQL that Yizhan takes, where the machine has it (CI must); browser, crashes, benchmarks on the packaged.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
OLDEST_POSTGRES = Path("/usr/lib/postgresql/15/bin")

# Each part: its name and commands that may run at the same time.
PARTS: list[tuple[str, list[list[str]]]] = [
    ("style", [[str(BIN / "ruff"), "check", "."], [str(BIN / "ruff"), "format", "--check", "."]]),
    ("types and walls", [[str(BIN / "mypy")], [str(BIN / "lint-imports")]]),
    ("words and reference", [
        [sys.executable, "tools/words.py", "check"],
        [sys.executable, "tools/reference.py", "--check"],
    ]),
    ("tests", [[str(BIN / "pytest"), "-q", "-n", "2", "--dist", "loadfile", "-m", "not browser and not crash"]]),
    ("browser", [[str(BIN / "pytest"), "-q", "-n", "2", "--dist", "loadfile", "-m", "browser"]]),
    ("crash", [[str(BIN / "pytest"), "-q", "-m", "crash"]]),
    ("benchmark, small", [[str(BIN / "yizhan"), "bench", "kernel", "--quick"]]),
]  # fmt: skip

MEASURED = {"benchmark, small"}


def main() -> int:
    wanted = set(sys.argv[1:])
    failed: list[str] = []
    if not (OLDEST_POSTGRES / "initdb").exists() and os.environ.get("CI"):
        print(f"PostgreSQL 15 is missing in CI: {OLDEST_POSTGRES}")
        return 1
    for name, commands in PARTS:
        if wanted and name not in wanted:
            continue
        started = time.monotonic()
        print(f"── {name}", flush=True)
        environment = environment_of(name)
        good = run_together(commands, environment)
        if not good and name in MEASURED:
            print(f"── {name}: measured again, since the machine may have been busy", flush=True)
            good = run_together(commands, environment)
        print(f"── {name}: {'ok' if good else 'FAILED'}, {time.monotonic() - started:.0f} s", flush=True)
        if not good:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def environment_of(part: str) -> dict[str, str]:
    if part != "tests" or "YIZHAN_TEST_SERVER" in os.environ or not (OLDEST_POSTGRES / "initdb").exists():
        return ENVIRONMENT
    print(f"── {part}: on the PostgreSQL in {OLDEST_POSTGRES}", flush=True)
    return {**ENVIRONMENT, "YIZHAN_TEST_POSTGRES": str(OLDEST_POSTGRES)}


def run_together(commands: list[list[str]], environment: dict[str, str]) -> bool:
    """Run the commands at once; the output of each is kept together."""
    if len(commands) == 1:
        return subprocess.run(commands[0], cwd=ROOT, env=environment, check=False).returncode == 0
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for command in commands
    ]
    outputs = [process.communicate()[0] for process in running]
    for process, output in zip(running, outputs, strict=True):
        if process.returncode:
            print(output)
    return all(process.returncode == 0 for process in running)


if __name__ == "__main__":
    raise SystemExit(main())
