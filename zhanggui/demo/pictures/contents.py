"""What is in the tins and bags: leaves, fruit, mushrooms, things from the sea, cakes."""

from __future__ import annotations

from random import Random

from zhanggui.demo.pictures.ink import ellipse, path, rect, shade


def leaf_ball(colour: str) -> str:
    """Return one leaf rolled into a ball."""
    return ellipse(0, 0, 13, 11, colour) + path(
        "M-9 -3 Q0 -10 9 -1 M-8 4 Q1 -1 8 5", stroke=shade(colour, 0.22), width=2.4
    )


def leaf_strip(colour: str) -> str:
    """Return one twisted leaf."""
    return path("M-22 4 Q-10 -9 2 0 T23 -4", stroke=colour, width=7) + path(
        "M-18 3 Q-8 -6 2 0", stroke=shade(colour, 0.25), width=2
    )


def bud(colour: str) -> str:
    """Return one downy tea bud."""
    return path("M-26 0 Q-6 -12 27 0 Q-6 12 -26 0 Z", colour) + path(
        "M-20 0 H20", stroke=shade(colour, 0.45), width=2.5
    )


def pearl(colour: str) -> str:
    """Return one hand-rolled tea pearl."""
    return ellipse(0, 0, 15, 15, colour) + path(
        "M-11 -4 Q0 -14 11 -3 M-12 5 Q0 -4 12 6 M-5 12 Q4 6 9 10",
        stroke=shade(colour, 0.4),
        width=2.6,
    )


def longan(colour: str = "#b98545") -> str:
    """Return one longan in its shell."""
    spots = "".join(
        ellipse(x, y, 2, 1.6, shade(colour, -0.2))
        for x, y in ((-12, 6), (2, 12), (12, 2), (-3, -10), (9, -11), (-14, -7))
    )
    return (
        ellipse(0, 0, 26, 25, shade(colour, -0.12))
        + ellipse(-2, -3, 23, 21, colour)
        + spots
        + ellipse(-9, -11, 7, 5, shade(colour, 0.4))
    )


def longan_open() -> str:
    """Return a longan broken open: shell, dark flesh, black stone."""
    return (
        ellipse(0, 3, 30, 22, "#a87439")
        + ellipse(0, 0, 27, 18, "#e9cfa0")
        + ellipse(0, -1, 21, 14, "#6b3413")
        + ellipse(-4, -4, 9, 6, "#8d4c20")
    )


def flesh(colour: str = "#7a3b16") -> str:
    """Return one piece of dried fruit flesh."""
    return path("M-22 4 Q-16 -18 4 -15 Q26 -12 20 6 Q10 20 -8 16 Q-20 14 -22 4 Z", colour) + path(
        "M-14 2 Q-6 -10 8 -7", stroke=shade(colour, 0.35), width=3.4
    )


def lychee() -> str:
    """Return one dried lychee."""
    bumps = "".join(
        ellipse(x, y, 4.6, 4.2, "#8d3b2c")
        for x, y in ((-14, -4), (-6, 8), (4, -2), (13, 6), (12, -10), (-4, -14), (-15, 10), (4, 16))
    )
    return ellipse(0, 0, 26, 26, "#70291f") + bumps + ellipse(-9, -10, 6, 4, "#b7644f")


def lotus_seed() -> str:
    """Return one white lotus seed."""
    return (
        ellipse(0, 0, 20, 16, "#eadbb8")
        + ellipse(-2, -3, 16, 11, "#f8efd9")
        + path("M14 -4 Q19 0 14 5", stroke="#b79a63", width=3)
    )


def grain(colour: str, *, long: float = 11) -> str:
    """Return one grain."""
    return ellipse(0, 0, long, 5.4, colour) + ellipse(-2, -1.6, long * 0.5, 1.8, shade(colour, 0.5))


def white_fungus() -> str:
    """Return one head of white fungus: frilled lobes, the smaller the nearer to the middle."""
    dice = Random("fungus")  # noqa: S311 - the same picture every time is the point
    lobes = ""
    for ring, (r, number) in enumerate(((56, 9), (40, 7), (22, 5), (4, 2))):
        for n in range(number):
            turn = n * 360 / number + ring * 31 + dice.uniform(-10, 10)
            size = (38 - ring * 5) * dice.uniform(0.9, 1.2)
            frill = "".join(
                f"Q{size * (0.5 - k * 0.2):.0f} {-size * (1.25 - 0.2 * (k % 2)):.0f} "
                f"{size * (0.35 - k * 0.24):.0f} {-size * (0.86 + 0.16 * (k % 2)):.0f} "
                for k in range(4)
            )
            lobe = path(
                f"M0 {size * 0.5:.0f} Q{size * 0.9:.0f} {size * 0.1:.0f} {size * 0.6:.0f} "
                f"{-size * 0.7:.0f} {frill} Q{-size:.0f} {size * 0.1:.0f} 0 {size * 0.5:.0f} Z",
                shade("#ecd9a8", ring * 0.2),
                stroke="#cdb075",
                width=2,
            ) + path(
                f"M0 {size * 0.3:.0f} Q4 {-size * 0.3:.0f} -3 {-size * 0.7:.0f}",
                stroke="#f9f0d6",
                width=3,
            )
            lobes += f'<g transform="rotate({turn:.0f}) translate(0 {-r})">{lobe}</g>'
    return f'<g transform="scale(1 .74)">{ellipse(0, 0, 66, 66, "#dcc48a")}{lobes}</g>'


def shiitake(dice: Random | None = None) -> str:
    """Return one crackled shiitake cap."""
    cracks = "".join(
        path(d, stroke="#f0dcb6", width=5)
        for d in (
            "M-34 -8 L-8 -22 L4 -4 L30 -20",
            "M-8 -22 L-14 -36",
            "M4 -4 L-2 18 L22 12",
            "M-2 18 L-28 14",
        )
    )
    return (
        rect(-10, 10, 20, 44, "#d8bd8d", r=9)
        + path("M-58 10 Q-52 -48 0 -50 Q52 -48 58 10 Q30 24 0 22 Q-30 24 -58 10 Z", "#6a4326")
        + path("M-58 10 Q-30 24 0 22 Q30 24 58 10 Q30 34 0 34 Q-30 34 -58 10 Z", "#c9a876")
        + cracks
    )


def slim_mushroom(dice: Random | None = None) -> str:
    """Return one tea tree mushroom."""
    return path("M0 60 Q-6 10 2 -50", stroke="#d9b98a", width=11) + path(
        "M-24 -46 Q0 -84 28 -48 Q2 -38 -24 -46 Z", "#7d4f2b"
    )


def red_mushroom(dice: Random | None = None) -> str:
    """Return one red mushroom."""
    return (
        path("M-10 8 Q-14 50 -6 62 H12 Q16 40 10 8 Z", "#ecd7c4")
        + path("M-50 12 Q-46 -38 2 -40 Q48 -38 52 12 Q2 30 -50 12 Z", "#a3302c")
        + ellipse(-16, -18, 14, 7, "#d0645a")
    )


def bamboo_fungus() -> str:
    """Return one bamboo fungus with its lace."""
    lace = "".join(
        path(f"M{x} 10 Q{x * 1.7} 50 {x * 1.9} 96", stroke="#eadfbd", width=3)
        for x in range(-30, 31, 10)
    )
    rows = "".join(
        path(f"M{-34 - y * 0.25} {y} Q0 {y + 14} {34 + y * 0.25} {y}", stroke="#eadfbd", width=3)
        for y in range(24, 96, 16)
    )
    return (
        rect(-14, -90, 28, 200, "#f4ecd2", r=13)
        + lace
        + rows
        + path("M-30 10 Q-26 -20 0 -22 Q26 -20 30 10 Q0 20 -30 10 Z", "#f8f2df")
    )


def bamboo_shoot() -> str:
    """Return one dried bamboo shoot."""
    ribs = "".join(
        path(f"M{-20 + y * 0.1} {y} h{40 - y * 0.2:.0f}", stroke="#b98d45", width=3)
        for y in range(-60, 80, 18)
    )
    return path("M0 -110 Q34 -20 30 84 Q0 96 -30 84 Q-34 -20 0 -110 Z", "#d8ae62") + ribs


def laver() -> str:
    """Return one round of dried laver."""
    curls = "".join(
        path(
            f"M{-90 + n * 22} {(-1) ** n * 8} q14 {-26 + n * 3} 30 -4 t28 8",
            stroke="#4b3c56" if n % 2 else "#1d1626",
            width=8,
        )
        for n in range(7)
    )
    return ellipse(0, 10, 136, 58, "#17111d") + ellipse(0, 0, 136, 56, "#2c2236") + curls


def kelp_knot() -> str:
    """Return one knot of kelp."""
    return (
        path("M-52 -14 Q-20 -30 0 0 Q20 30 54 12", stroke="#2f4a2c", width=22)
        + path("M-50 20 Q-20 30 0 0 Q20 -32 50 -22", stroke="#47683c", width=22)
        + ellipse(0, 0, 17, 15, "#38562f")
    )


def shrimp(colour: str = "#e58a52") -> str:
    """Return one shelled, dried shrimp."""
    bands = "".join(
        path(d, stroke=shade(colour, -0.22), width=3)
        for d in ("M-22 -18 L-12 -8", "M-8 -26 L-4 -12", "M8 -26 L6 -12", "M22 -16 L12 -7")
    )
    return (
        path(
            "M-34 14 Q-36 -30 2 -32 Q38 -30 34 8 Q32 20 24 16 Q22 -12 2 -14 Q-16 -12 -20 14 Q-26 24 -34 14 Z",
            colour,
        )
        + bands
        + path("M24 14 l14 12 M28 10 l18 4", stroke=shade(colour, 0.2), width=5)
    )


def squid() -> str:
    """Return one flat dried squid."""
    arms = "".join(
        path(f"M{x} 96 Q{x * 1.4} 150 {x * 1.9} {190 - abs(x)}", stroke="#d7996a", width=10)
        for x in (-30, -18, -6, 6, 18, 30)
    )
    return (
        arms
        + path("M0 -190 Q70 -120 88 -100 Q72 -70 52 -72 Q74 20 40 98 Q0 116 -40 98 Q-74 20 -52 -72 "
               "Q-72 -70 -88 -100 Q-70 -120 0 -190 Z", "#e3ae80")
        + path("M0 -166 V92", stroke="#c98c5c", width=5)
        + path("M-36 -40 Q-44 30 -26 80 M36 -40 Q44 30 26 80", stroke="#f0c9a4", width=6)
        + ellipse(-18, 84, 7, 7, "#4a2a18")
        + ellipse(18, 84, 7, 7, "#4a2a18")
    )  # fmt: skip


def oyster() -> str:
    """Return one dried oyster."""
    return path(
        "M-30 0 Q-26 -24 2 -22 Q34 -20 30 4 Q22 26 -6 22 Q-28 20 -30 0 Z", "#a3703e"
    ) + path("M-24 2 Q-10 -14 10 -8 Q22 -4 26 6", stroke="#5f3c1f", width=6)


def scallop() -> str:
    """Return one dried scallop."""
    lines = "".join(path(f"M{x} -12 V16", stroke="#cf9a48", width=2) for x in (-16, -8, 0, 8, 16))
    return rect(-24, -16, 48, 36, "#e2b25c", r=8) + lines + ellipse(0, -16, 24, 10, "#f1cd85")


def fish() -> str:
    """Return one yellow croaker, split and dried."""
    scales = "".join(
        path(f"M{x} {y} q9 10 18 0", stroke="#c98f2f", width=2.4)
        for y in (-34, -12, 10, 32)
        for x in range(-150 + abs(y), 120 - abs(y), 26)
    )
    return (
        path("M190 0 L286 -74 Q266 0 286 74 Z", "#c08a35")
        + path(
            "M-250 0 Q-180 -96 -20 -84 Q120 -74 206 0 Q120 74 -20 84 Q-180 96 -250 0 Z", "#e6b654"
        )
        + path("M-60 -82 Q0 -128 70 -70 M-30 82 Q10 118 60 70", stroke="#c08a35", width=14)
        + scales
        + path("M-160 -62 Q-128 0 -160 62", stroke="#b07a2b", width=6)
        + path("M-140 0 H180", stroke="#f4d896", width=7)
        + ellipse(-198, -16, 12, 12, "#fff4d8")
        + ellipse(-198, -16, 6, 6, "#33210f")
    )


def noodles(colour: str, *, waves: int = 11) -> str:
    """Return a folded hank of noodles."""
    lines = "".join(
        path(
            f"M-170 {y} Q-120 {y - 22} -60 {y} T60 {y} T170 {y - 4}",
            stroke=shade(colour, (-0.14, 0.12, 0)[n % 3]),
            width=7,
        )
        for n, y in enumerate(range(-waves * 5, waves * 5, 10))
    )
    return rect(-176, -waves * 6, 352, waves * 11, shade(colour, -0.08), r=40) + lines


def peanut(colour: str = "#dba860") -> str:
    """Return one peanut in its shell."""
    return (
        path("M-34 0 Q-36 -19 -16 -19 Q-2 -14 8 -18 Q36 -22 37 0 Q36 20 10 17 Q-2 13 -16 19 Q-36 19 -34 0 Z", colour, stroke=shade(colour, -0.3), width=2.5)
        + path("M-26 -6 Q-10 -10 -4 -6 M6 -8 Q20 -12 30 -6 M-24 7 Q-10 11 -2 6 M8 9 Q20 12 28 6",
               stroke=shade(colour, -0.22), width=2.6)
    )  # fmt: skip


def jasmine() -> str:
    """Return one jasmine blossom."""
    petals = "".join(
        f'<g transform="rotate({turn})">{path("M0 0 Q-17 -17 0 -38 Q17 -17 0 0 Z", "#fffdf5", stroke="#e6dfc6", width=1.6)}</g>'
        for turn in range(0, 360, 60)
    )
    return petals + ellipse(0, 0, 6.5, 6.5, "#e9c75a")


def green_leaf(colour: str = "#5f8a4a") -> str:
    """Return one fresh leaf."""
    return path("M-46 0 Q-10 -32 50 0 Q-10 32 -46 0 Z", colour) + path(
        "M-42 0 H44 M-14 0 l14 -13 M-14 0 l14 13 M8 0 l13 -9 M8 0 l13 9",
        stroke=shade(colour, 0.3),
        width=2.6,
    )


def chilli() -> str:
    """Return one red chilli."""
    return path("M-44 -8 Q-8 -30 46 14 Q-6 18 -44 8 Z", "#c62f22") + path(
        "M-44 0 q-18 -4 -26 -16", stroke="#4f7a35", width=8
    )


def garlic() -> str:
    """Return one clove of garlic."""
    return path("M-4 -34 Q-30 0 -20 22 Q0 34 20 22 Q30 -2 4 -34 Z", "#f7efe0") + path(
        "M-6 -18 Q-14 4 -8 22 M7 -18 Q15 4 9 22", stroke="#d8c3a6", width=3
    )


def star_cake(colour: str, *, seeds: bool = False, hole: bool = False) -> str:
    """Return one round cake, with sesame on it or a hole through it."""
    dots = "".join(
        ellipse(x, y, 4.4, 2.6, "#fff3d2")
        for x, y in (
            (-30, -14),
            (-8, -20),
            (16, -17),
            (34, -8),
            (-36, 0),
            (28, 8),
            (-18, 9),
            (8, 12),
            (0, -8),
        )
    )
    return (
        ellipse(0, 18, 62, 34, shade(colour, -0.3))
        + rect(-62, 0, 124, 18, shade(colour, -0.24))
        + ellipse(0, 0, 62, 34, colour)
        + ellipse(0, -3, 48, 23, shade(colour, 0.16))
        + (dots if seeds else "")
        + (ellipse(0, -2, 12, 6, shade(colour, -0.5)) if hole else "")
    )


def pastry() -> str:
    """Return one flaky pastry with its red dot."""
    return (
        star_cake("#e9c889")
        + path("M-44 -4 Q0 -24 44 -4 M-50 4 Q0 26 50 4", stroke="#d3a85f", width=3)
        + ellipse(0, -4, 9, 5, "#c0392b")
    )


def candy() -> str:
    """Return one block of peanut candy in its paper."""
    return (
        path("M-58 -20 L-84 -34 V26 L-58 14 Z M58 -20 L84 -34 V26 L58 14 Z", "#f3e6c6")
        + rect(-60, -26, 120, 46, "#e2b872", r=10)
        + rect(-26, -26, 52, 46, "#b3392b")
        + rect(-60, -26, 120, 46, "url(#sheen)", r=10)
    )


def jerky() -> str:
    """Return one sheet of jerky."""
    dots = "".join(
        ellipse(x, y, 3.6, 2.2, "#f2d9a8")
        for x, y in (
            (-60, -30),
            (-20, -46),
            (30, -24),
            (64, -44),
            (-44, 10),
            (6, 22),
            (52, 14),
            (-8, -10),
            (-70, 36),
        )
    )
    return (
        path("M-96 -62 Q-40 -74 10 -62 T98 -58 L92 52 Q40 66 -10 54 T-98 60 Z", "#8e2c1b")
        + path("M-84 -50 Q-30 -60 14 -50 T86 -46", stroke="#c4573a", width=6)
        + dots
    )


def puff() -> str:
    """Return one sesame puff."""
    dots = "".join(
        ellipse(x, y, 4, 2.8, "#c79a55") for x in range(-52, 60, 17) for y in (-14, 0, 13)
    )
    return rect(-66, -27, 132, 54, "#f3e3bd", r=27) + dots


def strip(colour: str = "#cf6a26") -> str:
    """Return one strip of dried sweet potato."""
    return path(
        "M-58 -6 Q-20 -22 20 -14 T62 -8 Q64 12 30 14 T-30 16 Q-60 18 -58 -6 Z", colour
    ) + path("M-44 -2 Q-10 -12 40 -4", stroke=shade(colour, 0.35), width=4)


def olive() -> str:
    """Return one candied olive."""
    return ellipse(0, 0, 25, 18, "#7c6a2c") + path(
        "M-16 -3 Q0 -12 14 -5 M-14 6 Q0 12 14 6", stroke="#a8954a", width=3
    )


def loquat() -> str:
    """Return one loquat."""
    return (
        ellipse(0, 0, 38, 42, "#eda12f")
        + ellipse(-10, -14, 14, 16, "#f7c468")
        + ellipse(0, 38, 8, 5, "#8a5a1e")
        + path("M0 -40 q-4 -18 8 -28", stroke="#6b4a20", width=7)
    )


def soybean() -> str:
    """Return one soybean."""
    return ellipse(0, 0, 15, 13, "#dcb768") + ellipse(-4, -4, 6, 4, "#f2dca6")


def camellia() -> str:
    """Return one white camellia."""
    petals = "".join(
        f'<g transform="rotate({turn})">{path("M0 0 Q-34 -24 -14 -56 Q0 -64 14 -56 Q34 -24 0 0 Z", "#fffaf0", stroke="#e9dcc4", width=2)}</g>'
        for turn in range(0, 360, 60)
    )
    return petals + ellipse(0, 0, 17, 17, "#edc548") + ellipse(0, 0, 9, 9, "#d09a22")
