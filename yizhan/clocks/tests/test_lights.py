"""When a light changes."""

from datetime import date, datetime, timedelta

import pytest

from yizhan.clocks.rules.counting import LimitUnit, due
from yizhan.clocks.rules.lights import Light, Moments, light_at, moments
from yizhan.territory.api import packaged_calendar

NANNING = packaged_calendar("450100")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def changes(start: str, promise: int, legal: int | None = None, *, unit=LimitUnit.WORKING, extend: int = 0) -> Moments:
    def limit(days):
        return due(calendar=NANNING, unit=unit, days=days, start=date.fromisoformat(start), extend=extend)

    return moments(limit(promise), limit(legal) if legal else None)


class TestMoments:
    @pytest.mark.parametrize(
        ("promise", "yellow_on"),
        [
            (1, "2026-06-02"),  # half of one day is used on the first
            (2, "2026-06-02"),  # half of two days is used on the first
            (3, "2026-06-04"),  # the last working day
            (5, "2026-06-08"),
            (10, "2026-06-12"),  # nine of ten are used on the ninth
            (20, "2026-06-26"),  # the eighteenth of twenty; 19 June is a day off
        ],
    )
    def test_yellow_from_midnight_of_the_warning_day(self, promise, yellow_on):
        assert changes("2026-06-01", promise).yellow_at == shanghai(f"{yellow_on}T00:00")

    def test_red_and_black_at_24_00_of_the_due_days(self):
        found = changes("2026-06-01", 5, 10)

        assert found.red_at == shanghai("2026-06-09T00:00")
        assert found.black_at == shanghai("2026-06-16T00:00")

    def test_no_legal_limit_no_black(self):
        assert changes("2026-06-01", 5).black_at is None

    def test_an_extension_moves_all_three(self):
        assert changes("2026-06-01", 5, 10, extend=5) == changes("2026-06-01", 10, 15)

    def test_a_natural_limit_that_moves_over_days_off(self):
        found = changes("2026-09-25", 6, unit=LimitUnit.NATURAL)

        assert found.yellow_at == shanghai("2026-10-01T00:00")
        assert found.red_at == shanghai("2026-10-09T00:00")


class TestLightAt:
    found = changes("2026-06-01", 5, 10)
    just_before = timedelta(microseconds=1)

    def test_changes_exactly_at_its_moments(self):
        before = [light_at(self.found, at - self.just_before) for at in self._moments()]
        at = [light_at(self.found, at) for at in self._moments()]

        assert before == [Light.GREEN, Light.YELLOW, Light.RED]
        assert at == [Light.YELLOW, Light.RED, Light.BLACK]

    def test_a_pause_shows_none_but_hides_no_breach(self):
        assert light_at(self.found, self.found.yellow_at, paused=True) is Light.NONE
        assert light_at(self.found, self.found.red_at, paused=True) is Light.RED
        assert light_at(self.found, self.found.black_at, paused=True) is Light.BLACK

    def test_stopped_in_time_is_green_for_good(self):
        assert light_at(self.found, self.found.black_at, stopped_at=self.found.yellow_at) is Light.GREEN

    def test_stopped_late_keeps_its_breach(self):
        assert light_at(self.found, self.found.black_at, stopped_at=self.found.red_at) is Light.RED

    def _moments(self):
        return (self.found.yellow_at, self.found.red_at, self.found.black_at)
