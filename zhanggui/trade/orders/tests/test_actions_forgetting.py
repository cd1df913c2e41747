"""Forgetting whose orders they were: what goes, what stays, and when it is too early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from zhanggui.books.customers.personal import Subject
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.actions.forgetting import forget_orders
from zhanggui.trade.orders.actions.placing import cancel_own_order
from zhanggui.trade.orders.audits import audit_forgotten
from zhanggui.trade.orders.models import Hold, Order, Rating, Shortage
from zhanggui.trade.orders.queries import personal
from zhanggui.trade.orders.rules.forgetting import forgotten
from zhanggui.trade.orders.tests.conftest import CUSTOMER, refused, short_order

pytestmark = pytest.mark.django_db

ME = Subject(phone_key="13850307261", customer_id=1)
TAX_NO = "91330100799655058B"
SECRETS = (
    "陈小娟",
    "138 5030 7261",
    "13850307261",
    "胜利路",
    "放门口",
    "闽南茶行",
    "91330100799655058B",
)


@pytest.fixture
def ended(place: Callable[..., Order], at: datetime) -> Order:
    """Return an order that was called off, full of what one could be known by."""
    order = place(
        note="放门口",
        device="d" * 32,
        invoice_title="闽南茶行",
        invoice_tax_no=TAX_NO,
    )
    return cancel_own_order(order, reason="陈小娟不要了", by=CUSTOMER, at=at)


def forget(at: datetime) -> int:
    return forget_orders(None, subject=ME, by=CLOCKWORK, at=at)


def test_forget_orders_leaves_goods_sums_and_the_district(ended: Order, at: datetime) -> None:
    token = ended.token
    assert forget(at) == 1
    order = Order.objects.get()
    kept = str(list(Order.objects.values()) + list(Fact.objects.values()))
    assert not any(secret in kept for secret in SECRETS)
    assert (order.division, order.goods_fen, order.erased_at) == ("350304", 6_800, at)
    assert order.token != token
    assert order.lines.count() == 1
    assert list(personal.orders_of_phone(ME.phone_key)) == []


def test_forget_orders_leaves_others_alone(
    ended: Order, place: Callable[..., Order], at: datetime
) -> None:
    other = place(phone="139 5960 1144")
    before = Order.objects.filter(pk=other.pk).values().get()
    forget(at)
    assert Order.objects.filter(pk=other.pk).values().get() == before


def test_forget_orders_empties_what_hangs_on_them(
    place: Callable[..., Order], at: datetime
) -> None:
    order, short = short_order(place)
    with guard.writes_open():
        Shortage.objects.update(note="陈小娟说等")
    cancel_own_order(order, by=CUSTOMER, at=at)
    held = place(address="胜利路", tea=1)
    cancel_own_order(held, by=CUSTOMER, at=at)
    assert Hold.objects.get().evidence == {"problem": "no_number", "place": "胜利路"}
    with guard.writes_open():
        Rating.objects.create(order=order, stars=4, words="陈小娟很满意", rated_at=at)
    sections = {s.code: s.rows for s in personal.held_here(ME)}
    assert {code: len(rows) for code, rows in sections.items()} == {
        "orders": 2, "lines": 3, "ratings": 1, "shortages": 1,
    }  # fmt: skip
    assert forget(at) == 2
    assert Hold.objects.get().evidence == {"problem": "no_number", "place": "…"}
    assert Rating.objects.get().words == "" and Rating.objects.get().stars == 4
    short.refresh_from_db()
    assert short.note == ""
    assert list(audit_forgotten()) == []
    with guard.writes_open():
        Rating.objects.all().delete()  # it was of an order nobody handed over


def test_forget_orders_is_refused_while_one_is_under_way(
    place: Callable[..., Order], at: datetime
) -> None:
    order = place()
    no = refused(lambda: forget(at))
    assert str(no) == (
        f"Order {order.number} is still under way. "
        "Call it off, or wait until it has been brought. Then erase your data."
    )
    assert personal.why_not_forget(ME) is not None


@pytest.mark.books_broken
def test_forget_orders_is_refused_while_money_is_open(ended: Order, at: datetime) -> None:
    with guard.writes_open():
        Order.objects.update(money="collected", taken_fen=6_800, state="closed")
    no = refused(lambda: forget(at))
    assert str(no) == (
        f"The money for order {ended.number} is not in the books yet. "
        "Finance counts it by the next working day. Then erase your data."
    )


@pytest.mark.books_broken
def test_audit_forgotten_finds_what_is_left(ended: Order, at: datetime) -> None:
    forget(at)
    with guard.writes_open():
        Rating.objects.create(order=ended, stars=4, words="好", rated_at=at)
        Hold.objects.create(
            order=ended, code="addr_unclear", severity="ask", version=1, raised_at=at,
            evidence={"place": "胜利路"}, resolved_at=at, resolution="cancelled",
        )  # fmt: skip
        Order.objects.update(division="350304001")
    assert sorted(said.split(" ", 2)[2] for said, _kind, _pk in audit_forgotten()) == [
        "keeps a place of an erased customer in a finding.",
        "keeps the street of an erased customer.",
        "keeps the words of an erased customer's rating.",
    ]


def test_the_database_keeps_no_name_in_a_forgotten_order(ended: Order, at: datetime) -> None:
    forget(at)
    for field in ("recipient", "phone", "note", "device", "invoice_title", "reason"):
        with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
            Order.objects.update(**{field: "x"})


def test_forgotten_keeps_what_names_no_place() -> None:
    assert forgotten({"problem": "two", "upper": "莆田", "minutes": 3}) == {
        "problem": "two", "upper": "…", "minutes": 3,
    }  # fmt: skip
