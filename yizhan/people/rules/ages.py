"""Full years of age (周岁).

An age counts as reached on the birthday itself, as allowances count it (the criminal law's "day after" is not
used here). Who is born on 29 February reaches an age on 1 March of a year that has no such day.
"""

from __future__ import annotations

from datetime import date


def age_on(born_on: date, day: date) -> int:
    """Full years on `day`. Raises ValueError for a day before birth."""
    if day < born_on:
        raise ValueError("day before birth")
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def reaches_age_on(born_on: date, age: int) -> date:
    """The first day on which `age_on` answers `age`."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)
