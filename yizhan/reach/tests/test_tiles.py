"""Vector tiles, read back by a decoder of the test's own."""

from collections.abc import Iterator
from math import asinh, pi, radians, tan

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizhan.reach.rules.tiles import EXTENT, MARGIN, Tile, layer, lines, polygon, varints

calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_varints(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            found.append(value)
            value = shift = 0
    return found


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of a protocol buffer; lengths and whole numbers alone."""
    at = 0

    def number() -> int:
        nonlocal at
        begin = at
        while data[at] & 0x80:
            at += 1
        at += 1
        return read_varints(data[begin:at])[0]

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            length = number()
            at += length
            yield key >> 3, data[at - length : at]


def shapes(geometry: bytes) -> list[list[tuple[int, int]]]:
    """Lines or rings of a feature, in units of the tile."""
    words = iter(read_varints(geometry))
    x = y = 0
    found: list[list[tuple[int, int]]] = []
    for word in words:
        command, count = word & 7, word >> 3
        for _ in range(count if command != 7 else 0):
            x, y = (here + ((step >> 1) ^ -(step & 1)) for here, step in ((x, next(words)), (y, next(words))))
            if command == 1:
                found.append([])
            found[-1].append((x, y))
    return found


@calmly
@given(st.lists(st.integers(0, 2**35 - 1), max_size=50))
def test_numbers_come_back(values: list[int]) -> None:
    assert read_varints(varints(np.array(values, dtype=np.int64))) == values


ends = st.floats(-0.2, 1.2)


@calmly
@given(st.lists(st.tuples(ends, ends, ends, ends), min_size=1, max_size=20))
def test_stretches_inside_come_back_where_they_were(drawn: list[tuple[float, float, float, float]]) -> None:
    columns = [np.array(column) for column in zip(*drawn, strict=True)]
    _kind, _type, geometry = lines(0, *columns)
    wanted = [tuple(round(part * EXTENT) for part in one) for one in drawn]
    wanted = [one for one in wanted if one[:2] != one[2:]]
    assert [(*first, *last) for first, last in shapes(geometry)] == wanted


far = st.floats(-50, 50)


@calmly
@given(far, far, far, far)
def test_what_is_cut_stays_on_its_line_and_inside(x0: float, y0: float, x1: float, y1: float) -> None:
    _kind, _type, geometry = lines(0, *(np.array([part]) for part in (x0, y0, x1, y1)))
    for line in shapes(geometry):
        for x, y in line:
            assert -MARGIN * EXTENT - 1 <= x <= (1 + MARGIN) * EXTENT + 1
            assert -MARGIN * EXTENT - 1 <= y <= (1 + MARGIN) * EXTENT + 1
            off = (x1 - x0) * (y / EXTENT - y0) - (y1 - y0) * (x / EXTENT - x0)
            assert abs(off) <= 0.001 * (abs(x1 - x0) + abs(y1 - y0))


def test_a_layer_says_what_it_holds() -> None:
    square = polygon(1, [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 0.0)])
    tile = layer("areas", ("water", "park"), [square, (0, 2, b"")])
    ((number, content),) = fields(tile)
    assert number == 3
    assert isinstance(content, bytes)
    said = list(fields(content))
    assert (1, b"areas") in said
    assert (15, 2) in said
    assert (5, EXTENT) in said
    features = [value for field, value in said if field == 2]
    assert len(features) == 1  # what is empty is left out
    assert isinstance(features[0], bytes)
    feature = dict(fields(features[0]))
    assert feature[3] == 3
    assert feature[2] == bytes([0, 1])
    assert isinstance(feature[4], bytes)
    (ring,) = shapes(feature[4])
    assert set(ring) == {(0, 0), (0, 2048), (2048, 2048), (2048, 0)}
    twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    assert twice_area > 0  # an outer ring: clockwise where y goes down


def test_a_hole_is_a_ring_that_turns_the_other_way() -> None:
    outer = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
    hole = [(0.25, 0.25), (0.25, 0.5), (0.5, 0.5), (0.5, 0.25)]
    _kind, _type, geometry = polygon(0, outer, [hole])
    areas = [
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2 / EXTENT**2
        for ring in shapes(geometry)
    ]
    assert areas == [1.0, -0.0625]


@pytest.mark.parametrize(("lon", "lat"), [(108.3665, 22.8170), (24.94, 60.17), (-70.5, -33.4)])
def test_a_place_lies_in_the_tile_that_everybody_else_says(lon: float, lat: float) -> None:
    side = 2**15
    x = (lon + 180) / 360 * side
    y = (1 - asinh(tan(radians(lat))) / pi) / 2 * side
    tile = Tile(15, int(x), int(y))
    across, down = tile.place(np.array([lon]), np.array([lat]))
    assert across[0] == pytest.approx(x - int(x), abs=1e-6)
    assert down[0] == pytest.approx(y - int(y), abs=1e-6)
    west, south, east, north = tile.bounds()
    assert west < lon < east
    assert south < lat < north
