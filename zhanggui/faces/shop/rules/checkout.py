"""What a checkout form must say before an order is made of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.trade.orders.rules.orders import (
    ADDRESS_CHARS_MAX,
    RECIPIENT_CHARS_MAX,
    says_something,
    tidy_text,
)

KEY = re.compile(r"[0-9a-f]{32}")
"""What the hidden number of a form looks like: the same form sent twice is one order."""

PASTE_CHARS_MAX = 500
"""Characters of a pasted address: name, phone and the longest address three times over."""


_WISH = re.compile(r"(?:请|麻烦|放|明天|后天|今天|周|工作日|上午|下午|晚上|尽快)")


def wishes_among(noise: Iterable[str]) -> str:
    """Return what a pasted text asks of the courier (请放门口), of all that is no address."""
    return "，".join(words for words in noise if _WISH.match(words))[:ADDRESS_CHARS_MAX]


def why_not_name(text: str) -> Refusal | None:
    """Return why a courier could not ask for this name at the door."""
    name = tidy_text(text)
    if not name:
        return _named("no_name", _("The name is missing."), _("Write who receives the parcel."))
    if len(name) > RECIPIENT_CHARS_MAX:
        return _named(
            "name_too_long",
            _("The name has more than %(most)s characters.") % {"most": RECIPIENT_CHARS_MAX},
            _("A surname is enough."),
        )
    if any(unicodedata.category(c) in {"So", "Sk", "Cn", "Co"} for c in name):
        return _named(
            "name_emoji",
            _("The name has a picture sign in it."),
            _("Write it in characters or letters, so that the courier can ask for you."),
        )
    if not any(unicodedata.category(c).startswith("L") for c in name):
        return _named(
            "name_symbols",
            _("This is not a name."),
            _("Write it in characters or letters, so that the courier can ask for you."),
        )
    return None


def why_not_address(text: str) -> Refusal | None:
    """Return why this cannot be the lines below the district."""
    address = tidy_text(text)
    if not address:
        return _named(
            "no_address",
            _("The detailed address is missing."),
            _("Write road, house number, building and room."),
        )
    if not says_something(address):
        return _named(
            "address_symbols",
            _("This is not an address."),
            _("Write road, house number, building and room."),
        )
    return None


def _named(code: str, sentence: Sentence, settles: Sentence) -> Refusal:
    return Refusal(code, sentence, settles=settles, status=422)
