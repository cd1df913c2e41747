"""Pictures for the tests: drawn here, so that what is in them is known."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from zhanggui.ground.media.rules import SoundPicture, sound_picture


def drawn(kind: str = "JPEG", *, size: tuple[int, int] = (1200, 900), **how: Any) -> bytes:
    """Return a picture: left half red, right half blue."""
    mode = how.pop("mode", "RGB")
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **how)
    return out.getvalue()


def sound(**how: Any) -> SoundPicture:
    """Return a picture that may be taken in."""
    return sound_picture(drawn(**how))


def opened(content: bytes) -> Image.Image:
    """Return the picture in these bytes, decoded."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
