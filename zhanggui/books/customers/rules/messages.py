"""What is sent to customers: the life of a message, and how long it is worth sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

SEND_FOR: Final = timedelta(hours=24)
"""How long a message that could not be sent is tried: yesterday's news is no service."""

MESSAGES_KEPT: Final = timedelta(days=30)
"""How long a message that has ended is kept: as long as somebody may ask what he was told."""

TEXT_CHARS_MAX: Final = 300
"""Characters of a message: four of those a network sends in one."""


class MessageState(TextChoices):
    """Where a message stands."""

    WAITING = "waiting", pgettext_lazy("of a message", "Waits to be sent")
    SENDING = "sending", pgettext_lazy("of a message", "Being sent")
    SENT = "sent", pgettext_lazy("of a message", "Sent")
    UNSURE = "unsure", pgettext_lazy("of a message", "Perhaps sent")
    DROPPED = "dropped", pgettext_lazy("of a message", "Not sent")


M = MessageState
MOVES = Moves(
    M,
    start=M.WAITING,
    verbs={
        "begin_sending": ({M.WAITING}, M.SENDING),
        "note_sent": ({M.SENDING}, M.SENT),
        "put_back_message": ({M.SENDING}, M.WAITING),
        "doubt_message": ({M.SENDING}, M.UNSURE),
        "drop_message": ({M.WAITING}, M.DROPPED),
    },
)
"""What was begun and never answered for is not sent again: rather a message lost than two."""

LIVE: Final = (M.WAITING, M.SENDING)


class InState(Protocol):
    """Anything in a state."""

    state: str


def why_not_begin(message: InState) -> Refusal | None:
    """Return why the sending of a message cannot begin."""
    return MOVES.why_not("begin_sending", message.state)


def why_not_note(message: InState) -> Refusal | None:
    """Return why a message cannot be noted as sent."""
    return MOVES.why_not("note_sent", message.state)


def why_not_put_back(message: InState) -> Refusal | None:
    """Return why a message cannot wait to be sent again."""
    return MOVES.why_not("put_back_message", message.state)


def why_not_doubt(message: InState) -> Refusal | None:
    """Return why a message cannot be called perhaps sent."""
    return MOVES.why_not("doubt_message", message.state)


def why_not_drop(message: InState) -> Refusal | None:
    """Return why a message cannot be given up."""
    return MOVES.why_not("drop_message", message.state)


@dataclass(frozen=True, slots=True)
class Text:
    """A kind of message: what it says, a template over the message's values."""

    code: str
    words: Sentence


TEXTS: dict[str, Text] = {}


def message_text(code: str, words: Sentence) -> Text:
    """Register a kind of message; its code must be new."""
    if code in TEXTS:
        raise ValueError(f"two kinds of message are called {code}")
    TEXTS[code] = Text(code, words)
    return TEXTS[code]


CODE = message_text(
    "code", _("%(code)s is your code for %(company)s. It holds for ten minutes; tell it to nobody.")
)


def said(kind: str, values: Mapping[str, Any], *, language: str, company: str) -> str:
    """Return a message as it is sent: who sends it, then what it says, in its reader's language."""
    with override(language):
        text = str(TEXTS[kind].words) % {**values, "company": company}
        return (gettext("[%(company)s] %(text)s") % {"company": company, "text": text})[
            :TEXT_CHARS_MAX
        ]


def gone_stale(made_at: datetime, until_at: datetime | None, *, at: datetime) -> bool:
    """Tell whether a message is no longer worth sending."""
    return at >= (until_at or made_at + SEND_FOR)
