"""Days and moments in words, in the reader's language and the city's time."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yizhan.kernel.api import times


def weekday_word(day: date) -> str:
    """周一 … 周日."""
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][day.weekday()]


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(times.SHANGHAI) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day_words(value: date | datetime) -> str:
    """10月12日; with the year where it is not this year."""
    day = _local(value)
    same_year = day.year == times.local_day(timezone.now()).year
    pattern = pgettext("date format", "n月j日") if same_year else pgettext("date format with year", "Y年n月j日")
    return date_format(day, pattern, use_l10n=False)


def day_and_weekday(value: date | datetime) -> str:
    """10月12日（周一）."""
    day = _local(value)
    return _("{day}（{weekday}）").format(day=day_words(day), weekday=weekday_word(day))


def moment_words(value: datetime) -> str:
    """9月17日 20:16."""
    return f"{day_words(value)} {date_format(_local(value), 'G:i', use_l10n=False)}"


def day_weekday_time(value: datetime) -> str:
    """9月29日 周二 10:42, for headers of staff pages."""
    day = _local(value)
    return f"{day_words(value)} {weekday_word(day)} {date_format(day, 'G:i', use_l10n=False)}"


def iso_local(value: date | datetime) -> str:
    """For the datetime attribute: 2026-09-17T20:16 in the city's time, or 2026-09-17."""
    local = _local(value)
    return local.strftime("%Y-%m-%dT%H:%M") if isinstance(local, datetime) else local.isoformat()
