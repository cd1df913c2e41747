"""Forms of the acts on requests and wanted goods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.queries import sought
from zhanggui.books.wanted import queries, rules
from zhanggui.books.wanted.models import GoodsRequest
from zhanggui.books.wanted.rules import ANSWER_CHARS_MAX, WHAT_CHARS_MAX
from zhanggui.ground.desk.forms import ActForm

NAMED_MAX = 5
"""Products named where a word means several: one types the code of the right one."""


class GoodsField(forms.CharField):
    """A product on sale, by its code or by words of its name."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Goods"),
            max_length=60,
            help_text=_("Code of a product on sale, or words of its name."),
        )

    def clean(self, value: Any) -> Any:
        """Return the product meant; tell when none is, or several are."""
        text = super().clean(value).strip()
        on_sale = queries.products_on_sale()
        exact = Q(code__iexact=text) | Q(name_zh=text) | Q(name_en__iexact=text)
        found: list[Product] = list(on_sale.filter(exact)[:1])
        found = found or list(sought(on_sale, text)[: NAMED_MAX + 1])
        if not found:
            raise forms.ValidationError(
                gettext("Nothing on sale is called “%(text)s”.") % {"text": text}
            )
        if len(found) > 1:
            names = gettext(", ").join(f"{one.name} ({one.code})" for one in found[:NAMED_MAX])
            raise forms.ValidationError(
                gettext("Several goods answer to this: %(names)s. Type the code of one.")
                % {"names": names}
            )
        return found[0]


def _answer(*, required: bool, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("What customers are told"),
        max_length=ANSWER_CHARS_MAX,
        required=required,
        help_text=help_text,
    )


class RouteForm(ActForm):
    """Under which word a request is passed on."""

    what = forms.CharField(
        label=_("Passed on as"),
        max_length=WHAT_CHARS_MAX,
        help_text=_("Requests under the same word are decided about together."),
    )

    def prepare(self) -> None:
        """Begin with the customer's own word."""
        assert isinstance(self.record, GoodsRequest)
        self.initial["what"] = rules.word_of(self.record.what)


class DeclineForm(ActForm):
    """Why there is none."""

    answer = _answer(required=True, help_text=_("Why, in one sentence. It goes to their phones."))


class TakeUpForm(ActForm):
    """What those who asked are told meanwhile."""

    answer = _answer(
        required=True, help_text=_("Until when they hear more, in one sentence. It goes to phones.")
    )


class OfferForm(ActForm):
    """What there is, and what is said beside it."""

    product = GoodsField()
    answer = _answer(required=False, help_text=_("A sentence beside the name, if one is needed."))
