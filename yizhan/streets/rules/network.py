"""A walking network as plain arrays, and how it is searched.

Nodes are 0 to n-1, edges 0 to m-1. Every edge has two slots in the compressed rows, one for each direction.

    lon, lat             int32    node      1e-7 degree, WGS84
    is_end               uint8    node      a way goes on from here that the file does not have
    component            int32    node      0 is the largest part that hangs together on foot
    edge_u, edge_v       int32    edge      its nodes
    edge_length_cm       int32    edge
    edge_kind            uint8    edge      tags.Kind
    edge_layer           int8     edge
    edge_structure       uint8    edge      1 bridge, 2 tunnel
    edge_name            int32    edge      number of the name, -1 without
    usable_<profile>     uint8    edge      1 where the profile may walk it, one way at least
    slot_uv, slot_vu     int32    edge      its slots
    slot_edge            int32    slot      the edge of a slot
    indptr, indices      int32    row, slot compressed rows; rows and slots to spare at the end
    cost_<profile>       float64  slot      deciseconds, whole; CLOSED where nobody goes
    cost_back_<profile>  float64  slot      of the opposite direction, where it differs anywhere
    name_ends, name_bytes                   the names, UTF-8
    area                 int32    4         west, south, east, north of where the streets are complete
    cell_*                                  the grid that finds the edges near a point

scipy wants its weights as float64 and would copy anything else at every search; whole numbers stay exact in it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

CLOSED = float(2**40)
UNREACHED = NONE = -1
TIES = 2**20  # so many starts can be told apart in one search; deciseconds below 2**33 stay exact beside them
CELL_UNITS = 10_000  # 0.001 degree of latitude: 111 m


def spare_places(nodes: int) -> int:
    """Rows kept for starts that are no nodes: a point beside an edge, the outlets of a category."""
    return max(1024, nodes // 16)


class Start(NamedTuple):
    """Where a search begins: up to two nodes, each with the deciseconds to it."""

    nodes: tuple[int, ...]
    ds: tuple[int, ...]


class Starts(NamedTuple):
    """Many starts as columns: how many nodes each has, those nodes one after the other, and the deciseconds to them."""

    counts: npt.NDArray[np.int64]
    nodes: npt.NDArray[np.int64]
    ds: npt.NDArray[np.int64]

    @classmethod
    def of(cls, starts: Sequence[Start]) -> "Starts":
        nodes = np.array([node for start in starts for node in start.nodes], dtype=np.int64)
        ds = np.array([ds for start in starts for ds in start.ds], dtype=np.int64)
        return cls(np.array([len(start.nodes) for start in starts], dtype=np.int64), nodes, ds)

    def numbers(self) -> npt.NDArray[np.int64]:
        """The number of the start that each node belongs to."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def part(self, first: int, last: int) -> "Starts":
        ends = np.concatenate([[0], np.cumsum(self.counts)])
        chosen = slice(int(ends[first]), int(ends[min(last, len(self.counts))]))
        return Starts(self.counts[first:last], self.nodes[chosen], self.ds[chosen])


class Found(NamedTuple):
    """Deciseconds to every node, inf beyond the limit, and the number of the start it was reached from, -1 for none."""

    ds: Floats
    start: Ints


class Rows:
    """The weights of one profile and direction, ready to be searched.

    Not for two threads at once: starts are written into the spare places at the end.
    """

    def __init__(
        self, nodes: int, indptr: npt.NDArray[Any], indices: npt.NDArray[Any], weights: npt.NDArray[Any]
    ) -> None:
        self.nodes, self.slots = nodes, int(indptr[nodes])
        self.spare = len(indptr) - nodes - 1
        self.indptr, self.indices, self.weights = indptr, indices, weights
        self._of_one = csr_matrix((nodes + 1, nodes + 1), dtype=np.float64)

    @classmethod
    def of(cls, arrays: Arrays, profile: str, *, back: bool = False) -> "Rows":
        name = f"cost_back_{profile}" if back else f"cost_{profile}"
        weights = arrays[name] if name in arrays else arrays[f"cost_{profile}"]
        return cls(len(arrays["lon"]), arrays["indptr"], arrays["indices"], weights)

    def from_one(self, start: Start, limit: float = np.inf) -> Floats:
        """Deciseconds from the start to every node, inf beyond the limit."""
        if not start.nodes:
            return np.full(self.nodes, np.inf)
        graph = self._with(Starts.of([start]), self._of_one)
        ds: Floats = dijkstra(graph, indices=self.nodes, limit=_bounded(limit))
        return ds[: self.nodes]

    def from_nearest(self, starts: "Starts", limit: float = np.inf) -> Found:
        """To each node from the nearest start; of equally near ones from that with the lowest number."""
        if len(starts.counts) > min(self.spare, TIES):
            return self._in_parts(starts, min(self.spare, TIES), limit)
        keys = self.keys(starts, limit)
        reached = np.isfinite(keys)
        ds = np.floor(keys)
        number = np.full(self.nodes, NONE, dtype=np.int32)
        np.multiply(np.subtract(keys, ds, where=reached, out=keys), TIES, out=number, where=reached, casting="unsafe")
        return Found(ds, number)

    def keys(self, starts: "Starts", limit: float) -> Floats:
        """Deciseconds to each node, and behind their point the number of the start: exact, and the lower one wins."""
        rows = self.nodes + len(starts.counts)
        graph = self._with(starts, csr_matrix((rows, rows), dtype=np.float64))
        self.weights[self.slots : self.slots + len(starts.nodes)] += starts.numbers() / TIES
        limit = _bounded(limit) + (TIES - 1) / TIES
        found: Floats = dijkstra(graph, indices=np.arange(self.nodes, rows), limit=limit, min_only=True)
        return found[: self.nodes]

    def _with(self, starts: "Starts", graph: csr_matrix) -> csr_matrix:
        """The rows with one more for each start, written into the spare places.

        Set by hand, because the constructor of csr_matrix copies a view of a larger array.
        """
        ends = self.slots + np.cumsum(starts.counts)
        last, rows = self.slots + len(starts.nodes), self.nodes + len(starts.counts)
        self.indices[self.slots : last] = starts.nodes
        self.weights[self.slots : last] = starts.ds
        self.indptr[self.nodes + 1 : rows + 1] = ends
        graph.indptr, graph.indices, graph.data = self.indptr[: rows + 1], self.indices[:last], self.weights[:last]
        return graph

    def _in_parts(self, starts: "Starts", size: int, limit: float) -> Found:
        """More starts than spare places: the best of several searches, the earlier one where they are equal."""
        ds = np.full(self.nodes, np.inf)
        start = np.full(self.nodes, NONE, dtype=np.int32)
        for offset in range(0, len(starts.counts), size):
            part = self.from_nearest(starts.part(offset, offset + size), limit)
            nearer = part.ds < ds
            ds[nearer], start[nearer] = part.ds[nearer], part.start[nearer] + offset
        return Found(ds, start)


def _bounded(limit: float) -> float:
    """A closed edge costs more than any limit, so nobody walks it."""
    return min(limit, CLOSED - 1)


def before(arrays: Arrays, profile: str, ds: Floats, node: int) -> int:
    """The node before this one on a shortest way of the search that gave `ds`, the lowest of equals; -1 at a start."""
    first, last = int(arrays["indptr"][node]), int(arrays["indptr"][node + 1])
    others, edges = arrays["indices"][first:last], arrays["slot_edge"][first:last]
    hither = np.where(arrays["edge_u"][edges] == others, arrays["slot_uv"][edges], arrays["slot_vu"][edges])
    leading = others[ds[others] + arrays[f"cost_{profile}"][hither] == ds[node]]
    return int(leading.min(initial=np.iinfo(np.int32).max)) if len(leading) else NONE


def names_of(arrays: Arrays, numbers: npt.NDArray[Any]) -> list[str]:
    """The names of these numbers, "" for -1."""
    ends, text = arrays["name_ends"], arrays["name_bytes"]
    return [bytes(text[ends[n] : ends[n + 1]]).decode() if n >= 0 else "" for n in numbers.tolist()]
