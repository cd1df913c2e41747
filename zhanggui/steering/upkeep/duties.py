"""The duties of this room: answering change requests, and following one's own."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.pages.context import link_for_everyone
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.steering.upkeep import actions, forms, queries
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.rules import WAITING, ChangeKind, Priority, RequestState

TONES = {
    RequestState.ASKED: "wait",
    RequestState.QUESTION: "wait",
    RequestState.ACCEPTED: "go",
    RequestState.IN_WORK: "go",
    RequestState.RELEASED: "done",
    RequestState.CONFIRMED: "done",
    RequestState.DECLINED: "rest",
    RequestState.WITHDRAWN: "rest",
}
URGENCY = {
    Priority.LOW: "rest",
    Priority.NORMAL: "rest",
    Priority.HIGH: "wait",
    Priority.URGENT: "stop",
}


def badge_of(request: ChangeRequest) -> Badge:
    """Return where a request stands."""
    state = RequestState(request.state)
    return Badge(TONES[state], state.label)


def priority_of(request: ChangeRequest) -> Badge:
    """Return how urgent a request is."""
    priority = Priority(request.priority)
    return Badge(URGENCY[priority], priority.label)


def _numbered(request: ChangeRequest) -> str:
    return f"{request.number} · {ChangeKind(request.kind).label}"


def _with_asker(request: ChangeRequest) -> Cell:
    asker = f"{request.asked_by.name} · {request.post.name}"
    return Cell([request.title, asker, _numbered(request)], strong=True)


def _standing(request: ChangeRequest) -> Cell:
    """Return the state, the priority where it says something, and what was promised."""
    badges = [badge_of(request)]
    if request.priority != Priority.NORMAL:
        badges.append(priority_of(request))
    promised = moment(request.promised_at)
    return Cell([gettext("by %(when)s") % {"when": promised}] if promised else [], badges)


def _about(rows: QuerySet[ChangeRequest], text: str) -> QuerySet[ChangeRequest]:
    return rows.filter(Q(title__icontains=text) | Q(wanted__icontains=text))


declare(
    Duty[ChangeRequest](
        code="upkeep.changes",
        title=_("Change requests"),
        charter=("N-PR-1", "N-PR-2"),
        queue=queries.changes_to_answer,
        since="waits_since_at",
        due="due_at",
        icon="code",
        columns=(
            Column(_("Request"), _with_asker, sort="title"),
            Column(_("State"), _standing, sort="priority"),
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                lambda _by: [(state.value, state.label) for state in WAITING],
                lambda rows, value: rows.filter(state=value),
            ),
            Filter(
                "kind",
                _("Kind"),
                lambda _by: [(kind.value, kind.label) for kind in ChangeKind],
                lambda rows, value: rows.filter(kind=value),
            ),
            Filter(
                "priority",
                _("Priority"),
                lambda _by: [(str(p.value), p.label) for p in Priority],
                lambda rows, value: rows.filter(priority=int(value)),
            ),
        ),
        search=_about,
        owner=lambda r: r.taken_by.name if r.taken_by else "",
        acts=(
            Act(
                actions.accept_change,
                on=ChangeRequest,
                form=forms.PlanForm,
                letter="a",
                tone="main",
                bulk=True,
            ),
            Act(actions.start_change, on=ChangeRequest, letter="s", tone="main"),
            Act(
                actions.release_change,
                on=ChangeRequest,
                form=forms.ReleaseForm,
                letter="r",
                tone="main",
            ),
            Act(actions.ask_back, on=ChangeRequest, form=forms.QuestionForm, letter="q"),
            Act(actions.replan_change, on=ChangeRequest, form=forms.ReplanForm, letter="p"),
            Act(actions.put_back_change, on=ChangeRequest, form=forms.ReasonForm, letter="b"),
            Act(actions.reclassify_change, on=ChangeRequest, form=forms.ReclassifyForm, letter="m"),
            Act(
                actions.decline_change,
                on=ChangeRequest,
                form=forms.ReasonForm,
                letter="x",
                tone="stop",
            ),
        ),
        empty=_("What anyone here asks of the program appears here until it is released."),
        model=ChangeRequest,
    )
)

declare(
    Duty[ChangeRequest](
        code="upkeep.my_requests",
        title=_("My requests to the programmer"),
        charter=("N-PR-1", "N-PR-2"),
        queue=queries.requests_waiting_for_me,
        own=True,
        everyone=True,
        since="mine_since",
        icon="bulb",
        columns=(
            Column(
                _("Request"), lambda r: Cell([r.title, _numbered(r)], strong=True), sort="title"
            ),
            Column(_("State"), lambda r: Cell(badges=[badge_of(r)])),
        ),
        search=_about,
        acts=(
            Act(
                actions.ask_for_change,
                form=forms.AskForm,
                letter="n",
                tone="main",
                place=queries.area_to_ask_from,
            ),
            Act(
                actions.answer_question,
                on=ChangeRequest,
                form=forms.AnswerForm,
                letter="w",
                tone="main",
            ),
            Act(
                actions.confirm_release,
                on=ChangeRequest,
                form=forms.ConfirmForm,
                letter="c",
                tone="main",
                bulk=True,
            ),
            Act(actions.reopen_request, on=ChangeRequest, form=forms.NotSolvedForm, letter="o"),
            Act(
                actions.withdraw_request,
                on=ChangeRequest,
                form=forms.ReasonForm,
                letter="u",
                tone="stop",
            ),
        ),
        empty=_(
            "Questions about your requests, and releases for you to try, appear here. What you "
            "asked stands under “What is new”."
        ),
        model=ChangeRequest,
    )
)


@finder(_("Change requests"))
def find_requests(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find change requests by number or title: one's own, and those one answers for."""
    return [
        Hit(
            request.title,
            url_of(request),
            note=f"{request.number} · {request.asked_by.name}",
            badge=badge_of(request),
        )
        for request in queries.find_requests(by, text, limit)
    ]


link_for_everyone("upkeep:releases", _("What is new"), "bulb")
