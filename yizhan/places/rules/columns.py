"""Columns of somebody's table, and what each of its rows says about an outlet."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite

from yizhan.places.rules.rows import Fault, RowTrouble

NEEDED = ("name", "category", "lon", "lat")
# What people call the columns; the first that fits is guessed.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "名称", "店名", "网点名称", "商户名称", "字号", "名字"),
    "category": ("category", "类别", "类型", "业态", "网点类别", "行业", "分类"),
    "lon": ("lon", "lng", "longitude", "经度", "x", "坐标x"),
    "lat": ("lat", "latitude", "纬度", "y", "坐标y"),
    "entrance_lon": ("entrance_lon", "门口经度", "入口经度"),
    "entrance_lat": ("entrance_lat", "门口纬度", "入口纬度"),
    "hours": ("hours", "opening_hours", "营业时间", "服务时间", "开放时间"),
    "keeps_office_hours": ("office_hours", "机关作息", "是否机关作息"),
    "chain": ("chain", "brand", "品牌", "连锁品牌", "连锁"),
    "phone": ("phone", "tel", "电话", "联系电话", "手机"),
    "address": ("address", "地址", "详细地址", "门牌"),
    "wheelchair": ("wheelchair", "轮椅进出", "无障碍"),
    "community": ("community", "社区代码", "community_code"),
    "ref": ("ref", "id", "编号", "来源编号", "序号id"),
    "last_seen_on": ("last_seen_on", "最近见到", "核查日期", "采集日期", "日期"),
}
_YES = frozenset({"1", "y", "yes", "true", "是", "√", "有"})
_WHEELCHAIR = {
    "yes": "yes", "limited": "limited", "no": "no", "": "",
    "是": "yes", "有": "yes", "可": "yes", "部分": "limited", "否": "no", "无": "no", "不可": "no",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """A row as its cells say it: texts, and numbers that could be read. Degrees are in the datum of the table."""

    texts: Mapping[str, str]
    lon: float
    lat: float
    entrance_lon: float | None
    entrance_lat: float | None
    keeps_office_hours: bool
    last_seen_on: date | None


def guess_columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column says what, where its heading is one that people use."""
    plain = [_plain(heading) for heading in headings]
    found: dict[str, int] = {}
    for field, names in HEADINGS.items():
        at = next((plain.index(name) for name in names if name in plain), None)
        if at is not None and at not in found.values():
            found[field] = at
    return found


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).strip().casefold()
    return text.split("(")[0].rstrip("*： :").strip()


def read_row(cells: Sequence[str], columns: Mapping[str, int]) -> Said | Fault:
    """What the cells say, or the first that cannot be read."""
    texts = {field: _cell(cells, at) for field, at in columns.items()}
    for field in NEEDED[:2]:
        if not texts.get(field):
            trouble = RowTrouble.NAME_MISSING if field == "name" else RowTrouble.CATEGORY_MISSING
            return Fault(trouble=trouble, column=field)
    if not texts.get("lon") or not texts.get("lat"):
        return Fault(trouble=RowTrouble.POSITION_MISSING, column="lon")
    degrees = {field: _degrees(texts.get(field, "")) for field in ("lon", "lat", "entrance_lon", "entrance_lat")}
    for field, value in degrees.items():
        if value is None and texts.get(field):
            return Fault(trouble=RowTrouble.POSITION_UNREADABLE, column=field, detail=texts[field][:20])
    day = _day(texts.get("last_seen_on", ""))
    if day is None and texts.get("last_seen_on"):
        return Fault(trouble=RowTrouble.DAY_UNREADABLE, column="last_seen_on", detail=texts["last_seen_on"][:20])
    return Said(
        texts=texts,
        lon=degrees["lon"] or 0.0,
        lat=degrees["lat"] or 0.0,
        entrance_lon=degrees["entrance_lon"],
        entrance_lat=degrees["entrance_lat"],
        keeps_office_hours=texts.get("keeps_office_hours", "").casefold() in _YES,
        last_seen_on=day,
    )


def wheelchair_of(text: str) -> str:
    """What is not understood is not known."""
    return _WHEELCHAIR.get(text.strip().casefold(), "")


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if 0 <= at < len(cells) else ""


def _degrees(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("°")
    if not plain or not plain.replace(".", "", 1).replace("-", "", 1).isdecimal():
        return None
    value = float(plain)
    return value if isfinite(value) and abs(value) <= 180 else None


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day of a table has no zone
        except ValueError:
            continue
    return None
