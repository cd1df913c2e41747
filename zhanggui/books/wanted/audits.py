"""What must never be so among what customers ask for: answers that disagree, people forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from zhanggui.books.wanted.models import GoodsRequest, WantedGoods
from zhanggui.books.wanted.rules import WAITING, RequestState, WantedState
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]


@audit("wanted.requests")
def audit_requests() -> Iterator[Found]:
    """Yield each request that waits for goods already decided about, and goods nobody asked for."""
    label = GoodsRequest._meta.label
    routed = GoodsRequest.objects.filter(state__in=[RequestState.ROUTED, RequestState.TAKEN_UP])
    for request in routed.exclude(goods__state__in=WAITING).order_by("pk"):
        yield f"Request {request.pk} waits for goods that were decided about.", label, request.pk
    late = routed.filter(
        Q(state=RequestState.ROUTED, goods__state=WantedState.TAKEN_UP)
        | Q(state=RequestState.TAKEN_UP, goods__state=WantedState.OPEN)
    )
    for request in late.order_by("pk"):
        yield f"Request {request.pk} was told other than its goods stand.", label, request.pk
    backwards = GoodsRequest.objects.filter(answered_at__lt=F("asked_at"))
    for request in backwards.order_by("pk"):
        yield f"Request {request.pk} was answered before it was made.", label, request.pk
    offered = GoodsRequest.objects.filter(state=RequestState.OFFERED, product__isnull=True)
    for request in offered.order_by("pk"):
        yield f"Request {request.pk} was offered nothing.", label, request.pk
    asked = GoodsRequest.objects.filter(goods=OuterRef("pk"))
    for goods in WantedGoods.objects.filter(~Exists(asked)).order_by("pk"):
        yield f"Nobody asked for “{goods}”.", WantedGoods._meta.label, goods.pk
