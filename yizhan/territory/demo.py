"""The sample homes of the four pilot communities. Every row says that it is a sample."""

from typing import Any

from yizhan.territory.models import Building, Compound, Dwelling

PILOTS = {"新竹": "450103001005", "凤岭北": "450103004003", "蓉茉": "450103400002", "万力": "450107006010"}
_COMPOUNDS = {
    "新竹": ("新竹小区（样例）", "竹溪居（样例）"),
    "凤岭北": ("凤岭雅居（样例）", "百花里（样例）"),
    "蓉茉": ("仙葫水岸（样例）", "蓉茉家园（样例）"),
    "万力": ("万力小区（样例）", "新阳里（样例）"),
}
# Where the sample streets are drawn round (WGS84): roughly where the communities lie, and no more than that.
_MIDDLES = {
    "新竹": (108.3385, 22.8150),
    "凤岭北": (108.4010, 22.8420),
    "蓉茉": (108.4650, 22.7990),
    "万力": (108.2950, 22.8260),
}
_BESIDE = ((-0.004390, 0.002023), (0.004390, -0.002023))
_BUILDINGS, _UNITS, _FLOORS, _DOORS = 3, 2, 6, 2


def build(city: Any) -> None:
    """Leaves `city["communities"]` (short name → code) and `city["dwellings"]` (code → dwelling ids)."""
    city["communities"] = dict(PILOTS)
    city["dwellings"] = {code: _build_community(short, code) for short, code in PILOTS.items()}


def _build_community(short: str, code: str) -> list[Any]:
    doors: list[Dwelling] = []
    lon, lat = _MIDDLES[short]
    for name, (east, north) in zip(_COMPOUNDS[short], _BESIDE, strict=True):
        compound = Compound.objects.create(
            community_id=code, name=name, lon=round(lon + east, 6), lat=round(lat + north, 6), is_sample=True
        )
        for number in range(1, _BUILDINGS + 1):
            building = Building.objects.create(
                compound=compound, name=f"{number}栋", **_door(lon + east, lat + north, number), is_sample=True
            )
            doors += _doors_of(building)
    return [row.id for row in Dwelling.objects.bulk_create(doors)]


def _door(lon: float, lat: float, number: int) -> dict[str, float]:
    """The buildings stand in a row, 60 m from one to the next."""
    return {"lon": round(lon + (number - 2) * 0.000585, 6), "lat": round(lat, 6)}


def _doors_of(building: Building) -> list[Dwelling]:
    return [
        Dwelling(building=building, unit=f"{unit}单元", room=f"{floor}0{door}", floor=floor, is_sample=True)
        for unit in range(1, _UNITS + 1)
        for floor in range(1, _FLOORS + 1)
        for door in range(1, _DOORS + 1)
    ]
