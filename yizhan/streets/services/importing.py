"""Importing a file as the next version of a site's network: built aside, checked, switched to at once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.streets import NetworkSwitched
from yizhan.kernel.api import Actor, BadInput, Subject, audit, geo, publish, times
from yizhan.streets.models import NetworkPiece, NetworkVersion, Site
from yizhan.streets.queries.files import pieces_of, write_file
from yizhan.streets.queries.profiles import profiles_on
from yizhan.streets.queries.sites import SITE, SiteView, get_site
from yizhan.streets.rules.assembling import assemble, network_hash
from yizhan.streets.rules.geometry import UNITS
from yizhan.streets.rules.network import Arrays
from yizhan.streets.rules.profiles import ProfileSet
from yizhan.streets.rules.stretches import RawStreets
from yizhan.streets.services.reading import FileNotTaken, Progress, read_streets

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
SMALLEST_SHARE = 0.5
KEPT_VERSIONS = 2


class SiteNameNotTaken(BadInput):
    code = "streets.site_name_not_taken"
    message = _("站点的名字只能有字母、数字、汉字、- 和 _，最多 40 个。")


@dataclass(frozen=True, kw_only=True)
class Built:
    """A network that is not in use yet."""

    arrays: Arrays
    profiles: ProfileSet
    network_hash: str
    digest: str
    size: int


def import_network(
    *,
    name: str,
    path: Path,
    datum: geo.Datum,
    actor: Actor,
    at: datetime,
    title: str = "",
    attribution: str = OSM_ATTRIBUTION,
    is_sample: bool = False,
    may_shrink: bool = False,
    progress: Progress | None = None,
) -> SiteView:
    """Build the file's network and let the site walk on it. Raises FileNotTaken; then nothing has changed.

    `title` is what people read for the site's name; without one it keeps the title that it has. A network of less than
    half of the edges before it is refused as cut off, unless it `may_shrink`.
    """
    if not _is_name(name):
        raise SiteNameNotTaken
    raw = read_streets(path, datum, progress)
    built = build(raw, profiles_on(times.local_day(at)))
    with path.open("rb") as file:
        source = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        site = _locked_site(name, at)
        if not may_shrink:
            _refuse_shrunk(site, built)
        version = _add_version(site, built, source=source, datum=datum, actor=actor, at=at)
        site.title = title or site.title
        site.attribution, site.is_sample, site.current = attribution, is_sample, version
        site.save(update_fields=["title", "attribution", "is_sample", "current"])
        _forget_old_pieces(site)
        _tell(site, version, actor, at)
    return get_site(name)


def build(raw: RawStreets, profiles: ProfileSet) -> Built:
    """The network of what was read, checked and written to its file. Raises FileNotTaken."""
    if len(raw.refs) and raw.located.mean() < SMALLEST_SHARE:
        raise FileNotTaken(reason=str(_("大部分道路的节点不在文件里，节点要写在道路前面")))
    arrays = assemble(raw, profiles)
    if not len(arrays["edge_u"]):
        raise FileNotTaken(reason=str(_("里面没有一条能步行的路")))
    digest, size = write_file(arrays)
    return Built(
        arrays=arrays, profiles=profiles, network_hash=network_hash(arrays, profiles), digest=digest, size=size
    )


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 40 and all(letter.isalnum() or letter in "-_" for letter in name)


def _locked_site(name: str, at: datetime) -> Site:
    Site.objects.get_or_create(name=name, defaults={"created_at": at})
    return Site.objects.select_for_update().get(name=name)


def _refuse_shrunk(site: Site, built: Built) -> None:
    if site.current is None:
        return
    before, now = site.current.edges, len(built.arrays["edge_u"])
    if now < before * SMALLEST_SHARE:
        reason = _("路段只有原来的一半不到（{now} 对 {before}），多半是文件不全；确实如此请加 --may-shrink")
        raise FileNotTaken(reason=str(reason).format(now=now, before=before))


def _add_version(
    site: Site, built: Built, *, source: str, datum: geo.Datum, actor: Actor, at: datetime
) -> NetworkVersion:
    west, south, east, north = (int(side) / UNITS for side in built.arrays["area"])
    newest = site.versions.order_by("-number").first()
    version = NetworkVersion.objects.create(
        site=site,
        number=newest.number + 1 if newest else 1,
        network_hash=built.network_hash,
        digest=built.digest,
        size=built.size,
        source_sha256=source,
        source_datum=datum.value,
        profiles_from=built.profiles.from_day,
        nodes=len(built.arrays["lon"]),
        edges=len(built.arrays["edge_u"]),
        components=int(built.arrays["component"].max()) + 1,
        west=west,
        south=south,
        east=east,
        north=north,
        imported_at=at,
        imported_by=actor.key,
    )
    for number, packed in enumerate(pieces_of(built.digest)):
        NetworkPiece.objects.create(version=version, number=number, packed=packed)
    return version


def _forget_old_pieces(site: Site) -> None:
    """Only the newest versions keep their bytes; what an older one was stays known by its hash."""
    kept = site.versions.order_by("-number").values_list("id", flat=True)[:KEPT_VERSIONS]
    NetworkPiece.objects.filter(version__site=site).exclude(version_id__in=list(kept)).delete()


def _tell(site: Site, version: NetworkVersion, actor: Actor, at: datetime) -> None:
    subject = Subject(SITE, str(site.id))
    audit(
        actor,
        "streets.network.switched",
        subject,
        site=site.name,
        number=version.number,
        network_hash=version.network_hash,
        source_sha256=version.source_sha256,
    )
    publish(
        NetworkSwitched(
            occurred_at=at,
            community="",
            channel=actor.channel,
            site_id=site.id,
            version_id=version.id,
            number=version.number,
            network_hash=version.network_hash,
        )
    )
