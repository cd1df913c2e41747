"""What goods come in: tins, bags, boxes, jars, bottles."""

from __future__ import annotations

from zhanggui.demo.pictures.ink import (
    CREAM,
    column,
    ellipse,
    path,
    rect,
    round_shade,
    seal,
    shade,
    shadow,
    text,
)


def _hills(x: float, y: float, w: float, h: float, colour: str) -> str:
    """Return two rows of hills along the foot of a label."""
    back = f"M{x} {y + h} V{y + h * 0.55} Q{x + w * 0.2} {y} {x + w * 0.42} {y + h * 0.5} "
    back += f"Q{x + w * 0.62} {y + h * 0.05} {x + w} {y + h * 0.6} V{y + h} Z"
    front = f"M{x} {y + h} V{y + h * 0.8} Q{x + w * 0.35} {y + h * 0.35} {x + w * 0.62} "
    front += f"{y + h * 0.78} Q{x + w * 0.8} {y + h * 0.5} {x + w} {y + h * 0.78} V{y + h} Z"
    return path(back, shade(colour, 0.28)) + path(front, shade(colour, 0.08))


def tin(name: str, colour: str, *, mark: str, x: float = 480, h: float = 430) -> str:
    """Return a round tin with a cream label."""
    w, top = 290.0, 760 - h
    left = x - w / 2
    body = rect(left, top, w, h - 20, colour) + ellipse(x, 740, w / 2, 26, colour)
    hills = _hills(left, 620, w, 120, colour)
    foot = ellipse(x, 740, w / 2, 26, shade(colour, 0.08))
    label_h = min(h - 140, 62 * len(name) + 40)
    label = rect(x - 46, top + 60, 92, label_h, CREAM, r=6) + rect(
        x - 39, top + 67, 78, label_h - 14, "none", r=3, more=f'stroke="{colour}" stroke-width="2"'
    )
    words = column(x, top + 78, name, 50, shade(colour, -0.45))
    lid = (
        rect(left - 8, top - 52, w + 16, 62, shade(colour, -0.22), r=6)
        + ellipse(x, top + 10, w / 2 + 8, 22, shade(colour, -0.22))
        + round_shade(left - 8, top - 52, w + 16, 82, r=10)
        + ellipse(x, top - 52, w / 2 + 8, 24, shade(colour, 0.06))
        + ellipse(x, top - 54, w / 2 - 26, 15, shade(colour, -0.08))
    )
    return (
        shadow(x, 768, w * 0.62)
        + body
        + foot
        + hills
        + label
        + words
        + seal(x + 96, 650, 44, mark)
        + round_shade(left, top, w, 766 - top, r=26)
        + lid
    )


def pouch(
    name: str, colour: str, *, mark: str, window: str = "", x: float = 480, tall: float = 500
) -> str:
    """Return a standing bag; `window` is what is seen of its contents, drawn around (0, 0)."""
    top, w = 770 - tall, 350.0
    left, right = x - w / 2, x + w / 2
    d = (
        f"M{left + 14} {top} H{right - 14} L{right - 10} {top + 60} "
        f"Q{right + 22} {top + tall * 0.5} {right + 8} 742 Q{x} 796 {left - 8} 742 "
        f"Q{left - 22} {top + tall * 0.5} {left + 10} {top + 60} Z"
    )
    crimps = "".join(
        path(f"M{left + 20} {top + y} H{right - 20}", stroke=shade(colour, -0.16), width=3)
        for y in (14, 26, 38)
    )
    label = rect(left + 26, top + 78, 84, min(64 * len(name) + 34, tall - 150), CREAM, r=8)
    words = column(left + 68, top + 92, name, 52, shade(colour, -0.5))
    glass = ""
    if window:
        cx, cy, r = x + 52, top + tall * 0.56, 108
        glass = (
            ellipse(cx, cy, r + 9, r + 9, CREAM)
            + f'<clipPath id="pane"><circle cx="{cx}" cy="{cy}" r="{r}"/></clipPath>'
            + f'<g clip-path="url(#pane)">{rect(cx - r, cy - r, 2 * r, 2 * r, "#efe0c4")}'
            + f'<g transform="translate({cx} {cy})">{window}</g>'
            + ellipse(
                cx - 40, cy - 52, 60, 34, "#ffffff", 'opacity=".22" transform-origin="center"'
            )
            + "</g>"
        )
    return (
        shadow(x, 774, w * 0.6)
        + path(d, colour)
        + path(f"M{left - 2} 690 Q{x} 742 {right + 2} 690 L{right + 8} 742 Q{x} 796 {left - 8} 742 Z",
               shade(colour, -0.14))
        + crimps
        + path(d, "url(#sheen)")
        + label
        + words
        + glass
        + seal(right - 62, top + 96, 46, mark)
    )  # fmt: skip


def box(
    name: str, colour: str, *, mark: str, x: float = 460, w: float = 400, h: float = 330
) -> str:
    """Return a gift box seen from its corner, its name on the lid's band."""
    left, top, side = x - w / 2, 760 - h, 74.0
    front = rect(left, top, w, h, colour)
    flank = path(f"M{left + w} {top} l{side} -46 v{h - 20} l-{side} 66 Z", shade(colour, -0.26))
    lid = path(f"M{left} {top} l{side} -46 h{w} l-{side} 46 Z", shade(colour, 0.2))
    band = rect(left, top + h * 0.34, w, h * 0.36, CREAM)
    band += path(
        f"M{left + w} {top + h * 0.34} l{side} -46 v{h * 0.36} l-{side} 46 Z", shade(CREAM, -0.16)
    )
    lines = "".join(
        rect(left, top + h * at, w, 3, "#d8a24a") for at in (0.31, 0.715)
    )  # two threads of gold
    size = min(76.0, (w - 110) / max(1, len(name)) * 0.96)
    words = text(x - 20, top + h * 0.52 + size * 0.36, name, size, shade(colour, -0.4))
    return (
        shadow(x + 30, 766, w * 0.66, 36)
        + flank
        + front
        + lid
        + band
        + lines
        + words
        + seal(left + w - 44, top + h * 0.52, 50, mark)
        + rect(left, top, w, h, "url(#sheen)")
    )


def jar(
    name: str, inside: str, *, lid: str, mark: str, tint: str, x: float = 480, h: float = 360
) -> str:
    """Return a glass jar; `inside` is what it holds, drawn on 300 by `h` from its upper left."""
    w, top = 300.0, 770 - h
    left = x - w / 2
    shape = (
        f"M{left + 34} {top} H{left + w - 34} Q{left + w} {top + 14} {left + w} {top + 70} V742 "
        f"Q{left + w} 770 {left + w - 34} 770 H{left + 34} Q{left} 770 {left} 742 V{top + 70} "
        f"Q{left} {top + 14} {left + 34} {top} Z"
    )
    label_h = 150.0
    size = min(60.0, 230 / max(1, len(name)))
    label = rect(left + 8, 560, w - 16, label_h, CREAM, r=8) + rect(
        left + 18, 570, w - 36, label_h - 20, "none", r=4, more=f'stroke="{lid}" stroke-width="2.5"'
    )
    return (
        shadow(x, 774, w * 0.62)
        + f'<clipPath id="glass"><path d="{shape}"/></clipPath>'
        + f'<g clip-path="url(#glass)">{rect(left, top, w, h, tint)}'
        + f'<g transform="translate({left} {top})">{inside}</g></g>'
        + label
        + text(x, 560 + label_h / 2 + size * 0.36, name, size, shade(lid, -0.35))
        + seal(left + w - 46, 562, 40, mark)
        + path(shape, "url(#round)")
        + path(shape, stroke="#ffffff", width=5, more='opacity=".55"')
        + rect(left + 24, top - 62, w - 48, 70, lid, r=12)
        + round_shade(left + 24, top - 62, w - 48, 70, r=12)
        + rect(left + 24, top - 2, w - 48, 10, shade(lid, -0.25), r=5)
    )


def bottle(
    name: str,
    liquid: str,
    *,
    cap: str,
    mark: str,
    x: float = 480,
    h: float = 560,
    w: float = 200,
    neck: float = 70,
) -> str:
    """Return a bottle with its liquid and a label."""
    top, left, right = 770 - h, x - w / 2, x + w / 2
    shoulder = top + h * 0.34
    d = (
        f"M{x - neck / 2} {top} H{x + neck / 2} V{top + h * 0.16} "
        f"Q{x + neck / 2 + 4} {shoulder - 20} {right} {shoulder + 40} V744 "
        f"Q{right} 770 {right - 26} 770 H{left + 26} Q{left} 770 {left} 744 V{shoulder + 40} "
        f"Q{x - neck / 2 - 4} {shoulder - 20} {x - neck / 2} {top + h * 0.16} Z"
    )
    label_y, label_h = shoulder + 74, 744 - shoulder - 110
    size = min(56.0, (label_h - 50) / max(1, len(name)) / 1.12)
    label = rect(left + 4, label_y, w - 8, label_h, CREAM) + "".join(
        rect(left + 4, y, w - 8, 6, cap) for y in (label_y + 8, label_y + label_h - 14)
    )
    return (
        shadow(x, 774, w * 0.68, 24)
        + path(d, liquid)
        + label
        + column(x, label_y + 20, name, size, shade(cap, -0.35))
        + seal(right - 32, label_y + 4, 36, mark)
        + path(d, "url(#round)")
        + path(
            f"M{left + 22} {shoulder + 60} V700", stroke="#ffffff", width=9, more='opacity=".35"'
        )
        + rect(x - neck / 2 - 9, top - 44, neck + 18, 64, cap, r=9)
        + round_shade(x - neck / 2 - 9, top - 44, neck + 18, 64, r=9)
    )


def sack(name: str, colour: str, *, mark: str, picture: str, x: float = 480) -> str:
    """Return a pillow-like sack with a picture below its name."""
    d = (
        f"M{x - 170} 250 Q{x} 232 {x + 170} 250 L{x + 176} 292 Q{x + 214} 520 {x + 186} 740 "
        f"Q{x} 786 {x - 186} 740 Q{x - 214} 520 {x - 176} 292 Z"
    )
    size = min(84.0, 264 / max(1, len(name)))
    stitches = "".join(
        path(f"M{x - 160 + n * 20} 268 h10", stroke=shade(colour, -0.35), width=4)
        for n in range(17)
    )
    return (
        shadow(x, 772, 220)
        + path(d, colour)
        + stitches
        + rect(x - 150, 330, 300, 150, CREAM, r=10)
        + text(x, 405 + size * 0.36, name, size, "#5a3a1c")
        + seal(x + 132, 330, 46, mark)
        + f'<g transform="translate({x} 610)">{picture}</g>'
        + path(d, "url(#sheen)")
    )
