"""The desk's pages of requests and wanted goods: who sees what, and that numbers are masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.stock.models import Level
from zhanggui.books.wanted.models import GoodsRequest
from zhanggui.books.wanted.tests.conftest import PHONES, ask, remind, wanted

pytestmark = pytest.mark.django_db


def test_queue_of_customer_service_masks_the_phone(
    at: datetime, sign_in: Callable[..., Client]
) -> None:
    ask(at, details="小核的")
    page = sign_in("ye").get("/desk/queue/wanted.requests/").content.decode()
    assert "荔枝干" in page and "小核的" in page and "138****7261" in page
    assert PHONES[1] not in page and "138 5030 7261" not in page


def test_dossier_shows_the_phone_after_a_look_on_record(
    at: datetime, sign_in: Callable[..., Client]
) -> None:
    request = ask(at)
    browser = sign_in("ye")
    path = f"/desk/wanted/goodsrequest/{request.pk}/"
    assert "138 5030 7261" not in browser.get(path).content.decode()
    shown = browser.post(f"{path}reveal_asker/", follow=True)
    assert "138 5030 7261" in shown.content.decode()


def test_product_manager_sees_what_was_passed_on_and_no_phone(
    at: datetime, ye: Any, sign_in: Callable[..., Client]
) -> None:
    goods = wanted(at, ye, *PHONES[:3])
    own = ask(at, "杨梅")
    browser = sign_in("tong")
    queue = browser.get("/desk/queue/wanted.goods/").content.decode()
    assert "荔枝干" in queue and "杨梅" not in queue
    page = browser.get(f"/desk/wanted/wantedgoods/{goods.pk}/").content.decode()
    assert "3 people" in page
    first = GoodsRequest.objects.order_by("pk")[0]
    asked = browser.get(f"/desk/wanted/goodsrequest/{first.pk}/")
    assert asked.status_code == 200 and "138 5030" not in asked.content.decode()
    assert browser.get(f"/desk/wanted/goodsrequest/{own.pk}/").status_code == 404


def test_queues_are_not_for_others(sign_in: Callable[..., Client]) -> None:
    for person, duty in (("chen", "wanted.requests"), ("ye", "wanted.goods")):
        assert sign_in(person).get(f"/desk/queue/{duty}/").status_code == 404


def test_offer_is_typed_as_a_code_or_a_name(
    at: datetime, ye: Any, sign_in: Callable[..., Client], goods: SimpleNamespace
) -> None:
    asked = wanted(at, ye)
    browser = sign_in("tong")
    path = f"/desk/wanted/wantedgoods/{asked.pk}/offer_goods/"
    wrong = browser.post(path, {"product": "platinum", "answer": ""})
    assert "Nothing on sale is called “platinum”." in wrong.content.decode()
    done = browser.post(path, {"product": goods.tea.product.code.lower(), "answer": ""})
    assert done.status_code in {302, 303, 204}
    asked.refresh_from_db()
    assert asked.product == goods.tea.product


def test_people_waiting_stand_beside_the_stock(
    at: datetime, sign_in: Callable[..., Client], goods: SimpleNamespace
) -> None:
    from zhanggui.books.stock.actions.goods import reserve_goods
    from zhanggui.books.stock.rules import Line
    from zhanggui.books.wanted import queries
    from zhanggui.ground.kernel.actor import CLOCKWORK

    for (sku, place), free in queries.free_pieces([goods.longan.pk]).items():
        level = Level.objects.get(sku=sku, location=place)
        lines = [Line(sku, free, "TEST")]
        reserve_goods(
            level.location.area_id, depot=level.location, lines=lines, by=CLOCKWORK, at=at
        )
    for phone in PHONES[:2]:
        remind(at, goods.longan, phone=phone)
    level = Level.objects.get(sku=goods.longan, location=goods.putian)
    browser = sign_in("tong")
    panel = browser.get(f"/desk/stock/level/{level.pk}/panel/waiting_for_level/").content.decode()
    assert "2 people" in panel
    product = goods.longan.product
    path = f"/desk/catalogue/product/{product.pk}/panel/waiting_for_product/"
    assert "2 people" in browser.get(path).content.decode()
    assert "People waiting for goods" in browser.get("/desk/").content.decode()
