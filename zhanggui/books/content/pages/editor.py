"""The editor of a page: its words and sections beside the page they make."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.books.content import actions
from zhanggui.books.content.dossiers import preview_url
from zhanggui.books.content.duties import badge_of, edit_url, path_of
from zhanggui.books.content.forms import WordsForm
from zhanggui.books.content.models import Page, PageVersion
from zhanggui.books.content.pages import cards as cards_
from zhanggui.books.content.pages.cards import Card
from zhanggui.books.content.queries import bodies
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.queries.bodies import Wrong
from zhanggui.books.content.queries.sections import KINDS, kinds_for
from zhanggui.books.content.rules.pages import PageKind, PageState
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.forms import Moment
from zhanggui.ground.kernel.limits import KEY_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.forms import PictureField
from zhanggui.ground.media.rules import ALT_CHARS_MAX

LANGUAGES = (
    {"code": "zh-hans", "lang": "zh-Hans", "name": "中"},
    {"code": "en", "lang": "en", "name": "EN"},
)
"""The languages a page can be looked at in, each by its own sign."""

STEPS_WRITING = ("save", "publish", "plan")
"""What the buttons of the form do for good; all others only change what it shows."""


@dataclass
class Sheet:
    """What the form holds: whatever was typed, and what is wrong with it."""

    words: WordsForm | None
    cover: int | None
    cards: list[Card]
    base: int
    key: str
    planned_at: str = ""
    wrong: Wrong = field(default_factory=dict)
    cover_errors: list[str] = field(default_factory=list)
    plan_errors: list[str] = field(default_factory=list)
    refused: Refusal | None = None
    theirs: PageVersion | None = None
    upload: dict[str, list[str]] = field(default_factory=dict)


def _blank_key() -> str:
    return uuid.uuid4().hex


def _sheet_of(version: PageVersion, *, writes: bool) -> Sheet:
    words = WordsForm(initial=actions.words_of(version)) if writes else None
    return Sheet(
        words=words,
        cover=version.cover_id,
        cards=cards_.cards_of(version.body),
        base=version.number,
        key=_blank_key(),
    )


def _sheet_sent(request: HttpRequest, *, writes: bool) -> Sheet:
    base = cards_.whole(request.POST.get("base"))
    return Sheet(
        words=WordsForm(request.POST) if writes else None,
        cover=cards_.whole(request.POST.get("cover")),
        cards=cards_.cards_sent(request.POST, request.FILES),
        base=base or 0,
        key=request.POST.get("key", "")[: KEY_CHARS_MAX - 10] or _blank_key(),
        planned_at=request.POST.get("planned_at", "")[:40],
    )


@page(
    duty=queries.PUBLISHING,
    methods=("GET", "POST"),
    kind="content.Page",
    scope="pages belong to the whole company",
)
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the form of a page with the page beside it; save, publish, plan, or change the form."""
    by, at = actor_of(request), moment_of(request)
    record = queries.page_of(by, pk)
    assert record.latest is not None  # every page begins with a version
    writes = queries.may_write(by)
    if request.method != "POST":
        return _show(request, record, _sheet_of(record.latest, writes=writes), by=by)
    sheet = _sheet_sent(request, writes=writes)
    step, _colon, about = request.POST.get("step", "").partition(":")
    if step in STEPS_WRITING:
        if answer := _write(request, record, sheet, step, by=by, at=at):
            return answer
        status = sheet.refused.status if sheet.refused else 422
        return _show(request, record, sheet, by=by, status=status)
    _change(request, record, sheet, step, about, by=by, at=at)
    return _show(request, record, sheet, by=by, status=422 if sheet.upload else 200)


# --- changing the form ----------------------------------------------------------------------------


def _change(
    request: HttpRequest,
    record: Page,
    sheet: Sheet,
    step: str,
    about: str,
    *,
    by: DeskActor,
    at: datetime,
) -> None:
    """Add, move, take off or put back a section, or take a picture in; nothing is saved by it."""
    cards = sheet.cards
    place = cards_.whole(about)
    if about == "0":
        place = 0
    if step == "add" and about in KINDS and len(cards) < bodies.SECTIONS_MAX:
        card = cards_.new_card(KINDS[about], id=uuid.uuid4().hex, place=len(cards))
        cards.append(card)
    elif step == "picture":
        _take_in(request, sheet, about, by=by, at=at)
    elif place is not None and place < len(cards):
        if step == "up" and place > 0:
            cards[place - 1], cards[place] = cards[place], cards[place - 1]
        elif step == "down" and place < len(cards) - 1:
            cards[place + 1], cards[place] = cards[place], cards[place + 1]
        elif step == "drop":
            cards[place].dropped = True
        elif step == "keep":
            cards[place].dropped = False


class _Upload(forms.Form):
    file = PictureField()
    alt_zh = forms.CharField(max_length=ALT_CHARS_MAX)
    alt_en = forms.CharField(max_length=ALT_CHARS_MAX, required=False)


def _take_in(request: HttpRequest, sheet: Sheet, name: str, *, by: DeskActor, at: datetime) -> None:
    """Take the picture of a field into the library and choose it there."""
    form = _Upload(request.POST, request.FILES, prefix=f"new-{name}")
    if not form.is_valid():
        sheet.upload = {name: [str(e) for errors in form.errors.values() for e in errors]}
        return
    values = form.cleaned_data
    try:
        picture = actions.add_picture(
            None,
            sound=values["file"],
            alt_zh=values["alt_zh"],
            alt_en=values["alt_en"],
            by=by,
            at=at,
        )
    except Refusal as no:
        sheet.upload = {name: [str(no)]}
        return
    if name == "cover":
        sheet.cover = picture.pk
    for card in sheet.cards:
        if name == f"{card.prefix}-picture" and "picture" in card.value:
            card.value = {**card.value, "picture": picture.pk}


# --- saving, publishing, planning -----------------------------------------------------------------


def _write(
    request: HttpRequest, record: Page, sheet: Sheet, step: str, *, by: DeskActor, at: datetime
) -> HttpResponse | None:
    """Save what the form holds, and publish or plan it; None where it has to be shown again."""
    planned_at = _planned(sheet) if step == "plan" else None
    if not _is_sound(record, sheet) or sheet.plan_errors:
        return None
    version: PageVersion | None = record.latest
    try:
        version = _save(record, sheet, by=by, at=at)
    except Refusal as no:
        if no.code == "stale":
            newest = queries.page_of(by, record.pk)
            sheet.theirs = newest.latest
            sheet.base = queries.newest_number(newest)
            sheet.key = _blank_key()
        if no.code != "unchanged" or step == "save":
            sheet.refused = no
            return None
    record = queries.page_of(by, record.pk)
    try:
        if step == "publish":
            actions.publish_page(record, by=by, at=at)
        elif step == "plan":
            assert planned_at is not None
            actions.schedule_page(record, planned_at=planned_at, by=by, at=at)
    except Refusal as no:
        # What was written is a version already; only showing it has to wait.
        fresh = queries.newest_number(record)
        sheet.refused, sheet.base, sheet.key = no, fresh, _blank_key()
        return None
    number = version.number if version is not None else 0
    said = {
        "save": _("Version %(number)s is saved as a draft: nobody outside sees it yet."),
        "publish": _("Version %(number)s is what everybody sees from now on."),
        "plan": _("Version %(number)s goes live by itself at its time."),
    }
    messages.success(request, said[step] % {"number": number})
    answer = redirect(edit_url(record))
    answer.status_code = 303
    return answer


def _planned(sheet: Sheet) -> datetime | None:
    field_ = forms.DateTimeField(
        widget=Moment(), error_messages={"required": _("Say from when the page shall be shown.")}
    )
    try:
        return cast(datetime, field_.clean(sheet.planned_at))
    except ValidationError as wrong:
        sheet.plan_errors = [str(message) for message in wrong.messages]
        return None


def _is_sound(record: Page, sheet: Sheet) -> bool:
    """Look at all that was typed; what is wrong stands beside its field afterwards."""
    _body, sheet.wrong = bodies.checked(cards_.kept(sheet.cards), page=record.kind)
    fine = not sheet.wrong
    if sheet.words is not None:
        fine = sheet.words.is_valid() and fine
        if sheet.cover is not None and not queries.pictures_by_id([sheet.cover]):
            sheet.cover_errors = [_("There is no such picture any more.")]
            fine = False
    return fine


def _save(record: Page, sheet: Sheet, *, by: DeskActor, at: datetime) -> PageVersion:
    body = cards_.kept(sheet.cards)
    if sheet.words is None:
        deed = actions.save_sections.once(f"form:{sheet.key}")
        return deed(record, base=sheet.base, body=body, by=by, at=at)
    cover = queries.pictures_by_id([sheet.cover]) if sheet.cover is not None else {}
    return actions.save_draft.once(f"form:{sheet.key}")(
        record,
        base=sheet.base,
        words=sheet.words.cleaned_data,
        cover=next(iter(cover.values()), None),
        body=body,
        by=by,
        at=at,
    )


# --- showing the form -----------------------------------------------------------------------------


def _show(
    request: HttpRequest, record: Page, sheet: Sheet, *, by: DeskActor, status: int = 200
) -> HttpResponse:
    """Return the editor, or the part of it that its own buttons ask for."""
    drawn = cards_.draw(sheet.cards, wrong=sheet.wrong, refused=sheet.upload)
    cover = None
    if sheet.words is not None:
        cover = cards_.cover_field(
            sheet.cover, errors=sheet.cover_errors, refused=sheet.upload.get("cover", ())
        )
    fields = list(sheet.words) if sheet.words is not None else []
    context = {
        "page": record,
        "title": str(record),
        "kind": PageKind(record.kind).label,
        "badge": badge_of(record),
        "live": record.state == PageState.LIVE,
        "path": path_of(record),
        "url": edit_url(record),
        "dossier_url": url_of(record),
        "preview_url": preview_url(record),
        "pictures_url": reverse("content:pictures"),
        "goods_url": reverse("content:goods"),
        "sheet": sheet,
        "cards": drawn,
        "cover": cover,
        "common": fields[: 2 if record.kind == PageKind.HOME else 4],
        "search": fields[4:],
        "kinds": kinds_for(record.kind),
        "others": queries.others_here(record, by),
        "theirs_url": preview_url(record, sheet.theirs.number) if sheet.theirs else "",
        "wrong_n": sum(len(fields) for fields in sheet.wrong.values()),
        "languages": LANGUAGES,
        "full": len(sheet.cards) >= bodies.SECTIONS_MAX,
    }
    template = "content/editor.html"
    if request.headers.get("HX-Target") == "written":
        template += "#written"
    return render(request, template, context, status=status)


def draft_sent(request: HttpRequest, record: Page) -> PageVersion:
    """Return what the form of an editor holds as a version that is not kept, to be looked at.

    What is wrong with it is as if it were empty; words that were not sent are those of the newest.
    """
    sheet = _sheet_sent(request, writes="title_zh" in request.POST)
    latest = record.latest
    assert latest is not None
    words = actions.words_of(latest)
    cover = latest.cover
    if sheet.words is not None:
        sheet.words.is_valid()
        words = {name: sheet.words.cleaned_data.get(name, "") for name in actions.WORDS}
        ids = [sheet.cover] if sheet.cover is not None else []
        cover = next(iter(queries.pictures_by_id(ids).values()), None)
    body, _wrong = bodies.checked(cards_.kept(sheet.cards), page=record.kind)
    return PageVersion(
        page=record, number=0, cover=cover, body=body, saved_at=moment_of(request), **words
    )
