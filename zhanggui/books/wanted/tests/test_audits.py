"""What must never be so among what customers ask for is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.wanted.audits import audit_requests
from zhanggui.books.wanted.models import GoodsRequest, WantedGoods
from zhanggui.books.wanted.tests.conftest import wanted
from zhanggui.ground.kernel import guard

pytestmark = [pytest.mark.django_db, pytest.mark.books_broken]


@pytest.mark.parametrize(
    ("of_goods", "of_request", "said"),
    [
        ({"state": "declined"}, {}, "waits for goods that were decided about."),
        ({"state": "taken_up"}, {}, "was told other than its goods stand."),
        ({}, {"state": "taken_up"}, "was told other than its goods stand."),
        ({}, {"state": "offered"}, "was offered nothing."),
    ],
)
def test_audit_requests_finds_answers_that_disagree(
    of_goods: dict[str, Any], of_request: dict[str, Any], said: str, at: datetime, ye: Any
) -> None:
    wanted(at, ye)
    assert list(audit_requests()) == []
    with guard.writes_open():
        WantedGoods.objects.update(**of_goods)
        GoodsRequest.objects.update(**of_request)
    request = GoodsRequest.objects.get()
    assert [found[0] for found in audit_requests()] == [f"Request {request.pk} {said}"]


def test_audit_requests_finds_goods_nobody_asked_for(at: datetime) -> None:
    with guard.writes_open():
        WantedGoods.objects.create(word="荔枝", wanted_since_at=at)
    assert [found[0] for found in audit_requests()] == ["Nobody asked for “荔枝”."]


def test_audit_requests_finds_answers_before_questions(at: datetime, ye: Any) -> None:
    wanted(at, ye)
    with guard.writes_open():
        GoodsRequest.objects.update(answered_at=at - timedelta(days=1))
    assert len(list(audit_requests())) == 1
