"""What must never be so on the shelf: a picture whose file is missing or another one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.media.models import Picture

Found = tuple[str, str, int]


@audit("media.pictures")
def audit_pictures() -> Iterator[Found]:
    """Yield each picture whose file is not there, or is no longer the one that was taken in."""
    for picture in Picture.objects.order_by("pk").iterator(chunk_size=500):
        if wrong := _wrong(picture):
            yield f"Picture {picture.pk} {wrong}.", Picture._meta.label, picture.pk


def _wrong(picture: Picture) -> str:
    try:
        with picture.file.storage.open(picture.file.name) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return f"has no file {picture.file.name}"
    return "" if digest == picture.sha256 else f"has another content in {picture.file.name}"
