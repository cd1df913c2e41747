"""What must never be so among members is found."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from zhanggui.books.customers.actions.accounts import erase_customer, save_address
from zhanggui.books.customers.audits import audit_members
from zhanggui.books.customers.models import Customer, SavedAddress, SignIn
from zhanggui.books.customers.tests.conftest import HOME, act
from zhanggui.ground.kernel import guard

pytestmark = [pytest.mark.django_db, pytest.mark.books_broken]


def test_audit_members_finds_what_is_left_of_an_erased_one(signed_in: SignIn, at: datetime) -> None:
    assert list(audit_members()) == []
    erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at))
    assert list(audit_members()) == []
    with guard.writes_open():
        SavedAddress.objects.create(
            customer=signed_in.customer, saved_at=at, is_default=True, **HOME
        )
    assert [said for said, _kind, _pk in audit_members()] == [
        f"Member {signed_in.customer} was erased, and something of it is left."
    ]


def test_audit_members_finds_a_lost_default(signed_in: SignIn, at: datetime) -> None:
    save_address(signed_in.customer, **HOME, **act(signed_in, at))
    with guard.writes_open():
        SavedAddress.objects.update(is_default=False)
    assert [said for said, _kind, _pk in audit_members()] == [
        f"Member {signed_in.customer} keeps addresses, and none is the default."
    ]


def test_the_database_keeps_no_name_of_an_erased_one(signed_in: SignIn, at: datetime) -> None:
    erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at))
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        Customer.objects.update(name="陈小娟")
