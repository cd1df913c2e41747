"""Forgetting what was noted at the doors of a customer who had himself erased."""

from __future__ import annotations

from typing import Any

import pytest

from zhanggui.books.customers.personal import Subject
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.delivery import queries
from zhanggui.trade.delivery.actions.doors import refuse_stop
from zhanggui.trade.delivery.actions.forgetting import forget_stops
from zhanggui.trade.delivery.audits import audit_forgotten
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.tests.conftest import Trade
from zhanggui.trade.orders.models import Order

pytestmark = pytest.mark.django_db


def test_forget_stops_empties_the_notes_of_ones_own_doors(trade: Trade, chen: Any) -> None:
    first, second = trade.order(), trade.order()
    with guard.writes_open():
        Order.objects.filter(pk=second.pk).update(phone_key="13959601144")
    mine, other = trade.out(first, second)
    for stop in (mine, other):
        refuse_stop(stop, reason_code="price", note="陈小娟嫌贵", by=chen, at=trade.at)
    subject = Subject(phone_key=mine.order.phone_key, customer_id=1)
    assert [row["note"] for row in queries.held_here(subject)[0].rows] == ["陈小娟嫌贵"]
    assert forget_stops(None, subject=subject, by=CLOCKWORK, at=trade.at) == 1
    assert list(Stop.objects.order_by("pk").values_list("note", flat=True)) == ["", "陈小娟嫌贵"]
    assert "陈小娟" not in str(list(Fact.objects.values()))


@pytest.mark.books_broken
def test_audit_forgotten_finds_a_note_about_an_erased_customer(trade: Trade, chen: Any) -> None:
    (stop,) = trade.out(trade.order())
    refuse_stop(stop, reason_code="price", note="陈小娟嫌贵", by=chen, at=trade.at)
    blank = dict.fromkeys(
        ("recipient", "phone", "phone_key", "address", "note", "device", "reason"), ""
    )
    with guard.writes_open():
        Order.objects.update(erased_at=trade.at, **blank)
    assert [said for said, _kind, _pk in audit_forgotten()] == [
        f"Stop {stop.pk} keeps a note about an erased customer."
    ]
