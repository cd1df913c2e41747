"""What a word that found nothing is, where it stands, and what may be refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.words import words_asked
from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

WORD_CHARS_MIN, WORD_CHARS_MAX = 2, 24
"""Signs of a word that is noted: what is shorter says nothing, what is longer names nothing."""

NEW_WORDS_MAX = 300
"""Words noted for the first time on one day: more is a robot's doing, and nobody reads so many."""

TIMES_MAX = 500
"""Times one word is counted on one day: beyond that it is somebody pressing a key."""

ASKED_WITHIN = timedelta(days=30)
"""How long after it was last typed a word waits for an answer: wishes of this season."""

_DIGITS = re.compile(r"\d{6,}")
_NOT_A_NAME = re.compile(r"[@<>{}\\]|://|\bwww\.", re.IGNORECASE)


class WordState(TextChoices):
    """Where a word that found nothing stands."""

    OPEN = "open", _("Waits for an answer")
    LED = "led", _("Leads to other words")
    NOT_OURS = "not_ours", _("Nothing we sell")


W = WordState
MOVES = Moves(
    W,
    start=W.OPEN,
    verbs={
        "lead_word": ({W.OPEN, W.NOT_OURS}, W.LED),
        "dismiss_word": ({W.OPEN}, W.NOT_OURS),
        "reopen_word": ({W.NOT_OURS}, W.OPEN),
        "end_synonym": ({W.LED}, W.OPEN),
    },
)


def spoken(typed: str) -> str:
    """Return a search as one writes it down: one case, one width, one space between words."""
    plain = unicodedata.normalize("NFKC", typed[: WORD_CHARS_MAX * 4]).lower()
    return " ".join("".join(s if s.isprintable() else " " for s in plain).split())


def noted(typed: str) -> str:
    """Return the word under which a search without an answer is noted, "" for one that is not.

    What may be a person's (a phone number, an address of e-mail) is never kept, nor is what no
    name of goods looks like: links, code, signs alone, and what is very short or very long.
    """
    word = spoken(typed)
    if not WORD_CHARS_MIN <= len(word) <= WORD_CHARS_MAX or not words_asked(word):
        return ""
    if _DIGITS.search(re.sub(r"[\s-]", "", word)) or _NOT_A_NAME.search(word):
        return ""
    letters = sum(sign.isalpha() for sign in word)
    return word if letters * 2 >= len(word) else ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A search that found nothing, as the web process saw it: of nobody, for some seconds."""

    word: str
    at: datetime


def day_of(at: datetime) -> date:
    """Return the company's day in which a moment lies."""
    return localtime(at).date()


def counted(misses: Iterable[Miss]) -> dict[date, dict[str, int]]:
    """Return how often each word found nothing, by the company's day, the earliest first."""
    found: dict[date, dict[str, int]] = {}
    for miss in sorted(misses, key=lambda miss: (miss.at, miss.word)):
        of_day = found.setdefault(day_of(miss.at), {})
        of_day[miss.word] = of_day.get(miss.word, 0) + 1
    return found


class Stands(Protocol):
    """Anything in a state."""

    state: str


def why_not_dismiss(word: Stands) -> Refusal | None:
    """Return why a word cannot be called nothing we sell."""
    return MOVES.why_not("dismiss_word", word.state)


def why_not_reopen(word: Stands) -> Refusal | None:
    """Return why a word that was called nothing we sell cannot wait for an answer again."""
    return MOVES.why_not("reopen_word", word.state)


def why_not_lead(word: Stands) -> Refusal | None:
    """Return why a word cannot be led to others."""
    return MOVES.why_not("lead_word", word.state)


def leads_nowhere(leads_to: str) -> Refusal:
    """Return the refusal of a synonym that finds nothing itself."""
    return Refusal(
        "leads_nowhere",
        _("Nothing on sale is found by “%(word)s” either.") % {"word": leads_to},
        settles=_("Take words that stand in the name of goods on sale."),
    )


def leads_already(word: str) -> Refusal:
    """Return the refusal of a second synonym for the same word."""
    return Refusal(
        "leads_already",
        _("“%(word)s” leads to other words already.") % {"word": word},
        settles=_("End that synonym first."),
    )


class Dated(Protocol):
    """Anything that holds until it is ended."""

    ended_at: datetime | None


def why_not_end(synonym: Dated) -> Refusal | None:
    """Return why a synonym cannot be ended."""
    if synonym.ended_at is not None:
        return Refusal(
            "ended", _("This synonym has ended."), settles=_("Add a new one where it is needed.")
        )
    return None
