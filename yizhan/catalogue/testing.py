"""For the tests of this module and of those that stand on it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from yizhan.catalogue.rules.assessment import Attribute
from yizhan.catalogue.rules.consistency import read_checked
from yizhan.catalogue.rules.definition import ItemDefinition
from yizhan.catalogue.rules.expression import Value

OLD_AGE_ALLOWANCE = "old_age_allowance"
OLD_AGE_ALLOWANCE_FILE = Path(__file__).parent / "data" / "items" / OLD_AGE_ALLOWANCE / "1.yaml"
SEEN_AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
GOOD_ANSWERS: Mapping[str, str] = {
    "filed_by": "agent",
    "relation": "child",
    "agent_name": "李秀梅",
    "agent_phone": "13800000001",
    "card_number": "6217000000000000019",
    "bank": "样例银行",
    "delivery": "desk",
}


def old_age_allowance() -> ItemDefinition:
    """The item as its file says, without a database."""
    return read_checked(OLD_AGE_ALLOWANCE_FILE.read_text(encoding="utf-8"), OLD_AGE_ALLOWANCE_FILE.name)[0]


def attributes(
    *, source: str = "public_security.register", level: int = 3, **values: Value | None
) -> dict[str, Attribute]:
    """Verified attributes by name; write `receives__old_age_allowance` for a dotted name."""
    return {
        name: Attribute(name=name, value=value, source=source, seen_at=SEEN_AT, level=level)
        for name, value in ((key.replace("__", "."), value) for key, value in values.items())
    }


def packaged_files() -> dict[str, str]:
    """Text of every packaged item file, by `code/version`."""
    root = OLD_AGE_ALLOWANCE_FILE.parent.parent
    found = sorted(root.glob("*/*.yaml"), key=lambda path: (path.parent.name, int(path.stem)))
    return {f"{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8") for path in found}


def packaged_items() -> tuple[ItemDefinition, ...]:
    return tuple(read_checked(text, name)[0] for name, text in packaged_files().items())
