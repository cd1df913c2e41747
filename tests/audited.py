"""All audits after every test with a database, each asked again where its answer may have changed.

What an audit answers depends on the tables it reads. In the company as it was founded every audit
is asked, and which tables it reads is noted; after a test those are concerned whose tables the test
wrote. Each table named in a statement that is no SELECT counts as written: rather once too often.
A test that commits, as those with several threads do, is followed by all of them.

Of those, one is asked in full only where its statements find what they have not found before. An
audit is a function of what its statements return, and most of its time goes into wording them: so
the statements of an audit that was clean are kept, with what each returned, and are run again as
they stand. Where all return what they returned then, the audit would go the same way and be clean
once more; at the first other answer it is asked itself. `test_audited.py` holds audits to that.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection

BEYOND_TABLES = {"media.pictures"}
"""Audits that look further than into tables: always asked in full."""

_tables: frozenset[str] = frozenset()
_reads: dict[str, frozenset[str]] = {}
_read: set[str] = set()
_written: set[str] = set()


@dataclass(slots=True)
class Step:
    """A statement of an audit, and the statement that follows each answer; None: no further one."""

    sql: Any
    params: Any
    after: dict[bytes, Step | None] = field(default_factory=dict)
    ways: int = 0

    def answer(self) -> bytes:
        """Run the statement and return what it returns, as a digest."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return hashlib.blake2b(repr(cursor.fetchall()).encode(), digest_size=16).digest()


_first: dict[str, Step] = {}
"""What comes before the first statement of each audit that has been clean."""

WAYS_MAX = 200
"""How many ways of an audit are kept: the frequent ones come early, and memory has an end."""

_said: list[tuple[Any, Any]] | None = None
"""What is being asked of the database, while somebody listens."""


@lru_cache(maxsize=4096)
def _named(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql.lower())) & _tables


def _note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    text = str(sql)
    (_read if text.startswith(("SELECT", "(SELECT")) else _written).update(_named(text))
    if _said is not None:
        _said.append((sql, params))
    return execute(sql, params, many, context)


def begin() -> None:
    """Ask every audit in the company as it was founded, and note what each of them reads."""
    from zhanggui.ground.kernel.audit import AUDITS

    global _tables
    _tables = frozenset(name.lower() for name in connection.introspection.table_names())
    _named.cache_clear()
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)
    _first.clear()
    for name in AUDITS:
        _read.clear()
        assert in_full(name) == []
        _reads[name] = frozenset(_read)
    _written.clear()


def concerned(*, everywhere: bool = False) -> list[str]:
    """Return the audits whose answer may have changed since this was asked last.

    One that reads no table is always among them.
    """
    from zhanggui.ground.kernel.audit import AUDITS

    found = [
        name
        for name in AUDITS
        if everywhere or not _reads.get(name) or not _written.isdisjoint(_reads[name])
    ]
    _written.clear()
    return found


def breaches(names: Iterable[str]) -> list[Any]:
    """Return what these audits find; one that would go a way known as clean is not asked."""
    return [breach for name in sorted(names) if not as_before(name) for breach in in_full(name)]


def as_before(name: str) -> bool:
    """Tell whether all statements of an audit return what they returned when it was clean."""
    if name in BEYOND_TABLES or not _reads.get(name):
        return False
    step: Step | None = _first.get(name)
    answer = b""
    while step is not None and answer in step.after:
        step = step.after[answer]
        if step is None:
            return True
        answer = step.answer()
    return False


def in_full(name: str) -> list[Any]:
    """Ask an audit; remember its statements and what they returned if it was clean."""
    from zhanggui.ground.kernel.audit import run_audits
    from zhanggui.ground.org import queries

    global _said
    queries.forget_present()  # what it knows it has to read now, not to have read some time
    _said = []
    try:
        found = list(run_audits([name]))
        said = _said
    finally:
        _said = None
    if not found and all(str(sql).startswith(("SELECT", "(SELECT")) for sql, _params in said):
        _remember(name, said)
    return found


def _remember(name: str, said: list[tuple[Any, Any]]) -> None:
    """Keep the statements of an audit that was clean, each after the answer that led to it."""
    ways = _first.setdefault(name, Step("", ()))
    if ways.ways >= WAYS_MAX:
        return
    ways.ways += 1
    before, answer = ways, b""
    for sql, params in said:
        if answer not in before.after:
            before.after[answer] = Step(sys.intern(sql) if type(sql) is str else sql, params)
        step = before.after[answer]
        assert step is not None and (step.sql, step.params) == (sql, params), _other(name)
        before, answer = step, step.answer()
    assert before.after.setdefault(answer, None) is None, _other(name)


def _other(name: str) -> str:
    return f"{name} went another way after the same answers: put it among BEYOND_TABLES"
