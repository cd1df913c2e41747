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


def name_said(division: Division) -> str:
    """Return a division's name in the reader's language."""
    return (_in_english() and gazetteer().english_name(division.code)) or division.name


def full_name_said(code: str) -> str:
    """Return a division's name with those above it in the reader's language; empty if unknown.

    福建省莆田市荔城区 or Licheng District, Putian City, Fujian Province. On a parcel stands the
    Chinese one, whoever reads it: `gazetteer().full_name`.
    """
    return gazetteer().full_english_name(code) if _in_english() else gazetteer().full_name(code)


def _in_english() -> bool:
    from django.utils.translation import get_language  # addresses are read without Django too

    return get_language() == "en"
