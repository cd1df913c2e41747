"""Makers of policies: all of them go through the actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.people import actions
from zhanggui.books.people.models import PolicyVersion
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Area, Person, Post
from zhanggui.ground.org.rules.structure import Seat

WORDS = {
    "title_zh": "着装与仪表",
    "title_en": "Dress and appearance",
    "text_zh": "衣着整洁。\n\n见客户前先看镜子。",
    "text_en": "Be neatly dressed.\n\nLook into the mirror before meeting a customer.",
}


def fang(at: datetime) -> PersonActor:
    """Return the administration officer, who keeps the policies of the whole company."""
    return actor_for(Person.objects.get(user="fang"), at=at)


def keeper_of(area: str, at: datetime, *, user: str = "cai") -> PersonActor:
    """Return a person who also keeps the policies of one area."""
    plain = actor_for(Person.objects.get(user=user), at=at)
    structure = plain.snapshot.structure
    seat = Seat(user, "administration", "personnel", area, "concurrent")
    seats = replace(structure, seats=structure.seats | {seat})
    return replace(plain, snapshot=replace(plain.snapshot, structure=seats))


@pytest.fixture
def draft(db: None, at: datetime) -> Callable[..., PolicyVersion]:
    """Return a maker of drafts: `draft("5S", area="putian", posts=["courier"])`."""

    def make(
        code: str = "5S",
        *,
        area: str = "minli",
        posts: list[str] | None = None,
        moment: datetime | None = None,
        **words: str,
    ) -> PolicyVersion:
        when = moment or at - timedelta(days=1)
        return actions.write_policy(
            "minli",
            code=code,
            area=Area.objects.get(pk=area),
            posts=list(Post.objects.filter(pk__in=posts or [])),
            by=fang(when),
            at=when,
            **{**WORDS, **words},
        )

    return make


@pytest.fixture
def published(draft: Callable[..., PolicyVersion], at: datetime) -> Callable[..., PolicyVersion]:
    """Return a maker of versions in force since `moment` (a day ago unless said)."""

    def make(code: str = "5S", *, moment: datetime | None = None, **kwargs: Any) -> PolicyVersion:
        when = moment or at - timedelta(days=1)
        version = draft(code, moment=when, **kwargs)
        return actions.publish_policy(version, by=fang(when), at=when)

    return make


@pytest.fixture
def acknowledge(db: None, at: datetime) -> Callable[..., None]:
    """Return a maker of acknowledgements: `acknowledge(version, "hu", "cai")`."""

    def make(version: PolicyVersion, *users: str, moment: datetime | None = None) -> None:
        for user in users:
            by = actor_for(Person.objects.get(user=user), at=moment or at)
            actions.acknowledge_policy(version, by=by, at=moment or at)

    return make
