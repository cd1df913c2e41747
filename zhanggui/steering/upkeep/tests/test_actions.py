"""Asking, answering, working, releasing and confirming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.handover import open_work
from zhanggui.ground.org.models import Appointment, Person
from zhanggui.steering.upkeep import actions
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.tests.conftest import PROGRAMMER, acting, programmer_of

Maker = Callable[..., ChangeRequest]
NOT_YOURS = (
    "There is no such record among those you answer for. "
    "Check the number, or ask the person who holds this duty for that area."
)
MOVED_ON = "Look at the record again: someone may have moved it on meanwhile."
FINISHED = "This request is finished. Ask for a new change that refers to it."


def rows() -> list[Any]:
    """Return everything this room stores, to show that nothing changed."""
    return [list(ChangeRequest.objects.order_by("pk").values()), Fact.objects.count()]


def refused(deed: Callable[..., Any], record: Any, **values: Any) -> str:
    """Return with which sentence a deed is refused, having shown that nothing changed."""
    before = rows()
    with pytest.raises(Refusal) as no:
        deed(record, **values)
    assert rows() == before
    return str(no.value)


def told(verb: str) -> list[str]:
    """Return the users told of the last deed of a verb."""
    fact = Fact.objects.filter(verb=verb).latest("pk")
    ids = Notice.objects.filter(fact=fact).values("person_id")
    return sorted(Person.objects.filter(pk__in=ids).values_list("user", flat=True))


@pytest.fixture
def dev(at: datetime, db: None) -> Any:
    """Return the programmer of the whole company."""
    return acting(PROGRAMMER, at)


# --- ask_for_change ----------------------------------------------------------------------------


def test_ask_for_change_belongs_to_post_and_area_of_the_asker(ask: Maker, at: datetime) -> None:
    request = ask("cai", kind="feature")
    request.refresh_from_db()
    assert (request.state, request.kind, request.priority) == ("asked", "feature", 2)
    assert (request.asked_by.user, request.post_id, request.area_id) == (
        "cai",
        "courier",
        "hanjiang",
    )
    assert request.asked_at == request.waits_since_at == at - timedelta(hours=3)
    fact = Fact.objects.get(verb="upkeep.ask_for_change")
    assert (fact.kind, fact.record_id) == ("upkeep.ChangeRequest", request.pk)
    assert (fact.area, fact.data["title"]) == ("hanjiang", "路线图上看得到客户电话")
    assert "appointment" not in fact.data


def test_ask_for_change_is_for_everyone_with_a_post(ask: Maker) -> None:
    for user in Person.objects.order_by("pk").values_list("user", flat=True):
        assert ask(user).asked_by.user == user
    assert ChangeRequest.objects.count() == 18


def test_ask_for_change_refuses_a_post_of_someone_else(at: datetime, db: None) -> None:
    values = {"kind": "change", "title": "x", "wanted": "x", "why": "x", "at": at}
    theirs = Appointment.objects.filter(person__user="hu").first()
    deed = actions.ask_for_change
    by = acting("cai", at)
    assert refused(deed, "minli", appointment=theirs, by=by, **values) == NOT_YOURS
    mine = Appointment.objects.filter(person__user="cai").first()
    assert refused(deed, "minli", appointment=mine, by=CLOCKWORK, **values) == NOT_YOURS


@pytest.mark.parametrize(
    "text", ["字" * 2_000, r"\u202e<script>alert(1)</script>", "😀🇨🇳\u200f\u202e \u0639"], ids=ascii
)
def test_ask_for_change_keeps_odd_and_long_texts_as_they_are(
    at: datetime, db: None, text: str
) -> None:
    request = actions.ask_for_change(
        "minli",
        appointment=Appointment.objects.filter(person__user="cai").get(),
        kind="change",
        title=text[:120],
        wanted=text,
        why=text,
        by=acting("cai", at),
        at=at,
    )
    request.refresh_from_db()
    assert (request.title, request.wanted, request.why) == (text[:120], text, text)


def test_no_request_is_written_outside_an_action(ask: Maker) -> None:
    request = ask()
    with pytest.raises(WrittenOutsideAction), transaction.atomic():
        request.save()


# --- accept_change, replan_change --------------------------------------------------------------


def test_accept_change_promises_a_moment_and_tells_the_asker(
    ask: Maker, dev: Any, at: datetime
) -> None:
    request, soon = ask(), at + timedelta(days=2)
    actions.accept_change(request, priority=4, promised_at=soon, by=dev, at=at)
    request.refresh_from_db()
    assert (request.state, request.priority) == ("accepted", 4)
    assert (request.promised_at, request.accepted_at) == (soon, at)
    fact = Fact.objects.get(verb="upkeep.accept_change")
    assert (fact.wait_s, fact.promise_s, fact.post) == (3 * 3_600, 86_400, "programmer")
    assert told("upkeep.accept_change") == ["cai"]


def test_accept_change_needs_the_duty(ask: Maker, at: datetime) -> None:
    values = {"priority": 2, "promised_at": at + timedelta(days=1), "at": at}
    for user in ("cai", "hu", "lin"):
        assert refused(actions.accept_change, ask(), by=acting(user, at), **values) == NOT_YOURS


def test_accept_change_keeps_to_area_and_kind(ask: Maker, at: datetime) -> None:
    values = {"priority": 2, "promised_at": at + timedelta(days=1), "at": at}
    change, feature = ask("cai"), ask("cai", kind="feature")
    there = programmer_of("quanzhou", at, duties=("N-PR-1", "N-PR-2"), user="li")
    assert refused(actions.accept_change, change, by=there, **values) == NOT_YOURS
    changes_only = programmer_of("putian", at, duties=("N-PR-1",), user="li")
    assert refused(actions.accept_change, feature, by=changes_only, **values) == NOT_YOURS
    actions.accept_change(change, by=changes_only, **values)
    features_only = programmer_of("minli", at, duties=("N-PR-2",), user="li")
    actions.accept_change(feature, by=features_only, **values)
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == {"accepted"}


def test_accept_change_refuses_past_promises_and_open_questions(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"priority": 2, "by": dev, "at": at}
    assert refused(actions.accept_change, ask(), promised_at=at, **values) == (
        "The promised time has already passed. Promise a later time."
    )
    asked_back = brought_to("question")
    soon = at + timedelta(days=1)
    assert refused(actions.accept_change, asked_back, promised_at=soon, **values) == (
        "The question to the asker has not been answered yet. "
        "Wait for the answer, or decline the request."
    )


def test_replan_change_moves_the_promise(brought_to: Maker, dev: Any, at: datetime) -> None:
    request, later = brought_to("in_work"), at + timedelta(days=9)
    values = {"priority": 1, "promised_at": later, "reason": "等供应商接口", "by": dev, "at": at}
    actions.replan_change(request, **values)
    request.refresh_from_db()
    assert (request.state, request.priority, request.promised_at) == ("in_work", 1, later)
    assert told("upkeep.replan_change") == ["cai"]


def test_replan_change_is_only_for_what_was_promised(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"priority": 1, "promised_at": at + timedelta(days=1), "reason": "x", "at": at}
    assert refused(actions.replan_change, ask(), by=dev, **values) == (
        "The request has not been accepted yet, so nothing is promised. Accept it first."
    )
    assert refused(actions.replan_change, brought_to("confirmed"), by=dev, **values) == FINISHED
    mine = acting("cai", at)
    assert refused(actions.replan_change, brought_to("accepted"), by=mine, **values) == NOT_YOURS


# --- ask_back, answer_question -----------------------------------------------------------------


def test_ask_back_waits_for_the_asker(brought_to: Maker, dev: Any, at: datetime) -> None:
    request = brought_to("accepted")
    actions.ask_back(request, question="哪个手机？", by=dev, at=at)
    request.refresh_from_db()
    assert (request.state, request.question) == ("question", "哪个手机？")
    assert (request.asked_back_at, request.promised_at, request.accepted_at) == (at, None, None)
    assert told("upkeep.ask_back") == ["cai"]


def test_ask_back_is_not_for_work_in_hand_nor_for_others(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"question": "?", "at": at}
    assert refused(actions.ask_back, brought_to("in_work"), by=dev, **values) == (
        "Work on this request has begun. Put it back first, then ask."
    )
    assert refused(actions.ask_back, ask(), by=acting("hu", at), **values) == NOT_YOURS


def test_answer_question_starts_the_clock_anew(brought_to: Maker, at: datetime) -> None:
    request, later = brought_to("question"), at + timedelta(hours=2)
    actions.answer_question(request, answer="安卓 9", by=acting("cai", later), at=later)
    request.refresh_from_db()
    assert (request.state, request.answer, request.waits_since_at) == ("asked", "安卓 9", later)
    assert Fact.objects.get(verb="upkeep.answer_question").wait_s == 2 * 3_600


def test_answer_question_is_the_askers_own(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"answer": "x", "at": at}
    assert refused(actions.answer_question, brought_to("question"), by=dev, **values) == NOT_YOURS
    assert refused(actions.answer_question, ask(), by=acting("cai", at), **values) == (
        "This cannot be done while the state is “Asked”. " + MOVED_ON
    )


# --- reclassify_change, decline_change, withdraw_request ---------------------------------------


def test_reclassify_change_moves_it_between_the_kinds(ask: Maker, dev: Any, at: datetime) -> None:
    request = ask()
    actions.reclassify_change(request, kind="feature", by=dev, at=at)
    request.refresh_from_db()
    assert (request.kind, request.state) == ("feature", "asked")
    assert refused(actions.reclassify_change, request, kind="feature", by=dev, at=at) == (
        "The request is of that kind already. Choose the other kind."
    )


def test_reclassify_change_is_not_for_finished_ones_nor_for_others(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"kind": "feature", "at": at}
    done = brought_to("declined")
    assert refused(actions.reclassify_change, done, by=dev, **values) == FINISHED
    assert refused(actions.reclassify_change, ask(), by=acting("cai", at), **values) == NOT_YOURS


def test_decline_change_gives_the_reason(brought_to: Maker, dev: Any, at: datetime) -> None:
    request = brought_to("in_work")
    actions.decline_change(request, reason="法规不允许", by=dev, at=at)
    request.refresh_from_db()
    assert (request.state, request.remark, request.closed_at) == ("declined", "法规不允许", at)
    assert Fact.objects.get(verb="upkeep.decline_change").wait_s is None
    assert told("upkeep.decline_change") == ["cai"]


def test_decline_change_is_a_first_answer_too(ask: Maker, dev: Any, at: datetime) -> None:
    actions.decline_change(ask(), reason="x", by=dev, at=at)
    assert Fact.objects.get(verb="upkeep.decline_change").wait_s == 3 * 3_600


def test_decline_change_is_not_for_released_ones_nor_for_others(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"reason": "x", "at": at}
    assert refused(actions.decline_change, brought_to("released"), by=dev, **values) == (
        "This request has been released. The asker confirms it or says what is not solved."
    )
    assert refused(actions.decline_change, ask(), by=acting("cai", at), **values) == NOT_YOURS


def test_withdraw_request_takes_it_back(brought_to: Maker, at: datetime) -> None:
    request = brought_to("accepted")
    actions.withdraw_request(request, reason="不用了", by=acting("cai", at), at=at)
    request.refresh_from_db()
    assert (request.state, request.remark, request.closed_at) == ("withdrawn", "不用了", at)


def test_withdraw_request_is_the_askers_own_and_not_for_work_in_hand(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"reason": "x", "at": at}
    working = brought_to("in_work")
    assert refused(actions.withdraw_request, working, by=acting("cai", at), **values) == (
        "Work on this request has begun. Tell the one who works on it: he can decline it."
    )
    for user in (PROGRAMMER, "hu"):
        by = acting(user, at)
        assert refused(actions.withdraw_request, ask(), by=by, **values) == NOT_YOURS


# --- start_change, put_back_change, release_change ---------------------------------------------


def test_start_change_makes_it_ones_own(brought_to: Maker, dev: Any, at: datetime) -> None:
    request = brought_to("accepted")
    actions.start_change(request, by=dev, at=at)
    request.refresh_from_db()
    assert (request.state, request.taken_by.user) == ("in_work", PROGRAMMER)


def test_start_change_comes_after_the_answer(
    ask: Maker, brought_to: Maker, dev: Any, at: datetime
) -> None:
    assert refused(actions.start_change, ask(), by=dev, at=at) == (
        "The asker has not had an answer yet. "
        "Accept the request first, with a priority and a promised time."
    )
    accepted = brought_to("accepted")
    assert refused(actions.start_change, accepted, by=acting("cai", at), at=at) == NOT_YOURS


def test_put_back_change_keeps_the_promise(brought_to: Maker, dev: Any, at: datetime) -> None:
    request = brought_to("in_work")
    actions.put_back_change(request, reason="急事插队", by=dev, at=at)
    request.refresh_from_db()
    assert (request.state, request.taken_by, request.promised_at) == (
        "accepted",
        None,
        at + timedelta(days=2),
    )


def test_put_back_change_is_for_work_in_hand(brought_to: Maker, dev: Any, at: datetime) -> None:
    values = {"reason": "x", "at": at}
    assert refused(actions.put_back_change, brought_to("accepted"), by=dev, **values) == (
        "This cannot be done while the state is “Accepted”. " + MOVED_ON
    )
    by = acting("cai", at)
    assert refused(actions.put_back_change, brought_to("in_work"), by=by, **values) == NOT_YOURS


@pytest.mark.parametrize(("days", "on_time"), [(1, True), (2, True), (3, False)])
def test_release_change_counts_whether_the_promise_was_kept(
    brought_to: Maker, at: datetime, days: int, on_time: bool
) -> None:
    request, then = brought_to("in_work"), at + timedelta(days=days)
    note = "站点页可以直接拨号。"
    actions.release_change(request, release_note=note, by=acting(PROGRAMMER, then), at=then)
    request.refresh_from_db()
    assert (request.state, request.release_note, request.released_at) == ("released", note, then)
    fact = Fact.objects.get(verb="upkeep.release_change")
    assert (fact.wait_s, fact.data["on_time"]) == (days * 86_400, on_time)
    assert told("upkeep.release_change") == ["cai"]


def test_release_change_comes_after_work(brought_to: Maker, dev: Any, at: datetime) -> None:
    values = {"release_note": "x", "at": at}
    assert refused(actions.release_change, brought_to("accepted"), by=dev, **values) == (
        "Nobody has begun to work on this request. "
        "Start the work first, so that it is known whose it is."
    )
    by = acting("cai", at)
    assert refused(actions.release_change, brought_to("in_work"), by=by, **values) == NOT_YOURS


# --- confirm_release, reopen_request -----------------------------------------------------------


def test_confirm_release_closes_it(brought_to: Maker, at: datetime) -> None:
    request, later = brought_to("released"), at + timedelta(hours=1)
    actions.confirm_release(request, remark="好用", by=acting("cai", later), at=later)
    request.refresh_from_db()
    assert (request.state, request.remark, request.closed_at) == ("confirmed", "好用", later)
    assert Fact.objects.get(verb="upkeep.confirm_release").wait_s == 3_600
    assert told("upkeep.confirm_release") == [PROGRAMMER]


def test_confirm_release_is_the_askers_own(brought_to: Maker, dev: Any, at: datetime) -> None:
    assert refused(actions.confirm_release, brought_to("released"), by=dev, at=at) == NOT_YOURS
    by = acting("cai", at)
    assert refused(actions.confirm_release, brought_to("in_work"), by=by, at=at) == (
        "This cannot be done while the state is “In work”. " + MOVED_ON
    )


def test_reopen_request_waits_for_a_new_first_answer(brought_to: Maker, at: datetime) -> None:
    request, later = brought_to("released"), at + timedelta(hours=1)
    values = {"remark": "点了没反应", "by": acting("cai", later), "at": later}
    actions.reopen_request(request, **values)
    request.refresh_from_db()
    assert (request.state, request.waits_since_at, request.remark) == (
        "asked",
        later,
        "点了没反应",
    )
    assert (request.taken_by.user, request.promised_at, request.released_at) == (
        PROGRAMMER,
        None,
        None,
    )
    assert told("upkeep.reopen_request") == [PROGRAMMER]


def test_reopen_request_is_the_askers_own_until_confirmed(
    brought_to: Maker, dev: Any, at: datetime
) -> None:
    values = {"remark": "x", "at": at}
    assert refused(actions.reopen_request, brought_to("released"), by=dev, **values) == NOT_YOURS
    by = acting("cai", at)
    assert refused(actions.reopen_request, brought_to("confirmed"), by=by, **values) == FINISHED


# --- hand_over_changes -------------------------------------------------------------------------


def test_hand_over_changes_passes_what_is_in_work(
    brought_to: Maker, at: datetime, person: Callable[[str], Any]
) -> None:
    working, released = brought_to("in_work"), brought_to("released")
    leaver, heir = person(PROGRAMMER), person("li")
    assert [str(title) for title, _n in open_work([leaver.pk])[leaver.pk]] == [
        "Change requests in work"
    ]
    moved = actions.hand_over_changes(leaver, to=heir, by=acting("fang", at), at=at)
    working.refresh_from_db()
    released.refresh_from_db()
    assert (moved, working.taken_by, released.taken_by) == (1, heir, leaver)
    assert open_work([leaver.pk]) == {}
    fact = Fact.objects.get(verb="upkeep.hand_over_changes")
    assert fact.data["change_requests"] == [working.pk]


def test_hand_over_changes_is_for_personnel(
    brought_to: Maker, at: datetime, person: Callable[[str], Any]
) -> None:
    brought_to("in_work")
    values = {"to": person("li"), "by": acting("hu", at), "at": at}
    assert refused(actions.hand_over_changes, person(PROGRAMMER), **values) == NOT_YOURS
