"""Doors in the districts the example company serves: well-known roads, made-up estates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from zhanggui.ground.places.gazetteer import gazetteer


@dataclass(frozen=True, slots=True)
class District:
    """A district: its code, how much of the trade comes from it, its roads, estates, villages."""

    code: str
    city: str
    share: int
    roads: tuple[str, ...]
    estates: tuple[str, ...]
    villages: tuple[str, ...] = ()


def _district(
    code: str, city: str, share: int, roads: str, estates: str, villages: str = ""
) -> District:
    return District(
        code, city, share, *(tuple(words.split()) for words in (roads, estates, villages))
    )


DISTRICTS = (
    _district(
        "350304", "putian", 22,
        "文献东路 东园东路 荔城大道 八二一中街 胜利北街 梅园东路 荔园东路 荔园中路 东大路 天妃路 延寿中街",
        "荔园小区 东方名苑 锦绣华庭 阳光新城 梅园新村 文献花园 九龙小区 荔城名邸",
        "黄石镇清前村 西天尾镇洞湖村 新度镇厝柄村",
    ),
    _district(
        "350302", "putian", 18,
        "文献西路 学园中街 学园南街 荔华东大道 筱塘南街 南园路 胜利南街 霞林街 东圳西路",
        "筱塘新村 学园名居 凤凰花园 龙桥小区 南门嘉园 霞林家园 天九湾小区",
        "华亭镇西许村 灵川镇桂山村",
    ),
    _district(
        "350303", "putian", 9,
        "涵华西路 涵华东路 涵中西路 涵中路 新涵大街 塘北街 保尾路 工业路 六一路",
        "涵兴花园 塘北小区 新涵家园 湖园小区 青璜新村",
        "江口镇石东村 梧塘镇松西村 三江口镇高美村",
    ),
    _district(
        "350305", "putian", 2,
        "毓秀路 清塘大道 兴秀路 港城路",
        "秀屿花园 毓秀家园 清塘新村",
        "笏石镇北埔村 东庄镇大象村 埭头镇石城村",
    ),
    _district(
        "350322", "putian", 7,
        "八二五大街 清源东路 清源西路 学府路 鲤中街 城东路",
        "鲤城花园 木兰家园 清源小区 兰溪名邸",
        "榜头镇坝下村 枫亭镇霞桥村 鲤南镇玉田村 度尾镇湘溪村",
    ),
    _district(
        "350502", "quanzhou", 5,
        "中山中路 中山北路 新门街 打锡街 涂门街 江滨北路 笋江路 温陵北路 新华北路",
        "海清新村 笋江花园 新门小区 义全花苑",
    ),
    _district(
        "350503", "quanzhou", 12,
        "津淮街 田安路 泉秀街 刺桐路 丰泽街 云鹿路 东湖街 湖心街 安吉路 坪山路",
        "东海花园 丰泽新村 刺桐家园 湖心花苑 云山小区 泉秀花园",
    ),
    _district(
        "350582", "quanzhou", 5,
        "世纪大道 和平中路 长兴路 崇德路 泉安中路 泉安北路 迎宾路 福兴路 双龙路 塘岸街",
        "青阳花园 世纪家园 梅岭新村 罗山小区",
        "池店镇仕春村 陈埭镇岸兜村 磁灶镇大埔村",
    ),
    _district(
        "350203", "xiamen", 8,
        "湖滨南路 湖滨北路 厦禾路 嘉禾路 莲前西路 莲前东路 禾祥西路 文园路 思明南路 莲岳路 湖滨中路",
        "莲花新村 槟榔小区 前埔花园 瑞景新村 文园花苑 禾祥家园",
    ),
    _district(
        "350206", "xiamen", 4,
        "湖里大道 华昌路 兴隆路 仙岳路 吕岭路 金山路 南山路 悦华路 金尚路 台湾街 海天路",
        "金山家园 江头花园 南山新村 兴隆小区 悦华花园",
    ),
    _district(
        "350102", "fuzhou", 4,
        "五四路 五一北路 八一七北路 湖东路 华林路 古田路 杨桥中路 杨桥东路 西洪路 铜盘路 鼓西路 津泰路",
        "屏山新村 左海花园 温泉花园 五凤家园 西洪小区",
    ),
    _district(
        "350103", "fuzhou", 2,
        "五一中路 五一南路 八一七中路 广达路 国货西路 国货东路 群众路 六一中路 学军路 白马南路 上浦路",
        "茶亭花园 鳌峰小区 群众新村 南禅花园",
    ),
    _district(
        "350104", "fuzhou", 2,
        "上三路 首山路 金山大道 浦上大道 上渡路 六一南路 闽江大道 则徐大道 三高路",
        "金山花园 仓山小区 上渡新村 闽江家园 对湖花园",
    ),
)  # fmt: skip
"""Share: in a hundred orders, so many come from here."""


def made_up_door(district: District, dice: Random) -> tuple[str, str]:
    """Return where somebody can be found: the code of the division, and what stands below it."""
    way = dice.random()
    if district.villages and way < 0.18:
        town, village = dice.choice(district.villages).split("镇", 1)
        return _town(district.code, f"{town}镇"), f"{village}{dice.randint(2, 180)}号"
    return district.code, _town_door(district, way, dice)


@cache
def _town(county: str, name: str) -> str:
    """Return the code of a town by its name."""
    return next(one.code for one in gazetteer().children(county) if one.name == name)


def _town_door(district: District, way: float, dice: Random) -> str:
    road = f"{dice.choice(district.roads)}{dice.randint(1, 480)}号"
    if way < 0.30:
        return f"{road}{dice.choice(('一楼店面', '二楼', '三楼'))}" if way < 0.24 else road
    floor, side = dice.randint(1, 18), dice.randint(1, 4)
    block = f"{dice.randint(1, 22)}{dice.choice(('号楼', '栋', '幢'))}"
    unit = f"{dice.randint(1, 3)}单元" if dice.random() < 0.4 else ""
    return f"{road}{dice.choice(district.estates)}{block}{unit}{floor}{side:02d}室"


def no_door(district: District, dice: Random) -> str:
    """Return an address that leads to no door."""
    estate, road = dice.choice(district.estates), dice.choice(district.roads)
    return dice.choice((f"{estate}附近", f"{road}靠近菜市场那边", "到了打电话", f"{road}上"))
