"""What a page of the site may go through: drafted, published, planned, withdrawn, led back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""A page's word in its address: letters and digits in groups, typed and read aloud anywhere."""

SLUG_CHARS_MAX = 60
"""Characters of that word: as much of an address as a search engine shows."""

SUMMARY_CHARS_MAX = 200
"""Characters of a summary: two lines on a card, and all that a search engine shows of one."""

PAGES_MAX = 2_000
"""Pages of one site: ten years of an article on every working day."""

AHEAD_MAX = timedelta(days=366)
"""How far ahead a page may be planned: nobody remembers it longer than a year."""

OLD_AFTER = timedelta(days=180)
"""After how long a published page asks to be read again: two seasons, and prices, hours and
promises in it have changed."""


class PageKind(TextChoices):
    """What a page of the site is."""

    HOME = "home", _("Home page")
    ARTICLE = "article", pgettext_lazy("kind of page", "Article")
    HELP = "help", _("Help page")


class PageState(TextChoices):
    """Where a page stands: never shown yet, shown, or no longer shown."""

    DRAFT = "draft", pgettext_lazy("a page", "Draft")
    LIVE = "live", pgettext_lazy("a page", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("a page", "Withdrawn")


S = PageState
MOVES = Moves(
    S,
    start=S.DRAFT,
    verbs={
        "publish_page": ({S.DRAFT, S.LIVE, S.WITHDRAWN}, S.LIVE),
        "withdraw_page": ({S.LIVE}, S.WITHDRAWN),
    },
)


class HasVersions(Protocol):
    """A page with its versions: the newest, the one shown, the one planned; ids, None for none."""

    kind: str
    state: str
    latest_id: int | None
    live_id: int | None
    planned_id: int | None


def is_changed(page: HasVersions) -> bool:
    """Return whether the newest version is another than the one shown."""
    return page.latest_id != page.live_id or page.state != S.LIVE


def is_old(*, published_at: datetime | None, read_at: datetime | None, at: datetime) -> bool:
    """Return whether a published page has been read by nobody of the house for too long."""
    moments = [moment for moment in (published_at, read_at) if moment is not None]
    return bool(moments) and at - max(moments) > OLD_AFTER


def why_not_start(*, kind: str, slug: str, taken: bool, pages: int) -> Refusal | None:
    """Return why a page cannot begin: its address is no address, another's, or home's."""
    if kind == PageKind.HOME and taken:
        return Refusal(
            "home_stands",
            _("The site has its home page already."),
            settles=_("Open that one and edit it."),
        )
    if len(slug) > SLUG_CHARS_MAX or not SLUG.fullmatch(slug):
        return Refusal(
            "slug_shape",
            _("“%(slug)s” cannot stand in an address.") % {"slug": slug},
            settles=_("Use small letters and digits, in groups joined by “-”."),
            status=422,
        )
    if taken:
        return Refusal(
            "slug_taken",
            _("There is already a page of that kind at “%(slug)s”.") % {"slug": slug},
            settles=_("Open that page and edit it, or choose another address."),
            status=422,
        )
    if pages >= PAGES_MAX:
        return Refusal(
            "too_many_pages",
            _("The site has %(most)s pages already.") % {"most": PAGES_MAX},
            settles=_("Edit one of those that nobody needs any more."),
        )
    return None


def why_not_save(*, base: int | None, newest: int, by: Sentence, unchanged: bool) -> Refusal | None:
    """Return why a draft cannot be saved.

    `base` is the number of the version it was written on, `newest` of the one there is now, and
    `by` who saved that.
    """
    if base is not None and base != newest:
        return Refusal(
            "stale",
            _("%(who)s saved version %(number)s while you were writing. Nothing of yours is lost.")
            % {"who": by, "number": newest},
            settles=_("Look at that version, then save again to put yours after it."),
        )
    if unchanged:
        return Refusal(
            "unchanged",
            _("Nothing has changed since version %(number)s.") % {"number": newest},
            settles=_("Change something first."),
        )
    return None


def why_not_publish(page: HasVersions) -> Refusal | None:
    """Return why a page cannot be published: what there is, is shown already."""
    if is_changed(page):
        return None
    return Refusal(
        "published",
        _("The newest version is what everybody sees already."),
        settles=_("Edit the page first."),
    )


def why_not_plan(
    page: HasVersions, *, planned_at: datetime | None = None, at: datetime
) -> Refusal | None:
    """Return why a page cannot be planned for a moment: it lies ahead, within a year."""
    if refusal := why_not_publish(page):
        return refusal
    if planned_at is not None and planned_at <= at:
        return Refusal(
            "planned_past",
            _("That moment has already passed."),
            settles=_("Choose a later one, or publish the page now."),
            status=422,
        )
    if planned_at is not None and planned_at > at + AHEAD_MAX:
        return Refusal(
            "planned_far",
            _("A page cannot be planned more than a year ahead."),
            settles=_("Keep it as a draft and plan it nearer to its time."),
            status=422,
        )
    return None


def why_not_unplan(page: HasVersions) -> Refusal | None:
    """Return why a plan cannot be dropped: there is none."""
    if page.planned_id is not None:
        return None
    return Refusal(
        "illegal_move",
        _("Nothing of this page is planned."),
        settles=_("There is nothing to take back."),
    )


def why_not_withdraw(page: HasVersions) -> Refusal | None:
    """Return why a page cannot be withdrawn: only what is shown, and never the home page."""
    if page.kind == PageKind.HOME:
        return Refusal(
            "illegal_move",
            _("A shop without a home page has no door."),
            settles=_("Publish another version of it, or lead it back to an earlier one."),
        )
    return MOVES.why_not("withdraw_page", page.state)


def why_not_lead_back(*, newest: int, number: int | None, known: bool) -> Refusal | None:
    """Return why a page cannot be led back to a version: it is the newest, or there is none."""
    if newest < 2:
        return Refusal(
            "illegal_move",
            _("There is only one version of this page."),
            settles=_("There is nothing to go back to."),
        )
    if number is None:
        return None
    if not known:
        return Refusal(
            "no_such_version",
            _("There is no version %(number)s of this page.") % {"number": number},
            settles=_("Choose one of the versions on the list."),
            status=422,
        )
    if number == newest:
        return Refusal(
            "newest",
            _("Version %(number)s is the newest already.") % {"number": number},
            settles=_("Publish it, or choose an earlier one."),
        )
    return None


def why_not_place(page: HasVersions) -> Refusal | None:
    """Return why a page has no place of its own: only help pages are read in an order given."""
    if page.kind == PageKind.HELP:
        return None
    return Refusal(
        "illegal_move",
        _("Only help pages are listed in an order of their own."),
        settles=_("Articles stand with the newest first."),
    )


def why_not_confirm(page: HasVersions, *, own: bool) -> Refusal | None:
    """Return why somebody cannot say of a version that he has read it: he wrote it himself."""
    if page.latest_id is None:
        return Refusal(
            "illegal_move",
            _("There is nothing to read yet."),
            settles=_("Somebody writes it first."),
        )
    if own:
        return Refusal(
            "own_words",
            _("You saved the newest version yourself."),
            settles=_("Somebody else who answers for pages reads it."),
        )
    return None
