"""How far the example company's clock runs ahead: read by every process, moved forward only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from zhanggui.ground.kernel import clock, lead
from zhanggui.ground.kernel.models import Installation

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    """Let the clock run in these tests, and set it right afterwards."""
    token = clock._fixed.set(None)
    lead.forget_company()
    yield
    clock._fixed.reset(token)
    lead.forget_company()


def _near(moment: datetime) -> bool:
    return abs(clock.now() - moment) < timedelta(seconds=10)


@pytest.mark.django_db
def test_catch_up_follows_the_company_and_tells_when_it_jumped() -> None:
    assert not lead.catch_up()
    lead.run_ahead_to(clock.now() + DAY)
    assert _near(datetime.now(UTC))  # not before it is read
    assert lead.catch_up()
    assert _near(datetime.now(UTC) + DAY)
    assert clock.pretending()
    assert not lead.catch_up()


@pytest.mark.django_db
def test_run_ahead_to_never_goes_back() -> None:
    lead.run_ahead_to(clock.now() + DAY)
    lead.catch_up()
    lead.run_ahead_to(clock.now() - 3 * DAY)
    assert not lead.catch_up()
    lead.run_ahead_to(clock.now() + DAY)
    lead.catch_up()
    assert _near(datetime.now(UTC) + 2 * DAY)


@pytest.mark.django_db
def test_run_ahead_to_counts_from_the_row_and_not_from_what_this_process_knew() -> None:
    lead.run_ahead_to(clock.now() + DAY)
    lead.run_ahead_to(clock.now() + DAY)
    lead.catch_up()
    assert _near(datetime.now(UTC) + DAY)


@pytest.mark.django_db
def test_a_real_companys_clock_cannot_run_ahead() -> None:
    Installation.objects.update(example=False)
    with pytest.raises(Installation.DoesNotExist):
        lead.run_ahead_to(clock.now() + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Installation.objects.update(ahead_s=1)
    Installation.objects.update(example=True)


@pytest.mark.django_db
def test_catch_up_asks_no_more_in_a_real_company(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    Installation.objects.update(example=False)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert not lead.catch_up()
        assert not lead.catch_up()
    Installation.objects.update(example=True)


@pytest.mark.django_db
def test_catch_up_asks_nothing_while_the_clock_stands_still(
    at: datetime, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with clock.stopped_at(at), django_assert_num_queries(0):  # type: ignore[operator]
        assert not lead.catch_up()


def test_catch_up_lets_be_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr(lead, "_installation", broken)
    assert not lead.catch_up()
