"""Reading places, homes and the calendar: plain views, never models."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from yizhan.kernel.api import NotFound
from yizhan.territory.data import packaged_festivals
from yizhan.territory.models import Building, CalendarNotice, Compound, Division, Dwelling, Level
from yizhan.territory.rules.calendar import Calendar, Notice, Occasion, UnknownRegion, region_prefix
from yizhan.territory.rules.divisions import code_prefix, short_name


@dataclass(frozen=True, kw_only=True)
class DivisionView:
    """One division. `short_name` is what people say; `valid_until` is the first day on which it no longer exists."""

    code: str
    parent_code: str | None
    level: str
    kind: str
    name: str
    short_name: str
    valid_from: date | None
    valid_until: date | None
    succeeded_by: str | None
    is_statistical: bool


@dataclass(frozen=True, kw_only=True)
class CompoundView:
    """A housing estate. `lon`, `lat` is where its homes are, in degrees, WGS84; None where nobody has said."""

    compound_id: UUID
    community: str
    name: str
    street_address: str
    is_sample: bool
    lon: float | None
    lat: float | None


@dataclass(frozen=True, kw_only=True)
class DwellingView:
    """A door. `label` is 新竹小区 3栋 2单元 501, without the divisions above."""

    dwelling_id: UUID
    community: str
    compound: str
    building: str
    unit: str
    room: str
    floor: int | None
    is_sample: bool

    @property
    def label(self) -> str:
        return " ".join(part for part in (self.compound, self.building, self.unit, self.room) if part)


@dataclass(frozen=True, kw_only=True)
class HomeView:
    """The homes behind one door of a building. `title` is 新竹小区 3栋; degrees in WGS84."""

    home_id: UUID
    community: str
    compound_id: UUID
    title: str
    lon: float
    lat: float
    dwellings: int
    is_sample: bool


# ── divisions ──


def division(code: str, *, on: date | None = None) -> DivisionView:
    """The division of that code; with `on`, the one that stands in its place on that day. Raises NotFound."""
    row = Division.objects.filter(pk=code).first() if code.isdigit() else None
    while row and on and row.valid_until and row.valid_until <= on and row.succeeded_by_id:
        row = row.succeeded_by
    if row is None or not _is_valid(row, on):
        raise NotFound(division=code[:12])
    return _division_view(row)


def districts(*, on: date | None = None) -> tuple[DivisionView, ...]:
    """The districts and counties in force, by code."""
    return _views(_in_force(Division.objects.filter(level=Level.DISTRICT), on))


def subdistricts(*, under: str, on: date | None = None) -> tuple[DivisionView, ...]:
    """Sub-districts, towns and the like inside a place (a code or the first digits of one), by code."""
    return _views(_in_force(_inside(Division.objects.filter(level=Level.SUBDISTRICT), under), on))


def communities(*, under: str, on: date | None = None, with_statistical: bool = False) -> tuple[DivisionView, ...]:
    """Communities and villages inside a place, by code; those of the statistics only are left out unless asked for."""
    found = _in_force(_inside(Division.objects.filter(level=Level.COMMUNITY), under), on)
    return _views(found if with_statistical else found.filter(is_statistical=False))


def full_name(code: str) -> str:
    """青秀区 新竹街道 新竹社区. Raises NotFound."""
    names = full_names([code])
    if code not in names:
        raise NotFound(division=code[:12])
    return names[code]


def full_names(codes: Collection[str]) -> dict[str, str]:
    """The names of many, from the district down, in one query; unknown codes are left out."""
    lines = {code: _lineage(code) for code in codes if code.isdigit()}
    wanted = {above for line in lines.values() for above in line}
    names = dict(Division.objects.filter(pk__in=wanted).values_list("code", "name"))
    return {
        code: " ".join(short_name(names[above]) for above in line if above in names)
        for code, line in lines.items()
        if code in names
    }


def _lineage(code: str) -> list[str]:
    """The codes from the district (or the division itself, if it is above) down to `code`."""
    line = [code[:width].ljust(12, "0") for width in (6, 9, 12)]
    return [code] if code.endswith("00000000") else list(dict.fromkeys(line))


def _inside(found: "QuerySet[Division]", under: str) -> "QuerySet[Division]":
    return found.filter(code__startswith=code_prefix(under))


def _in_force(found: "QuerySet[Division]", on: date | None) -> "QuerySet[Division]":
    if on is None:
        return found.filter(valid_until__isnull=True).order_by("code")
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return found.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gt=on)).order_by("code")


def _is_valid(row: Division, on: date | None) -> bool:
    if on is None:
        return True
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_until is None or on < row.valid_until)


def _views(rows: Iterable[Division]) -> tuple[DivisionView, ...]:
    return tuple(_division_view(row) for row in rows)


def _division_view(row: Division) -> DivisionView:
    return DivisionView(
        code=row.code,
        parent_code=row.parent_id,
        level=row.level,
        kind=row.kind,
        name=row.name,
        short_name=short_name(row.name),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        succeeded_by=row.succeeded_by_id,
        is_statistical=row.is_statistical,
    )


# ── homes ──


def compounds(*, under: str) -> tuple[CompoundView, ...]:
    """The compounds inside a place, by community and name."""
    found = Compound.objects.filter(community__code__startswith=code_prefix(under)).order_by(
        "community_id", "name", "id"
    )
    return tuple(
        CompoundView(
            compound_id=row.id,
            community=row.community_id,
            name=row.name,
            street_address=row.street_address,
            is_sample=row.is_sample,
            lon=row.lon,
            lat=row.lat,
        )
        for row in found
    )


def dwellings(dwelling_ids: Collection[UUID]) -> dict[UUID, DwellingView]:
    """Many doors in one query; unknown ids are left out."""
    return {row.id: _dwelling_view(row) for row in _doors().filter(pk__in=dwelling_ids)}


def dwellings_in(*, compound_id: UUID) -> tuple[DwellingView, ...]:
    """All doors of a compound, as one walks by."""
    found = _doors().filter(building__compound_id=compound_id).order_by("building__name", "unit", "floor", "room", "id")
    return tuple(_dwelling_view(row) for row in found)


def _doors() -> "QuerySet[Dwelling]":
    return Dwelling.objects.select_related("building__compound")


def _dwelling_view(row: Dwelling) -> DwellingView:
    return DwellingView(
        dwelling_id=row.id,
        community=row.building.compound.community_id,
        compound=row.building.compound.name,
        building=row.building.name,
        unit=row.unit,
        room=row.room,
        floor=row.floor,
        is_sample=row.is_sample,
    )


def homes_of(
    under: str, *, box: tuple[float, float, float, float] | None = None, after: UUID | None = None, limit: int = 2000
) -> tuple[HomeView, ...]:
    """The buildings with homes inside a place (and a box: west, south, east, north), by id: the page behind `after`.

    A building without a position of its own stands at its compound's; where neither is known it is left out.
    """
    lon, lat = (Coalesce(F(side), F(f"compound__{side}")) for side in ("lon", "lat"))
    found = Building.objects.annotate(at_lon=lon, at_lat=lat, doors=Count("dwellings")).filter(
        compound__community__code__startswith=code_prefix(under), at_lon__isnull=False, doors__gt=0
    )
    if box:
        found = found.filter(at_lon__range=(box[0], box[2]), at_lat__range=(box[1], box[3]))
    if after:
        found = found.filter(id__gt=after)
    rows = found.select_related("compound").order_by("id")[:limit]
    return tuple(
        HomeView(
            home_id=row.id,
            community=row.compound.community_id,
            compound_id=row.compound_id,
            title=f"{row.compound.name} {row.name}",
            lon=row.at_lon,
            lat=row.at_lat,
            dwellings=row.doors,
            is_sample=row.is_sample,
        )
        for row in rows
    )


# ── the calendar ──


def calendar(region: str) -> Calendar:
    """The region's calendar as it stands in the database now; one small query when nothing has changed.

    Takes 6 or 12 digits. Raises UnknownRegion.
    """
    newest = CalendarNotice.objects.order_by("-id").values_list("id", "entered_at").first()
    version, entered_at = newest or (0, None)
    return _calendar_at(region, version, entered_at)


@lru_cache(maxsize=256)
def _calendar_at(region: str, version: int, _entered_at: datetime | None) -> Calendar:
    # The moment tells two databases apart whose newest notices have the same number, as after a restore.
    prefix = region_prefix(region)
    # Of our own city we know every division; of others only that the province and the city can exist.
    if len(prefix) > 4 and prefix.startswith("4501") and not Division.objects.filter(code__startswith=prefix).exists():
        raise UnknownRegion(region)
    return Calendar(region, notices_in_force(version), packaged_festivals(), version=str(version))


def forget_calendars() -> None:
    _calendar_at.cache_clear()


def notices_in_force(version: int) -> tuple[Notice, ...]:
    """The latest notice of every region and year, none newer than the notice `version`."""
    rows = (
        CalendarNotice.objects.filter(pk__lte=version)
        .order_by("region", "year", "-id")
        .distinct("region", "year")
        .prefetch_related("days")
    )
    return tuple(_notice(row) for row in rows)


def calendars_with(notice: Notice) -> Callable[[str], Calendar]:
    """The calendars of regions as they would be with this notice in force: for looking before entering."""
    version = CalendarNotice.objects.aggregate(newest=Max("id"))["newest"] or 0
    kept = [one for one in notices_in_force(version) if (one.region, one.year) != (notice.region, notice.year)]
    festivals = packaged_festivals()
    made: dict[str, Calendar] = {}

    def calendar_of(region: str) -> Calendar:
        if region not in made:
            made[region] = Calendar(region, (*kept, notice), festivals, version=f"{version}+")
        return made[region]

    return calendar_of


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice as it was entered; `is_in_force` if no later one of its region and year took its place."""

    notice_id: int
    region: str
    year: int
    title: str
    source: str
    entered_by: str
    entered_at: datetime
    days_off: int
    make_up: int
    is_in_force: bool


def notices(*, year: int) -> tuple[NoticeView, ...]:
    """Every notice of the year, newest first; older ones stay as evidence."""
    rows = list(CalendarNotice.objects.filter(year=year).order_by("-id").prefetch_related("days"))
    newest: dict[str, int] = {}
    for row in rows:
        newest.setdefault(row.region, row.pk)
    return tuple(_notice_view(row, is_in_force=newest[row.region] == row.pk) for row in rows)


def find_notice(notice_id: int) -> NoticeView | None:
    year = CalendarNotice.objects.filter(pk=notice_id).values_list("year", flat=True).first()
    return next((one for one in notices(year=year) if one.notice_id == notice_id), None) if year else None


def _notice_view(row: CalendarNotice, *, is_in_force: bool) -> NoticeView:
    off = sum(day.is_off for day in row.days.all())
    return NoticeView(
        notice_id=row.pk,
        region=row.region,
        year=row.year,
        title=row.title,
        source=row.source,
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        days_off=off,
        make_up=len(row.days.all()) - off,
        is_in_force=is_in_force,
    )


def latest_notice(*, region: str, year: int) -> CalendarNotice | None:
    return CalendarNotice.objects.filter(region=region, year=year).order_by("-id").first()


def _notice(row: CalendarNotice) -> Notice:
    days = list(row.days.all())
    return Notice(
        region=row.region,
        year=row.year,
        days_off={day.date: Occasion(day.name, day.english) for day in days if day.is_off},
        make_up={day.date: Occasion(day.name, day.english) for day in days if not day.is_off},
        title=row.title,
        source=row.source,
    )
