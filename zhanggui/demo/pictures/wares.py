"""Goods that come as they are: shoes, porcelain, umbrella, comb, basket, towels, paper."""

from __future__ import annotations

from math import cos, pi, sin

from zhanggui.demo.pictures.ink import CREAM, ellipse, path, rect, seal, shade, shadow, text


def sports_shoe(upper: str, accent: str, sole: str = "#fdf9f0") -> str:
    """Return a sports shoe from its side, toe to the right, standing on y = 0."""
    mesh = "".join(
        path(f"M{x} {-96 - (x + 40) * -0.05:.0f} l18 62", stroke=shade(upper, 0.16), width=2.5)
        for x in range(20, 230, 16)
    )
    laces = "".join(
        path(f"M{-10 + n * 28} {-176 + n * 18} l44 -16", stroke="#fffaf0", width=9)
        for n in range(5)
    )
    return (
        shadow(0, 6, 330, 26)
        + path("M-306 -56 Q-310 -6 -276 -2 H280 Q334 -6 330 -52 Q120 -30 -306 -56 Z", sole)
        + path("M-306 -26 Q-160 -2 40 -18 T330 -30 Q326 -2 280 -2 H-276 Q-304 -4 -306 -26 Z", accent)
        + path(
            "M-300 -58 Q-318 -150 -286 -214 Q-262 -236 -226 -214 Q-176 -186 -128 -232 "
            "Q-96 -248 -70 -222 Q20 -140 150 -128 Q300 -116 330 -52 Q80 -30 -300 -58 Z",
            upper,
        )
        + mesh
        + path("M-286 -214 Q-262 -236 -226 -214 Q-206 -196 -190 -60 L-298 -60 Q-316 -150 -286 -214 Z",
               shade(upper, -0.22))
        + path("M330 -52 Q300 -112 200 -124 Q226 -76 190 -42 Q270 -42 330 -52 Z", shade(upper, -0.16))
        + path("M-160 -70 Q-40 -74 60 -150 Q20 -70 120 -54 Q-20 -46 -160 -70 Z", accent)
        + path("M-128 -232 Q-96 -248 -70 -222 Q-10 -166 60 -144 L30 -118 Q-60 -150 -128 -232 Z",
               shade(upper, 0.2))
        + laces
        + path("M-300 -58 Q80 -30 330 -52", stroke=shade(sole, -0.15), width=5)
    )  # fmt: skip


def cloth_shoe() -> str:
    """Return a black cloth shoe on a stitched sole."""
    stitches = "".join(
        path(f"M{x} -16 v8", stroke="#b9a274", width=4) for x in range(-280, 300, 22)
    )
    return (
        shadow(0, 6, 310, 24)
        + path("M-296 -34 Q-296 2 -266 2 H276 Q318 0 312 -34 Z", "#f3e6c4")
        + stitches
        + path("M-294 -34 Q-306 -126 -268 -150 Q-120 -110 -60 -120 Q40 -150 120 -120 "
               "Q300 -100 312 -34 Z", "#2b2724")
        + path("M-268 -150 Q-120 -60 60 -134", stroke="#f7efdf", width=13)
        + path("M-268 -150 Q-110 -98 60 -136 Q-40 -70 -130 -84 Q-220 -98 -268 -150 Z", "#efe2c6")
        + path("M120 -108 Q240 -92 288 -44", stroke="#4a443e", width=7)
    )  # fmt: skip


def slipper() -> str:
    """Return a bath slipper."""
    dots = "".join(ellipse(x, y, 7, 4, "#5d7f90") for x in range(-230, -20, 34) for y in (-52, -40))
    return (
        shadow(0, 8, 310, 26)
        + path("M-290 -60 Q-306 0 -250 4 H230 Q320 0 306 -50 Q200 -84 -60 -66 Q-240 -70 -290 -60 Z", "#8fb0be")
        + path("M-290 -60 Q-240 -74 -60 -66 Q200 -84 306 -50 Q200 -26 -60 -30 Q-260 -28 -290 -60 Z", "#b8d0d9")
        + dots
        + path("M-10 -44 Q20 -190 120 -186 Q246 -180 300 -60 Q250 -34 -10 -44 Z", "#6f97a8")
        + path("M30 -60 Q56 -160 122 -158", stroke="#a9c7d3", width=12)
        + "".join(ellipse(x, y, 17, 15, "#53798a") for x, y in ((110, -120), (168, -110), (140, -76), (208, -76)))
    )  # fmt: skip


def rain_boot(colour: str = "#2f5d4f") -> str:
    """Return one rain boot, toe to the right."""
    return (
        shadow(20, 6, 220, 24)
        + path("M-120 -420 H60 V-170 Q70 -130 150 -110 Q230 -90 236 -24 H-132 Q-112 -220 -120 -420 Z", colour)
        + path("M-136 -34 H240 Q246 4 226 6 H-120 Q-142 4 -136 -34 Z", shade(colour, -0.45))
        + rect(-128, -436, 196, 40, shade(colour, 0.2), r=12)
        + path("M-84 -380 V-120", stroke="#ffffff", width=14, more='opacity=".28"')
        + path("M70 -120 Q150 -96 190 -52", stroke=shade(colour, 0.3), width=9)
        + rect(-60, -340, 86, 12, "#e9b44c", r=4)
    )  # fmt: skip


def gaiwan() -> str:
    """Return a covered bowl on its saucer."""
    return (
        shadow(0, 14, 250, 30)
        + path("M-230 -40 Q-180 14 -90 16 H90 Q180 14 230 -40 Z", "#f2ede1")
        + ellipse(0, -40, 230, 40, "#fdfbf6")
        + ellipse(0, -44, 110, 20, "#e9e2d3")
        + path("M-196 -250 Q-176 -86 -84 -54 H84 Q176 -86 196 -250 Z", "#fbf8f1")
        + path("M-196 -250 Q-176 -86 -84 -54 H84 Q176 -86 196 -250 Z", "url(#round)", more='opacity=".6"')
        + path("M-120 -150 q30 -40 60 0 t60 0 t60 0", stroke="#6f94a8", width=5, more='opacity=".75"')
        + path("M-60 -176 q14 -26 30 -4 M30 -176 q14 -26 30 -4", stroke="#6f94a8", width=4, more='opacity=".7"')
        + ellipse(0, -250, 196, 38, "#f1ece1")
        + ellipse(0, -254, 176, 31, "#e3dac8")
        + path("M-172 -262 Q-130 -344 0 -348 Q130 -344 172 -262 Q0 -226 -172 -262 Z", "#fdfbf6")
        + path("M-172 -262 Q-130 -344 0 -348 Q130 -344 172 -262 Q0 -226 -172 -262 Z", "url(#round)", more='opacity=".45"')
        + rect(-34, -386, 68, 44, "#f6f2e8", r=12)
        + ellipse(0, -386, 34, 9, "#fffefa")
    )  # fmt: skip


def pitcher() -> str:
    """Return a fairness pitcher."""
    return (
        shadow(0, 4, 90)
        + path("M-70 -180 Q-92 -40 -60 0 H60 Q92 -40 70 -180 L96 -196 L62 -206 H-62 Z", "#fbf8f1")
        + path("M-70 -180 Q-92 -40 -60 0 H60 Q92 -40 70 -180 Z", "url(#round)", more='opacity=".6"')
        + ellipse(0, -200, 64, 14, "#e6dfd0")
        + path("M-74 -150 Q-140 -130 -124 -80 Q-110 -50 -74 -56", stroke="#f4efe4", width=15)
    )


def umbrella() -> str:
    """Return an open oil-paper umbrella, seen from above and aside."""
    ribs, panes = 16, ""
    for n in range(ribs):
        a, b = 2 * pi * n / ribs, 2 * pi * (n + 1) / ribs
        panes += path(
            f"M0 -40 L{330 * cos(a):.1f} {250 * sin(a):.1f} Q{345 * cos((a + b) / 2):.1f} "
            f"{262 * sin((a + b) / 2):.1f} {330 * cos(b):.1f} {250 * sin(b):.1f} Z",
            ("#c8402f", "#d4503b")[n % 2],
            stroke="#8f2418",
            width=2.5,
        )
    blossom = "".join(
        f'<g transform="translate({x} {y}) scale({s})">'
        + "".join(
            f'<g transform="rotate({t})">{ellipse(0, -17, 12, 17, "#fbe3d2")}</g>'
            for t in range(0, 360, 72)
        )
        + ellipse(0, 0, 7, 7, "#e2a73f")
        + "</g>"
        for x, y, s in (
            (-140, 60, 1.15),
            (-70, 130, 0.8),
            (120, 90, 1),
            (170, -50, 0.7),
            (-190, -40, 0.75),
        )
    )
    branch = path("M-250 100 Q-140 40 -40 150 M90 150 Q140 60 240 20", stroke="#5a2016", width=7)
    return (
        path("M20 60 L210 330 q14 26 40 10", stroke="#c79a55", width=17)
        + panes
        + branch
        + blossom
        + ellipse(0, -40, 40, 26, "#3a2418")
        + ellipse(0, -62, 17, 24, "#5c3a26")
    )


def comb() -> str:
    """Return a horn comb."""
    teeth = "".join(
        path(f"M{x} 20 V{150 - (x / 260) ** 2 * 60:.0f}", stroke="#5b3a22", width=11)
        for x in range(-240, 250, 21)
    )
    return (
        shadow(0, 176, 280, 22)
        + teeth
        + path("M-270 40 Q-250 -110 0 -120 Q250 -110 270 40 Q0 10 -270 40 Z", "#6d4527")
        + path("M-220 -6 Q-160 -86 0 -90 Q160 -86 220 -6 Q0 -30 -220 -6 Z", "#9c6a3b")
        + path("M-180 -20 Q-60 -76 60 -66 T190 -16", stroke="#d8a868", width=9, more='opacity=".8"')
        + path("M-120 -34 Q0 -60 120 -30", stroke="#4f3019", width=6, more='opacity=".6"')
    )


def basket() -> str:
    """Return a woven basket with fruit in it."""
    weave = ""
    for row in range(6):
        y = -160 + row * 28
        half = 240 - row * 15
        for n in range(-8, 9):
            x = n * half / 8.5
            weave += rect(x - 13, y, 26, 24, ("#d3a050", "#b9843a")[(n + row) % 2], r=5)
    fruit = "".join(
        ellipse(x, y, 54, 52, c) + ellipse(x - 16, y - 18, 15, 12, shade(c, 0.4))
        for x, y, c in (
            (-120, -196, "#e58e2e"),
            (100, -200, "#d9772a"),
            (-10, -216, "#eda53a"),
            (180, -180, "#6f9b4d"),
        )
    )
    return (
        shadow(0, 10, 230, 28)
        + path("M-210 -150 Q-200 -430 0 -432 Q200 -430 210 -150", stroke="#b9843a", width=19)
        + fruit
        + path("M-250 -170 H250 L168 6 H-168 Z", "#a8742f")
        + weave
        + rect(-262, -182, 524, 30, "#caa055", r=15)
        + path("M-168 6 H168", stroke="#8c5d22", width=14)
    )


def towels() -> str:
    """Return three folded towels."""
    stack = ""
    for n, colour in enumerate(("#c9b79a", "#a9c0b0", "#f0e3cf")):
        y = -30 - n * 92
        stack += (
            rect(-240, y - 62, 480, 88, colour, r=40)
            + path(f"M-222 {y - 18} H226", stroke=shade(colour, -0.18), width=5)
            + rect(120, y - 62, 26, 88, shade(colour, 0.35))
            + rect(158, y - 62, 10, 88, shade(colour, 0.35))
            + "".join(
                path(f"M{x} {y - 50} v16", stroke=shade(colour, 0.3), width=3)
                for x in range(-200, 100, 18)
            )
        )
    return shadow(0, 4, 280, 28) + stack


def tissues() -> str:
    """Return packs of tissues, one leaf drawn out."""

    def pack(x: float, y: float) -> str:
        return (
            rect(x, y, 300, 120, "#dfc79d", r=20)
            + rect(x, y + 26, 300, 66, "#6d8f5a")
            + text(x + 150, y + 76, "竹浆抽纸", 44, CREAM)
            + rect(x, y, 300, 120, "url(#sheen)", r=20)
        )

    return (
        shadow(0, 6, 330, 28)
        + pack(-320, -126)
        + pack(16, -126)
        + pack(-152, -252)
        + path("M-40 -246 Q-60 -330 0 -352 Q70 -372 60 -300 Q40 -280 34 -246 Z", "#f4e8cf")
        + path("M-20 -252 Q-20 -310 18 -330", stroke="#d8c39a", width=4)
    )


def wine_jar(name: str, mark: str) -> str:
    """Return an earthen wine jar with red paper on it."""
    return (
        shadow(0, 6, 190, 26)
        + path("M-90 -330 Q-240 -260 -214 -90 Q-190 0 -120 4 H120 Q190 0 214 -90 Q240 -260 90 -330 Z", "#7a4a2b")
        + path("M-90 -330 Q-240 -260 -214 -90 Q-190 0 -120 4 H120 Q190 0 214 -90 Q240 -260 90 -330 Z", "url(#round)")
        + rect(-96, -366, 192, 46, "#8d5936", r=12)
        + path("M-120 -352 Q-100 -436 0 -440 Q100 -436 120 -352 Q0 -330 -120 -352 Z", "#b3392b")
        + path("M-110 -352 Q0 -326 110 -352", stroke="#e6b04a", width=10)
        + f'<g transform="rotate(45 0 -160)">{rect(-92, -252, 184, 184, "#c0392b", r=6)}</g>'
        + text(0, -122, name, 110, "#f6dc9a")
        + seal(150, -40, 40, mark)
    )  # fmt: skip


def tea_cake(name: str, mark: str) -> str:
    """Return a pressed cake of tea, half out of its paper."""
    wrinkles = "".join(
        path(f"M0 0 L{250 * cos(t):.0f} {250 * sin(t):.0f}", stroke="#d8c8a4", width=3)
        for t in (n * pi / 9 for n in range(18))
    )
    leaves = "".join(
        path(
            f"M{170 + 190 * cos(t) * r:.0f} {40 + 190 * sin(t) * r:.0f} q16 -14 34 -2",
            stroke=("#5b4a2c", "#86713f", "#a99a63")[n % 3],
            width=9,
        )
        for n, (t, r) in enumerate((k * 2.4, (k % 7 + 1.5) / 8.2) for k in range(70))
    )
    return (
        shadow(60, 250, 330, 34)
        + ellipse(170, 52, 232, 226, "#4d3d22")
        + ellipse(170, 40, 232, 226, "#6d5a33")
        + leaves
        + ellipse(-60, 0, 262, 256, "#e6d6b2")
        + ellipse(-60, -8, 258, 252, "#f6ebd0")
        + f'<g transform="translate(-60 -8)">{wrinkles}</g>'
        + ellipse(-60, -8, 150, 146, "#f9f0da")
        + ellipse(-60, -8, 150, 146, "none", 'stroke="#b3392b" stroke-width="6"')
        + text(-60, 20, name, 84, "#7d2a1f")
        + seal(-60, 84, 50, mark)
    )


def tea_cup(tea: str) -> str:
    """Return a small cup of tea."""
    return (
        shadow(0, 40, 74)
        + path("M-68 -30 Q-60 40 -26 44 H26 Q60 40 68 -30 Z", "#fdfbf5")
        + ellipse(0, -30, 68, 20, "#f1ece0")
        + ellipse(0, -28, 57, 14, tea)
        + ellipse(-18, -31, 20, 5, shade(tea, 0.35))
        + path("M-68 -30 Q-60 40 -26 44 H26 Q60 40 68 -30 Z", "url(#round)", more='opacity=".5"')
    )


def dish(inside: str, *, rim: str = "#fdfbf5") -> str:
    """Return a shallow dish with something in it, drawn around (0, 0)."""
    return (
        shadow(0, 48, 150)
        + path("M-150 0 Q-120 58 -60 60 H60 Q120 58 150 0 Z", shade(rim, -0.08))
        + ellipse(0, 0, 150, 44, rim)
        + ellipse(0, 4, 128, 33, shade(rim, -0.1))
        + inside
    )
