"""A network with the nodes taken out that have few neighbours, so that a search of the whole of it has less to do.

Round by round nodes with at most `MOST_NEIGHBOURS` neighbours are taken out, no two of them neighbours; the ways over
each become edges between its neighbours. What is left is the core. A search goes from its starts up to nodes taken out
later and through the core; then, round by round backwards, each node takes the best of its neighbours of that time.
Nothing is approximate: deciseconds stay whole, and every shortest way is one that goes up, through the core, and down.

    number        int32    node      its number here: the core first, then what was taken out, the last round first
    indptr, indices, cost            compressed rows upwards and in the core; rows and slots to spare at the end
    sweep_ends    int32    round     first and past-the-last number of each round, the last round first
    sweep_nodes   int32    k, node   the neighbours of each node taken out, padded
    sweep_ds      float64  k, node   deciseconds from that neighbour to the node, inf where nobody goes or there is none
"""

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from yizhan.streets.rules.network import CLOSED, TIES, Arrays, Floats, Rows, Starts, spare_places

Ints = npt.NDArray[np.int64]

MOST_NEIGHBOURS = 5
SMALLEST_SHARE = 0.02  # of the nodes left: a round that takes out fewer is the last
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class _Edges:
    """Between two nodes, a below b, the deciseconds either way, inf where closed. No two between the same nodes."""

    a: Ints
    b: Ints
    ab: Floats
    ba: Floats

    def take(self, chosen: npt.NDArray[Any]) -> "_Edges":
        return _Edges(self.a[chosen], self.b[chosen], self.ab[chosen], self.ba[chosen])


@dataclass(frozen=True)
class _Round:
    """Nodes taken out; for each, in columns, its neighbours and the deciseconds to it and from it."""

    nodes: Ints
    beside: Ints
    to: Floats
    off: Floats


class ContractedRows(Rows):
    """Finds the nearest start for every node; as exact as Rows, and quicker where most of the network is reached."""

    def __init__(self, arrays: Arrays) -> None:
        super().__init__(len(arrays["number"]), arrays["indptr"], arrays["indices"], arrays["cost"])
        self._number, ends = arrays["number"], arrays["sweep_ends"].tolist()
        self._sweeps = []
        for low, high in pairwise(ends):
            part = slice(low - ends[0], high - ends[0])
            self._sweeps.append((low, high, arrays["sweep_nodes"][:, part], arrays["sweep_ds"][:, part]))

    def keys(self, starts: Starts, limit: float) -> Floats:
        keys = super().keys(starts._replace(nodes=self._number[starts.nodes]), limit)
        for low, high, nodes, ds in self._sweeps:
            here = keys[low:high]
            for beside, cost in zip(nodes, ds, strict=True):
                np.minimum(here, keys[beside] + cost, out=here)
        found: Floats = keys[self._number]
        found[found > limit + (TIES - 1) / TIES] = np.inf
        return found


def contracted(arrays: Arrays, profile: str) -> Arrays:
    """What ContractedRows needs to find outlets for this profile, who walks towards them."""
    nodes = len(arrays["lon"])
    costs = arrays.get(f"cost_back_{profile}", arrays[f"cost_{profile}"])
    ways = [np.where(costs[arrays[slot]] < CLOSED, costs[arrays[slot]], np.inf) for slot in ("slot_uv", "slot_vu")]
    edges = _merged(nodes, arrays["edge_u"].astype(np.int64), arrays["edge_v"].astype(np.int64), *ways)
    edges = edges.take(np.isfinite(edges.ab) | np.isfinite(edges.ba))
    core, rounds, is_left = _taken_out(nodes, edges)
    return _numbered(nodes, core, rounds[::-1], is_left)


def _merged(nodes: int, a: Ints, b: Ints, ab: Floats, ba: Floats) -> _Edges:
    """Each pair of nodes once, with the quickest of its edges either way."""
    turned, key = a > b, np.minimum(a, b) * nodes + np.maximum(a, b)
    order = np.argsort(key, kind="stable")
    if not len(order):
        return _Edges(a, b, ab, ba)
    key = key[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    ahead, back = (np.where(turned, *pair)[order] for pair in ((ba, ab), (ab, ba)))
    low, high = np.divmod(key[first], nodes)
    return _Edges(low, high, np.minimum.reduceat(ahead, first), np.minimum.reduceat(back, first))


def _taken_out(nodes: int, edges: _Edges) -> tuple[_Edges, list[_Round], npt.NDArray[np.bool_]]:
    """The edges of the core, the rounds, and which nodes are left."""
    is_left, rounds = np.ones(nodes, dtype=bool), list[_Round]()
    draw = np.random.default_rng(1).permutation(nodes)
    while True:
        chosen = is_left & _next(nodes, edges, draw)
        if chosen.sum() <= SMALLEST_SHARE * is_left.sum():
            return edges, rounds, is_left
        is_beside = chosen[edges.a] | chosen[edges.b]
        one = _round(chosen, edges.take(is_beside))
        edges = _bridged(nodes, edges.take(~is_beside), one)
        is_left &= ~chosen
        rounds.append(one)


def _next(nodes: int, edges: _Edges, draw: Ints) -> npt.NDArray[np.bool_]:
    """Those with few neighbours who come before all of their neighbours: fewer first, then by lot."""
    degree = np.bincount(edges.a, minlength=nodes) + np.bincount(edges.b, minlength=nodes)
    rank = np.where(degree <= MOST_NEIGHBOURS, np.maximum(degree, 2) * nodes + draw, _NEVER)
    lowest = np.full(nodes, _NEVER)
    np.minimum.at(lowest, edges.a, rank[edges.b])
    np.minimum.at(lowest, edges.b, rank[edges.a])
    is_next: npt.NDArray[np.bool_] = (rank < lowest) | ((degree == 0) & (rank < _NEVER))
    return is_next


def _round(chosen: npt.NDArray[np.bool_], edges: _Edges) -> _Round:
    nodes, is_a = np.flatnonzero(chosen), chosen[edges.a]
    node, beside = np.where(is_a, edges.a, edges.b), np.where(is_a, edges.b, edges.a)
    order = np.argsort(node, kind="stable")
    node = node[order]
    at = np.arange(len(node)) - np.searchsorted(node, node), np.searchsorted(nodes, node)
    shape = (MOST_NEIGHBOURS, len(nodes))
    one = _Round(nodes, np.zeros(shape, dtype=np.int64), np.full(shape, np.inf), np.full(shape, np.inf))
    one.beside[at] = beside[order]
    one.to[at] = np.where(is_a, edges.ba, edges.ab)[order]
    one.off[at] = np.where(is_a, edges.ab, edges.ba)[order]
    return one


def _bridged(nodes: int, edges: _Edges, one: _Round) -> _Edges:
    """The edges that stay, and one over each node taken out for any two of its neighbours."""
    parts = [(edges.a, edges.b, edges.ab, edges.ba)]
    for i, j in combinations(range(MOST_NEIGHBOURS), 2):
        ahead, back = one.to[i] + one.off[j], one.to[j] + one.off[i]
        is_way = np.isfinite(ahead) | np.isfinite(back)
        parts.append((one.beside[i][is_way], one.beside[j][is_way], ahead[is_way], back[is_way]))
    a, b, ab, ba = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _merged(nodes, a, b, ab, ba)


def _numbered(nodes: int, core: _Edges, rounds: list[_Round], is_left: npt.NDArray[np.bool_]) -> Arrays:
    """As arrays, the last round first."""
    left = np.flatnonzero(is_left)
    number = np.empty(nodes, dtype=np.int32)
    number[np.concatenate([left, *(one.nodes for one in rounds)])] = np.arange(nodes)
    empty = np.zeros((MOST_NEIGHBOURS, 0))
    return {
        "number": number,
        **_upward(nodes, core, rounds, number),
        "sweep_ends": np.cumsum([len(left), *(len(one.nodes) for one in rounds)]).astype(np.int32),
        "sweep_nodes": number[np.concatenate([empty.astype(np.int64), *(one.beside for one in rounds)], axis=1)],
        "sweep_ds": np.concatenate([empty, *(one.to for one in rounds)], axis=1),
    }


def _upward(nodes: int, core: _Edges, rounds: list[_Round], number: npt.NDArray[np.int32]) -> Arrays:
    """Compressed rows of the core and of the ways off each node taken out, with places to spare."""
    parts = [(core.a, core.b, core.ab), (core.b, core.a, core.ba)]
    for one in rounds:
        parts += [(one.nodes, beside, off) for beside, off in zip(one.beside, one.off, strict=True)]
    tail, head, ds = (np.concatenate(column) for column in zip(*parts, strict=True))
    is_open = np.isfinite(ds)
    shape, spare = (nodes, nodes), spare_places(nodes)
    rows = csr_matrix((ds[is_open], (number[tail[is_open]], number[head[is_open]])), shape=shape)
    return {
        "indptr": np.concatenate([rows.indptr, np.full(spare, rows.indptr[-1])]).astype(np.int32),
        "indices": np.concatenate([rows.indices, np.zeros(2 * spare)]).astype(np.int32),
        "cost": np.concatenate([rows.data, np.zeros(2 * spare)]),
    }
