"""The action: permission, guard, change and fact are one deed, wholly or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from zhanggui.ground.kernel.action import (
    ACTIONS,
    action,
    deed_id,
    joining_transaction,
    plain,
    remember,
)
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.limits import FACT_BYTES_MAX, KEY_CHARS_MAX
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import Someone, at_once

NOT_YOURS = "There is no such record among those you answer for."
KEY_REUSED = (
    "This request number was already used for something else. "
    "Send the changed request under a new number."
)
FACT_FIELDS = [
    f.attname for f in Fact._meta.concrete_fields if f.attname not in {"id", "deed", "cause_id"}
]


@pytest.fixture
def errand(errands: SimpleNamespace, at: datetime) -> Any:
    """Return an errand of Xianyou, opened an hour before the test's moment."""
    opened = at - timedelta(hours=1)
    return errands.open_errand("xianyou", title="keys", by=Someone(), at=opened)


def facts() -> list[Fact]:
    """Return the facts of errands in the order they were written."""
    return list(Fact.objects.filter(verb__startswith="errands.").order_by("id"))


def told(fact: Fact) -> dict[str, Any]:
    """Return all a fact says except its own number, its deed and its cause."""
    return {name: getattr(fact, name) for name in FACT_FIELDS}


# --- one deed ---------------------------------------------------------------------------------
def test_action_writes_the_change_and_all_of_its_fact(errand: Any, errands: Any, at: Any) -> None:
    ran = errands.run_errand(errand, to="Putian", pin="1234", by=Someone(), at=at)
    errand.refresh_from_db()
    assert (ran.pk, ran.runs, errand.runs) == (errand.pk, 1, 1)
    opened, run = facts()
    assert run.cause_id is None
    assert run.deed != opened.deed
    assert told(run) == {
        "verb": "errands.run_errand",
        "at": at,
        "person_id": 7,
        "actor_kind": "person",
        "appointment_id": 70,
        "post": "runner",
        "duty": "errands.all",
        "kind": "kernel.Errand",
        "record_id": errand.pk,
        "area": "xianyou",
        "data": {"to": "Putian", "runs": 1, "deed": str(run.deed)},
        "answer": {"kind": "kernel.Errand", "id": errand.pk},
        "wait_s": 3600,
        "promise_s": 900,
        "key": None,
        "key_digest": "",
    }


def test_action_that_creates_is_about_what_it_made(errand: Any) -> None:
    (opened,) = facts()
    assert (opened.kind, opened.record_id, opened.area) == ("kernel.Errand", errand.pk, "xianyou")
    assert opened.data == {"title": "keys"}
    assert opened.wait_s is None


def test_action_without_a_place_takes_the_area_of_the_standing(errands: Any, at: datetime) -> None:
    made = errands.open_errand(None, title="anywhere", by=Someone(), at=at)
    assert (made.area_id, facts()[-1].area) == ("", "putian")


def test_action_by_the_clock_names_nobody(errand: Any, errands: Any, at: datetime) -> None:
    errands.run_errand(errand, to="Putian", by=CLOCKWORK, at=at)
    fact = facts()[-1]
    assert (fact.person_id, fact.actor_kind, fact.appointment_id, fact.post) == (
        None,
        "clock",
        None,
        "",
    )


def test_action_tells_those_concerned_but_not_the_doer(errand: Any, at: datetime) -> None:
    (opened,) = facts()
    notices = Notice.objects.filter(fact=opened).order_by("person_id")
    assert {n.person_id for n in notices} == {errand.pk, 8} - {7}
    assert {n.read_at for n in notices} == {None}


def test_action_locks_and_acts_on_the_record_as_it_stands(
    errand: Any, errands: Any, at: Any
) -> None:
    errands.run_errand(errand, to="Putian", by=Someone(), at=at)
    assert errand.runs == 0  # the caller's copy is old, and must not be written back
    errands.run_errand(errand, to="Putian", by=Someone(), at=at)
    errand.refresh_from_db()
    assert errand.runs == 2


def test_action_waits_never_less_than_nothing(errand: Any, errands: Any, at: datetime) -> None:
    errands.run_errand(errand, to="Putian", by=Someone(), at=at - timedelta(hours=2))
    assert facts()[-1].wait_s == 0


# --- no ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", [Someone(duties=()), Someone(areas=("hanjiang",))])
def test_action_refuses_who_does_not_hold_the_duty_there(
    errand: Any, errands: Any, at: datetime, who: Someone
) -> None:
    with pytest.raises(Refusal) as no:
        errands.run_errand(errand, to="nowhere", by=who, at=at)  # the duty is asked first
    assert (no.value.code, str(no.value.sentence), no.value.status) == ("not_yours", NOT_YOURS, 404)
    errand.refresh_from_db()
    assert errand.runs == 0
    assert len(facts()) == 1


def test_action_answers_a_vanished_record_like_one_not_yours(
    errand: Any, errands: Any, at: datetime
) -> None:
    gone = errands.Errand(pk=errand.pk + 1, title="gone")
    with pytest.raises(Refusal) as no:
        errands.run_errand(gone, to="Putian", by=Someone(), at=at)
    assert (no.value.code, str(no.value.sentence), no.value.status) == ("not_yours", NOT_YOURS, 404)


def test_action_refused_by_its_guard_changes_nothing(errand: Any, errands: Any, at: Any) -> None:
    with pytest.raises(Refusal) as no:
        errands.run_errand(errand, to="nowhere", by=Someone(), at=at)
    assert (no.value.code, str(no.value), no.value.status) == (
        "no_such_place",
        "There is no such place.",
        422,
    )
    errand.refresh_from_db()
    assert errand.runs == 0
    assert len(facts()) == 1


def test_action_asks_its_guard_about_the_present_record(errand: Any, errands: Any, at: Any) -> None:
    for _ in range(3):
        errands.run_errand(errand, to="Putian", by=Someone(), at=at)
    assert errand.runs == 0
    with pytest.raises(Refusal) as no:
        errands.run_errand(errand, to="Putian", by=Someone(), at=at)
    assert (no.value.code, str(no.value)) == (
        "worn_out",
        "Three runs are enough. Open another errand.",
    )
    assert len(facts()) == 4


def test_action_that_breaks_leaves_nothing(errand: Any, errands: Any, at: datetime) -> None:
    with pytest.raises(ZeroDivisionError, match="broke"):
        errands.fail_errand(errand, wrong=ZeroDivisionError, by=Someone(), at=at)
    errand.refresh_from_db()
    assert errand.title == "keys"
    assert len(facts()) == 1
    with pytest.raises(RuntimeError, match="no action is being performed"):
        deed_id()


def test_why_not_answers_without_acting(
    errand: Any, errands: Any, at: datetime, django_assert_num_queries: Any
) -> None:
    errand.runs = 3
    with django_assert_num_queries(0):
        free = errands.run_errand.why_not(errands.Errand(), by=Someone(), at=at)
        asked = errands.run_errand.why_not(errand, by=Someone(), at=at)
        placed = errands.run_errand.why_not(errands.Errand(), to="nowhere", by=Someone(), at=at)
        other = errands.run_errand.why_not(errand, by=Someone(duties=()), at=at)
    assert free is None
    assert (asked.code, placed.code, other.code) == ("worn_out", "no_such_place", "not_yours")
    assert errands.run_errand.standings(errand, by=Someone(duties=())) == ()
    assert len(facts()) == 1


# --- deeds within deeds -----------------------------------------------------------------------
def test_inner_actions_ride_on_the_outer_authority_and_name_their_cause(
    errand: Any, errands: Any, at: datetime
) -> None:
    both = Someone(duties=("errands.double",))
    result = errands.run_twice(errand, to="Putian", then="Xianyou", by=both, at=at)
    assert [e.runs for e in result] == [1, 2]
    outer, first, second = facts()[1:]
    assert (outer.verb, outer.cause_id) == ("errands.run_twice", None)
    assert [f.verb for f in (first, second)] == ["errands.run_errand"] * 2
    assert (first.cause_id, second.cause_id) == (outer.pk, outer.pk)
    assert {first.deed, second.deed} == {outer.deed}
    assert (first.duty, first.post, first.promise_s) == ("errands.all", "runner", 900)
    assert [first.data["to"], second.data["to"]] == ["Putian", "Xianyou"]
    assert (first.answer, outer.answer) == (None, [{"kind": "kernel.Errand", "id": errand.pk}] * 2)


def test_inner_refusal_undoes_the_whole_deed(errand: Any, errands: Any, at: datetime) -> None:
    both = Someone(duties=("errands.double",))
    with pytest.raises(Refusal) as no:
        errands.run_twice(errand, to="Putian", then="nowhere", by=both, at=at)
    assert no.value.code == "no_such_place"
    errand.refresh_from_db()
    assert errand.runs == 0
    assert len(facts()) == 1


def test_inner_refusal_swallowed_by_the_body_still_undoes_the_whole_deed(
    errand: Any, errands: Any, at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        errands.run_anyway(errand, by=Someone(), at=at)
    assert no.value.code == "no_such_place"
    errand.refresh_from_db()
    assert errand.title == "keys"
    assert len(facts()) == 1


@pytest.mark.django_db(transaction=True)
def test_action_in_a_job_is_undone_with_the_job(errands: Any, at: datetime) -> None:
    with pytest.raises(ZeroDivisionError), joining_transaction(), transaction.atomic():
        errands.open_errand("xianyou", title="lost", by=Someone(), at=at)
        assert len(facts()) == 1
        raise ZeroDivisionError
    assert not errands.Errand.objects.exists()
    assert facts() == []


@pytest.mark.django_db(transaction=True)
def test_action_outside_a_job_refuses_to_be_part_of_a_transaction(
    errands: Any, at: datetime
) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        errands.open_errand("xianyou", title="lost", by=Someone(), at=at)
    assert not errands.Errand.objects.exists()


# --- what a fact keeps ------------------------------------------------------------------------
def test_fact_has_a_size(errand: Any, errands: Any, at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        errands.hide_errand(errand, text="x" * FACT_BYTES_MAX, by=Someone(), at=at)
    assert (no.value.code, str(no.value), no.value.status) == (
        "too_large",
        "This is more than one deed can keep on record. Do it in smaller parts.",
        422,
    )
    errand.refresh_from_db()
    assert errand.title == "keys"
    fits = "x" * (FACT_BYTES_MAX - len('{"text": ""}'))
    errands.hide_errand(errand, text=fits, by=Someone(), at=at)
    assert facts()[-1].data == {"text": fits}


def test_remember_and_deed_id_need_a_deed() -> None:
    with pytest.raises(RuntimeError, match="no action is being performed"):
        remember(runs=1)
    with pytest.raises(RuntimeError, match="no action is being performed"):
        deed_id()


@dataclass
class Stop:
    number: int
    at: datetime


def test_plain_keeps_what_json_can(errand: Any, at: datetime) -> None:
    record = {"kind": "kernel.Errand", "id": errand.pk, "label": "keys"}
    assert plain(errand) == record
    assert plain(errand, labelled=False) == {"kind": "kernel.Errand", "id": errand.pk}
    assert plain([errand, (1, 2.5, None, True)]) == [record, [1, 2.5, None, True]]
    assert plain(type(errand).objects.all()) == [record]
    assert plain({1: at, "b": {"z", "a"}}) == {"1": "2026-11-23T12:00:00+08:00", "b": ["a", "z"]}
    assert plain(Stop(3, at)) == {"number": 3, "at": "2026-11-23T12:00:00+08:00"}
    with translation.override("zh-hans"):
        assert plain(gettext_lazy("Chinese")) == "Chinese"
    assert plain(Refusal("code", "No.")) == "No."


# --- once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hopeful", [False, True])
def test_once_answers_the_second_time_without_acting(
    errand: Any, errands: Any, at: Any, hopeful: bool
) -> None:
    run = errands.run_errand.once("phone-1", hopeful=hopeful)
    first = run(errand, to="Putian", by=Someone(), at=at)
    again = run(errand, to="Putian", by=Someone(), at=at + timedelta(minutes=5))
    assert (first.pk, again.pk, again.runs) == (errand.pk, errand.pk, 1)
    assert [(f.verb, f.key) for f in facts()] == [
        ("errands.open_errand", None),
        ("errands.run_errand", "phone-1"),
    ]


def test_once_answers_with_everything_the_first_time_returned(
    errand: Any, errands: Any, at: datetime
) -> None:
    both = Someone(duties=("errands.double",))
    run = errands.run_twice.once("phone-1")
    run(errand, to="Putian", then="Xianyou", by=both, at=at)
    again = run(errand, to="Putian", then="Xianyou", by=both, at=at)
    assert [(e.pk, e.runs) for e in again] == [(errand.pk, 2)] * 2


def test_once_knows_a_record_that_has_since_changed_its_name(
    errand: Any, errands: Any, at: datetime
) -> None:
    run = errands.hide_errand.once("phone-1")
    run(errand, text="secret", by=Someone(), at=at)
    errand.refresh_from_db()
    assert errand.title == "told"
    run(errand, text="secret", by=Someone(), at=at)
    assert len(facts()) == 2


@pytest.mark.parametrize("hopeful", [False, True])
@pytest.mark.parametrize(
    "changed", [{"to": "Xianyou"}, {"pin": "4321"}, {"by": Someone(person_id=8)}]
)
def test_once_refuses_the_same_key_for_something_else(
    errand: Any, errands: Any, at: datetime, hopeful: bool, changed: dict[str, Any]
) -> None:
    run = errands.run_errand.once("phone-1", hopeful=hopeful)
    run(errand, to="Putian", by=Someone(), at=at)
    with pytest.raises(Refusal) as no:
        run(errand, **{"to": "Putian", "by": Someone(), "at": at, **changed})
    assert (no.value.code, str(no.value), no.value.status) == (
        "key_reused",
        KEY_REUSED,
        422,
    )
    errand.refresh_from_db()
    assert errand.runs == 1
    assert len(facts()) == 2


def test_once_refuses_the_same_key_for_another_verb(errand: Any, errands: Any, at: Any) -> None:
    errands.run_errand.once("phone-1")(errand, to="Putian", by=Someone(), at=at)
    with pytest.raises(Refusal) as no:
        errands.hide_errand.once("phone-1")(errand, text="Putian", by=Someone(), at=at)
    assert no.value.code == "key_reused"


@pytest.mark.parametrize("hopeful", [False, True])
def test_once_lets_a_refused_request_try_again(
    errand: Any, errands: Any, at: datetime, hopeful: bool
) -> None:
    run = errands.run_errand.once("phone-1", hopeful=hopeful)
    with pytest.raises(Refusal):
        run(errand, to="nowhere", by=Someone(), at=at)
    assert run(errand, to="Putian", by=Someone(), at=at).runs == 1


@pytest.mark.parametrize("key", ["", "k" * (KEY_CHARS_MAX + 1)])
def test_once_refuses_a_key_that_is_none(errands: Any, key: str) -> None:
    with pytest.raises(Refusal) as no:
        errands.run_errand.once(key)
    assert (no.value.code, str(no.value), no.value.status) == (
        "bad_key",
        "The idempotency key is empty or too long.",
        422,
    )


def test_once_is_for_the_outermost_action_only(errand: Any, errands: Any, at: datetime) -> None:
    def body(errand: Any, *, by: Any, at: datetime) -> None:
        errands.run_errand.once("inner")(errand, to="Putian", by=by, at=at)

    try:
        outer = action(duty="errands.all", title="Wrap")(body)
        with pytest.raises(RuntimeError, match="belongs to the outermost action"):
            outer(errand, by=Someone(), at=at)
    finally:
        ACTIONS.pop("test_action.body")
    errand.refresh_from_db()
    assert errand.runs == 0


@pytest.mark.parametrize("hopeful", [False, True])
@pytest.mark.django_db(transaction=True)
def test_once_at_the_same_moment_acts_exactly_once(
    errands: Any, at: datetime, hopeful: bool
) -> None:
    errand = errands.open_errand("xianyou", title="race", by=Someone(), at=at)
    run = errands.run_errand.once("phone-1", hopeful=hopeful)
    answers = at_once([lambda: run(errand, to="Putian", by=Someone(), at=at)] * 6)
    assert [(a.pk, a.runs) for a in answers] == [(errand.pk, 1)] * 6
    errand.refresh_from_db()
    assert errand.runs == 1
    assert len(facts()) == 2


@pytest.mark.parametrize("hopeful", [False, True])
@pytest.mark.django_db(transaction=True)
def test_once_at_the_same_moment_creates_exactly_once(
    errands: Any, at: datetime, hopeful: bool
) -> None:
    open_errand = errands.open_errand.once("phone-2", hopeful=hopeful)
    answers = at_once([lambda: open_errand("xianyou", title="race", by=Someone(), at=at)] * 6)
    assert len({a.pk for a in answers}) == 1
    assert errands.Errand.objects.count() == 1
    assert len(facts()) == 1


@pytest.mark.django_db(transaction=True)
def test_action_at_the_same_moment_loses_no_write(errands: Any, at: datetime) -> None:
    errand = errands.open_errand("xianyou", title="race", by=Someone(), at=at)
    calls = [lambda: errands.run_errand(errand, to="Putian", by=Someone(), at=at)] * 5
    answers = at_once(calls)
    assert sorted(a.runs for a in answers if not isinstance(a, Refusal)) == [1, 2, 3]
    assert [a.code for a in answers if isinstance(a, Refusal)] == ["worn_out"] * 2
    errand.refresh_from_db()
    assert errand.runs == 3


# --- declaring --------------------------------------------------------------------------------
def test_action_refuses_a_second_of_the_same_name(errands: Any) -> None:
    def body(record: None, *, by: Any, at: datetime) -> None: ...

    try:
        made = action(duty="errands.all", title="Wrap")(body)
        assert ACTIONS["test_action.body"] is made
        assert repr(made) == "<action test_action.body>"
        with pytest.raises(ValueError, match=r"two actions are called test_action\.body"):
            action(duty="errands.all", title="Wrap")(body)
    finally:
        ACTIONS.pop("test_action.body")
