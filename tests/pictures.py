"""The pictures of an example company in their usual sizes, encoded once and kept.

Encoding them takes three quarters of a minute, and every server and worker on a house without them
would set about it by itself. What was encoded is kept in the virtual environment for each state of
what encodes (`MADE_FROM`), by content and size.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from pathlib import Path
from typing import Any

from tests.prepared import FOLDER, KEPT, fingerprint

MADE_FROM = (
    "zhanggui/ground/media/*.py",
    "zhanggui/config/settings.py",
    "requirements*.txt",
    "tests/pictures.py",
)


def make_ready() -> None:
    """Make the usual sizes of all pictures, inside the company to whom they belong."""
    from django.core.files.base import ContentFile

    from zhanggui.ground.media.models import Picture
    from zhanggui.ground.media.queries import rendition_of, renditions_to_make

    encode, folder = Picture.generate_rendition_file, _folder()

    def kept(self: Any, filter: Any, *, source: Any = None) -> Any:  # noqa: A002
        known_by = hashlib.sha256(f"{self.sha256} {self._focus} {filter.spec}".encode()).hexdigest()
        file = folder / known_by
        if not file.exists():
            made = encode(self, filter, source=source)
            being_written = folder / uuid.uuid4().hex
            being_written.write_bytes(f"{made.name}\n".encode() + made.read())
            being_written.rename(file)
        name, _end, content = file.read_bytes().partition(b"\n")
        return ContentFile(content, name=name.decode())

    Picture.generate_rendition_file = kept  # type: ignore[method-assign]
    for picture, spec in renditions_to_make(most=10_000):
        rendition_of(picture, spec)


def _folder() -> Path:
    folder = FOLDER / f"pictures-{fingerprint(MADE_FROM)}"
    folder.mkdir(parents=True, exist_ok=True)
    folder.touch()
    found = sorted(FOLDER.glob("pictures-*"), key=lambda path: path.stat().st_mtime)
    for old in found[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder
