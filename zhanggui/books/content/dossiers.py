"""The page about a page: where it stands, its versions, and the ways to edit and look at it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product
from zhanggui.books.content import actions
from zhanggui.books.content.duties import badge_of, edit_url, is_read, path_of
from zhanggui.books.content.models import Page
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.rules.pages import PageKind, PageState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.media.models import Picture


def preview_url(page: Page, number: int | None = None) -> str:
    """Return where a page is looked at before it is published: its newest version, or one."""
    url = reverse("shop:preview", args=[page.pk])
    return url if number is None else f"{url}?version={number}"


def face_of(page: Page, by: DeskActor) -> Face:
    """Return what a page's dossier shows."""
    live = page.state == PageState.LIVE
    lines = [
        Line(_("Kind"), PageKind(page.kind).label),
        Line(_("Address"), path_of(page), url=path_of(page) if live else ""),
    ]
    if page.live_at is not None:
        lines.append(Line(_("Published at"), moment(page.live_at, by.at)))
    if page.planned_at is not None:
        lines.append(Line(_("Goes live at"), moment(page.planned_at, by.at)))
    if page.read_at is not None:
        read = _("Newest version read") if is_read(page) else _("Last read")
        lines.append(Line(read, moment(page.read_at, by.at)))
    if page.reason:
        lines.append(Line(_("Reason"), page.reason))
    newest = queries.newest_number(page)
    back = actions.roll_back_page.standings(page, by=by)
    versions = [
        {
            "number": version.number,
            "title": version.title,
            "at": version.saved_at,
            "who": version.saved_by.name if version.saved_by else "",
            "copy_of": version.copy_of,
            "url": preview_url(page, version.number),
            "live": version.pk == page.live_id,
            "planned": version.pk == page.planned_id,
            "newest": version.number == newest,
            "back": reverse("act:content.roll_back_page", args=[page.pk])
            if back and version.number != newest
            else "",
        }
        for version in queries.versions_of(page)[: queries.VERSIONS_SHOWN]
    ]
    return Face(
        title=str(page),
        subtitle=page.latest.summary if page.latest is not None else "",
        state=badge_of(page),
        lines=lines,
        template="content/dossier.html",
        context={
            "edit_url": edit_url(page),
            "preview_url": preview_url(page),
            "versions": versions,
            "more": max(0, newest - queries.VERSIONS_SHOWN),
        },
    )


def picture_face(picture: Picture, by: DeskActor) -> Face:
    """Return what a picture's page shows: itself, its words, and where it is seen."""
    size = _("%(width)s × %(height)s pixels") % {"width": picture.width, "height": picture.height}
    lines = [
        Line(_("What it shows (Chinese)"), picture.alt_zh),
        Line(_("What it shows (English)"), picture.alt_en or "—"),
        Line(_("Size"), size),
        Line(_("Taken in"), moment(picture.created_at, by.at)),
        *(Line(_("Shown on the page"), str(page), url=url_of(page)) for page in _pages(picture)),
        *(Line(_("Shown with"), one.name, url=url_of(one)) for one in _goods(picture)),
    ]
    return Face(
        title=picture.alt,
        subtitle=_("Picture of the library"),
        state=Badge("rest", _("English is missing"))
        if not picture.alt_en
        else Badge("done", _("Said")),
        lines=lines,
        template="content/picture.html",
        context={"picture": picture},
    )


SEEN_AT_MAX = 12
"""Places named where a picture is seen."""


def _pages(picture: Picture) -> list[Page]:
    return queries.pages_with(picture)[:SEEN_AT_MAX]


def _goods(picture: Picture) -> list[Product]:
    return queries.goods_with(picture)[:SEEN_AT_MAX]


declare_dossier(
    Dossier(
        model=Picture,
        find=queries.picture_of,
        face=picture_face,
        duties=(queries.PUBLISHING,),
        scope="the library belongs to the whole company",
    )
)

declare_dossier(
    Dossier(
        model=Page,
        find=queries.page_of,
        face=face_of,
        duties=(queries.PUBLISHING,),
        scope="pages belong to the whole company",
    )
)
