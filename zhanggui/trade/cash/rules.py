"""How money comes home: change at the door, denominations, hand-ins, counts and differences."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves

NOTES_FEN = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Denominations in circulation, in fen: 100, 50, 20, 10, 5 and 1 yuan, 5 and 1 jiao."""

PIECES_MAX = 2_000
"""Notes or coins of one kind in one hand-in: twenty bundles."""


class RemittanceState(TextChoices):
    """Where a hand-in stands."""

    DECLARED = "declared", pgettext_lazy("of a hand-in", "Handed in, to be counted")
    SETTLED = "settled", pgettext_lazy("of a hand-in", "Counted and equal")
    DIFFERENT = "different", pgettext_lazy("of a hand-in", "Counted, different")
    RESOLVED = "resolved", pgettext_lazy("of a hand-in", "Difference decided")


R = RemittanceState
MOVES = Moves(
    R,
    start=R.DECLARED,
    verbs={
        "count_equal": ({R.DECLARED}, R.SETTLED),
        "count_different": ({R.DECLARED}, R.DIFFERENT),
        "resolve_difference": ({R.DIFFERENT}, R.RESOLVED),
    },
)


class Decision(TextChoices):
    """What the city manager decides about a difference."""

    CHARGE = "charge", _("The courier bears it")
    WAIVE = "waive", _("The company bears it")
    KEEP = "keep", _("Booked as surplus")
