"""Reading policies: what I still have to read, who has not read, how many read in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from zhanggui.books.people import rules
from zhanggui.books.people.models import Acknowledgement, PolicyVersion
from zhanggui.books.people.rules import VersionState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.models import Appointment, Area, Post
from zhanggui.ground.org.queries import at_moment, present
from zhanggui.ground.org.rules.structure import Structure

KEEPING = "people.policies"
"""The duty of whoever keeps the policies."""

READING = "people.policies_to_read"
"""The duty of everyone to read them."""

Audience = tuple[str, tuple[str, ...]]
"""To whom a version is addressed: the code of its area, and of its posts (none: every post)."""


@dataclass(frozen=True, slots=True)
class Seating:
    """One post a person sits on now, and since when."""

    person_id: int
    post: str
    area: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone a version is addressed to: since when he owes his word, and when he gave it."""

    person_id: int
    name: str
    posts: tuple[str, ...]
    owed_at: datetime
    read_at: datetime | None

    def wait_s(self, at: datetime) -> int:
        """Return for how many seconds he has owed it."""
        return max(0, int((at - self.owed_at).total_seconds()))


def structure_for(by: DeskActor) -> Structure:
    """Return the structure of the company as this person sees it now."""
    return by.snapshot.structure if isinstance(by, PersonActor) else present(by.at).structure


# --- what a person has to read -----------------------------------------------------------------


def seatings_of(person_id: int | None, *, at: datetime) -> list[Seating]:
    """Return the posts a person sits on at a moment, the earliest first."""
    rows = (
        Appointment.objects.filter(at_moment(at), person_id=person_id or 0)
        .order_by("since_at", "pk")
        .values_list("person_id", "post_id", "area_id", "since_at")
    )
    return [Seating(*row) for row in rows]


def _addressed(seatings: Iterable[Seating], structure: Structure) -> list[tuple[Q, Seating]]:
    """Return for each seat the condition that a version is addressed to it.

    The post is looked for in the stored list as text: both databases can, and codes hold no quotes.
    """
    return [
        (
            Q(area_id__in=structure.area_path(seat.area))
            & (Q(posts_text="[]") | Q(posts_text__contains=f'"{seat.post}"')),
            seat,
        )
        for seat in seatings
    ]


def _concerning(by: DeskActor) -> QuerySet[PolicyVersion]:
    """Return the published versions addressed to a person, with `owed_at` and `read_at`."""
    conditions = _addressed(seatings_of(by.person_id, at=by.at), structure_for(by))
    mine = reduce(or_, [condition for condition, _seat in conditions], Q(pk__in=[]))
    whens = [
        When(condition, then=Greatest("published_at", Value(seat.since, DateTimeField())))
        for condition, seat in conditions
    ]
    read = Acknowledgement.objects.filter(version_id=OuterRef("pk"), person_id=by.person_id or 0)
    return (
        PolicyVersion.objects.alias(posts_text=Cast("posts", TextField()))
        .filter(mine, published_at__isnull=False)
        .annotate(
            owed_at=Case(*whens, default=F("published_at"), output_field=DateTimeField()),
            read_at=Subquery(read.values("at")[:1]),
        )
        .select_related("policy", "area")
    )


def versions_to_read(by: DeskActor) -> QuerySet[PolicyVersion]:
    """Return the versions in force that a person has not acknowledged, the longest owed first."""
    read = Acknowledgement.objects.filter(version_id=OuterRef("pk"), person_id=by.person_id or 0)
    return (
        _concerning(by)
        .filter(~Exists(read), state=VersionState.IN_FORCE)
        .order_by(F("owed_at").asc(), "pk")
    )


def versions_for_me(by: DeskActor) -> QuerySet[PolicyVersion]:
    """Return the versions in force addressed to a person, read or not, by their code."""
    return _concerning(by).filter(state=VersionState.IN_FORCE).order_by("policy__code")


def owed_at_of(version: PolicyVersion, *, person_id: int | None, at: datetime) -> datetime | None:
    """Return since when a person owes his word for a version; None when it is not for him."""
    structure = present(at).structure
    for seat in seatings_of(person_id, at=at):
        if version.published_at is not None and rules.is_addressed(
            area=version.area_id,
            posts=version.posts,
            seat_post=seat.post,
            seat_path=structure.area_path(seat.area),
        ):
            return rules.owed_since(published_at=version.published_at, seated_at=seat.since)
    return None


def has_acknowledged(version: PolicyVersion, *, person_id: int | None) -> bool:
    """Return whether a person has acknowledged a version."""
    return Acknowledgement.objects.filter(version=version, person_id=person_id or 0).exists()


# --- who has read ------------------------------------------------------------------------------


def _seatings(at: datetime) -> list[Seating]:
    """Return every post somebody who may sign in sits on, the earliest first."""
    rows = (
        Appointment.objects.filter(at_moment(at), person__is_active=True)
        .order_by("since_at", "pk")
        .values_list("person_id", "post_id", "area_id", "since_at")
    )
    return [Seating(*row) for row in rows]


def audience_of(version: PolicyVersion) -> Audience:
    """Return to whom a version is addressed."""
    return version.area_id, tuple(version.posts)


def _people_in(
    audience: Audience, seatings: Iterable[Seating], structure: Structure
) -> dict[int, list[Seating]]:
    """Return the people a version for this audience is addressed to, with the seats that say so."""
    area, posts = audience
    found: dict[int, list[Seating]] = {}
    for seat in seatings:
        if rules.is_addressed(
            area=area, posts=posts, seat_post=seat.post, seat_path=structure.area_path(seat.area)
        ):
            found.setdefault(seat.person_id, []).append(seat)
    return found


def readers_of(versions: Sequence[PolicyVersion], *, at: datetime) -> dict[int, list[Reader]]:
    """Return by version id everybody it is addressed to, those who owe it longest first."""
    structure = present(at).structure
    rows = list(
        Appointment.objects.filter(at_moment(at), person__is_active=True)
        .select_related("person")
        .order_by("since_at", "pk")
    )
    names = {row.person_id: row.person.name for row in rows}
    seatings = [Seating(r.person_id, r.post_id, r.area_id, r.since_at) for r in rows]
    read = {
        (version_id, person_id): moment
        for version_id, person_id, moment in Acknowledgement.objects.filter(
            version__in=versions
        ).values_list("version_id", "person_id", "at")
    }
    people = {
        audience: _people_in(audience, seatings, structure)
        for audience in {audience_of(version) for version in versions}
    }
    return {
        version.pk: _readers(version, people[audience_of(version)], names, read, structure)
        for version in versions
    }


def _readers(
    version: PolicyVersion,
    people: Mapping[int, Sequence[Seating]],
    names: Mapping[int, str],
    read: Mapping[tuple[int, int], datetime],
    structure: Structure,
) -> list[Reader]:
    published = version.published_at or version.drafted_at
    readers = [
        Reader(
            person_id=person_id,
            name=names[person_id],
            posts=tuple(dict.fromkeys(str(structure.posts[s.post].title) for s in seats)),
            owed_at=rules.owed_since(published_at=published, seated_at=seats[0].since),
            read_at=read.get((version.pk, person_id)),
        )
        for person_id, seats in people.items()
    ]
    return sorted(readers, key=lambda r: (r.owed_at, r.name, r.person_id))


def people_concerned(version: PolicyVersion, *, at: datetime) -> list[int]:
    """Return the ids of the people a version is addressed to."""
    found = _people_in(audience_of(version), _seatings(at), present(at).structure)
    return sorted(found)


# --- keeping policies --------------------------------------------------------------------------


def versions_kept(by: DeskActor) -> QuerySet[PolicyVersion]:
    """Return every version of the areas a person keeps policies for."""
    scope = by.scope(KEEPING)
    kept = PolicyVersion.objects.filter(scope.where()) if scope else PolicyVersion.objects.none()
    return kept.select_related("policy", "area", "drafted_by")


def versions_to_look_after(by: DeskActor) -> QuerySet[PolicyVersion]:
    """Return drafts to publish and versions in force that somebody has not acknowledged.

    Each row knows `people`, how many it is addressed to, and `read`, how many have read it.
    """
    kept = versions_kept(by)
    keys = kept.filter(state=VersionState.IN_FORCE).order_by().values_list("area_id", "posts")
    audiences = {(area, tuple(posts)) for area, posts in keys.distinct()}
    seatings = _seatings(by.at) if audiences else []
    structure = structure_for(by)
    people = {a: sorted(_people_in(a, seatings, structure)) for a in sorted(audiences)}
    return (
        kept.annotate(
            people=_by_audience({a: Value(len(ids)) for a, ids in people.items()}),
            read=_by_audience({a: _read_by(ids) for a, ids in people.items()}),
            open_since=Coalesce("published_at", "drafted_at"),
        )
        .filter(Q(state=VersionState.DRAFT) | Q(state=VersionState.IN_FORCE, read__lt=F("people")))
        .order_by("open_since", "pk")
    )


def _by_audience(values: Mapping[Audience, Value | Coalesce]) -> Case:
    whens = [
        When(Q(area_id=area, posts=list(posts)), then=value)
        for (area, posts), value in values.items()
    ]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _read_by(people: Sequence[int]) -> Coalesce:
    counted = (
        Acknowledgement.objects.filter(version_id=OuterRef("pk"), person_id__in=people)
        .order_by()
        .values("version_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def version_of(by: DeskActor, pk: int) -> PolicyVersion:
    """Return a version the person keeps, or a published one addressed to him or read by him."""
    found = versions_kept(by).filter(pk=pk).first() or _concerning(by).filter(pk=pk).first()
    if found is None:
        read = Acknowledgement.objects.filter(person_id=by.person_id or 0).values("version_id")
        found = (
            PolicyVersion.objects.filter(pk=pk, pk__in=read)
            .select_related("policy", "area")
            .first()
        )
    if found is None:
        raise not_yours()
    return found


def drafted_number(version: PolicyVersion) -> int | None:
    """Return the number of the version of the same policy that is being drafted, if any."""
    return (
        PolicyVersion.objects.filter(policy_id=version.policy_id, state=VersionState.DRAFT)
        .values_list("number", flat=True)
        .first()
    )


def in_force_of(version: PolicyVersion) -> PolicyVersion | None:
    """Return the version of the same policy that is in force, if any."""
    return PolicyVersion.objects.filter(
        policy_id=version.policy_id, state=VersionState.IN_FORCE
    ).first()


def versions_beside(version: PolicyVersion, *, by: DeskActor) -> list[PolicyVersion]:
    """Return the other versions of the same policy a person may see, the latest first."""
    seen = Q(pk__in=versions_kept(by).values("pk")) | Q(pk__in=_concerning(by).values("pk"))
    return list(
        PolicyVersion.objects.filter(seen, policy_id=version.policy_id)
        .exclude(pk=version.pk)
        .order_by("-number")
    )


def areas_to_write_for(by: DeskActor) -> QuerySet[Area]:
    """Return the areas a person keeps policies for, from the top down."""
    scope = by.scope(KEEPING)
    standing = Area.objects.filter(pk__in=structure_for(by).areas)
    areas = standing.filter(scope.where("code")) if scope else standing.none()
    return areas.order_by("position", "code")


def area_to_keep(by: DeskActor) -> str | None:
    """Return the area a new policy is begun for: the one of the keeper's own standing."""
    standings = by.standings(KEEPING, None)
    return standings[0].area if standings else None


def posts_to_address() -> QuerySet[Post]:
    """Return the posts a policy can be addressed to: those that need an appointment."""
    return Post.objects.filter(everyone=False).order_by("position", "code")


# --- figures -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the acknowledgements due by now: how many, given in time; and how many are still open."""

    due: int
    in_time: int
    late_open: int

    @property
    def percent(self) -> int | None:
        """The share given in time, None while nothing was due."""
        return round(100 * self.in_time / self.due) if self.due else None


def punctuality(by: DeskActor, *, promise_s: int | None) -> Punctuality:
    """Return how the versions in force that a person keeps were acknowledged.

    An acknowledgement is due when it was given, or when its promise has run out. Counted by the
    database for each audience at once, so it does not grow with people times policies.
    """
    kept = versions_kept(by).filter(state=VersionState.IN_FORCE).order_by()
    given = Acknowledgement.objects.filter(version__in=kept.values("pk"))
    if promise_s is None:
        count = given.count()
        return Punctuality(due=count, in_time=count, late_open=0)
    promise = timedelta(seconds=promise_s)
    late = _late_audiences(by, kept.filter(published_at__lt=by.at - promise), promise=promise)
    read = {
        f"read_{i}": Count(
            "pk",
            filter=Q(
                version__area_id=area,
                version__posts=list(posts),
                version__published_at__lt=by.at - promise,
                person_id__in=people,
            ),
        )
        for i, ((area, posts), (_versions, people)) in enumerate(late.items())
    }
    counts = given.aggregate(
        given=Count("pk"), in_time=Count("pk", filter=Q(at__lte=F("owed_at") + promise)), **read
    )
    expected = sum(versions * len(people) for versions, people in late.values())
    late_open = expected - sum(counts[name] for name in read)
    return Punctuality(
        due=counts["given"] + late_open, in_time=counts["in_time"], late_open=late_open
    )


def _late_audiences(
    by: DeskActor, versions: QuerySet[PolicyVersion], *, promise: timedelta
) -> dict[Audience, tuple[int, list[int]]]:
    """Return by audience how many of these versions it has, and the people whose time is over.

    The versions were all published longer ago than the promise, so that only the moment of the
    appointment can still give someone time.
    """
    rows = versions.values_list("area_id", "posts").annotate(n=Count("pk"))
    numbers = {(area, tuple(posts)): n for area, posts, n in rows}
    seatings = _seatings(by.at) if numbers else []
    structure = structure_for(by)
    return {
        audience: (
            number,
            [
                person
                for person, seats in _people_in(audience, seatings, structure).items()
                if seats[0].since + promise < by.at
            ],
        )
        for audience, number in numbers.items()
    }


def find_versions(by: DeskActor, text: str, limit: int) -> list[PolicyVersion]:
    """Return the policies a person may see whose code or title has `text`, the latest first."""
    named = (
        Q(policy__code__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text)
    )
    mine = versions_for_me(by).filter(named).order_by("-pk")[:limit]
    kept = versions_kept(by).filter(named).order_by("-pk")[:limit]
    found: dict[int, PolicyVersion] = {v.pk: v for v in [*kept, *mine]}
    return sorted(found.values(), key=lambda v: -v.pk)[:limit]


def is_kept_by(version: Model, by: DeskActor) -> bool:
    """Return whether a person keeps the policies of a version's area."""
    return bool(by.standings(KEEPING, version))
