"""Forms of the organisation's acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import phonenumbers
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import ActForm, moment_field, note_field, title_field
from zhanggui.ground.org import queries
from zhanggui.ground.org.effects import summary_of
from zhanggui.ground.org.models import NAME, ChangeSet, Person
from zhanggui.ground.org.signin import password_problem


class PersonField(forms.ModelChoiceField[Person]):
    """A choice of people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Person.objects.none(), **kwargs)


class PhoneField(forms.CharField):
    """A Chinese phone number in any usual spelling, kept as digits; libphonenumber judges."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs["inputmode"] = "tel"

    def clean(self, value: Any) -> str | None:
        """Return national digits, None when empty; a form error when it cannot be a number."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            number = phonenumbers.parse(typed, "CN")
        except phonenumbers.NumberParseException as bad:
            raise forms.ValidationError(_("This is not a phone number.")) from bad
        if not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(
                _("This cannot be a phone number in China: check the number of digits.")
            )
        return str(phonenumbers.national_significant_number(number))


class GiveAssignmentForm(ActForm):
    """What, to whom, until when."""

    to = PersonField(label=_("To"))
    title = title_field(_("What is to be done"))
    text = note_field(_("Details"), required=False)
    due_at = moment_field(_("Due"))

    def prepare(self) -> None:
        """Offer the people within the giver's area, himself excepted."""
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.people_within(self.by, "org.supervision").exclude(
            pk=self.by.person_id
        )


class ReassignForm(ActForm):
    """Who takes the work over."""

    to = PersonField(label=_("To"))

    def prepare(self) -> None:
        """Offer the people within the superior's area."""
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.people_within(self.by, "org.supervision")


class ReportForm(ActForm):
    """What shows that the work is done."""

    evidence = note_field(
        _("Evidence"), help_text=_("What was done, and where it can be seen or checked.")
    )


class RemarkForm(ActForm):
    """A word that goes back with the work."""

    remark = note_field(_("What is missing"))


class AcceptForm(ActForm):
    """An optional word of thanks or advice."""

    remark = note_field(_("Remark"), required=False)


class ReasonForm(ActForm):
    """Why."""

    reason = note_field(_("Reason"))


class PostponeForm(ActForm):
    """A later due moment and why."""

    watch = ("due_at",)
    due_at = moment_field(_("Due"))
    reason = note_field(_("Reason"))


class DraftChangeSetForm(ActForm):
    """What the change is called, why, and from when it holds."""

    title = title_field()
    reason = note_field(_("Reason"), required=False)
    effective_at = moment_field(_("Takes effect"), help_text=_("Left empty: at once."))

    def prepare(self) -> None:
        """Propose the next full hour; a moment left out means now."""
        self.fields["effective_at"].required = False
        full = self.at.replace(minute=0, second=0, microsecond=0)
        self.initial.setdefault("effective_at", full + timedelta(hours=1))

    def clean_effective_at(self) -> datetime:
        """Return the moment typed, or now."""
        typed: datetime | None = self.cleaned_data.get("effective_at")
        return typed or self.at


class ReviseChangeSetForm(DraftChangeSetForm):
    """The same of a draft, and whether its gaps are accepted."""

    watch = ("title", "reason", "effective_at")
    gaps_accepted = forms.BooleanField(
        label=_("Duties without a holder are accepted knowingly"), required=False
    )


class ScheduleForm(ActForm):
    """The effect of the change as it stands, and the version that was seen with it."""

    effect = forms.CharField(
        label=_("What it does"),
        required=False,
        disabled=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The whole preview stands on the page of the change."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        """Say the effect, and remember of which version."""
        assert isinstance(self.record, ChangeSet)
        self.initial["effect"] = summary_of(self.record, at=self.at)
        self.initial["version"] = self.record.version

    def values(self) -> dict[str, Any]:
        """Return the version seen; the effect is told, not asked."""
        return {"version": self.cleaned_data.get("version")}


class ReturnForm(ActForm):
    """Why a scheduled change goes back to draft."""

    note = note_field(_("Reason"))


class HireForm(ActForm):
    """A new person's particulars and first password."""

    user = forms.CharField(
        label=_("User name"),
        max_length=30,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]{1,29}$",
                _("Small letters, digits and _ only, beginning with a letter."),
            )
        ],
        help_text=_("Small letters, digits and _; used to sign in and never changed."),
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=NAME)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=NAME)
    phone = PhoneField(label=_("Phone"), required=False)
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Refuse a password that is too easy to guess."""
        password = str(self.cleaned_data["password"])
        if problem := password_problem(password):
            raise forms.ValidationError(problem)
        return password


class EditPersonForm(ActForm):
    """A person's particulars."""

    watch = ("name_zh", "name_en", "phone")
    name_zh = forms.CharField(label=_("Chinese name"), max_length=NAME)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=NAME)
    phone = PhoneField(label=_("Phone"), required=False)


class PasswordForm(ActForm):
    """A new password for somebody."""

    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    clean_password = HireForm.clean_password
