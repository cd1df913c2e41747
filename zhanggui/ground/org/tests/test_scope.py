"""A scope as the condition of a query, by itself and beside others."""

from __future__ import annotations

import pytest
from django.db.models import Q

from zhanggui.ground.desk.actor import Scope
from zhanggui.ground.org.models import Area

EVERYWHERE, NOWHERE = Scope(None), Scope(frozenset())
PUTIAN = Scope(frozenset({"putian"}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "alone", "beside"),
    [(EVERYWHERE, True, True), (PUTIAN, False, True), (NOWHERE, False, False)],
)
def test_scope_keeps_a_query_to_its_areas(scope: Scope, alone: bool, beside: bool) -> None:
    def seen(condition: Q) -> set[str]:
        return set(Area.objects.filter(condition).values_list("code", flat=True))

    assert ("quanzhou" in seen(scope.where("code"))) is alone
    assert ("putian" in seen(Q(pk__in=[]) | scope.where("code"))) is beside
    assert ("putian" in seen(scope.where("code") | Q(pk__in=[]))) is beside
