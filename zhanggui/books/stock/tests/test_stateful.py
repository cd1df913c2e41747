"""Any sequence of deeds keeps goods conserved, held against a model that only counts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from conftest import NOON
from zhanggui.books.stock.actions import depots, goods
from zhanggui.books.stock.audits import audit_levels, audit_movements, audit_references
from zhanggui.books.stock.models import Level, Movement
from zhanggui.books.stock.queries import outside
from zhanggui.books.stock.rules import Line, PlaceKind
from zhanggui.books.stock.tests.conftest import make_stock
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal

ACT: dict[str, Any] = {"by": CLOCKWORK, "at": NOON}
NUMBERS = st.sampled_from(["A-1", "A-2", "A-3"])
GOODS = st.sampled_from(["tea", "longan", "noodles"])
FEW = st.integers(1, 6)


class Shop(RuleBasedStateMachine):
    """A depot and a bag in the database, and beside them a count of what ought to be where."""

    reserve = staticmethod(goods.reserve_goods)

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo._from_testcase = True  # actions may still ask for the outermost transaction
        self.undo.__enter__()
        self.stock = make_stock(NOON)
        self.customers = outside(PlaceKind.CUSTOMER)
        self.shelf = Counter({"tea": 20, "longan": 5})
        self.safety: Counter[str] = Counter()
        self.aside: Counter[tuple[str, str, str]] = Counter()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def promised(self, name: str) -> int:
        return sum(
            n
            for (where, _number, what), n in self.aside.items()
            if (where, what) == ("shelf", name)
        )

    def line(self, name: str, count: int, number: str = "") -> list[Line]:
        return [Line(getattr(self.stock, name).pk, count, number)]

    def tried(self, deed: Any, *args: Any, allowed: bool, **kwargs: Any) -> bool:
        """Do a deed that the model allows or not, and find the house of the same opinion."""
        before = Movement.objects.count()
        try:
            deed(*args, **kwargs, **ACT)
        except Refusal:
            assert not allowed
            assert Movement.objects.count() == before
            return False
        assert allowed
        return True

    @rule(name=GOODS, count=FEW)
    def receive(self, name: str, count: int) -> None:
        lines = self.line(name, count)
        self.tried(depots.receive_goods, self.stock.putian, lines=lines, allowed=True)
        self.shelf[name] += count

    @rule(name=GOODS, count=FEW, number=NUMBERS)
    def promise(self, name: str, count: int, number: str) -> None:
        free = self.shelf[name] - self.promised(name) - self.safety[name]
        values = {"depot": self.stock.putian, "lines": self.line(name, count, number)}
        if self.tried(self.reserve, None, allowed=count <= free, **values):
            self.aside["shelf", number, name] += count

    @rule(name=GOODS, count=FEW, number=NUMBERS)
    def release(self, name: str, count: int, number: str) -> None:
        allowed = count <= self.aside["shelf", number, name]
        values = {"depot": self.stock.putian, "lines": self.line(name, count, number)}
        if self.tried(goods.release_goods, None, allowed=allowed, **values):
            self.aside["shelf", number, name] -= count

    @rule(name=GOODS, count=FEW, number=NUMBERS)
    def pick(self, name: str, count: int, number: str) -> None:
        allowed = count <= self.aside["shelf", number, name]
        values = {"depot": self.stock.putian, "lines": self.line(name, count, number)}
        if self.tried(goods.pick_goods, None, allowed=allowed, **values):
            self.aside["shelf", number, name] -= count
            self.aside["packed", number, name] += count
            self.shelf[name] -= count

    @rule(name=GOODS, count=FEW, number=NUMBERS)
    def load(self, name: str, count: int, number: str) -> None:
        allowed = count <= self.aside["packed", number, name]
        values = {"depot": self.stock.putian, "lines": self.line(name, count, number)}
        if self.tried(goods.load_goods, None, bag=self.stock.bag, allowed=allowed, **values):
            self.aside["packed", number, name] -= count
            self.aside["bag", number, name] += count

    @rule(name=GOODS, count=FEW, number=NUMBERS)
    def deliver(self, name: str, count: int, number: str) -> None:
        allowed = count <= self.aside["bag", number, name]
        lines = self.line(name, count, number)
        if self.tried(goods.deliver_goods, None, bag=self.stock.bag, lines=lines, allowed=allowed):
            self.aside["bag", number, name] -= count
            self.aside["customer", number, name] += count

    @rule(
        where=st.sampled_from(["packed", "bag", "customer"]), name=GOODS, count=FEW, number=NUMBERS
    )
    def take_back(self, where: str, name: str, count: int, number: str) -> None:
        places = {
            "packed": self.stock.putian.packed,
            "bag": self.stock.bag,
            "customer": self.customers,
        }
        allowed = count <= self.aside[where, number, name]
        values = {"source": places[where], "depot": self.stock.putian}
        lines = self.line(name, count, number)
        if self.tried(goods.return_goods, None, lines=lines, allowed=allowed, **values):
            self.aside[where, number, name] -= count
            self.shelf[name] += count

    @rule(name=st.sampled_from(["tea", "longan"]), count=st.integers(0, 30))
    def count(self, name: str, count: int) -> None:
        level = Level.objects.get(location=self.stock.putian, sku=getattr(self.stock, name))
        allowed = count >= self.promised(name)
        if self.tried(depots.count_stock, level, counted=count, allowed=allowed):
            self.shelf[name] = count

    @rule(name=st.sampled_from(["tea", "longan"]), count=FEW)
    def write_off(self, name: str, count: int) -> None:
        level = Level.objects.get(location=self.stock.putian, sku=getattr(self.stock, name))
        allowed = count <= self.shelf[name] - self.promised(name)
        if self.tried(depots.write_off, level, quantity=count, reason="wet", allowed=allowed):
            self.shelf[name] -= count

    @rule(name=st.sampled_from(["tea", "longan"]), count=st.integers(0, 8))
    def keep_back(self, name: str, count: int) -> None:
        level = Level.objects.get(location=self.stock.putian, sku=getattr(self.stock, name))
        self.tried(depots.set_safety, level, safety=count, allowed=True)
        self.safety[name] = count

    @invariant()
    def books_are_as_counted(self) -> None:
        for name in ("tea", "longan", "noodles"):
            sku = getattr(self.stock, name)
            level = Level.objects.filter(location=self.stock.putian, sku=sku).first()
            found = (level.on_hand, level.reserved) if level else (0, 0)
            assert found == (self.shelf[name], self.promised(name))
            if level is not None:
                assert (level.short_at is not None) == (level.sellable <= 0)
            for where, place in (("packed", self.stock.putian.packed), ("bag", self.stock.bag)):
                there = Level.objects.filter(location=place, sku=sku).first()
                ought = sum(n for (w, _a, g), n in self.aside.items() if (w, g) == (where, name))
                assert (there.on_hand if there else 0) == ought

    @invariant()
    def audits_are_clean(self) -> None:
        found = [*audit_levels(), *audit_movements(), *audit_references()]
        assert found == []


class Broken(Shop):
    """The same shop with safety stock sold: the count beside it must notice."""

    @staticmethod
    def reserve(area: None, *, depot: Any, lines: list[Line], by: Any, at: datetime) -> None:
        with guard.writes_open():
            Level.objects.filter(location=depot).update(safety=0)
        goods.reserve_goods(area, depot=depot, lines=lines, by=by, at=at)


STEPS = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.django_db
def test_any_sequence_of_deeds_keeps_goods_conserved() -> None:
    run_state_machine_as_test(Shop, settings=STEPS)


@pytest.mark.django_db
def test_the_same_sequences_catch_a_shop_that_sells_its_safety_stock() -> None:
    # Found once is enough: making the example smaller takes minutes.
    many = settings(STEPS, max_examples=60, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=many)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db
def test_any_long_sequence_of_deeds_keeps_goods_conserved() -> None:
    run_state_machine_as_test(
        Shop, settings=settings(STEPS, max_examples=24, stateful_step_count=50)
    )
