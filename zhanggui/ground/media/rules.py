"""What may be taken in as a picture, and in which sizes a picture is offered."""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache
from threading import Lock

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence

ALT_CHARS_MAX = 200
"""Characters of the words for a picture: one sentence, as screen readers say it in one breath."""

PIXELS_MAX = 40_000_000
"""Pixels of a picture: a 40-megapixel photo."""

HELD_BYTES_MAX = 110_000_000
"""Bytes that decoding may hold for a moment: with the house itself, some 170 MB, below 300 MB. Four
a pixel as a rule, but some ways of saving cost far more: a WebP of 78 bytes once took 616 MB."""

WHOLE_PIXELS_MAX = 12_000_000
"""Pixels up to which a picture keeps its size. Above it is halved: that is still more than any page
shows, and whoever makes its renditions holds no more than whoever took it in."""

SIDE_PX_MAX = 12_000
"""Pixels of the longer side: a wide panorama; beyond it scaling costs more than it shows."""

SIDE_PX_MIN = 32
"""Pixels of the shorter side: below it nothing can be recognised."""

SCANS_MAX = 100
"""Passes of a progressive JPEG: cameras write about ten, and each one costs a whole decoding."""

FORMATS = ("avif", "webp", "jpeg")
"""What a picture is offered as, smallest first; the last is for browsers that know no other."""

ONE_AT_A_TIME = Lock()
"""Held while a whole picture is decoded: one at a time keeps a process within its memory."""

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
    with ONE_AT_A_TIME, image:
        return _looked_at(image, content)


def _looked_at(image: Image.Image, content: bytes) -> SoundPicture:
    """Decode the picture, and return it as it came or written anew."""
    _judge(image, content)
    size = image.size
    _judge_weight(image, content, size=size, odd=image.mode not in _PLAIN_MODES)
    try:
        odd = _decoded(image)
    except Exception:
        raise _refused("picture_broken", _("The picture is damaged or incomplete.")) from None
    _judge_weight(image, content, size=size, odd=odd)
    if odd or _is_large(size):
        return _written_anew(image)
    kind = _kind_of(image)
    return SoundPicture(content=content, kind=kind, width=size[0], height=size[1])


def _decoded(image: Image.Image) -> bool:
    """Read all of the picture; tell whether it has to be written anew."""
    if _kind_of(image) == "jpeg":
        # All of it is read either way; at a part of its size it takes a part of the memory.
        width, height = image.size
        part = 2 if _is_large(image.size) else 1 if _is_odd(image) else 8
        image.draft(None, (width // part, height // part))
    image.load()
    return _is_odd(image)  # some say how they lie behind their pixels


def _kind_of(image: Image.Image) -> str:
    return _KINDS[str(image.format)]


def _is_large(size: tuple[int, int]) -> bool:
    return size[0] * size[1] > WHOLE_PIXELS_MAX


def _is_odd(image: Image.Image) -> bool:
    """Tell whether the picture lies on its side or has colours that not every browser shows."""
    return image.mode not in _PLAIN_MODES or image.getexif().get(_ORIENTATION, 1) not in {0, 1}


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
    if _kind_of(image) == "jpeg" and _scans(content)[0] > SCANS_MAX:
        raise _refused("picture_broken", _("The picture is damaged or incomplete."))


def _judge_weight(image: Image.Image, content: bytes, *, size: tuple[int, int], odd: bool) -> None:
    """Refuse what would hold too much memory, for the way in which it was saved."""
    most = int(HELD_BYTES_MAX / _bytes_a_pixel(image, content, odd=odd))
    if size[0] * size[1] > most:
        raise _too_many_pixels(most)


def _bytes_a_pixel(image: Image.Image, content: bytes, *, odd: bool) -> float:
    """Return what decoding holds for each pixel: measured, and rounded up."""
    kind = _kind_of(image)
    if kind == "webp":  # two canvases, the frame taken from them, and the picture
        return 20 if odd else 16
    if kind == "jpeg":  # passes are gathered, two bytes a value, before they become pixels
        scans, first = _scans(content)
        gathered = scans > 1 or first < len(image.getbands())
        return (2 * _values_a_pixel(image) if gathered else 0) + 2
    halved = 1 if _is_large(image.size) and not odd else 0  # a quarter of the pixels beside them
    return (1 if image.mode in {"1", "L", "P"} else 4) + (4 if odd else 0) + halved


def _values_a_pixel(image: Image.Image) -> float:
    """Return how many values a JPEG keeps of a pixel: 1.5 where colours are coarser than light."""
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
    shares = [across * down for _id, across, down, _table in layers]
    return sum(shares) / max(shares)


def _scans(content: bytes) -> tuple[int, int]:
    """Return how many passes a JPEG has, and how many colours are in the first of them.

    Walks its markers, past thumbnails and up to its end.
    """
    scans, first, place = 0, 0, 2
    while found := _NEXT_MARKER.search(content, place):
        marker, place = found[0][-1], found.end()
        if marker == _END:
            break
        if marker == _START_OF_SCAN:
            first = first or int.from_bytes(content[place + 2 : place + 3], "big")
            scans += 1
        place += int.from_bytes(content[place : place + 2], "big")
    return scans, first


def _written_anew(image: Image.Image) -> SoundPicture:
    """Return the picture upright, in plain colours and no larger than it is kept."""
    still = _halved(image) if image.mode in _PLAIN_MODES else image
    if image.getexif().get(_ORIENTATION, 1) not in {0, 1}:
        still = ImageOps.exif_transpose(still)
    clear = "a" in still.mode.lower() or "transparency" in still.info
    # A profile made for other colours than those written now would falsify them.
    profile = still.info.get("icc_profile") if still.mode in _PROFILED_MODES else None
    if still.mode not in _PLAIN_MODES:
        still = still.convert("RGBA" if clear else "RGB")
    still = _halved(still)
    kind = "jpeg" if _kind_of(image) == "jpeg" else "png"
    content = _written(still, kind, profile)
    return SoundPicture(content=content, kind=kind, width=still.width, height=still.height)


def _halved(image: Image.Image) -> Image.Image:
    """Return a large picture at half its size, any other as it is."""
    if not _is_large(image.size):
        return image
    smaller = image.reduce(2)
    smaller.info = image.info
    return smaller


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


def _too_many_pixels(most: int = PIXELS_MAX) -> Refusal:
    return Refusal(
        "picture_too_many_pixels",
        _("The picture has more than %(most)s million pixels, or a side of more than %(side)s.")
        % {"most": most // 10**6, "side": SIDE_PX_MAX},
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
