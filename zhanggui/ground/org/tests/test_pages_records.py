"""The pages of an assignment and of a person; figures on Today; what the search finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.org.actions.assignments import (
    give_assignment,
    report_assignment,
    return_assignment,
)
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.actions.people import hire_person, suspend_person
from zhanggui.ground.org.models import Assignment, Person
from zhanggui.ground.org.tests.test_pages_public import words

HOUR = timedelta(hours=1)
SignIn = Callable[..., Client]


@pytest.fixture
def work(actor: Callable[..., Any], person: Callable[[str], Person], at: datetime) -> Assignment:
    """Give Cai something to do until two."""
    return give_assignment(
        "fujian",
        to=person("cai"),
        title="Visit <b>the</b> depots",
        text="All three",
        due_at=at + 2 * HOUR,
        by=actor("huang"),
        at=at,
    )


def url_of(person: Person) -> str:
    """Return a person's page."""
    return f"/desk/org/person/{person.pk}/"


# --- assignments -----------------------------------------------------------------------------
def test_assignment_page_tells_the_whole_story(
    sign_in: SignIn, work: Assignment, actor: Callable[..., Any], at: datetime
) -> None:
    work = report_assignment(work, evidence="Three photos", by=actor("cai"), at=at + HOUR)
    return_assignment(work, remark="One is blurred", by=actor("huang"), at=at + HOUR)
    page = sign_in("cai").get(f"/desk/org/assignment/{work.pk}/")
    told = words(page)
    for sentence in (
        "Visit &lt;b&gt;the&lt;/b&gt; depots",
        "Holder Cai Yong Given by Huang Deming Area Hanjiang District",
        "What is to be done All three",
        "Evidence Three photos",
        "Remark One is blurred",
        "sent the work back: One is blurred",
    ):
        assert sentence in told, sentence
    assert "<b>the</b>" not in page.content.decode()


@pytest.mark.parametrize(
    ("user", "status"),
    [("cai", 200), ("huang", 200), ("zheng", 200), ("pan", 404), ("hu", 404), ("lin", 404)],
)
def test_assignment_page_shows_to_holder_giver_and_superiors(
    sign_in: SignIn, work: Assignment, user: str, status: int
) -> None:
    assert sign_in(user).get(f"/desk/org/assignment/{work.pk}/").status_code == status


def test_assignment_page_says_late(sign_in: SignIn, work: Assignment, at: datetime) -> None:
    with clock.stopped_at(at + 3 * HOUR):
        told = words(sign_in("cai").get(f"/desk/org/assignment/{work.pk}/"))
    assert "late" in told


def test_assignment_is_reported_through_its_page(sign_in: SignIn, work: Assignment) -> None:
    client = sign_in("cai")
    url = f"/desk/org/assignment/{work.pk}/report_assignment/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"evidence": ""}).status_code == 422
    assert client.post(url, {"evidence": "Done"}).status_code == 303
    work.refresh_from_db()
    assert (work.state, work.evidence) == ("reported", "Done")


def test_assignment_is_given_through_the_queue(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client = sign_in("huang")
    url = "/desk/new/org/give_assignment/"
    form = client.get(url).context["form"]
    assert person("su") not in form.fields["to"].queryset
    posted = {"to": person("cai").pk, "title": "Count", "due_at": "2026-11-24T12:00"}
    assert client.post(url, {**posted, "to": person("su").pk}).status_code == 422
    assert client.post(url, {**posted, "due_at": "2026-11-22T12:00"}).status_code == 422
    assert client.post(url, posted).status_code == 303
    assert Assignment.objects.get().title == "Count"


# --- people ----------------------------------------------------------------------------------
def test_person_page_shows_posts_duties_and_history(
    sign_in: SignIn, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    fang = actor("fang")
    made = draft_change_set("minli", title="x", effective_at=at, by=fang, at=at)
    data = {
        "person": "pan",
        "post": "courier",
        "unit": "team_putian",
        "area": "xianyou",
        "to_area": "licheng",
    }
    made = add_change_line(made, kind="transfer", data=data, by=fang, at=at)
    schedule_change_set(made, by=fang, at=at)
    told = words(sign_in("cai").get(url_of(person("pan"))))
    assert "Posts held Courier Putian Team · Licheng District 23 Nov – now" in told
    assert "Posts held before Courier Putian Team · Xianyou County 1 Sep – 23 Nov" in told
    assert "S-CO-1 Order screening" in told
    assert "138****1008" in told
    assert "13800001008" not in told


@pytest.mark.parametrize(
    ("user", "watched"), [("cai", True), ("huang", True), ("fang", True), ("pan", False)]
)
def test_person_page_measures_for_himself_and_those_above(
    sign_in: SignIn,
    work: Assignment,
    actor: Callable[..., Any],
    person: Callable[[str], Person],
    at: datetime,
    user: str,
    watched: bool,
) -> None:
    report_assignment(work, evidence="x", by=actor("cai"), at=at)
    page = sign_in(user).get(url_of(person("cai")))
    assert ("Open work Assignments 1" in words(page)) == watched
    assert ("measures of the last 30 days" in words(page)) == watched


def test_person_page_reveals_the_phone_once_and_puts_it_on_record(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client, cai = sign_in("fang"), person("cai")
    assert "13800001007" not in client.get(url_of(cai)).content.decode()
    shown = client.post(f"{url_of(cai)}reveal_phone/")
    assert "13800001007" in words(shown)
    assert Fact.objects.latest("id").verb == "org.reveal_phone"
    assert "13800001007" not in client.get(url_of(cai)).content.decode()
    assert sign_in("huang").post(f"{url_of(cai)}reveal_phone/").status_code == 404


def test_person_page_of_a_newcomer_and_of_someone_suspended(
    sign_in: SignIn, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    fang = actor("fang")
    new = hire_person(None, user="ma", name_zh="马", name_en="Ma", by=fang, at=at)
    told = words(sign_in("cai").get(url_of(new)))
    assert "without a post" in told
    assert "No post now: a change of the organisation appoints people." in told
    suspend_person(person("pan"), reason="x", by=fang, at=at)
    assert "access suspended" in words(sign_in("cai").get(url_of(person("pan"))))


def test_person_page_statements_do_not_grow_with_his_work(
    sign_in: SignIn, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    client, cai = sign_in("huang"), person("cai")
    client.get(url_of(cai))
    with CaptureQueriesContext(connection) as few:
        client.get(url_of(cai))
    for number in range(20):
        made = give_assignment(
            "fujian",
            to=cai,
            title=f"{number}",
            due_at=at + HOUR,
            by=actor("huang"),
            at=at,
        )
        report_assignment(made, evidence="x", by=actor("cai"), at=at)
    with CaptureQueriesContext(connection) as many:
        client.get(url_of(cai))
    assert len(many) == len(few)


def test_person_of_no_one_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("fang").get("/desk/org/person/999999/").status_code == 404


# --- hiring through the page -----------------------------------------------------------------
HIRE = "/desk/new/org/hire_person/"
NEW = {
    "user": "ma",
    "name_zh": "马小丽",
    "name_en": "Ma Xiaoli",
    "phone": "+86 138 0000 1099",
    "password": "a-long-enough-word",
}


def test_hire_enters_a_person_and_keeps_the_phone_as_digits(sign_in: SignIn) -> None:
    assert sign_in("fang").post(HIRE, NEW).status_code == 303
    made = Person.objects.get(user="ma")
    assert (made.name_zh, made.phone) == ("马小丽", "13800001099")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"user": "Ma Li"}, "Small letters, digits and _ only"),
        ({"user": "hu"}, "The user name “hu” is taken."),
        ({"phone": "12"}, "This cannot be a phone number in China"),
        ({"phone": "call me"}, "This is not a phone number."),
        ({"phone": "13800001002"}, "That phone number belongs to another person."),
        ({"password": "12345678"}, "This password is"),
        ({"name_zh": ""}, "This field is required."),
        ({"name_zh": "马" * 300}, "at most 200 characters"),
    ],
)
def test_hire_refuses_with_a_sentence(
    sign_in: SignIn, values: dict[str, str], sentence: str
) -> None:
    answer = sign_in("fang").post(HIRE, {**NEW, **values})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Person.objects.filter(user="ma").exists()


# --- figures ---------------------------------------------------------------------------------
def _figures(client: Client) -> dict[str, Any]:
    return {str(f.title): f for f in client.get("/desk/").context["figures"]}


@pytest.mark.parametrize(
    ("user", "value"),
    [("lin", "18"), ("fang", "18"), ("huang", "17"), ("zheng", "6"), ("cai", None)],
)
def test_figure_counts_gaps_where_one_answers(
    sign_in: SignIn, user: str, value: str | None
) -> None:
    figure = _figures(sign_in(user)).get("Duties without a holder")
    assert (figure.value if figure else None) == value
    if figure:
        assert (figure.tone, figure.url) == ("stop", "/desk/coverage/?state=nobody")
        assert figure.definition


def test_figure_late_assignments_under_me(sign_in: SignIn, work: Assignment, at: datetime) -> None:
    figure = _figures(sign_in("huang"))["Late assignments"]
    assert (figure.value, figure.tone, figure.note) == ("0", "done", "1 open in all")
    with clock.stopped_at(at + 3 * HOUR):
        figure = _figures(sign_in("huang"))["Late assignments"]
    assert (figure.value, figure.tone) == ("1", "stop")
    assert "Late assignments" not in _figures(sign_in("cai"))


def test_figure_of_ones_own_deeds(
    sign_in: SignIn, work: Assignment, actor: Callable[..., Any], at: datetime
) -> None:
    assert "My deeds today" not in _figures(sign_in("cai"))
    report_assignment(work, evidence="x", by=actor("cai"), at=at)
    figure = _figures(sign_in("cai"))["My deeds today"]
    assert (figure.value, figure.note) == ("1", "100% on time in two weeks")
    assert figure.spark == (0,) * 13 + (1,)


# --- search ----------------------------------------------------------------------------------
def _hits(client: Client, text: str) -> dict[str, list[tuple[str, str]]]:
    groups = client.get("/desk/search/", {"q": text}).context["groups"]
    return {str(g["title"]): [(str(h.title), h.url) for h in g["items"]] for g in groups}


def test_search_finds_people_posts_duties_units_and_areas(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client = sign_in("cai")
    assert _hits(client, "hhs")["People"] == [("Hu Haisheng", url_of(person("hu")))]
    assert _hits(client, "courier")["Posts and duties"][0] == (
        "Courier",
        "/desk/handbook/courier/",
    )
    assert _hits(client, "S-CO-1")["Posts and duties"] == [
        ("Courier", "/desk/handbook/courier/#S-CO-1")
    ]
    assert _hits(client, "莆田")["Units and areas"] == [
        ("Putian Team", "/desk/organisation/#unit-team_putian"),
        ("Putian", "/desk/organisation/?by=area#area-putian"),
    ]


def test_search_finds_records_within_ones_scope(
    sign_in: SignIn, work: Assignment, actor: Callable[..., Any], at: datetime
) -> None:
    made = draft_change_set("minli", title="Depots anew", effective_at=at, by=actor("fang"), at=at)
    url = f"/desk/org/assignment/{work.pk}/"
    assert _hits(sign_in("cai"), "depots")["Assignments"] == [(work.title, url)]
    assert "Assignments" not in _hits(sign_in("pan"), "depots")
    assert _hits(sign_in("fang"), "depots")["Changes of the organisation"] == [
        ("Depots anew", f"/desk/org/changeset/{made.pk}/")
    ]
    assert "Changes of the organisation" not in _hits(sign_in("cai"), "depots")


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "\u202e", "🀄", "x" * 5000, "<b>"])
def test_search_takes_hostile_text(sign_in: SignIn, text: str) -> None:
    assert sign_in("fang").get("/desk/search/", {"q": text}).status_code == 200
