"""How many addresses a second one core reads, how soon the first, and what the index weighs.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_addresses.py
-n 0 -s`. Processor time of this process; the texts are the labelled lines and the pasted blocks of
the places room, read ten times over. The goal asserted is 2,000 a second.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from zhanggui.ground.places.rules.addresses import read_address

LABELS = Path("zhanggui/ground/places/tests/labels")
GOAL = 2000
TIMES = 10

FIRST = """
import time
def held():
    status = open("/proc/self/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
begun = time.process_time()
from zhanggui.ground.places.rules.addresses import read_address
loaded = time.process_time()
before = held()
read_address("福建省莆田市荔城区文献路1号")
first = time.process_time()
for line in open("zhanggui/ground/places/tests/labels/offices.tsv", encoding="utf-8"):
    read_address(line.split("\\t")[1])
print(f"import {(loaded - begun) * 1e3:.0f} ms, first {(first - loaded) * 1e3:.0f} ms,"
      f" index {held() - before:.1f} MB")
"""


def texts(file: str, column: int) -> list[str]:
    """Return the texts of a file of labels."""
    rows = (LABELS / file).read_text(encoding="utf-8").splitlines()
    found = (row.split("\t")[column].replace("\\n", "\n") for row in rows)
    return [text for text in found if text]


def rate(lines: list[str]) -> float:
    """Return how many of these lines are read in a second of processor time."""
    for line in lines:
        read_address(line)
    begun = time.process_time()
    for _ in range(TIMES):
        for line in lines:
            read_address(line)
    return len(lines) * TIMES / (time.process_time() - begun)


def test_addresses_a_second() -> None:
    print()
    for name, lines in (
        ("office addresses", texts("offices.tsv", 1)),
        ("pasted blocks", texts("pasted.tsv", 0)),
    ):
        found = rate(lines)
        print(f"{name:20}{found:8.0f} a second")
        assert found > GOAL
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    print(done.stdout.strip())
