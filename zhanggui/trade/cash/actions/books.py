"""The accounts money of the door goes through; they open themselves when they are first needed.

A purse `cash.courier.<person>` and the safe `cash.safe` are what somebody holds. What customers
paid stands in `takings.<area>` until it has been counted, only then it is `sales.<area>`. A
shortage stands as a debt of the courier, `staff.<person>`, until the city manager has decided
otherwise (`short.<area>`); what is too much, and what came in late, waits in `suspense.<area>`.
What customers transferred lies in the `bank`, and is theirs (`prepaid`) until the goods are handed
over or it has been paid back.
"""

from __future__ import annotations

from datetime import datetime

from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.ledger.actions import open_account
from zhanggui.ground.ledger.models import Account
from zhanggui.ground.ledger.queries import accounts_by_code
from zhanggui.ground.ledger.rules import AccountKind, Bound
from zhanggui.ground.org.models import Area, Person
from zhanggui.trade.cash.models import Purse
from zhanggui.trade.cash.queries import city_of, home_of
from zhanggui.trade.cash.queries.purses import SAFE

TAKINGS = "takings"
SALES = "sales"
SHORT = "short"
OVER = "over"
SUSPENSE = "suspense"
OPENING = "equity.opening"
BANK = "bank"
PREPAID = "prepaid"

_KINDS = {
    TAKINGS: AccountKind.LIABILITY,
    SUSPENSE: AccountKind.LIABILITY,
    SALES: AccountKind.INCOME,
    OVER: AccountKind.INCOME,
    SHORT: AccountKind.EXPENSE,
}


def city_account(name: str, area: str, *, by: Actor, at: datetime) -> Account:
    """Return an account of a city's books, opened if it is the first time."""
    code = f"{name}.{area}"
    if (there := accounts_by_code([code]).get(code)) is not None:
        return there
    # Whoever comes first opens it; the others wait for him here instead of failing there.
    Area.objects.select_for_update(no_key=True).get(pk=area)
    if (there := accounts_by_code([code]).get(code)) is not None:
        return there
    return open_account(area, code=code, kind=_KINDS[name], by=by, at=at)


def company_account(code: str, *, by: Actor, at: datetime) -> Account:
    """Return the safe or the bank, money paid ahead, or the opening equity.

    The first three can never hold less than nothing.
    """
    if (there := accounts_by_code([code]).get(code)) is not None:
        return there
    list(Area.objects.select_for_update(no_key=True).order_by("pk")[:1])
    if (there := accounts_by_code([code]).get(code)) is not None:
        return there
    if code in {SAFE, BANK}:
        return open_account(
            None, code=code, kind=AccountKind.ASSET, bound=Bound.CREDITS, by=by, at=at
        )
    if code == PREPAID:
        return open_account(
            None, code=code, kind=AccountKind.LIABILITY, bound=Bound.DEBITS, by=by, at=at
        )
    return open_account(None, code=code, kind=AccountKind.EQUITY, by=by, at=at)


def debt_account(person: Person, *, by: Actor, at: datetime) -> Account:
    """Return the account of what a person owes the company."""
    code = f"staff.{person.pk}"
    if (there := accounts_by_code([code]).get(code)) is not None:
        return there
    return open_account(
        home_of(person, at=at) or None,
        code=code,
        kind=AccountKind.ASSET,
        name=person.name_zh,
        holder_kind=Person._meta.label,
        holder_id=person.pk,
        by=by,
        at=at,
    )


def open_purse(courier: Person, *, area: str = "", by: Actor, at: datetime) -> Purse:
    """Return the purse of a courier, locked, opened if it is his first money.

    It stands in the area for which he takes money; `area` where he is appointed for none any more.
    An empty purse follows him when he is appointed elsewhere.
    """
    home = home_of(courier, at=at) or area
    mine = Purse.objects.select_for_update(no_key=True).filter(courier=courier)
    purse = mine.first()
    if purse is None:
        Person.objects.select_for_update(no_key=True).get(pk=courier.pk)
        purse = mine.first() or _first_purse(courier, home, by=by, at=at)
    if purse.since_at is None and home and purse.area_id != home:
        purse.area_id = home
        purse.save(update_fields=["area_id"])
    return purse


def _first_purse(courier: Person, home: str, *, by: Actor, at: datetime) -> Purse:
    account = open_account(
        city_of(home, at=at),
        code=f"cash.courier.{courier.pk}",
        kind=AccountKind.ASSET,
        bound=Bound.CREDITS,
        name=courier.name_zh,
        holder_kind=Person._meta.label,
        holder_id=courier.pk,
        by=by,
        at=at,
    )
    return Purse.objects.create(courier=courier, area_id=home, account=account, opened_at=at)
