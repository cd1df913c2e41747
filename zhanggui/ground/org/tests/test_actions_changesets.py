"""Drafting, scheduling, applying and reversing: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.assignments import give_assignment
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    apply_change_set,
    draft_change_set,
    draft_reversal,
    drop_change_line,
    drop_change_set,
    return_change_set,
    revise_change_set,
    schedule_change_set,
    withdraw_change_set,
)
from zhanggui.ground.org.models import Appointment, AreaSpan, Assignment, ChangeSet, Person
from zhanggui.ground.org.queries import present, structure_at
from zhanggui.ground.org.rules.structure import Seat
from zhanggui.ground.org.tests.small import refusal_of, said

HOUR = timedelta(hours=1)
XIE_XIAMEN = {
    "person": "xie",
    "post": "courier",
    "unit": "team_xiamen",
    "area": "xiamen",
    "kind": "concurrent",
}
ZHANGZHOU = {
    "code": "zhangzhou",
    "kind": "city",
    "name": {"zh": "漳州市", "en": "Zhangzhou"},
    "parent": "minnan",
    "divisions": ["3506"],
}


@pytest.fixture
def fang(actor: Callable[..., Any]) -> Any:
    """Return the personnel officer."""
    return actor("fang")


@pytest.fixture
def draft(fang: Any, at: datetime) -> Callable[..., ChangeSet]:
    """Return a maker of drafts with lines: `draft(("appoint", {...}), hours=1)`."""

    def make(*lines: tuple[str, dict[str, Any]], hours: int = 0, area: str = "minli") -> ChangeSet:
        made = draft_change_set(
            area, title="A change", effective_at=at + hours * HOUR, by=fang, at=at
        )
        for kind, data in lines:
            made = add_change_line(made, kind=kind, data=data, by=fang, at=at)
        return made

    return make


def verbs(change_set: ChangeSet) -> list[str]:
    """Return the verbs of the facts about a change, in order."""
    facts = Fact.objects.filter(kind="org.ChangeSet", record_id=change_set.pk).order_by("id")
    return [fact.verb.removeprefix("org.") for fact in facts]


# --- drafting --------------------------------------------------------------------------------
def test_draft_change_set_begins_a_draft(fang: Any, at: datetime) -> None:
    made = draft_change_set(
        "minli", title="Open Zhangzhou", reason="Growth", effective_at=at + HOUR, by=fang, at=at
    )
    assert (made.state, made.title, made.reason, made.version) == (
        "draft",
        "Open Zhangzhou",
        "Growth",
        1,
    )
    assert (made.drafted_by_id, made.area_id, made.effective_at) == (
        fang.person_id,
        "minli",
        at + HOUR,
    )
    assert verbs(made) == ["draft_change_set"]


def test_draft_change_set_is_not_everybodys(actor: Callable[..., Any], at: datetime) -> None:
    refusal = refusal_of(
        draft_change_set, "minli", title="x", effective_at=at, by=actor("cai"), at=at
    )
    assert (refusal.code, refusal.status) == ("not_yours", 404)
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "backdated"), (400, "too_far")], ids=["backdated", "too far"]
)
def test_draft_change_set_refuses_past_and_far_future(
    fang: Any, at: datetime, days: int, code: str
) -> None:
    refusal = refusal_of(
        draft_change_set,
        "minli",
        title="x",
        effective_at=at + timedelta(days=days),
        by=fang,
        at=at,
    )
    assert refusal.code == code
    assert not ChangeSet.objects.exists()


def test_revise_change_set_counts_versions(draft: Any, fang: Any, at: datetime) -> None:
    made = draft(hours=1)
    done = revise_change_set(
        made, title="B", reason="R", effective_at=at + 2 * HOUR, by=fang, at=at
    )
    assert (done.title, done.reason, done.effective_at, done.version) == (
        "B",
        "R",
        at + 2 * HOUR,
        2,
    )


def test_revise_change_set_lets_a_passed_moment_stay(draft: Any, fang: Any, at: datetime) -> None:
    made, later = draft(), at + HOUR
    done = revise_change_set(
        made, title="B", reason="", effective_at=made.effective_at, by=fang, at=later
    )
    assert (done.title, done.effective_at) == ("B", at)


def test_revise_change_set_refuses_another_past_moment(draft: Any, fang: Any, at: datetime) -> None:
    made = draft(hours=1)
    refusal = refusal_of(
        revise_change_set, made, title="B", reason="", effective_at=at - HOUR, by=fang, at=at
    )
    assert refusal.code == "backdated"
    made.refresh_from_db()
    assert (made.title, made.version) == ("A change", 1)


def test_revise_change_set_refuses_a_scheduled_one(draft: Any, fang: Any, at: datetime) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    refusal = refusal_of(
        revise_change_set, made, title="B", reason="", effective_at=at + HOUR, by=fang, at=at
    )
    assert said(refusal) == (
        "scheduled",
        "The change is scheduled and can no longer be edited.",
        "Withdraw it first.",
    )


def test_add_change_line_numbers_lines_and_takes_acceptance_back(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = draft(("add_area", ZHANGZHOU))
    made = revise_change_set(
        made,
        title="x",
        reason="",
        effective_at=made.effective_at,
        gaps_accepted=True,
        by=fang,
        at=at,
    )
    made = add_change_line(made, kind="appoint", data=XIE_XIAMEN, by=fang, at=at)
    assert [line.number for line in made.lines.all()] == [1, 2]
    assert (made.gaps_accepted, made.version) == (False, 4)
    fact = Fact.objects.filter(verb="org.add_change_line").latest("id")
    assert fact.data["number"] == 2


def test_add_change_line_refuses_what_does_not_fit(draft: Any, fang: Any, at: datetime) -> None:
    made = draft()
    refusal = refusal_of(
        add_change_line,
        made,
        kind="end",
        data={"person": "xie", "post": "planner", "unit": "sales", "area": "fujian"},
        by=fang,
        at=at,
    )
    assert said(refusal) == (
        "no_seat",
        "Xie Zhiqiang does not hold this post there at that moment.",
        "Look at the person's page for the posts held now.",
    )
    assert (made.lines.count(), ChangeSet.objects.get().version) == (0, 1)


def test_add_change_line_refuses_an_unknown_kind(draft: Any, fang: Any, at: datetime) -> None:
    refusal = refusal_of(add_change_line, draft(), kind="explode", data={}, by=fang, at=at)
    assert said(refusal) == ("no_kind", "There is no such kind of change.", "")


def test_drop_change_line_removes_it(draft: Any, fang: Any, at: datetime) -> None:
    made = draft(("add_area", ZHANGZHOU), ("appoint", XIE_XIAMEN))
    made = drop_change_line(made, number=1, by=fang, at=at)
    assert [line.kind for line in made.lines.all()] == ["appoint"]
    assert made.version == 4


def test_drop_change_set_keeps_it_on_record(draft: Any, fang: Any, at: datetime) -> None:
    made = drop_change_set(draft(), reason="No longer wanted", by=fang, at=at)
    assert made.state == "dropped"
    assert Fact.objects.latest("id").data == {"reason": "No longer wanted"}


def test_drop_change_set_refuses_a_scheduled_one(draft: Any, fang: Any, at: datetime) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    refusal = refusal_of(drop_change_set, made, reason="x", by=fang, at=at)
    assert said(refusal) == ("scheduled", "The change is scheduled.", "Withdraw it first.")


# --- scheduling ------------------------------------------------------------------------------
def test_schedule_change_set_waits_for_its_time(draft: Any, fang: Any, at: datetime) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    assert made.state == "scheduled"
    assert not present(at).structure.holders("S-CO-1", "xiamen")


def test_schedule_change_set_whose_time_has_come_applies_at_once(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN)), by=fang, at=at)
    assert (made.state, made.applied_at) == ("applied", at)
    seat = Seat("xie", "courier", "team_xiamen", "xiamen", "concurrent")
    assert present(at).structure.holders("S-CO-1", "xiamen") == (seat,)
    assert verbs(made) == [
        "draft_change_set",
        "add_change_line",
        "schedule_change_set",
        "apply_change_set",
    ]
    applied = Fact.objects.get(verb="org.apply_change_set")
    assert applied.cause is not None
    assert applied.cause.verb == "org.schedule_change_set"


def test_schedule_change_set_refuses_one_without_lines(draft: Any, fang: Any, at: datetime) -> None:
    refusal = refusal_of(schedule_change_set, draft(), by=fang, at=at)
    assert said(refusal) == (
        "no_lines",
        "The change has no lines yet.",
        "Add at least one line.",
    )


def test_schedule_change_set_refuses_what_was_not_seen(draft: Any, fang: Any, at: datetime) -> None:
    made = draft(("appoint", XIE_XIAMEN), hours=1)
    refusal = refusal_of(schedule_change_set, made, version=made.version - 1, by=fang, at=at)
    assert said(refusal) == (
        "unseen",
        "The change was edited after you looked at it.",
        "Look at its preview again, then decide.",
    )
    assert ChangeSet.objects.get().state == "draft"
    assert schedule_change_set(made, version=made.version, by=fang, at=at).state == "scheduled"


def test_schedule_change_set_refuses_gaps_until_they_are_accepted(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = draft(("add_area", ZHANGZHOU))
    refusal = refusal_of(schedule_change_set, made, by=fang, at=at)
    assert said(refusal) == (
        "uncovered",
        "12 duties would have nobody.",
        "Appoint somebody for them, or accept the gaps knowingly.",
    )
    made = revise_change_set(
        made,
        title="x",
        reason="",
        effective_at=made.effective_at,
        gaps_accepted=True,
        by=fang,
        at=at,
    )
    assert schedule_change_set(made, by=fang, at=at).state == "applied"


def test_schedule_change_set_refuses_to_lose_the_last_administrator(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = draft(("leave", {"person": "fang"}))
    refusal = refusal_of(schedule_change_set, made, by=fang, at=at)
    assert said(refusal) == (
        "last_administrator",
        "Nobody would be left who may appoint people for the whole company.",
        "Appoint another person to personnel for the whole company in the same change.",
    )
    assert present(at).structure.seats_by_person["fang"]


def test_schedule_change_set_refuses_to_leave_work_behind(
    draft: Any, fang: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    give_assignment(
        "fujian", to=person("pan"), title="x", due_at=at + HOUR, by=actor("huang"), at=at
    )
    made = draft(("leave", {"person": "pan"}))
    refusal = refusal_of(schedule_change_set, made, by=fang, at=at)
    assert said(refusal) == (
        "work_left",
        "Pan Zhenxing leaves with open work: Assignments 1.",
        "Add a line that hands the work over to somebody.",
    )
    data = {"person": "pan", "to": "cai"}
    made = add_change_line(made, kind="hand_over", data=data, by=fang, at=at)
    assert schedule_change_set(made, by=fang, at=at).state == "applied"
    assert Assignment.objects.get().to.user == "cai"
    handed = Fact.objects.get(verb="org.hand_over_assignments")
    assert handed.cause is not None
    assert handed.cause.verb == "org.apply_change_set"


def test_withdraw_change_set_brings_it_back_to_draft(draft: Any, fang: Any, at: datetime) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    assert withdraw_change_set(made, by=fang, at=at).state == "draft"


def test_withdraw_change_set_refuses_a_draft(draft: Any, fang: Any, at: datetime) -> None:
    refusal = refusal_of(withdraw_change_set, draft(), by=fang, at=at)
    assert said(refusal) == ("not_scheduled", "The change is not on the schedule.", "")


def test_return_change_set_keeps_why_and_tells_the_drafter(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    made = return_change_set(made, note="It no longer fits.", by=CLOCKWORK, at=at)
    assert (made.state, made.returned_note) == ("draft", "It no longer fits.")
    assert Notice.objects.get().person_id == fang.person_id


# --- applying --------------------------------------------------------------------------------
def test_apply_change_set_holds_from_the_moment_it_was_dated_for(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN), hours=1), by=fang, at=at)
    apply_change_set(made, by=CLOCKWORK, at=at + 3 * HOUR)
    row = Appointment.objects.get(person__user="xie", area="xiamen")
    assert (row.since_at, row.until_at) == (at + HOUR, None)
    before, after = structure_at(at + HOUR - timedelta(seconds=1)), structure_at(at + HOUR)
    assert (before.holders("S-CO-1", "xiamen"), len(after.holders("S-CO-1", "xiamen"))) == ((), 1)


def test_apply_change_set_ends_an_acting_appointment_by_itself(
    draft: Any, fang: Any, at: datetime
) -> None:
    until = at + timedelta(days=7)
    data = {**XIE_XIAMEN, "kind": "acting", "until": until.isoformat()}
    schedule_change_set(draft(("appoint", data)), by=fang, at=at)
    assert Appointment.objects.get(person__user="xie", area="xiamen").until_at == until
    assert present(until - HOUR).structure.holders("S-CO-1", "xiamen")
    assert not present(until).structure.holders("S-CO-1", "xiamen")


def test_apply_change_set_wholly_or_not_at_all(
    draft: Any, fang: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = schedule_change_set(
        draft(
            ("appoint", XIE_XIAMEN), ("move_area", {"code": "xiamen", "parent": "mindong"}), hours=1
        ),
        by=fang,
        at=at,
    )

    def power_cut(*_args: Any, **_kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zhanggui.ground.org.actions.changesets.difference", power_cut)
    monkeypatch.setattr(
        "zhanggui.ground.org.actions.changesets.why_not_take_effect", lambda *_a, **_k: None
    )
    with pytest.raises(KeyboardInterrupt):
        apply_change_set(made, by=CLOCKWORK, at=at + HOUR)
    monkeypatch.undo()
    made.refresh_from_db()
    assert made.state == "scheduled"
    assert not Appointment.objects.filter(person__user="xie", area="xiamen").exists()
    assert AreaSpan.objects.get(area="xiamen").parent_id == "minnan"
    assert apply_change_set(made, by=CLOCKWORK, at=at + HOUR).state == "applied"
    assert structure_at(at + HOUR).areas["xiamen"].parent == "mindong"


def test_apply_change_set_tells_those_it_concerns(
    draft: Any, fang: Any, person: Callable[[str], Person], at: datetime
) -> None:
    schedule_change_set(draft(("appoint", XIE_XIAMEN)), by=fang, at=at)
    assert [n.person_id for n in Notice.objects.all()] == [person("xie").pk]


def test_apply_change_set_signs_leavers_out(
    draft: Any, fang: Any, sign_in: Callable[..., Any], at: datetime
) -> None:
    client = sign_in("pan")
    assert client.get("/desk/").status_code == 200
    schedule_change_set(draft(("leave", {"person": "pan"})), by=fang, at=at)
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_apply_change_set_gives_way_when_the_ground_has_shifted(
    draft: Any, fang: Any, at: datetime
) -> None:
    end = {"person": "pan", "post": "courier", "unit": "team_putian", "area": "xianyou"}
    first = schedule_change_set(draft(("end", end), hours=2), by=fang, at=at)
    schedule_change_set(draft(("end", end), hours=1), by=fang, at=at)
    second = ChangeSet.objects.exclude(pk=first.pk).get()
    apply_change_set(second, by=CLOCKWORK, at=at + HOUR)
    with pytest.raises(Refusal) as no:
        apply_change_set(first, by=CLOCKWORK, at=at + 2 * HOUR)
    assert said(no.value)[1] == "Pan Zhenxing does not hold this post there at that moment."
    first.refresh_from_db()
    assert first.state == "scheduled"


def test_apply_change_set_two_at_one_moment_follow_each_other(
    draft: Any, fang: Any, at: datetime
) -> None:
    there = {
        "person": "pan",
        "post": "courier",
        "unit": "team_putian",
        "area": "xianyou",
        "to_area": "licheng",
    }
    first = schedule_change_set(draft(("transfer", there), hours=1), by=fang, at=at)
    apply_change_set(first, by=CLOCKWORK, at=at + HOUR)
    back = {**there, "area": "licheng", "to_area": "xianyou"}
    second = draft_change_set("minli", title="Back", effective_at=at + HOUR, by=fang, at=at)
    second = add_change_line(second, kind="transfer", data=back, by=fang, at=at + 2 * HOUR)
    second = schedule_change_set(second, by=fang, at=at + HOUR)
    rows = Appointment.objects.filter(person__user="pan").order_by("since_at")
    assert [row.area_id for row in rows] == ["xianyou", "licheng", "xianyou"]
    assert [row.until_at for row in rows] == [
        at + HOUR,
        at + HOUR + timedelta(microseconds=1),
        None,
    ]


# --- beyond one's area -----------------------------------------------------------------------
def test_schedule_change_set_stays_within_the_drafters_area(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = draft(("appoint", XIE_XIAMEN), area="putian")
    refusal = refusal_of(schedule_change_set, made, by=fang, at=at)
    assert said(refusal) == (
        "beyond",
        "This change reaches beyond “Putian”.",
        "Ask the holder of personnel for the whole company to draft it.",
    )


# --- reversing -------------------------------------------------------------------------------
def test_draft_reversal_undoes_the_change(draft: Any, fang: Any, at: datetime) -> None:
    before = present(at).structure
    made = schedule_change_set(
        draft(
            ("merge_units", {"codes": ["team_xiamen"], "into": "team_quanzhou"}),
            ("appoint", {**XIE_XIAMEN, "unit": "team_quanzhou"}),
        ),
        by=fang,
        at=at,
    )
    later = at + HOUR
    draft_reversal(made, by=fang, at=later)
    reversal = ChangeSet.objects.get(reverses=made)
    assert (reversal.title, reversal.state) == ("Reversal: A change", "draft")
    reversal = revise_change_set(
        reversal,
        title=reversal.title,
        reason="",
        effective_at=reversal.effective_at,
        gaps_accepted=True,
        by=fang,
        at=later,
    )
    assert schedule_change_set(reversal, by=fang, at=later).state == "applied"
    after = present(later).structure
    assert (after.units, after.seats) == (before.units, before.seats)


def test_draft_reversal_refuses_a_draft_and_a_second_one(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = draft(("appoint", XIE_XIAMEN))
    assert said(refusal_of(draft_reversal, made, by=fang, at=at)) == (
        "not_applied",
        "Only a change that has taken effect can be reversed.",
        "",
    )
    made = schedule_change_set(made, by=fang, at=at)
    draft_reversal(made, by=fang, at=at)
    assert said(refusal_of(draft_reversal, made, by=fang, at=at)) == (
        "reversed",
        "A reversal of this change has been drafted already.",
        "Open that reversal.",
    )


def test_reversal_refuses_when_the_company_has_moved_on(
    draft: Any, fang: Any, at: datetime
) -> None:
    made = schedule_change_set(draft(("appoint", XIE_XIAMEN)), by=fang, at=at)
    gone = {k: v for k, v in XIE_XIAMEN.items() if k != "kind"}
    later = at + HOUR
    after = draft_change_set("minli", title="x", effective_at=later, by=fang, at=later)
    after = add_change_line(after, kind="end", data=gone, by=fang, at=later)
    after = revise_change_set(
        after,
        title="x",
        reason="",
        effective_at=later,
        gaps_accepted=True,
        by=fang,
        at=later,
    )
    schedule_change_set(after, by=fang, at=later)
    draft_reversal(made, by=fang, at=later)
    refusal = refusal_of(
        schedule_change_set, ChangeSet.objects.get(reverses=made), by=fang, at=later
    )
    assert said(refusal) == (
        "moved_on",
        "“Xie Zhiqiang” has changed again since then.",
        "Reverse the later change first, or draft the change you want by hand.",
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("revise_change_set", {"title": "x", "reason": ""}),
        ("add_change_line", {"kind": "appoint", "data": XIE_XIAMEN}),
        ("drop_change_line", {"number": 1}),
        ("schedule_change_set", {}),
        ("withdraw_change_set", {}),
        ("drop_change_set", {"reason": "x"}),
        ("draft_reversal", {}),
        ("apply_change_set", {}),
        ("return_change_set", {"note": "x"}),
    ],
)
def test_every_step_is_personnels_alone(
    draft: Any, actor: Callable[..., Any], at: datetime, name: str, values: dict[str, Any]
) -> None:
    made = draft(("appoint", XIE_XIAMEN), hours=1)
    facts = Fact.objects.count()
    if name == "revise_change_set":
        values = {**values, "effective_at": at + HOUR}
    refusal = refusal_of(globals()[name], made, **values, by=actor("huang"), at=at)
    assert (refusal.code, refusal.status) == ("not_yours", 404)
    made.refresh_from_db()
    assert (made.state, made.version, Fact.objects.count()) == ("draft", 2, facts)
