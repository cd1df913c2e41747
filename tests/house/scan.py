"""Reading the source for what the house does not allow; every finding names line and remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "zhanggui"

WRITES = {
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "save",
    "update",
    "delete",
}
NOUNS = {
    "__init__",
    "apps",
    "rules",
    "models",
    "queries",
    "actions",
    "duties",
    "dossiers",
    "figures",
    "finders",
    "audits",
    "pages",
    "urls",
    "forms",
    "rounds",
}
BANNED = {"utils", "helpers", "common", "services", "managers", "signals", "misc", "base"}
EXTRA = {
    "zhanggui/ground/kernel": {
        "action", "actor", "audit", "clock", "editions", "facts", "fen", "guard", "immutable",
        "jobs", "lead", "limits", "moves", "prepared", "refusal", "timetable",
    },
    "zhanggui/ground/desk": {
        "access", "actor", "dossier", "duty", "edge", "figures", "find", "folding", "patterns",
    },
    "zhanggui/ground/media": {"storage"},
    "zhanggui/ground/places": {"gazetteer", "vendoring"},
    "zhanggui/books/customers": {"actor", "personal", "senders"},
    "zhanggui/ground/org": {
        "account_forms", "account_urls", "actor", "adapter", "effects", "entrance", "handover",
        "line_forms", "signin", "welcome",
    },
}  # fmt: skip
"""Nouns of the ground itself, which holds what the rooms are made of, and of who is a customer."""


@dataclass(frozen=True)
class Finding:
    """A line that the house does not allow, and what to do instead."""

    file: str
    line: int
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.remedy}"


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of the package that is not a test or a migration."""
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PROJECT).as_posix()
        if "/tests/" not in name and "/migrations/" not in name:
            yield name, ast.parse(file.read_text(encoding="utf-8"))


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def may_write(file: str) -> bool:
    """Tell whether a file may write rows: actions, and the kernel's own machinery."""
    parts = Path(file).parts
    return (
        "actions.py" in parts
        or "actions" in parts
        or file.startswith(("zhanggui/ground/kernel/", "zhanggui/config/"))
        or file in {"zhanggui/demo/company.py", "zhanggui/ground/desk/pages/notices.py"}
    )


def writes_outside_actions(file: str, tree: ast.AST) -> Iterator[Finding]:
    """Yield every write of rows in a file that may not write."""
    if may_write(file):
        return
    for name, call in _calls(tree):
        head, _, last = name.rpartition(".")
        manager = ".objects" in head or "_manager" in head or head.endswith(")")
        saved = last in {"save", "delete"} and head and not call.args
        if last in WRITES and (manager or saved) and not _harmless(head):
            yield Finding(file, call.lineno, f"{name}() writes: put it into the room's actions.py")


def _harmless(head: str) -> bool:
    return any(word in head for word in ("hashlib", "digest", "form", "session", "context"))


def opened_guards(file: str, tree: ast.AST) -> Iterator[Finding]:
    """Yield every place outside the kernel that lifts the write guard."""
    if file.startswith("zhanggui/ground/kernel/"):
        return
    for name, call in _calls(tree):
        if name.endswith("writes_open"):
            yield Finding(file, call.lineno, "the write guard is lifted: write an action instead")


def may_ask_the_time(file: str) -> bool:
    """Tell whether a file may ask the clock: pages, rounds, entrance, command line, demo."""
    parts = Path(file).parts
    return (
        "pages" in parts
        or parts[-1] in {"pages.py", "rounds.py", "entrance.py", "clock.py", "jobs.py"}
        or parts[-1] in {"timetable.py", "adapter.py"}
        or "templatetags" in parts
        or file.startswith(("zhanggui/config/", "zhanggui/demo/"))
    )


def asked_times(file: str, tree: ast.AST) -> Iterator[Finding]:
    """Yield every place that asks what time it is without being allowed to."""
    if may_ask_the_time(file):
        return
    for name, call in _calls(tree):
        if name in {"clock.now", "datetime.now", "timezone.now", "time.time", "localdate"} and not (
            call.args
        ):
            yield Finding(file, call.lineno, f"{name}() asks the time: take `at` as an argument")


def misplaced_files() -> Iterator[Finding]:
    """Yield every file whose name is not one of the house's nouns."""
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PROJECT).as_posix()
        parts = Path(name).parts
        if file.stem in BANNED:
            yield Finding(name, 1, f"there is no {file.stem}: which noun is it?")
        if len(parts) != 4 or parts[1] not in {"ground", "books", "trade", "steering", "faces"}:
            continue
        room = "/".join(parts[:-1])
        if file.stem not in NOUNS | EXTRA.get(room, set()):
            yield Finding(name, 1, f"{file.stem} is not a noun of the house (docs/architecture.md)")


def relative_imports(file: str, tree: ast.AST) -> Iterator[Finding]:
    """Yield every relative import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield Finding(file, node.lineno, "import absolutely: from zhanggui...")


def queries_without_scope(file: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield every query that takes `by` and does not use it."""
    if "queries" not in file:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        if "by" not in {arg.arg for arg in [*node.args.args, *node.args.kwonlyargs]}:
            continue
        used = any(isinstance(n, ast.Name) and n.id == "by" for n in ast.walk(node))
        if not used:
            yield Finding(file, node.lineno, f"{node.name} takes `by` and is not scoped by it")


def undocumented(file: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield every module, public class and public function without a docstring."""
    if not ast.get_docstring(tree) and not file.endswith("__init__.py"):
        yield Finding(file, 1, "say in one sentence what this module keeps")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            inside = any(
                isinstance(outer, ast.FunctionDef) and node in ast.walk(outer) and outer is not node
                for outer in ast.walk(tree)
            )
            if not inside and node.name != "Meta" and not ast.get_docstring(node):
                yield Finding(file, node.lineno, f"{node.name}: complete “This … will …”")


def long_files(limit: int = 450) -> Iterator[Finding]:
    """Yield every module too long to read in one sitting."""
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PROJECT).as_posix()
        if "/tests/" in name or "/migrations/" in name:
            continue
        lines = file.read_text(encoding="utf-8").count("\n")
        if lines > limit:
            yield Finding(name, lines, f"{lines} lines: split it by noun")
