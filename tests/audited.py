"""All audits after every test with a database, each asked again where its answer may have changed.

What an audit answers depends on the tables it reads. In the company as it was founded every audit
is asked, and which tables it reads is noted; after a test those are asked whose tables the test
wrote. Each table named in a statement that is no SELECT counts as written: rather once too often.
A test that commits, as those with several threads do, is followed by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import connection

_tables: frozenset[str] = frozenset()
_reads: dict[str, frozenset[str]] = {}
_read: set[str] = set()
_written: set[str] = set()


@lru_cache(maxsize=4096)
def _named(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql.lower())) & _tables


def _note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    text = str(sql)
    (_read if text.startswith(("SELECT", "(SELECT")) else _written).update(_named(text))
    return execute(sql, params, many, context)


def begin() -> None:
    """Ask every audit in the company as it was founded, and note what each of them reads."""
    from zhanggui.ground.kernel.audit import AUDITS, run_audits
    from zhanggui.ground.org import queries

    global _tables
    _tables = frozenset(name.lower() for name in connection.introspection.table_names())
    _named.cache_clear()
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)
    for name in AUDITS:
        queries.forget_present()
        _read.clear()
        assert list(run_audits([name])) == []
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
