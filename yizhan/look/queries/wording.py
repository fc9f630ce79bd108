"""Days and moments in words, in the reader's language and the city's time."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yizhan.kernel.api import times

_WEEKDAYS = (_lazy("周一"), _lazy("周二"), _lazy("周三"), _lazy("周四"), _lazy("周五"), _lazy("周六"), _lazy("周日"))


def weekday_word(day: date) -> str:
    """周一 … 周日."""
    return str(_WEEKDAYS[day.weekday()])


def _local(value: date | datetime) -> date | datetime:
    return _local_moment(value) if isinstance(value, datetime) else value


def _local_moment(value: datetime) -> datetime:
    return value.astimezone(times.SHANGHAI) if timezone.is_aware(value) else value


def day_words(value: date | datetime) -> str:
    """10月12日; with the year where it is not this year."""
    local = _local(value)
    day = local.date() if isinstance(local, datetime) else local
    return _day(day, day.year == times.local_day(timezone.now()).year, get_language() or "")


@lru_cache(maxsize=5000)
def _day(day: date, is_this_year: bool, _language: str) -> str:
    pattern = pgettext("date format", "n月j日") if is_this_year else pgettext("date format with year", "Y年n月j日")
    return date_format(day, pattern, use_l10n=False)


def _clock(value: datetime) -> str:
    """9:05, 20:16."""
    moment = _local_moment(value)
    return f"{moment.hour}:{moment.minute:02}"


def day_and_weekday(value: date | datetime) -> str:
    """10月12日（周一）."""
    day = _local(value)
    return _("{day}（{weekday}）").format(day=day_words(day), weekday=weekday_word(day))


def moment_words(value: datetime) -> str:
    """9月17日 20:16."""
    return f"{day_words(value)} {_clock(value)}"


def day_weekday_time(value: datetime) -> str:
    """9月29日 周二 10:42, for headers of staff pages."""
    return f"{day_words(value)} {weekday_word(_local(value))} {_clock(value)}"


def iso_local(value: date | datetime) -> str:
    """For the datetime attribute: 2026-09-17T20:16 in the city's time, or 2026-09-17."""
    local = _local(value)
    return local.strftime("%Y-%m-%dT%H:%M") if isinstance(local, datetime) else local.isoformat()
