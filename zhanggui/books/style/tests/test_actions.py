"""Making a style, publishing it, going back: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.books.style import audits, queries
from zhanggui.books.style.actions import (
    change_style,
    discard_style,
    publish_style,
    roll_back_style,
    start_style,
)
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules import versions as rules
from zhanggui.books.style.rules.tokens import OWN
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db

GREEN = {"accent": "#1f6f43", "accent_hover": "#175a35"}
STATE = "This cannot be done while the state is “%s”. Look at the record again: someone may have moved it on meanwhile."  # noqa: E501


@pytest.fixture
def li(actor: Callable[..., Any]) -> Any:
    """Return the page designer."""
    return actor("li")


@pytest.fixture
def draft(li: Any, at: datetime) -> Style:
    """Return a draft that looks like the shop."""
    return start_style(None, name="Spring", by=li, at=at)


def states() -> dict[int, str]:
    return dict(Style.objects.values_list("number", "state"))


def test_start_style_looks_like_the_shop(draft: Style, li: Any, at: datetime) -> None:
    assert (draft.number, draft.state, draft.values) == (1, "draft", OWN)
    assert (draft.made_by_id, draft.made_at) == (li.person_id, at)
    assert queries.published_style() is None


def test_start_style_looks_like_another_version(draft: Style, li: Any, at: datetime) -> None:
    change_style(draft, name="Spring", values=GREEN, logo=sound(size=(320, 64)), by=li, at=at)
    again = start_style(None, name="Summer", like=Style.objects.get(), by=li, at=at)
    first = Style.objects.get(number=1)
    assert again.number == 2
    assert (again.values, again.logo_id, again.digest) == (
        first.values,
        first.logo_id,
        first.digest,
    )


def test_start_style_is_refused_without_the_duty(actor: Callable[..., Any], at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        start_style(None, name="Spring", by=actor("hu"), at=at)
    assert no.value.code == "not_yours"
    assert not Style.objects.exists()


def test_start_style_is_refused_to_the_second_at_one_moment(
    draft: Style, li: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "next_number", lambda: 1)
    with pytest.raises(Refusal) as no:
        start_style(None, name="Summer", by=li, at=at)
    assert str(no.value) == (
        "Somebody else began or published a style at this very moment. "
        "Look at the versions again, then decide."
    )
    assert states() == {1: "draft"}


def test_change_style_keeps_values_name_and_logo(draft: Style, li: Any, at: datetime) -> None:
    before = draft.digest
    changed = change_style(
        draft, name="Green", values=GREEN, logo=sound(size=(320, 64)), by=li, at=at
    )
    changed.refresh_from_db()
    assert (changed.name, changed.values) == ("Green", {**OWN, **GREEN})
    assert changed.logo is not None
    assert changed.digest != before
    change_style(changed, name="Green", values={}, without_logo=True, by=li, at=at)
    changed.refresh_from_db()
    assert changed.logo is None
    fact = Fact.objects.filter(verb="style.change_style").order_by("pk").first()
    assert fact is not None
    assert fact.data["values"] == GREEN


def test_change_style_refuses_what_cannot_be_read(draft: Style, li: Any, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        change_style(draft, name="Pale", values={"price": "#e06a5f"}, by=li, at=at)
    assert str(no.value) == (
        "“Price on a card” has a contrast of 3.28 in light (#e06a5f on #ffffff); it needs 4.5. "
        "The nearest colour for “Price” that passes is #c14e45."
    )
    draft.refresh_from_db()
    assert (draft.name, draft.values) == ("Spring", OWN)


@pytest.mark.parametrize("hostile", ["red;}</style>", "#fff;background:url(//x)", "expression(1)"])
def test_change_style_refuses_hostile_values(
    draft: Style, li: Any, at: datetime, hostile: str
) -> None:
    with pytest.raises(Refusal) as no:
        change_style(draft, name="Bad", values={"accent": hostile}, by=li, at=at)
    assert no.value.code == "no_colour"
    draft.refresh_from_db()
    assert draft.values == OWN


def test_change_style_is_refused_once_published(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    with pytest.raises(Refusal) as no:
        change_style(Style.objects.get(), name="Other", values=GREEN, by=li, at=at)
    assert str(no.value) == STATE % "Published"
    assert Style.objects.get().values == OWN


def test_publish_style_replaces_the_one_before(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    other = start_style(None, name="Summer", by=li, at=at)
    change_style(other, name="Summer", values=GREEN, by=li, at=at)
    later = at + timedelta(hours=1)
    publish_style(other, by=li, at=later)
    assert states() == {1: "former", 2: "published"}
    now = queries.published_style()
    assert now is not None
    assert (now.number, now.published_at, now.replaced_id) == (2, later, draft.pk)
    fact = Fact.objects.filter(verb="style.publish_style").order_by("pk").last()
    assert fact is not None
    assert (fact.data["number"], fact.data["replaced"]) == (2, 1)


def test_publish_style_brings_a_former_one_back(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    other = start_style(None, name="Summer", by=li, at=at)
    change_style(other, name="Summer", values=GREEN, by=li, at=at)
    publish_style(other, by=li, at=at)
    publish_style(Style.objects.get(number=1), by=li, at=at)
    assert states() == {1: "published", 2: "former"}


def test_publish_style_is_refused_where_nothing_would_change(
    draft: Style, li: Any, at: datetime
) -> None:
    publish_style(draft, by=li, at=at)
    same = start_style(None, name="Same", by=li, at=at)
    with pytest.raises(Refusal) as no:
        publish_style(same, by=li, at=at)
    assert str(no.value) == (
        "The shop shows exactly this already. Change something first, or discard the draft."
    )
    assert states() == {1: "published", 2: "draft"}


def test_publish_style_is_refused_without_the_duty(
    draft: Style, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        publish_style(draft, by=actor("jiang"), at=at)
    assert no.value.code == "not_yours"
    assert states() == {1: "draft"}


def test_roll_back_style_leads_to_the_one_before_and_to_the_shops_own(
    draft: Style, li: Any, at: datetime
) -> None:
    publish_style(draft, by=li, at=at)
    other = start_style(None, name="Summer", by=li, at=at)
    change_style(other, name="Summer", values=GREEN, by=li, at=at)
    publish_style(other, by=li, at=at)
    roll_back_style(Style.objects.get(number=2), by=li, at=at)
    assert states() == {1: "published", 2: "former"}
    roll_back_style(Style.objects.get(number=1), by=li, at=at)
    assert states() == {1: "former", 2: "former"}
    assert queries.published_style() is None


def test_roll_back_style_is_refused_for_a_draft(draft: Style, li: Any, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        roll_back_style(draft, by=li, at=at)
    assert str(no.value) == STATE % "Draft"
    assert states() == {1: "draft"}


def test_roll_back_style_is_refused_without_the_duty(
    draft: Style, li: Any, actor: Callable[..., Any], at: datetime
) -> None:
    publish_style(draft, by=li, at=at)
    with pytest.raises(Refusal) as no:
        roll_back_style(Style.objects.get(), by=actor("fang"), at=at)
    assert no.value.code == "not_yours"
    assert states() == {1: "published"}


def test_discard_style_puts_a_draft_away(draft: Style, li: Any, at: datetime) -> None:
    discard_style(draft, by=li, at=at)
    assert states() == {1: "discarded"}
    assert list(queries.styles_seen(li)) == []
    with pytest.raises(Refusal) as no:
        publish_style(Style.objects.get(), by=li, at=at)
    assert no.value.code == "illegal_move"


def test_discard_style_is_refused_for_what_was_published(
    draft: Style, li: Any, at: datetime
) -> None:
    publish_style(draft, by=li, at=at)
    with pytest.raises(Refusal) as no:
        discard_style(Style.objects.get(), by=li, at=at)
    assert str(no.value) == STATE % "Published"
    assert states() == {1: "published"}


# --- reading ------------------------------------------------------------------------------------


def test_worn_is_one_statement_once_the_style_is_known(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    assert queries.worn().style == draft
    with CaptureQueriesContext(connection) as asked:
        assert queries.worn().style == draft
    assert len(asked) == 1


def test_worn_forgets_a_style_that_was_rolled_back(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    assert queries.worn().style is not None
    roll_back_style(Style.objects.get(), by=li, at=at)
    assert queries.worn().style is None


def test_styles_seen_are_nobody_elses(draft: Style, actor: Callable[..., Any]) -> None:
    assert list(queries.styles_seen(actor("chen_junkai"))) == [draft]
    assert list(queries.styles_seen(actor("hu"))) == []
    assert list(queries.styles_drafted(actor("hu"))) == []
    assert queries.style_to_try(actor("hu"), draft.pk) is None
    with pytest.raises(Refusal):
        queries.style_of(actor("hu"), draft.pk)


# --- audits -------------------------------------------------------------------------------------


@pytest.mark.books_broken
def test_audit_versions_finds_what_cannot_be_read(draft: Style, li: Any, at: datetime) -> None:
    publish_style(draft, by=li, at=at)
    assert list(audits.audit_versions()) == []
    with guard.writes_open():
        style = Style.objects.get()
        style.values = {**style.values, "price": "#ffcccc"}
        style.digest = queries.digest_of(style.values, None)
        style.save()
    [(sentence, label, pk)] = audits.audit_versions()
    assert sentence.startswith("No. 1 is published and cannot be read: “Price on a card”")
    assert (label, pk) == ("style.Style", draft.pk)


@pytest.mark.books_broken
def test_audit_versions_finds_values_that_are_none_and_other_digests(
    draft: Style, li: Any, at: datetime
) -> None:
    publish_style(draft, by=li, at=at)
    with guard.writes_open():
        Style.objects.update(values={**OWN, "accent": "red"})
    said = [sentence for sentence, _label, _pk in audits.audit_versions()]
    assert said == [
        "No. 1 has the digest of another look.",
        (
            "No. 1 is published with values that are none: “red” is no colour for “Accent”. "
            "Write it as # and six digits, such as #c52d23."
        ),
    ]


def test_moves_reach_every_state() -> None:
    assert {to for _origins, to in rules.MOVES.verbs.values()} | {rules.StyleState.DRAFT} == set(
        rules.StyleState
    )
