"""What a page may go through, what its prose may hold, and where its links may lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from zhanggui.books.content.rules import pages as rules
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.books.content.rules.prose import clean_prose, why_not_target, words_of
from zhanggui.ground.kernel.refusal import Refusal


@dataclass
class Paper:
    kind: str = "article"
    state: str = "draft"
    latest_id: int | None = 1
    live_id: int | None = None
    planned_id: int | None = None


SHOWN = Paper(state="live", live_id=1)


def said(refusal: Refusal | None) -> str:
    assert refusal is not None
    return str(refusal.sentence)


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "changed"),
    [
        (Paper(), True),
        (SHOWN, False),
        (Paper(state="live", latest_id=2, live_id=1), True),
        (Paper(state="withdrawn"), True),
    ],
)
def test_is_changed_tells_whether_the_newest_is_shown(paper: Paper, changed: bool) -> None:
    assert rules.is_changed(paper) is changed


@pytest.mark.parametrize(
    ("published", "read", "old"),
    [
        (NOON - timedelta(days=181), None, True),
        (NOON - timedelta(days=180), None, False),
        (NOON - timedelta(days=400), NOON - timedelta(days=10), False),
        (None, None, False),
    ],
)
def test_is_old_counts_from_the_last_reading(
    published: datetime | None, read: datetime | None, old: bool
) -> None:
    assert rules.is_old(published_at=published, read_at=read, at=NOON) is old


@pytest.mark.parametrize("slug", ["tea", "keep-tea-2", "a" * rules.SLUG_CHARS_MAX])
def test_why_not_start_lets_an_address_through(slug: str) -> None:
    assert rules.why_not_start(kind="article", slug=slug, taken=False, pages=1) is None


@pytest.mark.parametrize("slug", ["", "Tea", "tea_1", "-tea", "tea-", "茶", "a" * 61, "tea\n"])
def test_why_not_start_refuses_what_is_no_address(slug: str) -> None:
    no = rules.why_not_start(kind="article", slug=slug, taken=False, pages=1)
    assert said(no) == f"“{slug}” cannot stand in an address."


def test_why_not_start_refuses_a_second_home_and_too_many_pages() -> None:
    home = rules.why_not_start(kind=PageKind.HOME, slug="home", taken=True, pages=1)
    assert said(home) == "The site has its home page already."
    many = rules.why_not_start(kind="help", slug="x", taken=False, pages=rules.PAGES_MAX)
    assert said(many) == "The site has 2000 pages already."


def test_why_not_save_names_who_was_first() -> None:
    no = rules.why_not_save(base=3, newest=4, by="Li", unchanged=False)
    assert no is not None
    assert no.code == "stale"
    assert said(no) == "Li saved version 4 while you were writing. Nothing of yours is lost."
    assert rules.why_not_save(base=4, newest=4, by="Li", unchanged=False) is None


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(), "planned_past"),
        (timedelta(seconds=1), None),
        (rules.AHEAD_MAX, None),
        (rules.AHEAD_MAX + timedelta(seconds=1), "planned_far"),
    ],
)
def test_why_not_plan_wants_a_moment_within_a_year(ahead: timedelta, code: str | None) -> None:
    no = rules.why_not_plan(Paper(), planned_at=NOON + ahead, at=NOON)
    assert (no.code if no else None) == code


def test_why_not_plan_and_publish_want_something_new() -> None:
    for no in (rules.why_not_publish(SHOWN), rules.why_not_plan(SHOWN, at=NOON)):
        assert said(no) == "The newest version is what everybody sees already."


def test_why_not_withdraw_keeps_home_and_drafts() -> None:
    home = rules.why_not_withdraw(Paper(kind="home", state="live", live_id=1))
    assert said(home) == "A shop without a home page has no door."
    assert rules.why_not_withdraw(Paper()) is not None
    assert rules.why_not_withdraw(SHOWN) is None


@pytest.mark.parametrize(
    ("newest", "number", "known", "code"),
    [
        (1, None, False, "illegal_move"),
        (3, None, False, None),
        (3, 9, False, "no_such_version"),
        (3, 3, True, "newest"),
        (3, 2, True, None),
    ],
)
def test_why_not_lead_back(newest: int, number: int | None, known: bool, code: str | None) -> None:
    no = rules.why_not_lead_back(newest=newest, number=number, known=known)
    assert (no.code if no else None) == code


# --- prose ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>Tea</p><h2>Keep</h2><ul><li>dry</li></ul>", None),
        ("<h1>Tea</h1><div>dry</div><b>cool</b>", "<h2>Tea</h2><p>dry</p><strong>cool</strong>"),
        ("one\nline\n\nsecond & third", "<p>one<br/>line</p><p>second &amp; third</p>"),
        ('<p style="color:red" onclick="x()" class="a">Tea</p>', "<p>Tea</p>"),
        ("<p>a</p><p> </p><p><br></p><p>b</p>", "<p>a</p><p>b</p>"),
        ('<a href="/shop/c/TEA/" target="_top">tea</a>', '<a href="/shop/c/TEA/">tea</a>'),
        ('<a href="tel:059-1234">call</a>', '<a href="tel:059-1234">call</a>'),
        ("", ""),
    ],
)
def test_clean_prose_keeps_what_an_editor_writes(typed: str, kept: str | None) -> None:
    assert clean_prose(typed) == (typed if kept is None else kept)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<p>x<img src=x onerror=alert(1)></p>",
        "<svg onload=alert(1)><p>x</p></svg>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java\tscript:alert(1)">x</a>',
        '<a href="&#106;avascript:alert(1)">x</a>',
        '<a href="//evil.example/">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
        "<!DOCTYPE x [<img src=x onerror=alert(1)>]>",
        "<?x ><img src=x onerror=alert(1)>?>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<textarea></textarea><img src=x onerror=alert(1)>",
        "<form action=/desk/><button>x</button></form>",
        "<style>@import '//evil.example'</style>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    ],
)
def test_clean_prose_lets_nothing_through_that_acts(hostile: str) -> None:
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        found: list[tuple[str, list[str]]]

        def __init__(self) -> None:
            super().__init__()
            self.found = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found.append((tag, [name for name, _value in attrs]))

        def handle_decl(self, decl: str) -> None:
            self.found.append(("!", []))

        def unknown_decl(self, data: str) -> None:
            self.found.append(("!", []))

        def handle_pi(self, data: str) -> None:
            self.found.append(("?", []))

        def handle_comment(self, data: str) -> None:
            self.found.append(("--", []))

    reader = Reader()
    clean = clean_prose(hostile)
    reader.feed(clean)
    assert "javascript" not in clean.lower()
    assert all(tag == "p" and not names for tag, names in reader.found), clean


@given(st.text(alphabet=st.sampled_from(list("<>/&;\"'= !-[]?abpiscrt\n")), max_size=60))
def test_clean_prose_is_stable_and_bare(text: str) -> None:
    once = clean_prose(text)
    assert clean_prose(once) == once or "<" not in once
    assert "<script" not in once
    assert "<!" not in once


def test_words_of_reads_prose_as_one_line() -> None:
    assert words_of("<h2>Tea</h2>\n<p>Keep it <strong>dry</strong>.</p>") == "Tea Keep it dry ."


@pytest.mark.parametrize(
    "target", ["", "/shop/c/TEA/", "/shop/a/keep-tea/?x=1", "#first", "https://minli.example/a"]
)
def test_why_not_target_lets_own_pages_and_safe_sites_through(target: str) -> None:
    assert why_not_target(target) is None


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "http://x.example", "javascript:alert(1)", "/\\evil.example", "shop/",
        "/shop/ x", "https://", "\x00/shop/", "/" + "a" * 300, "mailto:a@b.example",
    ],
)  # fmt: skip
def test_why_not_target_refuses_the_rest(target: str) -> None:
    assert said(why_not_target(target)) == (
        "A link leads to a page of ours or to a safe address elsewhere."
    )
