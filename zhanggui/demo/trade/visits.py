"""How people come to the example shop: from where, on which page, with what, and how far they go.

Everything follows from the seed, the visitor and the day, so a day lived again is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from django.utils.timezone import localdate

from zhanggui.books.traffic.actions.counting import keep_origin
from zhanggui.books.traffic.actions.links import end_link, make_link
from zhanggui.books.traffic.models import Link
from zhanggui.books.traffic.queries import origins_of
from zhanggui.books.traffic.rules.sources import BITS, DIRECT, Device, Source, SourceKind, Step
from zhanggui.books.traffic.rules.views import IDLE, Kind, Note, RobotReason
from zhanggui.books.traffic.rules.views import Look as Page
from zhanggui.demo.trade.hands import Hands
from zhanggui.demo.trade.plan import Look
from zhanggui.ground.kernel.actor import CLOCKWORK

LINKS_DUTY = "N-ED-2"

LINKS = (
    ("poster", "拱辰街道公告栏海报", "/shop/c/TEA/", "海报", "线下", "开城"),
    ("wxgroup", "莆田团购微信群", "/shop/", "微信群", "社群", "开城"),
    ("parcel", "包裹里的回购卡", "/shop/goods/", "包裹卡", "线下", "回购"),
)
"""Tracked links of the example company: code, name, target, source, medium, campaign."""

OVER = ("window", "老店橱窗招贴", "/shop/", "橱窗", "线下", "预热")
"""A link that has been ended again."""

SOURCES: tuple[tuple[int, Source], ...] = (
    (46, DIRECT),
    (15, Source(SourceKind.LINK.value, "wxgroup")),
    (7, Source(SourceKind.LINK.value, "poster")),
    (5, Source(SourceKind.LINK.value, "parcel")),
    (12, Source(SourceKind.SEARCH.value, "baidu")),
    (3, Source(SourceKind.SEARCH.value, "bing")),
    (5, Source(SourceKind.CAMPAIGN.value, "douyin", "video", "开城")),
    (4, Source(SourceKind.SITE.value, "0594bbs.example")),
    (3, Source(SourceKind.SITE.value, "hao.example")),
)
"""Where people come from, with how many of a hundred do."""

DEVICES = ((82, Device.PHONE), (4, Device.TABLET), (14, Device.COMPUTER))

LANDINGS = ("/shop/", "/shop/", "/shop/", "/shop/c/TEA/", "/shop/goods/", "/shop/p/TGY/")

ROBOTS = (
    (62, RobotReason.NAMED),
    (24, RobotReason.PROGRAM),
    (9, RobotReason.PREFETCH),
    (5, RobotReason.SILENT),
)

CONFIRMED, CARTS, CHECKOUTS, ROBOT_SHARE = 0.96, 0.22, 0.3, 0.14
"""Shares: pages whose script reports back; visitors of goods who fill a cart; of these, those who
begin to check out; views of robots beside those of people."""


def make_links(*, at: datetime) -> None:
    """Let the network department make its tracked links."""
    by = Hands().nearest(LINKS_DUTY, "fujian", at=at)
    if by is None:
        return
    for code, name, target, source, medium, campaign in (*LINKS, OVER):
        made = make_link(
            by.holdings[0].area,
            name=name,
            target=target,
            source=source,
            medium=medium,
            campaign=campaign,
            code=code,
            by=by,
            at=at,
        )
    end_link(made, by=by, at=at + timedelta(hours=1))  # its shop window has new owners


def source_of(seed: int, visitor: str, day: date) -> Source:
    """Return where a visitor comes from on a day; a link that nobody has made yet is direct."""
    dice = Random(f"source {seed} {visitor} {day.isoformat()}")
    source = dice.choices([s for _n, s in SOURCES], [n for n, _s in SOURCES])[0]
    if source.kind == SourceKind.LINK and not Link.objects.filter(code=source.name).exists():
        return DIRECT
    return source


def origin_of(seed: int, visitor: str, *, at: datetime) -> int:
    """Return the row of the source an order of a visitor keeps."""
    source = source_of(seed, visitor, localdate(at))
    known = origins_of([source]).get(source)
    return (known or keep_origin(None, source=source, by=CLOCKWORK, at=at)).pk


def notes_of(looks: Sequence[Look], *, seed: int, day: date, buyers: frozenset[str]) -> list[Note]:
    """Return the looks of a day as the pages would have noted them, robots among them."""
    found: list[Note] = []
    ordered = sorted(looks, key=lambda look: (look.visitor, look.at))
    for visitor, of_one in groupby(ordered, key=lambda look: look.visitor):
        mine = list(of_one)
        found += _walk(mine, seed=seed, day=day, buys=visitor in buyers)
    found += _robots(looks, seed=seed, day=day)
    return sorted(found, key=lambda note: (note.at, note.visitor, note.look.kind))


def _walk(looks: Sequence[Look], *, seed: int, day: date, buys: bool) -> Iterator[Note]:
    visitor = looks[0].visitor
    dice = Random(f"walk {seed} {visitor} {day.isoformat()}")
    device = dice.choices([d for _n, d in DEVICES], [n for n, _d in DEVICES])[0]
    source, last = source_of(seed, visitor, day), None
    fills = buys or dice.random() < CARTS
    checks = buys or dice.random() < CHECKOUTS
    page = 0
    for look in looks:
        begins = last is None or look.at - last > IDLE
        page, last = 0 if begins else page + 1, look.at
        landing = "/shop/p/TGY/" if page and page % 2 else dice.choice(LANDINGS)
        if begins and source.kind == SourceKind.LINK:
            yield Note(visitor, look.address, look.at, "", Page(Kind.OPENED.value, source=source))
        step = BITS[Step.GOODS] if landing.startswith("/shop/p/") else 0
        if fills and checks and page == 3:
            landing, step = "/shop/checkout/", BITS[Step.CHECKOUT]
        came = source if begins else DIRECT
        yield Note(
            visitor,
            look.address,
            look.at,
            "",
            Page(Kind.VIEW.value, landing, step, came, device.value),
        )
        after = look.at + timedelta(seconds=2)
        if fills and page == 2:
            yield _step(look, after, Step.CART)
        if buys and page == 3:
            yield _step(look, after, Step.PLACED)
        if dice.random() < CONFIRMED:
            yield Note(visitor, look.address, look.at, "", Page(Kind.SEEN.value))


def _step(look: Look, at: datetime, step: Step) -> Note:
    return Note(look.visitor, look.address, at, "", Page(Kind.STEP.value, step=BITS[step]))


def _robots(looks: Iterable[Look], *, seed: int, day: date) -> Iterator[Note]:
    dice = Random(f"robots {seed} {day.isoformat()}")
    for look in looks:
        if dice.random() < ROBOT_SHARE:
            reason = dice.choices([r for _n, r in ROBOTS], [n for n, _r in ROBOTS])[0]
            yield Note("", "198.18.255.1", look.at, reason.value)
