"""Making tracked links, ending them and taking them up again."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.models import Link
from zhanggui.books.traffic.rules import links as rules
from zhanggui.books.traffic.rules.sources import tidy
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor


@action(
    duty=queries.LINKS,
    title=_("Make a link"),
    said=_("made the link “%(name)s”"),
    guard=rules.why_not_make,
    creates=True,
)
def make_link(
    area: str,
    *,
    name: str,
    target: str,
    source: str,
    medium: str = "",
    campaign: str = "",
    code: str = "",
    by: Actor,
    at: datetime,
) -> Link:
    """Make a short address for one place where people see it; without a code one is made."""
    if queries.links_open() >= rules.LINKS_OPEN_MAX:
        raise rules.too_many_links()
    if code and queries.link_at(code) is not None:
        raise rules.code_taken(code)
    link = Link.objects.create(
        code=code or _fresh_code(),
        name=name,
        target=target,
        source=tidy(source),
        medium=tidy(medium),
        campaign=tidy(campaign),
        area_id=area,
        made_at=at,
    )
    remember(made=link.code)
    return link


def _fresh_code() -> str:
    signs = [secrets.choice(rules.CODE_SIGNS) for _sign in range(rules.CODE_CHARS)]
    code = "".join(signs)
    return code if queries.link_at(code) is None else _fresh_code()


@action(
    duty=queries.LINKS, title=_("End the link"), said=_("ended the link"), guard=rules.why_not_end
)
def end_link(link: Link, *, by: Actor, at: datetime) -> Link:
    """Count a link no longer; whoever opens it is led on all the same."""
    link.state = rules.MOVES.to("end_link", link.state)
    link.ended_at = at
    link.save()
    return link


@action(
    duty=queries.LINKS,
    title=_("Use the link again"),
    said=_("took the link up again"),
    guard=rules.why_not_resume,
)
def resume_link(link: Link, *, by: Actor, at: datetime) -> Link:
    """Count a link that had been ended again."""
    link.state = rules.MOVES.to("resume_link", link.state)
    link.ended_at = None
    link.save()
    return link
