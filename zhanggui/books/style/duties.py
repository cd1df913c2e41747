"""The duty of this room: giving the shop its style."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.books.style import actions, forms, queries
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules.versions import StyleState
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, declare
from zhanggui.ground.desk.templatetags.desk import moment

TONES = {
    StyleState.DRAFT: "wait",
    StyleState.PUBLISHED: "done",
    StyleState.FORMER: "rest",
    StyleState.DISCARDED: "rest",
}


def badge_of(style: Style) -> Badge:
    """Return where a version stands."""
    state = StyleState(style.state)
    return Badge(TONES[state], state.label)


declare(
    Duty[Style](
        code=queries.TOKENS,
        title=_("Site style"),
        charter=("N-PG-2",),
        queue=queries.styles_drafted,
        page="style:versions",
        since="made_at",
        icon="adjustments-horizontal",
        columns=(
            Column(_("Style"), lambda s: Cell([str(s)], strong=True), sort="number"),
            Column(_("Made by"), lambda s: Cell([s.made_by.name if s.made_by else "—"])),
            Column(_("Made"), lambda s: Cell([moment(s.made_at)]), sort="made_at"),
        ),
        acts=(
            Act(
                actions.start_style,
                form=forms.StartStyleForm,
                letter="n",
                tone="main",
                text=_("A draft to work on; the shop looks as before until it is published."),
                done=_("The draft is open. Nobody else sees it."),
            ),
            Act(
                actions.change_style,
                on=Style,
                form=forms.ChangeStyleForm,
                done=_("The draft is saved. The shop looks as before."),
                inline=True,
            ),
            Act(
                actions.publish_style,
                on=Style,
                letter="p",
                tone="main",
                done=_("The shop wears it now, for everybody who opens a page."),
            ),
            Act(
                actions.roll_back_style,
                on=Style,
                letter="b",
                tone="stop",
                done=_("Rolled back: the shop shows what it showed before."),
            ),
            Act(actions.discard_style, on=Style, letter="d", tone="ghost", opens="queue"),
        ),
        empty=_("A style that was begun waits here until it is published or discarded."),
        model=Style,
    )
)
