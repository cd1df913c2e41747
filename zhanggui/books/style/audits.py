"""What must never be so in the shop's style: a published version that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from zhanggui.books.style import queries
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules.versions import StyleState, kept, why_not_values
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.refusal import Refusal

Found = tuple[str, str, int]


@audit("style.versions")
def audit_versions() -> Iterator[Found]:
    """Yield each version with another's digest, and whatever is wrong with the published one."""
    label = Style._meta.label
    published = 0
    for style in Style.objects.select_related("logo").order_by("number"):
        if style.digest != queries.digest_of(style.values, style.logo):
            yield f"No. {style.number} has the digest of another look.", label, style.pk
        if style.state != StyleState.PUBLISHED:
            continue
        published += 1
        if published > 1:
            yield f"No. {style.number} is published beside another.", label, style.pk
        try:
            wrong = why_not_values(kept(style.values))
        except (Refusal, ValueError) as no:
            yield (
                f"No. {style.number} is published with values that are none: {no}",
                label,
                style.pk,
            )
            continue
        if wrong:
            yield f"No. {style.number} is published and cannot be read: {wrong}", label, style.pk
