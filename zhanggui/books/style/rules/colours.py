"""Colours: read as hex, turned into OKLCH and back, and how well one can be told from another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.ASCII | re.IGNORECASE)

STEP = 0.005
"""By how much lightness is moved in search of a colour that passes: below what an eye can tell."""

GAMUT_STEPS = 16
"""Halvings of the chroma when a colour is brought into sRGB: finer than one of its 256 steps."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in OKLCH: lightness (0 to 1), chroma (0 to about 0.4) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float

    def __str__(self) -> str:
        hue = f"{self.hue:.2f}".rstrip("0").rstrip(".")
        chroma = f"{self.chroma:.4f}".rstrip("0").rstrip(".")
        light = f"{self.lightness * 100:.2f}".rstrip("0").rstrip(".")
        return f"oklch({light}% {chroma} {hue})"

    def at(self, lightness: float) -> Colour:
        """Return the colour at another lightness."""
        return Colour(lightness, self.chroma, self.hue)


def hex_of(text: str) -> str | None:
    """Return what was typed as `#rrggbb` in small letters; None for what is no colour.

    Three digits stand for six, as in CSS, and the sign in front may be missing.
    """
    found = _HEX.fullmatch(text.strip())
    if found is None:
        return None
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(sign * 2 for sign in digits))


@lru_cache(maxsize=2_000)
def read(text: str) -> Colour:
    """Return the colour of a hex (Björn Ottosson's matrices, bottosson.github.io/posts/oklab)."""
    digits = hex_of(text)
    if digits is None:
        raise ValueError(f"{text!r} is no colour: write it as #c8321f")
    r, g, b = (_linear(int(digits[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    chroma = math.hypot(a, b)
    hue = math.degrees(math.atan2(b, a)) % 360 if chroma > 1e-4 else 0.0
    return Colour(lightness, chroma if chroma > 1e-4 else 0.0, hue)


@lru_cache(maxsize=8_000)
def shown(colour: Colour) -> str:
    """Return the hex a screen shows: what sRGB cannot is brought into it by taking chroma away."""
    light, hue = colour.lightness, math.radians(colour.hue)
    along, across = math.cos(hue), math.sin(hue)
    parts = _channels(light, colour.chroma * along, colour.chroma * across)
    if not _fits(parts):
        low, high = 0.0, colour.chroma
        for _ in range(GAMUT_STEPS):
            middle = (low + high) / 2
            if _fits(_channels(light, middle * along, middle * across)):
                low = middle
            else:
                high = middle
        parts = _channels(light, low * along, low * across)
    return "#" + "".join(f"{round(255 * _companded(part)):02x}" for part in parts)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours as screens show them, from 1 to 21.

    WCAG 2.2, definition of “contrast ratio”: (L1 + 0.05) / (L2 + 0.05), L1 being the lighter.
    """
    first, second = luminance(shown(one)), luminance(shown(other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@lru_cache(maxsize=8_000)
def luminance(digits: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1 (WCAG 2.2, same name)."""
    r, g, b = (_linear(int(digits[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def nearest(colour: Colour, passes: Callable[[Colour], bool]) -> Colour | None:
    """Return the colour itself or the nearest one in lightness that passes; None: none does."""
    for step in range(round(1 / STEP) + 1):
        for sign in (-1, 1):
            lightness = colour.lightness + sign * step * STEP
            if 0 <= lightness <= 1 and passes(colour.at(lightness)):
                return colour.at(lightness)
    return None


def _linear(part: float) -> float:
    # The threshold of the sRGB standard (IEC 61966-2-1), which WCAG 2.2 takes too since 2021.
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _companded(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return 12.92 * part if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _channels(light: float, a: float, b: float) -> tuple[float, float, float]:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _fits(parts: tuple[float, float, float]) -> bool:
    r, g, b = parts
    return -1e-4 <= r <= 1 + 1e-4 and -1e-4 <= g <= 1 + 1e-4 and -1e-4 <= b <= 1 + 1e-4
