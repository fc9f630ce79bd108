"""Sample outlets along the sample streets of the pilot communities, every one marked; real ones where the file is."""

import random
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yizhan.kernel.api import Actor, geo, times
from yizhan.places import api as places
from yizhan.reach.api import bring_up_to_date, draw_borders, import_backdrop
from yizhan.reach.rules.borders import hull_round
from yizhan.streets import api as streets
from yizhan.territory import api as territory

SYSTEM = Actor.system("reach.demo")
FARTHEST_M = 1100.0
_DAY = "Mo-Su 08:00-21:30"
_SHOP = "Mo-Su 09:00-21:00"
_OFFICE = "Mo-Fr 09:00-12:00,14:30-17:30"
# How many of each stand in a quarter, their names, and their hours; "" where nobody has said.
KINDS: dict[str, tuple[int, str, str]] = {
    "convenience_store": (9, "便利店", "24/7"),
    "supermarket": (3, "超市", "Mo-Su 08:00-22:00"),
    "market": (2, "菜市场", "Mo-Su 06:00-19:00"),
    "fresh_food": (4, "生鲜菜店", "Mo-Su 07:00-21:00"),
    "breakfast": (6, "早餐店", "Mo-Su 06:00-10:30"),
    "laundry": (2, "洗衣店", "Mo-Su 09:00-20:00"),
    "hairdresser": (5, "理发店", "Tu-Su 10:00-21:00"),
    "photo_print": (2, "照相文印店", "Mo-Sa 09:00-18:30"),
    "housekeeping": (2, "家政服务点", _OFFICE),
    "repair": (2, "修鞋配钥匙", "Mo-Sa 09:00-18:00"),
    "pharmacy": (4, "大药房", "Mo-Su 08:00-22:30"),
    "parcel_post": (4, "快递驿站", _DAY),
    "restaurant": (8, "粉店", "Mo-Su 07:00-14:00,17:00-21:00"),
    "cafe": (2, "糖水铺", "Mo-Su 11:00-23:00"),
    "bakery": (2, "饼屋", _SHOP),
    "bank": (2, "银行网点", "Mo-Fr 09:00-17:00"),
    "health_centre": (1, "社区卫生服务站", "Mo-Sa 08:00-12:00,14:30-17:30"),
    "clinic": (2, "诊所", "Mo-Sa 08:30-20:00"),
    "kindergarten": (2, "幼儿园", "Mo-Fr 07:30-17:30"),
    "school": (1, "小学", ""),
    "day_care": (1, "日间照料中心", "Mo-Fr 08:30-17:00"),
    "canteen": (1, "长者食堂", "Mo-Su 06:30-09:00,11:00-13:30,17:00-18:30"),
    "fitness": (2, "健身点", ""),
    "park": (1, "小游园", "24/7"),
    "culture_centre": (1, "文化活动室", _OFFICE),
    "community_desk": (1, "便民服务站", _OFFICE),
}
# What is not there, so that there is something to miss.
MISSING = {
    "450103001005": ("photo_print", "repair"),
    "450103004003": ("market", "repair"),
    "450103400002": ("pharmacy", "laundry", "photo_print"),
    "450107006010": ("housekeeping",),
}
_FIRST = (
    "阿莲", "竹溪", "邕江", "朱槿", "绿都", "老友", "民歌", "福满", "江南", "荔园", "青山",
    "凤凰", "南湖", "金花", "向阳", "和顺", "百姓", "好邻居", "春天", "家家乐", "顺来", "大榕树",
)  # fmt: skip


def build(city: MutableMapping[str, Any]) -> None:
    """Sample outlets along `city["sample_site"]`; those of the real file along `city["real_site"]`."""
    site = city.get("sample_site")
    if site is None:
        return
    today = times.local_day(times.utc_now())
    network = streets.network_of(site)
    rows = [row for code in city["communities"].values() for row in _rows_of(code, network, today)]
    now = times.utc_now()
    report = places.import_outlets(rows=rows, site=site, actor=SYSTEM, at=now, source="sample", is_sample=True)
    if report.refused:
        raise RuntimeError(f"sample outlets refused: {report.refused[:3]}")
    _backdrop(site, city["sample_file"])
    if "real_file" in city:
        _backdrop(city["real_site"], city["real_file"])
        read = places.read_osm(city["real_file"], geo.Datum.WGS84)
        places.import_outlets(rows=read.rows, site=city["real_site"], actor=SYSTEM, at=now, source="osm")
    _borders(city["communities"].values())
    for name in [site, *([city["real_site"]] if "real_site" in city else [])]:
        bring_up_to_date(site=name, actor=SYSTEM, at=now)


def _borders(communities: Iterable[str]) -> None:
    """Round the compounds of each pilot, and wider than they are: where the real borders run is not known here."""
    shapes = {}
    for code in communities:
        homes = [(one.lon, one.lat) for one in territory.compounds(under=code) if one.lon and one.lat]
        if homes:
            shapes[code] = hull_round(homes, metres=450)
    draw_borders(shapes=shapes, source="样例边界，不是真实界线", actor=SYSTEM, at=times.utc_now(), is_sample=True)


def _backdrop(site: str, path: Path) -> None:
    import_backdrop(site=site, path=path, datum=geo.Datum.WGS84, actor=SYSTEM, at=times.utc_now())


def _rows_of(code: str, network: streets.Network, today: date) -> Iterator[places.OutletRow]:
    homes = [
        (one.lon, one.lat) for one in territory.compounds(under=code) if one.lon is not None and one.lat is not None
    ]
    if not homes:
        return
    lon, lat = (sum(side) / len(homes) for side in zip(*homes, strict=True))
    chance = random.Random(int(code) + 1)  # noqa: S311  the same sample each time
    for kind, (count, what, hours) in KINDS.items():
        if kind in MISSING.get(code, ()):
            continue
        for number in range(count):
            spot = _beside_a_street(network, (lon, lat), chance)
            age = 120 if chance.random() < 0.04 else chance.randrange(3, 60)
            yield places.OutletRow(
                name=f"{chance.choice(_FIRST)}{what}（样例）",
                category=kind,
                lon=spot.lon,
                lat=spot.lat,
                hours="" if chance.random() < 0.08 else hours,
                keeps_office_hours=hours == _OFFICE,
                community=code,
                ref=f"{code}/{kind}/{number}",
                last_seen_on=today - timedelta(days=age),
            )


def _beside_a_street(network: streets.Network, middle: tuple[float, float], chance: random.Random) -> geo.Point:
    """A spot that people reach from the streets that hang together, up to 25 m beside one of them."""
    while True:
        east, north = chance.uniform(-FARTHEST_M, FARTHEST_M), chance.uniform(-FARTHEST_M, FARTHEST_M)
        point = geo.Point(round(middle[0] + east / 102_500, 6), round(middle[1] + north / 111_195, 6), geo.Datum.WGS84)
        snap = network.find_snap(point, "elder", limit_m=25)
        if snap is not None and snap.component == 0 and snap.snapped_m > 4:
            return point
