"""What may be taken in: judged by its bytes, before and while it is decoded."""

from __future__ import annotations

import hashlib
import io
import resource
import struct
import time
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media import rules
from zhanggui.ground.media.rules import (
    ALT_CHARS_MAX,
    PIXELS_MAX,
    SCANS_MAX,
    named,
    size_of,
    sound_picture,
    spec_named,
    steps,
    why_not_describe,
)
from zhanggui.ground.media.tests.drawing import drawn, opened

CHOOSE = "Choose a photo saved as JPEG, PNG or WebP."
SMALLER = "Make the picture smaller and choose it again."
UNKNOWN = f"This is not a JPEG, PNG or WebP picture. {CHOOSE}"
BROKEN = f"The picture is damaged or incomplete. {CHOOSE}"
TOO_MANY = "The picture has more than 40 million pixels, or a side of more than 12000. " + SMALLER


def refused(content: bytes) -> tuple[str, str, int]:
    """Return what the bytes are refused with."""
    with pytest.raises(Refusal) as no:
        sound_picture(content)
    return no.value.code, str(no.value), no.value.status


def png_of(width: int, height: int, rows: int) -> bytes:
    """Return a PNG that says it is so large and holds `rows` black rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 + width * 3)) for _ in range(rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("MPO", "jpeg")]
)
def test_sound_picture_keeps_the_bytes_of_each_accepted_kind(kind: str, ending: str) -> None:
    content = drawn(kind)
    sound = sound_picture(content)
    assert (sound.kind, sound.width, sound.height) == (ending, 1200, 900)
    assert sound.content == content
    assert str(sound) == sound.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"PK\x03\x04 a sheet",
        b"\x00" * 4096,
        drawn("GIF"),
        drawn("BMP"),
        drawn("TIFF"),
        drawn("AVIF"),
    ],
    ids=["svg", "html", "zip", "zeros", "gif", "bmp", "tiff", "avif"],
)
def test_sound_picture_refuses_what_is_no_photo(content: bytes) -> None:
    assert refused(content) == ("picture_unknown", UNKNOWN, 422)


def test_sound_picture_refuses_an_empty_file() -> None:
    assert refused(b"") == ("picture_empty", f"The file is empty. {CHOOSE}", 422)


def test_sound_picture_refuses_too_many_bytes_unread() -> None:
    sentence = f"The file is larger than 10 MB. {SMALLER}"
    assert refused(bytes(UPLOAD_BYTES_MAX + 1)) == ("picture_too_large", sentence, 422)
    assert refused(bytes(UPLOAD_BYTES_MAX))[0] == "picture_unknown"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_sound_picture_refuses_half_a_file(kind: str, share: float) -> None:
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    out = io.BytesIO()
    noise.save(out, kind)
    content = out.getvalue()
    assert refused(content[: int(len(content) * share)])[0] in {"picture_broken", "picture_unknown"}


def test_sound_picture_says_that_half_a_photo_is_incomplete() -> None:
    content = drawn("JPEG")
    assert refused(content[: len(content) // 2]) == ("picture_broken", BROKEN, 422)


@pytest.mark.parametrize(
    ("width", "height"), [(6_400, 6_400), (20_000, 20_000), (65_000, 65_000), (12_001, 40)]
)
def test_sound_picture_refuses_a_bomb_before_decoding_it(width: int, height: int) -> None:
    bomb = png_of(width, height, rows=8)
    began, held = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(bomb) == ("picture_too_many_pixels", TOO_MANY, 422)
    assert time.perf_counter() - began < 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 20_000  # KB


@pytest.mark.parametrize(
    ("how", "most"),
    [
        ({"kind": "JPEG"}, 40),
        ({"kind": "JPEG", "lies": True}, 40),
        ({"kind": "JPEG", "mode": "CMYK"}, 40),
        ({"kind": "JPEG", "progressive": True}, 22),
        ({"kind": "JPEG", "progressive": True, "subsampling": 0}, 13),
        ({"kind": "PNG"}, 27),
        ({"kind": "PNG", "mode": "L"}, 40),
        ({"kind": "PNG", "mode": "P"}, 22),
        ({"kind": "PNG", "lies": True}, 13),
        ({"kind": "WEBP"}, 6),
        ({"kind": "WEBP", "lies": True}, 5),
    ],
    ids=str,
)
def test_sound_picture_counts_what_decoding_will_hold(how: dict[str, Any], most: int) -> None:
    kind, mode, lies = how.pop("kind"), how.pop("mode", "RGB"), how.pop("lies", False)
    exif = Image.Exif()
    if lies:
        exif[0x0112] = 6
    out = io.BytesIO()
    Image.new(mode, (400, 300)).save(out, kind, exif=exif, **how)
    content = out.getvalue()
    limit = min(PIXELS_MAX, rules.HELD_BYTES_MAX)
    with Image.open(out) as image:
        weight = rules._bytes_a_pixel(image, content, odd=lies or mode in {"CMYK", "P"})
    assert min(limit, int(rules.HELD_BYTES_MAX / weight)) // 10**6 == most
    assert sound_picture(content).width == (300 if lies else 400)


def test_sound_picture_halves_a_large_photo() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("JPEG", "PNG"):
        found = sound_picture(drawn(kind, size=(4_400, 3_000), exif=exif))
        assert (found.width, found.height) == (1_500, 2_200)
    assert sound_picture(drawn("JPEG", size=(4_400, 3_000))).width == 2_200
    assert sound_picture(drawn("PNG", size=(4_400, 3_000), mode="RGBA")).width == 2_200
    whole = drawn("JPEG", size=(4_000, 3_000))
    assert sound_picture(whole).content == whole  # kept as it came


def test_sound_picture_takes_the_largest_allowed_within_two_seconds() -> None:
    content = png_of(4_800, 4_500, rows=4_500)
    began = time.process_time()
    assert sound_picture(content).width == 2_400
    assert time.process_time() - began < 2


def test_sound_picture_refuses_a_jpeg_of_endless_passes() -> None:
    content = drawn("JPEG", progressive=True)
    assert sound_picture(content).kind == "jpeg"
    at = content.index(b"\xff\xda")
    scan = content[at : content.index(b"\xff", at + 14)]
    assert sound_picture(content + scan * (SCANS_MAX + 1)).kind == "jpeg"  # behind its end
    assert refused(content[:at] + scan * (SCANS_MAX + 1) + content[at:]) == (
        "picture_broken",
        BROKEN,
        422,
    )


def test_sound_picture_refuses_what_is_too_small_to_see() -> None:
    assert refused(drawn("PNG", size=(31, 400))) == (
        "picture_too_small",
        "The picture has 31 × 400 pixels: too few to show anything. Choose a larger one.",
        422,
    )
    assert sound_picture(drawn("PNG", size=(32, 32))).width == 32


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_sound_picture_refuses_a_moving_picture(kind: str) -> None:
    frames = [Image.new("RGB", (64, 64), (value, 0, 0)) for value in (0, 120, 240)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    assert refused(out.getvalue()) == (
        "picture_moves",
        "This is a moving picture. Save one moment of it as a still picture.",
        422,
    )


def test_sound_picture_stands_a_lying_photo_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    sound = sound_picture(drawn("JPEG", exif=exif))
    assert (sound.width, sound.height) == (900, 1200)
    image = opened(sound.content)
    assert image.size == (900, 1200)
    assert image.getexif().get(0x0112, 1) == 1
    red, _green, blue = image.getpixel((450, 100))  # type: ignore[misc]
    assert red > blue  # what was left is now above


@pytest.mark.parametrize(
    ("kind", "mode", "becomes", "as_mode"),
    [
        ("JPEG", "CMYK", "jpeg", "RGB"),
        ("PNG", "P", "png", "RGB"),
        ("PNG", "1", "png", "RGB"),
        ("PNG", "LA", "png", "RGBA"),
        ("PNG", "I;16", "png", "RGB"),
    ],
)
def test_sound_picture_writes_odd_colours_anew(
    kind: str, mode: str, becomes: str, as_mode: str
) -> None:
    if mode == "I;16":
        out = io.BytesIO()
        Image.new("I;16", (64, 64), 40_000).save(out, kind)
        content = out.getvalue()
    else:
        content = drawn(kind, mode=mode, size=(64, 64))
    sound = sound_picture(content)
    assert sound.kind == becomes
    assert opened(sound.content).mode == as_mode


def test_sound_picture_keeps_a_colour_profile_only_for_its_own_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 3
    turned = sound_picture(drawn("JPEG", exif=exif, icc_profile=profile))
    assert opened(turned.content).info["icc_profile"] == profile
    printed = sound_picture(drawn("JPEG", mode="CMYK", icc_profile=profile))
    assert "icc_profile" not in opened(printed.content).info


@pytest.mark.parametrize(
    ("spec", "offered"),
    [
        ("fill-480x480", ["fill-240x240", "fill-480x480", "fill-960x960"]),
        ("max-75x50", ["max-37x25", "max-75x50", "max-150x100"]),
        ("width-1", ["width-1", "width-1", "width-2"]),
        ("height-600", ["height-300", "height-600", "height-1200"]),
    ],
)
def test_steps_halve_and_double(spec: str, offered: list[str]) -> None:
    assert list(steps(spec)) == offered


@pytest.mark.parametrize(
    "spec", ["", "fill-480", "fill-0x10", "width-99999", "original", "fill-9x9|format-gif"]
)
def test_steps_are_of_plain_specs_only(spec: str) -> None:
    with pytest.raises(ValueError, match="is no size of a picture"):
        steps(spec)


def test_named_and_spec_named_are_the_two_ways_of_one_road() -> None:
    for spec, name in [
        ("fill-480x480|format-avif", "fill-480x480.avif"),
        ("max-165x165", "max-165x165"),
        ("width-90|format-gif", "width-90.format-gif"),
    ]:
        assert named(spec) == name
        assert spec_named(name) == spec


def test_size_of_leaves_out_the_formats_that_go_together() -> None:
    assert size_of("fill-480x480|format-avif") == size_of("fill-480x480|format-jpeg")
    assert size_of("fill-480x480|format-gif") == "fill-480x480|format-gif"


def test_why_not_describe_asks_for_chinese_words_of_one_sentence() -> None:
    assert why_not_describe(None, alt_zh="一罐茶") is None
    assert why_not_describe(None, alt_zh="茶" * ALT_CHARS_MAX, alt_en="t" * ALT_CHARS_MAX) is None
    missing = why_not_describe(None, alt_zh="  ")
    assert str(missing) == (
        "The picture has no Chinese words for those who cannot see it. "
        "Say in one sentence what it shows."
    )
    too_long = why_not_describe(None, alt_zh="茶", alt_en="t" * (ALT_CHARS_MAX + 1))
    assert str(too_long) == (
        "The words for a picture are longer than 200 characters. Say in one sentence what it shows."
    )
