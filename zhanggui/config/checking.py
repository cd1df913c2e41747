"""`zhanggui check`: the audits of every room, and the framework's own look at the code."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import ERROR, run_checks
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from zhanggui.config.commands.line import counted
from zhanggui.config.prepare import pending
from zhanggui.ground.kernel.audit import Breach, run_audits

AUDITING = ("facts", "audits")
"""The modules of a room in which its audits stand."""


def breaches() -> Iterator[Breach]:
    """Yield everything that must never be so, and is."""
    if count := pending():
        yield Breach("tables", f"{counted(count, 'migration is', 'migrations are')} pending.")
        return
    for module in AUDITING:
        autodiscover_modules(module)
    for message in run_checks():
        if message.level >= ERROR:
            yield Breach("framework", f"{message.msg} ({message.id})", str(message.obj or ""))
    yield from _broken_references()
    yield from run_audits()


def _broken_references() -> Iterator[Breach]:
    """Yield rows that refer to rows which do not exist; PostgreSQL cannot hold any."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, target, _number in cursor.fetchall():
            yield Breach("references", f"Row {row} of {table} refers to no row of {target}.", table)
