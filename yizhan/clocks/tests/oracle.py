"""A slow and obvious second reading of the rules, sharing no line with the product.

It reads the notices with its own small reader, knows the lunar 3/3 from a printed table instead of computing
it, and asks the same questions of every single day.
"""

import re
from datetime import date, timedelta
from pathlib import Path

_NOTICES = Path(__file__).parents[2] / "territory/data/calendar/national"

# Solar dates of lunar 3/3, from a perpetual calendar.
_SANYUESAN = """
2014-04-02 2015-04-21 2016-04-09 2017-03-30 2018-04-18 2019-04-07 2020-03-26 2021-04-14 2022-04-03
2023-04-22 2024-04-11 2025-03-31 2026-04-19 2027-04-09 2028-03-28 2029-04-16 2030-04-05 2031-03-25
2032-04-12 2033-04-02 2034-04-21 2035-04-10 2036-03-30 2037-04-18 2038-04-07 2039-03-27 2040-04-13
"""
ANNOUNCED_YEARS = range(2018, 2027)


def _read() -> tuple[set[date], set[date]]:
    off, made_up = set(), set()
    for year in ANNOUNCED_YEARS:
        for line in (_NOTICES / f"{year}.yaml").read_text("utf-8").split("\n"):
            found = [date.fromisoformat(text) for text in re.findall(r"\d{4}-\d\d-\d\d", line)]
            if line.strip().startswith("- {first"):
                first, last = found
                while first <= last:
                    off.add(first)
                    first += timedelta(1)
            elif line.strip().startswith("- {date"):
                made_up.update(found)
    return off, made_up


OFF, MADE_UP = _read()
COMPUTED = {date.fromisoformat(text) + timedelta(n) for text in _SANYUESAN.split() for n in (0, 1)}


def works(day: date, guangxi: bool) -> bool:
    if guangxi and day in COMPUTED:
        return False
    if day in MADE_UP:
        return True
    if day in OFF:
        return False
    return day.isoweekday() not in (6, 7)


def may_change(day: date, guangxi: bool) -> bool:
    if day.year not in ANNOUNCED_YEARS:
        return True
    return guangxi and day in COMPUTED


def overlapping(pauses: list[tuple[date, date]]) -> bool:
    """Two clocks cannot be stopped at once: whoever stops must first have gone on."""
    for i, (a1, b1) in enumerate(pauses):
        for a2, b2 in pauses[i + 1 :]:
            later, earlier = max((a1, b1), (a2, b2)), min((a1, b1), (a2, b2))
            if later[0] < earlier[1]:
                return True
    return False


def due(start: date, days: int, natural: bool, pauses: list[tuple[date, date]], extend: int, guangxi: bool):
    """(due day, provisional, [(day, counts)])"""
    left = days + extend
    today = start
    story = []
    unsure = may_change(start, guangxi)
    while left > 0:
        today = today + timedelta(1)
        own = True if natural else works(today, guangxi)
        stopped = False
        for a, b in pauses:
            if today > a and today <= b:
                stopped = True
        counts = own and not stopped
        if counts:
            left = left - 1
        story.append((today, counts))
        unsure = unsure or may_change(today, guangxi)
    while natural and not works(today, guangxi):
        today = today + timedelta(1)
        story.append((today, False))
        unsure = unsure or may_change(today, guangxi)
    return today, unsure, story
