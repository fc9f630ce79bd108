"""A Dijkstra and a snapping of their own, on the exported tables: slow, obvious, and without any of our code."""

import csv
import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

RADIUS_M = 6_371_008.8
FAR = 10**12


class Tables:
    """nodes.csv and edges.csv as dictionaries."""

    def __init__(self, folder: Path) -> None:
        with (folder / "nodes.csv").open(encoding="utf-8") as file:
            self.nodes = {int(r["node"]): (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)}
        self.onward: dict[str, dict[int, list[tuple[int, int]]]] = {}
        self.edges: dict[tuple[int, int], dict[str, str]] = {}
        with (folder / "edges.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self.edges[int(row["from"]), int(row["to"])] = row
        for profile in ("adult", "elder", "wheels"):
            ways: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for (here, there), row in self.edges.items():
                if row[f"{profile}_ds"]:
                    ways[here].append((there, int(row[f"{profile}_ds"])))
            self.onward[profile] = ways

    def from_starts(self, starts: Iterable[tuple[int, int]], profile: str, limit: int) -> dict[int, int]:
        """Deciseconds to every node within the limit."""
        found: dict[int, int] = {}
        queue = [(ds, node) for node, ds in starts if ds <= limit]
        heapq.heapify(queue)
        onward = self.onward[profile]
        while queue:
            ds, node = heapq.heappop(queue)
            if node in found:
                continue
            found[node] = ds
            for there, cost in onward[node]:
                if there not in found and ds + cost <= limit:
                    heapq.heappush(queue, (ds + cost, there))
        return found

    def nearest_m(self, lon: float, lat: float, profile: str) -> float:
        """Metres to the nearest edge that the profile may use, one way at least."""
        east = math.radians(1) * RADIUS_M * math.cos(math.radians(lat))
        north = math.radians(1) * RADIUS_M
        best = math.inf
        for (here, there), row in self.edges.items():
            if not row[f"{profile}_ds"]:
                continue
            (ax, ay), (bx, by) = (
                ((self.nodes[n][0] - lon) * east, (self.nodes[n][1] - lat) * north) for n in (here, there)
            )
            dx, dy = bx - ax, by - ay
            square = dx * dx + dy * dy
            part = 0.0 if square == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / square))
            best = min(best, math.hypot(ax + part * dx, ay + part * dy))
        return best
