"""The values that modules hand to the components. All frozen, keyword-only, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

DayKind = Literal["start", "counted", "left", "weekend", "holiday", "paused", "due", "over"]
StopState = Literal["done", "now", "next", "wait"]
LightColour = Literal["green", "yellow", "orange", "red", "black", "none"]
PaperState = Literal["fetched", "checked", "missing", "later", "open"]
ActionStyle = Literal["primary", "outline", "light", "danger", "link"]


@dataclass(frozen=True, kw_only=True)
class Action:
    """A way on: a link (or, with `post`, a button in a form of its own)."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    """Keyboard shortcut of staff pages, for example "F9"."""
    style: ActionStyle = "light"
    post: bool = False


@dataclass(frozen=True, kw_only=True)
class DayCell:
    """One day of a limit. `number` is the number of the working (or natural) day, None where it does not count."""

    date: date
    kind: DayKind
    number: int | None = None
    word: str = ""
    """Short word in the cell instead of the number: 受理, 休, 国庆, 停, 到期."""
    makeup: bool = False
    today: bool = False
    spoken: str = ""
    """What a screen reader says after the date: 第3个工作日, 法定节假日，不计."""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A limit cut into days."""

    cells: tuple[DayCell, ...]
    first_weekday: int
    """ISO weekday of the first cell: 1 is Monday, 7 is Sunday."""
    summary: str
    """One sentence that says it all: 10个工作日已用5个，10月12日到期."""
    note: str = ""
    """Short text beside the last day: 数满 10 个工作日，当天 24:00 止."""

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Class of each small cell; the day of acceptance is not drawn, it does not count."""
        drawn = (cell for cell in self.cells if cell.kind != "start")
        return tuple(_LETTERS[cell.kind] + (" t" if cell.today else "") for cell in drawn)


_LETTERS: dict[DayKind, str] = {
    "counted": "c",
    "left": "l",
    "weekend": "w",
    "holiday": "h",
    "paused": "p",
    "due": "d",
    "over": "o",
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop on a line: a step of a case, of a form, of an escalation."""

    title: str
    when: str = ""
    note: str = ""
    state: StopState = "next"
    links: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LightView:
    """The supervision light of one limit, with its word."""

    colour: LightColour
    word: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One material of a case, or one clause that is checked."""

    title: str
    state: PaperState
    note: str = ""
    word: str = ""
    """The tag at the end: 免提交, 请您备, 容缺后补. Plain text if `plain`."""
    plain: bool = False
    links: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """Who stands at the desk. Numbers are masked before they come here."""

    name: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """(label, value); a value that holds ** is shown as a masked number."""
    links: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    """Somewhere to walk to: the minutes come first."""

    name: str
    minutes: int | None = None
    open_word: str = ""
    is_open: bool = True
    note: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class MapView:
    """A map of our own data. `src` is the address of the JSON that map.js draws, `label` its name, `alternative` what a
    reader without eyes learns from it, `keys` what colours mean: (band, word). With `pick_lon`, `pick_lat` (selectors
    of fields, `pick_datum` too) a marker fills them."""

    src: str
    label: str
    alternative: str = ""
    attribution: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    pick_lon: str = ""
    pick_lat: str = ""
    pick_datum: str = ""


@dataclass(frozen=True, kw_only=True)
class BarPart:
    """Some cells of a bar, one a case, all under one light."""

    colour: LightColour
    word: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One card of a question with few answers."""

    value: str
    label: str
    note: str = ""
    chosen: bool = False
    disabled: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A proof to keep: code in large print, rows below, optionally a picture of a code for the camera."""

    title: str
    code: str = ""
    code_parts: tuple[str, ...] = ()
    """The code again, where a long one breaks; empty for one that stays whole."""
    code_label: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    qr_path: str = ""
    """The `d` of one SVG path, cells of 1 × 1; empty for none."""
    qr_size: int = 21
    qr_label: str = ""
    sample: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What happened and what to do about it: the content of error and refusal pages."""

    title: str
    message: str
    code: str = ""
    actions: tuple[Action, ...] = ()
