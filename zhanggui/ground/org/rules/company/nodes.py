"""The YAML of a company file as groups of keys, in which every value still knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import category

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.rules.company import faults
from zhanggui.ground.org.rules.company.faults import LANGUAGES, THIS, Findings, nearest
from zhanggui.ground.org.rules.company.shape import (
    NAME_CHARS_MAX,
    PARTS,
    TEXT_CHARS_MAX,
)
from zhanggui.ground.org.rules.structure import Text

# The C reader is some ten times faster; a PyYAML built without it reads the same language.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULL_TAG = "tag:yaml.org,2002:null"
BOOL_TAG = "tag:yaml.org,2002:bool"
DEPTH_MAX = 16  # a company file needs six; readers recurse, so a hostile depth must not reach them

# YAML 1.1, "c-printable": everything else ends the reader at once, without a line.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_CHARACTERS = frozenset("\n\r\t")


def compose(text: str, findings: Findings) -> Node | None:
    """Return the root of the text's YAML; what stops the reader is raised with all before it."""
    _note_unprintable(text, findings)
    findings.settle()
    try:
        _note_shorthand(text, findings)
        root: Node | None = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.note(line, faults.SYNTAX, problem=error.problem or error.context)
        findings.settle()
    return root


def _note_unprintable(text: str, findings: Findings) -> None:
    for match in UNPRINTABLE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        findings.note(line, faults.UNREADABLE, point=_point(match[0]))


def _note_shorthand(text: str, findings: Findings) -> None:
    """Refuse what a company file never needs and what could make a small file a giant."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if depth > DEPTH_MAX:
            findings.note(line, faults.TOO_DEEP)
            break
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            findings.note(line, faults.NO_SHORTHAND)
    findings.settle()


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"


def line_of(node: Node) -> int:
    """Return the line a node begins on, counted from 1."""
    return int(node.start_mark.line) + 1


def _is_blank(node: Node) -> bool:
    """Return whether a single value says nothing: absent, null, or only spaces."""
    return isinstance(node, ScalarNode) and (node.tag == NULL_TAG or not node.value.strip())


class Entry:
    """One group of keys, read key by key; a fault is noted and an empty value stands in for it."""

    def __init__(self, node: Node, part: str, findings: Findings) -> None:
        self.part = part
        self.line = line_of(node)
        self.findings = findings
        self.is_group = isinstance(node, MappingNode)
        self._nodes: dict[str, Node] = {}
        self._item_lines: dict[tuple[str, str], int] = {}
        if isinstance(node, MappingNode):
            self._note_missing(misspelt=self._index(node))
        else:
            findings.note(self.line, faults.GROUP_WANTED, keys=", ".join(PARTS[part].keys))

    def _index(self, node: MappingNode) -> set[str]:
        """Keep the known keys; return those that an unknown one was probably meant to be."""
        misspelt: set[str] = set()
        for key_node, value_node in node.value:
            line = line_of(key_node)
            key = key_node.value
            if not isinstance(key, str):
                self.findings.note(line, faults.KEY_NOT_A_WORD)
            elif key in self._nodes:
                self.findings.note(line, faults.KEY_TWICE, key=key, part=THIS[self.part])
            elif key in PARTS[self.part].keys:
                self._nodes[key] = value_node
            else:
                misspelt.add(self._note_unknown(key, line))
        return misspelt

    def _note_unknown(self, key: str, line: int) -> str:
        part, keys = THIS[self.part], PARTS[self.part].keys
        near = nearest(key, keys)
        if near:
            self.findings.note(line, faults.KEY_MISSPELT, part=part, key=key, near=near)
        else:
            self.findings.note(line, faults.KEY_UNKNOWN, part=part, key=key, keys=", ".join(keys))
        return near or ""

    def _note_missing(self, *, misspelt: set[str]) -> None:
        for key in PARTS[self.part].required:
            if key not in self._nodes and key not in misspelt:
                self.findings.note(self.line, faults.KEY_MISSING, key=key, part=THIS[self.part])

    def has(self, key: str) -> bool:
        """Return whether the key stands here, with whatever value."""
        return key in self._nodes

    def lacks(self, key: str) -> bool:
        """Return whether the key is absent, or its list empty."""
        node = self._nodes.get(key)
        return node is None or (isinstance(node, SequenceNode) and not node.value)

    def line_at(self, key: str, item: str = "") -> int:
        """Return the line of a key's value, or of one item of its list; else of the whole group."""
        if (key, item) in self._item_lines:
            return self._item_lines[key, item]
        return line_of(self._nodes[key]) if key in self._nodes else self.line

    def value(self, key: str) -> str:
        """Return a single value as it is written: `no` and `0123` are texts like any other."""
        return self._single(key, self._nodes[key]) if key in self._nodes else ""

    def _single(self, key: str, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            self.findings.note(line_of(node), faults.TEXT_WANTED, key=key)
            return ""
        if _is_blank(node):
            self.findings.note(line_of(node), faults.VALUE_MISSING, key=key)
            return ""
        return str(node.value)

    def matched(self, key: str, pattern: re.Pattern[str], otherwise: Sentence) -> str:
        """Return a single value of the given form, or note the sentence that explains the form."""
        value = self.value(key)
        if value and not pattern.fullmatch(value):
            self.findings.note(self.line_at(key), otherwise, value=value)
            return ""
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """Return one of the choices; the default when the key is absent."""
        value = self.value(key)
        if value and value not in choices:
            self.findings.note(
                self.line_at(key),
                faults.NOT_A_CHOICE,
                key=key,
                value=value,
                choices=", ".join(choices),
            )
            return ""
        return value or default

    def flag(self, key: str) -> bool:
        """Return a true or false; false when the key is absent."""
        node = self._nodes.get(key)
        if node is None:
            return False
        if node.tag != BOOL_TAG or node.value not in {"true", "false"}:
            self.findings.note(line_of(node), faults.FLAG_WANTED, key=key)
        return bool(node.value == "true")

    def name(self, key: str) -> Text:
        """Return a short text of one line in both languages."""
        return self._text(key, chars_max=NAME_CHARS_MAX, breaks=False)

    def text(self, key: str) -> Text:
        """Return a longer text in both languages, line breaks allowed."""
        return self._text(key, chars_max=TEXT_CHARS_MAX, breaks=True)

    def _text(self, key: str, *, chars_max: int, breaks: bool) -> Text:
        if key not in self._nodes:
            return Text(zh="", en="")
        pair = Entry(self._nodes[key], "text", self.findings)
        if not pair.is_group:
            return Text(zh="", en="")
        values = {language: pair.language(key, language) for language in LANGUAGES}
        for language, value in values.items():
            pair.check_characters(key, language, value, chars_max=chars_max, breaks=breaks)
        return Text(**values)

    def language(self, key: str, language: str) -> str:
        """Return one language of the text that stands at `key`."""
        node = self._nodes.get(language)
        if node is None or _is_blank(node):
            line, said = self.line_at(language), LANGUAGES[language]
            self.findings.note(line, faults.LANGUAGE_MISSING, key=key, language=said)
            return ""
        return self._single(f"{key}.{language}", node)

    def check_characters(
        self, key: str, language: str, value: str, *, chars_max: int, breaks: bool
    ) -> None:
        """Note a text that is too long, or holds what a page or a database cannot."""
        line, where = self.line_at(language), f"{key}.{language}"
        if len(value) > chars_max:
            self.findings.note(line, faults.TOO_LONG, key=where, length=len(value), limit=chars_max)
        hidden = [c for c in value if category(c) in {"Cc", "Cs"}]
        if not breaks and LINE_CHARACTERS.intersection(hidden):
            self.findings.note(line, faults.ONE_LINE, key=where)
        for character in sorted(set(hidden) - LINE_CHARACTERS):
            self.findings.note(line, faults.BAD_CHARACTER, key=where, point=_point(character))

    def items(self, key: str) -> tuple[str, ...]:
        """Return a list of single values, each once."""
        found: list[str] = []
        for node in self._sequence(key):
            item = self._single(key, node)
            if (key, item) in self._item_lines:
                self.findings.note(line_of(node), faults.LISTED_TWICE, value=item)
            elif item:
                found.append(item)
                self._item_lines[key, item] = line_of(node)
        return tuple(found)

    def entries(self, key: str, part: str) -> list[Entry]:
        """Return a list of groups of keys."""
        return [Entry(node, part, self.findings) for node in self._sequence(key)]

    def entry(self, key: str) -> Entry | None:
        """Return the group of keys that stands at the key of the same name."""
        node = self._nodes.get(key)
        return Entry(node, key, self.findings) if node else None

    def _sequence(self, key: str) -> Iterator[Node]:
        node = self._nodes.get(key)
        if isinstance(node, SequenceNode):
            yield from node.value
        elif node is not None:
            self.findings.note(line_of(node), faults.LIST_WANTED, key=key)
