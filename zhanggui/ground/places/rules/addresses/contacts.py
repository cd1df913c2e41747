"""What in a pasted text is not the address: phones, postcode, the person's name, noise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from zhanggui.ground.places.rules.addresses.names import names
from zhanggui.ground.places.rules.phones import PhoneReading, read_phone

# Long forms first. What follows the label belongs to it until the next label or line.
_NAME_LABEL: Final = r"收货人姓名|收件人姓名|收货人|收件人|联系人|姓名|收货方|收(?=:)|name"
_PHONE_LABEL: Final = (
    r"收货人电话|联系电话|联系方式|手机号码|电话号码|手机号|手机|电话|固话|座机|tel|phone|mobile"
)
_PLACE_LABEL: Final = (
    r"收货地址|收件地址|联系地址|通讯地址|公司地址|家庭地址|所在地区|所在区域|所在地|详细地址|街道地址|具体地址"
    r"|配送地址|送货地址|邮寄地址|收货信息|收件信息|(?:寄到|寄往|寄至|送到|送至|发到|发往)(?=\s*:)|地区|省份|省市区|地址|address|addr"
)
_OTHER_LABEL: Final = r"邮政编码|邮编|备注|zip|postcode"
_LABEL: Final = re.compile(
    rf"(?<![\u4e00-\u9fffa-z])(?:(?P<name>{_NAME_LABEL})|(?P<phone>{_PHONE_LABEL})"
    rf"|(?P<place>{_PLACE_LABEL})|(?P<other>{_OTHER_LABEL}))\s*[:=]?\s*",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(
    r"(?<![\dA-Za-z])(?:(?:\+|00)?86[- ]?)?(?:"
    r"0?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|1[3-9]\d{2}[- ]?\d{3}[- ]?\d{4}|1[3-9]\d{7,10}"
    r"|\(?0\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4}(?:\s?(?:转|分机|ext\.?|-)\s?\d{1,6})?"
    r"|[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3})(?!\d)",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(
    r"(?:(?:邮政编码|邮编|zip|postcode)\s*:?\s*(\d{6})|(?<![\w\u4e00-\u9fff-])(\d{6})(?![\w\u4e00-\u9fff-]))",
    re.IGNORECASE,
)
_NOISE: Final = re.compile(
    r"(?:https?://|www\.)[\w./?=&%#-]+|[\w.+-]+@[\w-]+\.[\w.]+|(?:微信|QQ|qq|wechat)\s*:?\s*[\w-]{5,}"
    r"|(?<![一-龥])默认(?:地址)?(?![一-龥])|(?<![一-龥])(?:明天|后天|今天|周[一二三四五六日末]|工作日|上午|下午"
    r"|晚上|尽快|到付|放门口|放驿站|放快递柜)[^\s,;\d]{0,10}(?=$|[\s,;])"
    r"|[(\[]\s*(?:收|默认|默认地址|家|公司|学校)\s*[)\]]|[!?*%\"']+|中华人民共和国"
    r"|P\.?\s?R\.?\s?China|(?<![A-Za-z])China(?![A-Za-z])|谢谢[!.]*|麻烦[^\s,;]{0,12}|请[^\s,;]{2,14}$",
    re.IGNORECASE,
)
_SURNAMES: Final = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗"
    "凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧肖尹姚邵汪祁毛"
    "狄米贝明臧戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍"
    "虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢滑裴陆荣翁荀羊甄曲封储靳焦巴弓牧隗谷车"
    "侯全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹龙叶司黎薄白蒲鄂索赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡姬申冉桑桂濮牛"
    "寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾容向古易慎戈廖庾衡步都耿满弘匡国文寇广欧聂晁敖融冷辛阚那简"
    "饶曾沙养鞠丰关荆游竺盖益桓公付代覃占麦揭官战岳佘佟涂仝段闫冼邸尉苟赫逄逯矫郗巫邝粟尧卿綦亓昝帅旷丛练兰芦訾牟晋楚漆揭尧"
)
_DOUBLE: Final = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|端木|夏侯|轩辕|南宫|西门"
_TITLE: Final = r"(?:先生|女士|小姐|太太|老师|师傅|老板|经理|同学|阿姨|大姐|大哥|[姐哥叔总]|收)"
_PERSON: Final = re.compile(
    rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    rf"|[{_SURNAMES}](?={_TITLE}))(?:\s?{_TITLE})?"
)
_MINORITY: Final = re.compile(r"[\u4e00-\u9fff]{2,6}·[\u4e00-\u9fff]{2,6}")
_LATIN: Final = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}")
_NOT_PERSON: Final = re.compile(
    r".*(?:[省市区县镇乡村路街道巷弄号楼室层栋幢座厦园苑院厂店城场站港湾岛寺桥]|公司|集团|中心|小区|广场|国际|大学"
    r"|附近|对面|旁边|隔壁|门口|东侧|西侧|南侧|北侧|交叉|交汇|[一二三四五六七八九十]期)$"
)
_SPLIT: Final = re.compile(r"[\n,;|/]+|\s+")
_TIGHT_BEFORE: Final = re.compile(
    rf"(?<=[号室楼层栋幢座元房铺店村组\d])((?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}"
    rf"|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})\s*$"
)
_ENDS: Final = " \n,;|/-()[]"
_PIECES: Final = re.compile(r"[\n,;|/\s()\[\]-]+")
_SHORT_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")
MARK: Final = "\n"
"""Stands where something was taken out, so that what was apart stays apart."""


@dataclass(slots=True)
class Contacts:
    """What was found, and the text without it."""

    text: str
    name: str = ""
    phones: list[PhoneReading] = field(default_factory=list)
    postcode: str = ""
    noise: list[str] = field(default_factory=list)


def take_contacts(text: str) -> Contacts:
    """Return name, phones, postcode and noise of a cleaned text, and what remains of it."""
    found = Contacts(text)
    found.text = _NOISE.sub(lambda match: _noise(match, found), found.text)
    if any(char.isascii() and not char.isspace() for char in text):
        found.text = _labelled(found.text, found)
        before = found.text
        found.text = _PHONE.sub(lambda match: _phone(match, found), found.text)
        found.text = _POSTCODE.sub(lambda match: _postcode(match, found), found.text)
        if not found.name and found.phones:
            _name_beside_phone(before, found)
    if not found.name:
        _name_alone(found)
    return found


def _noise(match: re.Match[str], found: Contacts) -> str:
    found.noise.append(match[0].strip())
    return MARK if len(match[0]) > 3 else " "


def _phone(match: re.Match[str], found: Contacts) -> str:
    reading = read_phone(match[0])
    digits = sum(char.isdigit() for char in match[0])
    if not reading.good and digits < (9 if match[0].startswith("1") else 10):
        return match[0]
    if reading.national not in {phone.national for phone in found.phones} or not reading.good:
        found.phones.append(reading)
    return MARK


def _postcode(match: re.Match[str], found: Contacts) -> str:
    code = match[1] or match[2]
    if found.postcode and found.postcode != code:
        return match[0]
    found.postcode = code
    return MARK


# --- labels -----------------------------------------------------------------------------------
def _labelled(text: str, found: Contacts) -> str:
    """Take the values of labels out of the text; an address label itself is only dropped."""
    labels = [match for match in _LABEL.finditer(text) if _is_label(match)]
    if not labels:
        return text
    kept = [text[: labels[0].start()]]
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        value = text[label.end() : following.start() if following else len(text)]
        kept.append(_value(label, value, found))
    return MARK.join(kept)


def _is_label(match: re.Match[str]) -> bool:
    """Return whether a word is a label: with a colon, or one that begins no name or address."""
    word = match[0].strip()
    if word[-1:] in ":=":
        return True
    if word.isascii():
        return match[0] != word
    return len(word) > 2 or word in ("地址", "电话", "手机", "姓名")


def _value(label: re.Match[str], value: str, found: Contacts) -> str:
    if label["name"]:
        head, rest = _head(value)
        if not found.name and 0 < len(head) <= 20:
            found.name = head
            return rest
        return value
    if label["other"]:
        return f"{label[0]}{value}" if "备注" not in label[0] else _remark(value, found)
    if label["phone"] and not _PHONE.search(value):
        head, rest = _head(value)
        if sum(char.isdigit() for char in head) >= 5:
            found.phones.append(read_phone(head))
            return rest
    return value


def _remark(value: str, found: Contacts) -> str:
    found.noise.append(value.strip())
    return ""


def _head(value: str) -> tuple[str, str]:
    """Return the first piece of a label's value and what comes after it."""
    value = value.lstrip(" \n")
    if latin := _LATIN.match(value):
        return latin[0], value[latin.end() :]
    if phone := _PHONE.search(value):
        piece = _SPLIT.split(value[: phone.start()].strip() or " ", maxsplit=1)[0]
        if piece:
            return piece, value[len(piece) :]
    parts = _SPLIT.split(value, maxsplit=1)
    return parts[0], (MARK + value[len(parts[0]) :]) if len(parts) > 1 else ""


# --- names without label ----------------------------------------------------------------------
def is_person(piece: str) -> bool:
    """Return whether a piece of text has the shape of a person's name and not of a place's."""
    if _MINORITY.fullmatch(piece):
        return True
    if not _PERSON.fullmatch(piece) or _NOT_PERSON.fullmatch(piece):
        return False
    return piece not in names().meanings


def _is_unusual_name(piece: str) -> bool:
    """Return whether a word alone beside the phone can only be a name: 多吉, 阿依古丽."""
    if not _SHORT_WORD.fullmatch(piece) or _NOT_PERSON.fullmatch(piece):
        return False
    return piece not in names().meanings


def without_title(piece: str) -> str:
    """Return a name without 收 at its end; titles stay: that is how to address the person."""
    return piece.removesuffix("收").strip()


def _name_beside_phone(before: str, found: Contacts) -> None:
    """Look next to the phone: 张三13800138000, 13800138000 张三, 1号张三 13800138000."""
    phone = _PHONE.search(before)
    if phone is None:
        return
    head, tail = before[: phone.start()].rstrip(_ENDS), before[phone.end() :].lstrip(_ENDS)
    pieces = [_PIECES.split(head)[-1], _PIECES.split(tail)[0]]
    for fits in (is_person, _LATIN.fullmatch, _is_unusual_name):
        for piece in pieces:
            if piece and fits(piece):
                _take(piece, found)
                return
    if latin := re.search(rf"{_LATIN.pattern}$", head):
        _take(latin[0], found)
    elif (tight := _TIGHT_BEFORE.search(head)) and not _NOT_PERSON.fullmatch(tight[1]):
        _take(tight[1], found)


def _name_alone(found: Contacts) -> None:
    """Look for a first or last piece that is nothing but a name."""
    pieces = [piece for piece in _SPLIT.split(found.text) if piece]
    if len(pieces) < 2:
        return
    order = (pieces[0], pieces[-1], *pieces[1:-1]) if found.phones else (pieces[0], pieces[-1])
    for piece in order:
        bare = piece.strip("()[]:-")
        if is_person(bare):
            _take(bare, found)
            return


def _take(piece: str, found: Contacts) -> None:
    found.name = without_title(piece)
    pattern = (
        rf"(?<![\u4e00-\u9fff]){re.escape(piece)}(?![\u4e00-\u9fff])|{re.escape(piece)}(?=\s*$|\n)"
    )
    found.text = re.sub(pattern, MARK, found.text, count=1)
