"""Borders of communities out of a GeoJSON file: good ones go in, bad ones come back with the reason."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizhan.kernel.api import Actor, BadInput, Subject, audit, geo
from yizhan.reach.models import CommunityBorder
from yizhan.reach.rules.borders import N_, BadShape, Polygons, polygons_of
from yizhan.territory import api as territory

LARGEST_MB = 200
BORDER = "reach.border"
_FIELDS = ("polygons", "source", "is_sample", "imported_at")


class BordersNotTaken(BadInput):
    code = "reach.borders_not_taken"
    message = gettext_lazy("边界文件用不了：{reason}")


@dataclass(frozen=True, kw_only=True)
class BordersReport:
    """`refused` are (which feature, why), in the reader's language."""

    taken: int
    refused: tuple[tuple[str, str], ...]


def import_borders(
    *, path: Path, datum: geo.Datum, code_field: str, source: str, actor: Actor, at: datetime, is_sample: bool = False
) -> BordersReport:
    """`code_field` is the property that says the community's 12 digits. Raises BordersNotTaken; nothing is changed."""
    refused: list[tuple[str, str]] = []
    shapes: dict[str, Polygons] = {}
    for number, feature in enumerate(_features(path), start=1):
        code = str((feature.get("properties") or {}).get(code_field) or "").strip()
        name = code[:20] or _("第 {number} 个").format(number=number)
        try:
            if code in shapes:
                raise BadShape(N_("文件里已经有这个社区了"))
            shapes[code] = polygons_of(feature.get("geometry"), partial(_wgs84, datum))
        except BadShape as error:
            refused.append((name, _(str(error))))
        except geo.PointOutOfRange as error:
            refused.append((name, error.text))
    known = territory.full_names({code for code in shapes if len(code) == 12 and code.isascii()})
    refused += [(code[:20] or "?", _("没有这个编码的社区")) for code in shapes if code not in known]
    good = {code: shape for code, shape in shapes.items() if code in known}
    draw_borders(shapes=good, source=source, actor=actor, at=at, is_sample=is_sample)
    return BordersReport(taken=len(good), refused=tuple(refused))


def _wgs84(datum: geo.Datum, lon: float, lat: float) -> tuple[float, float]:
    here = geo.Point(lon, lat, datum).wgs84
    return here.lon, here.lat


@transaction.atomic
def draw_borders(
    *, shapes: Mapping[str, Polygons], source: str, actor: Actor, at: datetime, is_sample: bool = False
) -> None:
    """Let these be the communities' borders from now on."""
    rows = [
        CommunityBorder(community=code, polygons=shape, source=source[:200], is_sample=is_sample, imported_at=at)
        for code, shape in sorted(shapes.items())
    ]
    CommunityBorder.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["community"], update_fields=_FIELDS, batch_size=500
    )
    for row in rows:
        audit(actor, "reach.border.drawn", Subject(BORDER, row.community), is_sample=is_sample)


def _features(path: Path) -> Iterator[dict[str, Any]]:
    if path.stat().st_size > LARGEST_MB * 2**20:
        raise BordersNotTaken(reason=_("大过 {most} MB").format(most=LARGEST_MB))
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BordersNotTaken(reason=_("不是 UTF-8 的 JSON")) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise BordersNotTaken(reason=_("不是 GeoJSON 的 FeatureCollection，或者里面什么也没有"))
    if not all(isinstance(one, dict) for one in features):
        raise BordersNotTaken(reason=_("不是 GeoJSON 的 FeatureCollection，或者里面什么也没有"))
    yield from features
