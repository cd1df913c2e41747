"""A company goes through the database and comes out as its file said; codes are used once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import COMPANY_FILE
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.actions.company import take_in_company
from zhanggui.ground.org.queries import company_file_at, structure_at
from zhanggui.ground.org.rules.company import read_company, write_company

pytestmark = pytest.mark.django_db


def test_company_file_comes_out_as_it_went_in(at: datetime) -> None:
    assert write_company(company_file_at(at)) == COMPANY_FILE.read_text(encoding="utf-8")


def test_add_change_line_refuses_a_code_that_was_used_before(
    actor: Callable[..., Any], at: datetime
) -> None:
    night = {"code": "night", "name": {"zh": "夜班", "en": "Night"}, "parent": "sales"}
    fang = actor("fang")
    for title, kind, data in (
        ("Open", "add_unit", night),
        ("Close", "close_unit", {"code": "night"}),
    ):
        change = draft_change_set("minli", title=title, effective_at=at, by=fang, at=at)
        change = add_change_line(change, kind=kind, data=data, by=fang, at=at)
        schedule_change_set(change, by=fang, at=at)
    later = at + timedelta(minutes=1)
    change = draft_change_set("minli", title="Again", effective_at=later, by=fang, at=later)
    with pytest.raises(Refusal) as refused:
        add_change_line(change, kind="add_unit", data=night, by=fang, at=later)
    assert str(refused.value) == (
        "The code “night” was used before. Choose another code; codes are never used twice."
    )
    assert change.lines.count() == 0


def test_take_in_company_takes_posts_from_people_the_file_does_not_name(
    actor: Callable[..., Any], person: Callable[[str], Any], at: datetime
) -> None:
    file = read_company(COMPANY_FILE.read_text(encoding="utf-8"))
    smaller = replace(
        file,
        people=tuple(p for p in file.people if p.user != "xie"),
        seats=tuple(s for s in file.seats if s.person != "xie"),
    )
    company = take_in_company(None, file=smaller, by=CLOCKWORK, at=at)
    assert company.code == file.code
    assert person("xie").name_zh == "谢志强"
    assert actor("xie", at=at + timedelta(minutes=1)).holdings == ()
    assert {s.person for s in structure_at(at - timedelta(minutes=1)).seats} >= {"xie"}
