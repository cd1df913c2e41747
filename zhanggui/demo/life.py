"""What the example company has lived through up to now: work given and done, policies, changes.

Everything is done by its own people through the company's own actions, each at its moment before
now, so the example has a true history: facts, notices, measures, and today's queues in progress.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from zhanggui.demo.changes import REQUESTS, request_story
from zhanggui.demo.content import set_up_site
from zhanggui.demo.goods import load_goods
from zhanggui.demo.members import member_stories
from zhanggui.demo.policies import POLICIES, draft_story, policy_story
from zhanggui.demo.prices import change_prices, load_prices, put_on_sale
from zhanggui.demo.stock import announce, count_and_write_off, open_and_fill, sell_out
from zhanggui.demo.stories import Calendar, Story, tell
from zhanggui.demo.styles import style_story
from zhanggui.demo.trade.living import SEED, Life
from zhanggui.demo.trade.opening import publish_promises
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.demo.trade.today import Scene
from zhanggui.demo.trade.visits import make_links
from zhanggui.demo.words import MISSED, answer_words, look_in_vain
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
from zhanggui.ground.org.actions.people import hire_person
from zhanggui.ground.org.models import Area, Person

TRADE_DAYS = 7
"""Days of trade behind the present one: each weekday once."""


def live_until(now: datetime, *, password: str | None = None, trade_days: int = TRADE_DAYS) -> None:
    """Let the example company, founded some sixty days ago, live up to now.

    Orders have come in for `trade_days` days and since this morning. `password` is for those who
    join on the way.
    """
    days = Calendar(now)
    stories = [
        *(policy_story(days, *policy) for policy in POLICIES),
        draft_story(days),
        *(_finished(days, *work) for work in DONE),
        *(_running(days, **work) for work in RUNNING),
        _new_couriers(days, password),
        _helper_for_a_while(days),
        _scheduled_change(days),
        _drafted_change(days),
        *(request_story(days, **request) for request in REQUESTS),
        _goods(days),
        _words(days),
        style_story(days),
        set_up_site(days),
        *member_stories(days),
        _stock(days),
        _trade(days, trade_days),
    ]
    tell(stories, until=now)


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


NEW_COURIERS = (
    ("qiu", "邱建平", "Qiu Jianping", "13800001019", "team_xiamen", "xiamen"),
    ("wei", "魏少华", "Wei Shaohua", "13800001020", "team_fuzhou", "fuzhou"),
)
"""Who joined when Xiamen and Fuzhou began to deliver: user, names, phone, unit, area."""


def _new_couriers(days: Calendar, password: str | None) -> Story:
    yield (at := days.back(26, "10:20"))
    for user, name_zh, name_en, phone, _unit, _area in NEW_COURIERS:
        hire_person(
            None,
            user=user,
            name_zh=name_zh,
            name_en=name_en,
            phone=phone,
            password=password,
            **days.one("fang", at),
        )
    _change(
        days,
        at + timedelta(minutes=25),
        title="厦门、福州各添一名快递",
        reason="两座城开始送货，城市经理先代着，快递得是自己的人。",
        effective_at=at + timedelta(minutes=25),
        lines=[
            ("appoint", {"person": user, "post": "courier", "unit": unit, "area": area})
            for user, _zh, _en, _phone, unit, area in NEW_COURIERS
        ],
        schedule=True,
    )


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
        title="福州单独设快递组",
        reason="福州单量上来了，快递从城市组里单列，先调一名熟手过去带。",
        effective_at=days.now + timedelta(days=21),
        lines=[
            ("add_unit", {"code": "couriers_fuzhou", "name": name, "parent": "team_fuzhou"}),
            ("transfer", seat),
        ],
        schedule=False,
    )


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


def _words(days: Calendar) -> Story:
    yield (at := days.back(2, "20:40"))
    look_in_vain(MISSED[0], at=at)
    yield (at := days.back(1, "09:20"))
    answer_words(at=at)
    yield (at := days.back(1, "20:40"))
    look_in_vain(MISSED[1], at=at)


def _stock(days: Calendar) -> Story:
    yield (at := days.now - timedelta(days=TRADE_DAYS + 2))
    open_and_fill(at=at)
    yield (at := days.now - timedelta(days=2))
    announce(at=at, now=days.now)
    yield (at := days.now - timedelta(days=1, hours=2))
    count_and_write_off(at=at)
    yield (at := days.now - timedelta(hours=5))
    sell_out(at=at)


# --- trade ------------------------------------------------------------------------------------

STEP = timedelta(hours=3)
"""How long the trade goes on by itself before other stories have their turn."""


def _trade(days: Calendar, trade_days: int) -> Story:
    """Let orders come in for some days, and leave work in every queue at the end."""
    today = localdate(days.now)
    since = moment_of_day(today - timedelta(days=trade_days), 5)
    yield since - timedelta(hours=15)
    publish_promises(at=since - timedelta(hours=15))
    make_links(at=since - timedelta(hours=14))
    if not trade_days:
        return
    life = Life(scene=Scene(SEED, days.now))
    while since < days.now:
        until = min(since + STEP, days.now)
        yield min(until, days.now - timedelta(seconds=1))
        life.live(since, until)
        since = until
