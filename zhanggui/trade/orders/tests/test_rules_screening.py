"""What screening finds, on which evidence, and how it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from conftest import NOON
from zhanggui.ground.places.rules.addresses import read_address
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.trade.orders.rules.payments import Doors
from zhanggui.trade.orders.rules.screening import (
    RULES,
    VERSIONS,
    Case,
    Earlier,
    doubtful,
    find,
    sentence,
    shown_phone,
)
from zhanggui.trade.orders.rules.states import HoldCode, Severity

COUNTY = "福建省莆田市荔城区"
GOODS = frozenset({(1, 2)})


def case(**other: Any) -> Case:
    """Return a case against which nothing speaks, but for what is given."""
    typed, address = other.pop("phone", "13850307261"), other.pop("address", "胜利路58号3栋502室")
    found = Case(
        at=NOON,
        recipient="陈小娟",
        phone_typed=typed,
        phone=read_phone(typed),
        address=address,
        reading=read_address(COUNTY + address, within=frozenset({"350304"})),
        goods=GOODS,
        due_fen=6_800,
    )
    return replace(found, **other)


def earlier(minutes: float, **other: Any) -> Earlier:
    values: dict[str, Any] = {
        "pk": 5,
        "number": "ZG26112300005",
        "same_phone": True,
        "state": "confirmed",
        "live": True,
        "goods": frozenset(),
    }
    return Earlier(placed_at=NOON - timedelta(minutes=minutes), **(values | other))


def test_nothing_speaks_against_a_good_order() -> None:
    assert find(case()) == []


BLOCK, ASK = Severity.BLOCK, Severity.ASK


@pytest.mark.parametrize(
    ("other", "code", "severity", "said"),
    [
        ({"recipient": ""}, "incomplete", BLOCK, "Missing: the name."),
        (
            {"phone": "", "address": "", "recipient": ""},
            "incomplete",
            BLOCK,
            "Missing: the name, the phone number, the address.",
        ),
        (
            {"phone": "1385030726"},
            "phone_format",
            BLOCK,
            "This number is too short: some digits are missing.",
        ),
        (
            {"phone": "13888888888"},
            "phone_format",
            ASK,
            "The number looks made up: repeated or sequential digits.",
        ),
        (
            {"address": "文献路附近"},
            "addr_unclear",
            BLOCK,
            "Behind “文献路” there is no number or building: it leads to no door.",
        ),
        (
            {"address": "3栋502室"},
            "addr_unclear",
            BLOCK,
            "The address names no road, estate or village: it leads to no door.",
        ),
        (
            {"address": "毓秀家园附近"},
            "addr_unclear",
            BLOCK,
            "The address says only what it is near: it leads to no door.",
        ),
        (
            {"due_fen": 50_001},
            "cod_limit",
            ASK,
            "500.01 yuan in cash, and this phone has never taken an order (limit 500).",
        ),
        (
            {"due_fen": 200_001, "known": Doors(taken=3)},
            "cod_limit",
            ASK,
            "2,000.01 yuan in cash are more than one door should pay (limit 2,000).",
        ),
        (
            {"due_fen": 100_001, "known": Doors(taken=1)},
            "cod_limit",
            ASK,
            "1,000.01 yuan in cash are more than one door should pay (limit 1,000).",
        ),
        (
            {"known": Doors(taken=4, refused=2)},
            "cod_refused",
            ASK,
            (
                "The last 2 orders of this phone were refused at the door: call before anything is "
                "sent for cash again."
            ),
        ),
        (
            {"earlier": (earlier(12, goods=GOODS),)},
            "duplicate",
            ASK,
            "Same phone and goods as ZG26112300005, 12 minutes before.",
        ),
        (
            {"earlier": (earlier(12), earlier(30))},
            "velocity",
            ASK,
            "3 orders of this phone within an hour.",
        ),
        (
            {"earlier": (earlier(12, same_phone=False), earlier(30, same_phone=False))},
            "velocity",
            ASK,
            "3 orders from this device within an hour.",
        ),
    ],
)
def test_what_is_found(other: dict[str, Any], code: str, severity: Severity, said: str) -> None:
    (finding,) = find(case(**other))
    assert (finding.code, finding.severity) == (code, severity)
    assert finding.version == VERSIONS[HoldCode(code)]
    assert sentence(finding.code, finding.evidence) == said


@pytest.mark.parametrize(
    "other",
    [
        {"address": "胜利路58号"},
        {"address": "正荣财富中心3栋"},
        {"address": "拱辰街道长丰村126号"},
        {"due_fen": 50_000},
        {"due_fen": 200_000, "known": Doors(taken=3)},
        {"due_fen": 100_000, "known": Doors(taken=1)},
        {"due_fen": 900_000, "payment": "transfer"},
        {"known": Doors(refused=9), "payment": "transfer"},
        {"known": Doors(taken=1, refused=1)},
        {"earlier": (earlier(12), earlier(60))},
        {"earlier": (earlier(12),)},
        {"earlier": (earlier(12, goods=GOODS, live=False),)},
        {"earlier": (earlier(12, goods=GOODS, same_phone=False),)},
        {"earlier": (earlier(24 * 60 + 1, goods=GOODS),)},
    ],
)
def test_what_is_no_finding(other: dict[str, Any]) -> None:
    assert find(case(**other)) == []


def test_levels_that_contradict_each_other_must_be_corrected() -> None:
    (finding,) = find(case(address="泉州市丰泽区东海街道宝洲路689号"))
    assert (finding.code, finding.severity) == (HoldCode.ADDR_UNCLEAR, Severity.BLOCK)
    assert finding.evidence["problem"] in {"elsewhere", "no_such", "two_addresses"}
    assert sentence(finding.code, finding.evidence)


def test_every_rule_has_a_version_and_every_code_a_rule() -> None:
    assert set(VERSIONS) == set(HoldCode)
    assert len(RULES) == len(HoldCode)


def test_findings_are_told_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert sentence("incomplete", {"missing": ["recipient", "phone"]}) == "缺：姓名、电话。"


@pytest.mark.parametrize(
    ("evidence", "parts"),
    [
        (
            {"problem": "no_number", "place": "文献路"},
            ("福建省莆田市荔城区镇海街道", "文献路附近", ""),
        ),
        ({"problem": "no_place"}, ("福建省莆田市荔城区", "镇海街道文献路附近", "")),
        (
            {"problem": "elsewhere", "lower": "镇海街道"},
            ("福建省莆田市荔城区", "镇海街道", "文献路附近"),
        ),
        (
            {"problem": "elsewhere", "lower": "鲤城区"},
            ("福建省莆田市荔城区", "镇海街道文献路附近", ""),
        ),
    ],
)
def test_what_is_doubtful_is_marked(evidence: dict[str, Any], parts: tuple[str, str, str]) -> None:
    below = "镇海街道文献路附近"
    assert doubtful(evidence, text=COUNTY + below, below=below) == parts


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13850307261", "138 5030 7261"),
        ("1385030", "1385030"),
        ("05942345678-801", "0594-2345678 801"),
    ],
)
def test_shown_phone(typed: str, shown: str) -> None:
    assert shown_phone(typed, read_phone(typed)) == shown
