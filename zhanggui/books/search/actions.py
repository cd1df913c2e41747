"""Counting words that found nothing, leading them to others, and calling them not ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhanggui.books.search import queries, rules
from zhanggui.books.search.models import MissedDay, MissedWord, Synonym
from zhanggui.books.search.rules import NEW_WORDS_MAX, TIMES_MAX, WordState
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor

DOOR = "search.door"
"""No post holds this duty: pages count what found nothing as the clock does its rounds."""


@action(
    duty=DOOR,
    title=_("Count words that found nothing"),
    said=_("counted words that found nothing: %(count)s, left out: %(left_out)s"),
    creates=True,
    private=["counts"],
)
def count_missed(
    area: None, *, day: date, counts: Mapping[str, int], by: Actor, at: datetime
) -> int:
    """Add to each word how often it found nothing on a day; return how many words were counted.

    A word that leads to others and finds nothing all the same waits for an answer again.
    Beyond so many new words a day, and so many times a word, nothing is counted: that is a robot.
    However many words there are it is the same few statements.
    """
    known = {word.word: word for word in MissedWord.objects.filter(word__in=sorted(counts))}
    room = max(0, NEW_WORDS_MAX - queries.new_words_on(day))
    new = sorted(set(counts) - set(known))[:room]
    before = queries.times_on(day, counts)
    added = {
        word: more
        for word in sorted({*known, *new})
        if (more := min(counts[word], TIMES_MAX - before.get(word, 0))) > 0
    }
    fresh = [
        MissedWord(word=word, times=added[word], first_on=day, first_at=at, last_at=at)
        for word in new
    ]
    MissedWord.objects.bulk_create(fresh)
    old = [known[word] for word in added if word in known]
    for word in old:
        word.times += added[word.word]
        word.last_at = max(word.last_at, at)
        if word.state == WordState.LED:
            word.state, word.answered_at = WordState.OPEN, None
    MissedWord.objects.bulk_update(old, ["times", "last_at", "state", "answered_at"])
    MissedDay.objects.bulk_create(
        [
            MissedDay(word=word, day=day, times=before.get(word.word, 0) + added[word.word])
            for word in (*fresh, *old)
        ],
        update_conflicts=True,
        unique_fields=["word", "day"],
        update_fields=["times"],
    )
    remember(count=len(added), left_out=len(counts) - len(added))
    return len(added)


@action(
    duty=queries.WORDS,
    title=_("New synonym"),
    said=_("added the synonym “%(word)s”, leading to “%(leads_to)s”"),
    creates=True,
)
def add_synonym(area: str | None, *, word: str, leads_to: str, by: Actor, at: datetime) -> Synonym:
    """Have a word find, from now on, what other words find; these must find something themselves.

    A word that waited for an answer has got one.
    """
    word, leads_to = rules.spoken(word), rules.spoken(leads_to)
    if queries.synonym_in_force(word) is not None:
        raise rules.leads_already(word)
    if not queries.finds_something(leads_to):
        raise rules.leads_nowhere(leads_to)
    synonym = Synonym(word=word, leads_to=leads_to, since_at=at, added_by_id=by.person_id)
    try:
        with transaction.atomic():
            synonym.save()
    except IntegrityError as clash:
        raise rules.leads_already(word) from clash
    MissedWord.objects.filter(word=word).update(state=WordState.LED, reason="", answered_at=at)
    return synonym


@action(
    duty=queries.WORDS,
    title=_("Lead to other words"),
    said=_("led it to “%(leads_to)s”"),
    guard=rules.why_not_lead,
    since="first_at",
)
def lead_word(word: MissedWord, *, leads_to: str, by: Actor, at: datetime) -> Synonym:
    """Have a word that found nothing find what other words find."""
    return add_synonym(None, word=word.word, leads_to=leads_to, by=by, at=at)


@action(
    duty=queries.WORDS,
    title=_("Not ours"),
    said=_("called it nothing we sell: %(reason)s"),
    guard=rules.why_not_dismiss,
    since="first_at",
)
def dismiss_word(word: MissedWord, *, reason: str, by: Actor, at: datetime) -> MissedWord:
    """Say that a word is nothing we sell or shall sell, and why; it is counted all the same."""
    word.state = rules.MOVES.to("dismiss_word", word.state)
    word.reason, word.answered_at = reason, at
    word.save(update_fields=["state", "reason", "answered_at"])
    return word


@action(
    duty=queries.WORDS,
    title=_("Look at it again"),
    said=_("had it wait for an answer again"),
    guard=rules.why_not_reopen,
)
def reopen_word(word: MissedWord, *, by: Actor, at: datetime) -> MissedWord:
    """Have a word that was called nothing we sell wait for an answer again."""
    word.state = rules.MOVES.to("reopen_word", word.state)
    word.reason, word.answered_at = "", None
    word.save(update_fields=["state", "reason", "answered_at"])
    return word


@action(
    duty=queries.WORDS,
    title=_("End the synonym"),
    said=_("ended the synonym"),
    guard=rules.why_not_end,
)
def end_synonym(synonym: Synonym, *, by: Actor, at: datetime) -> Synonym:
    """Have a word find only what is found by it; where it found nothing it waits for an answer."""
    synonym.ended_at = at
    synonym.save(update_fields=["ended_at"])
    MissedWord.objects.filter(word=synonym.word, state=WordState.LED).update(
        state=WordState.OPEN, answered_at=None
    )
    return synonym
