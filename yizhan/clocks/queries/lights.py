"""The light of a clock as an expression of the database, the same rule as `rules.lights.light_at`."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _

from yizhan.clocks.models import Clock, ClockState
from yizhan.clocks.rules.lights import Light
from yizhan.look.api import LightView

_WORDS = {
    Light.GREEN: _("正常"),
    Light.YELLOW: _("预警"),
    Light.RED: _("超承诺"),
    Light.BLACK: _("超法定"),
    Light.NONE: _("停算"),
}


def light_view(light: Light | str) -> LightView:
    """The light with its word, ready for the look."""
    light = Light(light)
    return LightView(colour=light.value, word=str(_WORDS[light]))


def light_expression(now: datetime, *, kind: str, id_ref: str = "pk") -> "Subquery[Any]":
    """For `.annotate(light=…)` on a queryset whose rows are subjects of `kind`; NULL without a clock."""
    return Subquery(_clock_of(kind, id_ref).values(light=_light(now))[:1], output_field=CharField())


def light_of_kept(now: datetime, *, stands_still: Q) -> Case:
    """The same for rows that keep `yellow_at`, `red_at` and `black_at` of their own open clock, beside their list.

    Thousands are counted so out of one index, where every clock would have to be found.
    """
    return Case(
        When(black_at__lte=now, then=Value(Light.BLACK)),
        When(red_at__lte=now, then=Value(Light.RED)),
        When(stands_still, then=Value(Light.NONE)),
        When(yellow_at__lte=now, then=Value(Light.YELLOW)),
        default=Value(Light.GREEN),
        output_field=CharField(),
    )


def due_expression(*, kind: str, id_ref: str = "pk") -> "Subquery[Any]":
    """The promise's due day, for sorting and filtering; NULL without a clock or while it stands still."""
    return Subquery(_clock_of(kind, id_ref).values("promise_due_on")[:1], output_field=DateField())


def _clock_of(kind: str, id_ref: str) -> QuerySet[Clock]:
    return Clock.objects.filter(subject_kind=kind, subject_id=Cast(OuterRef(id_ref), CharField()))


def _light(now: datetime) -> Case:
    moment = Least(Value(now), F("stopped_at"))  # LEAST passes over NULL
    return Case(
        When(black_at__lte=moment, then=Value(Light.BLACK)),
        When(red_at__lte=moment, then=Value(Light.RED)),
        When(stopped_at__lte=now, then=Value(Light.GREEN)),
        When(state=ClockState.PAUSED, then=Value(Light.NONE)),
        When(yellow_at__lte=moment, then=Value(Light.YELLOW)),
        default=Value(Light.GREEN),
        output_field=CharField(),
    )
