"""What the people of the example company asked of its programmers, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from zhanggui.demo.stories import Calendar, Story
from zhanggui.ground.org.models import Appointment
from zhanggui.steering.upkeep import actions as upkeep

Deed = tuple[int, str, str, Callable[..., Any], dict[str, Any]]
"""Days ago, time of day, who, which action, with what."""


def request_story(
    days: Calendar,
    *,
    user: str,
    asked: tuple[int, str],
    kind: str,
    title: str,
    wanted: str,
    why: str,
    deeds: tuple[Deed, ...] = (),
) -> Story:
    """Ask the programmers for a change, and let it go its way so far."""
    yield (at := days.back(*asked))
    mine = Appointment.objects.filter(person__user=user, until_at=None)
    request = upkeep.ask_for_change(
        None,
        appointment=mine.order_by("since_at", "pk").get(kind="main"),
        kind=kind,
        title=title,
        wanted=wanted,
        why=why,
        **days.one(user, at),
    )
    for ago, clock, who, action, values in deeds:
        yield (at := days.back(ago, clock))
        said = {k: days.now + v if isinstance(v, timedelta) else v for k, v in values.items()}
        action(request, **said, **days.one(who, at))


def _promise(days: int, priority: int) -> dict[str, Any]:
    return {"priority": priority, "promised_at": timedelta(days=days)}


REQUESTS: list[dict[str, Any]] = [
    {
        "user": "su", "asked": (18, "10:30"), "kind": "change",
        "title": "队列页在手机上太挤",
        "wanted": "客服在手机上看队列，一行只留三样：等了多久、谁、什么事。",
        "why": "外出时只能看手机，横着滑容易点错。",
        "deeds": (
            (18, "13:40", "chen_junkai", upkeep.accept_change, _promise(1, 3)),
            (15, "09:15", "chen_junkai", upkeep.start_change, {}),
            (12, "17:50", "chen_junkai", upkeep.release_change,
             {"release_note": "手机上的队列改成一行一张卡片，只留等待、人和事，其余点开再看。"}),
            (11, "09:20", "su", upkeep.confirm_release, {"remark": "好用多了。"}),
        ),
    },
    {
        "user": "hu", "asked": (6, "15:10"), "kind": "feature",
        "title": "按小区看签收率",
        "wanted": "在城市里按小区排出签收率和拒收原因，能往下点到订单。",
        "why": "莆田有几个小区老是没人在家，想改成晚上送。",
        "deeds": ((5, "09:05", "chen_junkai", upkeep.accept_change, _promise(20, 2)),),
    },
    {
        "user": "wu", "asked": (4, "11:25"), "kind": "change",
        "title": "导出的表里金额要能直接求和",
        "wanted": "货款表导出后金额是数字，不是文字。",
        "why": "每天对账要先改一遍格式。",
        "deeds": (
            (4, "16:00", "chen_junkai", upkeep.accept_change, _promise(3, 3)),
            (2, "09:30", "chen_junkai", upkeep.start_change, {}),
        ),
    },
    {
        "user": "tong", "asked": (2, "14:45"), "kind": "feature",
        "title": "选品表能贴图",
        "wanted": "选品时一行能放两三张供应商发来的照片。",
        "why": "现在照片在微信群里，翻不到。",
        "deeds": (
            (1, "10:10", "chen_junkai", upkeep.ask_back,
             {"question": "照片是给自己人看，还是也要发给供应商确认？"}),
        ),
    },
    {
        "user": "zhuang", "asked": (0, "08:20"), "kind": "change",
        "title": "泉州仓地址显示成旧址",
        "wanted": "把仓库地址改成丰泽新仓。",
        "why": "昨天有供应商送错地方。",
    },
]  # fmt: skip
"""A programmer's week: released, planned, in work, questioned, just asked."""
