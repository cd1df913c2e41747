"""What the tests of members share: a phone, what is sent to it, and a member signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from zhanggui.books.customers import audits, queries
from zhanggui.books.customers.actions.signing import answer_code, ask_code
from zhanggui.books.customers.actor import VISITOR, MemberActor
from zhanggui.books.customers.models import SignIn, SignInCode

assert audits, "every test with a database ends with the audits of this room"

PHONE, OTHER = "138 5030 7261", "139 5960 1144"
KEY = "13850307261"
HOME = {
    "recipient": "陈小娟",
    "phone": PHONE,
    "division": "350304",
    "address": "胜利路58号3栋502室",
}


def ask(at: datetime, *, phone: str = PHONE, network: str = "n1") -> SignInCode:
    """Have a code sent to a phone."""
    return ask_code(None, phone=phone, network=network, language="en", by=VISITOR, at=at)


def answer(
    at: datetime, code: str, *, phone: str = PHONE, key: str = "key", network: str = "n1"
) -> SignIn | None:
    """Type a code on a device."""
    return answer_code(
        None,
        phone=phone,
        code=code,
        network=network,
        language="en",
        key=key,
        device="Firefox · Linux",
        by=VISITOR,
        at=at,
    )


def sign_in(at: datetime, *, phone: str = PHONE, key: str = "key") -> SignIn:
    """Sign in on a device by the code sent to a phone."""
    found = answer(at, queries.code_of(ask(at, phone=phone)), phone=phone, key=key)
    assert found is not None
    return found


def act(sign_in: SignIn, at: datetime) -> dict[str, Any]:
    """Return who acts and when, for the member of a sign-in."""
    return {"by": MemberActor(sign_in.customer_id), "at": at}


@pytest.fixture
def signed_in(db: None, at: datetime) -> SignIn:
    """Return the sign-in of a member who typed his code just now."""
    return sign_in(at)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what is handed over to phones: (phone, text)."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "zhanggui.books.customers.senders.to_console", lambda *what: found.append(what)
    )
    return found


Refused = Callable[[Callable[[], object]], Any]
