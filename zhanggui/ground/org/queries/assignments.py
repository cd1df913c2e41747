"""Assignments within the scope of who asks, and how they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.queries import MEASURED_DAYS
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import (
    Assignment,
)
from zhanggui.ground.org.rules.assignments import AssignmentState


def assignments_given_to(by: DeskActor) -> QuerySet[Assignment]:
    """Return the open work of the person himself, the most urgent first."""
    return Assignment.objects.filter(
        to_id=by.person_id, state=AssignmentState.GIVEN
    ).select_related("given_by", "to", "area")


def assignments_to_watch(by: DeskActor) -> QuerySet[Assignment]:
    """Return what a superior must look at: reported done, or past its due moment.

    Work still running within its time waits for nobody but its holder.
    """
    return (
        Assignment.objects.filter(by.scope("org.supervision").where())
        .filter(state__in=[AssignmentState.GIVEN, AssignmentState.REPORTED])
        .exclude(to_id=by.person_id)
        .select_related("given_by", "to", "area")
    )


def assignments_seen(by: DeskActor) -> QuerySet[Assignment]:
    """Return the assignments the person holds, gave, or supervises."""
    mine = Q(to_id=by.person_id) | Q(given_by_id=by.person_id)
    scope = by.scope("org.supervision")
    return Assignment.objects.filter(mine | scope.where() if scope else mine).select_related(
        "given_by", "to", "area"
    )


def assignment_of(by: DeskActor, pk: int) -> Assignment:
    """Return an assignment the person holds, gave, or supervises; else `not_yours`."""
    found = assignments_seen(by).filter(pk=pk).first()
    if found is None:
        raise not_yours()
    return found


def assignments_found(by: DeskActor, text: str) -> QuerySet[Assignment]:
    """Return the assignments the person may see whose title holds a text, the latest first."""
    return assignments_seen(by).filter(title__icontains=text).order_by("-given_at", "-pk")


def late_assignments_of(person_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return how many assignments of each person are past their due moment and not reported."""
    rows = (
        Assignment.objects.filter(
            to_id__in=list(person_ids), state=AssignmentState.GIVEN, due_at__lt=at
        )
        .values_list("to_id")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def own_on_time(person_id: int, *, since: datetime, at: datetime) -> int | None:
    """Return the share of a person's deeds that kept their promise, in percent; None for none.

    Only deeds with a clock count: those under a promise, or that say whether they were on time.
    """
    rows = Fact.objects.filter(
        person_id=person_id, at__gt=since, at__lte=at, wait_s__isnull=False
    ).values_list("wait_s", "promise_s", "data__on_time")
    kept = [
        bool(told) if told is not None else (wait or 0) <= (promise or 0)
        for wait, promise, told in rows
        if told is not None or promise is not None
    ]
    return round(100 * sum(kept) / len(kept)) if kept else None


def deeds_of(person_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return how many deeds each person did in the last 30 days, inner ones not counted."""
    rows = (
        Fact.objects.filter(
            person_id__in=list(person_ids),
            at__gt=at - timedelta(days=MEASURED_DAYS),
            at__lte=at,
            cause__isnull=True,
        )
        .values_list("person_id")
        .annotate(number=Count("pk"))
    )
    return {pk: number for pk, number in rows if pk is not None}
