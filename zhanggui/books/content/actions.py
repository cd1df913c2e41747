"""Writing pages: every version is kept, and what everybody sees is one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.content.models import Page, PageVersion
from zhanggui.books.content.queries import bodies
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.rules import pages as rules
from zhanggui.books.content.rules.pages import PageKind, PageState
from zhanggui.books.content.rules.standard import STANDARD_HOME, STANDARD_TITLE
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.media.actions import describe_picture, take_in_picture
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.rules import SoundPicture, why_not_describe

EDITING, DESIGNING, PUBLISHING = queries.EDITING, queries.DESIGNING, queries.PUBLISHING

WORDS = (
    "title_zh", "title_en", "summary_zh", "summary_en", "search_title_zh", "search_title_en",
    "search_text_zh", "search_text_en",
)  # fmt: skip
"""The words of a version, beside its cover and its sections."""

Body = Sequence[Mapping[str, Any]]


def _sound(body: Body, *, kind: str) -> list[dict[str, Any]]:
    """Return sections as they may be kept, or raise what is wrong with them."""
    kept, wrong = bodies.checked(body, page=kind)
    if refusal := bodies.why_wrong(body, wrong):
        raise refusal
    return kept


def _add_version(
    page: Page,
    *,
    words: Mapping[str, str],
    cover: Picture | None,
    body: list[dict[str, Any]],
    by: Actor,
    at: datetime,
    copy_of: int | None = None,
) -> PageVersion:
    version = PageVersion.objects.create(
        page=page,
        number=queries.newest_number(page) + 1,
        **{name: words.get(name, "").strip() for name in WORDS},
        cover=cover,
        body=body,
        copy_of=copy_of,
        saved_at=at,
        saved_by_id=by.person_id,
    )
    page.latest = version
    page.changed_at = page.changed_at or at
    page.save(update_fields=["latest", "changed_at"])
    remember(number=version.number, title=version.title_zh)
    return version


def words_of(version: PageVersion) -> dict[str, str]:
    """Return the words of a version by their names."""
    return {name: getattr(version, name) for name in WORDS}


# --- beginning ------------------------------------------------------------------------------------


@action(
    duty=EDITING,
    title=_("Begin a page"),
    said=_("began the page “%(title_zh)s”"),
    creates=True,
)
def start_page(
    area: str | None,
    *,
    kind: str,
    slug: str,
    title_zh: str,
    title_en: str = "",
    by: Actor,
    at: datetime,
) -> Page:
    """Begin an article or a help page; nobody sees it before it is published."""
    taken = queries.is_taken(kind, slug)
    pages = queries.pages_there_are()
    if refusal := rules.why_not_start(kind=kind, slug=slug, taken=taken, pages=pages):
        raise refusal
    page = Page.objects.create(kind=kind, slug=slug, begun_at=at)
    words = {"title_zh": title_zh, "title_en": title_en}
    _add_version(page, words=words, cover=None, body=[], by=by, at=at)
    return page


def _why_not_set_up(area: str | None) -> Refusal | None:
    taken = queries.is_taken(PageKind.HOME, "home")
    pages = queries.pages_there_are()
    return rules.why_not_start(kind=PageKind.HOME, slug="home", taken=taken, pages=pages)


@action(
    duty=PUBLISHING,
    title=_("Set up the home page"),
    said=_("set up the home page as a shop opens with it"),
    guard=_why_not_set_up,
    creates=True,
)
def set_up_home(area: str | None, *, by: Actor, at: datetime) -> Page:
    """Make the home page a record, published as it looks before anybody edits it."""
    page = Page.objects.create(kind=PageKind.HOME, slug="home", begun_at=at)
    words = {"title_zh": STANDARD_TITLE["zh"], "title_en": STANDARD_TITLE["en"]}
    body = _sound(STANDARD_HOME, kind=PageKind.HOME)
    _add_version(page, words=words, cover=None, body=body, by=by, at=at)
    _show(page, page.latest, at=at)
    return page


# --- writing --------------------------------------------------------------------------------------


def _why_stale(page: Page, *, base: int | None, unchanged: bool) -> Refusal | None:
    latest = page.latest
    who: Sentence = (
        latest.saved_by.name if latest is not None and latest.saved_by else _("Somebody")
    )
    newest = queries.newest_number(page)
    return rules.why_not_save(base=base, newest=newest, by=who, unchanged=unchanged)


@action(
    duty=EDITING,
    title=_("Save the draft"),
    said=_("saved version %(number)s"),
    private=("body", "words"),
)
def save_draft(
    page: Page,
    *,
    base: int,
    words: dict[str, str],
    cover: Picture | None,
    body: list[dict[str, Any]],
    by: Actor,
    at: datetime,
) -> PageVersion:
    """Keep words and sections as the next version, written on version `base`; it is shown later.

    A save on a version that is no longer the newest is refused (`stale`), one without a change too.
    """
    if refusal := _why_stale(page, base=base, unchanged=False):
        raise refusal
    body = _sound(body, kind=page.kind)
    latest = page.latest
    same = (
        latest is not None
        and {**words_of(latest), **words} == words_of(latest)
        and latest.cover_id == (cover.pk if cover else None)
        and latest.body == body
    )
    if refusal := _why_stale(page, base=base, unchanged=same):
        raise refusal
    return _add_version(page, words=words, cover=cover, body=body, by=by, at=at)


@action(
    duty=DESIGNING,
    title=_("Save the sections"),
    said=_("saved the sections as version %(number)s"),
    private=("body",),
)
def save_sections(
    page: Page, *, base: int, body: list[dict[str, Any]], by: Actor, at: datetime
) -> PageVersion:
    """Keep the sections as the next version, written on version `base`; the words stay."""
    if refusal := _why_stale(page, base=base, unchanged=False):
        raise refusal
    body = _sound(body, kind=page.kind)
    latest = page.latest
    assert latest is not None  # every page begins with a version
    if refusal := _why_stale(page, base=base, unchanged=latest.body == body):
        raise refusal
    return _add_version(page, words=words_of(latest), cover=latest.cover, body=body, by=by, at=at)


@action(
    duty=PUBLISHING,
    title=_("Take in a picture for pages"),
    said=_("took in the picture “%(alt_zh)s” for pages"),
    private=("sound",),
    creates=True,
)
def add_picture(
    area: str | None, *, sound: SoundPicture, alt_zh: str, alt_en: str = "", by: Actor, at: datetime
) -> Picture:
    """Take a picture into the library, to be chosen for a section or as a cover."""
    return take_in_picture(area, sound=sound, alt_zh=alt_zh, alt_en=alt_en, by=by, at=at)


@action(
    duty=EDITING,
    title=_("Say what it shows"),
    said=_("said anew what the picture shows: “%(alt_zh)s”"),
    guard=why_not_describe,
)
def reword_picture(
    picture: Picture, *, alt_zh: str, alt_en: str = "", by: Actor, at: datetime
) -> Picture:
    """Change the words for a picture of the library; it has them wherever it is shown."""
    return describe_picture(picture, alt_zh=alt_zh, alt_en=alt_en, by=by, at=at)


# --- showing --------------------------------------------------------------------------------------


def _show(page: Page, version: PageVersion | None, *, at: datetime) -> None:
    assert version is not None
    page.state = rules.MOVES.to("publish_page", page.state)
    page.live, page.live_at = version, at
    page.first_live_at = page.first_live_at or at
    if page.planned is not None and page.planned.number <= version.number:
        page.planned = page.planned_at = None
    if version.pk == page.latest_id:
        page.changed_at = None
    page.reason = ""
    page.save()
    remember(number=version.number, title=version.title_zh)


def _who_saved(page: Page, _result: object) -> list[int | None]:
    return [page.latest.saved_by_id if page.latest is not None else None]


@action(
    duty=PUBLISHING,
    title=_("Publish"),
    said=_("published version %(number)s"),
    guard=rules.why_not_publish,
    since="changed_at",
    concerns=_who_saved,
)
def publish_page(page: Page, *, by: Actor, at: datetime) -> Page:
    """Show the newest version to everybody from now on; an earlier plan is done with."""
    _show(page, page.latest, at=at)
    return page


@action(
    duty=PUBLISHING,
    title=_("Plan"),
    said=_("planned version %(number)s for %(moment)s"),
    guard=rules.why_not_plan,
)
def schedule_page(page: Page, *, planned_at: datetime, by: Actor, at: datetime) -> Page:
    """Have the newest version shown from a moment on; what is written later is not part of it."""
    page.planned, page.planned_at = page.latest, planned_at
    page.save(update_fields=["planned", "planned_at"])
    moment = f"{timezone.localtime(planned_at):%Y-%m-%d %H:%M}"
    remember(number=queries.newest_number(page), moment=moment)
    return page


@action(
    duty=PUBLISHING,
    title=_("Drop the plan"),
    said=_("dropped the plan"),
    guard=rules.why_not_unplan,
)
def unschedule_page(page: Page, *, by: Actor, at: datetime) -> Page:
    """Take a plan back: the version stays a draft."""
    page.planned = page.planned_at = None
    page.save(update_fields=["planned", "planned_at"])
    return page


@action(
    duty=PUBLISHING,
    title=_("Publish as planned"),
    said=_("published version %(number)s as planned"),
    guard=rules.why_not_unplan,
    since="changed_at",
    concerns=_who_saved,
)
def publish_as_planned(page: Page, *, by: Actor, at: datetime) -> Page:
    """Show the planned version, once its moment has come."""
    if page.planned_at is not None and page.planned_at > at:
        raise Refusal(
            "not_due",
            _("The planned moment has not come yet."),
            settles=_("Publish the page now, or wait."),
        )
    _show(page, page.planned, at=at)
    return page


@action(
    duty=EDITING,
    title=pgettext_lazy("a page", "Withdraw"),
    said=_("took it down: %(reason)s"),
    guard=rules.why_not_withdraw,
)
def withdraw_page(page: Page, *, reason: str, by: Actor, at: datetime) -> Page:
    """Show an article or a help page to nobody any more; all its versions stay."""
    page.state = rules.MOVES.to("withdraw_page", page.state)
    page.live = page.live_at = page.planned = page.planned_at = page.changed_at = None
    page.reason = reason
    page.save()
    return page


# --- going back -----------------------------------------------------------------------------------


def _why_not_lead_back(page: Page, *, number: int | None = None) -> Refusal | None:
    known = number is not None and queries.version_of(page, number) is not None
    newest = queries.newest_number(page)
    return rules.why_not_lead_back(newest=newest, number=number, known=known)


@action(
    duty=PUBLISHING,
    title=_("Lead back to an earlier version"),
    said=_("led it back to version %(number)s"),
    guard=_why_not_lead_back,
)
def roll_back_page(page: Page, *, number: int, by: Actor, at: datetime) -> Page:
    """Copy an earlier version as the newest; where the page is published, show it at once.

    What had been written since stays among the versions.
    """
    former = queries.version_of(page, number)
    assert former is not None  # the guard has looked
    version = _add_version(
        page,
        words=words_of(former),
        cover=former.cover,
        body=_sound_again(former, kind=page.kind),
        copy_of=former.number,
        by=by,
        at=at,
    )
    if page.state == PageState.LIVE:
        _show(page, version, at=at)
    remember(number=number, became=version.number)
    return page


def _sound_again(former: PageVersion, *, kind: str) -> list[dict[str, Any]]:
    """Return the sections of a version kept earlier; goods gone since then are no hindrance."""
    kept, _wrong = bodies.checked(former.body, page=kind)
    return kept


# --- looking after --------------------------------------------------------------------------------


def _why_not_confirm(page: Page, *, by: Actor) -> Refusal | None:
    own = page.latest is not None and page.latest.saved_by_id == by.person_id
    return rules.why_not_confirm(page, own=own and page.changed_at is not None)


@action(
    duty=PUBLISHING,
    title=_("Read and found right"),
    said=_("read version %(number)s and found it right"),
    guard=_why_not_confirm,
    concerns=_who_saved,
)
def confirm_page(page: Page, *, by: Actor, at: datetime) -> Page:
    """Say that somebody other than its writer has read the newest version, or that an old page is
    right still."""
    page.confirmed, page.read_at = page.latest, at
    page.save(update_fields=["confirmed", "read_at"])
    remember(number=queries.newest_number(page))
    return page


@action(
    duty=EDITING,
    title=_("Change its place"),
    said=_("put it in place %(position)s of its list"),
    guard=rules.why_not_place,
)
def place_page(page: Page, *, position: int, by: Actor, at: datetime) -> Page:
    """Say at which place of its list customers find a help page: small numbers come first."""
    page.position = position
    page.save(update_fields=["position"])
    return page
