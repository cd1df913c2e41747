"""Forms of the acts on orders, shortages and delivery promises."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import ActForm, moment_field, note_field
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.org.models import Area
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.models import DeliveryPromise, Order, Shortage
from zhanggui.trade.orders.rules.orders import (
    ADDRESS_CHARS_MAX,
    LEAST_FEN_MAX,
    PHONE_CHARS_MAX,
    PIECES_MAX,
    RECIPIENT_CHARS_MAX,
)
from zhanggui.trade.orders.rules.payments import (
    CAP_FEN_MAX,
    COD_FEN_MAX,
    COD_FIRST_FEN_MAX,
    Terms,
)
from zhanggui.trade.orders.rules.states import CancelReason, VoidReason


def _reason(*, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=_("In words"), max_length=TITLE_CHARS_MAX, required=required, help_text=help_text
    )


class CorrectForm(ActForm):
    """Where and to whom an order goes; the phone stays as it is where nothing is typed."""

    watch = ("recipient", "division", "address")
    recipient = forms.CharField(
        label=_("Recipient"), max_length=RECIPIENT_CHARS_MAX, required=False
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=PHONE_CHARS_MAX,
        required=False,
        help_text=_("Leave it empty to keep the number."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    division = forms.ChoiceField(label=_("County or district"))
    address = forms.CharField(
        label=_("Street, number and room"),
        max_length=ADDRESS_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        """Offer the counties we serve, and the one the order has now."""
        assert isinstance(self.record, Order)
        now = self.record.division
        choices = {now: gazetteer().full_name(now)}
        choices |= {code: name for code, _area, name in queries.served_divisions(at=self.at)}
        division = self.fields["division"]
        assert isinstance(division, forms.ChoiceField)
        division.choices = list(choices.items())

    def values(self) -> dict[str, Any]:
        """Return what was typed, the phone as it was where nothing is."""
        assert isinstance(self.record, Order)
        values = super().values()
        return values | {"phone": values["phone"] or self.record.phone}


_BY_THE_HOUSE = (CancelReason.UNDELIVERED, CancelReason.UNPAID)
"""Reasons that follow from what happened, and that nobody chooses."""


class CancelForm(ActForm):
    """Why an order ends."""

    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=[c for c in CancelReason.choices if c[0] not in _BY_THE_HOUSE],
        widget=forms.RadioSelect,
    )
    reason = _reason()


class VoidForm(ActForm):
    """Why it never was an order."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=VoidReason.choices, widget=forms.RadioSelect
    )
    reason = _reason(required=True, help_text=_("What shows it. It stays on record."))


class WaitForm(ActForm):
    """Until when the customer was told it takes."""

    expected_at = moment_field(_("Goods are expected by"))
    note = note_field(_("What was agreed"), required=False)

    def prepare(self) -> None:
        """Begin with the first announced arrival in the depot of the order."""
        assert isinstance(self.record, Shortage)
        line = self.record.line
        if (coming := queries.first_arrival(line.order.depot_id, line.sku_id)) is not None:
            self.initial["expected_at"] = coming


class SubstituteForm(ActForm):
    """What the customer takes instead."""

    sku = forms.TypedChoiceField(
        label=_("Goods"),
        coerce=int,
        help_text=_("What the depot of the order has; the same category first."),
    )
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=PIECES_MAX)

    def prepare(self) -> None:
        """Offer what is on sale and there, with its price; begin with as many as are missing."""
        assert isinstance(self.record, Shortage)
        choices = []
        for found in queries.substitutes(self.record, at=self.at):
            words = {"goods": found.sku, "price": yuan(found.price_fen), "left": found.left}
            choices.append((found.sku.pk, gettext("%(goods)s: %(price)s, %(left)s left") % words))
        sku = self.fields["sku"]
        assert isinstance(sku, forms.TypedChoiceField)
        sku.choices = choices
        self.initial["quantity"] = self.record.pieces


class NoteForm(ActForm):
    """What was agreed."""

    note = note_field(_("What was agreed"), required=False)


class Clock(forms.TimeInput):
    """A time of the day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _clock(label: Any, *, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(label=label, widget=Clock(), help_text=help_text)


def _sum(label: Any, begin_fen: int, *, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=CAP_FEN_MAX // 100,
        decimal_places=2,
        initial=f"{begin_fen / 100:.2f}",
        help_text=help_text,
    )


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60


def _time(seconds: int) -> time:
    return time(seconds // 3600, seconds % 3600 // 60)


class ChangePromiseForm(ActForm):
    """Until when to order, by when it is there, from how much."""

    cutoff = _clock(_("Order until"), help_text=_("Ordered later, it comes the next day."))
    same_day = _clock(_("Then there the same day by"))
    next_day = _clock(_("Otherwise there the next day by"))
    least = forms.DecimalField(
        label=_("Smallest order (yuan)"),
        min_value=0,
        max_value=LEAST_FEN_MAX // 100,
        decimal_places=2,
    )
    open = forms.ChoiceField(
        label=pgettext_lazy("of a promise", "Delivery"),
        choices=[("yes", _("We deliver there")), ("no", _("We do not deliver there at present"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    cash_open = forms.BooleanField(label=_("Cash at the door"), required=False, initial=True)
    cash_first = _sum(
        _("Cash limit of a first order (yuan)"), COD_FIRST_FEN_MAX,
        help_text=_("It grows by as much with each order a phone has taken."),
    )  # fmt: skip
    cash_most = _sum(_("Highest cash limit (yuan)"), COD_FEN_MAX)
    transfer_open = forms.BooleanField(
        label=_("Transfer ahead"),
        required=False,
        initial=True,
        help_text=_("Only where the company has an account to transfer to."),
    )
    transfer_least = _sum(_("Smallest transfer (yuan)"), 0)

    def prepare(self) -> None:
        """Begin with what is promised now."""
        if isinstance(self.record, DeliveryPromise):
            self.initial.update(
                cutoff=_time(self.record.cutoff_s),
                same_day=_time(self.record.same_day_s),
                next_day=_time(self.record.next_day_s),
                least=f"{self.record.least_fen / 100:.2f}",
                open="yes" if self.record.open else "no",
                cash_open=self.record.cash_open,
                cash_first=f"{self.record.cash_first_fen / 100:.2f}",
                cash_most=f"{self.record.cash_most_fen / 100:.2f}",
                transfer_open=self.record.transfer_open,
                transfer_least=f"{self.record.transfer_least_fen / 100:.2f}",
            )

    def values(self) -> dict[str, Any]:
        """Return the hours in seconds, the sums in fen."""
        values = super().values()
        return {
            "cutoff_s": _seconds(values["cutoff"]),
            "same_day_s": _seconds(values["same_day"]),
            "next_day_s": _seconds(values["next_day"]),
            "least_fen": int(values["least"] * 100),
            "open": values["open"] == "yes",
            "terms": Terms(
                cash_open=values["cash_open"],
                cash_first_fen=int(values["cash_first"] * 100),
                cash_most_fen=int(values["cash_most"] * 100),
                transfer_open=values["transfer_open"],
                transfer_least_fen=int(values["transfer_least"] * 100),
            ),
        }


class PublishPromiseForm(ChangePromiseForm):
    """What an area promises that has promised nothing of its own yet."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        help_text=_("It holds there and in all areas below that promise nothing else."),
    )
    field_order = ("area",)

    def prepare(self) -> None:
        """Offer the areas this person answers for."""
        super().prepare()
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = queries.areas_to_promise(self.by)

    def values(self) -> dict[str, Any]:
        """Return the area beside the hours."""
        return super().values() | {"area": self.cleaned_data["area"]}
