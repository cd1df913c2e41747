"""What the rooms declare fits together: charter, duties, actions, migrations, tests."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from conftest import COMPANY_FILE
from tests.house.scan import PACKAGE
from zhanggui.ground.desk.dossier import DOSSIERS
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.kernel.action import ACTIONS
from zhanggui.ground.org.rules.company import read_company

CHAPTERS = {
    "G": 6, "S-PM": 7, "S-PD": 5, "S-PL": 4, "S-RM": 5, "S-CM": 6, "S-CO": 6,
    "N-DR": 1, "N-ED": 2, "N-GD": 2, "N-PL": 2, "N-PG": 2, "N-PR": 3,
    "C-SV": 3, "C-PY": 1, "C-LI": 1, "C-CO": 1,
    "F-ST": 1, "F-IN": 1, "F-TX": 1, "F-EX": 1, "H-AD": 1, "H-PE": 1, "M-GM": 1, "M-LG": 1,
}  # fmt: skip
CHARTER = [f"{chapter}-{n}" for chapter, last in CHAPTERS.items() for n in range(1, last + 1)]
"""Every duty of the charter. An id is permanent."""


def test_company_file_has_every_duty_of_the_charter() -> None:
    file = read_company(COMPANY_FILE.read_text(encoding="utf-8"))
    assert sorted(duty.id for duty in file.duties) == sorted(CHARTER)


def test_every_duty_in_code_fulfils_duties_of_the_charter() -> None:
    for duty in DUTIES.values():
        assert duty.charter, duty.code
        assert set(duty.charter) <= set(CHARTER), duty.code


def test_every_duty_can_be_done() -> None:
    for duty in DUTIES.values():
        assert duty.queue is not None or duty.page, f"{duty.code} is neither a queue nor a page"
        assert duty.acts or duty.page, f"{duty.code} has no act: its queue cannot be cleared"


def test_every_action_belongs_to_a_known_duty_and_says_what_it_did() -> None:
    inner = {
        "catalogue.index", "customers.door", "customers.member", "customers.sending",
        "delivery.hand_over", "ledger.books", "media.pictures", "orders.customer",
        "orders.progress", "org.own_access", "search.door", "stock.goods", "traffic.door",
        "wanted.asking", "wanted.telling",
    }  # fmt: skip
    for action in ACTIONS.values():
        assert action.duty in DUTIES or action.duty in inner, action.verb
        assert str(action.title) and str(action.said), action.verb


def test_letters_of_a_record_do_not_clash() -> None:
    for model in DOSSIERS:
        letters = [a.letter for d in DUTIES.values() for a in d.acts if a.on is model and a.letter]
        assert len(letters) == len(set(letters)), f"{model._meta.label}: {sorted(letters)}"
        assert not {"j", "k"} & set(letters), model._meta.label


def test_every_action_has_a_test() -> None:
    names = set()
    for file in PACKAGE.rglob("tests/**/test_*.py"):
        names |= set(re.findall(r"def test_(\w+)", file.read_text(encoding="utf-8")))
    missing = [a.verb for a in ACTIONS.values() if not any(n.startswith(a.name) for n in names)]
    assert missing == []


def test_every_url_declares_who_may_reach_it() -> None:
    from zhanggui.config.routes import routes

    assert get_resolver().url_patterns
    undeclared = [route.path for route in routes() if not route.audience]
    assert undeclared == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()
