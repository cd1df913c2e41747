"""The duty of this room: the statistics of the site."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic.models import SiteDay
from zhanggui.ground.desk.duty import Duty, declare
from zhanggui.steering.site.queries import STATISTICS

declare(
    Duty[SiteDay](
        code=STATISTICS,
        title=_("Statistics of the site"),
        charter=("N-DR-1", "G-6"),
        page="site:statistics",
        icon="chart-line",
    )
)
