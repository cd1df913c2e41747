"""People: found by name, within a duty, with their appointments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import (
    Appointment,
    Person,
)
from zhanggui.ground.org.queries.structure import at_moment


def people_by_user(users: set[str] | None = None) -> dict[str, Person]:
    """Return people by sign-in name."""
    rows = Person.objects.all() if users is None else Person.objects.filter(user__in=users)
    return {person.user: person for person in rows}


def people_within(by: DeskActor, duty: str) -> QuerySet[Person]:
    """Return the people with a post in the areas where `by` holds a duty, by name."""
    seated = Appointment.objects.filter(at_moment(by.at)).filter(by.scope(duty).where())
    return Person.objects.filter(pk__in=seated.values("person_id"), is_active=True).order_by(
        "name_zh", "pk"
    )


def person_of(_by: DeskActor, pk: int) -> Person:
    """Return any person: the company's staff list is open to everyone who works here."""
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise not_yours()
    return person


def appointments_of(person: Person, *, at: datetime) -> QuerySet[Appointment]:
    """Return all appointments of a person: those not over first, the main one ahead."""
    over = Q(until_at__isnull=False, until_at__lte=at)
    rank = Case(When(over, then=2), When(kind="main", then=0), default=1)
    return (
        Appointment.objects.filter(person=person)
        .annotate(rank=rank)
        .select_related("post", "unit", "area")
        .order_by("rank", "-since_at", "pk")
    )


def appointments_ever(person: Person) -> QuerySet[Appointment]:
    """Return every appointment a person holds or held, the latest first."""
    return (
        Appointment.objects.filter(person=person)
        .select_related("post", "unit", "area")
        .order_by("-since_at", "-pk")
    )


def people_found(
    text: str,
    *,
    users: Collection[str] | None = None,
    but: Collection[str] = (),
    active: bool | None = None,
) -> QuerySet[Person]:
    """Return the people whose name or user name a text means, by name.

    Latin letters match the Latin name with or without its spaces, and the initials of the Chinese
    one: “hhs” finds 胡海生. `users` keeps to those user names, `but` leaves these out; `active`
    keeps to people who may, or may not, sign in.
    """
    rows = Person.objects.order_by("name_zh", "pk")
    if text:
        joined = Replace("name_en", Value(" "), Value(""))
        rows = rows.annotate(joined=joined).filter(
            Q(name_zh__icontains=text)
            | Q(name_en__icontains=text)
            | Q(joined__icontains=text.replace(" ", ""))
            | Q(user__icontains=text)
            | Q(pk__in=_with_initials(text))
        )
    if users is not None:
        rows = rows.filter(user__in=users)
    if but:
        rows = rows.exclude(user__in=but)
    if active is not None:
        rows = rows.filter(is_active=active)
    return rows


def _with_initials(text: str) -> list[int]:
    """Return the ids of people whose Chinese name begins with these pinyin initials."""
    wanted = text.lower()
    if not (wanted.isascii() and wanted.isalpha()):
        return []
    names = Person.objects.values_list("pk", "name_zh")
    return [pk for pk, name in names if _initials(name).startswith(wanted)]


@lru_cache(maxsize=10_000)
def _initials(name: str) -> str:
    # Its dictionary takes memory, which a server where nobody searches that way should not spend.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def area_to_give_in(by: DeskActor) -> str | None:
    """Return the area a superior gives work in: the one of his own standing."""
    return _area_of_standing(by, "org.supervision")


def area_of_personnel(by: DeskActor) -> str | None:
    """Return the area personnel drafts changes for: the one of its own standing."""
    return _area_of_standing(by, "org.appointments")


def _area_of_standing(by: DeskActor, duty: str) -> str | None:
    standings = by.standings(duty, None)
    return standings[0].area if standings else None
