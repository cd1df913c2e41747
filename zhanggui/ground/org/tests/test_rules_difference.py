"""The difference between two structures, and undoing it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from zhanggui.ground.org.rules.changes import Step, take
from zhanggui.ground.org.rules.difference import difference, undo
from zhanggui.ground.org.rules.structure import Seat, Structure
from zhanggui.ground.org.tests.small import CITY, refusal_of, said, small

STEPS: list[tuple[str, dict[str, Any]]] = [
    ("appoint", {"person": "dan", "post": "city", "unit": "field", "area": "west"}),
    (
        "transfer",
        {"person": "cai", "post": "courier", "unit": "field", "area": "east", "to_area": "west"},
    ),
    ("end", {"person": "bob", "post": "city", "unit": "field", "area": "east"}),
    ("leave", {"person": "cai"}),
    ("add_unit", {"code": "new", "name": {"zh": "新", "en": "New"}, "parent": "field"}),
    ("move_unit", {"code": "desk", "parent": "field"}),
    (
        "split_unit",
        {
            "code": "field",
            "parts": [
                {"code": "one", "name": {"zh": "一", "en": "One"}, "people": []},
                {"code": "two", "name": {"zh": "二", "en": "Two"}, "people": ["cai"]},
            ],
        },
    ),
    ("merge_units", {"codes": ["field"], "into": "desk"}),
    ("close_unit", {"code": "desk"}),
    (
        "add_area",
        {"code": "north", "kind": "city", "name": {"zh": "北", "en": "N"}, "parent": "prov"},
    ),
    ("close_area", {"code": "west"}),
    ("move_duty", {"duty": "C-1", "from_post": "city", "to_post": "boss"}),
    ("add_post", {"code": "clerk", "title": {"zh": "员", "en": "Clerk"}, "duties": ["C-1"]}),
]


def _same(one: Structure, other: Structure) -> bool:
    return (one.areas, one.units, one.posts, one.seats) == (
        other.areas,
        other.units,
        other.posts,
        other.seats,
    )


@pytest.mark.parametrize(("kind", "data"), STEPS, ids=[kind for kind, _data in STEPS])
def test_undo_brings_back_what_stood_before(kind: str, data: dict[str, Any]) -> None:
    before = small()
    after = take(before, [Step(kind, data)])
    assert not _same(before, after)
    kept = json.loads(json.dumps(difference(before, after)))
    assert _same(undo(after, kept), before)


def test_difference_of_nothing_is_empty() -> None:
    assert difference(small(), small()) == {
        "areas": {},
        "units": {},
        "posts": {},
        "seats_gone": [],
        "seats_new": [],
    }


def test_undo_refuses_when_a_node_moved_on() -> None:
    before = small()
    after = take(before, [Step("move_unit", {"code": "desk", "parent": "field"})])
    later = take(after, [Step("move_unit", {"code": "desk", "parent": "top"})])
    assert said(refusal_of(undo, later, difference(before, after))) == (
        "moved_on",
        "“desk” has changed again since then.",
        "Reverse the later change first, or draft the change you want by hand.",
    )


def test_undo_refuses_when_a_seat_moved_on_and_names_the_person() -> None:
    before = small()
    data = {"person": "dan", "post": "city", "unit": "field", "area": "west"}
    after = take(before, [Step("appoint", data)])
    later = take(after, [Step("end", data)])
    refusal = refusal_of(undo, later, difference(before, after))
    assert said(refusal)[:2] == ("moved_on", "“Dan” has changed again since then.")


def test_undo_refuses_a_second_main_post() -> None:
    before = small()
    end = {"person": "bob", "post": "city", "unit": "field", "area": "east"}
    after = take(before, [Step("end", end)])
    elsewhere = Seat("bob", "courier", "field", "west")
    later = replace(after, seats=after.seats | {elsewhere})
    assert refusal_of(undo, later, difference(before, after)).code == "moved_on"


def test_undo_refuses_to_pull_away_what_is_in_use() -> None:
    before = small()
    added = Step("add_unit", {"code": "new", "name": {"zh": "新", "en": "New"}, "parent": "top"})
    after = take(before, [added])
    moved = replace(CITY, unit="new")
    later = replace(after, seats=after.seats - {CITY} | {moved})
    assert said(refusal_of(undo, later, difference(before, after))) == (
        "in_use",
        "“Bob” has since been placed in something that would disappear.",
        "Move it elsewhere first.",
    )


def test_undo_refuses_to_pull_away_a_parent() -> None:
    before = small()
    added = Step("add_unit", {"code": "new", "name": {"zh": "新", "en": "New"}, "parent": "top"})
    after = take(before, [added])
    later = take(after, [Step("move_unit", {"code": "desk", "parent": "new"})])
    refusal = refusal_of(undo, later, difference(before, after))
    assert said(refusal)[:2] == (
        "in_use",
        "“Desk” has since been placed in something that would disappear.",
    )
