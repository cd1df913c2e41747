"""Forms of the acts on runs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.stock.forms import LinesField
from zhanggui.ground.desk.forms import ActForm, note_field
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.org.models import Person
from zhanggui.trade.delivery import queries
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import STOPS_MAX, FailureReason, RefusalReason
from zhanggui.trade.orders.duties import due_said


def _line(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=TITLE_CHARS_MAX, required=required, help_text=help_text
    )


class FormRunForm(ActForm):
    """A courier and the orders he takes along; the page draws both."""

    courier = forms.ModelChoiceField(
        Person.objects.none(),
        label=pgettext_lazy("of a run", "Courier"),
        error_messages={"required": _("Choose who carries the run.")},
    )
    orders = forms.TypedMultipleChoiceField(
        label=_("Orders"),
        coerce=int,
        error_messages={"required": _("Tick the orders that go along.")},
    )

    def prepare(self) -> None:
        """Offer the couriers and the waiting orders of this person's areas."""
        courier, orders = self.fields["courier"], self.fields["orders"]
        assert isinstance(courier, forms.ModelChoiceField)
        assert isinstance(orders, forms.TypedMultipleChoiceField)
        ids = [person.pk for person in queries.couriers_seen(self.by)]
        courier.queryset = Person.objects.filter(pk__in=ids)
        # What somebody else has planned meanwhile is the action's to refuse, by its number.
        orders.choices = [(pk, pk) for pk in self.ticked()]

    def ticked(self) -> list[str]:
        """Return the ids that came in as ticked, as far as they are ids."""
        given: Any = self.data
        sent = given.getlist("orders") if self.is_bound else []
        return [pk for pk in sent if pk.isascii() and pk.isdigit() and len(pk) < 19]


class Ticks(forms.CheckboxSelectMultiple):
    """Orders to be ticked, one below the other: a choice's label is its door and a line below."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw a line for each order."""
        ticked = {str(pk) for pk in value or ()}
        rows = []
        for pk, label in self.choices:
            door, _break, note = str(label).partition("\n")
            rows.append({"value": pk, "ticked": str(pk) in ticked, "door": door, "note": note})
        context = {"name": name, "id": (attrs or {}).get("id", f"id_{name}"), "rows": rows}
        return render_to_string("delivery/ticks.html", context)


class AddOrdersForm(ActForm):
    """Late orders for a run that is not packed."""

    orders = forms.TypedMultipleChoiceField(label=_("Orders"), coerce=int, widget=Ticks)

    def prepare(self) -> None:
        """Offer the waiting orders that the courier reaches from the same depot."""
        orders = self.fields["orders"]
        assert isinstance(orders, forms.TypedMultipleChoiceField)
        assert isinstance(self.record, Run)
        run = self.record
        his = queries.areas_of_courier(run.courier, at=self.at)
        rows = queries.orders_to_plan(self.by).filter(depot=run.depot_id, area__in=his)
        rows = rows.order_by("promised_at", "pk")[: 2 * STOPS_MAX]
        orders.choices = [
            (order.pk, f"{queries.door_said(order)}\n{order.number} · {due_said(order)}")
            for order in rows
        ]
        if not orders.choices:
            orders.help_text = _("No order waits that could go along.")


class WhyForm(ActForm):
    """Why."""

    reason = _line(_("Reason"))


class MoveStopForm(ActForm):
    """Another place in the row."""

    position = forms.IntegerField(label=_("Place in the row"), min_value=1, max_value=STOPS_MAX)

    def prepare(self) -> None:
        """Begin with the place it has."""
        assert isinstance(self.record, Stop)
        self.initial["position"] = self.record.position


class TakeBackForm(ActForm):
    """Goods that are brought back, scanned or typed."""

    lines = LinesField()


class LossForm(ActForm):
    """Goods that are damaged or lost."""

    lines = LinesField()
    lost = forms.ChoiceField(
        label=_("Damaged or lost"),
        choices=[("damaged", _("Damaged")), ("lost", _("Lost"))],
        widget=forms.RadioSelect,
        initial="damaged",
    )
    reason = _line(_("What happened"))

    def values(self) -> dict[str, Any]:
        """Return the goods, whether they are lost, and what happened."""
        values = super().values()
        return values | {"lost": values["lost"] == "lost"}


class _AtDoorForm(ActForm):
    """A reason of the door, and a word on it."""

    note = _line(_("Note"), required=False)


class RefuseForm(_AtDoorForm):
    """Why the customer did not take it."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=RefusalReason.choices, widget=forms.RadioSelect
    )
    field_order = ("reason_code", "note")


class FailForm(_AtDoorForm):
    """Why nobody could be met."""

    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=FailureReason.choices, widget=forms.RadioSelect
    )
    field_order = ("reason_code", "note")


class RetryForm(ActForm):
    """Another attempt, and what was agreed with the customer."""

    note = note_field(
        _("Agreed with the customer"),
        required=False,
        help_text=_("When somebody is at home, or how to find the door."),
    )
