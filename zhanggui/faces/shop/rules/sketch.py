"""A sketch of the districts served: where they lie to each other, each with a name one can read.

No map: places stand where they are as far as their names leave room, and are pushed apart where
they do not. All sizes are units of the drawing, which is as wide as a small phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, HEIGHT_MAX, HEIGHT_MIN = 340.0, 460.0, 150.0
"""The drawing: a phone's panel wide, at most a screen high."""

MARGIN_X, MARGIN_Y, GAP = 44.0, 26.0, 4.0
BOX_H, SIGN_W, LETTER_W, PAD = 26.0, 14.0, 7.4, 14.0
"""A name's box: its height, what a Chinese sign and a Latin letter take, and the rest beside."""

NAMES_MAX = 40
"""Names of one sketch: more cannot be read side by side, and the list has them all."""

ROUNDS = 300
"""How often boxes are pushed apart at most: what has room comes to rest long before."""

STRETCHES = (1.0, 1.25, 1.6, 2.0, 2.6, 3.4)
"""How much longer the drawing may grow until every name has room."""

FAR = 8.0
"""From how far its place a box is joined to it by a line."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A district served: its name's box around (x, y), and where it really lies."""

    code: str
    name: str
    x: float
    y: float
    width: float
    at_x: float
    at_y: float

    @property
    def left(self) -> float:
        """The left side of the box."""
        return round(self.x - self.width / 2, 1)

    @property
    def top(self) -> float:
        """The upper side of the box."""
        return round(self.y - BOX_H / 2, 1)

    @property
    def foot(self) -> float:
        """Where the name stands in it."""
        return round(self.y + 5, 1)

    @property
    def moved(self) -> bool:
        """Whether the box stands so far from its place that a line leads there."""
        return abs(self.x - self.at_x) + abs(self.y - self.at_y) > FAR


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing: its height, the districts served, and the places around that are not."""

    height: float
    marks: tuple[Mark, ...]
    others: tuple[Point, ...]
    width: float = WIDTH
    box_h: float = BOX_H


def sketched(
    served: Mapping[str, tuple[str, Point]], around: Iterable[Point] = ()
) -> Sketch | None:
    """Return the sketch of these districts: name and place (degrees east and north) by code.

    `around` are places that are not served; those within the drawing are dots. None for fewer than
    two districts, of which there is nothing to see, or more than can be read.
    """
    if not 2 <= len(served) <= NAMES_MAX:
        return None
    points = [point for _name, point in served.values()]
    narrow = cos(radians(sum(north for _east, north in points) / len(points)))
    west, east = min(p[0] for p in points) * narrow, max(p[0] for p in points) * narrow
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    wide, high = WIDTH - 2 * MARGIN_X, HEIGHT_MAX - 2 * MARGIN_Y
    scale = min(wide / max(east - west, 0.05), high / max(north - south, 0.05))
    height = max(HEIGHT_MIN, (north - south) * scale + 2 * MARGIN_Y)
    left = (WIDTH - (east - west) * scale) / 2
    top = (height - (north - south) * scale) / 2

    def place(point: Point, stretch: float) -> Point:
        x, y = left + (point[0] * narrow - west) * scale, top + (north - point[1]) * scale
        return round(x, 1), round(y * stretch, 1)

    widths = [width_of(name) for name, _point in served.values()]
    for stretch in STRETCHES:
        where = [place(point, stretch) for point in points]
        boxes, settled = apart(where, widths, height=height * stretch)
        if settled:
            break
    height *= stretch
    dots = (place(point, stretch) for point in around)
    return Sketch(
        height=round(height, 1),
        marks=tuple(
            Mark(code, name, x, y, width, *at)
            for (code, (name, _point)), (x, y), width, at in zip(
                served.items(), boxes, widths, where, strict=True
            )
        ),
        others=tuple((x, y) for x, y in dots if 3 <= x <= WIDTH - 3 and 3 <= y <= height - 3),
    )


def width_of(name: str) -> float:
    """Return how wide the box of a name is."""
    return round(PAD + sum(LETTER_W if sign < "\u2e80" else SIGN_W for sign in name), 1)


def apart(
    where: Sequence[Point], widths: Sequence[float], *, height: float
) -> tuple[list[Point], bool]:
    """Return where boxes stand that begin around these places, and whether all have room.

    Two that cover each other are pushed apart along the way that is shorter, until none does or the
    rounds are over; none leaves the drawing.
    """
    spots = [list(point) for point in where]
    for _round in range(ROUNDS):
        still = True
        for one in range(len(spots)):
            for other in range(one + 1, len(spots)):
                a, b = spots[one], spots[other]
                over_x = (widths[one] + widths[other]) / 2 + GAP - abs(a[0] - b[0])
                over_y = BOX_H + GAP - abs(a[1] - b[1])
                if over_x <= 0.05 or over_y <= 0.05:
                    continue
                still = False
                way, over = (1, over_y) if over_y <= over_x else (0, over_x)
                sign = 1 if (a[way], one) <= (b[way], other) else -1
                a[way] -= sign * over / 2
                b[way] += sign * over / 2
        for spot, width in zip(spots, widths, strict=True):
            spot[0] = min(max(spot[0], width / 2 + 1), WIDTH - width / 2 - 1)
            spot[1] = min(max(spot[1], BOX_H / 2 + 1), height - BOX_H / 2 - 1)
        if still:
            break
    return [(round(x, 1), round(y, 1)) for x, y in spots], still
