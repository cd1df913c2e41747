"""Each step of a change: what it does, and every sentence with which it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zhanggui.ground.org.rules.changes import STEPS, BrokenStep, Step, take
from zhanggui.ground.org.rules.structure import Seat, Structure
from zhanggui.ground.org.tests.small import (
    BOSS,
    CITY,
    COURIER,
    PERSONNEL,
    refusal_of,
    said,
    seats_of,
    small,
)

SEAT_BOB = {"person": "bob", "post": "city", "unit": "field", "area": "east"}
NEW = {"zh": "新", "en": "New"}


def do(kind: str, data: dict[str, Any], structure: Structure | None = None) -> Structure:
    """Take one step."""
    return STEPS[kind](structure or small(), data)


# --- what they do ----------------------------------------------------------------------------
def test_appoint_seats_a_person() -> None:
    after = do(
        "appoint",
        {"person": "dan", "post": "city", "unit": "field", "area": "west", "kind": "acting"},
    )
    assert seats_of(after, "dan") == {Seat("dan", "city", "field", "west", "acting")}
    assert after.seats - small().seats == seats_of(after, "dan")


def test_transfer_moves_one_seat_and_keeps_the_rest() -> None:
    after = do("transfer", {**SEAT_BOB, "to_area": "west", "to_kind": "acting"})
    assert seats_of(after, "bob") == {Seat("bob", "city", "field", "west", "acting")}
    assert small().seats - after.seats == {CITY}


def test_transfer_of_the_main_post_may_stay_main() -> None:
    after = do("transfer", {**SEAT_BOB, "to_unit": "desk"})
    assert seats_of(after, "bob") == {Seat("bob", "city", "desk", "east", "main")}


def test_end_takes_one_seat_away() -> None:
    assert do("end", SEAT_BOB).seats == small().seats - {CITY}


def test_leave_takes_every_seat_away() -> None:
    assert do("leave", {"person": "ann"}).seats == small().seats - {BOSS, PERSONNEL}


def test_hand_over_leaves_the_structure_as_it_is() -> None:
    before = small()
    assert do("hand_over", {"person": "bob", "to": "cai"}, before) is before


def test_add_unit_stands_under_its_parent() -> None:
    after = do("add_unit", {"code": "new", "name": NEW, "parent": "field"})
    assert (after.units["new"].parent, str(after.units["new"].name)) == ("field", "New")


def test_move_unit_takes_its_units_along() -> None:
    nested = do("add_unit", {"code": "new", "name": NEW, "parent": "field"})
    after = do("move_unit", {"code": "field", "parent": "desk"}, nested)
    assert after.units_within("desk") == {"desk", "field", "new"}


def test_split_unit_closes_it_and_divides_people() -> None:
    nested = do("add_unit", {"code": "new", "name": NEW, "parent": "field"})
    after = do(
        "split_unit",
        {
            "code": "field",
            "parts": [
                {"code": "one", "name": NEW},
                {"code": "two", "name": NEW, "people": ["cai"]},
            ],
        },
        nested,
    )
    assert "field" not in after.units
    assert [after.units[c].parent for c in ("one", "two", "new")] == ["top", "top", "one"]
    assert seats_of(after, "bob") == {replace(CITY, unit="one")}
    assert seats_of(after, "cai") == {replace(COURIER, unit="two")}


def test_merge_units_takes_people_and_lower_units_along() -> None:
    nested = do("add_unit", {"code": "new", "name": NEW, "parent": "field"})
    after = do("merge_units", {"codes": ["field"], "into": "desk"}, nested)
    assert set(after.units) == {"top", "desk", "new"}
    assert after.units["new"].parent == "desk"
    assert seats_of(after, "bob", "cai") == {
        replace(CITY, unit="desk"),
        replace(COURIER, unit="desk"),
    }


def test_merge_units_joins_a_double_seat_to_the_stronger_kind() -> None:
    double = Seat("bob", "city", "desk", "east", "acting")
    after = do("merge_units", {"codes": ["field"], "into": "desk"}, small(BOSS, CITY, double))
    assert seats_of(after, "bob") == {Seat("bob", "city", "desk", "east", "main")}


def test_close_unit_takes_an_empty_one_away() -> None:
    assert set(do("close_unit", {"code": "desk"}).units) == {"top", "field"}


def test_add_area_stands_under_its_parent() -> None:
    after = do(
        "add_area",
        {"code": "n", "kind": "city", "name": NEW, "parent": "prov", "divisions": ["3503"]},
    )
    assert (after.areas["n"].parent, after.areas["n"].divisions) == ("prov", ("3503",))


def test_move_area_takes_its_areas_along() -> None:
    two = do("add_area", {"code": "p2", "kind": "province", "name": NEW, "parent": "land"})
    after = do("move_area", {"code": "east", "parent": "p2"}, two)
    assert after.area_path("east") == ("land", "p2", "east")


def test_close_area_takes_an_empty_one_away() -> None:
    assert set(do("close_area", {"code": "west"}).areas) == {"land", "prov", "east"}


def test_move_duty_between_posts() -> None:
    after = do("move_duty", {"duty": "C-1", "from_post": "city", "to_post": "boss"})
    assert (after.posts["city"].duties, after.posts["boss"].duties) == ((), ("B-1", "C-1"))


def test_add_post_with_its_duties() -> None:
    after = do("add_post", {"code": "clerk", "title": NEW, "duties": ["C-1", "C-2"]})
    assert after.posts["clerk"].duties == ("C-1", "C-2")


# --- what they refuse ------------------------------------------------------------------------
PARTS = [{"code": "one", "name": NEW}, {"code": "two", "name": NEW}]
LEAVE_OUT = "Leave the line out."
EARLIER_UNIT = "Add the unit in an earlier line of the same change, or choose another."
EARLIER_AREA = "Add the area in an earlier line of the same change, or choose another."
NO_TWICE = "Choose another code; codes are never used twice."
LEVELS = (
    "Provinces stand under the company, regions under provinces, cities under regions, "
    "districts under cities."
)

REFUSED: list[tuple[str, dict[str, Any], str, str, str]] = [
    (
        "appoint",
        {**SEAT_BOB, "person": "dan", "unit": "x"},
        "no_unit",
        "There is no unit “x” at that moment.",
        EARLIER_UNIT,
    ),
    (
        "appoint",
        {**SEAT_BOB, "person": "dan", "area": "x"},
        "no_area",
        "There is no area “x” at that moment.",
        EARLIER_AREA,
    ),
    (
        "appoint",
        {**SEAT_BOB, "person": "dan", "post": "x"},
        "no_post",
        "There is no post “x”.",
        "Choose one of the posts of the charter.",
    ),
    (
        "appoint",
        {**SEAT_BOB, "person": "dan", "kind": "sleeping"},
        "no_kind",
        "An appointment is main, concurrent or acting.",
        "",
    ),
    (
        "appoint",
        {**SEAT_BOB, "post": "member"},
        "everyones_post",
        "This post belongs to everyone and needs no appointment.",
        LEAVE_OUT,
    ),
    (
        "appoint",
        {**SEAT_BOB, "kind": "acting"},
        "overlap",
        "Bob already holds this post in this unit and area.",
        "End that appointment first, or leave this line out.",
    ),
    (
        "appoint",
        {**SEAT_BOB, "area": "west"},
        "second_main",
        "Bob already has a main post.",
        "Appoint as concurrent or acting, or transfer the main post.",
    ),
    (
        "transfer",
        {**SEAT_BOB, "area": "west", "to_area": "east"},
        "no_seat",
        "Bob does not hold this post there at that moment.",
        "Look at the person's page for the posts held now.",
    ),
    (
        "transfer",
        SEAT_BOB,
        "no_change",
        "This transfer leads to the same post, unit and area.",
        "Choose where Bob goes.",
    ),
    (
        "end",
        {**SEAT_BOB, "person": "dan"},
        "no_seat",
        "Dan does not hold this post there at that moment.",
        "Look at the person's page for the posts held now.",
    ),
    (
        "leave",
        {"person": "dan"},
        "no_seats",
        "Dan holds no post at that moment.",
        LEAVE_OUT,
    ),
    (
        "hand_over",
        {"person": "bob", "to": "bob"},
        "same_person",
        "Work is handed over to somebody else.",
        "Choose another.",
    ),
    (
        "hand_over",
        {"person": "bob", "to": "dan"},
        "no_seats",
        "Dan holds no post at that moment.",
        "Hand the work to someone who holds a post.",
    ),
    (
        "add_unit",
        {"code": "desk", "name": NEW, "parent": "top"},
        "code_taken",
        "The code “desk” is already in use.",
        NO_TWICE,
    ),
    (
        "add_unit",
        {"code": "n", "name": NEW, "parent": "x"},
        "no_unit",
        "There is no unit “x” at that moment.",
        EARLIER_UNIT,
    ),
    (
        "move_unit",
        {"code": "field", "parent": "field"},
        "own_parent",
        "A unit cannot be placed under itself or under a unit of its own.",
        "Choose a unit outside it.",
    ),
    (
        "move_unit",
        {"code": "top", "parent": "field"},
        "own_parent",
        "A unit cannot be placed under itself or under a unit of its own.",
        "Choose a unit outside it.",
    ),
    (
        "move_unit",
        {"code": "desk", "parent": "top"},
        "no_change",
        "The unit already stands there.",
        LEAVE_OUT,
    ),
    (
        "split_unit",
        {"code": "top", "parts": PARTS},
        "root_stays",
        "The company itself cannot be split.",
        "Split a unit of it.",
    ),
    (
        "split_unit",
        {"code": "field", "parts": PARTS[:1]},
        "one_part",
        "A split needs at least two parts.",
        "Add another part.",
    ),
    (
        "split_unit",
        {
            "code": "field",
            "parts": [{**PARTS[0], "people": ["bob"]}, {**PARTS[1], "people": ["bob"]}],
        },
        "twice_named",
        "Bob is named in two parts.",
        "Name each person once.",
    ),
    (
        "split_unit",
        {"code": "field", "parts": [PARTS[0], {**PARTS[1], "people": ["ann"]}]},
        "not_member",
        "Ann has no post in the unit that is split.",
        "Name people of that unit only.",
    ),
    (
        "merge_units",
        {"codes": ["desk"], "into": "desk"},
        "one_unit",
        "A merger needs another unit.",
        "Name the units to be merged.",
    ),
    (
        "merge_units",
        {"codes": ["top"], "into": "desk"},
        "own_parent",
        "A unit cannot be merged into one of its own units.",
        "Merge the lower unit into the upper one.",
    ),
    (
        "close_unit",
        {"code": "field"},
        "unit_in_use",
        "There are still people or units in “Field”.",
        "Transfer the people and move the units below first, or merge the unit.",
    ),
    (
        "add_area",
        {"code": "n", "kind": "city", "name": NEW, "parent": "prov", "divisions": ["3501"]},
        "division_taken",
        "“East” already covers that administrative division.",
        "Tie each division to one area.",
    ),
    (
        "add_area",
        {"code": "n", "kind": "district", "name": NEW, "parent": "prov"},
        "wrong_level",
        "An area of this kind cannot stand under that one.",
        LEVELS,
    ),
    (
        "move_area",
        {"code": "prov", "parent": "east"},
        "own_parent",
        "An area cannot be placed under itself or under an area of its own.",
        "Choose an area outside it.",
    ),
    (
        "move_area",
        {"code": "east", "parent": "west"},
        "wrong_level",
        "An area of this kind cannot stand under that one.",
        LEVELS,
    ),
    (
        "move_area",
        {"code": "east", "parent": "prov"},
        "no_change",
        "The area already stands there.",
        LEAVE_OUT,
    ),
    (
        "close_area",
        {"code": "east"},
        "area_in_use",
        "There are still people or areas in “East”.",
        "Transfer the people and move the areas below first.",
    ),
    (
        "move_duty",
        {"duty": "C-2", "from_post": "city", "to_post": "boss"},
        "not_its_duty",
        "That post does not have this duty.",
        "Look at the handbook page of the post.",
    ),
    (
        "move_duty",
        {"duty": "C-1", "from_post": "city", "to_post": "city"},
        "has_it",
        "That post already has this duty.",
        LEAVE_OUT,
    ),
    (
        "add_post",
        {"code": "clerk", "title": NEW, "duties": ["Z-9"]},
        "no_duty",
        "There is no duty “Z-9” in the charter.",
        "Choose duties of the charter.",
    ),
    (
        "add_post",
        {"code": "boss", "title": NEW, "duties": ["C-1"]},
        "code_taken",
        "The code “boss” is already in use.",
        NO_TWICE,
    ),
]


@pytest.mark.parametrize(
    ("kind", "data", "code", "sentence", "settles"),
    REFUSED,
    ids=[f"{kind}-{code}" for kind, _d, code, _s, _t in REFUSED],
)
def test_step_refuses_with_what_settles_it(
    kind: str, data: dict[str, Any], code: str, sentence: str, settles: str
) -> None:
    refusal = refusal_of(do, kind, data)
    assert said(refusal) == (code, sentence, settles)
    assert refusal.status == 422


def test_every_kind_of_step_refuses_something() -> None:
    assert {kind for kind, *_rest in REFUSED} | {"restore"} == set(STEPS)


# --- taking several --------------------------------------------------------------------------
def test_take_builds_upon_earlier_lines() -> None:
    after = take(
        small(),
        [
            Step("add_unit", {"code": "new", "name": NEW, "parent": "top"}),
            Step("transfer", {**SEAT_BOB, "to_unit": "new"}),
        ],
    )
    assert seats_of(after, "bob") == {replace(CITY, unit="new")}


def test_take_names_the_line_that_does_not_fit() -> None:
    steps = [Step("end", SEAT_BOB), Step("end", SEAT_BOB)]
    with pytest.raises(BrokenStep) as broken:
        take(small(), steps)
    assert broken.value.line == 2
    assert broken.value.code == "no_seat"
    assert broken.value.data == {"line": 2}


@pytest.mark.parametrize(
    "data", [{}, {"person": None}, {"person": ["bob"]}], ids=["empty", "none", "list"]
)
def test_take_a_line_that_lacks_a_value_is_a_sentence_not_a_crash(data: dict[str, Any]) -> None:
    with pytest.raises(BrokenStep) as broken:
        take(small(), [Step("leave", data)])
    assert broken.value.code in {"incomplete_line", "no_seats"}
