"""Becoming a member in a browser, as the tests of the account do it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from zhanggui.books.customers.models import SignInCode
from zhanggui.books.customers.queries import code_of

PHONE, OTHER = "138 5030 7261", "139 5960 1144"


def ask_code(browser: Client, phone: str = PHONE, **fields: str) -> Any:
    """Have a code sent to a phone; return the page."""
    sent = {"step": "ask", "phone": phone, **fields}
    return browser.post("/shop/account/sign-in/", sent)


def latest_code(key: str = "13850307261") -> str:
    """Return the code a phone has been sent last."""
    row = SignInCode.objects.filter(phone_key=key).order_by("pk").last()
    assert row is not None
    return code_of(row)


def answer(browser: Client, code: str, phone: str = PHONE, **fields: str) -> Any:
    """Type a code; return the answer."""
    sent = {"step": "answer", "phone": phone, "code": code, **fields}
    return browser.post("/shop/account/sign-in/", sent)


def join(browser: Client, phone: str = PHONE, **fields: str) -> Any:
    """Become a member, or sign in as one, by a code; return the answer."""
    assert ask_code(browser, phone).status_code == 200
    done = answer(browser, latest_code(phone.replace(" ", "")), phone, **fields)
    assert done.status_code == 303
    return done
