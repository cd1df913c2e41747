"""Forms of the acts on money: notes and coins by denomination, sums at the door, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.prices.forms import FenField
from zhanggui.ground.desk.forms import ActForm
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.models import Collection, Remittance
from zhanggui.trade.cash.rules import (
    NOTES_FEN,
    PIECES_MAX,
    REFERENCE_CHARS_MAX,
    Decision,
    LateEnd,
)
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import Money


def note_said(fen: int) -> str:
    """Return a denomination as people say it: 20 yuan, 5 jiao, single fen."""
    if fen >= 100:
        return gettext("%(yuan)s yuan") % {"yuan": fen // 100}
    if fen >= 10:
        return gettext("%(jiao)s jiao") % {"jiao": fen // 10}
    return gettext("single fen")


def notes_said(notes: Mapping[Any, int]) -> str:
    """Return notes and coins as people say them: 20 yuan × 2, 5 yuan × 1."""
    rows = sorted(((int(fen), pieces) for fen, pieces in notes.items()), reverse=True)
    return ", ".join(f"{note_said(fen)} × {pieces}" for fen, pieces in rows if pieces)


class NotesWidget(forms.MultiWidget):
    """A row for each denomination: how many pieces, what they are worth, and the sum of all."""

    template_name = "cash/notes.html"
    use_fieldset = True

    def use_required_attribute(self, initial: Any) -> bool:
        """Tell that no single box has to be filled."""
        return False

    def __init__(self) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off", "min": 0, "max": PIECES_MAX}
        super().__init__(
            {str(fen): forms.NumberInput(attrs={**box, "data-worth": fen}) for fen in NOTES_FEN}
        )

    def decompress(self, value: Any) -> list[Any]:
        """Return the pieces of each denomination, of notes as they are stored."""
        return [(value or {}).get(str(fen)) for fen in NOTES_FEN]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the rows show, with what was typed added up."""
        context = super().get_context(name, value, attrs)
        total = 0
        for fen, row in zip(NOTES_FEN, context["widget"]["subwidgets"], strict=True):
            pieces = _pieces(row["value"])
            total += fen * pieces
            row["title"] = note_said(fen)
            row["worth"] = format_fen(fen * pieces) if pieces else ""
            row["attrs"]["aria-label"] = row["title"]
        context["widget"]["total"] = format_fen(total)
        context["words"] = {"sum": gettext("Together"), "pieces": gettext("pieces")}
        return context


def _pieces(value: Any) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


class NotesField(forms.MultiValueField):
    """Notes and coins counted by denomination, as they are stored: {"10000": 3}."""

    def __init__(self, label: Any, *, help_text: Any = "") -> None:
        fields = [
            forms.IntegerField(min_value=0, max_value=PIECES_MAX, required=False)
            for _fen in NOTES_FEN
        ]
        super().__init__(
            fields,
            widget=NotesWidget(),
            label=label,
            help_text=help_text,
            require_all_fields=False,
        )

    def compress(self, data_list: Any) -> Any:
        """Return the pieces by denomination, without those of which there are none."""
        found = dict(zip(NOTES_FEN, data_list or [], strict=False))
        return rules.plain_notes({fen: pieces or 0 for fen, pieces in found.items()})

    def clean(self, value: Any) -> Any:
        """Return the notes; none at all are an answer too: nothing was there."""
        return super().clean(value) if any(value or []) else {}


def _reason(help_text: Any) -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=TITLE_CHARS_MAX, help_text=help_text)


class FundForm(ActForm):
    """Money for the safe."""

    notes = NotesField(_("Notes and coins"))
    note = forms.CharField(
        label=_("Where it comes from"),
        max_length=TITLE_CHARS_MAX,
        help_text=_("The voucher of the bank, or who brought it."),
    )


class CourierChoice(forms.ModelChoiceField[Person]):
    """A courier, with the change that would serve his doors to come."""

    def __init__(self) -> None:
        super().__init__(Person.objects.none(), label=_("To whom"))
        self.dues: dict[int, list[int]] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, and which notes would do for the doors he has before him."""
        if notes := rules.suggest_float(self.dues.get(obj.pk, [])):
            said = gettext("%(name)s: for his doors %(notes)s would do")
            return said % {"name": obj.name, "notes": notes_said(notes)}
        return str(obj.name)


class FloatForm(ActForm):
    """Change for a courier."""

    courier = CourierChoice()
    notes = NotesField(_("Notes and coins"), help_text=_("He gives it back with his hand-in."))

    def prepare(self) -> None:
        """Offer the couriers of one's areas, and what each would need."""
        courier = self.fields["courier"]
        assert isinstance(courier, CourierChoice)
        courier.queryset = queries.couriers_to_give(self.by)
        courier.dues = queries.dues_to_come(courier.queryset)


def _asked(lines: Iterable[OrderLine]) -> dict[str, forms.Field]:
    """Return a field for the pieces of each line, beginning with all of them."""
    return {
        f"line_{line.pk}": forms.IntegerField(
            label=f"{line.name} · {format_fen(line.price_fen)}",
            min_value=0,
            max_value=line.wanted,
            initial=line.wanted,
        )
        for line in lines
    }


def _delivered(lines: Iterable[OrderLine], values: Mapping[str, Any]) -> dict[int, int] | None:
    """Return the pieces handed over by line (ids), None for everything."""
    pieces = {line.pk: values[f"line_{line.pk}"] for line in lines}
    return None if all(pieces[line.pk] == line.wanted for line in lines) else pieces


class TakeForm(ActForm):
    """What is handed over, what the customer gives, and what he gets back."""

    tendered = FenField(label=_("Customer gives"), help_text="")
    change = FenField(label=_("He gets back"), required=False, help_text=_("Empty means nothing."))
    note = forms.CharField(label=_("Note"), max_length=TITLE_CHARS_MAX, required=False)

    def prepare(self) -> None:
        """Ask for the pieces of each line, and say what is due for all of them."""
        assert isinstance(self.record, Stop)
        order = self.record.order
        self.lines = queries.line_dues(order)
        self.fields = {**_asked(self.lines), **self.fields}
        due = order.due_fen
        said = gettext("%(due)s are due for everything.") % {"due": format_fen(due)}
        change = [
            gettext("For %(given)s give back %(change)s.")
            % {"given": format_fen(given), "change": format_fen(rules.change_for(due, given))}
            for given in rules.suggest_tenders(due)
            if given > due
        ]
        self.fields["tendered"].help_text = " ".join([said, *change])

    def values(self) -> dict[str, Any]:
        """Return the pieces handed over by line, None for everything, and the money."""
        values = super().values()
        return {
            "delivered": _delivered(self.lines, values),
            "tendered_fen": values["tendered"],
            "change_fen": values["change"] or 0,
            "note": values["note"],
        }


class HandOverPaidForm(ActForm):
    """What is handed over of goods that were paid ahead."""

    note = forms.CharField(label=_("Note"), max_length=TITLE_CHARS_MAX, required=False)

    def prepare(self) -> None:
        """Ask for the pieces of each line."""
        assert isinstance(self.record, Stop)
        self.lines = queries.line_dues(self.record.order)
        self.fields = {**_asked(self.lines), **self.fields}

    def values(self) -> dict[str, Any]:
        """Return the pieces handed over by line, None for everything."""
        values = super().values()
        return {"delivered": _delivered(self.lines, values), "note": values["note"]}


class DeclareForm(ActForm):
    """What a courier has counted."""

    notes = NotesField(
        _("Notes and coins"),
        help_text=_("Write what is really there, also when it does not add up."),
    )


class CountForm(ActForm):
    """What finance has counted; it begins empty and shows nothing to count towards."""

    notes = NotesField(
        _("Notes and coins"),
        help_text=_("Count before you look at anything else. What was declared shows afterwards."),
    )


class ResolveForm(ActForm):
    """Who bears a difference, and why."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = _reason(_("The courier reads it."))

    def prepare(self) -> None:
        """Offer what can be decided about this difference."""
        assert isinstance(self.record, Remittance)
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)
        offered = rules.decisions_for(self.record.difference_fen)
        decision.choices = [(one.value, Decision(one).label) for one in offered]
        if len(offered) == 1:
            self.initial["decision"] = offered[0].value


class ClearForm(ActForm):
    """How late money is cleared up, and why."""

    how = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect, choices=LateEnd.choices)
    reason = _reason(_("What the customer and the courier said."))

    def prepare(self) -> None:
        """Begin with paying the order, where that can be."""
        assert isinstance(self.record, Collection)
        pays = queries.waiting_stop_for(self.record) is not None
        self.initial["how"] = LateEnd.ORDER.value if pays else LateEnd.CUSTOMER.value


class BankForm(ActForm):
    """An amount that went through the bank, and the bank's number of it."""

    amount = FenField(label=_("Amount (yuan)"))
    reference = forms.CharField(
        label=_("The bank's number"),
        max_length=REFERENCE_CHARS_MAX,
        help_text=_("As the statement has it: by it the transfer is found again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def values(self) -> dict[str, Any]:
        """Return the amount in fen, and the number."""
        values = super().values()
        return {"amount_fen": values["amount"], "reference": values["reference"]}


class ReceiptForm(BankForm):
    """What came in for an order."""

    def prepare(self) -> None:
        """Begin with what is awaited, and say what follows from another amount."""
        assert isinstance(self.record, Order)
        due = self.record.due_fen
        if self.record.money == Money.AWAITED:
            self.initial["amount"] = format_fen(due).replace(",", "")
            said = gettext(
                "%(due)s yuan are awaited. What is too little waits for the rest; what is too much "
                "is to be paid back."
            )
            self.fields["amount"].help_text = said % {"due": format_fen(due)}
        else:
            self.fields["amount"].help_text = gettext(
                "Nothing is awaited any more: what came in is to be paid back."
            )


class RepaymentForm(BankForm):
    """What was paid back of an order."""

    def prepare(self) -> None:
        """Begin with all that is owed, and say whence it came."""
        assert isinstance(self.record, Order)
        self.initial["amount"] = format_fen(self.record.owed_fen).replace(",", "")
        numbers = ", ".join(one.reference for one in queries.receipts_of(self.record))
        said = gettext("Into the account it came from: %(numbers)s.") % {"numbers": numbers}
        self.fields["amount"].help_text = said


class WithdrawForm(ActForm):
    """Which receipt was entered by mistake, and why."""

    receipt = forms.TypedChoiceField(label=_("Receipt"), coerce=int, widget=forms.RadioSelect)
    reason = _reason(_("It stays on record beside the receipt."))

    def prepare(self) -> None:
        """Offer the receipts of the order."""
        assert isinstance(self.record, Order)
        receipt = self.fields["receipt"]
        assert isinstance(receipt, forms.TypedChoiceField)
        found = queries.receipts_of(self.record)
        receipt.choices = [
            (one.pk, f"{format_fen(one.amount_fen)} · {one.reference}") for one in found
        ]
        if len(found) == 1:
            self.initial["receipt"] = found[0].pk
