"""Editions: what was read may be kept in the process for as long as nobody has written its tables.

    @kept(Category)
    def shelves() -> Sequence[Shelf]: ...

A table whose record says `editions = True` has an *edition*, a random number in the database that
is renewed in the very transaction that writes the table. A kept value stands under the editions at
which it was read, so it is used while they are the same, and a change is seen by every process with
the first request after it is committed. One statement reads all editions, once for a request
(`read_once`). A deed reads them afresh, once, within its transaction; what the action itself
has written is read past the memory, and never kept before it is committed.

Editions are random, not counted: a number that was rolled back never comes again. Only records
have them, because only of guarded tables every write is known. Whoever writes past the program
(in the database's own shell) restarts it afterwards.

What is kept is shared by all threads: nobody may change it.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Model

from zhanggui.ground.kernel import guard

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")

Editions = Mapping[str, int]

_read: ContextVar[list[Editions] | None] = ContextVar("editions_read", default=None)
"""The editions as this request has read them; None where nothing is read once."""

_past: ContextVar[bool] = ContextVar("past_memory", default=False)

_memories: list[Memory[Any, Any]] = []


@contextmanager
def read_once() -> Iterator[None]:
    """Read the editions at most once inside the block, and again after something was written."""
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


@contextmanager
def past_memory() -> Iterator[None]:
    """Read everything from the database inside the block: what is proved is not remembered."""
    token = _past.set(True)
    try:
        yield
    finally:
        _past.reset(token)


def editions() -> Editions:
    """Return the edition of every table that has one and was ever written, by its name."""
    held = _read.get()
    if held:
        return held[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, number FROM kernel_edition")
        found = dict(cursor.fetchall())
    if held is not None:
        held.append(found)
    return found


def _renew(tables: Iterable[str]) -> None:
    """Give written tables a new edition, in the transaction that wrote them."""
    if connection.needs_rollback:
        return
    rows = [(table, secrets.randbits(63)) for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kernel_edition (name, number) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET number = excluded.number",
            rows,
        )


@contextmanager
def _afresh() -> Iterator[None]:
    """Read the editions anew for a deed, within its transaction, and anew after it."""
    try:
        with read_once():
            yield
    finally:
        if held := _read.get():
            held.clear()


guard.when_written(_renew, around=_afresh)


class Memory(Generic[K, V]):
    """The values of the last `most` keys that were asked for, each as long as its tables stand."""

    def __init__(self, *of: type[Model], most: int) -> None:
        self.of = of
        self.most = most
        self._values: OrderedDict[K, tuple[tuple[int, ...], V]] = OrderedDict()
        self._lock = Lock()
        self._tables: tuple[str, ...] = ()
        _memories.append(self)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it stands on; raises LookupError for one that has no editions."""
        if not self._tables:
            tables = tuple(model._meta.db_table for model in self.of)
            if missing := set(tables) - guard.tables_with_editions():
                raise LookupError(f"without editions nobody notices when these change: {missing}")
            self._tables = tables
        return self._tables

    def of_each(self, keys: Iterable[K], read: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Return the value of each key, `read` at once for all that are not kept.

        Keys that `read` leaves out are missing and asked for again the next time.
        """
        wanted = list(dict.fromkeys(keys))
        tables = self.tables
        if _past.get() or guard.written() & set(tables):
            return dict(read(wanted)) if wanted else {}
        now = editions()
        edition = tuple(now.get(table, 0) for table in tables)
        found: dict[K, V] = {}
        with self._lock:
            for key in wanted:
                held = self._values.get(key)
                if held is not None and held[0] == edition:
                    self._values.move_to_end(key)
                    found[key] = held[1]
        if missing := [key for key in wanted if key not in found]:
            fresh = read(missing)
            with self._lock:
                for key, value in fresh.items():
                    self._values[key] = (edition, value)
                    self._values.move_to_end(key)
                while len(self._values) > self.most:
                    self._values.popitem(last=False)
            found |= fresh
        return {key: found[key] for key in wanted if key in found}

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


def kept(*of: type[Model], most: int = 64) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Keep what a function answers to its last `most` arguments while these tables stand.

    The answer must follow from the arguments (hashable) and these tables alone: not from the
    clock, the language or who asks. It is shared, so it is not to be changed.
    """

    def wrap(function: Callable[P, V]) -> Callable[P, V]:
        memory: Memory[Any, V] = Memory(*of, most=most)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> V:
            key = (args, tuple(sorted(kwargs.items())))
            return memory.of_each([key], lambda _: {key: function(*args, **kwargs)})[key]

        return answer

    return wrap


def forget_all() -> None:
    """Forget everything that is kept in this process: for tests, whose databases come and go."""
    for memory in _memories:
        memory.forget()
