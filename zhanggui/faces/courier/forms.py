"""What comes from a phone: one deed as JSON, checked for its shape before anybody acts on it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.fen import parse_fen
from zhanggui.ground.kernel.limits import FEN_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.trade.orders.rules.orders import PIECES_MAX

DEED_BYTES_MAX = 16_384
"""Bytes of one deed: an order of a hundred lines with a note, four times over."""

LINES_MAX = 200
"""Lines of one deed: more than any order has."""

ID_MAX = 2**63 - 1
"""The largest number a database row may have."""

KINDS = ("deliver", "refuse", "fail")


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened at a door, as the phone of a courier (id) noted it.

    `key` was made on the phone and makes the deed one, however often it is sent. `delivered` is
    how many pieces of each line (ids) were kept, None for all of them.
    """

    key: str
    courier: int
    kind: str
    stop: int
    delivered: dict[int, int] | None
    tendered_fen: int
    change_fen: int
    reason_code: str
    note: str
    device_at: datetime | None


def misshapen(sentence: Sentence) -> Refusal:
    """Return the answer to what this app would never send."""
    return Refusal(
        "misshapen",
        sentence,
        settles=_("Reload the app with a connection; what you did stays on the phone."),
        status=400,
    )


def _whole(value: Any, *, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise misshapen(_("This deed has a number that cannot be."))
    return value


def _text(value: Any, *, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise misshapen(_("This deed has a text that is none or too long."))
    return value


def _pieces(value: Any) -> dict[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not 0 < len(value) <= LINES_MAX:
        raise misshapen(_("This deed does not say which pieces were kept."))
    found = {}
    for line, count in value.items():
        if not (line.isascii() and line.isdigit() and len(line) < 19):
            raise misshapen(_("This deed does not say which pieces were kept."))
        found[int(line)] = _whole(count, most=PIECES_MAX)
    return found


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = parse_datetime(_text(value, most=40))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise misshapen(_("This deed does not say when it was done."))
    return found


def _key(value: Any) -> str:
    try:
        return str(uuid.UUID(_text(value, most=40)))
    except ValueError:
        raise misshapen(_("This deed has no number of its own.")) from None


def read_deed(body: bytes) -> Deed:
    """Return the deed in the body of a request; refuse (400) what has not the shape of one."""
    if len(body) > DEED_BYTES_MAX:
        raise misshapen(_("This is more than one deed can be."))
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise misshapen(_("This is not a deed."))
    kind = said.get("kind")
    if kind not in KINDS:
        raise misshapen(_("This deed does not say what happened."))
    return Deed(
        key=_key(said.get("key")),
        courier=_whole(said.get("courier"), most=ID_MAX),
        kind=kind,
        stop=_whole(said.get("stop"), most=ID_MAX),
        delivered=_pieces(said.get("delivered")),
        tendered_fen=_whole(said.get("tendered_fen", 0), most=FEN_MAX),
        change_fen=_whole(said.get("change_fen", 0), most=FEN_MAX),
        reason_code=_text(said.get("reason_code", ""), most=20),
        note=_text(said.get("note", ""), most=TITLE_CHARS_MAX),
        device_at=_moment(said.get("device_at")),
    )


def read_form(typed: Any, *, stop: Any) -> dict[str, Any]:
    """Return the deed in a plain form of a stop's page, without what the server works out itself.

    Refuses what cannot be read with a sentence that says what to type.
    """
    kind = typed.get("kind")
    if kind not in KINDS:
        raise misshapen(_("This deed does not say what happened."))
    deed: dict[str, Any] = {
        "key": _key(typed.get("key", "")),
        "kind": kind,
        "delivered": None,
        "tendered_fen": 0,
        "reason_code": "",
        "note": typed.get("note", "").strip()[:TITLE_CHARS_MAX],
    }
    if kind != "deliver":
        deed["reason_code"] = typed.get("reason", "")
        if not deed["reason_code"]:
            raise Refusal("no_reason", _("No reason is chosen."), settles=_PICK, status=422)
        return deed
    keeps = {line.id: _typed_pieces(typed.get(f"line_{line.id}"), line) for line in stop.lines}
    if any(keeps[line.id] != line.quantity for line in stop.lines):
        deed["delivered"] = keeps
    deed["tendered_fen"] = 0 if stop.paid else parse_fen(typed.get("tendered", ""))
    return deed


_PICK = _("Choose the reason that fits best.")


def _typed_pieces(typed: str | None, line: Any) -> int:
    text = str(line.quantity) if typed is None else typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= line.quantity):
        raise Refusal(
            "bad_pieces",
            _("Of %(goods)s from 0 to %(most)s pieces can be kept.")
            % {"goods": line.name, "most": line.quantity},
            settles=_("Type how many the customer keeps."),
            status=422,
        )
    return int(text)
