"""Messages go out once: sent, tried again, given up, or left alone when nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult as Job

from zhanggui.books.customers import queries, senders
from zhanggui.books.customers.actions.sending import (
    begin_sending,
    doubt_message,
    drop_message,
    note_sent,
    put_back_message,
    tell_customer,
)
from zhanggui.books.customers.models import Message
from zhanggui.books.customers.rounds import clear_door, look_after_messages
from zhanggui.books.customers.tests.conftest import KEY, PHONE, ask
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.jobs import claim, perform
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


def work(at: datetime) -> None:
    """Do the jobs that are due at a moment, and no rounds."""
    with clock.stopped_at(at):
        while (job := claim(at=at)) is not None:
            perform(job)


def told(at: datetime, **data: Any) -> Message:
    """Return a message made just now."""
    return tell_customer(
        None, kind="code", phone=PHONE, phone_key=KEY, data=data, language="en", by=CLOCKWORK, at=at
    )


def state() -> str:
    return Message.objects.get().state


def test_send_message_hands_it_over_once(at: datetime, sent: list[Any]) -> None:
    row = ask(at)
    work(at)
    assert sent == [(PHONE, queries.text_of(Message.objects.get()))]
    assert queries.code_of(row) in sent[0][1]
    assert state() == "sent"
    look_after_messages(at + timedelta(hours=1))
    work(at + timedelta(hours=1))
    assert len(sent) == 1


def test_send_message_is_tried_again_when_it_was_not_handed_over(
    at: datetime, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([OSError("no line"), OSError("no line"), None])
    taken: list[str] = []

    def flaky(phone: str, text: str) -> None:
        if (answer := next(answers)) is not None:
            raise answer
        taken.append(phone)

    monkeypatch.setattr(senders, "to_console", flaky)
    ask(at)
    work(at)
    assert (state(), Message.objects.get().tries) == ("waiting", 1)
    work(at + timedelta(seconds=12))
    work(at + timedelta(seconds=60))
    assert (state(), taken) == ("sent", [PHONE])


def test_send_message_is_not_repeated_when_a_worker_died_in_between(
    at: datetime, sent: list[Any]
) -> None:
    ask(at)
    begin_sending(Message.objects.get(), by=CLOCKWORK, at=at)
    work(at)
    assert (state(), sent) == ("unsure", [])


def test_send_message_drops_a_code_that_holds_no_more(at: datetime, sent: list[Any]) -> None:
    ask(at)
    work(at + timedelta(minutes=10))
    assert (state(), sent) == ("dropped", [])


def test_send_message_lets_an_erased_one_go(at: datetime, sent: list[Any]) -> None:
    ask(at)
    from zhanggui.ground.kernel import guard

    with guard.writes_open():
        Message.objects.all().delete()
    work(at)
    assert Job.objects.get().status == "SUCCESSFUL"


def test_look_after_messages_sends_again_what_a_job_gave_up(at: datetime, sent: list[Any]) -> None:
    told(at, row=0)
    Job.objects.all().delete()
    assert look_after_messages(at + timedelta(minutes=5)) == 0
    assert look_after_messages(at + timedelta(minutes=20)) == 1
    assert Job.objects.count() == 1
    assert look_after_messages(at + timedelta(hours=25)) == 1
    assert state() == "dropped"


def test_clear_door_is_a_round(at: datetime) -> None:
    ask(at)
    assert clear_door(at + timedelta(days=3)) == 2


def test_tell_customer_waits_to_be_sent(at: datetime) -> None:
    assert told(at, row=1).state == "waiting"
    assert Job.objects.count() == 1


def not_yet(verb: Any, at: datetime, **values: Any) -> None:
    """Try a verb on a message whose sending has not begun: nothing comes of it."""
    message = told(at, row=1)
    with pytest.raises(Refusal):
        verb(message, **values, by=CLOCKWORK, at=at)
    assert state() == "waiting"


def test_note_sent_is_refused_before_it_was_begun(at: datetime) -> None:
    not_yet(note_sent, at)


def test_put_back_message_is_refused_before_it_was_begun(at: datetime) -> None:
    not_yet(put_back_message, at, tries=1)


def test_doubt_message_is_refused_before_it_was_begun(at: datetime) -> None:
    not_yet(doubt_message, at)


def test_drop_message_ends_what_waits(at: datetime) -> None:
    drop_message(told(at, row=1), by=CLOCKWORK, at=at)
    assert state() == "dropped"


def test_begin_sending_and_drop_message_are_refused_once_sent(at: datetime) -> None:
    message = begin_sending(told(at, row=1), by=CLOCKWORK, at=at)
    note_sent(message, by=CLOCKWORK, at=at)
    for verb in (begin_sending, drop_message):
        with pytest.raises(Refusal):
            verb(message, by=CLOCKWORK, at=at)
    assert state() == "sent"


def test_to_console_writes_where_the_worker_does(capsys: pytest.CaptureFixture[str]) -> None:
    senders.to_console(PHONE, "hello")
    assert capsys.readouterr().err == f"to {PHONE}: hello\n"
