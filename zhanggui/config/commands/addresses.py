"""`address`: addresses read from a file, one a line, as the shop and screening read them."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from zhanggui.config.commands.line import Commands, Said, command

if TYPE_CHECKING:
    from zhanggui.ground.places.rules.addresses import Reading

LINE_MAX = 64_000
"""Bytes read of one line; what is longer is no address, and must not fill the memory."""


def add(commands: Commands) -> None:
    """Add this group's commands."""
    parser = command(commands, "address", run_address, "read addresses, one a line", django=False)
    parser.add_argument("file", metavar="FILE", help="a text file in UTF-8, or - for the input")
    parser.add_argument("--json", action="store_true", help="one JSON object for each line")
    parser.add_argument(
        "--within", metavar="CODE", action="append", default=[],
        help="a division served (its code); settles names that several places share",
    )  # fmt: skip


def run_address(args: argparse.Namespace) -> int:
    """Read each line as one address and print what it says, a line as soon as it is read."""
    from zhanggui.ground.places.rules.addresses import read_address

    within = _served(args.within)
    _speak_utf8()
    with _opened(args.file) as source:
        for number, text in enumerate(_lines(source, args.file), start=1):
            reading = read_address(text, within=within)
            plain = args.json and json.dumps(reading.plain(), ensure_ascii=False)
            # Whoever feeds lines one by one waits for the answer to each.
            print(plain or _told(number, text, reading), flush=args.file == "-")
    return 0


def _served(codes: list[str]) -> frozenset[str] | None:
    from zhanggui.ground.places.gazetteer import gazetteer

    for code in codes:
        if gazetteer().get(code) is None:
            raise Said(f"{code!r} is not the code of a division: 3503 is Putian, 350304 Licheng.")
    return frozenset(codes) or None


def _speak_utf8() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    if Path(file).is_dir():
        raise Said(f"{file} is a folder: name a file with one address a line.")
    with Path(file).open("rb") as source:
        yield source


def _lines(source: BinaryIO, file: str) -> Iterator[str]:
    """Yield the lines; of one that is too long, its beginning."""
    number = 0
    while line := source.readline(LINE_MAX):
        number += 1
        whole = line.endswith(b"\n")
        while not whole and (more := source.readline(LINE_MAX)):
            whole = more.endswith(b"\n")
        try:
            yield _decoded(line).rstrip("\r\n")
        except UnicodeDecodeError:
            raise Said(f"{file}: line {number} is not UTF-8. Save the file as UTF-8.") from None


def _decoded(line: bytes) -> str:
    if len(line) == LINE_MAX:  # cut, perhaps inside a character
        return line.decode("utf-8", errors="ignore")
    return line.decode("utf-8-sig")


def _told(number: int, text: str, reading: Reading) -> str:
    """Return a reading as a few aligned lines: what is known, inferred (~), missing, wrong."""
    from zhanggui.ground.places.rules.addresses.reading import CONTRADICTIONS, MISSING, Known

    places = " ".join(
        f"{place.name}{'~' if place.known is Known.INFERRED else ''}" if place else "-"
        for place in reading.levels.values()
    )
    rows: list[tuple[str, Any]] = [
        ("who", " ".join([reading.name, *(phone.display for phone in reading.phones)]).strip()),
        ("where", f"{places}  {reading.code}".rstrip()),
        ("rest", reading.rest),
        ("parts", "  ".join(f"{part} {value}" for part, value in reading.parts.present().items())),
        ("missing", " ".join(MISSING[code] for code in reading.missing)),
        ("wrong", " ".join(CONTRADICTIONS[c.code] % c.values for c in reading.contradictions)),
        ("sure", " ".join([f"{reading.confidence:.2f}", *reading.reasons])),
    ]
    shown = "".join(f"\n  {name:8} {value}" for name, value in rows if value)
    return f"{number}. {' '.join(text.split())[:80]}{shown}"
