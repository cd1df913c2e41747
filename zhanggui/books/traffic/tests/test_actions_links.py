"""Tracked links: made, ended, taken up again, and found by those who answer for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions import links
from zhanggui.books.traffic.actions.counting import take_in_notes
from zhanggui.books.traffic.actions.links import end_link, make_link, resume_link
from zhanggui.books.traffic.models import Link
from zhanggui.books.traffic.rules.sources import Source
from zhanggui.books.traffic.rules.views import Look, Note
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

POSTER = {
    "name": "Poster at the gate", "target": "/shop/c/TEA/", "source": "Poster", "medium": "print",
    "campaign": "Opening", "code": "poster",
}  # fmt: skip

NO_TARGET = (
    "A link leads to a page of our own shop. "
    "Give its path as it stands in the address, like /shop/c/TEA/."
)


@pytest.fixture
def poster(actor: Callable[..., Any], at: datetime) -> Link:
    return make_link("minli", **POSTER, by=actor("jiang"), at=at)


def test_make_link_keeps_where_it_leads_and_where_it_is_shown(poster: Link) -> None:
    assert (poster.path, poster.target, poster.state) == ("/l/poster", "/shop/c/TEA/", "open")
    assert (poster.source, poster.medium, poster.campaign) == ("poster", "print", "opening")
    assert Fact.objects.get(verb="traffic.make_link").record_id == poster.pk


def test_make_link_makes_a_code_people_can_type(actor: Callable[..., Any], at: datetime) -> None:
    made = make_link("minli", **{**POSTER, "code": ""}, by=actor("jiang"), at=at)
    assert len(made.code) == 6
    assert not set(made.code) & set("01ilo")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "The code poster is another link's. Choose another, or leave it empty."),
        ({"code": "", "target": "https://evil.example/"}, NO_TARGET),
    ],
)
def test_make_link_is_refused(
    values: dict[str, str], sentence: str, poster: Link, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        make_link("minli", **{**POSTER, **values}, by=actor("jiang"), at=at)
    assert str(no.value) == sentence
    assert Link.objects.count() == 1


def test_make_link_is_refused_where_there_are_too_many(
    poster: Link, actor: Callable[..., Any], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links.rules, "LINKS_OPEN_MAX", 1)
    with pytest.raises(Refusal) as no:
        make_link("minli", **{**POSTER, "code": ""}, by=actor("jiang"), at=at)
    assert str(no.value) == (
        "There are 1 links in use already. End those that hang nowhere any more."
    )
    assert Link.objects.count() == 1


def test_make_link_is_refused_without_the_duty(actor: Callable[..., Any], at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        make_link("minli", **POSTER, by=actor("chen"), at=at)
    assert no.value.code == "not_yours"
    assert not Link.objects.exists()


def test_end_link_stops_the_counting_once(
    poster: Link, actor: Callable[..., Any], at: datetime
) -> None:
    end_link(poster, by=actor("jiang"), at=at)
    poster.refresh_from_db()
    assert (poster.state, poster.ended_at) == ("ended", at)
    with pytest.raises(Refusal) as no:
        end_link(poster, by=actor("jiang"), at=at)
    assert str(no.value) == "This link was ended already. It still leads on, and is not counted."


def test_end_link_is_refused_without_the_duty(
    poster: Link, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        end_link(poster, by=actor("chen"), at=at)
    assert no.value.code == "not_yours"
    poster.refresh_from_db()
    assert poster.state == "open"


def test_resume_link_counts_again(poster: Link, actor: Callable[..., Any], at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        resume_link(poster, by=actor("jiang"), at=at)
    assert str(no.value) == "This link is in use. There is nothing to do."
    end_link(poster, by=actor("jiang"), at=at)
    resume_link(poster, by=actor("jiang"), at=at)
    poster.refresh_from_db()
    assert (poster.state, poster.ended_at) == ("open", None)


def test_links_seen_tells_what_came_through_each(
    poster: Link, actor: Callable[..., Any], at: datetime
) -> None:
    source = Source("link", "poster")
    notes = [
        Note("v", "a", at, "", Look("opened", source=source)),
        Note("v", "a", at, "", Look(source=source)),
        Note("w", "a", at, "", Look("opened", source=source)),
    ]
    take_in_notes(notes, by=CLOCKWORK, at=at)
    found = queries.links_seen(actor("jiang")).get()
    assert (found.opened, found.visits) == (2, 1)
    assert queries.links_seen(actor("jiang")).count() == 1
    assert not queries.links_seen(actor("chen")).exists()


def test_the_page_of_a_link_shows_its_code_and_lets_it_be_downloaded(
    poster: Link, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("jiang")
    page = browser.get(f"/desk/traffic/link/{poster.pk}/")
    assert page.status_code == 200
    assert "/l/poster" in page.content.decode()
    drawn = browser.get(f"/desk/links/{poster.pk}/qr.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn["Content-Disposition"] == 'attachment; filename="qr-poster.svg"'
    assert b"<svg" in drawn.content and b"<script" not in drawn.content
    assert "Content-Disposition" not in browser.get(f"/desk/links/{poster.pk}/qr.svg?show=1")


def test_the_code_of_a_link_is_for_those_who_answer_for_it(
    poster: Link, sign_in: Callable[..., Client]
) -> None:
    assert sign_in("chen").get(f"/desk/links/{poster.pk}/qr.svg").status_code == 404
    assert sign_in("jiang").get("/desk/links/999/qr.svg").status_code == 404
