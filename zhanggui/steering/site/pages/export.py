"""The figures of a period as a file for a spreadsheet, with their definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.books.traffic.rules.sources import Step
from zhanggui.books.traffic.rules.views import Counter
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.pages.export import csv_answer, xlsx_answer
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.steering.site import queries
from zhanggui.steering.site.pages.figures import Three, order_figures, visit_figures
from zhanggui.steering.site.pages.links import period_of
from zhanggui.steering.site.pages.sources import source_note, source_title
from zhanggui.steering.site.pages.statistics import SCOPE
from zhanggui.steering.site.rules import Cohort, Period, Seen

Table = tuple[list[str], Sequence[Sequence[str]]]


@page(duty=queries.STATISTICS, scope=SCOPE)
def export(request: HttpRequest) -> HttpResponseBase:
    """Return the days, sources or landing pages of a period as CSV or XLSX."""
    by, period = actor_of(request), period_of(request)
    of = request.GET.get("of", "days")
    make = TABLES.get(of)
    if make is None:
        raise not_yours()
    header, rows = make(by, period)
    name = f"site-{of}-{period.begin:%Y%m%d}-{period.last:%Y%m%d}"
    if request.GET.get("kind") == "xlsx":
        nothing = (Seen(), Seen(), Seen()), (Cohort(), Cohort(), Cohort())
        three = Three(period, *nothing)
        about = [
            (str(figure.title), str(figure.definition))
            for figure in (*visit_figures(three), *order_figures(three))
        ]
        return xlsx_answer(name=name, header=header, rows=rows, about=about)
    return csv_answer(name=name, header=header, rows=rows)


def _days(by: DeskActor, period: Period) -> Table:
    header = [
        _("Day"),
        pgettext("site", "Counted by"),
        "IP",
        "PV",
        "UV",
        _("Visits"),
        _("Confirmed by script"),
        _("Robots turned away"),
        *(str(step.label) for step in Step),
        _("Orders placed"),
        _("Valid orders"),
        _("Delivered and paid"),
        _("Matured"),
        _("Turnover ordered (yuan)"),
        _("Turnover paid (yuan)"),
    ]
    days, cohorts = queries.days_of(period), queries.cohorts_by_day(by, period)
    rows = []
    for day in period.each_day():
        row, cohort = days.get(day), cohorts.get(day, Cohort())
        counted = (
            [
                str(Counter(row.counter).label),
                *(
                    str(n)
                    for n in (
                        row.addresses,
                        row.views,
                        row.visitors,
                        row.visits,
                        row.confirmed,
                        row.bots,
                        row.goods,
                        row.cart,
                        row.checkout,
                        row.placed,
                    )
                ),
            ]
            if row
            else [""] * 11
        )
        rows.append([day.isoformat(), *counted, *_orders(cohort)])
    return header, rows


def _orders(cohort: Cohort) -> list[str]:
    counts = (cohort.placed, cohort.valid, cohort.paid, cohort.matured)
    return [*map(str, counts), _plain(cohort.placed_fen), _plain(cohort.paid_fen)]


def _plain(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _sources(by: DeskActor, period: Period) -> Table:
    header = [
        _("Source"),
        _("Kind"),
        pgettext("of a link", "Opened"),
        _("Visits"),
        _("Visitors"),
        _("Orders placed"),
        _("Valid orders"),
        _("Delivered and paid"),
        _("Matured"),
        _("Turnover ordered (yuan)"),
        _("Turnover paid (yuan)"),
    ]
    found = queries.sources_of(by, period, queries.days_of(period).values())
    return header, [
        [
            source_title(one.origin),
            source_note(one.origin),
            str(one.opened),
            str(one.visits),
            str(one.visitors),
            *_orders(one.cohort),
        ]
        for one in found
    ]


def _landings(by: DeskActor, period: Period) -> Table:
    header = [_("Page"), _("Visits"), _("Visitors")]
    found = queries.landings_of(queries.days_of(period).values(), by="landing")
    return header, [[name, str(n), str(who)] for name, (n, who) in found.items()]


TABLES: dict[str, Callable[[DeskActor, Period], Table]] = {
    "days": _days,
    "sources": _sources,
    "landings": _landings,
}
"""The tables one may take out, by the word in the address."""
