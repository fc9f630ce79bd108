"""Where something is: a point and the datum it was measured in.

Everything is kept and computed in WGS84 (CGCS2000, the legal datum, is the same within decimetres). Public Chinese map
services give GCJ-02, Baidu gives BD-09; in Nanning they are 500 m and more away, a whole community. They are converted
where they come in, never guessed: two points of different datums are refused together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, atan2, cos, isfinite, pi, radians, sin, sqrt

from django.utils.translation import gettext_lazy as _

from yizhan.kernel.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG): all distances of the house are on this sphere
_AXIS_M, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943  # Krasovsky 1940, as GCJ-02 uses it
_BD_PI = pi * 3000 / 180
_Shift = Callable[[float, float], tuple[float, float]]

# Where GCJ-02 shifts, as boxes (west, south, east, north): a single box round the country, as many libraries have it,
# also moves Singapore by 167 m. Coarse at the borders; Hong Kong, Macao and Taiwan are not shifted.
_SHIFTED = (
    (79.4462, 42.8899, 96.3300, 49.2204),
    (109.6872, 39.3742, 135.0002, 54.1415),
    (73.1246, 29.5297, 124.1433, 42.8899),
    (82.9684, 26.7186, 97.0352, 29.5297),
    (97.0253, 20.4141, 124.3674, 29.5297),
    (107.9758, 17.8715, 111.7441, 20.4141),
)
_NOT_SHIFTED = (
    (119.9213, 21.7850, 122.4976, 25.3986),
    (101.8652, 20.0988, 106.6650, 22.2840),
    (106.4525, 20.4878, 108.0510, 21.5422),
    (109.0323, 50.3257, 119.1270, 55.8175),
    (127.4568, 49.5574, 137.0227, 55.8175),
    (131.2662, 42.5692, 137.0227, 44.8922),
    (113.8200, 22.1400, 114.4500, 22.4300),
    (113.5280, 22.1000, 113.6050, 22.2170),
)


class UnknownDatum(BadInput):
    code = "kernel.unknown_datum"
    message = _("没有“{datum}”这种坐标系，请写 wgs84、gcj02 或 bd09。")


class PointOutOfRange(BadInput):
    code = "kernel.point_out_of_range"
    message = _("经度要在 -180 到 180 之间，纬度要在 -90 到 90 之间；请看看两个数是不是写反了。")


class MixedDatums(BadInput):
    code = "kernel.mixed_datums"
    message = _("两个点的坐标系不一样，不能直接比较。")


class Datum(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def read_datum(text: str) -> Datum:
    """The datum as somebody typed it, "GCJ-02" included. Raises UnknownDatum, for an empty text too."""
    try:
        return Datum(text.strip().lower().replace("-", "").replace("_", ""))
    except ValueError as error:
        raise UnknownDatum(datum=text.strip()[:20]) from error


@dataclass(frozen=True)
class Point:
    """Degrees, in `datum`. Raises PointOutOfRange."""

    lon: float
    lat: float
    datum: Datum

    def __post_init__(self) -> None:
        if not (isfinite(self.lon) and isfinite(self.lat) and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise PointOutOfRange

    def to(self, datum: Datum) -> "Point":
        """The same place in another datum; there and back is within a millimetre."""
        if datum == self.datum:
            return self
        return Point(*_from_wgs84(*_to_wgs84(self.lon, self.lat, self.datum), datum), datum)

    @property
    def wgs84(self) -> "Point":
        return self.to(Datum.WGS84)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle metres on the mean sphere (haversine). Raises MixedDatums."""
    if a.datum != b.datum:
        raise MixedDatums
    return haversine_m(a.lon, a.lat, b.lon, b.lat)


def haversine_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    half = sin(radians(lat_b - lat_a) / 2) ** 2
    half += cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def is_shifted(lon: float, lat: float) -> bool:
    """Whether GCJ-02 differs from WGS84 here."""
    return _in_any(_SHIFTED, lon, lat) and not _in_any(_NOT_SHIFTED, lon, lat)


def _in_any(boxes: tuple[tuple[float, float, float, float], ...], lon: float, lat: float) -> bool:
    return any(west <= lon <= east and south <= lat <= north for west, south, east, north in boxes)


def _to_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    if datum == Datum.BD09:
        lon, lat = _undo(_gcj_to_bd, lon, lat)
    return (lon, lat) if datum == Datum.WGS84 else _undo(_wgs_to_gcj, lon, lat)


def _from_wgs84(lon: float, lat: float, datum: Datum) -> tuple[float, float]:
    if datum != Datum.WGS84:
        lon, lat = _wgs_to_gcj(lon, lat)
    return _gcj_to_bd(lon, lat) if datum == Datum.BD09 else (lon, lat)


def _undo(shift: _Shift, lon: float, lat: float) -> tuple[float, float]:
    """The point that `shift` moves to (lon, lat), by iteration: the shift hardly changes over its own length."""
    guess_lon, guess_lat = lon, lat
    for _round in range(12):
        moved_lon, moved_lat = shift(guess_lon, guess_lat)
        off_lon, off_lat = lon - moved_lon, lat - moved_lat
        guess_lon, guess_lat = guess_lon + off_lon, guess_lat + off_lat
        if abs(off_lon) < 1e-10 and abs(off_lat) < 1e-10:
            break
    return guess_lon, guess_lat


def _wgs_to_gcj(lon: float, lat: float) -> tuple[float, float]:
    if not is_shifted(lon, lat):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    bend = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    lat_shift = north * 180 / (_AXIS_M * (1 - _ECCENTRICITY) / (bend * sqrt(bend)) * pi)
    lon_shift = east * 180 / (_AXIS_M / sqrt(bend) * cos(radians(lat)) * pi)
    return lon + lon_shift, lat + lat_shift


def _gcj_to_bd(lon: float, lat: float) -> tuple[float, float]:
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * _BD_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD_PI)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006
