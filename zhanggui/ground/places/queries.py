"""Reading the divisions the way pages show them: without the rows nobody says."""

from __future__ import annotations

from zhanggui.ground.places.gazetteer import Division, gazetteer


def division_choices(*, under: str | None) -> tuple[Division, ...]:
    """Return what a person chooses next below a division; the provinces for None.

    A filler is passed over to what hangs on it: 北京市 offers its districts, 河南省 offers 济源市
    beside its cities, 东莞市 its streets. Empty below a street and for an unknown code.
    """
    choices: list[Division] = []
    for division in gazetteer().children(under):
        choices += division_choices(under=division.code) if division.filler else (division,)
    return tuple(choices)


def division_trail(code: str) -> tuple[Division, ...]:
    """Return the divisions a person names on the way down to `code`; empty for an unknown code."""
    return tuple(division for division in gazetteer().path(code) if not division.filler)
