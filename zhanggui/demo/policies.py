"""The policies of the example company, and who has read them."""

from __future__ import annotations

from datetime import timedelta

from zhanggui.books.people.actions import acknowledge_policy, publish_policy, write_policy
from zhanggui.demo.stories import Calendar, Story
from zhanggui.ground.org.models import Area, Person

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


def policy_story(
    days: Calendar, code: str, ago: int, title_zh: str, title_en: str, text_zh: str, text_en: str
) -> Story:
    """Let a policy be written, published, and read by most."""
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


def draft_story(days: Calendar) -> Story:
    """Let a policy be drafted that nobody has published yet."""
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
