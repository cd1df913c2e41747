"""What may come in at the JSON doors, and the answers to what may not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence

BODY_BYTES_MAX = 64 * 1024
"""Bytes of one request: an order of sixty lines with the longest address, three times over."""

PLACING_MOST = 20
"""Orders asked for from one address in a minute, in each web process: a partner's till at its
busiest sends one every three seconds, a script that would freeze the stock hundreds."""

PLACING_AGAIN_S = 60
"""Seconds after which an address that asked too often may ask again."""

KEY = re.compile(r"[\x21-\x7e]{16,64}\Z")
"""An idempotency key: long enough that two programs never choose the same by chance."""

KEY_HEADER = "Idempotency-Key"

TEXT_CHARS_MAX = 500
"""Characters of any one text that is looked at: an address pasted with name and phone."""

ITEMS_MAX = 200
"""Items read of one order: more than any order may have, so that the refusal names the number."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str
    sentence: Sentence


def no_key() -> Refusal:
    """Return the answer to an order without its own number."""
    return Refusal(
        "no_key",
        _("The order has no request number, so sending it twice would order twice."),
        settles=_("Send the header %(header)s: 16 to 64 visible characters, new for each order.")
        % {"header": KEY_HEADER},
        status=422,
    )


def why_not_key(key: str) -> Refusal | None:
    """Return why a request number cannot be used."""
    if not key:
        return no_key()
    if KEY.match(key):
        return None
    return Refusal(
        "bad_key",
        _("The request number is too short, too long, or has characters that cannot be seen."),
        settles=_("Send the header %(header)s: 16 to 64 visible characters, new for each order.")
        % {"header": KEY_HEADER},
        status=422,
    )


def nothing_here() -> Refusal:
    """Return the answer to an address behind which there is nothing."""
    return Refusal(
        "nothing_here",
        _("There is nothing at this address."),
        settles=_("The doors that there are stand in /api/openapi.json."),
        status=404,
    )


def no_such_goods(code: str) -> Refusal:
    """Return the answer to a product that is not on sale."""
    return Refusal(
        "no_such_goods",
        _("No goods with the code “%(code)s” are on sale.") % {"code": code[:TEXT_CHARS_MAX]},
        settles=_("The codes on sale are listed at /api/shop/goods."),
        status=404,
    )


def unknown_codes(codes: Sequence[str]) -> Refusal:
    """Return the answer to an order of SKUs that do not exist."""
    return Refusal(
        "unknown_goods",
        _("There are no goods with the code “%(codes)s”.") % {"codes": "”, “".join(codes[:3])},
        settles=_("The codes on sale are listed at /api/shop/goods."),
        status=422,
        data={"codes": list(codes)},
    )


def in_codes(refusal: Refusal, codes: Mapping[str, int]) -> Refusal:
    """Return a refusal whose data name SKUs by the codes an order used, not by our numbers."""
    named = {pk: code for code, pk in codes.items()}

    def code(value: Any) -> Any:
        return named.get(int(value), value) if str(value).isdecimal() else value

    data = dict(refusal.data)
    for name in ("prices", "left"):
        if name in data:
            data[name] = {code(sku): value for sku, value in data[name].items()}
    if "skus" in data:
        data["skus"] = [code(sku) for sku in data["skus"]]
    if "sku" in data:
        data["sku"] = code(data["sku"])
    return Refusal(
        refusal.code,
        refusal.sentence,
        settles=refusal.settles,
        status=refusal.status,
        data=data,
    )


def no_such_order() -> Refusal:
    """Return the answer to a tracking link that leads nowhere."""
    return Refusal(
        "no_such_order",
        _("There is no order behind this link."),
        settles=_("Use the token exactly as it was given when the order was placed."),
        status=404,
    )


def no_district() -> Refusal:
    """Return the answer to an address that does not say where it is."""
    return Refusal(
        "no_district",
        _("This address does not say in which county or district it lies."),
        settles=_("Write city and district before the road, or send the code of the division."),
        status=422,
    )


def wrong_method(allowed: Sequence[str]) -> Refusal:
    """Return the answer to asking a door in a way it is not asked."""
    return Refusal(
        "wrong_method",
        _("This address is not asked that way."),
        settles=_("Use %(methods)s.") % {"methods": ", ".join(allowed)},
        status=405,
    )


def too_large() -> Refusal:
    """Return the answer to a request of too many bytes."""
    return Refusal(
        "too_large",
        _("The request has more than %(most)s bytes.") % {"most": BODY_BYTES_MAX},
        settles=_("Send less at a time."),
        status=413,
    )


def not_json_type() -> Refusal:
    """Return the answer to a request that does not say it is JSON."""
    return Refusal(
        "not_json",
        _("The request does not say that it is JSON."),
        settles=_("Send it with the header Content-Type: application/json."),
        status=415,
    )


def unreadable() -> Refusal:
    """Return the answer to a request that is no JSON."""
    return Refusal(
        "unreadable",
        _("The request cannot be read as JSON."),
        settles=_("Send one JSON object, encoded in UTF-8."),
        status=400,
    )


def too_often() -> Refusal:
    """Return the answer to an address that orders too often."""
    return Refusal(
        "too_often",
        _("Too many orders came from your address within a minute."),
        settles=_("Wait a minute, then send the order again under the same number."),
        status=429,
    )


def broken(reference: str) -> Refusal:
    """Return the answer to a bug of ours; the reference stands in the log."""
    return Refusal(
        "broken",
        _("This is our mistake, not yours."),
        settles=_(
            "Ask again: an order under one number is never placed twice. Tell us %(reference)s."
        )
        % {"reference": reference},
        status=500,
    )


# --- the shape of a request ---------------------------------------------------------------------

_SAID: Final[dict[str, Sentence]] = {
    "missing": _("“%(field)s” is missing."),
    "string_type": _("“%(field)s” must be a text."),
    "string_unicode": _("“%(field)s” has characters that are none."),
    "int_type": _("“%(field)s” must be a whole number."),
    "int_parsing": _("“%(field)s” must be a whole number."),
    "int_from_float": _("“%(field)s” must be a whole number."),
    "int_parsing_size": _("“%(field)s” is too large a number."),
    "bool_type": _("“%(field)s” must be true or false."),
    "list_type": _("“%(field)s” must be a list."),
    "model_type": _("“%(field)s” must be an object."),
    "model_attributes_type": _("“%(field)s” must be an object."),
    "dict_type": _("“%(field)s” must be an object."),
    "extra_forbidden": _("There is no field “%(field)s”."),
    "string_too_long": _("“%(field)s” has more than %(max_length)s characters."),
    "string_too_short": _("“%(field)s” is too short."),
    "string_pattern_mismatch": _("“%(field)s” has not the form it must have."),
    "too_long": _("“%(field)s” has more than %(max_length)s entries."),
    "too_short": _("“%(field)s” has too few entries."),
    "enum": _("“%(field)s” must be one of: %(expected)s."),
    "literal_error": _("“%(field)s” must be one of: %(expected)s."),
    "greater_than_equal": _("“%(field)s” must be at least %(ge)s."),
    "less_than_equal": _("“%(field)s” must be at most %(le)s."),
}
_OTHERWISE: Final = _("“%(field)s” cannot be read.")

ERRORS_MAX = 20
"""Fields told of in one answer: whoever has more to mend mends these first."""


def field_error(kind: str, path: Sequence[Any], context: dict[str, Any]) -> FieldError:
    """Return what is wrong with a field in our words; `kind` is the reader's name of the error."""
    inside = [str(part) for part in path if part not in {"body", "query", "path", "header"}]
    field = ".".join(part for part in inside if part != "payload") or "body"
    field = field[:TEXT_CHARS_MAX]
    values = {"max_length": "", "expected": "", "ge": "", "le": "", **context, "field": field}
    return FieldError(field, _SAID.get(kind, _OTHERWISE) % values)


def not_so(errors: Sequence[FieldError]) -> Refusal:
    """Return the answer to a request that has not the shape it must have."""
    return Refusal(
        "not_so",
        errors[0].sentence if errors else _("The request is empty."),
        settles=_("What each door takes is described in /api/openapi.json."),
        status=422,
        data={
            "fields": [
                {"field": one.field, "sentence": one.sentence} for one in errors[:ERRORS_MAX]
            ]
        },
    )
