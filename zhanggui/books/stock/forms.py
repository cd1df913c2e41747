"""Forms of the acts on stock."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock import queries
from zhanggui.books.stock.models import Arrival, Level, Location
from zhanggui.books.stock.rules import (
    CODE_CHARS_MAX,
    LINES_MAX,
    QUANTITY_MAX,
    SAFETY_MAX,
    Line,
    why_not_quantity,
)
from zhanggui.ground.desk.forms import ActForm, moment_field
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.org.models import Area

LINES_CHARS_MAX = LINES_MAX * 80
"""Characters of typed lines: every line with the longest code and plenty of blanks."""

FAULTS_SHOWN = 10
"""Wrong lines told at once: more are one mistake made again and again."""

_BETWEEN = re.compile(r"[\s,;，；\t]+")


def _pieces(label: Any, *, least: int = 1, most: int = QUANTITY_MAX) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most)


def _note(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=TITLE_CHARS_MAX, required=required, help_text=help_text
    )


class LinesField(forms.CharField):
    """Lines of goods as a scanner or a person types them: a code or barcode, and how many."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Goods"),
            max_length=LINES_CHARS_MAX,
            widget=forms.Textarea(
                attrs={"rows": 8, "spellcheck": "false", "placeholder": "TG-250 12"}
            ),
            help_text=_(
                "A line for each: SKU code or barcode, then the number of pieces. Without a "
                "number it is one piece, so scanning is enough."
            ),
        )

    def clean(self, value: Any) -> Any:
        """Return the lines, or tell each line that cannot be read by its number."""
        rows = [
            (number, _BETWEEN.split(row.strip()))
            for number, row in enumerate(super().clean(value).splitlines(), start=1)
            if row.strip()
        ]
        skus = queries.skus_by_code(words[0] for _number, words in rows)
        lines: list[Line] = []
        wrong: list[str] = []
        for number, words in rows:
            sku, count = skus.get(words[0]), _whole(words[1:])
            if sku is None:
                said = gettext("Line %(number)s: there is no SKU or barcode “%(code)s”.")
                wrong.append(said % {"number": number, "code": words[0][:CODE_CHARS_MAX]})
            elif count is None:
                said = gettext("Line %(number)s: after the code comes one whole number.")
                wrong.append(said % {"number": number})
            elif (no := why_not_quantity(count)) is not None:
                said = gettext("Line %(number)s: %(sentence)s")
                wrong.append(said % {"number": number, "sentence": no.sentence})
            else:
                lines.append(Line(sku.pk, count))
        if wrong:
            raise forms.ValidationError(wrong[:FAULTS_SHOWN])
        return lines


def _whole(words: list[str]) -> int | None:
    if not words:
        return 1
    text = words[0]
    return int(text) if len(words) == 1 and text.isascii() and text.isdigit() else None


class DepotChoice(forms.ModelChoiceField[Location]):
    """A choice of depots."""

    def __init__(self, label: Any) -> None:
        super().__init__(Location.objects.none(), label=label)


class OpenDepotForm(ActForm):
    """A new depot."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=TITLE_CHARS_MAX)
    name_en = forms.CharField(label=_("English name"), max_length=TITLE_CHARS_MAX, required=False)
    code = forms.CharField(
        label=pgettext_lazy("of a depot", "Code"),
        max_length=CODE_CHARS_MAX,
        help_text=_("Short and lasting, like PT or PT-2. It cannot be changed later."),
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label=_("Area"),
        help_text=_("Its people answer for the depot, and its customers are served from it."),
    )

    def prepare(self) -> None:
        """Offer the areas in which this person keeps the stock."""
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = queries.areas_to_open_in(self.by)


class ReceiveGoodsForm(ActForm):
    """Goods that stand at the door of a depot."""

    lines = LinesField()
    note = _note(_("Delivery note"), help_text=_("Its number, or who brought the goods."))


class MoveStockForm(ActForm):
    """Goods for another depot."""

    to = DepotChoice(_("To which depot"))
    lines = LinesField()
    reason = _note(_("Reason"))

    def prepare(self) -> None:
        """Offer the other depots this person keeps."""
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        assert isinstance(self.record, Location)
        to.queryset = queries.depots_kept(self.by).exclude(pk=self.record.pk)


class AnnounceArrivalsForm(ActForm):
    """Goods on their way to a depot."""

    lines = LinesField()
    due_at = moment_field(_("Here by"))
    note = _note(_("Supplier"))


class AnnounceArrivalForm(ActForm):
    """Pieces of one SKU on their way."""

    quantity = _pieces(_("Pieces"))
    due_at = moment_field(
        _("Here by"), help_text=_("Customer service tells customers this moment.")
    )
    note = _note(_("Supplier"))


class TakeInForm(ActForm):
    """How many of the announced pieces really came."""

    quantity = _pieces(_("Pieces that came"))
    note = _note(_("Delivery note"))

    def prepare(self) -> None:
        """Begin with as many as were announced."""
        assert isinstance(self.record, Arrival)
        self.initial["quantity"] = self.record.quantity


class PostponeArrivalForm(ActForm):
    """Another date, and why."""

    watch = ("due_at",)
    due_at = moment_field(_("Here by"))
    reason = _note(_("Reason"), required=True)


class WhyForm(ActForm):
    """Why."""

    reason = _note(_("Reason"), required=True)


class CountForm(ActForm):
    """What was counted; refused where goods moved between counting and entering."""

    watch = ("on_hand",)
    on_hand = _pieces(_("Pieces counted"), least=0)
    reason = _note(_("Reason"), help_text=_("Where the difference comes from, as far as you know."))

    def prepare(self) -> None:
        """Leave the number empty: who sees it beforehand does not count."""
        self.initial["on_hand"] = None

    def values(self) -> dict[str, Any]:
        """Return what was counted."""
        values = super().values()
        return {"counted": values["on_hand"], "reason": values["reason"]}


class WriteOffForm(ActForm):
    """How many pieces are damaged or lost."""

    quantity = _pieces(_("Pieces"))
    lost = forms.ChoiceField(
        label=_("Damaged or lost"),
        choices=[("damaged", _("Damaged")), ("lost", _("Lost"))],
        widget=forms.RadioSelect,
        initial="damaged",
    )
    reason = _note(_("Reason"), required=True)

    def values(self) -> dict[str, Any]:
        """Return how many pieces, whether they are lost, and why."""
        values = super().values()
        return values | {"lost": values["lost"] == "lost"}


class SafetyForm(ActForm):
    """How many pieces are kept back."""

    watch = ("safety",)
    safety = _pieces(_("Pieces kept back from sale"), least=0, most=SAFETY_MAX)

    def prepare(self) -> None:
        """Begin with the present number."""
        assert isinstance(self.record, Level)
        self.initial["safety"] = self.record.safety
