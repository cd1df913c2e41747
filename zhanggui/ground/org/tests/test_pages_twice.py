"""A button pressed twice: the second time leads where the first one led."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import NOON
from zhanggui.ground.org.models import Assignment, Person

pytestmark = pytest.mark.django_db


def test_a_form_sent_twice_is_done_once_and_answered_alike(
    sign_in: Callable[..., Client], person: Callable[[str], Person]
) -> None:
    browser = sign_in("huang")
    sent: dict[str, Any] = {
        "to": person("cai").pk,
        "title": "Count the boxes",
        "due_at": (NOON + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "key": "0123456789abcdef",
    }
    first = browser.post("/desk/new/org/give_assignment/", sent)
    second = browser.post("/desk/new/org/give_assignment/", sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert Assignment.objects.filter(title="Count the boxes").count() == 1


def test_an_act_sent_twice_is_not_refused_by_its_own_effect(
    sign_in: Callable[..., Client], person: Callable[[str], Person]
) -> None:
    fang = sign_in("fang")
    url = f"/desk/org/person/{person('xie').pk}/suspend_person/"
    sent = {"reason": "On leave", "key": "fedcba9876543210"}
    assert fang.post(url, sent).status_code == 303
    assert fang.post(url, sent).status_code == 303
    assert fang.post(url, {**sent, "key": "another"}).status_code == 409
    assert not person("xie").is_active


def test_a_key_of_somebody_else_answers_nothing(
    sign_in: Callable[..., Client], person: Callable[[str], Person]
) -> None:
    url = f"/desk/org/person/{person('xie').pk}/suspend_person/"
    sent = {"reason": "On leave", "key": "fedcba9876543210"}
    assert sign_in("fang").post(url, sent).status_code == 303
    assert sign_in("cai").post(url, sent).status_code == 404
