"""Taking pictures in, and saying what they show: the only writers of pictures."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection
from wagtail.utils.file import hash_filelike

from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.media import queries, rules
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.rules import SoundPicture

PICTURES = "media.pictures"
"""No post holds this duty: rooms call these actions from their own, on their own authority."""


@action(
    duty=PICTURES,
    title=_("Take in a picture"),
    said=_("took in the picture “%(alt_zh)s”"),
    guard=rules.why_not_describe,
    creates=True,
)
def take_in_picture(
    area: str | None,
    *,
    sound: SoundPicture,
    alt_zh: str,
    alt_en: str = "",
    by: Actor,
    at: datetime,
) -> Picture:
    """Keep a picture with its words in both languages (`alt_en` may stay empty).

    A file that was taken in before is the same picture: it is returned as it stands, with the
    words it has.
    """
    if (known := queries.picture_by_digest(sound.sha256)) is not None:
        return known
    picture = Picture(
        title=alt_zh.strip(),
        alt_zh=alt_zh.strip(),
        alt_en=alt_en.strip(),
        sha256=sound.sha256,
        file_size=len(sound.content),
        file_hash=hash_filelike(BytesIO(sound.content)),
        collection=_collection(),
        uploaded_by_user_id=by.person_id,
        created_at=at,
    )
    picture.file = ContentFile(sound.content, name=f"{sound.sha256}.{sound.kind}")
    try:
        with transaction.atomic():
            picture.save()
    except IntegrityError:  # someone else took the same file in meanwhile
        if (known := queries.picture_by_digest(sound.sha256)) is None:
            raise
        return known
    return picture


@action(
    duty=PICTURES,
    title=_("Say what the picture shows"),
    said=_("said what the picture shows: “%(alt_zh)s”"),
    guard=rules.why_not_describe,
)
def describe_picture(
    picture: Picture, *, alt_zh: str, alt_en: str = "", by: Actor, at: datetime
) -> Picture:
    """Change the words that stand for a picture, in both languages."""
    picture.title = picture.alt_zh = alt_zh.strip()
    picture.alt_en = alt_en.strip()
    picture.save(update_fields=["title", "alt_zh", "alt_en"])
    return picture


def _collection() -> Collection:
    """Return the library's one collection; it makes that itself, unless its tables were emptied."""
    return Collection.get_first_root_node() or Collection.add_root(name="Root")
