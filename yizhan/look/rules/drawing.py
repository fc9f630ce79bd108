"""Small pictures from numbers: lengths become SVG attributes, never styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yizhan.look.rules.parts import BarPart, LightColour

SEVERITY: tuple[LightColour, ...] = ("black", "red", "orange", "yellow", "green", "none")
STEP, GROUP_GAP = 9, 4
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 160, 40, 4


@dataclass(frozen=True)
class BarCell:
    colour: LightColour
    x: int


@dataclass(frozen=True)
class Bar:
    cells: tuple[BarCell, ...]
    width: int


def bar_of(parts: Sequence[BarPart]) -> Bar:
    """One cell a case, the worst first, a gap between colours."""
    cells: list[BarCell] = []
    x = 0
    for part in sorted((p for p in parts if p.count), key=lambda p: SEVERITY.index(p.colour)):
        for _ in range(part.count):
            cells.append(BarCell(part.colour, x))
            x += STEP
        x += GROUP_GAP
    return Bar(tuple(cells), max(x - GROUP_GAP, 0) + 1)


@dataclass(frozen=True)
class Spark:
    line: str
    bed: str
    end: str
    goal: str


def spark_of(values: Sequence[float], goal: float | None = None) -> Spark | None:
    """The line of some values, oldest first; None for fewer than two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1

    def height(value: float) -> float:
        share = min(max((value - low) / span, 0), 1)
        return SPARK_HEIGHT - SPARK_MARGIN - share * (SPARK_HEIGHT - 2 * SPARK_MARGIN)

    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
    points = [f"{SPARK_MARGIN + i * step:.1f} {height(v):.1f}" for i, v in enumerate(values)]
    line = "M" + " L".join(points)
    bed = f"{line} L{SPARK_WIDTH - SPARK_MARGIN} {SPARK_HEIGHT} L{SPARK_MARGIN} {SPARK_HEIGHT}z"
    return Spark(line, bed, f"M{points[-1]}h.01", "" if goal is None else f"M0 {height(goal):.1f}H{SPARK_WIDTH}")
