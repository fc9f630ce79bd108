"""A walking network as plain arrays, and how it is searched.

Nodes are 0 to n-1, edges 0 to m-1. Every edge has two slots in the compressed rows, one for each direction.

    lon, lat             int32    node      1e-7 degree, WGS84
    closed               uint8    node      a bit for each profile that may not go on from here
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
UNREACHED = -1
CELL_UNITS = 10_000  # 0.001 degree of latitude: 111 m


def spare_places(nodes: int) -> int:
    """Rows kept for starts that are no nodes: a point beside an edge, the outlets of a category."""
    return max(1024, nodes // 16)


class Start(NamedTuple):
    """Where a search begins: up to two nodes, each with the deciseconds to it."""

    nodes: tuple[int, ...]
    ds: tuple[int, ...]


class Found(NamedTuple):
    """Deciseconds to every node (inf beyond the limit), the node before it (-9999), and the start it was reached from."""

    ds: Floats
    before: Ints
    start: Ints


class Rows:
    """The weights of one profile and direction, ready to be searched. Not for two threads at once: starts are written
    into the spare places at the end."""

    def __init__(self, arrays: Arrays, profile: str, *, back: bool = False) -> None:
        name = f"cost_back_{profile}" if back else f"cost_{profile}"
        self.nodes = len(arrays["lon"])
        self.slots = len(arrays["slot_edge"])
        self.spare = len(arrays["indptr"]) - self.nodes - 1
        self.weights = arrays[name] if name in arrays else arrays[f"cost_{profile}"]
        self.indices, self.indptr = arrays["indices"], arrays["indptr"]

    def search(self, starts: Sequence[Start], limit: float = np.inf) -> Found:
        """From each node and beyond it, the nearest start. Ties go to either."""
        if len(starts) > self.spare:
            return self._search_in_parts(starts, limit)
        graph = self._with(starts)
        rows = np.arange(self.nodes, self.nodes + len(starts))
        if len(starts) == 1:
            ds, before = dijkstra(graph, indices=int(rows[0]), limit=self._limit(limit), return_predecessors=True)
            start = np.zeros(0, dtype=np.int32)
        else:
            ds, before, start = dijkstra(
                graph, indices=rows, limit=self._limit(limit), min_only=True, return_predecessors=True
            )
            start = np.where(start[: self.nodes] < 0, UNREACHED, start[: self.nodes] - self.nodes).astype(np.int32)
        return Found(ds[: self.nodes], before[: self.nodes], start)

    def _limit(self, limit: float) -> float:
        return min(limit, CLOSED - 1)

    def _with(self, starts: Sequence[Start]) -> csr_matrix:
        """The rows with one more for each start, written into the spare places."""
        counts = np.array([len(start.nodes) for start in starts], dtype=np.int64)
        ends = self.slots + np.cumsum(counts)
        last, rows = int(ends[-1]), self.nodes + len(starts)
        self.indices[self.slots : last] = [node for start in starts for node in start.nodes]
        self.weights[self.slots : last] = [ds for start in starts for ds in start.ds]
        self.indptr[self.nodes + 1 : rows + 1] = ends
        # Set by hand: the constructor copies a view of a larger array.
        graph = csr_matrix((rows, rows), dtype=np.float64)
        graph.indptr, graph.indices, graph.data = self.indptr[: rows + 1], self.indices[:last], self.weights[:last]
        return graph

    def _search_in_parts(self, starts: Sequence[Start], limit: float) -> Found:
        """More starts than spare places: the best of several searches."""
        best: Found | None = None
        for offset in range(0, len(starts), self.spare):
            part = self.search(starts[offset : offset + self.spare], limit)
            start = np.zeros(self.nodes, np.int32) if not len(part.start) else part.start
            start = np.where(np.isfinite(part.ds), start + offset, UNREACHED).astype(np.int32)
            if best is None:
                best = Found(part.ds, part.before, start)
                continue
            nearer = part.ds < best.ds
            best = Found(
                np.where(nearer, part.ds, best.ds),
                np.where(nearer, part.before, best.before),
                np.where(nearer, start, best.start),
            )
        assert best is not None
        return best


def names_of(arrays: Arrays, numbers: npt.NDArray[Any]) -> list[str]:
    """The names of these numbers, "" for -1."""
    ends, text = arrays["name_ends"], arrays["name_bytes"]
    return [bytes(text[ends[n] : ends[n + 1]]).decode() if n >= 0 else "" for n in numbers.tolist()]
