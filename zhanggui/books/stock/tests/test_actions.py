"""What is done to the stock: each deed does what it says, or refuses and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.stock.actions.arrivals import (
    announce_arrival,
    announce_arrivals,
    cancel_arrival,
    postpone_arrival,
    take_in_arrival,
)
from zhanggui.books.stock.actions.depots import (
    count_stock,
    move_stock,
    open_depot,
    receive_goods,
    set_safety,
    write_off,
)
from zhanggui.books.stock.actions.goods import (
    deliver_goods,
    hand_over_goods,
    load_goods,
    open_bag,
    pick_goods,
    release_goods,
    reserve_goods,
    return_goods,
    write_off_goods,
)
from zhanggui.books.stock.models import Arrival, Level, Location, Movement
from zhanggui.books.stock.queries import held_under, outside, shortages
from zhanggui.books.stock.rules import Held, Line, PlaceKind
from zhanggui.books.stock.tests.conftest import level_at
from zhanggui.ground.kernel.action import ACTIONS, action
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import Someone
from zhanggui.ground.org.models import Area, Person

Reading = Callable[[], Any]
NOT_YOURS = (
    "There is no such record among those you answer for. "
    "Check the number, or ask the person who holds this duty for that area."
)
FEWER = "Take fewer, or wait until more arrive."
DONE_ALREADY = "Look at what was done under this number: it may have been done already."


def refused(deed: Callable[[], object]) -> tuple[str, str, int]:
    """Return what a deed was refused with."""
    with pytest.raises(Refusal) as no:
        deed()
    return no.value.code, str(no.value), no.value.status


@pytest.fixture
def act(at: datetime) -> dict[str, Any]:
    """Return who acts, and when, in deeds that ride on others' authority."""
    return {"by": CLOCKWORK, "at": at}


@pytest.fixture
def sold(stock: Any, act: dict[str, Any]) -> Callable[[str], list[Line]]:
    """Return `sold("loaded")`: 2 tea and 1 longan under A-1, brought that far."""

    def bring(far: str) -> list[Line]:
        lines = [Line(stock.tea.pk, 2, "A-1"), Line(stock.longan.pk, 1, "A-1")]
        depot, bag = stock.putian, stock.bag
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("reserved", lambda: reserve_goods(None, depot=depot, lines=lines, **act)),
            ("picked", lambda: pick_goods(None, depot=depot, lines=lines, **act)),
            ("loaded", lambda: load_goods(None, depot=depot, bag=bag, lines=lines, **act)),
            ("delivered", lambda: deliver_goods(None, bag=bag, lines=lines, **act)),
        ]
        for name, step in steps:
            step()
            if name == far:
                break
        return lines

    return bring


# --- places ------------------------------------------------------------------------------------


def test_open_depot_opens_it_with_its_packed_goods_and_the_world_outside(
    tong: Any, at: datetime
) -> None:
    xiamen = Area.objects.get(pk="xiamen")
    depot = open_depot("fujian", code="XM", name_zh="厦门仓", area=xiamen, by=tong, at=at)
    assert (depot.kind, depot.name, depot.area_id) == (PlaceKind.DEPOT, "厦门仓", "xiamen")
    assert (depot.packed.code, depot.packed.kind) == ("XM:packed", PlaceKind.PACKED)
    kinds = Location.objects.exclude(area_id="xiamen").order_by("code").values_list("kind")
    assert [kind for (kind,) in kinds] == ["customer", "difference", "loss", "supplier"]
    fact = Fact.objects.get(verb="stock.open_depot")
    assert (fact.kind, fact.record_id, fact.area) == ("stock.Location", depot.pk, "xiamen")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "PT",
            (
                "code_taken",
                "There is already a place “PT”. Use that place, or choose another code.",
                409,
            ),
        ),
        (
            "PT:2",
            (
                "bad_code",
                (
                    "“PT:2” cannot be a code. "
                    "Use letters and digits, in groups joined by “-”, “.” or “_”."
                ),
                422,
            ),
        ),
    ],
)
def test_open_depot_refuses_a_bad_code(
    stock: Any, tong: Any, at: datetime, unchanged: Reading, code: str, said: Any
) -> None:
    before = unchanged()
    area = Area.objects.get(pk="xiamen")
    values = {"code": code, "name_zh": "仓", "area": area, "by": tong, "at": at}
    assert refused(lambda: open_depot("fujian", **values)) == said
    assert unchanged() == before


def test_open_depot_and_open_depot_elsewhere_are_for_who_keeps_that_stock(
    actor: Callable[..., Any], stock: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    values = {"code": "X", "name_zh": "仓", "at": at}
    xiamen, all_of_it = Area.objects.get(pk="xiamen"), Area.objects.get(pk="minli")
    lin, tong = actor("lin"), actor("tong")
    for by, area in ((lin, xiamen), (tong, all_of_it)):
        said = refused(lambda by=by, area=area: open_depot("fujian", area=area, by=by, **values))
        assert said == ("not_yours", NOT_YOURS, 404)
    assert unchanged() == before


def test_open_bag_opens_one_for_each_courier(stock: Any, act: dict[str, Any]) -> None:
    lin = Person.objects.get(user="lin")
    assert (stock.bag.kind, stock.bag.holder, stock.bag.area_id) == ("bag", lin, "putian")
    assert stock.bag.name == lin.name
    again = open_bag("putian", holder=lin, **act)
    assert again == stock.bag


# --- into and between depots -------------------------------------------------------------------


def test_receive_goods_brings_them_into_the_books(stock: Any, tong: Any, at: datetime) -> None:
    lines = [Line(stock.noodles.pk, 12), Line(stock.tea.pk, 4)]
    made = receive_goods(stock.putian, lines=lines, note="LS-77", by=tong, at=at)
    fact = Fact.objects.filter(verb="stock.receive_goods").latest("pk")
    (row,) = Movement.objects.filter(sku=stock.noodles).values()
    assert row == {
        "id": made[0].pk,
        "deed": fact.deed,
        "kind": "received",
        "sku_id": stock.noodles.pk,
        "source_id": outside(PlaceKind.SUPPLIER).pk,
        "target_id": stock.putian.pk,
        "quantity": 12,
        "reference": "",
        "reason": "LS-77",
        "at": at,
    }
    assert (fact.kind, fact.record_id, fact.area) == ("stock.Location", stock.putian.pk, "putian")
    assert fact.data == {"note": "LS-77", "lines": 2, "pieces": 16}
    assert level_at(stock.putian, stock.noodles) == (12, 0)
    assert level_at(stock.putian, stock.tea) == (24, 0)
    assert Level.objects.get(sku=stock.noodles).short_at is None


LINES_WRONG = [
    ([], ("no_lines", "There is nothing to move. Give at least one line.", 422)),
    (
        [0],
        (
            "not_positive",
            (
                "A quantity must be at least one piece. "
                "To take something back, use the movement in the other direction."
            ),
            422,
        ),
    ),
    (
        [10**9],
        (
            "too_many_pieces",
            (
                "1000000000 pieces in one line are more than anybody can move. "
                "Check the number of digits."
            ),
            422,
        ),
    ),
    (
        [1] * 501,
        ("too_many_lines", "501 lines at once are too many. Move at most 500 at a time.", 422),
    ),
]


@pytest.mark.parametrize(("counts", "said"), LINES_WRONG, ids=["none", "zero", "huge", "many"])
def test_receive_goods_and_reserve_goods_refuse_lines_that_cannot_be(
    stock: Any, act: dict[str, Any], unchanged: Reading, counts: list[int], said: Any
) -> None:
    before = unchanged()
    lines = [Line(stock.tea.pk, count, "A-1") for count in counts]
    assert refused(lambda: receive_goods(stock.putian, lines=lines, **act)) == said
    values = {"depot": stock.putian, "lines": lines}
    assert refused(lambda: reserve_goods(None, **values, **act)) == said
    asked = reserve_goods.why_not(None, **values, **act)
    assert asked is not None and (asked.code, str(asked), asked.status) == said
    assert unchanged() == before


def test_receive_goods_is_for_who_keeps_that_depot(
    stock: Any, actor: Callable[..., Any], at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    lines = [Line(stock.tea.pk, 4)]
    deed = lambda: receive_goods(stock.putian, lines=lines, by=actor("lin"), at=at)  # noqa: E731
    assert refused(deed) == ("not_yours", NOT_YOURS, 404)
    assert unchanged() == before


def test_receive_goods_makes_few_statements(
    stock: Any, act: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    lines = [Line(sku.pk, 3) for sku in (stock.tea, stock.longan)] * 30
    # savepoint, depot, suppliers, levels there, levels, movements, fact, release; PostgreSQL locks
    with django_assert_max_num_queries(9):
        receive_goods(stock.putian, lines=lines, **act)
    assert level_at(stock.putian, stock.tea) == (110, 0)


def test_move_stock_moves_free_goods(stock: Any, tong: Any, at: datetime) -> None:
    lines = [Line(stock.tea.pk, 5), Line(stock.longan.pk, 5)]
    move_stock(stock.putian, to=stock.quanzhou, lines=lines, by=tong, at=at)
    assert level_at(stock.putian, stock.tea) == (15, 0)
    assert level_at(stock.quanzhou, stock.tea) == (5, 0)
    emptied = Level.objects.get(location=stock.putian, sku=stock.longan)
    assert (emptied.on_hand, emptied.short_at) == (0, at)


def test_move_stock_leaves_what_is_promised_and_what_is_elsewhere(
    stock: Any, tong: Any, sold: Any, at: datetime, unchanged: Reading
) -> None:
    sold("reserved")
    before = unchanged()
    move = {"to": stock.quanzhou, "by": tong, "at": at}
    lines = [Line(stock.tea.pk, 1), Line(stock.longan.pk, 5)]
    assert refused(lambda: move_stock(stock.putian, lines=lines, **move)) == (
        "too_few",
        f"Of “Putian dried longan · 500 g bag” 4 pieces are free in “Putian depot”, not 5. {FEWER}",
        409,
    )
    same = {**move, "to": stock.putian}
    assert refused(lambda: move_stock(stock.putian, lines=lines, **same)) == (
        "no_such_way",
        "“Moved” does not lead from “Depot” to “Depot”. Choose places between which this is done.",
        422,
    )
    assert unchanged() == before


# --- promising ---------------------------------------------------------------------------------


def test_reserve_goods_promises_and_leaves_them_where_they_are(
    stock: Any, sold: Any, at: datetime
) -> None:
    sold("reserved")
    assert level_at(stock.putian, stock.tea) == (20, 2)
    assert level_at(stock.putian, stock.longan) == (5, 1)
    row = Movement.objects.get(kind="reserved", sku=stock.tea)
    assert (row.source, row.target, row.reference) == (stock.putian, stock.putian, "A-1")
    fact = Fact.objects.get(verb="stock.reserve_goods")
    assert (fact.data["lines"], fact.data["pieces"], fact.deed) == (2, 3, row.deed)


def test_reserve_goods_of_the_last_piece_says_since_when_there_is_none(
    stock: Any, act: dict[str, Any], at: datetime
) -> None:
    five = [Line(stock.longan.pk, 5, "A-2")]
    reserve_goods(None, depot=stock.putian, lines=five, **act)
    later = {"by": CLOCKWORK, "at": at + timedelta(hours=1)}
    assert Level.objects.get(sku=stock.longan).short_at == at
    receive_goods(stock.putian, lines=[Line(stock.longan.pk, 1)], **later)
    assert Level.objects.get(sku=stock.longan).short_at is None


def test_reserve_goods_refuses_all_for_one_that_is_short(
    stock: Any, act: dict[str, Any], unchanged: Reading
) -> None:
    before = unchanged()
    lines = [Line(stock.tea.pk, 2, "A-1"), Line(stock.longan.pk, 6, "A-1")]
    said = (
        "too_few",
        f"Of “Putian dried longan · 500 g bag” 5 pieces are free in “Putian depot”, not 6. {FEWER}",
        409,
    )
    assert refused(lambda: reserve_goods(None, depot=stock.putian, lines=lines, **act)) == said
    assert shortages(stock.putian, lines) == {stock.longan.pk: 1}
    never = [Line(stock.noodles.pk, 1, "A-1")]
    assert refused(lambda: reserve_goods(None, depot=stock.quanzhou, lines=never, **act)) == (
        "too_few",
        (
            "Of “Xinghua rice noodles · 1 kg bag” 0 pieces are free in “Quanzhou depot”, not 1. "
            f"{FEWER}"
        ),
        409,
    )
    assert unchanged() == before


def test_reserve_goods_keeps_the_safety_stock_back(
    stock: Any, tong: Any, act: dict[str, Any], at: datetime
) -> None:
    set_safety(Level.objects.get(sku=stock.longan), safety=3, by=tong, at=at)
    two, one = [Line(stock.longan.pk, 2, "A-1")], [Line(stock.longan.pk, 1, "A-2")]
    reserve_goods(None, depot=stock.putian, lines=two, **act)
    assert refused(lambda: reserve_goods(None, depot=stock.putian, lines=one, **act))[0] == (
        "too_few"
    )
    pick_goods(None, depot=stock.putian, lines=two, **act)
    assert level_at(stock.putian, stock.longan) == (3, 0)


def test_reserve_goods_needs_a_reference(
    stock: Any, act: dict[str, Any], unchanged: Reading
) -> None:
    before = unchanged()
    for reference, code in (("", "no_reference"), ("x" * 41, "long_reference")):
        lines = [Line(stock.tea.pk, 1, reference)]
        deed = lambda lines=lines: reserve_goods(  # noqa: E731
            None, depot=stock.putian, lines=lines, **act
        )
        assert refused(deed)[0] == code
    assert unchanged() == before


def test_reserve_goods_is_nobodys_duty_by_itself(
    stock: Any, tong: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    lines = [Line(stock.tea.pk, 1, "A-1")]
    deed = lambda: reserve_goods("putian", depot=stock.putian, lines=lines, by=tong, at=at)  # noqa: E731
    assert refused(deed) == ("not_yours", NOT_YOURS, 404)
    assert unchanged() == before


def test_reserve_goods_inside_a_deed_carries_that_deed(stock: Any, at: datetime) -> None:
    lines = [Line(stock.tea.pk, 1, "A-1")]

    def confirm_sale(area: str, *, by: Any, at: datetime) -> dict[int, int]:
        missing = shortages(stock.putian, lines)
        reserve_goods(area, depot=stock.putian, lines=lines, by=by, at=at)
        return missing

    try:
        confirm = action(duty="errands.all", title="Confirm")(confirm_sale)
        assert confirm("putian", by=Someone(), at=at) == {}  # who holds no duty of the stock
    finally:
        ACTIONS.pop("test_actions.confirm_sale")
    row = Movement.objects.get(kind="reserved")
    outer, inner = Fact.objects.filter(deed=row.deed).order_by("id")
    assert (inner.verb, inner.cause) == ("stock.reserve_goods", outer)


def test_reserve_goods_of_one_line_makes_few_statements(
    stock: Any, act: dict[str, Any], django_assert_num_queries: Any
) -> None:
    lines = [Line(stock.tea.pk, 1, "A-1")]
    with django_assert_num_queries(5):  # savepoint, level, movement, fact, release
        reserve_goods(None, depot=stock.putian, lines=lines, **act)


def test_release_goods_takes_the_promise_back(
    stock: Any, sold: Any, act: dict[str, Any], unchanged: Reading
) -> None:
    lines = sold("reserved")
    release_goods(None, depot=stock.putian, lines=lines[:1], **act)
    assert level_at(stock.putian, stock.tea) == (20, 0)
    assert held_under("A-1") == {Held("A-1", stock.longan.pk, stock.putian.pk, True): 1}
    before = unchanged()
    deed = lambda: release_goods(None, depot=stock.putian, lines=lines[:1], **act)  # noqa: E731
    assert refused(deed) == (
        "not_set_aside",
        (
            "Of “Anxi Tieguanyin · 250 g tin” only 0 of 2 are there under the number A-1. "
            f"{DONE_ALREADY}"
        ),
        409,
    )
    assert unchanged() == before


# --- to the customer and back ------------------------------------------------------------------


def test_pick_goods_load_goods_and_deliver_goods_bring_them_to_the_customer(
    stock: Any, sold: Any
) -> None:
    sold("delivered")
    assert level_at(stock.putian, stock.tea) == (18, 0)
    assert level_at(stock.putian.packed, stock.tea) == (0, 0)
    assert level_at(stock.bag, stock.tea) == (0, 0)
    assert held_under("A-1") == {
        Held("A-1", stock.tea.pk, outside(PlaceKind.CUSTOMER).pk, False): 2,
        Held("A-1", stock.longan.pk, outside(PlaceKind.CUSTOMER).pk, False): 1,
    }
    kinds = Movement.objects.filter(sku=stock.tea).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["received", "reserved", "picked", "loaded", "delivered"]


def test_pick_goods_takes_no_more_than_was_promised_to_that_number(
    stock: Any, sold: Any, act: dict[str, Any], unchanged: Reading
) -> None:
    sold("reserved")
    reserve_goods(None, depot=stock.putian, lines=[Line(stock.tea.pk, 9, "A-2")], **act)
    before = unchanged()
    lines = [Line(stock.tea.pk, 3, "A-1")]
    assert refused(lambda: pick_goods(None, depot=stock.putian, lines=lines, **act)) == (
        "not_set_aside",
        (
            "Of “Anxi Tieguanyin · 250 g tin” only 2 of 3 are there under the number A-1. "
            f"{DONE_ALREADY}"
        ),
        409,
    )
    assert unchanged() == before


def test_load_goods_of_many_numbers_is_one_deed(stock: Any, act: dict[str, Any]) -> None:
    lines = [Line(stock.tea.pk, 1, f"A-{number}") for number in range(15)]
    reserve_goods(None, depot=stock.putian, lines=lines, **act)
    pick_goods(None, depot=stock.putian, lines=lines, **act)
    load_goods(None, depot=stock.putian, bag=stock.bag, lines=lines, **act)
    assert level_at(stock.bag, stock.tea) == (15, 0)
    assert Fact.objects.filter(verb="stock.load_goods").count() == 1


def test_deliver_goods_refuses_what_is_not_in_the_bag(
    stock: Any, sold: Any, act: dict[str, Any], unchanged: Reading
) -> None:
    lines = sold("picked")
    before = unchanged()
    assert refused(lambda: deliver_goods(None, bag=stock.bag, lines=lines, **act)) == (
        "not_set_aside",
        (
            "Of “Anxi Tieguanyin · 250 g tin” only 0 of 2 are there under the number A-1. "
            f"{DONE_ALREADY}"
        ),
        409,
    )
    assert unchanged() == before


@pytest.mark.parametrize("far", ["picked", "loaded", "delivered"])
def test_return_goods_makes_them_free_again_from_wherever_they_are(
    stock: Any, sold: Any, act: dict[str, Any], unchanged: Reading, far: str
) -> None:
    lines = sold(far)
    source = {
        "picked": stock.putian.packed,
        "loaded": stock.bag,
        "delivered": outside(PlaceKind.CUSTOMER),
    }[far]
    back = {"source": source, "depot": stock.putian, "reason": "refused", **act}
    return_goods(None, lines=lines, **back)
    assert level_at(stock.putian, stock.tea) == (20, 0)
    assert held_under("A-1") == {}
    before = unchanged()
    assert refused(lambda: return_goods(None, lines=lines[:1], **back))[0] == "not_set_aside"
    assert unchanged() == before


def test_hand_over_goods_moves_them_between_bags(
    stock: Any, sold: Any, act: dict[str, Any]
) -> None:
    lines = sold("loaded")
    hu = Person.objects.get(user="hu")
    other = open_bag("putian", holder=hu, **act)
    hand_over_goods(None, bag=stock.bag, to=other, lines=lines, **act)
    assert (level_at(stock.bag, stock.tea), level_at(other, stock.tea)) == ((0, 0), (2, 0))
    deliver_goods(None, bag=other, lines=lines, **act)
    assert level_at(other, stock.tea) == (0, 0)


@pytest.mark.parametrize(("lost", "kind"), [(True, "lost"), (False, "damaged")])
def test_write_off_goods_takes_them_out_of_the_bag(
    stock: Any, sold: Any, act: dict[str, Any], unchanged: Reading, lost: bool, kind: str
) -> None:
    lines = sold("loaded")
    loss = {"place": stock.bag, "lost": lost, "reason": "fell off", **act}
    write_off_goods(None, lines=lines[:1], **loss)
    assert level_at(stock.bag, stock.tea) == (0, 0)
    assert Movement.objects.get(kind=kind).reason == "fell off"
    before = unchanged()
    assert refused(lambda: write_off_goods(None, lines=lines[:1], **loss))[0] == "not_set_aside"
    assert unchanged() == before


# --- keeping the figures true ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counted", "said", "rows"),
    [(23, "+3", [("difference", "depot", 3)]), (18, "-2", [("depot", "difference", 2)])],
)
def test_count_stock_turns_the_difference_into_a_movement(
    stock: Any, tong: Any, at: datetime, counted: int, said: str, rows: Any
) -> None:
    level = Level.objects.get(sku=stock.tea)
    after = count_stock(level, counted=counted, reason="behind the shelf", by=tong, at=at)
    assert (after.on_hand, level_at(stock.putian, stock.tea)) == (counted, (counted, 0))
    moved = Movement.objects.filter(kind="counted")
    assert list(moved.values_list("source__kind", "target__kind", "quantity")) == rows
    fact = Fact.objects.get(verb="stock.count_stock")
    assert (fact.data["counted"], fact.data["difference"]) == (counted, said)


def test_count_stock_without_a_difference_moves_nothing(
    stock: Any, tong: Any, at: datetime
) -> None:
    count_stock(Level.objects.get(sku=stock.tea), counted=20, by=tong, at=at)
    assert not Movement.objects.filter(kind="counted").exists()
    assert Fact.objects.get(verb="stock.count_stock").data["difference"] == "0"


def test_count_stock_refuses_fewer_than_are_promised(
    stock: Any, tong: Any, sold: Any, at: datetime, unchanged: Reading
) -> None:
    sold("reserved")
    before = unchanged()
    level = Level.objects.get(sku=stock.tea)
    assert refused(lambda: count_stock(level, counted=1, by=tong, at=at)) == (
        "promised",
        (
            "2 pieces are promised to orders, and only 1 were counted. "
            "Take orders back first, or count again."
        ),
        409,
    )
    assert refused(lambda: count_stock(level, counted=-1, by=tong, at=at)) == (
        "bad_count",
        "A shelf holds from 0 to 100000 pieces. Check the number of digits.",
        422,
    )
    assert unchanged() == before


def test_write_off_takes_free_goods_only(
    stock: Any, tong: Any, sold: Any, at: datetime, unchanged: Reading
) -> None:
    sold("reserved")
    level = Level.objects.get(sku=stock.longan)
    after = write_off(level, quantity=3, reason="wet", by=tong, at=at)
    assert (after.on_hand, after.reserved) == (2, 1)
    before = unchanged()
    assert refused(lambda: write_off(level, quantity=2, lost=True, reason="x", by=tong, at=at)) == (
        "too_few",
        f"Of “Putian dried longan · 500 g bag” 1 piece is free in “Putian depot”, not 2. {FEWER}",
        409,
    )
    assert unchanged() == before


def test_set_safety_keeps_pieces_back(stock: Any, tong: Any, at: datetime) -> None:
    level = set_safety(Level.objects.get(sku=stock.tea), safety=20, by=tong, at=at)
    assert (level.safety, level.sellable, level.short_at) == (20, 0, at)
    later = at + timedelta(hours=1)
    assert set_safety(level, safety=25, by=tong, at=later).short_at == at
    assert set_safety(level, safety=19, by=tong, at=later).short_at is None


def test_set_safety_refuses_what_is_no_safety_stock(
    stock: Any, tong: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    level = Level.objects.get(sku=stock.tea)
    for safety in (-1, 10_001):
        assert refused(lambda n=safety: set_safety(level, safety=n, by=tong, at=at)) == (
            "bad_safety",
            "Safety stock is from 0 to 10000 pieces. Check the number of digits.",
            422,
        )
    assert unchanged() == before


# --- arrivals ----------------------------------------------------------------------------------


@pytest.fixture
def announced(stock: Any, tong: Any, at: datetime) -> Arrival:
    """Return 12 tea announced for tomorrow."""
    level = Level.objects.get(sku=stock.tea)
    due = at + timedelta(days=1)
    return announce_arrival(level, quantity=12, due_at=due, note="山野", by=tong, at=at)


def test_announce_arrival_says_what_comes_when(announced: Arrival, at: datetime) -> None:
    assert (announced.quantity, announced.due_at, announced.note) == (
        12,
        at + timedelta(days=1),
        "山野",
    )
    assert (announced.state, announced.announced_at, announced.area_id) == (
        "expected",
        at,
        "putian",
    )


def test_announce_arrival_of_short_goods_answers_in_time_or_late(
    stock: Any, tong: Any, act: dict[str, Any], at: datetime
) -> None:
    five = [Line(stock.longan.pk, 5, "A-2")]
    reserve_goods(None, depot=stock.putian, lines=five, by=CLOCKWORK, at=at - timedelta(hours=30))
    level = Level.objects.get(sku=stock.longan)
    announce_arrival(level, quantity=5, due_at=at + timedelta(days=1), by=tong, at=at)
    fact = Fact.objects.get(verb="stock.announce_arrival")
    assert (fact.wait_s, fact.data["on_time"]) == (30 * 3600, False)


PAST = "Goods cannot be expected for a time that has passed."


def test_announce_arrival_refuses_the_past_and_nothing(
    stock: Any, tong: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    level = Level.objects.get(sku=stock.tea)
    deed = lambda **v: announce_arrival(level, **v, by=tong, at=at)  # noqa: E731
    assert refused(lambda: deed(quantity=5, due_at=at)) == (
        "due_past",
        f"{PAST} Give a later time, or receive the goods if they are here.",
        422,
    )
    assert refused(lambda: deed(quantity=0, due_at=at + timedelta(1)))[0] == "not_positive"
    assert unchanged() == before


def test_announce_arrivals_takes_goods_the_depot_never_had(
    stock: Any, tong: Any, at: datetime
) -> None:
    lines = [Line(stock.noodles.pk, 40), Line(stock.tea.pk, 10)]
    due = at + timedelta(days=2)
    made = announce_arrivals(stock.quanzhou, lines=lines, due_at=due, by=tong, at=at)
    assert [(a.level.sku, a.quantity) for a in made] == [(stock.noodles, 40), (stock.tea, 10)]
    begun = Level.objects.get(location=stock.quanzhou, sku=stock.noodles)
    assert (begun.on_hand, begun.short_at) == (0, at)
    fact = Fact.objects.get(verb="stock.announce_arrivals")
    assert (fact.data["count"], fact.data["pieces"]) == (2, 50)


def test_announce_arrivals_refuses_the_past(
    stock: Any, tong: Any, at: datetime, unchanged: Reading
) -> None:
    before = unchanged()
    lines = [Line(stock.noodles.pk, 40)]
    values = {"lines": lines, "due_at": at, "by": tong, "at": at}
    assert refused(lambda: announce_arrivals(stock.quanzhou, **values))[0] == "due_past"
    assert unchanged() == before


def test_take_in_arrival_receives_what_really_came(
    stock: Any, announced: Arrival, tong: Any, at: datetime, unchanged: Reading
) -> None:
    ended = take_in_arrival(announced, quantity=11, by=tong, at=at)
    assert (ended.state, ended.ended_at) == ("arrived", at)
    assert level_at(stock.putian, stock.tea) == (31, 0)
    outer = Fact.objects.get(verb="stock.take_in_arrival")
    assert Fact.objects.get(cause=outer).verb == "stock.receive_goods"
    before = unchanged()
    assert refused(lambda: take_in_arrival(ended, quantity=1, by=tong, at=at)) == (
        "illegal_move",
        (
            "This cannot be done while the state is “Arrived”. "
            "Look at the record again: someone may have moved it on meanwhile."
        ),
        409,
    )
    assert unchanged() == before


def test_postpone_arrival_gives_another_date(
    announced: Arrival, tong: Any, at: datetime, unchanged: Reading
) -> None:
    later = at + timedelta(days=3)
    assert postpone_arrival(announced, due_at=later, reason="rain", by=tong, at=at).due_at == later
    before = unchanged()
    deed = lambda: postpone_arrival(announced, due_at=at, reason="x", by=tong, at=at)  # noqa: E731
    assert refused(deed)[1].startswith(PAST)
    assert unchanged() == before


def test_cancel_arrival_takes_the_announcement_back(
    announced: Arrival, tong: Any, at: datetime
) -> None:
    gone = cancel_arrival(announced, reason="sold out", by=tong, at=at)
    assert (gone.state, gone.ended_at) == ("cancelled", at)
    for deed in (cancel_arrival, postpone_arrival):
        why = deed.why_not(gone, by=tong, at=at)
        assert why is not None and why.code == "illegal_move"
