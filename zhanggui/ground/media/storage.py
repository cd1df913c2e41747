"""Where pictures lie: files named by their content, whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class Shelf(FileSystemStorage):
    """A folder in which a name stands for one content, so that writing twice changes nothing.

    A file is written beside its place, forced to the disk and then renamed: a reader never meets
    half of it, and a picture that was acknowledged survives a power cut.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself: what already stands there is the same content."""
        return name

    def _save(self, name: str, content: Any) -> str:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _sync(place.parent)
        return name


def _sync(folder: Path) -> None:
    """Force the folder's own entries to the disk: the renaming is one of them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
