"""The customers of the example company: the same people for the same seed, in any process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from zhanggui.demo.trade.doors import DISTRICTS, District, made_up_door
from zhanggui.demo.trade.names import made_up_mobile, made_up_name

PEOPLE = 640
"""Customers: with forty orders a day some four in ten come again within a week or two."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who orders: where, how often compared with others, and how the door goes.

    `division` is the county's code, or that of the town where he names it, `address` what comes below.
    `refuses` and `absent` are the chances that he does not take the goods or is not at home;
    `taste` tells his baskets from those of others.
    """

    number: int
    name: str
    phone: str
    district: District
    division: str
    address: str
    often: float
    refuses: float
    absent: float
    taste: int
    device: str


@cache
def clientele(seed: int) -> tuple[Customer, ...]:
    """Return the customers of a seed."""
    return tuple(_customer(seed, number) for number in range(PEOPLE))


def _customer(seed: int, number: int) -> Customer:
    dice = Random(f"customer {seed} {number}")
    district = dice.choices(DISTRICTS, [d.share for d in DISTRICTS])[0]
    difficult = dice.random() < 0.06
    division, address = made_up_door(district, dice)
    return Customer(
        number=number,
        name=made_up_name(dice),
        phone=made_up_mobile(dice),
        district=district,
        division=division,
        address=address,
        often=1 / (20 + number**0.75),
        refuses=0.35 if difficult else 0.025,
        absent=0.30 if difficult else 0.045,
        taste=dice.randrange(1 << 30),
        device=f"example-{dice.getrandbits(64):016x}",
    )
