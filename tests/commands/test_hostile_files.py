"""Files made to do harm: each is answered with a sentence, by little work and in little memory.

Every file goes through its real door: the form of a page, or a command. What answers is a process
of its own (tests/commands/door.py), so its work and its memory are its alone.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

from tests.commands.conftest import PROJECT, House, make_tables
from zhanggui.books.catalogue.rules.rows import HEADINGS

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

CPU_S_MAX = 2.0
PEAK_MB_MAX = 300

Door = Callable[..., dict[str, Any]]
Made = Callable[[], bytes]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return what sends a file through a door: `door("sheet", content)`."""
    house = House(tmp_path_factory.mktemp("doors"))
    make_tables(house)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.commands.door"],
        env=house.env(DJANGO_SETTINGS_MODULE="zhanggui.config.settings"),
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "open\n"
    except AssertionError:
        process.communicate()
        raise

    def send(name: str, content: bytes, *words: str) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        file = house.data / "sent.jpg"
        file.write_bytes(content)
        told = [*words, str(file)] if words else []
        order = {"door": name, "file": str(file), "words": told}
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    yield send
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


def within_bounds(answer: dict[str, Any]) -> None:
    """Hold an answer to what the house promises of any file."""
    assert answer["cpu_s"] < CPU_S_MAX, f"{answer['cpu_s']:.2f} s of processor"
    assert answer["peak_mb"] < PEAK_MB_MAX, f"{answer['peak_mb']:.0f} MB"


def words_of(answer: dict[str, Any]) -> str:
    """Return an answer's words, without marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer["text"])).split())


# --- pictures -------------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a piece of a PNG."""
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int, *, rows: int, extra: bytes = b"") -> bytes:
    """Return a PNG of one grey, of which so many rows are there."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(width + 1)) for _row in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def drawn(kind: str, size: tuple[int, int], *, mode: str = "RGB", **how: Any) -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


def lying(kind: str, size: tuple[int, int], **how: Any) -> bytes:
    """Return a picture that has to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return drawn(kind, size, exif=exif, **how)


def frames(kind: str, count: int, size: tuple[int, int]) -> bytes:
    """Return a moving picture."""
    first, *others = [Image.new("L", size, n % 256) for n in range(count)]
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=others, duration=10)
    return out.getvalue()


def webp_of(width: int, height: int) -> bytes:
    """Return a WebP that says it is so large; 78 bytes that once took 616 MB."""
    content = bytearray(drawn("WEBP", (8_000, 5_000), lossless=True, method=0))
    size = int.from_bytes(content[21:25], "little") & ~0xFFFFFFF | (width - 1) | (height - 1) << 14
    content[21:25] = size.to_bytes(4, "little")
    return bytes(content)


def endless_jpeg() -> bytes:
    """Return a JPEG that wants to be decoded a thousand times."""
    content = drawn("JPEG", (300, 300), progressive=True)
    at = content.index(b"\xff\xda")
    scan = content[at : content.index(b"\xff", at + 14)]
    return content[:at] + scan * 1_000 + content[at:]


def half(content: bytes) -> bytes:
    """Return the first half of a file."""
    return content[: len(content) // 2]


def noise(kind: str) -> bytes:
    """Return a picture of which each byte counts."""
    out = io.BytesIO()
    Image.effect_noise((900, 600), 80).convert("RGB").save(out, kind)
    return out.getvalue()


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
UNKNOWN = "This is not a JPEG, PNG or WebP picture. Choose a photo saved as JPEG, PNG or WebP."
DAMAGED = "The picture is damaged or incomplete. Choose a photo saved as JPEG, PNG or WebP."
MOVES = "This is a moving picture. Save one moment of it as a still picture."
TOO_MANY = (
    "The picture has more than {} million pixels, or a side of more than 12000. "
    "Make the picture smaller and choose it again."
)

PICTURES: dict[str, tuple[Made, str]] = {
    "PNG bomb": (lambda: png(20_000, 20_000, rows=2_000), TOO_MANY.format(40)),
    "PNG bomb below the warning": (lambda: png(9_000, 9_000, rows=2_000), TOO_MANY.format(40)),
    "PNG bomb of text": (
        lambda: png(40, 30, rows=30, extra=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8)))),
        UNKNOWN,
    ),
    "PNG of 65,000 pixels a side": (lambda: png(65_000, 65_000, rows=2), TOO_MANY.format(40)),
    "PNG half": (lambda: half(noise("PNG")), DAMAGED),
    "PNG lying, of 21 megapixels": (lambda: lying("PNG", (7_000, 3_000)), TOO_MANY.format(13)),
    "PNG in colours, of 27 megapixels": (
        lambda: drawn("PNG", (5_400, 5_000)),
        TOO_MANY.format(22),
    ),
    "moving PNG": (lambda: frames("PNG", 60, (200, 200)), MOVES),
    "WebP of 78 bytes and 40 megapixels": (lambda: webp_of(8_000, 5_000), TOO_MANY.format(6)),
    "WebP of 256 megapixels": (lambda: webp_of(16_000, 16_000), TOO_MANY.format(40)),
    "WebP half": (lambda: half(noise("WEBP")), UNKNOWN),
    "moving WebP": (lambda: frames("WEBP", 300, (60, 60)), MOVES),
    "GIF of many frames": (lambda: frames("GIF", 100, (200, 200)), UNKNOWN),
    "JPEG half": (lambda: half(noise("JPEG")), DAMAGED),
    "JPEG of 48 megapixels": (lambda: drawn("JPEG", (8_000, 6_000)), TOO_MANY.format(40)),
    "JPEG of endless passes": (endless_jpeg, DAMAGED),
    "JPEG in passes, of 40 megapixels": (
        lambda: drawn("JPEG", (8_000, 5_000), progressive=True), TOO_MANY.format(22),
    ),
    "text named .jpg": (lambda: "茶叶".encode() * 5_000, UNKNOWN),
    "page named .jpg": (lambda: HTML, UNKNOWN),
    "page behind the mark of a JPEG": (lambda: b"\xff\xd8\xff\xe0" + HTML * 50, UNKNOWN),
    "page behind the mark of a GIF": (lambda: b"GIF89a/*" + HTML, UNKNOWN),
    "SVG with a script": (lambda: SVG, UNKNOWN),
    "TIFF": (lambda: drawn("TIFF", (300, 300)), UNKNOWN),
    "archive of pictures": (lambda: archive({"a.jpg": drawn("JPEG", (90, 90))}), UNKNOWN),
    "30 MB": (
        lambda: bytes(30 * 1024**2),
        "The file is larger than 10 MB. Make the picture smaller and choose it again.",
    ),
}  # fmt: skip

HEAVY: dict[str, Made] = {
    "JPEG of 40 megapixels": lambda: drawn("JPEG", (8_000, 5_000), subsampling=0),
    "JPEG lying, of 40 megapixels": lambda: lying("JPEG", (8_000, 5_000)),
    "JPEG for print, of 36 megapixels": lambda: drawn("JPEG", (6_000, 6_000), mode="CMYK"),
    "JPEG in passes, of 20 megapixels": lambda: lying("JPEG", (5_000, 4_000), progressive=True),
    "JPEG in fine passes, of 13 megapixels": lambda: lying(
        "JPEG", (4_200, 3_200), progressive=True, subsampling=0
    ),
    "PNG of 40 megapixels": lambda: png(8_000, 5_000, rows=5_000),
    "PNG in colours, of 21 megapixels": lambda: drawn("PNG", (4_600, 4_600)),
    "PNG lying, of 13 megapixels": lambda: lying("PNG", (4_300, 3_100)),
    "WebP of 6 megapixels": lambda: drawn("WEBP", (3_000, 2_200), lossless=True, method=0),
    "WebP lying, of 5 megapixels": lambda: lying("WEBP", (2_500, 2_200), lossless=True, method=0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_hostile_picture_is_answered_with_a_sentence(door: Door, name: str) -> None:
    make, sentence = PICTURES[name]
    answer = door("picture", make())
    assert answer["status"] == 422
    assert sentence in words_of(answer)
    within_bounds(answer)


@pytest.mark.parametrize(
    "name", ["WebP of 78 bytes and 40 megapixels", "SVG with a script", "30 MB"]
)
def test_hostile_picture_is_answered_at_the_page_editor_too(door: Door, name: str) -> None:
    make, sentence = PICTURES[name]
    answer = door("cover", make())
    assert answer["status"] == 422
    assert sentence in words_of(answer)
    within_bounds(answer)


@pytest.mark.parametrize("name", HEAVY)
def test_heaviest_pictures_there_may_be_are_taken_in_within_the_same_bounds(
    door: Door, name: str
) -> None:
    answer = door("picture", HEAVY[name]())
    assert answer["status"] == 303, words_of(answer)
    within_bounds(answer)
    shown = door("rendition", b"", "fill-960x960")
    assert (shown["status"], shown["text"]) == (200, "image/avif")
    within_bounds(shown)


# --- sheets ---------------------------------------------------------------------------------------

SHEET = "xl/worksheets/sheet1.xml"
NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
XML = b'<?xml version="1.0" encoding="UTF-8"?>'


def archive(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def workbook(**changed: bytes) -> bytes:
    """Return a workbook with other parts: `sheet`, `styles`, `words`, `book`, `links`."""
    out = io.BytesIO()
    book = Workbook()
    assert book.active is not None
    book.active.append(["sku", "name"])
    book.save(out)
    names = {
        "sheet": SHEET,
        "styles": "xl/styles.xml",
        "words": "xl/sharedStrings.xml",
        "book": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
    }
    with zipfile.ZipFile(out) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    if "words" in changed:
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        link = b'<Relationship Id="w1" Type="' + kind + b'" Target="sharedStrings.xml"/>'
        end = b"</Relationships>"
        parts[names["links"]] = parts[names["links"]].replace(end, link + end)
    return archive(parts | {names[name]: content for name, content in changed.items()})


def sheet(rows: bytes) -> bytes:
    """Return a workbook whose first sheet has these rows."""
    return workbook(
        sheet=XML + b"<worksheet " + NS + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    )


def worded(word: bytes) -> bytes:
    """Return a cell with a word of its own."""
    return b'<c t="inlineStr"><is><t>' + word + b"</t></is></c>"


NEEDED = [heading.en.encode() for heading in HEADINGS if heading.needed]
NAMED = b",".join(NEEDED) + b"\n"
TITLES = b"<row>" + b"".join(map(worded, NEEDED)) + b"</row>"
"""The first row of a sheet of goods."""


def laughs(*, root: bytes = b"worksheet", encoding: str = "utf-8") -> bytes:
    """Return a part that says of itself "ha" a thousand million times."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!-- {" " * 9_000} --><!DOCTYPE x ['
    text += '<!ENTITY a0 "ha">'
    text += "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return (text + f"]><{root.decode()}>&a9;</{root.decode()}>").encode(encoding)


def many_parts() -> bytes:
    """Return an archive that is hardly more than a list of its parts: 150,000 of them."""
    whole = archive({"xl/workbook.xml": b"<x/>", "a": b""})
    at, last, end = whole.index(b"PK\1\2"), whole.rindex(b"PK\1\2"), whole.index(b"PK\5\6")
    parts = whole[at:last] + whole[last:end] * 150_000
    count = min(150_001, 0xFFFF)
    close = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(parts), at, 0)
    return whole[:at] + parts + close


def nested(depth: int) -> bytes:
    """Return an archive in an archive in an archive."""
    content = bytes(1_000_000)
    for _level in range(depth):
        content = archive({f"{n}.zip": content for n in range(4)})
    return content


BOMB = (
    "This Excel file would unpack to far more than a sheet of goods holds. "
    "Copy the goods alone into a new workbook and upload that."
)
BROKEN = (
    "This Excel file is broken or not complete. "
    "Open it in Excel, save it again as XLSX, and upload that."
)
ENTITIES = "This Excel file contains what none should."
NO_TABLE = "This file is not a table. Save it as CSV or XLSX, or begin with the template."
ROWS = (
    "This sheet has more than 50,000 rows. "
    "Split it into several sheets and read them one after the other."
)
ENDLESS = "This CSV file is broken: a quotation never ends, or a cell is endlessly long."
LARGE = "This file is larger than 10 MB."
NO_GOODS = "There are no goods in this sheet."
LACKS = "The first row lacks these columns"
CELL = b"<c><v>1</v></c>"

SHEETS: dict[str, tuple[Made, str]] = {
    "bomb of zeros": (lambda: sheet(bytes(70_000_000)), BOMB),
    "bomb below the bytes": (lambda: sheet(b" " * 50_000_000), NO_GOODS),
    "empty tags": (lambda: sheet(b"<row/>" * 9_000_000), BOMB),
    "1,000,000 rows": (lambda: sheet(TITLES + (b"<row>" + CELL + b"</row>") * 1_000_000), ROWS),
    "a row behind 1,000,000": (
        lambda: sheet(TITLES + b'<row r="1000001">' + CELL + b"</row>"),
        ROWS,
    ),
    "1,000,000 words in their cells": (
        lambda: sheet((b"<row>" + worded(b"tea") * 20 + b"</row>") * 49_999),
        LACKS,
    ),
    "a row behind all rows": (lambda: sheet(b'<row r="99999999999">' + CELL + b"</row>"), BROKEN),
    "16,384 columns": (lambda: sheet((b"<row>" + CELL * 16_384 + b"</row>") * 200), BOMB),
    "16,384 columns of one row": (lambda: sheet(b"<row>" + CELL * 16_384 + b"</row>"), LACKS),
    "depth": (lambda: sheet(b"<a>" * 1_000_000), BROKEN),
    "styles": (lambda: workbook(styles=XML + b"<s>" + b"<a/>" * 1_200_000 + b"</s>"), BOMB),
    "styles below the bytes": (
        lambda: workbook(styles=XML + b"<s>" + b"<a/>" * 1_000_000 + b"</s>"), LACKS,
    ),
    "words": (lambda: workbook(words=XML + b"<sst>" + b"<si/>" * 1_400_000 + b"</sst>"), BOMB),
    "one word": (
        lambda: workbook(words=XML + b"<sst><si><t>" + b"a" * 20_000_000 + b"</t></si></sst>"),
        LACKS,
    ),
    "laughs": (lambda: workbook(sheet=laughs()), ENTITIES),
    "laughs in UTF-16": (lambda: workbook(sheet=laughs(encoding="utf-16")), ENTITIES),
    "laughs among the links": (lambda: workbook(links=laughs()), ENTITIES),
    "laughs in the book": (lambda: workbook(book=laughs()), ENTITIES),
    "laughs among the styles": (lambda: workbook(styles=laughs()), ENTITIES),
    "laughs among the words": (lambda: workbook(words=laughs()), ENTITIES),
    "a list of parts": (many_parts, BOMB),
    "archives in archives": (lambda: nested(3), "This archive is not an Excel workbook."),
    "truncated": (lambda: half(sheet((b"<row>" + CELL + b"</row>") * 900)), BROKEN),
    "another archive": (lambda: archive({"a.txt": b"a"}), "This archive is not an Excel workbook."),
    "picture": (lambda: drawn("PNG", (300, 300)), "The characters of this file cannot be read."),
    "page": (lambda: HTML, LACKS),
    "nought in the middle": (lambda: "货号,名称\nA\x00,茶\n".encode(), NO_TABLE),
    "one line of 9 MB": (lambda: NAMED + b"a" * 9_000_000, ENDLESS),
    "one quotation of 9 MB": (lambda: NAMED + b'"' + b"a,\n" * 3_000_000, ENDLESS),
    "a line of 100 MB": (lambda: b"a" * 100_000_000, LARGE),
    "10,000,000 commas": (lambda: b"," * 10_000_000, NO_TABLE),
    "9,000,000 empty rows": (lambda: NAMED + b"\n" * 9_000_000 + b"A", ROWS),
    "2,000,000 rows": (lambda: NAMED + b"A,b\n" * 2_000_000, ROWS),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_hostile_sheet_is_answered_with_a_sentence(door: Door, name: str) -> None:
    make, sentence = SHEETS[name]
    answer = door("sheet", make())
    assert answer["status"] == 422
    assert sentence in words_of(answer)
    within_bounds(answer)


# --- commands -------------------------------------------------------------------------------------

NO_LOG = (
    "This is no server's log in the combined format. "
    "Name the file into which the web server writes each request, or its .gz.\n"
)
LINE = '192.0.2.1 - - [23/Nov/2026:10:00:{:02} +0800] "GET /shop/ HTTP/1.1" 200 9 "-" "Mozilla"\n'


def zipped(content: bytes) -> bytes:
    """Return the file as servers keep their old logs."""
    return gzip.compress(content, 6)


def log(lines: int) -> bytes:
    """Return a sound log."""
    return "".join(LINE.format(n % 60) for n in range(lines)).encode()


def yaml_laughs() -> bytes:
    """Return a company file that says of itself a thousand million times."""
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


COMMANDS: dict[str, tuple[str, Made, str]] = {
    "log: bomb of zeros": ("import weblog", lambda: zipped(bytes(30_000_000)), NO_LOG),
    "log: bomb of empty lines": ("import weblog", lambda: zipped(b"\n" * 30_000_000), NO_LOG),
    "log: a line of 30 MB": ("import weblog", lambda: b"a" * 30_000_000, NO_LOG),
    "log: compressed, half": (
        "import weblog", lambda: half(zipped(log(50))),
        "Fetch it again and take it in again: nothing is counted twice.\n",
    ),
    "log: compressed, wrong inside": (
        "import weblog", lambda: zipped(log(50))[:20] + bytes(90),
        "Fetch it again and take it in again: nothing is counted twice.\n",
    ),
    "company: 30 MB": (
        "import company", lambda: b"a: 1\n" * 6_000_000, "Nothing was changed: 1 fault.\n",
    ),
    "company: laughs": ("import company", yaml_laughs, "Nothing was changed: "),
    "company: depth": ("import company", lambda: b"a: " + b"[" * 400_000, "Nothing was changed: "),
    "company: picture": ("import company", lambda: drawn("PNG", (90, 90)), "Nothing was changed: "),
    "address: picture": ("address", lambda: drawn("JPEG", (900, 900)), "Save the file as UTF-8.\n"),
    "copy: picture": (
        "backup --verify", lambda: drawn("PNG", (90, 90)),
        "is not a copy of a Zhanggui database.\n",
    ),
    "copy: nothing behind its mark": (
        "backup --verify", lambda: b"SQLite format 3\0" + bytes(5_000_000), "is damaged",
    ),
    "copy: a dump for another server": (
        "backup --verify", lambda: b"PGDMP" + bytes(900),
        "set DATABASE_URL to a server to try it on.\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_file_is_answered_by_its_command(door: Door, name: str) -> None:
    words, make, sentence = COMMANDS[name]
    answer = door("command", make(), *words.split())
    assert answer["status"] == 2, answer["text"]
    assert sentence in answer["text"]
    within_bounds(answer)


def test_an_address_of_20_mb_is_read_by_its_beginning(door: Door) -> None:
    answer = door("command", "福建省莆田市".encode() * 1_200_000, "address")
    assert answer["status"] == 0
    within_bounds(answer)
