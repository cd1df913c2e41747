"""The duty of this room: tracked links, made and followed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.traffic import forms, queries
from zhanggui.books.traffic.actions import links
from zhanggui.books.traffic.models import Link
from zhanggui.books.traffic.rules.links import LinkState
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare


def badge_of(link: Link) -> Badge:
    """Return whether a link is counted."""
    state = LinkState(link.state)
    return Badge("go" if state is LinkState.OPEN else "rest", state.label)


def shown_at(link: Link) -> str:
    """Return where a link is shown: source, medium and campaign, as far as they are said."""
    return " · ".join(filter(None, [link.source, link.medium, link.campaign]))


declare(
    Duty[Link](
        code=queries.LINKS,
        title=_("Tracked links"),
        charter=("N-DR-1", "N-ED-2", "S-PL-1"),
        queue=queries.links_seen,
        icon="link",
        columns=(
            Column(_("Link"), lambda n: Cell([n.name, n.path], strong=True), sort="name"),
            Column(_("Shown at"), lambda n: Cell([shown_at(n)]), sort="source"),
            Column(
                pgettext_lazy("of a link", "Opened"),
                lambda n: Cell([f"{getattr(n, 'opened', 0):,}"], numeric=True),
                sort="opened",
                numeric=True,
            ),
            Column(
                pgettext_lazy("figure", "Visits"),
                lambda n: Cell([f"{getattr(n, 'visits', 0):,}"], numeric=True),
                sort="visits",
                numeric=True,
            ),
            Column(_("State"), lambda n: Cell(badges=[badge_of(n)]), sort="state"),
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                lambda _by: [(state.value, state.label) for state in LinkState],
                lambda rows, value: rows.filter(state=value),
            ),
        ),
        search=queries.links_with,
        acts=(
            Act(
                links.make_link,
                form=forms.LinkForm,
                letter="n",
                tone="main",
                place=queries.area_to_make_in,
            ),
            Act(links.end_link, on=Link, letter="e", tone="stop"),
            Act(links.resume_link, on=Link, letter="r"),
        ),
        empty=_(
            "Links for posters, groups and partners appear here, with a QR code each and what came "
            "through them."
        ),
        model=Link,
    )
)
