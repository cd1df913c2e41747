"""Placing an order, and taking one's own back: what customers do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.catalogue.queries import skus_by_id
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import prices_at
from zhanggui.books.stock import queries as stock
from zhanggui.books.stock.models import Location
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.action import action, made, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.prepared import insert
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.phones import PhoneReading, read_phone
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.screening import cancel_order, confirm_order
from zhanggui.trade.orders.actions.steps import raise_holds
from zhanggui.trade.orders.models import Known, Order, OrderLine
from zhanggui.trade.orders.rules import orders as rules
from zhanggui.trade.orders.rules.invoices import tidy_tax_no, why_not_invoice
from zhanggui.trade.orders.rules.orders import Draft, Item
from zhanggui.trade.orders.rules.payments import Doors
from zhanggui.trade.orders.rules.screening import Earlier, find, shown_phone
from zhanggui.trade.orders.rules.states import CancelReason, Channel, Money, Payment

CUSTOMER = "orders.customer"
"""No post holds this duty: the shop and the API ask for it on the customer's behalf."""


def why_not_draft(_area: object = None, *, draft: Draft | None = None) -> Refusal | None:
    """Return why a draft cannot become an order, whatever is on sale; None before it is known."""
    if draft is None:
        return None
    tidy = draft.tidy()
    return (
        rules.why_not_items(tidy.items)
        or rules.why_not_words(tidy)
        or rules.why_not_text(recipient=tidy.recipient, address=tidy.address, note=tidy.note)
        or why_not_invoice(title=tidy.invoice_title, tax_no=tidy_tax_no(tidy.invoice_tax_no))
    )


@action(
    duty=CUSTOMER,
    title=_("Place the order"),
    said=_("placed the order"),
    guard=why_not_draft,
    creates=True,
    private=["draft"],
)
def place_order(
    area: str, *, draft: Draft, short_ok: bool = True, by: Actor, at: datetime
) -> Order:
    """Take an order at the prices shown, and let it through where nothing speaks against it.

    What screening finds is kept as holds, for a person to look at. `short_ok=False` refuses goods
    of which not enough is left (`too_few`); otherwise the customer is asked about what is short.
    """
    draft = draft.tidy()
    service = queries.service_of(draft.division, at=at)
    if service is None:
        raise rules.not_served(gazetteer().full_name(draft.division))
    skus = _on_sale(draft.items, at=at)
    items = rules.merged(draft.items)
    goods_fen = sum(item.quantity * item.price_fen for item in items)
    if refusal := rules.why_not_sum(goods_fen, least_fen=service.least_fen):
        raise refusal
    if not short_ok:
        _prove_there(service.depot, items, skus)
    phone = read_phone(draft.phone)
    phone_key = queries.phone_key_of(phone)
    known = queries.known_of(phone_key) if draft.payment == Payment.CASH else Doors()
    _prove_payable(draft, service, goods_fen, skus, known)
    earlier = queries.earlier_orders(phone_key=phone_key, device=draft.device, at=at)
    if (count := queries.unconfirmed_of(earlier, at=at)) >= rules.UNCONFIRMED_MAX:
        raise rules.too_many_open(count)
    if draft.payment == Payment.TRANSFER:
        _prove_paying(earlier)
    if draft.channel != Channel.DESK:
        _prove_fair(service.depot, items, earlier, skus)
    case = queries.case_of(
        recipient=draft.recipient,
        phone=draft.phone,
        division=draft.division,
        address=draft.address,
        goods=frozenset((item.sku, item.quantity) for item in items),
        due_fen=goods_fen,
        earlier=earlier,
        payment=draft.payment,
        terms=service.terms,
        known=known,
        at=at,
    )
    (order,) = insert([_placed(draft, service, phone, goods_fen=goods_fen, at=at)])
    made(order)
    lines = insert(_line(order, item, skus[item.sku]) for item in items)
    findings = find(case)
    held = tuple(raise_holds(order, findings, at=at))
    order.known = Known(tuple(lines), held, there=not short_ok)
    remember(
        orders=[order.pk],
        number=order.number,
        goods_fen=goods_fen,
        channel=order.channel,
        payment=order.payment,
        moves=["await_transfer"] if order.money == Money.AWAITED else [],
        holds=[finding.code for finding in findings],
    )
    placed = order if findings else confirm_order(order, by=by, at=at)
    placed.known = None  # from here on others may change it
    return placed


def _placed(
    draft: Draft, service: queries.Service, phone: PhoneReading, *, goods_fen: int, at: datetime
) -> Order:
    return Order(
        token=secrets.token_urlsafe(32),
        channel=draft.channel,
        area_id=service.area.code,
        depot=service.depot,
        recipient=draft.recipient,
        phone=shown_phone(draft.phone, phone),
        phone_key=queries.phone_key_of(phone),
        division=draft.division,
        address=draft.address,
        note=draft.note,
        wish=draft.wish,
        device=draft.device,
        origin_id=draft.origin,
        invoice_title=draft.invoice_title,
        invoice_tax_no=tidy_tax_no(draft.invoice_tax_no),
        goods_fen=goods_fen,
        due_fen=goods_fen,
        payment=draft.payment,
        money=Money.AWAITED if draft.payment == Payment.TRANSFER else Money.DUE,
        promised_at=service.promised_at(at),
        placed_at=at,
        waits_since_at=at,
    )


def _line(order: Order, item: Item, sku: Sku) -> OrderLine:
    return OrderLine(
        order=order,
        sku=sku,
        quantity=item.quantity,
        price_fen=item.price_fen,
        **sold_as(sku),
    )


def sold_as(sku: Sku) -> dict[str, str]:
    """Return the names under which a SKU is sold, in both languages."""
    product = sku.product
    name_en = product.name_en or product.name_zh
    return {
        "name_zh": f"{product.name_zh} · {sku.variant_zh}",
        "name_en": f"{name_en} · {sku.variant_en or sku.variant_zh}",
    }


def _on_sale(items: Sequence[Item], *, at: datetime) -> dict[int, Sku]:
    """Return the SKUs of these items; refuse what is not on sale, or has another price by now."""
    ids = {item.sku for item in items}
    skus = skus_by_id(ids)
    prices = prices_at(ids, at=at)
    off = [
        pk
        for pk in sorted(ids)
        if pk not in prices or pk not in skus or skus[pk].product.state != ProductState.LISTED
    ]
    names: Mapping[int, str] = {pk: str(sku) for pk, sku in skus.items()}
    if off:
        raise rules.not_for_sale({pk: names.get(pk, str(pk)) for pk in off})
    now = {i.sku: prices[i.sku].price_fen for i in items}
    if changed := {i.sku: now[i.sku] for i in items if i.price_fen != now[i.sku]}:
        raise rules.price_changed(changed, names)
    return skus


def _prove_there(depot: Location, items: Sequence[Item], skus: Mapping[int, Sku]) -> None:
    missing = stock.shortages(depot, [Line(item.sku, item.quantity) for item in items])
    if missing:
        wanted = {item.sku: item.quantity for item in items}
        left = {sku: wanted[sku] - count for sku, count in missing.items()}
        raise rules.too_few_left(left, {pk: str(sku) for pk, sku in skus.items()})


def _prove_payable(
    draft: Draft,
    service: queries.Service,
    goods_fen: int,
    skus: Mapping[int, Sku],
    known: Doors,
) -> None:
    """Refuse a method that is not offered; a phone's history speaks only to who has proven it."""
    offered = queries.offers(
        service.terms,
        goods_fen=goods_fen,
        products=[sku.product for sku in skus.values()],
        known=known if draft.proven else None,
    )
    if refusal := offered[Payment(draft.payment)]:
        raise refusal


def _prove_paying(earlier: Sequence[Earlier]) -> None:
    """Refuse goods for a further transfer while too many of the phone wait for theirs."""
    if (count := queries.unpaid_of(earlier)) >= rules.UNCONFIRMED_MAX:
        raise rules.too_many_unpaid(count)


def _prove_fair(
    depot: Location, items: Sequence[Item], earlier: Sequence[Earlier], skus: Mapping[int, Sku]
) -> None:
    """Refuse more of one SKU than is fair to other customers; asks only where it is a lot."""
    held: dict[int, int] = {}
    for order in earlier:
        if order.live and order.same_phone:
            for sku, count in order.goods:
                held[sku] = held.get(sku, 0) + count
    much = [i for i in items if i.quantity + held.get(i.sku, 0) > rules.FREE_PIECES]
    sellable = stock.sellable_in(depot, [item.sku for item in much]) if much else {}
    for item in much:
        mine = held.get(item.sku, 0)
        most = rules.pieces_allowed(sellable.get(item.sku, 0), open_pieces=mine)
        if item.quantity + mine > most:
            raise rules.too_much_of_one(item.sku, str(skus[item.sku]), most=most, open_pieces=mine)


def on_sale(sku: int, *, at: datetime) -> tuple[Sku | None, int | None]:
    """Return a SKU and its price now; None for the price where it is not on sale."""
    found = Sku.objects.filter(pk=sku).select_related("product").first()
    if found is None or found.product.state != ProductState.LISTED:
        return found, None
    price = prices_at([sku], at=at).get(sku)
    return found, price.price_fen if price else None


@action(
    duty=CUSTOMER,
    title=_("Cancel my order"),
    said=_("took the order back"),
    guard=queries.why_not_cancel,
    private=["reason"],
)
def cancel_own_order(order: Order, *, reason: str = "", by: Actor, at: datetime) -> Order:
    """Take one's own order back, as long as nobody has touched its goods."""
    return cancel_order(order, reason_code=CancelReason.CUSTOMER.value, reason=reason, by=by, at=at)
