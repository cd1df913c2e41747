"""Lines about areas: adding, moving, closing."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.rules.changes.step import AREA_PARENTS, Data, fresh_code, known, no
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    Structure,
    Text,
)


def add_area(structure: Structure, data: Data) -> Structure:
    """Add an area: code, kind, name {zh, en}, parent, divisions."""
    fresh_code(data["code"], structure.areas)
    known(structure, area=data["parent"])
    area = AreaNode(
        data["code"],
        data["kind"],
        Text(**data["name"]),
        data["parent"],
        tuple(data.get("divisions", ())),
    )
    _fits(structure, area.kind, data["parent"])
    for other in structure.areas.values():
        if other.kind == area.kind and set(other.divisions) & set(area.divisions):
            raise no(
                "division_taken",
                _("“%(name)s” already covers that administrative division.") % {"name": other.name},
                _("Tie each division to one area."),
            )
    return replace(structure, areas={**structure.areas, area.code: area})


def _fits(structure: Structure, kind: str, parent: str) -> None:
    wanted = AREA_PARENTS.get(kind)
    if not wanted or structure.areas[parent].kind not in wanted:
        raise no(
            "wrong_level",
            _("An area of this kind cannot stand under that one."),
            _(
                "Provinces stand under the company, regions under provinces, cities under "
                "regions, districts under cities."
            ),
        )


def move_area(structure: Structure, data: Data) -> Structure:
    """Put an area under another: code, parent."""
    code, parent = data["code"], data["parent"]
    known(structure, area=code)
    known(structure, area=parent)
    if parent in structure.areas_within(code):
        raise no(
            "own_parent",
            _("An area cannot be placed under itself or under an area of its own."),
            _("Choose an area outside it."),
        )
    _fits(structure, structure.areas[code].kind, parent)
    if structure.areas[code].parent == parent:
        raise no("no_change", _("The area already stands there."), _("Leave the line out."))
    moved = replace(structure.areas[code], parent=parent)
    return replace(structure, areas={**structure.areas, code: moved})


def close_area(structure: Structure, data: Data) -> Structure:
    """Close an area with no areas below and nobody appointed to it: code."""
    code = data["code"]
    known(structure, area=code)
    lower = structure.areas_within(code) - {code}
    if lower or any(seat.area == code for seat in structure.seats):
        raise no(
            "area_in_use",
            _("There are still people or areas in “%(name)s”.")
            % {"name": structure.areas[code].name},
            _("Transfer the people and move the areas below first."),
        )
    return replace(structure, areas={c: a for c, a in structure.areas.items() if c != code})
