"""Who owes which policy, since when, and what a keeper sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.people import actions, queries
from zhanggui.books.people.models import PolicyVersion
from zhanggui.books.people.tests.conftest import fang, keeper_of
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.queries import waiting_in
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Appointment, Person
from zhanggui.ground.org.queries import forget_present

Maker = Callable[..., PolicyVersion]
FOUNDED_PEOPLE = 18


def codes(rows: Any) -> list[str]:
    """Return the policy codes of versions."""
    return [version.policy.code for version in rows]


@pytest.fixture
def all_kinds(published: Maker, at: datetime) -> None:
    """Publish one policy for each kind of audience, the oldest first."""
    for hours, (code, area, posts) in enumerate(
        [
            ("ALL", "minli", []),
            ("FJ", "fujian", []),
            ("PT", "putian", []),
            ("PT-CO", "putian", ["courier"]),
            ("CO", "minli", ["courier", "planner"]),
            ("QZ", "quanzhou", []),
        ]
    ):
        published(code, area=area, posts=posts, moment=at - timedelta(hours=100 - hours))


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("lin", ["ALL"]),
        ("huang", ["ALL", "FJ"]),
        ("cai", ["ALL", "FJ", "PT", "PT-CO", "CO"]),
        ("chen", ["ALL", "FJ", "PT", "PT-CO", "CO"]),
        ("xie", ["ALL", "FJ", "CO", "QZ"]),
        ("fang", ["ALL"]),
    ],
)
def test_versions_to_read_are_those_addressed_to_a_seat(
    all_kinds: None, actor: Callable[..., Any], user: str, expected: list[str]
) -> None:
    assert codes(queries.versions_to_read(actor(user))) == expected


def test_versions_to_read_and_readers_agree_for_everybody(
    all_kinds: None, actor: Callable[..., Any], at: datetime
) -> None:
    versions = list(PolicyVersion.objects.select_related("policy"))
    readers = queries.readers_of(versions, at=at)
    for someone in Person.objects.all():
        mine = [(v.pk, v.owed_at) for v in queries.versions_to_read(actor(someone.user))]
        owed = [
            (pk, reader.owed_at)
            for pk, people in readers.items()
            for reader in people
            if reader.person_id == someone.pk
        ]
        assert sorted(mine) == sorted(owed), someone.user
        by_hand = [(v.pk, queries.owed_at_of(v, person_id=someone.pk, at=at)) for v in versions]
        assert sorted(mine) == sorted((pk, since) for pk, since in by_hand if since), someone.user


def test_versions_to_read_leave_out_what_was_read(
    all_kinds: None, actor: Callable[..., Any], acknowledge: Callable[..., None]
) -> None:
    acknowledge(PolicyVersion.objects.get(policy__code="PT"), "cai")
    assert codes(queries.versions_to_read(actor("cai"))) == ["ALL", "FJ", "PT-CO", "CO"]
    assert "PT" in codes(queries.versions_to_read(actor("chen")))


def test_versions_to_read_are_owed_from_a_later_appointment(
    published: Maker, actor: Callable[..., Any], at: datetime
) -> None:
    version = published(moment=at - timedelta(days=30))
    joined = at - timedelta(days=2)
    with guard.writes_open():
        Appointment.objects.filter(person__user="cai").update(since_at=joined)
    forget_present()
    assert [v.owed_at for v in queries.versions_to_read(actor("cai"))] == [joined]
    assert queries.owed_at_of(version, person_id=actor("cai").person_id, at=at) == joined
    assert queries.versions_to_read(actor("pan")).get().owed_at == at - timedelta(days=30)


def test_versions_to_read_are_nobodys_before_publication_and_after_withdrawal(
    draft: Maker, published: Maker, actor: Callable[..., Any], at: datetime
) -> None:
    draft("DRAFT")
    gone = published("GONE")
    actions.withdraw_policy(gone, reason="x", by=fang(at), at=at)
    assert codes(queries.versions_to_read(actor("cai"))) == []


def test_versions_for_me_keep_what_was_read(
    all_kinds: None, actor: Callable[..., Any], acknowledge: Callable[..., None], at: datetime
) -> None:
    acknowledge(PolicyVersion.objects.get(policy__code="PT"), "cai")
    mine = list(queries.versions_for_me(actor("cai")))
    assert codes(mine) == ["ALL", "CO", "FJ", "PT", "PT-CO"]
    assert [v.read_at for v in mine] == [None, None, None, at, None]


def test_versions_to_look_after_are_drafts_and_unread_ones(
    draft: Maker, published: Maker, acknowledge: Callable[..., None], at: datetime
) -> None:
    draft("DRAFT", moment=at - timedelta(days=9))
    published("OPEN", posts=["cashier", "programmer"], moment=at - timedelta(days=5))
    done = published("DONE", posts=["cashier"], moment=at - timedelta(days=7))
    acknowledge(done, "wu")
    acknowledge(PolicyVersion.objects.get(policy__code="OPEN"), "wu")
    rows = list(queries.versions_to_look_after(fang(at)))
    assert codes(rows) == ["DRAFT", "OPEN"]
    assert [(v.people, v.read) for v in rows] == [(0, 0), (2, 1)]


def test_versions_to_look_after_stay_in_the_keepers_areas(
    all_kinds: None, actor: Callable[..., Any], at: datetime
) -> None:
    assert codes(queries.versions_to_look_after(fang(at))) == [
        "ALL",
        "FJ",
        "PT",
        "PT-CO",
        "CO",
        "QZ",
    ]
    assert codes(queries.versions_to_look_after(keeper_of("putian", at))) == ["PT", "PT-CO"]
    assert codes(queries.versions_to_look_after(keeper_of("quanzhou", at))) == ["QZ"]
    focused = replace(fang(at), focus="putian")
    assert codes(queries.versions_to_look_after(focused)) == ["PT", "PT-CO"]
    assert codes(queries.versions_to_look_after(actor("lin"))) == []


def test_version_of_gives_the_same_answer_to_not_yours_and_not_there(
    all_kinds: None, draft: Maker, actor: Callable[..., Any], at: datetime
) -> None:
    hidden = draft("DRAFT")
    elsewhere = PolicyVersion.objects.get(policy__code="QZ")
    for pk in (hidden.pk, elsewhere.pk, 10**15):
        with pytest.raises(Refusal) as no:
            queries.version_of(actor("cai"), pk)
        assert (no.value.code, no.value.status) == ("not_yours", 404)
    assert queries.version_of(fang(at), hidden.pk) == hidden
    assert queries.version_of(actor("xie"), elsewhere.pk) == elsewhere
    assert queries.version_of(keeper_of("quanzhou", at), elsewhere.pk) == elsewhere


def test_version_of_shows_what_one_has_read_for_good(
    published: Maker, acknowledge: Callable[..., None], actor: Callable[..., Any], at: datetime
) -> None:
    version = published("CO", posts=["courier"])
    acknowledge(version, "cai")
    with guard.writes_open():
        Appointment.objects.filter(person__user="cai").update(post_id="planner")
    forget_present()
    assert queries.version_of(actor("cai"), version.pk) == version


def test_readers_of_name_everybody_once_with_all_posts(published: Maker, at: datetime) -> None:
    version = published("CO", area="fujian", posts=["courier", "planner"])
    readers = queries.readers_of([version], at=at)[version.pk]
    named = {reader.name: reader.posts for reader in readers}
    assert named["Chen Zhiming"] == ("Courier", "Planner")
    assert len(named) == len(readers) == 6


def test_readers_of_leave_out_people_who_may_not_sign_in(published: Maker, at: datetime) -> None:
    version = published()
    assert len(queries.readers_of([version], at=at)[version.pk]) == FOUNDED_PEOPLE
    with guard.writes_open():
        Person.objects.filter(user="cai").update(is_active=False)
    assert len(queries.readers_of([version], at=at)[version.pk]) == FOUNDED_PEOPLE - 1


def test_punctuality_counts_what_is_due_by_now(
    published: Maker, acknowledge: Callable[..., None], at: datetime
) -> None:
    week = 7 * 86_400
    assert queries.punctuality(fang(at), promise_s=week).percent is None
    old = published("OLD", posts=["cashier", "courier"], moment=at - timedelta(days=10))
    published("NEW", moment=at - timedelta(days=1))
    acknowledge(old, "wu", moment=at - timedelta(days=9))
    acknowledge(old, "cai", moment=at - timedelta(days=1))
    counted = queries.punctuality(fang(at), promise_s=week)
    assert counted == queries.Punctuality(due=6, in_time=1, late_open=4)
    assert counted.percent == 17
    assert queries.punctuality(fang(at), promise_s=None) == queries.Punctuality(2, 2, 0)
    assert queries.punctuality(keeper_of("putian", at), promise_s=week).due == 0


def test_punctuality_agrees_with_the_list_of_readers(
    all_kinds: None, acknowledge: Callable[..., None], at: datetime
) -> None:
    with guard.writes_open():
        Appointment.objects.filter(person__user="pan").update(since_at=at - timedelta(hours=2))
    forget_present()
    everywhere = PolicyVersion.objects.get(policy__code="ALL")
    acknowledge(everywhere, "hu", "cai", moment=at - timedelta(hours=99))
    acknowledge(everywhere, "pan", "chen")
    versions = list(PolicyVersion.objects.all())
    for hours in (1, 2, 3, 97, 98, 99, 100, 101):
        promise = timedelta(hours=hours)
        owed = [r for rows in queries.readers_of(versions, at=at).values() for r in rows]
        late = [r for r in owed if r.read_at is None and r.owed_at + promise < at]
        given = [r for r in owed if r.read_at is not None]
        in_time = [r for r in given if r.read_at <= r.owed_at + promise]
        assert queries.punctuality(fang(at), promise_s=hours * 3_600) == queries.Punctuality(
            len(late) + len(given), len(in_time), len(late)
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("pt", ["PT-CO", "PT"]), ("着装", ["CO", "PT-CO", "PT", "FJ", "ALL"]), ("QZ", [])],
)
def test_find_versions_looks_where_the_person_may(
    all_kinds: None, actor: Callable[..., Any], text: str, expected: list[str]
) -> None:
    assert codes(queries.find_versions(actor("cai"), text, 8)) == expected


@pytest.mark.parametrize(
    "text", ["%", "_", "'", '"', "\\", "字" * 100, "\u202e😀", "<b>"], ids=ascii
)
def test_find_versions_takes_any_text(
    all_kinds: None, actor: Callable[..., Any], text: str
) -> None:
    assert codes(queries.find_versions(actor("cai"), text, 8)) == []


@pytest.mark.parametrize("number", [1, 12])
def test_queues_take_a_constant_number_of_statements(
    published: Maker,
    actor: Callable[..., Any],
    at: datetime,
    number: int,
    django_assert_num_queries: Any,
) -> None:
    for i in range(number):
        published(f"P{i}", posts=["courier"] if i % 2 else [])
    reader, keeper = actor("cai"), fang(at)
    with django_assert_num_queries(2):
        shown = list(queries.versions_to_read(reader))
        assert [v.area.name for v in shown] and [v.policy.code for v in shown]
    assert len(shown) == number
    with django_assert_num_queries(3):
        kept = list(queries.versions_to_look_after(keeper))
        assert [v.area.name for v in kept] and [v.policy.code for v in kept]
    assert len(kept) == number
    with django_assert_num_queries(3):
        queries.punctuality(keeper, promise_s=60)


def test_badges_count_both_queues_in_one_statement(
    all_kinds: None, at: datetime, django_assert_num_queries: Any
) -> None:
    by = actor_for(Person.objects.get(user="fang"), at=at)
    duties = [DUTIES["people.policies_to_read"], DUTIES["people.policies"]]
    with django_assert_num_queries(4):
        waiting = waiting_in(duties, by=by)
    read, kept = waiting["people.policies_to_read"], waiting["people.policies"]
    assert (read.count, read.since) == (1, at - timedelta(hours=100))
    assert (kept.count, kept.since) == (6, at - timedelta(hours=100))
