"""What a company file holds: its parts, their keys in order, and the form of every value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhanggui.ground.org.rules.structure import (
    AREA_KINDS,
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    Text,
    UnitNode,
)


@dataclass(frozen=True, slots=True)
class Company:
    """A company in file order; the seats follow the order of the people who sit on them."""

    code: str
    name: Text
    zone: str
    areas: tuple[AreaNode, ...]
    units: tuple[UnitNode, ...]
    duties: tuple[DutyNode, ...]
    posts: tuple[PostNode, ...]
    people: tuple[PersonNode, ...]
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The keys one part of the file may have, in the order they are written."""

    keys: tuple[str, ...]
    optional: frozenset[str] = frozenset()

    @property
    def required(self) -> tuple[str, ...]:
        """Return the keys without which this part says too little."""
        return tuple(key for key in self.keys if key not in self.optional)


# A text checks its two languages itself, so that each missing one is named as a language. A post's
# duties are optional here because a post without duties has a sentence of its own.
PARTS = {
    "file": Part(("company", "areas", "units", "duties", "posts", "people")),
    "company": Part(("code", "name", "zone")),
    "area": Part(
        ("code", "kind", "name", "parent", "divisions"), frozenset({"parent", "divisions"})
    ),
    "unit": Part(("code", "name", "parent"), frozenset({"parent"})),
    "duty": Part(
        ("id", "title", "text", "level", "promise", "checks"), frozenset({"promise", "checks"})
    ),
    "post": Part(("code", "title", "duties", "everyone"), frozenset({"everyone", "duties"})),
    "person": Part(("user", "name", "phone", "posts"), frozenset({"phone", "posts"})),
    "seat": Part(("post", "unit", "area", "kind"), frozenset({"kind"})),
    "text": Part(("zh", "en"), frozenset({"zh", "en"})),
}

# The kinds of area under which each kind may stand; the company itself stands under nothing.
PARENT_KINDS = {
    "company": (),
    "province": ("company",),
    "region": ("province",),
    "city": ("region", "province"),
    "district": ("city",),
}
assert tuple(PARENT_KINDS) == AREA_KINDS

NAME_CHARS_MAX = 200  # what a table column and a phone screen can still show
TEXT_CHARS_MAX = 1000  # a duty that needs more than a page is two duties
FILE_BYTES_MAX = 2 * 1024 * 1024  # 10,000 people with two posts each need 1.6 MB

CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")
DUTY_ID = re.compile(r"[A-Z]{1,4}(-[A-Z]{1,4})?-[0-9]{1,3}")
DIVISION = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}|[1-9][0-9]{8}")
PHONE = re.compile(r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")
PROMISE = re.compile(r"([1-9][0-9]{0,7})([smhd])")

SECONDS = {
    "d": 86_400,
    "h": 3_600,
    "m": 60,
    "s": 1,
}  # largest first: the writer takes the first fit
PROMISE_S_MAX = 366 * SECONDS["d"]  # a promise beyond a year promises nothing


def promise_seconds(written: str) -> int | None:
    """Return the seconds of a promise written like 30s, 15m, 2h or 1d; None if it is not one."""
    match = PROMISE.fullmatch(written)
    if match is None:
        return None
    seconds = int(match[1]) * SECONDS[match[2]]
    return seconds if seconds <= PROMISE_S_MAX else None


def promise_written(seconds: int) -> str:
    """Return a promise in the largest unit that divides it: 3600 is 1h, 90 is 90s."""
    unit = next(unit for unit, size in SECONDS.items() if seconds % size == 0)
    return f"{seconds // SECONDS[unit]}{unit}"
