"""Signing in and out as a member: by a code sent to the phone, or by a password."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.customers import queries
from zhanggui.books.customers.actions.sending import tell_customer
from zhanggui.books.customers.actor import DOOR, MEMBER
from zhanggui.books.customers.models import Customer, DoorTry, SignIn, SignInCode
from zhanggui.books.customers.rules import door
from zhanggui.books.customers.rules.accounts import why_not_account
from zhanggui.books.customers.rules.door import CODE_FOR, CODE_TRIES_MAX, DEVICE_WORDS_MAX, TryKind
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.phones import PhoneReading, read_phone


def take_try(kind: TryKind, *, phone_key: str, network: str, at: datetime) -> None:
    """Count a try at the door; refuse one too many."""
    if refusal := queries.why_not_try(kind, phone_key=phone_key, network=network, at=at):
        raise refusal
    DoorTry.objects.create(kind=kind, phone_key=phone_key, network=network, tried_at=at)


def _number(text: str) -> PhoneReading:
    phone = read_phone(text)
    if refusal := door.why_not_number(phone):
        raise refusal
    return phone


@action(
    duty=DOOR,
    title=_("Send me a code"),
    said=_("had a code sent to a phone"),
    creates=True,
    private=["phone", "network", "language"],
)
def ask_code(
    area: None, *, phone: str, network: str, language: str, by: Actor, at: datetime
) -> SignInCode:
    """Have a code sent to a phone; whether it is a member's is not asked.

    The former code of the phone holds no more.
    """
    read = _number(phone)
    key = queries.key_of(read)
    take_try(TryKind.CODE, phone_key=key, network=network, at=at)
    SignInCode.objects.filter(phone_key=key, ended_at__isnull=True).update(ended_at=at)
    row = SignInCode(
        phone_key=key, nonce=secrets.token_hex(16), asked_at=at, until_at=at + CODE_FOR
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:  # another code of this phone was made at the same moment
        raise door.too_often(TryKind.CODE, door.MINUTE) from clash
    tell_customer(
        None,
        kind="code",
        phone=read.display,
        phone_key=key,
        data={"row": row.pk},
        language=language,
        until_at=row.until_at,
        by=by,
        at=at,
    )
    return row


@action(
    duty=DOOR,
    title=_("Sign in"),
    said=_("typed a code: %(came_of_it)s"),
    creates=True,
    private=["phone", "code", "network", "language", "key", "device"],
)
def answer_code(
    area: None,
    *,
    phone: str,
    code: str,
    network: str,
    language: str,
    key: str,
    device: str,
    by: Actor,
    at: datetime,
) -> SignIn | None:
    """Sign in on a device (its secret `key`) by a code; None for a wrong one, which is counted.

    The first right code of a phone makes its owner a member.
    """
    read = _number(phone)
    phone_key = queries.key_of(read)
    take_try(TryKind.ANSWER, phone_key=phone_key, network=network, at=at)
    row = (
        SignInCode.objects.select_for_update()
        .filter(phone_key=phone_key, ended_at__isnull=True)
        .first()
    )
    typed = "".join(sign for sign in code if sign.isdecimal())[:12]
    good = row is not None and row.holds(at)
    if row is None or not good or not constant_time_compare(typed, queries.code_of(row)):
        if row is not None and good:
            row.tries += 1
            row.ended_at = at if row.tries >= CODE_TRIES_MAX else None
            row.save(update_fields=["tries", "ended_at"])
        remember(came_of_it="wrong")
        return None
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    customer = queries.member_of_phone(phone_key)
    remember(came_of_it="signed in" if customer else "new member")
    if customer is None:
        customer = Customer.objects.create(
            phone=read.display, phone_key=phone_key, language=language, joined_at=at
        )
    return _signed_in(customer, key, device, proved_at=at, at=at)


def _signed_in(
    customer: Customer, key: str, device: str, *, proved_at: datetime | None, at: datetime
) -> SignIn:
    return SignIn.objects.create(
        customer=customer,
        key_hash=queries.key_hash(key),
        device=device[:DEVICE_WORDS_MAX],
        made_at=at,
        proved_at=proved_at,
        seen_on=localdate(at),
    )


@action(
    duty=DOOR,
    title=_("Try a password"),
    said=_("tried a password"),
    private=["phone", "network"],
)
def try_password(area: None, *, phone: str, network: str, by: Actor, at: datetime) -> bool:
    """Count that a password is tried for a phone; refuse one too many.

    Counted before it is looked at, so that many at once are not looked at either.
    """
    phone_key = queries.key_of(_number(phone))
    take_try(TryKind.PASSWORD, phone_key=phone_key, network=network, at=at)
    return True


@action(
    duty=DOOR,
    title=pgettext_lazy("by a password", "Sign in"),
    said=_("signed in by password"),
    guard=why_not_account,
    private=["key", "device"],
)
def sign_in_by_password(
    customer: Customer, *, key: str, device: str, by: Actor, at: datetime
) -> SignIn:
    """Sign a member in on a device (its secret `key`) after his password has proved right."""
    DoorTry.objects.filter(kind=TryKind.PASSWORD, phone_key=customer.phone_key).delete()
    return _signed_in(customer, key, device, proved_at=None, at=at)


@action(duty=MEMBER, title=_("Mark the visit"), said=_("visited the shop"))
def note_visit(sign_in: SignIn, *, by: Actor, at: datetime) -> SignIn:
    """Note on which day a device was last seen, so that it stays signed in."""
    sign_in.seen_on = localdate(at)
    sign_in.save(update_fields=["seen_on"])
    return sign_in


@action(
    duty=MEMBER,
    title=_("Sign out"),
    said=_("signed a device out"),
    guard=door.why_not_sign_out,
)
def sign_out(sign_in: SignIn, *, by: Actor, at: datetime) -> SignIn:
    """Sign a device of the member out, this one or another."""
    sign_in.ended_at = at
    sign_in.save(update_fields=["ended_at"])
    return sign_in


def end_sign_ins(customer: Customer, *, but: int | None, at: datetime) -> int:
    """Sign all devices of a member out, but for one."""
    rows = SignIn.objects.filter(customer=customer, ended_at__isnull=True)
    return (rows.exclude(pk=but) if but else rows).update(ended_at=at)


@action(
    duty=MEMBER,
    title=_("Sign out everywhere"),
    said=_("signed all devices out: %(devices)s"),
    guard=why_not_account,
)
def sign_out_everywhere(customer: Customer, *, by: Actor, at: datetime) -> Customer:
    """Sign all devices of the member out."""
    remember(devices=end_sign_ins(customer, but=None, at=at))
    return customer


def why_not_change_password(
    customer: Customer, *, sign_in: SignIn | None = None, at: datetime | None = None
) -> Refusal | None:
    """Return why a password cannot be set: nobody has proved just now that the phone is his."""
    if refusal := why_not_account(customer):
        return refusal
    if sign_in is None or at is None:
        return None
    return None if door.is_proved(sign_in, at=at) else door.not_proved()


@action(
    duty=MEMBER,
    title=_("Set the password"),
    said=_("set a password; other devices signed out: %(devices)s"),
    guard=why_not_change_password,
    private=["password_hash", "sign_in"],
)
def set_member_password(
    customer: Customer, *, password_hash: str, sign_in: SignIn, by: Actor, at: datetime
) -> Customer:
    """Set the password (its hash) of a member; every other device is signed out."""
    customer.password = password_hash
    customer.save(update_fields=["password"])
    remember(devices=end_sign_ins(customer, but=sign_in.pk, at=at))
    return customer
