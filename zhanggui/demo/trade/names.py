"""Names of people of Fujian, made up from its common surnames, and phone numbers made up too."""

from __future__ import annotations

from itertools import pairwise
from random import Random

SURNAMES = (
    "陈林黄郑吴李张王刘蔡杨许郭谢庄苏翁方柯卓曾邱洪叶朱余傅施徐何赖颜潘江廖魏高卢游詹唐肖欧俞姚"
    "程康佘宋戴丁董范温阮汤孙连尤连薛龚彭"
)
"""Commoner ones first: the first is drawn some forty times as often as the last."""

WOMEN = (
    "秀英 丽珍 美玲 丽华 雅婷 淑贞 晓燕 惠敏 玉兰 婷婷 雪梅 志红 丽娟 金莲 素珍 美霞 晓芳 雅琳 梦琪 思颖 "
    "欣怡 诗涵 佳怡 静怡 秋月 碧云 阿珠 惠琼 明珠 春燕 海霞 丽萍 凤英 宝珠 淑芬 月娥 雅芳 燕萍 巧玲 少华"
).split()
MEN = (
    "建国 志强 国华 建平 文斌 志伟 明辉 海峰 俊杰 伟 建明 金水 天赐 文龙 国忠 少华 宗辉 振华 庆林 德胜 "
    "荣华 志鹏 晓东 凯 宇航 子轩 浩然 建辉 永福 瑞祥 学文 良才 水生 亚明 剑锋 锦辉 开元 清泉 玉山 福生"
).split()

PREFIXES = ("134", "135", "137", "138", "139", "150", "151", "158", "159", "177", "180", "181", "186")  # fmt: skip


def made_up_name(dice: Random) -> str:
    """Return a name."""
    weights = [1 / (3 + rank) for rank in range(len(SURNAMES))]
    surname = dice.choices(SURNAMES, weights)[0]
    return surname + dice.choice(WOMEN if dice.random() < 0.62 else MEN)


def made_up_mobile(dice: Random) -> str:
    """Return a mobile number without a run or a repetition that would look made up."""
    while True:
        number = dice.choice(PREFIXES) + "".join(dice.choices("0123456789", k=8))
        if len(set(number[3:])) > 4 and not _runs(number):
            return number


def _runs(number: str) -> bool:
    steps = [int(b) - int(a) for a, b in pairwise(number)]
    return any(
        steps[i] == steps[i + 1] == steps[i + 2] and steps[i] in (-1, 0, 1)
        for i in range(len(steps) - 2)
    )
