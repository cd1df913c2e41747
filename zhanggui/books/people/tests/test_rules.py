"""The life of a policy version, and whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.people import rules
from zhanggui.books.people.rules import VersionState as S
from zhanggui.ground.kernel.refusal import Refusal

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@dataclass
class Version:
    """A version as the rules see it."""

    state: str = S.DRAFT
    title_zh: str = "制度"
    title_en: str = ""
    text_zh: str = "一"
    text_en: str = ""
    area_id: str = "minli"
    posts: list[str] = field(default_factory=list)


def said(refusal: Refusal | None) -> str | None:
    """Return the whole sentence of a refusal."""
    return None if refusal is None else str(refusal)


@pytest.mark.parametrize(
    ("area", "posts", "post", "path", "expected"),
    [
        ("minli", [], "courier", ("minli", "fujian", "putian"), True),
        ("putian", [], "courier", ("minli", "fujian", "putian"), True),
        ("putian", [], "courier", ("minli", "fujian", "putian", "hanjiang"), True),
        ("putian", [], "provincial_manager", ("minli", "fujian"), False),
        ("putian", ["courier"], "courier", ("minli", "putian"), True),
        ("putian", ["courier", "planner"], "planner", ("minli", "putian"), True),
        ("putian", ["planner"], "courier", ("minli", "putian"), False),
        ("quanzhou", [], "courier", ("minli", "putian"), False),
        ("minli", [], "courier", (), False),
    ],
)
def test_is_addressed_asks_for_area_and_post(
    area: str, posts: list[str], post: str, path: tuple[str, ...], expected: bool
) -> None:
    assert rules.is_addressed(area=area, posts=posts, seat_post=post, seat_path=path) is expected


@given(st.integers(-(10**6), 10**6))
def test_owed_since_is_the_later_of_publication_and_appointment(seconds: int) -> None:
    seated = AT + timedelta(seconds=seconds)
    owed = rules.owed_since(published_at=AT, seated_at=seated)
    assert owed == (seated if seconds > 0 else AT)


@pytest.mark.parametrize(
    ("seconds", "promise", "expected"),
    [(0, 60, True), (60, 60, True), (61, 60, False), (10**9, None, True)],
)
def test_is_on_time_up_to_the_promise(seconds: int, promise: int | None, expected: bool) -> None:
    moment = AT + timedelta(seconds=seconds)
    assert rules.is_on_time(owed_at=AT, at=moment, promise_s=promise) is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title_zh", "新制度"),
        ("title_en", "New"),
        ("text_zh", "二"),
        ("text_en", "two"),
        ("area_id", "fujian"),
        ("posts", ["courier"]),
    ],
)
def test_same_wording_sees_every_difference(name: str, value: object) -> None:
    assert rules.same_wording(Version(), Version(state=S.IN_FORCE)) is True
    assert rules.same_wording(Version(), Version(**{name: value})) is False


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (S.DRAFT, None),
        (
            S.IN_FORCE,
            (
                "Only a draft can be edited; this version has been published or withdrawn. "
                "Start a new version and edit that one."
            ),
        ),
    ],
)
def test_why_not_revise_leaves_published_words_alone(state: S, sentence: str | None) -> None:
    assert said(rules.why_not_revise(Version(state))) == sentence


@pytest.mark.parametrize(
    ("version", "unchanged", "begins", "sentence"),
    [
        (Version(), False, None, None),
        (Version(), False, AT, None),
        (Version(), False, AT + timedelta(days=366), None),
        (
            Version(),
            True,
            None,
            (
                "This draft says the same as the version in force. "
                "Edit it first: nobody should have to read the same words again."
            ),
        ),
        (
            Version(),
            False,
            AT - timedelta(seconds=1),
            (
                "A policy cannot hold for a time before it was published. "
                "Choose a moment from now on, or leave it empty for at once."
            ),
        ),
        (
            Version(),
            False,
            AT + timedelta(days=366, seconds=1),
            (
                "A policy cannot be published more than a year ahead. "
                "Keep it as a draft and publish it nearer to its time."
            ),
        ),
        (
            Version(S.IN_FORCE),
            False,
            None,
            (
                "This cannot be done while the state is “In force”. "
                "Look at the record again: someone may have moved it on meanwhile."
            ),
        ),
    ],
)
def test_why_not_publish_says_what_is_wrong(
    version: Version, unchanged: bool, begins: datetime | None, sentence: str | None
) -> None:
    refusal = rules.why_not_publish(version, unchanged=unchanged, in_force_at=begins, at=AT)
    assert said(refusal) == sentence


@pytest.mark.parametrize(
    ("state", "allowed"),
    [(S.DRAFT, True), (S.IN_FORCE, True), (S.REPLACED, False), (S.WITHDRAWN, False)],
)
def test_why_not_withdraw_follows_the_state(state: S, allowed: bool) -> None:
    assert (rules.why_not_withdraw(Version(state)) is None) is allowed


def test_why_not_start_allows_one_draft_at_a_time() -> None:
    assert rules.why_not_start(Version(S.IN_FORCE), draft=None) is None
    assert rules.why_not_start(Version(S.WITHDRAWN), draft=None) is None
    assert said(rules.why_not_start(Version(S.IN_FORCE), draft=3)) == (
        "Version 3 of this policy is already being drafted. Edit that draft, or withdraw it first."
    )
    assert said(rules.why_not_start(Version(S.REPLACED), draft=None)) == (
        "This cannot be done while the state is “Replaced”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


@pytest.mark.parametrize(
    ("state", "addressed", "acknowledged", "code"),
    [
        (S.IN_FORCE, True, False, None),
        (S.IN_FORCE, True, True, "acknowledged"),
        (S.IN_FORCE, False, False, "not_addressed"),
        (S.REPLACED, True, False, "replaced"),
        (S.DRAFT, True, False, "illegal_move"),
        (S.WITHDRAWN, True, False, "illegal_move"),
    ],
)
def test_why_not_acknowledge_says_which(
    state: S, addressed: bool, acknowledged: bool, code: str | None
) -> None:
    refusal = rules.why_not_acknowledge(
        Version(state), addressed=addressed, acknowledged=acknowledged
    )
    assert (refusal.code if refusal else None) == code


def test_why_not_code_refuses_a_taken_one() -> None:
    assert rules.why_not_code("5S", taken=False) is None
    assert rules.why_not_code("five_s-A", taken=False) is None
    for odd in ("", "5S!", "-5S", "a__b", "x" * 21, "五S", "5S\n"):
        assert said(rules.why_not_code(odd, taken=False)) == (
            f"“{odd}” cannot be the code of a policy. "
            "Use letters and digits, in groups joined by “-” or “_”."
        )
    assert said(rules.why_not_code("5S", taken=True)) == (
        "There is already a policy with the code “5S”. "
        "Start a new version of that policy, or choose another code."
    )
