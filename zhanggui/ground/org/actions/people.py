"""Entering people, keeping their particulars, letting them in and keeping them out."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import Company, Person


def _free(*, user: str = "", phone: str | None = None, but: Person | None = None) -> None:
    others = Person.objects.exclude(pk=but.pk) if but else Person.objects.all()
    if user and others.filter(user=user).exists():
        raise Refusal(
            "user_taken",
            _("The user name “%(user)s” is taken.") % {"user": user},
            settles=_("Choose another."),
            status=422,
        )
    if phone and others.filter(phone=phone).exists():
        raise Refusal(
            "phone_taken",
            _("That phone number belongs to another person."),
            settles=_("Check the number, or open that person's page."),
            status=422,
        )


def _names_changed() -> None:
    """Let every process read the organisation again: it remembers people's names with it."""
    Company.objects.update(version=F("version") + 1)


@action(
    duty="org.people",
    title=_("Enter a person"),
    said=_("entered %(name_zh)s"),
    creates=True,
    private=("password", "phone"),
)
def hire_person(
    area: str | None,
    *,
    user: str,
    name_zh: str,
    name_en: str,
    phone: str | None = None,
    password: str | None = None,
    by: Actor,
    at: datetime,
) -> Person:
    """Enter a new person. Without an appointment he can do nothing yet."""
    _free(user=user, phone=phone)
    person = Person(user=user, name_zh=name_zh, name_en=name_en, phone=phone or None, hired_at=at)
    person.set_password(password)
    person.save()
    _names_changed()
    return person


@action(
    duty="org.people",
    title=_("Edit particulars"),
    said=_("edited the particulars"),
    private=("phone",),
)
def edit_person(
    person: Person,
    *,
    name_zh: str,
    name_en: str,
    phone: str | None,
    by: Actor,
    at: datetime,
) -> Person:
    """Correct a person's names and phone number."""
    _free(phone=phone, but=person)
    person.name_zh = name_zh
    person.name_en = name_en
    person.phone = phone or None
    person.save()
    _names_changed()
    return person


def why_not_suspend(person: Person, *, by: Actor | None = None) -> Refusal | None:
    """Return why a person cannot be kept out: already so, or it is oneself."""
    if not person.is_active:
        return Refusal("suspended", _("The person cannot sign in already."))
    if by is not None and by.person_id == person.pk:
        return Refusal(
            "own_access",
            _("You cannot take away your own access."),
            settles=_("Ask another holder of the personnel duty."),
        )
    return None


@action(
    duty="org.people",
    title=_("Suspend access"),
    said=_("suspended access: %(reason)s"),
    guard=why_not_suspend,
)
def suspend_person(person: Person, *, reason: str, by: Actor, at: datetime) -> Person:
    """Keep a person out at once, everywhere, without touching his appointments."""
    person.is_active = False
    person.save()
    for session in UserSession.objects.filter(user=person):
        session.end()
    return person


def why_not_resume(person: Person) -> Refusal | None:
    """Return why access cannot be restored."""
    return Refusal("active", _("The person can sign in already.")) if person.is_active else None


@action(
    duty="org.people",
    title=_("Restore access"),
    said=_("restored access"),
    guard=why_not_resume,
)
def resume_person(person: Person, *, by: Actor, at: datetime) -> Person:
    """Let a suspended person in again."""
    person.is_active = True
    person.save()
    return person


@action(
    duty="org.people",
    title=_("Set a new password"),
    said=_("set a new password"),
    private=("password",),
)
def reset_password(person: Person, *, password: str, by: Actor, at: datetime) -> Person:
    """Give a person a new password and end every session he has."""
    person.set_password(password)
    person.save()
    for session in UserSession.objects.filter(user=person):
        session.end()
    return person


def why_not_reveal(person: Person) -> Refusal | None:
    """Return why a phone number cannot be shown: there is none."""
    if person.phone:
        return None
    return Refusal(
        "no_phone",
        _("No phone number is on record."),
        settles=_("Enter it under “Edit particulars”."),
    )


@action(
    duty="org.people",
    title=_("Show the phone number"),
    said=_("looked at the phone number"),
    guard=why_not_reveal,
)
def reveal_phone(person: Person, *, by: Actor, at: datetime) -> Person:
    """Put on record that someone looked at a person's whole phone number."""
    return person
