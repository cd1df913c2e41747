"""Wide drawings for the articles of the example company."""

from __future__ import annotations

from zhanggui.demo.pictures import contents as c
from zhanggui.demo.pictures import packs as p
from zhanggui.demo.pictures import wares as w
from zhanggui.demo.pictures.ink import at, scene, strewn

WIDE = (1440, 960)
"""Width and height: three to two, as articles show them."""


def _wide(inside: str, *, wall: str, table: str, disc: str) -> str:
    """Return a scene half as wide again as those of goods."""
    square = scene(inside, wall=wall, table=table, disc=disc)
    return (
        square.replace(
            'viewBox="0 0 960 960" width="960"', 'viewBox="-240 0 1440 960" width="1440"'
        )
        .replace('<rect width="960" height="960"', '<rect x="-240" width="1440" height="960"')
        .replace("M0 742 Q480 700 960 742 V960 H0 Z", "M-240 752 Q480 690 1200 752 V960 H-240 Z")
    )


def covers() -> dict[str, str]:
    """Return the drawing of each article as SVG, by the article's address."""
    tea = (
        p.tin("铁观音", "#55744f", mark="山", x=250)
        + at(640, 800, w.gaiwan(), size=1.25)
        + at(990, 800, w.tea_cup("#d9cf73"), size=1.3)
        + strewn(
            lambda _dice: c.leaf_ball("#5d7040"),
            seed="keep",
            number=34,
            x=430,
            y=842,
            rx=120,
            ry=34,
        )
    )
    longan = (
        at(470, 760, w.dish(_heap("dish", 34)), size=2.6)
        + strewn(
            lambda _dice: c.longan(), seed="left", number=7, x=-20, y=842, rx=150, ry=40,
            size=(1.6, 1.9),
        )
        + at(960, 800, c.longan_open(), size=2.6)
        + at(1110, 850, c.longan(), size=2.1)
        + at(1090, 752, c.flesh(), size=2.1)
    )  # fmt: skip
    soup = (
        at(470, 770, w.dish(_fungus()), size=2.7)
        + strewn(
            lambda _dice: c.lotus_seed(), seed="seeds", number=20, x=1010, y=826, rx=180, ry=50,
            size=(1.7, 2),
        )
        + strewn(
            lambda _dice: c.longan(), seed="few", number=4, x=-60, y=846, rx=100, ry=30,
            size=(1.6, 1.8),
        )
    )  # fmt: skip
    return {
        "keep-tea": _wide(tea, wall="#e9e3cf", table="#c9a877", disc="#f4efdc"),
        "choose-longan": _wide(longan, wall="#f2e2c4", table="#cfa46a", disc="#faeed6"),
        "lotus-seed-soup": _wide(soup, wall="#e6dfce", table="#b79566", disc="#f3ecdb"),
    }


def _heap(seed: str, number: int) -> str:
    return strewn(
        lambda _dice: c.longan(),
        seed=seed,
        number=number,
        x=0,
        y=-40,
        rx=120,
        ry=34,
        size=(0.7, 0.9),
    )


def _fungus() -> str:
    seeds = strewn(lambda _dice: c.lotus_seed(), seed="bowl", number=12, x=0, y=-38, rx=100, ry=26)
    return (
        at(-40, -50, c.white_fungus(), size=0.8) + at(60, -46, c.white_fungus(), size=0.7) + seeds
    )
