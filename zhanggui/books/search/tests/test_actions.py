"""Counting words that found nothing, and answering them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.search.actions import (
    add_synonym,
    count_missed,
    dismiss_word,
    end_synonym,
    lead_word,
    reopen_word,
)
from zhanggui.books.search.models import MissedDay, MissedWord, Synonym
from zhanggui.books.search.rules import NEW_WORDS_MAX, TIMES_MAX, WordState, day_of
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import run_audits
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal


def count(at: datetime, **counts: int) -> int:
    """Count words that found nothing on the day of a moment."""
    return count_missed(None, day=day_of(at), counts=counts, by=CLOCKWORK, at=at)


@pytest.fixture
def lychee(db: None, at: datetime) -> MissedWord:
    """Return a word that found nothing three times."""
    count(at, 荔枝=3)
    return MissedWord.objects.get()


def refused(deed: Callable[[], object]) -> Refusal:
    """Return the refusal a deed was met with; nothing changed."""

    def everything() -> Any:
        kinds = (MissedWord, MissedDay, Synonym, Fact)
        return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]

    before = everything()
    with pytest.raises(Refusal) as no:
        deed()
    assert everything() == before
    return no.value


@pytest.mark.django_db
def test_count_missed_adds_up_by_word_and_day(at: datetime) -> None:
    assert count(at, 荔枝=2, lychee=1) == 2
    assert count(at + timedelta(hours=1), 荔枝=3) == 1
    count(at + timedelta(days=1), 荔枝=1)
    word = MissedWord.objects.get(word="荔枝")
    assert (word.times, word.first_at, word.last_at) == (6, at, at + timedelta(days=1))
    days = MissedDay.objects.filter(word=word).order_by("day")
    assert list(days.values_list("times", flat=True)) == [5, 1]


@pytest.mark.django_db
def test_count_missed_keeps_no_word_in_the_facts(at: datetime) -> None:
    count(at, 荔枝=2)
    fact = Fact.objects.get(verb="search.count_missed")
    assert "荔枝" not in str(fact.data) + str(fact.answer)


@pytest.mark.django_db
def test_count_missed_is_bounded_by_day_and_word(at: datetime) -> None:
    many = {f"word {number}": 1 for number in range(NEW_WORDS_MAX + 5)}
    assert count_missed(None, day=day_of(at), counts=many, by=CLOCKWORK, at=at) == NEW_WORDS_MAX
    assert count(at, another=1) == 0
    assert count(at, **{"word 0": TIMES_MAX + 10}) == 1
    assert MissedDay.objects.get(word__word="word 0").times == TIMES_MAX
    assert count(at, **{"word 0": 1}) == 0
    assert count(at + timedelta(days=1), another=1) == 1


@pytest.mark.django_db
def test_count_missed_costs_the_same_statements_for_many_words(
    at: datetime, django_assert_max_num_queries: Any
) -> None:
    many = {f"word {number}": 1 for number in range(100)}
    for _ in range(2):
        with django_assert_max_num_queries(14):
            count_missed(None, day=day_of(at), counts=many, by=CLOCKWORK, at=at)


def test_count_missed_is_refused_to_people(tong: Any, at: datetime) -> None:
    no = refused(lambda: count_missed(None, day=day_of(at), counts={"荔枝": 1}, by=tong, at=at))
    assert no.code == "not_yours"


def test_lead_word_answers_it(
    goods: SimpleNamespace, lychee: MissedWord, tong: Any, at: datetime
) -> None:
    synonym = lead_word(lychee, leads_to=" 桂圆 ", by=tong, at=at)
    assert (synonym.word, synonym.leads_to, synonym.since_at) == ("荔枝", "桂圆", at)
    assert synonym.added_by_id == tong.person_id
    lychee.refresh_from_db()
    assert (lychee.state, lychee.answered_at) == (WordState.LED, at)


def test_lead_word_is_refused_where_it_finds_nothing(
    goods: SimpleNamespace, lychee: MissedWord, tong: Any, at: datetime
) -> None:
    no = refused(lambda: lead_word(lychee, leads_to="杨梅", by=tong, at=at))
    assert str(no) == (
        "Nothing on sale is found by “杨梅” either. "
        "Take words that stand in the name of goods on sale."
    )
    assert refused(lambda: lead_word(lychee, leads_to="guiyaun", by=tong, at=at)).code == (
        "leads_nowhere"
    )


def test_lead_word_is_refused_once_it_leads(
    goods: SimpleNamespace, lychee: MissedWord, tong: Any, at: datetime
) -> None:
    lead_word(lychee, leads_to="桂圆", by=tong, at=at)
    no = refused(lambda: lead_word(lychee, leads_to="桂圆", by=tong, at=at))
    assert no.code == "illegal_move"


def test_lead_word_is_refused_without_the_duty(
    goods: SimpleNamespace, lychee: MissedWord, actor: Callable[..., Any], at: datetime
) -> None:
    no = refused(lambda: lead_word(lychee, leads_to="桂圆", by=actor("wu"), at=at))
    assert no.code == "not_yours"


def test_add_synonym_needs_no_word_that_missed(
    goods: SimpleNamespace, tong: Any, at: datetime
) -> None:
    synonym = add_synonym(None, word=" Oolong ", leads_to="铁观音", by=tong, at=at)
    assert str(synonym) == "oolong → 铁观音"


def test_add_synonym_is_refused_where_one_holds(
    goods: SimpleNamespace, tong: Any, at: datetime
) -> None:
    add_synonym(None, word="龙眼", leads_to="桂圆", by=tong, at=at)
    no = refused(lambda: add_synonym(None, word="龙眼", leads_to="longan", by=tong, at=at))
    assert str(no) == "“龙眼” leads to other words already. End that synonym first."


def test_add_synonym_is_refused_without_the_duty(
    goods: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    no = refused(lambda: add_synonym(None, word="龙眼", leads_to="桂圆", by=actor("wu"), at=at))
    assert no.code == "not_yours"


def test_end_synonym_has_its_word_wait_again(
    goods: SimpleNamespace, lychee: MissedWord, tong: Any, at: datetime
) -> None:
    synonym = lead_word(lychee, leads_to="桂圆", by=tong, at=at)
    end_synonym(synonym, by=tong, at=at)
    lychee.refresh_from_db()
    assert (lychee.state, lychee.answered_at) == (WordState.OPEN, None)
    lead_word(lychee, leads_to="longan", by=tong, at=at)


def test_end_synonym_is_refused_twice(goods: SimpleNamespace, tong: Any, at: datetime) -> None:
    synonym = add_synonym(None, word="龙眼", leads_to="桂圆", by=tong, at=at)
    end_synonym(synonym, by=tong, at=at)
    no = refused(lambda: end_synonym(synonym, by=tong, at=at))
    assert str(no) == "This synonym has ended. Add a new one where it is needed."


def test_count_missed_opens_a_word_whose_synonym_finds_nothing_any_more(
    goods: SimpleNamespace, lychee: MissedWord, tong: Any, at: datetime
) -> None:
    lead_word(lychee, leads_to="桂圆", by=tong, at=at)
    count(at, 荔枝=1)
    lychee.refresh_from_db()
    assert (lychee.state, lychee.times) == (WordState.OPEN, 4)


def test_dismiss_word_says_why_and_goes_on_counting(
    lychee: MissedWord, tong: Any, at: datetime
) -> None:
    dismiss_word(lychee, reason="no cold chain", by=tong, at=at)
    count(at, 荔枝=2)
    lychee.refresh_from_db()
    assert (lychee.state, lychee.reason, lychee.times) == (WordState.NOT_OURS, "no cold chain", 5)


def test_dismiss_word_is_refused_twice_and_without_the_duty(
    lychee: MissedWord, tong: Any, actor: Callable[..., Any], at: datetime
) -> None:
    no = refused(lambda: dismiss_word(lychee, reason="no", by=actor("wu"), at=at))
    assert no.code == "not_yours"
    dismiss_word(lychee, reason="no cold chain", by=tong, at=at)
    refused(lambda: dismiss_word(lychee, reason="no", by=tong, at=at))


def test_reopen_word_has_it_wait_again(lychee: MissedWord, tong: Any, at: datetime) -> None:
    refused(lambda: reopen_word(lychee, by=tong, at=at))
    dismiss_word(lychee, reason="no cold chain", by=tong, at=at)
    reopen_word(lychee, by=tong, at=at)
    lychee.refresh_from_db()
    assert (lychee.state, lychee.reason, lychee.answered_at) == (WordState.OPEN, "", None)


@pytest.mark.books_broken
def test_audit_words_finds_counts_and_answers_that_disagree(
    lychee: MissedWord, at: datetime
) -> None:
    from zhanggui.ground.kernel import guard

    assert list(run_audits(["search.words"])) == []
    with guard.writes_open():
        MissedWord.objects.update(times=4, state=WordState.LED)
    assert [breach.sentence for breach in run_audits(["search.words"])] == [
        "“荔枝” found nothing 4 times, its days say 3.",
        "“荔枝” is said to lead to other words and leads to none.",
    ]


# --- at the desk -------------------------------------------------------------------------------


def test_the_product_manager_answers_a_word_at_the_desk(
    goods: SimpleNamespace, lychee: MissedWord, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("tong")
    queue = browser.get("/desk/queue/search.words/").content.decode()
    assert "荔枝" in queue and "New synonym" in queue
    page = browser.get(f"/desk/search/missedword/{lychee.pk}/").content.decode()
    assert "× 3" in page and "/shop/search/?q=" in page
