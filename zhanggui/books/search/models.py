"""Words that found nothing, day by day, and the words that lead to others."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhanggui.books.search.rules import WORD_CHARS_MAX, WordState
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX
from zhanggui.ground.kernel.models import Record


class MissedWord(Record):
    """A word customers typed that found nothing: how often in all, and what came of it.

    It says nothing of who typed it. `answered_at` is when an answer was given, `reason` why not.
    """

    word = models.CharField(max_length=WORD_CHARS_MAX, unique=True)
    times = models.IntegerField(default=0)
    first_on = models.DateField()
    last_at = models.DateTimeField()
    first_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=WordState.choices, default=WordState.OPEN)
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Word that found nothing")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(times__gte=1), name="missedword_times"),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="missedword_not_backwards"
            ),
            models.CheckConstraint(
                condition=Q(state__in=WordState.values), name="missedword_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "last_at"], name="missedword_waiting"),
            models.Index(fields=["first_on"], name="missedword_of_day"),
        ]

    def __str__(self) -> str:
        return self.word


class MissedDay(Record):
    """How often a word found nothing on one company day."""

    word = models.ForeignKey(MissedWord, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    times = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["word", "day"], name="missedday_once"),
            models.CheckConstraint(condition=Q(times__gte=1), name="missedday_times"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="missedday_of_day")]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.word_id}"


class Synonym(Record):
    """That a word also finds what other words find, from a moment on until it is ended."""

    word = models.CharField(max_length=WORD_CHARS_MAX)
    leads_to = models.CharField(max_length=WORD_CHARS_MAX)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Synonym")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["word"], condition=Q(ended_at__isnull=True), name="synonym_holds_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since_at")),
                name="synonym_not_backwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.leads_to}"
