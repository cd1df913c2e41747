"""Forms of acts: they know the record, who acts, and whether someone else saved meanwhile."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.kernel.action import plain
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that someone else changed while this form was open: both values, for people."""

    label: Sentence
    mine: str
    theirs: str


class ActForm(forms.Form):
    """The form of an act.

    `watch` names the record's fields edited here. What they were when the form was shown travels
    with it, signed; when they differ on return, `clashes` shows both values and nothing is saved
    until the person decides.
    """

    watch: ClassVar[tuple[str, ...]] = ()
    required_css_class = "required"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(
        self,
        data: Any = None,
        *,
        record: Model | None = None,
        by: DeskActor,
        at: datetime,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.record, self.by, self.at = record, by, at
        start = {"key": uuid.uuid4().hex, "seen": self._seal()}
        if record is not None:
            start |= self._start()
        super().__init__(data, initial=start | (initial or {}), **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices to what this person may choose; forms override it."""

    def _start(self) -> dict[str, Any]:
        """Return the watched fields as the form first shows them."""
        return {name: getattr(self.record, name) for name in self.watch}

    def _watched(self) -> dict[str, Any]:
        return {name: plain(getattr(self.record, name)) for name in self.watch}

    def _seal(self) -> str:
        return signing.dumps(self._watched(), salt="seen") if self.watch else ""

    def typed(self, name: str) -> str:
        """Return what came in under a name, as a clash shows it."""
        return str(self.data.get(name, ""))

    def clashes(self) -> list[Clash]:
        """Return the watched fields whose stored value is no longer the one this form showed.

        A form that comes back without a readable note of what it showed counts as up to date: it
        was made by hand, not by two people at once.
        """
        if not self.watch or not self.is_bound:
            return []
        try:
            shown = signing.loads(self.data.get("seen", ""), salt="seen")
        except signing.BadSignature:
            return []
        now = self._watched()
        found = [
            Clash(
                label=self.fields[name].label or name,
                mine=self._told(name, self.typed(name)),
                theirs=self._told(name, str(now[name] if now[name] is not None else "")),
            )
            for name in self.watch
            if shown.get(name) != now[name]
        ]
        return [clash for clash in found if clash.mine != clash.theirs]

    def _told(self, name: str, value: str) -> str:
        """Return a value as people read it: a moment in company time, anything else as it is."""
        field = self.fields[name]
        if not value or not isinstance(field, forms.DateTimeField):
            return value
        try:
            return moment(field.to_python(value))
        except forms.ValidationError:
            return value

    def accept_theirs_as_seen(self) -> None:
        """After showing a clash: the next submission of this form knows about it."""
        given: Any = self.data
        self.data = data = given.copy()  # a copy keeps every value of a field that has several
        data["seen"] = self._seal()

    def values(self) -> dict[str, Any]:
        """Return the action's keyword values."""
        return {k: v for k, v in self.cleaned_data.items() if k not in {"seen", "key"}}


class Moment(forms.DateTimeInput):
    """A date and time, in company time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def title_field(label: Any = "") -> forms.CharField:
    """Return a one-line title."""
    return forms.CharField(label=label or _("Title"), max_length=TITLE_CHARS_MAX)


def note_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a free note of several lines."""
    return forms.CharField(
        label=label,
        max_length=NOTE_CHARS_MAX,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def moment_field(label: Any, *, help_text: Any = "") -> forms.DateTimeField:
    """Return a moment in company time."""
    return forms.DateTimeField(label=label, widget=Moment(), help_text=help_text)
