"""Every word people read exists in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from django.template.base import DebugLexer, TokenType

from tests.house.scan import PACKAGE, PROJECT, Finding
from zhanggui.config.messages import untranslated

_LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_HIDDEN = re.compile(r"<(script|style|svg|title)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_SPOKEN = re.compile(
    r"\b(?:aria-label|title|placeholder|alt)=\"([^\"{]*[A-Za-z\u4e00-\u9fff]{2,}[^\"{]*)\""
)
_CLASSES = re.compile(r"block \w+_class$")
ALLOWED = {"掌", "Esc", "Enter", "Ctrl", "Space", "Zhanggui", "掌柜", "JSON", "CSV"}
OPENERS = ("blocktranslate", "blocktrans", "comment", "verbatim")


def bare_words(source: str, file: str) -> list[Finding]:
    """Return the words of a template that stand outside any translation."""
    text: list[str] = []
    inside = 0
    classes = False
    for token in DebugLexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            word = token.contents.split()[0]
            inside += word in OPENERS or bool(_CLASSES.match(token.contents))
            inside -= word.startswith("end") and (word[3:] in OPENERS or classes)
            classes = bool(_CLASSES.match(token.contents))
        keep = token.token_type == TokenType.TEXT and not inside
        text.append(token.contents if keep else "\n" * token.contents.count("\n"))
        if not keep:
            text.append("\x00")
    page = _HIDDEN.sub(lambda m: "\n" * m[0].count("\n"), "".join(text))
    found = []
    for spoken in _SPOKEN.finditer(page):
        if "\x00" not in spoken[1]:
            found.append((page.count("\n", 0, spoken.start()) + 1, spoken[1]))
    page = _TAG.sub(lambda m: "\n" * m[0].count("\n"), page)
    for number, line in enumerate(page.split("\n"), start=1):
        for word in _LETTERS.findall(line):
            if word not in ALLOWED:
                found.append((number, word))
    return [Finding(file, number, f"“{word}” is not translated") for number, word in found]


def test_every_message_has_its_chinese() -> None:
    assert [str(finding) for finding in untranslated()] == []


def test_templates_speak_through_translations_only() -> None:
    found = []
    for file in sorted(PACKAGE.rglob("templates/**/*.html")):
        name = file.relative_to(PROJECT).as_posix()
        if not name.endswith(("patterns.html",)):
            found += bare_words(file.read_text(encoding="utf-8"), name)
    assert [str(finding) for finding in found] == []


def test_an_untranslated_string_is_caught(tmp_path: Path) -> None:
    assert [f.remedy for f in bare_words("<p>\n<b>Save</b> {{ x }}</p>", "x.html")] == [
        "“Save” is not translated"
    ]
    assert [f.line for f in bare_words('<a\n title="Open">{{ x }}</a>', "x.html")] == [2]
    assert bare_words('<p class="muted">{% translate "Save" %} {{ x }}</p>', "x.html") == []
