"""From ways and nodes as they were read to stretches with their costs.

Every stretch between two neighbouring nodes of a way is one, a straight line. A node that stops somebody, such as a
locked gate or a raised kerb, closes the last two metres before it to them: a long stretch is cut there, so that the
rest of it stays open and a cost belongs to an edge alone. Parallel stretches become one, with the lowest cost of each
profile and direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from yizhan.streets.rules.geometry import lengths_cm
from yizhan.streets.rules.profiles import Profile
from yizhan.streets.rules.tags import Direction, Wait

Ints = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

STUB_CM = 200


@dataclass(frozen=True, kw_only=True)
class RawStreets:
    """Walked ways as read. Way w has the refs `starts[w]:starts[w + 1]`; a node that is missing has no location."""

    refs: npt.NDArray[np.int64]
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]
    located: Bools
    starts: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    features: npt.NDArray[np.uint8]
    wait: npt.NDArray[np.uint8]
    is_road: Bools
    direction: npt.NDArray[np.int8]
    layer: npt.NDArray[np.int8]
    structure: npt.NDArray[np.uint8]  # 1 bridge, 2 tunnel
    name: npt.NDArray[np.int32]
    names: Sequence[str]
    node_ids: npt.NDArray[np.int64]  # nodes with a rule, sorted
    node_features: npt.NDArray[np.uint8]
    node_wait: npt.NDArray[np.uint8]
    node_signal: Bools
    box: tuple[int, int, int, int] | None = field(default=None)  # of the file's header: west, south, east, north


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """The nodes of the walked ways; `stops` has a bit for each profile that may not pass."""

    ids: Int64
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]
    is_end: Bools
    stops: npt.NDArray[np.uint8]
    wait: npt.NDArray[np.uint8]
    signal: Bools


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """`a` and `b` index the nodes; costs are deciseconds per profile from a to b and from b to a, -1 where closed."""

    nodes: Nodes
    a: Ints
    b: Ints
    way: Ints
    length_cm: Int64
    forward: list[Int64]
    backward: list[Int64]


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """Stretches before they cost anything, and which waits of a whole stretch fall on each: of a, b, and the way."""

    a: Ints
    b: Ints
    at: Ints
    way: Ints
    takes_a: Bools
    takes_b: Bools
    takes_way: Bools


def stretches_of(raw: RawStreets, profiles: Sequence[Profile]) -> Stretches:
    """The open stretches, each pair of nodes once, from the lower id to the higher."""
    nodes, lines = _lines(raw, profiles)
    nodes, pieces, source = _cut(nodes, lines)
    length = _length(nodes, pieces.a, pieces.b)
    costs = [_costs(raw, (nodes, lines, pieces, source), profile, bit, length) for bit, profile in enumerate(profiles)]
    direction = raw.direction[pieces.way]
    return _merged(
        Stretches(
            nodes=nodes,
            a=pieces.a,
            b=pieces.b,
            way=pieces.way,
            length_cm=length,
            forward=[_directed(cost, direction, Direction.BACKWARD) for cost in costs],
            backward=[_directed(cost, direction, Direction.FORWARD) for cost in costs],
        )
    )


def _lines(raw: RawStreets, profiles: Sequence[Profile]) -> tuple[Nodes, _Lines]:
    ids, first, place = np.unique(raw.refs, return_index=True, return_inverse=True)
    way = np.repeat(np.arange(len(raw.starts) - 1), np.diff(raw.starts))
    joined = way[:-1] == way[1:]
    at = np.flatnonzero(joined & raw.located[:-1] & raw.located[1:] & (raw.refs[:-1] != raw.refs[1:]))
    ends = np.zeros(len(ids), dtype=np.bool_)
    ends[place[:-1][joined & raw.located[:-1] & ~raw.located[1:]]] = True
    ends[place[1:][joined & ~raw.located[:-1] & raw.located[1:]]] = True
    every = np.ones(len(at), dtype=np.bool_)
    lines = _Lines(a=place[at], b=place[at + 1], at=at, way=way[at], takes_a=every, takes_b=every, takes_way=every)
    return _nodes(raw, profiles, ids, first, ends), lines


def _nodes(raw: RawStreets, profiles: Sequence[Profile], ids: Int64, first: Ints, ends: Bools) -> Nodes:
    """With what the rules of single nodes say; `first` is where each is met first."""
    count = len(ids)
    features, wait, signal = np.zeros(count, np.uint8), np.zeros(count, np.uint8), np.zeros(count, np.bool_)
    known = np.isin(raw.node_ids, ids)
    at = np.searchsorted(ids, raw.node_ids[known])
    features[at], wait[at], signal[at] = raw.node_features[known], raw.node_wait[known], raw.node_signal[known]
    stops = np.zeros(count, dtype=np.uint8)
    for bit, profile in enumerate(profiles):
        stops |= (((features & profile.closed_mask) != 0) << bit).astype(np.uint8)
    lon, lat = raw.lon[first], raw.lat[first]
    return Nodes(ids=ids, lon=lon, lat=lat, is_end=ends, stops=stops, wait=wait, signal=signal)


def _length(nodes: Nodes, a: Ints, b: Ints) -> Int64:
    return lengths_cm(nodes.lon[a], nodes.lat[a], nodes.lon[b], nodes.lat[b])


# ── cut before what stops somebody ──


def _cut(nodes: Nodes, lines: _Lines) -> tuple[Nodes, _Lines, Ints]:
    """With a node of its own two metres before each node that stops somebody, where the stretch is long enough.

    Also says for each piece which stretch it was a part of.
    """
    length = _length(nodes, lines.a, lines.b)
    is_long = length > 3 * STUB_CM
    at_a = np.flatnonzero(is_long & (nodes.stops[lines.a] != 0))
    at_b = np.flatnonzero(is_long & (nodes.stops[lines.b] != 0))
    count = len(nodes.ids)
    new_a = count + np.arange(len(at_a))
    new_b = count + len(at_a) + np.arange(len(at_b))
    a, b = lines.a.copy(), lines.b.copy()
    a[at_a], b[at_b] = new_a, new_b
    takes_a, takes_b = lines.takes_a.copy(), lines.takes_b.copy()
    takes_a[at_a], takes_b[at_b] = False, False
    nodes = _with_new(
        nodes,
        np.concatenate([lines.a[at_a], lines.b[at_b]]),
        np.concatenate([lines.b[at_a], lines.a[at_b]]),
        np.concatenate([length[at_a], length[at_b]]),
    )
    source = np.concatenate([np.arange(len(a)), at_a, at_b])
    is_stub_a = np.repeat([False, True, False], [len(a), len(at_a), len(at_b)])
    is_stub_b = np.repeat([False, False, True], [len(a), len(at_a), len(at_b)])
    pieces = _Lines(
        a=np.concatenate([a, lines.a[at_a], new_b]),
        b=np.concatenate([b, new_a, lines.b[at_b]]),
        at=lines.at[source],
        way=lines.way[source],
        takes_a=np.where(is_stub_a | is_stub_b, is_stub_a, takes_a[source]),
        takes_b=np.where(is_stub_a | is_stub_b, is_stub_b, takes_b[source]),
        takes_way=~(is_stub_a | is_stub_b),
    )
    return nodes, pieces, source


def _with_new(nodes: Nodes, stopping: Ints, other: Ints, length: Int64) -> Nodes:
    """New nodes two metres from the stopping ones, with ids above all others."""
    if not len(stopping):
        return nodes
    part = STUB_CM / length
    count = len(stopping)
    none = np.zeros(count, dtype=np.uint8)

    def between(values: Ints) -> Ints:
        moved = values[stopping] + part * (values[other].astype(np.int64) - values[stopping])
        return np.asarray(np.round(moved), dtype=np.int32)

    return Nodes(
        ids=np.concatenate([nodes.ids, nodes.ids[-1] + 1 + np.arange(count)]),
        lon=np.concatenate([nodes.lon, between(nodes.lon)]),
        lat=np.concatenate([nodes.lat, between(nodes.lat)]),
        is_end=np.concatenate([nodes.is_end, none.astype(np.bool_)]),
        stops=np.concatenate([nodes.stops, none]),
        wait=np.concatenate([nodes.wait, none]),
        signal=np.concatenate([nodes.signal, none.astype(np.bool_)]),
    )


# ── costs ──


def _costs(
    raw: RawStreets, where: tuple[Nodes, _Lines, _Lines, Ints], profile: Profile, bit: int, length: Int64
) -> Int64:
    """Deciseconds of each piece with its share of waits; -1 where it is closed to the profile."""
    nodes, lines, pieces, source = where
    features = raw.features[pieces.way].astype(np.int64)
    waits = np.array([profile.waits_ds.get(w.name.lower(), 0) for w in Wait], dtype=np.int64)
    is_road = raw.is_road[pieces.way]
    cost = profile.stretch_ds(length, features)
    cost += pieces.takes_a * _share(nodes, waits, lines.a[source], is_road=is_road)
    cost += pieces.takes_b * _share(nodes, waits, lines.b[source], is_road=is_road)
    cost += pieces.takes_way * _way_waits(raw, nodes, waits, lines)[source]
    stopped = ((nodes.stops[pieces.a] | nodes.stops[pieces.b]) >> bit) & 1
    return np.where((features & profile.closed_mask) | stopped, -1, cost)


def _share(nodes: Nodes, waits: Ints, at: Ints, *, is_road: Bools) -> Int64:
    """Half of a node's wait falls on each stretch at it. On a road only its signals stop a walker, every other time."""
    wait = waits[nodes.wait[at]]
    is_lift = nodes.wait[at] == Wait.LIFT
    on_road = np.where(is_lift, wait // 2, np.where(nodes.signal[at], wait // 4, 0))
    shared: Int64 = np.where(is_road, on_road, wait // 2)
    return shared


def _way_waits(raw: RawStreets, nodes: Nodes, waits: Ints, lines: _Lines) -> Int64:
    """A crossing way none of whose nodes says that it is one: half of the wait at each end of the way."""
    said = np.zeros(len(raw.wait), dtype=np.bool_)
    said[lines.way[(nodes.wait[lines.a] != 0) | (nodes.wait[lines.b] != 0)]] = True
    half = np.where(said, 0, waits[raw.wait] // 2)[lines.way]
    is_first, is_last = lines.at == raw.starts[lines.way], lines.at + 2 == raw.starts[lines.way + 1]
    whole: Int64 = half * is_first + half * is_last
    return whole


def _directed(cost: Int64, direction: Ints, against: Direction) -> Int64:
    return np.where(direction == against.value, -1, cost)


# ── each pair of nodes once ──


def _merged(edges: Stretches) -> Stretches:
    """The way of the first one names it; without those where nobody walks."""
    ids = edges.nodes.ids
    flip = ids[edges.a] > ids[edges.b]
    a, b = np.where(flip, edges.b, edges.a), np.where(flip, edges.a, edges.b)
    forward = [np.where(flip, back, ahead) for ahead, back in zip(edges.forward, edges.backward, strict=True)]
    backward = [np.where(flip, ahead, back) for ahead, back in zip(edges.forward, edges.backward, strict=True)]
    pair = a.astype(np.int64) * len(ids) + b
    order = np.argsort(pair, kind="stable")
    heads = np.flatnonzero(np.diff(pair[order], prepend=-1))
    lowest = [_lowest(costs[order], heads) for costs in (*forward, *backward)]
    walked = np.any([cost > 0 for cost in lowest], axis=0)
    keep = order[heads][walked]
    middle = len(forward)
    return replace(
        edges,
        a=a[keep],
        b=b[keep],
        way=edges.way[keep],
        length_cm=edges.length_cm[keep],
        forward=[cost[walked] for cost in lowest[:middle]],
        backward=[cost[walked] for cost in lowest[middle:]],
    )


def _lowest(cost: npt.NDArray[np.int64], heads: Ints) -> npt.NDArray[np.int64]:
    """The lowest open cost of each group, -1 where all are closed."""
    if not len(heads):
        return np.zeros(0, dtype=np.int64)
    far = np.iinfo(np.int64).max
    lowest = np.minimum.reduceat(np.where(cost < 0, far, cost), heads)
    return np.where(lowest == far, -1, lowest)
