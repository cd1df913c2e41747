"""The figures of a day, each beside the days before, with its definition and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhanggui.books.traffic.queries import DayFigures
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.figures import Figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.reports import queries, rules
from zhanggui.steering.reports.pages.links import orders_url, rows_url, valid_url
from zhanggui.steering.reports.queries import Areas, Outside
from zhanggui.steering.reports.rules import DayCounts, Ratio
from zhanggui.trade.delivery.rules import COST_GOAL_FEN, cost_tone


@dataclass(frozen=True, slots=True)
class Days:
    """A day beside those it is compared with: the day before, and the same weekday a week ago."""

    day: date
    area: str
    counts: DayCounts
    before: DayCounts
    week: DayCounts
    site: DayFigures
    site_before: DayFigures
    site_week: DayFigures

    def versus(self, before: object, week: object) -> str:
        """Return what a figure was on the days it is compared with."""
        return _("day before %(before)s · a week before %(week)s") % {
            "before": f"{before:,}" if isinstance(before, int) else before,
            "week": f"{week:,}" if isinstance(week, int) else week,
        }

    def count(self, name: str) -> str:
        """Return the same for one of the counts."""
        return self.versus(getattr(self.before, name), getattr(self.week, name))

    def fen(self, name: str) -> str:
        """Return the same for one of the sums."""
        return self.versus(yuan(getattr(self.before, name)), yuan(getattr(self.week, name)))


def site_figures(days: Days) -> list[Figure]:
    """Return what is known of the visits to the site."""
    site, before, week = days.site, days.site_before, days.site_week
    rows = rows_url("visitors", days.day, days.area)
    conversion = Ratio(days.counts.placed, site.uv)
    was = [Ratio(days.before.placed, before.uv), Ratio(days.week.placed, week.uv)]
    whole = [
        Figure(
            title=_("Visitors (UV)"),
            value=f"{site.uv:,}",
            definition=_(
                "Distinct browsers of the day, known by a key in a cookie. Whoever deletes his "
                "cookies counts anew. The whole company's: visitors never add up over areas."
            ),
            note=days.versus(before.uv, week.uv),
            url=rows,
        ),
        Figure(
            title=_("Page views (PV)"),
            value=f"{site.pv:,}",
            definition=_(
                "Pages of the shop that were found and shown to people, from midnight to midnight "
                "company time. Robots are counted apart."
            ),
            note=days.versus(before.pv, week.pv),
            url=rows,
        ),
        Figure(
            title=pgettext("figure", "Visits"),
            value=f"{site.visits:,}",
            definition=_(
                "A visit ends with 30 minutes without a view; one over midnight counts on both "
                "days."
            ),
            note=days.versus(before.visits, week.visits),
            url=rows,
        ),
        Figure(
            title=_("Addresses (IP)"),
            value=f"{site.ip:,}",
            definition=_(
                "Distinct addresses of the day. A month's is the sum of its days, not the number "
                "of distinct addresses of the month."
            ),
            note=days.versus(before.ip, week.ip),
        ),
        Figure(
            title=_("Robots turned away"),
            value=f"{site.bots:,}",
            definition=_("Views by programs, counted in none of the others, with the reason."),
            note=days.versus(before.bots, week.bots),
            url=rows_url("robots", days.day, days.area),
        ),
    ]
    conversion_figure = Figure(
        title=_("Conversion placed"),
        value=rules.percent_said(conversion),
        definition=_(
            "Orders placed in the areas shown, for each visitor of the whole company's site."
        ),
        note=days.versus(*(rules.percent_said(one) for one in was)),
        url=orders_url(days.day, days.area),
    )
    return [*whole, conversion_figure]


def order_figures(days: Days) -> list[Figure]:
    """Return how many orders came in, and how they stand."""
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=_("Orders placed"),
            value=f"{counts.placed:,}",
            definition=_("All orders placed on this day, whatever became of them."),
            note=days.count("placed"),
            url=orders_url(day, area),
        ),
        Figure(
            title=_("Orders valid"),
            value=f"{counts.valid:,}",
            definition=_(
                "Of the orders placed on this day, those that were confirmed and not given up "
                "since; not among them are those still in screening, and those to be paid by "
                "transfer whose money is not there yet."
            ),
            note=days.count("valid"),
            url=valid_url(day, area),
        ),
        Figure(
            title=_("In screening"),
            value=f"{counts.screening:,}",
            tone="wait" if counts.screening else "rest",
            definition=_("Of the orders placed on this day, those nobody has decided about yet."),
            note=days.count("screening"),
            url=orders_url(day, area, state="screening"),
        ),
        *([_awaited(days)] if counts.awaited else []),
        Figure(
            title=pgettext("figure", "Cancelled or void"),
            value=f"{counts.cancelled + counts.void:,}",
            definition=_("Of the orders placed on this day, those that were given up since."),
            note=days.versus(
                days.before.cancelled + days.before.void, days.week.cancelled + days.week.void
            ),
            url=orders_url(day, area, state="cancelled,void"),
        ),
    ]


def _awaited(days: Days) -> Figure:
    return Figure(
        title=_("Transfer awaited"),
        value=f"{days.counts.awaited:,}",
        tone="wait",
        definition=_(
            "Of the orders placed on this day, those confirmed that wait for their transfer. "
            "Unpaid they end by themselves."
        ),
        note=days.count("awaited"),
        url=orders_url(days.day, days.area, state=",".join(queries.VALID), money="awaited"),
    )


def door_figures(days: Days) -> list[Figure]:
    """Return what happened at the doors."""
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=pgettext("figure", "Delivered"),
            value=f"{counts.delivered:,}",
            definition=_("Orders handed over whole on this day, whenever they were placed."),
            note=days.count("delivered"),
            url=orders_url(day, area, by="door", fulfilment="delivered"),
        ),
        Figure(
            title=pgettext("figure", "Partly delivered"),
            value=f"{counts.partly:,}",
            definition=_("Orders of which the customer kept a part on this day."),
            note=days.count("partly"),
            url=orders_url(day, area, by="door", fulfilment="partly"),
        ),
        Figure(
            title=pgettext("figure", "Refused"),
            value=f"{counts.refused:,}",
            tone="wait" if counts.refused else "rest",
            definition=_("Orders of which the customer took nothing at the door on this day."),
            note=days.count("refused"),
            url=orders_url(
                day, area, by="door", state="closed", fulfilment=",".join(queries.NOT_TAKEN)
            ),
        ),
        Figure(
            title=pgettext("figure", "Not delivered"),
            value=f"{counts.failed:,}",
            tone="wait" if counts.failed else "rest",
            definition=_(
                "Doors at which nobody was met on this day; an order tried twice counts twice."
            ),
            note=days.count("failed"),
            url=rows_url("failed", day, area),
        ),
    ]


def each_said(ratio: Ratio) -> str:
    """Return what there is for each, in yuan; a dash of nothing."""
    return yuan(ratio.each) if ratio.each is not None else "–"


def money_figures(days: Days) -> list[Figure]:
    """Return what was taken at the doors, and what of it has been counted."""
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=_("Turnover at the door"),
            value=yuan(counts.door_fen),
            definition=_(
                "What was paid for orders handed over on this day, by the books of the doors: "
                "cash that nobody has counted yet, and what had come by transfer."
            ),
            note=days.fen("door_fen"),
            url=orders_url(day, area, by="door", fulfilment=",".join(queries.CAME)),
        ),
        Figure(
            title=_("Turnover settled"),
            value=yuan(counts.settled_fen),
            definition=_(
                "What was paid for the orders whose cash finance counted on this day, and for "
                "those paid ahead that were handed over."
            ),
            note=days.fen("settled_fen"),
            url=orders_url(day, area, by="settled"),
        ),
        Figure(
            title=_("Average order"),
            value=each_said(counts.average_order),
            definition=_(
                "Turnover at the door, for each order handed over. Areas roll up by turnover and "
                "orders, never by their averages."
            ),
            note=days.versus(*(each_said(one.average_order) for one in (days.before, days.week))),
            url=orders_url(day, area, by="door", fulfilment=",".join(queries.CAME)),
        ),
    ]


def outside_figures(outside: Outside | None, *, widest: bool) -> list[Figure]:
    """Return the cash that is outside now; nothing for who may not look at money."""
    if outside is None:
        return []
    people = len(outside.holders)
    late = _("%(count)d of an earlier day") % {"count": outside.overdue} if outside.overdue else ""
    held = ngettext("%(count)d holder", "%(count)d holders", people) % {"count": people}
    return [
        Figure(
            title=_("Cash outside now"),
            value=yuan(outside.fen) if outside.fen is not None else "–",
            tone="stop" if outside.overdue else "go" if people else "done",
            definition=_(
                "Cash of the company that is not in the safe at this moment, whatever day is "
                "shown: what couriers carry, change included, and what is being counted."
            ),
            note=" · ".join(filter(None, [held, late])),
            url=reverse("cash:board") if widest else "#cash",
        )
    ]


def goods_figures(days: Days, waits_s: Sequence[int], areas: Areas, by: DeskActor) -> list[Figure]:
    """Return what an order cost to bring, what was short, and what has run out."""
    counts, day, area = days.counts, days.day, days.area
    minutes, cost = rules.median_min(waits_s), counts.cost_per_order
    gone = queries.stock_out(by, areas)
    return [
        Figure(
            title=_("Cost per order"),
            value=yuan(cost.each) if cost.each is not None else "–",
            tone=cost_tone(cost.each),
            definition=_(
                "Estimated way and work of the runs that left on this day, for each order they "
                "handed over, wholly or in part. The goal is %(goal)s."
            )
            % {"goal": yuan(COST_GOAL_FEN)},
            note=days.versus(*(each_said(one.cost_per_order) for one in (days.before, days.week))),
            url=rows_url("runs", day, area),
        ),
        Figure(
            title=_("Shortages opened"),
            value=f"{counts.short_opened:,}",
            tone="wait" if counts.short_opened else "rest",
            definition=_("Lines of confirmed orders that could not be set aside on this day."),
            note=days.count("short_opened"),
            url=rows_url("opened", day, area),
        ),
        Figure(
            title=_("Shortages settled"),
            value=f"{counts.short_settled:,}",
            definition=_(
                "Shortages that ended on this day, by agreement or by goods that came; the median "
                "is the time from opening to end."
            ),
            note=_("median %(minutes)s min") % {"minutes": minutes}
            if minutes is not None
            else days.count("short_settled"),
            url=rows_url("settled", day, area),
        ),
        Figure(
            title=_("Goods out of stock now"),
            value=f"{gone.count:,}",
            tone="wait" if gone.count else "done",
            definition=_(
                "SKUs of goods not taken off sale of which this depot has no piece to promise; as "
                "it is now, whatever day is shown."
            )
            if gone.depot
            else _(
                "SKUs of goods not taken off sale of which no depot has a piece to promise; as it "
                "is now, whatever day is shown."
            ),
            note=gone.depot.name if gone.depot else _("in all depots"),
            url=f"{reverse('stock:availability')}?gone={gone.depot.code if gone.depot else '-'}",
        ),
    ]
