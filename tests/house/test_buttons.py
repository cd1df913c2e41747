"""A button cannot lie: it is live when the deed can be done, else it carries the refusal itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db.models import Model
from django.test import RequestFactory

from zhanggui.demo.life import live_until
from zhanggui.ground.desk.dossier import DOSSIERS
from zhanggui.ground.desk.duty import acts_on
from zhanggui.ground.desk.pages.record import dossier_context
from zhanggui.ground.kernel.action import Action
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite]

ask = Action.why_not


def drawn(record: Model, by: PersonActor, at: datetime) -> dict[str, Any]:
    """Return the buttons of a record's page as this person sees them, by verb."""
    request = RequestFactory().get("/desk/")
    request.actor, request.at, request._messages = by, at, []
    context = dossier_context(request, record)
    return {act["verb"]: act for act in context["acts"]}


def lies(record: Model, buttons: dict[str, Any], by: PersonActor, at: datetime) -> list[str]:
    """Return what is wrong with the buttons: live but refused, dead without reason, or missing."""
    found = []
    for _duty, act in acts_on(type(record)):
        if act.reveals or act.inline:
            continue
        name = act.action.name
        mine = bool(act.action.standings(record, by=by))
        if mine != (name in buttons):
            found.append(f"{name} is {'missing' if mine else 'shown to a stranger'}")
        elif mine:
            refusal = ask(act.action, record, by=by, at=at)
            said = str(refusal) if refusal else None
            if buttons[name]["disabled"] != said:
                found.append(f"{name} says {buttons[name]['disabled']!r}, the guard {said!r}")
    return found


def _everything(at: datetime) -> list[tuple[Model, PersonActor]]:
    live_until(at, trade_days=1)
    people = [actor_for(person, at=at) for person in Person.objects.order_by("pk")]
    seen = []
    for model, dossier in DOSSIERS.items():
        for record in model._default_manager.all()[:12]:
            for by in people:
                try:
                    seen.append((dossier.find(by, record.pk), by))
                except Exception as no:
                    assert getattr(no, "code", "") == "not_yours"
    return seen


def _told(seen: list[tuple[Model, PersonActor]], at: datetime) -> list[str]:
    return [
        f"{record!r} for {by.name}: {lie}"
        for record, by in seen
        for lie in lies(record, drawn(record, by, at), by, at)
    ]


def test_no_button_lies_and_one_that_does_is_caught(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _everything(at)
    assert len(seen) > 300
    assert _told(seen, at) == []
    monkeypatch.setattr(Action, "why_not", lambda *_a, **_k: None)
    assert any("says None, the guard" in lie for lie in _told(seen, at))
