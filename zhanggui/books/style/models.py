"""The versions of the shop's style."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.style.rules.tokens import stylesheet
from zhanggui.books.style.rules.versions import StyleState
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.media.models import Picture

DIGEST_CHARS = 16
"""Characters of a version's digest: it stands in an address, and two versions must differ."""


class Style(Record):
    """One version of how the shop looks. Once published it never changes.

    `values` are its colours and choices (`rules/tokens.py`), `logo` the picture in place of the
    seal. `digest` tells one look from another. `replaced` is the version that the shop showed
    before this one was published, None for the shop's own look: a roll back leads there.
    """

    editions = True

    number = models.IntegerField(unique=True)
    name = models.CharField(max_length=TITLE_CHARS_MAX)
    values = models.JSONField()
    logo = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=DIGEST_CHARS, db_index=True)
    state = models.CharField(max_length=10, choices=StyleState.choices, default=StyleState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaced = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Style")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="published"), name="style_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state__in=StyleState.values), name="style_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"], published_at__isnull=True)
                | Q(state__in=["published", "former"], published_at__isnull=False),
                name="style_published_at_a_moment",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="style_numbered"),
        ]

    def __str__(self) -> str:
        return gettext("No. %(number)s “%(name)s”") % {"number": self.number, "name": self.name}

    @property
    def stylesheet(self) -> str:
        """What the shop's pages load after their own stylesheet."""
        return stylesheet(self.values)
