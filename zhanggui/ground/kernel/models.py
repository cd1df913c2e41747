"""Facts that nobody can change, the seals over them, and the base of every guarded record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.limits import KEY_CHARS_MAX


class Record(models.Model):
    """Base of all tables that only actions may write; any other write raises at once.

    `editions`: it is noted when the table is written, so that processes may keep what it says
    (`editions.py`): for what is read all the time and written now and then.
    """

    editions: ClassVar[bool] = False

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        guard.watch(cls)


class Installation(models.Model):
    """The one row that says what this installation is.

    `example`: the example company lives here, so a pretend clock and one-click sign-in may be used.
    `ahead_s`: by how many seconds its clock runs ahead, because days were let pass (`lead.py`).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    example = models.BooleanField(default=False)
    founded_at = models.DateTimeField()
    ahead_s = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="installation_is_one"),
            models.CheckConstraint(
                condition=Q(ahead_s=0) | Q(ahead_s__gt=0, example=True),
                name="installation_ahead_example",
            ),
        ]


class Edition(models.Model):
    """The present edition of a table: another number after every deed that wrote it."""

    name = models.CharField(max_length=63, primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Fact(Record):
    """One deed that was done: written by the action machinery, never changed, never deleted.

    `deed` is shared by an outermost action and everything it caused; `cause` points to the
    outer fact. `record` is the kind and id of what it was done to. `wait_s` is how long the record
    had waited under `duty`, `promise_s` the promise then in force (seconds).
    """

    deed = models.UUIDField()
    verb = models.CharField(max_length=80)
    at = models.DateTimeField()
    cause = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="effects")
    person_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10, default="person")
    appointment_id = models.BigIntegerField(null=True)
    post = models.CharField(max_length=60, blank=True)
    duty = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField(null=True)
    area = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    answer = models.JSONField(null=True)
    wait_s = models.BigIntegerField(null=True)
    promise_s = models.BigIntegerField(null=True)
    key = models.CharField(max_length=KEY_CHARS_MAX, null=True)  # unique when given
    key_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(key__isnull=False), name="fact_key_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "record_id", "id"], name="fact_of_record"),
            models.Index(fields=["duty", "at"], name="fact_of_duty"),
            models.Index(fields=["person_id", "at"], name="fact_of_person"),
            models.Index(fields=["deed"], name="fact_of_deed"),
            models.Index(fields=["at"], name="fact_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.record_id}"


class Notice(models.Model):
    """That a fact concerns a person: written with the fact; reading is marked by `read_at`."""

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="notices")
    person_id = models.BigIntegerField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person_id", "fact"], name="notice_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person_id"], condition=Q(read_at__isnull=True), name="notice_unread"
            )
        ]


class Seal(Record):
    """A digest over a batch of facts, chained to the former seal.

    Covers the facts with `after_id < id <= upto_id`; `digest` is the SHA-256 of the former digest
    followed by each fact's canonical line.
    """

    after_id = models.BigIntegerField(unique=True)
    upto_id = models.BigIntegerField(unique=True)
    facts = models.IntegerField()
    former = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class WorkerBeat(models.Model):
    """That a worker is alive: its name (host, process, incarnation) and when it last said so."""

    worker = models.CharField(max_length=200, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
