"""Many at the same moment: one code of a phone holds, and one phone is one member."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhanggui.books.customers import queries
from zhanggui.books.customers.models import Customer, SignIn, SignInCode
from zhanggui.books.customers.tests.conftest import answer, ask
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_codes_at_once_leave_one_that_holds(at: datetime) -> None:
    for turn in range(4):
        when = at + timedelta(hours=2 * turn)
        answers = at_once([lambda when=when: ask(when) for _ in range(4)])
        made = [one for one in answers if isinstance(one, SignInCode)]
        assert made, answers
        assert all(one.code == "too_often" for one in answers if isinstance(one, Refusal))
        assert SignInCode.objects.filter(ended_at__isnull=True).count() == 1


def test_two_sign_ups_at_once_make_one_member(at: datetime) -> None:
    code = queries.code_of(ask(at))
    answers = at_once([lambda n=n: answer(at, code, key=f"key {n}") for n in range(4)])
    assert sum(isinstance(one, SignIn) for one in answers) == 1, answers
    assert Customer.objects.count() == 1
