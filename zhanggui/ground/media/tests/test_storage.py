"""A file is whole or not there, and its name stands for its content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from zhanggui.ground.media.storage import Shelf


class Breaking(ContentFile[bytes]):
    """A file that breaks off in the middle."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError("the disk is full")


def test_shelf_keeps_a_name_for_a_content(tmp_path: Path) -> None:
    shelf = Shelf(location=tmp_path)
    assert shelf.save("a/b.jpeg", ContentFile(b"one")) == "a/b.jpeg"
    assert shelf.save("a/b.jpeg", ContentFile(b"one")) == "a/b.jpeg"
    assert (tmp_path / "a/b.jpeg").read_bytes() == b"one"
    assert (tmp_path / "a/b.jpeg").stat().st_mode & 0o777 == 0o644
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["b.jpeg"]


def test_shelf_never_shows_half_a_file(tmp_path: Path) -> None:
    shelf = Shelf(location=tmp_path)
    shelf.save("b.jpeg", ContentFile(b"whole"))
    with pytest.raises(OSError, match="the disk is full"):
        shelf.save("b.jpeg", Breaking(b""))
    assert [file.name for file in tmp_path.iterdir()] == ["b.jpeg"]
    assert (tmp_path / "b.jpeg").read_bytes() == b"whole"
