"""What the ledger's tests share: a small company's accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.ledger.actions import open_account, transfer_money
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.ledger.rules import AccountKind, Bound

ACCOUNTS = {
    "bag": (AccountKind.ASSET, Bound.CREDITS, "Courier's bag"),
    "safe": (AccountKind.ASSET, Bound.CREDITS, "Safe"),
    "sales": (AccountKind.INCOME, Bound.NONE, "Sales"),
    "short": (AccountKind.EXPENSE, Bound.NONE, "Short"),
    "coupons": (AccountKind.LIABILITY, Bound.DEBITS, "Coupons"),
}


@pytest.fixture
def books(db: None, at: datetime) -> SimpleNamespace:
    """Return five open accounts by name: bag and safe cannot go below nothing, nor coupons."""
    opened = at - timedelta(days=1)
    return SimpleNamespace(
        **{
            code: open_account(
                "putian", code=code, kind=kind, bound=bound, name=name, by=CLOCKWORK, at=opened
            )
            for code, (kind, bound, name) in ACCOUNTS.items()
        }
    )


@pytest.fixture
def move(at: datetime) -> Callable[..., Transfer]:
    """Return `move(debit, credit, fen)`: a posted transfer."""

    def make(debit: Account, credit: Account, fen: int, **kwargs: Any) -> Transfer:
        values = {"entry": "collect", "by": CLOCKWORK, "at": at, **kwargs}
        return transfer_money("putian", debit=debit, credit=credit, amount_fen=fen, **values)

    return make


@pytest.fixture
def unchanged(db: None) -> Callable[[], Any]:
    """Return a reading of everything the books and the facts hold, to be compared."""

    def read() -> Any:
        return (
            list(Account.objects.order_by("pk").values()),
            list(Transfer.objects.order_by("pk").values()),
            Fact.objects.count(),
        )

    return read
