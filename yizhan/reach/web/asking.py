"""What the address of a circle says: from where, how far, who walks, when, and what is looked for."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, geo, times
from yizhan.look import api as look
from yizhan.places import api as places
from yizhan.reach.queries.starts import KEPT_POINT, Start, find_start

MINUTES = (5, 10, 15)
PROFILES = ("adult", "elder", "wheels")


class MomentNotRead(BadInput):
    code = "reach.moment_not_read"
    message = _("时间没看懂，请写成 21:00 或 2026-12-01T21:00。")


@dataclass(frozen=True, kw_only=True)
class Asked:
    start: str = ""
    minutes: int = 15
    profile: str = "adult"
    when: str = ""  # "" shows all; "now", 21:00 or a moment shows what is open then
    kind: str = ""
    has_map: bool = True
    default_profile: str = "adult"

    def query(self, **changes: object) -> str:
        """The address' query, without what is the default."""
        asked = replace(self, **changes)  # type: ignore[arg-type]
        said = {
            "from": asked.start,
            "minutes": "" if asked.minutes == 15 else str(asked.minutes),
            "profile": "" if asked.profile == asked.default_profile else asked.profile,
            "when": asked.when,
            "kind": asked.kind,
            "map": "" if asked.has_map else "no",
        }
        return urlencode({key: value for key, value in said.items() if value})

    def moment(self, now: datetime) -> datetime:
        """When the walk is. Raises MomentNotRead."""
        if self.when in ("", "now"):
            return now
        try:
            if len(self.when) == 5:
                clock = time.fromisoformat(self.when)
                at = timezone.make_aware(datetime.combine(times.local_day(now), clock))
            else:
                found = datetime.fromisoformat(self.when)
                at = found if found.tzinfo else timezone.make_aware(found)
        except (ValueError, OverflowError):
            raise MomentNotRead from None
        if abs(at - now) > timedelta(days=400):
            raise MomentNotRead
        return at

    @property
    def categories(self) -> frozenset[str] | None:
        """The leaves that are looked for; None for all."""
        chosen = places.find_category(self.kind)
        if chosen is None:
            return None
        if chosen.is_leaf:
            return frozenset({chosen.code})
        return frozenset(one.code for one in places.categories() if one.parent == chosen.code)


def asked_in(request: HttpRequest) -> Asked:
    """Whatever stands there, something sensible."""
    is_elder = look.is_elder(request.COOKIES)
    said = request.GET
    minutes = said.get("minutes", "")
    default = "elder" if is_elder else "adult"
    profile = said.get("profile", default)
    kind = said.get("kind", "")
    return Asked(
        start=said.get("from", "")[:80],
        minutes=int(minutes) if minutes in map(str, MINUTES) else 15,
        profile=profile if profile in PROFILES else default,
        when=said.get("when", "")[:25],
        kind=kind if places.find_category(kind) else "",
        has_map=said.get("map") != "no",
        default_profile=default,
    )


def start_in(request: HttpRequest, asked: Asked) -> Start | None:
    """Where the walk begins; None if the reader has to say. Raises NoSuchStart, HomeNotOnMap."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return find_start(asked.start, actor=actor, kept=request.session.get(KEPT_POINT), at=timezone.now())


def keep_point(request: HttpRequest, point: geo.Point) -> None:
    """For this session alone, to some ten metres: where somebody is stands in no address and no log."""
    here = point.wgs84
    request.session[KEPT_POINT] = [round(here.lon, 4), round(here.lat, 4)]
