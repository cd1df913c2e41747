"""Messages to customers: made within the deed they tell of, sent by a job, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.models import Message
from zhanggui.books.customers.rules import messages as rules
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor

SENDING = "customers.sending"
"""No post holds this duty: a message is part of another deed, and the clock sends it."""


@action(
    duty=SENDING,
    title=_("Tell the customer"),
    said=_("has the customer told: %(kind)s"),
    creates=True,
    private=["phone", "phone_key", "data", "language", "until_at"],
)
def tell_customer(
    area: None,
    *,
    kind: str,
    phone: str,
    phone_key: str,
    data: Mapping[str, Any],
    language: str,
    until_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Message:
    """Have a message of a kind sent to a phone as soon as this deed is done."""
    from zhanggui.books.customers.rounds import send_message  # it calls the actions below

    message = Message.objects.create(
        kind=kind,
        phone=phone,
        phone_key=phone_key,
        data=dict(data),
        language=language,
        made_at=at,
        until_at=until_at,
    )
    send_message.enqueue(message.pk)
    return message


@action(duty=SENDING, title=_("Send"), said=_("began to send it"), guard=rules.why_not_begin)
def begin_sending(message: Message, *, by: Actor, at: datetime) -> Message:
    """Note that a message is on its way: whoever finds it so later does not send it again."""
    message.state = rules.MOVES.to("begin_sending", message.state)
    message.tries += 1
    message.save(update_fields=["state", "tries"])
    return message


def _end(message: Message, verb: str, *, at: datetime) -> Message:
    message.state = rules.MOVES.to(verb, message.state)
    message.ended_at = at
    message.save(update_fields=["state", "ended_at"])
    return message


@action(duty=SENDING, title=_("Note as sent"), said=_("sent it"), guard=rules.why_not_note)
def note_sent(message: Message, *, by: Actor, at: datetime) -> Message:
    """Note that a message was handed over."""
    return _end(message, "note_sent", at=at)


@action(
    duty=SENDING,
    title=_("Try again later"),
    said=_("could not send it, try %(tries)s"),
    guard=rules.why_not_put_back,
)
def put_back_message(message: Message, *, tries: int, by: Actor, at: datetime) -> Message:
    """Let a message that could not be handed over wait to be sent again."""
    message.state = rules.MOVES.to("put_back_message", message.state)
    message.save(update_fields=["state"])
    return message


@action(
    duty=SENDING,
    title=_("Perhaps sent"),
    said=_("does not know whether it was sent"),
    guard=rules.why_not_doubt,
)
def doubt_message(message: Message, *, by: Actor, at: datetime) -> Message:
    """Note that the sending of a message began and was never answered for: it is not repeated."""
    return _end(message, "doubt_message", at=at)


@action(duty=SENDING, title=_("Give up"), said=_("gave it up"), guard=rules.why_not_drop)
def drop_message(message: Message, *, by: Actor, at: datetime) -> Message:
    """Give a message up that is no longer worth sending."""
    return _end(message, "drop_message", at=at)
