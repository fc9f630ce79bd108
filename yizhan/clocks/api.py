"""The door of clocks: a limit that runs, pauses, is extended and explains itself; its light.

A clock belongs to a `Subject` and holds a promise and, if there is one, a legal limit of the same kind of days.
`start`, `pause`, `resume`, `extend`, `stop` change it; `of`, `find`, `of_many` read it; `explain` and `strip` show it
day by day (`strips` for a list); `preview` says what a limit would come to. `light_expression` and `due_expression`
annotate querysets, `light_view` is for the page.
"""

from yizhan.clocks.queries.lights import due_expression, light_expression, light_view
from yizhan.clocks.queries.strips import Preview, preview, strip, strips
from yizhan.clocks.queries.views import (
    ClockNotFound,
    ClockView,
    DayLine,
    LimitView,
    explain,
    find,
    of,
    of_many,
)
from yizhan.clocks.rules.counting import CountingRefused, LimitUnit
from yizhan.clocks.rules.lights import Light, Moments
from yizhan.clocks.rules.running import Limits
from yizhan.clocks.services.counting import LimitCannotBeCounted, recompute
from yizhan.clocks.services.running import (
    ClockAlreadyStarted,
    ClockNotPaused,
    ClockNotRunning,
    ClockStopped,
    ExtensionTooLate,
    extend,
    pause,
    resume,
    start,
    stop,
)

__all__ = [
    "ClockAlreadyStarted",
    "ClockNotFound",
    "ClockNotPaused",
    "ClockNotRunning",
    "ClockStopped",
    "ClockView",
    "CountingRefused",
    "DayLine",
    "ExtensionTooLate",
    "Light",
    "LimitCannotBeCounted",
    "LimitUnit",
    "LimitView",
    "Limits",
    "Moments",
    "Preview",
    "due_expression",
    "explain",
    "extend",
    "find",
    "light_expression",
    "light_view",
    "of",
    "of_many",
    "pause",
    "preview",
    "recompute",
    "resume",
    "start",
    "stop",
    "strip",
    "strips",
]
