"""The reference data that comes with the product: the calendar, readable without a database."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yizhan.territory.rules.calendar import Calendar, CalendarConflict, Festival, Notice, Occasion, UnknownRegion

_FOLDER = Path(__file__).parent
DIVISIONS_FILE = _FOLDER / "nanning_divisions.csv"
SUCCESSIONS_FILE = _FOLDER / "successions.csv"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=64)
def packaged_calendar(region: str) -> Calendar:
    """The calendar as it was packaged. Raises UnknownRegion."""
    if region.startswith("4501") and region not in _nanning_codes():
        raise UnknownRegion(region)
    return Calendar(region, packaged_notices(), packaged_festivals(), version="packaged")


@lru_cache(maxsize=1)
def packaged_notices() -> tuple[Notice, ...]:
    files = [*(_FOLDER / "calendar/national").glob("*.yaml"), *(_FOLDER / "calendar/regions").glob("*-*.yaml")]
    return tuple(_read_notice(path) for path in sorted(files))


@lru_cache(maxsize=1)
def packaged_festivals() -> tuple[Festival, ...]:
    files = (path for path in (_FOLDER / "calendar/regions").glob("*.yaml") if "-" not in path.stem)
    return tuple(festival for path in sorted(files) for festival in _read_festivals(path))


@lru_cache(maxsize=1)
def _nanning_codes() -> frozenset[str]:
    """Full codes, the six digits of districts, and codes that are no longer in use but stand in papers."""
    lines = [
        *DIVISIONS_FILE.read_text("utf-8").splitlines()[1:],
        *SUCCESSIONS_FILE.read_text("utf-8").splitlines()[1:],
    ]
    codes = {line.partition(",")[0] for line in lines}
    return frozenset(codes | {code[:6] for code in codes if code.endswith("000000")})


def _read_notice(path: Path) -> Notice:
    content = _load(path)
    try:
        return Notice(
            region=content["region"],
            year=content["year"],
            days_off=dict(_days_off(content["days_off"])),
            make_up={row["date"]: _occasion(row) for row in content["make_up_working_days"] or ()},
            title=content["title"],
            source=content["source"],
        )
    except (KeyError, TypeError, CalendarConflict) as error:
        raise CalendarConflict(f"{path.name}: {error}") from error


def _days_off(rows: list[Mapping[str, Any]]) -> Iterator[tuple[date, Occasion]]:
    for row in rows:
        if row["last"] < row["first"]:
            raise CalendarConflict(f"{row['first']} is after {row['last']}")
        for n in range((row["last"] - row["first"]).days + 1):
            yield row["first"] + timedelta(days=n), _occasion(row)


def _read_festivals(path: Path) -> Iterator[Festival]:
    content = _load(path)
    for row in content["festivals"]:
        yield Festival(
            region=content["region"],
            occasion=_occasion(row),
            begins=_lunar_days(row["lunar_month"], row["lunar_day"]),
            days=row["days"],
            first_year=row["first_year"],
        )


def _lunar_days(month: int, day: int) -> dict[int, date]:
    """The Gregorian date of a lunar day in every year, from its table."""
    lines = (_FOLDER / f"calendar/lunar/{month:02}-{day:02}.csv").read_text("utf-8").splitlines()
    return {int(line[:4]): date.fromisoformat(line) for line in lines if not line.startswith("#")}


def _occasion(row: Mapping[str, Any]) -> Occasion:
    return Occasion(chinese=row["name"], english=row["english"])


def _load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 — a safe loader, in C if there
    return content
