"""What the example company has lived through up to now: work given and done, policies, changes.

Everything is done by its own people through the company's own actions, each at its moment before
now, so the example has a true history: facts, notices, measures, and today's queues in progress.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from zhanggui.books.people.actions import acknowledge_policy, publish_policy, write_policy
from zhanggui.demo.goods import load_goods
from zhanggui.demo.prices import change_prices, load_prices, put_on_sale
from zhanggui.demo.stock import stock_up
from zhanggui.demo.stories import Calendar, Story, tell
from zhanggui.ground.org.actions.assignments import (
    accept_assignment,
    give_assignment,
    report_assignment,
    return_assignment,
)
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.models import Appointment, Area, Person
from zhanggui.steering.upkeep import actions as upkeep


def live_until(now: datetime) -> None:
    """Let the example company, founded some sixty days ago, live up to now."""
    days = Calendar(now)
    stories = [
        *(_policy(days, *policy) for policy in POLICIES),
        _draft_policy(days),
        *(_finished(days, *work) for work in DONE),
        *(_running(days, **work) for work in RUNNING),
        _helper_for_a_while(days),
        _scheduled_change(days),
        _drafted_change(days),
        *(_request(days, **request) for request in REQUESTS),
        _goods(days),
        _stock(days),
    ]
    tell(stories, until=now)


# --- policies ---------------------------------------------------------------------------------

POLICIES = [
    (
        "attendance",
        45,
        "考勤制度",
        "Attendance",
        "一、上午 8:30 到岗，晚间以当日货款交清为下班。\n\n二、请假先在系统里说一声，由直接上级答复；临时有事打电话，当天补记。\n\n三、外出送货的同事以第一站和最后一站的签收时间为准，不必回店打卡。",
        "Be at your post by 8:30; the day ends when its money has been handed in.\n\nAsk for leave in the system first; your superior answers. In an emergency call, and enter it the same day.\n\nCouriers need not come back to clock in or out: their first and last stop of the day count.",
    ),
    (
        "appearance",
        44,
        "仪表制度",
        "Appearance",
        "一、送货穿工服、戴工牌，鞋子干净。\n\n二、敲门三下，退后一步，先报店名再报姓名。\n\n三、客户家里不抽烟、不借厕所、不评论。",
        "Deliver in uniform with your badge, shoes clean.\n\nKnock three times, step back, say the shop's name and then your own.\n\nIn a customer's home: no smoking, no asking for the bathroom, no remarks.",
    ),
    (
        "five_s",
        3,
        "5S 管理制度（第一版）",
        "5S",
        "一、整理：台面上只留今天要用的东西。\n\n二、整顿：货架有名，货品有位，扫码枪用完归位充电。\n\n三、清扫：每天收工前十分钟扫地、擦秤、清包装纸。\n\n四、清洁：每周五下午互查打分，拍照存档。\n\n五、素养：看见就做，不等人说。",
        "Sort: only what is used today stays on the table.\n\nSet in order: every shelf has a name, every good its place, every scanner its charger.\n\nShine: ten minutes before closing, sweep, wipe the scales, clear the wrapping.\n\nStandardise: every Friday afternoon teams score each other, with photos.\n\nSustain: do it when you see it.",
    ),
]  # fmt: skip

SLOW_READERS = {"five_s": ("cai", "pan", "xie", "li", "lin", "hu"), "appearance": ("xie",)}
"""Who has not read which policy yet, so that there is something to remind of."""


def _policy(
    days: Calendar, code: str, ago: int, title_zh: str, title_en: str, text_zh: str, text_en: str
) -> Story:
    yield (at := days.back(ago, "09:10"))
    version = write_policy(
        None,
        code=code,
        area=Area.objects.get(kind="company"),
        title_zh=title_zh,
        title_en=title_en,
        text_zh=text_zh,
        text_en=text_en,
        **days.one("fang", at),
    )
    yield (published := days.back(ago, "10:40"))
    publish_policy(version, **days.one("fang", published))
    slow = SLOW_READERS.get(code, ())
    for number, person in enumerate(Person.objects.exclude(user__in=slow).order_by("pk")):
        yield (at := published + timedelta(minutes=25 + 190 * number))
        acknowledge_policy(version, **days.one(person.user, at))


def _draft_policy(days: Calendar) -> Story:
    yield (at := days.back(1, "16:20"))
    write_policy(
        None,
        code="cash",
        area=Area.objects.get(kind="company"),
        title_zh="货款上交办法（草稿）",
        title_en="Handing in the day's money (draft)",
        text_zh="当天收的钱当天交。交款时快递员按面额自报，财务不看自报数先点，两数一致当面入账。",
        text_en="Money taken today is handed in today. The courier declares by denomination; finance counts without seeing the sum; equal sums are booked at once.",
        **days.one("fang", at),
    )


# --- assignments ------------------------------------------------------------------------------

DONE = [
    ("huang", "zhuang", 38, 5, "晋江磁灶片区试送一周", "跑完 7 天 41 单，妥投 38 单，3 单地址改到镇上自提点。", 4),
    ("huang", "tong", 33, 4, "把桂圆干三家供应商的报价摆到一张表里", "三家报价、到货天数和退换条款见共享表，建议主供取第二家。", 3),
    ("zheng", "hu", 27, 3, "量一遍荔城区各小区到店的骑行时间", "走了 26 个小区，最远 23 分钟，数据已交排线用。", 3),
    ("huang", "chen", 21, 2, "给两辆电动车装防雨布", "两辆都装好了，周六雨天试过不漏。", 2),
    ("zheng", "zhuang", 16, 4, "约丰泽三家本地品牌谈入驻", "谈了三家，两家愿意先供十个品，条款附后。", 5),
    ("huang", "cai", 12, 2, "涵江仓货架贴新标签", "全部贴完，旧标签撕干净，拍了六张照片。", 1),
    ("zheng", "chen", 9, 3, "统计一周零钱够不够用", "一周里 2 单找不开，建议每人备用金加 10 张 5 元。", 2),
    ("huang", "pan", 6, 2, "仙游县城三个收货点拍门头照片", "三处都拍了，地址和联系人写在照片名里。", 2),
]  # fmt: skip
"""Giver, holder, given days ago, days allowed, what, what showed it done, days it took."""


def _finished(
    days: Calendar,
    giver: str,
    holder: str,
    ago: int,
    allowed: int,
    title: str,
    evidence: str,
    took: int,
) -> Story:
    yield (given := days.back(ago, "08:50"))
    work = give_assignment(
        None,
        to=Person.objects.get(user=holder),
        title=title,
        due_at=given + timedelta(days=allowed),
        **days.one(giver, given),
    )
    yield (reported := days.back(ago - took, "17:15"))
    report_assignment(work, evidence=evidence, **days.one(holder, reported))
    yield (at := reported + timedelta(minutes=70))
    accept_assignment(work, **days.one(giver, at))


def _running(
    days: Calendar,
    *,
    giver: str,
    holder: str,
    given: tuple[int, str],
    due_h: int,
    title: str,
    text: str = "",
    reported: tuple[int, str] | None = None,
    evidence: str = "",
    returned: tuple[int, str] | None = None,
    remark: str = "",
) -> Story:
    yield (at := days.back(*given))
    work = give_assignment(
        None,
        to=Person.objects.get(user=holder),
        title=title,
        text=text,
        due_at=days.now + timedelta(hours=due_h),
        **days.one(giver, at),
    )
    if reported is not None:
        yield (at := days.back(*reported))
        report_assignment(work, evidence=evidence, **days.one(holder, at))
    if returned is not None:
        yield (at := days.back(*returned))
        return_assignment(work, remark=remark, **days.one(giver, at))


RUNNING: list[dict[str, Any]] = [
    {
        "giver": "huang", "holder": "hu", "given": (2, "09:20"), "due_h": 5,
        "title": "双十二莆田当地促销方案",
        "text": "额度 3000 元以内，列出商品、让利和预计单量，写明和省里活动怎么叠加。",
    },
    {
        "giver": "zheng", "holder": "hu", "given": (4, "10:05"), "due_h": -2,
        "title": "催齐上周拒收三单的原因",
        "text": "逐单打电话问清，是货的问题、价的问题还是等久了。",
    },
    {
        "giver": "huang", "holder": "chen", "given": (1, "08:40"), "due_h": 26,
        "title": "年底前把莆田三个区的路书写完",
    },
    {
        "giver": "zheng", "holder": "zhuang", "given": (1, "14:30"), "due_h": 30,
        "title": "丰泽、晋江两区快递员招聘面试",
        "text": "每区先定一人，月底到岗。",
    },
    {
        "giver": "huang", "holder": "tong", "given": (0, "08:30"), "due_h": 8,
        "title": "年货礼盒选品，先报二十个",
    },
    {
        "giver": "zheng", "holder": "xie", "given": (3, "09:00"), "due_h": 52,
        "title": "熟悉泉州新仓动线，提三条改进",
    },
    {
        "giver": "huang", "holder": "zhuang", "given": (5, "11:00"), "due_h": 3,
        "title": "泉州仓消防器材年检",
        "reported": (0, "07:55"),
        "evidence": "灭火器 6 具全部换检，合格证贴在仓门内侧，照片已发群。",
    },
    {
        "giver": "zheng", "holder": "cai", "given": (3, "15:20"), "due_h": 20,
        "title": "涵江片区旧纸箱回收联系一家固定的",
        "reported": (1, "18:10"),
        "evidence": "联系了江口一家，每周三上门，一斤五毛。",
    },
    {
        "giver": "huang", "holder": "pan", "given": (6, "09:30"), "due_h": 28,
        "title": "仙游线路成本测算",
        "text": "油费、工时、每单平摊，按一周实际跑的算。",
        "reported": (2, "17:40"),
        "evidence": "大约每单三块出头。",
        "returned": (1, "09:05"),
        "remark": "要按天列出来：跑了多少公里、多少单、花了多少油费。",
    },
]  # fmt: skip
"""Work that is still somebody's: given, perhaps reported, perhaps sent back."""


# --- the organisation -------------------------------------------------------------------------


def _change(
    days: Calendar,
    at: datetime,
    *,
    title: str,
    reason: str,
    effective_at: datetime,
    lines: list[tuple[str, dict[str, Any]]],
    schedule: bool,
) -> None:
    by = days.one("fang", at)
    area = Area.objects.get(kind="company").code
    change = draft_change_set(area, title=title, reason=reason, effective_at=effective_at, **by)
    for kind, data in lines:
        change = add_change_line(change, kind=kind, data=data, **by)
    if schedule:
        schedule_change_set(change, **by)


def _helper_for_a_while(days: Calendar) -> Story:
    yield (at := days.back(20, "15:00"))
    seat = {
        "person": "ye", "post": "planner", "unit": "sales", "area": "fujian", "kind": "acting",
        "until": (days.now + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    _change(
        days,
        at,
        title="叶倩临时协助企划",
        reason="双十一广告语赶工，客服先抽半天帮企划，到期自动结束。",
        effective_at=at,
        lines=[("appoint", seat)],
        schedule=True,
    )


def _scheduled_change(days: Calendar) -> Story:
    yield (at := days.back(1, "16:45"))
    monday = days.now + timedelta(days=7 - localdate(days.now).weekday())
    seat = {
        "person": "cai", "post": "courier", "unit": "team_putian", "area": "xiuyu",
        "kind": "concurrent",
    }  # fmt: skip
    _change(
        days,
        at,
        title="蔡勇兼管秀屿线",
        reason="秀屿单量上来了，先由涵江快递兼跑。",
        effective_at=monday,
        lines=[("appoint", seat)],
        schedule=True,
    )


def _drafted_change(days: Calendar) -> Story:
    yield (at := days.back(0, "08:15"))
    name = {"zh": "福州快递组", "en": "Fuzhou couriers"}
    seat = {
        "person": "pan", "post": "courier", "unit": "team_putian", "area": "xianyou",
        "to_unit": "couriers_fuzhou", "to_area": "fuzhou",
    }  # fmt: skip
    _change(
        days,
        at,
        title="福州开城：先设快递组",
        reason="明年一月试运营，城市经理先由黄德明代，快递组挂在福州城市团队下。",
        effective_at=days.now + timedelta(days=21),
        lines=[
            ("add_unit", {"code": "couriers_fuzhou", "name": name, "parent": "team_fuzhou"}),
            ("transfer", seat),
        ],
        schedule=False,
    )


# --- change requests --------------------------------------------------------------------------


Deed = tuple[int, str, str, Callable[..., Any], dict[str, Any]]
"""Days ago, time of day, who, which action, with what."""


def _request(
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


# --- goods ------------------------------------------------------------------------------------


def _goods(days: Calendar) -> Story:
    yield (at := days.back(24, "09:30"))
    load_goods(at=at)
    yield (at := days.back(23, "14:10"))
    load_prices(at=at)
    yield (at := days.back(22, "10:00"))
    put_on_sale(at=at)
    yield (at := days.back(0, "08:25"))
    change_prices(at=at)


def _stock(days: Calendar) -> Story:
    yield days.now - timedelta(days=6)
    stock_up(at=days.now)
