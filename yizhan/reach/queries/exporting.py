"""The tables by which anybody can check the engine with a Dijkstra of their own."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from yizhan.reach.queries.standing import Standing, standing
from yizhan.streets import api as streets

PLACES = ("id", "category", "profile", "node", "access_ds")
_FAR = 2**40


def export_tables(site: str, folder: Path, *, on: date) -> tuple[Path, Path, Path]:
    """Write nodes.csv, edges.csv and places.csv, a row for each end of its edge from which an outlet is reached."""
    nodes, edges = streets.export_csv(site, folder)
    view = streets.get_site(site)
    path = folder / "places.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(PLACES)
        for profile in streets.network(view).profiles.profiles:
            table.writerows(_rows(standing(view, profile.name, on=on)))
    return nodes, edges, path


def _rows(made: Standing) -> Iterator[tuple[str, str, str, int, int]]:
    ends = zip(made.placed.arriving.tolist(), made.placed.arriving_ds.tolist(), strict=True)
    for outlet, (nodes, access) in zip(made.outlets, ends, strict=True):
        for node, ds in zip(nodes, access, strict=True):
            if ds < _FAR:
                yield str(outlet.outlet_id), outlet.category, made.profile, node, ds
