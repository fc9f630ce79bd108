"""The bands of the house, read from `.importlinter`, which is the one place that lists them."""

from configparser import ConfigParser
from pathlib import Path

CONTRACTS = Path(__file__).resolve().parents[2] / ".importlinter"


def contracts(file: Path = CONTRACTS) -> ConfigParser:
    parser = ConfigParser()
    parser.read_string(file.read_text(encoding="utf-8"))
    return parser


def bands(file: Path = CONTRACTS) -> list[list[str]]:
    """The modules of each band, from the top down."""
    lines = contracts(file)["importlinter:contract:bands"]["layers"].split("\n")
    return [[name.strip(" ()") for name in line.replace(":", "|").split("|")] for line in lines if line.strip()]


def height_of(file: Path = CONTRACTS) -> dict[str, int]:
    """How high each module stands; the kernel is 0."""
    return {name: height for height, band in enumerate(reversed(bands(file))) for name in band}


def containers_of(section: str, file: Path = CONTRACTS) -> set[str]:
    return names_in(section, "containers", file)


def names_in(section: str, key: str, file: Path = CONTRACTS) -> set[str]:
    """The modules that a contract lists under a key."""
    lines = contracts(file)[f"importlinter:contract:{section}"][key].split()
    return {line.rsplit(".", 1)[-1] for line in lines}


def folders(package: Path) -> set[str]:
    """The modules on disk."""
    return {entry.name for entry in package.iterdir() if (entry / "__init__.py").exists()}


def unlisted(package: Path, file: Path = CONTRACTS) -> list[str]:
    """Where the contracts and the disk differ."""
    listed = [name for band in bands(file) for name in band]
    on_disk = folders(package)
    breaches = [f"{name}: on disk, in no band of .importlinter" for name in sorted(on_disk - set(listed))]
    breaches += [f"{name}: in .importlinter, not on disk" for name in sorted(set(listed) - on_disk)]
    breaches += [f"{name}: listed twice" for name in sorted(set(listed)) if listed.count(name) > 1]
    shaped = containers_of("inside", file) | containers_of("inside-look", file) | containers_of("inside-kernel", file)
    shaped |= {"facts", "config"}
    breaches += [f"{name}: no contract says what its inside looks like" for name in sorted(on_disk - shaped)]
    forbidden = names_in("inside-config", "forbidden_modules", file) | {"facts", "config"}
    return breaches + [f"{name}: config's env and embedded may import it" for name in sorted(on_disk - forbidden)]
