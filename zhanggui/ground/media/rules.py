"""What may be taken in as a picture, and in which sizes a picture is offered."""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence

ALT_CHARS_MAX = 200
"""Characters of the words for a picture: one sentence, as screen readers say it in one breath."""

PIXELS_MAX = 40_000_000
"""Pixels of a picture: a 40-megapixel photo; decoded it takes 160 MB at most, for a moment."""

SIDE_PX_MAX = 12_000
"""Pixels of the longer side: a wide panorama; beyond it scaling costs more than it shows."""

SIDE_PX_MIN = 32
"""Pixels of the shorter side: below it nothing can be recognised."""

SCANS_MAX = 100
"""Passes of a progressive JPEG: cameras write about ten, and each one costs a whole decoding."""

FORMATS = ("avif", "webp", "jpeg")
"""What a picture is offered as, smallest first; the last is for browsers that know no other."""

USUAL_SIZES = ("fill-480x480",)
"""What every shelf shows: made before anyone asks, with its half and its double."""

RENDITIONS_A_ROUND = 40
"""Renditions made ahead in one round: about ten seconds, so that no other round waits long."""

DOOR = "pictures/"
"""Where the house shows its pictures."""

_KINDS = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp"}
_PLAIN_MODES = {"L", "RGB", "RGBA"}
_PROFILED_MODES = {*_PLAIN_MODES, "P"}
_ORIENTATION = 0x0112
_START_OF_SCAN, _END = 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_SPEC = re.compile(r"(?:(?:fill|max|min)-[1-9]\d{0,3}x[1-9]\d{0,3}|(?:width|height)-[1-9]\d{0,3})")


class SoundPicture:
    """The bytes of a picture that was looked at and found sound; `str()` is its digest.

    Made by `sound_picture`, before any transaction is opened: decoding takes a while.
    """

    __slots__ = ("content", "height", "kind", "sha256", "width")

    def __init__(self, *, content: bytes, kind: str, width: int, height: int) -> None:
        self.content = content
        self.kind = kind
        self.width = width
        self.height = height
        self.sha256 = hashlib.sha256(content).hexdigest()

    def __str__(self) -> str:
        return self.sha256


def sound_picture(content: bytes) -> SoundPicture:
    """Return the picture in these bytes, turned upright, or refuse them with a sentence.

    What it is, is read from the bytes, never from a name. Size in bytes and in pixels is judged
    before anything is decoded; then all of it is decoded once, so that half a file does not pass.
    """
    if not content:
        raise _refused("picture_empty", _("The file is empty."))
    if len(content) > UPLOAD_BYTES_MAX:
        raise too_large()
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # decoders meet hostile bytes with any exception there is
        raise _refused("picture_unknown", _("This is not a JPEG, PNG or WebP picture.")) from None
    with image:
        _judge(image, content)
        try:
            image.load()
        except Exception:
            raise _refused("picture_broken", _("The picture is damaged or incomplete.")) from None
        return _upright(image, content)


def _judge(image: Image.Image, content: bytes) -> None:
    """Refuse what must not be decoded; reads the header only."""
    width, height = image.size
    if width * height > PIXELS_MAX or max(width, height) > SIDE_PX_MAX:
        raise _too_many_pixels()
    if min(width, height) < SIDE_PX_MIN:
        raise Refusal(
            "picture_too_small",
            _("The picture has %(width)s × %(height)s pixels: too few to show anything.")
            % {"width": width, "height": height},
            settles=_("Choose a larger one."),
            status=422,
        )
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Refusal(
            "picture_moves",
            _("This is a moving picture."),
            settles=_("Save one moment of it as a still picture."),
            status=422,
        )
    if _KINDS[str(image.format)] == "jpeg" and _scans(content) > SCANS_MAX:
        raise _refused("picture_broken", _("The picture is damaged or incomplete."))


def _scans(content: bytes) -> int:
    """Return how many passes a JPEG has: walks its markers, past thumbnails and up to its end."""
    scans, place = 0, 2
    while found := _NEXT_MARKER.search(content, place):
        marker, place = found[0][-1], found.end()
        if marker == _END:
            break
        scans += marker == _START_OF_SCAN
        place += int.from_bytes(content[place : place + 2], "big")
    return scans


def _upright(image: Image.Image, content: bytes) -> SoundPicture:
    """Return the picture as it came, or written anew where it lies on its side or is odd inside."""
    kind = _KINDS[str(image.format)]
    turned = image.getexif().get(_ORIENTATION, 1) not in {0, 1}
    if turned or image.mode not in _PLAIN_MODES:
        still = ImageOps.exif_transpose(image) if turned else image
        clear = "a" in still.mode.lower() or "transparency" in still.info
        # A profile made for other colours than those written now would falsify them.
        profile = still.info.get("icc_profile") if still.mode in _PROFILED_MODES else None
        if still.mode not in _PLAIN_MODES:
            still = still.convert("RGBA" if clear else "RGB")
        kind = "jpeg" if kind == "jpeg" else "png"
        content, image = _written(still, kind, profile), still
    return SoundPicture(content=content, kind=kind, width=image.width, height=image.height)


def _written(image: Image.Image, kind: str, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    how = {"quality": 95, "subsampling": 0} if kind == "jpeg" else {"compress_level": 4}
    image.save(out, kind, icc_profile=profile, **how)
    return out.getvalue()


def why_not_describe(record: object, *, alt_zh: str = "…", alt_en: str = "") -> Refusal | None:
    """Return why these words cannot stand for a picture."""
    if not alt_zh.strip():
        return Refusal(
            "alt_missing",
            _("The picture has no Chinese words for those who cannot see it."),
            settles=_("Say in one sentence what it shows."),
            status=422,
        )
    if max(len(alt_zh), len(alt_en)) > ALT_CHARS_MAX:
        return Refusal(
            "alt_too_long",
            _("The words for a picture are longer than %(most)s characters.")
            % {"most": ALT_CHARS_MAX},
            settles=_("Say in one sentence what it shows."),
            status=422,
        )
    return None


def too_large() -> Refusal:
    """Return the answer to a file of too many bytes."""
    return Refusal(
        "picture_too_large",
        _("The file is larger than %(most)s MB.") % {"most": UPLOAD_BYTES_MAX // 1024**2},
        settles=_("Make the picture smaller and choose it again."),
        status=422,
    )


def _too_many_pixels() -> Refusal:
    return Refusal(
        "picture_too_many_pixels",
        _("The picture has more than %(most)s million pixels, or a side of more than %(side)s.")
        % {"most": PIXELS_MAX // 10**6, "side": SIDE_PX_MAX},
        settles=_("Make the picture smaller and choose it again."),
        status=422,
    )


def _refused(code: str, sentence: Sentence) -> Refusal:
    return Refusal(
        code, sentence, settles=_("Choose a photo saved as JPEG, PNG or WebP."), status=422
    )


@lru_cache(maxsize=500)
def steps(spec: str) -> tuple[str, ...]:
    """Return the spec at half, once and twice its size: for small phones and sharp screens.

    A spec is `fill-480x480` (cut to it), `max-…` (within it), `min-…`, `width-480` or `height-480`.
    """
    if not _SPEC.fullmatch(spec):
        raise ValueError(f"{spec!r} is no size of a picture: write it as fill-480x480 or width-480")
    return tuple(_scaled(spec, halves) for halves in (1, 2, 4))


def _scaled(spec: str, halves: int) -> str:
    return re.sub(r"\d+", lambda number: str(max(1, int(number[0]) * halves // 2)), spec)


def size_of(spec: str) -> str:
    """Return the spec without its format: what a seal is put on, for a picture's formats go
    together."""
    size, _between, kind = spec.partition("|format-")
    return size if kind in FORMATS else spec


def named(spec: str) -> str:
    """Return the spec as the last part of a URL: `fill-480x480|format-avif` as a file is named."""
    size = size_of(spec)
    return spec.replace("|format-", ".") if size != spec else spec.replace("|", ".")


def spec_named(name: str) -> str:
    """Return the spec of which this is the name."""
    size, _between, kind = name.partition(".")
    return f"{size}|format-{kind}" if kind in FORMATS else name.replace(".", "|")
