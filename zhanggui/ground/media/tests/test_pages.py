"""The door behind which pictures hang."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from zhanggui.ground.media.models import Rendition
from zhanggui.ground.media.tests.drawing import opened
from zhanggui.ground.media.tests.test_actions import taken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "is_now"), [("avif", "AVIF"), ("webp", "WEBP"), ("jpeg", "JPEG")])
def test_picture_is_sent_to_anyone_and_kept_for_good(
    at: datetime, client: Client, kind: str, is_now: str
) -> None:
    answer = client.get(taken(at).address(f"fill-240x240|format-{kind}"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"image/{kind}"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sessionid" not in answer.cookies
    image = opened(answer.content)
    assert (image.format, image.size) == (is_now, (240, 240))


def test_picture_that_is_see_through_stands_on_white_as_jpeg(at: datetime, client: Client) -> None:
    clear = taken(at, kind="PNG", mode="LA", size=(64, 64))
    assert opened(client.get(clear.address("width-64|format-webp")).content).mode == "RGB"
    assert opened(client.get(clear.address("width-64|format-jpeg")).content).mode == "RGB"


def test_picture_that_no_page_asked_for_is_not_made(at: datetime, client: Client) -> None:
    picture = taken(at)
    good = picture.address("fill-240x240|format-avif")
    for url in (
        good.replace("240x240", "241x241"),
        good.replace(picture.seal("fill-240x240"), "0" * 16),
        good.replace(f"/{picture.pk}/", f"/{picture.pk + 1}/"),
        good.replace(".avif", ".gif"),
        good.replace("fill-240x240.avif", "original"),
        good.replace("fill-240x240.avif", ".."),
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.content) == (404, b""), url
    for file in (picture.file.name, "../secret.key", "..%2F..%2Fsecret.key"):
        assert client.get(f"/pictures/{file}").status_code == 404
    assert not Rendition.objects.exists()


def test_picture_is_only_to_look_at(at: datetime, client: Client) -> None:
    assert client.post(taken(at).address("width-64|format-webp")).status_code == 405


def test_picture_is_the_same_for_staff(at: datetime, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("hu").get(taken(at).address("width-64|format-webp"))
    assert answer.status_code == 200
