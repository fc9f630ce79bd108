"""What territory tells: the calendar that everybody counts by has changed."""

from dataclasses import dataclass
from typing import ClassVar

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class CalendarNoticeEntered(Fact):
    """A notice of `year` is in force for `region` (6 digits, 000000 for the country) and all places in it.

    `notice_id` is the notice as it was entered; 0 in facts from before it was told.
    """

    subject_kind: ClassVar[str] = "territory.calendar"
    subject_field: ClassVar[str] = "region"

    region: str
    year: int
    notice_id: int = 0
