"""The lines of a change told in words people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.rules.changes import Data, Step
from zhanggui.ground.org.rules.structure import Structure, Text

SEAT_WORDS: Mapping[str, Sentence] = {
    "main": _("main"),
    "concurrent": _("concurrent"),
    "acting": _("acting"),
}

AREA_WORDS: Mapping[str, Sentence] = {
    "company": _("whole company"),
    "province": _("province"),
    "region": _("region"),
    "city": _("city"),
    "district": _("district"),
}

DUTY_GROUPS: Mapping[str, Sentence] = {
    "G": _("Company-wide rules"),
    "S": _("Sales department"),
    "N": _("Network department"),
    "C": _("Customer service"),
    "F": _("Finance"),
    "H": _("Personnel and administration"),
    "M": _("Management and advice"),
}
"""The chapters of the charter, by the letter with which the ids of their duties begin."""

LINE_WORDS: Mapping[str, Sentence] = {
    "appoint": _("Appoint"),
    "transfer": pgettext_lazy("of a person", "Transfer"),
    "end": _("End an appointment"),
    "leave": _("Leave the company"),
    "hand_over": _("Hand over work"),
    "add_unit": _("Add a unit"),
    "move_unit": _("Move a unit"),
    "split_unit": _("Split a unit"),
    "merge_units": _("Merge units"),
    "close_unit": _("Close a unit"),
    "add_area": _("Add an area"),
    "move_area": _("Move an area"),
    "close_area": _("Close an area"),
    "add_post": _("Add a post"),
    "move_duty": _("Move a duty"),
    "restore": _("Undo a change"),
}
"""What each kind of line is called, in the order in which people look for them."""


def group_of(duty: str) -> str:
    """Return the letter of the charter's chapter a duty belongs to; "" outside of all."""
    letter = duty.partition("-")[0]
    return letter if letter in DUTY_GROUPS else ""


class Names:
    """Names of things by code: as they stand before a line, or else as they stand after it."""

    def __init__(self, before: Structure, after: Structure) -> None:
        self._sides = (before, after)

    def unit(self, code: str) -> str:
        """Return the name of a unit, its code where nobody knows it."""
        return next((str(s.units[code].name) for s in self._sides if code in s.units), code)

    def area(self, code: str) -> str:
        """Return the name of an area, its code where nobody knows it."""
        return next((str(s.areas[code].name) for s in self._sides if code in s.areas), code)

    def post(self, code: str) -> str:
        """Return the title of a post, its code where nobody knows it."""
        return next((str(s.posts[code].title) for s in self._sides if code in s.posts), code)

    def duty(self, code: str) -> str:
        """Return the title of a duty with its id."""
        known = next((s.duties[code] for s in self._sides if code in s.duties), None)
        return f"{known.title} {code}" if known else code

    def person(self, user: str) -> str:
        """Return the name of a person."""
        return self._sides[0].who(user)

    def seat(self, seat: Data) -> str:
        """Return post, unit and area of an appointment."""
        parts = (self.post(seat["post"]), self.unit(seat["unit"]), self.area(seat["area"]))
        return " · ".join(parts)


def _title(name: Mapping[str, str]) -> str:
    return str(Text(**name))


def _appoint(data: Data, names: Names) -> str:
    told = _("%(person)s: %(seat)s (%(kind)s)") % {
        "person": names.person(data["person"]),
        "seat": names.seat(data),
        "kind": SEAT_WORDS[data.get("kind", "main")],
    }
    if until := data.get("until"):
        return str(_("%(told)s, until %(until)s") % {"told": told, "until": str(until)[:10]})
    return str(told)


def _transfer(data: Data, names: Names) -> str:
    goes = {
        "post": data.get("to_post") or data["post"],
        "unit": data.get("to_unit") or data["unit"],
        "area": data.get("to_area") or data["area"],
    }
    told = _("%(person)s: from %(old)s to %(new)s") % {
        "person": names.person(data["person"]),
        "old": names.seat(data),
        "new": names.seat(goes),
    }
    if kind := data.get("to_kind"):
        return f"{told} ({SEAT_WORDS[kind]})"
    return str(told)


def _split(data: Data, names: Names) -> str:
    parts = []
    for part in data["parts"]:
        people = ", ".join(names.person(user) for user in part.get("people", ()))
        title = _title(part["name"])
        parts.append(f"{title} ({people})" if people else title)
    return str(_("%(unit)s into %(parts)s")) % {
        "unit": names.unit(data["code"]),
        "parts": ", ".join(parts),
    }


def _under(told: str, parent: str) -> str:
    return str(_("%(what)s under %(parent)s") % {"what": told, "parent": parent})


def _add_post(data: Data, names: Names) -> str:
    duties = ", ".join(names.duty(duty) for duty in data["duties"])
    return str(_("%(post)s with %(duties)s") % {"post": _title(data["title"]), "duties": duties})


def _merge(data: Data, names: Names) -> str:
    units = ", ".join(names.unit(code) for code in data["codes"])
    return str(_("%(units)s into %(into)s") % {"units": units, "into": names.unit(data["into"])})


def _move_duty(data: Data, names: Names) -> str:
    return str(
        _("%(duty)s from %(old)s to %(new)s")
        % {
            "duty": names.duty(data["duty"]),
            "old": names.post(data["from_post"]),
            "new": names.post(data["to_post"]),
        }
    )


def _hand_over(data: Data, names: Names) -> str:
    return str(
        _("open work of %(person)s to %(to)s")
        % {"person": names.person(data["person"]), "to": names.person(data["to"])}
    )


_TELL: Mapping[str, Callable[[Data, Names], str]] = {
    "appoint": _appoint,
    "transfer": _transfer,
    "end": lambda d, n: str(
        _("%(person)s: %(seat)s") % {"person": n.person(d["person"]), "seat": n.seat(d)}
    ),
    "leave": lambda d, n: n.person(d["person"]),
    "hand_over": _hand_over,
    "add_unit": lambda d, n: _under(_title(d["name"]), n.unit(d["parent"])),
    "move_unit": lambda d, n: _under(n.unit(d["code"]), n.unit(d["parent"])),
    "split_unit": _split,
    "merge_units": _merge,
    "close_unit": lambda d, n: n.unit(d["code"]),
    "add_area": lambda d, n: _under(_title(d["name"]), n.area(d["parent"])),
    "move_area": lambda d, n: _under(n.area(d["code"]), n.area(d["parent"])),
    "close_area": lambda d, n: n.area(d["code"]),
    "add_post": _add_post,
    "move_duty": _move_duty,
    "restore": lambda _d, _n: str(_("everything as it was before the change")),
}


def tell_line(step: Step, *, before: Structure, after: Structure) -> str:
    """Return what a line does, in words; `before` and `after` are the structures around it.

    A line that lacks a value is told by what it holds, so that even a broken one can be read.
    """
    try:
        return _TELL[step.kind](step.data, Names(before, after))
    except (KeyError, TypeError, AttributeError):
        return ", ".join(f"{key}: {_plain(value)}" for key, value in step.data.items())


def _plain(value: Any) -> str:
    return str(value)[:80]
