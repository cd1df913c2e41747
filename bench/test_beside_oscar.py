"""The same checkout in this shop and in one of django-oscar, in one run on one machine.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest
bench/test_beside_oscar.py -n 0 -s`. A guest with an empty browser puts two goods into the cart,
opens the checkout, sends it and sees his order; every page and every redirection on the way is
answered whole, by one process set up as it is served, on SQLite with synchronous=FULL on both
sides. Ours also screens the order, sets goods aside, and keeps who did what. Our shop's script puts
goods into the cart without leaving the page, which theirs has no way to do; the third line is our
shop without a script, where the cart is shown after each thing put in, as theirs shows its basket.

The other shop (`oscar_shop.py`) lives in an environment of its own, made from the package index at
the first run in `.venv/oscar`. The two are asked in turn, so that a busy moment of the machine is
both's. Figures are printed, never asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.served import told_by

ORDERS, TURNS = 50, 3
OSCAR = "django-oscar[sorl-thumbnail]==4.2.1"


def the_other(folder: Path) -> dict[str, Any]:
    """Return what the other shop tells of itself; make its environment where there is none."""
    home = Path(__file__).parent.parent / ".venv" / "oscar"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        install = [python, "-m", "pip", "install", "--quiet", OSCAR, "django<5.3"]
        subprocess.run(install, check=True)
    script = Path(__file__).with_name("oscar_shop.py")
    done = subprocess.run(
        [python, script, folder, str(ORDERS)], check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def together(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all turns as one."""
    sums = {name: sum(one[name] for one in turns) for name in ("orders", "wall_s", "cpu_s")}
    return turns[0] | sums


def line(name: str, one: dict[str, Any]) -> str:
    """Return a line of the report."""
    each_s, cpu_ms = one["orders"] / one["wall_s"], 1000 * one["cpu_s"] / one["orders"]
    asked = f"{one['requests']:>10}{one['statements']:>12}"
    return f"  {name:<26}{each_s:>9.1f}{cpu_ms:>12.1f}{asked}"


@pytest.mark.sqlite
def test_checkout_beside_oscar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turns: dict[str, list[dict[str, Any]]] = {"guests": [], "plain": [], "other": []}
    for turn in range(TURNS):
        for how, told in turns.items():
            folder = tmp_path / f"{how}-{turn}"
            folder.mkdir()
            told.append(the_other(folder) if how == "other" else told_by(how, folder, ORDERS))
    guests, plain, other = (together(told) for told in turns.values())
    ours, without, theirs = (of["cpu_s"] / of["orders"] for of in (guests, plain, other))
    with capsys.disabled():
        print(f"\nguests who order two goods, one process, {guests['orders']} of each, SQLite")
        print(f"  {'':<26}{'a second':>9}{'CPU ms':>12}{'requests':>10}{'statements':>12}")
        print(line("zhanggui", guests))
        print(line("zhanggui without a script", plain))
        print(line("django-oscar", other))
        print(
            f"  orders for each second of processor: {theirs / ours:.1f} times as many, "
            f"{theirs / without:.1f} times without a script"
        )
