"""The duties of this room: reading policies, and keeping them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.people import actions, forms, queries
from zhanggui.books.people.models import PolicyVersion
from zhanggui.books.people.rules import VersionState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES, Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.figures import Figure, figure
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.pages.context import link_for_everyone, url_of_duty
from zhanggui.ground.desk.templatetags.desk import moment

TONES = {
    VersionState.DRAFT: "wait",
    VersionState.IN_FORCE: "done",
    VersionState.REPLACED: "rest",
    VersionState.WITHDRAWN: "rest",
}


def badge_of(version: PolicyVersion, *, at: datetime) -> Badge:
    """Return where a version stands, in words that are true at this moment.

    A version published ahead does not hold yet, and its predecessor still does.
    """
    if version.state == VersionState.IN_FORCE and not version.holds_at(at):
        return Badge("go", gettext("Holds from %(when)s") % {"when": moment(version.in_force_at)})
    if version.state == VersionState.REPLACED and version.holds_at(at):
        return Badge("go", gettext("Holds until %(when)s") % {"when": moment(version.until_at)})
    state = VersionState(version.state)
    return Badge(TONES[state], state.label)


def _titled(rows: QuerySet[PolicyVersion], text: str) -> QuerySet[PolicyVersion]:
    return rows.filter(
        Q(policy__code__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text)
    )


def _version(version: PolicyVersion) -> str:
    return gettext("%(code)s, version %(number)s") % {
        "code": version.policy.code,
        "number": version.number,
    }


def _read_by(version: PolicyVersion) -> Cell:
    if version.state == VersionState.DRAFT:
        return Cell(["—"], numeric=True)
    people, read = getattr(version, "people", 0), getattr(version, "read", 0)
    return Cell(
        [gettext("%(read)s of %(people)s") % {"read": read, "people": people}], numeric=True
    )


declare(
    Duty[PolicyVersion](
        code="people.policies_to_read",
        title=_("Policies to read"),
        charter=("G-1",),
        queue=queries.versions_to_read,
        own=True,
        since="owed_at",
        icon="book",
        columns=(
            Column(_("Policy"), lambda v: Cell([v.title, _version(v)], strong=True)),
            Column(_("Holds in"), lambda v: Cell([v.area.name])),
            Column(_("Holds from"), lambda v: Cell([moment(v.in_force_at)]), sort="in_force_at"),
        ),
        search=_titled,
        acts=(
            Act(
                actions.acknowledge_policy,
                on=PolicyVersion,
                form=forms.AcknowledgePolicyForm,
                letter="d",
                tone="main",
                done=_("Thank you. What you acknowledged stays under Policies."),
                opens="queue",
            ),
        ),
        empty=_("A new policy, or a new version of one, waits here until you have read it."),
        model=PolicyVersion,
    )
)

declare(
    Duty[PolicyVersion](
        code="people.policies",
        title=_("Keeping the policies"),
        charter=("H-AD-1",),
        queue=queries.versions_to_look_after,
        since="open_since",
        icon="certificate",
        columns=(
            Column(_("Policy"), lambda v: Cell([v.title, _version(v)], strong=True)),
            Column(
                _("State"),
                lambda v: Cell(badges=[Badge(TONES[VersionState(v.state)], v.get_state_display())]),
                sort="state",
            ),
            Column(_("Holds in"), lambda v: Cell([v.area.name])),
            Column(_("Read by"), _read_by, numeric=True),
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                lambda _by: [
                    (VersionState.DRAFT.value, VersionState.DRAFT.label),
                    (VersionState.IN_FORCE.value, VersionState.IN_FORCE.label),
                ],
                lambda rows, value: rows.filter(state=value),
            ),
        ),
        search=_titled,
        acts=(
            Act(
                actions.write_policy,
                form=forms.WritePolicyForm,
                letter="n",
                tone="main",
                place=queries.area_to_keep,
            ),
            Act(
                actions.publish_policy,
                on=PolicyVersion,
                form=forms.PublishPolicyForm,
                letter="p",
                tone="main",
                text=_("Everybody it is addressed to is told, and asked to acknowledge it."),
            ),
            Act(actions.revise_policy, on=PolicyVersion, form=forms.RevisePolicyForm, letter="e"),
            Act(actions.start_new_version, on=PolicyVersion, letter="v", opens=url_of),
            Act(
                actions.withdraw_policy,
                on=PolicyVersion,
                form=forms.WithdrawPolicyForm,
                letter="x",
                tone="stop",
            ),
        ),
        empty=_(
            "Drafts wait here to be published, and published policies until everyone has "
            "acknowledged them."
        ),
        model=PolicyVersion,
    )
)


@figure(duty="people.policies")
def acknowledged_on_time(by: DeskActor, at: datetime) -> Figure | None:
    """Show how well the policies in force were acknowledged within their promise."""
    kept = queries.punctuality(by, promise_s=by.promise_s(queries.READING))
    if kept.percent is None:
        return None
    note = ngettext(
        "%(count)d acknowledgement is late", "%(count)d acknowledgements are late", kept.late_open
    ) % {"count": kept.late_open}
    return Figure(
        title=_("Policies acknowledged on time"),
        value=str(kept.percent),
        unit="%",
        definition=_(
            "Of the acknowledgements of policies in force that were given or should have been "
            "given by now: the share given within the promise, counted from publication or from "
            "the person's appointment, whichever came later."
        ),
        tone="stop" if kept.late_open else "done",
        percent=kept.percent,
        note=note if kept.late_open else _("nobody is late"),
        url=url_of_duty(DUTIES[queries.KEEPING]),
    )


@finder(_("Policies"))
def find_policies(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find policies by code or title: those addressed to the person, and those he keeps."""
    return [
        Hit(v.title, url_of(v), note=_version(v), badge=badge_of(v, at=by.at))
        for v in queries.find_versions(by, text, limit)
    ]


link_for_everyone("people:policies", _("Policies"), "book")
