"""Writing, publishing, withdrawing and acknowledging policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from zhanggui.books.people import actions
from zhanggui.books.people.models import Acknowledgement, Policy, PolicyVersion
from zhanggui.books.people.tests.conftest import WORDS, fang, keeper_of
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import Area, Post

Maker = Callable[..., PolicyVersion]
NOT_YOURS = (
    "There is no such record among those you answer for. "
    "Check the number, or ask the person who holds this duty for that area."
)
PUBLISHED_ALREADY = (
    "Only a draft can be edited; this version has been published or withdrawn. "
    "Start a new version and edit that one."
)


def rows() -> list[Any]:
    """Return everything this room stores, to show that nothing changed."""
    return [
        list(Policy.objects.order_by("pk").values()),
        list(PolicyVersion.objects.order_by("pk").values()),
        list(Acknowledgement.objects.order_by("pk").values()),
        Fact.objects.count(),
    ]


def refused(deed: Callable[..., Any], record: Any, **values: Any) -> str:
    """Return with which sentence a deed is refused, having shown that nothing changed."""
    before = rows()
    with pytest.raises(Refusal) as no:
        deed(record, **values)
    assert rows() == before
    return str(no.value)


def area(code: str) -> Area:
    """Return an area by its code."""
    return Area.objects.get(pk=code)


# --- write_policy ------------------------------------------------------------------------------


def test_write_policy_begins_with_a_draft(at: datetime, db: None) -> None:
    posts = Post.objects.filter(pk__in=["planner", "courier"])
    version = actions.write_policy(
        "minli", code="5S", area=area("putian"), posts=posts, by=fang(at), at=at, **WORDS
    )
    version.refresh_from_db()
    assert (version.policy.code, version.number, version.state) == ("5S", 1, "draft")
    assert (version.area_id, version.posts) == ("putian", ["courier", "planner"])
    assert version.text_zh == WORDS["text_zh"]
    assert (version.drafted_at, version.drafted_by_id) == (at, fang(at).person_id)
    fact = Fact.objects.get(verb="people.write_policy")
    assert (fact.kind, fact.record_id, fact.area) == ("people.PolicyVersion", version.pk, "putian")
    assert "text_zh" not in fact.data
    assert fact.data["code"] == "5S"


def test_write_policy_is_not_for_those_without_the_duty(
    at: datetime, actor: Callable[..., Any]
) -> None:
    values = {"code": "5S", "area": area("minli"), "at": at, **WORDS}
    assert refused(actions.write_policy, "minli", by=actor("hu"), **values) == NOT_YOURS


def test_write_policy_keeps_to_the_keepers_areas(at: datetime, db: None) -> None:
    by = keeper_of("putian", at)
    values = {"code": "5S", "by": by, "at": at, **WORDS}
    assert refused(actions.write_policy, "putian", area=area("fujian"), **values) == NOT_YOURS
    version = actions.write_policy("putian", area=area("hanjiang"), **values)
    assert version.area_id == "hanjiang"


def test_write_policy_refuses_a_taken_code(at: datetime, draft: Maker) -> None:
    draft("5S")
    values = {"code": "5S", "area": area("minli"), "by": fang(at), "at": at, **WORDS}
    assert refused(actions.write_policy, "minli", **values) == (
        "There is already a policy with the code “5S”. "
        "Start a new version of that policy, or choose another code."
    )


@pytest.mark.parametrize(
    "text", ["字" * 20_000, "😀\u202e🇨🇳 <script>alert(1)</script> \u200f\u0639\u0631\u0628\u064a"]
)
def test_write_policy_keeps_odd_and_long_texts_as_they_are(
    at: datetime, draft: Maker, text: str
) -> None:
    version = draft("5S", text_zh=text)
    version.refresh_from_db()
    assert version.text_zh == text


def test_no_policy_is_written_outside_an_action(draft: Maker) -> None:
    version = draft()
    with pytest.raises(WrittenOutsideAction), transaction.atomic():
        version.save()


# --- revise_policy -----------------------------------------------------------------------------


def test_revise_policy_changes_a_draft(at: datetime, draft: Maker) -> None:
    version = draft()
    courier = Post.objects.filter(pk="courier")
    words = {**WORDS, "text_zh": "新的文字。"}
    actions.revise_policy(version, area=area("fujian"), posts=courier, by=fang(at), at=at, **words)
    version.refresh_from_db()
    assert (version.text_zh, version.area_id, version.posts) == (
        "新的文字。",
        "fujian",
        ["courier"],
    )


def test_revise_policy_leaves_published_words_alone(at: datetime, published: Maker) -> None:
    values = {"area": area("minli"), "by": fang(at), "at": at, **WORDS}
    assert refused(actions.revise_policy, published(), **values) == PUBLISHED_ALREADY


def test_revise_policy_is_for_the_keeper_of_its_area(
    at: datetime, draft: Maker, actor: Callable[..., Any]
) -> None:
    version = draft()
    values = {"area": area("minli"), "at": at, **WORDS}
    assert refused(actions.revise_policy, version, by=actor("hu"), **values) == NOT_YOURS
    by = keeper_of("putian", at)
    assert refused(actions.revise_policy, version, by=by, **values) == NOT_YOURS


def test_revise_policy_cannot_move_it_out_of_the_keepers_areas(at: datetime, draft: Maker) -> None:
    version = draft(area="putian")
    values = {"area": area("quanzhou"), "by": keeper_of("putian", at), "at": at, **WORDS}
    assert refused(actions.revise_policy, version, **values) == NOT_YOURS


# --- publish_policy ----------------------------------------------------------------------------


def test_publish_policy_puts_it_in_force_and_tells_everybody_concerned(
    at: datetime, draft: Maker, person: Callable[[str], Any]
) -> None:
    version = draft(area="putian", posts=["courier"])
    actions.publish_policy(version, by=fang(at), at=at)
    version.refresh_from_db()
    assert (version.state, version.published_at, version.in_force_at) == ("in_force", at, at)
    assert version.published_by_id == fang(at).person_id
    fact = Fact.objects.get(verb="people.publish_policy")
    assert fact.data["sha256"] == actions.digest_of(version)
    assert fact.wait_s == 86_400
    told = set(Notice.objects.filter(fact=fact).values_list("person_id", flat=True))
    assert told == {person(user).pk for user in ("chen", "cai", "pan")}


def test_publish_policy_replaces_the_version_in_force(at: datetime, published: Maker) -> None:
    first = published()
    second = actions.start_new_version(first, by=fang(at), at=at)
    words = {**WORDS, "text_zh": "更新。"}
    actions.revise_policy(second, area=area("minli"), by=fang(at), at=at, **words)
    begins = at + timedelta(days=7)
    actions.publish_policy(second, in_force_at=begins, by=fang(at), at=at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.until_at) == ("replaced", begins)
    assert (second.state, second.in_force_at, second.published_at) == ("in_force", begins, at)
    assert (first.holds_at(at), second.holds_at(at)) == (True, False)
    assert (first.holds_at(begins), second.holds_at(begins)) == (False, True)


def test_replace_policy_is_told_as_caused_by_the_publication(
    at: datetime, published: Maker
) -> None:
    first = published()
    second = actions.start_new_version(first, by=fang(at), at=at)
    words = {**WORDS, "text_zh": "更新。"}
    actions.revise_policy(second, area=area("minli"), by=fang(at), at=at, **words)
    actions.publish_policy(second, by=fang(at), at=at)
    fact = Fact.objects.get(verb="people.replace_policy")
    assert (fact.record_id, fact.cause.verb) == (first.pk, "people.publish_policy")
    assert fact.cause.record_id == second.pk


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (
            timedelta(seconds=-1),
            (
                "A policy cannot hold for a time before it was published. "
                "Choose a moment from now on, or leave it empty for at once."
            ),
        ),
        (
            timedelta(days=367),
            (
                "A policy cannot be published more than a year ahead. "
                "Keep it as a draft and publish it nearer to its time."
            ),
        ),
    ],
)
def test_publish_policy_refuses_impossible_moments(
    at: datetime, draft: Maker, shift: timedelta, sentence: str
) -> None:
    values = {"in_force_at": at + shift, "by": fang(at), "at": at}
    assert refused(actions.publish_policy, draft(), **values) == sentence


def test_publish_policy_refuses_unchanged_words(at: datetime, published: Maker) -> None:
    second = actions.start_new_version(published(), by=fang(at), at=at)
    assert refused(actions.publish_policy, second, by=fang(at), at=at) == (
        "This draft says the same as the version in force. "
        "Edit it first: nobody should have to read the same words again."
    )


def test_publish_policy_happens_once(at: datetime, published: Maker) -> None:
    assert refused(actions.publish_policy, published(), by=fang(at), at=at) == (
        "This cannot be done while the state is “In force”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_publish_policy_needs_the_duty(
    at: datetime, draft: Maker, actor: Callable[..., Any]
) -> None:
    assert refused(actions.publish_policy, draft(), by=actor("hu"), at=at) == NOT_YOURS


# --- withdraw_policy ---------------------------------------------------------------------------


def test_withdraw_policy_ends_it_with_a_reason(at: datetime, published: Maker) -> None:
    version = published()
    actions.withdraw_policy(version, reason="并入考勤制度", by=fang(at), at=at)
    version.refresh_from_db()
    assert (version.state, version.until_at, version.reason) == ("withdrawn", at, "并入考勤制度")
    assert version.holds_at(at) is False


def test_withdraw_policy_happens_once(at: datetime, published: Maker) -> None:
    version = published()
    actions.withdraw_policy(version, reason="x", by=fang(at), at=at)
    assert refused(actions.withdraw_policy, version, reason="y", by=fang(at), at=at) == (
        "This cannot be done while the state is “Withdrawn”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_withdraw_policy_needs_the_duty(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    values = {"reason": "x", "by": actor("lin"), "at": at}
    assert refused(actions.withdraw_policy, published(), **values) == NOT_YOURS


# --- start_new_version -------------------------------------------------------------------------


def test_start_new_version_copies_the_words(at: datetime, published: Maker) -> None:
    first = published(area="putian", posts=["courier"])
    second = actions.start_new_version(first, by=fang(at), at=at)
    second.refresh_from_db()
    assert (second.number, second.state, second.policy_id) == (2, "draft", first.policy_id)
    assert (second.text_zh, second.area_id, second.posts) == (
        first.text_zh,
        "putian",
        ["courier"],
    )
    first.refresh_from_db()
    assert first.state == "in_force"


def test_start_new_version_keeps_one_draft(at: datetime, published: Maker) -> None:
    first = published()
    actions.start_new_version(first, by=fang(at), at=at)
    assert refused(actions.start_new_version, first, by=fang(at), at=at) == (
        "Version 2 of this policy is already being drafted. Edit that draft, or withdraw it first."
    )


def test_start_new_version_needs_the_duty(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    assert refused(actions.start_new_version, published(), by=actor("hu"), at=at) == NOT_YOURS


# --- acknowledge_policy ------------------------------------------------------------------------


def test_acknowledge_policy_keeps_who_and_since_when(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    version = published(moment=at - timedelta(days=3))
    actions.acknowledge_policy(version, by=actor("cai"), at=at)
    given = Acknowledgement.objects.get()
    assert (given.version_id, given.person.user) == (version.pk, "cai")
    assert (given.owed_at, given.at) == (at - timedelta(days=3), at)
    fact = Fact.objects.get(verb="people.acknowledge_policy")
    assert (fact.wait_s, fact.promise_s) == (3 * 86_400, 7 * 86_400)
    assert fact.data == {"number": 1, "sha256": actions.digest_of(version)}


def test_acknowledge_policy_is_refused_to_those_it_does_not_address(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    version = published(area="putian", posts=["courier"])
    assert refused(actions.acknowledge_policy, version, by=actor("xie"), at=at) == (
        "This policy is not addressed to any of your posts. "
        "There is nothing for you to acknowledge."
    )


def test_acknowledge_policy_happens_once(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    version = published()
    actions.acknowledge_policy(version, by=actor("cai"), at=at)
    assert refused(actions.acknowledge_policy, version, by=actor("cai"), at=at) == (
        "You have already acknowledged this version. Nothing more is needed until the next version."
    )


def test_acknowledge_policy_sends_readers_of_an_old_version_to_the_new(
    at: datetime, published: Maker, actor: Callable[..., Any]
) -> None:
    first = published()
    second = actions.start_new_version(first, by=fang(at), at=at)
    words = {**WORDS, "text_zh": "更新。"}
    actions.revise_policy(second, area=area("minli"), by=fang(at), at=at, **words)
    actions.publish_policy(second, by=fang(at), at=at)
    assert refused(actions.acknowledge_policy, first, by=actor("cai"), at=at) == (
        "A newer version has replaced this one. Read and acknowledge the newer version."
    )


def test_acknowledge_policy_is_not_for_a_draft(
    at: datetime, draft: Maker, actor: Callable[..., Any]
) -> None:
    assert refused(actions.acknowledge_policy, draft(), by=actor("cai"), at=at) == NOT_YOURS
