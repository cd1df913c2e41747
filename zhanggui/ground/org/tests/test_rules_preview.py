"""What a change would open and close, and for whom."""

from __future__ import annotations

from typing import Any

from zhanggui.ground.org.rules.changes import Step, take
from zhanggui.ground.org.rules.difference import difference
from zhanggui.ground.org.rules.preview import (
    Shift,
    preview,
    why_not_beyond,
    why_not_lose_administrator,
)
from zhanggui.ground.org.rules.structure import Seat
from zhanggui.ground.org.tests.small import CITY, COURIER, said, small


def _after(*steps: tuple[str, dict[str, Any]]) -> Any:
    return take(small(), [Step(kind, data) for kind, data in steps])


def test_preview_of_nothing_is_empty() -> None:
    shown = preview(small(), small())
    assert (shown.shifts, shown.loses_last, shown.newly_covered, shown.checks_own) == (
        (),
        (),
        (),
        (),
    )


def test_preview_names_what_opens_and_closes_for_whom() -> None:
    after = _after(
        ("end", {"person": "bob", "post": "city", "unit": "field", "area": "east"}),
        ("appoint", {"person": "dan", "post": "city", "unit": "field", "area": "west"}),
    )
    shown = preview(small(), after)
    assert shown.shifts == (
        Shift("bob", (), (CITY,), (), (("C-1", "east"), ("G-1", "land")), leaves=True),
        Shift(
            "dan",
            (Seat("dan", "city", "field", "west"),),
            (),
            (("C-1", "west"), ("G-1", "land")),
            (),
            leaves=False,
        ),
    )
    assert shown.loses_last == (("C-1", "east"),)
    assert shown.newly_covered == (("C-1", "west"),)
    assert shown.checks_own == ()


def test_preview_a_new_area_comes_without_holders() -> None:
    after = _after(
        (
            "add_area",
            {
                "code": "north",
                "kind": "city",
                "name": {"zh": "北", "en": "North"},
                "parent": "prov",
            },
        )
    )
    assert preview(small(), after).loses_last == (("C-1", "north"), ("C-2", "north"))


def test_preview_shows_who_would_check_himself() -> None:
    after = _after(
        (
            "appoint",
            {
                "person": "bob",
                "post": "courier",
                "unit": "field",
                "area": "east",
                "kind": "concurrent",
            },
        ),
    )
    assert preview(small(), after).checks_own == (("C-1", "east"),)


def test_preview_a_moved_unit_changes_no_duty_but_shows_the_seat() -> None:
    after = _after(
        (
            "transfer",
            {
                "person": "cai",
                "post": "courier",
                "unit": "field",
                "area": "east",
                "to_unit": "desk",
            },
        ),
    )
    assert preview(small(), after).shifts == (
        Shift("cai", (Seat("cai", "courier", "desk", "east"),), (COURIER,), (), (), leaves=False),
    )


def test_why_not_lose_administrator_wants_one_who_can_sign_in() -> None:
    assert why_not_lose_administrator(small(), duty="H-PE-1", able=["bob", "ann"]) is None
    refusal = why_not_lose_administrator(small(), duty="H-PE-1", able=["bob"])
    assert refusal is not None
    assert said(refusal) == (
        "last_administrator",
        "Nobody would be left who may appoint people for the whole company.",
        "Appoint another person to personnel for the whole company in the same change.",
    )


def test_why_not_lose_administrator_a_province_is_not_enough() -> None:
    local = Seat("bob", "personnel", "field", "prov")
    assert why_not_lose_administrator(small(CITY, local), duty="H-PE-1", able=["bob"]) is not None


def _beyond(area: str, *steps: tuple[str, dict[str, Any]], handed: tuple[str, ...] = ()) -> Any:
    before, after = small(), _after(*steps)
    done = difference(before, after)
    return why_not_beyond(before, after, area=area, done=done, handed=handed)


END_BOB = ("end", {"person": "bob", "post": "city", "unit": "field", "area": "east"})


def test_why_not_beyond_the_whole_company_may_all() -> None:
    assert _beyond("land", END_BOB) is None


def test_why_not_beyond_stays_within_its_area() -> None:
    assert _beyond("east", END_BOB) is None
    refusal = _beyond("west", END_BOB)
    assert said(refusal) == (
        "beyond",
        "This change reaches beyond “West”.",
        "Ask the holder of personnel for the whole company to draft it.",
    )


def test_why_not_beyond_units_and_posts_belong_to_all() -> None:
    added = ("add_unit", {"code": "new", "name": {"zh": "新", "en": "New"}, "parent": "top"})
    assert _beyond("east", added).code == "beyond"


def test_why_not_beyond_work_of_people_elsewhere_stays_there() -> None:
    assert _beyond("east", handed=("bob", "cai")) is None
    assert _beyond("east", handed=("bob", "ann")).code == "beyond"
