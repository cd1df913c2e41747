"""What the clock starts for customers: messages are sent, and what is no longer needed goes."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from zhanggui.books.customers import queries
from zhanggui.books.customers.actions import accounts, sending
from zhanggui.books.customers.models import Message
from zhanggui.books.customers.rules.messages import MessageState, gone_stale
from zhanggui.books.customers.senders import chosen_sender
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.timetable import on_timetable

UNANSWERED: Final = timedelta(minutes=15)
"""After how long a message nobody answered for is looked at: its job has given up by then."""


@task
def send_message(message_id: int) -> Generator[None, None, str]:
    """Send a message to its phone, once; what cannot be handed over is tried again by the job.

    That it is on its way is written down before, so that a worker that dies in between leaves a
    message perhaps sent, which nobody sends again.
    """
    message = Message.objects.filter(pk=message_id).first()
    came = "gone" if message is None else _send(message, at=clock.now())
    yield
    if message is not None and came == "sent":
        sending.note_sent(message, by=CLOCKWORK, at=clock.now())
    return came


def _send(message: Message, *, at: datetime) -> str:
    """Hand a message over; return what came of it. What the sender raises goes on."""
    if message.state == MessageState.SENDING:
        sending.doubt_message(message, by=CLOCKWORK, at=at)
        return "unsure"
    if message.state != MessageState.WAITING:
        return message.state
    text = queries.text_of(message)
    if text is None or gone_stale(message.made_at, message.until_at, at=at):
        sending.drop_message(message, by=CLOCKWORK, at=at)
        return "dropped"
    sending.begin_sending(message, by=CLOCKWORK, at=at)
    try:
        chosen_sender()(message.phone, text)
    except Exception:
        tries = message.tries + 1
        sending.put_back_message(message, tries=tries, by=CLOCKWORK, at=clock.now())
        raise
    return "sent"


@on_timetable(every_s=600, title=_("Look after messages that were not sent"))
def look_after_messages(at: datetime) -> int:
    """Send again what a job gave up; give up what is stale or was never answered for."""
    found = 0
    for message in queries.messages_left(before=at - UNANSWERED)[:500]:
        found += 1
        if message.state == MessageState.SENDING:
            sending.doubt_message(message, by=CLOCKWORK, at=at)
        elif gone_stale(message.made_at, message.until_at, at=at):
            sending.drop_message(message, by=CLOCKWORK, at=at)
        else:
            send_message.enqueue(message.pk)
    return found


@on_timetable(daily_at="02:40", title=_("Clear codes, tries and old messages away"))
def clear_door(at: datetime) -> int:
    """Delete what nobody needs any more at the door of the shop."""
    return accounts.clear_door(None, by=CLOCKWORK, at=at)
