"""Forms of lines about areas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.line_forms.choices import (
    area_choices,
)
from zhanggui.ground.org.line_forms.fields import (
    EN,
    ZH,
    LineForm,
    choice_field,
    code_field,
    name_field,
)
from zhanggui.ground.org.rules.changes import AREA_PARENTS
from zhanggui.ground.org.rules.structure import Structure
from zhanggui.ground.org.rules.telling import AREA_WORDS
from zhanggui.ground.places.gazetteer import gazetteer


class AddAreaForm(LineForm):
    """A new area, its place, and the administrative division it is."""

    kind = forms.ChoiceField(label=_("Level"))
    parent = choice_field(_("Under"))
    division = forms.CharField(
        label=_("Administrative division"),
        max_length=40,
        required=False,
        help_text=_("Its name or code, 漳州市 or 3506; a region of our own has none."),
    )
    code = code_field()
    name_zh = name_field(ZH)
    name_en = name_field(EN)

    def offer(self, structure: Structure) -> None:
        """Offer the levels below the company, and what may stand above them."""
        levels = [(kind, word) for kind, word in AREA_WORDS.items() if AREA_PARENTS[kind]]
        above = {kind for kinds in AREA_PARENTS.values() for kind in kinds}
        self.choose(kind=levels, parent=area_choices(structure, kinds=above))

    def clean_division(self) -> str:
        """Return the code of a division named or numbered; a form error where none or several."""
        typed = str(self.cleaned_data.get("division") or "").strip()
        if not typed:
            return ""
        if typed.isascii() and typed.isdigit():
            if gazetteer().get(typed) is None:
                raise forms.ValidationError(
                    _("There is no administrative division with this code.")
                )
            return typed
        found = gazetteer().find(typed)
        if not found:
            raise forms.ValidationError(_("No administrative division has this name."))
        if len(found) > 1:
            several = ", ".join(f"{gazetteer().full_name(d.code)} {d.code}" for d in found[:6])
            raise forms.ValidationError(
                _("Several divisions answer to this name, write the code: %(several)s."),
                params={"several": several},
            )
        return found[0].code

    def line(self) -> dict[str, Any]:
        """Return code, level, name, place and division."""
        v = super().line()
        return {
            "code": v["code"],
            "kind": v["kind"],
            "name": {"zh": v["name_zh"], "en": v["name_en"]},
            "parent": v["parent"],
            "divisions": [v["division"]] if v.get("division") else [],
        }


class MoveAreaForm(LineForm):
    """Which area goes where."""

    code = choice_field(_("Area"))
    parent = choice_field(_("Under"))

    def offer(self, structure: Structure) -> None:
        """Offer the areas below the company, and what may stand above them."""
        above = {kind for kinds in AREA_PARENTS.values() for kind in kinds}
        below = [kind for kind, kinds in AREA_PARENTS.items() if kinds]
        self.choose(
            code=area_choices(structure, kinds=below), parent=area_choices(structure, kinds=above)
        )


class CloseAreaForm(LineForm):
    """Which area closes."""

    code = choice_field(
        _("Area"), help_text=_("Only one without areas below and with nobody appointed to it.")
    )

    def offer(self, structure: Structure) -> None:
        """Offer the areas below the company."""
        below = [kind for kind, kinds in AREA_PARENTS.items() if kinds]
        self.choose(code=area_choices(structure, kinds=below))
