"""The shape of a company: who is where, under what, and what he may do."""

from __future__ import annotations

from django.utils.translation import override

from zhanggui.ground.org.rules.structure import Seat, Structure, Text
from zhanggui.ground.org.tests.small import BOSS, CITY, COURIER, PERSONNEL, small


def test_text_speaks_the_readers_language() -> None:
    name = Text("莆田", "Putian")
    assert str(name) == "Putian"
    with override("zh-hans"):
        assert str(name) == "莆田"


def test_root_area_contains_all_others() -> None:
    assert small().root_area == "land"
    assert Structure().root_area == ""


def test_areas_within_holds_itself_and_all_below() -> None:
    assert small().areas_within("prov") == {"prov", "east", "west"}
    assert small().areas_within("nowhere") == frozenset()


def test_units_within_holds_itself_and_all_below() -> None:
    assert small().units_within("top") == {"top", "field", "desk"}
    assert small().units_within("field") == {"field"}


def test_area_path_leads_from_the_root_down() -> None:
    assert small().area_path("east") == ("land", "prov", "east")
    assert small().area_path("nowhere") == ()


def test_areas_in_order_put_children_after_their_parent() -> None:
    assert [(a.code, d) for a, d in small().areas_in_order()] == [
        ("land", 0),
        ("prov", 1),
        ("east", 2),
        ("west", 2),
    ]


def test_units_in_order_put_children_after_their_parent() -> None:
    assert [(u.code, d) for u, d in small().units_in_order()] == [
        ("top", 0),
        ("field", 1),
        ("desk", 1),
    ]


def test_seats_by_person_put_the_main_post_first() -> None:
    assert small().seats_by_person["ann"] == (BOSS, PERSONNEL)


def test_seats_of_adds_the_posts_of_everyone() -> None:
    shared = Seat("bob", "member", "field", "land")
    assert small().seats_of("bob") == (CITY, shared)
    assert small().seats_of("dan") == ()


def test_grants_of_join_all_posts() -> None:
    assert [(g.duty, g.seat.area) for g in small().grants_of("ann")] == [
        ("B-1", "land"),
        ("H-PE-1", "land"),
        ("G-1", "land"),
    ]


def test_holders_nearest_first_and_from_above() -> None:
    above = Seat("dan", "courier", "top", "prov", "acting")
    structure = small(BOSS, COURIER, above)
    assert structure.holders("C-2", "east") == (COURIER, above)
    assert structure.holders("C-2", "west") == (above,)
    assert structure.holders("C-1", "east") == ()
    assert structure.holders("no-such", "east") == ()


def test_holders_main_before_acting_at_the_same_place() -> None:
    acting = Seat("ann", "courier", "field", "east", "acting")
    assert small(acting, COURIER).holders("C-2", "east") == (COURIER, acting)


def test_posts_with_a_duty() -> None:
    assert [post.code for post in small().posts_with("C-1")] == ["city"]
    assert small().posts_with("no-such") == ()


def test_is_everyones() -> None:
    assert small().is_everyones("G-1")
    assert not small().is_everyones("B-1")


def test_who_names_people_and_falls_back_to_the_user_name() -> None:
    assert small().who("ann") == "Ann"
    assert small().who("stranger") == "stranger"
