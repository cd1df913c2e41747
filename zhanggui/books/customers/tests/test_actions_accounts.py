"""What a member keeps with us: addresses and a name; that he takes along; that he erases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhanggui.books.customers import personal, queries
from zhanggui.books.customers.actions.accounts import (
    change_address,
    clear_door,
    erase_customer,
    export_data,
    forget_member,
    prefer_address,
    remove_address,
    rename_customer,
    save_address,
)
from zhanggui.books.customers.models import (
    Customer,
    DoorTry,
    Message,
    SavedAddress,
    SignIn,
    SignInCode,
)
from zhanggui.books.customers.tests.conftest import HOME, KEY, OTHER, PHONE, act, sign_in
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_save_address_makes_the_first_the_default(signed_in: SignIn, at: datetime) -> None:
    customer = signed_in.customer
    home = save_address(customer, **HOME, label=" 家 ", **act(signed_in, at))
    work = save_address(customer, **{**HOME, "address": "文献路9号"}, **act(signed_in, at))
    assert (home.is_default, home.label, work.is_default) == (True, "家", False)
    assert [one.pk for one in queries.addresses_of(customer)] == [home.pk, work.pk]
    assert Customer.objects.get().name == "陈小娟"


def test_save_address_keeps_the_same_once(signed_in: SignIn, at: datetime) -> None:
    home = save_address(signed_in.customer, **HOME, **act(signed_in, at))
    assert save_address(signed_in.customer, **HOME, **act(signed_in, at)) == home


def test_save_address_leaves_nothing_of_it_in_the_facts(signed_in: SignIn, at: datetime) -> None:
    save_address(signed_in.customer, **HOME, label="外婆家", **act(signed_in, at))
    facts = str(list(Fact.objects.values()))
    assert not any(word in facts for word in ("陈小娟", "胜利路", "外婆家", PHONE, KEY))


def test_save_address_is_refused_beyond_twenty(signed_in: SignIn, at: datetime) -> None:
    for number in range(20):
        save_address(
            signed_in.customer, **{**HOME, "address": f"路{number}号"}, **act(signed_in, at)
        )
    with pytest.raises(Refusal) as no:
        save_address(signed_in.customer, **HOME, **act(signed_in, at))
    assert str(no.value) == (
        "20 addresses are the most one account keeps. Remove one you no longer need."
    )
    assert SavedAddress.objects.count() == 20


def test_save_address_is_refused_without_a_name(signed_in: SignIn, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        save_address(signed_in.customer, **{**HOME, "recipient": " "}, **act(signed_in, at))
    assert str(no.value) == "The name is missing. Write it down."
    assert not SavedAddress.objects.exists()


def test_change_address_and_whose_it_is(signed_in: SignIn, at: datetime) -> None:
    home = save_address(signed_in.customer, **HOME, **act(signed_in, at))
    change_address(home, **{**HOME, "address": "文献路9号"}, **act(signed_in, at + DAY))
    assert SavedAddress.objects.get().address == "文献路9号"
    stranger = sign_in(at, phone=OTHER, key="other")
    with pytest.raises(Refusal) as no:
        change_address(home, **HOME, **act(stranger, at))
    assert no.value.code == "not_yours"
    assert SavedAddress.objects.get().address == "文献路9号"


def test_prefer_address_leaves_one_default(signed_in: SignIn, at: datetime) -> None:
    save_address(signed_in.customer, **HOME, **act(signed_in, at))
    work = save_address(
        signed_in.customer, **{**HOME, "address": "文献路9号"}, **act(signed_in, at)
    )
    prefer_address(work, **act(signed_in, at))
    assert [one.address for one in SavedAddress.objects.filter(is_default=True)] == ["文献路9号"]


def test_remove_address_hands_the_default_on(signed_in: SignIn, at: datetime) -> None:
    home = save_address(signed_in.customer, **HOME, **act(signed_in, at))
    work = save_address(
        signed_in.customer, **{**HOME, "address": "文献路9号"}, **act(signed_in, at)
    )
    remove_address(home, **act(signed_in, at))
    work.refresh_from_db()
    assert work.is_default
    stranger = sign_in(at, phone=OTHER, key="other")
    with pytest.raises(Refusal):
        remove_address(work, **act(stranger, at))
    assert SavedAddress.objects.count() == 1


def test_rename_customer(signed_in: SignIn, at: datetime) -> None:
    rename_customer(signed_in.customer, name=" 小娟 ", language="en", **act(signed_in, at))
    assert (Customer.objects.get().name, Customer.objects.get().language) == ("小娟", "en")
    with pytest.raises(Refusal) as no:
        rename_customer(signed_in.customer, name="x" * 41, language="en", **act(signed_in, at))
    assert str(no.value) == "This is longer than 40 characters. Write it shorter."
    assert Customer.objects.get().name == "小娟"


# --- all his data --------------------------------------------------------------------------------


def test_export_data_goes_on_record(signed_in: SignIn, at: datetime) -> None:
    save_address(signed_in.customer, **HOME, **act(signed_in, at))
    held = {s.code: s for s in personal.held_of(queries.subject_of(signed_in.customer))}
    assert held["addresses"].rows[0]["address"].endswith("胜利路58号3栋502室")
    assert held["member"].rows[0]["phone"] == PHONE
    assert [row["device"] for row in held["sign_ins"].rows] == ["Firefox · Linux"]
    assert len(held["codes"].rows) == 1
    export_data(signed_in.customer, sign_in=signed_in, records=7, **act(signed_in, at))
    assert Fact.objects.get(verb="customers.export_data").data == {"records": 7}


def test_export_data_is_refused_without_a_fresh_code(signed_in: SignIn, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        export_data(signed_in.customer, sign_in=signed_in, records=0, **act(signed_in, at + DAY))
    assert no.value.code == "not_proved"


def test_erase_customer_leaves_a_number_only(signed_in: SignIn, at: datetime) -> None:
    save_address(signed_in.customer, **HOME, **act(signed_in, at))
    erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at))
    customer = Customer.objects.get()
    assert (customer.phone, customer.phone_key, customer.name) == ("", "", "")
    assert customer.erased_at == at
    for kind in (SavedAddress, SignIn, SignInCode, DoorTry, Message):
        assert not kind.objects.exists(), kind
    again = sign_in(at + DAY, key="again")
    assert again.customer_id != customer.pk


def test_erase_customer_is_refused_without_a_fresh_code(signed_in: SignIn, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at + DAY))
    assert no.value.code == "not_proved"
    assert Customer.objects.get().phone_key == KEY


def test_erase_customer_is_refused_twice(signed_in: SignIn, at: datetime) -> None:
    erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at))
    with pytest.raises(Refusal) as no:
        erase_customer(signed_in.customer, sign_in=signed_in, **act(signed_in, at))
    assert str(no.value) == ("This account has been erased. Sign in by a code to begin a new one.")


def test_forget_member_leaves_others_alone(signed_in: SignIn, at: datetime) -> None:
    other = sign_in(at, phone=OTHER, key="other")
    save_address(other.customer, **HOME, **act(other, at))
    subject = queries.subject_of(signed_in.customer)
    assert forget_member(None, subject=subject, by=CLOCKWORK, at=at) == 5
    assert SavedAddress.objects.count() == SignIn.objects.count() == Message.objects.count() == 1


def test_clear_door_deletes_what_nobody_needs(signed_in: SignIn, at: datetime) -> None:
    assert clear_door(None, by=CLOCKWORK, at=at + DAY) == 0
    assert clear_door(None, by=CLOCKWORK, at=at + 3 * DAY) == 3  # the code, and two tries
    assert SignIn.objects.exists()
    clear_door(None, by=CLOCKWORK, at=at + 92 * DAY)
    assert not SignIn.objects.exists()
