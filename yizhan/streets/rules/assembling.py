"""From ways and nodes as they were read to the arrays of a network.

Every stretch between two neighbouring nodes of a way is an edge: a straight line, so whoever has the nodes can check
where a point snaps. Parallel stretches become one, with the lowest cost of each profile and direction. Nodes are
numbered along a Z-shaped curve. What the arrays are, `network.FIELDS` says.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from yizhan.streets.rules.geometry import UNITS, lengths_cm, morton
from yizhan.streets.rules.network import CELL_UNITS, CLOSED, Arrays, spare_places
from yizhan.streets.rules.profiles import Profile, ProfileSet
from yizhan.streets.rules.tags import Direction, Wait

Ints = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
AREA_PERCENT = 1


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
class _Stretches:
    """Edges before they are numbered: `a` and `b` index `ids`; costs are per profile and direction, closed is -1."""

    ids: npt.NDArray[np.int64]
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]
    ends: Bools
    closed: npt.NDArray[np.uint8]
    a: Ints
    b: Ints
    way: Ints
    length_cm: npt.NDArray[np.int64]
    forward: list[npt.NDArray[np.int64]]
    backward: list[npt.NDArray[np.int64]]


def assemble(raw: RawStreets, profiles: ProfileSet) -> Arrays:
    """The arrays of the network, without any edge where nothing can be walked."""
    edges = _merged(_stretches(raw, profiles.profiles))
    return _numbered(raw, edges, profiles)


def network_hash(arrays: Arrays, profiles: ProfileSet) -> str:
    """SHA-256 of what the network is: places, edges, costs, names. The same file gives the same one."""
    digest = hashlib.sha256(profiles.digest.encode())
    for name in sorted(arrays):
        if not name.startswith(("cell_", "component")):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


# ── stretches ──


def _stretches(raw: RawStreets, profiles: Sequence[Profile]) -> _Stretches:
    ids, first, place = np.unique(raw.refs, return_index=True, return_inverse=True)
    way = np.repeat(np.arange(len(raw.starts) - 1), np.diff(raw.starts))
    joined = way[:-1] == way[1:]
    whole = joined & raw.located[:-1] & raw.located[1:] & (raw.refs[:-1] != raw.refs[1:])
    at = np.flatnonzero(whole)
    a, b, of_way = place[at], place[at + 1], way[at]
    ends = np.zeros(len(ids), dtype=np.bool_)
    ends[place[:-1][joined & raw.located[:-1] & ~raw.located[1:]]] = True
    ends[place[1:][joined & ~raw.located[:-1] & raw.located[1:]]] = True
    lon, lat = raw.lon[first], raw.lat[first]
    length = lengths_cm(lon[a], lat[a], lon[b], lat[b])
    rules = _rules_of(raw, ids)
    closed = _closed_nodes(rules.features, profiles)
    costs = [_costs(raw, rules, profile, (a, b, at, of_way), length) for profile in profiles]
    return _Stretches(
        ids=ids,
        lon=lon,
        lat=lat,
        ends=ends,
        closed=closed,
        a=a,
        b=b,
        way=of_way,
        length_cm=length,
        forward=[_directed(cost, raw.direction[of_way], Direction.BACKWARD) for cost in costs],
        backward=[_directed(cost, raw.direction[of_way], Direction.FORWARD) for cost in costs],
    )


@dataclass(frozen=True)
class _NodeRules:
    features: npt.NDArray[np.uint8]
    wait: npt.NDArray[np.uint8]
    signal: Bools


def _rules_of(raw: RawStreets, ids: npt.NDArray[np.int64]) -> _NodeRules:
    """The rules of the nodes `ids`, nothing where a node has none."""
    count = len(ids)
    rules = _NodeRules(np.zeros(count, np.uint8), np.zeros(count, np.uint8), np.zeros(count, np.bool_))
    at = np.searchsorted(ids, raw.node_ids)
    known = (at < len(ids)) & (ids[np.minimum(at, len(ids) - 1)] == raw.node_ids) if len(ids) else at < 0
    rules.features[at[known]] = raw.node_features[known]
    rules.wait[at[known]] = raw.node_wait[known]
    rules.signal[at[known]] = raw.node_signal[known]
    return rules


def _closed_nodes(features: npt.NDArray[np.uint8], profiles: Sequence[Profile]) -> npt.NDArray[np.uint8]:
    """A bit for each profile that may not pass the node."""
    bits = np.zeros(len(features), dtype=np.uint8)
    for number, profile in enumerate(profiles):
        bits |= (((features & profile.closed_mask) != 0) << number).astype(np.uint8)
    return bits


def _costs(
    raw: RawStreets, rules: _NodeRules, profile: Profile, where: tuple[Ints, Ints, Ints, Ints], length: Ints
) -> npt.NDArray[np.int64]:
    """Deciseconds of each stretch with its share of waits; -1 where its way is closed to the profile."""
    a, b, at, way = where
    features = raw.features[way].astype(np.int64)
    cost = profile.stretch_ds(length, features)
    waits = np.array([profile.waits_ds.get(w.name.lower(), 0) for w in Wait], dtype=np.int64)
    is_road = raw.is_road[way]
    cost += _share(rules, waits, a, is_road=is_road) + _share(rules, waits, b, is_road=is_road)
    cost += _way_waits(raw, rules, waits, (a, b, at, way))
    return np.where(features & profile.closed_mask, -1, cost)


def _share(rules: _NodeRules, waits: Ints, node: Ints, *, is_road: Bools) -> npt.NDArray[np.int64]:
    """Half of a node's wait falls on each stretch at it. On a road only its signals stop a walker, every other time."""
    wait = waits[rules.wait[node]]
    is_lift = rules.wait[node] == Wait.LIFT
    on_road = np.where(is_lift, wait // 2, np.where(rules.signal[node], wait // 4, 0))
    shared: npt.NDArray[np.int64] = np.where(is_road, on_road, wait // 2)
    return shared


def _way_waits(
    raw: RawStreets, rules: _NodeRules, waits: Ints, where: tuple[Ints, Ints, Ints, Ints]
) -> npt.NDArray[np.int64]:
    """A crossing way none of whose nodes says that it is one: half of the wait at each end of the way."""
    a, b, at, way = where
    said = np.zeros(len(raw.wait), dtype=np.bool_)
    said[way[(rules.wait[a] != 0) | (rules.wait[b] != 0)]] = True
    half = np.where(said, 0, waits[raw.wait] // 2)[way]
    is_first, is_last = at == raw.starts[way], at + 2 == raw.starts[way + 1]
    whole: npt.NDArray[np.int64] = half * is_first + half * is_last
    return whole


def _directed(cost: npt.NDArray[np.int64], direction: Ints, against: Direction) -> npt.NDArray[np.int64]:
    return np.where(direction == against.value, -1, cost)


def _merged(edges: _Stretches) -> _Stretches:
    """One edge between two nodes, from the lower to the higher; the way of the first one names it."""
    flip = edges.ids[edges.a] > edges.ids[edges.b]
    a, b = np.where(flip, edges.b, edges.a), np.where(flip, edges.a, edges.b)
    forward = [np.where(flip, back, ahead) for ahead, back in zip(edges.forward, edges.backward, strict=True)]
    backward = [np.where(flip, ahead, back) for ahead, back in zip(edges.forward, edges.backward, strict=True)]
    pair = a.astype(np.int64) * len(edges.ids) + b
    order = np.argsort(pair, kind="stable")
    heads = np.flatnonzero(np.diff(pair[order], prepend=-1))
    lowest = [_lowest(costs[order], heads) for costs in (*forward, *backward)]
    walked = np.any([cost > 0 for cost in lowest], axis=0) if len(heads) else np.zeros(0, dtype=np.bool_)
    keep = order[heads][walked]
    middle = len(forward)
    return _Stretches(
        ids=edges.ids,
        lon=edges.lon,
        lat=edges.lat,
        ends=edges.ends,
        closed=edges.closed,
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


# ── numbered ──


def _numbered(raw: RawStreets, edges: _Stretches, profiles: ProfileSet) -> Arrays:
    used = np.unique(np.concatenate([edges.a, edges.b]))
    order = used[np.lexsort((edges.ids[used], morton(edges.lon[used], edges.lat[used])))]
    number = np.full(len(edges.ids), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    u, v = number[edges.a], number[edges.b]
    along = np.lexsort((v, u))
    closed = edges.closed[order]
    nodes = {
        "lon": edges.lon[order],
        "lat": edges.lat[order],
        "closed": closed,
        "is_end": edges.ends[order].astype(np.uint8),
    }
    way = edges.way[along]
    arrays: Arrays = {
        **nodes,
        "edge_u": u[along].astype(np.int32),
        "edge_v": v[along].astype(np.int32),
        "edge_length_cm": edges.length_cm[along].astype(np.int32),
        "edge_kind": raw.kind[way],
        "edge_layer": raw.layer[way],
        "edge_structure": raw.structure[way],
        "area": _area(raw, nodes["lon"], nodes["lat"]),
        **_named(raw, way),
    }
    slots = _slots(arrays["edge_u"], arrays["edge_v"], len(order))
    arrays.update(slots)
    for bit, profile in enumerate(profiles.profiles):
        costs = _slot_costs(arrays, edges.forward[bit][along], edges.backward[bit][along], bit)
        arrays.update({f"{name}_{profile.name}": array for name, array in costs.items()})
    arrays["component"] = _components(arrays, profiles.profiles[0].name)
    arrays.update(_cells(arrays))
    return arrays


def _named(raw: RawStreets, way: Ints) -> Arrays:
    """The names that are left, in order, as one text of bytes; edge_name is -1 where there is none."""
    kept, place = np.unique(raw.name[way], return_inverse=True)
    has_empty = len(kept) > 0 and kept[0] < 0
    texts = [raw.names[number].encode() for number in kept if number >= 0]
    ordered = sorted(range(len(texts)), key=lambda i: texts[i])
    rank = np.zeros(len(texts) + 1, dtype=np.int32)
    rank[np.array(ordered, dtype=np.int64)] = np.arange(len(ordered))
    numbers = np.where(place < has_empty, -1, rank[np.maximum(place - has_empty, 0)])
    ends = np.cumsum([0, *(len(texts[i]) for i in ordered)])
    return {
        "edge_name": numbers.astype(np.int32),
        "name_ends": ends.astype(np.int32),
        "name_bytes": np.frombuffer(b"".join(texts[i] for i in ordered), dtype=np.uint8),
    }


def _slots(u: Ints, v: Ints, nodes: int) -> Arrays:
    """Compressed rows with a place for either direction of every edge, and spare places behind the last row."""
    edges = np.arange(len(u))
    tail, head = np.concatenate([u, v]), np.concatenate([v, u])
    order = np.lexsort((head, tail))
    slot = np.empty(len(order), dtype=np.int32)
    slot[order] = np.arange(len(order))
    rows = np.cumsum(np.bincount(tail, minlength=nodes))
    spare = spare_places(nodes)
    return {
        "indptr": np.concatenate([[0], rows, np.full(spare, rows[-1] if nodes else 0)]).astype(np.int32),
        "indices": np.concatenate([head[order], np.zeros(2 * spare)]).astype(np.int32),
        "slot_uv": slot[edges],
        "slot_vu": slot[len(u) + edges],
        "slot_edge": np.concatenate([edges, edges])[order].astype(np.int32),
    }


def _slot_costs(arrays: Arrays, forward: Ints, backward: Ints, bit: int) -> Arrays:
    """The weights of a profile; nobody goes on from a node that is closed. Walking towards a place: `back`."""
    closed = (arrays["closed"] >> bit) & 1
    ahead = np.where((forward < 0) | (closed[arrays["edge_u"]] == 1), CLOSED, forward)
    back = np.where((backward < 0) | (closed[arrays["edge_v"]] == 1), CLOSED, backward)
    weights = np.zeros(len(arrays["indices"]), dtype=np.float64)
    weights[arrays["slot_uv"]], weights[arrays["slot_vu"]] = ahead, back
    found: Arrays = {
        "cost": weights,
        "usable": ((ahead < CLOSED) | (back < CLOSED)).astype(np.uint8),
    }
    if not np.array_equal(ahead, back):
        reverse = np.zeros_like(weights)
        reverse[arrays["slot_uv"]], reverse[arrays["slot_vu"]] = back, ahead
        found["cost_back"] = reverse
    return found


def _components(arrays: Arrays, profile: str) -> npt.NDArray[np.int32]:
    """Numbers the parts that hang together on foot, the largest is 0; a closed node belongs to its lowest neighbour."""
    nodes, slots = len(arrays["lon"]), len(arrays["slot_edge"])
    tail = np.repeat(np.arange(nodes), np.diff(arrays["indptr"][: nodes + 1]))
    head, cost = arrays["indices"][:slots], arrays[f"cost_{profile}"][:slots]
    is_shut = (arrays["closed"] & 1).astype(np.bool_)
    passed = (cost < CLOSED) & ~is_shut[head]
    graph = csr_matrix((np.ones(passed.sum()), (tail[passed], head[passed])), shape=(nodes, nodes))
    _count, label = connected_components(graph, directed=True, connection="weak")
    sizes = np.bincount(label[~is_shut], minlength=label.max(initial=-1) + 1)
    first = np.full(len(sizes), nodes)
    np.minimum.at(first, label, np.arange(nodes))
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order))
    component = rank[label]
    reach = np.flatnonzero(is_shut[head] & ~is_shut[tail] & (cost < CLOSED))
    lowest = np.full(nodes, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(lowest, head[reach], component[tail[reach]])
    found = is_shut & (lowest != np.iinfo(np.int32).max)
    return np.where(found, lowest, component).astype(np.int32)


def _area(raw: RawStreets, lon: Ints, lat: Ints) -> npt.NDArray[np.int32]:
    """Where the file's streets are complete: west, south, east, north.

    The box in its header; without one, and where ways were cut, the box of the nodes; where ways were left whole, which
    lets them stick out, the box without the outermost hundredth on each side.
    """
    if raw.box:
        return np.array(raw.box, dtype=np.int32)
    if not len(lon):
        return np.zeros(4, dtype=np.int32)
    outer = 0 if not raw.located.all() else AREA_PERCENT
    low, high = (np.percentile(np.stack([lon, lat]), p, axis=1) for p in (outer, 100 - outer))
    return np.array([low[0], low[1], high[0], high[1]]).round().astype(np.int32)


def _cells(arrays: Arrays) -> Arrays:
    """The edges by the cells of a grid that their boxes touch. Cells count row by row; only touched ones are kept."""
    lon, lat, u, v = arrays["lon"], arrays["lat"], arrays["edge_u"], arrays["edge_v"]
    if not len(u):
        nothing = np.zeros(0, dtype=np.int32)
        return {"cell_grid": np.zeros(4, np.int64), "cell_keys": nothing, "cell_ends": nothing, "cell_edges": nothing}
    west, south = int(lon.min()), int(lat.min())
    shrink = max(0.05, float(np.cos(np.radians((south + int(lat.max())) / 2 / UNITS))))
    wide, high = round(CELL_UNITS / shrink), CELL_UNITS
    columns = (int(lon.max()) - west) // wide + 3
    x = np.sort(np.stack([lon[u], lon[v]]) - west, axis=0).astype(np.int64) // wide
    y = np.sort(np.stack([lat[u], lat[v]]) - south, axis=0).astype(np.int64) // high
    across, up = x[1] - x[0] + 1, y[1] - y[0] + 1
    edge = np.repeat(np.arange(len(u)), across * up)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(across * up) - across * up, across * up)
    key = (y[0][edge] + step // across[edge]) * columns + x[0][edge] + step % across[edge]
    order = np.lexsort((edge, key))
    keys, first = np.unique(key[order], return_index=True)
    return {
        "cell_grid": np.array([west, south, wide, columns], dtype=np.int64),
        "cell_keys": keys.astype(np.int64),
        "cell_ends": np.append(first, len(edge)).astype(np.int32),
        "cell_edges": edge[order].astype(np.int32),
    }
