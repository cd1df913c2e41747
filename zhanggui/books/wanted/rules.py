"""What customers ask for and have not got: goods not found, goods out of stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.customers.rules.messages import message_text
from zhanggui.books.search.rules import noted, spoken
from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

WHAT_CHARS_MIN, WHAT_CHARS_MAX = 2, 24
"""Characters of what is asked for, as in a search: shorter says nothing, longer is a note."""

DETAILS_CHARS_MAX: Final = 200
"""Characters of where it was seen, which brand, what for: four lines on a phone."""

ANSWER_CHARS_MAX: Final = 120
"""Characters of what customers are told: it fits the message that brings it."""

REMIND_FOR: Final = timedelta(days=180)
"""How long somebody waits for goods to come back: half a year, then he has bought elsewhere."""

TOLD_HOLDS: Final = timedelta(hours=24)
"""How long a piece counts as meant for who was told of it: a day to come and buy."""

TOLD_MAX: Final = 200
"""Reminders told in one round: minutes later comes the next."""


class RequestState(TextChoices):
    """Where a customer's request for goods stands."""

    ASKED = "asked", pgettext_lazy("of a request for goods", "Asked for")
    ROUTED = "routed", pgettext_lazy("of a request for goods", "With the product manager")
    TAKEN_UP = "taken_up", pgettext_lazy("of a request for goods", "Being looked for")
    OFFERED = "offered", pgettext_lazy("of a request for goods", "On offer")
    DECLINED = "declined", pgettext_lazy("of a request for goods", "Not to be had here")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a request for goods", "Withdrawn")


R = RequestState
REQUEST_MOVES = Moves(
    R,
    start=R.ASKED,
    verbs={
        "route_request": ({R.ASKED}, R.ROUTED),
        "take_up": ({R.ROUTED}, R.TAKEN_UP),
        "offer": ({R.ASKED, R.ROUTED, R.TAKEN_UP}, R.OFFERED),
        "decline": ({R.ASKED, R.ROUTED, R.TAKEN_UP}, R.DECLINED),
        "withdraw_request": ({R.ASKED, R.ROUTED, R.TAKEN_UP}, R.WITHDRAWN),
    },
)

OPEN: Final = (R.ASKED, R.ROUTED, R.TAKEN_UP)
"""States in which a customer still waits for an answer."""


class WantedState(TextChoices):
    """Where wanted goods stand with the product manager."""

    OPEN = "open", pgettext_lazy("of wanted goods", "Waits for a decision")
    TAKEN_UP = "taken_up", pgettext_lazy("of wanted goods", "Being looked for")
    OFFERED = "offered", pgettext_lazy("of wanted goods", "On offer")
    DECLINED = "declined", pgettext_lazy("of wanted goods", "Declined")


W = WantedState
WANTED_MOVES = Moves(
    W,
    start=W.OPEN,
    verbs={
        "take_up_goods": ({W.OPEN}, W.TAKEN_UP),
        "offer_goods": ({W.OPEN, W.TAKEN_UP}, W.OFFERED),
        "decline_goods": ({W.OPEN, W.TAKEN_UP}, W.DECLINED),
        "reopen": ({W.OFFERED, W.DECLINED}, W.OPEN),
    },
)

WAITING: Final = (W.OPEN, W.TAKEN_UP)


class ReminderState(TextChoices):
    """Where a reminder stands."""

    WAITING = "waiting", pgettext_lazy("of a reminder", "Waits for the goods")
    TOLD = "told", pgettext_lazy("of a reminder", "Told")
    ENDED = "ended", pgettext_lazy("of a reminder", "Ended")


M = ReminderState
REMINDER_MOVES = Moves(
    M,
    start=M.WAITING,
    verbs={"tell_back": ({M.WAITING}, M.TOLD), "end_reminder": ({M.WAITING}, M.ENDED)},
)

TAKEN_UP_TEXT = message_text(
    "wanted.taken_up", _("We are looking for what you asked for. %(answer)s")
)
OFFERED_TEXT = message_text(
    "wanted.offered", _("What you asked for is in our shop: %(product)s. %(answer)s")
)
DECLINED_TEXT = message_text("wanted.declined", _("We cannot get what you asked for. %(answer)s"))
BACK_TEXT = message_text("wanted.back", _("%(goods)s is in stock again. Who orders first has it."))


def word_of(what: str) -> str:
    """Return the word under which a request is grouped with others that ask alike."""
    return spoken(what)


def why_not_ask(*, what: str, details: str) -> Refusal | None:
    """Return why this cannot be asked for: it names no goods, or holds somebody's number."""
    if not len(what) >= WHAT_CHARS_MIN:
        return _of_field("what", _("What are you looking for?"), _("Name it in a few words."))
    if len(what) > WHAT_CHARS_MAX:
        return _of_field(
            "what",
            _("This is longer than %(most)s characters.") % {"most": WHAT_CHARS_MAX},
            _("Name the goods only; the rest goes into the next field."),
        )
    if not noted(what):
        return _of_field(
            "what", _("This does not name any goods."), _("Write what it is called, like “lychee”.")
        )
    if len(details) > DETAILS_CHARS_MAX:
        return _of_field(
            "details",
            _("This is longer than %(most)s characters.") % {"most": DETAILS_CHARS_MAX},
            _("Write it shorter."),
        )
    return None


def asked_already() -> Refusal:
    """Return the answer to the same request of the same phone while it waits."""
    return Refusal(
        "asked_already",
        _("You have asked for this already."),
        settles=_("You are told as soon as there is an answer."),
    )


def waits_already() -> Refusal:
    """Return the answer to the same reminder of the same phone while it waits."""
    return Refusal(
        "waits_already",
        _("You are on the list for this already."),
        settles=_("You are told as soon as it is there."),
    )


def there_now() -> Refusal:
    """Return the answer to a reminder of goods that are there."""
    return Refusal(
        "there_now", _("This is in stock."), settles=_("Put it into the cart and order it.")
    )


class InState(Protocol):
    """Anything in a state."""

    state: str


def why_not_route(request: InState) -> Refusal | None:
    """Return why a request cannot be passed on to the product manager."""
    return REQUEST_MOVES.why_not("route_request", request.state)


def why_not_answer(request: InState) -> Refusal | None:
    """Return why customer service cannot answer a request itself: it has passed it on."""
    if request.state in {R.ROUTED, R.TAKEN_UP}:
        return Refusal(
            "with_others",
            _("The product manager decides about this now."),
            settles=_("The customer is told as soon as that is done."),
        )
    return REQUEST_MOVES.why_not("decline", request.state)


def why_not_withdraw(request: InState) -> Refusal | None:
    """Return why a request cannot be withdrawn."""
    return REQUEST_MOVES.why_not("withdraw_request", request.state)


def why_not_take_up(goods: InState) -> Refusal | None:
    """Return why wanted goods cannot be taken up."""
    return WANTED_MOVES.why_not("take_up_goods", goods.state)


def why_not_offer(goods: InState) -> Refusal | None:
    """Return why wanted goods cannot be offered."""
    return WANTED_MOVES.why_not("offer_goods", goods.state)


def why_not_decline(goods: InState) -> Refusal | None:
    """Return why wanted goods cannot be declined."""
    return WANTED_MOVES.why_not("decline_goods", goods.state)


def why_not_end(reminder: InState) -> Refusal | None:
    """Return why a reminder cannot be ended."""
    return REMINDER_MOVES.why_not("end_reminder", reminder.state)


def why_not_tell(reminder: InState) -> Refusal | None:
    """Return why somebody cannot be told that goods are back."""
    return REMINDER_MOVES.why_not("tell_back", reminder.state)


def not_on_sale(name: str) -> Refusal:
    """Return the answer to an offer of goods that nobody can buy."""
    return Refusal(
        "not_on_sale",
        _("“%(name)s” is not on sale.") % {"name": name},
        settles=_("Put it on sale first, or take it up and offer it later."),
        status=422,
    )


def no_longer_sold(name: str) -> Refusal:
    """Return the answer to a reminder of goods that are not sold any more."""
    return Refusal(
        "no_longer_sold",
        _("“%(name)s” is no longer sold.") % {"name": name},
        settles=_("Ask for it: perhaps we get it again."),
        status=422,
    )


# --- who is told first ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for a SKU (ids), in one depot or, None, in any."""

    pk: int
    sku: int
    depot: int | None
    asked_at: datetime


def to_tell(
    waiters: Iterable[Waiter],
    *,
    free: dict[tuple[int, int], int],
    promised: Sequence[tuple[int, int | None]],
) -> list[int]:
    """Return who is told now, first come first told, and no more people than there are pieces.

    `free` is how many pieces may be sold by SKU and depot; `promised` are the SKU and depot of each
    who was told within `TOLD_HOLDS`: a piece is kept in mind for him, so that not everybody runs
    for the same one.
    """
    left = dict(free)

    def take(sku: int, depot: int | None) -> bool:
        places = [(sku, depot)] if depot is not None else sorted(k for k in left if k[0] == sku)
        for place in places:
            if left.get(place, 0) > 0:
                left[place] -= 1
                return True
        return False

    for sku, depot in promised:
        take(sku, depot)
    order = sorted(waiters, key=lambda one: (one.asked_at, one.pk))
    return [one.pk for one in order if take(one.sku, one.depot)][:TOLD_MAX]


def _of_field(field: str, sentence: Sentence, settles: Sentence) -> Refusal:
    return Refusal(f"bad_{field}", sentence, settles=settles, status=422, data={"field": field})
