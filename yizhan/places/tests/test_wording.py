"""Opening hours in words, in Chinese and in English."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from yizhan.places import api as places
from yizhan.places.testing import AT, make_outlet, make_row

DAY = date(2026, 11, 24)

LINES = {
    ("Mo-Fr 08:00-12:00,14:30-18:00; PH off", False): (
        "周一至周五 08:00–12:00、14:30–18:00；周六、周日休息；节假日休息",
        "Mon–Fri 08:00–12:00, 14:30–18:00; Sat, Sun closed; Public holidays closed",
    ),
    ("24/7", False): ("每天 24 小时", "Every day 24 hours"),
    ("Mo-Su 18:00-02:00", False): ("每天 18:00–次日 02:00", "Every day 18:00–02:00 (next day)"),
    ("Mo-Fr 09:00-17:00", True): (
        "周一至周五 09:00–17:00；周六、周日休息；节假日休息；调休上班日照常",
        "Mon–Fri 09:00–17:00; Sat, Sun closed; closed on public holidays; open on make-up working days",
    ),
    ("Apr-Oct 06:00-23:00; Nov-Mar 07:00-21:00", False): (
        "每天 07:00–21:00；别的时节可能不一样",
        "Every day 07:00–21:00; other times of the year may differ",
    ),
    ('Mo-Fr 09:00-12:00; Sa "by appointment"', False): (
        "周一至周五 09:00–12:00；周六时间不定；周日休息",
        "Mon–Fri 09:00–12:00; Sat not fixed; Sun closed",
    ),
    ("Mo-Sa 10:00-20:00; Su,PH 12:00-16:00", False): (
        "周一至周六 10:00–20:00；周日 12:00–16:00；节假日 12:00–16:00",
        "Mon–Sat 10:00–20:00; Sun 12:00–16:00; Public holidays 12:00–16:00",
    ),
    ("", False): ("", ""),
    ("nonsense", False): ("", ""),
}


@pytest.mark.parametrize(("asked", "said"), LINES.items(), ids=[text or "nothing" for text, _office in LINES])
def test_the_week_in_one_line(asked: tuple[str, bool], said: tuple[str, str]) -> None:
    text, office = asked
    assert places.say_hours(text, keeps_office_hours=office, on=DAY) == said[0]
    with translation.override("en"):
        assert places.say_hours(text, keeps_office_hours=office, on=DAY) == said[1]


MOMENTS = {
    ("Mo-Su 08:00-22:00", "2026-11-24 12:00"): ("开到 22:00", "Open until 22:00"),
    ("Mo-Su 08:00-24:00", "2026-11-24 12:00"): ("开到 24:00", "Open until 24:00"),
    ("Mo-Su 18:00-02:00", "2026-11-24 23:00"): ("开到明天 02:00", "Open until 02:00 tomorrow"),
    ("24/7", "2026-11-24 12:00"): ("24 小时", "24 hours"),
    ("Mo-Su 14:00-22:00", "2026-11-24 12:00"): ("歇着，14:00 开门", "Closed, opens 14:00"),
    ("Mo-Fr 08:00-17:00", "2026-11-27 20:00"): ("歇着，周一 08:00 开门", "Closed, opens Mon 08:00"),
    ("Mo-Fr 08:00-17:00; PH off", "2026-09-30 20:00"): ("歇着，10月8日 08:00 开门", "Closed, opens 8 October 08:00"),
    ("Jun 10:00-12:00", "2026-11-24 12:00"): ("歇着", "Closed now"),
    ("", "2026-11-24 12:00"): ("营业时间不清楚", "Hours not known"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "said"), MOMENTS.items(), ids=[f"{text} {at}" for text, at in MOMENTS])
def test_what_one_says_at_a_moment(site: str, asked: tuple[str, str], said: tuple[str, str]) -> None:
    text, local = asked
    at = datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - timedelta(hours=8)
    outlet = replace(make_outlet(site, make_row(), at=min(at, AT)), hours=text)
    assert places.say_opening(outlet, at).text == said[0]
    with translation.override("en"):
        assert places.say_opening(outlet, at).text == said[1]


@pytest.mark.django_db
def test_what_nobody_has_seen_is_to_be_verified_and_what_is_closed_says_so(site: str) -> None:
    outlet = make_outlet(site)
    later = AT + timedelta(days=91)
    (unseen,) = places.outlets([outlet.outlet_id], on=later.date())
    assert places.say_opening(unseen, later).text == "待核实"
    closed = replace(outlet, state=places.OutletState.CLOSED, closed_on=DAY)
    assert places.say_opening(closed, AT).text == "已关闭"
