"""What the shop wears: the published style, or one that is being tried on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from zhanggui.books.style.models import Style
from zhanggui.books.style.queries import style_by_digest, style_to_try, worn
from zhanggui.books.style.rules.tokens import theme_colours
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.edge import policy
from zhanggui.ground.media.models import Picture

FOREVER = "public, max-age=31536000, immutable"
"""The address of a stylesheet stands for one look; a year is the most that counts."""

NEVER_KEPT = "private, no-store"

WORDMARK_RATIO = 2
"""From how many times its height a logo is a name by itself, and the name beside it is left out."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page wears: whose name, which style (None: the shop's own), whether it is tried."""

    company: str
    style: Style | None
    trying: bool = False

    @property
    def url(self) -> str:
        """The address of the stylesheet."""
        return reverse("shop:style", args=[self.style.digest]) if self.style else ""

    @property
    def theme(self) -> tuple[str, str]:
        """What a browser colours its own frame with, in light and in dark."""
        return theme_colours(self.style.values) if self.style else ("", "")

    @property
    def logo(self) -> Picture | None:
        """The picture in place of the seal."""
        return self.style.logo if self.style else None

    @property
    def wordmark(self) -> bool:
        """Whether the logo is a name by itself."""
        logo = self.logo
        return logo is not None and logo.width >= WORDMARK_RATIO * logo.height


def look_of(request: HttpRequest) -> Look:
    """Return what this page wears; `?style=` tries a version on, for who gives the shop its style.

    For everybody else the word is not there: the page is the one everybody sees.
    """
    now = worn()
    asked = request.GET.get("style", "")
    if asked.isascii() and asked.isdecimal() and len(asked) <= 9 and request.user.is_authenticated:
        tried = style_to_try(actor_of(request), int(asked))
        if tried is not None:
            return Look(now.company, tried, trying=True)
    return Look(now.company, now.style)


def framed_at_home(response: HttpResponse) -> None:
    """Let pages of this very house show the answer in a frame, which no other page may be."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = policy(frame_ancestors=["'self'"])


@page("public", scope="published styles; a draft for whoever gives the shop its style")
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Send the stylesheet of a version; one that was never published only to who may see it."""
    style = style_by_digest(digest)
    if style is None:
        raise Http404
    if style.published_at is None and not (
        request.user.is_authenticated and style_to_try(actor_of(request), style.pk)
    ):
        raise Http404
    return HttpResponse(
        style.stylesheet,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": FOREVER if style.published_at else NEVER_KEPT},
    )
