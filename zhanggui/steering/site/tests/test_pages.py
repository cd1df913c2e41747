"""Every figure of the site is a count over rows, with its definition, and its rows behind it."""

from __future__ import annotations

import csv
import io
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
from openpyxl import load_workbook

from zhanggui.books.traffic.actions.weblog import take_in_file
from zhanggui.books.traffic.rules.views import Note
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.site import queries
from zhanggui.steering.site.rules import Period, percent
from zhanggui.steering.site.tests.conftest import link_of
from zhanggui.trade.orders.models import Order

SignIn = Callable[..., Client]
URL = "/desk/site/"
TODAY = "span=day&day=2026-11-23"
WEEK = "span=week&day=2026-11-23"


def figures(answer: HttpResponse) -> dict[str, Any]:
    """Return the figures of a page by title."""
    assert answer.status_code == 200
    return {str(f.title): f for group in answer.context["groups"] for _n, f in group["figures"]}


def by_hand(notes: list[Note], begin: date, end: date) -> dict[str, str]:
    """Count a period as one would on paper: every note and every order looked at by itself."""

    def within(moment: datetime) -> bool:
        return begin <= localdate(moment) < end

    views = [n for n in notes if within(n.at) and not n.robot and n.look.kind == "view"]
    visitors = len({(localdate(n.at), n.visitor) for n in views})
    orders = [o for o in Order.objects.all() if within(o.placed_at)]
    valid = [o for o in orders if o.state in ("confirmed", "closed") and o.money != "awaited"]
    paid = [o for o in orders if o.money == "settled" and o.fulfilment in ("delivered", "partly")]
    done = [o for o in orders if o.state in ("cancelled", "void") or o.money == "settled"]
    fen = sum(o.goods_fen for o in orders)
    return {
        "Visitors (UV)": f"{visitors:,}",
        "Addresses (IP)": f"{len({(localdate(n.at), n.address) for n in views}):,}",
        "Page views (PV)": f"{len(views):,}",
        "Visits": f"{visitors:,}",  # nobody came twice on a day
        "Confirmed by script": percent(
            sum(within(n.at) and n.look.kind == "seen" for n in notes), len(views)
        ),
        "Robots turned away": str(sum(within(n.at) and bool(n.robot) for n in notes)),
        "Conversion: placed": percent(len(orders), visitors),
        "Conversion: valid": percent(len(valid), visitors),
        "Conversion: delivered and paid": percent(len(paid), visitors),
        "Matured": percent(len(done), len(orders)),
        "Turnover ordered": yuan(fen),
        "Average order": yuan(fen // len(orders)) if orders else "–",
    }


@pytest.mark.parametrize(
    ("query", "begin", "end"),
    [
        ("", "2026-11-23", "2026-11-24"),
        (TODAY, "2026-11-23", "2026-11-24"),
        ("span=day&day=2026-11-22", "2026-11-22", "2026-11-23"),
        (WEEK, "2026-11-17", "2026-11-24"),
        ("span=month&day=2026-11-23", "2026-11-01", "2026-11-24"),
        ("span=custom&from=2026-11-22&to=2026-11-23", "2026-11-22", "2026-11-24"),
        ("span=day&day=2026-01-01", "2026-01-01", "2026-01-02"),
    ],
)
def test_figures_of_a_period_are_those_counted_by_hand(
    query: str, begin: str, end: str, shop: SimpleNamespace, sign_in: SignIn
) -> None:
    found = figures(sign_in("jiang").get(f"{URL}?{query}"))
    ought = by_hand(shop.notes, date.fromisoformat(begin), date.fromisoformat(end))
    assert {title: figure.value for title, figure in found.items()} == ought
    assert all(str(figure.definition) for figure in found.values())


def test_every_figure_opens_its_rows(shop: SimpleNamespace, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    for query in (TODAY, WEEK):
        page = browser.get(f"{URL}?{query}")
        urls = {figure.url for figure in figures(page).values()}
        urls |= {step["url"] for step in page.context["funnel"]}
        urls |= {url for row in page.context["sources"] for url in row["urls"].values()}
        urls |= {page.context["sources_url"], page.context["landings_url"]}
        for url in urls:
            assert browser.get(url).status_code == 200, url


@pytest.mark.parametrize(("stage", "count"), [("placed", 5), ("valid", 3), ("paid", 2)])
def test_rows_of_orders_are_those_of_the_figure(
    stage: str, count: int, shop: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in("jiang").get(f"{URL}rows/?{WEEK}&of=orders&stage={stage}")
    assert page.context["page"]["total"] == count
    assert len(page.context["rows"]) == count


@override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456")
def test_an_order_is_valid_once_its_transfer_is_there(
    shop: SimpleNamespace, sign_in: SignIn, at: datetime
) -> None:
    browser = sign_in("jiang")

    def stages() -> list[int]:
        page = browser.get(f"{URL}?{TODAY}")
        counts = [step["count"] for step in page.context["funnel"][-3:-1]]
        rows = browser.get(f"{URL}rows/?{TODAY}&of=orders&stage=valid")
        return [*counts, rows.context["page"]["total"]]

    assert stages() == [2, 1, 1]
    order = shop.trade.ahead(paid=0, at=at - timedelta(minutes=30))
    assert stages() == [3, 1, 1]
    shop.trade.receive(order, at=at)
    assert stages() == [3, 2, 2]


def test_rows_of_visitors_know_nobody(shop: SimpleNamespace, sign_in: SignIn) -> None:
    page = sign_in("jiang").get(f"{URL}rows/?{TODAY}&of=visitors")
    text = page.content.decode()
    assert page.context["page"]["total"] == 9
    assert "key-" not in text and "10.0.0." not in text
    assert "Poster" in text and "Placed an order" in text


@pytest.mark.parametrize("query", ["of=nothing", "of=orders&stage=nothing"])
def test_rows_that_are_none_are_not_there(query: str, sign_in: SignIn) -> None:
    assert sign_in("jiang").get(f"{URL}rows/?{query}").status_code == 404


@pytest.mark.parametrize("path", ["", "rows/?of=days", "export/?of=days"])
def test_the_page_is_for_those_who_decide_on_figures(path: str, sign_in: SignIn) -> None:
    assert sign_in("jiang").get(URL + path).status_code == 200
    assert sign_in("lin").get(URL + path).status_code == 200
    assert sign_in("chen").get(URL + path).status_code == 404
    assert Client().get(URL + path).status_code == 302


def test_orders_are_those_of_one_s_areas(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    today = localdate(at)
    period = Period("week", today - timedelta(days=6), today + timedelta(days=1))
    assert queries.orders_of(actor("jiang"), period).count() == 5
    assert queries.areas_said(actor("jiang")) == ""
    assert not queries.orders_of(actor("chen"), period).exists()


def test_sources_add_up_to_the_day_and_keep_their_orders(
    shop: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in("jiang").get(f"{URL}?{WEEK}")
    rows = {row["title"]: row for row in page.context["sources"]}
    assert {t: (r["visits"], r["placed"], r["paid"]) for t, r in rows.items()} == {
        "Direct": (5, 1, 0),
        "Poster": (5, 2, 1),
        "=1+1": (5, 1, 1),
        "Not known": (0, 1, 0),
    }
    assert sum(row["visits"] for row in rows.values()) == 15
    browser = sign_in("jiang")
    for row in rows.values():
        for stage, url in row["urls"].items():
            assert browser.get(url).context["page"]["total"] == row[stage]


def test_the_funnel_narrows_from_visitors_to_paid_orders(
    shop: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in("jiang").get(f"{URL}?{TODAY}")
    steps = [(str(s["title"]), s["count"], s["share"]) for s in page.context["funnel"]]
    assert steps == [
        ("Came to the shop", 9, ""),
        ("Looked at goods", 8, "88.89%"),
        ("Put into the cart", 7, "87.50%"),
        ("Began to check out", 6, "85.71%"),
        ("Placed an order", 5, "83.33%"),
        ("Orders placed", 2, ""),
        ("Valid orders", 1, "50.00%"),
        ("Delivered and paid", 0, "0.00%"),
    ]


def test_the_change_of_turnover_is_told_by_parts_that_add_up(
    shop: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in("jiang").get(f"{URL}?{TODAY}")
    change = page.context["change"]
    assert change["known"]
    now, then = (
        sum(o.goods_fen for o in Order.objects.all() if localdate(o.placed_at).day == day)
        for day in (23, 22)
    )
    assert sum(row["fen"] for row in change["rows"]) == now - then != 0
    paid = sign_in("jiang").get(f"{URL}?{TODAY}&stage=paid").context["change"]
    assert not paid["known"]


def test_the_course_has_a_table_beside_it(shop: SimpleNamespace, sign_in: SignIn) -> None:
    page = sign_in("jiang").get(f"{URL}?{TODAY}&metric=views")
    points = {p.label: (p.now, p.before) for p in page.context["chart"]["points"]}
    assert len(points) == 24
    assert points["09:00"][0] == sum(
        n.look.kind == "view" and not n.robot and localdate(n.at).day == 23 and
        datetime.strftime(n.at, "%H") == "09"
        for n in shop.notes
    )  # fmt: skip
    week = sign_in("jiang").get(f"{URL}?{WEEK}").context["chart"]["points"]
    assert [(p.label, p.now) for p in week][-2:] == [("11-22", 6), ("11-23", 9)]


def test_a_log_stands_beside_the_pages(
    shop: SimpleNamespace, sign_in: SignIn, tmp_path: Any, at: datetime
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36"
    log = tmp_path / "access.log"
    log.write_text(
        f'10.1.1.1 - - [23/Nov/2026:08:00:00 +0800] "GET /shop/ HTTP/1.1" 200 9 "-" "{agent}"\n'
        f'10.1.1.1 - - [01/Nov/2026:08:00:00 +0800] "GET /shop/ HTTP/1.1" 200 9 "-" "{agent}"\n'
    )
    take_in_file(log, hosts=(), at=at)
    page = sign_in("jiang").get(f"{URL}?{TODAY}")
    assert next((row["server"], row["log"]) for row in page.context["log"]) == ("9", "1")
    month = sign_in("jiang").get(f"{URL}?span=month&day=2026-11-23")
    assert figures(month)["Visitors (UV)"].value == "16"
    assert "One day is told from server logs." in month.content.decode()
    assert "20 days of this period were not counted." in month.content.decode()


def table_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_export_of_days_is_what_the_page_says(shop: SimpleNamespace, sign_in: SignIn) -> None:
    answer = sign_in("jiang").get(f"{URL}export/?{WEEK}&of=days")
    assert 'filename="site-days-20261117-20261123.csv"' in answer["Content-Disposition"]
    header, *rows = table_of(answer)
    assert [row[0] for row in rows] == [f"2026-11-{day}" for day in range(17, 24)]
    assert all(len(row) == len(header) for row in rows)
    last = dict(zip(header, rows[-1], strict=True))
    assert (last["UV"], last["PV"], last["Orders placed"]) == ("9", "23", "2")
    assert rows[0][1:4] == ["", "", ""]


def test_export_lets_no_source_be_a_formula(shop: SimpleNamespace, sign_in: SignIn) -> None:
    rows = table_of(sign_in("jiang").get(f"{URL}export/?{WEEK}&of=sources"))
    assert [row[0] for row in rows if "1+1" in row[0]] == ["'=1+1"]
    book = sign_in("jiang").get(f"{URL}export/?{WEEK}&of=sources&kind=xlsx")
    sheets = load_workbook(io.BytesIO(b"".join(book.streaming_content)))
    kinds = {c.data_type for row in sheets.worksheets[0].iter_rows() for c in row}
    assert kinds == {"s"}
    assert "Visitors (UV)" in [row[0].value for row in sheets.worksheets[1].iter_rows()]


def test_export_of_what_is_none_is_not_there(sign_in: SignIn) -> None:
    assert sign_in("jiang").get(f"{URL}export/?of=visitors").status_code == 404


def test_the_page_of_a_link_shows_what_it_brought(shop: SimpleNamespace, sign_in: SignIn) -> None:
    link = link_of(shop)
    panel = sign_in("jiang").get(f"/desk/traffic/link/{link.pk}/panel/site.brought/")
    if panel.status_code == 404:
        page = sign_in("jiang").get(f"/desk/traffic/link/{link.pk}/").content.decode()
        url = re.search(r"/desk/traffic/link/\d+/panel/[\w.]+/", page)
        assert url, "the link's page has no panel of ours"
        panel = sign_in("jiang").get(url[0])
    text = " ".join(re.sub(r"<[^>]+>", " ", panel.content.decode()).split())
    assert "Opened 5 Visits 5 Visitors 5 Orders placed 2" in text
    assert "Delivered and paid 1" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("query", ["", WEEK, "span=day&day=2026-01-01", "span=custom"])
def test_the_page_shows_in_both_languages_empty_and_full(
    language: str, query: str, shop: SimpleNamespace, sign_in: SignIn
) -> None:
    page = sign_in("jiang", language=language).get(f"{URL}?{query}")
    assert page.status_code == 200
    text = page.content.decode()
    assert ("网站统计" in text) is (language == "zh-hans")
    assert len(re.findall(r'id="def-[\w-]+"', text)) == len(
        set(re.findall(r'id="def-[\w-]+"', text))
    )


def test_the_page_asks_as_much_for_a_year_as_for_a_week(
    shop: SimpleNamespace, sign_in: SignIn
) -> None:
    browser = sign_in("jiang")

    def statements(query: str) -> int:
        browser.get(f"{URL}?{query}")
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"{URL}?{query}")
        return len(asked)

    year = "span=custom&from=2025-11-24&to=2026-11-23"
    assert abs(statements(year) - statements(WEEK)) <= 2
    assert statements(WEEK) <= 40
