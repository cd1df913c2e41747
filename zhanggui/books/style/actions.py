"""Making styles, publishing them, and going back: the only writers of how the shop looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhanggui.books.style import queries
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules import versions as rules
from zhanggui.books.style.rules.tokens import OWN
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.actions import take_in_picture
from zhanggui.ground.media.rules import SoundPicture


def _why_not_publish(style: Style) -> Refusal | None:
    now = queries.published_style()
    return rules.why_not_publish(style, shown_now=now.digest if now else "")


@action(
    duty=queries.TOKENS,
    title=_("New style"),
    said=_("began the style “%(name)s”"),
    creates=True,
)
def start_style(
    area: str | None, *, name: str, like: Style | None = None, by: Actor, at: datetime
) -> Style:
    """Begin a draft that looks like another version, or like the shop by itself: `like` None."""
    values = rules.kept(like.values) if like else dict(OWN)
    logo = like.logo if like else None
    style = Style(
        number=queries.next_number(),
        name=name,
        values=values,
        logo=logo,
        digest=queries.digest_of(values, logo),
        made_at=at,
        made_by_id=by.person_id,
    )
    _save_alone(style)
    return style


@action(
    duty=queries.TOKENS,
    title=_("Save the draft"),
    said=_("changed it"),
    guard=rules.why_not_change,
)
def change_style(
    style: Style,
    *,
    name: str,
    values: Mapping[str, str],
    logo: SoundPicture | None = None,
    without_logo: bool = False,
    by: Actor,
    at: datetime,
) -> Style:
    """Change a draft: its name, its colours and choices, and its logo.

    What cannot be read is refused here already, so that no draft waits that cannot be published.
    """
    style.state = rules.MOVES.to("change_style", style.state)
    changed = rules.kept({**style.values, **values})
    if refusal := rules.why_not_values(changed):
        raise refusal
    style.name, style.values = name, changed
    if logo is not None:
        style.logo = take_in_picture(None, sound=logo, alt_zh=name, by=by, at=at)
    elif without_logo:
        style.logo = None
    style.digest = queries.digest_of(changed, style.logo)
    style.save()
    return style


@action(
    duty=queries.TOKENS,
    title=_("Publish"),
    said=_("published it"),
    guard=_why_not_publish,
    since="made_at",
)
def publish_style(style: Style, *, by: Actor, at: datetime) -> Style:
    """Let the whole shop wear a draft, or a former version again; the one before becomes former."""
    former = queries.published_style()
    if former is not None:
        former.state = rules.StyleState.FORMER
        former.save(update_fields=["state"])
    _publish(style, by=by, at=at)
    style.replaced = former
    _save_alone(style)
    remember(number=style.number, replaced=former.number if former else None)
    return style


@action(
    duty=queries.TOKENS,
    title=_("Roll back"),
    said=_("rolled it back: the shop shows what it showed before"),
    guard=rules.why_not_roll_back,
)
def roll_back_style(style: Style, *, by: Actor, at: datetime) -> Style:
    """Let the shop show again what it showed before: the version replaced, or its own look."""
    style.state = rules.MOVES.to("roll_back_style", style.state)
    style.save(update_fields=["state"])
    before = style.replaced
    if before is not None:
        _publish(before, by=by, at=at)
        _save_alone(before)
    remember(number=style.number, again=before.number if before else None)
    return style


def _save_alone(style: Style) -> None:
    """Save what only one may be, its number or being published; refuse who comes second."""
    try:
        with transaction.atomic():
            style.save()
    except IntegrityError as clash:
        raise rules.meanwhile() from clash


def _publish(style: Style, *, by: Actor, at: datetime) -> None:
    style.state = rules.MOVES.to("publish_style", style.state)
    style.published_at, style.published_by_id = at, by.person_id


@action(
    duty=queries.TOKENS,
    title=_("Discard"),
    said=_("discarded it"),
    guard=rules.why_not_discard,
)
def discard_style(style: Style, *, by: Actor, at: datetime) -> Style:
    """Put a draft away for good; it was never shown."""
    style.state = rules.MOVES.to("discard_style", style.state)
    style.save(update_fields=["state"])
    return style
