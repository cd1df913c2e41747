"""An order through the JSON door: once, however often it is sent; and what is said instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from zhanggui.books.prices.actions import delist_product, set_price
from zhanggui.faces.api.tests.conftest import NUMBER, ORDER
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Hold, Order

Send = Callable[..., HttpResponse]


def said(answer: HttpResponse) -> dict[str, Any]:
    """Return a problem: always code, sentence and what settles it."""
    body = json.loads(answer.content)
    assert body["code"] and body["sentence"]
    assert "settles" in body
    assert not Order.objects.exists()
    return body


def test_an_order_is_placed_and_followed(
    shop: SimpleNamespace, send: Send, ask: Callable[..., HttpResponse], at: datetime
) -> None:
    answer = send()
    assert answer.status_code == 201
    placed = answer.json()
    order = Order.objects.get()
    assert (order.channel, order.state, order.due_fen) == ("api", "confirmed", 13_600)
    assert placed == {
        "number": order.number,
        "token": order.token,
        "tracking": f"/api/shop/orders/{order.token}",
        "goods_fen": 13_600,
        "payment": "cash",
        "transfer": None,
        "placed_at": "2026-11-23T04:00:00Z",
        "promised_at": "2026-11-23T12:00:00Z",
    }
    told = ask(placed["tracking"]).json()
    assert told["state"] == {"code": "confirmed", "word": "Confirmed"}
    assert told["goods"] == {"code": "reserved", "word": "Reserved"}
    assert told["money"] == {"code": "due", "word": "Due"}
    assert told["short"] is False
    assert told["lines"] == [
        {
            "name": "Anxi Tieguanyin · 250 g tin",
            "quantity": 2,
            "wanted": 2,
            "delivered": 0,
            "price_fen": 6_800,
        }
    ]
    assert ask(placed["tracking"], language="zh-CN").json()["state"]["word"] == "已确认"


def test_an_invoice_can_be_wished_for(shop: SimpleNamespace, send: Send) -> None:
    answer = send(invoice_title="莆田市荔城茶行", invoice_tax_no="9135 0300 MA34 8X9T 5L")
    assert answer.status_code == 422  # the check character says it was mistyped
    assert json.loads(answer.content)["code"] == "tax_no_check"
    assert not Order.objects.exists()
    assert send(invoice_title="陈小娟").status_code == 201
    order = Order.objects.get()
    assert (order.invoice_title, order.invoice_tax_no) == ("陈小娟", "")


def test_the_same_order_sent_again_is_one_order_and_the_same_answer(
    shop: SimpleNamespace, send: Send, at: datetime
) -> None:
    first = send()
    with clock.stopped_at(at + timedelta(hours=9)):
        again = send()
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert Order.objects.count() == 1


def test_the_same_order_sent_again_is_the_same_answer_where_it_is_held_too(
    shop: SimpleNamespace, send: Send, at: datetime
) -> None:
    first, again = send(phone="1385030726"), send(phone="1385030726")
    assert (again.status_code, again.content) == (201, first.content)
    assert Order.objects.get().state == "screening"


def test_the_same_order_sent_again_after_the_price_changed_is_the_same_answer(
    shop: SimpleNamespace, send: Send, at: datetime
) -> None:
    first = send()
    later = at + timedelta(minutes=5)
    set_price(shop.tea, price_fen=7_000, since=later, reason="dearer", by=CLOCKWORK, at=later)
    with clock.stopped_at(later):
        assert send().json() == first.json()


def test_the_same_number_for_another_order_is_refused(shop: SimpleNamespace, send: Send) -> None:
    send()
    other = send(phone="13950307262")
    assert other.status_code == 422
    assert other.json()["code"] == "key_reused"
    assert Order.objects.count() == 1


@pytest.mark.parametrize(("key", "code"), [(None, "no_key"), ("short", "bad_key")])
def test_an_order_without_a_number_is_refused(
    key: str | None, code: str, shop: SimpleNamespace, send: Send
) -> None:
    answer = send(key=key)
    assert answer.status_code == 422
    assert said(answer)["code"] == code


def test_the_sentence_is_in_the_language_asked_for(shop: SimpleNamespace, send: Send) -> None:
    english, chinese = send(key=None), send(key=None, language="zh-CN,zh;q=0.9")
    assert said(english)["sentence"] == (
        "The order has no request number, so sending it twice would order twice."
    )
    assert said(chinese)["sentence"] == "这张订单没有请求编号，发两次就会下两单。"
    assert english.headers["Content-Language"] == "en"
    assert chinese.headers["Content-Language"] == "zh-hans"
    assert said(send(key=None, language="de, tlh"))["sentence"] == said(chinese)["sentence"]


def test_a_phone_that_cannot_be_called_is_held_and_not_refused(
    shop: SimpleNamespace, send: Send
) -> None:
    answer = send(phone="1385030726")
    assert answer.status_code == 201
    assert Order.objects.get().state == "screening"
    assert "phone_format" in set(Hold.objects.values_list("code", flat=True))


def test_the_district_is_read_from_the_address_where_no_code_is_given(
    shop: SimpleNamespace, send: Send
) -> None:
    assert (
        send(division="", address="福建省莆田市荔城区镇海街道胜利路58号3栋502室").status_code == 201
    )
    order = Order.objects.get()
    assert order.division.startswith("350304")
    assert "胜利路58号" in order.address


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"division": "110101"}, 422, "not_served"),
        ({"division": "999999"}, 422, "not_served"),
        ({"division": "", "address": "胜利路58号"}, 422, "no_district"),
        ({"division": "", "address": ""}, 422, "no_district"),
        ({"items": []}, 422, "empty"),
        ({"items": [{"code": "TG-250", "quantity": -1, "price_fen": 6_800}]}, 422, "not_positive"),
        ({"items": [{"code": "TG-250", "quantity": 0, "price_fen": 6_800}]}, 422, "not_positive"),
        (
            {"items": [{"code": "TG-250", "quantity": 10**9, "price_fen": 6_800}]},
            422,
            "too_many_pieces",
        ),
        ({"items": [{"code": "TG-250", "quantity": 1, "price_fen": 1}]}, 409, "price_changed"),
        ({"items": [{"code": "TG-250", "quantity": 1, "price_fen": -1}]}, 409, "price_changed"),
        ({"items": [{"code": "TG-999", "quantity": 1, "price_fen": 1}]}, 422, "unknown_goods"),
        ({"items": [ORDER["items"][0]] * 150}, 422, "too_many_lines"),
        ({"recipient": "🎉🎉"}, 422, "only_symbols"),
        ({"address": "x" * 300}, 422, "too_long"),
    ],
)
def test_what_cannot_be_ordered_is_refused_with_a_sentence(
    changes: dict[str, Any], status: int, code: str, shop: SimpleNamespace, send: Send
) -> None:
    answer = send(**changes)
    body = said(answer)
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["settles"]


def test_a_changed_price_is_told_by_the_code_of_the_goods(
    shop: SimpleNamespace, send: Send
) -> None:
    body = said(send(items=[{"code": "TG-250", "quantity": 1, "price_fen": 1}]))
    assert body["data"] == {"prices": {"TG-250": 6_800}}


def test_goods_taken_off_sale_are_refused(shop: SimpleNamespace, send: Send, at: datetime) -> None:
    delist_product(shop.tea.product, reason="Bad harvest", by=CLOCKWORK, at=at)
    answer = send()
    assert answer.status_code == 409
    body = said(answer)
    assert (body["code"], body["data"]) == ("not_for_sale", {"skus": ["TG-250"]})


def test_what_is_short_is_refused_where_the_order_says_so(
    shop: SimpleNamespace, send: Send
) -> None:
    items = [{"code": "LY-500", "quantity": 6, "price_fen": 3_990}]
    answer = send(items=items, short_ok=False)
    assert answer.status_code == 409
    body = said(answer)
    assert (body["code"], body["data"]) == ("too_few", {"left": {"LY-500": 5}})
    assert send(items=items, key="k" * 20).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "unreadable"),
        (b"\xff\xfe", 400, "unreadable"),
        ("[" * 30_000, 400, "unreadable"),
        ("null", 422, "not_so"),
        ("[]", 422, "not_so"),
        ('"order"', 422, "not_so"),
        ("{}", 422, "not_so"),
        (json.dumps({**ORDER, "phone": 13850307261}), 422, "not_so"),
        (json.dumps({**ORDER, "phone": None}), 422, "not_so"),
        (json.dumps({**ORDER, "phone": "1" * 600}), 422, "not_so"),
        (json.dumps({**ORDER, "coupon": "X"}), 422, "not_so"),
        (json.dumps({**ORDER, "wish": "whatever"}), 422, "not_so"),
        (json.dumps({**ORDER, "short_ok": "yes"}), 422, "not_so"),
        (json.dumps({**ORDER, "division": "'; --"}), 422, "not_so"),
        (json.dumps({**ORDER, "items": {"code": 1}}), 422, "not_so"),
        (json.dumps({**ORDER, "items": [1]}), 422, "not_so"),
        (json.dumps({**ORDER, "items": [{**ORDER["items"][0], "quantity": 1.5}]}), 422, "not_so"),
        (json.dumps({**ORDER, "items": [{**ORDER["items"][0], "quantity": True}]}), 422, "not_so"),
        (json.dumps({**ORDER, "items": [{**ORDER["items"][0], "code": "a\x00b"}]}), 422, "not_so"),
        (json.dumps({**ORDER, "items": [ORDER["items"][0]] * 201}), 422, "not_so"),
        ('{"recipient": "\\ud800"}', 422, "not_so"),
        (json.dumps(ORDER).replace("6800", "NaN"), 422, "not_so"),
        (json.dumps(ORDER).replace("6800", "1e999"), 422, "not_so"),
        (json.dumps(ORDER).replace("6800", "9" * 4_000), 409, "price_changed"),
        (json.dumps(ORDER).replace("6800", "9" * 5_000), 400, "unreadable"),
        ("x" * 70_000, 413, "too_large"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_a_sentence(
    body: str | bytes, status: int, code: str, shop: SimpleNamespace, send: Send
) -> None:
    answer = send(body)
    assert (answer.status_code, said(answer)["code"]) == (status, code)


def test_a_body_of_another_shape_names_its_fields(shop: SimpleNamespace, send: Send) -> None:
    body = said(send(json.dumps({**ORDER, "phone": 1, "items": [{"code": "TG-250"}]})))
    assert body["sentence"] == "“phone” must be a text."
    assert body["fields"] == [
        {"field": "phone", "sentence": "“phone” must be a text."},
        {"field": "items.0.quantity", "sentence": "“items.0.quantity” is missing."},
        {"field": "items.0.price_fen", "sentence": "“items.0.price_fen” is missing."},
    ]


def test_control_characters_do_not_reach_the_order(shop: SimpleNamespace, send: Send) -> None:
    assert send(recipient="陈\x00小\u202e娟", note="a\nb\x00").status_code == 201
    order = Order.objects.get()
    assert (order.recipient, order.note) == ("陈小娟", "a b")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", ""])
def test_what_does_not_say_it_is_json_is_refused(kind: str, db: None) -> None:
    answer = Client().generic("POST", "/api/shop/orders", b"{}", content_type=kind)
    assert answer.status_code == 415
    assert said(answer)["code"] == "not_json"


def test_an_address_that_orders_too_often_has_to_wait(shop: SimpleNamespace, send: Send) -> None:
    answers = [send(key=f"{NUMBER}{n}", items=[]) for n in range(21)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert said(answers[-1])["code"] == "too_often"
    assert answers[-1].headers["Retry-After"] == "60"


def test_an_order_leaves_one_fact_as_a_customer_and_no_private_words(
    shop: SimpleNamespace, send: Send
) -> None:
    send()
    fact = Fact.objects.get(verb="orders.place_order")
    assert (fact.actor_kind, fact.area, fact.key) == ("customer", "licheng", f"api:{NUMBER}")
    assert "胜利路" not in json.dumps(fact.data, ensure_ascii=False)


def test_a_bug_of_ours_is_told_with_a_number(
    shop: SimpleNamespace,
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from zhanggui.faces.api import queries

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(queries, "skus_called", broken)
    answer = send()
    assert answer.status_code == 500
    body = said(answer)
    assert body["code"] == "broken"
    reference = body["settles"].rstrip(".").rsplit(" ", 1)[-1]
    assert f"reference {reference}" in caplog.text


def test_whoever_is_signed_in_orders_as_a_customer(
    shop: SimpleNamespace, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("lin").post(
        "/api/shop/orders",
        json.dumps(ORDER),
        content_type="application/json",
        headers={"Idempotency-Key": NUMBER},
    )
    assert answer.status_code == 201
    assert Fact.objects.get(verb="orders.place_order").person_id is None


def test_an_order_is_placed_to_be_transferred(
    shop: SimpleNamespace, send: Send, ask: Callable[..., HttpResponse]
) -> None:
    account = "掌柜商贸 / 兴业银行莆田分行 / 6222 0812 3456"
    with override_settings(TRANSFER_ACCOUNT=account):
        answer = send(payment="transfer")
        assert answer.status_code == 201
        order = Order.objects.get()
        placed = answer.json()
        transfer = {
            "holder": "掌柜商贸",
            "bank": "兴业银行莆田分行",
            "number": "6222 0812 3456",
            "reference": order.number,
            "amount_fen": 13_600,
            "until": "2026-11-25T04:00:00Z",
        }
        assert (placed["payment"], placed["transfer"]) == ("transfer", transfer)
        told = ask(placed["tracking"]).json()
    assert told["money"] == {"code": "awaited", "word": "Transfer awaited"}
    assert (told["payment"], told["transfer"]) == ("transfer", transfer)
    assert (told["due_fen"], told["paid_ahead_fen"], told["refunded_fen"]) == (13_600, 0, 0)


def test_a_method_that_is_not_offered_is_refused_by_its_code(
    shop: SimpleNamespace, send: Send
) -> None:
    answer = send(payment="transfer")
    assert answer.status_code == 422
    assert said(answer)["code"] == "transfer_closed"
    answer = send(payment="barter")
    assert answer.status_code == 422
    assert said(answer)["fields"][0]["field"] == "payment"
    answer = send(proven=True)
    assert answer.status_code == 422, "nobody proves a phone by saying so"
    assert said(answer)["fields"][0]["sentence"] == "There is no field “proven”."
