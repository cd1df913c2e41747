"""The example company: founded from its file, its people able to sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from zhanggui.demo.life import TRADE_DAYS, live_until
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.org.actions.company import take_in_company
from zhanggui.ground.org.models import Company, Person
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.company import read_company

FILE = Path(__file__).with_name("company.yaml")
AGE = timedelta(days=60)
"""How long ago the example company was founded: time enough for a history."""

PASSWORD = "zhanggui-example"  # noqa: S105 - the example company's own, printed at every start
"""The password of everybody in the example company, which is reachable from this machine only."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Someone of the example company: user name, name and posts."""

    user: str
    name: str
    posts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.user:<14}{self.name}  {', '.join(self.posts)}"


def load_example(*, at: datetime | None = None, trade_days: int = TRADE_DAYS) -> None:
    """Found the example company in an empty database and let it live up to now.

    Without `trade_days` nothing has been ordered yet.

    Raises ValueError when a company stands there already.
    """
    if Company.objects.exists():
        raise ValueError("a company is already in this database")
    now = at or clock.now()
    founded = now - AGE
    Installation.objects.update_or_create(pk=1, defaults={"example": True, "founded_at": founded})
    file = read_company(FILE.read_text(encoding="utf-8"))
    secret = make_password(PASSWORD)
    take_in_company(
        None,
        file=file,
        passwords={person.user: secret for person in file.people},
        by=CLOCKWORK,
        at=founded,
    )
    live_until(now, password=PASSWORD, trade_days=trade_days)


def who_can_sign_in() -> list[Resident]:
    """Return the example company's people with their posts, most responsible first."""
    structure = present(clock.now()).structure
    names = {person.user: person.name for person in Person.objects.filter(is_active=True)}
    return [
        Resident(
            user=user,
            name=names[user],
            posts=tuple(
                f"{structure.posts[seat.post].title} · {structure.areas[seat.area].name}"
                for seat in seats
            ),
        )
        for user, seats in structure.seats_by_person.items()
        if user in names
    ]
