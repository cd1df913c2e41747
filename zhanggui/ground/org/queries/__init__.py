"""Reading the organisation: the structure at any moment, its history, its people and their work."""

from __future__ import annotations

from zhanggui.ground.org.queries.assignments import (
    assignment_of,
    assignments_found,
    assignments_given_to,
    assignments_seen,
    assignments_to_watch,
    deeds_of,
    late_assignments_of,
    own_on_time,
)
from zhanggui.ground.org.queries.changes import (
    change_set_of,
    change_sets_due,
    change_sets_found,
    change_sets_open,
    changes_applied,
    is_deed_done,
    reversal_of,
)
from zhanggui.ground.org.queries.history import holders_between, who_could_see
from zhanggui.ground.org.queries.people import (
    appointments_ever,
    appointments_of,
    area_of_personnel,
    area_to_give_in,
    people_by_user,
    people_found,
    people_within,
    person_of,
)
from zhanggui.ground.org.queries.structure import (
    Snapshot,
    at_moment,
    company_file_at,
    forget_present,
    present,
    structure_at,
)

__all__ = [
    "Snapshot",
    "appointments_ever",
    "appointments_of",
    "area_of_personnel",
    "area_to_give_in",
    "assignment_of",
    "assignments_found",
    "assignments_given_to",
    "assignments_seen",
    "assignments_to_watch",
    "at_moment",
    "change_set_of",
    "change_sets_due",
    "change_sets_found",
    "change_sets_open",
    "changes_applied",
    "company_file_at",
    "deeds_of",
    "forget_present",
    "holders_between",
    "is_deed_done",
    "late_assignments_of",
    "own_on_time",
    "people_by_user",
    "people_found",
    "people_within",
    "person_of",
    "present",
    "reversal_of",
    "structure_at",
    "who_could_see",
]
