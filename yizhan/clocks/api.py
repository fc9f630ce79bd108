"""The door of clocks: a limit that runs, pauses, is extended and explains itself; its light.

A clock belongs to a `Subject` and holds a promise and, if there is one, a legal limit of the same kind of days.
`start`, `pause`, `resume`, `extend`, `stop` change it; `of`, `find`, `of_many` read it; `explain` and `strip` show it
day by day (`strips`, `of_many_with_strips` for a list, `find_whole` for a page of one); `preview` says what a limit
would come to. `light_expression`, `light_of_kept` and `due_expression` annotate querysets, `light_view` is for
the page.
`preview_recount` says what another calendar would move, `recount_of` and `moves_of` what a notice has moved.
"""

from yizhan.clocks.queries.lights import due_expression, light_expression, light_of_kept, light_view
from yizhan.clocks.queries.recounts import (
    MoveView,
    RecountPreview,
    RecountView,
    moves_of,
    preview_recount,
    recount_of,
)
from yizhan.clocks.queries.strips import Preview, WholeClock, find_whole, of_many_with_strips, preview, strip, strips
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
from yizhan.clocks.services.recounting import begin_recount, go_on_recounting
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
    "MoveView",
    "Preview",
    "RecountPreview",
    "RecountView",
    "WholeClock",
    "begin_recount",
    "due_expression",
    "explain",
    "extend",
    "find",
    "find_whole",
    "go_on_recounting",
    "light_expression",
    "light_of_kept",
    "light_view",
    "moves_of",
    "of",
    "of_many",
    "of_many_with_strips",
    "pause",
    "preview",
    "preview_recount",
    "recompute",
    "recount_of",
    "resume",
    "start",
    "stop",
    "strip",
    "strips",
]
