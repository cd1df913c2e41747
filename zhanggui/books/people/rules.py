"""What a policy version may go through, and whom it is addressed to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

CODE = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")
"""A policy's code: letters and digits in groups, so that it can be typed and said anywhere."""

CODE_CHARS_MAX = 20
"""Characters of a policy's code: short enough to be said aloud."""

TEXT_CHARS_MAX = 20_000
"""Characters of a policy's text: some twenty printed pages; a longer one is several policies."""

AHEAD_MAX = timedelta(days=366)
"""How far ahead a version may begin to hold: nobody remembers it longer than a year."""


class VersionState(TextChoices):
    """Where a version of a policy stands."""

    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = VersionState
MOVES = Moves(
    S,
    start=S.DRAFT,
    verbs={
        "revise_policy": ({S.DRAFT}, S.DRAFT),
        "publish_policy": ({S.DRAFT}, S.IN_FORCE),
        "replace_policy": ({S.IN_FORCE}, S.REPLACED),
        "withdraw_policy": ({S.DRAFT, S.IN_FORCE}, S.WITHDRAWN),
        "start_new_version": ({S.IN_FORCE, S.WITHDRAWN}, S.DRAFT),
        "acknowledge_policy": ({S.IN_FORCE}, S.IN_FORCE),
    },
)


class HasState(Protocol):
    """Anything with a state."""

    state: str


class HasWording(Protocol):
    """What of a version people acknowledge: its words and to whom they are addressed."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    area_id: str
    posts: list[str]


def is_addressed(
    *, area: str, posts: Collection[str], seat_post: str, seat_path: Sequence[str]
) -> bool:
    """Return whether a seat must follow a version for `area` and `posts` (none: every post).

    `seat_path` are the codes of the areas from the root down to the seat's own.
    """
    return area in seat_path and (not posts or seat_post in posts)


def owed_since(*, published_at: datetime, seated_at: datetime) -> datetime:
    """Return from when someone owes his acknowledgement: publication, or his later appointment."""
    return max(published_at, seated_at)


def is_on_time(*, owed_at: datetime, at: datetime, promise_s: int | None) -> bool:
    """Return whether an acknowledgement at this moment keeps the promise; always without one."""
    return promise_s is None or at - owed_at <= timedelta(seconds=promise_s)


def same_wording(one: HasWording, other: HasWording) -> bool:
    """Return whether two versions say the same to the same people."""
    return (one.title_zh, one.title_en, one.text_zh, one.text_en, one.area_id, one.posts) == (
        other.title_zh,
        other.title_en,
        other.text_zh,
        other.text_en,
        other.area_id,
        other.posts,
    )


def why_not_revise(version: HasState) -> Refusal | None:
    """Return why the words of a version cannot be changed: what people have read stays as it is."""
    if version.state == S.DRAFT:
        return None
    return Refusal(
        "published",
        _("Only a draft can be edited; this version has been published or withdrawn."),
        settles=_("Start a new version and edit that one."),
    )


def why_not_publish(
    version: HasState,
    *,
    unchanged: bool = False,
    in_force_at: datetime | None = None,
    at: datetime,
) -> Refusal | None:
    """Return why a draft cannot be published.

    It must say something new (`unchanged`: it equals the version in force), and it cannot begin to
    hold in the past or more than a year ahead.
    """
    if refusal := MOVES.why_not("publish_policy", version.state):
        return refusal
    if unchanged:
        return Refusal(
            "unchanged",
            _("This draft says the same as the version in force."),
            settles=_("Edit it first: nobody should have to read the same words again."),
        )
    return why_not_begin(in_force_at=in_force_at, at=at)


def why_not_begin(*, in_force_at: datetime | None, at: datetime) -> Refusal | None:
    """Return why a version cannot begin to hold at that moment; None means at once."""
    if in_force_at is not None and in_force_at < at:
        return Refusal(
            "begins_past",
            _("A policy cannot hold for a time before it was published."),
            settles=_("Choose a moment from now on, or leave it empty for at once."),
            status=422,
        )
    if in_force_at is not None and in_force_at > at + AHEAD_MAX:
        return Refusal(
            "begins_far",
            _("A policy cannot be published more than a year ahead."),
            settles=_("Keep it as a draft and publish it nearer to its time."),
            status=422,
        )
    return None


def why_not_withdraw(version: HasState) -> Refusal | None:
    """Return why a version cannot be withdrawn."""
    return MOVES.why_not("withdraw_policy", version.state)


def why_not_start(version: HasState, *, draft: int | None) -> Refusal | None:
    """Return why no new version can be started from this one; `draft` is the number of one."""
    if refusal := MOVES.why_not("start_new_version", version.state):
        return refusal
    if draft is not None:
        return Refusal(
            "draft_exists",
            _("Version %(number)s of this policy is already being drafted.") % {"number": draft},
            settles=_("Edit that draft, or withdraw it first."),
        )
    return None


def why_not_acknowledge(
    version: HasState, *, addressed: bool, acknowledged: bool
) -> Refusal | None:
    """Return why someone cannot acknowledge a version: whether it is his to read, and unread."""
    if version.state == S.REPLACED:
        return Refusal(
            "replaced",
            _("A newer version has replaced this one."),
            settles=_("Read and acknowledge the newer version."),
        )
    if refusal := MOVES.why_not("acknowledge_policy", version.state):
        return refusal
    if not addressed:
        return Refusal(
            "not_addressed",
            _("This policy is not addressed to any of your posts."),
            settles=_("There is nothing for you to acknowledge."),
        )
    if acknowledged:
        return Refusal(
            "acknowledged",
            _("You have already acknowledged this version."),
            settles=_("Nothing more is needed until the next version."),
        )
    return None


def why_not_code(code: str, *, taken: bool) -> Refusal | None:
    """Return why a new policy cannot have this code: odd signs, too long, or another's already."""
    if len(code) > CODE_CHARS_MAX or not CODE.fullmatch(code):
        return Refusal(
            "code_shape",
            _("“%(code)s” cannot be the code of a policy.") % {"code": code},
            settles=_("Use letters and digits, in groups joined by “-” or “_”."),
            status=422,
        )
    if taken:
        return Refusal(
            "code_taken",
            _("There is already a policy with the code “%(code)s”.") % {"code": code},
            settles=_("Start a new version of that policy, or choose another code."),
            status=422,
        )
    return None
