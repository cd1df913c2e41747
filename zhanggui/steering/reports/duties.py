"""The duty of this room: running the company on its figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.duty import Duty, declare
from zhanggui.steering.reports.queries import COMPANY
from zhanggui.trade.orders.models import Order

declare(
    Duty[Order](
        code=COMPANY,
        title=_("The company's day"),
        charter=("M-GM-1", "G-6"),
        page="reports:company",
        icon="chart-bar",
    )
)
