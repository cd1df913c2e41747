"""The pages of the app: who gets in, what a phone is told and keeps, the way without script."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from zhanggui.faces.courier.pages.shell import LINKED, ROOM, kept_files
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.delivery.tests.conftest import Trade

PAGES = ("/courier/", "/courier/shift.json", "/courier/token/", "/courier/stops/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("user", "status"), [("chen", 200), ("cai", 200), ("wu", 404), ("tong", 404), ("su", 404)]
)
def test_couriers_get_in_and_others_do_not(
    path: str, user: str, status: int, sign_in: Callable[..., Client]
) -> None:
    assert sign_in(user).get(path).status_code == status


@pytest.mark.parametrize("path", ["/courier/", "/courier/stops/", "/courier/stops/1/"])
def test_pages_lead_to_the_sign_in(path: str, db: None) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in/?next={path}")


@pytest.mark.parametrize("path", ["/courier/sw.js", "/courier/app.webmanifest"])
def test_what_installs_the_app_is_open_to_all(path: str, db: None) -> None:
    assert Client().get(path).status_code == 200


def test_a_stop_is_shown_to_its_courier_alone(
    trade: Trade, chen: Client, sign_in: Callable[..., Client]
) -> None:
    (stop,) = trade.out(trade.order("hanjiang"))
    page = f"/courier/stops/{stop.pk}/"
    assert chen.get(page).status_code == 200
    assert sign_in("cai").get(page).status_code == 404
    answer = sign_in("hu").get(page)  # plans for Putian, takes no money at doors
    assert answer.status_code == 404
    assert "There is no such record" in answer.content.decode()


def test_the_shift_tells_runs_stops_goods_and_money(trade: Trade, chen: Client) -> None:
    order = trade.order(tea=2, longan=1)
    (stop,) = trade.out(order)
    planned = trade.run(trade.order())
    told = chen.get("/courier/shift.json").json()
    assert [(run["id"], run["state"]) for run in told["runs"]] == [
        (stop.run_id, "out"),
        (planned.pk, "planned"),
    ]
    card = next(card for card in told["stops"] if card["id"] == stop.pk)
    assert card["number"] == 1
    assert card["address"] == order.address
    assert card["place"] == "荔城区拱辰街道" or card["place"] == "荔城区"
    assert card["city"] == "莆田市"
    assert card["phone"] == order.phone
    assert (
        card["due_fen"]
        == 17_500
        == sum(line["quantity"] * line["price_fen"] for line in card["lines"])
    )
    assert told["bag"] == [
        {"sku": trade.tea.pk, "name": str(trade.tea), "quantity": 2},
        {"sku": trade.longan.pk, "name": str(trade.longan), "quantity": 1},
    ]
    assert (told["cash_fen"], told["zone"]) == (0, "Asia/Shanghai")
    assert told["at"].startswith("2026-11-23T")


def test_a_shift_is_each_couriers_own(trade: Trade, sign_in: Callable[..., Client]) -> None:
    trade.out(trade.order("hanjiang"))
    told = sign_in("cai").get("/courier/shift.json").json()
    assert (told["runs"], told["stops"], told["bag"]) == ([], [], [])


def test_a_shift_that_has_not_changed_is_not_told_again(trade: Trade, chen: Client) -> None:
    (stop,) = trade.out(trade.order())
    first = chen.get("/courier/shift.json")
    etag = first.headers["ETag"]
    same = chen.get("/courier/shift.json", headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    chen.post(f"/courier/stops/{stop.pk}/", _form(chen, stop.pk, tendered="68", kind="deliver"))
    assert chen.get("/courier/shift.json", headers={"If-None-Match": etag}).status_code == 200


def test_a_shift_takes_as_many_statements_for_ten_stops_as_for_two(
    trade: Trade, chen: Client, django_assert_max_num_queries: Any
) -> None:
    trade.out(*(trade.order() for _ in range(10)))
    chen.get("/courier/shift.json")
    with django_assert_max_num_queries(24):
        assert len(chen.get("/courier/shift.json").json()["stops"]) == 10


# --- what a phone keeps ------------------------------------------------------------------------


def test_the_worker_keeps_every_file_the_app_needs(chen: Client) -> None:
    script = chen.get("/courier/sw.js").content.decode()
    page = chen.get("/courier/")
    assert page.headers["X-Version"] in script
    kept = set(re.findall(r'"(/static/[^"]+)"', script))
    assert kept == set(kept_files())
    named = re.findall(r'(?:src|href)="(/static/[^"#]+)', page.content.decode())
    assert set(named) - kept == {"/static/courier/app-180.png"}  # asked for when it is installed
    for module in (ROOM / "static/courier").glob("*.js"):
        for other in re.findall(r'from "\./([\w.]+)"', module.read_text(encoding="utf-8")):
            assert f"{settings.STATIC_URL}courier/{other}" in kept
    assert all(finders.find(name) for name in LINKED)


def test_the_page_carries_nobodys_data(trade: Trade, chen: Client) -> None:
    (stop,) = trade.out(trade.order())
    page = chen.get("/courier/").content.decode()
    assert stop.order.address not in page
    assert 'csrfmiddlewaretoken" value' not in page
    assert "Chen" not in page


@pytest.mark.parametrize(("language", "name"), [("en", "Courier"), ("zh-hans", "配送")])
def test_the_manifest_installs_the_app(
    language: str, name: str, sign_in: Callable[..., Client]
) -> None:
    told = sign_in("chen", language=language).get("/courier/app.webmanifest").json()
    assert (told["short_name"], told["scope"], told["start_url"]) == (
        name,
        "/courier/",
        "/courier/",
    )
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL)), icon


def test_scripts_and_styles_stay_within_their_budget() -> None:
    files = list((ROOM / "static/courier").iterdir())
    script = [ROOM / "templates/courier/sw.js", *(f for f in files if f.suffix == ".js")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in script) <= 20_000  # as sent
    assert sum(file.stat().st_size for file in files if file.suffix == ".css") <= 20_000


@pytest.mark.parametrize("path", sorted((ROOM / "templates").rglob("*.html")), ids=lambda p: p.stem)
def test_no_template_has_inline_script_or_style(path: Any) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", source)


# --- without script ----------------------------------------------------------------------------


def _form(phone: Client, pk: int, **typed: Any) -> dict[str, Any]:
    page = phone.get(f"/courier/stops/{pk}/").content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert key is not None
    lines = dict(re.findall(r'name="(line_\d+)".*?value="(\d+)"', page))
    return {"key": key[1], **lines, **typed}


def test_a_stop_is_delivered_by_a_plain_form_once(trade: Trade, chen: Client) -> None:
    stop, _other = trade.out(trade.order(), trade.order())
    assert stop.order.address in chen.get("/courier/stops/").content.decode()
    page = f"/courier/stops/{stop.pk}/"
    form = _form(chen, stop.pk, kind="deliver", tendered="100")
    for _twice in range(2):
        answer = chen.post(page, form)
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
    taken = Collection.objects.get()
    assert (taken.tendered_fen, taken.change_fen) == (10_000, 3_200)
    shown = chen.get(page).content.decode()
    assert "¥68.00" in shown and "¥32.00" in shown and "Delivered" in shown


def test_a_part_is_delivered_by_a_plain_form(trade: Trade, chen: Client) -> None:
    order = trade.order(tea=2)
    stop, _other = trade.out(order, trade.order())
    line = trade.line(order, trade.tea)
    form = _form(chen, stop.pk, kind="deliver", tendered="68.00") | {f"line_{line.pk}": "1"}
    assert chen.post(f"/courier/stops/{stop.pk}/", form).status_code == 303
    stop.refresh_from_db()
    assert stop.state == "partly"


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"kind": "deliver", "tendered": "60"}, 422, "68.00 yuan are due, and 60.00 were given."),
        ({"kind": "deliver", "tendered": "x"}, 422, "“x” is not an amount of money."),
        ({"kind": "refuse", "note": "later"}, 422, "No reason is chosen."),
        ({"kind": "fail", "reason": "no_cash"}, 422, ""),
        (
            {"kind": "deliver", "tendered": "68", "line": "2"},
            422,
            "from 0 to 1 pieces can be kept.",
        ),
        ({"kind": "dance"}, 400, "This deed does not say what happened."),
        ({"kind": "fail", "reason": "blocked", "key": "7"}, 400, "has no number of its own."),
    ],
    ids=str,
)
def test_a_plain_form_is_refused_with_its_sentence(
    typed: dict[str, str], status: int, sentence: str, trade: Trade, chen: Client
) -> None:
    (stop,) = trade.out(trade.order())
    form = _form(chen, stop.pk) | typed
    if "line" in typed:
        form[f"line_{trade.line(stop.order, trade.tea).pk}"] = form.pop("line")
    answer = chen.post(f"/courier/stops/{stop.pk}/", form)
    assert answer.status_code == status
    shown = answer.content.decode()
    assert 'role="alert"' in shown and sentence in shown
    assert typed.get("note", "") in shown
    stop.refresh_from_db()
    assert stop.state == "waiting"


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ({"kind": "refuse", "reason": "price"}, "refused"),
        ({"kind": "fail", "reason": "blocked"}, "failed"),
    ],
)
def test_an_undelivered_stop_by_a_plain_form(
    typed: dict[str, str], state: str, trade: Trade, chen: Client
) -> None:
    (stop,) = trade.out(trade.order())
    assert chen.post(f"/courier/stops/{stop.pk}/", _form(chen, stop.pk, **typed)).status_code == 303
    stop.refresh_from_db()
    assert stop.state == state


def test_a_stop_of_a_run_that_has_not_left_only_shows(trade: Trade, chen: Client) -> None:
    run = trade.run(trade.order())
    shown = chen.get(f"/courier/stops/{run.stops.get().pk}/").content.decode()
    assert "This run has not left yet." in shown
    assert "<form" not in shown


def test_an_empty_day_says_what_will_come(chen: Client) -> None:
    assert "No run today" in chen.get("/courier/stops/").content.decode()


def test_a_run_on_the_road_leads_its_courier_to_the_app(
    trade: Trade, chen: Client, sign_in: Callable[..., Client]
) -> None:
    (stop,) = trade.out(trade.order())
    panel = f"/desk/delivery/run/{stop.run_id}/panel/run_on_phone/"
    assert 'href="/courier/"' in chen.get(panel).content.decode()
    other = sign_in("hu")
    whole = other.get(panel)  # without scripts the way to it stands on the run's page
    assert whole.status_code == 200
    assert "There is nothing to show here." in whole.content.decode()
    assert 'href="/courier/"' not in whole.content.decode()
    part = other.get(panel, headers={"HX-Request": "true"})  # the dossier then hides its heading
    assert (part.status_code, part.content) == (200, b"")


def test_the_first_page_offers_the_app_to_couriers_and_strangers(
    chen: Client, sign_in: Callable[..., Client]
) -> None:
    here = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}
    offers = {
        name: 'href="/courier/"' in client.get("/", **here).content.decode()
        for name, client in (("chen", chen), ("fang", sign_in("fang")), ("nobody", Client()))
    }
    assert offers == {"chen": True, "fang": False, "nobody": True}
