"""The duties of this room: screening, stock check, shortages, promises; and talking of orders."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.personal import Holder, register_holder
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.templatetags.desk import masked, moment, yuan
from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.trade.orders import forms, queries
from zhanggui.trade.orders.actions import forgetting, promises, screening, shortages
from zhanggui.trade.orders.models import DeliveryPromise, Hold, Order, Shortage
from zhanggui.trade.orders.queries import personal
from zhanggui.trade.orders.queries.service import full_address
from zhanggui.trade.orders.rules.screening import doubtful
from zhanggui.trade.orders.rules.states import (
    Fulfilment,
    HoldCode,
    Money,
    OrderState,
    Payment,
    Severity,
    ShortageState,
    Wish,
)

STATE_TONES = {
    OrderState.SCREENING: "wait",
    OrderState.CONFIRMED: "go",
    OrderState.CLOSED: "done",
    OrderState.CANCELLED: "rest",
    OrderState.VOID: "rest",
}
FULFILMENT_TONES = {
    Fulfilment.UNALLOCATED: "wait",
    Fulfilment.RESERVED: "go",
    Fulfilment.PICKED: "go",
    Fulfilment.OUT: "go",
    Fulfilment.DELIVERED: "done",
    Fulfilment.PARTLY: "done",
    Fulfilment.REFUSED: "stop",
    Fulfilment.FAILED: "stop",
    Fulfilment.RETURNED: "rest",
}
MONEY_TONES = {
    Money.DUE: "rest",
    Money.COLLECTED: "wait",
    Money.HANDED_IN: "wait",
    Money.SETTLED: "done",
    Money.NOTHING: "rest",
    Money.AWAITED: "wait",
    Money.PREPAID: "go",
    Money.OWED: "stop",
    Money.REFUNDED: "rest",
}


def amount(fen: int) -> str:
    """Return a sum in a column whose heading names the unit."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def state_badge(order: Order) -> Badge:
    """Return what was agreed."""
    return Badge(STATE_TONES[OrderState(order.state)], order.get_state_display())


def fulfilment_badge(order: Order) -> Badge:
    """Return where the goods are; nothing waits for an order that has ended or is in screening."""
    tone = FULFILMENT_TONES[Fulfilment(order.fulfilment)]
    waits = order.state == OrderState.CONFIRMED or order.fulfilment != Fulfilment.UNALLOCATED
    return Badge(tone if waits else "rest", order.get_fulfilment_display())


def money_badge(order: Order) -> Badge:
    """Return where the money is."""
    return Badge(MONEY_TONES[Money(order.money)], order.money_said)


def due_said(order: Order) -> str:
    """Return what the courier is to take of an order; in words where it was paid ahead."""
    if order.payment == Payment.TRANSFER and order.money != Money.AWAITED:
        return gettext("paid ahead")
    return str(yuan(order.due_fen))


def hold_badge(hold: Hold) -> Badge:
    """Return what was found, in a word."""
    tone = "stop" if hold.severity == Severity.BLOCK else "wait"
    return Badge(tone, HoldCode(hold.code).label)


def masked_phone(order: Order) -> str:
    """Return the phone of an order with its middle hidden."""
    return masked(order.phone_key or order.phone.replace(" ", "").replace("-", ""))


def who(order: Order) -> str:
    """Return name and masked phone of an order's recipient."""
    name = order.recipient or gettext("no name")
    return f"{name} · {masked_phone(order) or gettext('no phone')}"


def marked_address(order: Order, holds: Iterable[Hold]) -> str:
    """Return the address of an order, what is doubtful about it marked; safe HTML."""
    text = full_address(order.division, order.address)
    for hold in holds:
        if hold.code == HoldCode.ADDR_UNCLEAR:
            before, mark, after = doubtful(hold.evidence, text=text, below=order.address)
            return format_html("{}<mark>{}</mark>{}", before, mark, after)
    return format_html("{}", text)


def _open_holds(order: Order) -> list[Hold]:
    return [hold for hold in order.holds.all() if hold.resolved_at is None]


def _screened(order: Order) -> Cell:
    return Cell([order.number, who(order), marked_address(order, _open_holds(order))])


def _held(rows: Any, code: str) -> Any:
    return rows.filter(holds__code=code, holds__resolved_at__isnull=True)


def _found(order: Order) -> Cell:
    return Cell(badges=[hold_badge(hold) for hold in _open_holds(order)])


ADDRESSED_TO = Column[Order](_("Order"), _screened, sort="placed_at")

declare(
    Duty[Order](
        code="orders.screening",
        title=_("Order screening"),
        charter=("S-CO-1",),
        queue=queries.orders_to_screen,
        since="waits_since_at",
        icon="clipboard-check",
        columns=(
            ADDRESSED_TO,
            Column(_("Findings"), _found),
            Column(
                _("Due (yuan)"),
                lambda o: Cell([amount(o.due_fen)], numeric=True, strong=True),
                sort="due_fen",
                numeric=True,
            ),
        ),
        filters=(Filter("found", _("Finding"), lambda _by: HoldCode.choices, _held),),
        search=queries.orders_sought,
        acts=(
            Act(
                screening.confirm_order,
                on=Order,
                letter="p",
                tone="main",
                bulk=True,
                opens="queue",
                done=_("The order goes on; its goods are set aside as far as they are there."),
            ),
            Act(screening.correct_order, on=Order, form=forms.CorrectForm, letter="e"),
            Act(
                screening.cancel_order,
                on=Order,
                form=forms.CancelForm,
                letter="x",
                tone="stop",
            ),
            Act(
                screening.void_order,
                on=Order,
                form=forms.VoidForm,
                letter="v",
                tone="stop",
                text=_("A void order never was one. It stays on record with the reason."),
            ),
        ),
        empty=_(
            "Orders against which something was found wait here for a person's decision; the "
            "others go through by themselves."
        ),
        model=Order,
    )
)


# --- stock check ----------------------------------------------------------------------------------


def _lacking(order: Order) -> Cell:
    lines = [
        f"{line.name} × {shortage.pieces}"
        for line in order.lines.all()
        for shortage in line.unsettled  # type: ignore[attr-defined]
    ]
    return Cell(lines)


def _told(order: Order) -> Cell:
    cases = [s for line in order.lines.all() for s in line.unsettled]  # type: ignore[attr-defined]
    return Cell(badges=[shortage_badge(s) for s in cases])


def shortage_badge(shortage: Shortage) -> Badge:
    """Return how a shortage stands: until when the customer waits, or how it was settled."""
    if shortage.state == ShortageState.SETTLED:
        return Badge("done", shortage.get_outcome_display())
    if shortage.state == ShortageState.WAITING and shortage.expected_at is not None:
        said = gettext("waits until %(when)s") % {"when": moment(shortage.expected_at)}
        return Badge("go", said)
    return Badge("wait", shortage.get_state_display())


declare(
    Duty[Order](
        code="orders.stock_check",
        title=_("Stock check"),
        charter=("S-CO-2",),
        queue=queries.orders_to_check,
        since="confirmed_at",
        icon="database",
        columns=(
            Column(_("Order"), lambda o: Cell([o.number, who(o)]), sort="confirmed_at"),
            Column(_("Missing"), _lacking),
            Column(_("With the customer"), _told),
        ),
        search=queries.orders_sought,
        acts=(
            Act(
                shortages.recheck_stock,
                on=Order,
                letter="r",
                tone="main",
                done=_("What has arrived is set aside for this order."),
            ),
        ),
        empty=_(
            "Confirmed orders whose goods are not all there wait here until they arrive or "
            "customer service has agreed on something else."
        ),
        model=Order,
    )
)


# --- shortages ------------------------------------------------------------------------------------


def _short(shortage: Shortage) -> Cell:
    order = shortage.line.order
    return Cell([f"{shortage.line.name} × {shortage.pieces}", order.number, who(order)])


def _wish(shortage: Shortage) -> Cell:
    wish = Wish(shortage.line.order.wish)
    return Cell(badges=[Badge("go" if wish == Wish.CALL else "rest", wish.label)])


def _outlook(shortage: Shortage) -> Cell:
    """Return what to tell the customer: when more arrives, and who else has some."""
    return Cell(outlook(shortage) or [gettext("no arrival announced")])


def outlook(shortage: Shortage) -> list[Sentence]:
    """Return what is coming to the depot of the order, and what other depots can sell."""
    depot = shortage.line.order.depot_id
    said: list[Sentence] = []
    levels = shortage.line.sku.levels_now  # type: ignore[attr-defined]
    for level in sorted(levels, key=lambda level: level.location_id != depot):
        if level.location_id == depot:
            said += [
                gettext("%(pieces)s expected by %(when)s")
                % {"pieces": arrival.quantity, "when": moment(arrival.due_at)}
                for arrival in level.coming[:1]
            ]
            if level.sellable > 0:
                said.append(gettext("%(pieces)s there by now") % {"pieces": level.sellable})
        elif level.sellable > 0:
            words = {"depot": level.location.name, "pieces": level.sellable}
            said.append(gettext("%(depot)s: %(pieces)s to sell") % words)
    return said


declare(
    Duty[Shortage](
        code="orders.shortages",
        title=_("Shortages"),
        charter=("C-CO-1",),
        queue=queries.shortages_to_settle,
        since="told_at",
        icon="headset",
        columns=(
            Column(_("Missing"), _short, sort="told_at"),
            Column(_("Customer's wish"), _wish),
            Column(_("To be told"), _outlook),
        ),
        filters=(
            Filter(
                "wish",
                _("Wish"),
                lambda _by: Wish.choices,
                lambda rows, value: rows.filter(line__order__wish=value),
            ),
        ),
        acts=(
            Act(
                shortages.wait_for_goods,
                on=Shortage,
                form=forms.WaitForm,
                letter="w",
                tone="main",
                done=_("The order goes on by itself once the goods are there."),
            ),
            Act(
                shortages.substitute_goods,
                on=Shortage,
                form=forms.SubstituteForm,
                letter="s",
                done=_("The other goods are set aside; the customer pays their price."),
            ),
            Act(
                shortages.send_rest,
                on=Shortage,
                form=forms.NoteForm,
                letter="r",
                text=_("The missing pieces are left out, and not paid for."),
            ),
            Act(
                shortages.cancel_short_order,
                on=Shortage,
                form=forms.NoteForm,
                letter="x",
                tone="stop",
                text=_("The whole order is cancelled; what was set aside is free again."),
            ),
            Act(shortages.reveal_short_phone, on=Shortage, reveals=True),
        ),
        empty=_(
            "When goods of a confirmed order are not there, the customer is to be told within ten "
            "minutes; each such talk waits here."
        ),
        model=Shortage,
    )
)


# --- promises, and talking of orders --------------------------------------------------------------

declare(
    Duty[DeliveryPromise](
        code="orders.promises",
        title=_("Delivery promises"),
        charter=("S-CM-1",),
        page="orders:promises",
        icon="clock",
        acts=(
            Act(
                promises.publish_promise,
                form=forms.PublishPromiseForm,
                letter="n",
                tone="main",
                place=queries.area_to_promise,
                opens=url_of,
            ),
            Act(
                promises.change_promise,
                on=DeliveryPromise,
                form=forms.ChangePromiseForm,
                letter="e",
                tone="main",
                done=_("It holds for orders placed from now on."),
            ),
        ),
        model=DeliveryPromise,
    )
)

declare(
    Duty[Order](
        code="orders.contact",
        title=_("Orders"),
        charter=("S-CO-1", "S-CM-1", "S-CM-2", "C-SV-1", "C-CO-1", "C-PY-1"),
        page="orders:list",
        icon="receipt",
        acts=(Act(screening.reveal_phone, on=Order, reveals=True),),
        model=Order,
    )
)


@finder(_("Orders"))
def find_orders(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find orders by number, the last digits of a phone, or the recipient's name."""
    found = queries.orders_sought(queries.orders_seen(by), text)[:limit]
    return [
        Hit(
            order.number,
            url_of(order),
            note=f"{who(order)} · {moment(order.placed_at)}",
            badge=state_badge(order),
        )
        for order in found
    ]


def promise_said(promise: DeliveryPromise) -> str:
    """Return a promise in a sentence: “until 16:00, there by 20:00; later by 12:00 next day”."""
    return pgettext(
        "of a promise",
        "Ordered until %(cutoff)s: there by %(same_day)s; later: the next day by %(next_day)s",
    ) % {
        "cutoff": clock(promise.cutoff_s),
        "same_day": clock(promise.same_day_s),
        "next_day": clock(promise.next_day_s),
    }


def clock(seconds: int) -> str:
    """Return a time of the day as it is written: 16:00."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


register_holder(
    Holder(
        "orders",
        held=personal.held_here,
        erase=partial(forgetting.forget_orders, None),
        why_not=personal.why_not_forget,
    )
)
