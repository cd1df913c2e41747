"""Policies in their versions, and who has acknowledged which."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhanggui.books.people.rules import CODE_CHARS_MAX, VersionState
from zhanggui.books.people.rules import TEXT_CHARS_MAX as TEXT
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area


class Policy(Record):
    """A policy of the house, known by its code; what it says is in its versions."""

    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class PolicyVersion(Record):
    """One wording of a policy. Once published its words never change.

    It holds in an area and all below it, for the posts named (codes, sorted; none: every post),
    from `in_force_at` until `until_at`.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(max_length=TITLE_CHARS_MAX)
    title_en = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    text_zh = models.TextField(max_length=TEXT)
    text_en = models.TextField(max_length=TEXT, blank=True)
    posts = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    in_force_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)

    class Meta:
        verbose_name = _("Policy")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="draft"), name="policy_one_draft"
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="in_force"), name="policy_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    in_force_at__isnull=False,
                ),
                name="policy_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_force"], until_at__isnull=True)
                | Q(state__in=["replaced", "withdrawn"], until_at__isnull=False),
                name="policy_ends_with_a_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "published_at"], name="policy_version_state")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language, Chinese where no other was written."""
        return (self.title_en if get_language() == "en" else "") or self.title_zh

    @property
    def text(self) -> str:
        """The text in the reader's language, Chinese where no other was written."""
        return (self.text_en if get_language() == "en" else "") or self.text_zh

    def holds_at(self, at: datetime) -> bool:
        """Tell whether this version binds people at a moment."""
        begun = self.in_force_at is not None and self.in_force_at <= at
        return begun and (self.until_at is None or at < self.until_at)

    def names_person(self, person_id: int | None) -> bool:
        """Tell whether this is out for people to read; the act's guard asks for whom."""
        return person_id is not None and self.published_at is not None


class Acknowledgement(Record):
    """That a person has read a version: when, and since when he owed it."""

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    owed_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "person"], name="acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.version_id}"
