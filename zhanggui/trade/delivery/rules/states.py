"""Where a run and its stops stand, and the reasons of the door."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves

STOPS_MAX = 60
"""Stops of one run: what a courier on an electric bicycle delivers between noon and night."""


class RunState(TextChoices):
    """Where a run stands."""

    PLANNED = "planned", pgettext_lazy("of a run", "Planned")
    PICKED = "picked", pgettext_lazy("of a run", "Packed")
    OUT = "out", pgettext_lazy("of a run", "On the road")
    BACK = "back", pgettext_lazy("of a run", "Back")
    DISSOLVED = "dissolved", pgettext_lazy("of a run", "Dissolved")


R = RunState
MOVES = Moves(
    R,
    start=R.PLANNED,
    verbs={
        "pick_run": ({R.PLANNED}, R.PICKED),
        "load_run": ({R.PICKED}, R.OUT),
        "close_run": ({R.OUT}, R.BACK),
        "dissolve_run": ({R.PLANNED, R.PICKED}, R.DISSOLVED),
    },
)

OPEN: Final = frozenset({R.PLANNED, R.PICKED, R.OUT})
"""Runs that somebody still has to bring to an end."""

IN_DEPOT: Final = frozenset({R.PLANNED, R.PICKED})
"""Runs that have not left: their stops may still be moved and taken off."""


class StopState(TextChoices):
    """What happened at a door."""

    WAITING = "waiting", pgettext_lazy("of a stop", "To come")
    DELIVERED = "delivered", pgettext_lazy("of a stop", "Delivered")
    PARTLY = "partly", pgettext_lazy("of a stop", "Partly delivered")
    REFUSED = "refused", pgettext_lazy("of a stop", "Refused")
    FAILED = "failed", pgettext_lazy("of a stop", "Not delivered")
    DROPPED = "dropped", pgettext_lazy("of a stop", "Taken off the run")


P = StopState
STOP_MOVES = Moves(
    P,
    start=P.WAITING,
    verbs={
        "hand_over": ({P.WAITING}, P.DELIVERED),
        "hand_over_part": ({P.WAITING}, P.PARTLY),
        "refuse_stop": ({P.WAITING}, P.REFUSED),
        "fail_stop": ({P.WAITING}, P.FAILED),
        "drop_stop": ({P.WAITING}, P.DROPPED),
    },
)


CAME_TO_DOOR: Final = frozenset({P.DELIVERED, P.PARTLY, P.REFUSED, P.FAILED})
"""Stops that are done: somebody stood at the door."""

COMES_BACK: Final = frozenset({P.PARTLY, P.REFUSED, P.FAILED})
"""Stops whose goods, or some of them, are still in the bag and belong back on the shelf."""

WITHDRAWN = "withdrawn"
"""Reason code of a stop that came off by itself: its order was no longer ready to be packed."""


class RefusalReason(TextChoices):
    """Why a customer did not take the goods."""

    CHANGED_MIND = "changed_mind", _("Does not want it any more")
    DAMAGED = "damaged", _("Goods damaged")
    WRONG_GOODS = "wrong_goods", _("Not what was ordered")
    PRICE = "price", _("Price not as expected")
    LATE = "late", _("Came too late")
    NO_CASH = "no_cash", _("Has no cash at hand")
    NOT_ORDERED = "not_ordered", _("Says nobody ordered")


class FailureReason(TextChoices):
    """Why nobody could be met."""

    NOBODY_HOME = "nobody_home", _("Nobody at home")
    UNREACHABLE = "unreachable", _("Phone not answered")
    BAD_ADDRESS = "bad_address", _("Address not found")
    POSTPONED = "postponed", _("Customer asks for another day")
    BLOCKED = "blocked", _("Weather, road or breakdown")
