"""Where we deliver: the area and depot of an address, and what is promised there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from django.db.models import QuerySet

from zhanggui.books.stock.models import Location
from zhanggui.books.stock.rules import PlaceKind
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.editions import kept
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import Area
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import AreaNode, Structure
from zhanggui.ground.places.gazetteer import COUNTY_DIGITS, gazetteer
from zhanggui.ground.places.rules.codes import is_within
from zhanggui.trade.orders.models import DeliveryPromise
from zhanggui.trade.orders.rules.orders import Hours
from zhanggui.trade.orders.rules.payments import Terms

T = TypeVar("T")

PROMISING = "orders.promises"
"""The duty of saying what a city promises its customers."""


@dataclass(frozen=True, slots=True)
class Service:
    """How an address is served: by which area and depot, until when, from how much, how paid."""

    division: str
    area: AreaNode
    depot: Location
    hours: Hours
    least_fen: int
    terms: Terms = field(default_factory=Terms)

    @property
    def cutoff_s(self) -> int:
        """Until when to order for the same day, in seconds after midnight."""
        return self.hours.cutoff_s

    @property
    def place(self) -> str:
        """The county or street served, in full."""
        return gazetteer().full_name(self.division)

    def is_same_day(self, at: datetime) -> bool:
        """Tell whether what is ordered at this moment is there the same day."""
        return self.hours.is_same_day(at)

    def promised_at(self, at: datetime) -> datetime:
        """Return by when what is ordered at this moment is there."""
        return self.hours.promised_at(at)


def full_address(division: str, address: str) -> str:
    """Return an address as it is written on a parcel: divisions, then what comes below them."""
    return gazetteer().full_name(division) + address


def service_of(division: str, *, at: datetime) -> Service | None:
    """Return how an address in a county or street is served; None where we do not deliver.

    The area is the one that names the county, else the city around it. The promise is its own, or
    that of the nearest area above it; where that one is closed, nothing is delivered.
    """
    county = division[:COUNTY_DIGITS]
    if len(county) < COUNTY_DIGITS or gazetteer().get(division) is None:
        return None
    found = _by_county(_read(at)).get(county)
    return replace(found, division=division) if found is not None else None


def _area_of(structure: Structure, county: str) -> AreaNode | None:
    """Return the narrowest area in whose divisions a county lies."""
    found: dict[str, AreaNode] = {}
    for area in structure.areas.values():
        for code in area.divisions:
            if is_within(county, area=code):
                found[code] = area
    return found[max(found, key=len)] if found else None


@kept(DeliveryPromise, Area)
def _promises() -> Mapping[str, DeliveryPromise]:
    """Return what each area promises that promises anything itself."""
    return {row.area_id: row for row in DeliveryPromise.objects.select_related("area")}


@kept(Location)
def _depots() -> Mapping[str, Location]:
    """Return the depot of each area that has one, as the stock's `depot_for` chooses it."""
    rows = Location.objects.filter(kind=PlaceKind.DEPOT)
    return {depot.area_id or "": depot for depot in rows.order_by("-code")}


def _nearest(path: tuple[str, ...], by_area: Mapping[str, T]) -> T | None:
    return next((by_area[code] for code in reversed(path) if code in by_area), None)


def services_now(*, at: datetime) -> Sequence[Service]:
    """Return how each county served now is served, in the order of the areas."""
    return tuple(_by_county(_read(at)).values())


def served_codes(*, at: datetime) -> frozenset[str]:
    """Return the codes of the counties served now: what the address reader takes as `within`."""
    return _codes(_read(at))


def _read(at: datetime) -> _Read:
    return _Read(present(at).structure, _promises(), _depots())


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What says where we deliver, as it was read; the very same, as long as nothing changed."""

    structure: Structure
    promises: Mapping[str, DeliveryPromise]
    depots: Mapping[str, Location]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and (
            self.structure is other.structure
            and self.promises is other.promises
            and self.depots is other.depots
        )

    def __hash__(self) -> int:
        return hash((id(self.structure), id(self.promises), id(self.depots)))


@lru_cache(maxsize=4)
def _codes(read: _Read) -> frozenset[str]:
    return frozenset(_by_county(read))


@lru_cache(maxsize=4)
def _by_county(read: _Read) -> Mapping[str, Service]:
    structure, promises, depots = read.structure, read.promises, read.depots
    served: dict[str, Service] = {}
    for area, _depth in structure.areas_in_order():
        path = structure.area_path(area.code)
        promise, depot = _nearest(path, promises), _nearest(path, depots)
        if promise is None or not promise.open or depot is None:
            continue
        hours = Hours(promise.cutoff_s, promise.same_day_s, promise.next_day_s)
        for county in _counties(area.divisions):
            if (own := _area_of(structure, county)) is not None and own.code == area.code:
                served[county] = Service(
                    county, area, depot, hours, promise.least_fen, promise.terms
                )
    return served


def served_divisions(*, at: datetime) -> list[tuple[str, str, str]]:
    """Return the counties served now: code, code of the area, and the county's name.

    In the order of the areas.
    """
    return [(found.division, found.area.code, found.place) for found in services_now(at=at)]


def _counties(divisions: tuple[str, ...]) -> list[str]:
    """Return the codes of the counties in these divisions."""
    found: list[str] = []
    todo = list(divisions)
    while todo:
        code = todo.pop(0)
        if len(code) >= COUNTY_DIGITS:
            found.append(code[:COUNTY_DIGITS])
        else:
            todo += [division.code for division in gazetteer().children(code)]
    return found


# --- what is promised -----------------------------------------------------------------------------


def promises_kept(by: DeskActor) -> QuerySet[DeliveryPromise]:
    """Return what the areas somebody answers for promise to customers."""
    rows = DeliveryPromise.objects.filter(by.scope(PROMISING).where())
    return rows.select_related("area").order_by("area__position", "area_id")


def promise_of(by: DeskActor, pk: int) -> DeliveryPromise:
    """Return a promise of one's areas; raise `not_yours` otherwise."""
    promise = promises_kept(by).filter(pk=pk).first()
    if promise is None:
        raise not_yours()
    return promise


def areas_to_promise(by: DeskActor) -> QuerySet[Area]:
    """Return the areas for which somebody may say what is promised."""
    return Area.objects.filter(by.scope(PROMISING).where("code")).order_by("position", "code")


def area_to_promise(by: DeskActor) -> str | None:
    """Return the area of the standing in which somebody publishes promises."""
    standings = by.standings(PROMISING, None)
    return standings[0].area if standings else None


@dataclass(frozen=True, slots=True)
class Promised:
    """What holds in an area: its own promise, that of an area above, or nothing."""

    area: AreaNode
    depth: int
    promise: DeliveryPromise | None
    own: bool
    depot: Location | None

    @property
    def served(self) -> bool:
        """Whether customers there are served now."""
        return self.promise is not None and self.promise.open and self.depot is not None


def promised_in(by: DeskActor) -> list[Promised]:
    """Return what holds in each area somebody answers for that has divisions.

    In the order of the areas; `depth` counts from the topmost of them.
    """
    structure = present(by.at).structure
    scope = by.scope(PROMISING)
    promises, depots = _promises(), _depots()
    rows = [
        (area, depth)
        for area, depth in structure.areas_in_order()
        if area.code in scope and area.kind in {"city", "district"}
    ]
    top = min((depth for _area, depth in rows), default=0)
    found = []
    for area, depth in rows:
        path = structure.area_path(area.code)
        promise = _nearest(path, promises)
        own = promise is not None and promise.area_id == area.code
        found.append(Promised(area, depth - top, promise, own, _nearest(path, depots)))
    return found
