"""What the tests of the courier's app share: runs on the road, and deeds as a phone sends them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.scenes import laid_out
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.delivery.tests.conftest import Trade, make_trade


@pytest.fixture
def trade(db: None, at: datetime) -> Trade:
    """Return depots with goods; `trade.out(trade.order(...))` are stops on the road."""
    return laid_out(make_trade, at)


@pytest.fixture
def chen(sign_in: Callable[..., Client]) -> Client:
    """Return the phone of Chen, who delivers in the whole of Putian."""
    return sign_in("chen")


@pytest.fixture
def send(person: Callable[[str], Any], at: datetime) -> Callable[..., HttpResponse]:
    """Return what sends a deed from a phone: `send(chen, stop, "deliver", tendered_fen=10000)`."""

    def sent(
        phone: Client,
        stop: Stop | int,
        kind: str,
        *,
        courier: str = "chen",
        wrong: dict[str, Any] | None = None,
        **said: Any,
    ) -> HttpResponse:
        deed = (
            {
                "key": str(uuid.uuid4()),
                "courier": person(courier).pk,
                "kind": kind,
                "stop": stop if isinstance(stop, int) else stop.pk,
                "delivered": None,
                "tendered_fen": 0,
                "change_fen": 0,
                "reason_code": "",
                "note": "",
                "device_at": at.isoformat(),
            }
            | said
            | (wrong or {})
        )
        answer: Any = phone.post(
            "/courier/deeds/", json.dumps(deed), content_type="application/json"
        )
        return answer

    return sent
