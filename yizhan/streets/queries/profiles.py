"""The profiles of the data file."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import BadInput
from yizhan.streets.rules.profiles import Profile, ProfileSet, in_force, read_profiles

_FILE = Path(__file__).resolve().parents[1] / "data" / "profiles.yaml"

# The titles stand in the data file; here they are marked for translation.
_TITLES = {"adult": _("成人"), "elder": _("老人"), "wheels": _("轮椅")}


class UnknownProfile(BadInput):
    code = "streets.unknown_profile"
    message = _("没有“{profile}”这种走法，请选 {known}。")


@cache
def profile_sets() -> tuple[ProfileSet, ...]:
    return read_profiles(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def profiles_on(day: date) -> ProfileSet:
    """The profiles in force on a legal day."""
    return in_force(profile_sets(), day)


def profile_of(profiles: ProfileSet, name: str) -> Profile:
    """Raises UnknownProfile."""
    found = profiles.find(name)
    if found is None:
        raise UnknownProfile(profile=name[:20], known="、".join(p.name for p in profiles.profiles))
    return found


def title_of(profile: str) -> str:
    """How people call it, in the reader's language."""
    return str(_TITLES.get(profile, profile))
