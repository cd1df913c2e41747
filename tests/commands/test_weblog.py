"""`import weblog`: a server's log as a file, counted once, by a process of its own."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.commands.conftest import House

AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36"
ROBOT = "Mozilla/5.0 (compatible; Baiduspider/2.0)"
LINE = '{} - - [23/Nov/2026:08:{:02d}:00 +0800] "GET {} HTTP/1.1" 200 99 "-" "{}"\n'
LOG = (
    LINE.format("198.18.0.1", 1, "/shop/", AGENT)
    + LINE.format("198.18.0.2", 2, "/shop/", AGENT)
    + LINE.format("198.18.0.3", 3, "/shop/", ROBOT)
    + "what no server wrote\n"
)
CLOCK = "2026-11-23T12:00+08:00"
PRETENDING = (
    "from zhanggui.ground.kernel.models import *; Installation.objects.update(example=True)"
)
COUNTED = (
    "from zhanggui.books.traffic.models import SiteDay\n"
    "print([(d.views, d.visitors, d.bots) for d in SiteDay.objects.filter(counter='log')])"
)


def test_import_weblog_counts_a_file_once(bare_house: House, tmp_path: Path) -> None:
    bare_house.run("prepare", "--empty")
    bare_house.python(PRETENDING)
    file = tmp_path / "access.log"
    file.write_text(LOG, encoding="utf-8")
    first = bare_house.run("--clock", CLOCK, "import", "weblog", str(file))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (
        "4 lines read: 2 page views counted, 1 view of robots turned away, "
        "0 other lines: steps, links opened, pages confirmed.\n"
        "1 line is not in the combined format: 4\n"
    )
    assert bare_house.python(COUNTED) == "[(2, 2, 1)]\n"
    again = bare_house.run("--clock", CLOCK, "import", "weblog", str(file))
    assert "3 lines were counted before and added nothing." in again.stdout
    assert bare_house.python(COUNTED) == "[(2, 2, 1)]\n"


def test_import_weblog_says_what_is_wrong_with_a_file(bare_house: House, tmp_path: Path) -> None:
    bare_house.run("prepare", "--empty")
    other = tmp_path / "company.yaml"
    other.write_text("company:\n  code: putian\n", encoding="utf-8")
    half = tmp_path / "access.log.1.gz"
    half.write_bytes(gzip.compress(LOG.encode())[:15])  # five bytes behind its head
    for name, sentence in (
        (
            str(other),
            (
                "This is no server's log in the combined format. "
                "Name the file into which the web server writes each request, or its .gz."
            ),
        ),
        (
            str(half),
            (
                "The compressed log is damaged or incomplete behind line 0. "
                "Fetch it again and take it in again: nothing is counted twice."
            ),
        ),
        ("nowhere.log", "No such file or directory: nowhere.log."),
    ):
        done = bare_house.run("import", "weblog", name)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}\n"), name
    assert bare_house.python(COUNTED) == "[]\n"
