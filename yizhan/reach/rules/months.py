"""Months of figures: which month a moment closes, and the hash that holds the months together."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def month_before(day: date) -> date:
    """The first day of the month that ended last before `day`."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, 1)


def next_first(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def digest_of(site: str, month: date, network_hash: str, rows: Sequence[Mapping[str, Any]], before: str) -> str:
    """SHA-256 over the figures and the hash of the month before."""
    said = {"site": site, "month": month.isoformat(), "network": network_hash, "rows": list(rows), "before": before}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
