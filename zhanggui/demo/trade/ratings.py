"""What the customers of the example company say afterwards of what they were brought."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from zhanggui.demo.trade.living import Life
from zhanggui.demo.trade.placing import CUSTOMER
from zhanggui.demo.trade.screening import dice_of
from zhanggui.trade.orders.actions.customers import rate_order
from zhanggui.trade.orders.models import Order

RATES: Final = 0.3
"""How many of those who were handed something say how it was."""

ON_TIME: Final = {5: 62, 4: 27, 3: 8, 2: 2, 1: 1}
LATE: Final = {5: 14, 4: 28, 3: 33, 2: 17, 1: 8}
"""How often customers give so many stars, by whether the order came as promised."""

WORDS: Final = {
    5: ("师傅很客气，找零清楚", "送得快，货新鲜", "", "", "跟图上一样，会再买"),
    4: ("东西不错，盒子有点压", "", "", "比说的晚一点点，不要紧"),
    3: ("等得有点久", "", "一般般"),
    2: ("晚了也没人说一声", "包装破了一角"),
    1: ("等了一下午", "跟想的不一样"),
}


def rate(life: Life, order: Order, *, at: datetime) -> None:
    """Let the customer of an order just handed over say how it was, or nothing."""
    dice = dice_of(life, order, "rating")
    if dice.random() >= RATES:
        return
    given = ON_TIME if at <= order.promised_at else LATE
    stars = dice.choices(list(given), list(given.values()))[0]
    rate_order(order, stars=stars, words=dice.choice(WORDS[stars]), by=CUSTOMER, at=at)
