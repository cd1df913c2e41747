"""Lines of the combined format: read whole, and told from what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.traffic.rules import weblog as rules
from zhanggui.books.traffic.rules.sources import Source

PHONE = "Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126.0 Mobile Safari/537.36"


def line(
    request: str = "GET /shop/p/TGY/?via=poster HTTP/1.1",
    status: int = 200,
    referrer: str = "-",
    agent: str = PHONE,
    when: str = "23/Nov/2026:12:00:01 +0800",
) -> str:
    return f'203.0.113.7 - - [{when}] "{request}" {status} 5120 "{referrer}" "{agent}"'


def test_read_line_reads_all_of_it() -> None:
    found = rules.read_line(line(referrer="https://www.baidu.com/"))
    assert found == rules.Line(
        address="203.0.113.7",
        at=datetime(2026, 11, 23, 4, 0, 1, tzinfo=UTC),
        method="GET",
        path="/shop/p/TGY/",
        query="via=poster",
        status=200,
        referrer="https://www.baidu.com/",
        agent=PHONE,
    )


def test_read_line_takes_what_servers_escape_and_people_are_called() -> None:
    found = rules.read_line(
        '::1 - old king [01/Jan/2027:00:00:00 -0230] "GET /shop/search/?q=%E8%8C%B6 HTTP/2.0" '
        '200 - "-" "Mozilla/5.0 \\"x\\"" "more"'
    )
    assert found is not None
    assert found.at == datetime(2027, 1, 1, 2, 30, tzinfo=UTC)
    assert found.agent == 'Mozilla/5.0 \\"x\\"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing of the kind",
        '203.0.113.7 - - [23/Nov/2026:12:00:01 +0800] "GET / HTTP/1.1" 200 5120',
        line(when="31/Feb/2026:12:00:01 +0800"),
        line(when="23/Smarch/2026:12:00:01 +0800"),
        line(when="23/Xxx/2026:12:00:01 +0800"),
        line(when="23/Nov/2026:25:00:01 +0800"),
        line(when="23/Nov/2026:12:00:01 +9900"),
    ],
)
def test_read_line_takes_nothing_else(text: str) -> None:
    assert rules.read_line(text) is None


@given(st.text())
def test_read_line_breaks_at_nothing(text: str) -> None:
    rules.read_line(text)
    found = rules.read_line(line(agent=text.replace('"', "").replace("\\", "")))
    if found is not None:
        rules.note_of(found, hosts=())


@pytest.mark.parametrize(
    ("values", "kind", "robot"),
    [
        ({}, "view", ""),
        ({"agent": "curl/8.5.0"}, "view", "program"),
        ({"agent": "-"}, "view", "silent"),
        ({"request": "POST /shop/cart/add/ HTTP/1.1", "status": 303}, "step", ""),
        ({"request": "POST /shop/checkout/ HTTP/1.1", "status": 303}, "step", ""),
        ({"request": "GET /l/poster HTTP/1.1", "status": 302}, "opened", ""),
        ({"request": "GET /shop/seen/?at=1795406400 HTTP/1.1", "status": 204}, "seen", ""),
    ],
)
def test_note_of_tells_views_steps_links_and_reports(
    values: dict[str, object], kind: str, robot: str
) -> None:
    read = rules.read_line(line(**values))  # type: ignore[arg-type]
    assert read is not None
    note = rules.note_of(read, hosts=("shop.example",))
    assert note is not None
    assert (note.look.kind, note.robot) == (kind, robot)


@pytest.mark.parametrize(
    "values",
    [
        {"status": 404},
        {"status": 304},
        {"request": "HEAD /shop/ HTTP/1.1"},
        {"request": "GET /static/shop/shop.css HTTP/1.1"},
        {"request": "GET /desk/ HTTP/1.1"},
        {"request": "GET /shop/order/x/?org.htmx.cache-buster=track HTTP/1.1"},
        {"request": "GET /l/poster HTTP/1.1", "status": 404},
        {"request": "GET /l/poster HTTP/1.1", "status": 302, "agent": "curl/8.5.0"},
        {"request": "GET /shop/seen/?at=1 HTTP/1.1", "status": 204},
        {"request": "POST /shop/checkout/ HTTP/1.1", "status": 200},
        {"request": "", "status": 400},
        {"request": "\\x16\\x03\\x01", "status": 400},
    ],
)
def test_note_of_leaves_out_what_is_nothing_to_count(values: dict[str, object]) -> None:
    read = rules.read_line(line(**values))  # type: ignore[arg-type]
    assert read is not None
    assert rules.note_of(read, hosts=()) is None


def test_note_of_knows_where_it_came_from() -> None:
    read = rules.read_line(line(request="GET /shop/ HTTP/1.1", referrer="https://bing.com/s"))
    assert read is not None
    note = rules.note_of(read, hosts=("shop.example",))
    assert note is not None
    assert note.look.source == Source("search", "bing")
    assert (note.look.landing, note.look.device) == ("/shop/", "phone")
