"""Pages of the site and their versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhanggui.books.content.rules.pages import (
    SLUG_CHARS_MAX,
    SUMMARY_CHARS_MAX,
    PageKind,
    PageState,
)
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.media.models import Picture


def in_language(zh: str, en: str) -> str:
    """Return the words in the reader's language, Chinese where no English was written."""
    return (en if get_language() == "en" else "") or zh


class Page(Record):
    """A page of the site: where it stands, which version is shown, and which is planned.

    `latest` is the newest version (empty only while the first is being written), `live` the one
    everybody sees, `planned` the one that goes live at `planned_at`. `changed_at` says since when
    the newest version waits to be published; `read_at` when somebody last read the page for being
    right still, and `confirmed` which version that was.
    """

    editions = True

    kind = models.CharField(max_length=10, choices=PageKind.choices)
    slug = models.CharField(max_length=SLUG_CHARS_MAX)
    position = models.IntegerField(default=0)
    state = models.CharField(max_length=10, choices=PageState.choices, default=PageState.DRAFT)
    latest = models.ForeignKey("PageVersion", on_delete=models.PROTECT, null=True, related_name="+")
    live = models.ForeignKey("PageVersion", on_delete=models.PROTECT, null=True, related_name="+")
    planned = models.ForeignKey(
        "PageVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    planned_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    first_live_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    confirmed = models.ForeignKey(
        "PageVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)

    class Meta:
        verbose_name = _("Page of the site")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug"], name="page_one_at_an_address"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="home"), name="page_one_home"
            ),
            models.CheckConstraint(
                condition=Q(state="live", live__isnull=False, live_at__isnull=False)
                | (Q(live__isnull=True, live_at__isnull=True) & ~Q(state="live")),
                name="page_live_shows_a_version",
            ),
            models.CheckConstraint(
                condition=Q(planned__isnull=True, planned_at__isnull=True)
                | Q(planned__isnull=False, planned_at__isnull=False),
                name="page_planned_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind="home") | ~Q(state="withdrawn"), name="page_home_stays"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "state", "first_live_at"], name="page_shown"),
            models.Index(
                fields=["planned_at"], condition=Q(planned_at__isnull=False), name="page_planned"
            ),
        ]

    def __str__(self) -> str:
        return self.latest.title if self.latest is not None else self.slug


class PageVersion(Record):
    """A page as it was saved once: its words in both languages and its sections. Never changed.

    `body` are the sections in order: `{"type", "id", "value"}`, as `queries/sections.py` reads
    them. `search_title` and `search_text` are what search engines are told, where they should read
    something else than title and summary.
    """

    editions = True

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    title_zh = models.CharField(max_length=TITLE_CHARS_MAX)
    title_en = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    summary_zh = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True)
    summary_en = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True)
    search_title_zh = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    search_title_en = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    search_text_zh = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True)
    search_text_en = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True)
    cover = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    copy_of = models.IntegerField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("Version of a page")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "number"], name="page_version_number"),
            models.CheckConstraint(
                condition=Q(number__gt=0) & ~Q(title_zh=""), name="page_version_has_a_title"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_zh, self.title_en)

    @property
    def summary(self) -> str:
        """What it is about, in the reader's language."""
        return in_language(self.summary_zh, self.summary_en)

    @property
    def search_title(self) -> str:
        """The title search engines show."""
        return in_language(self.search_title_zh, self.search_title_en) or self.title

    @property
    def search_text(self) -> str:
        """What search engines say the page is about."""
        return in_language(self.search_text_zh, self.search_text_en) or self.summary
