"""Hand-ins: what waits to be counted, decided on or noted, and who may see which sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.models import Purse, Remittance
from zhanggui.trade.cash.queries.duties import (
    COUNTING,
    DIFFERENCES,
    HAND_IN,
    OWN_DIFFERENCES,
    looks_where,
)
from zhanggui.trade.cash.queries.purses import carried_in
from zhanggui.trade.cash.rules import RemittanceState

_PEOPLE = ("courier", "counted_by", "area")


def remittances_seen(by: DeskActor) -> QuerySet[Remittance]:
    """Return the hand-ins of the areas whose money is one's business, and one's own."""
    mine = Q(courier=by.person_id) if by.scope(HAND_IN) else Q(pk__in=[])
    return Remittance.objects.filter(looks_where(by) | mine).select_related(*_PEOPLE)


def remittance_of(by: DeskActor, pk: int) -> Remittance:
    """Return a hand-in one may look at; raise `not_yours` otherwise."""
    remittance = remittances_seen(by).filter(pk=pk).first()
    if remittance is None:
        raise not_yours()
    return remittance


def remittances_of(courier_id: int) -> QuerySet[Remittance]:
    """Return the hand-ins of a courier, the latest first."""
    return Remittance.objects.filter(courier=courier_id).select_related(*_PEOPLE).order_by("-pk")


def remittances_found(by: DeskActor, text: str) -> QuerySet[Remittance]:
    """Return the hand-ins whose number people say like this, the latest first."""
    number = text.strip().upper().rpartition("-")[2].removeprefix("H")
    seen = remittances_seen(by)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return seen.none()
    return seen.filter(pk=int(number)).order_by("-pk")


def hides_sums(remittance: Remittance, by: DeskActor) -> bool:
    """Tell whether somebody may not see what was declared and expected: he may still count it."""
    return (
        remittance.state == RemittanceState.DECLARED
        and remittance.courier_id != by.person_id
        and remittance.area_id in by.scope(COUNTING)
    )


def hides_purse(purse: Purse, by: DeskActor) -> bool:
    """Tell whether somebody may not see what is in a purse: he may come to count it."""
    return purse.courier_id != by.person_id and purse.area_id in by.scope(COUNTING)


# --- queues ------------------------------------------------------------------------------------


def remittances_to_count(by: DeskActor) -> QuerySet[Remittance]:
    """Return the hand-ins of one's areas that wait to be counted, but for one's own."""
    waiting = Remittance.objects.filter(
        by.scope(COUNTING).where(), state=RemittanceState.DECLARED
    ).exclude(courier=by.person_id)
    return waiting.select_related(*_PEOPLE)


def differences_to_decide(by: DeskActor) -> QuerySet[Remittance]:
    """Return the hand-ins of one's areas that were counted and differ."""
    different = Remittance.objects.filter(
        by.scope(DIFFERENCES).where(), state=RemittanceState.DIFFERENT
    )
    return different.select_related(*_PEOPLE)


def own_differences(by: DeskActor) -> QuerySet[Remittance]:
    """Return one's own hand-ins about which something was decided, and not taken note of yet."""
    mine = Remittance.objects.filter(
        courier=by.person_id, state=RemittanceState.RESOLVED, acknowledged_at__isnull=True
    )
    shown = mine if by.scope(OWN_DIFFERENCES) else mine.none()
    return shown.select_related(*_PEOPLE)


# --- what speaks against it --------------------------------------------------------------------


def why_not_declare(purse: Purse, *, notes: Mapping[str, int] | None = None) -> Refusal | None:
    """Return why what is in a purse cannot be handed in, or not as these notes."""
    open_one = Remittance.objects.filter(
        courier=purse.courier_id, state=RemittanceState.DECLARED
    ).first()
    return rules.why_not_declare(
        carried_fen=carried_in([purse])[purse.pk].fen,
        open_number=open_one.number if open_one else "",
        notes=notes,
    )


def why_not_count(
    remittance: Remittance, *, notes: Mapping[str, int] | None = None, by: Any = None
) -> Refusal | None:
    """Return why somebody cannot count a hand-in, or not as these notes."""
    return rules.why_not_count(remittance, person_id=by.person_id if by else None, notes=notes)


def why_not_resolve(
    remittance: Remittance, *, decision: str | None = None, by: Any = None
) -> Refusal | None:
    """Return why somebody cannot decide on a difference, or not like this."""
    person_id = by.person_id if by else None
    return rules.why_not_resolve(remittance, person_id=person_id, decision=decision)


def why_not_acknowledge(remittance: Remittance) -> Refusal | None:
    """Return why there is nothing to take note of."""
    return rules.why_not_acknowledge(remittance)
