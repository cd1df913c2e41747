"""Strokes and shades that all drawings of goods share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from math import cos, pi, sin

SERIF = "'Noto Serif CJK SC', 'Songti SC', serif"
SANS = "'Noto Sans CJK SC', 'PingFang SC', sans-serif"
CREAM = "#fbf4e6"
SEAL = "#b3392b"


def shade(colour: str, by: float) -> str:
    """Return a colour made lighter (`by` above 0) or darker (below), -1 to 1."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    to = 255 if by > 0 else 0
    mixed = [round(part + (to - part) * abs(by)) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def path(d: str, fill: str = "none", *, stroke: str = "", width: float = 0, more: str = "") -> str:
    """Return a path, filled or stroked with round ends."""
    line = (
        f' stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
        if stroke
        else ""
    )
    return f'<path d="{d}" fill="{fill}"{line} {more}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:
    """Return an ellipse around a point."""
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {more}/>'


def rect(x: float, y: float, w: float, h: float, fill: str, *, r: float = 0, more: str = "") -> str:
    """Return a rectangle with round corners."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}" '
        f'fill="{fill}" {more}/>'
    )


def text(
    x: float, y: float, words: str, size: float, fill: str, *, font: str = SERIF, more: str = ""
) -> str:
    """Return a line of words centred on a point."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{font}" font-size="{size}" fill="{fill}" '
        f'text-anchor="middle" font-weight="700" {more}>{words}</text>'
    )


def column(x: float, y: float, words: str, size: float, fill: str, *, step: float = 1.12) -> str:
    """Return words written from top to bottom, as on a signboard; `y` is the upper edge."""
    return "".join(
        text(x, y + size * 0.9 + n * size * step, word, size, fill) for n, word in enumerate(words)
    )


def at(x: float, y: float, what: str, *, turn: float = 0, size: float = 1) -> str:
    """Return a drawing moved to a point, turned and scaled there."""
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({size:.3f})">{what}</g>'
    )


def shadow(x: float, y: float, rx: float, ry: float = 0, dark: float = 0.22) -> str:
    """Return the soft shadow of something that stands on the table."""
    return ellipse(x, y, rx, ry or rx * 0.13, "#3b2412", f'opacity="{dark}" filter="url(#soft)"')


def round_shade(x: float, y: float, w: float, h: float, *, r: float = 0) -> str:
    """Return the light and dark of a round body, laid over it."""
    return rect(x, y, w, h, "url(#round)", r=r)


def seal(x: float, y: float, size: float, word: str) -> str:
    """Return a seal stamped in red."""
    edge = 'stroke="#f7e3c4" stroke-width="2.5"'
    return rect(x - size / 2, y - size / 2, size, size, SEAL, r=size * 0.16, more=edge) + text(
        x, y + size * 0.3, word, size * 0.72, "#fff3e0"
    )


def strewn(
    draw: Callable[[random.Random], str],
    *,
    seed: str,
    number: int,
    x: float,
    y: float,
    rx: float,
    ry: float,
    size: tuple[float, float] = (0.9, 1.1),
    turn: float = 180,
) -> str:
    """Return many small things strewn over an ellipse, those behind drawn first."""
    dice = random.Random(seed)  # noqa: S311 - the same picture every time is the point
    spots = sorted(_spots(dice, number), key=lambda spot: spot[1])
    return "".join(
        at(
            x + dx * rx,
            y + dy * ry,
            draw(dice),
            turn=dice.uniform(-turn, turn),
            size=dice.uniform(*size),
        )
        for dx, dy in spots
    )


def _spots(dice: random.Random, number: int) -> Iterator[tuple[float, float]]:
    """Yield points spread evenly over a disc, a little shaken (Vogel's spiral)."""
    for n in range(number):
        r = ((n + 0.5) / number) ** 0.5
        angle = n * pi * (3 - 5**0.5) + dice.uniform(-0.2, 0.2)
        yield r * cos(angle) + dice.uniform(-0.05, 0.05), r * sin(angle) + dice.uniform(-0.05, 0.05)


def scene(inside: str, *, wall: str, table: str, disc: str, near: float = 1) -> str:
    """Return the whole picture: a warm wall, a disc of light behind the goods, a table.

    `near` brings the goods nearer to the eye.
    """
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 960" width="960" height="960">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="{shade(wall, 0.25)}"/><stop offset="1" stop-color="{wall}"/></linearGradient>
<linearGradient id="table" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="{shade(table, 0.12)}"/><stop offset="1" stop-color="{shade(table, -0.08)}"/></linearGradient>
<radialGradient id="disc" cx=".42" cy=".36" r=".75">
<stop offset="0" stop-color="{shade(disc, 0.35)}"/><stop offset="1" stop-color="{disc}"/></radialGradient>
<linearGradient id="round" x1="0" y1="0" x2="1" y2="0">
<stop offset="0" stop-color="#000" stop-opacity=".24"/><stop offset=".16" stop-color="#fff" stop-opacity=".26"/>
<stop offset=".34" stop-color="#fff" stop-opacity=".05"/><stop offset=".7" stop-color="#000" stop-opacity=".05"/>
<stop offset="1" stop-color="#000" stop-opacity=".34"/></linearGradient>
<linearGradient id="sheen" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="#fff" stop-opacity=".34"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/>
<stop offset="1" stop-color="#000" stop-opacity=".16"/></linearGradient>
<filter id="soft" x="-40%" y="-120%" width="180%" height="340%"><feGaussianBlur stdDeviation="11"/></filter>
</defs>
<rect width="960" height="960" fill="url(#wall)"/>
<circle cx="480" cy="430" r="350" fill="url(#disc)"/>
<path d="M0 742 Q480 700 960 742 V960 H0 Z" fill="url(#table)"/>
<g transform="translate(480 800) scale({near}) translate({-480 - 25 * (near > 1)} -792)">{inside}</g>
</svg>"""
