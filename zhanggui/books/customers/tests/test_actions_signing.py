"""Signing in: by code and by password, how often, and what a stranger learns (nothing)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password

from zhanggui.books.customers import queries
from zhanggui.books.customers.actions.signing import (
    answer_code,
    ask_code,
    note_visit,
    set_member_password,
    sign_in_by_password,
    sign_out,
    sign_out_everywhere,
    try_password,
)
from zhanggui.books.customers.actor import VISITOR, MemberActor
from zhanggui.books.customers.models import Customer, DoorTry, Message, SignIn, SignInCode
from zhanggui.books.customers.tests.conftest import KEY, OTHER, PHONE, act, answer, ask, sign_in
from zhanggui.ground.kernel.actor import CustomerActor
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def wrong(row: SignInCode) -> str:
    """Return a code that is not this one."""
    return f"{(int(queries.code_of(row)) + 1) % 1_000_000:06d}"


def test_ask_code_sends_six_digits_that_stand_nowhere(at: datetime) -> None:
    row = ask(at)
    code = queries.code_of(row)
    assert len(code) == 6 and code.isdecimal()
    message = Message.objects.get()
    assert (message.kind, message.phone_key, message.data) == ("code", KEY, {"row": row.pk})
    assert queries.text_of(message) is not None and code in str(queries.text_of(message))
    stored = [
        str(values) for kind in (SignInCode, Message, Fact) for values in kind.objects.values()
    ]
    assert not any(code in text for text in stored)


def test_ask_code_leaves_no_number_in_the_facts(at: datetime) -> None:
    ask(at)
    assert not any(KEY in str(v) or PHONE in str(v) for v in Fact.objects.values())


def test_ask_code_answers_alike_whoever_it_is(at: datetime) -> None:
    sign_in(at)  # a member
    later = at + 2 * MINUTE
    before = Fact.objects.order_by("pk").last()
    assert before is not None
    known, unknown = ask(later), ask(later, phone=OTHER, network="n2")
    facts = list(Fact.objects.filter(pk__gt=before.pk).order_by("pk").values_list("verb", "data"))
    assert facts[:2] == facts[2:]
    assert known.until_at == unknown.until_at
    assert Customer.objects.count() == 1


def test_ask_code_is_refused_too_often(at: datetime) -> None:
    ask(at)
    with pytest.raises(Refusal) as no:
        ask(at + timedelta(seconds=15))
    assert str(no.value) == "Too many codes were asked for. Try again in 45 seconds."
    assert SignInCode.objects.count() == 1
    ask(at + MINUTE)
    assert [row.ended_at is None for row in SignInCode.objects.order_by("pk")] == [False, True]


def test_ask_code_is_refused_to_a_network_that_asks_for_many_phones(at: datetime) -> None:
    for number in range(20):
        ask(at, phone=f"138503070{number:02d}")
    with pytest.raises(Refusal) as no:
        ask(at, phone="13850307099")
    assert no.value.code == "too_often"
    ask(at, phone="13850307099", network="n2")


def test_ask_code_is_refused_for_a_landline(at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        ask(at, phone="0594-2345678")
    assert str(no.value) == ("No message can be sent to this number. Give the number of a mobile.")
    assert not DoorTry.objects.exists()


def test_ask_code_is_refused_to_whom_no_face_opened_it(at: datetime) -> None:
    nobody = CustomerActor(duties=frozenset())
    with pytest.raises(Refusal) as no:
        ask_code(None, phone=PHONE, network="", language="en", by=nobody, at=at)
    assert no.value.code == "not_yours"


def test_answer_code_makes_a_member_by_the_first_right_code(at: datetime) -> None:
    row = ask(at)
    found = answer(at + MINUTE, f" {queries.code_of(row)[:3]} {queries.code_of(row)[3:]} ")
    assert found is not None
    customer = found.customer
    assert (customer.phone, customer.phone_key, customer.name) == (PHONE, KEY, "")
    assert (found.proved_at, found.device) == (at + MINUTE, "Firefox · Linux")
    assert queries.sign_in_of("key", at=at + MINUTE) == found
    assert queries.sign_in_of("another", at=at) is None
    fact = Fact.objects.get(verb="customers.answer_code")
    assert fact.data == {"came_of_it": "new member"}


def test_answer_code_signs_a_member_in_again(at: datetime) -> None:
    first = sign_in(at)
    second = sign_in(at + 2 * MINUTE, key="phone")
    assert second.customer == first.customer and Customer.objects.count() == 1


def test_answer_code_takes_a_code_once(at: datetime) -> None:
    code = queries.code_of(ask(at))
    assert answer(at, code) is not None
    assert answer(at, code, key="second") is None


def test_answer_code_takes_no_old_code(at: datetime) -> None:
    code = queries.code_of(ask(at))
    assert answer(at + 10 * MINUTE, code) is None
    assert not Customer.objects.exists()


def test_answer_code_counts_wrong_ones_and_ends_after_five(at: datetime) -> None:
    row = ask(at)
    for _ in range(5):
        assert answer(at, wrong(row)) is None
    row.refresh_from_db()
    assert (row.tries, row.ended_at) == (5, at)
    assert answer(at, queries.code_of(row)) is None
    assert not SignIn.objects.exists()


def test_answer_code_answers_alike_where_none_was_asked(at: datetime) -> None:
    assert answer(at, "123456", phone=OTHER) is None


def test_answer_code_is_refused_too_often(at: datetime) -> None:
    for _ in range(30):
        answer(at, "000000")
    with pytest.raises(Refusal) as no:
        answer(at, "000000")
    assert str(no.value) == "Too many codes were typed. Try again in 60 minutes."


def test_answer_code_is_refused_for_what_is_no_number(at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        answer_code(
            None, phone="12", code="1", network="", language="en", key="k", device="", by=VISITOR,
            at=at,
        )  # fmt: skip
    assert no.value.code == "phone_short"


# --- passwords -----------------------------------------------------------------------------------


def with_password(signed_in: SignIn, at: datetime, password: str = "longan-and-tea-7") -> Customer:
    """Let a member set a password."""
    return set_member_password(
        signed_in.customer,
        password_hash=make_password(password),
        sign_in=signed_in,
        **act(signed_in, at),
    )


def test_set_member_password_signs_the_other_devices_out(signed_in: SignIn, at: datetime) -> None:
    other = sign_in(at + 2 * MINUTE, key="phone")
    customer = with_password(other, at + 3 * MINUTE)
    signed_in.refresh_from_db()
    assert signed_in.ended_at == at + 3 * MINUTE
    assert queries.sign_in_of("phone", at=at) == other
    assert queries.proved_by_password(KEY, "longan-and-tea-7") == customer
    assert "argon2" not in str(list(Fact.objects.values()))


def test_set_member_password_is_refused_without_a_fresh_code(
    signed_in: SignIn, at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        with_password(signed_in, at + 16 * MINUTE)
    assert str(no.value) == (
        "This needs a code typed within the last quarter of an hour. "
        "Have a code sent to your phone, type it, and come back."
    )
    assert Customer.objects.get().password == ""


def test_set_member_password_is_not_for_another_member(signed_in: SignIn, at: datetime) -> None:
    other = sign_in(at, phone=OTHER, key="other")
    with pytest.raises(Refusal) as no:
        set_member_password(
            signed_in.customer, password_hash="x", sign_in=other,
            by=MemberActor(other.customer_id), at=at,
        )  # fmt: skip
    assert no.value.code == "not_yours"


def test_try_password_is_refused_too_often_for_any_phone(at: datetime) -> None:
    for phone in (PHONE, OTHER):
        for _ in range(5):
            try_password(None, phone=phone, network="", by=VISITOR, at=at)
        with pytest.raises(Refusal) as no:
            try_password(None, phone=phone, network="", by=VISITOR, at=at)
        assert str(no.value) == "Too many passwords were typed. Try again in 5 minutes."


def test_proved_by_password_hashes_once_whoever_it_is(
    signed_in: SignIn, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(signed_in, at)
    hashed: list[str] = []
    for name in ("check_password", "make_password"):
        real = getattr(queries, name)
        monkeypatch.setattr(
            queries, name, lambda *a, real=real, name=name: (hashed.append(name), real(*a))[1]
        )
    assert queries.proved_by_password(KEY, "wrong") is None
    assert queries.proved_by_password("13959601144", "wrong") is None
    assert hashed == ["check_password", "make_password"]


def test_sign_in_by_password_forgets_the_wrong_tries(signed_in: SignIn, at: datetime) -> None:
    customer = with_password(signed_in, at)
    try_password(None, phone=PHONE, network="", by=VISITOR, at=at)
    made = sign_in_by_password(customer, key="laptop", device="", by=VISITOR, at=at)
    assert made.proved_at is None
    assert not DoorTry.objects.filter(kind="password").exists()


def test_sign_in_by_password_is_refused_to_a_stranger(signed_in: SignIn, at: datetime) -> None:
    nobody = CustomerActor(duties=frozenset())
    with pytest.raises(Refusal) as no:
        sign_in_by_password(signed_in.customer, key="x", device="", by=nobody, at=at)
    assert no.value.code == "not_yours"


# --- devices -------------------------------------------------------------------------------------


def test_note_visit_keeps_a_device_signed_in(signed_in: SignIn, at: datetime) -> None:
    later = at + timedelta(days=80)
    note_visit(signed_in, **act(signed_in, later))
    assert queries.sign_in_of("key", at=at + timedelta(days=160)) is not None
    assert queries.sign_in_of("key", at=at + timedelta(days=171)) is None


def test_sign_out_ends_one_device(signed_in: SignIn, at: datetime) -> None:
    sign_in(at + 2 * MINUTE, key="phone")
    sign_out(signed_in, **act(signed_in, at + 3 * MINUTE))
    assert queries.sign_in_of("key", at=at) is None
    assert queries.sign_in_of("phone", at=at) is not None
    signed_in.refresh_from_db()
    with pytest.raises(Refusal) as no:
        sign_out(signed_in, **act(signed_in, at + 3 * MINUTE))
    assert str(no.value) == "This device is signed out already. There is nothing to do."


def test_sign_out_is_not_for_another_members_device(signed_in: SignIn, at: datetime) -> None:
    other = sign_in(at, phone=OTHER, key="other")
    with pytest.raises(Refusal) as no:
        sign_out(signed_in, **act(other, at))
    assert no.value.code == "not_yours"


def test_sign_out_everywhere_ends_all_devices(signed_in: SignIn, at: datetime) -> None:
    sign_in(at + 2 * MINUTE, key="phone")
    sign_out_everywhere(signed_in.customer, **act(signed_in, at + 3 * MINUTE))
    assert not SignIn.objects.filter(ended_at__isnull=True).exists()
