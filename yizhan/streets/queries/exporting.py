"""The network as two tables, so that anybody can check the engine with a Dijkstra of their own."""

import csv
from pathlib import Path

from yizhan.streets.queries.network import network_of
from yizhan.streets.rules.geometry import UNITS
from yizhan.streets.rules.network import CLOSED
from yizhan.streets.rules.snapping import Snap

NODES = ("node", "lon", "lat", "component")
PROFILES = ("adult", "elder", "wheels")
EDGES = ("from", "to", "length_m", *(f"{profile}_ds" for profile in PROFILES))


def export_csv(site: str, folder: Path) -> tuple[Path, Path]:
    """Write nodes.csv and edges.csv (one row per direction, empty where closed). Raises SiteNotFound."""
    arrays = network_of(site).arrays
    folder.mkdir(parents=True, exist_ok=True)
    nodes, edges = folder / "nodes.csv", folder / "edges.csv"
    with nodes.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(NODES)
        places = zip(arrays["lon"].tolist(), arrays["lat"].tolist(), arrays["component"].tolist(), strict=True)
        table.writerows((i, _degrees(lon), _degrees(lat), part) for i, (lon, lat, part) in enumerate(places))
    with edges.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(EDGES)
        for here, there, slot in (("edge_u", "edge_v", "slot_uv"), ("edge_v", "edge_u", "slot_vu")):
            costs = [arrays[f"cost_{profile}"][arrays[slot]].tolist() for profile in PROFILES]
            rows = zip(
                arrays[here].tolist(), arrays[there].tolist(), arrays["edge_length_cm"].tolist(), *costs, strict=True
            )
            table.writerows((a, b, _metres(cm), *map(_shown, ds)) for a, b, cm, *ds in rows)
    return nodes, edges


def ends_of(place: Snap) -> list[tuple[int, int]]:
    """(node, access_ds) for each end of its edge from which a place is reached: the rows of places.csv."""
    return list(zip(place.arriving.nodes, place.arriving.ds, strict=True))


def _degrees(units: int) -> str:
    return f"{units / UNITS:.7f}"


def _metres(cm: int) -> str:
    return f"{cm / 100:.2f}"


def _shown(ds: float) -> str:
    return "" if ds >= CLOSED else str(int(ds))
