"""How many orders a second one process takes, beside the bare-SQL floor of the same transaction.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_checkout.py -n
0 -s`; on PostgreSQL with `.venv/bin/python tests/postgres.py` before it. An order of two goods goes
through the whole stack of the JSON door, in a process set up as it is served (`own_shop.py`):
screened, confirmed, its goods set aside, committed as durably as in production. There are two
floors, both in raw SQL with fresh keys and committed alike: the whole transaction as it was
captured from one order, reads and writes, with nothing decided; and what nobody can go below, its
INSERTs and UPDATEs alone. Seconds are of the wall; the figures depend on the disk and are printed,
never asserted.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.served import told_by

ORDERS = 500


def test_checkout_beside_the_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = told_by("door", tmp_path, ORDERS)
    rate = {of: told[of]["orders"] / told[of]["wall_s"] for of in ("whole", "floor", "least")}
    ms = {of: 1000 * told[of]["cpu_s"] / told[of]["orders"] for of in rate}
    said = {
        "whole": "through the whole stack",
        "floor": f"bare SQL of its transaction, {told['floor']['statements']} statements",
        "least": f"bare SQL of its writes, {told['least']['statements']} statements",
    }
    with capsys.disabled():
        print(f"\n{told['database']}: orders of two goods, one process, {ORDERS} in a row")
        for of, words in said.items():
            ours = "" if of == "whole" else f", ours is {rate['whole'] / rate[of]:.1%}"
            print(f"  {words:<44}{rate[of]:6.0f} a second{ms[of]:8.2f} ms of processor{ours}")
