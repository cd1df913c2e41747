"""Which drawing belongs to which product: packing, contents, and the light around them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from zhanggui.demo.pictures import contents as c
from zhanggui.demo.pictures import packs as p
from zhanggui.demo.pictures import wares as w
from zhanggui.demo.pictures.ink import (
    at,
    column,
    ellipse,
    path,
    rect,
    scene,
    seal,
    shade,
    shadow,
    strewn,
)

# Wall, table, disc of light, by what kind of goods it is.
LIGHT = {
    "tea": ("#e9e3cf", "#c9a877", "#f4efdc"),
    "rock": ("#ecdccb", "#b98c62", "#f6ead9"),
    "dry": ("#f2e2c4", "#cfa46a", "#faeed6"),
    "wood": ("#e6dfce", "#b79566", "#f3ecdb"),
    "sea": ("#dbe6e4", "#c3b08a", "#edf4f1"),
    "grain": ("#f3e9d2", "#c8a468", "#fbf4e2"),
    "sauce": ("#f2ddcb", "#b5835a", "#f9ebdd"),
    "snack": ("#f6e3c6", "#cf9f62", "#fcf0da"),
    "wine": ("#eed9cc", "#a9764f", "#f7e9de"),
    "shoe": ("#e2e4e3", "#c2b9a6", "#f1f2ef"),
    "home": ("#e8e6dc", "#c4a983", "#f5f3ea"),
}

# What fills the picture by itself.
WHOLE = {
    "SMB", "YYU", "HYX", "XHM", "XMN", "QHJ", "PXM", "PXW", "BUX", "TUO", "YXU", "GAI", "CJU",
    "YZS", "JSH", "ZLA", "MJI", "CZI",
}  # fmt: skip

Small = Callable[[Random], str]


def _mound(small: Small, seed: str, *, number: int = 26, x: float = 700, y: float = 800,
           rx: float = 150, ry: float = 46, size: float = 1, turn: float = 180) -> str:  # fmt: skip
    """Return a small heap in front of the pack."""
    return ellipse(
        x, y + 16, rx * 1.06, ry * 0.9, "#3b2412", 'opacity=".2" filter="url(#soft)"'
    ) + strewn(
        small,
        seed=seed,
        number=number,
        x=x,
        y=y,
        rx=rx,
        ry=ry,
        size=(size * 0.85, size * 1.12),
        turn=turn,
    )


def _window(
    small: Small, seed: str, *, number: int = 40, size: float = 1, turn: float = 180
) -> str:
    """Return what is seen through the window of a bag."""
    return strewn(
        small,
        seed=seed,
        number=number,
        x=0,
        y=0,
        rx=112,
        ry=112,
        size=(size * 0.85, size * 1.1),
        turn=turn,
    )


def _filled(small: Small, seed: str, *, number: int = 90, size: float = 1, top: float = 40) -> str:
    """Return what fills a jar 300 wide and 360 high."""
    return strewn(
        small,
        seed=seed,
        number=number,
        x=150,
        y=210 + top / 2,
        rx=170,
        ry=190 - top / 2,
        size=(size * 0.9, size * 1.1),
    )


def _ball(colour: str) -> Small:
    return lambda dice: c.leaf_ball(shade(colour, dice.uniform(-0.15, 0.15)))


def _strip(colour: str) -> Small:
    return lambda dice: c.leaf_strip(shade(colour, dice.uniform(-0.2, 0.15)))


def _bud(colour: str) -> Small:
    return lambda dice: c.bud(shade(colour, dice.uniform(-0.1, 0.2)))


def _of(colour: str, draw: Callable[[str], str], spread: float = 0.14) -> Small:
    return lambda dice: draw(shade(colour, dice.uniform(-spread, spread)))


def _just(draw: Callable[[], str]) -> Small:
    return lambda _dice: draw()


def _tin(
    name: str, colour: str, mark: str, small: Small, cup: str, seed: str, *, h: float = 430
) -> str:
    return (
        p.tin(name, colour, mark=mark, x=390, h=h)
        + at(760, 716, w.tea_cup(cup))
        + _mound(small, seed, x=640, y=824, rx=140, ry=40)
    )


def _tea_box(name: str, colour: str, mark: str, small: Small, cup: str, seed: str) -> str:
    return (
        p.box(name, colour, mark=mark, x=420, w=440, h=350)
        + at(790, 744, w.tea_cup(cup))
        + _mound(small, seed, x=600, y=838, rx=170, ry=36)
    )


def _bag(
    name: str, colour: str, mark: str, small: Small, seed: str, *,
    size: float = 1, number: int = 40, heap: int = 18, heap_size: float | None = None, turn: float = 180, extra: str = "",
) -> str:  # fmt: skip
    return (
        p.pouch(
            name,
            colour,
            mark=mark,
            window=_window(small, seed, size=size, number=number, turn=turn),
            x=420,
        )
        + _mound(
            small,
            seed + "!",
            number=heap,
            x=715,
            y=806,
            rx=165,
            ry=48,
            size=heap_size or size,
            turn=turn,
        )
        + extra
    )


def _jar(
    name: str, lid: str, mark: str, tint: str, inside: str, *, beside: str = "", x: float = 420
) -> str:
    return p.jar(name, inside, lid=lid, mark=mark, tint=tint, x=x) + beside


def _paste(colour: str, bits: tuple[str, ...], seed: str) -> str:
    """Return a paste with bits in it, filling a jar."""
    dots = strewn(
        lambda dice: ellipse(0, 0, dice.uniform(4, 9), dice.uniform(3, 6), dice.choice(bits)),
        seed=seed, number=120, x=150, y=200, rx=160, ry=200,
    )  # fmt: skip
    return rect(0, 0, 300, 400, colour) + dots


def _spoon(colour: str, x: float, y: float) -> str:
    """Return a spoonful."""
    return at(
        x, y,
        path("M60 -14 Q180 -60 240 -96", stroke="#c9a06a", width=19)
        + ellipse(0, 0, 84, 40, "#dcb882") + ellipse(0, -4, 66, 27, colour)
        + ellipse(-20, -12, 24, 7, shade(colour, 0.4)),
    )  # fmt: skip


def _noodle_pack(name: str, colour: str, mark: str, noodle: str) -> str:
    """Return noodles in a paper band, stacked."""
    hanks = "".join(at(480, y, c.noodles(noodle), size=1.25) for y in (700, 590, 480))
    band = rect(400, 405, 160, 360, colour, r=8) + column(480, 424, name, 60, "#fff6e2")
    return (
        shadow(480, 772, 270)
        + hanks
        + band
        + rect(400, 405, 160, 360, "url(#sheen)", r=8)
        + seal(480, 736, 42, mark)
    )


def _slices(what: str, spots: tuple[tuple[float, float, float], ...], *, size: float = 1) -> str:
    return "".join(at(x, y, what, turn=turn, size=size) for x, y, turn in spots)


def _plate(small: Small, seed: str, number: int) -> str:
    """Return a dish of something small."""
    return w.dish(strewn(small, seed=seed, number=number, x=0, y=-14, rx=112, ry=34))


def _pair(shoe: str) -> str:
    """Return a shoe and its fellow behind it."""
    return at(420, 640, shoe, size=0.86) + at(520, 796, shoe, size=1.06)


def _teas() -> dict[str, tuple[str, str]]:
    green, dark, red, white = "#5d7045", "#3f3226", "#4b2a1a", "#b9bb95"
    return {
        "TGY": ("tea", _tin("铁观音", "#55744f", "山", _ball(green), "#d9cf73", "tgy")),
        "TGN": ("rock", _tin("浓香", "#8a4b2a", "山", _ball("#5a4a2c"), "#d79a3d", "tgn")),
        "DHP": ("rock", _tea_box("大红袍", "#8f2c22", "岩", _strip(dark), "#c2692a", "dhp")),
        "RGU": ("rock", _tea_box("肉桂", "#5b3a2a", "岩", _strip(dark), "#c8772f", "rgu")),
        "YFS": ("tea", _bag("佛手", "#7d8d4e", "山", _ball("#596a3c"), "yfs", extra=at(742, 690, w.tea_cup("#dcc869")))),
        "BYQ": ("tea", _bag("奇兰", "#8a7a3f", "山", _ball("#4f5a33"), "byq", extra=at(742, 690, w.tea_cup("#d9b24c")))),
        "BHZ": ("tea", _tin("银针", "#9aa48c", "春", _bud(white), "#ede4b0", "bhz", h=400)),
        "BMD": ("tea", _bag("白牡丹", "#a8b08f", "春", lambda d: d.choice((c.bud("#b5b98f"), c.leaf_strip("#77815a"))), "bmd",
                extra=at(742, 690, w.tea_cup("#ead9a0")))),
        "SMB": ("rock", at(440, 520, w.tea_cake("寿眉", "春")) + at(790, 800, w.tea_cup("#b8672a"))),
        "ZSX": ("rock", _tin("正山", "#7a2f22", "桐", _strip(red), "#a8431d", "zsx", h=410)),
        "JJM": ("rock", _tea_box("金骏眉", "#33302c", "桐", lambda d: c.leaf_strip(d.choice(("#3b281c", "#c99a45", "#5a3a22"))), "#b6541f", "jjm")),
        "TYG": ("rock", _bag("坦洋", "#a14a2c", "白", _strip(red), "tyg", extra=at(742, 690, w.tea_cup("#ad4a20")))),
        "MLH": ("tea", _tin("茉莉", "#6f8f86", "闽", lambda d: d.choice((c.leaf_strip("#5b6a44"), c.leaf_strip("#6b7a50"), c.jasmine())), "#e2d37f", "mlh")),
        "MLZ": ("tea", _jar("龙珠", "#6f8f86", "闽", "#eef0dc", _filled(_of("#7d8f5e", c.pearl), "mlz", size=1.15),
                beside=_mound(_of("#7d8f5e", c.pearl), "mlz!", x=730, y=800, number=20, size=1.2)
                + _slices(c.jasmine(), ((640, 838, 20), (850, 770, -10), (800, 846, 30))))),
    }  # fmt: skip


def _dry() -> dict[str, tuple[str, str]]:
    long = _of("#b98545", c.longan, 0.1)
    return {
        "GYG": ("dry", _bag("桂圆干", "#c0662d", "兰", long, "gyg", number=22, size=1.25, heap=15, heap_size=1.35)
                + _slices(c.longan_open(), ((640, 858, -8), (800, 862, 12)), size=1.3)),
        "GYR": ("dry", _jar("桂圆肉", "#a4552a", "兰", "#f3dcb4", _filled(_of("#7a3b16", c.flesh), "gyr", size=1.3),
                beside=at(745, 800, w.dish(strewn(_of("#7a3b16", c.flesh), seed="gyr!", number=26, x=0, y=-6, rx=100, ry=24))))),
        "LZH": ("dry", _bag("荔枝干", "#9c3a33", "兰", _just(c.lychee), "lzh", number=24, size=1.25, heap=14, heap_size=1.3)),
        "LZI": ("dry", _bag("白莲子", "#7d9a74", "莲", _just(c.lotus_seed), "lzi", number=38, size=1.15, heap=22, heap_size=1.2)),
        "YER": ("dry", _bag("银耳", "#d59a3a", "古", _just(c.white_fungus), "yer", number=9, size=1.0, heap=1, heap_size=0.1,
                extra=at(700, 770, c.white_fungus(), size=1.75) + at(850, 838, c.white_fungus(), size=0.95))),
        "YMI": ("grain", _bag("薏米", "#8f9f6a", "莲", _of("#e6d6b0", c.grain, 0.06), "ymi", number=150, size=1.2, heap=90, heap_size=1.1)),
        "XGU": ("wood", _bag("香菇", "#7a5a3a", "古", _just(c.shiitake), "xgu", number=9, size=0.85, heap=1, heap_size=0.1, turn=25,
                extra=_slices(c.shiitake(), ((660, 770, -8), (800, 750, 10), (740, 836, 4)), size=1.25))),
        "CSG": ("wood", _bag("茶树菇", "#8d6b45", "古", _just(c.slim_mushroom), "csg", number=20, size=0.9, heap=1, heap_size=0.1, turn=40,
                extra="".join(at(640 + n * 34, 790 + (n % 3) * 16, c.slim_mushroom(), turn=62 + n * 5, size=1.2) for n in range(7)))),
        "HGU": ("wood", _jar("红菇", "#8f2c26", "山", "#f2dccb", _filled(_just(c.red_mushroom), "hgu", number=34, size=0.95),
                beside=_slices(c.red_mushroom(), ((690, 790, -10), (820, 770, 14), (760, 850, 2)), size=1.25))),
        "ZSU": ("wood", _bag("竹荪", "#a39a62", "山", _just(c.bamboo_fungus), "zsu", number=7, size=0.75, heap=1, heap_size=0.1, turn=70,
                extra=_slices(c.bamboo_fungus(), ((700, 770, 68), (760, 830, 82)), size=1.2))),
        "SGN": ("wood", _bag("笋干", "#7f7a3e", "山", _just(c.bamboo_shoot), "sgn", number=8, size=0.75, heap=1, heap_size=0.1, turn=60,
                extra=_slices(c.bamboo_shoot(), ((690, 790, 72), (780, 836, 96)), size=1.15))),
    }  # fmt: skip


def _sea() -> dict[str, tuple[str, str]]:
    shrimps, tiny = _of("#e58a52", c.shrimp), _of("#f0b99a", c.shrimp)
    return {
        "ZCA": ("sea", _bag("紫菜", "#4b4468", "海", _just(c.laver), "zca", number=6, size=0.7, heap=1, heap_size=0.1, turn=20,
                extra=at(730, 816, c.laver(), size=1.1) + at(740, 770, c.laver(), size=1.05, turn=4))),
        "HDJ": ("sea", _bag("海带结", "#3f6b5c", "海", _just(c.kelp_knot), "hdj", number=16, size=0.95, heap=9, heap_size=1.15)),
        "XMI": ("sea", _bag("金钩", "#c8632f", "海", shrimps, "xmi", number=30, size=0.95, heap=16, heap_size=1.05)),
        "XPI": ("sea", _bag("虾皮", "#5f8ea3", "海", tiny, "xpi", number=80, size=0.5, heap=60, heap_size=0.5)),
        "YYU": ("sea", shadow(480, 800, 330, 34) + _slices(c.squid(), ((300, 480, -14), (660, 480, 14), (480, 500, 0)), size=1.35)
                + path("M250 250 Q480 200 710 250", stroke="#a8793f", width=12)),
        "HLG": ("sea", _bag("海蛎干", "#6d7f86", "海", _of("#a3703e", lambda k: c.oyster()), "hlg", number=26, size=1.05, heap=14, heap_size=1.2)),
        "GBE": ("sea", _jar("干贝", "#3d6678", "海", "#efe3c6", _filled(_just(c.scallop), "gbe", size=1.05),
                beside=_mound(_just(c.scallop), "gbe!", x=740, y=808, number=14, size=1.3, turn=20))),
        "HYX": ("sea", at(480, 620, ellipse(0, 20, 400, 130, "#f7f2e6") + ellipse(0, 20, 400, 130, "none", 'stroke="#5f8ea3" stroke-width="8"')
                + ellipse(0, 24, 330, 98, "#ece4d1") + at(-10, 0, c.fish(), turn=-4, size=1.15)) + shadow(480, 770, 380)
                + _slices(c.green_leaf(), ((250, 730, 20), (310, 752, -14)), size=1)),
    }  # fmt: skip


def _staples() -> dict[str, tuple[str, str]]:
    rice = _of("#f6efdf", c.grain, 0.04)
    return {
        "XHM": ("grain", _noodle_pack("兴化米粉", "#2f6f6a", "兰", "#f4ead2")),
        "XMN": ("grain", _noodle_pack("福州线面", "#b3392b", "闽", "#f7ecd0")),
        "MSG": ("grain", p.box("面线糊", "#b9542f", mark="刺", x=400, w=420, h=330)
                + at(740, 800, w.dish(ellipse(0, 2, 120, 30, "#e9cf9d") + at(0, 0, c.noodles("#f7e9c6", waves=4), size=0.6)
                + _slices(c.green_leaf("#6b9a4d"), ((-40, -4, 10), (50, 6, 60)), size=0.35)))),
        "DGF": ("grain", _bag("地瓜粉", "#b07a4a", "刺", _of("#f7f1e6", lambda k: ellipse(0, 0, 8, 7, k), 0.05), "dgf", number=260, size=1.1, heap=1, heap_size=0.1,
                extra=at(730, 800, _plate(_of("#fbf6ec", lambda k: ellipse(0, 0, 9, 7, k), 0.04), "dgf!", 200)))),
        "DMI": ("grain", p.sack("建宁大米", "#e9d9b4", mark="莲", picture=at(0, 0, w.dish(strewn(rice, seed="dmi", number=150, x=0, y=-12, rx=110, ry=36, size=(1, 1.2))), size=0.9), x=430)
                + _mound(rice, "dmi!", x=770, y=816, rx=130, ry=36, number=110, size=1.1)),
        "HQM": ("grain", _bag("红曲米", "#8a2f2c", "古", _of("#8f2f2b", c.grain, 0.2), "hqm", number=150, size=1.15, heap=100, heap_size=1.1)),
        "SCY": ("grain", p.bottle("山茶油", "#d9a93a", cap="#35543c", mark="山", x=400)
                + _slices(c.camellia(), ((690, 760, 0),), size=1.5) + _slices(c.green_leaf(), ((810, 812, 20), (600, 838, 160)), size=1.3)),
        "HSY": ("grain", path("M440 268 Q604 262 586 392 Q574 466 520 478", stroke="#c98d28", width=30) + p.bottle("花生油", "#e0a636", cap="#b3392b", mark="灶", x=400, w=270, neck=96, h=540)
                + _mound(_of("#dba860", c.peanut), "hsy!", x=725, y=806, number=15, size=1.1)),
    }  # fmt: skip


def _sauces() -> dict[str, tuple[str, str]]:
    return {
        "SCJ": ("sauce", _jar("沙茶酱", "#b3392b", "灶", "#a85a24", _paste("#a85a24", ("#d99a4a", "#7a3a16", "#e9c27a"), "scj"),
                beside=_spoon("#b5622a", 680, 830) + _slices(c.peanut(), ((820, 800, 20), (860, 842, -30)), size=0.9))),
        "XYO": ("sauce", p.bottle("福州虾油", "#8a4a1f", cap="#2f5f6b", mark="闽", x=400)
                + at(730, 800, w.dish(ellipse(0, 2, 118, 28, "#9a5a26") + ellipse(-30, -6, 40, 7, "#c98a4a")))),
        "GJY": ("sauce", p.bottle("古法晒油", "#3a1d12", cap="#b3392b", mark="灶", x=400)
                + _mound(_just(c.soybean), "gjy!", x=725, y=806, number=34, size=1.1)),
        "YCL": ("sauce", p.bottle("永春老醋", "#4a1a16", cap="#8a6a2f", mark="灶", x=400)
                + at(730, 800, w.dish(ellipse(0, 2, 118, 28, "#4a1a16") + ellipse(-30, -6, 40, 7, "#8a4038")))),
        "TLJ": ("sauce", p.bottle("甜辣酱", "#d5472a", cap="#e9a23a", mark="刺", x=400, h=520, w=190)
                + at(730, 800, w.dish(ellipse(0, 2, 118, 28, "#d5472a") + ellipse(-30, -6, 40, 7, "#ef8a66")))
                + at(800, 720, c.chilli(), turn=-20)),
        "HZA": ("sauce", _jar("红糟", "#7a2230", "闽", "#a02638", _paste("#a02638", ("#c84a58", "#7a1624", "#e0868a"), "hza"), beside=_spoon("#a92a3c", 680, 830))),
        "SRJ": ("sauce", _jar("蒜蓉辣酱", "#c0392b", "灶", "#cf3a22", _paste("#cf3a22", ("#f0e0b8", "#8f1c10", "#e8632f"), "srj"),
                beside=_slices(c.chilli(), ((720, 780, -16), (790, 836, 14)), size=1.2) + _slices(c.garlic(), ((660, 848, 10), (860, 790, -20)), size=1.1))),
    }  # fmt: skip


def _snacks() -> dict[str, tuple[str, str]]:
    return {
        "GTA": ("snack", p.box("花生贡糖", "#b3392b", mark="鹭", x=430, w=450, h=300)
                + _slices(c.candy(), ((620, 852, -8), (770, 826, 12), (820, 766, -4)), size=0.9)),
        "XBI": ("snack", p.box("绿豆馅饼", "#4f8a86", mark="鹭", x=430, w=450, h=290)
                + _slices(c.pastry(), ((640, 838, 0), (790, 830, 0), (715, 800, 0)), size=1.05)),
        "GBI": ("snack", _bag("光饼", "#c28a3f", "闽", _just(lambda: c.star_cake("#d99a45", seeds=True, hole=True)), "gbi", number=9, size=0.85, heap=1, heap_size=0.1, turn=14,
                extra=_slices(c.star_cake("#d99a45", seeds=True, hole=True), ((680, 824, 0), (810, 826, 0), (745, 782, 0)), size=1.1))),
        "ZRP": ("snack", _bag("猪肉脯", "#8f3524", "鹭", _just(c.jerky), "zrp", number=6, size=0.8, heap=1, heap_size=0.1, turn=40,
                extra=_slices(c.jerky(), ((690, 820, -10), (780, 806, 12)), size=1))),
        "RSO": ("snack", p.tin("肉松", "#c9822f", mark="闽", x=390)
                + at(740, 806, w.dish(strewn(lambda d: path("M-22 0 q10 -12 22 0 t22 0", stroke=d.choice(("#c98a3a", "#b06f28", "#dca75c")), width=5), seed="rso", number=110, x=0, y=-22, rx=104, ry=44)))),
        "HSS": ("snack", _bag("咸酥花生", "#b5422f", "灶", _of("#dba860", c.peanut), "hss", number=26, size=0.95, heap=15, heap_size=1.05)),
        "GLA": ("snack", _jar("蜜饯橄榄", "#5f6b2c", "闽", "#e6dcae", _filled(_just(c.olive), "gla", size=1.25),
                beside=_mound(_just(c.olive), "gla!", x=735, y=806, number=12, size=1.3) + at(800, 742, c.green_leaf(), turn=-20))),
        "DGG": ("snack", _bag("地瓜干", "#d07a2c", "山", _of("#cf6a26", c.strip), "dgg", number=20, size=0.95, heap=11, heap_size=1.05, turn=50)),
        "MLO": ("snack", p.box("闽南麻粩", "#c98a2f", mark="刺", x=430, w=450, h=310)
                + _slices(c.puff(), ((650, 848, -8), (790, 822, 10), (700, 790, 3)), size=1.05)),
    }  # fmt: skip


def _drinks() -> dict[str, tuple[str, str]]:
    honey = rect(0, 0, 300, 400, "#d98a1e") + ellipse(90, 120, 60, 130, "#f0b84a", 'opacity=".55"')
    syrup = rect(0, 0, 300, 400, "#a85a18") + ellipse(90, 120, 60, 130, "#d98a3a", 'opacity=".5"')
    dipper = at(
        740, 800,
        path("M20 -20 L170 -130", stroke="#b9843a", width=17)
        + "".join(ellipse(-4 - n * 3, -4 + n * 3, 46 - abs(n - 2) * 8, 15, ("#d9a04a", "#b97f2f")[n % 2], 'transform="rotate(-36)"') for n in range(-4, 9, 2))
        + path("M-40 30 Q-60 80 -110 70 Q-30 110 60 76 Q10 66 -10 30 Z", "#e6a02e"),
    )  # fmt: skip
    return {
        "QHJ": ("wine", at(400, 764, w.wine_jar("酒", "闽"), size=1.15) + at(760, 790, w.tea_cup("#b3402e"), size=1.05)),
        "PPG": ("wine", _jar("枇杷膏", "#c47a1e", "兰", "#a85a18", syrup,
                beside=_slices(c.loquat(), ((690, 800, -8), (790, 786, 10), (740, 846, 2)), size=1.15) + at(850, 842, c.green_leaf(), turn=-30, size=1.3))),
        "BHM": ("wine", _jar("百花蜜", "#8a6a1e", "山", "#d98a1e", honey, beside=dipper)),
    }  # fmt: skip


def _wares() -> dict[str, tuple[str, str]]:
    cups = "".join(at(x, 800, w.tea_cup("#e3cf86"), size=0.8) for x in (190, 340, 620, 770))
    return {
        "PXM": ("shoe", _pair(w.sports_shoe("#34383d", "#e8742c"))),
        "PXW": ("shoe", _pair(w.sports_shoe("#f1e4d6", "#e08fa0"))),
        "BUX": ("shoe", _pair(w.cloth_shoe())),
        "TUO": ("shoe", _pair(w.slipper())),
        "YXU": ("shoe", at(330, 720, w.rain_boot(), size=1.12) + at(560, 800, w.rain_boot(), size=1.22)),
        "GAI": ("home", at(490, 790, w.gaiwan(), size=1.22)),
        "CJU": ("home", at(400, 720, w.gaiwan(), size=1.05) + at(740, 724, w.pitcher(), size=1.15) + cups),
        "YZS": ("home", at(470, 440, w.umbrella(), size=1.2, turn=-8) ),
        "JSH": ("home", at(480, 540, w.comb(), turn=-12, size=1.35)),
        "ZLA": ("home", at(480, 800, w.basket(), size=1.3)),
        "MJI": ("home", at(480, 800, w.towels(), size=1.35)),
        "CZI": ("home", at(480, 790, w.tissues(), size=1.25)),
    }  # fmt: skip


def drawings() -> dict[str, str]:
    """Return the drawing of every product as SVG, by the product's code."""
    found: dict[str, tuple[str, str]] = {}
    for family in (_teas, _dry, _sea, _staples, _sauces, _snacks, _drinks, _wares):
        found |= family()
    return {
        code: scene(
            inside,
            wall=LIGHT[light][0],
            table=LIGHT[light][1],
            disc=LIGHT[light][2],
            near=1.0 if code in WHOLE else 1.12,
        )
        for code, (light, inside) in found.items()
    }
