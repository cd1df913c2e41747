"""The lines of a change told in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from zhanggui.ground.org.rules.changes import STEPS, Step
from zhanggui.ground.org.rules.telling import (
    AREA_WORDS,
    LINE_WORDS,
    SEAT_WORDS,
    Names,
    group_of,
    tell_line,
)
from zhanggui.ground.org.tests.small import small

SEAT = {"person": "bob", "post": "city", "unit": "field", "area": "east"}
NEW = {"zh": "新", "en": "New"}

TOLD: list[tuple[str, dict[str, Any], str]] = [
    ("appoint", {**SEAT, "kind": "acting"}, "Bob: City · Field · East (acting)"),
    (
        "appoint",
        {**SEAT, "until": "2026-12-31T00:00:00+08:00"},
        "Bob: City · Field · East (main), until 2026-12-31",
    ),
    (
        "transfer",
        {**SEAT, "to_area": "west"},
        "Bob: from City · Field · East to City · Field · West",
    ),
    (
        "transfer",
        {**SEAT, "to_kind": "concurrent"},
        "Bob: from City · Field · East to City · Field · East (concurrent)",
    ),
    ("end", SEAT, "Bob: City · Field · East"),
    ("leave", {"person": "bob"}, "Bob"),
    ("hand_over", {"person": "bob", "to": "cai"}, "open work of Bob to Cai"),
    ("add_unit", {"code": "n", "name": NEW, "parent": "top"}, "New under Top"),
    ("move_unit", {"code": "desk", "parent": "field"}, "Desk under Field"),
    (
        "split_unit",
        {"code": "field", "parts": [{"name": NEW}, {"name": NEW, "people": ["cai", "bob"]}]},
        "Field into New, New (Cai, Bob)",
    ),
    ("merge_units", {"codes": ["field"], "into": "desk"}, "Field into Desk"),
    ("close_unit", {"code": "desk"}, "Desk"),
    ("add_area", {"code": "n", "name": NEW, "parent": "prov"}, "New under Prov"),
    ("move_area", {"code": "east", "parent": "prov"}, "East under Prov"),
    ("close_area", {"code": "west"}, "West"),
    ("add_post", {"title": NEW, "duties": ["C-1"]}, "New with Duty C-1 C-1"),
    (
        "move_duty",
        {"duty": "C-1", "from_post": "city", "to_post": "boss"},
        "Duty C-1 C-1 from City to Boss",
    ),
    ("restore", {"difference": {}}, "everything as it was before the change"),
]


@pytest.mark.parametrize(("kind", "data", "words"), TOLD, ids=[kind for kind, _d, _w in TOLD])
def test_tell_line_in_words(kind: str, data: dict[str, Any], words: str) -> None:
    assert tell_line(Step(kind, data), before=small(), after=small()) == words


def test_every_kind_of_line_is_told_and_has_a_name() -> None:
    assert {kind for kind, _d, _w in TOLD} == set(STEPS) == set(LINE_WORDS)


def test_tell_line_a_broken_line_can_still_be_read() -> None:
    step = Step("appoint", {"person": "bob"})
    assert tell_line(step, before=small(), after=small()) == "person: bob"


def test_tell_line_codes_nobody_knows_stand_for_themselves() -> None:
    step = Step("move_unit", {"code": "gone", "parent": "nowhere"})
    assert tell_line(step, before=small(), after=small()) == "gone under nowhere"


def test_tell_line_in_chinese() -> None:
    with override("zh-hans"):
        told = tell_line(Step("appoint", SEAT), before=small(), after=small())
    assert told == "博：city · field · east（主）"


def test_names_know_what_stands_on_either_side() -> None:
    before = small()
    after = STEPS["add_unit"](before, {"code": "n", "name": NEW, "parent": "top"})
    names = Names(before, after)
    assert (names.unit("n"), names.unit("desk"), names.area("x")) == ("New", "Desk", "x")


def test_group_of_is_the_chapter_of_the_charter() -> None:
    assert [group_of(d) for d in ("S-PM-1", "G-1", "H-PE-1", "Z-1", "")] == ["S", "G", "H", "", ""]


def test_words_for_every_kind_of_seat_and_area() -> None:
    assert [str(word) for word in SEAT_WORDS.values()] == ["main", "concurrent", "acting"]
    assert list(AREA_WORDS) == ["company", "province", "region", "city", "district"]
