"""The duties of this room: passing requests on, and deciding about wanted goods."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from zhanggui.books.wanted import actions, forms, queries
from zhanggui.books.wanted.models import GoodsRequest, WantedGoods
from zhanggui.books.wanted.rules import RequestState, WantedState
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, declare
from zhanggui.ground.desk.templatetags.desk import masked, moment

REQUEST_TONES = {
    RequestState.ASKED: "wait",
    RequestState.ROUTED: "go",
    RequestState.TAKEN_UP: "go",
    RequestState.OFFERED: "done",
    RequestState.DECLINED: "rest",
    RequestState.WITHDRAWN: "rest",
}
WANTED_TONES = {
    WantedState.OPEN: "wait",
    WantedState.TAKEN_UP: "go",
    WantedState.OFFERED: "done",
    WantedState.DECLINED: "rest",
}


def request_badge(request: GoodsRequest) -> Badge:
    """Return where a request stands."""
    state = RequestState(request.state)
    return Badge(REQUEST_TONES[state], state.label)


def wanted_badge(goods: WantedGoods) -> Badge:
    """Return where wanted goods stand."""
    state = WantedState(goods.state)
    return Badge(WANTED_TONES[state], state.label)


def people_said(count: int) -> str:
    """Return a number of people as one says it."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


declare(
    Duty[GoodsRequest](
        code=queries.REQUESTS,
        title=_("Goods customers ask for"),
        charter=("C-CO-1",),
        queue=queries.requests_to_route,
        since="asked_at",
        promise_s=4 * 3600,
        icon="message",
        columns=(
            Column(_("What"), lambda r: Cell([r.what, r.details], strong=True), sort="what"),
            Column(_("Customer"), lambda r: Cell([masked(r.phone_key)])),
            Column(_("Area"), lambda r: Cell([str(r.area)]), sort="area"),
        ),
        search=queries.requests_sought,
        acts=(
            Act(
                actions.route_request,
                on=GoodsRequest,
                form=forms.RouteForm,
                letter="p",
                tone="main",
                opens="queue",
                done=_("The product manager decides about it now."),
            ),
            Act(
                actions.point_to_goods,
                on=GoodsRequest,
                form=forms.OfferForm,
                letter="h",
                opens="queue",
                done=_("The customer is told."),
            ),
            Act(
                actions.decline_request,
                on=GoodsRequest,
                form=forms.DeclineForm,
                letter="d",
                tone="stop",
                opens="queue",
                done=_("The customer is told."),
            ),
            Act(actions.reveal_asker, on=GoodsRequest, reveals=True),
        ),
        empty=_("What customers ask for in the shop because they did not find it waits here."),
        model=GoodsRequest,
    )
)

declare(
    Duty[WantedGoods](
        code=queries.GOODS,
        title=_("Wanted goods"),
        charter=("S-PD-3",),
        queue=queries.goods_wanted,
        since="wanted_since_at",
        promise_s=7 * 86_400,
        icon="bulb",
        columns=(
            Column(_("What"), lambda g: Cell([g.word], strong=True), sort="word"),
            Column(
                _("Waiting"),
                lambda g: Cell([str(getattr(g, "people", 0))], numeric=True),
                sort="people",
                numeric=True,
            ),
            Column(_("State"), lambda g: Cell([g.answer], badges=[wanted_badge(g)]), sort="state"),
            Column(
                _("Wanted since"),
                lambda g: Cell([moment(g.wanted_since_at)]),
                sort="wanted_since_at",
            ),
        ),
        search=queries.goods_sought,
        acts=(
            Act(
                actions.take_up_goods,
                on=WantedGoods,
                form=forms.TakeUpForm,
                letter="t",
                done=_("Everybody who asked is told."),
            ),
            Act(
                actions.offer_goods,
                on=WantedGoods,
                form=forms.OfferForm,
                letter="o",
                tone="main",
                opens="queue",
                done=_("Everybody who asked is told."),
            ),
            Act(
                actions.decline_goods,
                on=WantedGoods,
                form=forms.DeclineForm,
                letter="d",
                tone="stop",
                opens="queue",
                done=_("Everybody who asked is told."),
            ),
        ),
        empty=_("Goods that customer service passed on because customers want them wait here."),
        model=WantedGoods,
    )
)
