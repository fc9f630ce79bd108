"""The city's figures to take away: CSV, Excel and GeoJSON, a row for each community, category and profile."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from yizhan.kernel.api import NotFound, access
from yizhan.places import api as places
from yizhan.reach.queries.behind import middles_of
from yizhan.reach.queries.borders import borders_of
from yizhan.reach.queries.counted import Counted
from yizhan.reach.rules.coverage import MARKS, Figure
from yizhan.reach.web.planning_asking import CityAsked, city_asked_in
from yizhan.reach.web.planning_presenting import PROFILES, grade_title, names_of, residents
from yizhan.streets import api as streets

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json; charset=utf-8",
}


@access.public
@never_cache
@require_safe
def city_export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """What the city page shows, for all three profiles."""
    if form not in _TYPES:
        raise NotFound
    asked = city_asked_in(request)
    answer: HttpResponse | StreamingHttpResponse
    if form == "xlsx":
        answer = HttpResponse(excel(_("覆盖"), heads(), rows_of(asked)), content_type=_TYPES[form])
    else:
        pieces = csv_pieces(heads(), rows_of(asked)) if form == "csv" else _geojson(asked)
        answer = StreamingHttpResponse(pieces, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="coverage-{timezone.localdate():%Y%m%d}.{form}"'
    return answer


def heads() -> list[str]:
    marks = [_("{n} 分钟以内").format(n=mark) for mark in MARKS]
    return [
        _("社区编码"), _("社区"), _("类别编码"), _("类别"), _("谁走"), _("要求分钟"), _("居民"), _("其中样例"),
        _("按时走得到"), _("比例"), *marks, _("平均分钟"), _("走不到"), _("走不到的平均分钟"),
        _("一小时也到不了"), _("等级"),
    ]  # fmt: skip


def rows_of(asked: CityAsked) -> Iterator[list[object]]:
    counted = Counted(asked.site)
    grades = counted.gradings()
    names = names_of(grades)
    for profile in PROFILES:
        found = counted.figures(profile=profile, limits=asked.limits, at=asked.at)
        for code, by_category in found.items():
            for category, figure in by_category.items():
                title = places.title_of(category)
                yield [
                    code, names[code], category, title, streets.title_of(profile),
                    *numbers_of(figure), grade_title(grades[code].grade),
                ]  # fmt: skip


def numbers_of(figure: Figure) -> list[object]:
    """The figure's own columns; nothing where nobody is counted."""
    mean, late = figure.mean_minutes, figure.mean_minutes_beyond
    return [
        float(figure.limit),
        residents(figure.dwellings),
        residents(figure.sample),
        residents(figure.covered),
        None if figure.share is None else round(float(figure.share), 4),
        *(residents(figure.within[mark]) for mark in MARKS),
        None if mean is None else round(float(mean), 2),
        residents(figure.lacking),
        None if late is None else round(float(late), 2),
        residents(figure.never),
    ]


def csv_pieces(head: list[str], rows: Iterable[list[object]]) -> Iterator[str]:
    """UTF-8 that Excel opens as such; what a spreadsheet would take for a formula is plain text."""
    yield "\ufeff" + _line(head)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(cell) for cell in cells])
    return buffer.getvalue()


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def excel(title: str, head: list[str], rows: Iterable[list[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _geojson(asked: CityAsked) -> Iterator[str]:
    """The border of each community, or the hull of its homes where nobody has drawn one: `border` says which it is."""
    counted = Counted(asked.site)
    grades = counted.gradings()
    names, borders, middles = names_of(grades), borders_of(asked.site), middles_of(asked.site.name)
    by_profile = {profile: counted.figures(profile=profile, limits=asked.limits, at=asked.at) for profile in PROFILES}
    yield '{"type": "FeatureCollection", "features": ['
    for number, (code, border) in enumerate(borders.items()):
        step = grades[code].grade
        properties: dict[str, Any] = {"community": code, "name": names[code], "grade": step.code if step else None}
        properties |= {"border": border.kind, "border_source": border.source}
        properties["middle_of_homes"] = [round(side, 6) for side in middles[code]]
        for profile, found in by_profile.items():
            for category, figure in found[code].items():
                properties |= {"residents": residents(figure.dwellings), "sample": residents(figure.sample)}
                properties[f"{category}_{profile}"] = None if figure.share is None else round(float(figure.share), 4)
        feature = {"type": "Feature", "geometry": border.geometry, "properties": properties}
        yield ("," if number else "") + json.dumps(feature, ensure_ascii=False)
    yield "]}"
