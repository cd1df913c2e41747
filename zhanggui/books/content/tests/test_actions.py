"""Writing, publishing, planning, withdrawing, leading back: done, and refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from zhanggui.books.catalogue.models import Product
from zhanggui.books.content import actions
from zhanggui.books.content.models import Page, PageVersion
from zhanggui.books.content.rules.standard import STANDARD_HOME
from zhanggui.books.content.tests.conftest import body_of, notice, prose
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.guard import WrittenOutsideAction, writes_open
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db
Write = Callable[..., PageVersion]


NO_LINK = (
    "A link leads to a page of ours or to a safe address elsewhere. Write a path like "
    "/shop/c/TEA/, or an address that begins with https://."
)


def refused(deed: Callable[[], Any], sentence: str) -> None:
    """Expect a deed to be refused with exactly this sentence, and nothing to change by it."""
    facts, versions = Fact.objects.count(), PageVersion.objects.count()
    pages = list(Page.objects.order_by("pk").values())
    with pytest.raises(Refusal) as no:
        deed()
    assert str(no.value.sentence) == sentence
    assert (Fact.objects.count(), PageVersion.objects.count()) == (facts, versions)
    assert list(Page.objects.order_by("pk").values()) == pages


def not_theirs(deed: Callable[[], Any]) -> None:
    """Expect a deed to be answered as if there were nothing of the kind."""
    facts = Fact.objects.count()
    with pytest.raises(Refusal) as no:
        deed()
    assert no.value.code == "not_yours"
    assert Fact.objects.count() == facts


# --- beginning ------------------------------------------------------------------------------------


def test_start_page_begins_a_draft_nobody_sees(article: Page, editor: Any) -> None:
    assert (article.state, article.live, article.latest.number) == ("draft", None, 1)
    assert (article.latest.title_zh, article.latest.saved_by_id) == ("存茶", editor.person_id)
    assert Fact.objects.get(verb="content.start_page").data["slug"] == "keep-tea"


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("keep-tea", "There is already a page of that kind at “keep-tea”."),
        ("Keep Tea", "“Keep Tea” cannot stand in an address."),
    ],
)
def test_start_page_is_refused_at_a_bad_address(
    slug: str, sentence: str, article: Page, editor: Any, at: datetime
) -> None:
    refused(
        lambda: actions.start_page(
            None, kind="article", slug=slug, title_zh="茶", by=editor, at=at
        ),
        sentence,
    )


@pytest.mark.parametrize("user", ["li", "wu", "cai"])
def test_start_page_is_not_for_others(user: str, actor: Callable[..., Any], at: datetime) -> None:
    not_theirs(
        lambda: actions.start_page(
            None, kind="help", slug="x", title_zh="帮助", by=actor(user), at=at
        )
    )


def test_set_up_home_publishes_the_standard_home(home: Page) -> None:
    assert (home.state, home.slug, home.live_id) == ("live", "home", home.latest_id)
    assert [raw["type"] for raw in body_of(home)] == [raw["type"] for raw in STANDARD_HOME]


def test_set_up_home_is_refused_twice(home: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.set_up_home(None, by=editor, at=at),
        "The site has its home page already.",
    )


# --- writing --------------------------------------------------------------------------------------


def test_save_draft_keeps_a_further_version(article: Page, write: Write, at: datetime) -> None:
    version = write(article, [prose("<p>Dry</p>")], title_en="Keep tea", summary_zh="要干")
    article.refresh_from_db()
    assert (version.number, version.title_en, version.summary_zh) == (2, "Keep tea", "要干")
    assert (article.latest_id, article.live_id, article.changed_at) == (version.pk, None, at)
    fact = Fact.objects.get(verb="content.save_draft")
    assert fact.data["number"] == 2
    assert "Dry" not in str(fact.data)  # what was written stands in the version, not in the fact


def test_save_draft_takes_out_what_acts(article: Page, write: Write) -> None:
    version = write(article, [prose("<p onclick='x()'>Tea<script>alert(1)</script></p>")])
    assert version.body[0]["value"]["text_zh"] == "<p>Tea</p>"


def test_save_draft_of_a_stale_version_is_refused(article: Page, write: Write) -> None:
    write(article, [prose("<p>one</p>")])
    refused(
        lambda: write(article, [prose("<p>two</p>")], base=1),
        "Jiang Yifan saved version 2 while you were writing. Nothing of yours is lost.",
    )


def test_save_draft_without_a_change_is_refused(article: Page, write: Write) -> None:
    write(article, [prose("<p>one</p>")])
    refused(lambda: write(article, [prose("<p>one</p>")]), "Nothing has changed since version 2.")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            {"type": "hero", "id": "h", "value": {"title_zh": "大"}},
            "Section 1 (Opening): This page cannot have such a section.",
        ),
        (
            {"type": "nothing", "value": {}},
            "Section 1 (nothing): This page cannot have such a section.",
        ),
        (
            {"type": "shelf", "value": {"source": "picked", "goods": "NO-SUCH"}},
            "Section 1 (Shelf): There are no goods with the code NO-SUCH.",
        ),
        (
            {"type": "shelf", "value": {"source": "picked"}},
            "Section 1 (Shelf): Name the goods that shall stand here.",
        ),
        (
            {"type": "shelf", "value": {"source": "category"}},
            "Section 1 (Shelf): Choose the category whose goods shall stand here.",
        ),
        (
            {"type": "picture", "value": {"picture": 999}},
            "Section 1 (Picture): There is no such picture any more.",
        ),
        (
            {"type": "articles", "value": {"picked": "nowhere"}},
            "Section 1 (Articles): There is no article at nowhere.",
        ),
        (
            {"type": "notice", "value": {"text_zh": "x", "target": "javascript:alert(1)"}},
            "Section 1 (Notice): " + NO_LINK,
        ),
        (
            notice("x", from_at="2026-12-02T10:00:00+08:00", until_at="2026-12-01T10:00:00+08:00"),
            "Section 1 (Notice): It ends before it begins.",
        ),
    ],
)  # fmt: skip
def test_save_draft_of_a_bad_section_is_refused(
    raw: dict[str, Any], sentence: str, article: Page, write: Write
) -> None:
    refused(lambda: write(article, [raw]), sentence)


def test_save_draft_takes_goods_by_product_and_sku(
    article: Page, product: Product, write: Write
) -> None:
    shelf = {"type": "shelf", "id": "s", "value": {"source": "picked", "goods": "TG TG-125,TG"}}
    version = write(article, [shelf])
    assert version.body[0]["value"]["goods"] == "TG\nTG-125"


def test_save_draft_takes_so_many_sections_and_no_more(article: Page, write: Write) -> None:
    write(article, [prose(f"<p>{n}</p>", ident=f"p{n}") for n in range(40)])
    refused(
        lambda: write(article, [prose(f"<p>{n}</p>", ident=f"p{n}") for n in range(41)]),
        "Section 41 (Text): A page has at most 40 sections.",
    )


def test_save_draft_is_not_for_the_designer(article: Page, designer: Any, at: datetime) -> None:
    not_theirs(
        lambda: actions.save_draft(
            article, base=1, words={}, cover=None, body=[], by=designer, at=at
        )
    )


def test_save_sections_keeps_the_words(
    home: Page, designer: Any, editor: Any, at: datetime
) -> None:
    body = [STANDARD_HOME[0], notice("新茶到了"), *STANDARD_HOME[1:]]
    version = actions.save_sections(home, base=1, body=body, by=designer, at=at)
    assert (version.number, version.title_zh) == (2, "首页")
    assert version.saved_by_id == designer.person_id
    not_theirs(lambda: actions.save_sections(home, base=2, body=body, by=editor, at=at))


def test_save_sections_is_refused_when_stale_or_unchanged(
    home: Page, designer: Any, at: datetime
) -> None:
    refused(
        lambda: actions.save_sections(home, base=0, body=[], by=designer, at=at),
        "Somebody saved version 1 while you were writing. Nothing of yours is lost.",
    )
    refused(
        lambda: actions.save_sections(home, base=1, body=body_of(home), by=designer, at=at),
        "Nothing has changed since version 1.",
    )


def test_save_sections_refuses_a_second_opening(home: Page, designer: Any, at: datetime) -> None:
    body = [STANDARD_HOME[0], {**STANDARD_HOME[0], "id": "again"}]
    refused(
        lambda: actions.save_sections(home, base=1, body=body, by=designer, at=at),
        "Section 2 (Opening): One of this kind is enough: remove the other.",
    )


def test_add_picture_takes_it_into_the_library(designer: Any, at: datetime) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=designer, at=at)
    assert Picture.objects.get() == picture
    assert Fact.objects.filter(verb="content.add_picture").count() == 1


def test_add_picture_is_not_for_others(actor: Callable[..., Any], at: datetime) -> None:
    not_theirs(
        lambda: actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=actor("wu"), at=at)
    )


def test_reword_picture_changes_the_words_wherever_it_is_shown(editor: Any, at: datetime) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=editor, at=at)
    actions.reword_picture(picture, alt_zh="一罐铁观音", alt_en="A tin", by=editor, at=at)
    picture.refresh_from_db()
    assert (picture.alt_zh, picture.alt_en, picture.title) == ("一罐铁观音", "A tin", "一罐铁观音")
    fact = Fact.objects.get(verb="content.reword_picture")
    assert [e.verb for e in fact.effects.all()] == ["media.describe_picture"]


def test_reword_picture_without_chinese_words_is_refused(editor: Any, at: datetime) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=editor, at=at)
    with pytest.raises(Refusal) as no:
        actions.reword_picture(picture, alt_zh=" ", alt_en="A tin", by=editor, at=at)
    assert str(no.value) == (
        "The picture has no Chinese words for those who cannot see it. "
        "Say in one sentence what it shows."
    )
    picture.refresh_from_db()
    assert picture.alt_en == ""


def test_reword_picture_is_not_for_others(
    editor: Any, actor: Callable[..., Any], at: datetime
) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=editor, at=at)
    not_theirs(lambda: actions.reword_picture(picture, alt_zh="水", by=actor("wu"), at=at))


def test_versions_are_written_by_actions_and_never_changed(article: Page) -> None:
    assert article.latest is not None
    with pytest.raises(WrittenOutsideAction), transaction.atomic():
        article.latest.save()
    sql = "UPDATE content_pageversion SET title_zh = 'x'"
    with writes_open(), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(sql)


# --- showing --------------------------------------------------------------------------------------


def test_publish_page_shows_the_newest_version(
    article: Page, write: Write, designer: Any, editor: Any, at: datetime
) -> None:
    version = write(article, [prose("<p>Dry</p>")])
    actions.publish_page(article, by=designer, at=at)
    article.refresh_from_db()
    assert (article.state, article.live_id, article.changed_at) == ("live", version.pk, None)
    assert (article.live_at, article.first_live_at) == (at, at)
    fact = Fact.objects.get(verb="content.publish_page")
    assert [notice_.person_id for notice_ in fact.notices.all()] == [editor.person_id]


def test_publish_page_is_refused_with_nothing_new(home: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.publish_page(home, by=editor, at=at),
        "The newest version is what everybody sees already.",
    )


def test_publish_page_is_not_for_others(
    article: Page, actor: Callable[..., Any], at: datetime
) -> None:
    not_theirs(lambda: actions.publish_page(article, by=actor("huang"), at=at))


def test_schedule_page_keeps_the_version_it_was_planned_with(
    article: Page, write: Write, editor: Any, at: datetime
) -> None:
    planned = write(article, [prose("<p>planned</p>")])
    later = at + timedelta(days=2)
    actions.schedule_page(article, planned_at=later, by=editor, at=at)
    write(article, [prose("<p>after</p>")])
    article.refresh_from_db()
    assert (article.planned_id, article.planned_at) == (planned.pk, later)
    actions.publish_as_planned(article, by=CLOCKWORK, at=later)
    article.refresh_from_db()
    assert (article.live_id, article.planned_id) == (planned.pk, None)
    assert article.changed_at is not None  # what was written after it still waits


def test_schedule_page_is_refused_in_the_past(article: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.schedule_page(article, planned_at=at, by=editor, at=at),
        "That moment has already passed.",
    )


def test_unschedule_page_drops_the_plan(article: Page, editor: Any, at: datetime) -> None:
    actions.schedule_page(article, planned_at=at + timedelta(days=1), by=editor, at=at)
    actions.unschedule_page(article, by=editor, at=at)
    article.refresh_from_db()
    assert (article.planned_id, article.planned_at, article.state) == (None, None, "draft")


def test_unschedule_page_is_refused_without_a_plan(
    article: Page, editor: Any, at: datetime
) -> None:
    refused(
        lambda: actions.unschedule_page(article, by=editor, at=at),
        "Nothing of this page is planned.",
    )


def test_publish_as_planned_is_refused_before_its_time(
    article: Page, editor: Any, at: datetime
) -> None:
    actions.schedule_page(article, planned_at=at + timedelta(days=1), by=editor, at=at)
    refused(
        lambda: actions.publish_as_planned(article, by=editor, at=at),
        "The planned moment has not come yet.",
    )


def test_publish_page_before_its_time_ends_the_plan(
    article: Page, editor: Any, at: datetime
) -> None:
    actions.schedule_page(article, planned_at=at + timedelta(days=1), by=editor, at=at)
    actions.publish_page(article, by=editor, at=at)
    article.refresh_from_db()
    assert (article.state, article.planned_id) == ("live", None)


def test_withdraw_page_shows_it_to_nobody(article: Page, editor: Any, at: datetime) -> None:
    actions.publish_page(article, by=editor, at=at)
    actions.withdraw_page(article, reason="过季", by=editor, at=at)
    article.refresh_from_db()
    assert (article.state, article.live_id, article.reason) == ("withdrawn", None, "过季")
    actions.publish_page(article, by=editor, at=at + timedelta(hours=1))
    article.refresh_from_db()
    assert (article.state, article.first_live_at) == ("live", at)


def test_withdraw_page_is_refused_for_home(home: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.withdraw_page(home, reason="x", by=editor, at=at),
        "A shop without a home page has no door.",
    )


# --- going back, looking after --------------------------------------------------------------------


def test_roll_back_page_shows_the_former_version_at_once(
    article: Page, write: Write, designer: Any, editor: Any, at: datetime
) -> None:
    write(article, [prose("<p>good</p>")])
    actions.publish_page(article, by=editor, at=at)
    write(article, [prose("<p>bad</p>")])
    actions.publish_page(article, by=editor, at=at)
    actions.roll_back_page(article, number=2, by=designer, at=at)
    article.refresh_from_db()
    assert article.live is not None
    assert (article.live.number, article.live.copy_of) == (4, 2)
    assert article.live.body[0]["value"]["text_zh"] == "<p>good</p>"
    assert article.live_id == article.latest_id


def test_roll_back_page_of_a_draft_stays_a_draft(
    article: Page, write: Write, editor: Any, at: datetime
) -> None:
    write(article, [prose("<p>two</p>")])
    actions.roll_back_page(article, number=1, by=editor, at=at)
    article.refresh_from_db()
    assert (article.state, article.latest.number, article.latest.body) == ("draft", 3, [])


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (9, "There is no version 9 of this page."),
        (2, "Version 2 is the newest already."),
    ],
)
def test_roll_back_page_is_refused(
    number: int, sentence: str, article: Page, write: Write, editor: Any, at: datetime
) -> None:
    write(article, [prose("<p>two</p>")])
    refused(lambda: actions.roll_back_page(article, number=number, by=editor, at=at), sentence)


def test_roll_back_page_survives_goods_that_are_gone(
    article: Page, product: Product, write: Write, editor: Any, at: datetime
) -> None:
    gone = {"type": "articles", "id": "a", "value": {"picked": "keep-tea"}}
    write(article, [gone, prose("<p>two</p>")])
    write(article, [])
    actions.roll_back_page(article, number=2, by=editor, at=at)
    assert [raw["type"] for raw in body_of(article)] == ["articles", "prose"]


def test_confirm_page_says_a_second_person_has_read_it(
    article: Page, designer: Any, at: datetime
) -> None:
    actions.confirm_page(article, by=designer, at=at)
    article.refresh_from_db()
    assert (article.confirmed_id, article.read_at) == (article.latest_id, at)


def test_confirm_page_is_refused_to_its_writer(article: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.confirm_page(article, by=editor, at=at),
        "You saved the newest version yourself.",
    )


def test_place_page_changes_the_place_of_a_help_page(editor: Any, at: datetime) -> None:
    page = actions.start_page(None, kind="help", slug="order", title_zh="下单", by=editor, at=at)
    actions.place_page(page, position=7, by=editor, at=at)
    page.refresh_from_db()
    assert page.position == 7


def test_place_page_is_refused_for_an_article(article: Page, editor: Any, at: datetime) -> None:
    refused(
        lambda: actions.place_page(article, position=7, by=editor, at=at),
        "Only help pages are listed in an order of their own.",
    )


def test_place_page_is_not_for_the_designer(article: Page, designer: Any, at: datetime) -> None:
    not_theirs(lambda: actions.place_page(article, position=7, by=designer, at=at))
