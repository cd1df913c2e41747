"""`simulate`: a fresh example company lives some days, tells its figures and proves its books."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from zhanggui.config.commands.line import Commands, Said, between, command, counted, load

if TYPE_CHECKING:
    from zhanggui.demo.trade.figures import DayLived

DAYS_MAX = 366
"""Days in one go: a year of them takes an hour."""

ORDERS_MAX = 2_000
"""Orders a day: fifty times what the couriers of the example deliver."""


def add(commands: Commands) -> None:
    """Add this group's commands."""
    parser = command(
        commands, "simulate", run_simulate, "let a fresh example company live some days",
        django=False,
    )  # fmt: skip
    parser.add_argument("--seed", type=between(0, 2**31), default=1, help="which days they are")
    parser.add_argument("--days", type=between(1, DAYS_MAX), default=1)
    parser.add_argument("--orders", type=between(1, ORDERS_MAX), default=40, help="a day")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run_simulate(args: argparse.Namespace) -> int:
    """Live the days in an empty data folder; status 1 when the books are not in order."""
    with _folder():
        load()
        return _simulate(args)


@contextmanager
def _folder() -> Iterator[None]:
    """Take the folder given (--data, DATA), else one that is gone afterwards."""
    if os.environ.get("DATA"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="zhanggui-simulate-") as folder:
        os.environ["DATA"] = folder
        yield


def _simulate(args: argparse.Namespace) -> int:
    from zhanggui.config.checking import breaches
    from zhanggui.config.prepare import migrate
    from zhanggui.demo.trade.simulation import Simulation
    from zhanggui.ground.org.models import Company

    migrate()
    if Company.objects.exists():
        raise Said("A company lives in this data folder already: choose an empty one with --data.")
    begun = time.monotonic()
    simulation = Simulation(seed=args.seed, orders=args.orders)
    simulation.found()
    founded_s, lived = time.monotonic() - begun, []
    for number in range(args.days):
        begun = time.monotonic()
        lived.append(simulation.live_day(number))
        if not args.json:
            print(_line(lived[-1], time.monotonic() - begun), flush=True)
    found = list(breaches())
    told = {
        "seed": args.seed,
        "orders": args.orders,
        "days": [asdict(day) for day in lived],
        "deeds": dict(sorted(simulation.life.done.items())),
        "refused": dict(sorted(simulation.life.refused.items())),
        "hash": simulation.digest(),
        "breaches": [asdict(breach) for breach in found],
    }
    if args.json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 1 if found else 0
    for breach in found:
        print(f"{breach.audit}: {breach.sentence}")
    print(f"Founded in {founded_s:.1f} s. State {told['hash']}.")
    print(f"{counted(len(found), 'breach', 'breaches')}." if found else "The books are in order.")
    return 1 if found else 0


def _line(day: DayLived, took_s: float) -> str:
    shown = {
        name: f"{value / 100:.2f}" if name.endswith("_fen") and value is not None else value
        for name, value in asdict(day).items()
    }
    words = (f"{name.removesuffix('_fen')} {value}" for name, value in shown.items())
    return f"{'  '.join(words)}  ({took_s:.1f} s)"
