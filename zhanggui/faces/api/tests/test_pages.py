"""Reading through the JSON doors: goods, districts, orders, the description; wrong addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhanggui.books.prices.actions import delist_product
from zhanggui.faces.api import rules
from zhanggui.faces.api.pages import api
from zhanggui.faces.api.tests.conftest import NUMBER, ORDER
from zhanggui.ground.kernel.actor import CLOCKWORK

Ask = Callable[..., HttpResponse]


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["sentence"] and body["settles"]
    return body


# --- goods ----------------------------------------------------------------------------------------


def test_goods_on_sale_are_listed_with_price_and_what_may_be_promised(
    shop: SimpleNamespace, ask: Ask
) -> None:
    body = ask("/api/shop/goods").json()
    assert (body["page"], body["pages"], body["total"]) == (1, 1, 3)
    by_code = {goods["code"]: goods for goods in body["goods"]}
    assert list(by_code) == ["LY", "TG", "XH"]
    assert by_code["TG"]["name"] == "Anxi Tieguanyin"
    assert by_code["TG"]["variants"] == [
        {
            "code": "TG-250",
            "name": "250 g tin",
            "price_fen": 6_800,
            "market_fen": None,
            "sellable": 20,
        }
    ]
    assert by_code["XH"]["variants"][0]["sellable"] == 0
    assert by_code["TG"]["picture"].startswith("/pictures/")


@pytest.mark.parametrize("path", ["/api/shop/orders/a%0Ab", "/api/%0A", "/api/x%0D%0Ay"])
def test_an_address_of_two_lines_is_answered_as_json(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_here")


def test_goods_off_sale_are_not_listed(shop: SimpleNamespace, ask: Ask, at: datetime) -> None:
    delist_product(shop.tea.product, reason="Bad harvest", by=CLOCKWORK, at=at)
    assert ask("/api/shop/goods").json()["total"] == 2
    problem(ask("/api/shop/goods/TG"), 404, "no_such_goods")


def test_goods_are_sought_and_narrowed(shop: SimpleNamespace, ask: Ask) -> None:
    def found(**query: str) -> list[str]:
        return [goods["code"] for goods in ask("/api/shop/goods", **query).json()["goods"]]

    assert found(q="桂圆") == ["LY"]
    assert found(q="tieguanyin") == ["TG"]
    assert found(q="nothing of that") == []
    assert found(category="FOOD") == ["LY", "TG", "XH"]
    assert found(category="nowhere") == []
    assert found(q="桂\x00圆") == ["LY"]


def test_one_product_is_shown(shop: SimpleNamespace, ask: Ask) -> None:
    body = ask("/api/shop/goods/TG", language="zh-hans").json()
    assert (body["code"], body["name"]) == ("TG", "安溪铁观音")
    assert "story" in body


def test_a_page_past_the_end_is_empty(shop: SimpleNamespace, ask: Ask) -> None:
    body = ask("/api/shop/goods", page=7).json()
    assert (body["goods"], body["pages"], body["total"]) == ([], 1, 3)


@pytest.mark.parametrize("page", ["0", "-1", "x", "10001", "1.5", ""])
def test_a_page_that_is_none_is_refused(page: str, ask: Ask) -> None:
    problem(ask("/api/shop/goods", page=page), 422, "not_so")


def test_goods_take_the_same_statements_however_many_they_are(
    shop: SimpleNamespace, ask: Ask
) -> None:
    def statements(**query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask("/api/shop/goods", **query)
        return len(asked)

    assert statements(q="桂圆") == statements() <= 8


# --- districts ------------------------------------------------------------------------------------


def test_an_address_we_serve_is_told_when_it_is_there(shop: SimpleNamespace, ask: Ask) -> None:
    body = ask("/api/shop/served", address="莆田市荔城区镇海街道胜利路58号").json()
    assert body["served"] is True
    assert body["place"].startswith("福建省莆田市荔城区")
    assert body["sentence"] == "Ordered now, it is there by 20:00."
    assert (body["same_day"], body["promised_at"]) == (True, "2026-11-23T12:00:00Z")
    assert body["least_fen"] == 1_000


def test_an_address_we_do_not_serve_is_told_so(shop: SimpleNamespace, ask: Ask) -> None:
    body = ask("/api/shop/served", address="北京市东城区东华门街道王府井大街1号").json()
    assert body["served"] is False
    assert body["sentence"].startswith("We do not deliver to 北京市")
    assert body["promised_at"] is None


@pytest.mark.parametrize("address", ["胜利路58号", "???", "x" * 400, "\x00", " "])
def test_an_address_without_a_district_is_refused(
    address: str, shop: SimpleNamespace, ask: Ask
) -> None:
    problem(ask("/api/shop/served", address=address), 422, "no_district")


def test_an_address_that_is_missing_is_refused(ask: Ask) -> None:
    body = problem(ask("/api/shop/served"), 422, "not_so")
    assert body["fields"] == [{"field": "address", "sentence": "“address” is missing."}]


# --- wrong addresses, wrong methods ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/", "nothing_here"),
        ("/api", "nothing_here"),
        ("/api/shop", "nothing_here"),
        ("/api/shop/goods/", "nothing_here"),
        ("/api/shop/goods/TG/more", "nothing_here"),
        ("/api/docs", "nothing_here"),
        ("/api/shop/goods/NONE", "no_such_goods"),
        ("/api/shop/goods/%00", "no_such_goods"),
        ("/api/shop/goods/%F0%9F%98%80", "no_such_goods"),
        ("/api/shop/orders/no-such-token", "no_such_order"),
        ("/api/shop/orders/%00", "nothing_here"),
    ],
)
def test_what_is_not_there_is_told_as_json(path: str, code: str, ask: Ask) -> None:
    problem(ask(path), 404, code)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/api/shop/goods", "GET, HEAD, OPTIONS"),
        ("DELETE", "/api/shop/goods/TG", "GET, HEAD, OPTIONS"),
        ("GET", "/api/shop/orders", "OPTIONS, POST"),
        ("PUT", "/api/shop/orders", "OPTIONS, POST"),
        ("POST", "/api/openapi.json", "GET, HEAD, OPTIONS"),
        ("PATCH", "/api/shop/orders/token", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_door_asked_in_another_way_says_how(method: str, path: str, allow: str, db: None) -> None:
    answer = Client().generic(method, path, headers={"Accept-Language": "en"})
    assert problem(answer, 405, "wrong_method")["settles"] == f"Use {allow}."
    assert answer.headers["Allow"] == allow


def test_a_door_answers_what_it_may_be_asked(shop: SimpleNamespace) -> None:
    answer = Client().options("/api/shop/orders")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "OPTIONS, POST")
    assert Client().head("/api/shop/goods").status_code == 200


# --- the description ------------------------------------------------------------------------------


def test_the_description_declares_every_answer(ask: Ask) -> None:
    told = ask("/api/openapi.json").json()
    assert told["openapi"].startswith("3.")
    answers = {
        (path, method): set(operation["responses"])
        for path, item in told["paths"].items()
        for method, operation in item.items()
    }
    assert answers == {
        ("/api/shop/goods", "get"): {"200", "405", "422", "500"},
        ("/api/shop/goods/{code}", "get"): {"200", "404", "405", "500"},
        ("/api/shop/served", "get"): {"200", "405", "422", "500"},
        ("/api/shop/orders/{token}", "get"): {"200", "404", "405", "500"},
        ("/api/shop/orders", "post"): {
            "201", "400", "405", "409", "413", "415", "422", "429", "500",
        },
    }  # fmt: skip
    place = told["paths"]["/api/shop/orders"]["post"]
    key = next(p for p in place["parameters"] if p["name"] == rules.KEY_HEADER)
    assert key["required"] is True


def test_every_word_of_the_description_is_resolved(ask: Ask) -> None:
    text = ask("/api/openapi.json").content.decode()
    told = json.loads(text)
    for part in text.split('"$ref": "#/')[1:]:
        here: Any = told
        for name in part.split('"')[0].split("/"):
            here = here[name]
        assert here


# --- whatever comes -------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["350304", "TG-250", "call", "13850307261", "\x00", "\ud7ff", "' OR 1=1 --"]),
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.integers(-(2**70), 2**70)
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
ITEM = st.fixed_dictionaries(
    {
        "code": st.one_of(st.sampled_from(["TG-250", "LY-500", "XH-1000", "NONE"]), ANYTHING),
        "quantity": st.one_of(st.integers(-2, 30), ANYTHING),
        "price_fen": st.one_of(st.sampled_from([6_800, 3_990, 1_250]), ANYTHING),
    }
)
BODY = st.one_of(
    ANYTHING,
    st.fixed_dictionaries(
        {},
        optional={
            "recipient": st.one_of(st.just("陈小娟"), ANYTHING),
            "phone": st.one_of(st.just("13850307261"), ANYTHING),
            "division": st.one_of(st.sampled_from(["350304", "350302005", ""]), ANYTHING),
            "address": st.one_of(st.just("镇海街道胜利路58号3栋502室"), ANYTHING),
            "note": ANYTHING,
            "wish": st.one_of(st.sampled_from(["call", "wait", "cancel"]), ANYTHING),
            "short_ok": st.one_of(st.booleans(), ANYTHING),
            "items": st.one_of(st.lists(ITEM, max_size=4), ANYTHING),
            "more": ANYTHING,
        },
    ).map(lambda part: {**ORDER, **part}),
)
DECLARED = {201, 400, 409, 413, 415, 422, 429}


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=BODY, number=st.integers(0, 10**9))
def test_no_body_breaks_the_door(
    body: Any, number: int, shop: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PLACING_MOST", 100_000)
    answer = Client().post(
        "/api/shop/orders",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": f"{NUMBER}{number}"},
    )
    assert answer.status_code in DECLARED
    told = answer.json()
    assert told["number"] if answer.status_code == 201 else told["sentence"]


@pytest.mark.slow
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(
        st.sampled_from(["page", "q", "category", "address", "x"]), st.text(max_size=40), max_size=4
    ),
    path=st.sampled_from(["goods", "served", "goods/TG", "orders/token"]),
    language=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)
def test_no_question_breaks_a_door(
    query: dict[str, str], path: str, language: str, shop: SimpleNamespace
) -> None:
    answer = Client().get(f"/api/shop/{path}", query, headers={"Accept-Language": language})
    assert answer.status_code in {200, 404, 422}
    assert answer.json()


def test_every_door_of_the_description_is_one_of_ours() -> None:
    assert {pattern.name for pattern in api.urls[0]} == {
        "api-root", "goods", "order", "orders", "openapi-json", "product", "served",
    }  # fmt: skip
