"""`simulate`: the same seed is the same history, in any process; broken books are told."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.commands.conftest import House, make_tables
from zhanggui.config.commands import line, simulation
from zhanggui.demo.trade.figures import DayLived
from zhanggui.ground.kernel.audit import Breach

WORDS = ("simulate", "--seed", "5", "--days", "1", "--orders", "5")


@pytest.mark.slow
def test_the_same_seed_is_the_same_history_in_fresh_processes(
    bare_house: House, tmp_path: Path
) -> None:
    first = bare_house.run(*WORDS, "--json")
    assert (first.returncode, first.stderr) == (0, "")
    told = json.loads(first.stdout)
    assert (told["seed"], told["orders"], told["breaches"], told["refused"]) == (5, 5, [], {})
    assert len(told["hash"]) == 64
    assert [day["day"] for day in told["days"]] == ["2026-03-02"]
    assert told["days"][0]["placed"] >= 3
    assert told["days"][0]["visits"] > 10
    other = House(tmp_path)  # on SQLite, whatever the first one lived on
    (tmp_path / "b").mkdir()
    make_tables(House(tmp_path / "b"))
    again = other.run("--data", str(tmp_path / "b"), *WORDS, "--json")
    assert again.stdout == first.stdout
    # And that company cannot be lived in once more.
    refused = other.run("--data", str(tmp_path / "b"), *WORDS)
    assert refused.returncode == 2
    assert refused.stderr == (
        "A company lives in this data folder already: choose an empty one with --data.\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--days", "0"), "'0' is not a number from 1 to 366"),
        (("--orders", "-3"), "'-3' is not a number from 1 to 2000"),
        (("--seed", "x"), "'x' is not a number from 0 to"),
    ],
)
def test_odd_numbers_are_sentences(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        line.build().parse_args(["simulate", *words])
    assert left.value.code == 2
    assert told in capsys.readouterr().err


@dataclass
class Stillness:
    """A simulation in which nothing happens."""

    seed: int
    orders: int
    life: Any = field(default_factory=lambda: SimpleNamespace(done={}, refused={}))

    def found(self) -> None:
        """Found nothing."""

    def live_day(self, number: int) -> DayLived:
        """Return an empty day."""
        return DayLived("2026-03-02", *[0] * 11, None)

    def digest(self) -> str:
        """Return a digest."""
        return "0" * 64


@pytest.mark.django_db
@pytest.mark.parametrize("as_json", [True, False])
def test_a_breach_is_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    monkeypatch.setattr("zhanggui.config.prepare.migrate", lambda: 0)
    monkeypatch.setattr("zhanggui.demo.trade.simulation.Simulation", Stillness)
    monkeypatch.setattr("zhanggui.ground.org.models.Company.objects", _nobody())
    args = argparse.Namespace(seed=1, days=1, orders=40, json=as_json)
    for found, status in (([], 0), ([Breach("cash", "Ten fen are missing.")], 1)):
        monkeypatch.setattr("zhanggui.config.checking.breaches", lambda found=found: found)
        assert simulation._simulate(args) == status
        told = capsys.readouterr().out
        assert ("Ten fen are missing." in told) is bool(found)
        if as_json:
            assert json.loads(told)["hash"] == "0" * 64
        else:
            assert ("The books are in order." in told) is not bool(found)


def _nobody() -> Any:
    return SimpleNamespace(exists=lambda: False)
