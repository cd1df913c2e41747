"""Money: floats in the morning, hand-ins in the evening, counts, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from zhanggui.demo.trade.hands import CARRYING, CASHIER, DIFFERENCES, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash.actions.floats import fund_safe, issue_float
from zhanggui.trade.cash.actions.hand_ins import (
    acknowledge_difference,
    count_remittance,
    declare_remittance,
    resolve_difference,
)
from zhanggui.trade.cash.models import Purse, Remittance
from zhanggui.trade.cash.queries import carried, purse_of, safe_fen
from zhanggui.trade.cash.rules import Decision, RemittanceState, notes_for
from zhanggui.trade.delivery.models import Run
from zhanggui.trade.delivery.rules import RunState

FLOATS_H, HAND_INS_H, COUNTED_UNTIL_H = 8.3, 20.2, 21.5

FLOAT = {"2000": 3, "1000": 6, "500": 8, "100": 30, "50": 8, "10": 60}
"""The change a courier begins the day with: 200 yuan in small notes and coins."""

SAFE_FEN_LEAST = 300_000
SAFE_FUND = {"10000": 40, "2000": 50, "1000": 100, "500": 100, "100": 400, "50": 100, "10": 500}

DIFFERS = 0.07
"""How often a count differs from the books: about every other day, somewhere."""

ASTRAY_FEN = (-1_000, -500, -2_000, -100, -5_000, 500, 100)
"""By how much: a note stuck to another one, or given away as change."""


def waiting(life: Life) -> None:
    """Look at the hand-ins that wait to be counted, decided or taken note of."""
    open_states = [RemittanceState.DECLARED, RemittanceState.DIFFERENT, RemittanceState.RESOLVED]
    found = Remittance.objects.filter(state__in=open_states, acknowledged_at__isnull=True)
    for remittance in found.order_by("pk"):
        _plan(life, remittance)
    carrying = Purse.objects.filter(since_at__isnull=False).select_related("courier")
    for purse in carrying.order_by("pk"):
        at = _till(life, localdate(purse.since_at), purse.courier)
        if at <= life.since:  # he should have been at the till already
            late = timedelta(minutes=20)
            life.plan(within_hours(life.since, 8.4, 22.5, late=late), "hand_in", purse.courier_id)


def daily(life: Life, day: date) -> None:
    """Put the morning's floats and the evening's hand-ins on the agenda."""
    couriers = life.hands.everyone(CARRYING, at=life.since)
    for number, courier in enumerate(couriers):
        morning = moment_of_day(day, FLOATS_H) + timedelta(minutes=3 * number)
        for at, deed in ((morning, "float"), (_till(life, day, courier), "hand_in")):
            if life.since < at <= life.until:
                life.plan(at, deed, courier.pk)


def _till(life: Life, day: date, courier: Person) -> datetime:
    """Return when a courier comes to the till in the evening of a day."""
    dice = life.dice("till", day.isoformat(), courier.user)
    return moment_of_day(day, HAND_INS_H) + timedelta(minutes=dice.uniform(0, 45))


def _plan(life: Life, remittance: Remittance) -> None:
    dice = life.dice("money", remittance.declared_at.isoformat(), remittance.state)
    if remittance.state == RemittanceState.DECLARED:
        at = remittance.declared_at + timedelta(minutes=dice.uniform(6, 30))
        late = timedelta(minutes=dice.uniform(20, 60))
        life.plan(within_hours(at, 8.1, COUNTED_UNTIL_H, late=late), "count", remittance.pk)
    elif remittance.state == RemittanceState.DIFFERENT and remittance.counted_at is not None:
        morning = moment_of_day(localdate(remittance.counted_at) + timedelta(days=1), 9.4)
        life.plan(morning + timedelta(minutes=dice.uniform(0, 50)), "decide", remittance.pk)
    elif remittance.resolved_at is not None:
        at = remittance.resolved_at + timedelta(minutes=dice.uniform(15, 120))
        life.plan(at, "note", remittance.pk)


def _float(life: Life, courier_id: int, at: datetime) -> None:
    by = life.hands.nearest(CASHIER, "putian", at=at)
    his = life.hands.person(courier_id, at=at)
    if by is None or his is None or by.person_id == courier_id or carried(courier_id).float_fen:
        return
    area = by.standings("cash.counting", None)[0].area
    if safe_fen() < SAFE_FEN_LEAST:
        fund_safe(area, notes=SAFE_FUND, note="零钱备用", by=by, at=at)
    issue_float(area, courier=his.person, notes=FLOAT, by=by, at=at)


def hand_in(life: Life, courier_id: int, at: datetime) -> None:
    """Let a courier hand in all he carries; one who is on the road comes later."""
    by = life.hands.person(courier_id, at=at)
    purse = purse_of(courier_id)
    if by is None or purse is None:
        return
    if Run.objects.filter(courier=courier_id, state=RunState.OUT).exists():
        if at < moment_of_day(localdate(at), 22):
            life.plan(at + timedelta(minutes=25), "hand_in", courier_id)
        return
    if (money := carried(courier_id)).fen:
        notes = {str(fen): pieces for fen, pieces in notes_for(money.fen).items()}
        _plan(life, declare_remittance(purse, notes=notes, by=by, at=at))


def _count(life: Life, pk: int, at: datetime) -> None:
    remittance = Remittance.objects.select_related("courier").get(pk=pk)
    by = life.hands.nearest(CASHIER, remittance.area_id, at=at)
    if remittance.state != RemittanceState.DECLARED or by is None:
        return
    dice = life.dice("count", remittance.declared_at.isoformat(), remittance.courier.user)
    counted = remittance.expected_fen
    sure = life.scene and life.scene.differs(remittance.courier.user, remittance.declared_at)
    if (sure or dice.random() < DIFFERS) and _somebody_decides(life, remittance, at):
        counted += dice.choice(ASTRAY_FEN)
    notes = {str(fen): pieces for fen, pieces in notes_for(max(counted, 0)).items()}
    _plan(life, count_remittance(remittance, notes=notes, by=by, at=at))


def _somebody_decides(life: Life, remittance: Remittance, at: datetime) -> bool:
    deciding = life.hands.holders(DIFFERENCES, remittance.area_id, at=at)
    return any(one.pk != remittance.courier_id for one in deciding)


def _decide(life: Life, pk: int, at: datetime) -> None:
    remittance = Remittance.objects.get(pk=pk)
    if remittance.state != RemittanceState.DIFFERENT:
        return
    for person in life.hands.holders(DIFFERENCES, remittance.area_id, at=at):
        if person.pk in {remittance.courier_id, remittance.counted_by_id}:
            continue
        difference = remittance.difference_fen
        if difference > 0:
            decision, reason = Decision.KEEP, "问过当天几位客户，没人少找"
        elif difference < -1_500:
            decision, reason = Decision.CHARGE, "找零找错，本人认可"
        else:
            decision, reason = Decision.WAIVE, "数额小，头一回，下不为例"
        by = life.hands.user(person.user, at=at)
        done = resolve_difference(remittance, decision=decision.value, reason=reason, by=by, at=at)
        _plan(life, done)
        return


def _note(life: Life, pk: int, at: datetime) -> None:
    remittance = Remittance.objects.get(pk=pk)
    by = life.hands.person(remittance.courier_id, at=at)
    if by is not None and remittance.acknowledged_at is None:
        acknowledge_difference(remittance, by=by, at=at)


DEEDS: Mapping[str, Deed] = {
    "float": _float,
    "hand_in": hand_in,
    "count": _count,
    "decide": _decide,
    "note": _note,
}
