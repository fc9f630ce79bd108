"""The components as template tags: `{% load yz %}`. README.md lists them with their parameters."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yizhan.kernel.api import times
from yizhan.look.queries import wording
from yizhan.look.queries.fields import FieldError, FieldView, errors_of, view_of_field
from yizhan.look.queries.links import LinkView, links, with_current
from yizhan.look.rules.drawing import bar_of, spark_of
from yizhan.look.rules.parts import (
    Action,
    BarPart,
    LightView,
    MapView,
    Paper,
    PersonView,
    PlaceView,
    Receipt,
    Stop,
    Strip,
)

register = template.Library()
PARTS = "look/components/"


# ── ground ──


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A picture beside a word: `{% icon "home" %}`, `size="lg"`."""
    return _icon("yz-i yz-i--lg" if size == "lg" else "yz-i", static("look/icons.svg"), name)


@lru_cache(maxsize=500)
def _icon(css: str, sheet: str, name: str) -> SafeString:
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css, sheet, name)


@register.simple_tag
def mark(white: bool = False) -> SafeString:
    """The mark of Yizhan: a line and a stop, on a leaf."""
    sheet, name = static("look/icons.svg"), "mark-w" if white else "mark"
    return format_html('<svg class="yz-mark" aria-hidden="true"><use href="{}#{}"/></svg>', sheet, name)


@register.simple_tag
def kbd(key: str) -> SafeString:
    """The hint of a shortcut, for the eye; the button itself carries `data-key`."""
    return format_html('<kbd class="yz-kbd" aria-hidden="true">{}</kbd>', key) if key else SafeString("")


@register.simple_tag
def tag(word: str, kind: str = "", icon_name: str = "") -> SafeString:
    """A small word on a tint; `kind` is ok, you, wait, line or empty."""
    css = f"yz-tag yz-tag--{kind}" if kind else "yz-tag"
    return format_html('<span class="{}">{}{}</span>', css, icon(icon_name) if icon_name else "", word)


@register.simple_tag
def mask(text: str) -> SafeString:
    """A masked number: the stars are drawn small, and a screen reader hears that digits are hidden."""
    pieces = re.split(r"(\*+)", str(text))
    return format_html('<span class="yz-mask">{}</span>', format_html_join("", "{}", ((_piece(p),) for p in pieces)))


def _piece(text: str) -> SafeString:
    if not text.startswith("*"):
        return format_html("{}", text)
    spoken = _("（隐去{count}位）").format(count=len(text))
    return format_html('<span aria-hidden="true">{}</span><i class="visually-hidden">{}</i>', text, spoken)


register.filter("day", wording.day_words)
register.filter("day_week", wording.day_and_weekday)
register.filter("moment", wording.moment_words)
register.filter("day_weekday_time", wording.day_weekday_time)


@register.simple_tag(name="time")
def time_element(value: date | datetime | None, form: str = "moment") -> SafeString:
    """`<time>` with the machine's reading; `form` is moment, day or day_week."""
    if value is None:
        return SafeString("")
    is_moment = isinstance(value, datetime) and form == "moment"
    words = wording.moment_words(value) if is_moment else _day_form(value, form)  # type: ignore[arg-type]
    return format_html('<time datetime="{}">{}</time>', wording.iso_local(value), words)


def _day_form(value: date | datetime, form: str) -> str:
    return wording.day_and_weekday(value) if form == "day_week" else wording.day_words(value)


@register.simple_tag
def written(template: str, part: Hashable, first: bool = False) -> SafeString:
    """A piece of a list, `part` in its template: parts that are equal are written once and kept.

    For pieces that come again and again, from page to page. The template sees `part` and `first`, nothing else.
    """
    return _written(template, part, first, get_language() or "", times.local_day(timezone.now()))


@lru_cache(maxsize=5000)
def _written(template: str, part: Hashable, first: bool, _language: str, _today: date) -> SafeString:
    return conditional_escape(get_template(template).render({"part": part, "first": first}))


# ── links and frames ──


@register.simple_tag(takes_context=True)
def links_at(context: Context, *places: str) -> list[LinkView]:
    """The links at some places that the reader may follow: `{% links_at "resident.tabs" as tabs %}`."""
    request: HttpRequest | None = context.get("request")
    actor = getattr(request, "actor", None)
    if request is None or actor is None:
        return []
    found = [view for place in places for view in links.at(place, actor)]
    return with_current(found, request.path, str(context.get("here") or ""))


@register.inclusion_tag(PARTS + "topbar.html", takes_context=True)
def topbar(context: Context, title: str = "", back: str = "", speak: bool = False, saved: str = "") -> dict[str, Any]:
    """The bar over resident pages. Without `title` it shows the mark; `speak` adds read aloud; `saved` a fine word."""
    return {**_frame(context), "title": title, "back": back, "speak": speak, "saved": saved}


@register.inclusion_tag(PARTS + "version.html", takes_context=True)
def version_switch(context: Context, css: str = "btn btn-light btn-sm") -> dict[str, Any]:
    """The button that changes between the standard and the elder version."""
    return {**_frame(context), "css": css}


@register.inclusion_tag(PARTS + "language.html", takes_context=True)
def language_switch(context: Context, css: str = "btn btn-link btn-sm") -> dict[str, Any]:
    """The button that changes between Chinese and English."""
    return {**_frame(context), "css": css}


def _frame(context: Context) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    return {
        "request": request,
        "look": context.get("look"),
        "here": context.get("here"),
        "path": request.get_full_path() if request else "/",
    }


@register.inclusion_tag(PARTS + "speak.html")
def speak(target: str = "#main", compact: bool = False, label: str = "") -> dict[str, Any]:
    """Read `target` aloud with the browser's own voice; hidden where the browser has none."""
    return {"target": target, "compact": compact, "label": label}


@register.inclusion_tag(PARTS + "action.html", takes_context=True)
def action(context: Context, way: Action, css: str = "", small: bool = False) -> dict[str, Any]:
    """One Action as a link or, with `post`, as a button in its own form."""
    return {"way": way, "css": css, "small": small, "csrf_token": context.get("csrf_token")}


# ── time ──


@register.simple_tag
def light(light: LightView | str, word: str = "", bare: bool = False) -> SafeString:
    """The state of a limit: `{% light view %}` or `{% light "red" "超承诺" %}`; bare in table heads and filters."""
    colour, word = (light.colour, light.word) if isinstance(light, LightView) else (light, word)
    return _light(colour, str(word), bare)


# Of a list's lights, strips and icons there are few and they come again and again: each is written once.


@lru_cache(maxsize=500)
def _light(colour: str, word: str, bare: bool) -> SafeString:
    css = "yz-light" + (f" yz-light--{colour}" if colour != "green" else "") + (" yz-light--bare" if bare else "")
    return format_html('<span class="{}">{}</span>', css, word)


@register.inclusion_tag(PARTS + "days.html")
def days(strip: Strip, row: bool = False, label: str = "") -> dict[str, Any]:
    """A limit as a calendar of days, by weeks; `row` lays it in one line on a wide page."""
    used = (strip.first_weekday - 1 + len(strip.cells)) % 7
    return {"strip": strip, "row": row, "label": label, "note_span": (7 - used) if used else 0}


@register.simple_tag
def strip(strip: Strip, size: str = "") -> SafeString:
    """The same limit as a small picture with one spoken sentence; `size` is big, fine or empty."""
    return _strip(strip.letters, strip.summary, size)


@lru_cache(maxsize=2000)
def _strip(letters: tuple[str, ...], summary: str, size: str) -> SafeString:
    css = f"yz-strip yz-strip--{size}" if size else "yz-strip"
    cells = format_html_join("", '<i class="{}"></i>', ((each,) for each in letters))
    return format_html('<span class="{}" role="img" aria-label="{}">{}</span>', css, summary, cells)


@register.simple_tag
def legend(strip: Strip | None = None, fine: bool = False) -> SafeString:
    """What the cells mean: only kinds that occur in `strip`, all without one; `fine` for small strips."""
    if strip is None:
        kinds = {"counted", "left", "holiday", "paused", "due", "over", "makeup", "weekend", "start", "today"}
    else:
        kinds = {str(cell.kind) for cell in strip.cells}
        kinds |= {name for cell in strip.cells for name in ("makeup", "today") if getattr(cell, name)}
    return _legend(frozenset(kinds), fine, get_language() or "")


@lru_cache(maxsize=200)
def _legend(kinds: frozenset[str], fine: bool, _language: str) -> SafeString:
    return conditional_escape(get_template(PARTS + "legend.html").render({"kinds": kinds, "fine": fine}))


@register.inclusion_tag(PARTS + "rail.html", takes_context=True)
def rail(context: Context, stops: Iterable[Stop], label: str = "") -> dict[str, Any]:
    """What happened to a case, top to bottom."""
    return {"stops": stops, "label": label, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag(PARTS + "steps.html")
def steps(stops: Iterable[Stop], label: str = "") -> dict[str, Any]:
    """Where one is in a form, left to right; the elder version shows only the step it is."""
    return {"stops": list(stops), "label": label}


# ── people, papers, places, numbers ──


@register.inclusion_tag(PARTS + "person.html", takes_context=True)
def person(context: Context, person: PersonView) -> dict[str, Any]:
    """Who stands at the desk, numbers masked."""
    return {"person": person, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag(PARTS + "papers.html", takes_context=True)
def papers(context: Context, papers: Iterable[Paper]) -> dict[str, Any]:
    """Materials or checked clauses, one a line: fetched, checked, missing, later, open."""
    return {"papers": papers, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag(PARTS + "place.html")
def place(place: PlaceView) -> dict[str, Any]:
    """Somewhere to walk to; stands in `<ul class="yz-rows">` as `<li>` or alone in a sheet."""
    return {"place": place}


@register.inclusion_tag(PARTS + "map.html", name="map")
def map_of_ours(view: MapView) -> dict[str, Any]:
    """A map of our own data with what it says in words beneath; a page is whole without it."""
    return {"map": view}


@register.inclusion_tag(PARTS + "stat.html")
def stat(  # noqa: PLR0917  (template tags take what the template says)
    label: str,
    value: object,
    unit: str = "",
    note: str = "",
    url: str = "",
    light: LightView | None = None,
    series: Sequence[float] = (),
    goal: float | None = None,
) -> dict[str, Any]:
    """A number that opens its cases; `series` draws the line of the last months, `goal` a dashed one."""
    spark = spark_of(series, goal)
    return {"label": label, "value": value, "unit": unit, "note": note, "url": url, "light": light, "spark": spark}


@register.inclusion_tag(PARTS + "bar.html")
def bar(parts: Iterable[BarPart], label: str = "") -> dict[str, Any]:
    """Cases that need a hand, one cell each, the worst first."""
    kept = [part for part in parts if part.count]
    return {"bar": bar_of(kept), "parts": kept, "label": label}


@register.inclusion_tag(PARTS + "kv.html")
def kv(rows: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Label and value, one a line; a value with ** is shown as a masked number."""
    return {"rows": rows}


@register.inclusion_tag(PARTS + "facts.html")
def facts(rows: Iterable[Sequence[object]]) -> dict[str, Any]:
    """Large facts at the head of a page: (label, value) or (label, value, small print)."""
    return {"rows": [(*row, "")[:3] for row in rows]}


@register.inclusion_tag(PARTS + "receipt.html")
def receipt(receipt: Receipt) -> dict[str, Any]:
    """A proof to keep."""
    return {"receipt": receipt}


# ── telling ──


@register.simple_block_tag
def note(content: str, kind: str = "") -> SafeString:
    """An aside: `{% note %}…{% endnote %}`; `kind="wait"` where something waits."""
    return format_html('<div class="{}">{}</div>', "yz-note yz-note--wait" if kind == "wait" else "yz-note", content)


@register.simple_block_tag
def you(content: str, title: str = "", eyebrow: str = "") -> SafeString:
    """The one thing that waits for this person; at most one a page."""
    return format_html(
        '<section class="yz-sheet yz-sheet--you"><p class="yz-you mb-1">{}</p>{}{}</section>',
        eyebrow or _("该您办的"),
        format_html('<h2 class="yz-h">{}</h2>', title) if title else "",
        content,
    )


@register.inclusion_tag(PARTS + "empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Nothing here yet: why, and one thing to do."""
    return {"title": title, "text": text, "url": url, "label": label}


# ── forms and lists ──


@register.inclusion_tag(PARTS + "errors.html")
def errors(form: Form | None) -> dict[str, Any]:
    """What to mend, with links to the fields; nothing where there is nothing."""
    found: list[FieldError] = errors_of(form) if form is not None and form.is_bound else []
    return {"errors": found}


@register.inclusion_tag(PARTS + "field.html")
def field(bound: BoundField, label: str = "", help: str = "", **attributes: Any) -> dict[str, Any]:  # noqa: A002
    """Label, help, input and error of one field, wired together; radio buttons become cards.

    Further keyword arguments become attributes of the input, `_` written as `-`: `data_key="F6"`.
    """
    view: FieldView = view_of_field(bound, label=label, help_text=help, attributes=attributes)
    return {"field": view}


@register.simple_tag(takes_context=True)
def query_with(context: Context, name: str, value: object) -> str:
    """This page's query with one word changed, for sorting and filtering: `href="{% query_with "sort" "due" %}"`."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop("page", None)
    query[str(name)] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag(PARTS + "pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], noun: str = "") -> dict[str, Any]:
    """第 1—14 件，共 86 件, and the pages; keeps the other words of the query."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None
    if query is not None:
        query.pop("page", None)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": numbers, "noun": noun or _("件"), "query": query.urlencode() if query else ""}
