"""Who may act besides people: the clock, which may do what rounds do, and customers outside."""

from __future__ import annotations

from types import SimpleNamespace

from zhanggui.ground.kernel.actor import CLOCKWORK, CustomerActor, Standing

SHOPPING = CustomerActor(frozenset({"orders.customer"}))


def test_clock_stands_for_every_duty() -> None:
    assert CLOCKWORK.standings("orders.screening", None) == (Standing(None, "", ""),)


def test_customer_stands_only_for_the_duties_opened_to_him() -> None:
    assert SHOPPING.standings("orders.customer", "licheng") == (Standing(None, "", "licheng"),)
    assert SHOPPING.standings("orders.screening", "licheng") == ()
    assert CustomerActor(frozenset()).standings("orders.customer", "licheng") == ()


def test_customer_stands_in_the_area_of_the_record() -> None:
    record = SimpleNamespace(area_id="hanjiang")
    assert SHOPPING.standings("orders.customer", record) == (Standing(None, "", "hanjiang"),)
    assert SHOPPING.standings("orders.customer", None) == (Standing(None, "", ""),)


def test_customer_is_no_person() -> None:
    assert (SHOPPING.person_id, SHOPPING.kind) == (None, "customer")
