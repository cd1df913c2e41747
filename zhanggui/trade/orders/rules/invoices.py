"""Whom an invoice is made out to, and whether a tax number can be one."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.orders import says_something

TITLE_CHARS_MAX: Final = 100
"""Characters of an invoice's title: the longest company names have some sixty."""

TAX_NO_CHARS: Final = 18
"""Characters of a unified social credit code, which is the tax number of every company."""

_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def tidy_tax_no(text: str) -> str:
    """Return a tax number as it is written on an invoice: half-width, in capitals, no gaps."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in plain if not c.isspace() and c not in "-.·")


def check_sign(body: str) -> str:
    """Return the check character of the first 17 of a unified social credit code (GB 32100-2015).

    Each character counts by its place in the 31 signs (no I, O, S, V, Z), weighted by the powers of
    three, modulo 31.
    """
    total = sum(_SIGNS.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return _SIGNS[-total % 31]


def why_not_invoice(*, title: str, tax_no: str) -> Refusal | None:
    """Return why no invoice can be made out like this; both must be tidy, both empty is none."""
    if not title:
        return _named(
            "invoice_title", "no_title", _("The invoice has no title."),
            _("Write whom it is made out to: a company, or your name."),
        ) if tax_no else None  # fmt: skip
    if len(title) > TITLE_CHARS_MAX:
        return _named(
            "invoice_title",
            "title_too_long",
            _("The title has more than %(most)s characters.") % {"most": TITLE_CHARS_MAX},
            _("Write it shorter."),
        )
    if not says_something(title):
        return _named(
            "invoice_title",
            "title_symbols",
            _("The title is made of symbols alone."),
            _("Write whom it is made out to: a company, or your name."),
        )
    return _why_not_tax_no(tax_no) if tax_no else None


def _why_not_tax_no(tax_no: str) -> Refusal | None:
    if len(tax_no) != TAX_NO_CHARS:
        return _named(
            "invoice_tax_no",
            "tax_no_length",
            _("A tax number has %(right)s characters; this one has %(count)s.")
            % {"right": TAX_NO_CHARS, "count": len(tax_no)},
            _("Copy it from the business licence, or leave it empty for a private person."),
        )
    if strange := next((c for c in tax_no if c not in _SIGNS), ""):
        return _named(
            "invoice_tax_no",
            "tax_no_sign",
            _("“%(sign)s” does not occur in a tax number.") % {"sign": strange},
            _("It has digits and capitals without I, O, S, V and Z: look whether it is 1 or 0."),
        )
    if check_sign(tax_no[:-1]) != tax_no[-1]:
        return _named(
            "invoice_tax_no",
            "tax_no_check",
            _("This is no valid tax number: its check character does not fit."),
            _("Compare it with the business licence: one character is wrong or two are swapped."),
        )
    return None


def _named(field: str, code: str, sentence: object, settles: object) -> Refusal:
    return Refusal(code, sentence, settles=settles, status=422, data={"field": field})  # type: ignore[arg-type]
