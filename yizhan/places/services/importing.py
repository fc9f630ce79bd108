"""Taking many outlets in at once: good rows go in, the others come back with their reasons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yizhan.facts.places import OutletsImported
from yizhan.kernel.api import Actor, Subject, access, audit, publish, times
from yizhan.places.queries.outlets import SITE
from yizhan.places.rules.rows import Box, Fault, OutletRow
from yizhan.places.services.checking import Checks, box_of
from yizhan.places.services.recording import next_version
from yizhan.places.services.taking import Taking

Progress = Callable[[int, int], None]
"""(rows looked at, rows in all)"""
_STEP = 50


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    """`number` counts the given rows from 1. `known_id` is the outlet that the row repeats, where it is one."""

    number: int
    row: OutletRow
    fault: Fault
    known_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What became of the rows. `kept` were left as a person has written them."""

    site: str
    version: int
    opened: int
    changed: int
    unchanged: int
    kept: int
    refused: tuple[RefusedRow, ...]

    @property
    def taken(self) -> int:
        return self.opened + self.changed + self.unchanged + self.kept


@transaction.atomic
def import_outlets(
    *,
    rows: Iterable[OutletRow],
    site: str,
    actor: Actor,
    at: datetime,
    source: str = "file",
    is_sample: bool = False,
    seen_on: date | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Enter or bring up to date. Raises SiteNotFound and NotAllowed; a row that cannot be taken is in the report.

    A row is found again by (`source`, its ref). Without a ref, and against what other sources and people entered, it
    is a duplicate by name, distance and phone, and is refused as known. What a person has written stays; a row only
    makes it seen anew. An outlet that a person closed stays closed. `seen_on` is the day of the source, today unless
    said.
    """
    access.require(actor, "places.import_outlets")
    box = box_of(site)
    taking = Taking(site=site, source=source, is_sample=is_sample, version=next_version(site), actor=actor, at=at)
    report = _examine(rows, taking, box, seen_on, progress)
    taking.write()
    _tell(report, source, actor, at)
    return report


def preview_outlets(
    *,
    rows: Iterable[OutletRow],
    site: str,
    actor: Actor,
    at: datetime,
    source: str = "file",
    seen_on: date | None = None,
) -> ImportReport:
    """What `import_outlets` would say now; nothing is written."""
    access.require(actor, "places.import_outlets")
    taking = Taking(site=site, source=source, is_sample=False, version=0, actor=actor, at=at)
    return _examine(rows, taking, box_of(site), seen_on)


def _examine(
    rows: Iterable[OutletRow], taking: Taking, box: Box, seen_on: date | None, progress: Progress | None = None
) -> ImportReport:
    day = times.local_day(taking.at)
    given = [replace(row, last_seen_on=row.last_seen_on or seen_on or day) for row in rows]
    taking.read_known(given)
    checks = Checks(box, taking.actor, day)
    refused = []
    for number, row in enumerate(given, start=1):
        if (one := _refusal(number, row, checks, taking)) is not None:
            refused.append(one)
        if progress and (number % _STEP == 0 or number == len(given)):
            progress(number, len(given))
    return ImportReport(
        site=taking.site,
        version=taking.version,
        opened=len(taking.opened),
        changed=len(taking.changed),
        unchanged=taking.unchanged,
        kept=taking.kept,
        refused=tuple(refused),
    )


def _refusal(number: int, row: OutletRow, checks: Checks, taking: Taking) -> RefusedRow | None:
    fault = checks.fault_of(row)
    if fault:
        return RefusedRow(number=number, row=row, fault=fault)
    repeated = taking.take(row)
    return repeated and RefusedRow(number=number, row=row, fault=repeated[0], known_id=repeated[1])


def _tell(report: ImportReport, source: str, actor: Actor, at: datetime) -> None:
    opened, changed, refused = report.opened, report.changed, len(report.refused)
    counts = {"opened": opened, "changed": changed, "kept": report.kept, "refused": refused}
    audit(actor, "places.outlets.imported", Subject(SITE, report.site), source=source, **counts)
    publish(
        OutletsImported(
            occurred_at=at,
            community="",
            channel=actor.channel,
            site=report.site,
            version=report.version,
            opened=opened,
            changed=changed,
        )
    )
