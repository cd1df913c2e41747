"""The marks and words of the desk's templates, and the templates themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from zhanggui.ground.desk.patterns import pattern_samples
from zhanggui.ground.desk.templatetags import desk

ROOM = Path(desk.__file__).parent.parent
HOUSE = ROOM.parents[1]
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOM / "static/desk").rglob("*.js"))
# 14:05 on 23 November 2026 in the company's time.
NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("seconds", "english_words", "chinese_words"),
    [
        (None, "", ""),
        ("", "", ""),
        (-5, "under 1 min", "不到 1 分"),
        (0, "under 1 min", "不到 1 分"),
        (59, "under 1 min", "不到 1 分"),
        (60, "1 min", "1 分"),
        (420, "7 min", "7 分"),
        (3599, "59 min", "59 分"),
        (3600, "1 h", "1 小时"),
        (7800, "2 h 10 min", "2 小时 10 分"),
        (86_399, "23 h 59 min", "23 小时 59 分"),
        (86_400, "1 d", "1 天"),
        (104_400, "1 d 5 h", "1 天 5 小时"),
        (259_200, "3 d", "3 天"),
        (277_000, "3 d", "3 天"),
    ],
)
def test_wait_says_lengths_of_time_as_people_do(
    seconds: int | None, english_words: str, chinese_words: str
) -> None:
    assert desk.wait(seconds) == english_words
    with translation.override("zh-hans"):
        assert desk.wait(seconds) == chinese_words


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "¥0.00"), (5, "¥0.05"), (123450, "¥1,234.50"), (-8750, "−¥87.50"), (None, "")],
)
def test_yuan_shows_fen_with_two_decimals(fen: int | None, shown: str) -> None:
    assert desk.yuan(fen) == shown


@pytest.mark.parametrize(
    ("value", "english_words", "chinese_words"),
    [
        (None, "", ""),
        ("at once", "at once", "at once"),
        (datetime(2026, 11, 23, 6, 5, tzinfo=UTC), "14:05", "14:05"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "00:00", "00:00"),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "22 Nov 23:59", "11月22日 23:59"),
        (datetime(2025, 12, 31, 16, 30, tzinfo=UTC), "1 Jan 00:30", "1月1日 00:30"),
        (datetime(2025, 12, 31, 15, 30, tzinfo=UTC), "31 Dec 2025 23:30", "2025年12月31日 23:30"),
        (date(2026, 3, 8), "8 Mar", "3月8日"),
        (date(2024, 2, 29), "29 Feb 2024", "2024年2月29日"),
    ],
)
def test_moment_is_as_short_as_it_can_be(
    value: datetime | date | str | None, english_words: str, chinese_words: str
) -> None:
    assert desk.moment(value, NOW) == english_words
    with translation.override("zh-hans"):
        assert desk.moment(value, NOW) == chinese_words


def test_day_leaves_the_hour_away() -> None:
    assert desk.day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), NOW) == "23 Nov"
    assert desk.day(datetime(2024, 11, 22, 10, 0, tzinfo=UTC), NOW) == "22 Nov 2024"
    assert desk.day(None, NOW) == ""


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812342206", "138****2206"),
        ("+8613812342206", "+86138****2206"),
        ("05942345678", "059****5678"),
        ("4008123", "*****23"),
        ("12", "12"),
        ("", ""),
        (None, ""),
    ],
)
def test_masked_hides_the_middle_of_a_phone(phone: str | None, shown: str) -> None:
    assert desk.masked(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("胡某某", "胡"), (" lin", "L"), ("", "·"), (None, "·")]
)
def test_initial_is_the_first_character(name: str | None, shown: str) -> None:
    assert desk.initial(name) == shown


def test_icon_is_decoration_unless_it_has_a_label() -> None:
    assert re.fullmatch(
        r'<svg class="icon" aria-hidden="true"><use href="/static/vendor/tabler-icons-3.51.0/'
        r'sprite(\.\w+)?\.svg#clock"></use></svg>',
        desk.icon("clock"),
    )
    assert 'role="img" aria-label="&lt;late&gt;"' in desk.icon("clock", "<late>")


def test_icon_refuses_a_name_the_sprite_lacks() -> None:
    with pytest.raises(LookupError, match="the sprite has no icon “unicorn”"):
        desk.icon("unicorn")


@pytest.mark.parametrize("tone", [*desk.TONES])
def test_badge_brings_the_icon_of_its_tone_and_a_word(tone: str) -> None:
    shown = desk.badge(tone, "a & b")
    assert shown.startswith(f'<span class="badge tone-{tone}"><svg')
    assert f"#{desk.TONES[tone]}" in shown
    assert shown.endswith("<span>a &amp; b</span></span>")


def test_an_unknown_tone_rests() -> None:
    assert 'class="badge tone-rest"' in desk.badge("shocking", "x")
    assert desk.tone_icon("shocking") == desk.TONES["rest"]


def test_sparkline_says_its_numbers_and_draws_them() -> None:
    shown = desk.sparkline([1, 3, 2], "Orders", "done")
    assert '<polyline class="spark__line" points="0.0,27.0 42.0,3.0 84.0,15.0"/>' in shown
    assert "<title>Orders</title>" in shown
    assert '<span class="sr">3 values, oldest first: 1, 3, 2</span>' in shown


def test_a_flat_sparkline_runs_through_the_middle() -> None:
    assert 'points="0.0,15.0 84.0,15.0"' in desk.sparkline([4, 4])


@pytest.mark.parametrize("values", [None, [], [7]])
def test_sparkline_of_less_than_two_values_is_nothing(values: list[int] | None) -> None:
    assert desk.sparkline(values) == ""


def test_bar_keeps_within_its_track_and_says_its_numbers() -> None:
    shown = desk.bar(140, 74, "stop", "Turnover")
    assert '<rect class="bar__fill" width="100" height="6"/>' in shown
    assert '<rect class="bar__mark" x="73.5" width="1" height="6"/>' in shown
    assert 'aria-label="Turnover 140%, due by now 74%"' in shown
    assert "bar__mark" not in desk.bar(-3)
    assert 'width="0"' in desk.bar(-3)


@pytest.mark.parametrize(
    ("rows", "there"),
    [
        ([], False),
        ([{"owner": ""}, {"owner": None}], False),
        ([{"owner": None}, {"owner": "x"}], True),
    ],
)
def test_some_finds_a_column_worth_drawing(rows: list[dict[str, str]], there: bool) -> None:
    assert desk.some(rows, "owner") is there


class _Form(forms.Form):
    due = forms.CharField(label="Due", help_text="A day.")
    note = forms.CharField(label="Note", required=False)
    read = forms.BooleanField(label="Read", required=False)
    key = forms.CharField(widget=forms.HiddenInput)


def _field(form: _Form, name: str) -> str:
    template = Template("{% load desk %}{% field bound %}")
    return template.render(Context({"bound": form[name]}))


def test_field_draws_label_control_help_error_and_their_value() -> None:
    form = _Form({"due": ""})
    form["due"].theirs = "2026-12-02"  # type: ignore[attr-defined]
    shown = _field(form, "due")
    assert '<label class="field__label" for="id_due">Due</label>' in shown
    assert 'aria-describedby="id_due_helptext id_due_error"' in shown
    assert '<p class="field__error" id="id_due_error">' in shown
    assert '<p class="field__help" id="id_due_helptext">A day.</p>' in shown
    assert "<b>2026-12-02</b>" in shown


def test_field_marks_what_is_optional_and_draws_a_tick_beside_its_words() -> None:
    assert '<span class="opt">optional</span>' in _field(_Form(), "note")
    assert '<label class="choice" for="id_read">' in _field(_Form(), "read")
    assert _field(_Form(), "key").strip() == '<input type="hidden" name="key" id="id_key">'


def test_part_draws_a_template_with_its_own_words_in_reach() -> None:
    template = Template('{% load desk %}{% part "desk/parts/callout.html" content %}{{ sentence }}')
    content = {"tone": "stop", "sentence": "Not <now>.", "settles": "Later."}
    shown = template.render(Context({"content": content, "sentence": "outer"}))
    assert 'role="alert"' in shown
    assert "Not &lt;now&gt;." in shown
    assert shown.endswith("outer")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.stem)
def test_every_template_compiles(path: Path) -> None:
    get_template(path.relative_to(ROOM / "templates").as_posix())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.stem)
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "script belongs in an island"
    assert not re.search(r"\sstyle\s*=|<style", source), "styles belong in desk.css"
    assert not re.search(r"\son[a-z]+\s*=|hx-on|javascript:", source), (
        "handlers belong in an island"
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.stem)
def test_every_icon_a_template_names_is_in_the_sprite(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    named = set(re.findall(r'{% icon "([^"]+)"', source)) | set(
        re.findall(r'mark="([^"]+)"', source)
    )
    assert named <= desk.icon_names()


def test_every_island_a_template_names_exists() -> None:
    pages = [path for path in HOUSE.glob("*/*/templates/**/*.html") if "faces" not in path.parts]
    sources = " ".join(path.read_text(encoding="utf-8") for path in pages)
    named = {
        name for names in re.findall(r'data-island="([^"{]+)"', sources) for name in names.split()
    }
    assert named == {"keys", "palette", "dialog", "waits", "draft", "queue", "sum", "theme"}
    assert named == {path.stem for path in SCRIPTS if path.parent.name == "islands"}


def test_the_styles_stay_within_their_budget() -> None:
    assert (ROOM / "static/desk/desk.css").stat().st_size <= 50_000


def test_the_script_of_every_page_stays_within_its_budget() -> None:
    """Before any island: htmx and the loader. Islands and morphing come where a page names them."""
    always = [ROOM / "static/vendor/htmx-2.0.11/htmx.min.js", ROOM / "static/desk/islands.js"]
    assert sum(path.stat().st_size for path in always) <= 60_000
    assert sum(path.stat().st_size for path in SCRIPTS) <= 20_000


def test_the_error_page_needs_no_request() -> None:
    context = {
        "status": 500,
        "title": "Broke",
        "sentence": "Ours.",
        "settles": "",
        "reference": "7F",
    }
    shown = get_template("desk/error.html").render(context)
    assert "<code>7F</code>" in shown
    assert "Broke" in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pattern_page_shows_every_tone_and_icon(language: str) -> None:
    with translation.override(language):
        context = {"samples": pattern_samples(NOW), "desk": {}}
        shown = get_template("desk/patterns.html").render(context)
    assert all(f'class="badge tone-{tone}"' in shown for tone in desk.TONES)
    assert all(f"#{name}" in shown for name in desk.icon_names())


def _queue(**changes: object) -> str:
    column = {"title": "What", "numeric": False, "sort": None, "sorted": None}
    row = {
        "id": 7, "url": "/r/7/", "wait_s": 420, "tone": "wait", "owner": "", "selected": False,
        "checkable": True,
        "cells": [{"lines": ["<A-7>", "second"], "numeric": False, "badges": [], "strong": True}],
    }  # fmt: skip
    context = {
        "duty": {"title": "Queue", "url": "/q/"},
        "summary": {"tone": "wait", "text": "1 waiting"},
        "columns": [column],
        "rows": [row],
        "page": {"number": 1, "pages": 1, "total": 1, "prev": None, "next": None},
        "empty": {"title": "Nothing waits here", "text": "Orders appear here."},
        **changes,
    }
    return get_template("desk/queue.html#rows").render(context)


def test_a_queue_row_links_its_first_line_and_says_its_wait() -> None:
    shown = _queue()
    assert '<a class="rows__link strong" href="/r/7/" data-open="7">&lt;A-7&gt;</a>' in shown
    assert '<div class="rows__sub">second</div>' in shown
    assert '<span data-wait="420">7 min</span>' in shown
    assert "Owner" not in shown, "a column without anything in it stays away"
    assert '<form method="post">' in shown
    assert "checkbox" not in shown


def test_a_queue_with_bulk_acts_offers_ticks() -> None:
    bulk = [{"verb": "remind", "title": "Remind", "letter": "", "tone": "main", "url": "/bulk/"}]
    shown = _queue(bulk=bulk)
    assert '<input type="checkbox" name="row" value="7" aria-label="Tick &lt;A-7&gt;">' in shown
    assert '<button class="btn btn--main" formaction="/bulk/">Remind</button>' in shown


def test_an_empty_queue_says_what_will_appear() -> None:
    shown = _queue(rows=[])
    assert "<h2>Nothing waits here</h2><p>Orders appear here.</p>" in shown
    assert "<table" not in shown


def _acts(*acts: dict[str, object]) -> str:
    return get_template("desk/parts/acts.html").render({"acts": acts})


def test_a_refused_act_says_why_beside_itself() -> None:
    act = {
        "verb": "close",
        "title": "Close",
        "letter": "C",
        "url": "/close/",
        "disabled": "No photo.",
    }
    shown = _acts(act)
    assert "disabled" in shown
    assert '<span id="no-close">No photo.</span>' in shown
    assert "/close/" not in shown, "what is refused has no way around the refusal"


def test_an_act_that_asks_nothing_is_done_at_once() -> None:
    act = {"verb": "read", "title": "Read", "letter": "R", "url": "/read/", "direct": True}
    assert '<form method="post" action="/read/"' in _acts(act)
    assert 'data-letter="r"' in _acts(act)
    assert '<a class="btn" href="/read/"' in _acts(act | {"direct": False})


def test_a_clash_shows_both_values_and_keeps_what_was_typed() -> None:
    form = _Form({"due": "mine"})
    row = {"label": "Due", "mine": "mine", "theirs": ""}
    context = {
        "title": "Edit",
        "form": form,
        "fields": list(form),
        "submit": "Save",
        "back": "/b/",
        "conflict": {"sentence": "Changed.", "rows": [row]},
    }
    shown = get_template("desk/act.html#act").render(context)
    assert '<span role="cell"><b>mine</b></span><span role="cell">—</span>' in shown
    assert 'value="mine"' in shown
    assert "data-draft-keep" in shown
