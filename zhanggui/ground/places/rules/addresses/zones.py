"""Development zones: which of them the tables hold as counties of their own."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.addresses.names import counties_of
from zhanggui.ground.places.rules.codes import short_name

ZONE: Final = re.compile(
    r"(?:国家级?|省级)?(?:(?P<high>高新(?:技术)?(?:产业)?(?:开发|园)?区)"
    r"|(?P<plain>(?:经济技术产?业?|经济|技术)?开发区|经开区)|(?P<park>工业园区))"
)


@cache
def zones_of(city: str) -> dict[str, str]:
    """Return the zones of a city that bear its name and nothing else: the ones people mean."""
    known = gazetteer()
    own = known.get(city)
    above = known.get(city[:2])
    if own is None or above is None:
        return {}
    before = f"(?:{above.name}|{short_name(above.name)})?(?:{own.name}|{short_name(own.name)})?"
    zones: dict[str, str] = {}
    for county in counties_of(city):
        division = known.get(county)
        name = re.sub(f"^{before}", "", division.name) if division else ""
        if match := ZONE.fullmatch(name):
            zones[match.lastgroup or ""] = county
    return zones
