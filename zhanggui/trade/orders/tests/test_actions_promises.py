"""Publishing what an area promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.models import Area
from zhanggui.trade.orders.actions.promises import change_promise, publish_promise
from zhanggui.trade.orders.models import DeliveryPromise
from zhanggui.trade.orders.queries import service_of
from zhanggui.trade.orders.tests.conftest import HOURS, refused


def test_publish_promise_holds_in_its_area_and_takes_the_place_of_the_former(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    area = Area.objects.get(pk="xiuyu")
    hu = actor("hu")
    publish_promise("putian", area=area, **HOURS | {"cutoff_s": 3600}, by=hu, at=at)
    own = publish_promise("putian", area=area, **HOURS | {"cutoff_s": 7200}, by=hu, at=at)
    assert DeliveryPromise.objects.filter(area="xiuyu").count() == 1
    there, elsewhere = service_of("350305", at=at), service_of("350304", at=at)
    assert there is not None
    assert elsewhere is not None
    assert (there.cutoff_s, there.promised_at(at)) == (7200, at.replace(hour=12, day=24))
    assert (elsewhere.cutoff_s, elsewhere.promised_at(at)) == (16 * 3600, at.replace(hour=20))
    fact = Fact.objects.filter(verb="orders.publish_promise").last()
    assert fact is not None
    assert (fact.record_id, fact.area, fact.data["place"]) == (own.pk, "xiuyu", "Xiuyu District")


def test_publish_promise_is_refused_for_other_areas_and_impossible_hours(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    hu, area = actor("hu"), Area.objects.get(pk="quanzhou")
    no = refused(lambda: publish_promise("putian", area=area, **HOURS, by=hu, at=at))
    assert no.code == "not_yours"
    mine = Area.objects.get(pk="putian")
    late = HOURS | {"cutoff_s": 21 * 3600}
    no = refused(lambda: publish_promise("putian", area=mine, **late, by=hu, at=at))
    assert str(no) == (
        "What is ordered at the last moment cannot be there before it was ordered. "
        "Let the order time end before the delivery time of the same day."
    )


def test_change_promise_closes_and_opens_an_area(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    change_promise(shop.promise, open=False, **HOURS, by=actor("hu"), at=at)
    assert service_of("350304", at=at) is None
    change_promise(shop.promise, least_fen=500, **HOURS, by=actor("hu"), at=at)
    service = service_of("350304", at=at)
    assert service is not None
    assert service.least_fen == 500


def test_change_promise_is_refused_to_others_and_for_impossible_hours(
    shop: SimpleNamespace, actor: Callable[..., Any], at: datetime
) -> None:
    for user in ("chen", "zhuang", "tong"):
        no = refused(lambda user=user: change_promise(shop.promise, **HOURS, by=actor(user), at=at))
        assert no.code == "not_yours"
    no = refused(lambda: change_promise(shop.promise, **HOURS, least_fen=-1, by=actor("hu"), at=at))
    assert str(no) == ("The smallest order is from 0 to 1,000.00 yuan. Check the number of digits.")
