"""Reading the stock: within one's area, in few statements however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.stock import queries
from zhanggui.books.stock.actions.arrivals import announce_arrival
from zhanggui.books.stock.actions.depots import receive_goods, set_safety
from zhanggui.books.stock.actions.goods import reserve_goods
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import Held, Line
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.queries import waiting_in
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.editions import read_once
from zhanggui.ground.kernel.refusal import Refusal


@pytest.fixture
def act(at: datetime) -> dict[str, Any]:
    """Return who acts, and when."""
    return {"by": CLOCKWORK, "at": at}


def run_out(stock: Any, at: datetime) -> Level:
    """Promise all longan, and return its level."""
    lines = [Line(stock.longan.pk, 5, "A-1")]
    reserve_goods(None, depot=stock.putian, lines=lines, by=CLOCKWORK, at=at)
    return Level.objects.get(sku=stock.longan)


def test_levels_to_settle_leave_when_an_arrival_is_announced_and_come_back_when_it_is_late(
    stock: Any, actor: Callable[..., Any], act: dict[str, Any], at: datetime
) -> None:
    short = run_out(stock, at - timedelta(hours=30))
    (found,) = queries.levels_to_settle(actor("tong"))
    assert (found.pk, found.since_at, found.is_late) == (
        short.pk,
        at - timedelta(hours=30),
        False,
    )
    assert found.due_at == at - timedelta(hours=6)
    arrival = announce_arrival(short, quantity=9, due_at=at + timedelta(hours=2), **act)
    assert list(queries.levels_to_settle(actor("tong"))) == []
    late = actor("tong", at=at + timedelta(hours=3))
    (again,) = queries.levels_to_settle(late)
    assert (again.is_late, again.since_at) == (True, arrival.due_at)
    assert queries.settle_since(short, at + timedelta(hours=3)) == arrival.due_at
    assert queries.settle_since(short, at) is None


def test_levels_to_settle_stay_within_the_area_and_leave_what_is_taken_off_sale(
    stock: Any, actor: Callable[..., Any], at: datetime
) -> None:
    short = run_out(stock, at)
    tong = actor("tong")
    assert [level.pk for level in queries.levels_to_settle(tong)] == [short.pk]
    elsewhere = actor("tong", focus="quanzhou")
    assert list(queries.levels_to_settle(elsewhere)) == []
    assert list(queries.levels_to_settle(actor("lin"))) == []
    with pytest.raises(Refusal):
        queries.level_of(elsewhere, short.pk)
    with guard.writes_open():
        Product.objects.filter(skus=stock.longan).update(state="delisted")
    assert list(queries.levels_to_settle(tong)) == []


def test_the_badge_of_the_queue_is_counted_with_all_others_in_one_statement(
    stock: Any, actor: Callable[..., Any], at: datetime, django_assert_num_queries: Any
) -> None:
    run_out(stock, at - timedelta(hours=2))
    tong = actor("tong")
    assert tong.scope(queries.KEEPING)
    duties = [DUTIES["stock.levels"], DUTIES["catalogue.products"]]
    with read_once():  # as in a request; whether goods lack anything is kept until it changes
        waiting_in(duties, by=tong)
        with django_assert_num_queries(1):
            found = waiting_in(duties, by=tong)
    waiting = found["stock.levels"]
    assert (waiting.count, waiting.since, waiting.due) == (
        1,
        at - timedelta(hours=2),
        at + timedelta(hours=22),
    )


def test_availability_takes_two_statements_for_any_number_of_skus(
    stock: Any, act: dict[str, Any], at: datetime, django_assert_num_queries: Any
) -> None:
    receive_goods(stock.quanzhou, lines=[Line(stock.tea.pk, 4)], **act)
    tea = Level.objects.get(sku=stock.tea, location=stock.putian)
    set_safety(tea, safety=3, **act)
    announce_arrival(tea, quantity=9, due_at=at + timedelta(days=1), **act)
    skus = list(Sku.objects.select_related("product").order_by("code"))
    with django_assert_num_queries(2):
        found = queries.availability(skus, at=at)
    assert [(one.sku.code, one.sellable, len(one.coming)) for one in found] == [
        ("LY-500", 5, 0),
        ("TG-250", 21, 1),
        ("XH-1000", 0, 0),
    ]
    assert found[1].coming[0] == queries.Coming(9, at + timedelta(days=1), False)


def test_sellable_in_a_depot_knows_also_what_it_never_had(
    stock: Any, django_assert_num_queries: Any
) -> None:
    ids = [stock.tea.pk, stock.noodles.pk]
    with django_assert_num_queries(1):
        found = queries.sellable_in(stock.putian, ids)
    assert found == {stock.tea.pk: 20, stock.noodles.pk: 0}


def test_shortages_add_the_lines_of_a_sku_up(stock: Any, django_assert_num_queries: Any) -> None:
    lines = [Line(stock.longan.pk, 3), Line(stock.longan.pk, 4), Line(stock.tea.pk, 20)]
    with django_assert_num_queries(1):
        assert queries.shortages(stock.putian, lines) == {stock.longan.pk: 2}
    why = queries.why_not_reserve(depot=stock.putian, lines=lines)
    assert why is not None
    assert (why.code, why.data["left"], why.data["wanted"]) == ("too_few", 5, 7)
    assert queries.why_not_reserve() is None
    assert queries.why_not_reserve(depot=stock.putian, lines=lines[2:]) is None


def test_depot_for_an_area_is_its_own_or_the_next_above(stock: Any, at: datetime) -> None:
    found = {
        area: queries.depot_for(area, at=at)
        for area in ("putian", "xianyou", "jinjiang", "fujian", "xiamen")
    }
    assert found == {
        "putian": stock.putian,
        "xianyou": stock.putian,
        "jinjiang": stock.quanzhou,
        "fujian": None,
        "xiamen": None,
    }


def test_held_under_a_number_tells_where_its_goods_stand(stock: Any, at: datetime) -> None:
    run_out(stock, at)
    assert queries.held_under("A-1") == {Held("A-1", stock.longan.pk, stock.putian.pk, True): 5}
    assert queries.held_under("A-2") == {}
    assert queries.held_under("") == {}


def test_movements_of_a_level_come_latest_first(stock: Any, at: datetime) -> None:
    level = run_out(stock, at)
    assert [row.kind for row in queries.movements_of(level)] == ["reserved", "received"]


def test_depot_figures_take_three_statements(
    stock: Any, at: datetime, django_assert_num_queries: Any
) -> None:
    run_out(stock, at)
    with django_assert_num_queries(3):
        found = queries.depot_figures(stock.putian)
    assert found == queries.DepotFigures(
        skus=2, on_hand=25, reserved=5, packed=0, short=1, expected=0
    )


def test_skus_by_code_know_barcodes_too(stock: Any) -> None:
    with guard.writes_open():
        Sku.objects.filter(pk=stock.tea.pk).update(barcode="6901234567892")
    found = queries.skus_by_code(["6901234567892", "LY-500", "NO"])
    assert found == {"6901234567892": stock.tea, "LY-500": stock.longan}
