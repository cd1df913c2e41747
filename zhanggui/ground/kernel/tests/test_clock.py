"""The clock: real, pretending, or standing still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from zhanggui.ground.kernel import clock


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    """Let the clock run in these tests, and set it right afterwards."""
    token = clock._fixed.set(None)
    yield
    clock._fixed.reset(token)
    clock._process_offset = timedelta(0)


def test_now_is_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
    assert not clock.pretending()


def test_stopped_at_holds_the_clock_of_one_thread(at: datetime) -> None:
    elsewhere: list[datetime] = []
    with clock.stopped_at(at):
        assert (clock.now(), clock.now(), clock.pretending()) == (at, at, True)
        with clock.stopped_at(at + timedelta(days=1)):
            assert clock.now() == at + timedelta(days=1)
        assert clock.now() == at
        other = Thread(target=lambda: elsewhere.append(clock.now()))
        other.start()
        other.join()
    assert elsewhere[0] != at
    assert not clock.pretending()


def test_stopped_at_lets_go_after_an_error(at: datetime) -> None:
    with pytest.raises(ZeroDivisionError), clock.stopped_at(at):
        raise ZeroDivisionError
    assert not clock.pretending()


def test_pretend_from_sets_the_process_and_runs_on() -> None:
    evening = datetime.fromisoformat("2026-11-23T22:00+08:00")
    clock.pretend_from(evening)
    first, second = clock.now(), clock.now()
    assert clock.pretending()
    assert evening <= first <= second < evening + timedelta(seconds=10)
    assert first.tzinfo is UTC


def test_pretend_from_refuses_a_moment_without_its_zone() -> None:
    with pytest.raises(ValueError, match="a pretend clock needs a moment and its zone"):
        clock.pretend_from(datetime(2026, 11, 23, 22, 0))  # noqa: DTZ001 - that is the point
    assert not clock.pretending()
