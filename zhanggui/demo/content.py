"""The site of the example company: its home page, articles and help, written by its own people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from zhanggui.books.content import actions
from zhanggui.books.content.models import Page
from zhanggui.books.content.queries.pages import newest_number
from zhanggui.books.content.rules.standard import STANDARD_HOME
from zhanggui.demo.articles import ARTICLES, HELP, PLANNED
from zhanggui.demo.stories import Calendar, Story
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.media.rules import sound_picture

EDITOR, DESIGNER = "jiang", "li"
"""Who writes the pages, and who changes their sections, by user name."""

PICTURES = Path(__file__).with_name("pictures")

NOTICE: dict[str, Any] = {
    "type": "notice",
    "id": "fresh-goods",
    "value": {
        "text_zh": "今年的白茶和桂圆干刚到，新货都在这里。",
        "text_en": "This year's white tea and dried longan have come: see what is new.",
        "tone": "go",
        "target": "/shop/goods/?sort=new",
    },
}
READING: dict[str, Any] = {"type": "articles", "id": "good-to-know", "value": {"most": 3}}


def set_up_site(days: Calendar) -> Story:
    """Let the editor write articles and help, and the designer work on the home page."""
    yield (at := days.back(21, "09:00"))
    home = actions.set_up_home(None, by=CLOCKWORK, at=at)
    for number, written in enumerate(HELP):
        yield (at := days.back(21, f"10:{number * 9:02d}"))
        page = _write(days, at, "help", written)
        actions.place_page(page, position=number + 1, **days.one(EDITOR, at))
        actions.publish_page(page, **days.one(EDITOR, at))
    for written in ARTICLES:
        yield (at := days.back(written["ago"], "15:20"))
        page = _write(days, at, "article", written)
        actions.publish_page(page, **days.one(EDITOR, at))
    yield (at := days.back(4, "11:05"))
    body = [STANDARD_HOME[0], NOTICE, *STANDARD_HOME[1:5], READING, *STANDARD_HOME[5:]]
    _sections(days, at, home, body)
    yield (at := days.back(4, "11:40"))
    actions.publish_page(Page.objects.get(pk=home.pk), **days.one(EDITOR, at))
    yield (at := days.back(1, "16:30"))
    page = _write(days, at, "article", PLANNED)
    moment = days.now + timedelta(days=3)
    actions.schedule_page(page, planned_at=moment, **days.one(EDITOR, at))
    yield (at := days.back(0, "08:50"))
    few = {**STANDARD_HOME[3], "value": {**STANDARD_HOME[3]["value"], "looks": "row"}}
    draft = [STANDARD_HOME[0], NOTICE, *STANDARD_HOME[1:3], few, READING, *STANDARD_HOME[4:]]
    _sections(days, at, home, draft)


def _sections(days: Calendar, at: Any, home: Page, body: Sequence[dict[str, Any]]) -> None:
    page = Page.objects.get(pk=home.pk)
    actions.save_sections(page, base=newest_number(page), body=list(body), **days.one(DESIGNER, at))


def _write(days: Calendar, at: Any, kind: str, written: dict[str, Any]) -> Page:
    """Have the editor begin a page and write it, with its picture where it has one."""
    who = days.one(EDITOR, at)
    words = {name: written[name] for name in ("title_zh", "title_en", "summary_zh", "summary_en")}
    page = actions.start_page(
        None,
        kind=kind,
        slug=written["slug"],
        title_zh=words["title_zh"],
        title_en=words["title_en"],
        **who,
    )
    cover = None
    if "cover" in written:
        file = PICTURES / f"{written['cover']}.webp"
        cover = actions.add_picture(
            None,
            sound=sound_picture(file.read_bytes()),
            alt_zh=written["alt_zh"],
            alt_en=written["alt_en"],
            **who,
        )
    body = [{**raw, "id": f"{written['slug']}-{n}"} for n, raw in enumerate(written["body"])]
    actions.save_draft(page, base=1, words=words, cover=cover, body=body, **who)
    return Page.objects.get(pk=page.pk)
