"""What the address of a city page says: which site, list, category, who walks, within how long, and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from yizhan.places import api as places
from yizhan.reach.queries.coverage import NoHomesHere, sites_with_homes
from yizhan.reach.queries.standards import BASIC, get_list
from yizhan.reach.rules.coverage import StandardList
from yizhan.reach.web.asking import PROFILES, Asked
from yizhan.streets import api as streets


@dataclass(frozen=True)
class CityAsked:
    """`when` is "" for all outlets that stand, "now", 21:00 or a moment for those surely open then."""

    site: streets.SiteView
    sites: tuple[streets.SiteView, ...]
    list_code: str = BASIC
    kind: str = ""
    profile: str = "adult"
    when: str = ""
    sort: str = "lacking"

    def query(self, **changes: object) -> str:
        """Without what is the default; beginning with a question mark, or empty."""
        one = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "site": "" if one.site == self.sites[0] else one.site.name,
            "list": "" if one.list_code == BASIC else one.list_code,
            "kind": one.kind,
            "profile": "" if one.profile == "adult" else one.profile,
            "when": one.when,
            "sort": "" if one.sort == "lacking" else one.sort,
        }
        kept = urlencode({key: value for key, value in said.items() if value})
        return f"?{kept}" if kept else "?"

    @cached_property
    def list(self) -> StandardList:
        return get_list(self.list_code)

    @property
    def minutes(self) -> Decimal:
        """The limit of the category that is asked for; fifteen where the list does not have it."""
        return self.list.minutes.get(self.kind, Decimal(15))

    @property
    def limits(self) -> dict[str, Decimal]:
        return {self.kind: self.minutes} if self.kind else dict(self.list.minutes)

    @cached_property
    def at(self) -> datetime | None:
        return Asked(when=self.when).moment(timezone.now()) if self.when else None


def city_asked_in(request: HttpRequest) -> CityAsked:
    """Raises NoHomesHere, UnknownList, places.UnknownCategory, streets.UnknownProfile, MomentNotRead."""
    said = request.GET
    sites = sites_with_homes()
    if not sites:
        raise NoHomesHere
    wanted = said.get("site", "")
    site = next((one for one in sites if one.name == wanted), None) if wanted else sites[0]
    if site is None:
        raise NoHomesHere
    asked = CityAsked(
        site=site,
        sites=sites,
        list_code=said.get("list", "") or BASIC,
        kind=places.category(said["kind"]).code if said.get("kind") else "",
        profile=said.get("profile", "") or "adult",
        when=said.get("when", "")[:20],
        sort=said.get("sort", "") or "lacking",
    )
    _check(asked)
    return asked


def _check(asked: CityAsked) -> None:
    """Refuse here what the address says wrongly."""
    _ = asked.list, asked.at
    if asked.profile not in PROFILES:
        raise streets.UnknownProfile(profile=asked.profile[:20], known="、".join(PROFILES))
