"""The translations: what the source says, what each room's catalogue answers, and the difference.

Needs neither gettext's programs nor a loaded Django: the catalogues are compiled before it starts.
"""

from __future__ import annotations

import ast
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from babel.messages.catalog import Message as Entry

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = """\
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# gettext's functions: the places of context, singular and plural among their arguments.
_PLACES: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_PLACES |= {f"{name}_lazy": places for name, places in _PLACES.items() if name != "_"}
_TEMPLATE_CALL = re.compile(r"(?<!\w)(_|gettext|ngettext|pgettext|npgettext)\(")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|%[sd]")


@dataclass(frozen=True)
class Message:
    """A sentence of the source and where it stands."""

    file: Path
    line: int
    msgid: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other sentences: context and text."""
        return self.context, self.msgid


@dataclass(frozen=True)
class Finding:
    """A sentence whose translation is missing or cannot be used."""

    file: str
    line: int
    msgid: str
    wrong: str = "has no translation"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: “{self.msgid}” {self.wrong}"


def rooms() -> list[Path]:
    """Return the folders that keep a catalogue of their own: the rooms, demo and config."""
    found = {p.parent for p in PACKAGE.glob("*/*/__init__.py")}
    inside = {PACKAGE / "demo", PACKAGE / "config"}
    return sorted({p for p in found if p.parent not in inside} | {p for p in inside if p.exists()})


# --- reading the source -----------------------------------------------------------------------
def messages_of(room: Path) -> list[Message]:
    """Return the sentences of a room, by file and place, each once."""
    seen: dict[tuple[str, str], Message] = {}
    for file in sorted(room.rglob("*")):
        if {"tests", "migrations", "static", "locale"} & set(file.relative_to(room).parts):
            continue
        if file.suffix == ".py":
            found = _of_python(file)
        elif file.suffix in {".html", ".txt"} and "templates" in file.parts:
            found = _of_template(file)
        else:
            continue
        for message in sorted(found, key=lambda m: m.line):
            seen.setdefault(message.key, message)
    return list(seen.values())


def _of_python(file: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
            if message := _message(file, node.lineno, name, node.args):
                yield message


def _of_template(file: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    source = templatize(file.read_text(encoding="utf-8"), origin=str(file))
    for match in _TEMPLATE_CALL.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        call = ast.parse(_to_closing(source, match.start(), match.end()), mode="eval").body
        if isinstance(call, ast.Call) and (m := _message(file, line, match[1], call.args)):
            yield m


def _to_closing(source: str, start: int, inside: int) -> str:
    """Return the call beginning at `start`: to the bracket that closes it, outside of strings."""
    quote, at = "", inside
    while quote or source[at] != ")":
        if source[at] == "\\":
            at += 1
        elif quote:
            quote = "" if source[at] == quote else quote
        elif source[at] in "'\"":
            quote = source[at]
        at += 1
    return source[start : at + 1].replace("\n", " ")


def _message(file: Path, line: int, name: str, args: list[ast.expr]) -> Message | None:
    if name not in _PLACES:
        return None

    def text(place: int | None) -> str:
        if place is None or place >= len(args):
            return ""
        value = args[place]
        return str(value.value) if isinstance(value, ast.Constant) and value.value else ""

    context, singular, plural = (text(place) for place in _PLACES[name])
    return Message(file, line, singular, plural, context) if singular else None


# --- catalogues -------------------------------------------------------------------------------
def sync(room: Path, *, tidy: bool = False) -> bool:
    """Bring a room's catalogue up to date with its source; tell whether it changed.

    New sentences come in untranslated, by file. A translation whose sentence is gone is kept as
    obsolete below the others, so that rewording loses nothing; `tidy` drops those.
    """
    from babel.messages.pofile import write_po

    messages, path = messages_of(room), room / CATALOGUE
    if not messages and not path.exists():
        return False
    fresh = _fresh(room, messages, _read(path))
    out = io.BytesIO()
    write_po(out, fresh, width=100, omit_header=True, include_lineno=False, ignore_obsolete=tidy)
    text = HEADER + out.getvalue().decode().lstrip("\n")
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _read(path: Path) -> Catalog:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def _fresh(room: Path, messages: list[Message], former: Catalog) -> Catalog:
    from babel.messages.catalog import Catalog

    fresh = Catalog(locale="zh_Hans")
    kept = [*former.obsolete.values(), *former]
    by_key = {(_single(m), m.context or ""): m for m in kept if m.id}
    for message in messages:
        old = by_key.pop((message.msgid, message.context), None)
        string = _string(old) if old else ""
        fresh.add(
            (message.msgid, message.plural) if message.plural else message.msgid,
            (string,) if message.plural else string,
            locations=[(message.file.relative_to(room).as_posix(), message.line)],
            context=message.context or None,
            flags=(old.flags & {"fuzzy"}) if old else (),
            user_comments=old.user_comments if old else (),
        )
    for old in by_key.values():
        if _string(old):
            fresh.obsolete[_single(old)] = old
    return fresh


def _single(message: Entry) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _string(message: Entry) -> str:
    string = message.string or ""
    return string if isinstance(string, str) else string[0]


def untranslated() -> list[Finding]:
    """Return every sentence without a usable translation, as file, line and remedy."""
    found = []
    for room in rooms():
        answers = {(m.context or "", _single(m)): m for m in _read(room / CATALOGUE) if m.id}
        for message in messages_of(room):
            if wrong := _wrong(message, answers.get(message.key)):
                file = message.file.relative_to(PACKAGE.parent).as_posix()
                found.append(Finding(file, message.line, message.msgid, wrong))
    return found


def _wrong(message: Message, answer: Entry | None) -> str:
    if answer is None or not _string(answer):
        return "has no translation: run `python -m zhanggui messages` and translate it"
    if answer.fuzzy:
        return "has an unsure translation: look at it and remove its fuzzy mark"
    wanted = set(_PLACEHOLDER.findall(f"{message.msgid} {message.plural}"))
    if set(_PLACEHOLDER.findall(_string(answer))) - wanted:
        return "is translated with a placeholder it does not have"
    return ""


def compile_stale() -> int:
    """Compile the catalogues whose compiled form is missing or older; return how many."""
    stale = [
        path
        for path in PACKAGE.glob(f"**/{CATALOGUE}")
        if not _is_fresh(path.with_suffix(".mo"), path)
    ]
    for path in stale:
        _compile(path)
    return len(stale)


def _is_fresh(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(path: Path) -> None:
    from babel.messages.mofile import write_mo

    catalogue = _read(path)
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(path.with_suffix(".mo"))  # a server starting meanwhile reads the whole of one
