"""What a data folder needs before it can be served: tables, static files, a company."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from zhanggui.config.commands.line import Said
from zhanggui.config.pretend import lend_account, real_company_here
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.models import Installation

_MIGRATING = 20261123  # any number that only this code uses as an advisory lock


@contextmanager
def _one_migrator() -> Iterator[None]:
    """Let one machine migrate at a time; SQLite has one machine."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def pending() -> int:
    """Return how many migrations are not applied yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Apply what is pending and return how many migrations that were; nothing to do is quick."""
    with _one_migrator():
        if not (count := pending()):
            return 0
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    return count


def collect_static() -> bool:
    """Gather, hash and compress the static files; tell whether there was anything to do."""
    root = Path(str(settings.STATIC_ROOT))
    stamp, fresh = root / ".collected", _static_digest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fresh:
        return False
    shutil.rmtree(root, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fresh, encoding="ascii")
    return True


def _static_digest() -> str:
    digest = hashlib.sha256(str(settings.STATIC_URL).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_example_once(*, trade_days: int | None = None) -> bool:
    """Load the example company into an installation that has no company; tell whether it did.

    It has `trade_days` days of trade behind it, the usual week without, and this morning's.
    """
    if Installation.objects.exists():
        return False
    from zhanggui.demo.company import load_example
    from zhanggui.demo.life import TRADE_DAYS

    with transaction.atomic(), joining_transaction():  # killed half-way, it starts from nothing
        lend_account(example=True)
        load_example(trade_days=TRADE_DAYS if trade_days is None else trade_days)
    return True


def refuse_pretence() -> None:
    """Refuse a pretend clock now that it is known which company lives here."""
    if settings.CLOCK and real_company_here():
        raise Said("A pretend clock is for the example company only. Leave out --clock.")


def who_can_sign_in() -> Iterator[str]:
    """Yield the lines that say who of the example company can sign in."""
    if not Installation.objects.filter(example=True).exists():
        return
    from zhanggui.demo.company import PASSWORD, who_can_sign_in

    yield f"Who can sign in, each with the password {PASSWORD}:"
    yield from (f"  {resident}" for resident in who_can_sign_in())
    if settings.LOOPBACK:
        yield "The first page signs in as any of them with one click."
    else:
        yield "This password is no secret and the server is open to others: show it, do not use it."
