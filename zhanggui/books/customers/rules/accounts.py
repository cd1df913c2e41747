"""A member's account: addresses, name, and what speaks against erasing it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence

ADDRESSES_MAX: Final = 20
"""Addresses one member keeps: a family's, its offices and its relatives'."""

NAME_CHARS_MAX: Final = 40
"""Characters of a name: a long one in Latin letters with a title."""

PHONE_CHARS_MAX: Final = 40
"""Characters of a number as it is shown: with country code, blanks and an extension."""

KEY_CHARS_MAX: Final = 24
"""Digits by which all that belongs to one phone is found."""

ADDRESS_CHARS_MAX: Final = 200
"""Characters of an address below its division: four lines on a phone."""

LABEL_CHARS_MAX: Final = 12
"""Characters of what one calls an address: home, office, grandmother's."""


class Account(Protocol):
    """Anything that may have been erased."""

    erased_at: datetime | None


def why_not_account(customer: Account) -> Refusal | None:
    """Return why nothing more can be done with an account: it was erased."""
    if customer.erased_at is None:
        return None
    return Refusal(
        "erased",
        _("This account has been erased."),
        settles=_("Sign in by a code to begin a new one."),
    )


def too_many_addresses() -> Refusal:
    """Return the answer to one address too many."""
    return Refusal(
        "too_many_addresses",
        _("%(most)s addresses are the most one account keeps.") % {"most": ADDRESSES_MAX},
        settles=_("Remove one you no longer need."),
    )


def why_not_address(
    *, recipient: str, phone: str, division: str, address: str, label: str
) -> Refusal | None:
    """Return why an address cannot be kept: a field is empty or too long."""
    for field, text, most, missing in (
        ("name", recipient, NAME_CHARS_MAX, _("The name is missing.")),
        ("phone", phone, PHONE_CHARS_MAX, _("The phone number is missing.")),
        ("division", division, 12, _("The district is missing.")),
        ("address", address, ADDRESS_CHARS_MAX, _("The detailed address is missing.")),
    ):
        if not text:
            return _of_field(field, missing, _("Write it down."))
        if len(text) > most:
            return _of_field(field, _too_long(most), _("Write it shorter."))
    if len(label) > LABEL_CHARS_MAX:
        return _of_field("label", _too_long(LABEL_CHARS_MAX), _("Write it shorter."))
    return None


def why_not_name(name: str) -> Refusal | None:
    """Return why a member cannot be called like this; no name is one too."""
    if len(name) > NAME_CHARS_MAX:
        return _of_field("name", _too_long(NAME_CHARS_MAX), _("Write it shorter."))
    return None


def why_not_password(problem: str) -> Refusal | None:
    """Return the refusal of a password that is too easy; `problem` says why, "" for a good one."""
    if not problem:
        return None
    return Refusal(
        "easy_password",
        problem,
        settles=_("Take a longer one, of letters and digits."),
        status=422,
        data={"field": "password"},
    )


def _too_long(most: int) -> Sentence:
    return _("This is longer than %(most)s characters.") % {"most": most}


def _of_field(field: str, sentence: Sentence, settles: Sentence) -> Refusal:
    return Refusal(f"bad_{field}", sentence, settles=settles, status=422, data={"field": field})
