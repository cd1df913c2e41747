"""The house rules on the source; and each scanner is shown to catch what it looks for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.house import scan
from tests.house.scan import Finding

Scanner = Callable[[str, ast.Module], Iterator[Finding]]

SCANNERS: list[Scanner] = [
    scan.writes_outside_actions,
    scan.opened_guards,
    scan.asked_times,
    scan.relative_imports,
    scan.queries_without_scope,
    scan.undocumented,
]


@pytest.mark.parametrize("scanner", SCANNERS, ids=lambda s: s.__name__)
def test_source_keeps_the_rule(scanner: Scanner) -> None:
    found = [str(finding) for file, tree in scan.sources() for finding in scanner(file, tree)]
    assert found == []


def test_files_are_named_by_the_nouns_of_the_house() -> None:
    assert [str(finding) for finding in scan.misplaced_files()] == []


def test_files_can_be_read_in_one_sitting() -> None:
    assert [str(finding) for finding in scan.long_files()] == []


@pytest.mark.parametrize(
    ("scanner", "source", "remedy"),
    [
        (
            scan.writes_outside_actions,
            "def page(request):\n    Order.objects.create(number=1)",
            "put it into the room's actions.py",
        ),
        (
            scan.writes_outside_actions,
            "def page(request, order):\n    order.save()",
            "put it into the room's actions.py",
        ),
        (
            scan.writes_outside_actions,
            "def q(by):\n    Order.objects.filter(a=1).update(a=2)",
            "put it into the room's actions.py",
        ),
        (scan.opened_guards, "with guard.writes_open():\n    pass", "write an action instead"),
        (scan.asked_times, "def f():\n    return clock.now()", "take `at` as an argument"),
        (scan.asked_times, "def f():\n    return datetime.now()", "take `at` as an argument"),
        (scan.relative_imports, "from .models import Order", "import absolutely"),
        (
            scan.queries_without_scope,
            "def orders_to_screen(by):\n    return Order.objects.all()",
            "is not scoped by it",
        ),
        (scan.undocumented, '"""Module."""\ndef public():\n    return 1', "public"),
    ],
)
def test_scanner_catches(scanner: Scanner, source: str, remedy: str) -> None:
    found = list(scanner("zhanggui/trade/orders/queries.py", ast.parse(source)))
    assert len(found) == 1
    assert remedy in str(found[0])
