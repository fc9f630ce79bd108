"""How an outlet stands: open for business, doubted by somebody, or closed for good."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

SEEN_LASTS = timedelta(days=90)


class OutletState(StrEnum):
    STANDING = "standing"  # 在营
    DOUBTED = "doubted"  # 有人说关了，待核实
    CLOSED = "closed"  # 已关闭


class OutletAction(StrEnum):
    SEE = "see"  # 核实还在
    REPORT = "report"  # 反映关了
    CLOSE = "close"  # 核实已关


TRANSITIONS: Mapping[tuple[OutletState, OutletAction], OutletState] = {
    (OutletState.STANDING, OutletAction.SEE): OutletState.STANDING,
    (OutletState.STANDING, OutletAction.REPORT): OutletState.DOUBTED,
    (OutletState.STANDING, OutletAction.CLOSE): OutletState.CLOSED,
    (OutletState.DOUBTED, OutletAction.SEE): OutletState.STANDING,
    (OutletState.DOUBTED, OutletAction.REPORT): OutletState.DOUBTED,
    (OutletState.DOUBTED, OutletAction.CLOSE): OutletState.CLOSED,
    (OutletState.CLOSED, OutletAction.SEE): OutletState.STANDING,
}
ON_THE_MAP = frozenset({OutletState.STANDING, OutletState.DOUBTED})
FINAL: frozenset[OutletState] = frozenset()


def next_state(state: OutletState, action: OutletAction) -> OutletState | None:
    """None where the action has no place."""
    return TRANSITIONS.get((OutletState(state), action))


def is_to_verify(state: str, last_seen_on: date, on: date) -> bool:
    """Doubted by somebody, or not seen for more than 90 days: it stands on the map and does not count as open."""
    return state == OutletState.DOUBTED or (state == OutletState.STANDING and on - last_seen_on > SEEN_LASTS)
