"""Forms of the acts on prices: amounts typed in yuan, moments to come, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.queries import skus_of
from zhanggui.books.prices import queries
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.rules import Asked
from zhanggui.ground.desk.forms import ActForm, moment_field, note_field
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.ground.kernel.fen import format_fen, parse_fen
from zhanggui.ground.kernel.limits import AMOUNT_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal

SAME_MINUTE = timedelta(minutes=1)
"""A moment is chosen by the minute: the present one means at once."""


class FenField(forms.CharField):
    """An amount typed in yuan, returned in fen; None for nothing typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=AMOUNT_CHARS_MAX, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the fen, or a form error in the words in which amounts are refused."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_fen(typed)
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no


def _typed(fen: int | None) -> str:
    return "" if fen is None else format_fen(fen).replace(",", "")


class BookForm(ActForm):
    """What all forms that write the book ask for: from when, and why."""

    since = moment_field(_("Begins"), help_text=_("Empty means at once."))

    def prepare(self) -> None:
        """Let the moment be empty."""
        self.fields["since"].required = False

    def clean_since(self) -> datetime | None:
        """Return the moment, None for at once."""
        since: datetime | None = self.cleaned_data["since"]
        if since is not None and since <= self.at < since + SAME_MINUTE:
            return None
        return since


def _reason() -> forms.CharField:
    return note_field(
        _("Reason"),
        required=False,
        help_text=_("Needed for a price below the floor: a clearance, goods that bring customers."),
    )


class SkuBookForm(BookForm):
    """A form about one SKU, which shows what the book says of it now."""

    def __init__(self, data: Any = None, *, record: Sku, at: datetime, **kwargs: Any) -> None:
        self.present = queries.presents([record], since=at)[record.pk]
        super().__init__(data, record=record, at=at, **kwargs)

    def _start(self) -> dict[str, Any]:
        return self._watched()

    def _watched(self) -> dict[str, Any]:
        return {name: _typed(getattr(self.present, name)) for name in self.watch}


class SetPriceForm(SkuBookForm):
    """The price of a SKU, guarded against two people setting it at once."""

    watch = ("price_fen", "market_fen")

    price_fen = FenField(label=_("Price in yuan"))
    market_fen = FenField(
        label=_("Market price in yuan"),
        required=False,
        help_text=_("What others ask for the same; empty where nobody knows."),
    )
    reason = _reason()
    field_order = ("price_fen", "market_fen", "since", "reason")


class SetCostForm(SkuBookForm):
    """The landed cost of a SKU, guarded against two people setting it at once."""

    watch = ("cost_fen",)

    cost_fen = FenField(
        label=_("Landed cost in yuan"),
        help_text=_("Of one piece: purchase, freight to the depot, packing."),
    )
    field_order = ("cost_fen", "since")


class WithdrawPriceForm(ActForm):
    """Which price to come, and why it shall not."""

    entry = forms.ModelChoiceField(PriceEntry.objects.none(), label=_("Price to come"))
    reason = note_field(_("Reason"))

    def prepare(self) -> None:
        """Offer the prices to come, each with its moment."""
        field = self.fields["entry"]
        assert isinstance(field, forms.ModelChoiceField) and isinstance(self.record, Sku)
        field.queryset = queries.coming(self.record, at=self.at)
        field.empty_label = None
        field.label_from_instance = self._said  # type: ignore[assignment,method-assign]

    def _said(self, entry: PriceEntry) -> str:
        return gettext("%(price)s from %(when)s") % {
            "price": yuan(entry.price_fen),
            "when": moment(entry.since_at, self.at),
        }


class SetPricesForm(BookForm):
    """Price, market price and landed cost of every SKU of a product, as the book has them now."""

    reason = _reason()

    def __init__(self, data: Any = None, *, record: Product, at: datetime, **kwargs: Any) -> None:
        self.skus = skus_of(record)
        self.presents = queries.presents(self.skus, since=at)
        self.watch = tuple(name for name, _sku, _kind in self._cells())  # type: ignore[misc]
        super().__init__(data, record=record, at=at, **kwargs)

    def _cells(self) -> Iterator[tuple[str, Sku, str]]:
        """Yield the amounts in their order: each price beside its market price, then the costs."""
        for kinds in (("price", "market"), ("cost",)):
            for sku in self.skus:
                yield from ((f"{kind}_{sku.pk}", sku, kind) for kind in kinds)

    def _start(self) -> dict[str, Any]:
        return self._watched()

    def _watched(self) -> dict[str, Any]:
        return {
            name: _typed(getattr(self.presents[sku.pk], f"{kind}_fen"))
            for name, sku, kind in self._cells()
        }

    def prepare(self) -> None:
        """Ask for three amounts of each SKU, then for moment and reason."""
        super().prepare()
        titles = {
            "price": _("%(variant)s: price"),
            "market": _("%(variant)s: market price"),
            "cost": _("%(variant)s: cost"),
        }
        amounts = {
            name: FenField(label=titles[kind] % {"variant": sku.variant}, required=False)
            for name, sku, kind in self._cells()
        }
        self.fields = {**amounts, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Let nothing be taken away, and no market price stand alone."""
        values = super().clean() or self.cleaned_data
        for sku in self.skus:
            present, stays = self.presents[sku.pk], values.get(f"market_{sku.pk}") is not None
            if present.price_fen is not None:
                self._keep(f"price_{sku.pk}", _("A price once set can be changed, not taken away."))
            elif stays:
                self._keep(f"price_{sku.pk}", _("Give the price that customers pay, too."))
            if present.cost_fen is not None:
                self._keep(
                    f"cost_{sku.pk}",
                    _("A landed cost once recorded can be changed, not taken away."),
                )
        return values

    def _keep(self, name: str, sentence: Any) -> None:
        if name not in self.errors and self.cleaned_data.get(name) is None:
            self.add_error(name, sentence)

    def values(self) -> dict[str, Any]:
        """Return what is asked for each SKU about which something was typed."""
        values = self.cleaned_data
        asked = [
            Asked(
                sku.pk,
                price_fen=values[f"price_{sku.pk}"],
                market_fen=values[f"market_{sku.pk}"],
                cost_fen=values[f"cost_{sku.pk}"],
            )
            for sku in self.skus
        ]
        said = [one for one in asked if one.price_fen is not None or one.cost_fen is not None]
        return {"asked": said, "since": values["since"], "reason": values["reason"]}


class DelistForm(ActForm):
    """Why a product is taken off sale."""

    reason = note_field(
        _("Reason"), help_text=_("Customers do not read it; whoever lists it again does.")
    )


class TurnBackForm(ActForm):
    """What is wrong with a product that was called ready."""

    reason = note_field(_("What is wrong"))
