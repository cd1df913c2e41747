"""Where a tracked link may lead: into our own shop, and nowhere else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from zhanggui.books.traffic.rules import links as rules

REFUSED = (
    "A link leads to a page of our own shop. "
    "Give its path as it stands in the address, like /shop/c/TEA/."
)
BAD_CODE = "A code has 3 to 40 small letters, digits and hyphens. Leave it empty, and one is made."
NO_SOURCE = "Say where the link is shown. One word is enough: wechat, poster, partner."


@pytest.mark.parametrize("target", ["/shop/", "/shop/c/TEA/", "/shop/search/?q=%E8%8C%B6"])
def test_why_not_target_lets_pages_of_the_shop(target: str) -> None:
    assert rules.why_not_target(target) is None


@pytest.mark.parametrize(
    "target",
    [
        "", "https://evil.example/shop/", "//evil.example/shop/", "/\\evil.example/", "/desk/",
        "/shop/../desk/", "/shop/x\n", "/shop/#top", "javascript:alert(1)", "/shop/cart/add/",
        "/shop/" + "x" * 200 + "/", "/shop/\\evil/", "\\shop\\", "/shop", "/shop/<b>/",
    ],
)  # fmt: skip
def test_why_not_target_refuses_everything_else(target: str) -> None:
    assert str(rules.why_not_target(target)) == REFUSED


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"code": "A b"}, BAD_CODE),
        ({"source": " "}, NO_SOURCE),
        ({"target": "/desk/"}, REFUSED),
    ],
)
def test_why_not_make_says_what_is_wrong(values: dict[str, str], sentence: str) -> None:
    good = {"target": "/shop/", "code": "poster", "source": "poster"}
    assert rules.why_not_make(None, **good) is None
    assert str(rules.why_not_make(None, **{**good, **values})) == sentence


def test_why_not_end_and_resume_ask_for_the_state() -> None:
    used = SimpleNamespace(state="open", ended_at=None)
    ended = SimpleNamespace(state="ended", ended_at=None)
    assert rules.why_not_end(used) is None
    assert rules.why_not_resume(ended) is None
    assert str(rules.why_not_end(ended)) == (
        "This link was ended already. It still leads on, and is not counted."
    )
    assert str(rules.why_not_resume(used)) == "This link is in use. There is nothing to do."


def test_way_on_keeps_what_the_target_asks() -> None:
    assert rules.way_on("/shop/", "poster") == "/shop/?via=poster"
    assert rules.way_on("/shop/search/?q=x", "poster") == "/shop/search/?q=x&via=poster"
