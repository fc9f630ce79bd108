"""Profiles: who walks, how fast, and what is closed to them.

The rounding rule, the same everywhere: a stretch of `length_cm` costs `length_cm × 600 × percent / (100 × speed)`
deciseconds, rounded half up, at least 1, where speed is in cm a minute and percent is the largest of its features; a
wait is added after that. Everything is integer arithmetic, so the same file costs the same on every machine.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from yizhan.streets.rules.tags import Feature, Wait

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Speed in cm a minute; `percent` of time by feature; features that are closed; waits in deciseconds."""

    name: str
    title: str
    source: str
    speed_cm_per_min: int
    percent: Mapping[str, int]
    closed: frozenset[str]
    waits_ds: Mapping[str, int]

    @property
    def closed_mask(self) -> int:
        return mask_of(self.closed)

    def walk_ds(self, metres: float) -> int:
        """Straight over open ground, rounded half up to whole centimetres, then to deciseconds; may be 0."""
        return round_half_up(int(metres * 100 + 0.5) * 600, self.speed_cm_per_min)

    def stretch_ds(self, length_cm: Int64, features: Int64) -> Int64:
        """The cost of stretches without their waits."""
        percent = np.full(len(length_cm), 100, dtype=np.int64)
        for name, value in self.percent.items():
            percent = np.where(features & Feature[name.upper()].value, np.maximum(percent, value), percent)
        divisor = 100 * self.speed_cm_per_min
        stretch: Int64 = np.maximum((2 * length_cm * 600 * percent + divisor) // (2 * divisor), 1)
        return stretch


def round_half_up(value: int, divisor: int) -> int:
    return (2 * value + divisor) // (2 * divisor)


def mask_of(names: Iterable[str]) -> int:
    return sum(Feature[name.upper()].value for name in names)


@dataclass(frozen=True, kw_only=True)
class ProfileSet:
    """The profiles in force from a day on."""

    from_day: date
    profiles: tuple[Profile, ...]

    @property
    def digest(self) -> str:
        """Changes with anything that changes a cost."""
        plain = [{**asdict(p), "closed": sorted(p.closed), "title": "", "source": ""} for p in self.profiles]
        return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def find(self, name: str) -> Profile | None:
        return next((profile for profile in self.profiles if profile.name == name), None)


def read_profiles(data: Mapping[str, Any]) -> tuple[ProfileSet, ...]:
    """Versions of the profiles, oldest first, from the parsed data file."""
    versions = [
        ProfileSet(from_day=each["from"], profiles=tuple(_profile(n, p) for n, p in each["profiles"].items()))
        for each in data["versions"]
    ]
    return tuple(sorted(versions, key=lambda version: version.from_day))


def _profile(name: str, data: Mapping[str, Any]) -> Profile:
    return Profile(
        name=name,
        title=data["title"],
        source=data["source"],
        speed_cm_per_min=int(data["speed_cm_per_min"]),
        percent=dict(data["percent"]),
        closed=frozenset(data["closed"]),
        waits_ds={Wait[wait.upper()].name.lower(): int(seconds * 10) for wait, seconds in data["waits_s"].items()},
    )


def in_force(versions: Iterable[ProfileSet], on: date) -> ProfileSet:
    """The version of the day; the first one for any day before it."""
    known = list(versions)
    return next((version for version in reversed(known) if version.from_day <= on), known[0])
