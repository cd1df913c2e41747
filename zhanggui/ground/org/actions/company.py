"""Founding the company from its file, and bringing a later file in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.org.actions.structure import write_structure
from zhanggui.ground.org.models import CharterDuty, Company, Person
from zhanggui.ground.org.queries import structure_at
from zhanggui.ground.org.rules.company import Company as CompanyFile
from zhanggui.ground.org.rules.structure import Structure


def structure_of(file: CompanyFile) -> Structure:
    """Return the structure a company file describes."""
    return Structure(
        areas={area.code: area for area in file.areas},
        units={unit.code: unit for unit in file.units},
        duties={duty.id: duty for duty in file.duties},
        posts={post.code: post for post in file.posts},
        seats=frozenset(file.seats),
        people={person.user: person.name for person in file.people},
    )


@action(
    duty="org.appointments",
    title=_("Take in a company file"),
    said=_("took in the company file"),
    creates=True,
    private=("file", "passwords"),
)
def take_in_company(
    area: str | None,
    *,
    file: CompanyFile,
    passwords: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Company:
    """Found the company a file describes, or bring a standing company to what the file says.

    `passwords` maps user names to first passwords (already hashed); people without one cannot sign
    in yet. People the file does not name keep their particulars and lose their posts.
    """
    company, _new = Company.objects.update_or_create(
        pk=1,
        defaults={
            "code": file.code,
            "name_zh": file.name.zh,
            "name_en": file.name.en,
            "zone": file.zone,
        },
    )
    before = structure_at(at)
    for position, duty in enumerate(file.duties):
        CharterDuty.objects.update_or_create(
            pk=duty.id,
            defaults={
                "name_zh": duty.title.zh,
                "name_en": duty.title.en,
                "text_zh": duty.text.zh,
                "text_en": duty.text.en,
                "level": duty.level,
                "promise_s": duty.promise_s,
                "checks": list(duty.checks),
                "position": position,
            },
        )
    known = {person.user: person for person in Person.objects.all()}
    for entry in file.people:
        person = known.get(entry.user)
        if person is None:
            first = (passwords or {}).get(entry.user, "!")
            person = Person(user=entry.user, hired_at=at, password=first)
        person.name_zh, person.name_en = entry.name.zh, entry.name.en
        person.phone = entry.phone or None
        person.save()
    write_structure(before, structure_of(file), at=at, order=file.seats)
    company.refresh_from_db()
    return company
