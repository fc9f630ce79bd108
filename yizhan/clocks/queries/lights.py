"""The light of a clock as an expression of the database, the same rule as `rules.lights.light_at`."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, DateField, F, OuterRef, QuerySet, Subquery, Value, When
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


def light_expression(now: datetime, *, kind: str, id_ref: str = "pk", of_open: bool = False) -> "Subquery[Any]":
    """For `.annotate(light=…)` on a queryset whose rows are subjects of `kind`; NULL without a clock.

    `of_open` looks only at clocks that have not stopped, in an index as small as what is open.
    """
    found = _clock_of(kind, id_ref)
    if of_open:
        found = found.exclude(state=ClockState.STOPPED)
    return Subquery(found.values(light=_light(now))[:1], output_field=CharField())


def with_lights(rows: str, *, kind: str, id_column: str, moment_column: str) -> str:
    """SQL of `rows` (SQL, too) with the column `light` before theirs, as `light_expression` with `of_open` gives it.

    For counting: the database may put all of them beside the clocks at once, where the expression looks each up.
    `moment_column` holds the moment of asking in each row.
    """
    return f"""
        SELECT CASE WHEN clock.subject_id IS NULL THEN NULL
                    WHEN clock.black_at <= given."{moment_column}" THEN '{Light.BLACK.value}'
                    WHEN clock.red_at <= given."{moment_column}" THEN '{Light.RED.value}'
                    WHEN clock.state = '{ClockState.PAUSED.value}' THEN '{Light.NONE.value}'
                    WHEN clock.yellow_at <= given."{moment_column}" THEN '{Light.YELLOW.value}'
                    ELSE '{Light.GREEN.value}' END AS light, given.*
        FROM ({rows}) AS given
        LEFT JOIN {Clock._meta.db_table} AS clock
          ON clock.subject_kind = '{kind}' AND clock.subject_id = given."{id_column}"::varchar
         AND NOT (clock.state = '{ClockState.STOPPED.value}')"""  # noqa: S608  names and constants of our own


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
