"""The duty of this room: giving stock figures in time; and finding goods with their figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.stock import forms, queries, rules
from zhanggui.books.stock.actions import arrivals, depots
from zhanggui.books.stock.models import Arrival, Level, Location
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.pages.context import link_for_everyone
from zhanggui.ground.desk.templatetags.desk import moment


def pieces(count: int) -> str:
    """Return a number of pieces as people say it."""
    return ngettext("%(count)s piece", "%(count)s pieces", count) % {"count": count}


def badge_of(level: Level) -> Badge:
    """Return how a level stands: how many may be sold, or that none may."""
    free = rules.sellable(level)
    if free > 0:
        return Badge("done", gettext("%(count)s to sell") % {"count": free})
    return Badge("stop", _("none to sell"))


def _goods(level: Level) -> Cell:
    return Cell([level.sku.product.name, f"{level.sku.variant} · {level.sku.code}"], strong=True)


def _why(level: Level) -> Cell:
    if getattr(level, "is_late", False):
        return Cell(badges=[Badge("stop", _("arrival overdue"))])
    return Cell(badges=[Badge("wait", _("nothing announced"))])


def _on_hand(level: Level) -> Cell:
    """Return what is there, what of it is promised, and below what the shop stops selling."""
    told = gettext("reserved %(reserved)s · safety %(safety)s") % {
        "reserved": level.reserved,
        "safety": level.safety,
    }
    return Cell([str(level.on_hand), told], numeric=True)


def _depots(by: DeskActor) -> Iterable[tuple[str, str]]:
    return [(depot.code, depot.name) for depot in queries.depots_kept(by)]


declare(
    Duty[Level](
        code=queries.KEEPING,
        title=_("Stock figures in time"),
        charter=("S-PD-5",),
        queue=queries.levels_to_settle,
        since="since_at",
        due="due_at",
        icon="database",
        columns=(
            Column(_("Goods"), _goods, sort="sku__code"),
            Column(_("Depot"), lambda v: Cell([v.location.name]), sort="location__code"),
            Column(_("Why it waits"), _why),
            Column(_("On hand"), _on_hand, sort="on_hand", numeric=True),
        ),
        filters=(
            Filter(
                "depot",
                _("Depot"),
                _depots,
                lambda rows, value: rows.filter(location__code=value),
            ),
        ),
        search=queries.sought,
        acts=(
            Act(
                depots.open_depot,
                form=forms.OpenDepotForm,
                letter="n",
                place=queries.area_to_keep,
                opens=url_of,
            ),
            Act(
                arrivals.announce_arrival,
                on=Level,
                form=forms.AnnounceArrivalForm,
                letter="a",
                tone="main",
                done=_("Customer service now sees when the goods arrive."),
            ),
            Act(depots.count_stock, on=Level, form=forms.CountForm, letter="c"),
            Act(depots.set_safety, on=Level, form=forms.SafetyForm, letter="s"),
            Act(depots.write_off, on=Level, form=forms.WriteOffForm, letter="x", tone="stop"),
            Act(
                depots.receive_goods,
                on=Location,
                form=forms.ReceiveGoodsForm,
                letter="r",
                tone="main",
                done=_("The goods are in the books and can be sold."),
            ),
            Act(
                arrivals.announce_arrivals,
                on=Location,
                form=forms.AnnounceArrivalsForm,
                letter="a",
                done=_("Customer service now sees when the goods arrive."),
            ),
            Act(depots.move_stock, on=Location, form=forms.MoveStockForm, letter="m"),
            Act(
                arrivals.take_in_arrival,
                on=Arrival,
                form=forms.TakeInForm,
                letter="r",
                tone="main",
            ),
            Act(
                arrivals.postpone_arrival,
                on=Arrival,
                form=forms.PostponeArrivalForm,
                letter="p",
            ),
            Act(
                arrivals.cancel_arrival,
                on=Arrival,
                form=forms.WhyForm,
                letter="x",
                tone="stop",
            ),
        ),
        empty=_(
            "Goods wait here when nothing more can be promised and no arrival is announced, or "
            "when an arrival is overdue."
        ),
        model=Level,
    )
)


def coming_said(found: queries.Availability) -> str:
    """Return when the next pieces of a SKU arrive, "" when none are announced."""
    if not found.coming:
        return ""
    first = found.coming[0]
    return gettext("%(count)s by %(when)s") % {
        "count": pieces(first.quantity),
        "when": moment(first.due_at),
    }


def availability_badge(found: queries.Availability) -> Badge:
    """Return how many pieces of a SKU may be sold altogether, or when the next arrive."""
    if found.sellable:
        return Badge("done", gettext("%(count)s to sell") % {"count": found.sellable})
    if found.coming:
        return Badge("wait", _("arriving"))
    return Badge("stop", _("none to sell"))


@finder(_("Stock"))
def find_stock(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find goods with how many may be sold, by name, pinyin, initials, code or barcode."""
    skus: list[Sku] = list(queries.skus_sought(queries.skus_seen(by), text)[:limit])
    return [
        Hit(
            str(found.sku),
            f"{url_of(found.sku.product)}",
            note=coming_said(found) or found.sku.code,
            badge=availability_badge(found),
        )
        for found in queries.availability(skus, at=by.at)
    ]


link_for_everyone("stock:availability", _("Stock"), "database")
