"""Places to choose from at a desk: the city's divisions for a home, and all of the country for a registration."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from yizhan.kernel.api import NotFound
from yizhan.territory import api as territory

CITY = "4501"
Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]

# GB/T 2260: where somebody is registered who is not registered in Nanning. Names of places are not translated.
_PROVINCES = (
    "11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东 "
    "41河南 42湖北 43湖南 44广东 46海南 50重庆 51四川 52贵州 53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 "
    "71台湾 81香港 82澳门"
)
_GUANGXI_CITIES = (
    "4502柳州市 4503桂林市 4504梧州市 4505北海市 4506防城港市 4507钦州市 4508贵港市 4509玉林市 4510百色市 "
    "4511贺州市 4512河池市 4513来宾市 4514崇左市"
)


def elsewhere() -> Groups:
    """Registrations outside the city: the other cities of Guangxi, then the provinces."""
    guangxi = [(part[:4] + "00", part[4:]) for part in _GUANGXI_CITIES.split()]
    provinces = [(part[:2] + "0000", part[2:]) for part in _PROVINCES.split()]
    return [(_("广西其他市"), guangxi), (_("外省"), provinces)]


def districts() -> Choices:
    return [(one.code[:6], one.short_name) for one in territory.districts()]


@lru_cache(maxsize=32)
def _communities(district: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """By sub-district. The divisions change once a year, with a new deployment."""
    by_parent: dict[str, list[tuple[str, str]]] = {}
    for one in territory.communities(under=district):
        by_parent.setdefault(one.parent_code or "", []).append((one.code, one.short_name))
    names = {one.code: one.short_name for one in territory.subdistricts(under=district)}
    return tuple((names.get(parent, ""), tuple(rows)) for parent, rows in by_parent.items())


def communities(district: str, *, first: str = "") -> Groups:
    """Communities of a district by sub-district; the desk's own (`first`) before all others."""
    groups: Groups = [(name, list(rows)) for name, rows in _communities(district)] if district else []
    if first.startswith(district) and len(first) == 12:
        groups.insert(0, (_("本社区"), [(first, place_name(first).split()[-1])]))
    return groups


def short_place(code: str) -> str:
    """District and community alone, as one says where somebody lives."""
    parts = place_name(code).split()
    return " ".join(dict.fromkeys([parts[0], parts[-1]])) if parts else ""


def place_name(code: str) -> str:
    """What a division is called, from the district down; for one outside the city its city or province."""
    if not code:
        return ""
    if code.startswith(CITY):
        try:
            return territory.full_name(code.ljust(12, "0"))
        except NotFound:
            return ""
    known = {value: label for _group, rows in elsewhere() for value, label in rows}
    return known.get(f"{code[:4]}00") or known.get(f"{code[:2]}0000") or ("广西" if code.startswith("45") else "")
