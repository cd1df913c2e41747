"""Forms of the change requests' acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.forms import ActForm, moment_field, note_field, title_field
from zhanggui.ground.org.models import Appointment
from zhanggui.steering.upkeep import queries
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.rules import ChangeKind, Priority


class SeatChoice(forms.ModelChoiceField[Appointment]):
    """A choice of the posts a person sits on."""

    def __init__(self) -> None:
        super().__init__(
            Appointment.objects.none(), label=_("Needed in the post of"), empty_label=None
        )

    def label_from_instance(self, obj: Any) -> str:
        """Return post and area."""
        return f"{obj.post.name} · {obj.area.name}"


def _kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Kind"), choices=ChangeKind.choices, widget=forms.RadioSelect)


def _priority_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )


class AskForm(ActForm):
    """What the program should do, and why."""

    title = title_field(_("In a few words"))
    kind = _kind_field()
    wanted = note_field(
        _("What is wanted"), help_text=_("What you see now, and what you want to see instead.")
    )
    why = note_field(_("Why"), help_text=_("What it costs today, and how often."))
    appointment = SeatChoice()

    def prepare(self) -> None:
        """Offer the person's own posts; a change is asked more often than something new."""
        field = self.fields["appointment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.appointments_to_ask_from(self.by)
        self.fields["kind"].initial = ChangeKind.CHANGE


class PlanForm(ActForm):
    """How urgent it is, and by when it will be there."""

    priority = _priority_field()
    promised_at = moment_field(
        _("Promised for"), help_text=_("The asker is told, and holds us to it.")
    )


class ReplanForm(PlanForm):
    """Another plan, and why; guarded against two people planning at once."""

    watch = ("priority", "promised_at")
    reason = note_field(_("Reason"))

    def _watched(self) -> dict[str, Any]:
        request = self.record
        assert isinstance(request, ChangeRequest)
        promised = request.promised_at
        shown = localtime(promised).strftime("%Y-%m-%dT%H:%M") if promised else ""
        return {"priority": str(request.priority), "promised_at": shown}


class ReclassifyForm(ActForm):
    """Which kind it is after all."""

    kind = _kind_field()

    def prepare(self) -> None:
        """Begin with the other kind, which is why one came here."""
        if isinstance(self.record, ChangeRequest):
            others = [kind for kind in ChangeKind if kind != self.record.kind]
            self.fields["kind"].initial = others[0]


class QuestionForm(ActForm):
    """What is not clear."""

    question = note_field(_("Question"))


class AnswerForm(ActForm):
    """The answer."""

    answer = note_field(_("Answer"))


class ReasonForm(ActForm):
    """Why."""

    reason = note_field(_("Reason"))


class ReleaseForm(ActForm):
    """What has changed, for everyone to read."""

    release_note = note_field(
        _("What has changed"),
        help_text=_("Everyone reads this: say what one can do now, and where."),
    )


class ConfirmForm(ActForm):
    """An optional word with the confirmation."""

    remark = note_field(_("Remark on the outcome"), required=False)


class NotSolvedForm(ActForm):
    """What is still missing."""

    remark = note_field(_("What is not solved"))
