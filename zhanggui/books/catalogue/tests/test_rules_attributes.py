"""What may be asked of goods, and what may be said under it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.catalogue.rules.attributes import (
    ATTRIBUTES_MAX,
    MILLI,
    NUMBER_MAX,
    AttributeKind,
    Value,
    check,
    choice_codes,
    choice_said,
    choices_in,
    choices_out,
    number_in,
    number_said,
    value_in,
    why_not_attribute,
    why_not_lose,
    why_not_without,
)
from zhanggui.ground.kernel.refusal import Refusal

ROAST = [
    {"code": "light", "zh": "清香", "en": "Light"},
    {"code": "dark", "zh": "浓香", "en": "Dark"},
]


@dataclass
class Asked:
    """An attribute as the rules see it."""

    kind: str
    name: str = "Roast"
    choices: list[dict[str, str]] = field(default_factory=list)


LIST = Asked("choice", choices=ROAST)


def test_choices_are_read_as_they_are_written() -> None:
    text = "light | 清香 | Light\n\n dark｜浓香｜Dark \nraw | 生"
    read = choices_in(text)
    assert read == [*ROAST, {"code": "raw", "zh": "生", "en": ""}]
    assert choices_in(choices_out(read)) == read


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("清香", "Line 1 of the choices is none: “清香”."),
        ("light | 清香\nlight | 浓香", "The choice “light” stands twice in the list."),
        ("a b | 清香 | Light", "Line 1 of the choices is none: “a b | 清香 | Light”."),
        ("light |  | Light", "Line 1 of the choices is none: “light |  | Light”."),
        ("\n".join(f"c{n} | 选{n}" for n in range(41)), "There are more than 40 choices."),
    ],
)
def test_choices_that_are_none_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as no:
        choices_in(text)
    assert str(no.value) == (
        f"{sentence} Write one choice a line: a lasting code | Chinese | English."
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"kind": "choice", "choices": ROAST[:1]},
            (
                "A list needs at least two choices. "
                "Write one choice a line: a lasting code | Chinese | English."
            ),
        ),
        (
            {"kind": "number", "facet": True},
            (
                "Customers can narrow by a list or by yes or no, not by a number or a text. "
                "Leave the facet out, or make it a list."
            ),
        ),
        (
            {"kind": "text", "siblings": ATTRIBUTES_MAX},
            (
                "This category has 20 attributes already. "
                "Retire one first, or put it on a category below."
            ),
        ),
        ({"kind": "yes_no", "facet": True}, None),
        ({"kind": "choice", "choices": ROAST, "facet": True}, None),
    ],
)
def test_why_not_attribute(said: dict[str, object], sentence: str | None) -> None:
    usual: dict[str, object] = {"choices": [], "facet": False, "siblings": 0}
    refusal = why_not_attribute(**{**usual, **said})  # type: ignore[arg-type]
    assert (str(refusal) if refusal else None) == sentence


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (LIST, "light", Value(choice="light")),
        (LIST, "浓香", Value(choice="dark")),
        (LIST, " LIGHT ", Value(choice="light")),
        (LIST, "", Value()),
        (Asked("number"), "2.5", Value(number_milli=2500)),
        (Asked("number"), "0", Value(number_milli=0)),
        (Asked("text"), "秋茶", Value(text_zh="秋茶")),
        (Asked("yes_no"), "是", Value(choice="yes")),
        (Asked("yes_no"), "No", Value(choice="no")),
    ],
)
def test_value_in_takes_codes_names_and_numbers(asked: Asked, typed: str, value: Value) -> None:
    assert value_in(asked, typed) == value
    check(asked, value)


@pytest.mark.parametrize(
    ("asked", "typed", "settles"),
    [
        (LIST, "medium", "Choose one of the list."),
        (Asked("number"), "x", "Write a number with at most three places behind the point."),
        (Asked("number"), "-1", "Write a number with at most three places behind the point."),
        (Asked("number"), "1e999", "Write a number with at most three places behind the point."),
        (Asked("number"), "NaN", "Write a number with at most three places behind the point."),
        (Asked("number"), "0.0001", "Write a number with at most three places behind the point."),
        (Asked("text"), "长" * 81, "Write at most 80 characters."),
        (Asked("yes_no"), "maybe", "Write yes or no."),
    ],
)
def test_value_in_refuses_what_cannot_be_said(asked: Asked, typed: str, settles: str) -> None:
    with pytest.raises(Refusal) as no:
        value_in(asked, typed)
    assert str(no.value) == f"“{typed[:40]}” cannot be said under “Roast”. {settles}"


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (LIST, Value(choice="medium")),
        (LIST, Value(text_zh="清香")),
        (Asked("number"), Value(choice="light")),
        (Asked("text"), Value(number_milli=1)),
        (Asked("yes_no"), Value(choice="light")),
    ],
)
def test_check_refuses_a_value_of_another_kind(asked: Asked, value: Value) -> None:
    with pytest.raises(Refusal):
        check(asked, value)


@given(st.integers(0, NUMBER_MAX * MILLI))
def test_a_number_is_told_as_it_was_typed(milli: int) -> None:
    assert number_in(number_said(milli)) == milli


def test_choices_are_said_in_the_readers_language() -> None:
    assert choice_said(LIST, "dark", english=True) == "Dark"
    assert choice_said(LIST, "dark", english=False) == "浓香"
    assert choice_said(LIST, "gone", english=False) == ""
    assert choice_codes(Asked("yes_no")) == ["yes", "no"]
    with override("zh-hans"):
        assert choice_said(Asked("yes_no"), "yes", english=False) == "是"


def test_why_not_lose_and_why_not_without_name_what_would_be_gone() -> None:
    assert why_not_lose({}) is None
    assert str(why_not_lose({"Dark": 3})) == (
        "“Dark” is said of 3 products. "
        "Describe them otherwise first; the name of a choice may be changed."
    )
    assert why_not_without([], state="on sale") is None
    assert str(why_not_without(["Roast", "Type"], state="On sale")) == (
        "A product that is On sale cannot be without Roast, Type. "
        "Fill it in, or send the product back to be a draft first."
    )


def test_every_kind_has_its_way() -> None:
    for kind in AttributeKind:
        assert value_in(Asked(kind, choices=ROAST), "") == Value()
