"""Change, denominations, floats, and what speaks against a hand-in: pure rules of the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.rules import NOTES_FEN, PIECES_MAX, Decision, RemittanceState

FEN = st.integers(0, 1_000_000)


def said(refusal: Refusal | None) -> tuple[str, str] | None:
    """Return the code and the sentences of a refusal."""
    return None if refusal is None else (refusal.code, str(refusal))


@dataclass
class HandIn:
    """A hand-in as the rules see it."""

    state: str = RemittanceState.DECLARED
    courier_id: int = 1
    counted_by_id: int | None = None
    acknowledged_at: datetime | None = None
    difference_fen: int = 0


# --- notes and coins ---------------------------------------------------------------------------


@given(FEN)
def test_notes_for_makes_up_every_amount_exactly(fen: int) -> None:
    notes = rules.notes_for(fen)
    assert rules.total_of({str(note): pieces for note, pieces in notes.items()}) == fen
    assert all(pieces > 0 for pieces in notes.values())


@given(st.integers(0, 1_500))
def test_notes_for_takes_as_few_as_possible(fen: int) -> None:
    fewest = [0] + [10**9] * fen
    for amount in range(1, fen + 1):
        fewest[amount] = 1 + min(fewest[amount - note] for note in NOTES_FEN if note <= amount)
    assert sum(rules.notes_for(fen).values()) == fewest[fen]


@given(st.dictionaries(st.sampled_from(NOTES_FEN), st.integers(0, PIECES_MAX)))
def test_plain_notes_keeps_the_worth_and_drops_what_is_none(notes: dict[int, int]) -> None:
    plain = rules.plain_notes(notes)
    assert rules.total_of(plain) == sum(fen * pieces for fen, pieces in notes.items())
    assert list(plain) == sorted(plain, key=int, reverse=True)
    assert 0 not in plain.values()
    assert rules.plain_notes(plain) == plain


@pytest.mark.parametrize(
    ("notes", "answer"),
    [
        (None, None),
        ({}, None),
        ({"10000": 3, "10": 1}, None),
        ({"5000": PIECES_MAX}, None),
        (
            {"20000": 1},
            (
                "no_such_note",
                "There is no note or coin of 20000 fen. Count by the denominations in circulation.",
            ),
        ),
        (
            {"ten": 1},
            (
                "no_such_note",
                "There is no note or coin of ten fen. Count by the denominations in circulation.",
            ),
        ),
        (
            {"100": -1},
            (
                "bad_pieces",
                "Of one denomination there are from 0 to 2000 pieces. Check the number of digits.",
            ),
        ),
        (
            {"100": PIECES_MAX + 1},
            (
                "bad_pieces",
                "Of one denomination there are from 0 to 2000 pieces. Check the number of digits.",
            ),
        ),
    ],
)
def test_why_not_notes_names_what_nobody_can_have_counted(notes: Any, answer: Any) -> None:
    assert said(rules.why_not_notes(notes)) == answer


# --- at the door -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "tendered", "change"),
    [(8_750, 8_750, 0), (8_750, 10_000, 1_250), (8_750, 9_000, 250), (1, 100, 99)],
)
def test_change_for_is_what_goes_back(due: int, tendered: int, change: int) -> None:
    assert rules.change_for(due, tendered) == change


def test_change_for_refuses_what_is_too_little() -> None:
    with pytest.raises(Refusal) as no:
        rules.change_for(8_750, 8_700)
    assert said(no.value) == (
        "too_little",
        "87.50 yuan are due, and 87.00 were given. Take the whole sum, or hand over fewer goods.",
    )
    assert no.value.status == 422


@pytest.mark.parametrize(
    ("due", "sums"),
    [
        (8_750, [8_750, 9_000, 10_000]),
        (8_000, [8_000, 10_000]),
        (3_210, [3_210, 3_500, 4_000, 5_000]),
        (10_000, [10_000]),
        (490, [490, 500, 1_000, 2_000]),
        (12_340, [12_340, 12_500, 13_000, 14_000]),
    ],
)
def test_suggest_tenders_makes_up_to_round_sums(due: int, sums: list[int]) -> None:
    assert rules.suggest_tenders(due) == sums


@given(st.integers(1, 200_000))
def test_suggest_tenders_always_pays_and_begins_with_the_exact_sum(due: int) -> None:
    sums = rules.suggest_tenders(due)
    assert sums[0] == due
    assert sums == sorted(set(sums))
    assert len(sums) <= rules.TENDERS_SHOWN


@pytest.mark.parametrize(
    ("tendered", "change", "answer"),
    [
        (10_000, 1_250, None),
        (8_750, 0, None),
        (
            10_000,
            1_000,
            (
                "wrong_change",
                (
                    "100.00 yuan given and 10.00 given back do not make 87.50 due. "
                    "Give back 12.50 yuan."
                ),
            ),
        ),
        (
            8_750,
            50,
            (
                "wrong_change",
                (
                    "87.50 yuan given and 0.50 given back do not make 87.50 due. "
                    "Nothing is to be given back."
                ),
            ),
        ),
        (
            5_000,
            0,
            (
                "too_little",
                (
                    "87.50 yuan are due, and 50.00 were given. "
                    "Take the whole sum, or hand over fewer goods."
                ),
            ),
        ),
        (
            20_000_000,
            19_991_250,
            (
                "much_tendered",
                (
                    "200,000.00 yuan are more than anybody gives at a door. "
                    "Check the number of digits."
                ),
            ),
        ),
    ],
)
def test_why_not_take_adds_up_to_the_fen(tendered: int, change: int, answer: Any) -> None:
    refusal = rules.why_not_take(8_750, tendered_fen=tendered, change_fen=change)
    assert said(refusal) == answer


@pytest.mark.parametrize("pair", [(0, 0), (500, 500), (500, 600), (500, -1)])
def test_why_not_late_wants_money_that_was_taken(pair: tuple[int, int]) -> None:
    refusal = rules.why_not_late(tendered_fen=pair[0], change_fen=pair[1])
    assert said(refusal) == (
        "no_money",
        "No money was taken here. Type what the customer gave, and what he got back.",
    )
    assert rules.why_not_late(tendered_fen=8_750, change_fen=0) is None


# --- floats ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dues", "notes"),
    [
        ([], {}),
        ([10_000], {}),
        ([8_750], {1_000: 1, 100: 1, 50: 1}),
        ([8_750, 8_750], {1_000: 1, 100: 2, 50: 1}),
        ([5_000, 5_000], {2_000: 2, 1_000: 1}),
    ],
)
def test_suggest_float_is_small_notes_for_half_the_doors(
    dues: list[int], notes: dict[int, int]
) -> None:
    assert rules.suggest_float(dues) == notes


@given(st.lists(st.integers(1, 60_000), max_size=60))
def test_suggest_float_needs_no_large_notes(dues: list[int]) -> None:
    assert all(note <= 2_000 for note in rules.suggest_float(dues))


@pytest.mark.parametrize(
    ("notes", "how", "answer"),
    [
        ({"500": 4}, {}, None),
        (None, {}, None),
        (
            {"500": 4},
            {"own": True},
            (
                "own_float",
                (
                    "Nobody gives out money to himself. "
                    "Somebody else who holds this duty gives it out."
                ),
            ),
        ),
        (
            {"500": 4},
            {"courier": False},
            (
                "no_courier",
                "This person takes no money at doors. Choose a courier who is appointed now.",
            ),
        ),
        (
            {"500": 0},
            {},
            (
                "no_notes",
                "No notes and no coins are no money. Type how many there are of each.",
            ),
        ),
        (
            {"10000": 5},
            {"open_fen": 100},
            (
                "much_float",
                "With this the float would be 501.00 yuan; 500.00 are enough. Give out less.",
            ),
        ),
        ({"10000": 5}, {}, None),
    ],
)
def test_why_not_float_says_what_is_wrong(notes: Any, how: dict[str, Any], answer: Any) -> None:
    values = {"own": False, "courier": True, "open_fen": 0, **how}
    assert said(rules.why_not_float(notes, **values)) == answer


# --- hand-ins ----------------------------------------------------------------------------------


def test_why_not_declare_says_what_is_wrong() -> None:
    fine: dict[str, Any] = {"carried_fen": 500, "open_number": "", "notes": {"500": 1}}
    assert rules.why_not_declare(**fine) is None
    assert said(rules.why_not_declare(**fine | {"open_number": "H1123-4"})) == (
        "hand_in_open",
        (
            "Your hand-in H1123-4 has not been counted yet. "
            "Hand the rest in as soon as finance has counted it."
        ),
    )
    assert said(rules.why_not_declare(**fine | {"carried_fen": 0})) == (
        "nothing_carried",
        "By the books you carry no money. Tell the city manager if you do have some.",
    )
    assert said(rules.why_not_declare(**fine | {"notes": {"3": 1}})) is not None


def test_why_not_count_keeps_one_from_counting_his_own_or_twice() -> None:
    assert rules.why_not_count(HandIn(), person_id=2, notes={"100": 1}) is None
    assert said(rules.why_not_count(HandIn(), person_id=1, notes=None)) == (
        "own_hand_in",
        "Nobody counts what he handed in himself. Somebody else who holds this duty counts it.",
    )
    counted = HandIn(state=RemittanceState.SETTLED)
    assert said(rules.why_not_count(counted, person_id=2, notes=None)) == (
        "illegal_move",
        (
            "This cannot be done while the state is “Counted and equal”. "
            "Look at the record again: someone may have moved it on meanwhile."
        ),
    )


DIFFERENT = {"state": RemittanceState.DIFFERENT, "counted_by_id": 2}


@pytest.mark.parametrize(
    ("difference", "decision", "code"),
    [
        (-50, "charge", None),
        (-50, "waive", None),
        (-50, "keep", "no_such_decision"),
        (50, "keep", None),
        (50, "charge", "no_such_decision"),
        (50, "waive", "no_such_decision"),
        (50, None, None),
    ],
)
def test_why_not_resolve_fits_the_decision_to_the_difference(
    difference: int, decision: str | None, code: str | None
) -> None:
    remittance = HandIn(difference_fen=difference, **DIFFERENT)  # type: ignore[arg-type]
    refusal = rules.why_not_resolve(remittance, person_id=3, decision=decision)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("person", [1, 2])
def test_why_not_resolve_wants_a_third_person(person: int) -> None:
    remittance = HandIn(difference_fen=-50, **DIFFERENT)  # type: ignore[arg-type]
    assert said(rules.why_not_resolve(remittance, person_id=person, decision="waive")) == (
        "own_difference",
        (
            "Nobody decides on a difference of money he handed in or counted himself. "
            "Somebody else who holds this duty decides."
        ),
    )


def test_decisions_for_let_somebody_bear_a_shortage_and_keep_a_surplus() -> None:
    assert rules.decisions_for(-1) == (Decision.CHARGE, Decision.WAIVE)
    assert rules.decisions_for(1) == (Decision.KEEP,)


def test_why_not_acknowledge_wants_a_decision_and_once() -> None:
    decided = HandIn(state=RemittanceState.RESOLVED)
    assert rules.why_not_acknowledge(decided) is None
    assert said(rules.why_not_acknowledge(HandIn())) == (
        "not_decided",
        "Nothing has been decided about this hand-in. Wait until the city manager has decided.",
    )
    decided.acknowledged_at = NOON
    assert said(rules.why_not_acknowledge(decided)) == (
        "acknowledged",
        "You have taken note of this already. Nothing more is to be done here.",
    )


# --- late money and leaving --------------------------------------------------------------------


def test_why_not_clear_wants_late_money_of_somebody_else() -> None:
    fine: dict[str, Any] = {"late": True, "cleared": False, "own": False, "how": "order"}
    ways = {"order": rules.cannot_pay_order(), "customer": None}
    assert said(rules.why_not_clear(**fine, why_not=ways)) == (
        "order_waits_for_none",
        (
            "The order does not wait for exactly this money. "
            "Give it back to the customer, or plan the order once more first."
        ),
    )
    assert rules.why_not_clear(**fine | {"how": "customer"}, why_not=ways) is None
    assert rules.why_not_clear(**fine | {"how": None}, why_not=ways) is None
    for wrong, code in (
        ({"late": False}, "nothing_to_clear"),
        ({"cleared": True}, "nothing_to_clear"),
        ({"own": True}, "own_money"),
    ):
        refusal = rules.why_not_clear(**fine | wrong, why_not=ways)
        assert refusal is not None and refusal.code == code


@pytest.mark.parametrize(
    ("back", "carried", "answer"),
    [
        (None, 0, None),
        (timedelta(hours=3), 50_000, None),
        (timedelta(hours=3), rules.CASH_LIMIT_FEN, None),
        (
            timedelta(hours=3),
            rules.CASH_LIMIT_FEN + 1,
            (
                "The courier carries 5,000.01 yuan; with more than 5,000.00 nobody sets out. "
                "He hands in what he carries, then he can leave."
            ),
        ),
        (
            timedelta(hours=13),
            100,
            (
                "Money from an earlier day is still with the courier. "
                "He hands in what he carries, then he can leave."
            ),
        ),
    ],
)
def test_why_not_leave_wants_yesterdays_money_in(
    back: timedelta | None, carried: int, answer: str | None
) -> None:
    oldest = NOON - back if back else None
    refusal = rules.why_not_leave(oldest_at=oldest, carried_fen=carried, at=NOON)
    assert (str(refusal) if refusal else None) == answer


def test_age_tone_stops_at_money_of_an_earlier_day() -> None:
    assert rules.age_tone(None, at=NOON) == "rest"
    assert rules.age_tone(NOON - timedelta(hours=11), at=NOON) == "go"
    assert rules.age_tone(NOON - timedelta(hours=13), at=NOON) == "stop"
