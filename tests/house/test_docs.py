"""What the documents say is so: commands, variables, rooms, words, links, examples."""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings

from tests.house.scan import NOUNS, PACKAGE, PROJECT
from zhanggui.config.commands.line import build
from zhanggui.config.messages import CATALOGUE, messages_of, rooms
from zhanggui.ground.kernel.action import ACTIONS

READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = sorted(
    file
    for file in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    if "screens" not in file.parts
)
INTERNAL = {"CLOCK_SET_AT", "DJANGO_SETTINGS_MODULE", "PATH", "HOME", "PGPASSWORD"}
"""Variables by which our own processes tell each other something, or that belong to others."""

_LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
_CODE = re.compile(r"```.*?```", re.DOTALL)
_WORD = re.compile(r"`([^`\n]+)`")


def _text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def _section(text: str, begin: str) -> str:
    """Return the part of a document under the heading that begins with these words."""
    return text.split(f"\n## {begin}", 1)[1].split("\n## ", 1)[0]


def _rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows, headings and rulers left out."""
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row] for row in rows]
    rulers = [i for i, row in enumerate(cells) if set("".join(row)) <= {"-", ":"}]
    return [row for i, row in enumerate(cells) if i not in rulers and i + 1 not in rulers]


# --- commands ---------------------------------------------------------------------------------
def _commands() -> set[str]:
    found = [a for a in build()._actions if isinstance(a, argparse._SubParsersAction)]
    return set(found[0].choices)


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", _text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme_and_exists(readme: str) -> None:
    told = {row[0].strip("`").split()[1] for row in _rows(_text(readme)) if "`zhanggui " in row[0]}
    assert told == _commands()


@pytest.mark.parametrize("document", [*READMES, "CONTRIBUTING.md"])
def test_commands_used_in_running_text_exist(document: str) -> None:
    text = _text(document)
    used = re.findall(r"(?:^|`|bin/|-m )zhanggui ([a-z]+)", text, re.MULTILINE)
    assert used
    assert set(used) <= _commands()
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= _targets()


@pytest.mark.parametrize("readme", READMES)
def test_options_in_the_readme_exist(readme: str) -> None:
    parsers = next(a for a in build()._actions if isinstance(a, argparse._SubParsersAction)).choices
    for command, does in (row[:2] for row in _rows(_text(readme)) if "`zhanggui " in row[0]):
        known = set(parsers[command.strip("`").split()[1]]._option_string_actions)
        assert set(re.findall(r"--[a-z-]+", command + does)) <= known, command


# --- configuration ----------------------------------------------------------------------------
def _variables_read() -> set[str]:
    """Return the environment variables that the source reads."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = ast.unparse(node.func)
                reads = name in {"_flag", "os.environ.get", "os.getenv", "os.environ.setdefault"}
                if reads and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
            elif (
                isinstance(node, ast.Subscript)
                and isinstance(node.slice, ast.Constant)
                and ast.unparse(node.value) == "os.environ"
            ):
                found.add(str(node.slice.value))
    return found - INTERNAL


@pytest.mark.parametrize(
    ("readme", "heading"), [("README.md", "Configuration"), ("README.zh-CN.md", "配置")]
)
def test_every_variable_is_documented_and_read(readme: str, heading: str) -> None:
    rows = _rows(_section(_text(readme), heading))
    told = {word for row in rows for word in _WORD.findall(row[0])}
    assert told == _variables_read()


# --- storeys and rooms ------------------------------------------------------------------------
def _contracts() -> dict[str, list[tuple[str, bool]]]:
    """Return the order of each container of the import contracts: names, and whether built."""
    told = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    return {
        contract["containers"][0]: [
            (name.strip(" ()"), "(" not in name)
            for layer in contract["layers"]
            for name in layer.split("|")
        ]
        for contract in told
        if contract["type"] == "layers"
    }


def _rooms_told() -> list[tuple[str, str, bool]]:
    block = _text("docs/architecture.md").split("<!-- rooms -->")[1]
    rows = _rows(block.split("<!-- end of rooms -->")[0])
    return [(storey, room.strip("`"), stands == "yes") for storey, room, _keeps, stands in rows]


def test_rooms_stand_where_the_import_contracts_put_them() -> None:
    for container, layers in _contracts().items():
        if container == "zhanggui":
            continue
        storey = container.rpartition(".")[2]
        told = [(room, stands) for where, room, stands in _rooms_told() if where == storey]
        assert told == layers, f"docs/architecture.md and pyproject.toml differ on {storey}"


def test_rooms_that_stand_are_those_of_the_settings() -> None:
    told = {f"zhanggui.{storey}.{room}" for storey, room, stands in _rooms_told() if stands}
    assert told == set(settings.ROOMS)


def test_storeys_are_drawn_in_their_order() -> None:
    drawing = _section(_text("docs/architecture.md"), "2. ").split("```")[1]
    drawn = re.findall(r"^  ([a-z]+)  ", drawing, re.MULTILINE)
    assert drawn == [name for name, _built in _contracts()["zhanggui"]]


def test_every_file_name_of_a_room_has_its_noun() -> None:
    nouns = _section(_text("docs/architecture.md"), "1. ")
    missing = [n for n in sorted(NOUNS - {"__init__", "apps"}) if f"`{n}.py`" not in nouns]
    assert missing == []


def test_every_folder_of_tests_has_its_line() -> None:
    told = re.findall(r"`tests/(\w+)/`", _section(_text("docs/architecture.md"), "9. "))
    here = {f.parent.name for f in (PROJECT / "tests").glob("*/test_*.py")}
    assert sorted(told) == sorted(here)


def test_excerpts_are_the_source_as_it_stands() -> None:
    told = _text("docs/architecture.md")
    excerpts = re.findall(r"<!-- source: (\S+) -->\n```python\n(.*?)```", told, re.DOTALL)
    assert excerpts
    for file, code in excerpts:
        assert code in _text(file), f"{file} has moved on: copy the action anew"


def test_urls_in_the_architecture_exist() -> None:
    from zhanggui.config.routes import routes

    patterns = [re.compile(re.sub(r"<[^>]+>", "[^/]+", route.path) + r"$") for route in routes()]
    told = re.findall(r"`(/desk/[^`?]*)", _section(_text("docs/architecture.md"), "6. "))
    told = [url for url in told if "<" not in url]
    assert told
    assert [url for url in told if not any(p.match(url) for p in patterns)] == []


# --- words ------------------------------------------------------------------------------------
@cache
def _names() -> frozenset[str]:
    """Return every name the source defines: modules, classes, functions, fields, arguments."""
    found = {"zhanggui"}
    for file in PACKAGE.rglob("*.py"):
        if "tests" in file.parts or "migrations" in file.parts:
            continue
        found |= {file.stem, file.parent.name}
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
    return frozenset(found)


def _glossary() -> str:
    return _text("docs/glossary.md")


def test_every_name_in_the_glossary_exists() -> None:
    told = [w for row in _rows(_glossary()) if len(row) == 4 for w in _WORD.findall(row[2])]
    assert told
    assert [word for word in told if word not in _names()] == []


def test_every_model_is_in_the_glossary() -> None:
    told = set(_WORD.findall(_glossary()))
    ours = [m for m in apps.get_models() if m.__module__.startswith("zhanggui.")]
    missing = [m._meta.label for m in ours if m.__name__ not in told]
    assert missing == [], "docs/glossary.md: a new noun comes there first"


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def test_every_noun_an_action_is_about_is_in_the_glossary() -> None:
    said = " ".join(" ".join(row[1:3]) for row in _rows(_glossary()) if len(row) == 4).lower()
    words = {_singular(word) for word in re.findall(r"[a-z]+", said)}
    missing = []
    for action in ACTIONS.values():
        nouns = action.name.split("_")[1:]
        if not any(_singular(noun) in words for noun in nouns):
            missing.append(action.verb)
    assert missing == [], "docs/glossary.md does not know what these are about"


def test_no_word_of_the_glossary_means_two_things() -> None:
    terms = [row[0] for row in _rows(_glossary())]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


# --- decisions and links ----------------------------------------------------------------------
def test_every_decision_is_in_the_index_in_order() -> None:
    files = sorted(f.name for f in (PROJECT / "docs/adr").glob("[0-9]*.md"))
    index = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", _text("docs/adr/README.md"))
    assert index == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))


def test_decisions_say_context_decision_and_consequences() -> None:
    for file in sorted((PROJECT / "docs/adr").glob("[0-9]*.md")):
        headings = re.findall(r"^## (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings[:1] == ["Context"], file.name
        assert headings[-1] in {"Consequences", "What follows"}, file.name
        assert "Decision" in headings, file.name


def _links(file: Path) -> Iterator[Path]:
    text = _CODE.sub("", file.read_text(encoding="utf-8"))
    for found in _LINK.finditer(text):
        target = (found[1] or found[2]).partition("#")[0]
        if target and not re.match(r"[a-z]+:", target):
            yield (file.parent / target).resolve()


def _id(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("file", DOCUMENTS, ids=_id)
def test_links_to_files_of_ours_lead_somewhere(file: Path) -> None:
    assert [_id(target) for target in _links(file) if not target.exists()] == []


def test_both_readmes_say_as_much() -> None:
    english, chinese = (_text(name) for name in READMES)
    for mark in (r"^## ", r"^\|", r"^```", r"^\*\*", r"docs/screens/[\w-]+\.png"):
        counted = [len(re.findall(mark, text, re.MULTILINE)) for text in (english, chinese)]
        assert counted[0] == counted[1], mark


@pytest.mark.parametrize(
    ("readme", "heading", "quoted"),
    [
        ("README.md", "First steps", r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)"),
        ("README.zh-CN.md", "各人的第一步", r"“([^”]+)”"),
    ],
    ids=["en", "zh"],
)
def test_words_to_click_stand_on_the_screen(readme: str, heading: str, quoted: str) -> None:
    shown = {message.msgid for room in rooms() for message in messages_of(room)}
    for catalogue in (room / CATALOGUE for room in rooms() if (room / CATALOGUE).exists()):
        with catalogue.open("rb") as file:
            shown |= {str(entry.string) for entry in read_po(file)}
    told = re.findall(quoted, _section(_text(readme), heading))
    told = [" ".join(word.split()) for word in told]
    assert told
    assert [word for word in told if word not in shown] == []


def test_users_named_in_the_readme_live_in_the_example_company() -> None:
    from conftest import COMPANY_FILE
    from zhanggui.ground.org.rules.company import read_company

    people = {p.user for p in read_company(COMPANY_FILE.read_text(encoding="utf-8")).people}
    for readme in READMES:
        told = re.findall(r"^\*\*[^*]+\*\* ?[(\uff08]`(\w+)`", _text(readme), re.MULTILINE)
        assert len(told) == 11 and set(told) <= people


# --- the worked example -----------------------------------------------------------------------
def _write_example(root: Path) -> list[str]:
    """Copy the house and build the example's room into it; return the files it consists of."""
    skip = shutil.ignore_patterns("__pycache__", "static", "data")
    shutil.copytree(PACKAGE, root / "zhanggui", ignore=skip)
    shutil.copytree(PACKAGE / "ground/places/data", root / "zhanggui/ground/places/data")
    shutil.copytree(PACKAGE / "ground/desk/static", root / "zhanggui/ground/desk/static")
    (root / "tests").mkdir()
    for path in [*PROJECT.glob("tests/*.py"), PROJECT / "conftest.py", PROJECT / "pyproject.toml"]:
        shutil.copy(path, root / path.relative_to(PROJECT))
    blocks = re.findall(
        r"^`(zhanggui/\S+\.py)`\n```python\n(.*?)^```", _text("CONTRIBUTING.md"), re.M | re.S
    )
    for name, code in blocks:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
        (file.parent / "__init__.py").touch()
    file = root / "zhanggui/config/settings.py"
    upkeep = '    "zhanggui.steering.upkeep",\n'
    told = file.read_text(encoding="utf-8")
    assert upkeep in told
    file.write_text(
        told.replace(upkeep, f'    "zhanggui.steering.pricing",\n{upkeep}'), encoding="utf-8"
    )
    return [name for name, _code in blocks]


@pytest.mark.slow
@pytest.mark.skipif(
    (PACKAGE / "steering/pricing").exists(), reason="the example's room has been built for real"
)
def test_the_worked_example_works(tmp_path: Path) -> None:
    files = _write_example(tmp_path)
    assert "zhanggui/steering/pricing/duties.py" in files
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PYTEST_ADDOPTS"}},
        "PYTHONPATH": str(tmp_path),
        "DATA": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "zhanggui.config.settings",
    }
    tests = ["-m", "pytest", "-n", "0", "zhanggui/steering/pricing"]
    for words in (["-m", "django", "makemigrations", "pricing"], tests):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout or "...." in done.stdout
