"""The action: one deed is permission, guard, change and fact in one transaction.

    @action(duty="org.own_assignments", title=_("Report done"), guard=rules.why_not_report)
    def report_assignment(assignment: Assignment, *, evidence: str, by: Actor, at: datetime) -> ...:

The decorator opens the transaction, locks the record, asks for the duty, asks the guard, runs the
body and writes the fact. Actions called inside an action join it: they ride on its authority and
their facts carry its fact as cause.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CharField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhanggui.ground.kernel import guard as write_guard
from zhanggui.ground.kernel.actor import Actor, Standing
from zhanggui.ground.kernel.limits import FACT_BYTES_MAX, KEY_CHARS_MAX
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.prepared import insert, prepared
from zhanggui.ground.kernel.refusal import Refusal, Sentence, not_yours

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R")

Guard = Callable[..., Refusal | None]
Concerns = Callable[[Any, Any], Iterable[int | None]]
Since = str | Callable[[Any, Actor, datetime], datetime | None]

ACTIONS: dict[str, Action[Any, Any, Any]] = {}


@dataclass
class _Draft:
    """A fact in the making; `effects` are the facts of the inner actions."""

    fields: dict[str, Any]
    concerned: set[int] = field(default_factory=set)
    effects: list[_Draft] = field(default_factory=list)


@dataclass
class _Deed:
    """The outermost action being performed in this thread.

    `made` are the records it has made itself. `failed` is what stopped an inner action: it ends the
    whole deed even where it was caught, for what that action had written by then would stay without
    a fact.
    """

    uid: uuid.UUID
    standing: Standing
    stack: list[_Draft]
    made: list[models.Model] = field(default_factory=list)
    failed: BaseException | None = None


_deed: ContextVar[_Deed | None] = ContextVar("deed", default=None)
_joining: ContextVar[bool] = ContextVar("joining", default=False)


def deed_id() -> uuid.UUID:
    """Return the id of the deed being done, for rows that name what caused them."""
    deed = _deed.get()
    if deed is None:
        raise RuntimeError("no action is being performed")
    return deed.uid


def remember(**data: Any) -> None:
    """Add to the data of the fact being made: what the body found out while doing it."""
    deed = _deed.get()
    if deed is None:
        raise RuntimeError("no action is being performed")
    deed.stack[-1].fields["data"].update({k: plain(v) for k, v in data.items()})


def made(record: M) -> M:
    """Tell that the deed being done has made this record itself, and return it.

    Nobody else can have it before the deed ends, so actions inside the deed that get this very
    object take it as it stands: there is nothing to lock, and nothing newer to read.
    """
    deed = _deed.get()
    if deed is None:
        raise RuntimeError("no action is being performed")
    deed.made.append(record)
    return record


@contextmanager
def joining_transaction() -> Iterator[None]:
    """Let actions inside the block join the caller's transaction (a job's) instead of their own."""
    token = _joining.set(True)
    try:
        yield
    finally:
        _joining.reset(token)


def plain(value: Any, *, labelled: bool = True) -> Any:
    """Return `value` as JSON can keep it; a record becomes its kind, id and present label.

    `labelled=False` leaves the label out: it changes with the reader's language and over time.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, models.Model):
        label = {"label": str(value)} if labelled else {}
        return {"kind": value._meta.label, "id": value.pk, **label}
    if isinstance(value, dict):
        return {str(k): plain(v, labelled=labelled) for k, v in value.items()}
    if isinstance(value, list | tuple | models.QuerySet):
        return [plain(v, labelled=labelled) for v in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(v, labelled=labelled) for v in value), key=json.dumps)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), labelled=labelled) for f in fields(value)}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Promise):
        with override("en"):
            return str(value)
    return str(value)


def _answer(result: Any) -> Any:
    if isinstance(result, models.Model):
        return {"kind": result._meta.label, "id": result.pk}
    if isinstance(result, list | tuple):
        return [_answer(item) for item in result]
    return plain(result)


def _recall(answer: Any) -> Any:
    if isinstance(answer, dict) and set(answer) == {"kind", "id"}:
        return apps.get_model(answer["kind"])._base_manager.get(pk=answer["id"])
    if isinstance(answer, list):
        return [_recall(item) for item in answer]
    return answer


class Action(Generic[T, P, R]):
    """A verb of the company. Call it to do it; ask `why_not` before offering it."""

    def __init__(
        self,
        body: Callable[Concatenate[T, P], R],
        *,
        duty: str,
        title: Sentence,
        said: Sentence,
        guard: Guard | None,
        since: Since | None,
        creates: bool,
        concerns: Concerns | None,
        private: frozenset[str],
    ) -> None:
        self.body = body
        self.name = body.__name__
        self.room = body.__module__.split(".actions")[0].rsplit(".", 1)[-1]
        self.verb = f"{self.room}.{self.name}"
        self.duty = duty
        self.title = title
        self.said = said or title
        self.guard = guard
        self.since = since
        self.creates = creates
        self.concerns = concerns
        self.private = private
        self.__doc__ = body.__doc__
        self.__module__ = body.__module__
        self.__wrapped__ = body
        self._guard_takes = frozenset(inspect.signature(guard).parameters) if guard else frozenset()

    def __repr__(self) -> str:
        return f"<action {self.verb}>"

    def standings(self, record: object, *, by: Actor) -> tuple[Standing, ...]:
        """Return the capacities in which `by` may do this to the record; empty when none."""
        return tuple(by.standings(self.duty, record))

    def why_not(self, record: T, *, by: Actor, at: datetime, **values: Any) -> Refusal | None:
        """Return why this cannot be done now, without doing it; None when it can."""
        if not self.standings(record, by=by):
            return not_yours()
        return self._ask_guard(record, {"by": by, "at": at, **values})

    def _ask_guard(self, record: Any, values: dict[str, Any]) -> Refusal | None:
        if self.guard is None:
            return None
        return self.guard(record, **{k: v for k, v in values.items() if k in self._guard_takes})

    def __call__(self, record: T, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._perform(record, kwargs, key=None)

    def answered(self, key: str, *, by: Actor) -> tuple[R] | None:
        """Return, in a tuple, what this action answered this person under a key; None if never."""
        former = _under(key)
        if former is None or (former.verb, former.person_id) != (self.verb, by.person_id):
            return None
        return (cast(R, _recall(former.answer)),)

    def once(self, key: str) -> Callable[Concatenate[T, P], R]:
        """Return this action bound to an idempotency key: the second time it only answers.

        The same key with other values is refused (`key_reused`, 422).
        """
        if not key or len(key) > KEY_CHARS_MAX:
            raise Refusal("bad_key", _("The idempotency key is empty or too long."), status=422)

        def perform(record: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return self._perform(record, kwargs, key=key)

        return perform

    def _perform(self, record: T, kwargs: dict[str, Any], *, key: str | None) -> R:
        outer = _deed.get()
        if outer is not None:
            if key is not None:
                raise RuntimeError("an idempotency key belongs to the outermost action")
            return self._inner(outer, record, kwargs)
        if key is None:
            return self._outermost(record, kwargs, key=None, digest="")
        digest = self._digest(record, kwargs)
        if (former := _under(key)) is not None:
            return self._replay(former, digest)
        try:
            return self._outermost(record, kwargs, key=key, digest=digest)
        except (IntegrityError, Refusal):
            # Another copy of the same request may have won the race while this one waited.
            if (former := _under(key)) is not None:
                return self._replay(former, digest)
            raise

    def _digest(self, record: Any, kwargs: dict[str, Any]) -> str:
        by: Actor = kwargs["by"]
        values = {k: v for k, v in kwargs.items() if k not in {"by", "at"}}
        said = [self.verb, record, by.kind, by.person_id, values]
        line = json.dumps(plain(said, labelled=False), sort_keys=True)
        return hashlib.sha256(line.encode()).hexdigest()

    def _replay(self, former: Fact, digest: str) -> R:
        if former.key_digest != digest:
            raise Refusal(
                "key_reused",
                _("This request number was already used for something else."),
                settles=_("Send the changed request under a new number."),
                status=422,
            )
        return cast(R, _recall(former.answer))

    def _outermost(self, record: T, kwargs: dict[str, Any], *, key: str | None, digest: str) -> R:
        durable = not _joining.get()
        by: Actor = kwargs["by"]
        with transaction.atomic(durable=durable), write_guard.writes_open():
            fresh = self._lock(record)
            standings = self.standings(fresh, by=by)
            if not standings:
                raise not_yours()
            deed = _Deed(uid=uuid.uuid4(), standing=standings[0], stack=[])
            token = _deed.set(deed)
            try:
                result, draft = self._run(deed, fresh, kwargs)
            finally:
                _deed.reset(token)
            if deed.failed is not None:
                raise deed.failed
            draft.fields.update(key=key, key_digest=digest, answer=_answer(result))
            _write(draft)
        return result

    def _inner(self, deed: _Deed, record: T, kwargs: dict[str, Any]) -> R:
        try:
            own = any(record is one for one in deed.made)
            result, draft = self._run(deed, record if own else self._lock(record), kwargs)
        except BaseException as stop:
            deed.failed = stop
            raise
        deed.stack[-1].effects.append(draft)
        return result

    def _lock(self, record: T) -> T:
        if not isinstance(record, models.Model) or record.pk is None:
            return record
        locked = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
        if locked is None:
            raise not_yours()
        return cast(T, locked)

    def _run(self, deed: _Deed, record: T, kwargs: dict[str, Any]) -> tuple[R, _Draft]:
        if refusal := self._ask_guard(record, kwargs):
            raise refusal
        by: Actor = kwargs["by"]
        at: datetime = kwargs["at"]
        shown = {k: plain(v) for k, v in kwargs.items() if k not in {"by", "at"} | self.private}
        draft = _Draft(
            fields={
                "deed": deed.uid,
                "verb": self.verb,
                "at": at,
                "person_id": by.person_id,
                "actor_kind": by.kind,
                "appointment_id": deed.standing.appointment_id,
                "post": deed.standing.post,
                "duty": self.duty,
                "data": shown,
                "wait_s": self._waited(record, by=by, at=at),
                "promise_s": deed.standing.promise_s,
            }
        )
        deed.stack.append(draft)
        try:
            result = cast(Callable[..., R], self.body)(record, **kwargs)
        finally:
            deed.stack.pop()
        about = result if self.creates else record
        draft.fields["kind"] = about._meta.label if isinstance(about, models.Model) else ""
        draft.fields["record_id"] = about.pk if isinstance(about, models.Model) else None
        draft.fields["area"] = getattr(about, "area_id", None) or deed.standing.area
        if self.concerns is not None:
            told = {p for p in self.concerns(record, result) if p is not None}
            draft.concerned = told - {by.person_id}
        if len(json.dumps(draft.fields["data"])) > FACT_BYTES_MAX:
            raise Refusal(
                "too_large",
                _("This is more than one deed can keep on record."),
                settles=_("Do it in smaller parts."),
                status=422,
            )
        return result, draft

    def _waited(self, record: Any, *, by: Actor, at: datetime) -> int | None:
        if callable(self.since):
            since = self.since(record, by, at)
        else:
            since = getattr(record, self.since, None) if self.since else None
        return max(0, int((at - since).total_seconds())) if since else None


@prepared(key=CharField())
def _facts_under(key: str) -> models.QuerySet[Fact]:
    return Fact.objects.filter(key=key)


def _under(key: str) -> Fact | None:
    """Return the fact of what was done under an idempotency key."""
    return next(iter(_facts_under(key=key)), None)


def _write(draft: _Draft) -> None:
    """Write a deed's facts level by level, each effect naming its cause: one statement a level."""
    level: list[tuple[Fact | None, _Draft]] = [(None, draft)]
    while level:
        facts = insert(Fact(cause=cause, **d.fields) for cause, d in level)
        insert(
            Notice(fact=fact, person_id=person)
            for fact, (_cause, d) in zip(facts, level, strict=True)
            for person in sorted(d.concerned)
        )
        level = [
            (fact, effect)
            for fact, (_cause, d) in zip(facts, level, strict=True)
            for effect in d.effects
        ]


def action(
    *,
    duty: str,
    title: Sentence,
    said: Sentence = "",
    guard: Guard | None = None,
    since: Since | None = None,
    creates: bool = False,
    concerns: Concerns | None = None,
    private: Iterable[str] = (),
) -> Callable[[Callable[Concatenate[T, P], R]], Action[T, P, R]]:
    """Make a function the action of a duty.

    `title` is the button; `said` the line of the timeline, a template over the call's values
    ("gave %(title)s to %(to)s"). `guard(record, ...)` returns a Refusal or None and may ask for any
    of the call's values by name (they may be missing when only the button is drawn). `since` names
    the record's moment from which the duty's clock ran (or finds it from record, actor and
    moment, where each actor has his own). `creates`: the fact is about what is returned.
    `concerns(record, result)` yields ids of people to be told. `private` values stay out of the
    fact.
    """

    def wrap(body: Callable[Concatenate[T, P], R]) -> Action[T, P, R]:
        made = Action(
            body,
            duty=duty,
            title=title,
            said=said,
            guard=guard,
            since=since,
            creates=creates,
            concerns=concerns,
            private=frozenset(private),
        )
        if made.verb in ACTIONS:
            raise ValueError(f"two actions are called {made.verb}")
        ACTIONS[made.verb] = made
        return made

    return wrap
