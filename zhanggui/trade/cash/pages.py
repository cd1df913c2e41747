"""Two pages of their own: who holds cash since when, and what a courier carries himself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.cash import queries, rules
from zhanggui.trade.cash.actions.hand_ins import declare_remittance
from zhanggui.trade.cash.dossiers import collection_rows, hand_in_rows
from zhanggui.trade.cash.duties import difference_said
from zhanggui.trade.cash.forms import DeclareForm
from zhanggui.trade.cash.models import Purse
from zhanggui.trade.cash.queries import Board, Holder

OWN_HAND_INS_SHOWN = 5
"""Hand-ins on one's own page: what was this week."""


SHOWN = 20
"""Differences and late money on the board, the oldest first; their queues hold them all."""


@page(
    duty=(queries.BOARD, queries.COUNTING, *queries.WATCHING),
    scope="the areas in which any of these duties is held",
)
def board(request: HttpRequest) -> HttpResponse:
    """Show who holds money since when, city by city; what differs and what came late."""
    by = actor_of(request)
    city = request.GET.get("city", "")
    found = queries.cash_outside(by, city=city)
    decides, clears = by.scope(queries.DIFFERENCES), by.scope(queries.LATE)
    context = {
        "board": found,
        "figures": _figures(found),
        "city": next((c.name for c in found.cities if c.code == city), "") if city else "",
        "cities": [
            {
                "code": one.code,
                "name": one.name,
                "on_hand": one.on_hand_fen,
                "float": one.float_fen,
                "under_way": one.under_way_fen,
                "people": len(one.holders),
                "rows": [_holder(holder, request) for holder in one.holders],
            }
            for one in found.cities
        ],
        "differences": [
            {
                "url": url_of(one),
                "number": one.number,
                "courier": one.courier.name,
                "said": difference_said(one.difference_fen),
                "tone": "stop" if one.difference_fen < 0 else "wait",
                "wait_s": _wait(request, one.counted_at),
            }
            for one in queries.differences_outside(by)[:SHOWN]
        ],
        "late": [
            {
                "url": url_of(one),
                "number": one.order.number,
                "courier": one.courier.name,
                "taken": one.taken_fen,
                "wait_s": _wait(request, one.taken_at),
            }
            for one in queries.late_outside(by)[:SHOWN]
        ],
        "differences_url": reverse(f"queue:{queries.DIFFERENCES}") if decides else "",
        "late_url": reverse(f"queue:{queries.LATE}") if clears else "",
        "counting_url": reverse(f"queue:{queries.COUNTING}") if by.scope(queries.COUNTING) else "",
        "safe": queries.safe_fen() if by.scope(queries.COUNTING) else None,
        "limit": rules.CASH_LIMIT_FEN,
    }
    return render(request, "cash/board.html", context)


def _wait(request: HttpRequest, since: Any) -> int | None:
    return max(0, int((moment_of(request) - since).total_seconds())) if since else None


def _figures(found: Board) -> list[dict[str, Any]]:
    """Return the totals on top of the board, each with what it means; none that must not show."""
    rows = [
        (
            pgettext("of money", "On hand"),
            found.on_hand_fen,
            _("What couriers carry by the books, their change included."),
        ),
        (_("of it float"), found.float_fen, _("Change given out of the safe and not back yet.")),
        (
            _("Being counted"),
            found.under_way_fen,
            _("Handed in by couriers and not counted by finance yet."),
        ),
    ]
    return [
        {"title": title, "fen": fen, "definition": definition}
        for title, fen, definition in rows
        if fen is not None
    ]


def _holder(holder: Holder, request: HttpRequest) -> dict[str, Any]:
    words = {
        "stop": _("earlier day"),
        "go": pgettext("of money", "of today"),
        "rest": _("nothing on hand"),
    }
    mine = holder.purse.courier_id == actor_of(request).person_id
    hand_in = holder.hand_in
    return {
        "name": holder.purse.courier.name,
        "area": holder.purse.area.name,
        "url": reverse("cash:mine") if mine else url_of(holder.purse),
        "hidden": holder.hidden,
        "on_hand": holder.carried.fen,
        "float": holder.carried.float_fen,
        "since_at": holder.carried.since_at,
        "wait_s": _wait(request, holder.carried.since_at),
        "age": Badge(holder.tone, words[holder.tone]),
        "percent": holder.percent,
        "over": holder.over_limit,
        "bar_tone": "stop" if holder.over_limit else ("wait" if holder.percent > 80 else "go"),
        "hand_in": {
            "url": url_of(hand_in),
            "number": hand_in.number,
            "fen": None if holder.hidden else hand_in.expected_fen,
            "wait_s": _wait(request, hand_in.declared_at),
        }
        if hand_in
        else None,
    }


@page(duty=queries.HAND_IN, methods=("GET", "POST"), scope="what the courier himself carries")
def mine(request: HttpRequest) -> HttpResponse:
    """Show what a courier carries and where it came from; take his hand-in by denomination."""
    by, at = actor_of(request), moment_of(request)
    purse = queries.purse_of(by.person_id)
    refused: Refusal | None = None
    form: DeclareForm | None = None
    if request.method == "POST" and purse is not None:
        key = request.POST.get("key", "")[:60]
        if key and declare_remittance.answered(f"form:{key}", by=by):
            return _handed_in(request)
        form = DeclareForm(request.POST, record=purse, by=by, at=at)
        if form.is_valid() and "hand_in" in request.POST:
            deed = declare_remittance.once(f"form:{key}") if key else declare_remittance
            try:
                deed(purse, **form.values(), by=by, at=at)
            except Refusal as no:
                refused = no
            else:
                return _handed_in(request)
    stopped = declare_remittance.why_not(purse, by=by, at=at) if purse is not None else None
    if form is None and purse is not None and stopped is None:
        form = DeclareForm(record=purse, by=by, at=at)
    status = 200
    if request.method == "POST" and "hand_in" in request.POST:
        status = refused.status if refused else 422
    context = {**_mine(purse, by), "form": form if stopped is None else None, "refused": refused}
    return render(request, "cash/mine.html", context, status=status)


def _handed_in(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Handed in. Finance counts it now."))
    response = redirect("cash:mine")
    response.status_code = 303
    return response


def _mine(purse: Purse | None, by: DeskActor) -> dict[str, Any]:
    if purse is None:
        return {"money": queries.Carried(), "collections": [], "hand_ins": [], "notes": []}
    money = queries.carried_in([purse])[purse.pk]
    taken = queries.carried_collections(purse.courier_id).select_related("order", "remittance")
    hand_ins = list(queries.remittances_of(purse.courier_id)[:OWN_HAND_INS_SHOWN])
    open_one = next((h for h in hand_ins if h.state == rules.RemittanceState.DECLARED), None)
    tone = rules.age_tone(money.since_at, at=by.at)
    return {
        "money": money,
        "tone": tone,
        "wait_s": max(0, int((by.at - money.since_at).total_seconds())) if money.since_at else None,
        "percent": min(100, round(100 * money.fen / rules.CASH_LIMIT_FEN)),
        "limit": rules.CASH_LIMIT_FEN,
        "over": money.fen > rules.CASH_LIMIT_FEN,
        "collections": collection_rows(taken),
        "hand_ins": hand_in_rows(hand_ins),
        "open": {"number": open_one.number, "fen": open_one.declared_fen, "url": url_of(open_one)}
        if open_one
        else None,
        "to_note": sum(
            h.state == rules.RemittanceState.RESOLVED and h.acknowledged_at is None
            for h in hand_ins
        ),
        "notes_url": reverse(f"queue:{queries.OWN_DIFFERENCES}"),
    }
