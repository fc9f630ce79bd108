"""保存期限: until when a thing is kept, and the table of kinds as it stands on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class End(StrEnum):
    """What becomes of a record when its time is over."""

    DELETED = "deleted"
    DELETED_BY_NEXT = "deleted_by_next"
    DISPOSED = "disposed"
    STAYS = "stays"
    NOT_KEPT = "not_kept"


class Trust(StrEnum):
    SOURCED = "sourced"
    OWN_RULE = "own_rule"
    TO_BE_CONFIRMED = "to_be_confirmed"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One row of the table: a kind of record, how long it is kept and what ends its time."""

    code: str
    valid_from: date
    zh: str
    en: str
    from_zh: str
    from_en: str
    end: End
    source: str
    trust: Trust
    days: int | None = None
    years: int | None = None
    by_item: bool = False
    with_case: bool = False


class TableBroken(ValueError):
    """A row of the table cannot be meant; says which."""


def last_day_kept(from_on: date, years: int | None) -> date | None:
    """The last day of keeping: whole years from 1 January after `from_on`; None where it is kept for ever."""
    return None if years is None else date(from_on.year + years, 12, 31)


def is_over(until_on: date | None, today: date) -> bool:
    """Whether the time is over: from the day after its last one."""
    return until_on is not None and until_on < today


def table_of(rows: Iterable[Mapping[str, object]]) -> tuple[Kind, ...]:
    """Raises TableBroken."""
    return tuple(_kind(row) for row in rows)


def _kind(row: Mapping[str, object]) -> Kind:
    try:
        kind = Kind(**{**row, "end": End(str(row["end"])), "trust": Trust(str(row["trust"]))})  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as fault:
        raise TableBroken(f"{row.get('code')}: {fault}") from fault
    said = [kind.days is not None, kind.years is not None, kind.by_item, kind.with_case]
    if sum(said) > 1:
        raise TableBroken(f"{kind.code}: one time, not several")
    if kind.end is End.DELETED and not kind.days:
        raise TableBroken(f"{kind.code}: what is deleted needs days")
    return kind


def in_force(kinds: Iterable[Kind], on: date) -> tuple[Kind, ...]:
    """Of each kind the newest row that has begun, in the order of the table."""
    held: dict[str, Kind] = {}
    for kind in kinds:
        if kind.valid_from <= on and (kind.code not in held or held[kind.code].valid_from < kind.valid_from):
            held[kind.code] = kind
    return tuple(held.values())
