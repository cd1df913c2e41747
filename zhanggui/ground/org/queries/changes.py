"""Changes of the organisation within the areas personnel answers for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.limits import KEY_CHARS_MAX
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import (
    ChangeSet,
)
from zhanggui.ground.org.rules.changesets import ChangeSetState


def change_sets_open(by: DeskActor) -> QuerySet[ChangeSet]:
    """Return the changes that are drafted or scheduled, within the areas personnel answers for."""
    return (
        ChangeSet.objects.filter(by.scope("org.appointments").where())
        .filter(state__in=[ChangeSetState.DRAFT, ChangeSetState.SCHEDULED])
        .select_related("drafted_by", "area")
    )


def change_set_of(by: DeskActor, pk: int) -> ChangeSet:
    """Return a change set within the areas personnel answers for; else `not_yours`."""
    scope = by.scope("org.appointments")
    found = (
        (
            ChangeSet.objects.filter(pk=pk)
            .filter(scope.where())
            .select_related("drafted_by", "area", "reverses")
        ).first()
        if scope
        else None
    )
    if found is None:
        raise not_yours()
    return found


def change_sets_found(by: DeskActor, text: str) -> QuerySet[ChangeSet]:
    """Return the changes personnel may see whose title holds a text, the latest first."""
    scope = by.scope("org.appointments")
    rows = ChangeSet.objects.filter(scope.where()) if scope else ChangeSet.objects.none()
    return rows.filter(title__icontains=text).order_by("-drafted_at", "-pk")


def is_deed_done(key: str) -> bool:
    """Tell whether a deed with this idempotency key has been done."""
    return Fact.objects.filter(key=key[:KEY_CHARS_MAX].replace("\x00", "")).exists()


def reversal_of(change_set: ChangeSet) -> ChangeSet | None:
    """Return the change that reverses this one, dropped ones aside."""
    return (
        ChangeSet.objects.filter(reverses=change_set).exclude(state=ChangeSetState.DROPPED).first()
    )


def change_sets_due(at: datetime) -> QuerySet[ChangeSet]:
    """Return the scheduled changes whose time has come, in order."""
    return ChangeSet.objects.filter(state=ChangeSetState.SCHEDULED, effective_at__lte=at).order_by(
        "effective_at", "pk"
    )


def changes_applied(most: int) -> QuerySet[ChangeSet]:
    """Return the latest changes that took effect: what the company looks like is open to all."""
    return (
        ChangeSet.objects.filter(state=ChangeSetState.APPLIED)
        .select_related("drafted_by")
        .order_by("-effective_at", "-pk")[:most]
    )
