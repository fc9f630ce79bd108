"""The table of nearest outlets follows the outlets, the homes and the network.

An outlet that opens is searched from outward, and taken by the homes that it is nearer to; one that closes leaves homes
behind, and those alone are asked for the next. Whatever the way, the table is what counting anew would give: it is a
function of the outlets held, the homes and the network. A site's row is locked while its table is written, and what to
do is read from what is there, never from the order in which facts arrive.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from django.db import connection, transaction

from yizhan.kernel.api import Actor, Subject, audit, live, times
from yizhan.places import api as places
from yizhan.reach.models import HeldOutlet, Home, LiveSite
from yizhan.reach.queries.homes import Homes, homes_of
from yizhan.reach.queries.nearest import Rows, held, held_categories, nearest_of
from yizhan.reach.rules.live import (
    LIMIT_DS,
    Difference,
    Held,
    box_round,
    differences,
    farthest_m,
    first_limit,
    is_whole_cheaper,
)
from yizhan.reach.services.months import set_next_month
from yizhan.streets import api as streets
from yizhan.territory import api as territory

LIVE = "reach.site"
CITY = "4501"
_PAGE = 2000
_CLOSED = places.OutletState.CLOSED


def may_follow(_actor: Actor, _site: str) -> bool:
    """Figures of a site are for everybody, so is hearing that one has changed."""
    return True


@transaction.atomic
def bring_up_to_date(*, site: str, actor: Actor, at: datetime) -> int:
    """Take in what has changed in places; everything anew where the network is another. Gives the table's version."""
    view = _find_site(site)
    if view is None:
        return 0
    row = _locked(site)
    if row.network_id != view.version_id:
        return _count_all(view, row, actor, at)
    day = times.local_day(at)
    version = places.site_version(site)
    changed = places.changes_since(site, row.places_version, on=day)
    touched = _follow(view, changed)
    row.places_version = version
    return _done(row, touched, at)


@transaction.atomic
def count_anew(*, site: str, actor: Actor, at: datetime) -> int:
    """Everything of the site from the start: homes, outlets, table. Raises streets.SiteNotFound."""
    view = streets.get_site(site)
    return _count_all(view, _locked(site), actor, at)


def _find_site(name: str) -> streets.SiteView | None:
    return next((one for one in streets.sites() if one.name == name), None)


def _locked(site: str) -> LiveSite:
    LiveSite.objects.bulk_create([LiveSite(site=site)], ignore_conflicts=True)
    return LiveSite.objects.select_for_update().get(pk=site)


def _done(row: LiveSite, touched: int, at: datetime) -> int:
    if touched:
        row.version += 1
        row.updated_at = at
        live.announce(LIVE, row.site)
    row.save(update_fields=["version", "places_version", "network_id", "homes_version", "updated_at"])
    return row.version


# ── everything ──


def _count_all(view: streets.SiteView, row: LiveSite, actor: Actor, at: datetime) -> int:
    row.places_version = places.site_version(view.name)
    row.network_id = view.version_id
    row.homes_version += _refresh_homes(view)
    row.save(update_fields=["homes_version"])
    standing = [_held_of(one) for one in places.outlets_of(view.name, on=times.local_day(at)) if one.state != _CLOSED]
    before = set(held_categories(view.name))
    HeldOutlet.objects.filter(site=view.name).delete()
    HeldOutlet.objects.bulk_create((_row_of(view.name, one) for one in standing), batch_size=_PAGE)
    touched = sum(_count_category(view, category) for category in sorted(before | {one.category for one in standing}))
    audit(actor, "reach.table.counted", Subject(streets.SITE, str(view.id)), outlets=len(standing), rows=touched)
    set_next_month(view.name, times.local_day(at))
    return _done(row, max(touched, 1), at)


def _count_category(view: streets.SiteView, category: str) -> int:
    outlets = held(view.name, category)
    network = streets.network(view)
    touched = 0
    for profile in network.profiles.profiles:
        rows = nearest_of(network, outlets, homes_of(view, profile.name))
        touched += _write_whole(view.name, category, profile.name, rows)
    return touched


def _refresh_homes(view: streets.SiteView) -> int:
    """Take the homes over as territory knows them now. Gives 1 where any is different, else 0."""
    known = {one.home_id: one for one in Home.objects.filter(site=view.name)}
    new, changed = [], []
    for page in _pages_of_homes((view.west, view.south, view.east, view.north)):
        for home in page:
            fresh = _home_of(view.name, home)
            old = known.pop(home.home_id, None)
            if old is None:
                new.append(fresh)
            elif any(getattr(old, name) != getattr(fresh, name) for name in _HOME_FIELDS):
                fresh.pk = old.pk
                changed.append(fresh)
    Home.objects.bulk_create(new, batch_size=_PAGE)
    Home.objects.bulk_update(changed, _HOME_FIELDS, batch_size=_PAGE)
    Home.objects.filter(pk__in=[one.pk for one in known.values()]).delete()
    return int(bool(new or changed or known))


_HOME_FIELDS = ("community", "title", "lon", "lat", "dwellings", "is_sample")


def _pages_of_homes(box: tuple[float, float, float, float]) -> Iterable[tuple[territory.HomeView, ...]]:
    page = territory.homes_of(CITY, box=box, limit=_PAGE)
    while page:
        yield page
        page = territory.homes_of(CITY, box=box, limit=_PAGE, after=page[-1].home_id)


def _home_of(site: str, home: territory.HomeView) -> Home:
    return Home(site=site, home_id=home.home_id, **{name: getattr(home, name) for name in _HOME_FIELDS})


def _held_of(outlet: places.OutletView) -> Held:
    return Held(outlet.outlet_id, outlet.category, outlet.entrance_lon, outlet.entrance_lat)


def _row_of(site: str, one: Held) -> HeldOutlet:
    return HeldOutlet(site=site, outlet_id=one.outlet_id, category=one.category, lon=one.lon, lat=one.lat)


# ── change by change ──


def _follow(view: streets.SiteView, changed: Sequence[places.OutletView]) -> int:
    """Hold what stands now of these outlets, and put the table right. Gives how many rows were touched."""
    ids = [one.outlet_id for one in changed]
    before = [
        Held(*values)
        for values in HeldOutlet.objects.filter(pk__in=ids).values_list("outlet_id", "category", "lon", "lat")
    ]
    after = [_held_of(one) for one in changed if one.state != _CLOSED]
    found = differences(before, after)
    HeldOutlet.objects.filter(pk__in={one.outlet_id for each in found for one in each.closed}).delete()
    HeldOutlet.objects.bulk_create((_row_of(view.name, one) for each in found for one in each.opened), batch_size=_PAGE)
    return sum(_follow_category(view, each) for each in found)


def _follow_category(view: streets.SiteView, difference: Difference) -> int:
    if len(difference) > 8:
        count = HeldOutlet.objects.filter(site=view.name, category=difference.category).count()
        if is_whole_cheaper(len(difference), count):
            return _count_category(view, difference.category)
    left_behind = _take_away(view.name, difference)
    touched = 0
    for profile in streets.network(view).profiles.profiles:
        homes = homes_of(view, profile.name)
        for opened in difference.opened:
            touched += _open(view, difference.category, opened, homes, profile.speed_cm_per_min)
        behind = left_behind.get(profile.name, [])
        touched += len(behind) and _find_next(view, difference.category, behind, homes, profile.speed_cm_per_min)
    return touched


def _open(view: streets.SiteView, category: str, outlet: Held, homes: Homes, speed: int) -> int:
    """The homes that the new outlet is nearer to than theirs take it."""
    numbers = homes.within(box_round([(outlet.lon, outlet.lat)], farthest_m(LIMIT_DS, speed)))
    rows = nearest_of(streets.network(view), (outlet,), homes, numbers)
    return _write_nearer(view.name, category, homes.profile, rows)


def _take_away(site: str, difference: Difference) -> dict[str, list[tuple[int, int]]]:
    """Strike the rows of what closed; the homes left behind by profile, each with how far it had walked."""
    if not difference.closed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM reach_nearest WHERE outlet_id = ANY(%s) AND site = %s AND category = %s"
            " RETURNING profile, home_id, ds",
            [[one.outlet_id for one in difference.closed], site, difference.category],
        )
        found: dict[str, list[tuple[int, int]]] = {}
        for profile, home_id, ds in cursor.fetchall():
            found.setdefault(profile, []).append((home_id, ds))
    return found


def _find_next(view: streets.SiteView, category: str, behind: list[tuple[int, int]], homes: Homes, speed: int) -> int:
    """What is nearest now to the homes left behind: sought near by first, farther where some found nothing."""
    ids = np.array([home_id for home_id, _ds in behind], dtype=np.int64)
    limit = first_limit(max(ds for _home, ds in behind))
    while len(ids):
        numbers = homes.numbers_of(ids)
        box = homes.box_round(numbers, farthest_m(limit, speed))
        rows = nearest_of(streets.network(view), held(view.name, category, box), homes, numbers, limit_ds=limit)
        _write_nearer(view.name, category, homes.profile, rows)
        ids = np.setdiff1d(ids, rows.home_ids)
        if limit >= LIMIT_DS:
            break
        limit = min(LIMIT_DS, limit * 2)
    return len(behind)


# ── writing ──

_FRESH = "fresh AS (SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::int[]) AS t(home_id, outlet_id, ds))"


def _write_nearer(site: str, category: str, profile: str, rows: Rows) -> int:
    """Put rows in where a home has none, or a farther one; of equally near outlets the lower id stays."""
    if not rows.outlets:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {_FRESH}, nearer AS (
                SELECT fresh.* FROM fresh LEFT JOIN reach_nearest n
                  ON n.home_id = fresh.home_id AND n.category = %s AND n.profile = %s
                WHERE n.home_id IS NULL OR (fresh.ds, fresh.outlet_id) < (n.ds, n.outlet_id))
            INSERT INTO reach_nearest (home_id, category, profile, site, outlet_id, ds)
            SELECT home_id, %s, %s, %s, outlet_id, ds FROM nearer
            ON CONFLICT (home_id, category, profile) DO UPDATE SET outlet_id = EXCLUDED.outlet_id, ds = EXCLUDED.ds
            """,  # noqa: S608  no value of anybody's is in it
            [*_columns(rows), category, profile, category, profile, site],
        )
        count: int = cursor.rowcount
        return count


def _write_whole(site: str, category: str, profile: str, rows: Rows) -> int:
    """Make the table say exactly this of the category and profile. Gives how many rows are different now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {_FRESH}, gone AS (
                DELETE FROM reach_nearest n WHERE n.site = %s AND n.category = %s AND n.profile = %s
                AND NOT EXISTS (SELECT FROM fresh WHERE fresh.home_id = n.home_id) RETURNING 1),
            put AS (
                INSERT INTO reach_nearest (home_id, category, profile, site, outlet_id, ds)
                SELECT home_id, %s, %s, %s, outlet_id, ds FROM fresh
                ON CONFLICT (home_id, category, profile) DO UPDATE SET outlet_id = EXCLUDED.outlet_id, ds = EXCLUDED.ds
                WHERE (reach_nearest.outlet_id, reach_nearest.ds) IS DISTINCT FROM (EXCLUDED.outlet_id, EXCLUDED.ds)
                RETURNING 1)
            SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)
            """,  # noqa: S608
            [*_columns(rows), site, category, profile, category, profile, site],
        )
        touched: int = cursor.fetchone()[0]
        return touched


def _columns(rows: Rows) -> list[str]:
    """As the text of arrays: psycopg would look at every element."""
    words = {one: str(one) for one in set(rows.outlets)}
    return [_array(rows.home_ids.tolist()), _array([words[one] for one in rows.outlets]), _array(rows.ds.tolist())]


def _array(values: Sequence[object]) -> str:
    return f"{{{','.join(map(str, values))}}}"
