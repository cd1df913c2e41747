"""Scenes laid out: the same rows, the same keys, and nothing of another test's doing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tests import scenes
from zhanggui.books.stock.tests.conftest import make_stock
from zhanggui.ground.kernel.models import Edition
from zhanggui.steering.reports.tests.conftest import make_week
from zhanggui.trade.cash.tests.conftest import Trade
from zhanggui.trade.delivery.tests.conftest import make_trade
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.tests.conftest import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def everything() -> dict[str, list[Any]]:
    """Return every row of the house's tables but editions, which are random at every writing."""
    models = (m for m in apps.get_models() if m is not Edition)
    rooms = [m for m in models if m.__module__.startswith("zhanggui.")]
    return {m._meta.label: list(m._base_manager.order_by("pk").values()) for m in rooms}


@pytest.mark.parametrize("make", [make_stock, make_shop, make_trade, Trade, make_week])
def test_a_scene_laid_out_is_the_scene_played(make: Any, at: datetime) -> None:
    scenes._scenes.pop((make, at), None)
    seen = []
    for _turn in range(3):
        before = transaction.savepoint()
        scene = scenes.laid_out(make, at)
        parts = {name: str(value) for name, value in vars(scene).items()}
        seen.append((everything(), {n: p for n, p in parts.items() if " at 0x" not in p}))
        for name in parts:
            setattr(scene, name, None)  # as a careless test might
        transaction.savepoint_rollback(before)
    assert seen[0] == seen[1] == seen[2]


def test_work_goes_on_after_a_scene(at: datetime) -> None:
    before = transaction.savepoint()
    scenes.laid_out(Trade, at).order()
    transaction.savepoint_rollback(before)
    trade = scenes.laid_out(Trade, at)
    orders = [trade.order(), trade.order(where="xianyou")]
    assert sorted(o.pk for o in orders) == sorted(Order.objects.values_list("pk", flat=True))
