"""What a customer asks for, and what speaks against taking it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from zhanggui.ground.kernel.limits import FEN_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.places.rules.texts import tidy_text as tidy_text
from zhanggui.trade.orders.rules.payments import Terms, why_not_terms
from zhanggui.trade.orders.rules.states import Channel, Payment, Wish

DAY_S = 86_400

PIECES_MAX = 999
"""Pieces of one SKU in an order: more is a wholesale deal, not a doorbell."""

LINES_MAX = 60
"""Lines of one order: more does not fit the bag of one stop, and keeps other buyers waiting."""

UNCONFIRMED_MAX = 3
"""Orders of one phone in a day that nobody has confirmed yet: a family's, not a prank's."""

FREE_PIECES = 60
"""Pieces of one SKU a customer may have in open orders whatever the stock: a wedding's tables."""

HOARD_PERCENT = 20
"""Percent of a depot's stock of one SKU that one customer may have in open orders beyond these."""

RECIPIENT_CHARS_MAX = 40
"""Characters of a name: a long one in Latin letters with a title."""

PHONE_CHARS_MAX = 40
"""Characters of a phone number: the longest with country code, spaces and extension."""

ADDRESS_CHARS_MAX = 200
"""Characters of an address below its division, and of a note: four lines on a phone."""

DEVICE_CHARS_MAX = 64
"""Characters of a device's key: a digest in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Item:
    """Pieces of a SKU (its id) at the price the customer was shown."""

    sku: int
    quantity: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as the customer gives it.

    `division` is the code of the county or street of the address, `wish` what to do when goods are
    short, `device` a key by which orders of one device are known, "" for none, `origin` the id of
    where the customer came from; `invoice_title` and `invoice_tax_no` are empty where no invoice is
    wished. `proven`: the customer has shown that the phone is his own.
    """

    recipient: str
    phone: str
    division: str
    address: str
    items: tuple[Item, ...]
    note: str = ""
    wish: str = Wish.CALL.value
    channel: str = Channel.SHOP.value
    device: str = ""
    origin: int | None = None
    invoice_title: str = ""
    invoice_tax_no: str = ""
    payment: str = Payment.CASH.value
    proven: bool = False

    def tidy(self) -> Draft:
        """Return the draft without control characters and needless blanks."""
        return replace(
            self,
            recipient=tidy_text(self.recipient),
            phone=tidy_text(self.phone)[:PHONE_CHARS_MAX],
            division=self.division.strip(),
            address=tidy_text(self.address),
            note=tidy_text(self.note),
            device=tidy_text(self.device)[:DEVICE_CHARS_MAX],
            invoice_title=tidy_text(self.invoice_title),
            invoice_tax_no=tidy_text(self.invoice_tax_no),
        )


def says_something(text: str) -> bool:
    """Tell whether a text has at least one letter, character or digit, not symbols alone."""
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def why_not_text(*, recipient: str, address: str, note: str = "") -> Refusal | None:
    """Return why a name and an address cannot be those of a door; both must be tidy."""
    for code, name, text, most in (
        ("recipient", _("The name"), recipient, RECIPIENT_CHARS_MAX),
        ("address", _("The address"), address, ADDRESS_CHARS_MAX),
        ("note", pgettext_lazy("of an order", "The note"), note, ADDRESS_CHARS_MAX),
    ):
        if len(text) > most:
            return Refusal(
                "too_long",
                _("%(name)s has more than %(most)s characters.") % {"name": name, "most": most},
                settles=_("Write it shorter."),
                status=422,
                data={"field": code},
            )
        if text and code != "note" and not says_something(text):
            return Refusal(
                "only_symbols",
                _("%(name)s is made of symbols alone.") % {"name": name},
                settles=_("Write it in characters, letters or digits."),
                status=422,
                data={"field": code},
            )
    return None


def why_not_items(items: Sequence[Item]) -> Refusal | None:
    """Return why these pieces cannot be ordered, whatever lies where."""
    if not items:
        return Refusal(
            "empty",
            _("There is nothing in the order."),
            settles=_("Put at least one thing into it."),
            status=422,
        )
    if len(items) > LINES_MAX:
        return Refusal(
            "too_many_lines",
            _("%(count)s different things are too many for one order.") % {"count": len(items)},
            settles=_("Order at most %(most)s at a time.") % {"most": LINES_MAX},
            status=422,
        )
    wanted: dict[int, int] = {}
    for item in items:
        if item.quantity < 1:
            return Refusal(
                "not_positive",
                _("A quantity must be at least one piece."),
                settles=_("Take the thing out if you do not want it."),
                status=422,
                data={"sku": item.sku},
            )
        wanted[item.sku] = wanted.get(item.sku, 0) + item.quantity
        if wanted[item.sku] > PIECES_MAX:
            return Refusal(
                "too_many_pieces",
                _("%(quantity)s pieces of one thing are too many for one order.")
                % {"quantity": wanted[item.sku]},
                settles=_("Order at most %(most)s; what is more goes into another order.")
                % {"most": PIECES_MAX},
                status=422,
                data={"sku": item.sku},
            )
    return None


def why_not_words(draft: Draft) -> Refusal | None:
    """Return why wish, channel or payment of a draft are none we know."""
    for word, known in (
        (draft.wish, Wish.values),
        (draft.channel, Channel.values),
        (draft.payment, Payment.values),
    ):
        if word not in known:
            break
    else:
        return None
    return Refusal(
        "unknown_word",
        _("“%(word)s” is not among the choices.") % {"word": word},
        settles=_("Choose one of those offered."),
        status=422,
    )


def merged(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items with each SKU once, in the order in which they first came."""
    found: dict[int, Item] = {}
    for item in items:
        former = found.get(item.sku)
        count = item.quantity + (former.quantity if former else 0)
        found[item.sku] = replace(former or item, quantity=count)
    return tuple(found.values())


def not_for_sale(skus: Mapping[int, Sentence]) -> Refusal:
    """Return the answer to ordering what is not on sale; `skus` are their ids and names."""
    return Refusal(
        "not_for_sale",
        ngettext_lazy(
            "“%(names)s” is not on sale at present.",
            "“%(names)s” are not on sale at present.",
            len(skus),
        )
        % {"names": _listed(skus)},
        settles=_("Take it out of the order; the rest can be had."),
        data={"skus": sorted(skus)},
    )


def price_changed(now: Mapping[int, int], names: Mapping[int, Sentence]) -> Refusal:
    """Return the answer to a price that is no longer the one shown; `now` is fen by SKU."""
    return Refusal(
        "price_changed",
        ngettext_lazy(
            "The price of “%(names)s” has changed meanwhile.",
            "The prices of “%(names)s” have changed meanwhile.",
            len(now),
        )
        % {"names": _listed({sku: names.get(sku, str(sku)) for sku in now})},
        settles=_("Look at the new price, and order again if it suits you."),
        data={"prices": {str(sku): fen for sku, fen in now.items()}},
    )


def _listed(names: Mapping[int, Sentence]) -> str:
    return "”, “".join(str(name) for name in list(names.values())[:3])


def too_few_left(left: Mapping[int, int], names: Mapping[int, Sentence]) -> Refusal:
    """Return the answer to wanting more than may be promised; `left` is pieces by SKU."""
    sku, count = next(iter(left.items()))
    return Refusal(
        "too_few",
        ngettext_lazy(
            "Of “%(name)s” only %(count)s piece is left.",
            "Of “%(name)s” only %(count)s pieces are left.",
            count,
        )
        % {"name": names.get(sku, str(sku)), "count": count}
        if count
        else _("“%(name)s” is sold out.") % {"name": names.get(sku, str(sku))},
        settles=_("Take fewer, or order it all the same and say what to do until more arrive."),
        data={"left": {str(sku): count for sku, count in left.items()}},
    )


def not_served(place: str) -> Refusal:
    """Return the answer to an address where we do not deliver."""
    return Refusal(
        "not_served",
        _("We do not deliver to %(place)s yet.") % {"place": place}
        if place
        else _("This address does not say in which county or district it lies."),
        settles=_("Choose an address in one of the districts we serve."),
        status=422,
    )


def why_not_sum(goods_fen: int, *, least_fen: int) -> Refusal | None:
    """Return why an order of this amount is not delivered."""
    if goods_fen > FEN_MAX:
        return Refusal(
            "too_dear",
            _("This is more than one order can be worth."),
            settles=_("Order in parts."),
            status=422,
        )
    if goods_fen < least_fen:
        return Refusal(
            "below_least",
            _("We deliver there from %(least)s yuan; this order has %(sum)s.")
            % {"least": _yuan(least_fen), "sum": _yuan(goods_fen)},
            settles=_("Add %(missing)s yuan.") % {"missing": _yuan(least_fen - goods_fen)},
            status=422,
            data={"least_fen": least_fen},
        )
    return None


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def too_many_open(count: int) -> Refusal:
    """Return the answer to a further order of a phone whose orders nobody has confirmed yet."""
    return Refusal(
        "too_many_open",
        ngettext_lazy(
            "%(count)s order of this phone still waits to be confirmed.",
            "%(count)s orders of this phone still wait to be confirmed.",
            count,
        )
        % {"count": count},
        settles=_("Wait until they are confirmed; then this one can be placed."),
        data={"open": count},
    )


def too_many_unpaid(count: int) -> Refusal:
    """Return the answer to a further order to be transferred while so many are not paid yet."""
    return Refusal(
        "too_many_unpaid",
        _("%(count)s orders of this phone still wait for their transfer.") % {"count": count},
        settles=_("Pay one of them or call it off; then this one can be placed."),
        data={"unpaid": count, "field": "payment"},
    )


def pieces_allowed(sellable: int, *, open_pieces: int) -> int:
    """Return how many pieces of a SKU one customer may have in open orders.

    `sellable` is what the depot may still promise, `open_pieces` what his open orders hold already.
    """
    return max(FREE_PIECES, (sellable + open_pieces) * HOARD_PERCENT // 100)


def too_much_of_one(sku: int, name: Sentence, *, most: int, open_pieces: int) -> Refusal:
    """Return the answer to one customer's wanting more of the stock than is fair to the others."""
    return Refusal(
        "too_much_of_one",
        ngettext_lazy(
            "Of “%(name)s” one customer can order %(most)s piece at present.",
            "Of “%(name)s” one customer can order %(most)s pieces at present.",
            most,
        )
        % {"name": name, "most": most},
        settles=_("Your open orders hold %(count)s of them already: take fewer.")
        % {"count": open_pieces}
        if open_pieces
        else _("Take fewer."),
        status=422,
        data={"sku": sku, "most": most},
    )


# --- what an area promises ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """Until when to order and by when it is there, in seconds after the company's midnight."""

    cutoff_s: int
    same_day_s: int
    next_day_s: int

    def is_same_day(self, at: datetime) -> bool:
        """Tell whether what is ordered at this moment is there the same day."""
        return at < _moment(at, self.cutoff_s)

    def promised_at(self, at: datetime) -> datetime:
        """Return by when what is ordered at this moment is there."""
        if self.is_same_day(at):
            return _moment(at, self.same_day_s)
        return _moment(localtime(at) + timedelta(days=1), self.next_day_s)


def _moment(at: datetime, seconds: int) -> datetime:
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(seconds=seconds)


def why_not_hours(
    _area: object = None,
    *,
    cutoff_s: int | None = None,
    same_day_s: int | None = None,
    next_day_s: int | None = None,
    least_fen: int = 0,
    terms: Terms | None = None,
) -> Refusal | None:
    """Return why an area cannot promise these hours and terms; None before they are known."""
    if cutoff_s is None or same_day_s is None or next_day_s is None:
        return None
    if not (0 <= cutoff_s < DAY_S and 0 <= same_day_s < DAY_S and 0 < next_day_s < DAY_S):
        return Refusal(
            "bad_hours",
            _("These are not times of a day."),
            settles=_("Give times from 00:00 to 23:59."),
            status=422,
        )
    if cutoff_s >= same_day_s:
        return Refusal(
            "cutoff_late",
            _("What is ordered at the last moment cannot be there before it was ordered."),
            settles=_("Let the order time end before the delivery time of the same day."),
            status=422,
        )
    if not 0 <= least_fen <= LEAST_FEN_MAX:
        return Refusal(
            "bad_least",
            _("The smallest order is from 0 to %(most)s yuan.") % {"most": _yuan(LEAST_FEN_MAX)},
            settles=_("Check the number of digits."),
            status=422,
        )
    return (
        None
        if terms is None
        else why_not_terms(
            cash_first_fen=terms.cash_first_fen,
            cash_most_fen=terms.cash_most_fen,
            transfer_least_fen=terms.transfer_least_fen,
            open_to_any=terms.cash_open or terms.transfer_open,
        )
    )


LEAST_FEN_MAX: Final = 100_000
"""The highest smallest order: nobody orders groceries for more than a thousand yuan to begin."""


# --- numbers ------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(?:ZG)?\d{6}(\d{5,12})\Z", re.IGNORECASE)


def number_parts(text: str) -> int | None:
    """Return the id in an order's number as people type it, None when it is none."""
    found = _NUMBER.match(text.strip().replace(" ", ""))
    return int(found[1]) if found else None
