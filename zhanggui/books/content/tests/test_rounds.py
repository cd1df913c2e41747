"""What is planned goes live by itself, once; and the audits find what must never be so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.content import actions
from zhanggui.books.content.audits import audit_pages
from zhanggui.books.content.models import Page
from zhanggui.books.content.rounds import publish_planned
from zhanggui.books.content.tests.conftest import prose
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.models import Fact

pytestmark = pytest.mark.django_db


def test_publish_planned_waits_for_its_moment_and_happens_once(
    article: Page, home: Page, editor: Any, at: datetime
) -> None:
    later = at + timedelta(hours=3)
    actions.schedule_page(article, planned_at=later, by=editor, at=at)
    assert publish_planned(later - timedelta(seconds=1)) == 0
    assert publish_planned(later) == 1
    assert publish_planned(later) == 0
    article.refresh_from_db()
    assert (article.state, article.live_at) == ("live", later)
    facts = Fact.objects.filter(verb="content.publish_as_planned")
    assert [(fact.actor_kind, fact.data["number"]) for fact in facts] == [("clock", 1)]


def test_publish_planned_tells_who_wrote_it(article: Page, editor: Any, at: datetime) -> None:
    actions.schedule_page(article, planned_at=at + timedelta(hours=1), by=editor, at=at)
    publish_planned(at + timedelta(hours=1))
    fact = Fact.objects.get(verb="content.publish_as_planned")
    assert [notice.person_id for notice in fact.notices.all()] == [editor.person_id]


def found() -> list[str]:
    return [sentence for sentence, _kind, _pk in audit_pages()]


def test_audit_finds_nothing_in_a_good_site(
    article: Page, home: Page, write: Callable[..., Any]
) -> None:
    write(article, [prose("<p>x</p>")])
    assert found() == []


@pytest.mark.books_broken
def test_audit_finds_a_page_that_shows_anothers_version(article: Page, home: Page) -> None:
    with guard.writes_open():
        Page.objects.filter(pk=home.pk).update(live=article.latest)
    assert "The page at home shows a version of another page." in found()


@pytest.mark.books_broken
def test_audit_finds_a_page_without_a_version(article: Page) -> None:
    with guard.writes_open():
        Page.objects.filter(pk=article.pk).update(latest=None)
    assert found() == ["The page at keep-tea has no version."]


@pytest.mark.books_broken
def test_audit_finds_a_hidden_draft(home: Page, designer: Any, at: datetime) -> None:
    actions.save_sections(home, base=1, body=[], by=designer, at=at)
    with guard.writes_open():
        Page.objects.filter(pk=home.pk).update(changed_at=None)
    assert found() == ["The page at home hides a newer version from its editors."]


@pytest.mark.books_broken
def test_audit_finds_a_broken_promise(
    article: Page, home: Page, editor: Any, designer: Any, at: datetime
) -> None:
    actions.schedule_page(article, planned_at=at + timedelta(minutes=5), by=editor, at=at)
    assert found() == []
    actions.save_sections(home, base=1, body=[], by=designer, at=at + timedelta(hours=2))
    assert found() == ["The page at keep-tea was planned and is not shown."]
