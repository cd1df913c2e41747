"""The rows of those figures that no other page lists: visitors, runs, doors, shortages, clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.books.traffic.queries import day_figures, robots_of, visitors_on
from zhanggui.books.traffic.rules.views import RobotReason
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES, Badge
from zhanggui.ground.desk.queries import events
from zhanggui.ground.desk.templatetags.desk import moment, wait, yuan
from zhanggui.ground.kernel.limits import PAGE_MAX, PAGE_ROWS
from zhanggui.ground.kernel.refusal import Sentence, not_yours
from zhanggui.steering.reports import queries
from zhanggui.steering.reports.pages.company import CLOCK_TITLES, SCOPE
from zhanggui.steering.reports.pages.links import company_url, day_asked
from zhanggui.steering.reports.queries import Areas
from zhanggui.trade.delivery.queries import may_open
from zhanggui.trade.delivery.rules import FailureReason, RunState, cost_tone, per_order_fen


@dataclass(frozen=True)
class Column:
    """A column of the list; a `wide` one holds words, and needs no label on a phone."""

    title: Sentence
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a text that may lead somewhere, a line below it, a mark."""

    text: Sentence
    url: str = ""
    sub: Sentence = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class Listed:
    """The rows of a figure: a title, what they are, columns, and the rows of one page."""

    title: Sentence
    about: Sentence
    columns: tuple[Column, ...]
    total: int
    rows: Callable[[slice], list[tuple[Cell, ...]]]
    empty: Sentence = field(default="")


@page(duty=queries.COMPANY, scope=SCOPE)
def rows(request: HttpRequest) -> HttpResponse:
    """List the rows of a figure (`of`, the runs without it) of a day and an area."""
    by = actor_of(request)
    day, area = day_asked(request), queries.area_of(by, request.GET.get("area", ""))
    make = LISTS.get(request.GET.get("of", "runs"))
    if make is None:
        raise not_yours()
    listed = make(by, queries.areas_below(by, area.code), day)
    context = listing(request, listed) | {
        "day": day,
        "area": str(area.name),
        "back": company_url(day, area.code),
    }
    return render(request, "reports/rows.html", context)


def listing(request: HttpRequest, listed: Listed) -> dict[str, Any]:
    """Return what `reports/parts/listing.html` shows: the page of rows asked for, and its pager."""
    pages = max(1, -(-listed.total // PAGE_ROWS))
    number = min(_number(request.GET.get("page", "")), pages, PAGE_MAX)
    found = listed.rows(slice((number - 1) * PAGE_ROWS, number * PAGE_ROWS))
    return {
        "listed": listed,
        "rows": [list(zip(listed.columns, cells, strict=True)) for cells in found],
        "page": {
            "total": listed.total,
            "pages": pages,
            "number": number,
            "prev": _page(request, number - 1) if number > 1 else "",
            "next": _page(request, number + 1) if number < pages else "",
        },
    }


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _visitors(by: DeskActor, areas: Areas, day: date) -> Listed:
    found, whole = visitors_on(day), day_figures(day)

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (
                Cell(row.visitor[:8]),
                Cell(f"{row.views:,}"),
                Cell(f"{row.visits:,}"),
                Cell(moment(row.first_at)),
                Cell(moment(row.last_at)),
            )
            for row in found[part]
        ]

    return Listed(
        _("Visitors"),
        _("%(uv)s visitors with %(pv)s views in %(visits)s visits, from %(ip)s addresses.")
        % {
            "uv": f"{whole.uv:,}",
            "pv": f"{whole.pv:,}",
            "visits": f"{whole.visits:,}",
            "ip": f"{whole.ip:,}",
        },
        (
            Column(_("Mark of the day")),
            Column(_("Views"), numeric=True),
            Column(pgettext("figure", "Visits"), numeric=True),
            Column(_("First seen")),
            Column(_("Last seen")),
        ),
        whole.uv,
        cells,
        _("Visitors appear here with the first page of the shop somebody opens."),
    )


def _robots(by: DeskActor, areas: Areas, day: date) -> Listed:
    found = list(robots_of(day).items())

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (Cell(RobotReason(reason).label), Cell(f"{views:,}")) for reason, views in found[part]
        ]

    return Listed(
        _("Robots turned away"),
        _("%(count)s views that were no person's.") % {"count": sum(n for _r, n in found)},
        (Column(_("Reason"), wide=True), Column(_("Views"), numeric=True)),
        len(found),
        cells,
        _("Programs that read the shop appear here with the reason they were turned away."),
    )


def _runs(by: DeskActor, areas: Areas, day: date) -> Listed:
    found = queries.runs_left(areas, day)

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        runs: list[Any] = list(found[part])
        return [
            (
                Cell(
                    run.courier.name, url=url_of(run) if may_open(run, by) else "", sub=run.number
                ),
                Cell(str(run.area), sub=RunState(run.state).label),
                Cell(moment(run.left_at)),
                Cell(f"{run.over_n} / {run.orders_n}"),
                Cell(yuan(run.cost_fen)),
                Cell(
                    "",
                    badge=Badge(
                        cost_tone(each := per_order_fen(run.cost_fen, run.over_n)),
                        yuan(each) if each is not None else "–",
                    ),
                ),
            )
            for run in runs
        ]

    return Listed(
        _("Runs that left"),
        _("What each run was estimated to cost, for the orders it handed over."),
        (
            Column(_("Courier")),
            Column(_("Area")),
            Column(_("Left the depot")),
            Column(pgettext("figure", "Handed over"), numeric=True),
            Column(_("Estimated cost"), numeric=True),
            Column(_("Per order")),
        ),
        found.count(),
        cells,
        _("Runs appear here when a courier has loaded his bag and left."),
    )


def _failed(by: DeskActor, areas: Areas, day: date) -> Listed:
    found = queries.doors_failed(areas, day)
    reasons = dict(FailureReason.choices)

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (
                Cell(stop.order.number, url=url_of(stop.order), sub=str(stop.order.area)),
                Cell(reasons.get(stop.reason_code, stop.reason_code), sub=stop.note),
                Cell(stop.run.courier.name, sub=stop.run.number),
                Cell(moment(stop.done_at)),
            )
            for stop in found[part]
        ]

    return Listed(
        pgettext("figure", "Not delivered"),
        _("Doors at which nobody was met; an order tried twice stands here twice."),
        (
            Column(_("Order")),
            Column(_("Reason"), wide=True),
            Column(_("Courier")),
            Column(_("When")),
        ),
        found.count(),
        cells,
        _("Doors appear here when a courier met nobody at them."),
    )


def _shortages(by: DeskActor, areas: Areas, day: date, *, moment_of: str, title: str) -> Listed:
    found = queries.shortages_on(areas, day, field=moment_of)

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        rows: list[tuple[Cell, ...]] = []
        for one in found[part]:
            end = one.settled_at or by.at
            state = one.get_outcome_display() if one.outcome else one.get_state_display()
            rows.append(
                (
                    Cell(one.line.order.number, url=url_of(one), sub=str(one.area)),
                    Cell(one.line.name),
                    Cell(f"{one.pieces:,}"),
                    Cell("", badge=Badge("done" if one.settled_at else "wait", state)),
                    Cell(wait((end - one.opened_at).total_seconds()), sub=moment(one.opened_at)),
                )
            )
        return rows

    return Listed(
        title,
        _("Lines of confirmed orders for which goods were missing."),
        (
            Column(_("Order")),
            Column(_("Goods"), wide=True),
            Column(_("Pieces"), numeric=True),
            Column(_("State")),
            Column(_("Open for")),
        ),
        found.count(),
        cells,
        _("A line appears here when goods are missing as its order is confirmed."),
    )


def _opened(by: DeskActor, areas: Areas, day: date) -> Listed:
    return _shortages(by, areas, day, moment_of="opened_at", title=_("Shortages opened"))


def _settled(by: DeskActor, areas: Areas, day: date) -> Listed:
    return _shortages(by, areas, day, moment_of="settled_at", title=_("Shortages settled"))


def _clock(duty: str) -> Callable[[DeskActor, Areas, date], Listed]:
    def listed(by: DeskActor, areas: Areas, day: date) -> Listed:
        found = queries.clock_facts(areas, day, duties=[duty]).order_by("-at", "-pk")

        def cells(part: slice) -> list[tuple[Cell, ...]]:
            facts = list(found.select_related("cause")[part])
            return [
                (
                    Cell(told.who, sub=told.post),
                    Cell(told.about or told.what, url=told.url, sub=told.what),
                    Cell(moment(fact.at)),
                    Cell("", badge=_in_time(fact.wait_s or 0, fact.promise_s)),
                )
                for fact, told in zip(facts, events(facts, by=by, linked=True), strict=True)
            ]

        return Listed(
            CLOCK_TITLES.get(duty, DUTIES[duty].title),
            _("What people did under this duty on the day, and how long it had waited."),
            (
                Column(_("Who")),
                Column(_("Deed"), wide=True),
                Column(_("When")),
                Column(_("Waited")),
            ),
            found.count(),
            cells,
            _("Deeds of this duty appear here as they are done."),
        )

    return listed


def _in_time(wait_s: int, promise_s: int | None) -> Badge:
    tone = "rest" if promise_s is None else "done" if wait_s <= promise_s else "stop"
    return Badge(tone, wait(wait_s))


LISTS: dict[str, Callable[[DeskActor, Areas, date], Listed]] = {
    "visitors": _visitors,
    "robots": _robots,
    "runs": _runs,
    "failed": _failed,
    "opened": _opened,
    "settled": _settled,
    **{duty: _clock(duty) for duty in queries.CLOCKS},
}
"""The lists, by the name in the URL."""
