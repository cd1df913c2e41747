"""What customers do with an order they have placed: change where it goes, rate it afterwards."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.placing import CUSTOMER
from zhanggui.trade.orders.actions.screening import confirm_order
from zhanggui.trade.orders.actions.steps import goods_of, raise_holds, take
from zhanggui.trade.orders.models import Hold, Order, OrderLine, Rating
from zhanggui.trade.orders.queries import Service
from zhanggui.trade.orders.rules import changes, ratings
from zhanggui.trade.orders.rules import orders as rules
from zhanggui.trade.orders.rules.payments import cash_not_here
from zhanggui.trade.orders.rules.screening import Earlier, Finding, find, shown_phone
from zhanggui.trade.orders.rules.states import OrderState, Payment, Resolution


@action(
    duty=CUSTOMER,
    title=_("Change where it goes"),
    said=_("changed name, phone, address or note of the own order"),
    guard=changes.why_not_change,
    private=["recipient", "phone", "division", "address", "note"],
)
def change_own_order(
    order: Order,
    *,
    recipient: str,
    phone: str,
    division: str,
    address: str,
    note: str,
    by: Actor,
    at: datetime,
) -> Order:
    """Change to whom and where one's own order goes, as long as nobody has touched its goods.

    In screening it is looked at anew, and goes through where nothing speaks against it any more;
    what needs a person's decision (many orders, much cash) waits for that person as before. Once
    confirmed, only what screening would let through is taken, and within the same area: the goods
    lie in the depot of that area, perhaps on a round of its courier already.
    """
    read = read_phone(phone)
    new = {
        "recipient": rules.tidy_text(recipient),
        "phone": shown_phone(rules.tidy_text(phone), read),
        "division": division,
        "address": rules.tidy_text(address),
        "note": rules.tidy_text(note),
    }
    changed = [name for name, value in new.items() if getattr(order, name) != value]
    service = queries.service_of(division, at=at)
    if service is None:
        raise rules.not_served(gazetteer().full_name(division))
    if order.payment == Payment.CASH and not service.terms.cash_open:
        raise cash_not_here()
    for name, value in new.items():
        setattr(order, name, value)
    order.phone_key = queries.phone_key_of(read)
    earlier = queries.earlier_orders(
        phone_key=order.phone_key, device=order.device, at=at, without=order.pk
    )
    findings = _found(order, service, earlier, at=at)
    remember(changed=changed)
    if order.state == OrderState.CONFIRMED:
        if refusal := changes.why_not_confirmed(
            findings,
            same_area=service.area.code == order.area_id and service.depot.pk == order.depot_id,
        ):
            raise refusal
        order.save()
        return order
    return _screened_anew(order, service, findings, earlier, by=by, at=at)


def _found(
    order: Order, service: Service, earlier: list[Earlier], *, at: datetime
) -> list[Finding]:
    goods = goods_of(list(OrderLine.objects.filter(order=order)))
    return find(
        queries.case_of(
            recipient=order.recipient,
            phone=order.phone,
            division=order.division,
            address=order.address,
            goods=frozenset(goods.items()),
            due_fen=order.due_fen,
            earlier=earlier,
            payment=order.payment,
            terms=service.terms,
            at=at,
        )
    )


def _screened_anew(
    order: Order,
    service: Service,
    findings: list[Finding],
    earlier: list[Earlier],
    *,
    by: Actor,
    at: datetime,
) -> Order:
    if (count := queries.unconfirmed_of(earlier, at=at)) >= rules.UNCONFIRMED_MAX:
        raise rules.too_many_open(count)
    if refusal := rules.why_not_sum(order.goods_fen, least_fen=service.least_fen):
        raise refusal
    if service.area.code != order.area_id or service.depot.pk != order.depot_id:
        order.area_id, order.depot = service.area.code, service.depot
        order.promised_at = service.promised_at(at)
    open_holds = Hold.objects.filter(order=order, resolved_at__isnull=True)
    open_holds.filter(code__in=changes.OF_THE_DOOR).update(
        resolved_at=at, resolution=Resolution.CORRECTED
    )
    still = set(open_holds.values_list("code", flat=True))
    raise_holds(order, [one for one in findings if one.code not in still], at=at)
    take(order, "correct_order", at=at)
    remember(holds=sorted(still | {str(one.code) for one in findings}))
    return order if findings or still else confirm_order(order, by=by, at=at)


@action(
    duty=CUSTOMER,
    title=_("Rate the order"),
    said=_("rated the order: %(stars)s of 5"),
    guard=ratings.why_not_rate,
    private=["words"],
)
def rate_order(order: Order, *, stars: int, words: str = "", by: Actor, at: datetime) -> Rating:
    """Rate an order that was handed over, once; within a week the rating can be changed."""
    rating = Rating.objects.filter(order=order).first()
    if rating is None:
        rating = Rating(order=order, rated_at=at)
    elif not ratings.may_change(rating.rated_at, at=at):
        raise ratings.rated_long_ago()
    else:
        rating.changed_at = at
    rating.stars, rating.words = stars, rules.tidy_text(words)
    rating.save()
    return rating
