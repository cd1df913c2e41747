"""Money out of finance's safe and into it: change for couriers, and what the safe began with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.ledger.actions import transfer_many
from zhanggui.ground.ledger.models import Account
from zhanggui.ground.ledger.rules import Entry
from zhanggui.ground.org.models import Person
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.actions.books import OPENING, company_account, open_purse
from zhanggui.trade.cash.models import Purse
from zhanggui.trade.cash.queries.purses import FLOAT_OUT, SAFE


def _why_not_fund(
    _area: object = None, *, notes: Mapping[str, int] | None = None
) -> Refusal | None:
    return rules.why_not_notes(notes) or rules.why_not_nothing(notes)


@action(
    duty=queries.COUNTING,
    title=_("Put money into the safe"),
    said=_("put %(amount)s yuan into the safe"),
    guard=_why_not_fund,
)
def fund_safe(
    area: str | None, *, notes: Mapping[str, int], note: str = "", by: Actor, at: datetime
) -> Account:
    """Put money of the company into finance's safe, so that change can be given out of it."""
    amount = rules.total_of(notes)
    safe = company_account(SAFE, by=by, at=at)
    opening = company_account(OPENING, by=by, at=at)
    data = {"notes": rules.plain_notes(notes)}
    entries = [Entry(safe.pk, opening.pk, amount, "fund", memo=note, data=data)]
    transfer_many(area, entries=entries, by=by, at=at)
    remember(amount=format_fen(amount), notes=rules.plain_notes(notes))
    return safe


@action(
    duty=queries.COUNTING,
    title=_("Give out a float"),
    said=_("gave him %(amount)s yuan of change"),
    guard=queries.why_not_float,
    creates=True,
    concerns=lambda _area, purse: [purse.courier_id],
)
def issue_float(
    area: str | None, *, courier: Person, notes: Mapping[str, int], by: Actor, at: datetime
) -> Purse:
    """Give a courier change out of the safe, by denomination; it comes back with his hand-in."""
    amount = rules.total_of(notes)
    purse = open_purse(courier, by=by, at=at)
    safe = company_account(SAFE, by=by, at=at)
    if (there := queries.safe_fen()) < amount:
        raise rules.safe_too_empty(there_fen=there, wanted_fen=amount)
    data = {"notes": rules.plain_notes(notes)}
    entries = [Entry(purse.account_id, safe.pk, amount, FLOAT_OUT, data=data)]
    transfer_many(area, entries=entries, by=by, at=at)
    purse.since_at = purse.since_at or at
    purse.save(update_fields=["since_at"])
    remember(amount=format_fen(amount), notes=rules.plain_notes(notes))
    return purse
