"""What comes in at the doors, by itself."""

from __future__ import annotations

import pytest

from zhanggui.faces.api import rules
from zhanggui.ground.kernel.refusal import Refusal


@pytest.mark.parametrize("key", ["k" * 16, "k" * 64, "0d0c7a3e-1f4b-4a52-9a53-51f2c6f8f9d1"])
def test_why_not_key_takes_a_long_visible_one(key: str) -> None:
    assert rules.why_not_key(key) is None


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "no_key"),
        ("k" * 15, "bad_key"),
        ("k" * 65, "bad_key"),
        ("k" * 15 + " ", "bad_key"),
        ("k" * 16 + "\n", "bad_key"),
        ("\x00" * 20, "bad_key"),
        ("号" * 20, "bad_key"),
    ],
)
def test_why_not_key_refuses_what_others_could_choose_too(key: str, code: str) -> None:
    refusal = rules.why_not_key(key)
    assert refusal is not None
    assert (refusal.code, refusal.status) == (code, 422)


@pytest.mark.parametrize(
    ("kind", "path", "context", "field", "sentence"),
    [
        ("missing", ("body", "payload", "phone"), {}, "phone", "“phone” is missing."),
        (
            "int_type", ("body", "payload", "items", 0, "quantity"), {}, "items.0.quantity",
            "“items.0.quantity” must be a whole number.",
        ),
        (
            "string_too_long", ("body", "payload", "note"), {"max_length": 500}, "note",
            "“note” has more than 500 characters.",
        ),
        ("something_new", ("body", "payload"), {}, "body", "“body” cannot be read."),
        ("missing", ("query", "address"), {}, "address", "“address” is missing."),
    ],
)  # fmt: skip
def test_field_error_names_the_field_and_what_it_must_be(
    kind: str, path: tuple[object, ...], context: dict[str, object], field: str, sentence: str
) -> None:
    error = rules.field_error(kind, path, context)
    assert (error.field, str(error.sentence)) == (field, sentence)


def test_every_sentence_on_a_field_can_be_said_without_anything_known_of_it() -> None:
    for kind in rules._SAID:
        assert "%" not in str(rules.field_error(kind, ("body", "x"), {}).sentence)


def test_not_so_tells_of_the_first_fields_only() -> None:
    errors = [rules.field_error("missing", (str(n),), {}) for n in range(50)]
    assert len(rules.not_so(errors).data["fields"]) == rules.ERRORS_MAX


def test_in_codes_names_goods_as_the_order_did() -> None:
    data = {"prices": {"7": 100}, "left": {"8": 0}, "skus": [7, 9], "sku": 8, "least_fen": 1}
    named = rules.in_codes(Refusal("x", "X.", data=data), {"TG": 7, "LY": 8})
    assert named.data == {
        "prices": {"TG": 100},
        "left": {"LY": 0},
        "skus": ["TG", 9],
        "sku": "LY",
        "least_fen": 1,
    }
