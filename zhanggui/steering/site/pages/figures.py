"""The figures of a period, each beside the periods before, with its definition and its rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhanggui.ground.desk.figures import Figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.site.pages.links import url
from zhanggui.steering.site.rules import Cohort, Period, Seen, mean, percent


@dataclass(frozen=True, slots=True)
class Three:
    """A period, the one before, and the one of the same weekdays: what they saw and brought."""

    period: Period
    seen: tuple[Seen, Seen, Seen]
    cohorts: tuple[Cohort, Cohort, Cohort]

    @property
    def now(self) -> Seen:
        """What the period itself saw."""
        return self.seen[0]

    @property
    def cohort(self) -> Cohort:
        """What became of the period's own orders."""
        return self.cohorts[0]

    def versus(self, before: str, week: str) -> str:
        """Return what a figure was in the periods it is compared with."""
        if self.period.kind == "week":
            return _("7 days before %(before)s") % {"before": before}
        return _("before %(before)s · same weekday %(week)s") % {"before": before, "week": week}

    def daily(self, total: int, name: str) -> str:
        """Return the mean of a day beside the figures of the periods before."""
        others = self.versus(*(f"{getattr(seen, name):,}" for seen in self.seen[1:]))
        each = mean(total, self.now.counted)
        if self.period.days == 1 or each is None:
            return others
        return _("%(mean)s a day · %(others)s") % {"mean": f"{each:,}", "others": others}


def visit_figures(three: Three) -> list[Figure]:
    """Return what is known of the visits."""
    now, period = three.now, three.period
    rows = url("rows", period, of="visitors" if period.days == 1 else "days")
    adds = _("Over several days it is the sum of the days: distinct numbers never add up.")
    return [
        Figure(
            title=_("Visitors (UV)"),
            value=f"{now.visitors:,}",
            definition=_(
                "Distinct browsers of a day, known by a key in a cookie; whoever deletes his "
                "cookies counts anew."
            )
            + " "
            + adds,
            note=three.daily(now.visitors, "visitors"),
            url=rows,
        ),
        Figure(
            title=_("Addresses (IP)"),
            value=f"{now.addresses:,}",
            definition=_(
                "Distinct addresses from which pages were asked for, from midnight to midnight "
                "company time."
            )
            + " "
            + adds,
            note=three.daily(now.addresses, "addresses"),
            url=rows,
        ),
        Figure(
            title=_("Page views (PV)"),
            value=f"{now.views:,}",
            definition=_(
                "Pages of the shop that were found and shown to people. Robots are counted apart."
            ),
            note=three.daily(now.views, "views"),
            url=url("rows", period, of="days"),
        ),
        Figure(
            title=_("Visits"),
            value=f"{now.visits:,}",
            definition=_(
                "A visit ends when its visitor does nothing for 30 minutes, and at midnight."
            ),
            note=three.daily(now.visits, "visits"),
            url=url("rows", period, of="days"),
        ),
        Figure(
            title=_("Confirmed by script"),
            value=percent(now.confirmed, now.views),
            definition=_(
                "Of the page views the server counted, those whose page reported back from a "
                "browser: %(confirmed)s of %(views)s. What stays silent has no script, a broken "
                "line, or nobody before it."
            )
            % {"confirmed": f"{now.confirmed:,}", "views": f"{now.views:,}"},
            note=three.versus(*(percent(s.confirmed, s.views) for s in three.seen[1:])),
            url=url("rows", period, of="days"),
        ),
        Figure(
            title=_("Robots turned away"),
            value=f"{now.bots:,}",
            definition=_(
                "Views that were no person's, by what asked for them; they are in no other figure."
            ),
            note=three.daily(now.bots, "bots"),
            url=url("rows", period, of="robots"),
        ),
    ]


def order_figures(three: Three) -> list[Figure]:
    """Return the three conversions by the cohort of the orders placed, and what they came to."""
    period, cohort, now = three.period, three.cohort, three.now
    turnover = cohort.placed_fen
    average = [c.placed_fen // c.placed if c.placed else None for c in three.cohorts]
    return [
        *(
            Figure(
                title=title,
                value=percent(getattr(cohort, stage), now.visitors),
                definition=definition,
                note=_("%(count)s orders · %(others)s")
                % {
                    "count": f"{getattr(cohort, stage):,}",
                    "others": three.versus(
                        *(
                            percent(getattr(c, stage), s.visitors)
                            for c, s in zip(three.cohorts[1:], three.seen[1:], strict=True)
                        )
                    ),
                },
                url=url("rows", period, of="orders", stage=stage),
            )
            for stage, title, definition in (
                (
                    "placed",
                    _("Conversion: placed"),
                    _("Orders placed in the period, for each visitor of its days."),
                ),
                (
                    "valid",
                    _("Conversion: valid"),
                    _(
                        "Of these orders, those confirmed, not given up since and not waiting to "
                        "be paid by transfer, for each visitor."
                    ),
                ),
                (
                    "paid",
                    _("Conversion: delivered and paid"),
                    _(
                        "Of these orders, those handed over whose money was counted, for each "
                        "visitor. It grows until all orders of the period have matured."
                    ),
                ),
            )
        ),
        Figure(
            title=_("Matured"),
            value=percent(cohort.matured, cohort.placed),
            definition=_(
                "Of the orders placed in the period, those of which nothing can change any more: "
                "paid and counted, refused, cancelled or void."
            ),
            note=_("%(matured)s of %(placed)s orders")
            % {"matured": f"{cohort.matured:,}", "placed": f"{cohort.placed:,}"},
            percent=100 * cohort.matured // cohort.placed if cohort.placed else None,
            tone="done" if cohort.matured == cohort.placed else "go",
            url=url("rows", period, of="orders", stage="placed"),
        ),
        Figure(
            title=_("Turnover ordered"),
            value=yuan(turnover),
            definition=_(
                "What the goods of all orders placed in the period cost, whatever became of them."
            ),
            note=three.versus(*(yuan(c.placed_fen) for c in three.cohorts[1:])),
            url=url("rows", period, of="orders", stage="placed"),
        ),
        Figure(
            title=_("Average order"),
            value=yuan(average[0]) if average[0] is not None else "–",
            definition=_("Turnover ordered, for each order placed."),
            note=three.versus(*(yuan(a) if a is not None else "–" for a in average[1:])),
            url=url("rows", period, of="orders", stage="placed"),
        ),
    ]
