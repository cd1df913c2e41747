"""What screening finds in an order: each finding a code, its evidence, and a sentence of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.addresses import Reading
from zhanggui.ground.places.rules.phones import SENTENCES, PhoneReading, is_patterned
from zhanggui.trade.orders.rules.orders import PHONE_CHARS_MAX
from zhanggui.trade.orders.rules.payments import REFUSED_MAX, Doors, Terms, cash_cap
from zhanggui.trade.orders.rules.states import HoldCode, Payment, Severity

DUPLICATE_WITHIN = timedelta(hours=24)
"""Same phone and goods within a day: a second tap or a second try, seldom a second need."""

VELOCITY_WITHIN = timedelta(minutes=60)
VELOCITY_ORDERS = 3
"""Orders within an hour that mark two thirds of malicious orders and under 1% of honest ones."""

NEARBY: Final = ("附近", "对面", "旁边", "隔壁", "路口", "交叉口")
"""Words that tell what a place is near, not where it is."""

VERSIONS: Final[Mapping[HoldCode, int]] = {
    HoldCode.PHONE_FORMAT: 1,
    HoldCode.ADDR_UNCLEAR: 1,
    HoldCode.INCOMPLETE: 1,
    HoldCode.DUPLICATE: 1,
    HoldCode.VELOCITY: 1,
    HoldCode.COD_LIMIT: 2,
    HoldCode.COD_REFUSED: 1,
}
"""The version of each rule: it grows when the rule is changed, so that it can be measured."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found against an order, and the evidence it was found on."""

    code: HoldCode
    severity: Severity
    evidence: dict[str, Any]

    @property
    def version(self) -> int:
        """The version of the rule that found it."""
        return VERSIONS[self.code]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An order that came before: its id, number and moment, its goods as (SKU, pieces).

    `same_phone` or else the same device; `live`: something is still to be done for it; `unpaid`: it
    waits for a transfer.
    """

    pk: int
    number: str
    placed_at: datetime
    same_phone: bool
    state: str
    live: bool
    unpaid: bool = False
    goods: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """All that screening looks at."""

    at: datetime
    recipient: str
    phone_typed: str
    phone: PhoneReading
    address: str
    reading: Reading
    goods: frozenset[tuple[int, int]]
    due_fen: int
    earlier: Sequence[Earlier] = ()
    payment: str = Payment.CASH.value
    terms: Terms = field(default_factory=Terms)
    known: Doors = field(default_factory=Doors)


def shown_phone(typed: str, phone: PhoneReading) -> str:
    """Return a number as it is shown: in its usual groups, as typed where it cannot be called."""
    if not phone.good:
        return typed[:PHONE_CHARS_MAX]
    extension = f" {phone.extension}" if phone.extension else ""
    return f"{phone.display}{extension}"


def find(case: Case) -> list[Finding]:
    """Return everything that speaks against letting this order through, at most one of a code."""
    found = (rule(case) for rule in RULES)
    return [finding for finding in found if finding is not None]


def _incomplete(case: Case) -> Finding | None:
    missing = [
        name
        for name, value in (
            ("recipient", case.recipient),
            ("phone", case.phone_typed),
            ("address", case.address),
        )
        if not value
    ]
    if not missing:
        return None
    return Finding(HoldCode.INCOMPLETE, Severity.BLOCK, {"missing": missing})


def _phone(case: Case) -> Finding | None:
    if not case.phone_typed:
        return None  # that it is missing is another finding
    if case.phone.problem:
        problem = {"problem": case.phone.problem}
        return Finding(HoldCode.PHONE_FORMAT, Severity.BLOCK, problem)
    if is_patterned(case.phone.national):
        return Finding(HoldCode.PHONE_FORMAT, Severity.ASK, {"problem": "patterned"})
    return None


def _address(case: Case) -> Finding | None:
    """Return whether the address leads to no door, or to two.

    A door is a road or estate (or village) with a number, or a building. A missing room holds
    nothing: the courier rings.
    """
    if not case.address:
        return None
    if case.reading.contradictions:
        first = case.reading.contradictions[0]
        return Finding(
            HoldCode.ADDR_UNCLEAR,
            Severity.BLOCK,
            {"problem": first.code, **{k: v for k, v in first.values.items() if v}},
        )
    parts = case.reading.parts
    place = parts.road or parts.estate or parts.village
    if not place:
        nearby = any(word in case.address for word in NEARBY)
        problem = {"problem": "nearby" if nearby else "no_place"}
        return Finding(HoldCode.ADDR_UNCLEAR, Severity.BLOCK, problem)
    if not (parts.number or parts.building or parts.room or (parts.road and parts.estate)):
        evidence = {"problem": "no_number", "place": place}
        return Finding(HoldCode.ADDR_UNCLEAR, Severity.BLOCK, evidence)
    return None


def _duplicate(case: Case) -> Finding | None:
    for other in case.earlier:
        if (
            other.same_phone
            and other.live
            and other.goods == case.goods
            and case.at - other.placed_at <= DUPLICATE_WITHIN
        ):
            minutes = int((case.at - other.placed_at).total_seconds() // 60)
            evidence = {"order": other.pk, "number": other.number, "minutes": minutes}
            return Finding(HoldCode.DUPLICATE, Severity.ASK, evidence)
    return None


def _velocity(case: Case) -> Finding | None:
    recent = [o for o in case.earlier if case.at - o.placed_at < VELOCITY_WITHIN]
    for by_phone in (True, False):
        count = 1 + sum(o.same_phone or not by_phone for o in recent)
        if count >= VELOCITY_ORDERS:
            evidence = {"orders": count, "by": "phone" if by_phone else "device"}
            return Finding(HoldCode.VELOCITY, Severity.ASK, evidence)
    return None


def _cod_limit(case: Case) -> Finding | None:
    limit = cash_cap(case.terms, case.known)
    if case.payment != Payment.CASH or case.due_fen <= limit:
        return None
    evidence = {"due_fen": case.due_fen, "limit_fen": limit, "first": not case.known.taken}
    return Finding(HoldCode.COD_LIMIT, Severity.ASK, evidence)


def _cod_refused(case: Case) -> Finding | None:
    if case.payment != Payment.CASH or case.known.refused < REFUSED_MAX:
        return None
    return Finding(HoldCode.COD_REFUSED, Severity.ASK, {"refused": case.known.refused})


RULES: Final[tuple[Callable[[Case], Finding | None], ...]] = (
    _incomplete,
    _phone,
    _address,
    _duplicate,
    _velocity,
    _cod_limit,
    _cod_refused,
)


# --- sentences ----------------------------------------------------------------------------------

_FIELDS: Final = {
    "recipient": _("the name"),
    "phone": _("the phone number"),
    "address": _("the address"),
}
_ADDRESS: Final = {
    "no_place": _("The address names no road, estate or village: it leads to no door."),
    "nearby": _("The address says only what it is near: it leads to no door."),
    "no_number": _("Behind “%(place)s” there is no number or building: it leads to no door."),
    "two_addresses": _("The address names two places."),
}


def sentence(code: str, evidence: Mapping[str, Any]) -> str:
    """Return what was found, as a person reads it, in the reader's language."""
    return _SENTENCES[HoldCode(code)](evidence)


def _say_incomplete(evidence: Mapping[str, Any]) -> str:
    missing = pgettext("between names", ", ").join(
        str(_FIELDS[name]) for name in evidence["missing"]
    )
    return gettext("Missing: %(missing)s.") % {"missing": missing}


def _say_phone(evidence: Mapping[str, Any]) -> str:
    if evidence["problem"] == "patterned":
        return gettext("The number looks made up: repeated or sequential digits.")
    return gettext(SENTENCES[evidence["problem"]])


def _say_address(evidence: Mapping[str, Any]) -> str:
    if said := _ADDRESS.get(evidence["problem"]):
        return str(said) % evidence
    return gettext("The levels of the address contradict each other: %(lower)s, %(upper)s.") % {
        "lower": evidence.get("lower", ""),
        "upper": evidence.get("upper", ""),
    }


def _say_duplicate(evidence: Mapping[str, Any]) -> str:
    count = evidence["minutes"]
    said = ngettext(
        "Same phone and goods as %(number)s, %(count)s minute before.",
        "Same phone and goods as %(number)s, %(count)s minutes before.",
        count,
    )
    return said % {"number": evidence["number"], "count": count}


def _say_velocity(evidence: Mapping[str, Any]) -> str:
    if evidence["by"] == "phone":
        said = gettext("%(count)s orders of this phone within an hour.")
    else:
        said = gettext("%(count)s orders from this device within an hour.")
    return said % {"count": evidence["orders"]}


def _say_cod(evidence: Mapping[str, Any]) -> str:
    if evidence["first"]:
        said = gettext(
            "%(due)s yuan in cash, and this phone has never taken an order (limit %(limit)s)."
        )
    else:
        said = gettext("%(due)s yuan in cash are more than one door should pay (limit %(limit)s).")
    return said % {
        "due": f"{evidence['due_fen'] / 100:,.2f}",
        "limit": f"{evidence['limit_fen'] // 100:,}",
    }


def _say_refused(evidence: Mapping[str, Any]) -> str:
    said = gettext(
        "The last %(count)s orders of this phone were refused at the door: call before anything is "
        "sent for cash again."
    )
    return said % {"count": evidence["refused"]}


_SENTENCES: Final[Mapping[HoldCode, Callable[[Mapping[str, Any]], str]]] = {
    HoldCode.INCOMPLETE: _say_incomplete,
    HoldCode.PHONE_FORMAT: _say_phone,
    HoldCode.ADDR_UNCLEAR: _say_address,
    HoldCode.DUPLICATE: _say_duplicate,
    HoldCode.VELOCITY: _say_velocity,
    HoldCode.COD_LIMIT: _say_cod,
    HoldCode.COD_REFUSED: _say_refused,
}


def doubtful(evidence: Mapping[str, Any], *, text: str, below: str) -> tuple[str, str, str]:
    """Return an address in three parts, of which the middle one is doubtful.

    `text` is the whole of it, ending with `below`, what stands below the divisions.
    """
    at = len(text) - len(below)
    if (word := evidence.get("place") or evidence.get("lower", "")) and word in text:
        at = text.rindex(word)
        end = len(text) if evidence["problem"] == "no_number" else at + len(word)
        return text[:at], text[at:end], text[end:]
    return text[:at], text[at:], ""


def blocked(said: str) -> Refusal:
    """Return the answer to letting an order through that must be corrected first."""
    return Refusal(
        "blocked",
        _("This order cannot go on as it is: %(found)s") % {"found": said},
        settles=_("Correct it, or cancel it."),
    )
