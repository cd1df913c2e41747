"""How goods may move, from values alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.stock import rules
from zhanggui.books.stock.rules import (
    AT_ONE_PLACE,
    MOVES,
    OURS,
    OUTSIDE,
    PROMISES,
    QUANTITY_MAX,
    WAYS,
    ArrivalState,
    Change,
    Held,
    Line,
    Moved,
    MovementKind,
    PlaceKind,
    Spot,
)
from zhanggui.ground.kernel.refusal import Refusal

K, P = MovementKind, PlaceKind


@dataclass
class Shelf:
    """A level without a table."""

    on_hand: int = 0
    reserved: int = 0
    safety: int = 0


def said(refusal: Refusal | None) -> str | None:
    return None if refusal is None else f"{refusal.code}/{refusal.status}"


@pytest.mark.parametrize(
    ("shelf", "free"),
    [(Shelf(10, 3, 2), 5), (Shelf(10, 8, 2), 0), (Shelf(10, 9, 2), -1), (Shelf(), 0)],
)
def test_sellable_is_on_hand_less_reserved_less_safety(shelf: Shelf, free: int) -> None:
    assert rules.sellable(shelf) == free
    assert rules.is_short(shelf) == (free <= 0)


def test_places_are_ours_or_outside_and_every_movement_has_a_way() -> None:
    assert set(OURS) | set(OUTSIDE) == set(PlaceKind)
    assert not set(OURS) & set(OUTSIDE)
    assert set(WAYS) == set(MovementKind)
    assert all(ways for ways in WAYS.values())
    for kind in AT_ONE_PLACE:
        assert all(source == target for source, target in WAYS[kind])


def test_moves_of_an_arrival() -> None:
    states = {verb: (set(origins), to) for verb, (origins, to) in MOVES.verbs.items()}
    expected = ArrivalState.EXPECTED
    assert states == {
        "take_in_arrival": ({expected}, ArrivalState.ARRIVED),
        "postpone_arrival": ({expected}, expected),
        "cancel_arrival": ({expected}, ArrivalState.CANCELLED),
    }


@pytest.mark.parametrize(
    ("kind", "source", "needed"),
    [
        (K.RESERVED, P.DEPOT, True),
        (K.RELEASED, P.DEPOT, True),
        (K.PICKED, P.DEPOT, True),
        (K.LOADED, P.PACKED, True),
        (K.DELIVERED, P.BAG, True),
        (K.RETURNED, P.CUSTOMER, True),
        (K.LOST, P.BAG, True),
        (K.LOST, P.DEPOT, False),
        (K.RECEIVED, P.SUPPLIER, False),
        (K.COUNTED, P.DEPOT, False),
        (K.MOVED, P.DEPOT, False),
    ],
)
def test_needs_reference_says_what_was_set_aside(
    kind: MovementKind, source: str, needed: bool
) -> None:
    assert rules.needs_reference(kind, source) is needed


@pytest.mark.parametrize(
    ("kind", "ends", "changes"),
    [
        (K.RECEIVED, (9, 1), {Spot(7, 1): Change(3, 0)}),
        (K.RESERVED, (1, 1), {Spot(7, 1): Change(0, 3)}),
        (K.RELEASED, (1, 1), {Spot(7, 1): Change(0, -3)}),
        (K.PICKED, (1, 2), {Spot(7, 1): Change(-3, -3), Spot(7, 2): Change(3, 0)}),
        (K.LOADED, (2, 3), {Spot(7, 2): Change(-3, 0), Spot(7, 3): Change(3, 0)}),
        (K.DELIVERED, (3, 9), {Spot(7, 3): Change(-3, 0)}),
        (K.RETURNED, (9, 1), {Spot(7, 1): Change(3, 0)}),
        (K.MOVED, (1, 4), {Spot(7, 1): Change(-3, 0), Spot(7, 4): Change(3, 0)}),
    ],
)
def test_changes_of_each_movement(
    kind: MovementKind, ends: tuple[int, int], changes: dict[Spot, Change]
) -> None:
    ours = frozenset({1, 2, 3, 4})
    made = rules.changes(kind, [Line(7, 3)], source=ends[0], target=ends[1], ours=ours)
    assert made == changes


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=30))
def test_changes_conserve_goods_and_come_in_locking_order(rows: list[tuple[int, int]]) -> None:
    lines = [Line(sku, quantity, f"A-{n}") for n, (sku, quantity) in enumerate(rows)]
    made = rules.changes(K.LOADED, lines, source=2, target=1, ours=frozenset({1, 2}))
    assert list(made) == sorted(made)
    assert sum(change.on_hand for change in made.values()) == 0
    assert sum(c.on_hand for spot, c in made.items() if spot.place == 1) == sum(q for _, q in rows)


def test_held_follows_goods_under_their_number() -> None:
    rows = [
        Moved(K.RESERVED, "A", 7, 1, 1, 5),
        Moved(K.RELEASED, "A", 7, 1, 1, 1),
        Moved(K.PICKED, "A", 7, 1, 2, 3),
        Moved(K.LOADED, "A", 7, 2, 3, 3),
        Moved(K.DELIVERED, "A", 7, 3, 9, 2),
        Moved(K.RETURNED, "A", 7, 9, 1, 1),
    ]
    found = {key: count for key, count in rules.held(rows).items() if count}
    assert found == {
        Held("A", 7, 1, True): 1,
        Held("A", 7, 3, False): 1,
        Held("A", 7, 9, False): 1,
    }


def test_promises_name_what_each_piece_adds() -> None:
    assert dict(PROMISES) == {K.RESERVED: 1, K.RELEASED: -1, K.PICKED: -1}


@pytest.mark.parametrize(
    ("quantity", "answer"),
    [
        (1, None),
        (QUANTITY_MAX, None),
        (0, "not_positive/422"),
        (-1, "not_positive/422"),
        (QUANTITY_MAX + 1, "too_many_pieces/422"),
    ],
)
def test_why_not_quantity(quantity: int, answer: str | None) -> None:
    assert said(rules.why_not_quantity(quantity)) == answer
    assert said(rules.why_not_lines(lines=[Line(1, 1), Line(1, quantity)])) == answer


def test_why_not_lines_waits_until_they_are_known() -> None:
    assert rules.why_not_lines() is None
    assert said(rules.why_not_lines(lines=[])) == "no_lines/422"
    assert said(rules.why_not_lines(lines=[Line(1, 1)] * 501)) == "too_many_lines/422"


@pytest.mark.parametrize(("kind", "source", "target"), list(product(K, P, P)))
def test_why_not_way_lets_through_the_known_ways_alone(
    kind: MovementKind, source: PlaceKind, target: PlaceKind
) -> None:
    same = kind in AT_ONE_PLACE
    ends = {"source": source, "target": target}
    answer = said(rules.why_not_way(kind, **ends, same=same, references=["A"]))
    assert answer == (None if (source, target) in WAYS[kind] else "no_such_way/422")
    other = said(rules.why_not_way(kind, **ends, same=not same, references=["A"]))
    assert other == "no_such_way/422"
    if (source, target) in WAYS[kind]:
        none = said(rules.why_not_way(kind, **ends, same=same, references=["A", ""]))
        assert none == ("no_reference/422" if rules.needs_reference(kind, source) else None)
        long = said(rules.why_not_way(kind, **ends, same=same, references=["x" * 41]))
        assert long == "long_reference/422"


@pytest.mark.parametrize(
    ("code", "taken", "answer"),
    [
        ("PT", False, None),
        ("PT-2.a_b", False, None),
        ("PT", True, "code_taken/409"),
        ("", False, "bad_code/422"),
        ("PT:packed", False, "bad_code/422"),
        ("PT\n", False, "bad_code/422"),
        ("莆田", False, "bad_code/422"),
        ("P" * 41, False, "bad_code/422"),
    ],
)
def test_why_not_code(code: str, taken: bool, answer: str | None) -> None:
    assert said(rules.why_not_code(code, taken=taken)) == answer


@pytest.mark.parametrize(
    ("counted", "answer"),
    [
        (None, None),
        (3, None),
        (QUANTITY_MAX, None),
        (2, "promised/409"),
        (-1, "bad_count/422"),
        (QUANTITY_MAX + 1, "bad_count/422"),
    ],
)
def test_why_not_count(counted: int | None, answer: str | None) -> None:
    assert said(rules.why_not_count(Shelf(10, 3), counted=counted)) == answer


@pytest.mark.parametrize(
    ("safety", "answer"),
    [(None, None), (0, None), (10_000, None), (-1, "bad_safety/422"), (10_001, "bad_safety/422")],
)
def test_why_not_safety(safety: int | None, answer: str | None) -> None:
    assert said(rules.why_not_safety(None, safety=safety)) == answer


def test_why_not_due_wants_a_time_to_come(at: datetime) -> None:
    assert rules.why_not_due(None, at=at) is None
    assert rules.why_not_due(at + timedelta(seconds=1), at=at) is None
    assert said(rules.why_not_due(at, at=at)) == "due_past/422"


def test_too_few_never_speaks_of_less_than_none() -> None:
    no = rules.too_few(goods="Tea", place="Depot", left=-3, wanted=2, kind="reserved")
    assert no.data == {"left": 0, "wanted": 2, "kind": "reserved"}
    assert str(no).startswith("Of “Tea” 0 pieces are free in “Depot”, not 2.")
