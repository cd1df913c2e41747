"""Entering people, their particulars and their access: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.actions.people import (
    edit_person,
    hire_person,
    reset_password,
    resume_person,
    reveal_phone,
    suspend_person,
)
from zhanggui.ground.org.models import Company, Person
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.tests.small import refusal_of, said

NEWCOMER = {
    "user": "ma",
    "name_zh": "马小丽",
    "name_en": "Ma Xiaoli",
    "phone": "13800001099",
    "password": "a-long-enough-word",
}


def test_hire_person_enters_someone_without_a_post(actor: Callable[..., Any], at: datetime) -> None:
    version = Company.objects.get().version
    made = hire_person(None, **NEWCOMER, by=actor("fang"), at=at)
    assert (made.user, made.name_zh, made.phone, made.hired_at) == (
        "ma",
        "马小丽",
        "13800001099",
        at,
    )
    assert made.check_password("a-long-enough-word")
    assert present(at).structure.who("ma") == "Ma Xiaoli"
    assert not present(at).structure.seats_by_person.get("ma")
    assert Company.objects.get().version == version + 1


def test_hire_person_keeps_password_and_phone_out_of_the_fact(
    actor: Callable[..., Any], at: datetime
) -> None:
    hire_person(None, **NEWCOMER, by=actor("fang"), at=at)
    assert set(Fact.objects.latest("id").data) == {"user", "name_zh", "name_en"}


@pytest.mark.parametrize(
    ("values", "code", "sentence"),
    [
        ({"user": "hu"}, "user_taken", "The user name “hu” is taken."),
        (
            {"phone": "13800001002"},
            "phone_taken",
            "That phone number belongs to another person.",
        ),
    ],
)
def test_hire_person_refuses_what_is_taken(
    actor: Callable[..., Any], at: datetime, values: dict[str, str], code: str, sentence: str
) -> None:
    people = Person.objects.count()
    refusal = refusal_of(hire_person, None, **{**NEWCOMER, **values}, by=actor("fang"), at=at)
    assert (said(refusal)[:2], refusal.status) == ((code, sentence), 422)
    assert Person.objects.count() == people


def test_edit_person_corrects_names_and_phone(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    done = edit_person(
        person("cai"), name_zh="蔡永", name_en="Cai Yong", phone=None, by=actor("fang"), at=at
    )
    assert (done.name_zh, done.name_en, done.phone) == ("蔡永", "Cai Yong", None)


def test_edit_person_refuses_anothers_phone(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    refusal = refusal_of(
        edit_person,
        person("cai"),
        name_zh="蔡勇",
        name_en="Cai Yong",
        phone="13800001002",
        by=actor("fang"),
        at=at,
    )
    assert refusal.code == "phone_taken"
    assert person("cai").phone == "13800001007"


def test_suspend_person_keeps_him_out_at_once(
    actor: Callable[..., Any],
    person: Callable[[str], Person],
    sign_in: Callable[..., Any],
    at: datetime,
) -> None:
    client = sign_in("cai")
    assert client.get("/desk/").status_code == 200
    suspend_person(person("cai"), reason="Lost phone", by=actor("fang"), at=at)
    assert not person("cai").is_active
    assert client.get("/desk/").status_code == 302
    assert present(at).structure.seats_by_person["cai"]


def test_suspend_person_refuses_oneself_and_twice(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    refusal = refusal_of(suspend_person, person("fang"), reason="x", by=actor("fang"), at=at)
    assert said(refusal) == (
        "own_access",
        "You cannot take away your own access.",
        "Ask another holder of the personnel duty.",
    )
    suspend_person(person("cai"), reason="x", by=actor("fang"), at=at)
    refusal = refusal_of(suspend_person, person("cai"), reason="x", by=actor("fang"), at=at)
    assert said(refusal)[:2] == ("suspended", "The person cannot sign in already.")


def test_resume_person_lets_him_in_again(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    suspend_person(person("cai"), reason="x", by=actor("fang"), at=at)
    assert resume_person(person("cai"), by=actor("fang"), at=at).is_active


def test_resume_person_refuses_who_can_sign_in(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    refusal = refusal_of(resume_person, person("cai"), by=actor("fang"), at=at)
    assert said(refusal) == ("active", "The person can sign in already.", "")


def test_reset_password_ends_every_session(
    actor: Callable[..., Any],
    person: Callable[[str], Person],
    sign_in: Callable[..., Any],
    at: datetime,
) -> None:
    client = sign_in("cai")
    reset_password(person("cai"), password="another-long-word", by=actor("fang"), at=at)
    assert person("cai").check_password("another-long-word")
    assert client.get("/desk/").status_code == 302
    assert Fact.objects.latest("id").data == {}


def test_reveal_phone_puts_the_look_on_record(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    cai = person("cai")
    reveal_phone(cai, by=actor("fang"), at=at)
    fact = Fact.objects.latest("id")
    assert (fact.verb, fact.kind, fact.record_id, fact.person_id, fact.data) == (
        "org.reveal_phone",
        "org.Person",
        cai.pk,
        person("fang").pk,
        {},
    )


def test_reveal_phone_refuses_where_there_is_none(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    edit_person(
        person("cai"), name_zh="蔡勇", name_en="Cai Yong", phone=None, by=actor("fang"), at=at
    )
    refusal = refusal_of(reveal_phone, person("cai"), by=actor("fang"), at=at)
    assert said(refusal) == (
        "no_phone",
        "No phone number is on record.",
        "Enter it under “Edit particulars”.",
    )


@pytest.mark.parametrize("user", ["lin", "huang", "cai"])
def test_people_are_personnels(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime, user: str
) -> None:
    facts = Fact.objects.count()
    by = actor(user)
    for act, values in (
        (reveal_phone, {}),
        (suspend_person, {"reason": "x"}),
        (reset_password, {"password": "x"}),
        (edit_person, {"name_zh": "x", "name_en": "x", "phone": None}),
    ):
        assert refusal_of(act, person("pan"), **values, by=by, at=at).code == "not_yours"
    assert refusal_of(hire_person, None, **NEWCOMER, by=by, at=at).code == "not_yours"
    assert (person("pan").name_zh, Fact.objects.count()) == ("潘振兴", facts)
