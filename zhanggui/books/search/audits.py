"""What must never be so among the words that found nothing: counts and answers that disagree."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce

from zhanggui.books.search.models import MissedWord, Synonym
from zhanggui.books.search.rules import WordState
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]


@audit("search.words")
def audit_words() -> Iterator[Found]:
    """Yield each word whose days do not add up to its times, or whose answer is not there."""
    label = MissedWord._meta.label
    added_up = MissedWord.objects.annotate(told=Coalesce(Sum("days__times"), 0))
    for word in added_up.exclude(told=F("times")).order_by("pk"):
        yield (
            f"“{word}” found nothing {word.times} times, its days say {word.told}.",
            label,
            word.pk,
        )
    led = Exists(Synonym.objects.filter(word=OuterRef("word"), ended_at__isnull=True))
    for lost in MissedWord.objects.filter(~led, state=WordState.LED).order_by("pk"):
        yield f"“{lost}” is said to lead to other words and leads to none.", label, lost.pk
