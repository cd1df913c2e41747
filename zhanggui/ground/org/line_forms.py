"""The forms of a change's lines: one for each kind, offering only what stands by then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import ActForm, moment_field
from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.org.actions.changesets import steps_of
from zhanggui.ground.org.models import NAME, ChangeSet, Person
from zhanggui.ground.org.queries import structure_at
from zhanggui.ground.org.rules.changes import AREA_PARENTS, STEPS
from zhanggui.ground.org.rules.structure import SEAT_KINDS, Seat, Structure
from zhanggui.ground.org.rules.telling import AREA_WORDS, SEAT_WORDS
from zhanggui.ground.places.gazetteer import gazetteer

Choices = list[tuple[str, Any]]
PARTS_MAX = 4
"""Parts of one split: more departments than that are not born in one day."""


def structure_by_then(change_set: ChangeSet, *, at: Any) -> Structure:
    """Return the structure in which the next line will be taken: after every line that fits."""
    structure = structure_at(max(change_set.effective_at, at))
    for step in steps_of(change_set):
        try:
            structure = STEPS[step.kind](structure, step.data)
        except (Refusal, KeyError, TypeError, AttributeError):
            continue  # the preview shows a broken line at its place
    return structure


# --- choices ---------------------------------------------------------------------------------
def _blank(choices: Iterable[tuple[str, Any]], word: Sentence) -> Choices:
    return [("", word), *choices]


def _everybody() -> Choices:
    rows = Person.objects.filter(is_active=True).order_by("name_zh", "pk")
    return [(person.user, f"{person.name} · {person.user}") for person in rows]


def _seated(structure: Structure) -> Choices:
    found = [(user, structure.who(user)) for user in structure.seats_by_person]
    return sorted(found, key=lambda pair: pair[1])


def _posts(structure: Structure) -> Choices:
    return [(p.code, str(p.title)) for p in structure.posts.values() if not p.everyone]


def _units(structure: Structure, *, below_top: bool = False) -> Choices:
    return [
        (unit.code, "\u3000" * depth + str(unit.name))
        for unit, depth in structure.units_in_order()
        if not below_top or unit.parent is not None
    ]


def _areas(structure: Structure, *, kinds: Iterable[str] | None = None) -> Choices:
    return [
        (area.code, "\u3000" * depth + str(area.name))
        for area, depth in structure.areas_in_order()
        if kinds is None or area.kind in kinds
    ]


def _seat_value(seat: Seat) -> str:
    return "|".join((seat.person, seat.post, seat.unit, seat.area))


def _seats(structure: Structure) -> Choices:
    """Return every appointment, grouped by person."""
    groups = []
    for user, name in _seated(structure):
        held = [
            (_seat_value(s), _seat_label(structure, s)) for s in structure.seats_by_person[user]
        ]
        groups.append((name, held))
    return groups


def _seat_label(structure: Structure, seat: Seat) -> str:
    names = [structure.who(seat.person), str(structure.posts[seat.post].title)]
    if seat.unit in structure.units:
        names.append(str(structure.units[seat.unit].name))
    if seat.area in structure.areas:
        names.append(str(structure.areas[seat.area].name))
    if seat.kind != "main":
        names.append(str(SEAT_WORDS[seat.kind]))
    return " · ".join(names)


def _kinds() -> Choices:
    return [(kind, SEAT_WORDS[kind]) for kind in SEAT_KINDS]


# --- fields ----------------------------------------------------------------------------------
def _choice(label: Any, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.ChoiceField(label=label, required=required, help_text=help_text)


def _many(label: Any, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def _code(*, required: bool = True) -> forms.CharField:
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


def _name(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=NAME, required=required)


ZH, EN = _("Chinese name"), _("English name")
AS_NOW, CHOOSE = _("as now"), _("choose")


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
                options = _blank(options, CHOOSE if field.required else AS_NOW)
            field.choices = options

    def line(self) -> dict[str, Any]:
        """Return the values of the step."""
        return {name: value for name, value in self.values().items() if value not in ("", None)}


class AppointForm(LineForm):
    """Who sits where, and how."""

    person = _choice(_("Person"))
    post = _choice(_("Post"))
    unit = _choice(_("Unit"))
    area = _choice(_("Area"), help_text=_("He answers for it and for all below it."))
    kind = forms.ChoiceField(
        label=_("Kind of appointment"), choices=_kinds, widget=forms.RadioSelect, initial="main"
    )
    until = moment_field(_("Until"), help_text=_("Only where it ends by itself."))

    def offer(self, structure: Structure) -> None:
        """Offer everybody, every post, unit and area."""
        self.fields["until"].required = False
        self.choose(
            person=_everybody(),
            post=_posts(structure),
            unit=_units(structure),
            area=_areas(structure),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse an end that lies before the beginning."""
        values = super().clean() or {}
        assert isinstance(self.record, ChangeSet)
        until = values.get("until")
        if until is not None and until <= max(self.record.effective_at, self.at):
            self.add_error("until", _("It would end before it begins: choose a later time."))
        return values

    def line(self) -> dict[str, Any]:
        """Return the seat, its end as text."""
        values = super().line()
        if until := values.pop("until", None):
            values["until"] = until.isoformat()
        return values


def _seat_data(value: str) -> dict[str, str]:
    return dict(zip(("person", "post", "unit", "area"), value.split("|"), strict=True))


class TransferForm(LineForm):
    """Which appointment moves, and where to."""

    seat = _choice(_("Appointment"))
    to_post = _choice(_("To the post"), required=False)
    to_unit = _choice(_("To the unit"), required=False)
    to_area = _choice(_("To the area"), required=False)
    to_kind = _choice(_("From now on"), required=False)

    def offer(self, structure: Structure) -> None:
        """Offer every appointment, and everywhere it could lead."""
        self.choose(
            seat=_seats(structure),
            to_post=_posts(structure),
            to_unit=_units(structure),
            to_area=_areas(structure),
            to_kind=_kinds(),
        )

    def line(self) -> dict[str, Any]:
        """Return the seat taken apart, and what changes."""
        values = super().line()
        return {**_seat_data(values.pop("seat")), **values}


class EndForm(LineForm):
    """Which appointment ends."""

    seat = _choice(_("Appointment"))

    def offer(self, structure: Structure) -> None:
        """Offer every appointment."""
        self.choose(seat=_seats(structure))

    def line(self) -> dict[str, Any]:
        """Return the seat taken apart."""
        return _seat_data(super().line()["seat"])


class LeaveForm(LineForm):
    """Who leaves."""

    person = _choice(
        _("Person"),
        help_text=_("Every appointment ends, and the person is signed out at that moment."),
    )

    def offer(self, structure: Structure) -> None:
        """Offer everybody with a post."""
        self.choose(person=_seated(structure))


class HandOverForm(LineForm):
    """Whose open work goes to whom."""

    person = _choice(_("Whose work"))
    to = _choice(_("To"))

    def offer(self, structure: Structure) -> None:
        """Offer everybody as the giver, everybody with a post as the taker."""
        self.choose(person=_everybody(), to=_seated(structure))


class AddUnitForm(LineForm):
    """A new unit and its place."""

    code = _code()
    parent = _choice(_("Under"))
    name_zh = _name(ZH)
    name_en = _name(EN)

    def offer(self, structure: Structure) -> None:
        """Offer every unit as the one above."""
        self.choose(parent=_units(structure))

    def line(self) -> dict[str, Any]:
        """Return code, name and place."""
        v = super().line()
        name = {"zh": v["name_zh"], "en": v["name_en"]}
        return {"code": v["code"], "name": name, "parent": v["parent"]}


class MoveUnitForm(LineForm):
    """Which unit goes where."""

    code = _choice(_("Unit"))
    parent = _choice(_("Under"))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost, and every unit above them."""
        self.choose(code=_units(structure, below_top=True), parent=_units(structure))


class SplitUnitForm(LineForm):
    """A unit and what becomes of it: two parts at least, each with the people who go there."""

    code = _choice(
        _("Unit to be split"),
        help_text=_(
            "It closes. Who is not ticked below goes to the first part with the units below."
        ),
    )

    def offer(self, structure: Structure) -> None:
        """Offer the units, and for each part a name and the people of the chosen unit."""
        self.choose(code=_units(structure, below_top=True))
        chosen = str(self.data.get("code") or self.initial.get("code") or "")
        members = {s.person for s in structure.seats if s.unit == chosen or not chosen}
        people = [pair for pair in _seated(structure) if pair[0] in members]
        for number in range(1, PARTS_MAX + 1):
            needed = number <= 2
            label = {"number": number}
            self.fields[f"code_{number}"] = _code(required=needed)
            self.fields[f"code_{number}"].label = _("Part %(number)d: code") % label
            self.fields[f"zh_{number}"] = _name(
                _("Part %(number)d: Chinese name") % label, required=needed
            )
            self.fields[f"en_{number}"] = _name(
                _("Part %(number)d: English name") % label, required=needed
            )
            if number > 1:
                field = _many(_("Part %(number)d: people") % label, required=False)
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

    codes = _many(_("Units that close"), help_text=_("Their people and lower units go along."))
    into = _choice(_("Into"))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost, and every unit to go into."""
        self.choose(codes=_units(structure, below_top=True), into=_units(structure))


class CloseUnitForm(LineForm):
    """Which unit closes."""

    code = _choice(_("Unit"), help_text=_("Only one without people and without units below."))

    def offer(self, structure: Structure) -> None:
        """Offer the units but the topmost."""
        self.choose(code=_units(structure, below_top=True))


class AddAreaForm(LineForm):
    """A new area, its place, and the administrative division it is."""

    kind = forms.ChoiceField(label=_("Level"))
    parent = _choice(_("Under"))
    division = forms.CharField(
        label=_("Administrative division"),
        max_length=40,
        required=False,
        help_text=_("Its name or code, 漳州市 or 3506; a region of our own has none."),
    )
    code = _code()
    name_zh = _name(ZH)
    name_en = _name(EN)

    def offer(self, structure: Structure) -> None:
        """Offer the levels below the company, and what may stand above them."""
        levels = [(kind, word) for kind, word in AREA_WORDS.items() if AREA_PARENTS[kind]]
        above = {kind for kinds in AREA_PARENTS.values() for kind in kinds}
        self.choose(kind=levels, parent=_areas(structure, kinds=above))

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

    code = _choice(_("Area"))
    parent = _choice(_("Under"))

    def offer(self, structure: Structure) -> None:
        """Offer the areas below the company, and what may stand above them."""
        above = {kind for kinds in AREA_PARENTS.values() for kind in kinds}
        below = [kind for kind, kinds in AREA_PARENTS.items() if kinds]
        self.choose(code=_areas(structure, kinds=below), parent=_areas(structure, kinds=above))


class CloseAreaForm(LineForm):
    """Which area closes."""

    code = _choice(
        _("Area"), help_text=_("Only one without areas below and with nobody appointed to it.")
    )

    def offer(self, structure: Structure) -> None:
        """Offer the areas below the company."""
        below = [kind for kind, kinds in AREA_PARENTS.items() if kinds]
        self.choose(code=_areas(structure, kinds=below))


class AddPostForm(LineForm):
    """A new post and its duties."""

    code = _code()
    name_zh = _name(ZH)
    name_en = _name(EN)
    duties = _many(_("Duties"))

    def offer(self, structure: Structure) -> None:
        """Offer every duty of the charter."""
        self.choose(
            duties=[(duty.id, f"{duty.id} {duty.title}") for duty in structure.duties.values()]
        )

    def line(self) -> dict[str, Any]:
        """Return code, title and duties."""
        v = super().line()
        title = {"zh": v["name_zh"], "en": v["name_en"]}
        return {"code": v["code"], "title": title, "duties": v["duties"]}


class MoveDutyForm(LineForm):
    """Which duty goes from which post to which."""

    duty = _choice(_("Duty"))
    to_post = _choice(_("To the post"))

    def offer(self, structure: Structure) -> None:
        """Offer each duty under the post that has it."""
        groups = [
            (
                str(post.title),
                [
                    (f"{duty}|{post.code}", f"{duty} {structure.duties[duty].title}")
                    for duty in post.duties
                    if duty in structure.duties
                ],
            )
            for post in structure.posts.values()
        ]
        self.choose(duty=groups, to_post=[(p.code, str(p.title)) for p in structure.posts.values()])

    def line(self) -> dict[str, Any]:
        """Return the duty, its post and the next."""
        v = super().line()
        duty, post = v["duty"].split("|", 1)
        return {"duty": duty, "from_post": post, "to_post": v["to_post"]}


LINE_FORMS: dict[str, type[LineForm]] = {
    "appoint": AppointForm,
    "transfer": TransferForm,
    "end": EndForm,
    "leave": LeaveForm,
    "hand_over": HandOverForm,
    "add_unit": AddUnitForm,
    "move_unit": MoveUnitForm,
    "split_unit": SplitUnitForm,
    "merge_units": MergeUnitsForm,
    "close_unit": CloseUnitForm,
    "add_area": AddAreaForm,
    "move_area": MoveAreaForm,
    "close_area": CloseAreaForm,
    "add_post": AddPostForm,
    "move_duty": MoveDutyForm,
}
