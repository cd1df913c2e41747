"""Signing in as a member: codes and passwords, and how often one may try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.phones import SENTENCES, Kind, PhoneReading

CODE_DIGITS: Final = 6
"""Digits of a code: with five tries one guess in 200,000 is right."""

CODE_FOR: Final = timedelta(minutes=10)
"""How long a code holds: a message comes within one, a slow network within five."""

CODE_TRIES_MAX: Final = 5
"""Wrong tries after which a code holds no more: typing errors, no guessing."""

SIGNED_IN_FOR: Final = timedelta(days=90)
"""How long a device stays signed in that is not seen: a season, like its cart."""

PROVED_FOR: Final = timedelta(minutes=15)
"""How long after typing a code somebody counts as the owner of the phone beyond doubt."""

TRIES_KEPT: Final = timedelta(days=2)
"""How long tries are kept: twice the longest time over which they are counted."""

PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX = 8, 200
"""Characters of a password: what a guesser gives up at, and what a hash need not swallow."""

DEVICE_WORDS_MAX: Final = 60
"""Characters of what a device is called: browser and system."""


class TryKind(TextChoices):
    """What was tried at the door of the shop."""

    CODE = "code", _("A code was asked for")
    ANSWER = "answer", _("A code was typed")
    PASSWORD = "password", _("A password was typed")
    REQUEST = "request", _("Goods were asked for")
    REMINDER = "reminder", _("A reminder was asked for")


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

OF_A_PHONE: Final[Mapping[TryKind, tuple[tuple[timedelta, int], ...]]] = {
    TryKind.CODE: ((MINUTE, 1), (HOUR, 5), (DAY, 10)),
    TryKind.ANSWER: ((HOUR, 30),),
    TryKind.PASSWORD: ((5 * MINUTE, 5), (DAY, 30)),
    TryKind.REQUEST: ((DAY, 6),),
    TryKind.REMINDER: ((DAY, 30),),
}
"""How many tries of a kind one phone has within a time: a person's, with room for haste."""

OF_A_NETWORK: Final[Mapping[TryKind, tuple[tuple[timedelta, int], ...]]] = {
    TryKind.CODE: ((HOUR, 20), (DAY, 60)),
    TryKind.ANSWER: ((HOUR, 60),),
    TryKind.PASSWORD: ((5 * MINUTE, 20), (DAY, 200)),
    TryKind.REQUEST: ((DAY, 40),),
    TryKind.REMINDER: ((DAY, 120),),
}
"""The same for one address of the network: an office or a dormitory behind one line."""

LONGEST: Final = DAY
"""The longest time over which tries are counted."""


def wait_for(
    tries: list[datetime], spans: tuple[tuple[timedelta, int], ...], *, at: datetime
) -> timedelta | None:
    """Return how long to wait before the next try is within all limits; None for not at all.

    `tries` are the moments of the former ones, in any order.
    """
    wait: timedelta | None = None
    latest = sorted(tries, reverse=True)
    for span, most in spans:
        within = [moment for moment in latest if moment > at - span]
        if len(within) >= most:
            left = within[most - 1] + span - at
            wait = left if wait is None else max(wait, left)
    return wait


def too_often(kind: str, wait: timedelta) -> Refusal:
    """Return the answer to one try too many, with the time to wait in minutes or seconds."""
    said = {
        TryKind.CODE: _("Too many codes were asked for."),
        TryKind.ANSWER: _("Too many codes were typed."),
        TryKind.PASSWORD: _("Too many passwords were typed."),
        TryKind.REQUEST: _("That is a lot of wishes for one day."),
        TryKind.REMINDER: _("That is a lot of reminders for one day."),
    }[TryKind(kind)]
    seconds = max(1, -(-int(wait.total_seconds()) // 1))
    if seconds < 100:
        settles = ngettext_lazy(
            "Try again in %(n)s second.", "Try again in %(n)s seconds.", seconds
        ) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        settles = ngettext_lazy(
            "Try again in %(n)s minute.", "Try again in %(n)s minutes.", minutes
        ) % {"n": minutes}
    return Refusal("too_often", said, settles=settles, status=429)


def why_not_number(phone: PhoneReading) -> Refusal | None:
    """Return why a number cannot be a member's: it is none, or takes no messages."""
    if phone.problem:
        return Refusal(
            f"phone_{phone.problem}",
            _(SENTENCES[phone.problem]),
            settles=_("A mobile has 11 digits, like 138 0013 8000."),
            status=422,
            data={"field": "phone"},
        )
    if phone.kind != Kind.MOBILE:
        return Refusal(
            "phone_no_mobile",
            _("No message can be sent to this number."),
            settles=_("Give the number of a mobile."),
            status=422,
            data={"field": "phone"},
        )
    return None


def wrong_code() -> Refusal:
    """Return the answer to a code that is wrong, used, too old, or was never asked for: one."""
    return Refusal(
        "wrong_code",
        _("This code is not right, or it no longer holds."),
        settles=_("Look at the message again, or have a new code sent."),
        status=422,
        data={"field": "code"},
    )


def wrong_password() -> Refusal:
    """Return the answer to a phone and a password that do not belong together."""
    return Refusal(
        "wrong_password",
        _("Phone and password do not belong together."),
        settles=_("Try again, or sign in by a code."),
        status=422,
        data={"field": "password"},
    )


class SignedIn(Protocol):
    """A sign-in of a member on a device."""

    ended_at: datetime | None
    proved_at: datetime | None


def is_proved(sign_in: SignedIn, *, at: datetime) -> bool:
    """Tell whether somebody typed a code on this device just now."""
    return sign_in.proved_at is not None and at - sign_in.proved_at <= PROVED_FOR


def not_proved() -> Refusal:
    """Return the answer to a deed that only the owner of the phone may do."""
    return Refusal(
        "not_proved",
        _("This needs a code typed within the last quarter of an hour."),
        settles=_("Have a code sent to your phone, type it, and come back."),
    )


def why_not_sign_out(sign_in: SignedIn) -> Refusal | None:
    """Return why a device cannot be signed out."""
    if sign_in.ended_at is None:
        return None
    return Refusal(
        "signed_out", _("This device is signed out already."), settles=_("There is nothing to do.")
    )
