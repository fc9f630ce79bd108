"""Walking times from the exported tables alone: a snapping by brute force, costs by hand, scipy's Dijkstra.

It shares no code with the engine; it follows what streets' README says.
"""

import csv
from collections import defaultdict
from math import cos, floor, radians
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

RADIUS_M = 6_371_008.8
CM_A_MINUTE = {"adult": 8000, "elder": 4800, "wheels": 4740}
FAR = float("inf")


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


class Tables:
    """nodes.csv, edges.csv and places.csv."""

    def __init__(self, folder: Path) -> None:
        nodes = _rows(folder / "nodes.csv")
        self.lon = np.array([float(row["lon"]) for row in nodes])
        self.lat = np.array([float(row["lat"]) for row in nodes])
        rows = _rows(folder / "edges.csv")
        half = len(rows) // 2  # every edge stands there once in each direction, in the same order
        self.u = np.array([int(row["from"]) for row in rows[:half]])
        self.v = np.array([int(row["to"]) for row in rows[:half]])
        self.costs = {
            profile: np.array([float(row[f"{profile}_ds"] or FAR) for row in rows]) for profile in CM_A_MINUTE
        }
        self.half = half
        self.west, self.east = (
            np.minimum(self.lon[self.u], self.lon[self.v]),
            np.maximum(self.lon[self.u], self.lon[self.v]),
        )
        self.south, self.north = (
            np.minimum(self.lat[self.u], self.lat[self.v]),
            np.maximum(self.lat[self.u], self.lat[self.v]),
        )
        self.graphs = {profile: self._graph(profile) for profile in CM_A_MINUTE}
        self.places: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for row in _rows(folder / "places.csv"):
            self.places[row["profile"], row["id"]].append((int(row["node"]), int(row["access_ds"])))

    def _graph(self, profile: str) -> csr_matrix:
        costs = self.costs[profile]
        open_ones = np.flatnonzero(np.isfinite(costs))
        here, there = np.concatenate([self.u, self.v]), np.concatenate([self.v, self.u])
        size = len(self.lon)
        graph = csr_matrix((costs[open_ones], (here[open_ones], there[open_ones])), shape=(size, size))
        assert graph.nnz == len(open_ones), "two edges between the same nodes would have been added up"
        return graph

    def snap(self, lon: float, lat: float, profile: str) -> tuple[int, float, int] | None:
        """(edge, along, deciseconds to it) of the nearest edge that is open one way at least, within 250 m."""
        return next(iter(self.snaps(lon, lat, profile)), None)

    def snaps(self, lon: float, lat: float, profile: str) -> list[tuple[int, float, int]]:
        """The nearest edge and all that floating point cannot tell from it: several where streets meet."""
        east, north = radians(1) * RADIUS_M * cos(radians(lat)), radians(1) * RADIUS_M
        wide, high = 260 / east, 260 / north
        near = (self.west <= lon + wide) & (self.east >= lon - wide)
        near &= (self.south <= lat + high) & (self.north >= lat - high)
        costs = self.costs[profile]
        near &= np.isfinite(costs[: self.half]) | np.isfinite(costs[self.half :])
        edges = np.flatnonzero(near)
        u, v = self.u[edges], self.v[edges]
        ax, ay = (self.lon[u] - lon) * east, (self.lat[u] - lat) * north
        dx, dy = (self.lon[v] - lon) * east - ax, (self.lat[v] - lat) * north - ay
        square = dx * dx + dy * dy
        along = np.clip(-(ax * dx + ay * dy) / np.where(square == 0, 1, square), 0, 1)
        metres = np.hypot(ax + along * dx, ay + along * dy)
        if metres.min(initial=FAR) > 250:
            return []
        speed = CM_A_MINUTE[profile]
        return [
            (int(edges[n]), float(along[n]), half_up(floor(metres[n] * 100 + 0.5) * 600, speed))
            for n in np.flatnonzero(metres < metres.min() + 1e-6).tolist()
        ]

    def leaving(self, snap: tuple[int, float, int], profile: str) -> list[tuple[int, int]]:
        edge, along, walk = snap
        ahead, back = self.costs[profile][edge], self.costs[profile][self.half + edge]
        return self._ends([(int(self.u[edge]), back, along), (int(self.v[edge]), ahead, 1 - along)], walk)

    def arriving(self, snap: tuple[int, float, int], profile: str) -> list[tuple[int, int]]:
        edge, along, walk = snap
        ahead, back = self.costs[profile][edge], self.costs[profile][self.half + edge]
        return self._ends([(int(self.u[edge]), ahead, along), (int(self.v[edge]), back, 1 - along)], walk)

    @staticmethod
    def _ends(ends: list[tuple[int, float, float]], walk: int) -> list[tuple[int, int]]:
        return [
            (node, walk + (floor(cost * part + 0.5) if part else 0))
            for node, cost, part in ends
            if cost < FAR or not part
        ]

    def from_point(self, starts: list[tuple[int, int]], profile: str, limit: int) -> np.ndarray:  # type: ignore[type-arg]
        """Deciseconds to every node."""
        [found] = self.from_points([starts], profile, limit)
        return found

    def from_points(self, points: list[list[tuple[int, int]]], profile: str, limit: int) -> np.ndarray:  # type: ignore[type-arg]
        """A row of deciseconds to every node for each point, by a further node that leads to its starts."""
        graph, size = self.graphs[profile], len(self.lon)
        starts = [start for each in points for start in each]
        indices = np.concatenate([graph.indices, np.array([node for node, _ds in starts], dtype=int)])
        data = np.concatenate([graph.data, np.array([ds + 1.0 for _node, ds in starts])])  # scipy has no edge of 0
        indptr = np.concatenate([graph.indptr, len(graph.indices) + np.cumsum([len(each) for each in points])])
        whole = csr_matrix((data, indices, indptr), shape=(size + len(points), size + len(points)))
        return dijkstra(whole, indices=np.arange(size, size + len(points)), limit=limit + 1)[:, :size] - 1

    def along_ds(self, here: tuple[int, float, int], there: tuple[int, float, int], profile: str) -> float:
        """Between two points on one edge, without leaving it."""
        (edge, a, walk_a), (other, b, walk_b) = here, there
        if edge != other:
            return FAR
        cost = 0.0 if a == b else self.costs[profile][edge if b > a else self.half + edge]
        return FAR if cost == FAR else walk_a + floor(cost * abs(b - a) + 0.5) + walk_b


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
