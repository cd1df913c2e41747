"""A server's log gives what the pages counted of the same requests, and gives it once."""

from __future__ import annotations

import gzip
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localtime

from zhanggui.books.traffic.actions.counting import destroy_salts, take_in_notes
from zhanggui.books.traffic.actions.weblog import LINES_WITHOUT_ONE, take_in_file
from zhanggui.books.traffic.queries import figures_of
from zhanggui.books.traffic.rules.views import Look, Note
from zhanggui.books.traffic.rules.weblog import note_of, read_line
from zhanggui.books.traffic.tests.counting import in_books
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

HOSTS = ("shop.example",)
REQUESTS = (
    ("GET /shop/", 200), ("GET /shop/p/TGY/", 200), ("GET /shop/c/TEA/?via=nobody", 200),
    ("GET /shop/?utm_source=douyin", 200), ("GET /shop/checkout/", 200), ("GET /shop/p/NO/", 404),
    ("POST /shop/cart/add/", 303), ("POST /shop/checkout/", 303), ("GET /static/x.css", 200),
)  # fmt: skip
AGENTS = (
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/128.0",
    "curl/8.5.0",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
)


def written(seed: int, count: int, at: datetime) -> list[str]:
    """Return lines of three days over two midnights, in order of time."""
    chance = random.Random(seed)
    moments = sorted(at - timedelta(seconds=chance.randrange(54 * 3600)) for _ in range(count))
    lines = []
    for moment in moments:
        request, status = chance.choice(REQUESTS)
        referrer = chance.choice(["-", "https://www.baidu.com/", "https://shop.example/shop/"])
        address, agent = f"198.18.0.{chance.randrange(30)}", chance.choice(AGENTS)
        lines.append(
            f"{address} - - [{localtime(moment):%d/%b/%Y:%H:%M:%S %z}] "
            f'"{request} HTTP/1.1" {status} 99 "{referrer}" "{agent}"'
        )
    return lines


def file_of(folder: Path, lines: list[str], name: str = "access.log") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_log_gives_what_the_pages_counted(tmp_path: Path, at: datetime) -> None:
    lines = written(7, 900, at)
    notes = []
    for text in lines:
        read = read_line(text)
        assert read is not None
        if note := note_of(read, hosts=HOSTS):
            notes.append(note)
    take_in_notes(notes, by=CLOCKWORK, at=at)
    told = take_in_file(file_of(tmp_path, lines), hosts=HOSTS, at=at)
    assert in_books("log") == in_books("server")
    assert told.lines == 900
    assert told.counted.views == sum(n.look.kind == "view" and not n.robot for n in notes)
    assert told.counted.robots == sum(bool(n.robot) for n in notes)
    assert len(in_books("log")) == 3


def test_the_same_file_twice_adds_nothing(tmp_path: Path, at: datetime) -> None:
    lines = written(8, 300, at)
    lines.insert(5, lines[5])  # twice within a second: two requests, not one
    lines.insert(5, lines[5])
    file = file_of(tmp_path, lines)
    first = take_in_file(file, hosts=HOSTS, at=at)
    before = in_books("log")
    again = take_in_file(file, hosts=HOSTS, at=at)
    assert in_books("log") == before
    assert (again.counted.views, again.counted.robots, again.counted.others) == (0, 0, 0)
    ours = first.counted.views + first.counted.robots + first.counted.others
    assert again.counted.again == ours > 0


def test_a_file_that_has_grown_adds_what_is_new(tmp_path: Path, at: datetime) -> None:
    lines = written(9, 400, at)
    take_in_file(file_of(tmp_path, lines[:250]), hosts=HOSTS, at=at)
    take_in_file(file_of(tmp_path, lines), hosts=HOSTS, at=at)
    grown = in_books("log")
    notes = [note_of(read, hosts=HOSTS) for text in lines if (read := read_line(text))]
    take_in_notes([n for n in notes if n], by=CLOCKWORK, at=at)
    assert grown == in_books("server")


def test_bad_lines_are_counted_with_their_numbers(tmp_path: Path, at: datetime) -> None:
    lines = written(10, 6, at)
    lines[2] = "something else"
    lines[4] = "x" * 200_000
    told = take_in_file(file_of(tmp_path, lines), hosts=HOSTS, at=at)
    assert (told.lines, told.bad, told.bad_numbers) == (6, 2, [3, 5])


def test_a_gzipped_log_is_read_as_it_is(tmp_path: Path, at: datetime) -> None:
    lines = written(11, 200, at)
    plain = take_in_file(file_of(tmp_path, lines), hosts=HOSTS, at=at)
    zipped = tmp_path / "access.log.1.gz"
    zipped.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    again = take_in_file(zipped, hosts=HOSTS, at=at)
    assert again.counted.again == plain.counted.views + plain.counted.robots + plain.counted.others


def test_a_log_that_breaks_off_is_taken_in_again_whole(tmp_path: Path, at: datetime) -> None:
    lines = written(14, 2_600, at)
    whole = gzip.compress(("\n".join(lines) + "\n").encode())
    zipped = tmp_path / "access.log.1.gz"
    zipped.write_bytes(whole[:-2_000])
    with pytest.raises(Refusal) as no:
        take_in_file(zipped, hosts=HOSTS, at=at)
    assert no.value.code == "log_broken"
    zipped.write_bytes(whole)
    again = take_in_file(zipped, hosts=HOSTS, at=at)
    assert again.counted.again > 0
    counted = in_books("log")
    notes = [note_of(read, hosts=HOSTS) for text in lines if (read := read_line(text))]
    take_in_notes([n for n in notes if n], by=CLOCKWORK, at=at)
    assert counted == in_books("server")


def test_a_file_that_is_no_log_is_refused_after_a_second(tmp_path: Path, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        take_in_file(file_of(tmp_path, ["no log"] * LINES_WITHOUT_ONE), hosts=HOSTS, at=at)
    assert no.value.code == "no_log"
    with pytest.raises(Refusal) as no:
        take_in_file(file_of(tmp_path, ["company:", "  code: x"]), hosts=HOSTS, at=at)
    assert no.value.code == "no_log"
    (tmp_path / "turned.log").touch()
    assert take_in_file(tmp_path / "turned.log", hosts=HOSTS, at=at).lines == 0
    begun = [*written(15, 1, at), *["no log"] * LINES_WITHOUT_ONE]
    told = take_in_file(file_of(tmp_path, begun), hosts=HOSTS, at=at)
    assert told.bad == LINES_WITHOUT_ONE


def test_a_day_without_salt_is_closed(tmp_path: Path, at: datetime) -> None:
    file = file_of(tmp_path, written(12, 100, at))
    take_in_file(file, hosts=HOSTS, at=at)
    destroy_salts(None, by=CLOCKWORK, at=at + timedelta(hours=48))
    before = in_books("log")
    told = take_in_file(file, hosts=HOSTS, at=at + timedelta(hours=49))
    assert told.counted.closed > 0 == told.counted.again
    assert in_books("log") == before


def test_a_day_the_pages_counted_is_told_by_them(tmp_path: Path, at: datetime) -> None:
    line = written(13, 400, at)
    take_in_file(file_of(tmp_path, line), hosts=HOSTS, at=at)
    today = localtime(at).date()
    assert figures_of([today])[today].pv > 1
    take_in_notes([Note("v", "a", at, "", Look())], by=CLOCKWORK, at=at)
    assert figures_of([today])[today].pv == 1
