"""What is in the repository: no machine's paths, no registry's address, nothing that a package manager fetches."""

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

PATHS = re.compile(r"(?<![\w.\-/])/(work|root|home/[a-z][\w-]*|tmp/(brief|bash_jobs)[\w.]*)/[\w.]")
HOSTS = re.compile(
    r"registry\.npmjs\.org|registry\.npmmirror\.com|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org"
    r"|pypi\.tuna\.tsinghua|mirrors\.aliyun\.com|proxy\.golang\.org|index\.crates\.io|huggingface\.co"
)
# Words about how the text came to be, which a reader of the product has no use for. Digests, so that this list does
# not find itself.
WORKSHOP = frozenset(
    {
        "053ea4804ef1bb33",
        "3ea125d0bff386e6",
        "487b91042c7cf27a",
        "54e6289e14c7b0e7",
        "57de4cf40144bdf7",
        "5a5110ebe1544b31",
        "5d72436256ada538",
        "60965168ce762e94",
        "750bd39768d2b52a",
        "7d3194f79e645c42",
        "94a168d2da574b00",
        "c247e9808f5e81b8",
        "c70eca6b0f88f44d",
        "c857d09db23e6822",
        "c9ad8f2cc1294afa",
        "d298391b07433318",
        "de2187af3fb01170",
        "e12ce8285efc67c6",
        "fc5a1047f5919892",
    }
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
FETCHABLE_NAMES = re.compile(r"\.min\.(js|css|mjs)$|\.map$|(^|/)node_modules/|(^|/)site-packages/|\.dist-info/")
FETCHABLE_SUFFIXES = {".ttf", ".otf", ".woff", ".woff2", ".eot", ".whl", ".egg", ".so", ".dll", ".onnx", ".pt", ".bin"}
FETCHABLE_SUFFIXES |= {".safetensors", ".gguf", ".pyc", ".mo", ".jar", ".tgz"}
LARGEST_BYTES = 2_000_000


def tracked_files(root: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (root / name).is_file())


def digest(word: str) -> str:
    return hashlib.sha256(word.lower().encode()).hexdigest()[:16]


def texts(root: Path, names: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Every line of every text file."""
    for name in names:
        try:
            content = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            yield name, number, line


def foreign_words(root: Path, names: Iterable[str]) -> list[str]:
    breaches = []
    for name, number, line in texts(root, names):
        if PATHS.search(line):
            breaches.append(f"{name}:{number}: a path of one machine")
        if HOSTS.search(line):
            breaches.append(f"{name}:{number}: the address of a package registry")
        if any(digest(word) in WORKSHOP for word in _WORD.findall(line)):
            breaches.append(f"{name}:{number}: a word about the workshop")
    return breaches


def fetchable_files(root: Path, names: Iterable[str]) -> list[str]:
    """Tracked files that a package manager could fetch, or that are too large to be source."""
    breaches = []
    for name in names:
        if FETCHABLE_NAMES.search(name) or Path(name).suffix in FETCHABLE_SUFFIXES:
            breaches.append(f"{name}: can be fetched or built")
        if (root / name).stat().st_size > LARGEST_BYTES:
            breaches.append(f"{name}: larger than {LARGEST_BYTES // 1_000_000} MB")
    return breaches
