"""The timetable: each due time once, missed ones made up once, lateness told."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django_tasks_db.models import DBTaskResult as Job
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.ground.kernel import clock, jobs, limits, timetable
from zhanggui.ground.kernel.models import WorkerBeat
from zhanggui.ground.kernel.rounds import clear_jobs
from zhanggui.ground.kernel.timetable import Round, Timetable, on_timetable, round_states

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis puts the zone in
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """Leave two rounds on the timetable, one that works and one that does not."""
    monkeypatch.setattr(timetable, "ROUNDS", {})
    ran: list[datetime] = []

    @on_timetable(every_s=60, title="Count the minutes")
    def count(at: datetime) -> int:
        ran.append(at)
        return len(ran)

    @on_timetable(daily_at="02:10", title="Count the nights")
    def fail(at: datetime) -> None:
        raise ValueError("it is dark")

    yield ran


COUNT = "test_timetable.count"
FAIL = "test_timetable.fail"


def work(at: datetime) -> None:
    """Do everything that is due at this moment."""
    with clock.stopped_at(at):
        while (job := jobs.claim(at=at)) is not None:
            jobs.perform(job)


# --- due times --------------------------------------------------------------------------------
def daily(time: str) -> Round:
    from datetime import time as time_of_day

    return Round(name="d", title="", body=lambda at: None, daily_at=time_of_day.fromisoformat(time))


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        ("2026-11-23T02:10:00", "2026-11-23T02:10:00"),
        ("2026-11-23T02:09:59", "2026-11-22T02:10:00"),
        ("2026-11-23T23:59:59", "2026-11-23T02:10:00"),
        ("2027-01-01T00:00:00", "2026-12-31T02:10:00"),
    ],
)
def test_a_daily_round_is_due_at_its_time_of_the_companys_day(at: str, slot: str) -> None:
    found = daily("02:10").slot(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    assert found == datetime.fromisoformat(slot).replace(tzinfo=ZONE)


@given(MOMENTS, st.sampled_from([1, 7, 60, 900, 3600]))
def test_a_round_of_seconds_is_due_within_its_length(at: datetime, every_s: int) -> None:
    found = Round(name="s", title="", body=lambda at: None, every_s=every_s)
    slot = found.slot(at)
    assert slot <= at < slot + timedelta(seconds=every_s)
    assert found.slot(slot) == slot


@given(MOMENTS)
def test_a_daily_round_is_due_within_a_day(at: datetime) -> None:
    slot = daily("02:10").slot(at)
    assert slot <= at < slot + timedelta(days=1)


def test_on_timetable_wants_one_kind_of_time() -> None:
    for wrong in ({}, {"every_s": 60, "daily_at": "02:10"}):
        with pytest.raises(ValueError, match="a round is due either every so many seconds or"):
            on_timetable(title="", **wrong)


def test_two_rounds_of_one_name_are_refused(rounds: list[datetime]) -> None:
    with pytest.raises(ValueError, match=r"two rounds are called test_timetable\.count"):

        @on_timetable(every_s=60, title="")
        def count(at: datetime) -> None: ...


# --- enqueueing -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_due_time_is_enqueued_once_whoever_asks(rounds: list[datetime], at: datetime) -> None:
    one, other = Timetable(), Timetable()
    assert one.enqueue_due(at=at) == 2
    assert one.enqueue_due(at=at) == 0
    assert other.enqueue_due(at=at) == 0
    work(at)
    assert Timetable().enqueue_due(at=at + timedelta(seconds=30)) == 0
    assert other.enqueue_due(at=at + timedelta(minutes=1)) == 1
    work(at + timedelta(minutes=1))
    assert rounds == [at, at + timedelta(minutes=1)]


@pytest.mark.django_db
def test_times_missed_while_the_machine_was_off_are_made_up_once(
    rounds: list[datetime], at: datetime
) -> None:
    Timetable().enqueue_due(at=at)
    work(at)
    days_later = at + timedelta(days=3)
    assert Timetable().enqueue_due(at=days_later) == 1  # the night round still waits to be retried
    work(days_later)
    assert rounds == [at, days_later]


@pytest.mark.django_db
def test_a_round_still_waiting_is_not_enqueued_again(rounds: list[datetime], at: datetime) -> None:
    reader = Timetable()
    reader.enqueue_due(at=at)
    assert reader.enqueue_due(at=at + timedelta(minutes=1)) == 0
    work(at + timedelta(minutes=1, seconds=30))
    assert reader.enqueue_due(at=at + timedelta(minutes=1, seconds=30)) == 1


@pytest.mark.django_db
def test_a_minute_lived_again_is_a_minute_of_its_own(rounds: list[datetime], at: datetime) -> None:
    Timetable(era="first").enqueue_due(at=at)
    work(at)
    assert Timetable(era="first").enqueue_due(at=at) == 0
    assert Timetable(era="second").enqueue_due(at=at) == 1


@pytest.mark.django_db
def test_a_round_that_left_the_timetable_is_let_go(rounds: list[datetime], at: datetime) -> None:
    Timetable().enqueue_due(at=at)
    del timetable.ROUNDS[COUNT]
    work(at)
    assert timetable.jobs_of(COUNT).get().return_value == "no longer on the timetable"


@pytest.mark.django_db
def test_a_round_may_have_a_slow_part(rounds: list[datetime], at: datetime) -> None:
    @on_timetable(every_s=60, title="")
    def slowly(at: datetime) -> Generator[None, None, str]:
        heard = f"at {at:%H:%M}"
        yield
        return heard

    Timetable().enqueue_due(at=at)
    work(at)
    assert timetable.jobs_of("test_timetable.slowly").get().return_value == f"at {at:%H:%M}"


# --- how they are doing -----------------------------------------------------------------------
@pytest.mark.django_db
def test_round_states_tell_the_last_success_the_error_and_lateness(
    rounds: list[datetime], at: datetime
) -> None:
    before = {state.name: state for state in round_states(at=at)}
    assert before[COUNT].late
    assert before[COUNT].last_at is None
    Timetable().enqueue_due(at=at)
    work(at)
    counted, failed = round_states(at=at + timedelta(seconds=limits.ROUND_LATE_S))
    assert (counted.name, counted.last_at, counted.answer) == (COUNT, at, 1)
    assert (counted.error, counted.late) == ("", False)
    assert (failed.name, failed.last_at, failed.late) == (FAIL, None, True)
    assert failed.error == "ValueError: it is dark"
    later = at + timedelta(seconds=limits.ROUND_LATE_S + 60)
    assert [state.late for state in round_states(at=later)] == [True, True]


@pytest.mark.django_db
def test_clear_jobs_keeps_the_last_fortnight_and_waiting_jobs(at: datetime) -> None:
    WorkerBeat.objects.create(worker="gone", beat_at=at - timedelta(days=2))

    def job(status: str, days: int, queue: str = "default") -> str:
        finished = None if status == jobs.READY else at - timedelta(days=days, seconds=1)
        return str(
            Job.objects.create(
                status=status,
                finished_at=finished,
                queue_name=queue,
                args_kwargs={"args": [], "kwargs": {}},
                task_path="x.y",
                backend_name="default",
            ).pk
        )

    kept = {
        job(jobs.SUCCESSFUL, 13),
        job(jobs.FAILED, 13, "rounds"),
        job(jobs.SUCCESSFUL, 1, "rounds"),
        job(jobs.READY, 0),
    }
    job(jobs.SUCCESSFUL, 14)
    job(jobs.FAILED, 14)
    job(jobs.SUCCESSFUL, 2, "rounds")
    assert clear_jobs(at) == 3
    assert {str(pk) for pk in Job.objects.values_list("pk", flat=True)} == kept
    assert not WorkerBeat.objects.exists()
