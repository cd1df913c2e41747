"""Asking for goods, passing it on, deciding about it, and telling those who asked."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.customers.actions.sending import tell_customer
from zhanggui.books.customers.actions.signing import take_try
from zhanggui.books.customers.models import Customer
from zhanggui.books.customers.personal import Holder, Subject, register_holder
from zhanggui.books.customers.queries import key_of
from zhanggui.books.customers.rules.door import TryKind, why_not_number
from zhanggui.books.stock.models import Location
from zhanggui.books.wanted import queries, rules
from zhanggui.books.wanted.models import GoodsRequest, StockReminder, WantedGoods
from zhanggui.books.wanted.rules import (
    OPEN,
    REQUEST_MOVES,
    WAITING,
    WANTED_MOVES,
    ReminderState,
    RequestState,
    WantedState,
)
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor, CustomerActor
from zhanggui.ground.places.rules.phones import PhoneReading, read_phone
from zhanggui.ground.places.rules.texts import tidy_text

ASKING = "wanted.asking"
"""No post holds this duty: customers ask for goods, members or not."""

TELLING = "wanted.telling"
"""No post holds this duty: the clock tells who waited, and what was erased is forgotten."""

ASKER = CustomerActor(duties=frozenset({ASKING}))
"""Whoever asks for goods."""


def _number(text: str) -> PhoneReading:
    phone = read_phone(text)
    if refusal := why_not_number(phone):
        raise refusal
    return phone


# --- requests ------------------------------------------------------------------------------------


@action(
    duty=ASKING,
    title=_("Ask for it"),
    said=_("asked for goods"),
    creates=True,
    private=["what", "details", "phone", "customer", "network", "language"],
)
def ask_for_goods(
    area: str,
    *,
    what: str,
    details: str,
    phone: str,
    customer: Customer | None,
    network: str,
    language: str,
    by: Actor,
    at: datetime,
) -> GoodsRequest:
    """Ask for goods the shop has not; what others asked for already joins them at once."""
    what, details = tidy_text(what), tidy_text(details)
    if refusal := rules.why_not_ask(what=what, details=details):
        raise refusal
    read = _number(phone)
    key, word = key_of(read), rules.word_of(what)
    if queries.open_requests_of(key, word):
        raise rules.asked_already()
    take_try(TryKind.REQUEST, phone_key=key, network=network, at=at)
    request = GoodsRequest.objects.create(
        what=what,
        details=details,
        phone=read.display,
        phone_key=key,
        customer=customer,
        language=language,
        area_id=area,
        asked_at=at,
    )
    goods = WantedGoods.objects.filter(word=word, state__in=WAITING).first()
    if goods is not None:
        _join(request, goods, by=by, at=at)
    return request


def _join(request: GoodsRequest, goods: WantedGoods, *, by: Actor, at: datetime) -> None:
    """Let a request wait with the others for the same goods; what they were told it is told."""
    request.goods = goods
    request.state = REQUEST_MOVES.to("route_request", request.state)
    request.save(update_fields=["goods", "state"])
    if goods.state == WantedState.TAKEN_UP:
        _answer(request, "take_up", goods.answer, goods.product, by=by, at=at)


def _answer(
    request: GoodsRequest,
    verb: str,
    answer: str,
    product: Product | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Note what came of a request, and have the customer told."""
    request.state = REQUEST_MOVES.to(verb, request.state)
    request.answer, request.product, request.answered_at = answer, product, at
    request.save(update_fields=["state", "answer", "product", "answered_at"])
    kinds = {
        RequestState.TAKEN_UP: rules.TAKEN_UP_TEXT,
        RequestState.OFFERED: rules.OFFERED_TEXT,
        RequestState.DECLINED: rules.DECLINED_TEXT,
    }
    with override(request.language):
        named = product.name if product is not None else ""
    tell_customer(
        None,
        kind=kinds[RequestState(request.state)].code,
        phone=request.phone,
        phone_key=request.phone_key,
        data={"answer": answer, "product": named},
        language=request.language,
        by=by,
        at=at,
    )


@action(
    duty=queries.REQUESTS,
    title=_("Pass on to the product manager"),
    said=_("passed it on as “%(what)s”"),
    guard=rules.why_not_route,
    since="asked_at",
)
def route_request(request: GoodsRequest, *, what: str, by: Actor, at: datetime) -> GoodsRequest:
    """Pass a request on under the word by which others ask for the same."""
    word = rules.word_of(what)
    if refusal := rules.why_not_ask(what=word, details=""):
        raise refusal
    goods = WantedGoods.objects.select_for_update().filter(word=word).first()
    if goods is None:
        try:
            with transaction.atomic():
                goods = WantedGoods.objects.create(word=word, wanted_since_at=at)
        except IntegrityError:  # somebody passed the same on at this moment
            goods = WantedGoods.objects.select_for_update().get(word=word)
    if goods.state not in WAITING:
        goods.state = WANTED_MOVES.to("reopen", goods.state)
        goods.product, goods.answer, goods.answered_at = None, "", None
        goods.wanted_since_at = at
        goods.save()
    _join(request, goods, by=by, at=at)
    return request


def _listed(product: Product) -> None:
    if not queries.products_on_sale().filter(pk=product.pk).exists():
        raise rules.not_on_sale(product.name)


@action(
    duty=queries.REQUESTS,
    title=_("We have it"),
    said=_("said that we have it: %(product)s"),
    guard=rules.why_not_answer,
    since="asked_at",
)
def point_to_goods(
    request: GoodsRequest, *, product: Product, answer: str, by: Actor, at: datetime
) -> GoodsRequest:
    """Tell a customer under which name the shop has what he looked for."""
    _listed(product)
    _answer(request, "offer", tidy_text(answer), product, by=by, at=at)
    return request


@action(
    duty=queries.REQUESTS,
    title=pgettext_lazy("a request for goods", "Decline"),
    said=_("declined it: %(answer)s"),
    guard=rules.why_not_answer,
    since="asked_at",
)
def decline_request(request: GoodsRequest, *, answer: str, by: Actor, at: datetime) -> GoodsRequest:
    """Tell a customer that the shop will not have it, and why."""
    _answer(request, "decline", tidy_text(answer), None, by=by, at=at)
    return request


@action(
    duty=queries.REQUESTS,
    title=pgettext_lazy("of a request for goods", "Show the phone number"),
    said=_("looked at the phone number"),
)
def reveal_asker(request: GoodsRequest, *, by: Actor, at: datetime) -> GoodsRequest:
    """Put on record that someone looked at the phone number of a customer who asked for goods."""
    return request


@action(
    duty=ASKING,
    title=_("Withdraw"),
    said=_("withdrew the request"),
    guard=rules.why_not_withdraw,
)
def withdraw_request(request: GoodsRequest, *, by: Actor, at: datetime) -> GoodsRequest:
    """Take one's own request back."""
    request.state = REQUEST_MOVES.to("withdraw_request", request.state)
    request.answered_at = at
    request.save(update_fields=["state", "answered_at"])
    return request


# --- wanted goods --------------------------------------------------------------------------------


def _decide(
    goods: WantedGoods,
    verb: str,
    outcome: str,
    answer: str,
    product: Product | None,
    *,
    by: Actor,
    at: datetime,
) -> WantedGoods:
    """Decide about wanted goods, and tell everybody who waits for an answer."""
    goods.state = WANTED_MOVES.to(verb, goods.state)
    goods.answer, goods.product, goods.answered_at = tidy_text(answer), product, at
    goods.save()
    waiting = GoodsRequest.objects.filter(goods=goods, state__in=OPEN).select_for_update()
    told = 0
    for request in waiting.order_by("pk"):
        if request.state == outcome:
            continue
        _answer(request, outcome, goods.answer, product, by=by, at=at)
        told += 1
    remember(told=told)
    return goods


@action(
    duty=queries.GOODS,
    title=_("Take up"),
    said=_("took it up; customers told: %(told)s"),
    guard=rules.why_not_take_up,
    since="wanted_since_at",
)
def take_up_goods(goods: WantedGoods, *, answer: str, by: Actor, at: datetime) -> WantedGoods:
    """Say that the goods are being looked for; everybody who asked is told."""
    return _decide(goods, "take_up_goods", "take_up", answer, None, by=by, at=at)


@action(
    duty=queries.GOODS,
    title=pgettext_lazy("wanted goods", "Offer"),
    said=_("offered %(product)s; customers told: %(told)s"),
    guard=rules.why_not_offer,
    since="wanted_since_at",
)
def offer_goods(
    goods: WantedGoods, *, product: Product, answer: str, by: Actor, at: datetime
) -> WantedGoods:
    """Offer a product on sale to everybody who asked."""
    _listed(product)
    return _decide(goods, "offer_goods", "offer", answer, product, by=by, at=at)


@action(
    duty=queries.GOODS,
    title=pgettext_lazy("wanted goods", "Decline"),
    said=_("declined it: %(answer)s; customers told: %(told)s"),
    guard=rules.why_not_decline,
    since="wanted_since_at",
)
def decline_goods(goods: WantedGoods, *, answer: str, by: Actor, at: datetime) -> WantedGoods:
    """Say that the shop will not have it, and why; everybody who asked is told."""
    return _decide(goods, "decline_goods", "decline", answer, None, by=by, at=at)


# --- reminders -----------------------------------------------------------------------------------


@action(
    duty=ASKING,
    title=_("Tell me when it is there"),
    said=_("wants to be told when goods are there"),
    creates=True,
    private=["phone", "customer", "network", "language"],
)
def ask_reminder(
    area: str,
    *,
    sku: Sku,
    depot: Location | None,
    phone: str,
    customer: Customer | None,
    network: str,
    language: str,
    by: Actor,
    at: datetime,
) -> StockReminder:
    """Have oneself told when a SKU can be had again, from a depot or from any (None)."""
    read = _number(phone)
    key = key_of(read)
    if not queries.products_on_sale().filter(pk=sku.product_id).exists():
        raise rules.no_longer_sold(str(sku))
    free = queries.free_pieces([sku.pk])
    if any(depot is None or place == depot.pk for (_sku, place), left in free.items() if left > 0):
        raise rules.there_now()
    if queries.waits_for(key, sku.pk):
        raise rules.waits_already()
    take_try(TryKind.REMINDER, phone_key=key, network=network, at=at)
    made = StockReminder(
        sku=sku,
        depot=depot,
        phone=read.display,
        phone_key=key,
        customer=customer,
        language=language,
        asked_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as clash:  # a second tap
        raise rules.waits_already() from clash
    return made


@action(
    duty=ASKING,
    title=_("Tell me no more"),
    said=_("wants to be told no more"),
    guard=rules.why_not_end,
)
def end_reminder(reminder: StockReminder, *, by: Actor, at: datetime) -> StockReminder:
    """End a reminder before the goods are there."""
    reminder.state, reminder.ended_at = ReminderState.ENDED, at
    reminder.save(update_fields=["state", "ended_at"])
    return reminder


@action(
    duty=TELLING,
    title=_("Tell that it is back"),
    said=_("told a customer that the goods are back"),
    guard=rules.why_not_tell,
    since="asked_at",
)
def tell_back(reminder: StockReminder, *, by: Actor, at: datetime) -> StockReminder:
    """Tell somebody that the goods he waits for can be had again, once."""
    reminder.state, reminder.ended_at = ReminderState.TOLD, at
    reminder.save(update_fields=["state", "ended_at"])
    with override(reminder.language):
        named = str(reminder.sku)
    tell_customer(
        None,
        kind=rules.BACK_TEXT.code,
        phone=reminder.phone,
        phone_key=reminder.phone_key,
        data={"goods": named},
        language=reminder.language,
        by=by,
        at=at,
    )
    return reminder


# --- erasure -------------------------------------------------------------------------------------


@action(
    duty=TELLING,
    title=_("Forget who asked"),
    said=_("forgot who asked for goods"),
    private=["subject"],
)
def forget_asker(area: None, *, subject: Subject, by: Actor, at: datetime) -> int:
    """Forget who asked for goods, and what he said beside it; return how many records.

    What still waited ends. The words of the goods stay: how many people want them is nobody's.
    """
    requests = GoodsRequest.objects.filter(phone_key=subject.phone_key)
    reminders = StockReminder.objects.filter(phone_key=subject.phone_key)
    requests.filter(state__in=OPEN).update(state=RequestState.WITHDRAWN, answered_at=at)
    reminders.filter(state=ReminderState.WAITING).update(state=ReminderState.ENDED, ended_at=at)
    nobody = {"phone": "", "phone_key": "", "customer": None, "erased_at": at}
    return requests.update(details="", **nobody) + reminders.update(**nobody)


register_holder(Holder("wanted", held=queries.held_here, erase=partial(forget_asker, None)))
