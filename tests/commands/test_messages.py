"""messages: catalogues follow the source, lose no translation, and are compiled when stale."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from zhanggui.config import messages
from zhanggui.config.commands import line

PAGES = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Orders to %(who)s")
LONG = _("a sentence "
         "of two lines")
def count(n): return ngettext("%(n)s order", "%(n)s orders", n)
OPEN = pgettext("a shop", "open")
NOT = _(f"never {TITLE}")
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "It's “here”" %}</h1>
<p title="{{ _("Tip (short)") }}">{% blocktranslate count n=rows trimmed %}
  {{ n }} row
{% plural %}
  {{ n }} rows
{% endblocktranslate %}</p>
{% translate "open" context "a shop" %}
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one room that has something to say."""
    room = tmp_path / "zhanggui" / "trade" / "orders"
    (room / "templates" / "orders").mkdir(parents=True)
    (room / "tests").mkdir()
    (room / "__init__.py").touch()
    (room / "pages.py").write_text(PAGES, encoding="utf-8")
    (room / "templates" / "orders" / "list.html").write_text(TEMPLATE, encoding="utf-8")
    (room / "tests" / "test_x.py").write_text("_('not said to people')", encoding="utf-8")
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "zhanggui")
    return room


def catalogue(room: Path) -> Path:
    return room / messages.CATALOGUE


def translate(room: Path, english: str, chinese: str) -> None:
    text = catalogue(room).read_text(encoding="utf-8")
    assert f'msgid "{english}"\nmsgstr ""' in text
    text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    catalogue(room).write_text(text, encoding="utf-8")


def test_messages_of_a_room_are_found_in_code_and_templates(room: Path) -> None:
    found = [
        (m.file.name, m.line, m.msgid, m.plural, m.context) for m in messages.messages_of(room)
    ]
    assert found == [
        ("pages.py", 3, "Orders to %(who)s", "", ""),
        ("pages.py", 4, "a sentence of two lines", "", ""),
        ("pages.py", 6, "%(n)s order", "%(n)s orders", ""),
        ("pages.py", 7, "open", "", "a shop"),
        ("list.html", 2, "It's “here”", "", ""),
        ("list.html", 3, "Tip (short)", "", ""),
        ("list.html", 3, "%(n)s row", "%(n)s rows", ""),
    ]


def test_sync_brings_in_what_is_new_and_a_second_time_changes_nothing(room: Path) -> None:
    assert messages.sync(room) is True
    text = catalogue(room).read_text(encoding="utf-8")
    assert text.count("\nmsgid ") == 1 + 7 - 1  # the header stands at the very start
    assert '#: pages.py\nmsgctxt "a shop"\nmsgid "open"\nmsgstr ""\n' in text
    assert 'msgid "%(n)s order"\nmsgid_plural "%(n)s orders"\nmsgstr[0] ""\n' in text
    assert "Date" not in text
    assert messages.sync(room) is False


def test_sync_keeps_a_translation_whose_sentence_is_gone_until_tidied(room: Path) -> None:
    messages.sync(room)
    translate(room, "Orders to %(who)s", "给%(who)s的订单")
    (room / "pages.py").write_text("", encoding="utf-8")
    assert messages.sync(room) is True
    assert '#~ msgstr "给%(who)s的订单"' in catalogue(room).read_text(encoding="utf-8")
    (room / "pages.py").write_text(PAGES, encoding="utf-8")
    messages.sync(room)
    assert '\nmsgstr "给%(who)s的订单"' in catalogue(room).read_text(encoding="utf-8")
    (room / "pages.py").write_text("", encoding="utf-8")
    messages.sync(room)
    assert messages.sync(room, tidy=True) is True
    assert "给" not in catalogue(room).read_text(encoding="utf-8")


def test_untranslated_names_file_line_and_remedy(room: Path) -> None:
    messages.sync(room)
    found = messages.untranslated()
    assert len(found) == 7
    assert str(found[0]) == (
        "zhanggui/trade/orders/pages.py:3: “Orders to %(who)s” has no translation: "
        "run `python -m zhanggui messages` and translate it"
    )
    translate(room, "Orders to %(who)s", "给%(whom)s的订单")
    assert messages.untranslated()[0].wrong == "is translated with a placeholder it does not have"
    text = catalogue(room).read_text(encoding="utf-8").replace("%(whom)s", "%(who)s")
    catalogue(room).write_text(text, encoding="utf-8")
    assert len(messages.untranslated()) == 6
    unsure = text.replace('msgid "Orders', '#, fuzzy\nmsgid "Orders')
    catalogue(room).write_text(unsure, encoding="utf-8")
    assert messages.untranslated()[0].wrong.startswith("has an unsure translation")


def test_compile_stale_compiles_what_is_missing_or_older(room: Path) -> None:
    messages.sync(room)
    translate(room, "a sentence of two lines", "两行的句子")
    assert messages.compile_stale() == 1
    assert messages.compile_stale() == 0
    compiled = catalogue(room).with_suffix(".mo")
    with compiled.open("rb") as file:
        known = gettext.GNUTranslations(file)
    assert known.gettext("a sentence of two lines") == "两行的句子"
    os.utime(compiled, ns=(0, 0))
    assert messages.compile_stale() == 1
    assert [
        path.name for path in compiled.parent.iterdir() if path.suffix not in {".po", ".mo"}
    ] == []


def test_the_command_lists_what_waits(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert line.main(["messages"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("zhanggui/trade/orders/locale/zh_Hans/LC_MESSAGES/django.po changed\n")
    assert told.endswith("\n7 sentences wait for a translation.\n")
    assert line.main(["messages", "--check"]) == 1
    text = catalogue(room).read_text(encoding="utf-8")
    head, body = text.split("\n\n", 1)
    body = body.replace('msgstr ""', 'msgstr "好"').replace('msgstr[0] ""', 'msgstr[0] "好"')
    catalogue(room).write_text(f"{head}\n\n{body}", encoding="utf-8")
    capsys.readouterr()
    assert line.main(["messages", "--check"]) == 0
    assert capsys.readouterr().out == "All is translated.\n"
