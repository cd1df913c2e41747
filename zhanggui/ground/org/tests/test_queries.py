"""Reading the organisation: any moment, any scope, a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org import queries
from zhanggui.ground.org.actions.assignments import give_assignment, report_assignment
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    revise_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.models import ChangeSet, Person
from zhanggui.ground.org.rules.structure import Seat

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def change(actor: Any, at: datetime, *lines: tuple[str, dict[str, Any]]) -> ChangeSet:
    """Apply a change at a moment."""
    made = draft_change_set("minli", title="x", effective_at=at, by=actor, at=at)
    for kind, data in lines:
        made = add_change_line(made, kind=kind, data=data, by=actor, at=at)
    made = revise_change_set(
        made, title="x", reason="", effective_at=at, gaps_accepted=True, by=actor, at=at
    )
    return schedule_change_set(made, by=actor, at=at)


# --- the structure at any moment -------------------------------------------------------------
def test_structure_at_knows_nothing_before_the_founding(db: None, at: datetime) -> None:
    empty = queries.structure_at(at - timedelta(days=365))
    assert (dict(empty.areas), dict(empty.units), empty.seats) == ({}, {}, frozenset())


def test_structure_at_shows_the_company_as_it_stood(
    actor: Callable[..., Any], at: datetime
) -> None:
    change(actor("fang"), at, ("move_area", {"code": "xiamen", "parent": "mindong"}))
    assert queries.structure_at(at - HOUR).areas["xiamen"].parent == "minnan"
    assert queries.structure_at(at).areas["xiamen"].parent == "mindong"


def test_present_is_one_statement_while_nothing_changes(
    db: None, at: datetime, django_assert_num_queries: Any
) -> None:
    first = queries.present(at)
    with django_assert_num_queries(1):
        assert queries.present(at + HOUR) is first


def test_present_is_read_again_after_a_change(actor: Callable[..., Any], at: datetime) -> None:
    first = queries.present(at)
    change(actor("fang"), at, ("move_area", {"code": "xiamen", "parent": "mindong"}))
    assert queries.present(at) is not first
    assert queries.present(at).structure.areas["xiamen"].parent == "mindong"


# --- the past --------------------------------------------------------------------------------
def test_holders_between_gives_each_his_interval(
    actor: Callable[..., Any], at: datetime, django_assert_num_queries: Any
) -> None:
    seat = {"person": "hu", "post": "city_manager", "unit": "team_putian", "area": "putian"}
    change(actor("fang"), at, ("end", seat))
    later = at + DAY
    new = {**seat, "person": "cai", "kind": "acting"}
    change(actor("fang", at=later), later, ("appoint", new))
    with django_assert_num_queries(3):
        found = queries.holders_between(
            "S-CM-1", area="putian", start=at - 10 * DAY, end=at + 10 * DAY
        )
    assert [row.person.user for row, _s, _u in found] == ["hu", "cai"]
    assert [until for _row, _since, until in found] == [at, None]
    assert found[1][1] == later
    gap = queries.holders_between("S-CM-1", area="putian", start=at + HOUR, end=later)
    assert gap == []


def test_holders_between_counts_those_above_while_they_stood_above(
    actor: Callable[..., Any], at: datetime
) -> None:
    start, end = at - DAY, at + DAY
    before = queries.holders_between("S-RM-1", area="xiamen", start=start, end=end)
    assert [row.area_id for row, _s, _u in before] == ["minnan"]
    change(actor("fang"), at, ("move_area", {"code": "xiamen", "parent": "minzhong"}))
    found = queries.holders_between("S-RM-1", area="xiamen", start=start, end=end)
    assert [(row.area_id, since == at, until == at) for row, since, until in found] == [
        ("minnan", False, True),
        ("minzhong", True, False),
    ]


def test_holders_between_follows_a_duty_that_moved_to_another_post(
    actor: Callable[..., Any], at: datetime
) -> None:
    line = {"duty": "C-LI-1", "from_post": "listing_clerk", "to_post": "editor"}
    change(actor("fang"), at, ("move_duty", line))
    found = queries.holders_between("C-LI-1", area="minli", start=at - DAY, end=at + DAY)
    assert [(row.person.user, row.post_id, until) for row, _since, until in found] == [
        ("ye", "listing_clerk", at),
        ("jiang", "editor", None),
    ]


def test_who_could_see_on_a_day_of_the_past(actor: Callable[..., Any], at: datetime) -> None:
    seat = {"person": "pan", "post": "courier", "unit": "team_putian", "area": "xianyou"}
    change(actor("fang"), at, ("end", seat))
    seen = queries.who_could_see(duty="S-CO-1", area="xianyou", moment=at - HOUR)
    assert seen == (
        Seat("pan", "courier", "team_putian", "xianyou"),
        Seat("chen", "courier", "team_putian", "putian"),
    )
    now = queries.who_could_see(duty="S-CO-1", area="xianyou", moment=at)
    assert [seat.person for seat in now] == ["chen"]


# --- assignments -----------------------------------------------------------------------------
@pytest.fixture
def work(actor: Callable[..., Any], person: Callable[[str], Person], at: datetime) -> Any:
    """Give Cai of Hanjiang and Xie of Quanzhou something to do."""

    def give(to: str, title: str, hours: int) -> Any:
        return give_assignment(
            "fujian",
            to=person(to),
            title=title,
            due_at=at + hours * HOUR,
            by=actor("huang"),
            at=at,
        )

    return give("cai", "Hanjiang", 2), give("xie", "Quanzhou", 4)


def test_assignments_given_to_is_ones_own(work: Any, actor: Callable[..., Any]) -> None:
    assert [a.title for a in queries.assignments_given_to(actor("cai"))] == ["Hanjiang"]
    assert not queries.assignments_given_to(actor("huang")).exists()


@pytest.mark.parametrize(
    ("user", "seen"),
    [("huang", ["Hanjiang", "Quanzhou"]), ("zheng", ["Hanjiang", "Quanzhou"]), ("fang", [])],
)
def test_assignments_to_watch_by_scope(
    work: Any, actor: Callable[..., Any], user: str, seen: list[str]
) -> None:
    found = queries.assignments_to_watch(actor(user)) if seen else []
    assert sorted(a.title for a in found) == seen


def test_assignments_to_watch_narrows_to_the_area_in_focus(
    work: Any, actor: Callable[..., Any]
) -> None:
    found = queries.assignments_to_watch(actor("huang", focus="quanzhou"))
    assert [a.title for a in found] == ["Quanzhou"]


def test_assignment_of_own_given_supervised_and_no_other(
    work: Any, actor: Callable[..., Any]
) -> None:
    mine, _other = work
    for user in ("cai", "huang", "zheng"):
        assert queries.assignment_of(actor(user), mine.pk) == mine
    for user in ("xie", "hu", "fang", "lin"):
        with pytest.raises(Refusal) as no:
            queries.assignment_of(actor(user), mine.pk)
        assert (no.value.code, no.value.status) == ("not_yours", 404)


def test_assignments_found_by_title_within_what_one_may_see(
    work: Any, actor: Callable[..., Any]
) -> None:
    assert [a.title for a in queries.assignments_found(actor("huang"), "hanj")] == ["Hanjiang"]
    assert not queries.assignments_found(actor("lin"), "hanj").exists()


def test_late_assignments_of_counts_unreported_past_due(
    work: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    ids = [person("cai").pk, person("xie").pk]
    assert queries.late_assignments_of(ids, at=at) == {}
    assert queries.late_assignments_of(ids, at=at + 3 * HOUR) == {ids[0]: 1}
    report_assignment(work[0], evidence="x", by=actor("cai"), at=at + 3 * HOUR)
    assert queries.late_assignments_of(ids, at=at + 3 * HOUR) == {}


def test_own_on_time_is_the_share_of_deeds_with_a_clock(
    work: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    xie = person("xie").pk
    assert queries.own_on_time(xie, since=at - DAY, at=at + DAY) is None
    report_assignment(work[1], evidence="x", by=actor("xie"), at=at + 5 * HOUR)
    assert queries.own_on_time(xie, since=at - DAY, at=at + DAY) == 0


# --- changes ---------------------------------------------------------------------------------
def test_change_sets_are_personnels(actor: Callable[..., Any], at: datetime) -> None:
    made = draft_change_set("minli", title="Open", effective_at=at, by=actor("fang"), at=at)
    assert list(queries.change_sets_open(actor("fang"))) == [made]
    assert queries.change_set_of(actor("fang"), made.pk) == made
    assert list(queries.change_sets_found(actor("fang"), "ope")) == [made]
    assert not queries.change_sets_found(actor("cai"), "ope").exists()
    with pytest.raises(Refusal):
        queries.change_set_of(actor("cai"), made.pk)


def test_change_sets_due_in_order_of_their_time(actor: Callable[..., Any], at: datetime) -> None:
    fang = actor("fang")
    for hours in (3, 1, 2):
        made = draft_change_set(
            "minli", title=f"{hours}", effective_at=at + hours * HOUR, by=fang, at=at
        )
        data = {"code": f"unit{hours}", "name": {"zh": "x", "en": "x"}, "parent": "sales"}
        made = add_change_line(made, kind="add_unit", data=data, by=fang, at=at)
        schedule_change_set(made, by=fang, at=at)
    due = queries.change_sets_due(at + 2 * HOUR)
    assert [made.title for made in due] == ["1", "2"]


def test_changes_applied_the_latest_first(actor: Callable[..., Any], at: datetime) -> None:
    fang = actor("fang")
    first = change(fang, at, ("move_area", {"code": "xiamen", "parent": "mindong"}))
    second = change(fang, at + HOUR, ("move_area", {"code": "xiamen", "parent": "minnan"}))
    assert list(queries.changes_applied(10)) == [second, first]
    assert list(queries.changes_applied(1)) == [second]


# --- people ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("胡", ["hu"]),
        ("hu haisheng", ["hu"]),
        ("huhai", ["hu"]),
        ("hhs", ["hu"]),
        ("HHS", ["hu"]),
        ("chen_j", ["chen_junkai"]),
        ("chen", ["chen_junkai", "chen"]),
        ("nobody at all", []),
        ("%", []),
        ("'; drop table", []),
    ],
)
def test_people_found_by_name_pinyin_initials_and_user(
    db: None, text: str, found: list[str]
) -> None:
    assert sorted(p.user for p in queries.people_found(text)) == sorted(found)


def test_people_found_within_users_and_standing(
    person: Callable[[str], Person],
) -> None:
    assert [p.user for p in queries.people_found("", users={"cai"})] == ["cai"]
    everyone = Person.objects.count()
    assert queries.people_found("", but={"cai"}).count() == everyone - 1
    assert queries.people_found("", active=False).count() == 0
    assert queries.people_found("", active=True).count() == everyone


def test_people_within_a_duty(actor: Callable[..., Any]) -> None:
    users = {p.user for p in queries.people_within(actor("zheng"), "org.supervision")}
    assert users == {"zheng", "hu", "chen", "cai", "pan", "zhuang", "xie"}


def test_person_of_any_and_of_none(actor: Callable[..., Any]) -> None:
    cai = Person.objects.get(user="cai")
    assert queries.person_of(actor("xie"), cai.pk) == cai
    with pytest.raises(Refusal) as no:
        queries.person_of(actor("xie"), 10**9)
    assert no.value.status == 404


def test_appointments_ever_keeps_what_has_ended(actor: Callable[..., Any], at: datetime) -> None:
    pan = Person.objects.get(user="pan")
    change(
        actor("fang"),
        at,
        (
            "transfer",
            {
                "person": "pan",
                "post": "courier",
                "unit": "team_putian",
                "area": "xianyou",
                "to_area": "licheng",
            },
        ),
    )
    rows = list(queries.appointments_ever(pan))
    assert [(row.area_id, row.until_at) for row in rows] == [("licheng", None), ("xianyou", at)]


def test_structure_at_takes_the_same_number_of_statements_for_any_company(
    actor: Callable[..., Any], at: datetime
) -> None:
    with CaptureQueriesContext(connection) as few:
        queries.structure_at(at)
    fang = actor("fang")
    lines = [
        ("add_unit", {"code": f"u{n}", "name": {"zh": "x", "en": "x"}, "parent": "sales"})
        for n in range(20)
    ]
    change(fang, at, *lines)
    with CaptureQueriesContext(connection) as many:
        structure = queries.structure_at(at)
    assert len(structure.units) == 34
    assert len(many) == len(few)
