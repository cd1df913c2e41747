"""Which duty is covered where, and where one person would check himself."""

from __future__ import annotations

from zhanggui.ground.org.rules.coverage import HELD, NOBODY, SAME, Cover, cover, covers, uncovered
from zhanggui.ground.org.rules.structure import Seat, Structure
from zhanggui.ground.org.tests.small import BOSS, CITY, COURIER, PERSONNEL, small


def test_covers_each_duty_in_the_areas_of_its_level() -> None:
    found = [(c.duty, c.area, c.state) for c in covers(small())]
    assert found == [
        ("B-1", "land", HELD),
        ("H-PE-1", "land", HELD),
        ("C-1", "east", HELD),
        ("C-1", "west", NOBODY),
        ("C-2", "east", HELD),
        ("C-2", "west", NOBODY),
        ("G-1", "land", HELD),
    ]


def test_covers_looks_through_a_structure_once() -> None:
    structure = small()
    assert covers(structure) is covers(structure)


def test_cover_a_holder_above_counts() -> None:
    above = Seat("bob", "city", "field", "prov")
    structure = small(BOSS, above)
    assert cover(structure, structure.duties["C-1"], "west") == Cover("C-1", "west", HELD, (above,))


def test_cover_same_person_makes_and_checks() -> None:
    both = Seat("bob", "courier", "field", "east", "concurrent")
    structure = small(BOSS, PERSONNEL, CITY, both)
    assert cover(structure, structure.duties["C-1"], "east") == Cover(
        "C-1", "east", SAME, (CITY,), ("C-2",)
    )


def test_cover_a_second_checker_settles_it() -> None:
    both = Seat("bob", "courier", "field", "east", "concurrent")
    second = Seat("dan", "city", "field", "east", "acting")
    structure = small(BOSS, CITY, both, second)
    assert cover(structure, structure.duties["C-1"], "east").state == HELD


def test_cover_everyones_duty_is_held_while_there_is_anyone() -> None:
    structure = small()
    assert cover(structure, structure.duties["G-1"], "land") == Cover("G-1", "land", HELD, ())
    empty = Structure(
        areas=structure.areas, duties=structure.duties, posts=structure.posts, units={}
    )
    assert cover(empty, empty.duties["G-1"], "land").state == NOBODY


def test_uncovered_names_duty_and_area() -> None:
    assert uncovered(small()) == {("C-1", "west"), ("C-2", "west")}
    assert uncovered(small(BOSS, PERSONNEL, COURIER)) == {
        ("C-1", "east"),
        ("C-1", "west"),
        ("C-2", "west"),
    }
