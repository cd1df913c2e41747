"""The fields lines are made of, and the form all lines share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import ActForm
from zhanggui.ground.org.line_forms.choices import (
    Choices,
    blank,
    structure_by_then,
)
from zhanggui.ground.org.models import NAME, ChangeSet
from zhanggui.ground.org.rules.structure import Structure


def choice_field(label: Any, *, required: bool = True, help_text: Any = "") -> Any:
    """Return a choice of one; its options come from the structure by then."""
    return forms.ChoiceField(label=label, required=required, help_text=help_text)


def many_field(label: Any, *, required: bool = True, help_text: Any = "") -> Any:
    """Return a choice of several, as boxes to tick."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def code_field(*, required: bool = True) -> forms.CharField:
    """Return a code that will name something for good."""
    return forms.CharField(
        label=_("Code"),
        max_length=30,
        required=required,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]{1,29}\Z",
                _("Small letters, digits and _ only, beginning with a letter."),
            )
        ],
        help_text=_("Small letters, digits and _; never used twice."),
    )


def name_field(label: Any, *, required: bool = True) -> forms.CharField:
    """Return a name in one language."""
    return forms.CharField(label=label, max_length=NAME, required=required)


ZH = _("Chinese name")


EN = _("English name")


AS_NOW = _("as now")


CHOOSE = _("choose")


class LineForm(ActForm):
    """A line in the making; `line()` returns the values the step takes."""

    def prepare(self) -> None:
        """Read the structure in which the line will be taken, and offer what stands in it."""
        assert isinstance(self.record, ChangeSet)
        self.structure = structure_by_then(self.record, at=self.at)
        self.offer(self.structure)

    def offer(self, structure: Structure) -> None:
        """Fill the choices; each kind of line has its own."""

    def choose(self, **choices: Choices) -> None:
        """Set the choices of fields, with a first line that chooses nothing for single ones."""
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            if not isinstance(field, forms.MultipleChoiceField):
                options = blank(options, CHOOSE if field.required else AS_NOW)
            field.choices = options

    def line(self) -> dict[str, Any]:
        """Return the values of the step."""
        return {name: value for name, value in self.values().items() if value not in ("", None)}
