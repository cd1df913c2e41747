"""Every figure of the day is a count over rows, and its link opens just these rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.stock.models import Level
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.queries import present
from zhanggui.steering.reports import queries
from zhanggui.trade.cash.tests.conftest import balance_of
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.orders.models import Order, Shortage

SignIn = Callable[..., Client]
URL = "/desk/company/"


def figures(answer: HttpResponse) -> dict[str, Any]:
    """Return the figures of a page by title."""
    assert answer.status_code == 200
    groups = answer.context["groups"]
    return {str(f.title): f for group in groups for _n, f in group["figures"]}


def by_hand(day: date, areas: frozenset[str]) -> dict[str, str]:
    """Count a day as one would on paper: every row looked at by itself."""

    def on(moment: datetime | None) -> bool:
        return moment is not None and localdate(moment) == day

    orders = [o for o in Order.objects.all() if o.area_id in areas]
    placed = [o for o in orders if on(o.placed_at)]
    doors = [o for o in orders if on(o.door_at)]
    came = [o for o in doors if o.fulfilment in ("delivered", "partly")]
    settled = [o for o in orders if on(o.settled_at)]
    stops = list(Stop.objects.select_related("order", "run"))
    failed = [
        s for s in stops if s.order.area_id in areas and s.state == "failed" and on(s.done_at)
    ]
    runs = [r for r in Run.objects.all() if r.area_id in areas and on(r.left_at)]
    over = [s for s in stops if s.run in runs and s.state in ("delivered", "partly")]
    short = [s for s in Shortage.objects.all() if s.area_id in areas]
    cost = sum(r.cost_fen for r in runs)
    taken = sum(o.taken_fen for o in came)
    return {
        "Orders placed": str(len(placed)),
        "Orders valid": str(
            sum(o.state in ("confirmed", "closed") and o.money != "awaited" for o in placed)
        ),
        "In screening": str(sum(o.state == "screening" for o in placed)),
        "Cancelled or void": str(sum(o.state in ("cancelled", "void") for o in placed)),
        "Delivered": str(sum(o.fulfilment == "delivered" for o in came)),
        "Partly delivered": str(sum(o.fulfilment == "partly" for o in came)),
        "Refused": str(
            sum(o.state == "closed" and o.fulfilment in ("refused", "returned") for o in doors)
        ),
        "Not delivered": str(len(failed)),
        "Turnover at the door": yuan(taken),
        "Turnover settled": yuan(sum(o.taken_fen for o in settled)),
        "Average order": yuan(round(taken / len(came))) if came else "–",
        "Cost per order": yuan(round(cost / len(over))) if over else "–",
        "Shortages opened": str(sum(on(s.opened_at) for s in short)),
        "Shortages settled": str(sum(on(s.settled_at) for s in short)),
    }


ROWS_OF = {
    "Turnover at the door": ("Delivered", "Partly delivered"),
    "Average order": ("Delivered", "Partly delivered"),
}
"""Sums and averages: as many rows as these counts have together."""


@pytest.mark.parametrize("area", ["", "fujian", "putian", "hanjiang", "quanzhou"])
@pytest.mark.parametrize("back", [0, 1, 7, 20])
def test_every_figure_is_counted_by_hand_and_opens_its_rows(
    back: int, area: str, week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    gm, day = sign_in("lin"), localdate(at) - timedelta(days=back)
    shown = figures(gm.get(URL, {"day": day.isoformat(), "area": area}))
    structure = present(at).structure
    areas = structure.areas_within(area or structure.root_area)
    ought = by_hand(day, areas)
    assert {title: shown[title].value for title in ought} == ought
    for title in ought:
        url = shown[title].url
        listed = gm.get(url)
        assert listed.status_code == 200, url
        number = listed.context["page"]["total"]
        if title == "Cost per order":
            runs = Run.objects.filter(queries.on_day("left_at", day), area__in=areas)
            assert number == runs.count()
        elif title == "Turnover settled":
            settled = Order.objects.filter(queries.on_day("settled_at", day), area__in=areas)
            assert number == settled.count()
        else:
            ought_rows = sum(int(ought[one]) for one in ROWS_OF.get(title, (title,)))
            assert number == ought_rows, (title, url)


@override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456")
def test_an_order_is_valid_once_its_transfer_is_there(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    order = week.trade.ahead(paid=0, at=at - timedelta(hours=1))
    assert (order.state, order.money) == ("confirmed", "awaited")
    gm = sign_in("lin")
    shown = figures(gm.get(URL))
    valid, awaited = shown["Orders valid"], shown["Transfer awaited"]
    assert (shown["Orders placed"].value, valid.value, awaited.value) == ("8", "6", "1")
    listed = gm.get(awaited.url).context
    assert [row["number"] for row in listed["rows"]] == [order.number]
    assert gm.get(valid.url).context["page"]["total"] == 6
    week.trade.receive(order, at=at)
    shown = figures(gm.get(URL))
    assert shown["Orders valid"].value == "7" and "Transfer awaited" not in shown


def test_a_day_has_something_of_everything(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    shown = figures(sign_in("lin").get(URL))
    assert {t: f.value for t, f in shown.items()} == {
        "Orders placed": "7",
        "Orders valid": "6",
        "In screening": "1",
        "Cancelled or void": "0",
        "Delivered": "2",
        "Partly delivered": "1",
        "Refused": "1",
        "Not delivered": "1",
        "Turnover at the door": "¥215.00",
        "Turnover settled": "¥0.00",
        "Average order": "¥71.67",
        "Cost per order": shown["Cost per order"].value,
        "Cash outside now": "¥215.00",
        "Shortages opened": shown["Shortages opened"].value,
        "Shortages settled": "1",
        "Goods out of stock now": shown["Goods out of stock now"].value,
        "Visitors (UV)": "5",
        "Page views (PV)": "25",
        "Visits": shown["Visits"].value,
        "Addresses (IP)": "4",
        "Robots turned away": "2",
        "Conversion placed": "140.0%",
    }
    assert shown["Orders placed"].note == "day before 5 · a week before 2"
    assert shown["Turnover settled"].note == "day before ¥0.00 · a week before ¥175.00"
    assert shown["Shortages settled"].note == "median 7.0 min"
    assert all(figure.definition for figure in shown.values())


def test_cash_goods_and_visits_are_those_of_their_own_pages(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    gm = sign_in("lin")
    shown = figures(gm.get(URL))
    courier = week.run.courier_id
    assert shown["Cash outside now"].value == yuan(balance_of(f"cash.courier.{courier}"))
    board = gm.get(shown["Cash outside now"].url).context["board"]
    assert shown["Cash outside now"].value == yuan(board.outside_fen)
    assert len(board.holders) == 1
    stock = gm.get(shown["Goods out of stock now"].url)
    assert shown["Goods out of stock now"].value == str(stock.context["total"])
    levels = Level.objects.filter(location__kind="depot")
    free = {lv.sku_id for lv in levels if lv.on_hand > lv.reserved + lv.safety}
    assert stock.context["total"] == Sku.objects.exclude(pk__in=free).count()
    visitors = gm.get(shown["Visitors (UV)"].url)
    assert visitors.context["page"]["total"] == int(shown["Visitors (UV)"].value)
    robots = gm.get(shown["Robots turned away"].url)
    assert [[str(c.text) for _column, c in row] for row in robots.context["rows"]] == [
        ["Says it is a robot", "1"],
        ["Does not say what it is", "1"],
    ]


def test_clocks_are_those_of_the_facts_of_people(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    gm = sign_in("lin")
    for back in (0, 1, 7):
        day = localdate(at) - timedelta(days=back)
        page = gm.get(URL, {"day": day.isoformat()})
        clocks = page.context["clocks"]
        assert len(clocks) == len(queries.CLOCKS)
        for code, clock in zip(queries.CLOCKS, clocks, strict=True):
            facts = [
                f
                for f in Fact.objects.filter(duty=code, wait_s__isnull=False)
                if localdate(f.at) == day and f.actor_kind == "person" and f.cause_id is None
            ]
            in_time = [f for f in facts if f.promise_s is not None and f.wait_s <= f.promise_s]
            assert (clock["handled"], clock["on_time"]) == (len(facts), len(in_time)), (code, day)
            assert gm.get(clock["url"]).context["page"]["total"] == len(facts)
    screening = next(c for c in gm.get(URL).context["clocks"])
    assert screening["handled"] == 1 and screening["badge"].text == "0.0%"


def test_the_table_rolls_up_and_its_numbers_open_their_rows(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    gm = sign_in("lin")
    rows = {row["name"]: row for row in gm.get(URL).context["rows"]}
    whole = gm.get(URL).context["rows"][0]
    cities = [row for row in rows.values() if row["depth"] == whole["depth"] + 1]
    assert whole["counts"].placed == 7
    assert cities
    for row in rows.values():
        for cell in row["cells"]:
            if cell["url"] and cell["value"].isdigit():
                assert gm.get(cell["url"]).context["page"]["total"] == int(cell["value"])
    assert rows["Xianyou County"]["counts"].placed == 1
    assert rows["Hanjiang District"]["counts"].placed == 6


def test_an_empty_day_is_a_page_too(db: None, sign_in: SignIn) -> None:
    answer = sign_in("lin").get(URL)
    shown = figures(answer)
    assert shown["Orders placed"].value == "0"
    assert shown["Average order"].value == shown["Cost per order"].value == "–"
    assert "No cash is outside" in answer.content.decode()


def test_statements_do_not_grow_with_what_happened(
    week: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    gm = sign_in("lin")

    def statements(**query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert gm.get(URL, query).status_code == 200
        return len(asked)

    statements()
    full = statements()
    empty = statements(day=(localdate(at) - timedelta(days=20)).isoformat())
    assert full <= 45
    assert abs(full - empty) <= 1


@pytest.mark.parametrize(
    "day", ["", "x", "2026-13-45", "0001-01-01", "9999-12-31", "2026-11-23' --", "2026-11-23\x00"]
)
def test_a_day_that_is_none_is_today_or_the_nearest(
    day: str, sign_in: SignIn, at: datetime
) -> None:
    answer = sign_in("lin").get(URL, {"day": day})
    assert answer.status_code == 200
    assert answer.context["day"]["date"] <= localdate(at)


def test_tomorrow_is_not_offered_and_yesterday_is(sign_in: SignIn, at: datetime) -> None:
    gm = sign_in("lin")
    today, before = (gm.get(URL, {"day": day}).context["day"] for day in ("", "2026-11-22"))
    assert (today["next"], before["today"]) == ("", False)
    assert "day=2026-11-22" in today["prev"] and "day=2026-11-23" in before["next"]


@pytest.mark.parametrize("user", ["chen", "wu", "tong"])
def test_others_find_nothing(user: str, sign_in: SignIn) -> None:
    client = sign_in(user)
    assert client.get(URL).status_code == 404
    assert client.get("/desk/company/rows/?of=runs").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"area": "nowhere"},
        {"area": "\x00"},
        {"of": ""},
        {"of": "orders"},
        {"of": "orders.promises"},
    ],
)
def test_what_is_not_there_is_not_found(query: dict[str, str], sign_in: SignIn) -> None:
    path = "/desk/company/rows/" if "of" in query else URL
    assert sign_in("lin").get(path, query).status_code == 404


@pytest.mark.parametrize("of", ["visitors", "robots", "runs", "failed", "opened", "settled"])
def test_rows_of_an_empty_day_say_what_will_stand_there(of: str, sign_in: SignIn) -> None:
    answer = sign_in("lin").get("/desk/company/rows/", {"of": of})
    assert answer.status_code == 200
    assert "No rows on this day" in answer.content.decode()


def test_every_figure_has_a_mark_of_its_own(week: SimpleNamespace, sign_in: SignIn) -> None:
    page = sign_in("lin").get(URL).content.decode()
    marks = re.findall(r'id="(def-[^"]+)"', page)
    assert len(marks) == len(set(marks)) >= 20


def test_the_general_manager_s_first_page_has_the_figures_of_today(
    week: SimpleNamespace, sign_in: SignIn
) -> None:
    gm = sign_in("lin")
    shown = {str(f.title): f for f in gm.get("/desk/").context["figures"]}
    assert shown["Orders placed today"].value == "7"
    assert shown["Turnover at the door today"].value == "¥215.00"
    assert shown["Visitors today"].value == "5"
    for title in ("Orders placed today", "Turnover at the door today", "Cost per order"):
        assert gm.get(shown[title].url).status_code == 200
