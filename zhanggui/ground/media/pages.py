"""The door behind which pictures hang: renditions only, never a file as it was sent in."""

from __future__ import annotations

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse

from zhanggui.ground.desk.access import page
from zhanggui.ground.media import queries, rules

FOREVER = "public, max-age=31536000, immutable"
"""A URL stands for one content, so a browser need not ask twice; a year is the most that counts."""


@page("public", scope="pictures that a page of the house showed")
def picture(request: HttpRequest, *, pk: int, seal: str, name: str) -> HttpResponse:
    """Send a rendition; its format is what its file says, never what the URL says."""
    found = queries.rendition_asked_for(pk, seal=seal, spec=rules.spec_named(name))
    if found is None:
        return HttpResponse(status=404)
    with found.file.open("rb") as file:
        answer = HttpResponse(file.read(), content_type=_type(found.file.name))
    answer.headers["Cache-Control"] = FOREVER
    return answer


def _type(name: str) -> str:
    suffix = PurePath(name).suffix.removeprefix(".")
    return f"image/{'jpeg' if suffix == 'jpg' else suffix}"
