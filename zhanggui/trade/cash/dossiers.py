"""The pages of a purse, a hand-in and money taken; the money on the pages of orders and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, panel, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.duties import collection_badge, difference_said, remittance_badge
from zhanggui.trade.cash.forms import note_said
from zhanggui.trade.cash.models import BankEntry, Collection, Purse, Remittance
from zhanggui.trade.cash.rules import NOTES_FEN, BankKind, Decision
from zhanggui.trade.delivery.models import Run
from zhanggui.trade.delivery.queries import may_open
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import Payment

HAND_INS_SHOWN = 14
"""Hand-ins on the page of a purse: two weeks of days."""

HIDDEN = _("shows after the count")


def notes_rows(
    declared: Mapping[str, int], counted: Mapping[str, int] | None
) -> list[dict[str, Any]]:
    """Return a row for each denomination of which there is any, declared beside counted."""
    rows = []
    for fen in NOTES_FEN:
        said, found = declared.get(str(fen), 0), (counted or {}).get(str(fen), 0)
        if said or found:
            rows.append(
                {
                    "title": note_said(fen),
                    "declared": said,
                    "counted": None if counted is None else found,
                    "differs": counted is not None and said != found,
                }
            )
    return rows


def collection_rows(
    collections: Iterable[Collection], *, sums: bool = True
) -> list[dict[str, Any]]:
    """Return money taken at doors as lists of it show it."""
    return [
        {
            "url": url_of(taken),
            "order": taken.order.number,
            "address": taken.order.address,
            "taken_at": taken.taken_at,
            "taken": taken.taken_fen if sums else None,
            "given": taken.tendered_fen if sums and taken.change_fen else None,
            "change": taken.change_fen if sums and taken.change_fen else None,
            "badge": collection_badge(taken),
            "late": taken.late,
        }
        for taken in collections
    ]


def hand_in_rows(remittances: Iterable[Remittance]) -> list[dict[str, Any]]:
    """Return hand-ins as lists of them show them: a sum stands there once it was counted."""
    return [
        {
            "url": url_of(one),
            "number": one.number,
            "declared_at": one.declared_at,
            "counted": one.counted_fen,
            "difference": difference_said(one.difference_fen) if one.difference_fen else "",
            "badge": remittance_badge(one),
        }
        for one in remittances
    ]


def purse_face(purse: Purse, by: DeskActor) -> Face:
    """Return what the page of a purse shows; no sums to whoever may come to count it."""
    hidden = queries.hides_purse(purse, by)
    money = queries.carried_in([purse])[purse.pk]
    tone = rules.age_tone(purse.since_at, at=by.at)
    words = {
        "stop": _("since an earlier day"),
        "go": pgettext_lazy("of money", "of today"),
        "rest": _("empty"),
    }
    lines = [Line(_("Area"), purse.area.name)]
    if not hidden:
        lines += [
            Line(pgettext_lazy("of money", "On hand"), yuan(money.fen)),
            Line(_("of it float"), yuan(money.float_fen)),
            Line(_("Being counted"), yuan(money.under_way_fen)),
        ]
    lines.append(Line(_("Since"), moment(purse.since_at) or "–"))
    taken = list(
        queries.carried_collections(purse.courier_id).select_related("order", "remittance")
    )
    return Face(
        title=purse.courier.name,
        subtitle=HIDDEN if hidden else "",
        state=Badge(tone, words[tone]),
        money="" if hidden else yuan(money.fen),
        lines=lines,
        template="cash/purse.html",
        context={
            "collections": collection_rows(taken, sums=not hidden),
            "hand_ins": hand_in_rows(queries.remittances_of(purse.courier_id)[:HAND_INS_SHOWN]),
            "hidden": hidden,
        },
    )


def remittance_face(remittance: Remittance, by: DeskActor) -> Face:
    """Return what the page of a hand-in shows: nothing to count towards, before it was counted."""
    hidden = queries.hides_sums(remittance, by)
    counted = remittance.counted_fen is not None
    lines = [
        Line(_("Handed in by"), remittance.courier.name),
        Line(_("Area"), remittance.area.name),
        Line(_("Handed in"), moment(remittance.declared_at)),
    ]
    if not hidden:
        lines += [
            Line(_("By the books"), yuan(remittance.expected_fen)),
            Line(_("of it float"), yuan(remittance.float_fen)),
            Line(_("Declared"), yuan(remittance.declared_fen)),
        ]
    if counted:
        who = remittance.counted_by.name if remittance.counted_by else ""
        lines += [
            Line(_("Counted"), yuan(remittance.counted_fen)),
            Line(
                pgettext_lazy("of money", "Counted by"), f"{who} · {moment(remittance.counted_at)}"
            ),
        ]
    if counted and remittance.difference_fen:
        said = difference_said(remittance.difference_fen)
        lines.append(Line(pgettext_lazy("of money", "Difference"), said))
    if remittance.decision:
        label = Decision(remittance.decision).label
        lines.append(Line(_("Decision"), f"{label} · {remittance.reason}"))
    if remittance.acknowledged_at:
        lines.append(Line(_("Courier took note"), moment(remittance.acknowledged_at)))
    context: dict[str, Any] = {"hidden": hidden, "counted": counted}
    if not hidden:
        taken = Collection.objects.filter(remittance=remittance)
        rows = taken.select_related("order", "remittance").order_by("taken_at", "pk")
        context |= {
            "notes": notes_rows(remittance.declared, remittance.counted),
            "declared": remittance.declared_fen,
            "counted_fen": remittance.counted_fen,
            "collections": collection_rows(rows),
        }
    return Face(
        title=remittance.number,
        subtitle=remittance.courier.name,
        state=remittance_badge(remittance),
        money=yuan(remittance.counted_fen) if counted else "",
        lines=lines,
        template="cash/remittance.html",
        context=context,
    )


def collection_face(collection: Collection, by: DeskActor) -> Face:
    """Return what the page of money taken at a door shows."""
    hand_in, run = collection.remittance, collection.stop.run
    counts = collection.courier_id != by.person_id and collection.area_id in by.scope(
        queries.COUNTING
    )
    hidden = counts and (hand_in is None or queries.hides_sums(hand_in, by))
    lines = [
        Line(_("Order"), collection.order.number, url=url_of(collection.order)),
        Line(_("Taken by"), collection.courier.name),
        Line(_("Run"), run.number, url=url_of(run) if may_open(run, by) else ""),
        Line(_("The stop was"), collection.stop.get_state_display()),
    ]
    if not hidden:
        lines += [
            Line(pgettext_lazy("of money", "Due"), yuan(collection.due_fen)),
            Line(_("Customer gave"), yuan(collection.tendered_fen)),
            Line(_("He got back"), yuan(collection.change_fen)),
            Line(_("Stayed with the courier"), yuan(collection.taken_fen)),
        ]
    lines.append(Line(_("Taken at"), moment(collection.taken_at)))
    if collection.device_at and collection.device_at != collection.taken_at:
        lines.append(Line(_("Noted on his phone"), moment(collection.device_at)))
    if hand_in is not None:
        lines.append(Line(_("Hand-in"), hand_in.number, url=url_of(hand_in)))
    return Face(
        title=collection.order.number,
        subtitle=HIDDEN if hidden else _("Money taken at the door"),
        state=collection_badge(collection),
        money="" if hidden else yuan(collection.taken_fen),
        lines=lines,
    )


def _bank_row(entry: BankEntry) -> dict[str, Any]:
    """Return money that went through the bank as a panel shows it; taken out with the reason."""
    return {
        "number": entry.reference,
        "at": entry.entered_at,
        "who": entry.entered_by.name,
        "fen": entry.amount_fen,
        "out": entry.reason,
        "badge": Badge("rest", _("Taken out"))
        if entry.withdrawn_at
        else Badge("done", BankKind(entry.kind).label),
    }


@panel(on="orders.Order", title=pgettext_lazy("panel", "Money"))
def money_of_order(order: Order, by: DeskActor) -> str | None:
    """Show what was taken for an order, by whom, and whether it has been counted."""
    taken = queries.collections_of_order(order)
    looks = {c.pk for c in queries.collections_seen(by).filter(order=order)}
    rows = [
        {
            **row,
            "url": row["url"] if one.pk in looks else "",
            "courier": one.courier.name,
            "hand_in": one.remittance.number if one.remittance else "",
        }
        for row, one in zip(collection_rows(taken), taken, strict=True)
    ]
    context = {
        "rows": rows,
        "due": order.due_fen,
        "cash": order.payment == Payment.CASH,
        "state": order.money_said,
        "entries": [_bank_row(entry) for entry in queries.entries_of(order)],
    }
    return render_to_string("cash/order_panel.html", context)


@panel(on="delivery.Run", title=_("Money of this run"))
def money_of_run(run: Run, by: DeskActor) -> str | None:
    """Show what was taken on a run, door by door."""
    taken = queries.collections_of_run(run)
    looks = {c.pk for c in queries.collections_seen(by).filter(stop__run=run)}
    rows = [
        {**row, "url": row["url"] if one.pk in looks else ""}
        for row, one in zip(collection_rows(taken), taken, strict=True)
    ]
    purse = queries.purse_of(run.courier_id)
    seen = purse is not None and queries.purses_seen(by).filter(pk=purse.pk).exists()
    context = {
        "rows": rows,
        "sum": format_fen(sum(one.taken_fen for one in taken)),
        "purse_url": _purse_url(purse, by) if seen and purse is not None else "",
    }
    return render_to_string("cash/run_panel.html", context)


def _purse_url(purse: Purse, by: DeskActor) -> str:
    return reverse("cash:mine") if purse.courier_id == by.person_id else url_of(purse)


_LOOKING = (queries.COUNTING, queries.DIFFERENCES, *queries.WATCHING)

declare_dossier(
    Dossier(
        Purse,
        queries.purse_seen,
        purse_face,
        duties=(queries.HAND_IN, *_LOOKING),
        scope="those that name oneself, and those of the areas whose money is one's business",
    )
)
declare_dossier(
    Dossier(
        Remittance,
        queries.remittance_of,
        remittance_face,
        duties=(queries.HAND_IN, *_LOOKING),
        scope="those that name oneself, and those of the areas whose money is one's business",
    )
)
declare_dossier(
    Dossier(
        Collection,
        queries.collection_of,
        collection_face,
        duties=(queries.DOOR, *_LOOKING),
        scope="those that name oneself, and those of the areas whose money is one's business",
    )
)
