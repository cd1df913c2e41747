"""Money as integer fen (1/100 yuan): parsing what people type, showing it, splitting it exactly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import AMOUNT_CHARS_MAX, FEN_MAX
from zhanggui.ground.kernel.refusal import Refusal

_BEFORE = r"(?:(?:¥|RMB|CNY) *)?"
_WHOLE = r"[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+"
_AMOUNT = re.compile(
    rf"{_BEFORE}([+\-−]?) *{_BEFORE}({_WHOLE})?(?:\.([0-9]*))?(?: *(?:元|yuan|RMB|CNY))?",
    re.IGNORECASE,
)


def format_fen(fen: int) -> str:
    """Return yuan with two decimals and grouped thousands: 123450 -> '1,234.50'."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def parse_fen(typed: str) -> int:
    """Return the fen in an amount of yuan as people type it.

    Accepts full-width digits, a currency sign before or behind, and thousands grouped by comma or
    space. Refuses (422) what is not an amount, more than two decimals (nothing is rounded
    away), and more than `FEN_MAX`.
    """
    text = unicodedata.normalize("NFKC", typed).strip() if len(typed) <= AMOUNT_CHARS_MAX else ""
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise Refusal(
            "not_an_amount",
            _("“%(typed)s” is not an amount of money.") % {"typed": typed[:40]},
            settles=_("Type yuan like 87.50."),
            status=422,
        )
    decimals = match[3] or ""
    if len(decimals.rstrip("0")) > 2:
        raise Refusal(
            "too_fine",
            _("“%(typed)s” has parts smaller than one fen.") % {"typed": typed[:40]},
            settles=_("Type at most two decimals."),
            status=422,
        )
    whole = re.sub("[, ]", "", match[2] or "0")
    fen = int(whole) * 100 + int(decimals[:2].ljust(2, "0"))
    if fen > FEN_MAX:
        raise Refusal(
            "too_much",
            _("“%(typed)s” is more than any amount in this company.") % {"typed": typed[:40]},
            settles=_("Check the number of digits."),
            status=422,
        )
    return -fen if match[1] in {"-", "−"} else fen


def split_fen(total: int, weights: Sequence[int]) -> list[int]:
    """Return `total` split in proportion to `weights`, in whole fen, the sum kept exactly.

    Largest remainder (Hamilton); equal remainders go to the earlier part. Weights are
    non-negative integers with a positive sum. A negative total is split like its opposite.
    """
    whole = sum(weights)
    if not weights or whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative with a positive sum")
    if total < 0:
        return [-part for part in split_fen(-total, weights)]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
