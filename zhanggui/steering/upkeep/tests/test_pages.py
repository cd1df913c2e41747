"""The change requests over HTTP: queues, pages, acts, news."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from zhanggui.ground.org.models import Appointment
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.tests.conftest import PROGRAMMER

Maker = Callable[..., ChangeRequest]
SignIn = Callable[..., Client]
QUEUE = "/desk/queue/upkeep.changes/"
MINE = "/desk/queue/upkeep.my_requests/"
ASK = "/desk/new/upkeep/ask_for_change/"


def url(request: ChangeRequest, act: str = "") -> str:
    """Return the address of a request, or of an act on it."""
    return f"/desk/upkeep/changerequest/{request.pk}/{act + '/' if act else ''}"


def text_of(response: Any) -> str:
    """Return a page's words, without its marks."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.split())


def seat_of(user: str) -> int:
    """Return the id of a person's first appointment."""
    return Appointment.objects.get(person__user=user, kind="main").pk


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_queue_of_the_programmer_shows_what_waits(
    sign_in: SignIn, ask: Maker, brought_to: Maker, language: str
) -> None:
    ask(title="导出对账单")
    brought_to("in_work", title="改字体", kind="feature")
    page = text_of(sign_in(PROGRAMMER, language=language).get(QUEUE))
    assert "导出对账单" in page
    assert "改字体" in page
    assert ("Cai Yong" if language == "en" else "蔡勇") in page
    assert ("New feature" if language == "en" else "新功能") in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=asked", ["asked"]),
        ("?kind=feature", ["working"]),
        ("?priority=3", ["working"]),
        ("?q=work", ["working"]),
        ("?priority=99&state=nonsense&sort=title", ["asked", "working"]),
        ("?sort=-priority", ["working", "asked"]),
    ],
)
def test_queue_of_the_programmer_can_be_narrowed(
    sign_in: SignIn, ask: Maker, brought_to: Maker, query: str, shown: list[str]
) -> None:
    ask(title="asked")
    brought_to("in_work", title="working", kind="feature")
    page = sign_in(PROGRAMMER).get(QUEUE + query, headers={"HX-Target": "rows"})
    assert re.findall(r'class="rows__link strong"[^>]*>(\w+)</a>', page.content.decode()) == shown


@pytest.mark.parametrize(("user", "status"), [("cai", 404), ("lin", 404), ("jiang", 404)])
def test_queue_of_the_programmer_is_his_alone(
    sign_in: SignIn, db: None, user: str, status: int
) -> None:
    assert sign_in(user).get(QUEUE).status_code == status


def test_queue_of_mine_holds_only_mine(sign_in: SignIn, brought_to: Maker) -> None:
    brought_to("question", "cai", title="cai asks")
    brought_to("released", "pan", title="pan asks")
    page = text_of(sign_in("cai").get(MINE))
    assert "cai asks" in page
    assert "pan asks" not in page


def test_ask_for_change_page_offers_own_posts_only(sign_in: SignIn, db: None) -> None:
    browser = sign_in("hu")
    form = text_of(browser.get(ASK))
    for seat in ("Sales director · Minli Market", "Planner · Fujian", "City manager · Putian"):
        assert seat in form
    assert "Courier" not in form.split("Needed in the post of")[1].split("Back")[0]
    data = {"title": "要看毛利", "kind": "change", "wanted": "按品类看", "why": "定价", "key": "k"}
    theirs = browser.post(ASK, {**data, "appointment": seat_of("cai")})
    assert theirs.status_code == 422
    assert "Select a valid choice." in theirs.content.decode()
    done = browser.post(ASK, {**data, "appointment": seat_of("hu")})
    request = ChangeRequest.objects.get()
    assert (done.status_code, done["Location"]) == (303, url(request))
    assert (request.asked_by.user, request.post_id) == ("hu", "sales_director")
    again = browser.post(ASK, {**data, "appointment": seat_of("hu")})
    assert (again.status_code, ChangeRequest.objects.count()) == (303, 1)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "This field is required."),
        ("title", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("wanted", "字" * 2_001, "Ensure this value has at most 2000 characters (it has 2001)."),
        ("why", "a\x00", "Null characters are not allowed."),
        ("kind", "wish", "Select a valid choice."),
        ("appointment", "999999999999999999999", "Select a valid choice."),
    ],
)
def test_ask_for_change_page_says_what_is_wrong_and_keeps_the_rest(
    sign_in: SignIn, db: None, field: str, value: str, sentence: str
) -> None:
    data = {"title": "T1", "kind": "change", "wanted": "W1", "why": "Y1", "key": "k"}
    data |= {"appointment": str(seat_of("cai")), field: value}
    answer = sign_in("cai").post(ASK, data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    kept = [text for name, text in (("title", "T1"), ("wanted", "W1")) if name != field]
    assert all(text in html for text in kept)
    assert ChangeRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("user", "status"), [("cai", 200), (PROGRAMMER, 200), ("pan", 404), ("lin", 404)]
)
def test_page_of_a_request_is_for_asker_and_programmer(
    sign_in: SignIn, ask: Maker, user: str, status: int
) -> None:
    assert sign_in(user).get(url(ask("cai"))).status_code == status


def test_page_of_a_request_shows_words_safely_and_the_right_acts(
    sign_in: SignIn, ask: Maker
) -> None:
    request = ask("cai", title="<script>alert(1)</script>")
    page = sign_in("cai").get(url(request)).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'data-act="withdraw_request"' in page
    assert 'data-act="accept_change"' not in page
    page = sign_in(PROGRAMMER).get(url(request)).content.decode()
    assert 'data-act="withdraw_request"' not in page
    assert 'data-act="accept_change"' in page
    assert "Accept the request first, with a priority and a promised time." in page


@pytest.mark.parametrize("pk", ["0", "999999", str(10**18), str(10**30)])
def test_page_of_no_request_is_not_there(sign_in: SignIn, db: None, pk: str) -> None:
    assert sign_in(PROGRAMMER).get(f"/desk/upkeep/changerequest/{pk}/").status_code == 404


def test_request_goes_its_way_over_the_pages(sign_in: SignIn, ask: Maker) -> None:
    request = ask("cai")
    dev, mine = sign_in(PROGRAMMER), sign_in("cai")

    def press(browser: Client, act: str, **data: str) -> int:
        return browser.post(url(request, act), data).status_code

    assert press(dev, "ask_back", question="哪个手机？") == 303
    assert press(mine, "answer_question", answer="安卓 9") == 303
    assert press(dev, "reclassify_change", kind="feature") == 303
    plan = {"priority": "4", "promised_at": "2026-11-25T18:00"}
    assert press(dev, "accept_change", **{**plan, "promised_at": "2026-11-22T18:00"}) == 422
    assert press(dev, "accept_change", **plan) == 303
    assert press(mine, "start_change") == 404
    assert press(dev, "start_change") == 303
    assert press(mine, "withdraw_request", reason="x") == 409
    assert press(dev, "release_change", release_note="可以拨号") == 303
    assert press(mine, "reopen_request", remark="没反应") == 303
    assert press(dev, "accept_change", **plan) == 303
    assert press(dev, "start_change") == 303
    assert press(dev, "release_change", release_note="这回可以了") == 303
    assert press(mine, "confirm_release") == 303
    request.refresh_from_db()
    assert (request.state, request.kind, request.priority) == ("confirmed", "feature", 4)
    page = text_of(mine.get(url(request)))
    assert "confirmed that it is solved" in page
    assert "这回可以了" in page


def test_replan_change_page_shows_both_values_to_the_second_of_two(
    sign_in: SignIn, brought_to: Maker
) -> None:
    request, dev = brought_to("accepted"), sign_in(PROGRAMMER)
    seen = signing.dumps({"priority": "3", "promised_at": "2026-11-25T12:00"}, salt="seen")
    address = url(request, "replan_change")
    first = {"priority": "4", "promised_at": "2026-11-26T12:00", "reason": "x", "seen": seen}
    assert dev.post(address, {**first, "key": "a"}).status_code == 303
    second = {"priority": "1", "promised_at": "2026-11-28T09:00", "reason": "y", "seen": seen}
    clash = dev.post(address, {**second, "key": "b"})
    assert clash.status_code == 409
    assert "<b>28 Nov 09:00</b>" in clash.content.decode()
    assert ">26 Nov 12:00<" in clash.content.decode()
    request.refresh_from_db()
    assert request.priority == 4


def test_replan_change_page_saves_what_nobody_else_changed(
    sign_in: SignIn, brought_to: Maker
) -> None:
    request, dev = brought_to("accepted"), sign_in(PROGRAMMER)
    address = url(request, "replan_change")
    html = dev.get(address).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen is not None
    assert 'value="2026-11-25T12:00"' in html
    data = {"priority": "2", "promised_at": "2026-11-29T12:00", "reason": "x", "seen": seen[1]}
    assert dev.post(address, data).status_code == 303


def test_bulk_accept_change_says_what_was_refused(
    sign_in: SignIn, ask: Maker, brought_to: Maker
) -> None:
    rows = [ask(title="one"), ask(title="two"), brought_to("accepted", title="three")]
    dev = sign_in(PROGRAMMER)
    data = {"row": [r.pk for r in rows], "priority": "2", "promised_at": "2026-11-25T18:00"}
    page = text_of(dev.post("/desk/bulk/upkeep/accept_change/", data))
    assert "three" in page
    assert "This cannot be done while the state is “Accepted”." in page
    states = list(ChangeRequest.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["accepted"] * 3


def test_releases_page_shows_news_and_my_own_open_requests(
    sign_in: SignIn, brought_to: Maker, at: datetime
) -> None:
    brought_to("confirmed", "pan", title="扫码更快")
    brought_to("accepted", "cai", title="cai waits")
    brought_to("asked", "pan", title="pan waits")
    page = text_of(sign_in("cai").get("/desk/releases/"))
    assert "站点页可以直接拨号。" in page
    assert "扫码更快" in page
    assert "cai waits" in page
    assert "pan waits" not in page
    assert "promised for 25 Nov 12:00" in page


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=999", "?page=x", "?page=²"])
def test_releases_page_takes_any_page_number(
    sign_in: SignIn, brought_to: Maker, query: str
) -> None:
    brought_to("released")
    answer = sign_in("cai").get(f"/desk/releases/{query}")
    assert answer.status_code == 200
    assert "站点页可以直接拨号。" in answer.content.decode()


def test_releases_page_is_for_people_with_a_post(client: Client, db: None) -> None:
    answer = client.get("/desk/releases/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_search_finds_ones_own(sign_in: SignIn, ask: Maker) -> None:
    request = ask("cai", title="导出对账单")
    for user, found in (("cai", True), (PROGRAMMER, True), ("pan", False)):
        for text in ("对账", f"%23{request.pk}"):
            page = sign_in(user).get(f"/desk/search/?q={text}").content.decode()
            assert (url(request) in page) is found
