"""The door of territory: where a place lies, who lives behind which door, and which days work counts on.

Divisions are `DivisionView`s with 12-digit codes, valid for a time; homes are compounds and dwellings;
`calendar(region)` is the working-day calendar as it stands now. `packaged_calendar` is the one that came with
the product and needs neither Django nor a database (the command `yizhan clock due` uses it), which is why
what needs them is imported when it is called.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from yizhan.territory.data import packaged_calendar
from yizhan.territory.rules.calendar import (
    Calendar,
    CalendarConflict,
    Day,
    DayKind,
    DayOutOfRange,
    Notice,
    Occasion,
    UnknownRegion,
    region_prefix,
)
from yizhan.territory.rules.divisions import is_within, short_name
from yizhan.territory.rules.drafts import REGIONS, NoticeDraft, Period

if TYPE_CHECKING:
    from yizhan.territory.queries import (
        CompoundView,
        DivisionView,
        DwellingView,
        HomeView,
        NoticeView,
        calendar,
        calendars_with,
        communities,
        compounds,
        districts,
        division,
        dwellings,
        dwellings_in,
        find_notice,
        full_name,
        full_names,
        homes_of,
        notices,
        subdistricts,
    )
    from yizhan.territory.services import (
        CalendarMovedOn,
        NoticeRefused,
        NoticeUnchanged,
        announce_notice,
        checked_notice,
        enter_notice,
        load_reference_data,
    )

__all__ = [
    "REGIONS",
    "Calendar",
    "CalendarConflict",
    "CalendarMovedOn",
    "CompoundView",
    "Day",
    "DayKind",
    "DayOutOfRange",
    "DivisionView",
    "DwellingView",
    "HomeView",
    "Notice",
    "NoticeDraft",
    "NoticeRefused",
    "NoticeUnchanged",
    "NoticeView",
    "Occasion",
    "Period",
    "UnknownRegion",
    "announce_notice",
    "calendar",
    "calendars_with",
    "checked_notice",
    "communities",
    "compounds",
    "districts",
    "division",
    "dwellings",
    "dwellings_in",
    "enter_notice",
    "find_notice",
    "full_name",
    "full_names",
    "homes_of",
    "is_within",
    "load_reference_data",
    "notices",
    "packaged_calendar",
    "region_prefix",
    "short_name",
    "subdistricts",
]

_CHANGING = frozenset(
    {
        "CalendarMovedOn",
        "NoticeRefused",
        "NoticeUnchanged",
        "announce_notice",
        "checked_notice",
        "enter_notice",
        "load_reference_data",
    }
)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    room = "services" if name in _CHANGING else "queries"
    return getattr(import_module(f"yizhan.territory.{room}"), name)
