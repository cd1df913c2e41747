"""A room for tests alone: errands, with a table and verbs of their own; people who run them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Barrier
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError, connection, connections, models

from conftest import immutable_tables_open
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.action import action, deed_id, remember
from zhanggui.ground.kernel.actor import Standing
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.kernel.refusal import Refusal

VERBS = ("open_errand", "run_errand", "run_twice", "run_anyway", "fail_errand", "hide_errand")


@dataclass(frozen=True)
class Someone:
    """An actor who holds the duties given, in the areas given (None: everywhere)."""

    person_id: int | None = 7
    duties: tuple[str, ...] = ("errands.all",)
    areas: tuple[str, ...] | None = None
    kind: str = "person"
    appointment_id: int | None = 70

    def standings(self, duty: str, record: object) -> tuple[Standing, ...]:
        area = record if isinstance(record, str) else getattr(record, "area_id", None)
        if duty not in self.duties or (self.areas is not None and area not in self.areas):
            return ()
        return (Standing(self.appointment_id, "runner", "putian", promise_s=900),)


def why_not_run(errand: Any, *, to: str | None = None) -> Refusal | None:
    if errand.runs >= 3:
        return Refusal("worn_out", "Three runs are enough.", settles="Open another errand.")
    if to == "nowhere":
        return Refusal("no_such_place", "There is no such place.", status=422)
    return None


def make_room() -> SimpleNamespace:
    """Make the table's model and the verbs that write it."""

    class Errand(Record):
        editions = True

        title = models.CharField(max_length=40, unique=True)
        runs = models.IntegerField(default=0)
        area_id = models.CharField(max_length=40, blank=True)
        since_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "kernel"

        def __str__(self) -> str:
            return self.title

    everyone = {"duty": "errands.all"}

    @action(**everyone, title="Open", creates=True, concerns=lambda _area, made: [made.pk, 8, 7])
    def open_errand(area: str | None, *, title: str, by: Any, at: datetime, card: str = "") -> Any:
        """Open an errand."""
        return Errand.objects.create(title=title, area_id=area or "", since_at=at)

    @action(**everyone, title="Run", guard=why_not_run, since="since_at", private=["pin"])
    def run_errand(errand: Any, *, to: str, by: Any, at: datetime, pin: str = "") -> Any:
        """Run an errand somewhere."""
        errand.runs += 1
        errand.save()
        remember(runs=errand.runs, deed=deed_id())
        return errand

    @action(duty="errands.double", title="Run twice")
    def run_twice(errand: Any, *, to: str, then: str, by: Any, at: datetime) -> list[Any]:
        """Run an errand to two places."""
        once = run_errand(errand, to=to, by=by, at=at)
        return [once, run_errand(once, to=then, by=by, at=at)]

    @action(duty="errands.all", title="Run anyway")
    def run_anyway(errand: Any, *, by: Any, at: datetime) -> str:
        """Run an errand, swallowing what says no: a mistake the deed must not survive."""
        errand.title = "half-written"
        errand.save()
        with suppress(Refusal):
            run_errand(errand, to="nowhere", by=by, at=at)
        return "done"

    @action(duty="errands.all", title="Fail")
    def fail_errand(errand: Any, *, by: Any, at: datetime, wrong: type[Exception]) -> None:
        """Write, then break."""
        Errand.objects.filter(pk=errand.pk).update(title="broken")
        raise wrong("broke")

    @action(duty="errands.all", title="Tell much")
    def hide_errand(errand: Any, *, text: str, by: Any, at: datetime) -> None:
        """Write, and remember more than a fact can hold."""
        Errand.objects.filter(pk=errand.pk).update(title="told")
        remember(text=text)

    made = locals()
    return SimpleNamespace(Errand=Errand, **{verb: made[verb] for verb in VERBS})


def tamper(sql: str, *params: object) -> None:
    """Run SQL past every trigger and guard: what a person with the database in hand could do."""
    with immutable_tables_open(), guard.writes_open(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Make several calls at the same moment, each on a connection of its own.

    Returns each call's answer, or the Refusal or IntegrityError it raised, in the calls' order.
    """
    calls = list(calls)
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return call()
        except (Refusal, IntegrityError) as no:
            return no
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))
