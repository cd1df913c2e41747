"""The duties of this room: supervision, one's own assignments, appointments and people."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.pages.context import link_for_everyone
from zhanggui.ground.desk.templatetags.desk import moment as shown
from zhanggui.ground.org import forms, queries
from zhanggui.ground.org.actions import access, assignments, changesets, people
from zhanggui.ground.org.models import Assignment, ChangeSet, Person
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState

ASSIGNMENT_TONES = {
    AssignmentState.GIVEN: "go",
    AssignmentState.REPORTED: "wait",
    AssignmentState.ACCEPTED: "done",
    AssignmentState.CANCELLED: "rest",
}
CHANGE_SET_TONES = {
    ChangeSetState.DRAFT: "wait",
    ChangeSetState.SCHEDULED: "go",
    ChangeSetState.APPLIED: "done",
    ChangeSetState.DROPPED: "rest",
}


def _when(moment: datetime) -> str:
    return shown(moment)


declare(
    Duty[Assignment](
        code="org.own_assignments",
        title=_("My assignments"),
        charter=("S-PM-1", "S-RM-2"),
        queue=queries.assignments_given_to,
        own=True,
        everyone=True,
        since="given_at",
        due="due_at",
        icon="checkbox",
        columns=(
            Column(_("Assignment"), lambda a: Cell([a.title], strong=True), sort="title"),
            Column(_("Given by"), lambda a: Cell([a.given_by.name])),
            Column(_("Due"), lambda a: Cell([_when(a.due_at)]), sort="due_at"),
        ),
        search=lambda rows, text: rows.filter(title__icontains=text),
        acts=(
            Act(
                assignments.report_assignment,
                on=Assignment,
                form=forms.ReportForm,
                letter="d",
                tone="main",
                opens="queue",
            ),
        ),
        empty=_("Work that your superiors give you appears here with its due time."),
        model=Assignment,
    )
)

declare(
    Duty[Assignment](
        code="org.supervision",
        title=_("Assignments I oversee"),
        charter=("S-PM-1", "S-RM-2"),
        queue=queries.assignments_to_watch,
        since="given_at",
        due="due_at",
        icon="eye-check",
        columns=(
            Column(
                _("Assignment"),
                lambda a: Cell(
                    [a.title],
                    [Badge(ASSIGNMENT_TONES[AssignmentState(a.state)], a.get_state_display())],
                    strong=True,
                ),
                sort="title",
            ),
            Column(_("Area"), lambda a: Cell([a.area.name])),
            Column(_("Due"), lambda a: Cell([_when(a.due_at)]), sort="due_at"),
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                lambda _by: [
                    (AssignmentState.GIVEN.value, AssignmentState.GIVEN.label),
                    (AssignmentState.REPORTED.value, AssignmentState.REPORTED.label),
                ],
                lambda rows, value: rows.filter(state=value),
            ),
        ),
        search=lambda rows, text: rows.filter(title__icontains=text),
        owner=lambda a: a.to.name,
        acts=(
            Act(
                assignments.give_assignment,
                form=forms.GiveAssignmentForm,
                letter="g",
                tone="main",
                place=queries.area_to_give_in,
            ),
            Act(
                assignments.accept_assignment,
                on=Assignment,
                form=forms.AcceptForm,
                letter="a",
                tone="main",
                bulk=True,
                opens="queue",
            ),
            Act(assignments.return_assignment, on=Assignment, form=forms.RemarkForm, letter="b"),
            Act(
                assignments.postpone_assignment, on=Assignment, form=forms.PostponeForm, letter="t"
            ),
            Act(
                assignments.reassign_assignment, on=Assignment, form=forms.ReassignForm, letter="r"
            ),
            Act(
                assignments.cancel_assignment,
                on=Assignment,
                form=forms.ReasonForm,
                letter="x",
                tone="stop",
            ),
        ),
        empty=_("Work you or others have given in your areas appears here until you accept it."),
        model=Assignment,
    )
)

declare(
    Duty[ChangeSet](
        code="org.appointments",
        title=_("Changes of the organisation"),
        charter=("H-PE-1", "G-3"),
        queue=queries.change_sets_open,
        since="drafted_at",
        due="effective_at",
        icon="sitemap",
        columns=(
            Column(
                _("Change"),
                lambda c: Cell(
                    [c.title],
                    [Badge(CHANGE_SET_TONES[ChangeSetState(c.state)], c.get_state_display())],
                    strong=True,
                ),
                sort="title",
            ),
            Column(_("Drafted by"), lambda c: Cell([c.drafted_by.name if c.drafted_by else ""])),
            Column(_("Takes effect"), lambda c: Cell([_when(c.effective_at)]), sort="effective_at"),
        ),
        acts=(
            Act(
                changesets.draft_change_set,
                form=forms.DraftChangeSetForm,
                letter="n",
                tone="main",
                place=queries.area_of_personnel,
            ),
            Act(
                changesets.schedule_change_set,
                on=ChangeSet,
                form=forms.ScheduleForm,
                letter="s",
                tone="main",
            ),
            Act(
                changesets.revise_change_set,
                on=ChangeSet,
                form=forms.ReviseChangeSetForm,
                letter="e",
            ),
            Act(changesets.withdraw_change_set, on=ChangeSet, letter="w"),
            Act(
                changesets.drop_change_set,
                on=ChangeSet,
                form=forms.ReasonForm,
                letter="x",
                tone="stop",
            ),
            Act(
                changesets.draft_reversal,
                on=ChangeSet,
                letter="r",
            ),
        ),
        empty=_("Drafted and scheduled changes of units, areas, posts and people appear here."),
        model=ChangeSet,
    )
)

declare(
    Duty[Person](
        code="org.people",
        title=_("People"),
        charter=("H-PE-1",),
        page="org:people",
        icon="users",
        acts=(
            Act(people.hire_person, form=forms.HireForm, letter="n", tone="main"),
            Act(people.edit_person, on=Person, form=forms.EditPersonForm, letter="e"),
            Act(people.reset_password, on=Person, form=forms.PasswordForm, letter="p"),
            Act(people.suspend_person, on=Person, form=forms.ReasonForm, letter="s", tone="stop"),
            Act(people.resume_person, on=Person, letter="r"),
            Act(access.clear_proofs, on=Person, letter="c", tone="stop"),
            Act(people.reveal_phone, on=Person, reveals=True),
        ),
        model=Person,
    )
)

declare(
    Duty[Person](
        code="org.load",
        title=_("Load"),
        charter=("G-2",),
        page="org:load",
        icon="users-group",
    )
)

link_for_everyone("org:people", _("People"), "users")
link_for_everyone("org:organisation", _("Organisation"), "hierarchy")
link_for_everyone("org:coverage", _("Duty coverage"), "grid-dots")
link_for_everyone("org:handbook", _("Handbook"), "book")
link_for_everyone("org:history", _("History"), "history")
