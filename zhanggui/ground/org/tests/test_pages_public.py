"""The pages open to everyone: chart, coverage, handbook, people, history."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.org.actions.assignments import give_assignment
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    revise_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.actions.people import hire_person
from zhanggui.ground.org.models import ChangeSet, Person

HOUR = timedelta(hours=1)
PAGES = (
    "/desk/organisation/",
    "/desk/organisation/?by=area",
    "/desk/coverage/",
    "/desk/handbook/",
    "/desk/handbook/courier/",
    "/desk/people/",
    "/desk/history/",
    "/desk/history/?duty=S-CM-1&area=putian",
    "/desk/history/?duty=S-CM-1&area=putian&on=2026-10-01",
)
SignIn = Callable[..., Client]


def words(answer: Any) -> str:
    """Return the words of a page, without its marks."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def changed(actor: Any, at: datetime, *lines: tuple[str, dict[str, Any]]) -> ChangeSet:
    """Apply a change, its gaps accepted."""
    made = draft_change_set("minli", title="Growth", effective_at=at, by=actor, at=at)
    for kind, data in lines:
        made = add_change_line(made, kind=kind, data=data, by=actor, at=at)
    made = revise_change_set(
        made, title="Growth", reason="r", effective_at=at, gaps_accepted=True, by=actor, at=at
    )
    return schedule_change_set(made, by=actor, at=at)


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("user", ["lin", "fang", "cai"])
def test_pages_are_open_to_everyone_who_works_here(sign_in: SignIn, url: str, user: str) -> None:
    assert sign_in(user).get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_pages_want_a_sign_in(db: None, url: str) -> None:
    answer = Client().get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/desk/")


@pytest.mark.parametrize("url", PAGES)
def test_pages_answer_reading_only(sign_in: SignIn, url: str) -> None:
    client = sign_in("cai")
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_pages_speak_chinese(sign_in: SignIn, url: str) -> None:
    answer = sign_in("cai", language="zh-hans").get(url)
    told = words(answer)
    assert "蔡" in told or "公司" in told or "职责" in told
    for english in ("Organisation", "Duty coverage", "Handbook", "nobody", "Show", "People"):
        assert english not in told


# --- the chart -------------------------------------------------------------------------------
def test_organisation_draws_people_on_posts_on_units(sign_in: SignIn) -> None:
    told = words(sign_in("cai").get("/desk/organisation/"))
    assert "18 people in 36 appointments, 14 units, 22 areas." in told
    assert "Putian Team 4" in told
    assert "City manager Hu Haisheng concurrent · Putian" in told


def test_organisation_by_area_shows_who_answers_and_what_is_missing(sign_in: SignIn) -> None:
    told = words(sign_in("cai").get("/desk/organisation/?by=area"))
    assert "Xiamen city 6 duties with nobody City manager Zheng Wenbin acting" in told
    assert "Minli Market whole company 1 duty with nobody" in told


def test_organisation_on_a_day_gone_by(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    seat = {"person": "pan", "post": "courier", "unit": "team_putian", "area": "xianyou"}
    changed(actor("fang"), at, ("end", seat))
    client = sign_in("cai")
    now = words(client.get("/desk/organisation/"))
    then = words(client.get("/desk/organisation/?on=2026-11-01"))
    assert ("Pan Zhenxing" in now, "Pan Zhenxing" in then) == (False, True)
    assert "The company as it stood at the end of 1 Nov." in then
    early = words(client.get("/desk/organisation/?on=2020-01-01"))
    assert "There was no company on that day" in early


@pytest.mark.parametrize(
    "typed",
    ["2026-11-23", "2099-01-01", "yesterday", "2026-13-45", "0001-01-01", "9999-12-31", "%00", ""],
)
def test_organisation_shows_the_present_for_any_other_day(sign_in: SignIn, typed: str) -> None:
    answer = sign_in("cai").get(f"/desk/organisation/?on={typed}")
    assert answer.status_code == 200
    assert "The company as it stood" not in words(answer)


def test_organisation_folds_a_large_company(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    client = sign_in("cai")
    small = client.get("/desk/organisation/").content.decode()
    assert small.count("<details") == small.count(" open>")
    lines = [
        (
            "add_unit",
            {"code": f"t{n}", "name": {"zh": f"组{n}", "en": f"Team {n}"}, "parent": "team_putian"},
        )
        for n in range(60)
    ]
    changed(actor("fang"), at, *lines)
    with CaptureQueriesContext(connection) as many:
        large = client.get("/desk/organisation/").content.decode()
    assert (large.count("<details"), large.count(" open>")) == (68, 0)
    assert "Team 59" in large
    assert len(many) <= 20


# --- coverage --------------------------------------------------------------------------------
def test_coverage_counts_and_names_gaps(sign_in: SignIn) -> None:
    answer = sign_in("cai").get("/desk/coverage/?area=")
    assert answer.context["totals"] == {
        "held": 92,
        "nobody": 18,
        "same": 1,
        "later": answer.context["totals"]["later"],
    }
    assert [area["name"] for area in answer.context["areas"]] == [
        "Minli Market",
        "Fujian",
        "Central Fujian",
        "Putian",
        "Southern Fujian",
        "Quanzhou",
        "Xiamen",
        "Eastern Fujian",
        "Fuzhou",
    ]
    assert answer.context["left_out"] == []


def _cells(answer: Any, charter: str) -> dict[str, Any]:
    row = next(row for row in answer.context["rows"] if row["charter"] == charter)
    return {cell["area"]: cell for cell in row["cells"] if cell["state"] != "none"}


def test_coverage_cell_says_holder_nobody_or_who_checks_himself(sign_in: SignIn) -> None:
    answer = sign_in("cai").get("/desk/coverage/?area=")
    courier = _cells(answer, "S-CO-1")
    assert [h["name"] for h in courier["Putian"]["holders"]] == ["Chen Zhiming"]
    assert (courier["Xiamen"]["state"], courier["Xiamen"]["text"]) == ("nobody", "nobody")
    audit = _cells(answer, "F-TX-1")["Minli Market"]
    assert (audit["state"], audit["text"]) == (
        "same",
        "also does what this checks: Expense claims",
    )
    everyone = _cells(answer, "G-1")["Minli Market"]
    assert (everyone["state"], everyone["text"]) == ("held", "everyone")


def test_coverage_row_leads_to_the_handbook_and_says_what_comes_later(sign_in: SignIn) -> None:
    rows = {r["charter"]: r for r in sign_in("cai").get("/desk/coverage/").context["rows"]}
    assert rows["S-CO-1"]["url"] == "/desk/handbook/courier/#S-CO-1"
    assert (rows["F-TX-1"]["later"], rows["H-PE-1"]["later"]) == (True, False)


@pytest.mark.parametrize(
    ("query", "areas", "count"),
    [
        ("area=putian", ["Minli Market", "Fujian", "Central Fujian", "Putian"], None),
        ("level=city", ["Putian", "Quanzhou", "Xiamen", "Fuzhou"], 12),
        ("state=nobody", ["Minli Market", "Xiamen", "Eastern Fujian", "Fuzhou"], 12),
        ("state=same", ["Minli Market"], 1),
        ("group=M", ["Minli Market"], 2),
        ("level=district", [], 0),
        ("area=atlantis&level=moon&state=bliss&group=%27", None, None),
    ],
)
def test_coverage_narrows(
    sign_in: SignIn, query: str, areas: list[str] | None, count: int | None
) -> None:
    answer = sign_in("cai").get(f"/desk/coverage/?{query}")
    assert answer.status_code == 200
    if areas is not None:
        assert [area["name"] for area in answer.context["areas"]] == areas
    if count is not None:
        assert len(answer.context["rows"]) == count


def test_coverage_begins_with_the_area_in_focus(sign_in: SignIn) -> None:
    client = sign_in("huang")
    client.post("/desk/focus/", {"area": "putian"})
    answer = client.get("/desk/coverage/")
    assert answer.context["areas"][-1]["name"] == "Putian"
    assert len(client.get("/desk/coverage/?area=").context["areas"]) == 9


def test_coverage_leaves_the_lower_levels_out_until_chosen(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    line = {
        "code": "zhangzhou",
        "kind": "city",
        "name": {"zh": "漳州市", "en": "Zhangzhou"},
        "parent": "minnan",
        "divisions": ["3506"],
    }
    changed(actor("fang"), at, ("add_area", line))
    client = sign_in("cai")
    answer = client.get("/desk/coverage/")
    assert [str(word) for word in answer.context["left_out"]] == ["city"]
    assert "these levels are left out until you choose a level or an area: city." in words(answer)
    assert len(client.get("/desk/coverage/?level=city").context["areas"]) == 5


def test_coverage_statements_do_not_grow_with_the_company(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    client = sign_in("cai")
    client.get("/desk/coverage/?on=2026-11-01")
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/coverage/?on=2026-11-01")
    lines = [
        (
            "add_area",
            {"code": f"c{n}", "kind": "city", "name": {"zh": "x", "en": "x"}, "parent": "minnan"},
        )
        for n in range(20)
    ]
    changed(actor("fang"), at - timedelta(days=40), *lines)
    client.get("/desk/coverage/?on=2026-11-01&level=city")
    with CaptureQueriesContext(connection) as many:
        answer = client.get("/desk/coverage/?on=2026-11-01&level=city")
    assert len(answer.context["areas"]) == 24
    assert len(many) == len(few)


# --- handbook --------------------------------------------------------------------------------
def test_handbook_lists_every_post_by_department(sign_in: SignIn) -> None:
    answer = sign_in("cai").get("/desk/handbook/")
    groups = {str(g["title"]): [p["title"] for p in g["posts"]] for g in answer.context["groups"]}
    assert list(groups) == [
        "Company-wide rules",
        "Sales department",
        "Network department",
        "Customer service",
        "Finance",
        "Personnel and administration",
        "Management and advice",
    ]
    assert sum(len(posts) for posts in groups.values()) == 26
    assert groups["Management and advice"] == ["Legal adviser", "General manager"]
    legal = next(
        p for g in answer.context["groups"] for p in g["posts"] if p["title"] == "Legal adviser"
    )
    assert (legal["duties"], legal["holders"]) == (1, 0)


def test_handbook_of_a_post_is_generated_from_its_duties(sign_in: SignIn) -> None:
    answer = sign_in("fang").get("/desk/handbook/personnel/")
    duty = answer.context["duties"][0]
    assert (duty["charter"], duty["promise"], duty["in_version"]) == (
        "H-PE-1",
        "within 1 d",
        True,
    )
    acts = {str(act["title"]): act["letter"] for act in duty["acts"]}
    assert acts["Schedule"] == "S"
    assert [h["name"] for h in answer.context["holders"]] == ["Fang Xiaohong"]
    told = words(answer)
    assert "3 duties, wanted at the level of: whole company." in told


def test_handbook_of_a_post_without_a_room_says_so(sign_in: SignIn) -> None:
    answer = sign_in("cai").get("/desk/handbook/tax_auditor/")
    assert {duty["in_version"] for duty in answer.context["duties"]} == {False}
    assert "not in this version" in words(answer)
    assert {duty["url"] for duty in answer.context["duties"]} == {None}


def test_handbook_measures_show_to_holders_and_those_above(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    draft_change_set("minli", title="x", effective_at=at, by=actor("fang"), at=at)
    for user, shown in (("fang", True), ("huang", True), ("lin", True), ("cai", False)):
        duty = sign_in(user).get("/desk/handbook/personnel/").context["duties"][0]
        assert (duty["measures"] is not None) == shown
        if shown:
            assert duty["measures"] == {
                "waiting": "1",
                "handled": "0",
                "on_time": "",
                "median": "",
            }


@pytest.mark.parametrize("code", ["atlantis", "x" * 300, "-1"])
def test_handbook_of_no_post_is_not_found(sign_in: SignIn, code: str) -> None:
    assert sign_in("cai").get(f"/desk/handbook/{code}/").status_code == 404


# --- people ----------------------------------------------------------------------------------
def _names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=hhs", ["Hu Haisheng"]),
        ("q=%E8%83%A1", ["Hu Haisheng"]),
        ("post=programmer", ["Chen Junkai"]),
        ("area=xiamen", ["Zheng Wenbin"]),
        ("area=putian&post=city_manager", ["Hu Haisheng"]),
        ("standing=none", []),
        ("standing=out", []),
        ("q=%00%3Cscript%3E", []),
        ("page=99999999999&post=programmer", ["Chen Junkai"]),
        ("page=-1&post=programmer", ["Chen Junkai"]),
        ("post=x&area=y&standing=z&q=hhs", ["Hu Haisheng"]),
    ],
)
def test_people_narrows(sign_in: SignIn, query: str, names: list[str]) -> None:
    answer = sign_in("fang").get(f"/desk/people/?{query}")
    assert answer.status_code == 200
    assert _names(answer) == names
    if not names:
        assert "Nobody is found" in words(answer)


def test_people_pages_and_counts(sign_in: SignIn, actor: Callable[..., Any], at: datetime) -> None:
    client = sign_in("fang")
    client.get("/desk/people/")
    with CaptureQueriesContext(connection) as few:
        assert len(_names(client.get("/desk/people/"))) == 18
    for n in range(60):
        hire_person(
            None, user=f"new{n}", name_zh=f"新人{n}", name_en=f"New {n}", by=actor("fang"), at=at
        )
    client.get("/desk/people/")
    with CaptureQueriesContext(connection) as many:
        answer = client.get("/desk/people/")
    assert (len(_names(answer)), answer.context["page"]["total"]) == (50, 78)
    assert len(_names(client.get(answer.context["page"]["next"]))) == 28
    assert len(many) == len(few)
    assert len(_names(client.get("/desk/people/?standing=none"))) == 50


def test_people_load_shows_to_those_who_answer_for_them(
    sign_in: SignIn, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    give_assignment(
        "fujian", to=person("cai"), title="x", due_at=at + HOUR, by=actor("huang"), at=at
    )

    def load(user: str) -> Any:
        answer = sign_in(user).get("/desk/people/?q=cai yong")
        return answer.context["with_load"], answer.context["rows"][0]["load"]

    assert load("huang") == (True, {"open": 1, "late": 0})
    assert load("fang") == (True, {"open": 1, "late": 0})
    assert load("cai") == (False, None)
    zheng = sign_in("zheng").get("/desk/people/?q=su wanting")
    assert (zheng.context["with_load"], zheng.context["rows"][0]["load"]) == (True, None)


def test_people_offers_hiring_to_personnel_only(sign_in: SignIn) -> None:
    assert [a["verb"] for a in sign_in("fang").get("/desk/people/").context["begin"]] == [
        "hire_person"
    ]
    assert sign_in("lin").get("/desk/people/").context["begin"] == []


# --- history ---------------------------------------------------------------------------------
def test_history_tells_who_held_a_duty(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    seat = {"person": "hu", "post": "city_manager", "unit": "team_putian", "area": "putian"}
    changed(actor("fang"), at, ("end", seat))
    told = words(sign_in("cai").get("/desk/history/?duty=S-CM-1&area=putian"))
    assert "Who held it between 25 Aug and 23 Nov" in told
    assert "Hu Haisheng concurrent City manager · Putian Team · Putian 1 Sep 09:00 – 12:00" in told


def test_history_tells_who_could_see_on_a_day(sign_in: SignIn) -> None:
    client = sign_in("cai")
    told = words(client.get("/desk/history/?duty=S-CO-1&area=xianyou&on=2026-10-01"))
    assert "Who could see its records at the end of 1 Oct" in told
    assert "Pan Zhenxing Courier · Putian Team · Xianyou County" in told
    assert "Chen Zhiming Courier · Putian Team · Putian" in told
    early = words(client.get("/desk/history/?duty=S-CO-1&area=xianyou&on=2026-01-01"))
    assert "On that day no appointment brought this duty for this area." in early


def test_history_says_that_everyone_held_it(sign_in: SignIn) -> None:
    told = words(sign_in("cai").get("/desk/history/?duty=G-1&area=minli"))
    assert "Everyone with a post holds this duty" in told


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=soon", "“soon” is not a day: write it as 2026-11-23."),
        ("on=0000-00-00", "“0000-00-00” is not a day: write it as 2026-11-23."),
        (
            "from=2026-11-02&to=2026-11-01",
            "The last day lies before the first: exchange the two.",
        ),
    ],
)
def test_history_says_what_is_wrong_with_a_day(sign_in: SignIn, query: str, sentence: str) -> None:
    answer = sign_in("cai").get(f"/desk/history/?duty=S-CM-1&area=putian&{query}")
    assert answer.status_code == 200
    assert sentence in words(answer).replace("&#x27;", "'")


@pytest.mark.parametrize("query", ["duty=%00&area=%00", "duty=x&area=y", "duty=S-CM-1", ""])
def test_history_without_a_question_shows_the_forms(sign_in: SignIn, query: str) -> None:
    answer = sign_in("cai").get(f"/desk/history/?{query}")
    assert answer.status_code == 200
    assert "found" not in answer.context


def test_history_lists_changes_and_links_them_for_personnel(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    made = changed(actor("fang"), at, ("move_area", {"code": "xiamen", "parent": "mindong"}))
    mine = sign_in("fang").get("/desk/history/").context["changes"][0]
    theirs = sign_in("cai").get("/desk/history/").context["changes"][0]
    assert (mine["url"], mine["reason"]) == (f"/desk/org/changeset/{made.pk}/", "r")
    assert (theirs["title"], theirs["url"], theirs["reason"]) == ("Growth", "", "")


# --- load ------------------------------------------------------------------------------------
def test_load_shows_who_carries_most_to_those_who_decide_on_hiring(
    sign_in: SignIn, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    give_assignment(
        "fujian", to=person("cai"), title="x", due_at=at + HOUR, by=actor("huang"), at=at
    )
    client = sign_in("lin")
    rows = client.get("/desk/load/").context["rows"]
    assert len(rows) == 18
    assert [(r["name"], r["duties"], r["posts"], r["percent"]) for r in rows[:2]] == [
        ("Hu Haisheng", 14, 3, 100),
        ("Huang Deming", 14, 2, 100),
    ]
    top = client.get("/desk/load/?sort=open").context["rows"][0]
    assert (top["name"], top["open"], top["late"]) == ("Cai Yong", 1, 0)
    assert client.get("/desk/load/?sort=deeds").context["rows"][0]["name"] == "Huang Deming"
    posts = {p["title"]: p for p in client.get("/desk/load/").context["posts"]}
    assert (posts["Legal adviser"]["holders"], posts["Legal adviser"]["missing"]) == (0, 1)
    assert (posts["City manager"]["holders"], posts["City manager"]["aside"]) == (4, 3)
    assert (posts["Courier"]["holders"], posts["Courier"]["missing"]) == (5, 12)


@pytest.mark.parametrize("query", ["sort=nothing", "page=99", "page=x", "sort=%00"])
def test_load_takes_any_choice(sign_in: SignIn, query: str) -> None:
    assert sign_in("lin").get(f"/desk/load/?{query}").status_code == 200


def test_load_is_of_those_who_hold_the_duty(sign_in: SignIn) -> None:
    assert sign_in("fang").get("/desk/load/").status_code == 200
    for user in ("huang", "cai"):
        assert sign_in(user).get("/desk/load/").status_code == 404


def test_load_statements_do_not_grow_with_people(
    sign_in: SignIn, actor: Callable[..., Any], at: datetime
) -> None:
    client, fang = sign_in("lin"), actor("fang")
    client.get("/desk/load/")
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/load/")
    for n in range(10):
        hire_person(None, user=f"new{n}", name_zh=f"新{n}", name_en=f"New {n}", by=fang, at=at)
    seat = {"post": "courier", "unit": "team_xiamen", "area": "xiamen"}
    changed(fang, at, *(("appoint", {"person": f"new{n}", **seat}) for n in range(10)))
    client.get("/desk/load/")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/desk/load/").context["rows"]) == 28
    assert len(many) == len(few)
