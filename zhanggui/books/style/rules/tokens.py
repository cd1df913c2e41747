"""The tokens a style may set: what the shop looks like by itself, and what is derived from them.

A style says little: six colours and four choices. All other tokens follow from these, in light and
in dark. What a style leaves as the shop has it by itself is not written into its stylesheet at all,
so that the shop's own, made by hand, stays exactly as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.style.rules.colours import Colour, contrast, nearest, read, shown

Values = Mapping[str, str]
Tokens = dict[str, Colour]

TEXT_LEAST = 4.5
"""Contrast of words with what is behind them (WCAG 2.2, 1.4.3 Contrast, level AA)."""

CONTROL_LEAST = 3.0
"""Contrast of a control with what is beside it (WCAG 2.2, 1.4.11 Non-text Contrast)."""

COLOURS: dict[str, tuple[str, str | Promise]] = {
    "accent": ("#c52d23", _("Accent")),
    "accent_hover": ("#b02018", _("Accent under the pointer")),
    "accent_ink": ("#ffffff", _("Words on the accent")),
    "price": ("#be241b", pgettext_lazy("a colour", "Price")),
    "link": ("#1d4f7e", pgettext_lazy("a colour", "Link")),
    "ground": ("#fcf9f5", _("Ground")),
}
"""The colours of a style: what the shop has by itself, and what people call it."""

LIGHT: Tokens = {
    "ink-1": Colour(0.24, 0.018, 50),
    "ink-3": Colour(0.50, 0.016, 55),
    "paper-1": Colour(1.0, 0.0, 0),
    "paper-2": Colour(0.982, 0.006, 75),
    "paper-3": Colour(0.954, 0.009, 75),
    "line": Colour(0.916, 0.01, 75),
    "line-2": Colour(0.84, 0.014, 75),
    "buy": Colour(0.54, 0.19, 29),
    "buy-2": Colour(0.49, 0.18, 29),
    "on-buy": Colour(1.0, 0.0, 0),
    "price": Colour(0.52, 0.19, 29),
    "buy-soft": Colour(0.956, 0.028, 40),
    "buy-ink": Colour(0.48, 0.17, 29),
    "brand-ink": Colour(0.42, 0.095, 250),
}
"""The shop's own tokens in light, as its stylesheet has them (a test compares the two)."""

DARK: Tokens = {
    "ink-1": Colour(0.94, 0.008, 70),
    "ink-3": Colour(0.72, 0.014, 70),
    "paper-1": Colour(0.24, 0.01, 60),
    "paper-2": Colour(0.19, 0.008, 60),
    "paper-3": Colour(0.29, 0.012, 60),
    "line": Colour(0.32, 0.012, 60),
    "line-2": Colour(0.43, 0.016, 60),
    "buy": Colour(0.55, 0.18, 30),
    "buy-2": Colour(0.51, 0.18, 30),
    "on-buy": Colour(1.0, 0.0, 0),
    "price": Colour(0.76, 0.14, 38),
    "buy-soft": Colour(0.31, 0.06, 32),
    "buy-ink": Colour(0.80, 0.12, 38),
    "brand-ink": Colour(0.78, 0.09, 248),
}
"""The shop's own tokens in dark."""

SHAPES: dict[str, tuple[str | Promise, tuple[int, int, int, int, int]]] = {
    "square": (_("Square"), (0, 0, 0, 0, 0)),
    "slight": (_("Slightly rounded"), (3, 4, 6, 8, 8)),
    "soft": (_("Soft"), (8, 12, 16, 22, 99)),
    "round": (_("Round"), (14, 20, 26, 34, 99)),
}
"""Corner radii in pixels: r1 to r4, and of what is round at its ends."""

_SANS = '"PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei"'
_SONG = '"Songti SC", "Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif'
_KAI = '"Kaiti SC", STKaiti, KaiTi, "AR PL UKai CN", "Noto Serif CJK SC", serif'
_ROUND = f'ui-rounded, "Yuanti SC", "Hiragino Maru Gothic ProN", YouYuan, {_SANS}, sans-serif'
FAMILIES: dict[str, tuple[str | Promise, str, str]] = {
    "sans": (_("Sans: plain and clear"), "", ""),
    "song": (
        _("Song: with serifs, like a book"),
        _SONG,
        f'Georgia, "Times New Roman", "Liberation Serif", "DejaVu Serif", {_SONG}',
    ),
    "kai": (
        _("Kai: like a brush"),
        _KAI,
        f'"Palatino Linotype", Palatino, "Book Antiqua", Georgia, "Liberation Serif", {_KAI}',
    ),
    "rounded": (
        _("Rounded: friendly"),
        _ROUND,
        f'ui-rounded, "SF Pro Rounded", Nunito, Verdana, "DejaVu Sans", {_SANS}, sans-serif',
    ),
}
"""Families of type every device has in some form: nothing is downloaded. Chinese, then English.

The first is the shop's own, which stands in its stylesheet."""

SCALES: dict[str, tuple[str | Promise, float]] = {
    "small": (pgettext_lazy("a scale", "Small"), 0.94),
    "normal": (pgettext_lazy("a scale", "Normal"), 1.0),
    "large": (pgettext_lazy("a scale", "Large"), 1.08),
}
"""How large everything stands, beside the shop's own size."""

DENSITIES: dict[str, tuple[str | Promise, float]] = {
    "compact": (_("Compact"), 0.75),
    "normal": (pgettext_lazy("a density", "Normal"), 1.0),
    "airy": (_("Airy"), 1.3),
}
"""How much room stands between things, beside the shop's own."""

SPACES = {"s3": 12, "s4": 16, "s5": 20, "s6": 24, "s8": 32, "s10": 40}
"""The shop's own distances in pixels, as far as a density moves them: what is smaller stays."""

CHOICES: dict[str, tuple[str, str | Promise, list[tuple[str, str | Promise]]]] = {
    "shape": ("soft", _("Corners"), [(code, said[0]) for code, said in SHAPES.items()]),
    "family": ("sans", _("Type"), [(code, said[0]) for code, said in FAMILIES.items()]),
    "scale": ("normal", _("Scale"), [(code, said[0]) for code, said in SCALES.items()]),
    "density": ("normal", _("Density"), [(code, said[0]) for code, said in DENSITIES.items()]),
}
"""The choices of a style: what the shop has by itself, what people call it, and what there is."""

OWN: dict[str, str] = {
    **{name: own for name, (own, _label) in COLOURS.items()},
    **{name: own for name, (own, _label, _choices) in CHOICES.items()},
}
"""The shop as it looks by itself, as the values of a style."""


# --- derivation ---------------------------------------------------------------------------------


def tokens_of(values: Values, *, dark: bool) -> Tokens:
    """Return all colour tokens of a style, in light or in dark, with the shop's own it keeps."""
    return {**(DARK if dark else LIGHT), **_said(_key(values), dark)}


def said_by(values: Values, *, dark: bool) -> Tokens:
    """Return the colour tokens that a style sets itself, in light or in dark."""
    return dict(_said(_key(values), dark))


def _key(values: Values) -> tuple[str, ...]:
    return tuple(values.get(name, OWN[name]) for name in COLOURS)


@lru_cache(maxsize=2_000)
def _said(key: tuple[str, ...], dark: bool) -> Tokens:
    values = dict(zip(COLOURS, key, strict=True))
    changed = {name for name, digits in values.items() if digits != OWN[name]}
    said: Tokens = {}
    if "ground" in changed:
        said |= _grounds(read(values["ground"]), dark=dark)
    own = DARK if dark else LIGHT
    papers = tuple(said.get(name, own[name]) for name in ("paper-1", "paper-2"))
    if changed & {"accent", "accent_hover", "accent_ink"}:
        three = tuple(read(values[name]) for name in ("accent", "accent_hover", "accent_ink"))
        said |= _accents(*three, papers, dark)
    if "price" in changed:
        price = read(values["price"])
        said["price"] = _readable(price, papers, 0.76, 0.74) if dark else price
    if "link" in changed:
        link = read(values["link"])
        said["brand-ink"] = _readable(link, papers, 0.78, 0.95) if dark else link
    return said


def _grounds(ground: Colour, *, dark: bool) -> Tokens:
    """Return papers and lines in the tint of the ground, in the steps the shop's own have."""
    own = DARK if dark else LIGHT
    if dark:  # as much more or less of its tint as in light, without ever becoming a colour
        more = min(ground.chroma / LIGHT["paper-2"].chroma, 2.5)
        names = ("paper-1", "paper-2", "paper-3", "line", "line-2")
        return {n: Colour(own[n].lightness, own[n].chroma * more, ground.hue) for n in names}
    said = {"paper-2": ground}
    for name in ("paper-3", "line", "line-2"):
        lower = own["paper-2"].lightness - own[name].lightness
        more = own[name].chroma / own["paper-2"].chroma
        said[name] = Colour(ground.lightness - lower, min(ground.chroma * more, 0.06), ground.hue)
    return said


Papers = tuple[Colour, ...]
"""What words stand on: the paper of cards and the ground behind them."""


@lru_cache(maxsize=2_000)
def _accents(accent: Colour, hover: Colour, ink: Colour, papers: Papers, dark: bool) -> Tokens:
    """Return what one buys with: the button, under the pointer, its words, and its quiet form."""
    soft = Colour(
        0.31 if dark else 0.956, min(accent.chroma * (0.33 if dark else 0.15), 0.06), accent.hue
    )
    start = accent.at(0.80) if dark else accent.at(min(accent.lightness - 0.06, 0.48))
    start = Colour(start.lightness, accent.chroma * (0.65 if dark else 0.9), accent.hue)
    quiet = nearest(start, lambda c: _reads(c, soft, *papers))
    if dark:
        lifted = nearest(accent, lambda c: _reads(ink, c) and _stands(c, papers[0])) or accent
        further = lifted.at(lifted.lightness + hover.lightness - accent.lightness)
        accent = lifted
        further = Colour(further.lightness, hover.chroma, hover.hue)
        hover = nearest(further, lambda c: _reads(ink, c)) or further
    return {
        "buy": accent,
        "buy-2": hover,
        "on-buy": ink,
        "buy-soft": soft,
        "buy-ink": quiet or start,
    }


@lru_cache(maxsize=2_000)
def _readable(colour: Colour, papers: Papers, to: float, keep: float) -> Colour:
    """Return a colour for words as it stands in dark: lighter, with less chroma."""
    start = Colour(to, colour.chroma * keep, colour.hue)
    return nearest(start, lambda c: _reads(c, *papers)) or start


def _reads(front: Colour, *behind: Colour) -> bool:
    return all(contrast(front, back) >= TEXT_LEAST for back in behind)


def _stands(front: Colour, *behind: Colour) -> bool:
    return all(contrast(front, back) >= CONTROL_LEAST for back in behind)


# --- the stylesheet -----------------------------------------------------------------------------


def stylesheet(values: Values) -> str:
    """Return the stylesheet of a style: only what differs from the shop's own.

    Nothing of what people typed stands in it: colours are printed from their numbers, all else
    comes from the lists above.
    """
    values = {**OWN, **values}
    light, dark = _lines(said_by(values, dark=False)), _lines(said_by(values, dark=True))
    light += _measures(values)
    rules = [f":root{{{light}}}"] if light else []
    if values["family"] != OWN["family"]:
        _label, chinese, english = FAMILIES[values["family"]]
        rules.append(f":root{{--font:{chinese}}}:root:lang(en){{--font:{english}}}")
    if dark:
        rules.append(
            '@media (prefers-color-scheme:dark){:root:not([data-theme="light"])'
            f"{{{dark}}}}}"
            f':root[data-theme="dark"]{{{dark}}}'
        )
    said = f"@layer tokens{{{''.join(rules)}}}\n" if rules else ""
    if values["scale"] != OWN["scale"]:
        _label, factor = SCALES[values["scale"]]
        zoomed = f"zoom:{factor:g};min-block-size:calc(100dvh / {factor:g})"
        said += f"@layer utilities{{body{{{zoomed}}}}}\n"
    return said or "/* The shop's own. */\n"


def _lines(tokens: Tokens) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in tokens.items())


def _measures(values: Values) -> str:
    said = ""
    if values["shape"] != OWN["shape"]:
        _label, radii = SHAPES[values["shape"]]
        names = ("r1", "r2", "r3", "r4", "round")
        said += "".join(f"--{n}:{px}px;" for n, px in zip(names, radii, strict=True))
    if values["density"] != OWN["density"]:
        _label, factor = DENSITIES[values["density"]]
        said += "".join(f"--{name}:{round(px * factor)}px;" for name, px in SPACES.items())
    return said


def theme_colours(values: Values) -> tuple[str, str]:
    """Return what a browser colours its own frame with, in light and dark: the shop's head."""
    light, dark = (tokens_of(values, dark=dark)["paper-1"] for dark in (False, True))
    return shown(light), shown(dark)
