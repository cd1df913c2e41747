"""What people ask of the program, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area, Post
from zhanggui.steering.upkeep.rules import ChangeKind, Priority, RequestState


class ChangeRequest(Record):
    """A change or a new feature that someone asks of the programmer, from one of his posts.

    `waits_since_at` is the moment from which the present wait for a first answer runs;
    `promised_at` the moment by which an accepted request is to be released.
    """

    title = models.CharField(max_length=TITLE_CHARS_MAX)
    wanted = models.TextField(max_length=NOTE_CHARS_MAX)
    why = models.TextField(max_length=NOTE_CHARS_MAX)
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.ASKED
    )
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="change_requests"
    )
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    waits_since_at = models.DateTimeField()
    question = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    asked_back_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    accepted_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    release_note = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    released_at = models.DateTimeField(null=True)
    remark = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Change request")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "in_work"])
                | Q(accepted_at__isnull=False, promised_at__isnull=False),
                name="request_accepted_with_a_promise",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_work") | Q(taken_by__isnull=False),
                name="request_in_work_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "confirmed"]) | Q(released_at__isnull=False),
                name="request_released_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["confirmed", "declined", "withdrawn"], closed_at__isnull=False
                )
                | (
                    ~Q(state__in=["confirmed", "declined", "withdrawn"]) & Q(closed_at__isnull=True)
                ),
                name="request_closed_at_a_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "waits_since_at"], name="request_waiting"),
            models.Index(fields=["asked_by", "state"], name="request_of_asker"),
            models.Index(fields=["taken_by", "state"], name="request_of_taker"),
            models.Index(fields=["released_at"], name="request_released"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number by which people speak of it."""
        return f"#{self.pk}"

    def names_person(self, person_id: int | None) -> bool:
        """Tell whether this is that person's own request."""
        return self.asked_by_id == person_id
