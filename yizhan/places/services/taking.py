"""The rows of one import against what is known of the site: what is new, what changed, what repeats."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from yizhan.kernel.api import Actor, ids, times
from yizhan.places.models import Outlet, Sighting
from yizhan.places.rules.duplicates import Described, Neighbourhood
from yizhan.places.rules.rows import Fault, OutletRow, RowTrouble
from yizhan.places.rules.states import OutletState

_BATCH = 1000
WRITTEN = (
    "name",
    "category",
    "lon",
    "lat",
    "entrance_lon",
    "entrance_lat",
    "hours",
    "keeps_office_hours",
    "chain",
    "phone",
    "address",
    "wheelchair",
)


class Taking:
    """One import of one site, whose lock is held."""

    def __init__(self, *, site: str, source: str, is_sample: bool, version: int, actor: Actor, at: datetime) -> None:
        self.site, self.source, self.is_sample = site, source, is_sample
        self.version, self.actor, self.at = version, actor, at
        self.opened: list[Outlet] = []
        self.changed: list[Outlet] = []
        self.seen: list[Outlet] = []
        self.unchanged = self.kept = 0
        self._refs: set[str] = set()
        self._new_ids: set[UUID] = set()
        self._by_ref: dict[str, Outlet] = {}
        self._others = Neighbourhood()
        self._own = Neighbourhood()

    def read_known(self, rows: Iterable[OutletRow]) -> None:
        refs = {row.ref for row in rows if row.ref}
        own = Outlet.objects.filter(site=self.site, source=self.source).exclude(source_ref="")
        self._by_ref = {one.source_ref: one for one in own.iterator(chunk_size=_BATCH) if one.source_ref in refs}
        columns = ("id", "source", "source_ref", "name", "category", "lon", "lat", "phone")
        known = Outlet.objects.filter(site=self.site).values_list(*columns)
        for id_, source, ref, name, category, lon, lat, phone in known.iterator():
            one = Described(key=id_, name=name, category=category, lon=lon, lat=lat, phone=phone)
            (self._own if source == self.source and ref else self._others).add(one)

    def take(self, row: OutletRow) -> tuple[Fault, UUID | None] | None:
        """Why the row is refused and which outlet it repeats; None if it is taken."""
        if row.ref:
            if row.ref in self._refs:
                return Fault(trouble=RowTrouble.TWICE_IN_FILE, column="ref", detail=row.ref), None
            self._refs.add(row.ref)
        known = self._by_ref.get(row.ref) if row.ref else None
        if known is not None:
            self._bring_up_to_date(known, row)
            return None
        repeated = self._repeated(row)
        if repeated is not None:
            is_new = repeated in self._new_ids
            trouble = RowTrouble.TWICE_IN_FILE if is_new else RowTrouble.KNOWN_ALREADY
            return Fault(trouble=trouble, column="name", detail=row.name), None if is_new else repeated
        self._open(row)
        return None

    def _repeated(self, row: OutletRow) -> UUID | None:
        """Two objects of one source that have names of their own there are two; all else is compared."""
        new = _described(None, row)
        found = self._others.duplicate_of(new) or (None if row.ref else self._own.duplicate_of(new))
        return found.key if found and isinstance(found.key, UUID) else None

    def _open(self, row: OutletRow) -> None:
        outlet = Outlet(
            id=ids.new_id(),
            site=self.site,
            **{field: getattr(row, field) for field in WRITTEN},
            community=row.community,
            state=OutletState.STANDING,
            last_seen_on=row.last_seen_on or times.local_day(self.at),
            source=self.source,
            source_ref=row.ref,
            is_sample=self.is_sample,
            version=self.version,
            entered_at=self.at,
        )
        self.opened.append(outlet)
        self._new_ids.add(outlet.id)
        (self._own if row.ref else self._others).add(_described(outlet.id, row))

    def _bring_up_to_date(self, outlet: Outlet, row: OutletRow) -> None:
        if row.last_seen_on is None or row.last_seen_on < outlet.last_seen_on:
            self.unchanged += 1
            return
        if outlet.state == OutletState.CLOSED:
            self.kept += 1
            return
        is_newer = row.last_seen_on > outlet.last_seen_on
        outlet.last_seen_on = row.last_seen_on
        if outlet.is_kept_by_hand:
            self.kept += 1
        elif self._write_onto(outlet, row):
            self.changed.append(outlet)
            return
        else:
            self.unchanged += 1
        if is_newer:
            self.seen.append(outlet)

    def _write_onto(self, outlet: Outlet, row: OutletRow) -> bool:
        fresh = {field: getattr(row, field) for field in WRITTEN} | (
            {"community": row.community} if row.community else {}
        )
        different = {field for field, value in fresh.items() if getattr(outlet, field) != value}
        for field in different:
            setattr(outlet, field, fresh[field])
        return bool(different)

    def write(self) -> None:
        Outlet.objects.bulk_create(self.opened, batch_size=_BATCH)
        Sighting.objects.bulk_create([self._sighting(one) for one in self.opened], batch_size=_BATCH)
        for one in self.changed:
            one.version = self.version
        Outlet.objects.bulk_update(self.changed, [*WRITTEN, "community", "last_seen_on", "version"], batch_size=200)
        by_day: dict[Any, list[UUID]] = {}
        for one in self.seen:
            by_day.setdefault(one.last_seen_on, []).append(one.id)
        for day, seen_ids in by_day.items():
            Outlet.objects.filter(pk__in=seen_ids).update(last_seen_on=day, version=self.version)

    def _sighting(self, outlet: Outlet) -> Sighting:
        return Sighting(
            outlet=outlet,
            kind="import",
            is_standing=True,
            seen_on=outlet.last_seen_on,
            noted_at=self.at,
            noted_by=self.actor.key,
        )


def _described(key: UUID | None, row: OutletRow) -> Described:
    return Described(key=key, name=row.name, category=row.category, lon=row.lon, lat=row.lat, phone=row.phone)
