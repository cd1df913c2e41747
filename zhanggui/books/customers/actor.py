"""Who a signed-in member is, as far as actions need to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhanggui.books.customers.models import Customer
from zhanggui.ground.kernel.actor import CustomerActor, Standing

MEMBER = "customers.member"
"""No post holds this duty: what a member may do with his own account and what hangs on it."""

DOOR = "customers.door"
"""No post holds this duty: what anybody may try at the door of the shop."""

VISITOR = CustomerActor(duties=frozenset({DOOR}))
"""Whoever stands at the door: no person of the company, and nobody is known yet."""


@dataclass(frozen=True, slots=True)
class MemberActor:
    """A signed-in member: may do what faces opened to members, with what is his own alone."""

    customer_id: int
    person_id: int | None = None
    kind: str = "customer"

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return one standing for records of this member, none for anybody else's."""
        if duty != MEMBER:
            return ()
        whose = record.pk if isinstance(record, Customer) else getattr(record, "customer_id", None)
        if whose != self.customer_id:
            return ()
        return (Standing(appointment_id=None, post="", area=getattr(record, "area_id", "") or ""),)
