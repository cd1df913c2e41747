"""What waits for whom, what customers may read, and what sections say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from zhanggui.books.content import actions
from zhanggui.books.content.models import Page
from zhanggui.books.content.queries import bodies
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.queries.sections import KINDS, kinds_for
from zhanggui.books.content.rules.standard import STANDARD_HOME
from zhanggui.books.content.tests.conftest import notice, prose
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db
MEMORY = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}


def test_pages_to_edit_are_drafts_and_what_nobody_read_for_half_a_year(
    article: Page, home: Page, actor: Callable[..., Any], at: datetime
) -> None:
    assert list(queries.pages_to_edit(actor("jiang"))) == [article]
    later = at + timedelta(days=181)
    waiting = queries.pages_to_edit(actor("jiang", at=later))
    assert list(waiting) == [article, home]
    old = waiting.get(pk=home.pk)
    assert old.waits_since == at + timedelta(days=180)


def test_pages_to_edit_forget_a_page_that_was_read(
    home: Page, actor: Callable[..., Any], at: datetime
) -> None:
    later = at + timedelta(days=200)
    actions.confirm_page(home, by=actor("jiang", at=later), at=later)
    assert not queries.pages_to_edit(actor("jiang", at=later)).exists()


def test_pages_to_design_are_those_with_drafts(
    home: Page, article: Page, designer: Any, at: datetime
) -> None:
    assert list(queries.pages_to_design(designer)) == [article]
    actions.save_sections(home, base=1, body=[], by=designer, at=at)
    assert set(queries.pages_to_design(designer)) == {home, article}


@pytest.mark.parametrize("user", ["wu", "huang", "cai", "fang"])
def test_pages_are_there_for_nobody_else(
    user: str, home: Page, article: Page, actor: Callable[..., Any]
) -> None:
    by = actor(user)
    for rows in (queries.pages_to_edit, queries.pages_to_design, queries.pages_seen):
        assert not rows(by).exists()
    with pytest.raises(Refusal) as no:
        queries.page_of(by, home.pk)
    assert no.value.code == "not_yours"
    for ask in (queries.pictures_to_choose, queries.goods_to_choose):
        with pytest.raises(Refusal):
            ask(by, "", most=5)
    assert queries.find_pages(by, "存茶", 5) == []


def test_find_pages_by_title_and_address(article: Page, home: Page, editor: Any) -> None:
    assert queries.find_pages(editor, "存茶", 5) == [article]
    assert queries.find_pages(editor, "KEEP-", 5) == [article]


def test_published_articles_come_newest_first(article: Page, editor: Any, at: datetime) -> None:
    actions.publish_page(article, by=editor, at=at)
    second = actions.start_page(
        None, kind="article", slug="second", title_zh="二", by=editor, at=at
    )
    assert list(queries.published("article")) == [article]
    actions.publish_page(second, by=editor, at=at + timedelta(minutes=1))
    assert list(queries.published("article")) == [second, article]
    # Published again, an article keeps its place: it is no news.
    actions.save_draft(
        Page.objects.get(pk=article.pk), base=1, words={"title_zh": "新"}, cover=None, body=[],
        by=editor, at=at + timedelta(minutes=2),
    )  # fmt: skip
    actions.publish_page(Page.objects.get(pk=article.pk), by=editor, at=at + timedelta(minutes=3))
    assert list(queries.published("article")) == [second, article]


def test_published_help_comes_in_its_order(editor: Any, at: datetime) -> None:
    made = []
    for slug, position in (("b", 2), ("a", 1), ("c", 3)):
        page = actions.start_page(None, kind="help", slug=slug, title_zh=slug, by=editor, at=at)
        actions.place_page(page, position=position, by=editor, at=at)
        actions.publish_page(Page.objects.get(pk=page.pk), by=editor, at=at)
        made.append(slug)
    assert [page.slug for page in queries.published("help")] == ["a", "b", "c"]


@override_settings(CACHES=MEMORY)
def test_others_here_are_told_of_each_other(
    home: Page, actor: Callable[..., Any], at: datetime
) -> None:
    assert queries.others_here(home, actor("jiang")) == []
    assert queries.others_here(home, actor("li")) == ["Jiang Yifan"]
    assert queries.others_here(home, actor("jiang")) == ["Li Xiaowen"]
    later = at + timedelta(seconds=queries.HERE_S)
    assert queries.others_here(home, actor("jiang", at=later)) == []


# --- sections -------------------------------------------------------------------------------------


def test_the_standard_home_is_sound() -> None:
    kept, wrong = bodies.checked(STANDARD_HOME, page="home")
    assert wrong == {}
    assert [raw["type"] for raw in kept] == [raw["type"] for raw in STANDARD_HOME]
    again, wrong = bodies.checked(kept, page="home")
    assert (again, wrong) == (kept, {})  # what was kept once is kept the same again


def test_sections_of_leave_out_what_this_version_does_not_know() -> None:
    body = [{"type": "carousel", "id": "x", "value": {}}, prose("<p>x</p>")]
    assert [section.kind for section in bodies.sections_of(body)] == ["prose"]


def test_sections_say_chinese_where_there_is_no_english() -> None:
    (section,) = bodies.sections_of([notice("新茶到了")])
    assert section.said("text") == "新茶到了"


@pytest.mark.parametrize(
    ("begins", "ends", "shown"),
    [(None, None, True), (1, None, False), (-1, 1, True), (-2, -1, False), (0, None, True),
     (None, 0, False)],
)  # fmt: skip
def test_a_notice_is_shown_for_its_time(
    begins: int | None, ends: int | None, shown: bool, at: datetime
) -> None:
    moments = {"from_at": begins, "until_at": ends}
    values = {k: (at + timedelta(hours=v)).isoformat() for k, v in moments.items() if v is not None}
    (section,) = bodies.sections_of([notice("x", **values)])
    assert section.holds_at(at) is shown


def test_every_kind_of_page_may_be_written() -> None:
    assert [kind.code for kind in kinds_for("home")] == list(KINDS)
    assert "hero" not in [kind.code for kind in kinds_for("article")]
    assert {"prose", "picture", "shelf"} <= {kind.code for kind in kinds_for("help")}


def test_the_list_of_pages_asks_the_same_for_many(editor: Any, at: datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as statements:
            [str(page) for page in queries.pages_seen(editor)]
        return len(statements)

    actions.start_page(None, kind="help", slug="a", title_zh="一", by=editor, at=at)
    few = asked()
    for n in range(5):
        actions.start_page(None, kind="help", slug=f"b{n}", title_zh="二", by=editor, at=at)
    assert asked() == few == 1
