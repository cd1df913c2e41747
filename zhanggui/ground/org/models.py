"""The organisation as dated rows: who sat where, under what, from when until when."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState

CODE = 60
NAME = 200


class Named(Record):
    """A record with a name in both languages."""

    name_zh = models.CharField(max_length=NAME)
    name_en = models.CharField(max_length=NAME)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


class Company(Named):
    """The one company of this installation; `version` grows with every change of structure."""

    editions = True

    id = models.SmallIntegerField(primary_key=True, default=1)
    code = models.CharField(max_length=CODE)
    zone = models.CharField(max_length=60)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="company_is_one")]


class Span(Record):
    """A row that holds from `since_at` until `until_at` (half-open; None: still)."""

    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def _span_constraints(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(until_at__isnull=True) | Q(until_at__gt=F("since_at")), name=name
    )


class Area(Named):
    """A place the company answers for: company, province, region, city or district."""

    editions = True

    code = models.CharField(max_length=CODE, primary_key=True)
    kind = models.CharField(max_length=10)
    divisions = models.JSONField(default=list)
    position = models.IntegerField(default=0)


class AreaSpan(Span):
    """Under which area an area stood, and when."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="spans")
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until_at__isnull=True), name="area_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("area")), name="area_not_own_parent"
            ),
            _span_constraints("area_span_forward"),
        ]


class Unit(Named):
    """A department or team."""

    code = models.CharField(max_length=CODE, primary_key=True)
    position = models.IntegerField(default=0)


class UnitSpan(Span):
    """Under which unit a unit stood, and when."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="spans")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(until_at__isnull=True), name="unit_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="unit_not_own_parent"
            ),
            _span_constraints("unit_span_forward"),
        ]


class CharterDuty(Named):
    """A duty as the charter words it; `promise_s` is its clock in seconds, `checks` other ids."""

    id = models.CharField(max_length=CODE, primary_key=True)
    text_zh = models.TextField(max_length=1000)
    text_en = models.TextField(max_length=1000)
    level = models.CharField(max_length=10)
    promise_s = models.BigIntegerField(null=True)
    checks = models.JSONField(default=list)
    position = models.IntegerField(default=0)

    @property
    def text(self) -> str:
        """What the duty demands, in the reader's language."""
        return self.text_en if get_language() == "en" else self.text_zh


class Post(Named):
    """A post; a post of everyone needs no appointment."""

    code = models.CharField(max_length=CODE, primary_key=True)
    everyone = models.BooleanField(default=False)
    position = models.IntegerField(default=0)


class PostDuty(Span):
    """Which duty went with which post, and when."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duty_spans")
    duty = models.ForeignKey(CharterDuty, on_delete=models.PROTECT, related_name="post_spans")
    position = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "duty"],
                condition=Q(until_at__isnull=True),
                name="post_has_duty_once",
            ),
            _span_constraints("post_duty_forward"),
        ]


class People(BaseUserManager["Person"]):
    """How people are found by sign-in name."""


class Person(AbstractBaseUser, Record):
    """Someone who works here. What he may do follows from his appointments alone."""

    user = models.CharField(
        _("user name"), max_length=30, unique=True, validators=[ASCIIUsernameValidator()]
    )
    name_zh = models.CharField(max_length=NAME)
    name_en = models.CharField(max_length=NAME)
    phone = models.CharField(max_length=20, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    hired_at = models.DateTimeField()
    last_login = None  # signing in is no deed: sessions remember it, and a record needs an action

    USERNAME_FIELD = "user"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[People] = People()

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


class Appointment(Span):
    """A person on a post, in a unit, for an area and all below it, from when until when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "post", "unit", "area"],
                condition=Q(until_at__isnull=True),
                name="appointed_once",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until_at__isnull=True, kind="main"),
                name="one_main_post",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["main", "concurrent", "acting"]), name="appointment_kind"
            ),
            _span_constraints("appointment_forward"),
        ]
        indexes: ClassVar = [models.Index(fields=["post", "area"], name="appointment_post_area")]


class ChangeSet(Record):
    """A dated change of the organisation: drafted, previewed, applied at its time, reversible."""

    title = models.CharField(max_length=TITLE_CHARS_MAX)
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    state = models.CharField(
        max_length=12, choices=ChangeSetState.choices, default=ChangeSetState.DRAFT
    )
    effective_at = models.DateTimeField()
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    gaps_accepted = models.BooleanField(default=False)
    returned_note = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    outcome = models.JSONField(null=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversals"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("change of the organisation")
        indexes: ClassVar = [models.Index(fields=["state", "effective_at"], name="change_set_due")]

    def __str__(self) -> str:
        return self.title


class ChangeLine(Record):
    """One step of a change set."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    kind = models.CharField(max_length=20)
    data = models.JSONField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change_set", "number"], name="change_line_number")
        ]


class Assignment(Record):
    """A piece of work a superior gives to a person, with a due moment and evidence."""

    title = models.CharField(max_length=TITLE_CHARS_MAX)
    text = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    state = models.CharField(
        max_length=12, choices=AssignmentState.choices, default=AssignmentState.GIVEN
    )
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="given")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    evidence = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    remark = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)

    class Meta:
        verbose_name = _("assignment")
        indexes: ClassVar = [
            models.Index(fields=["to", "state", "due_at"], name="assignment_mine"),
            models.Index(fields=["area", "state", "due_at"], name="assignment_area"),
        ]

    def __str__(self) -> str:
        return self.title

    def names_person(self, person_id: int | None) -> bool:
        """Tell whether this assignment is that person's own work."""
        return self.to_id == person_id
