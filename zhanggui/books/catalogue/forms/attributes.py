"""Forms of the acts on what is asked of goods, and on how their SKUs are told apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.forms.goods import POSITION_MAX, code_field, word_field
from zhanggui.books.catalogue.models import Attribute, Product
from zhanggui.books.catalogue.rules.attributes import (
    CHOICES_MAX,
    TEXT_CHARS_MAX,
    AttributeKind,
    Value,
    choice_codes,
    choices_out,
    number_said,
    value_in,
)
from zhanggui.books.catalogue.rules.goods import WORD_CHARS_MAX
from zhanggui.books.catalogue.rules.options import AXES_MAX, option_in, option_out
from zhanggui.ground.desk.forms import ActForm
from zhanggui.ground.kernel.refusal import Refusal


class AttributeForm(ActForm):
    """What is asked of the products of a category."""

    name_zh = word_field(_("Chinese name"), required=True)
    name_en = word_field(_("English name"), required=True)
    unit_zh = word_field(_("Unit of a number, in Chinese"))
    unit_en = word_field(_("Unit of a number, in English"))
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=CHOICES_MAX * WORD_CHARS_MAX * 3,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("For a list, one a line: code | Chinese | English. A code lasts."),
    )
    required = forms.BooleanField(
        label=_("Required"),
        required=False,
        help_text=_(
            "No product of the category is ready without it. What is on sale without it stays so, "
            "and waits under “Preparing goods for sale” to be described."
        ),
    )
    facet = forms.BooleanField(
        label=_("Facet"), required=False, help_text=_("Customers narrow the shelf by it.")
    )
    position = forms.IntegerField(
        label=_("Position"),
        initial=0,
        min_value=0,
        max_value=POSITION_MAX,
        help_text=_("Among its neighbours, the smallest first."),
    )


class AddAttributeForm(AttributeForm):
    """A new attribute."""

    code = code_field(_("Code"), _("Short and lasting: it stands in addresses, like roast."))
    kind = forms.ChoiceField(
        label=_("What is said under it"), choices=AttributeKind.choices, initial="choice"
    )
    field_order = ("code", "kind", "name_zh", "name_en", "choices", "unit_zh", "unit_en")


class EditAttributeForm(AttributeForm):
    """An attribute, guarded against two people editing at once."""

    watch = ("name_zh", "name_en", "unit_zh", "unit_en", "choices", "required", "facet", "position")

    def _start(self) -> dict[str, Any]:
        return self._watched()

    def _watched(self) -> dict[str, Any]:
        attribute = self.record
        assert isinstance(attribute, Attribute)
        words = {name: getattr(attribute, name) for name in self.watch}
        return words | {"choices": choices_out(attribute.choices)}

    def typed(self, name: str) -> str:
        """Return what came in under a name; browsers send line ends as CR LF."""
        if name in {"required", "facet"}:
            return str(name in self.data)
        return super().typed(name).replace("\r\n", "\n").strip()


class DescribeProductForm(ActForm):
    """What a product is under each attribute of its category."""

    def prepare(self) -> None:
        """Ask for each attribute in the way of its kind, beginning with what is said now."""
        product = self.record
        assert isinstance(product, Product)
        self.asked = queries.attributes_of(product.category)
        self.held = {pk: v.value for pk, v in queries.values_of(product).items()}
        for attribute in self.asked:
            value = self.held.get(attribute.pk, Value())
            for name, (field, initial) in fields_of(attribute, value).items():
                self.fields[name] = field
                self.initial.setdefault(name, initial)

    def clean(self) -> dict[str, Any]:
        """Return what is said, as values by the attribute's code."""
        cleaned = super().clean() or self.cleaned_data
        self.said: dict[str, Value] = {}
        for attribute in self.asked:
            name = f"a_{attribute.pk}"
            try:
                value = value_in(attribute, cleaned.get(name, ""), cleaned.get(f"{name}_en", ""))
            except Refusal as no:
                self.add_error(name, str(no))
            else:
                self.said[attribute.code] = value
        if not self.asked:
            raise forms.ValidationError(_("The category of this product asks for nothing yet."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the values by the codes of their attributes."""
        return {"values": self.said}


def fields_of(attribute: Attribute, value: Value) -> dict[str, tuple[forms.Field, str]]:
    """Return the fields for an attribute, each with what it shows at first."""
    name, label = f"a_{attribute.pk}", attribute.name
    about = gettext("Required for sale.") if attribute.required else ""
    if attribute.kind in {AttributeKind.CHOICE, AttributeKind.YES_NO}:
        choices = [(code, attribute.choice(code)) for code in choice_codes(attribute)]
        field: forms.Field = forms.ChoiceField(
            label=label, required=False, help_text=about, choices=[("", "—"), *choices]
        )
        return {name: (field, value.choice)}
    if attribute.kind == AttributeKind.NUMBER:
        if attribute.unit:
            label = gettext("%(name)s (%(unit)s)") % {"name": label, "unit": attribute.unit}
        field = forms.CharField(
            label=label,
            required=False,
            max_length=12,
            help_text=about,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
        milli = value.number_milli
        return {name: (field, "" if milli is None else number_said(milli))}
    chinese = forms.CharField(
        label=gettext("%(name)s in Chinese") % {"name": label},
        required=False,
        max_length=TEXT_CHARS_MAX,
        help_text=about,
    )
    english = forms.CharField(
        label=gettext("%(name)s in English") % {"name": label},
        required=False,
        max_length=TEXT_CHARS_MAX,
    )
    return {name: (chinese, value.text_zh), f"{name}_en": (english, value.text_en)}


class PlaceSkusForm(ActForm):
    """By what the SKUs of a product differ, and where each of them stands."""

    def prepare(self) -> None:
        """Ask for two axes, and for the place of each SKU on them."""
        product = self.record
        assert isinstance(product, Product)
        self.skus = queries.skus_of(product)
        labels = (gettext("First axis"), gettext("Second axis"))
        hint = gettext("Chinese | English, such as 颜色 | Colour.")
        for place, label in enumerate(labels):
            name = option_out(product.axes[place]) if place < len(product.axes) else ""
            self._ask(f"axis_{place}", label, name, hint if place == 0 else "")
        for sku in self.skus:
            for place in range(AXES_MAX):
                held = sku.options[place] if place < len(sku.options) else None
                start = option_out(held) if held else ""
                if not product.axes and place == 0:
                    start = option_out({"zh": sku.variant_zh, "en": sku.variant_en})
                self._ask(f"o_{sku.pk}_{place}", f"{sku.code} · {labels[place]}", start, "")

    def _ask(self, name: str, label: str, start: str, hint: str) -> None:
        self.fields[name] = forms.CharField(
            label=label, required=False, max_length=WORD_CHARS_MAX * 2 + 3, help_text=hint
        )
        self.initial.setdefault(name, start)

    def values(self) -> dict[str, Any]:
        """Return the axes that have a name, and the place of each SKU on them by its code."""
        typed = self.cleaned_data
        places = [place for place in range(AXES_MAX) if typed[f"axis_{place}"]]
        return {
            "axes": [option_in(typed[f"axis_{place}"]) for place in places],
            "options": {
                sku.code: [option_in(typed[f"o_{sku.pk}_{place}"]) for place in places]
                for sku in self.skus
            },
        }
