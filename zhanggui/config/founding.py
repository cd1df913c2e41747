"""Taking a company file in: a real company founded, or one that stands brought up to date."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhanggui.books.content.actions import set_up_home
from zhanggui.books.content.queries.pages import is_taken
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.config.commands.line import Said
from zhanggui.config.prepare import migrate
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.org.actions.company import take_in_company
from zhanggui.ground.org.models import Company, Person
from zhanggui.ground.org.rules.company import Company as CompanyFile


def found(read: CompanyFile, *, words: Mapping[str, str]) -> tuple[Company, list[str]]:
    """Take the file in, wholly or not at all; return the company and the users new to it.

    New users get their first password from `words`; those known before keep theirs.
    """
    if read.zone != settings.TIME_ZONE:
        raise Said(
            f"The company lives by {read.zone}, this installation by {settings.TIME_ZONE}: "
            f"set ZONE={read.zone} and try again."
        )
    migrate()
    known = set(Person.objects.values_list("user", flat=True))
    fresh = [person.user for person in read.people if person.user not in known]
    at = clock.now()
    with transaction.atomic(), joining_transaction():
        Installation.objects.get_or_create(pk=1, defaults={"founded_at": at})
        company = take_in_company(
            None,
            file=read,
            passwords={user: make_password(words[user]) for user in fresh},
            by=CLOCKWORK,
            at=at,
        )
        if not is_taken(PageKind.HOME, "home"):
            set_up_home(None, by=CLOCKWORK, at=at)
    return company, fresh
