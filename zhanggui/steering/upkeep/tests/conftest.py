"""Makers of change requests: all of them go through the actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Appointment, Person
from zhanggui.ground.org.rules.structure import Seat
from zhanggui.steering.upkeep import actions
from zhanggui.steering.upkeep.models import ChangeRequest

PROGRAMMER = "chen_junkai"


def acting(user: str, at: datetime) -> PersonActor:
    """Return a person at a moment."""
    return actor_for(Person.objects.get(user=user), at=at)


def programmer_of(area: str, at: datetime, *, duties: tuple[str, ...], user: str) -> PersonActor:
    """Return a person who also answers, in one area, for these duties of the programmer."""
    plain = acting(user, at)
    structure = plain.snapshot.structure
    post = replace(structure.posts["programmer"], code="local_programmer", duties=duties)
    changed = replace(
        structure,
        posts={**structure.posts, post.code: post},
        seats=structure.seats | {Seat(user, post.code, "network", area, "concurrent")},
    )
    return replace(plain, snapshot=replace(plain.snapshot, structure=changed))


@pytest.fixture
def ask(db: None, at: datetime) -> Callable[..., ChangeRequest]:
    """Return a maker of requests: `ask("cai", title="...", kind="feature")`."""

    def make(
        user: str = "cai",
        *,
        title: str = "路线图上看得到客户电话",
        kind: str = "change",
        moment: datetime | None = None,
    ) -> ChangeRequest:
        when = moment or at - timedelta(hours=3)
        return actions.ask_for_change(
            "minli",
            appointment=Appointment.objects.get(person__user=user, kind="main"),
            kind=kind,
            title=title,
            wanted="点一下就能打电话。",
            why="现在要来回切换，每单多花一分钟。",
            by=acting(user, when),
            at=when,
        )

    return make


@pytest.fixture
def brought_to(ask: Callable[..., ChangeRequest], at: datetime) -> Callable[..., ChangeRequest]:
    """Return a maker of requests in a state: `brought_to("in_work")`."""

    def make(state: str, user: str = "cai", **kwargs: str) -> ChangeRequest:
        request = ask(user, **kwargs)
        by, mine = acting(PROGRAMMER, at), acting(user, at)
        soon = at + timedelta(days=2)
        if state == "withdrawn":
            actions.withdraw_request(request, reason="不用了", by=mine, at=at)
        if state == "declined":
            actions.decline_change(request, reason="已有别的办法", by=by, at=at)
        if state == "question":
            actions.ask_back(request, question="哪个手机？", by=by, at=at)
        if state in {"accepted", "in_work", "released", "confirmed"}:
            actions.accept_change(request, priority=3, promised_at=soon, by=by, at=at)
        if state in {"in_work", "released", "confirmed"}:
            actions.start_change(request, by=by, at=at)
        if state in {"released", "confirmed"}:
            actions.release_change(request, release_note="站点页可以直接拨号。", by=by, at=at)
        if state == "confirmed":
            actions.confirm_release(request, by=mine, at=at)
        request.refresh_from_db()
        assert request.state == state
        return request

    return make
