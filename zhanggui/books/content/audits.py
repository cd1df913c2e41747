"""What must never be so among the pages: words missing, a plan not kept, a draft hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q

from zhanggui.books.content.models import Page
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact

Found = tuple[str, str, int]

LATE = timedelta(hours=1)
"""How long after its moment a planned page is a broken promise: the round comes every minute."""


@audit("content.pages")
def audit_pages() -> Iterator[Found]:
    """Yield each page without a version, and each that shows, plans or calls newest another's."""
    label = Page._meta.label
    for page in Page.objects.filter(latest__isnull=True).order_by("pk"):
        yield f"The page at {page.slug} has no version.", label, page.pk
    foreign = (
        (Q(latest__isnull=False) & ~Q(latest__page=F("pk")))
        | (Q(live__isnull=False) & ~Q(live__page=F("pk")))
        | (Q(planned__isnull=False) & ~Q(planned__page=F("pk")))
    )
    for page in Page.objects.filter(foreign).order_by("pk"):
        yield f"The page at {page.slug} shows a version of another page.", label, page.pk
    behind = Page.objects.filter(live__number__gt=F("latest__number"))
    for page in behind.order_by("pk"):
        yield f"The page at {page.slug} shows a version after its newest.", label, page.pk
    settled = Page.objects.filter(Q(changed_at__isnull=True, state="live") & ~Q(live=F("latest")))
    for page in settled.order_by("pk"):
        yield f"The page at {page.slug} hides a newer version from its editors.", label, page.pk
    last = Fact.objects.order_by("-pk").values_list("at", flat=True).first()
    if last is not None:
        for page in Page.objects.filter(planned_at__lt=last - LATE).order_by("pk"):
            yield f"The page at {page.slug} was planned and is not shown.", label, page.pk
