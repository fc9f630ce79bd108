"""How fast the city's walks are found, beside bare scipy on the same rows, and pandana where it is installed.

The city is generated: crossings 80 m apart, some streets missing, some steps, gates and signals. Outlets stand at
crossings, so that bare searches from crossings must give the same deciseconds. pandana is AGPL-3 and no part of the
product: it runs in an environment of its own (`make peers`), in a process of its own, and is left out where it is not.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from threading import Barrier
from typing import Any

import numpy as np
from django.db import connection, connections, transaction
from django.test import Client
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bench.floor import sql
from bench.harness import Row, in_turn, must_agree, percentile, row, seconds
from yizhan.config.env import PROJECT
from yizhan.kernel.api import Actor, geo, ids, times
from yizhan.places import api as places
from yizhan.reach import api as reach
from yizhan.reach.queries import coverage
from yizhan.reach.queries.homes import homes_of
from yizhan.reach.queries.standards import BASIC, get_list
from yizhan.reach.services.live import _count_category
from yizhan.streets import api as streets
from yizhan.streets.testing import bytes_of_copies, grid_city

SCHEMA = ""
US = Actor.system("bench")
SITE = "benchtown"
UNITS = 1e7
COMMUNITY = "450103001005"
PEERS = PROJECT / "var" / "bench" / "peers" / "bin" / "python"
PEER_S = 420
TWELVE = places.BASIC_TWELVE
_OPEN = ("Mo-Su 08:00-22:00", "Mo-Su 06:00-19:00", "24/7", "Mo-Fr 09:00-18:00", "")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    side: int
    outlets: int  # of each category, more of the common ones
    homes: int
    rounds: int
    openings: int
    origins: int
    pages: int
    growth: tuple[int, ...] = ()
    ways_side: int = 0
    is_judged: bool = True


FULL = Sizes(
    side=457, outlets=100, homes=20_000, rounds=5, openings=3, origins=300, pages=200, growth=(141, 1000), ways_side=770
)
QUICK = Sizes(side=80, outlets=20, homes=500, rounds=3, openings=1, origins=80, pages=20, is_judged=False)


def prepare() -> None:
    from yizhan.config import setup

    setup.load_reference_data()


def rows(*, quick: bool) -> Iterator[Row]:
    sizes = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        city = make_city(Path(folder), sizes)
        yield from nearest_for_all(city, sizes)
        yield one_origin(city, sizes)
        yield from opening_beside_counting_anew(city, sizes)
        yield city_at_an_hour(city, sizes)
        yield from page_json(city, sizes)
        yield from memory_and_restart(city, sizes)
        for side in sizes.growth:
            yield grown(Path(folder), side, sizes)
        if sizes.ways_side:
            yield from importing(Path(folder), sizes.ways_side)


# ── a city ──


@dataclass(frozen=True)
class City:
    site: streets.SiteView
    network: streets.Network
    nodes: dict[str, list[int]]  # of the outlets of each category
    node_of: dict[str, int]  # by the outlet's name


def make_city(folder: Path, sizes: Sizes) -> City:
    site = _imported(folder, SITE, sizes.side)
    network = streets.network(site)
    chance = random.Random(7)
    reachable = _reachable(network)
    nodes = {
        category: chance.sample(reachable, max(2, sizes.outlets * (1 + 5 * (number < 4)) // 2))
        for number, category in enumerate(TWELVE)
    }
    outlets = [
        places.OutletRow(
            name=_name(chance), category=category, hours=chance.choice(_OPEN), ref=f"{category}-{n}",
            lon=_degrees(network, node)[0], lat=_degrees(network, node)[1],
        )
        for category, chosen in nodes.items() for n, node in enumerate(chosen)
    ]  # fmt: skip
    now = times.utc_now()
    report = places.import_outlets(rows=outlets, site=SITE, actor=US, at=now, source="bench")
    must_agree("outlets refused", 0, len(report.refused))
    reach.bring_up_to_date(site=SITE, actor=US, at=now)
    _put_homes(network, chance.choices(reachable, k=sizes.homes), chance)
    with transaction.atomic():
        for category in TWELVE:
            _count_category(site, category)
    node_of = {row.name: node for row, node in zip(outlets, [n for some in nodes.values() for n in some], strict=True)}
    return City(site, network, nodes, node_of)


def _name(chance: random.Random) -> str:
    """Like no other, so that none is taken for a neighbour's."""
    return "".join(chr(chance.randrange(0x4E00, 0x9F00)) for _ in range(6))


def _imported(folder: Path, name: str, side: int) -> streets.SiteView:
    path = grid_city(folder / f"{name}.osm.pbf", side, seed=side)
    return streets.import_network(name=name, path=path, datum=geo.Datum.WGS84, actor=US, at=times.utc_now())


def _reachable(network: streets.Network) -> list[int]:
    """Crossings that an adult gets to, where the streets are complete."""
    arrays, site = network.arrays, network.site
    used = arrays["usable_adult"] == 1
    ends = np.concatenate([arrays["edge_u"][used], arrays["edge_v"][used]])
    chosen = (arrays["component"] == 0) & (np.bincount(ends, minlength=network.nodes) > 0)
    lon, lat = arrays["lon"] / UNITS, arrays["lat"] / UNITS
    chosen &= (lon > site.west) & (lon < site.east) & (lat > site.south) & (lat < site.north)
    return [int(node) for node in np.flatnonzero(chosen)]


def _degrees(network: streets.Network, node: int) -> tuple[float, float]:
    return int(network.arrays["lon"][node]) / UNITS, int(network.arrays["lat"][node]) / UNITS


def _put_homes(network: streets.Network, nodes: Sequence[int], chance: random.Random) -> None:
    """Buildings some thirty metres beside crossings, straight into the table of homes."""
    points = [_degrees(network, node) for node in nodes]
    sql(
        "INSERT INTO reach_home (site, home_id, community, title, lon, lat, dwellings, is_sample)"
        " SELECT %s, gen_random_uuid(), %s, '1栋', lon, lat, 24, true"
        " FROM unnest(%s::float[], %s::float[]) t(lon, lat)",
        SITE,
        COMMUNITY,
        [lon + chance.uniform(-3e-4, 3e-4) for lon, _lat in points],
        [lat + chance.uniform(-3e-4, 3e-4) for _lon, lat in points],
    )
    sql("UPDATE reach_livesite SET homes_version = homes_version + 1 WHERE site = %s", SITE)


# ── searches ──


def _bare(network: streets.Network, profile: str = "adult") -> csr_matrix:
    """The same rows as scipy would have them: closed stretches left out, nothing to spare."""
    arrays = network.arrays
    count = network.nodes
    first = arrays["indptr"][: count + 1].astype(np.int64)
    slots = int(first[-1])
    costs = arrays[f"cost_{profile}"][:slots].astype(np.float64)
    here = np.repeat(np.arange(count), np.diff(first))
    is_open = costs < 2**39
    return csr_matrix(
        (costs[is_open], (here[is_open], arrays["indices"][:slots][is_open])), shape=(count, count), dtype=np.float64
    )


def nearest_for_all(city: City, sizes: Sizes) -> Iterator[Row]:
    graph = _bare(city.network)
    placed = {category: _placed(city, nodes) for category, nodes in city.nodes.items()}

    def floor(_: int) -> float:
        return seconds(lambda: [_bare_nearest(graph, nodes) for nodes in city.nodes.values()])

    def product(_: int) -> float:
        return seconds(lambda: [city.network.nearest(one, "adult") for one in placed.values()])

    for category, nodes in city.nodes.items():
        bare = np.where(np.isfinite(found := _bare_nearest(graph, nodes)), found, -1).astype(np.int64)
        differing = int((bare != city.network.nearest(placed[category], "adult").ds).sum())
        must_agree(f"deciseconds to the nearest {category} that differ", 0, differing)
    bare_s, own_s = in_turn(sizes.rounds, floor, product)
    peer, prepared = (_pandana(city) if sizes.is_judged else None) or (None, None)
    name = f"nearest of 12 categories for all of {city.network.nodes} nodes"
    yield row(name, own_s, "s", floor=bare_s, peer=peer, at_most=1.0 if sizes.is_judged else None)
    yield row(
        f"{name}, beside bare scipy", own_s, "s", floor=bare_s, peer=peer, ratio_at_most=1.3 if sizes.is_judged else 2
    )
    if prepared is not None:
        yield row("pandana, getting its network ready before that", prepared, "s")


def _placed(city: City, nodes: Sequence[int]) -> streets.Placed:
    points = [geo.Point(*_degrees(city.network, node), geo.Datum.WGS84) for node in nodes]
    return streets.Placed.of([city.network.snap(point, "adult") for point in points])


def _bare_nearest(graph: csr_matrix, nodes: Sequence[int]) -> Any:
    """With the outlet that each is nearest to, as the product gives it."""
    found, _before, _which = dijkstra(graph, indices=nodes, min_only=True, return_predecessors=True)
    return found


def _pandana(city: City) -> tuple[float, float] | None:
    """Seconds of the same searches, and of getting ready for them; equal answers checked. None, which is said, where
    it is not installed or is not done in the time that a benchmark may take.
    """
    if not PEERS.exists():
        sys.stderr.write("pandana: not installed (make peers)\n")
        return None
    arrays = city.network.arrays
    costs = arrays["cost_adult"][arrays["slot_uv"]]
    used = costs < 2**39
    limit = 9000  # fifteen minutes, as pandana is used
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.npz", Path(folder) / "out.npz"
        columns: dict[str, Any] = {f"outlets_{n}": np.array(nodes) for n, nodes in enumerate(city.nodes.values())}
        np.savez(
            source,
            lon=arrays["lon"] / UNITS,
            lat=arrays["lat"] / UNITS,
            edge_from=arrays["edge_u"][used],
            edge_to=arrays["edge_v"][used],
            ds=costs[used],
            limit=limit,
            **columns,
        )
        script = PROJECT / "bench" / "peers" / "pandana_nearest.py"
        try:
            done = subprocess.run(
                [PEERS, script, source, target], capture_output=True, text=True, check=False, timeout=PEER_S
            )
        except subprocess.TimeoutExpired:
            sys.stderr.write(f"pandana: not done after {PEER_S} s\n")
            return None
        if done.returncode:
            sys.stderr.write(f"pandana: failed: {done.stderr[-300:]}\n")
            return None
        told = np.load(target)
        for number, nodes in enumerate(city.nodes.values()):
            own = city.network.nearest(_placed(city, nodes), "adult").ds
            own = np.where((own < 0) | (own > limit), limit, own)
            differing = int((np.rint(told[f"ds_{number}"]).astype(np.int64) != own).sum())
            must_agree("deciseconds that pandana has otherwise", 0, differing)
        return float(told["seconds"]), float(told["prepared"])


def one_origin(city: City, sizes: Sizes) -> Row:
    """From any crossing, snapped already: what is within fifteen minutes, of all categories."""
    graph, limit = _bare(city.network), 9000.0
    standing = reach.standing(city.site, "adult", on=times.local_day(times.utc_now()))
    at = np.array([city.node_of[one.name] for one in standing.outlets])
    chance = random.Random(3)
    chosen = chance.sample(_reachable(city.network), sizes.origins)
    snaps = [city.network.snap(geo.Point(*_degrees(city.network, n), geo.Datum.WGS84), "adult") for n in chosen]
    for node, snap in zip(chosen[:40], snaps, strict=False):
        bare = dijkstra(graph, indices=node, limit=limit)[at]
        own = _within(city.network, snap, standing.placed)
        must_agree("outlets within reach", np.where(np.isfinite(bare), bare, -1).astype(int).tolist(), own.tolist())
    floors = [seconds(partial(dijkstra, graph, indices=node, limit=limit)) for node in chosen]
    owns = [seconds(partial(_within, city.network, snap, standing.placed)) for snap in snaps]
    return row(
        f"one origin, all categories, 15 minutes, {len(at)} outlets, p50",
        median(owns) * 1000,
        "ms",
        floor=median(floors) * 1000,
        ratio_at_most=1.5 if sizes.is_judged else 4,
    )


def _within(network: streets.Network, snap: streets.Snap, outlets: streets.Placed) -> Any:
    return network.walk(snap, limit_s=900).to_many(outlets)


# ── the live table ──


def opening_beside_counting_anew(city: City, sizes: Sizes) -> Iterator[Row]:
    """One outlet of each kind opens and closes again; the floor counts its whole category."""
    chance, opened, closed, whole = random.Random(5), [], [], []
    for category in TWELVE:
        for _ in range(sizes.openings):
            whole.append(seconds(partial(_anew, city.site, category)))
            node = chance.choice(city.nodes[chance.choice(TWELVE)])
            lon, lat = _degrees(city.network, node)
            entry = places.OutletRow(
                name=_name(chance), category=category, lon=lon + 2e-4, lat=lat, ref=str(ids.new_id())
            )
            places.import_outlets(rows=[entry], site=SITE, actor=US, at=times.utc_now(), source="bench")
            opened.append(seconds(_up_to_date))
            [new] = [one for one in _standing_now() if one.name == entry.name]
            places.close_outlet(outlet_id=new.outlet_id, actor=US, at=times.utc_now())
            closed.append(seconds(_up_to_date))
    must_agree("rows that counting anew has otherwise", (), reach.disagreements(city.site))
    bar = 0.2 if sizes.is_judged else 2  # a small category is counted in no time
    name = f"taken in by the table of {sizes.homes} homes, 3 profiles, p50"
    yield row(
        f"an outlet that opens, {name}", median(opened) * 1000, "ms", floor=median(whole) * 1000, ratio_at_most=bar
    )
    yield row(f"an outlet that closes, {name}", median(closed) * 1000, "ms", floor=median(whole) * 1000)


def _anew(site: streets.SiteView, category: str) -> None:
    with transaction.atomic():
        _count_category(site, category)


def _up_to_date() -> None:
    reach.bring_up_to_date(site=SITE, actor=US, at=times.utc_now())


def _standing_now() -> tuple[places.OutletView, ...]:
    return places.outlets_of(SITE, on=times.local_day(times.utc_now()))


def city_at_an_hour(city: City, sizes: Sizes) -> Row:
    """The twelve basic needs at 21:00 for every home, nothing remembered."""
    limits = get_list(BASIC).minutes
    homes_of(city.site, "adult")
    first = times.utc_now().replace(hour=13, minute=0)
    asked = partial(coverage.figures, city.site, profile="adult", limits=limits)
    taken = [seconds(partial(asked, at=first + timedelta(minutes=n))) for n in range(sizes.rounds)]
    name = f"open at 21:00, 12 categories, {sizes.homes} homes, {city.network.nodes} nodes"
    return row(name, median(taken), "s", at_most=1.0)


# ── pages ──


def page_json(city: City, sizes: Sizes) -> Iterator[Row]:
    """The JSON of the circle's map through the whole stack of the server, in process; then twenty at once."""
    chance = random.Random(11)
    points = [_degrees(city.network, chance.choice(nodes)) for nodes in city.nodes.values() for _ in range(3)]
    clients = [_client_at(*point) for point in points[:20]]
    for client in clients:
        _get(client)
    taken = [_get(clients[n % len(clients)]) for n in range(sizes.pages)]
    yield row(
        "page JSON of a circle, server time, p95", percentile(taken, 0.95) * 1000, "ms",
        at_most=60 if sizes.is_judged else 400,
    )  # fmt: skip
    begin = Barrier(20)

    def one(client: Client) -> float:
        connection.ensure_connection()
        begin.wait(20)
        found = _get(client)
        connections.close_all()
        return found

    with ThreadPoolExecutor(20) as pool:
        worst = max(max(pool.map(one, clients)) for _ in range(sizes.rounds))
    yield row("twenty circles at once, the slowest", worst, "s", at_most=1.0 if sizes.is_judged else 5)


def _client_at(lon: float, lat: float) -> Client:
    """A reader whose session keeps a point."""
    client = Client(headers={"host": "localhost"})
    answer = client.post("/reach/start/", {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "datum": "wgs84"})
    must_agree("a start is taken", 302, answer.status_code)
    return client


def _get(client: Client) -> float:
    begun = time.perf_counter()
    answer = client.get("/reach/map/", {"from": "here"})
    taken = time.perf_counter() - begun
    must_agree("a circle", 200, answer.status_code)
    return taken


# ── a process of its own ──

_CHILD = """
import json, sys, time
import django
django.setup()
from bench.harness import point_django_at
point_django_at(sys.argv[1])
from bench.reach import private_mb, searched
before = private_mb()
print(json.dumps(searched(sys.argv[2], before)))
"""


def private_mb() -> float:
    """Memory of this process that it shares with nobody and that no file stands behind."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        found = {line.split(":")[0]: line.split()[1] for line in file if line.endswith("kB\n")}
    return int(found["Anonymous"]) / 1024


def peak_mb() -> float:
    """The most memory that this program had, of files mapped too; what getrusage says begins with the parent's."""
    with open("/proc/self/status", encoding="ascii") as file:
        [peak] = (line.split()[1] for line in file if line.startswith("VmHWM:"))
    return int(peak) / 1024


def searched(site: str, before: float) -> dict[str, float]:
    """In a fresh process: seconds until the first circle, memory after many searches, of the whole city too."""
    begun = time.perf_counter()
    view = streets.get_site(site)
    network = streets.network(view)
    lon, lat = (view.west + view.east) / 2, (view.south + view.north) / 2
    network.walk(network.snap(geo.Point(lon, lat, geo.Datum.WGS84), "adult"), limit_s=900).circle()
    ready = time.perf_counter() - begun
    chance = random.Random(2)
    for _ in range(300):
        point = geo.Point(chance.uniform(view.west, view.east), chance.uniform(view.south, view.north), geo.Datum.WGS84)
        snap = network.find_snap(point, "elder")
        if snap:
            network.walk(snap, limit_s=900)
    for profile in (one.name for one in network.profiles.profiles):
        network.nearest([network.snap(geo.Point(lon, lat, geo.Datum.WGS84), profile)], profile)
    copies = bytes_of_copies(view.digest)
    return {"ready": ready, "private": private_mb() - before, "shared": (view.size + copies) / 2**20}


def memory_and_restart(city: City, sizes: Sizes) -> Iterator[Row]:
    told = _in_child(_CHILD, SITE)
    name = f"{city.network.nodes} nodes"
    yield row(f"private memory of a process for the network, {name}", told["private"], "MB", at_most=40)
    yield row(f"shared map of the network and its contracted copies, {name}", told["shared"], "MB", at_most=120)
    yield row(f"from a restart to the first circle, {name}", told["ready"], "s", at_most=1.0 if sizes.is_judged else 5)


def _in_child(program: str, *arguments: str) -> dict[str, float]:
    parameters = connection.get_connection_params()
    url = f"postgresql://{parameters['user']}@/{parameters['dbname']}?host={parameters['host']}"
    if parameters.get("port"):
        url += f"&port={parameters['port']}"
    done = subprocess.run(
        [sys.executable, "-c", program, url, *arguments],
        capture_output=True, text=True, check=False, cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "yizhan.config.settings", "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


# ── growth ──


def grown(folder: Path, side: int, sizes: Sizes) -> Row:
    """The same searches on a smaller and a larger city, outlets in proportion."""
    site = _imported(folder, f"grown{side}", side)
    network = streets.network(site)
    chance = random.Random(side)
    reachable = _reachable(network)
    share = sizes.outlets * side * side // (sizes.side * sizes.side)
    nodes = {category: chance.sample(reachable, max(2, share)) for category in TWELVE}
    city = City(site, network, nodes, {})
    graph = _bare(network)
    placed = [_placed(city, one) for one in nodes.values()]
    floor, own = in_turn(
        1 if network.nodes > 500_000 else 3,  # a minute a round
        lambda _: seconds(lambda: [_bare_nearest(graph, one) for one in nodes.values()]),
        lambda _: seconds(lambda: [network.nearest(one, "adult") for one in placed]),
    )
    return row(f"nearest of 12 categories for all of {network.nodes} nodes", own, "s", floor=floor)


_IMPORT = """
import json, sys, time
import django
django.setup()
from bench.harness import point_django_at
point_django_at(sys.argv[1])
from bench.reach import US, peak_mb
from yizhan.kernel.api import geo, times
from yizhan.streets import api as streets
before = peak_mb()
begun = time.perf_counter()
streets.import_network(name="ways", path=sys.argv[2], datum=geo.Datum.WGS84, actor=US, at=times.utc_now())
print(json.dumps({"seconds": time.perf_counter() - begun, "peak": peak_mb() - before, "whole": peak_mb()}))
"""


def importing(folder: Path, side: int) -> Iterator[Row]:
    """A file of a million ways, read in a process of its own."""
    path = grid_city(folder / "ways.osm.pbf", side, seed=9)
    told = _in_child(_IMPORT.replace("path=sys.argv[2]", "path=__import__('pathlib').Path(sys.argv[2])"), str(path))
    yield row(f"import of a file of about {side * side * 17 // 10} ways", told["seconds"], "s")
    yield row("import, peak memory above the start", told["peak"], "MB")
    yield row("import, peak memory of the process", told["whole"], "MB")
