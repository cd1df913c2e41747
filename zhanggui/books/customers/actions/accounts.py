"""What a member keeps with us and may take along: addresses, a name, all his data, and its end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.customers import personal, queries
from zhanggui.books.customers.actions.sending import SENDING
from zhanggui.books.customers.actor import MEMBER
from zhanggui.books.customers.models import (
    Customer,
    DoorTry,
    Message,
    SavedAddress,
    SignIn,
    SignInCode,
)
from zhanggui.books.customers.personal import Holder, Subject, register_holder
from zhanggui.books.customers.rules import accounts as rules
from zhanggui.books.customers.rules import door
from zhanggui.books.customers.rules.door import SIGNED_IN_FOR, TRIES_KEPT
from zhanggui.books.customers.rules.messages import LIVE, MESSAGES_KEPT
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.texts import tidy_text

WORDS = ["recipient", "phone", "division", "address", "label"]


def _written(
    *, recipient: str, phone: str, division: str, address: str, label: str
) -> dict[str, str]:
    """Return the fields of an address, tidy; refuse what cannot be kept."""
    found = {
        "recipient": tidy_text(recipient),
        "phone": tidy_text(phone),
        "division": division,
        "address": tidy_text(address),
        "label": tidy_text(label),
    }
    if refusal := rules.why_not_address(**found):
        raise refusal
    return found


def _lies_there(customer: Customer, values: dict[str, str]) -> SavedAddress | None:
    same = {name: values[name] for name in ("recipient", "phone", "division", "address")}
    return SavedAddress.objects.filter(customer=customer, **same).first()


@action(
    duty=MEMBER,
    title=pgettext_lazy("an address", "Save"),
    said=_("saved an address"),
    guard=rules.why_not_account,
    private=WORDS,
)
def save_address(
    customer: Customer,
    *,
    recipient: str,
    phone: str,
    division: str,
    address: str,
    label: str = "",
    default: bool = False,
    by: Actor,
    at: datetime,
) -> SavedAddress:
    """Keep an address for a member; the first is the default, the same twice is kept once."""
    values = _written(
        recipient=recipient, phone=phone, division=division, address=address, label=label
    )
    known = list(SavedAddress.objects.filter(customer=customer).values_list("pk", flat=True))
    if (same := _lies_there(customer, values)) is not None:
        return _preferred(same, default=default)
    if len(known) >= rules.ADDRESSES_MAX:
        raise rules.too_many_addresses()
    made = SavedAddress.objects.create(customer=customer, saved_at=at, **values)
    if not customer.name:
        customer.name = values["recipient"]
        customer.save(update_fields=["name"])
    return _preferred(made, default=default or not known)


def _preferred(address: SavedAddress, *, default: bool) -> SavedAddress:
    if default and not address.is_default:
        SavedAddress.objects.filter(customer=address.customer_id, is_default=True).update(
            is_default=False
        )
        address.is_default = True
        address.save(update_fields=["is_default"])
    return address


@action(
    duty=MEMBER,
    title=pgettext_lazy("an address", "Change"),
    said=_("changed an address"),
    private=WORDS,
)
def change_address(
    saved: SavedAddress,
    *,
    recipient: str,
    phone: str,
    division: str,
    address: str,
    label: str = "",
    default: bool = False,
    by: Actor,
    at: datetime,
) -> SavedAddress:
    """Change an address a member keeps."""
    values = _written(
        recipient=recipient, phone=phone, division=division, address=address, label=label
    )
    for name, value in values.items():
        setattr(saved, name, value)
    saved.saved_at = at
    saved.save()
    return _preferred(saved, default=default)


@action(duty=MEMBER, title=_("Make it the default"), said=_("made an address the default"))
def prefer_address(saved: SavedAddress, *, by: Actor, at: datetime) -> SavedAddress:
    """Offer this address first from now on."""
    return _preferred(saved, default=True)


@action(
    duty=MEMBER,
    title=pgettext_lazy("an address", "Remove"),
    said=_("removed an address"),
)
def remove_address(saved: SavedAddress, *, by: Actor, at: datetime) -> bool:
    """Forget an address; where it was the default, the latest of the others is."""
    mine = SavedAddress.objects.filter(customer=saved.customer_id).exclude(pk=saved.pk)
    was_default = saved.is_default
    SavedAddress.objects.filter(pk=saved.pk).delete()
    latest = mine.order_by("-saved_at", "-pk").first()
    if was_default and latest is not None:
        _preferred(latest, default=True)
    return True


@action(
    duty=MEMBER,
    title=_("Change the name"),
    said=_("changed the name"),
    guard=rules.why_not_account,
    private=["name", "language"],
)
def rename_customer(
    customer: Customer, *, name: str, language: str, by: Actor, at: datetime
) -> Customer:
    """Call a member by another name, and write to him in a language."""
    name = tidy_text(name)
    if refusal := rules.why_not_name(name):
        raise refusal
    customer.name, customer.language = name, language
    customer.save(update_fields=["name", "language"])
    return customer


# --- all his data --------------------------------------------------------------------------------


def _why_not_proved(
    customer: Customer, *, sign_in: SignIn | None = None, at: datetime | None = None
) -> Refusal | None:
    """Return why data cannot be given out: nobody proved just now that the phone is his."""
    if refusal := rules.why_not_account(customer):
        return refusal
    if sign_in is None or at is None:
        return None
    return None if door.is_proved(sign_in, at=at) else door.not_proved()


@action(
    duty=MEMBER,
    title=_("Take all my data along"),
    said=_("took all data along: %(records)s records"),
    guard=_why_not_proved,
    private=["sign_in"],
)
def export_data(
    customer: Customer, *, sign_in: SignIn, records: int, by: Actor, at: datetime
) -> Customer:
    """Put on record that a member was given everything the house holds about him."""
    return customer


def why_not_erase(
    customer: Customer, *, sign_in: SignIn | None = None, at: datetime | None = None
) -> Refusal | None:
    """Return why a member cannot be erased: something is still under way, or no proof was given."""
    return _why_not_proved(customer, sign_in=sign_in, at=at) or queries.why_not_erase(customer)


@action(
    duty=MEMBER,
    title=_("Erase my data"),
    said=_("was erased"),
    guard=why_not_erase,
    private=["sign_in"],
)
def erase_customer(customer: Customer, *, sign_in: SignIn, by: Actor, at: datetime) -> Customer:
    """Erase everything by which a member could be known, in every room, and sign him out.

    What goods went out and what was paid stays: nobody's, with sums, days and districts.
    """
    remember(records=personal.erase_all(queries.subject_of(customer), by=by, at=at))
    customer.phone = customer.phone_key = customer.name = customer.password = ""
    customer.erased_at = at
    customer.save()
    return customer


@action(
    duty=SENDING,
    title=_("Forget at the door"),
    said=_("forgot addresses, sign-ins and messages"),
    private=["subject"],
)
def forget_member(area: None, *, subject: Subject, by: Actor, at: datetime) -> int:
    """Delete what this room keeps beside the member himself; return how many records."""
    mine = {"phone_key": subject.phone_key}
    rows = (
        SavedAddress.objects.filter(customer=subject.customer_id),
        SignIn.objects.filter(customer=subject.customer_id),
        SignInCode.objects.filter(**mine),
        DoorTry.objects.filter(**mine),
        Message.objects.filter(**mine),
    )
    return sum(found.delete()[0] for found in rows)


register_holder(Holder("customers", held=queries.held_here, erase=partial(forget_member, None)))


@action(
    duty=SENDING,
    title=_("Clear the door"),
    said=_("cleared codes, tries, messages and old sign-ins away: %(count)s"),
)
def clear_door(area: None, *, by: Actor, at: datetime) -> int:
    """Delete what nobody needs any more: codes, tries, ended messages, sign-ins long not seen."""
    stale = localdate(at - SIGNED_IN_FOR)
    rows = (
        SignInCode.objects.filter(asked_at__lt=at - TRIES_KEPT),
        DoorTry.objects.filter(tried_at__lt=at - TRIES_KEPT),
        Message.objects.filter(made_at__lt=at - MESSAGES_KEPT).exclude(state__in=LIVE),
        SignIn.objects.filter(seen_on__lt=stale),
        SignIn.objects.filter(ended_at__lt=at - MESSAGES_KEPT),
    )
    count = sum(found.delete()[0] for found in rows)
    remember(count=count)
    return count
