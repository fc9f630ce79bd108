"""What every change of an outlet has in common: the lock, the site's next version, audit and fact."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yizhan.facts import places as facts
from yizhan.kernel.api import Actor, Subject, audit, publish
from yizhan.places.models import Outlet, Sighting, SiteVersion
from yizhan.places.queries.outlets import OUTLET, OutletNotFound


def subject_of(outlet: Outlet) -> Subject:
    return Subject(OUTLET, str(outlet.id))


def locked_outlet(outlet_id: UUID) -> Outlet:
    """Raises OutletNotFound. The site is locked first, so that two writers never wait for each other crosswise."""
    site = Outlet.objects.filter(pk=outlet_id).values_list("site", flat=True).first()
    if site is None:
        raise OutletNotFound
    lock_site(site)
    return Outlet.objects.select_for_update().get(pk=outlet_id)


def lock_site(site: str) -> SiteVersion:
    SiteVersion.objects.bulk_create([SiteVersion(site=site)], ignore_conflicts=True)
    return SiteVersion.objects.select_for_update().get(pk=site)


def next_version(site: str) -> int:
    """The number of this commit; the site is locked until it ends."""
    version = lock_site(site)
    version.number += 1
    version.save(update_fields=["number"])
    return version.number


def save(outlet: Outlet, fields: Sequence[str]) -> None:
    """Save named fields under the site's next version."""
    outlet.version = next_version(outlet.site)
    outlet.save(update_fields=[*fields, "version"])


def note(
    outlet: Outlet,
    kind: str,
    *,
    is_standing: bool,
    seen_on: date,
    actor: Actor,
    at: datetime,
    photo_id: UUID | None = None,
    words: str = "",
) -> Sighting:
    return Sighting.objects.create(
        outlet=outlet,
        kind=kind,
        is_standing=is_standing,
        seen_on=seen_on,
        note=words,
        photo_id=photo_id,
        noted_at=at,
        noted_by=actor.key,
    )


def tell(
    fact: type[facts.OutletOpened]
    | type[facts.OutletChanged]
    | type[facts.OutletMoved]
    | type[facts.OutletClosed]
    | type[facts.OutletVerified]
    | type[facts.OutletReportedClosed]
    | type[facts.OutletClaimed],
    outlet: Outlet,
    actor: Actor,
    at: datetime,
    **more: Any,
) -> None:
    publish(
        fact(
            occurred_at=at,
            community=outlet.community,
            done_at=outlet.community if actor.channel == "desk" else "",
            channel=actor.channel,
            outlet_id=outlet.id,
            site=outlet.site,
            category=outlet.category,
            **more,
        )
    )


def write_down(action: str, outlet: Outlet, actor: Actor, **more: Any) -> None:
    audit(actor, f"places.outlet.{action}", subject_of(outlet), site=outlet.site, category=outlet.category, **more)
