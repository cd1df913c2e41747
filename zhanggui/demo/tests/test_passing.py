"""Letting a day pass: its pieces, its clock, its page, and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.demo import passing
from zhanggui.demo.passing import Progress, Stand
from zhanggui.demo.trade.living import Life
from zhanggui.ground.kernel import clock, lead
from zhanggui.ground.kernel.jobs import Worker, claim, perform
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.kernel.refusal import Refusal

DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _running(at: datetime) -> Iterator[None]:
    """Let the clock run in these tests, from the test's moment on, and set it right afterwards."""
    token = clock._fixed.set(None)
    lead.forget_company()
    clock.pretend_from(at)
    yield
    clock._fixed.reset(token)
    clock._process_offset = timedelta(0)
    lead.forget_company()


@pytest.fixture(autouse=True)
def _few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pieces be long and the shop nearly empty: the company of tests sells nothing yet."""
    monkeypatch.setattr(passing, "PIECE", timedelta(hours=6))
    monkeypatch.setattr("zhanggui.demo.trade.plan.LOOKERS", 0)


def _do_one() -> None:
    lead.catch_up()
    job = claim(at=clock.now())
    assert job is not None
    perform(job)


def _near(moment: datetime) -> bool:
    return abs(clock.now() - moment) < timedelta(seconds=30)


def test_begin_day_lives_in_pieces_and_moves_the_clock_along(at: datetime) -> None:
    begun = clock.now()
    passing.begin_day(at=begun)
    assert passing.progress().stand is Stand.RUNNING
    for number in range(1, 5):
        assert _near(begun + (number - 1) * timedelta(hours=6))
        _do_one()
        lead.catch_up()
        assert _near(begun + number * timedelta(hours=6))
    done = passing.progress()
    assert (done.stand, done.share, done.until) == (Stand.DONE, 1.0, begun + DAY)
    assert passing.days_ahead() == 1
    assert claim(at=clock.now()) is None


def test_progress_tells_how_far_the_day_is_and_how_fast() -> None:
    begun = clock.now()
    assert passing.progress() == Progress(Stand.IDLE)
    passing.begin_day(at=begun)
    first = passing.progress()
    assert (first.reached, first.until, first.orders, first.left_s) == (begun, begun + DAY, 0, None)
    _do_one()
    _do_one()
    half = passing.progress()
    assert half.reached == begun + timedelta(hours=12)
    assert 0.2 < half.share < 0.9
    assert 0 < half.orders < half.orders_expected
    assert half.deeds > 0
    assert half.deeds_per_s > 0
    assert half.left_s is not None


def test_begin_day_is_refused_while_one_is_passing() -> None:
    passing.begin_day(at=clock.now())
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            passing.begin_day(at=clock.now())
        assert str(refused.value) == (
            "A day is passing already. Wait until it is over; the first page shows how far it is."
        )
        assert Job.objects.count() == 1
        _do_one()
        Job.objects.filter(status="SUCCESSFUL").delete()


def test_a_piece_that_fails_is_undone_and_leaves_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = clock.now()
    passing.begin_day(at=begun)

    def broken(self: Life, since: datetime, until: datetime) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Life, "live", broken)
    _do_one()
    lead.catch_up()
    assert _near(begun)
    Job.objects.update(status="FAILED")
    assert passing.progress().stand is Stand.STOPPED
    passing.begin_day(at=clock.now())  # and it can go on
    assert passing.progress().stand is Stand.RUNNING


def test_a_real_company_has_no_days_to_let_pass() -> None:
    Installation.objects.update(example=False)
    try:
        with pytest.raises(Installation.DoesNotExist):
            passing.begin_day(at=clock.now())
        assert not Job.objects.exists()
        here = Client(headers={"host": "localhost:8000"})
        for answer in (here.get("/example/day/"), here.post("/example/day/pass/")):
            assert answer.status_code == 404
    finally:
        Installation.objects.update(example=True)


def test_the_first_page_lets_a_day_pass_and_shows_it() -> None:
    browser = Client(headers={"host": "localhost:8000"})
    browser.cookies["language"] = "en"
    shown = browser.get("/").content.decode()
    assert "Let a day pass" in shown
    assert "Some forty orders come in" in shown
    answer = browser.post("/example/day/pass/")
    assert (answer.status_code, answer["Location"]) == (302, "/#day")
    shown = browser.get("/").content.decode()
    assert 'hx-get="/example/day/"' in shown
    assert "Just begun." in shown
    again = browser.post("/example/day/pass/")
    assert again.status_code == 409
    assert "A day is passing already." in again.content.decode()
    Worker().work_until_idle()
    fragment = browser.get("/example/day/", headers={"HX-Request": "true"}).content.decode()
    assert "The last day is over" in fragment
    assert "Its clock runs 1 day ahead of yours." in fragment
    assert "Let another day pass" in fragment
    assert "<html" not in fragment
    assert 'hx-get="/example/day/"' not in fragment  # nothing to wait for any more


def test_the_page_of_the_day_alone_leads_to_the_first_page() -> None:
    here = Client(headers={"host": "localhost:8000"})
    assert here.get("/example/day/")["Location"] == "/"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_from_elsewhere_lets_a_day_pass(header: str) -> None:
    here = Client(headers={"host": "localhost:8000"})
    answer = here.post("/example/day/pass/", headers={header: "203.0.113.7"})
    assert answer.status_code == 404
    assert not Job.objects.exists()
