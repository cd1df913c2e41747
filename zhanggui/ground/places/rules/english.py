"""What an administrative division is called in English: 荔城区 is Licheng District."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zhanggui.ground.places.rules.codes import Level, short_name

# --- how names are read --------------------------------------------------------------------------

_IN_PLACES: Final = {
    ("长", "zhang"): "chang",
    ("都", "dou"): "du",
    ("勒", "lei"): "le",
    ("什", "shen"): "shi",
    ("佛", "fu"): "fo",
    ("漯", "ta"): "luo",
    ("尾", "yi"): "wei",
    ("卡", "qia"): "ka",
    ("蚌", "bang"): "beng",
    ("曾", "ceng"): "zeng",
    ("朝", "zhao"): "chao",
    ("覃", "tan"): "qin",
}
"""Characters that a dictionary of words reads otherwise than a map does, by their reading there."""

_NAMES: Final = {
    "长子": "zhang zi",
    "泊头": "bo tou",
    "大城县": "dai cheng xian",
    "洪洞": "hong tong",
    "繁峙": "fan shi",
    "珲春": "hun chun",
    "穆棱": "mu ling",
    "闵行": "min hang",
    "六合": "lu he",
    "涡阳": "guo yang",
    "单县": "shan xian",
    "浚县": "xun xian",
    "南乐": "nan le",
    "召陵": "shao ling",
    "崆峒": "kong tong",
    "荥经": "ying jing",
    "筠连": "jun lian",
    "称多": "chen duo",
    "伽师": "jia shi",
    "龙圩": "long xu",
}
"""Names that are read as no rule tells."""


def syllables(name: str) -> list[str]:
    """Return how a place's name is read, a syllable for each character; `v` stands for ü."""
    from pypinyin import lazy_pinyin  # loading it takes a while, and few pages need it

    read = lazy_pinyin(name, errors=list)  # type: ignore[arg-type]
    found = [_IN_PLACES.get(pair, pair[1]) for pair in zip(name, read, strict=True)]
    for own, reading in _NAMES.items():
        if (at := name.find(own)) >= 0:
            found[at : at + len(own)] = reading.split()
    return found


def _word(part: str, *, of: str) -> str:
    """Return a part of a name as one word: 六安 is Lu'an, 吕梁 Lüliang, 单 in 单县 Shan."""
    word, begin = "", of.find(part)
    for syllable in syllables(of)[begin : begin + len(part)]:
        word += f"'{syllable}" if word and syllable[:1] in set("aoe") else syllable
    return word.replace("v", "ü").capitalize()


# --- what they end in ----------------------------------------------------------------------------

_CUSTOMARY: Final = {
    "北京市": "Beijing",
    "天津市": "Tianjin",
    "上海市": "Shanghai",
    "重庆市": "Chongqing",
    "陕西省": "Shaanxi Province",
    "内蒙古自治区": "Inner Mongolia Autonomous Region",
    "广西壮族自治区": "Guangxi Zhuang Autonomous Region",
    "西藏自治区": "Xizang Autonomous Region",
    "宁夏回族自治区": "Ningxia Hui Autonomous Region",
    "新疆维吾尔自治区": "Xinjiang Uygur Autonomous Region",
    "呼和浩特市": "Hohhot City",
    "鄂尔多斯市": "Ordos City",
    "呼伦贝尔市": "Hulunbuir City",
    "巴彦淖尔市": "Bayannur City",
    "乌兰察布市": "Ulanqab City",
    "兴安盟": "Hinggan League",
    "锡林郭勒盟": "Xilingol League",
    "阿拉善盟": "Alxa League",
    "哈尔滨市": "Harbin City",
    "齐齐哈尔市": "Qiqihar City",
    "阿坝藏族羌族自治州": "Aba Tibetan and Qiang Autonomous Prefecture",
    "甘孜藏族自治州": "Garzê Tibetan Autonomous Prefecture",
    "拉萨市": "Lhasa City",
    "日喀则市": "Xigazê City",
    "昌都市": "Qamdo City",
    "林芝市": "Nyingchi City",
    "那曲市": "Nagqu City",
    "阿里地区": "Ngari Prefecture",
    "果洛藏族自治州": "Golog Tibetan Autonomous Prefecture",
    "乌鲁木齐市": "Ürümqi City",
    "克拉玛依市": "Karamay City",
    "吐鲁番市": "Turpan City",
    "博尔塔拉蒙古自治州": "Bortala Mongol Autonomous Prefecture",
    "巴音郭楞蒙古自治州": "Bayingolin Mongol Autonomous Prefecture",
    "阿克苏地区": "Aksu Prefecture",
    "克孜勒苏柯尔克孜自治州": "Kizilsu Kirgiz Autonomous Prefecture",
    "喀什地区": "Kashgar Prefecture",
    "和田地区": "Hotan Prefecture",
    "伊犁哈萨克自治州": "Ili Kazak Autonomous Prefecture",
    "阿勒泰地区": "Altay Prefecture",
    "香格里拉市": "Shangri-La City",
    "清新区": "Qingxin District",
    "六枝特区": "Liuzhi Special District",
    "神农架林区": "Shennongjia Forestry District",
    "中沙群岛的岛礁及其海域": "Zhongsha Islands and Their Waters",
}
"""Divisions whose English name is not that of their Chinese characters."""

_PEOPLES: Final = {
    "蒙古": "Mongol",
    "回": "Hui",
    "藏": "Tibetan",
    "维吾尔": "Uygur",
    "苗": "Miao",
    "彝": "Yi",
    "壮": "Zhuang",
    "布依": "Bouyei",
    "朝鲜": "Korean",
    "满": "Manchu",
    "侗": "Dong",
    "瑶": "Yao",
    "白": "Bai",
    "土家": "Tujia",
    "哈尼": "Hani",
    "哈萨克": "Kazak",
    "傣": "Dai",
    "黎": "Li",
    "傈僳": "Lisu",
    "佤": "Va",
    "畲": "She",
    "高山": "Gaoshan",
    "拉祜": "Lahu",
    "水": "Sui",
    "东乡": "Dongxiang",
    "纳西": "Naxi",
    "景颇": "Jingpo",
    "土": "Tu",
    "柯尔克孜": "Kirgiz",
    "达斡尔": "Daur",
    "仫佬": "Mulao",
    "羌": "Qiang",
    "布朗": "Blang",
    "撒拉": "Salar",
    "毛南": "Maonan",
    "仡佬": "Gelao",
    "锡伯": "Xibe",
    "阿昌": "Achang",
    "普米": "Pumi",
    "塔吉克": "Tajik",
    "怒": "Nu",
    "乌孜别克": "Uzbek",
    "俄罗斯": "Russian",
    "鄂温克": "Ewenki",
    "德昂": "Deang",
    "保安": "Bonan",
    "裕固": "Yugur",
    "京": "Jing",
    "塔塔尔": "Tatar",
    "独龙": "Derung",
    "鄂伦春": "Oroqen",
    "赫哲": "Hezhen",
    "门巴": "Monba",
    "珞巴": "Lhoba",
    "基诺": "Jino",
    "各": "Multiethnic",
}
"""The peoples as GB/T 3304 romanises them; 藏, 满, 朝鲜 as English has long said."""

_LONGEST_FIRST: Final = "|".join(sorted(_PEOPLES, key=len, reverse=True))
_PEOPLE: Final = re.compile(f"({_LONGEST_FIRST})族?")
_AUTONOMOUS: Final = re.compile(
    rf"(?P<stem>.+?)(?P<peoples>(?:(?:{_LONGEST_FIRST})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|达斡尔)*)"
    r"自治(?P<kind>[州县旗])"
)
_OF_PEOPLES: Final = re.compile(
    rf"(?P<stem>.{{2,}}?)(?P<peoples>(?:(?:{_LONGEST_FIRST})族)+)(?P<kind>区|镇|乡|苏木)"
)
_BANNER: Final = re.compile(r"(?P<stem>.{2,}?)(?P<wing>[左右]翼)?(?P<side>[左右前中后]|联合)旗")
_SIDES: Final = {
    "左": "Left",
    "右": "Right",
    "前": "Front",
    "中": "Middle",
    "后": "Rear",
    "联合": "United",
}

_KINDS: Final = {
    "高新技术产业开发区": "High-Tech Industrial Development Zone",
    "高技术产业开发区": "High-Tech Industrial Development Zone",
    "高新技术开发区": "High-Tech Development Zone",
    "高新技术产业园区": "High-Tech Industrial Park",
    "经济技术开发区": "Economic and Technological Development Zone",
    "综合改革示范区": "Comprehensive Reform Demonstration Zone",
    "城乡一体化示范区": "Urban-Rural Integration Demonstration Zone",
    "航空港经济综合实验区": "Airport Economy Experimental Zone",
    "综合物流产业聚集区": "Logistics Industry Zone",
    "文化旅游创意园区": "Cultural and Creative Tourism Park",
    "循环化工园区": "Circular Chemical Industry Park",
    "中国新加坡食品区": "China-Singapore Food Zone",
    "风景名胜区": "Scenic Area",
    "经济开发区": "Economic Development Zone",
    "现代产业园区": "Modern Industrial Park",
    "管理区管委会": "Administrative Zone",
    "工业园区": "Industrial Park",
    "管理区": "Administrative Zone",
    "示范区": "Demonstration Zone",
    "开发区": "Development Zone",
    "街道办事处": "Subdistrict",
    "行政委员会": "Administrative Committee",
    "街道": "Subdistrict",
    "地区": "Prefecture",
    "新区": "New Area",
    "新城": "New Town",
    "矿区": "Mining District",
    "群岛": "Islands",
    "苏木": "Sum",
    "省": "Province",
    "市": "City",
    "州": "Prefecture",
    "农场": "Farm",
    "林场": "Forest Farm",
    "牧场": "Ranch",
    "渔场": "Fishery",
    "盟": "League",
    "区": "District",
    "县": "County",
    "旗": "Banner",
    "镇": "Town",
    "乡": "Township",
}
"""What divisions end in, the longer before the shorter."""


def english_name(name: str, *, level: Level | None, above: Sequence[str] = ()) -> str:
    """Return what an English reader calls a division.

    六安市 is Lu'an City, 湘西土家族苗族自治州 Xiangxi Tujia and Miao Autonomous Prefecture, and
    唐山市汉沽管理区, below 唐山市, is Tangshan Hangu Administrative Zone. `above` are the names of
    the divisions around it, which stand apart where its own begins with theirs. Empty for what is
    in the tables and no division: 国际科技园.
    """
    if name in _CUSTOMARY:
        return _CUSTOMARY[name]
    if found := _AUTONOMOUS.fullmatch(name):
        return _of_peoples(found, f"Autonomous {_KINDS[found['kind']]}")
    if level in (Level.COUNTY, Level.STREET) and (found := _OF_PEOPLES.fullmatch(name)):
        kind = "Ethnic Township" if found["kind"] == "乡" else _KINDS[found["kind"]]
        return _of_peoples(found, kind)
    if found := _BANNER.fullmatch(name):
        sides = [_SIDES[part[0] if part != "联合" else part] for part in found.groups()[1:] if part]
        return " ".join([_word(found["stem"], of=name), *sides, "Banner"])
    for ending, kind in _KINDS.items():
        stem = name.removesuffix(ending)
        if stem and stem != name:
            kind = "Area" if ending == "地区" and level is Level.STREET else kind
            words = [_word(part, of=name) for part in _parted(stem, above)]
            return " ".join([*words, kind])
    return ""


def _of_peoples(found: re.Match[str], kind: str) -> str:
    """Return the name of a division of one people or several: Gongcheng Yao Autonomous County."""
    peoples = [_PEOPLES[one] for one in _PEOPLE.findall(found["peoples"])]
    listed = ", ".join(peoples[:-1]) + f" and {peoples[-1]}" if peoples[1:] else "".join(peoples)
    stem = found["stem"]
    # 东乡族自治县 and 鄂伦春自治旗 have no name but their people's.
    own = _PEOPLES.get(stem.removesuffix("族")) or _word(stem, of=found.string)
    return " ".join(part for part in (own, listed, kind) if part)


def _parted(stem: str, above: Sequence[str]) -> list[str]:
    """Return a name with those of the divisions around it set apart: 河北 唐山 海港."""
    parts = []
    for place in above:
        short = short_name(place)
        for form in (place, short):
            if stem.startswith(form):
                parts.append(short)
                stem = stem.removeprefix(form)
                break
    return [*parts, stem] if stem else parts
