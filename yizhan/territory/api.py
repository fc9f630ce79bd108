"""The door of territory: where a place lies, and which days work counts on.

`packaged_calendar` needs neither Django nor a database: the command `yizhan clock due` uses it.
"""

from yizhan.territory.data import packaged_calendar
from yizhan.territory.rules.calendar import Calendar, Day, DayKind, DayOutOfRange, Occasion, UnknownRegion

__all__ = ["Calendar", "Day", "DayKind", "DayOutOfRange", "Occasion", "UnknownRegion", "packaged_calendar"]
