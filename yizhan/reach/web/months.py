"""Months compared: the share of residents as each month closed, and now."""

from collections.abc import Iterator
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yizhan.kernel.api import NotFound, access
from yizhan.places import api as places
from yizhan.reach.queries.counted import Counted
from yizhan.reach.queries.months import ALL, MonthView, months_of
from yizhan.reach.queries.standards import BASIC, get_list
from yizhan.reach.web.exporting import csv_pieces
from yizhan.reach.web.planning_asking import CityAsked, city_asked_in
from yizhan.reach.web.planning_presenting import Share, Way, names_of, paces_of


@access.public
@never_cache
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    asked = city_asked_in(request)
    kept = months_of(asked.site.name)
    now = _now(asked)
    names = names_of(now)
    rows = [
        {
            "name": names[code],
            "shares": [Share(one.share(code, asked.kind or ALL, asked.profile)) for one in kept],
            "now": Share(share),
            "change": _change(kept, code, asked, share),
        }
        for code, share in now.items()
    ]
    kinds = [Way(label=_("12 类都走得到"), query=asked.query(kind=""), current=not asked.kind)]
    kinds += [
        Way(label=places.title_of(code), query=asked.query(kind=code), current=code == asked.kind)
        for code in places.BASIC_TWELVE
    ]
    context = {
        "asked": asked,
        "kept": kept,
        "rows": rows,
        "kinds": kinds,
        "paces": paces_of(asked),
        "is_whole": all(one.is_whole for one in kept),
    }
    return render(request, "reach/months.html", context)


def _now(asked: CityAsked) -> dict[str, Fraction | None]:
    counted = Counted(asked.site)
    limits = {asked.kind: asked.minutes} if asked.kind else dict(get_list(BASIC).minutes)
    joint = counted.reaching_all(profile=asked.profile, limits=limits)
    people = counted.people()
    return {code: Fraction(joint[code], one.dwellings) if one.dwellings else None for code, one in people.items()}


def _change(kept: tuple[MonthView, ...], code: str, asked: CityAsked, now: Fraction | None) -> str:
    """Percentage points since the last month that was kept."""
    last = kept[-1].share(code, asked.kind or ALL, asked.profile) if kept else None
    if last is None or now is None or last == now:
        return "—"
    return f"{float((now - last) * 100):+.1f}"


@access.public
@never_cache
@require_safe
def months_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Every figure of every month that was kept, as CSV."""
    if form != "csv":
        raise NotFound
    asked = city_asked_in(request)
    head = [
        _("月份"), _("社区编码"), _("类别编码"), _("谁走"), _("住户"), _("其中样例"), _("15 分钟走得到的住户"),
        _("校验值"),
    ]  # fmt: skip
    answer = StreamingHttpResponse(csv_pieces(head, _rows(asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="months-{timezone.localdate():%Y%m%d}.csv"'
    return answer


def _rows(asked: CityAsked) -> Iterator[list[object]]:
    for one in months_of(asked.site.name, most=120):
        for row in one.rows:
            columns = ("community", "category", "profile", "dwellings", "sample", "covered")
            yield [f"{one.month:%Y-%m}", *(row[column] for column in columns), one.digest]
