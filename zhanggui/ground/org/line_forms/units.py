"""Forms of lines about units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.line_forms.choices import (
    seated,
    unit_choices,
)
from zhanggui.ground.org.line_forms.fields import (
    EN,
    ZH,
    LineForm,
    choice_field,
    code_field,
    many_field,
    name_field,
)
from zhanggui.ground.org.rules.structure import Structure

PARTS_MAX = 4
"""Parts of one split: more departments than that are not born in one day."""


class AddUnitForm(LineForm):
    """A new unit and its place."""

    code = code_field()
    parent = choice_field(_("Under"))
    name_zh = name_field(ZH)
    name_en = name_field(EN)

    def offer(self, structure: Structure) -> None:
        """Offer every unit as the one above."""
        self.choose(parent=unit_choices(structure))

    def line(self) -> dict[str, Any]:
        """Return code, name and place."""
        v = super().line()
        name = {"zh": v["name_zh"], "en": v["name_en"]}
        return {"code": v["code"], "name": name, "parent": v["parent"]}


class MoveUnitForm(LineForm):
    """Which unit goes where."""

    code = choice_field(_("Unit"))
    parent = choice_field(_("Under"))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost, and every unit above them."""
        self.choose(code=unit_choices(structure, below_top=True), parent=unit_choices(structure))


class SplitUnitForm(LineForm):
    """A unit and what becomes of it: two parts at least, each with the people who go there."""

    code = choice_field(
        _("Unit to be split"),
        help_text=_(
            "It closes. Who is not ticked below goes to the first part with the units below."
        ),
    )

    def offer(self, structure: Structure) -> None:
        """Offer the units, and for each part a name and the people of the chosen unit."""
        self.choose(code=unit_choices(structure, below_top=True))
        chosen = str(self.data.get("code") or self.initial.get("code") or "")
        members = {s.person for s in structure.seats if s.unit == chosen or not chosen}
        people = [pair for pair in seated(structure) if pair[0] in members]
        for number in range(1, PARTS_MAX + 1):
            needed = number <= 2
            label = {"number": number}
            self.fields[f"code_{number}"] = code_field(required=needed)
            self.fields[f"code_{number}"].label = _("Part %(number)d: code") % label
            self.fields[f"zh_{number}"] = name_field(
                _("Part %(number)d: Chinese name") % label, required=needed
            )
            self.fields[f"en_{number}"] = name_field(
                _("Part %(number)d: English name") % label, required=needed
            )
            if number > 1:
                field = many_field(_("Part %(number)d: people") % label, required=False)
                field.choices = people
                self.fields[f"people_{number}"] = field

    def clean(self) -> dict[str, Any]:
        """Refuse a further part that is only half described."""
        values = super().clean() or {}
        for number in range(3, PARTS_MAX + 1):
            names = [f"code_{number}", f"zh_{number}", f"en_{number}"]
            given = [name for name in (*names, f"people_{number}") if values.get(name)]
            for name in names:
                if given and not values.get(name) and name not in self.errors:
                    self.add_error(name, _("A part needs a code and a name in both languages."))
        return values

    def line(self) -> dict[str, Any]:
        """Return the unit and its parts."""
        v = self.values()
        return {
            "code": v["code"],
            "parts": [
                {
                    "code": v[f"code_{n}"],
                    "name": {"zh": v[f"zh_{n}"], "en": v[f"en_{n}"]},
                    "people": v.get(f"people_{n}") or [],
                }
                for n in range(1, PARTS_MAX + 1)
                if v.get(f"code_{n}")
            ],
        }


class MergeUnitsForm(LineForm):
    """Which units become one."""

    codes = many_field(_("Units that close"), help_text=_("Their people and lower units go along."))
    into = choice_field(_("Into"))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost, and every unit to go into."""
        self.choose(codes=unit_choices(structure, below_top=True), into=unit_choices(structure))


class CloseUnitForm(LineForm):
    """Which unit closes."""

    code = choice_field(_("Unit"), help_text=_("Only one without people and without units below."))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost."""
        self.choose(code=unit_choices(structure, below_top=True))
