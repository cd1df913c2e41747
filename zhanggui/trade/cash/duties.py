"""The duties of this room: taking money, handing it in, counting it, deciding what differs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, declare
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.trade.cash import forms, queries, rules
from zhanggui.trade.cash.actions import door, floats, hand_ins, late, transfers
from zhanggui.trade.cash.models import BankEntry, Collection, Purse, Remittance
from zhanggui.trade.cash.rules import Decision, LateEnd, RemittanceState
from zhanggui.trade.delivery.actions.leaving import register_leaving
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.orders.duties import due_said, state_badge, who
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import orders_sought

REMITTANCE_TONES = {
    RemittanceState.DECLARED: "wait",
    RemittanceState.SETTLED: "done",
    RemittanceState.DIFFERENT: "stop",
    RemittanceState.RESOLVED: "done",
}

register_leaving(queries.why_not_leave)


def remittance_badge(remittance: Remittance) -> Badge:
    """Return where a hand-in stands."""
    state = RemittanceState(remittance.state)
    return Badge(REMITTANCE_TONES[state], state.label)


def collection_badge(collection: Collection) -> Badge:
    """Return where the money of a door is."""
    if collection.cleared_as:
        return Badge("done", LateEnd(collection.cleared_as).label)
    if collection.late:
        return Badge("stop", _("To be cleared up"))
    if collection.remittance is None:
        return Badge("go", _("With the courier"))
    return remittance_badge(collection.remittance)


def difference_said(fen: int) -> str:
    """Return a difference as people say it: 5.00 too little, 1.00 too much."""
    if fen < 0:
        return gettext("%(sum)s too little") % {"sum": yuan(-fen)}
    return gettext("%(sum)s too much") % {"sum": yuan(fen)}


def _door(stop: Stop) -> Cell:
    return Cell([stop.order.address, f"{stop.order.recipient} · {stop.run.number}"], strong=True)


def _change(stop: Stop) -> Cell:
    """Return what to give back for the sums that are likely to be given."""
    due = stop.order.due_fen
    return Cell(
        [
            gettext("for %(given)s: %(change)s")
            % {"given": yuan(given), "change": yuan(rules.change_for(due, given))}
            for given in rules.suggest_tenders(due)
            if given > due
        ][:2]
    )


def _sought(rows: QuerySet[Stop], text: str) -> QuerySet[Stop]:
    return rows.filter(order__address__icontains=text) | rows.filter(
        order__recipient__icontains=text
    )


def _hand_in(remittance: Remittance) -> Cell:
    return Cell([remittance.courier.name, remittance.number], strong=True)


def _difference(remittance: Remittance) -> Cell:
    short = remittance.difference_fen < 0
    said = difference_said(remittance.difference_fen)
    return Cell(badges=[Badge("stop" if short else "wait", said)])


def _decided(remittance: Remittance) -> Cell:
    label = Decision(remittance.decision).label if remittance.decision else ""
    return Cell([label, remittance.reason])


declare(
    Duty[Stop](
        code=queries.DOOR,
        title=_("Taking the money"),
        charter=("S-CO-4",),
        queue=queries.doors_to_pay,
        own=True,
        since="left_at",
        due="promised_at",
        icon="coin",
        columns=(
            Column(_("Door"), _door, sort="position"),
            Column(_("To take"), lambda s: Cell([due_said(s.order)], strong=True), numeric=True),
            Column(pgettext_lazy("of money", "Change"), _change),
        ),
        search=_sought,
        acts=(
            Act(
                door.take_at_door,
                on=Stop,
                form=forms.TakeForm,
                letter="t",
                tone="main",
                done=_("Handed over, and the money is in your purse."),
            ),
            Act(
                door.hand_over_paid,
                on=Stop,
                form=forms.HandOverPaidForm,
                letter="o",
                tone="main",
                done=_("Handed over; it was paid ahead."),
            ),
        ),
        empty=_("The doors of your runs stand here with what is due, while you are on the road."),
        model=Stop,
    )
)

declare(
    Duty[Purse](
        code=queries.HAND_IN,
        title=_("My cash"),
        charter=("S-CO-5",),
        queue=queries.own_purse,
        own=True,
        since="since_at",
        page="cash:mine",
        icon="cash",
        acts=(
            Act(
                hand_ins.declare_remittance,
                on=Purse,
                form=forms.DeclareForm,
                letter="h",
                tone="main",
                done=_("Handed in. Finance counts it now."),
                opens=lambda _made: str(reverse_lazy("cash:mine")),
            ),
        ),
        empty=_("What you take at doors stands here until you have handed it in."),
        model=Purse,
    )
)

declare(
    Duty[Remittance](
        code=queries.OWN_DIFFERENCES,
        title=_("Decided about my hand-ins"),
        charter=("S-CO-5",),
        queue=queries.own_differences,
        own=True,
        since="resolved_at",
        icon="gavel",
        columns=(
            Column(_("Hand-in"), lambda h: Cell([h.number], strong=True), sort="declared_at"),
            Column(pgettext_lazy("of money", "Difference"), _difference),
            Column(_("Decision"), _decided),
        ),
        acts=(
            Act(
                hand_ins.acknowledge_difference,
                on=Remittance,
                letter="n",
                tone="main",
                done=_("Taken note of."),
            ),
        ),
        empty=_("What the city manager decides about a difference waits here for you to read."),
        model=Remittance,
    )
)

declare(
    Duty[Remittance](
        code=queries.COUNTING,
        title=_("Counting hand-ins"),
        charter=("F-ST-1",),
        queue=queries.remittances_to_count,
        since="declared_at",
        icon="cash",
        columns=(
            Column(_("Hand-in"), _hand_in, sort="declared_at"),
            Column(_("Area"), lambda h: Cell([h.area.name]), sort="area__position"),
            Column(_("Handed in"), lambda h: Cell([moment(h.declared_at)])),
        ),
        acts=(
            Act(
                hand_ins.count_remittance,
                on=Remittance,
                form=forms.CountForm,
                letter="c",
                tone="main",
                done=_("Counted. Now you see what was declared."),
            ),
            Act(
                floats.issue_float,
                form=forms.FloatForm,
                letter="f",
                place=queries.area_to_count_in,
                opens="queue",
                done=_("The change is his until he hands in."),
            ),
            Act(
                floats.fund_safe,
                form=forms.FundForm,
                letter="s",
                place=queries.area_to_count_in,
                opens="queue",
                done=_("The money is in the safe."),
            ),
        ),
        empty=_("What couriers hand in waits here until you have counted it."),
        model=Remittance,
    )
)

declare(
    Duty[Remittance](
        code=queries.DIFFERENCES,
        title=_("Differences to decide"),
        charter=("S-CM-2",),
        queue=queries.differences_to_decide,
        since="counted_at",
        icon="gavel",
        columns=(
            Column(_("Hand-in"), _hand_in, sort="declared_at"),
            Column(pgettext_lazy("of money", "Difference"), _difference),
            Column(
                _("Counted"),
                lambda h: Cell([yuan(h.counted_fen), h.counted_by.name if h.counted_by else ""]),
                sort="counted_at",
                numeric=True,
            ),
        ),
        acts=(
            Act(
                hand_ins.resolve_difference,
                on=Remittance,
                form=forms.ResolveForm,
                letter="d",
                tone="main",
                done=_("Decided. The courier reads it on his desk."),
            ),
        ),
        empty=_("Hand-ins wait here that were counted and do not agree with the books."),
        model=Remittance,
    )
)

declare(
    Duty[Collection](
        code=queries.LATE,
        title=_("Money that came late"),
        charter=("S-CM-2",),
        queue=queries.late_to_clear,
        since="taken_at",
        icon="hourglass",
        columns=(
            Column(_("Order"), lambda c: Cell([c.order.number], strong=True), sort="taken_at"),
            Column(_("Taken by"), lambda c: Cell([c.courier.name, c.stop.run.number])),
            Column(
                _("Taken"), lambda c: Cell([yuan(c.taken_fen), moment(c.taken_at)]), numeric=True
            ),
            Column(_("The stop was"), lambda c: Cell([c.stop.get_state_display(), c.stop.note])),
        ),
        acts=(
            Act(
                late.clear_late,
                on=Collection,
                form=forms.ClearForm,
                letter="c",
                tone="main",
                done=_("Cleared up."),
            ),
        ),
        empty=_("Money waits here that a courier took for a stop closed otherwise meanwhile."),
        model=Collection,
    )
)


# --- through the bank ---------------------------------------------------------------------------


def _order(order: Order) -> Cell:
    return Cell([order.number, who(order)], strong=True)


def _awaited(order: Order) -> Cell:
    said = [str(yuan(order.due_fen))]
    if order.paid_ahead_fen:
        said.append(gettext("%(sum)s came in") % {"sum": yuan(order.held_fen)})
    return Cell(said)


def _until(order: Order) -> Cell:
    if order.pay_until_at is None:
        return Cell([gettext("once it is screened"), order.area.name])
    return Cell([moment(order.pay_until_at), order.area.name])


def _came_in(order: Order) -> Cell:
    """Return the receipts to be paid back, each with its number on a line of its own."""
    receipts: list[BankEntry] = getattr(order, "receipts", [])
    return Cell([line for one in receipts for line in (yuan(one.amount_fen), one.reference)])


_RECORD = Act(
    transfers.record_receipt,
    on=Order,
    form=forms.ReceiptForm,
    letter="b",
    tone="main",
    done=_("Recorded. Once all of it is there the order goes on by itself."),
)

declare(
    Duty[Order](
        code=queries.TRANSFERS,
        title=_("Transfers awaited"),
        charter=("F-ST-1",),
        queue=queries.transfers_awaited,
        since="placed_at",
        due="pay_until_at",
        icon="arrows-exchange",
        columns=(
            Column(_("Order"), _order, sort="placed_at"),
            Column(_("Awaited"), _awaited, sort="due_fen", numeric=True),
            Column(_("Goods wait until"), _until, sort="pay_until_at"),
        ),
        search=orders_sought,
        acts=(
            _RECORD,
            Act(
                transfers.withdraw_receipt,
                on=Order,
                form=forms.WithdrawForm,
                letter="w",
                tone="stop",
                text=_("For a receipt entered by mistake; the order waits for its money again."),
            ),
        ),
        empty=_(
            "Orders that are paid ahead wait here for their transfer. Each carries its number in "
            "the note; the goods are kept for it until the time that stands beside it."
        ),
        model=Order,
    )
)

declare(
    Duty[Order](
        code=queries.REFUNDS,
        title=_("To be paid back"),
        charter=("F-ST-1",),
        queue=queries.refunds_owed,
        since="owed_since_at",
        icon="arrow-back-up",
        columns=(
            Column(_("Order"), _order, sort="owed_since_at"),
            Column(
                _("Owed"),
                lambda o: Cell([yuan(o.owed_fen)], strong=True),
                numeric=True,
            ),
            Column(_("Came in as"), _came_in),
            Column(_("The order is"), lambda o: Cell(badges=[state_badge(o)])),
        ),
        search=orders_sought,
        acts=(
            Act(
                transfers.record_repayment,
                on=Order,
                form=forms.RepaymentForm,
                letter="y",
                tone="main",
                done=_("Recorded as paid back."),
            ),
        ),
        empty=_(
            "What customers paid ahead and is not for goods they kept waits here: orders called "
            "off, goods left out or refused, and transfers that were too high."
        ),
        model=Order,
    )
)

declare(
    Duty[Purse](
        code=queries.BOARD,
        title=_("Cash outside"),
        charter=("S-CM-2",),
        page="cash:board",
        icon="report-money",
        model=Purse,
    )
)
