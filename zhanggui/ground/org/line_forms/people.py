"""Forms of lines about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import moment_field
from zhanggui.ground.org.line_forms.choices import (
    area_choices,
    everybody,
    kind_choices,
    post_choices,
    seat_choices,
    seated,
    unit_choices,
)
from zhanggui.ground.org.line_forms.fields import (
    LineForm,
    choice_field,
)
from zhanggui.ground.org.models import ChangeSet
from zhanggui.ground.org.rules.structure import Structure


class AppointForm(LineForm):
    """Who sits where, and how."""

    person = choice_field(_("Person"))
    post = choice_field(_("Post"))
    unit = choice_field(_("Unit"))
    area = choice_field(_("Area"), help_text=_("He answers for it and for all below it."))
    kind = forms.ChoiceField(
        label=_("Kind of appointment"),
        choices=kind_choices,
        widget=forms.RadioSelect,
        initial="main",
    )
    until = moment_field(_("Until"), help_text=_("Only where it ends by itself."))

    def offer(self, structure: Structure) -> None:
        """Offer everybody, every post, unit and area."""
        self.fields["until"].required = False
        self.choose(
            person=everybody(),
            post=post_choices(structure),
            unit=unit_choices(structure),
            area=area_choices(structure),
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


def seat_data(value: str) -> dict[str, str]:
    """Return person, post, unit and area of a chosen appointment."""
    return dict(zip(("person", "post", "unit", "area"), value.split("|"), strict=True))


class TransferForm(LineForm):
    """Which appointment moves, and where to."""

    seat = choice_field(_("Appointment"))
    to_post = choice_field(_("To the post"), required=False)
    to_unit = choice_field(_("To the unit"), required=False)
    to_area = choice_field(_("To the area"), required=False)
    to_kind = choice_field(_("From now on"), required=False)

    def offer(self, structure: Structure) -> None:
        """Offer every appointment, and everywhere it could lead."""
        self.choose(
            seat=seat_choices(structure),
            to_post=post_choices(structure),
            to_unit=unit_choices(structure),
            to_area=area_choices(structure),
            to_kind=kind_choices(),
        )

    def line(self) -> dict[str, Any]:
        """Return the seat taken apart, and what changes."""
        values = super().line()
        return {**seat_data(values.pop("seat")), **values}


class EndForm(LineForm):
    """Which appointment ends."""

    seat = choice_field(_("Appointment"))

    def offer(self, structure: Structure) -> None:
        """Offer every appointment."""
        self.choose(seat=seat_choices(structure))

    def line(self) -> dict[str, Any]:
        """Return the seat taken apart."""
        return seat_data(super().line()["seat"])


class LeaveForm(LineForm):
    """Who leaves."""

    person = choice_field(
        _("Person"),
        help_text=_("Every appointment ends, and the person is signed out at that moment."),
    )

    def offer(self, structure: Structure) -> None:
        """Offer everybody with a post."""
        self.choose(person=seated(structure))


class HandOverForm(LineForm):
    """Whose open work goes to whom."""

    person = choice_field(_("Whose work"))
    to = choice_field(_("To"))

    def offer(self, structure: Structure) -> None:
        """Offer everybody as the giver, everybody with a post as the taker."""
        self.choose(person=everybody(), to=seated(structure))
