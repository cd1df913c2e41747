"""What must never be so among members: something left of an erased one, or two defaults."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from zhanggui.books.customers.models import Customer, SavedAddress, SignIn
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]


@audit("customers.members")
def audit_members() -> Iterator[Found]:
    """Yield each erased member of whom an address or a sign-in is left, and lost defaults."""
    label = Customer._meta.label
    mine = SavedAddress.objects.filter(customer=OuterRef("pk"))
    left = Exists(mine) | Exists(SignIn.objects.filter(customer=OuterRef("pk")))
    for customer in Customer.objects.filter(left, erased_at__isnull=False).order_by("pk"):
        yield f"Member {customer} was erased, and something of it is left.", label, customer.pk
    none = Exists(mine) & ~Exists(mine.filter(is_default=True))
    for customer in Customer.objects.filter(none).order_by("pk"):
        yield f"Member {customer} keeps addresses, and none is the default.", label, customer.pk
