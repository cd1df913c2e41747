"""One text read as one delivery address: who, where, what is missing, what does not fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation.trans_null import gettext_noop

from zhanggui.ground.places.gazetteer import COUNTY_DIGITS, gazetteer
from zhanggui.ground.places.rules.addresses.cleaning import cleaned
from zhanggui.ground.places.rules.addresses.contacts import Contacts, is_person, take_contacts
from zhanggui.ground.places.rules.addresses.divisions import Chain, read_chain
from zhanggui.ground.places.rules.addresses.doors import Parts, read_parts
from zhanggui.ground.places.rules.addresses.names import CITY_DIGITS, MUNICIPALITIES
from zhanggui.ground.places.rules.addresses.settling import settled, shared
from zhanggui.ground.places.rules.codes import Level, level_of
from zhanggui.ground.places.rules.phones import PhoneReading

MISSING: Final = {
    "name": gettext_noop("Who receives the parcel is not said."),
    "phone": gettext_noop("There is no phone number."),
    "province": gettext_noop("The province is not clear."),
    "city": gettext_noop("The city is not clear."),
    "county": gettext_noop("The district or county is not clear."),
    "place": gettext_noop("There is no road, village or estate."),
    "number": gettext_noop("There is no house or building number."),
    "room": gettext_noop("The building is named, but not the floor or room."),
}
"""What each code of `missing` says, for gettext."""

CONTRADICTIONS: Final = {
    "elsewhere": gettext_noop("%(lower)s lies in %(home)s, not in %(upper)s."),
    "no_such": gettext_noop("%(upper)s and %(lower)s do not go together."),
    "two_addresses": gettext_noop("There is more than one address: only the first was read."),
    "outside": gettext_noop("%(upper)s is outside mainland China."),
    "phone": gettext_noop("The phone number %(lower)s cannot be called."),
    "too_long": gettext_noop("The text is too long for an address: only its beginning was read."),
}
"""What each code of `contradictions` says, for gettext; the names are those of the finding."""


class Known(StrEnum):
    """How a level is known."""

    WRITTEN = "written"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Place:
    """One level of division in a reading."""

    code: str
    name: str
    known: Known


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something in the text that cannot all be true; `code` is a key of `CONTRADICTIONS`."""

    code: str
    upper: str = ""
    lower: str = ""
    home: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What the sentence is filled with."""
        return {"upper": self.upper, "lower": self.lower, "home": self.home}


@dataclass(frozen=True, slots=True)
class Reading:
    """An address as understood.

    `code` is the narrowest division everything written agrees on, empty when there is none.
    `candidates` are the divisions an unclear name could mean. `rest` is what follows the divisions,
    as written; `parts` is how it divides. `missing` holds keys of `MISSING`. `confidence` from 0
    to 1 is about the divisions and the door alone, with the reasons for what it lacks.
    """

    name: str
    phones: tuple[PhoneReading, ...]
    postcode: str
    province: Place | None
    city: Place | None
    county: Place | None
    street: Place | None
    code: str
    candidates: tuple[str, ...]
    rest: str
    parts: Parts
    missing: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    noise: tuple[str, ...]
    confidence: float
    reasons: tuple[str, ...]

    @property
    def levels(self) -> dict[str, Place | None]:
        """The four levels by name, the widest first."""
        return {
            "province": self.province,
            "city": self.city,
            "county": self.county,
            "street": self.street,
        }

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it: names at the four levels, codes and how known beside them."""
        levels = self.levels
        return {
            "name": self.name or None,
            "phone": self.phones[0].national or None if self.phones else None,
            **{level: place.name if place else None for level, place in levels.items()},
            "rest": self.rest or None,
            "parts": self.parts.present(),
            "missing": list(self.missing),
            "contradictions": [
                {"code": c.code, "sentence": CONTRADICTIONS[c.code] % c.values}
                for c in self.contradictions
            ],
            "confidence": self.confidence,
            "reasons": list(self.reasons),
            "code": self.code or None,
            "codes": {level: place.code for level, place in levels.items() if place},
            "known": {level: place.known.value for level, place in levels.items() if place},
            "candidates": list(self.candidates),
            "phones": [
                {
                    "kind": p.kind.value,
                    "display": p.display,
                    "extension": p.extension,
                    "problem": p.problem,
                }
                for p in self.phones
            ],
            "postcode": self.postcode or None,
            "noise": list(self.noise),
        }


# What each reason takes from the confidence, as a factor. Set by judgement: they order readings
# (a person looks at the lowest first) and are no probabilities.
_FACTORS: Final = {
    "nothing_read": 0.0,
    "outside": 0.3,
    "contradiction": 0.4,
    "two_addresses": 0.6,
    "no_division": 0.2,
    "open_name": 0.4,
    "no_county": 0.5,
    "upper_inferred": 0.95,
    "from_street_alone": 0.85,
    "short_name": 0.97,
    "former_name": 0.95,
    "served_area_decided": 0.9,
    "no_place": 0.5,
    "no_number": 0.8,
    "cut": 0.6,
}
_STARTS: Final = re.compile(r"(?:^|[\s,;:/|()\[\]、。-])(?=[\u4e00-\u9fff])")
_TIDY: Final = re.compile(r"^[\s,.;:|/、。\-_·>)\]]+|[\s,;:|/、。\-_·>(\[]+$")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_EMPTY: Final = re.compile(r"[(\[]\s*[)\]]")
_SPACES: Final = re.compile(r"\s*\n\s*|\s{2,}")
_BACK: Final = 9
_ANCHORS_MAX: Final = 40


def read_address(text: str, *, within: frozenset[str] | None = None) -> Reading:
    """Return what a typed or pasted text says about a delivery address.

    `within` are the codes of the divisions served: a name that could be several places is taken for
    the one that is served, if there is exactly one; otherwise it stays open and is never guessed.
    """
    plain, cut = cleaned(text)
    contacts = take_contacts(plain)
    body = contacts.text
    chain, others = _chains(body, within=within)
    rest = _rest(body, chain, others, contacts)
    return _Maker(contacts, chain, others, rest, body, within, cut).reading()


# --- which chain of divisions is the address's ------------------------------------------------
def _chains(body: str, *, within: frozenset[str] | None) -> tuple[Chain, list[Chain]]:
    """Return the chain that is the address's, and the further ones that name divisions in full."""
    chains: list[Chain] = []
    reached = 0
    for start in list(_STARTS.finditer(body))[:_ANCHORS_MAX]:
        if start.end() < reached:
            continue
        chain = read_chain(body, start.end(), within=within)
        reached = max(reached, chain.end)
        if chain.mentions or chain.outside:
            chains.append(chain)
    if not any(chain.full for chain in chains) and (inside := _inside(body, within=within)):
        chains.append(inside)
    usable = [c for c in chains if c.full or not _HAN.search(body, 0, c.begin)]
    if not usable:
        return Chain(0, 0), []
    apart = body.find(";", usable[0].end)
    usable = [c for c in usable if apart < 0 or c.begin < apart]
    best = max(usable, key=lambda chain: (chain.weight >= 4, -chain.begin))
    return best, [chain for chain in chains if chain is not best and chain.full]


def _inside(body: str, *, within: frozenset[str] | None) -> Chain | None:
    """Look for a division written in full that something else precedes: 张三福建省莆田市."""
    for found in re.finditer("[省市区县]", body):
        for begin in range(max(0, found.start() - _BACK), found.start() - 1):
            chain = read_chain(body, begin, within=within)
            first = chain.mentions[0] if chain.mentions else None
            if first and first.full and first.end == found.end() and first.end - begin > 2:
                return chain
    return None


def _rest(body: str, chain: Chain, others: list[Chain], contacts: Contacts) -> str:
    """Return the text without the divisions, and take a name glued before them."""
    second = next((c.begin for c in others if _is_second(c, body, chain)), len(body))
    before, after = body[: chain.begin], chain.passed + body[chain.end : max(second, chain.end)]
    if before and not contacts.name and is_person(before.strip()):
        contacts.name, before = before.strip().removesuffix("收"), ""
    for other in others:
        if chain.codes and _agree(chain, other) and other.begin >= chain.end:
            written = body[other.begin : other.end]
            after = after.replace(written, " ", 1)
    pieces = (_TIDY.sub("", _EMPTY.sub(" ", piece)) for piece in (after, before))
    return _SPACES.sub(" ", " ".join(piece for piece in pieces if piece)).strip()


def _is_second(other: Chain, body: str, first: Chain) -> bool:
    """Return whether a further chain begins another address, and is no remark in the first."""
    before = body[: other.begin].rstrip(" ")
    if not before or other.begin < first.end:
        return False
    if ";" in body[first.end : other.begin] and len(other.mentions) > 1:
        return True
    if _agree(first, other):
        return False
    if before[-1] not in ":;/\n|" and (len(other.mentions) < 2 or body[other.begin - 1] != " "):
        return False
    return len(other.codes) == 1 and (
        len(other.codes[0]) >= CITY_DIGITS or other.codes[0] in MUNICIPALITIES
    )


def _agree(chain: Chain, other: Chain) -> bool:
    return any(a.startswith(b) or b.startswith(a) for a in chain.codes for b in other.codes)


# --- the reading ------------------------------------------------------------------------------
class _Maker:
    """Draws the conclusions of one text."""

    def __init__(
        self,
        contacts: Contacts,
        chain: Chain,
        others: list[Chain],
        rest: str,
        body: str,
        within: frozenset[str] | None,
        cut: bool,
    ) -> None:
        self.contacts, self.chain, self.within, self.cut = contacts, chain, within, cut
        self.rest = rest
        self.parts = read_parts(rest)
        self.reasons: list[str] = []
        self.contradictions: list[Contradiction] = []
        self.mentions = list(chain.mentions)
        self.codes = self._settle(others, body)

    def _settle(self, others: list[Chain], body: str) -> tuple[str, ...]:
        codes = self.chain.codes
        for other in others:
            if _is_second(other, body, self.chain):
                self._contradict("two_addresses")
                continue
            pairs = tuple(
                max(a, b, key=len)
                for a in codes
                for b in other.codes
                if a.startswith(b) or b.startswith(a)
            )
            if pairs:
                codes = tuple(dict.fromkeys(pairs))
                self.mentions += other.mentions
        final = settled(codes, within=self.within)
        if len(final) == 1 and len(settled(codes, within=None)) > 1:
            self.reasons.append("served_area_decided")
        return final

    def _contradict(self, code: str, **names: str) -> None:
        if code not in {c.code for c in self.contradictions}:
            self.contradictions.append(Contradiction(code, **names))

    def reading(self) -> Reading:
        """Return the finished reading."""
        code = self.codes[0] if len(self.codes) == 1 else shared(self.codes)
        stray = self.chain.stray
        levels = self._levels(code)
        if stray:
            code = self._stray(code, stray, levels)
        if self.chain.outside:
            outside, name = self.chain.outside
            levels[Level.PROVINCE] = Place(outside, name, Known.WRITTEN)
            code = outside
            self._contradict("outside", upper=name)
            self.reasons.append("outside")
        candidates = self.codes if len(self.codes) > 1 else ()
        self._doubt_phones()
        missing = self._missing(levels)
        self._weigh(levels, candidates)
        contacts = self.contacts
        return Reading(
            name=contacts.name,
            phones=tuple(contacts.phones),
            postcode=contacts.postcode,
            province=levels.get(Level.PROVINCE),
            city=levels.get(Level.CITY),
            county=levels.get(Level.COUNTY),
            street=levels.get(Level.STREET),
            code=code,
            candidates=candidates,
            rest=self.rest,
            parts=self.parts,
            missing=missing,
            contradictions=tuple(self.contradictions),
            noise=tuple(contacts.noise),
            confidence=self._confidence(),
            reasons=tuple(dict.fromkeys(self.reasons)),
        )

    def _levels(self, code: str) -> dict[Level, Place]:
        """Return the levels of a code, each with how it is known; fillers take a spoken name."""
        written = {
            level_of(named)
            for mention in self.mentions
            for named in mention.codes
            if code.startswith(named)
        }
        levels: dict[Level, Place] = {}
        for division in gazetteer().path(code):
            known = Known.WRITTEN if division.level in written else Known.INFERRED
            levels[division.level] = Place(division.code, division.name, known)
            if division.filler:
                levels[division.level] = self._filled(division.code, levels, code)
        if code in MUNICIPALITIES:
            self._municipality(code, levels)
        elif len(code) == CITY_DIGITS and (only := _only_county(code)):
            levels[Level.COUNTY] = Place(only, levels[Level.CITY].name, Known.INFERRED)
        return levels

    def _filled(self, filler: str, levels: dict[Level, Place], code: str) -> Place:
        """Name a row nobody says by the place people mean: 上海市, 济源市, 东莞市."""
        if len(filler) == COUNTY_DIGITS:
            return Place(filler, levels[Level.CITY].name, levels[Level.CITY].known)
        if filler[:2] in MUNICIPALITIES:
            return Place(filler, levels[Level.PROVINCE].name, levels[Level.PROVINCE].known)
        county = gazetteer().get(code[:COUNTY_DIGITS])
        name = county.name if county else levels[Level.PROVINCE].name
        return Place(filler, name, Known.INFERRED)

    def _municipality(self, code: str, levels: dict[Level, Place]) -> None:
        """Fill the city of 北京市 alone; 重庆市 has two rows: the province's code stands for it."""
        cities = [c.code for c in gazetteer().children(code) if c.filler]
        city = cities[0] if len(cities) == 1 else code
        levels[Level.CITY] = Place(city, levels[Level.PROVINCE].name, levels[Level.PROVINCE].known)

    def _stray(self, code: str, stray: tuple[str, ...], levels: dict[Level, Place]) -> str:
        """Note that a name lies elsewhere; show it at its level; return what both agree on."""
        known = gazetteer()
        upper = known.full_name(code)
        if len(stray) > 1:
            named = known.get(stray[0])
            self._contradict("no_such", upper=upper, lower=named.name if named else "")
            return code
        place = known.get(stray[0])
        assert place is not None, stray
        home = known.full_name(place.parent_code or "") or place.name
        self._contradict("elsewhere", upper=upper, lower=place.name, home=home)
        for division in known.path(place.code):
            if division.level not in levels and not division.filler:
                levels[division.level] = Place(division.code, division.name, Known.WRITTEN)
        return shared((code, place.code)) if code else ""

    def _doubt_phones(self) -> None:
        for phone in self.contacts.phones:
            if not phone.good:
                self._contradict("phone", lower=phone.display)
        if self.cut:
            self._contradict("too_long")

    def _missing(self, levels: dict[Level, Place]) -> tuple[str, ...]:
        parts, contacts = self.parts, self.contacts
        place = parts.road or parts.estate or parts.village or parts.zone
        inside = parts.floor or parts.room
        has = {
            "name": contacts.name,
            "phone": any(phone.good for phone in contacts.phones),
            "province": Level.PROVINCE in levels,
            "city": Level.CITY in levels or self.chain.outside,
            "county": Level.COUNTY in levels or self.chain.outside,
            "place": place,
            "number": parts.number or parts.building or parts.room,
            "room": inside or not (parts.building or parts.unit),
        }
        return tuple(code for code, there in has.items() if not there)

    def _weigh(self, levels: dict[Level, Place], candidates: tuple[str, ...]) -> None:
        parts, mentions = self.parts, self.mentions
        faults = {
            "nothing_read": not levels and not parts.present(),
            "no_division": not levels and not candidates,
            "open_name": candidates,
            "no_county": levels and Level.COUNTY not in levels and not self.chain.outside,
            "contradiction": {c.code for c in self.contradictions} & {"elsewhere", "no_such"},
            "two_addresses": any(c.code == "two_addresses" for c in self.contradictions),
            "short_name": any(not mention.full for mention in mentions),
            "former_name": any(mention.former for mention in mentions),
            "no_place": not (parts.road or parts.estate or parts.village or parts.zone),
            "no_number": not (parts.number or parts.building or parts.room),
            "cut": self.cut,
        }
        self.reasons += [reason for reason, holds in faults.items() if holds]
        county = levels.get(Level.COUNTY)
        if county and county.known is Known.INFERRED and len(mentions) == 1:
            self.reasons.append("from_street_alone")
        elif levels and levels[Level.PROVINCE].known is Known.INFERRED:
            self.reasons.append("upper_inferred")

    def _confidence(self) -> float:
        confidence = 1.0
        for reason in dict.fromkeys(self.reasons):
            confidence *= _FACTORS[reason]
        return round(confidence, 2)


def _only_county(city: str) -> str:
    """Return the county of a city that has none (东莞市), else an empty text."""
    counties = gazetteer().children(city)
    return counties[0].code if len(counties) == 1 and counties[0].filler else ""
