"""A company goes through the database and comes out as its file said; codes are used once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import COMPANY_FILE
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.queries import company_file_at
from zhanggui.ground.org.rules.company import write_company

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
