"""From stretches to the numbered arrays of a network: what the arrays are, `network` says.

Nodes are numbered along a Z-shaped curve, edges by their nodes.
"""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from yizhan.streets.rules.geometry import UNITS, morton
from yizhan.streets.rules.network import CELL_UNITS, CLOSED, Arrays, spare_places
from yizhan.streets.rules.profiles import ProfileSet
from yizhan.streets.rules.stretches import RawStreets, Stretches, stretches_of

Ints = npt.NDArray[Any]
AREA_PERCENT = 1


def assemble(raw: RawStreets, profiles: ProfileSet) -> Arrays:
    """The arrays of the network, without any edge where nothing can be walked."""
    return _numbered(raw, stretches_of(raw, profiles.profiles), profiles)


def network_hash(arrays: Arrays, profiles: ProfileSet) -> str:
    """SHA-256 of what the network is: places, edges, costs, names. The same file gives the same one."""
    digest = hashlib.sha256(profiles.digest.encode())
    for name in sorted(arrays):
        if not name.startswith(("cell_", "component")):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


def _numbered(raw: RawStreets, edges: Stretches, profiles: ProfileSet) -> Arrays:
    nodes, used = edges.nodes, np.unique(np.concatenate([edges.a, edges.b]))
    order = used[np.lexsort((nodes.ids[used], morton(nodes.lon[used], nodes.lat[used])))]
    number = np.full(len(nodes.ids), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    u, v = number[edges.a], number[edges.b]
    along = np.lexsort((v, u))
    lon, lat = nodes.lon[order], nodes.lat[order]
    way = edges.way[along]
    arrays: Arrays = {
        "lon": lon,
        "lat": lat,
        "is_end": nodes.is_end[order].astype(np.uint8),
        "edge_u": u[along].astype(np.int32),
        "edge_v": v[along].astype(np.int32),
        "edge_length_cm": edges.length_cm[along].astype(np.int32),
        "edge_kind": raw.kind[way],
        "edge_layer": raw.layer[way],
        "edge_structure": raw.structure[way],
        "area": _area(raw, lon, lat),
        **_named(raw, way),
    }
    slots = _slots(arrays["edge_u"], arrays["edge_v"], len(order))
    arrays.update(slots)
    for bit, profile in enumerate(profiles.profiles):
        costs = _slot_costs(arrays, edges.forward[bit][along], edges.backward[bit][along])
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


def _slot_costs(arrays: Arrays, forward: Ints, backward: Ints) -> Arrays:
    """The weights of a profile, and those of walking the other way round where they differ anywhere."""
    ahead, back = np.where(forward < 0, CLOSED, forward), np.where(backward < 0, CLOSED, backward)
    weights = np.zeros(len(arrays["indices"]), dtype=np.float64)
    weights[arrays["slot_uv"]], weights[arrays["slot_vu"]] = ahead, back
    found: Arrays = {"cost": weights, "usable": ((ahead < CLOSED) | (back < CLOSED)).astype(np.uint8)}
    if not np.array_equal(ahead, back):
        reverse = np.zeros_like(weights)
        reverse[arrays["slot_uv"]], reverse[arrays["slot_vu"]] = back, ahead
        found["cost_back"] = reverse
    return found


def _components(arrays: Arrays, profile: str) -> npt.NDArray[np.int32]:
    """Numbers the parts that hang together for the profile, one way at least; the largest is 0."""
    nodes, usable = len(arrays["lon"]), arrays[f"usable_{profile}"] == 1
    u, v = arrays["edge_u"][usable], arrays["edge_v"][usable]
    graph = csr_matrix((np.ones(len(u), dtype=np.int8), (u, v)), shape=(nodes, nodes))
    count, label = connected_components(graph, directed=False)
    first = np.full(count, nodes)
    np.minimum.at(first, label, np.arange(nodes))
    rank = np.empty(count, dtype=np.int32)
    rank[np.lexsort((first, -np.bincount(label, minlength=count)))] = np.arange(count)
    component: npt.NDArray[np.int32] = rank[label]
    return component


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
