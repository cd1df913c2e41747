"""What must never be so in the organisation: each breach a sentence, with its record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import (
    Appointment,
    AreaSpan,
    Assignment,
    ChangeSet,
    Company,
    PostDuty,
    UnitSpan,
)
from zhanggui.ground.org.rules import assignments as assignment_rules
from zhanggui.ground.org.rules import changesets as change_rules
from zhanggui.ground.org.rules.changesets import ChangeSetState

Found = str | tuple[str, str, int]
Interval = tuple[datetime, datetime | None]


def _overlapping(intervals: Iterable[Interval]) -> bool:
    ends: datetime | None = None
    open_end = False
    for since, until in sorted(intervals, key=lambda i: i[0]):
        if open_end or (ends is not None and since < ends):
            return True
        ends, open_end = until, until is None
    return False


def _covered(wanted: Interval, by: Iterable[Interval]) -> bool:
    """Tell whether intervals together cover another without a gap."""
    reached, stop = wanted
    for since, until in sorted(by, key=lambda i: i[0]):
        if since > reached:
            break
        if until is None:
            return True
        reached = max(reached, until)
    return stop is not None and reached >= stop


def _cycle(parents: Mapping[str, str | None]) -> str:
    """Return the first code, by name, that stands under itself; "" when none does."""
    for code in sorted(parents):
        seen: set[str] = set()
        up = parents[code]
        while up is not None and up != code and up not in seen:
            seen.add(up)
            up = parents.get(up)
        if up == code:
            return code
    return ""


def _tree(model: Any, field: str, word: str) -> Iterator[Found]:
    """Yield what is wrong with a tree of dated rows, at each moment at which it changed."""
    spans: dict[str, list[Interval]] = {}
    rows = list(model.objects.values_list(f"{field}_id", "parent_id", "since_at", "until_at"))
    for code, _parent, since, until in rows:
        spans.setdefault(code, []).append((since, until))
    for code, intervals in spans.items():
        if _overlapping(intervals):
            yield f"{word} “{code}” stands in two places at once."
    for code, parent, since, until in rows:
        if parent is not None and not _covered((since, until), spans.get(parent, ())):
            yield f"{word} “{code}” stands under “{parent}” while that one does not stand."
    for moment in sorted({since for _code, _parent, since, _until in rows}):
        standing = {
            code: parent
            for code, parent, since, until in rows
            if since <= moment and (until is None or until > moment)
        }
        if looped := _cycle(standing):
            yield f"{word} “{looped}” stands under itself from {moment:%Y-%m-%d %H:%M} on."
        roots = sum(parent is None for parent in standing.values())
        if roots > 1:
            yield f"{roots} {word.lower()}s stand under none from {moment:%Y-%m-%d %H:%M} on."


@audit("org.structure")
def audit_structure() -> Iterator[Found]:
    """Yield each breach of the trees of areas and units, and of the posts' duties."""
    yield from _tree(AreaSpan, "area", "Area")
    yield from _tree(UnitSpan, "unit", "Unit")
    had: dict[tuple[str, str], list[Interval]] = {}
    for post, duty, since, until in PostDuty.objects.values_list(
        "post_id", "duty_id", "since_at", "until_at"
    ):
        had.setdefault((post, duty), []).append((since, until))
    for (post, duty), intervals in had.items():
        if _overlapping(intervals):
            yield f"Post “{post}” has duty {duty} twice at once."
    if Company.objects.exists() and not AreaSpan.objects.filter(until_at__isnull=True).exists():
        yield "The company has no area any more."


@audit("org.appointments")
def audit_appointments() -> Iterator[Found]:
    """Yield each appointment that doubles another, or outlives its unit, area or post's duties."""
    units = _standing(UnitSpan, "unit_id")
    areas = _standing(AreaSpan, "area_id")
    seats: dict[tuple[Any, ...], list[Interval]] = {}
    mains: dict[int, list[Interval]] = {}
    label = Appointment._meta.label
    for row in Appointment.objects.order_by("pk").iterator():
        span = (row.since_at, row.until_at)
        seats.setdefault((row.person_id, row.post_id, row.unit_id, row.area_id), []).append(span)
        if row.kind == "main":
            mains.setdefault(row.person_id, []).append(span)
        for word, code, stood in (("unit", row.unit_id, units), ("area", row.area_id, areas)):
            if not _covered(span, stood.get(code, ())):
                yield f"Appointment {row.pk} outlives its {word} “{code}”.", label, row.pk
    for (person, post, _unit, _area), intervals in seats.items():
        if _overlapping(intervals):
            yield f"Person {person} holds post “{post}” twice in one place at once."
    for person, intervals in mains.items():
        if _overlapping(intervals):
            yield f"Person {person} has two main posts at once."


def _standing(model: Any, field: str) -> dict[str, list[Interval]]:
    stood: dict[str, list[Interval]] = {}
    for code, since, until in model.objects.values_list(field, "since_at", "until_at"):
        stood.setdefault(code, []).append((since, until))
    return stood


@audit("org.changes")
def audit_changes() -> Iterator[Found]:
    """Yield each applied change without its outcome, and each state that no fact led to."""
    label = ChangeSet._meta.label
    for row in ChangeSet.objects.filter(state=ChangeSetState.APPLIED):
        if row.outcome is None or row.applied_at is None:
            yield f"Change {row.pk} is applied without an outcome.", label, row.pk
        elif row.effective_at < row.drafted_at:
            yield f"Change {row.pk} took effect before it was drafted.", label, row.pk
    begins = ("org.draft_change_set", "org.draft_reversal")
    yield from _unreached(ChangeSet, change_rules.MOVES, begins)
    yield from _unreached(Assignment, assignment_rules.MOVES, ("org.give_assignment",))


def _unreached(model: Any, moves: Any, begins: tuple[str, ...]) -> Iterator[Found]:
    """Yield the records in a state to which no fact of theirs leads."""
    label = model._meta.label
    leading: dict[str, set[str]] = {str(state): set(begins) for state in moves.start}
    for verb, (_origins, state) in moves.verbs.items():
        leading.setdefault(str(state), set()).add(f"org.{verb}")
    done: dict[int | None, set[str]] = {}
    for pk, verb in Fact.objects.filter(kind=label).values_list("record_id", "verb"):
        done.setdefault(pk, set()).add(verb)
    reversals = set(_reversals()) if model is ChangeSet else set()
    for pk, state in model.objects.order_by("pk").values_list("pk", "state"):
        if pk in reversals and state in moves.start:
            continue
        if not leading.get(state, set()) & done.get(pk, set()):
            yield f"{label} {pk} is “{state}”, and no fact led there.", label, pk


def _reversals() -> Iterable[int]:
    """Return the changes that facts say were drafted as reversals of others."""
    facts = Fact.objects.filter(verb="org.draft_reversal").values_list("data", flat=True)
    return [data["reversal"]["id"] for data in facts if data.get("reversal")]
