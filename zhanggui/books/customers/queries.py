"""Reading members: who is signed in where, what is kept for them, and what was tried."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from zhanggui.books.customers import personal
from zhanggui.books.customers.models import (
    Customer,
    DoorTry,
    Message,
    SavedAddress,
    SignIn,
    SignInCode,
)
from zhanggui.books.customers.personal import Section, Subject
from zhanggui.books.customers.rules.accounts import KEY_CHARS_MAX
from zhanggui.books.customers.rules.door import (
    CODE_DIGITS,
    LONGEST,
    OF_A_NETWORK,
    OF_A_PHONE,
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    SIGNED_IN_FOR,
    TryKind,
    too_often,
    wait_for,
)
from zhanggui.books.customers.rules.messages import LIVE, said
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.adapter import company_name
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.phones import PhoneReading

# --- who it is -----------------------------------------------------------------------------------


def key_of(phone: PhoneReading) -> str:
    """Return the digits by which all that belongs to one phone is found, "" for no good number."""
    return phone.national[:KEY_CHARS_MAX] if phone.good else ""


def member_of_phone(phone_key: str) -> Customer | None:
    """Return the member a phone belongs to."""
    if not phone_key:
        return None
    return Customer.objects.filter(phone_key=phone_key, erased_at__isnull=True).first()


def key_hash(key: str) -> str:
    """Return the hash under which the secret of a device's cookie is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def sign_in_of(key: str, *, at: datetime) -> SignIn | None:
    """Return the sign-in a device's secret belongs to while it holds, with its member."""
    if not key:
        return None
    found = SignIn.objects.filter(key_hash=key_hash(key), ended_at__isnull=True)
    sign_in = found.select_related("customer").first()
    if sign_in is None or sign_in.seen_on < localdate(at - SIGNED_IN_FOR):
        return None
    return sign_in


def sign_ins_of(customer: Customer, *, at: datetime) -> list[SignIn]:
    """Return where a member is signed in, the device seen last first."""
    rows = SignIn.objects.filter(
        customer=customer, ended_at__isnull=True, seen_on__gte=localdate(at - SIGNED_IN_FOR)
    )
    return list(rows.order_by("-seen_on", "-pk"))


# --- codes and passwords -------------------------------------------------------------------------


def code_of(row: SignInCode) -> str:
    """Return the digits of a code: they follow from its nonce and the installation's secret.

    Whoever has the database alone has no code.
    """
    digest = salted_hmac("zhanggui.customers.code", f"{row.phone_key}:{row.nonce}").hexdigest()
    return f"{int(digest, 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def network_of(address: str) -> str:
    """Return the keyed digest under which tries from an address of the network are counted."""
    return salted_hmac("zhanggui.customers.network", address).hexdigest() if address else ""


def why_not_try(kind: TryKind, *, phone_key: str, network: str, at: datetime) -> Refusal | None:
    """Return that a phone or a network has tried too often, and how long to wait."""
    rows = DoorTry.objects.filter(kind=kind, tried_at__gt=at - LONGEST)
    waits: list[timedelta] = []
    for mine, spans in (
        (rows.filter(phone_key=phone_key), OF_A_PHONE[kind]),
        (rows.filter(network=network) if network else rows.none(), OF_A_NETWORK[kind]),
    ):
        most = max(count for _span, count in spans)
        latest = list(mine.order_by("-tried_at").values_list("tried_at", flat=True)[:most])
        if (wait := wait_for(latest, spans, at=at)) is not None:
            waits.append(wait)
    return too_often(kind, max(waits)) if waits else None


def proved_by_password(phone_key: str, password: str) -> Customer | None:
    """Return the member whose phone and password these are.

    A phone nobody has, and a member without a password, take as long as a wrong password does.
    """
    customer = member_of_phone(phone_key)
    text = password[:PASSWORD_CHARS_MAX]
    if customer is None or not customer.password:
        make_password(text)
        return None
    return customer if check_password(text, customer.password) else None


def password_problem(password: str) -> str:
    """Return why a password is too easy, in sentences; "" when it is good."""
    if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
        return str(
            _("A password has at least %(least)s characters.") % {"least": PASSWORD_CHARS_MIN}
        )
    try:
        validate_password(password)
    except ValidationError as bad:
        return " ".join(bad.messages)
    return ""


# --- what a member keeps -------------------------------------------------------------------------


def addresses_of(customer: Customer) -> list[SavedAddress]:
    """Return the addresses a member keeps, the default first, then the latest."""
    rows = SavedAddress.objects.filter(customer=customer)
    return list(rows.order_by("-is_default", "-saved_at", "-pk"))


def address_of(customer: Customer, pk: int) -> SavedAddress | None:
    """Return an address of a member; None for anybody else's."""
    return SavedAddress.objects.filter(customer=customer, pk=pk).first()


def messages_of(phone_key: str, *, most: int) -> list[Message]:
    """Return what was told to a phone, the latest first, codes left out."""
    rows = Message.objects.filter(phone_key=phone_key).exclude(kind="code")
    return list(rows.order_by("-made_at", "-pk")[:most])


# --- messages ------------------------------------------------------------------------------------


def text_of(message: Message) -> str | None:
    """Return a message as it is sent, in its reader's language; None for a code that is gone."""
    values: dict[str, Any] = dict(message.data)
    if message.kind == "code":
        row = SignInCode.objects.filter(pk=int(values["row"]), ended_at__isnull=True).first()
        if row is None:
            return None
        values["code"] = code_of(row)
    with override(message.language):
        company = company_name()
    return said(message.kind, values, language=message.language, company=company)


def messages_left(*, before: datetime) -> QuerySet[Message]:
    """Return the messages made before a moment that have not ended."""
    return Message.objects.filter(state__in=LIVE, made_at__lt=before).order_by("pk")


# --- all that is held of somebody ----------------------------------------------------------------


def subject_of(customer: Customer) -> Subject:
    """Return whose data an export or an erasure is about."""
    return Subject(phone_key=customer.phone_key, customer_id=customer.pk)


def why_not_erase(customer: Customer) -> Refusal | None:
    """Return why a member cannot be erased now."""
    return personal.why_not_erase(subject_of(customer))


def held_here(subject: Subject) -> Sequence[Section]:
    """Return what this room keeps of somebody."""
    customer = Customer.objects.filter(pk=subject.customer_id).first()
    if customer is None:
        return []
    of_phone = Q(phone_key=subject.phone_key)
    return [
        Section(
            "member",
            _("Member"),
            (
                ("number", _("Number")),
                ("phone", pgettext_lazy("number of a person", "Phone")),
                ("name", pgettext_lazy("of a person", "Name")),
                ("password", _("Password set")),
                ("language", _("Language")),
                ("joined_at", _("Member since")),
            ),
            [
                {
                    "number": customer.number,
                    "phone": customer.phone,
                    "name": customer.name,
                    "password": bool(customer.password),
                    "language": customer.language,
                    "joined_at": customer.joined_at,
                }
            ],
        ),
        Section(
            "addresses",
            _("Saved addresses"),
            (
                ("label", _("Called")),
                ("recipient", pgettext_lazy("of a person", "Name")),
                ("phone", pgettext_lazy("number of a person", "Phone")),
                ("address", _("Address")),
                ("default", _("Default")),
                ("saved_at", _("Saved")),
            ),
            [
                {
                    "label": one.label,
                    "recipient": one.recipient,
                    "phone": one.phone,
                    "address": gazetteer().full_name(one.division) + one.address,
                    "default": one.is_default,
                    "saved_at": one.saved_at,
                }
                for one in addresses_of(customer)
            ],
        ),
        Section(
            "sign_ins",
            _("Devices signed in"),
            (
                ("device", _("Device")),
                ("made_at", _("Signed in")),
                ("seen_on", _("Last seen")),
                ("ended_at", _("Signed out")),
            ),
            list(
                SignIn.objects.filter(customer=customer)
                .order_by("pk")
                .values("device", "made_at", "seen_on", "ended_at")
            ),
        ),
        Section(
            "codes",
            _("Codes sent"),
            (("asked_at", _("Asked for")), ("until_at", _("Held until")), ("tries", _("Wrong"))),
            list(
                SignInCode.objects.filter(of_phone)
                .order_by("pk")
                .values("asked_at", "until_at", "tries")
            ),
        ),
        Section(
            "tries",
            _("Tries at the door"),
            (("what", _("What")), ("tried_at", _("When"))),
            [
                {"what": one.get_kind_display(), "tried_at": one.tried_at}
                for one in DoorTry.objects.filter(of_phone).order_by("pk")
            ],
        ),
        Section(
            "messages",
            _("Messages"),
            (("text", _("Text")), ("state", _("State")), ("made_at", _("When"))),
            [
                {
                    "text": text_of(one) or "",
                    "state": one.get_state_display(),
                    "made_at": one.made_at,
                }
                for one in reversed(messages_of(subject.phone_key, most=1_000))
            ],
        ),
    ]
