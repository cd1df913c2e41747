"""Deeds as they come from a phone: each is done once, or refused with its sentence."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, override_settings

from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash.actions.transfers import record_receipt
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.cash.queries import carried
from zhanggui.trade.delivery.actions.doors import refuse_stop
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.tests.conftest import Trade

Send = Callable[..., Any]


def _state(stop: Stop) -> str:
    stop.refresh_from_db()
    return stop.state


def test_a_stop_is_delivered_with_change(
    trade: Trade, chen: Client, send: Send, at: datetime
) -> None:
    stop, _other = trade.out(trade.order(tea=1), trade.order(tea=1))
    answer = send(chen, stop, "deliver", tendered_fen=10_000, change_fen=3_200)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["ok"], told["late"], told["cash_fen"]) == (True, False, 6_800)
    assert told["stop"] | {"lines": []} == told["stop"] | {
        "id": stop.pk, "state": "delivered", "taken_fen": 6_800, "tendered_fen": 10_000,
        "change_fen": 3_200, "lines": [],
    }  # fmt: skip
    assert _state(stop) == "delivered"
    assert stop.device_at == at


def test_a_deed_sent_twice_is_done_once(trade: Trade, chen: Client, send: Send) -> None:
    stop, _other = trade.out(trade.order(), trade.order())
    key = str(uuid.uuid4())
    deed = {"key": key, "tendered_fen": 6_800, "note": "door code 7"}
    first = send(chen, stop, "deliver", **deed)
    second = send(chen, stop, "deliver", **deed)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json()
    assert Collection.objects.get().taken_fen == 6_800
    assert Fact.objects.filter(verb="cash.take_at_door").count() == 1
    assert carried(stop.run.courier_id).fen == 6_800


def test_the_number_of_a_deed_is_good_for_that_deed_alone(
    trade: Trade, chen: Client, send: Send
) -> None:
    stop, other = trade.out(trade.order(), trade.order())
    key = str(uuid.uuid4())
    assert send(chen, stop, "deliver", key=key, tendered_fen=6_800).status_code == 200
    answer = send(chen, other, "deliver", key=key, tendered_fen=6_800)
    assert answer.status_code == 422
    assert answer.json()["code"] == "key_reused"
    assert _state(other) == "waiting"


def test_the_same_money_under_another_number_is_not_booked_again(
    trade: Trade, chen: Client, send: Send
) -> None:
    stop, _other = trade.out(trade.order(), trade.order())
    assert send(chen, stop, "deliver", tendered_fen=6_800).status_code == 200
    again = send(chen, stop, "deliver", tendered_fen=6_800)
    assert again.status_code == 409
    assert again.json() == {
        "ok": False,
        "code": "already_taken",
        "sentence": "The 68.00 yuan of this stop are in the books already.",
        "settles": "Go on with the next stop.",
    }
    assert Collection.objects.count() == 1


def test_a_part_is_delivered_and_the_rest_stays_in_the_bag(
    trade: Trade, chen: Client, send: Send
) -> None:
    order = trade.order(tea=2, longan=1)
    stop, _other = trade.out(order, trade.order())
    tea, longan = trade.line(order, trade.tea), trade.line(order, trade.longan)
    kept = {str(tea.pk): 1, str(longan.pk): 0}
    answer = send(chen, stop, "deliver", delivered=kept, tendered_fen=7_000, change_fen=200)
    assert answer.status_code == 200
    assert answer.json()["stop"]["state"] == "partly"
    assert [line["delivered"] for line in answer.json()["stop"]["lines"]] == [1, 0]
    bag = chen.get("/courier/shift.json").json()["bag"]
    assert {(goods["sku"], goods["quantity"]) for goods in bag} == {
        (trade.tea.pk, 2),
        (trade.longan.pk, 1),
    }


@pytest.mark.parametrize(
    ("kind", "reason", "state"),
    [("refuse", "no_cash", "refused"), ("fail", "nobody_home", "failed")],
)
def test_an_undelivered_stop_says_why(
    kind: str, reason: str, state: str, trade: Trade, chen: Client, send: Send
) -> None:
    (stop,) = trade.out(trade.order())
    deed = {"key": str(uuid.uuid4()), "reason_code": reason, "note": "来日再送"}
    answer = send(chen, stop, kind, **deed)
    assert answer.status_code == 200
    assert send(chen, stop, kind, **deed).json() == answer.json()
    assert (_state(stop), stop.reason_code, stop.note) == (state, reason, "来日再送")
    assert answer.json()["cash_fen"] == 0


def test_money_that_does_not_add_up_is_refused_and_nothing_changes(
    trade: Trade, chen: Client, send: Send
) -> None:
    (stop,) = trade.out(trade.order())
    answer = send(chen, stop, "deliver", tendered_fen=10_000, change_fen=3_000)
    assert answer.status_code == 422
    assert answer.json()["code"] == "wrong_change"
    assert answer.json()["settles"] == "Give back 32.00 yuan."
    assert _state(stop) == "waiting"
    assert not Collection.objects.exists()


def test_a_refusal_speaks_the_language_of_the_phone(
    trade: Trade, send: Send, sign_in: Callable[..., Client]
) -> None:
    (stop,) = trade.out(trade.order())
    phone = sign_in("chen", language="zh-hans")
    answer = send(phone, stop, "deliver", courier="lin", tendered_fen=6_800)
    assert answer.json()["sentence"] == "这是另一位同事办的，不是现在登录的人。"


def test_money_for_a_stop_closed_otherwise_is_booked_apart(
    trade: Trade, chen: Client, send: Send, actor: Callable[..., Any], at: datetime
) -> None:
    stop, _other = trade.out(trade.order(), trade.order())
    refuse_stop(stop, reason_code="late", by=actor("chen"), at=at)
    answer = send(chen, stop, "deliver", tendered_fen=6_800)
    assert answer.status_code == 200
    assert (answer.json()["late"], answer.json()["stop"]["state"]) == (True, "refused")
    assert answer.json()["cash_fen"] == 6_800
    assert Collection.objects.get().late


def test_a_stop_of_another_courier_is_not_there(
    trade: Trade, send: Send, sign_in: Callable[..., Client]
) -> None:
    (stop,) = trade.out(trade.order("hanjiang"))
    cai = sign_in("cai")
    told = {"delivered": None, "tendered_fen": 6_800, "courier": "cai"}
    theirs, none = send(cai, stop, "deliver", **told), send(cai, 10**9, "deliver", **told)
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.json() == none.json()
    assert theirs.json()["code"] == "not_yours"
    assert _state(stop) == "waiting"


def test_a_planner_does_not_stand_at_the_doors_of_others(
    trade: Trade, send: Send, sign_in: Callable[..., Client]
) -> None:
    """Chen plans runs for all of Putian: he sees Cai's stops on the desk, not on his phone."""
    run = trade.run(trade.order("hanjiang"), courier="cai", step="out")
    stop = run.stops.get()
    assert send(sign_in("chen"), stop, "fail", reason_code="blocked").status_code == 404
    assert sign_in("chen").get(f"/courier/stops/{stop.pk}/").status_code == 404
    assert _state(stop) == "waiting"


def test_what_another_did_on_this_phone_waits_for_him(
    trade: Trade, send: Send, sign_in: Callable[..., Client]
) -> None:
    (stop,) = trade.out(trade.order("hanjiang"))
    answer = send(sign_in("cai"), stop, "deliver", courier="chen", tendered_fen=6_800)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_courier")
    assert _state(stop) == "waiting"


def test_a_door_says_signed_out_and_does_not_lead_away(trade: Trade, send: Send) -> None:
    (stop,) = trade.out(trade.order())
    for answer in (
        send(Client(), stop, "deliver", tendered_fen=6_800),
        Client().get("/courier/shift.json"),
        Client().get("/courier/token/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert _state(stop) == "waiting"


def test_a_deed_needs_a_token_of_its_session(
    trade: Trade, send: Send, person: Callable[[str], Person]
) -> None:
    (stop,) = trade.out(trade.order())
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(person("chen"), backend="zhanggui.ground.org.signin.PersonBackend")
    assert send(phone, stop, "deliver", tendered_fen=6_800).status_code == 403
    told = phone.get("/courier/token/").json()
    assert told["me"] == person("chen").pk
    phone.defaults["HTTP_X_CSRFTOKEN"] = told["token"]
    assert send(phone, stop, "deliver", tendered_fen=6_800).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "7"},
        {"key": None},
        {"kind": "steal"},
        {"kind": ["deliver"]},
        {"stop": "1"},
        {"stop": -1},
        {"stop": True},
        {"stop": 2**63},
        {"courier": None},
        {"delivered": []},
        {"delivered": {}},
        {"delivered": {"x": 1}},
        {"delivered": {"1": -1}},
        {"delivered": {"1": 10**9}},
        {"delivered": {"²": 1}},
        {"tendered_fen": -1},
        {"tendered_fen": 1.5},
        {"tendered_fen": 10**13},
        {"change_fen": "0"},
        {"reason_code": 7},
        {"reason_code": "x" * 21},
        {"note": "x" * 121},
        {"note": "\x00"},
        {"device_at": "yesterday"},
        {"device_at": "2026-11-23T12:00"},
        {"device_at": "2026-13-23T12:00:00Z"},
        {"device_at": 7},
    ],
    ids=str,
)
def test_what_no_phone_sends_is_told_apart(
    wrong: dict[str, Any], trade: Trade, chen: Client, send: Send
) -> None:
    (stop,) = trade.out(trade.order())
    answer = send(chen, stop, "deliver", tendered_fen=6_800, wrong=wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "misshapen")
    assert answer.json()["sentence"] and answer.json()["settles"]
    assert _state(stop) == "waiting"


@pytest.mark.parametrize("body", ["", "[]", "{", "7", '"deed"', "\xff" * 20_000])
def test_what_is_no_deed_at_all_is_told_apart(body: str, chen: Client) -> None:
    answer = chen.post("/courier/deeds/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "misshapen")


def test_pieces_of_goods_not_on_this_stop_are_refused(
    trade: Trade, chen: Client, send: Send
) -> None:
    stop, other = trade.out(trade.order(), trade.order())
    theirs = trade.line(other.order, trade.tea)
    answer = send(chen, stop, "deliver", delivered={str(theirs.pk): 1}, tendered_fen=6_800)
    assert answer.status_code in {409, 422}
    assert _state(stop) == "waiting"
    assert json.loads(answer.content)["sentence"]


# --- paid ahead ---------------------------------------------------------------------------------


@pytest.fixture
def prepaid(trade: Trade, sign_in: Callable[..., Client], person: Callable[..., Any]) -> Stop:
    """Return a stop on the road whose order was paid ahead."""
    with override_settings(TRANSFER_ACCOUNT="掌柜商贸 / 兴业银行 / 6222"):
        order = trade.order(tea=2, payment="transfer")
    wu = actor_for(Person.objects.get(user="wu"), at=trade.at)
    record_receipt(order, amount_fen=order.due_fen, reference="B1", by=wu, at=trade.at)
    order.refresh_from_db()
    (stop,) = trade.out(order)
    return stop


def test_a_phone_is_told_that_a_stop_is_paid(prepaid: Stop, chen: Client) -> None:
    (card,) = chen.get("/courier/shift.json").json()["stops"]
    assert (card["paid"], card["due_fen"], card["taken_fen"]) == (True, 0, 0)


def test_goods_paid_ahead_are_handed_over_once_without_money(
    prepaid: Stop, chen: Client, send: Send
) -> None:
    key = str(uuid.uuid4())
    for _twice in range(2):
        answer = send(chen, prepaid, "deliver", key=key)
        assert answer.status_code == 200
        assert answer.json()["cash_fen"] == 0
    assert _state(prepaid) == "delivered"
    assert not Collection.objects.exists()
    assert Fact.objects.filter(verb="cash.hand_over_paid").count() == 1


def test_money_for_goods_paid_ahead_is_refused(prepaid: Stop, chen: Client, send: Send) -> None:
    answer = send(chen, prepaid, "deliver", tendered_fen=13_600)
    assert answer.status_code == 422
    assert answer.json()["sentence"] == "This order is paid ahead: no money is taken at the door."
    assert _state(prepaid) == "waiting"


def test_the_plain_page_of_a_stop_paid_ahead_asks_for_no_money(prepaid: Stop, chen: Client) -> None:
    page = chen.get(f"/courier/stops/{prepaid.pk}/")
    source = page.content.decode()
    assert "Paid ahead: take no money." in source
    assert 'name="tendered"' not in source
    assert "paid ahead" in chen.get("/courier/stops/").content.decode()
    line = prepaid.order.lines.get()
    sent = {"kind": "deliver", "key": str(uuid.uuid4()), f"line_{line.pk}": "1"}
    assert chen.post(f"/courier/stops/{prepaid.pk}/", sent).status_code == 303
    assert _state(prepaid) == "partly"
    prepaid.order.refresh_from_db()
    assert prepaid.order.owed_fen == 6_800
