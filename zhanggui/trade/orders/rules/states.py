"""The three axes of an order and the holds on it: states, and which verb leads where.

An order is in one state of each axis: what was agreed, where the goods are, where the money is. One
column for all three would have to say "delivered" and "not yet counted" at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves


class OrderState(TextChoices):
    """What was agreed with the customer."""

    SCREENING = "screening", _("In screening")
    CONFIRMED = "confirmed", _("Confirmed")
    CLOSED = "closed", pgettext_lazy("of an order", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("of an order", "Cancelled")
    VOID = "void", pgettext_lazy("of an order", "Void")


S = OrderState
MOVES = Moves(
    S,
    start=S.SCREENING,
    verbs={
        "confirm_order": ({S.SCREENING}, S.CONFIRMED),
        "correct_order": ({S.SCREENING}, S.SCREENING),
        "cancel_order": ({S.SCREENING, S.CONFIRMED}, S.CANCELLED),
        "void_order": ({S.SCREENING}, S.VOID),
        "close_order": ({S.CONFIRMED}, S.CLOSED),
    },
)

LIVE = frozenset({S.SCREENING, S.CONFIRMED})
"""States in which something is still to be done for the customer."""


class Fulfilment(TextChoices):
    """Where the goods of an order are."""

    UNALLOCATED = "unallocated", _("Not reserved")
    RESERVED = "reserved", pgettext_lazy("of an order", "Reserved")
    PICKED = "picked", pgettext_lazy("of an order", "Picked and packed")
    OUT = "out", pgettext_lazy("of an order", "On the road")
    DELIVERED = "delivered", pgettext_lazy("of an order", "Delivered")
    PARTLY = "partly", pgettext_lazy("of an order", "Partly delivered")
    REFUSED = "refused", pgettext_lazy("of an order", "Refused at the door")
    FAILED = "failed", pgettext_lazy("of an order", "Not delivered")
    RETURNED = "returned", pgettext_lazy("of an order", "Back in the depot")


F = Fulfilment
STEPS = Moves(
    F,
    start=F.UNALLOCATED,
    verbs={
        "reserve": ({F.UNALLOCATED, F.RETURNED}, F.RESERVED),
        "release": ({F.RESERVED, F.UNALLOCATED, F.RETURNED}, F.UNALLOCATED),
        "pick": ({F.RESERVED}, F.PICKED),
        "unpack": ({F.PICKED}, F.UNALLOCATED),
        "load": ({F.PICKED}, F.OUT),
        "deliver": ({F.OUT}, F.DELIVERED),
        "deliver_part": ({F.OUT}, F.PARTLY),
        "refuse": ({F.OUT}, F.REFUSED),
        "fail": ({F.OUT}, F.FAILED),
        "take_back": ({F.REFUSED, F.FAILED}, F.RETURNED),
    },
)

IN_HOUSE = frozenset({F.UNALLOCATED, F.RESERVED})
"""Where an order may still be changed or cancelled: nobody has touched its goods yet."""

AT_DOOR = frozenset({F.DELIVERED, F.PARTLY, F.REFUSED})
"""Where the door has spoken: what was kept is the customer's."""


class Money(TextChoices):
    """Where the money of an order is. It never reads paid before somebody has counted it."""

    DUE = "due", pgettext_lazy("of an order's money", "Due")
    AWAITED = "awaited", pgettext_lazy("of an order's money", "Transfer awaited")
    PREPAID = "prepaid", pgettext_lazy("of an order's money", "Paid ahead")
    COLLECTED = "collected", pgettext_lazy("of an order's money", "With the courier")
    HANDED_IN = "handed_in", pgettext_lazy("of an order's money", "Handed in, not counted")
    SETTLED = "settled", pgettext_lazy("of an order's money", "Counted and settled")
    NOTHING = "nothing", pgettext_lazy("of an order's money", "Nothing due")
    OWED = "owed", pgettext_lazy("of an order's money", "To be paid back")
    REFUNDED = "refunded", pgettext_lazy("of an order's money", "Paid back")


M = Money
PURSE = Moves(
    M,
    start=M.DUE,
    verbs={
        "collect": ({M.DUE}, M.COLLECTED),
        "waive": ({M.DUE, M.AWAITED}, M.NOTHING),
        "hand_in": ({M.COLLECTED}, M.HANDED_IN),
        "settle": ({M.HANDED_IN}, M.SETTLED),
        "await_transfer": ({M.DUE}, M.AWAITED),
        "prepay": ({M.AWAITED}, M.PREPAID),
        "await_rest": ({M.PREPAID}, M.AWAITED),
        "earn": ({M.PREPAID}, M.SETTLED),
        "owe": ({M.AWAITED, M.PREPAID, M.NOTHING, M.REFUNDED}, M.OWED),
        "pay_back": ({M.OWED}, M.REFUNDED),
        "owe_nothing": ({M.OWED}, M.NOTHING),
    },
)


class Payment(TextChoices):
    """How a customer pays: the courier at the door, or the company's account before anything is
    sent.
    """

    CASH = "cash", _("Cash on delivery")
    TRANSFER = "transfer", _("Bank transfer ahead")


OF_CASH = frozenset({M.DUE, M.COLLECTED, M.HANDED_IN})
"""Where the money of an order paid ahead never is."""

OF_TRANSFER = frozenset({M.AWAITED, M.PREPAID, M.OWED, M.REFUNDED})
"""Where the money of an order paid at the door never is."""


class HoldCode(TextChoices):
    """What screening may find against an order."""

    PHONE_FORMAT = "phone_format", _("Phone cannot be right")
    ADDR_UNCLEAR = "addr_unclear", _("Address unclear")
    INCOMPLETE = "incomplete", _("Something is missing")
    DUPLICATE = "duplicate", _("Perhaps a duplicate")
    VELOCITY = "velocity", _("Many orders in a short time")
    COD_LIMIT = "cod_limit", _("Much cash for one door")
    COD_REFUSED = "cod_refused", _("Refused at the door before")


class Severity(TextChoices):
    """What a hold asks for: a correction, or a person's decision."""

    BLOCK = "block", _("must be corrected")
    ASK = "ask", _("needs a decision")


class Wish(TextChoices):
    """What the customer wants when goods are short, asked at checkout."""

    CALL = "call", _("Call me")
    WAIT = "wait", _("Wait for the goods")
    SUBSTITUTE = "substitute", _("Suggest something else")
    SEND_REST = "send_rest", _("Send the rest")
    CANCEL = "cancel", _("Cancel the order")


class Channel(TextChoices):
    """By which door an order came."""

    SHOP = "shop", _("Shop")
    API = "api", _("API")
    DESK = "desk", _("Taken by phone")


class ShortageState(TextChoices):
    """Where a shortage stands."""

    OPEN = "open", pgettext_lazy("of a shortage", "To be told")
    WAITING = "waiting", pgettext_lazy("of a shortage", "Customer waits")
    SETTLED = "settled", pgettext_lazy("of a shortage", "Settled")


H = ShortageState
SHORTAGE_MOVES = Moves(
    H,
    start=H.OPEN,
    verbs={
        "wait_for_goods": ({H.OPEN, H.WAITING}, H.WAITING),
        "substitute_goods": ({H.OPEN, H.WAITING}, H.SETTLED),
        "send_rest": ({H.OPEN, H.WAITING}, H.SETTLED),
        "cancel_short_order": ({H.OPEN, H.WAITING}, H.SETTLED),
        "serve_shortage": ({H.OPEN, H.WAITING}, H.SETTLED),
    },
)


class Outcome(TextChoices):
    """How a shortage was settled."""

    SERVED = "served", pgettext_lazy("of a shortage", "Goods arrived")
    SUBSTITUTED = "substituted", pgettext_lazy("of a shortage", "Replaced")
    DROPPED = "dropped", pgettext_lazy("of a shortage", "Left out")
    CANCELLED = "cancelled", pgettext_lazy("of a shortage", "Order cancelled")


class CancelReason(TextChoices):
    """Why an order ends without goods having been kept."""

    CUSTOMER = "customer", _("Customer asks for it")
    UNREACHABLE = "unreachable", _("Customer cannot be reached")
    ADDRESS = "address", _("No address to deliver to")
    SHORT = "short", _("Goods are short")
    UNDELIVERED = "undelivered", _("Could not be delivered")
    UNPAID = "unpaid", _("Not paid in time")
    OTHER = "other", pgettext_lazy("of a reason", "Other")


class VoidReason(TextChoices):
    """Why an order never was one."""

    MALICIOUS = "malicious", _("Malicious")
    TEST = "test", pgettext_lazy("of an order", "A test")
    DUPLICATE = "duplicate", pgettext_lazy("of an order", "Ordered twice")


class Resolution(TextChoices):
    """How a hold ended."""

    CONFIRMED = "confirmed", pgettext_lazy("of a hold", "Let through")
    CORRECTED = "corrected", pgettext_lazy("of a hold", "Corrected")
    CANCELLED = "cancelled", pgettext_lazy("of a hold", "Order cancelled")
    VOID = "void", pgettext_lazy("of a hold", "Order void")


AXES: Mapping[str, Moves[OrderState] | Moves[Fulfilment] | Moves[Money]] = {
    "state": MOVES,
    "fulfilment": STEPS,
    "money": PURSE,
}
"""The column of each axis, and the verbs that lead along it; no verb is on two of them."""


def axis_of(verb: str) -> str:
    """Return the column of the axis along which a verb leads."""
    return next(axis for axis, table in AXES.items() if verb in table.verbs)
