"""A company of six people grows: a city is added, a department split, people move, one leaves.

Told through the pages, as the people of the charter would do it. Nothing may be orphaned, every
duty is covered or shown uncovered, and what was so on a day can be answered afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import COMPANY_FILE, NOON
from zhanggui.ground.desk.duty import BY_CHARTER
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.actions.company import take_in_company
from zhanggui.ground.org.models import Assignment, ChangeSet, Person
from zhanggui.ground.org.queries import structure_at
from zhanggui.ground.org.rounds import apply_due_change_sets
from zhanggui.ground.org.rules.company import read_company
from zhanggui.ground.org.rules.coverage import covers
from zhanggui.ground.org.rules.structure import Seat

pytestmark = pytest.mark.django_db

MONTH_AGO = NOON - timedelta(days=30)
SIX = ("hu", "tong", "chen", "jiang", "li", "chen_junkai")


def _seats() -> tuple[Seat, ...]:
    """Return the founding appointments: three in sales, three in network, several posts each."""
    company, city, province = "minli", "putian", "fujian"
    return (
        Seat("hu", "sales_director", "sales", company),
        Seat("hu", "provincial_manager", "sales", province, "concurrent"),
        Seat("hu", "planner", "sales", province, "concurrent"),
        Seat("hu", "city_manager", "sales", city, "concurrent"),
        Seat("hu", "personnel", "office", company, "concurrent"),
        Seat("tong", "product_manager", "sales", province),
        Seat("tong", "cashier", "office", company, "concurrent"),
        Seat("chen", "courier", "sales", city),
        Seat("jiang", "network_director", "network", company),
        Seat("jiang", "editor", "network", company, "concurrent"),
        Seat("jiang", "activity_planner", "network", company, "concurrent"),
        Seat("jiang", "customer_service", "network", company, "concurrent"),
        Seat("li", "graphic_designer", "network", company),
        Seat("li", "page_designer", "network", company, "concurrent"),
        Seat("chen_junkai", "programmer", "network", company),
        Seat("chen_junkai", "page_designer", "network", company, "concurrent"),
    )


@pytest.fixture
def six() -> None:
    """Bring the company to the six people with whom the charter begins, a month ago."""
    file = read_company(COMPANY_FILE.read_text(encoding="utf-8"))
    people = tuple(person for person in file.people if person.user in SIX)
    small = replace(file, people=people, seats=_seats())
    take_in_company(None, file=small, by=CLOCKWORK, at=MONTH_AGO)


def _sent(browser: Client, url: str, **data: Any) -> Any:
    """Send a form and follow where it leads; it must have been accepted."""
    answer = browser.post(url, data)
    assert answer.status_code == 303, answer.content.decode()
    return browser.get(answer["Location"])


def _local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _drafted(browser: Client, title: str, effective_at: datetime) -> tuple[ChangeSet, str]:
    page = _sent(
        browser,
        "/desk/new/org/draft_change_set/",
        title=title,
        reason="Growing",
        effective_at=_local(effective_at),
    )
    change = ChangeSet.objects.get(title=title)
    assert page.status_code == 200
    return change, f"/desk/org/changeset/{change.pk}/"


def _scheduled(browser: Client, change: ChangeSet, url: str) -> None:
    change.refresh_from_db()
    _sent(browser, f"{url}schedule_change_set/", version=change.version)
    change.refresh_from_db()


def _covered_or_shown(browser: Client, moment: datetime) -> set[tuple[str, str]]:
    """Return the (duty, area) pairs with nobody; the board must show exactly those."""
    board = browser.get("/desk/coverage/", {"area": "minli"})
    assert board.status_code == 200
    areas = [area["code"] for area in board.context["areas"]]
    shown = {
        (row["charter"], area)
        for row in board.context["rows"]
        for area, cell in zip(areas, row["cells"], strict=True)
        if cell["state"] == "nobody"
    }
    gaps = {(c.duty, c.area) for c in covers(structure_at(moment)) if c.state == "nobody"}
    assert shown == gaps
    later = {row["charter"] for row in board.context["rows"] if row["later"]}
    assert later == set(structure_at(moment).duties) - set(BY_CHARTER)
    return gaps


def test_a_company_of_six_grows(
    six: None, sign_in: Callable[..., Client], person: Callable[[str], Person]
) -> None:
    hu, chen = sign_in("hu"), sign_in("chen")
    assert chen.get("/desk/").status_code == 200
    assert ("S-CO-1", "putian") not in _covered_or_shown(hu, NOON)

    # Hu gives Chen a piece of work; it waits on Chen's desk.
    _sent(
        hu,
        "/desk/new/org/give_assignment/",
        to=person("chen").pk,
        title="Measure the way to Xianyou",
        due_at=_local(NOON + timedelta(days=3)),
    )
    work = Assignment.objects.get(title="Measure the way to Xianyou")
    assert (
        "Measure the way to Xianyou"
        in chen.get("/desk/queue/org.own_assignments/").content.decode()
    )

    # A city is added, with a manager hired for it. Its courier duties have nobody: seen, accepted.
    _sent(
        hu,
        "/desk/new/org/hire_person/",
        user="bai",
        name_zh="白雪梅",
        name_en="Bai Xuemei",
        password="correct horse battery staple",
    )
    change, url = _drafted(hu, "Open Zhangzhou", NOON + timedelta(hours=1))
    _sent(
        hu,
        f"{url}line/add_area/",
        kind="city",
        parent="minnan",
        division="漳州市",
        code="zhangzhou",
        name_zh="漳州市",
        name_en="Zhangzhou",
    )
    _sent(
        hu,
        f"{url}line/appoint/",
        person="bai",
        post="city_manager",
        unit="sales",
        area="zhangzhou",
        kind="main",
    )
    change.refresh_from_db()
    refused = hu.post(f"{url}schedule_change_set/", {"version": change.version})
    assert refused.status_code == 409
    assert "would have nobody" in refused.content.decode()
    _sent(hu, f"{url}gaps/", version=change.version, accept="1")
    _scheduled(hu, change, url)
    assert change.state == "scheduled"
    assert "zhangzhou" not in structure_at(NOON).areas

    with clock.stopped_at(NOON + timedelta(hours=2)):
        assert apply_due_change_sets(NOON + timedelta(hours=2)) == 1
        assert structure_at(NOON + timedelta(hours=2)).areas["zhangzhou"].parent == "minnan"
        bai = sign_in("bai")
        assert bai.get("/desk/").status_code == 200
        assert bai.get("/desk/queue/org.supervision/").status_code == 404
        _covered_or_shown(hu, NOON + timedelta(hours=2))

    # Next day the sales department is split, and three people get other places.
    day_two = NOON + timedelta(days=1)
    with clock.stopped_at(day_two):
        hu = sign_in("hu")
        change, url = _drafted(hu, "Split sales", day_two)
        _sent(
            hu,
            f"{url}line/split_unit/",
            code="sales",
            code_1="sales_market",
            zh_1="市场部",
            en_1="Market",
            code_2="sales_logistics",
            zh_2="物流部",
            en_2="Logistics",
            people_2=["chen", "bai"],
        )
        _sent(
            hu,
            f"{url}line/transfer/",
            seat="tong|cashier|office|minli",
            to_unit="finance",
        )
        _sent(hu, f"{url}line/end/", seat="jiang|customer_service|network|minli")
        _sent(
            hu,
            f"{url}line/appoint/",
            person="li",
            post="customer_service",
            unit="service",
            area="minli",
            kind="concurrent",
        )
        _scheduled(hu, change, url)
        assert change.state == "applied"
        after = structure_at(day_two + timedelta(minutes=1))
        assert "sales" not in after.units
        assert {s.unit for s in after.seats_by_person["chen"]} == {"sales_logistics"}
        assert {s.unit for s in after.seats_by_person["hu"]} == {"sales_market", "office"}
        assert all(seat.unit in after.units for seat in after.seats)
        assert sign_in("li").get("/desk/").status_code == 200
        split = change

    # Chen leaves. His open work must go to somebody; then his access ends with the appointment.
    day_three = NOON + timedelta(days=2)
    with clock.stopped_at(day_three):
        hu = sign_in("hu")
        change, url = _drafted(hu, "Chen leaves", day_three)
        _sent(hu, f"{url}line/leave/", person="chen")
        change.refresh_from_db()
        refused = hu.post(f"{url}schedule_change_set/", {"version": change.version})
        assert refused.status_code == 409
        assert "leaves with open work" in refused.content.decode()
        _sent(hu, f"{url}line/hand_over/", person="chen", to="bai")
        change.refresh_from_db()
        _sent(hu, f"{url}gaps/", version=change.version, accept="1")
        _scheduled(hu, change, url)
        assert change.state == "applied"
        gone = chen.get("/desk/")
        assert gone.status_code == 302
        assert "/sign-in/" in gone["Location"]
        work.refresh_from_db()
        assert (work.to.user, work.state) == ("bai", "given")
        waiting = sign_in("bai").get("/desk/queue/org.own_assignments/").content.decode()
        assert "Measure the way to Xianyou" in waiting
        gaps = _covered_or_shown(hu, day_three + timedelta(minutes=1))
        assert ("S-CO-1", "putian") in gaps

        # Splitting back is refused: Chen's seat has changed since.
        _sent(hu, f"/desk/org/changeset/{split.pk}/draft_reversal/")
        reversal = ChangeSet.objects.get(reverses=split)
        again = f"/desk/org/changeset/{reversal.pk}/"
        refused = hu.post(f"{again}schedule_change_set/", {"version": reversal.version})
        assert refused.status_code == 409
        assert "has changed again since then" in refused.content.decode()

    # Afterwards the company can say who held what, and who could see what, on any day.
    with clock.stopped_at(day_three + timedelta(days=1)):
        hu = sign_in("hu")
        held = hu.get(
            "/desk/history/",
            {
                "duty": "S-CO-1",
                "area": "putian",
                "from": MONTH_AGO.date().isoformat(),
                "to": day_three.date().isoformat(),
            },
        ).content.decode()
        assert "Chen Zhiming" in held
        saw = {"duty": "S-CO-1", "area": "putian"}
        before = hu.get("/desk/history/", {**saw, "on": NOON.date().isoformat()}).content.decode()
        assert "Chen Zhiming" in before
        day_after = (day_three + timedelta(days=1)).date().isoformat()
        later = hu.get("/desk/history/", {**saw, "on": day_after}).content.decode()
        assert "Chen Zhiming" not in later

    # Every deed left its fact, and nothing is orphaned.
    verbs = set(Fact.objects.values_list("verb", flat=True))
    assert {
        "org.draft_change_set",
        "org.add_change_line",
        "org.schedule_change_set",
        "org.apply_change_set",
        "org.hand_over_assignments",
    } <= verbs
    last = structure_at(day_three + timedelta(days=1))
    open_work = Assignment.objects.filter(state__in=["given", "reported"])
    assert {work.to.user for work in open_work} <= set(last.seats_by_person)
