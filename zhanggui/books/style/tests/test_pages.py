"""The designer's pages: versions, the form beside the preview, values tried unsaved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.style.actions import change_style, publish_style, start_style
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules.tokens import OWN
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db

GREEN = {"accent": "#1f6f43", "accent_hover": "#175a35"}


@pytest.fixture
def li(actor: Callable[..., Any]) -> Any:
    """Return the page designer."""
    return actor("li")


@pytest.fixture
def draft(li: Any, at: datetime) -> Style:
    """Return a draft that looks like the shop."""
    return start_style(None, name="Spring", by=li, at=at)


def test_versions_are_listed_with_who_and_when(
    draft: Style, li: Any, at: datetime, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("li")
    page = browser.get("/desk/style/").content.decode()
    assert "The shop's own look" in page.replace("&#x27;", "'")
    assert f'href="/desk/style/style/{draft.pk}/"' in page
    assert "Begun " in page
    publish_style(draft, by=li, at=at)
    page = browser.get("/desk/style/").content.decode().replace("&#x27;", "'")
    assert "Roll back to the shop's own look" in page
    assert f'action="/desk/style/style/{draft.pk}/roll_back_style/"' in page
    assert '<rect width="24" height="24" fill="#c52d23"/>' in page


def test_versions_say_what_will_appear(sign_in: Callable[..., Client]) -> None:
    assert "rolled back with one click" in sign_in("li").get("/desk/style/").content.decode()


def test_versions_are_nobody_elses(draft: Style, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("hu")
    for path in ("", "try/", f"style/{draft.pk}/", f"style/{draft.pk}/change_style/"):
        assert browser.get(f"/desk/style/{path}").status_code == 404
    assert browser.post(f"/desk/style/style/{draft.pk}/publish_style/").status_code == 404
    assert Style.objects.get().state == "draft"


def test_a_drafts_page_has_its_form_and_the_shop_beside_it(
    draft: Style, sign_in: Callable[..., Client]
) -> None:
    page = sign_in("li").get(f"/desk/style/style/{draft.pk}/").content.decode()
    assert f'action="/desk/style/style/{draft.pk}/change_style/"' in page
    assert f'src="/shop/?style={draft.pk}"' in page
    assert f'href="/shop/cart/?style={draft.pk}"' in page
    assert 'data-picks="id_accent"' in page
    assert "own look" in page
    assert "couriers" in page
    assert "page--narrow" not in page


def test_a_published_page_has_no_form(
    draft: Style, li: Any, at: datetime, sign_in: Callable[..., Client]
) -> None:
    publish_style(draft, by=li, at=at)
    page = sign_in("li").get(f"/desk/style/style/{draft.pk}/").content.decode()
    assert 'name="accent"' not in page
    assert "#c52d23" in page
    assert "Rolling back shows again" in page


def form_of(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def typed(browser: Client, style: Style, **other: Any) -> dict[str, Any]:
    page = browser.get(f"/desk/style/style/{style.pk}/").content.decode()
    hidden = {name: form_of(page, name) for name in ("key", "seen")}
    return {"name": style.name, **OWN, **hidden, **other}


def test_the_form_saves_without_script(draft: Style, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("li")
    answer = browser.post(
        f"/desk/style/style/{draft.pk}/change_style/",
        typed(browser, draft, **GREEN, name="Green", shape="round"),
    )
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/desk/style/style/{draft.pk}/",
    )
    draft.refresh_from_db()
    assert (draft.name, draft.values) == ("Green", {**OWN, **GREEN, "shape": "round"})


def test_the_form_comes_back_with_everything_typed_and_the_sentence(
    draft: Style, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("li")
    answer = browser.post(
        f"/desk/style/style/{draft.pk}/change_style/", typed(browser, draft, price="#e06a5f")
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The nearest colour for “Price” that passes is #c14e45." in page
    assert 'value="#e06a5f"' in page
    draft.refresh_from_db()
    assert draft.values == OWN


def test_the_form_refuses_what_is_no_colour(draft: Style, sign_in: Callable[..., Client]) -> None:
    browser = sign_in("li")
    sent = typed(browser, draft, accent="}</s>")
    answer = browser.post(f"/desk/style/style/{draft.pk}/change_style/", sent)
    assert answer.status_code == 422
    assert "Write it as # and six digits" in answer.content.decode()
    assert "}</s>" not in answer.content.decode()


def test_two_who_save_at_once_see_both_values(
    draft: Style, li: Any, at: datetime, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("li")
    mine = typed(browser, draft, price="#a8071a")
    change_style(draft, name="Spring", values={"price": "#b3131f"}, by=li, at=at)
    answer = browser.post(f"/desk/style/style/{draft.pk}/change_style/", mine)
    assert answer.status_code == 409
    assert "#b3131f" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.values["price"] == "#b3131f"


def test_tried_answers_with_a_stylesheet_and_every_pair(sign_in: Callable[..., Client]) -> None:
    answer = sign_in("li").get("/desk/style/try/", {**OWN, **GREEN})
    page = answer.content.decode()
    assert "--buy:oklch(48.22% 0.1043 154.81);" in page.replace("&quot;", '"')
    assert page.count('class="pair"') == 13
    assert "tone-stop" not in page
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_tried_names_what_fails_and_what_would_do(sign_in: Callable[..., Client]) -> None:
    page = sign_in("li").get("/desk/style/try/", {**OWN, "price": "#e06a5f"}).content.decode()
    assert 'data-take="#c14e45" data-into="id_price"' in page


def test_tried_says_what_is_no_colour_and_draws_nothing(sign_in: Callable[..., Client]) -> None:
    answer = sign_in("li").get("/desk/style/try/", {**OWN, "price": "red;}</style>"})
    page = answer.content.decode()
    assert "Price: " in page
    assert "data-sheet" not in page
    assert "</style>" not in page


def test_a_logo_is_shown_in_the_versions(
    draft: Style, li: Any, at: datetime, sign_in: Callable[..., Client]
) -> None:
    change_style(draft, name="Spring", values={}, logo=sound(size=(320, 64)), by=li, at=at)
    page = sign_in("li").get("/desk/style/").content.decode()
    assert "max-160x32" in page
