"""The course of a figure as a drawing of lines: a period, and the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 14, 26
"""Room for the labels of the scale and of the days, in the drawing's own units."""

LABELS_MAX = 8
"""Labels below the drawing: more run into each other on a phone."""

LINES = 3
"""Lines of the scale above nothing."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place of the course: its label, the figure now and before, None where none is known."""

    label: str
    now: int | None
    before: int | None
    url: str = ""


def scale_of(most: int) -> int:
    """Return a round number at or above the highest figure, that parts evenly into the lines."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step * LINES >= most:
                return factor * step * LINES
        step *= 10


def drawn(points: Sequence[Point]) -> dict[str, Any]:
    """Return the drawing of a course: lines, dots, labels and scale, as coordinates."""
    top = scale_of(max([1, *(max(p.now or 0, p.before or 0) for p in points)]))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(points) - 1)
    every = -(-len(points) // LABELS_MAX)

    def place(number: int, value: int) -> tuple[float, float]:
        x = LEFT + step * number if len(points) > 1 else WIDTH / 2
        return round(x, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)

    now = [(place(n, p.now), p) for n, p in enumerate(points) if p.now is not None]
    before = [place(n, p.before) for n, p in enumerate(points) if p.before is not None]
    floor = HEIGHT - BOTTOM
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "now": " ".join(f"{x},{y}" for (x, y), _p in now),
        "area": _area([xy for xy, _p in now], floor),
        "before": " ".join(f"{x},{y}" for x, y in before),
        "dots": [{"x": x, "y": y, "label": p.label, "value": p.now} for (x, y), p in now],
        "scale": [
            {"y": place(0, top * n // LINES)[1], "value": top * n // LINES}
            for n in range(LINES + 1)
        ],
        "right": WIDTH - RIGHT,
        "left": LEFT,
        "labels": [
            {
                "x": place(n, 0)[0],
                "text": p.label,
                "second": bool(n // every % 2),
                "anchor": "start" if n == 0 else "end" if n == len(points) - 1 else "middle",
            }
            for n, p in enumerate(points)
            if n % every == 0
        ],
        "label_y": HEIGHT - 8,
        "points": points,
    }


def _area(line: Sequence[tuple[float, float]], floor: int) -> str:
    """Return the surface below a line, "" without one."""
    if not line:
        return ""
    corners = [(line[0][0], floor), *line, (line[-1][0], floor)]
    return " ".join(f"{x},{y}" for x, y in corners)
