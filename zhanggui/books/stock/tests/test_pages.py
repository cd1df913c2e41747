"""The stock over HTTP: the queue, the pages of depot, level and arrival, figures for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from zhanggui.books.stock.actions.arrivals import announce_arrival
from zhanggui.books.stock.actions.depots import set_safety
from zhanggui.books.stock.actions.goods import reserve_goods
from zhanggui.books.stock.models import Arrival, Level, Location, Movement
from zhanggui.books.stock.rules import Line
from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.actor import CLOCKWORK

SignIn = Callable[..., Client]
QUEUE = "/desk/queue/stock.levels/"
STOCK = "/desk/stock/"


def words(response: Any) -> str:
    """Return a page's words, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def tea(stock: Any) -> Level:
    """Return the level of tea in Putian."""
    return Level.objects.get(sku=stock.tea)


@pytest.fixture
def short(stock: Any, at: datetime) -> Level:
    """Return the level of longan, of which all five have been promised five hours ago."""
    lines = [Line(stock.longan.pk, 5, "A-1")]
    then = at - timedelta(hours=5)
    reserve_goods(None, depot=stock.putian, lines=lines, by=CLOCKWORK, at=then)
    return Level.objects.get(sku=stock.longan)


@pytest.fixture
def late(tea: Level, at: datetime) -> Arrival:
    """Return an arrival of tea that should have been here an hour ago."""
    due = at - timedelta(hours=1)
    then = {"by": CLOCKWORK, "at": at - timedelta(days=1)}
    return announce_arrival(tea, quantity=12, due_at=due, note="山野", **then)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Putian dried longan", "nothing announced", "arrival overdue", "5 h"]),
        ("zh-hans", ["莆田桂圆干", "缺货，未预告到货", "到货逾期", "5 小时"]),
    ],
)
def test_queue_shows_what_is_short_and_what_is_late(
    sign_in: SignIn, short: Level, late: Arrival, language: str, said: list[str]
) -> None:
    text = words(sign_in("tong", language=language).get(QUEUE))
    assert [word for word in said if word not in text] == []
    assert "Xinghua" not in text


def test_queue_is_for_the_product_manager(sign_in: SignIn, stock: Any) -> None:
    assert sign_in("lin").get(QUEUE).status_code == 404
    empty = words(sign_in("tong").get(QUEUE))
    assert "Goods wait here when nothing more can be promised" in empty


def test_queue_narrows_by_depot_and_by_pinyin(sign_in: SignIn, short: Level, late: Arrival) -> None:
    browser = sign_in("tong")
    assert "longan" not in words(browser.get(f"{QUEUE}?depot=QZ"))
    found = words(browser.get(f"{QUEUE}?q=guiyuan"))
    assert "longan" in found and "Tieguanyin" not in found
    export: Any = browser.get(f"{QUEUE}?as=csv")
    assert b"LY-500" in b"".join(export.streaming_content)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dossiers_of_level_depot_and_arrival_show_their_figures(
    sign_in: SignIn, stock: Any, short: Level, late: Arrival, language: str
) -> None:
    browser = sign_in("tong", language=language)
    pages = [words(browser.get(url_of(record))) for record in (short, stock.putian, late)]
    english = [
        [
            "none to sell",
            "Reserved for orders 5",
            "+5 promised",
            "A-1",
            "Nothing has been announced",
        ],
        ["2 SKUs", "Pieces on hand 25", "of them promised 5", "Arrivals expected 1", "Putian"],
        ["overdue", "Pieces 12", "Supplier 山野", "Not coming"],
    ]
    chinese = [
        ["无货可卖", "订单占用 5", "+5 占用", "A-1", "没有到货预告"],
        ["2 个单品", "在库件数 25", "其中已占用 5", "在途到货 1", "莆田市"],
        ["已逾期", "件数 12", "供应商 山野", "不来了"],
    ]
    for page, said in zip(pages, english if language == "en" else chinese, strict=True):
        assert [word for word in said if word not in page] == []


def test_dossiers_are_for_who_keeps_that_stock(
    sign_in: SignIn, stock: Any, tea: Level, late: Arrival
) -> None:
    browser = sign_in("lin")
    for record in (tea, stock.putian, late):
        assert browser.get(url_of(record)).status_code == 404
    assert sign_in("tong").get(url_of(stock.bag)).status_code == 404


# --- acts --------------------------------------------------------------------------------------


def test_receive_goods_page_takes_typed_and_scanned_lines(sign_in: SignIn, stock: Any) -> None:
    browser, url = sign_in("tong"), f"{url_of(stock.putian)}receive_goods/"
    assert "SKU code or barcode" in words(browser.get(url))
    lines = "XH-1000 12\r\n\r\nTG-250，3\r\nLY-500\r\n"
    answer = browser.post(url, {"lines": lines, "note": "LS-9", "key": "a"})
    assert (answer.status_code, answer["Location"]) == (303, url_of(stock.putian))
    assert [level_at(stock.putian, s) for s in (stock.noodles, stock.tea, stock.longan)] == [
        (12, 0),
        (23, 0),
        (6, 0),
    ]
    again = browser.post(url, {"lines": lines, "note": "LS-9", "key": "a"})  # pressed twice
    assert again.status_code == 303
    assert level_at(stock.putian, stock.noodles) == (12, 0)


def test_receive_goods_page_tells_each_wrong_line_and_keeps_what_was_typed(
    sign_in: SignIn, stock: Any
) -> None:
    before = Movement.objects.count()
    lines = "NO-SUCH 3\nTG-250 zwei\nTG-250 3 4\nTG-250 0\nTG-250 999999999\nLY-500 2"
    url = f"{url_of(stock.putian)}receive_goods/"
    answer = sign_in("tong").post(url, {"lines": lines, "key": "a"})
    assert answer.status_code == 422
    text = words(answer)
    for sentence in (
        "Line 1: there is no SKU or barcode “NO-SUCH”.",
        "Line 2: after the code comes one whole number.",
        "Line 3: after the code comes one whole number.",
        "Line 4: A quantity must be at least one piece.",
        "Line 5: 999999999 pieces in one line are more than anybody can move.",
        "LY-500 2",
    ):
        assert sentence in text
    assert Movement.objects.count() == before


def test_count_stock_page_shows_no_number_beforehand_and_catches_what_moved_meanwhile(
    sign_in: SignIn, stock: Any, tea: Level
) -> None:
    browser, url = sign_in("tong"), f"{url_of(tea)}count_stock/"
    html = browser.get(url).content.decode()
    assert 'value="20"' not in html
    old = signing.dumps({"on_hand": 22}, salt="seen")
    clash = browser.post(url, {"on_hand": "19", "reason": "", "seen": old, "key": "a"})
    assert clash.status_code == 409
    assert level_at(stock.putian, stock.tea) == (20, 0)
    true = signing.dumps({"on_hand": 20}, salt="seen")
    done = browser.post(url, {"on_hand": "19", "reason": "", "seen": true, "key": "b"})
    assert done.status_code == 303
    assert level_at(stock.putian, stock.tea) == (19, 0)


@pytest.mark.parametrize(("what", "kind"), [("damaged", "damaged"), ("lost", "lost")])
def test_write_off_page_knows_damaged_from_lost(
    sign_in: SignIn, tea: Level, what: str, kind: str
) -> None:
    data = {"quantity": "2", "lost": what, "reason": "wet", "key": "a"}
    assert sign_in("tong").post(f"{url_of(tea)}write_off/", data).status_code == 303
    assert Movement.objects.get(kind=kind).quantity == 2


def test_move_stock_page_offers_the_other_depots(sign_in: SignIn, stock: Any) -> None:
    browser, url = sign_in("tong"), f"{url_of(stock.putian)}move_stock/"
    html = browser.get(url).content.decode()
    assert "Quanzhou depot</option>" in html and "Putian depot</option>" not in html
    data = {"to": str(stock.quanzhou.pk), "lines": "TG-250 21", "key": "a"}
    refused = browser.post(url, data)
    assert refused.status_code == 409
    assert "20 pieces are free in “Putian depot”, not 21." in words(refused)
    assert browser.post(url, {**data, "lines": "TG-250 4", "key": "b"}).status_code == 303
    assert level_at(stock.quanzhou, stock.tea) == (4, 0)


def test_open_depot_page_offers_ones_own_areas(sign_in: SignIn, stock: Any) -> None:
    browser, url = sign_in("tong"), "/desk/new/stock/open_depot/"
    html = browser.get(url).content.decode()
    assert 'value="xiamen"' in html and 'value="minli"' not in html
    data = {"code": "XM", "name_zh": "厦门仓", "name_en": "", "area": "xiamen", "key": "a"}
    answer = browser.post(url, data)
    depot = Location.objects.get(code="XM")
    assert (answer.status_code, answer["Location"]) == (303, url_of(depot))
    assert sign_in("lin").get(url).status_code == 404


def test_arrivals_go_their_way_over_the_pages(sign_in: SignIn, stock: Any, tea: Level) -> None:
    browser = sign_in("tong")
    data = {"quantity": "12", "due_at": "2026-11-24T10:00", "note": "山野", "key": "a"}
    assert browser.post(f"{url_of(tea)}announce_arrival/", data).status_code == 303
    arrival = Arrival.objects.get()
    past = {"due_at": "2026-11-20T10:00", "reason": "rain", "key": "b"}
    refused = browser.post(f"{url_of(arrival)}postpone_arrival/", past)
    assert refused.status_code == 422
    assert "Goods cannot be expected for a time that has passed." in words(refused)
    later = {**past, "due_at": "2026-11-25T10:00", "key": "c"}
    assert browser.post(f"{url_of(arrival)}postpone_arrival/", later).status_code == 303
    url = f"{url_of(arrival)}take_in_arrival/"
    assert 'value="12"' in browser.get(url).content.decode()
    assert browser.post(url, {"quantity": "11", "key": "d"}).status_code == 303
    assert level_at(stock.putian, stock.tea) == (31, 0)
    assert "Arrived" in words(browser.get(url_of(arrival)))
    lines = {"lines": "XH-1000 40", "due_at": "2026-11-24T10:00", "key": "e"}
    many = browser.post(f"{url_of(stock.quanzhou)}announce_arrivals/", lines)
    assert many.status_code == 303
    coming = Arrival.objects.get(level__sku=stock.noodles)
    gone = browser.post(f"{url_of(coming)}cancel_arrival/", {"reason": "sold", "key": "f"})
    assert gone.status_code == 303
    coming.refresh_from_db()
    assert coming.state == "cancelled"


def test_set_safety_page_changes_what_may_be_sold(sign_in: SignIn, tea: Level) -> None:
    browser, url = sign_in("tong"), f"{url_of(tea)}set_safety/"
    seen = signing.dumps({"safety": 0}, salt="seen")
    assert browser.post(url, {"safety": "-1", "seen": seen, "key": "a"}).status_code == 422
    assert browser.post(url, {"safety": "6", "seen": seen, "key": "b"}).status_code == 303
    assert "14 to sell" in words(browser.get(url_of(tea)))


# --- figures for everybody ---------------------------------------------------------------------


@pytest.mark.parametrize("user", ["tong", "lin", "wu"])
def test_figures_are_for_everybody_and_lead_only_keepers_further(
    sign_in: SignIn, stock: Any, tea: Level, user: str
) -> None:
    page = sign_in(user).get(STOCK)
    text = words(page)
    for word in ("Anxi Tieguanyin", "20 to sell", "none to sell", "Putian depot", "3 rows"):
        assert word in text
    assert (url_of(tea) in page.content.decode()) == (user == "tong")


def test_figures_need_sign_in(client: Client, db: None) -> None:
    answer = client.get(STOCK)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_figures_tell_when_more_arrives(sign_in: SignIn, stock: Any, late: Arrival) -> None:
    assert "12 pieces by 11:00 overdue" in words(sign_in("wu").get(STOCK))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=tieguanyin", {"TG-250"}),
        ("?q=axtgy", {"TG-250"}),
        ("?q=米粉", {"XH-1000"}),
        ("?gone=-", {"LY-500", "XH-1000"}),
        ("?gone=PT", {"LY-500", "XH-1000"}),
        ("?gone=QZ", {"TG-250", "LY-500", "XH-1000"}),
        ("?gone=NOWHERE&page=x", {"TG-250", "LY-500", "XH-1000"}),
        ("?q=%00&page=99999999", {"TG-250", "LY-500", "XH-1000"}),
        ("?q=nothing", set()),
    ],
)
def test_figures_can_be_sought(sign_in: SignIn, short: Level, query: str, shown: set[str]) -> None:
    text = words(sign_in("wu").get(f"{STOCK}{query}"))
    assert {code for code in ("TG-250", "LY-500", "XH-1000") if code in text} == shown


@pytest.mark.parametrize("user", ["tong", "wu"])
def test_stock_stands_on_the_page_of_the_product(
    sign_in: SignIn, stock: Any, tea: Level, user: str
) -> None:
    browser, product = sign_in(user), stock.tea.product
    panel = reverse("panel:catalogue.product.stock_of_product", args=[product.pk])
    assert panel in browser.get(url_of(product)).content.decode()
    text = words(browser.get(panel))
    assert "250 g tin Putian depot 20 · Quanzhou depot 0 20 to sell" in text


def test_search_of_everything_answers_with_figures(
    sign_in: SignIn, stock: Any, at: datetime
) -> None:
    set_safety(Level.objects.get(sku=stock.tea), safety=5, by=CLOCKWORK, at=at)
    for text in ("axtgy", "铁观音", "TG-250"):
        found = words(sign_in("wu").get(f"/desk/search/?q={text}"))
        assert "Anxi Tieguanyin · 250 g tin TG-250 15 to sell" in found
