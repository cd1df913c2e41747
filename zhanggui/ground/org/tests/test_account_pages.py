"""One's own pages: the first page, stepping in, language, theme, area, acting as, me, sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from zhanggui.ground.desk.access import access_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.models import Fact, Installation
from zhanggui.ground.org.account_urls import urlpatterns
from zhanggui.ground.org.models import Appointment, Company
from zhanggui.ground.org.queries import appointments_of
from zhanggui.ground.org.rules.devices import device_name

pytestmark = pytest.mark.django_db

HERE = {"headers": {"host": "localhost"}}


@pytest.fixture(autouse=True)
def _empty_buckets(db: None) -> None:
    cache.clear()


@pytest.fixture
def visitor() -> Client:
    """Return a browser that nobody has used, in English."""
    browser = Client()
    browser.cookies["language"] = "en"
    return browser


def signed_in_as(browser: Client) -> str:
    """Return the id of who is signed in, "" for nobody."""
    return str(browser.session.get("_auth_user_id", ""))


# --- the first page and one click ------------------------------------------------------------


def test_first_page_offers_the_people_of_the_example(visitor: Client) -> None:
    page = visitor.get("/", **HERE)
    assert page.status_code == 200
    told = page.content.decode()
    assert "<h1>Minli Market</h1>" in told
    assert told.count('action="/enter/') == 18
    names = [person["name"] for person in page.context["people"]]
    assert names[:3] == ["Lin Guodong", "Hu Haisheng", "Huang Deming"]
    assert page.context["people"][1]["posts"] == ["Sales director", "City manager", "Planner"]
    assert [door["url"] for door in page.context["doors"]] == ["/shop/", "/courier/", "/sign-in/"]
    assert "python -m zhanggui --data DIR import company company.yaml" in told


def test_first_page_leads_back_to_the_desk(sign_in: Callable[[str], Client]) -> None:
    page = sign_in("hu").get("/", **HERE)
    assert [door["url"] for door in page.context["doors"]][-1] == "/desk/"
    assert "Go on as Hu Haisheng" in page.content.decode()


def test_first_page_elsewhere_leads_to_sign_in_or_desk(
    visitor: Client, sign_in: Callable[[str], Client]
) -> None:
    assert visitor.get("/").headers["Location"] == "/shop/"
    assert sign_in("hu").get("/").headers["Location"] == "/desk/"


def test_first_page_without_company_says_how_to_found_one(
    visitor: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Company, "objects", Company.objects.filter(code="none"))
    told = visitor.get("/", **HERE).content.decode()
    assert "No company yet" in told
    assert "python -m zhanggui demo" in told


def test_enter_signs_in_with_one_click(visitor: Client, person: Any) -> None:
    response = visitor.post("/enter/hu/", **HERE)
    assert (response.status_code, response.headers["Location"]) == (302, "/desk/")
    assert signed_in_as(visitor) == str(person("hu").pk)
    assert UserSession.objects.get(user=person("hu")).ip == "127.0.0.1"
    former = visitor.session.session_key
    visitor.post("/enter/lin/", **HERE)
    assert signed_in_as(visitor) == str(person("lin").pk)
    assert visitor.session.session_key != former


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"host": "testserver"}},
        {"headers": {"host": "localhost", "x-forwarded-for": "127.0.0.1"}},
        {"headers": {"host": "localhost", "forwarded": "for=127.0.0.1"}},
        {"headers": {"host": "localhost"}, "REMOTE_ADDR": "192.0.2.7"},
        {"headers": {"host": "localhost"}, "REMOTE_ADDR": ""},
        {"headers": {"host": "localhost"}, "REMOTE_ADDR": "localhost"},
    ],
)
def test_enter_is_not_there_for_anyone_elsewhere(visitor: Client, asked: dict[str, Any]) -> None:
    assert visitor.post("/enter/hu/", **asked).status_code == 404
    assert signed_in_as(visitor) == ""


def test_enter_is_not_there_under_a_foreign_name(visitor: Client) -> None:
    response = visitor.post("/enter/hu/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert signed_in_as(visitor) == ""


def test_enter_is_not_there_in_a_company_of_one_s_own(visitor: Client) -> None:
    Installation.objects.update(example=False)
    assert visitor.post("/enter/hu/", **HERE).status_code == 404
    assert visitor.get("/", **HERE).headers["Location"] == "/shop/"
    assert signed_in_as(visitor) == ""


def test_enter_is_not_there_on_a_server_open_to_others(visitor: Client, settings: Any) -> None:
    settings.LOOPBACK = False
    assert visitor.post("/enter/hu/", **HERE).status_code == 404
    assert visitor.get("/", **HERE).headers["Location"] == "/shop/"


@pytest.mark.parametrize("user", ["nobody", "HU", "hu'--", "x" * 500])
def test_enter_knows_the_people_of_the_company_only(visitor: Client, user: str) -> None:
    assert visitor.post(f"/enter/{user}/", **HERE).status_code == 404


def test_enter_is_not_there_for_someone_without_post(visitor: Client, at: Any) -> None:
    with clock.stopped_at(at - timedelta(days=400)):
        assert visitor.post("/enter/hu/", **HERE).status_code == 404


def test_enter_wants_a_form_of_this_house() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["language"] = "en"
    response = strict.post("/enter/hu/", **HERE)
    assert response.status_code == 403
    assert signed_in_as(strict) == ""


# --- language and theme ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "accepts", "lang"),
    [
        ("", "", "zh-Hans"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "fr-FR", "zh-Hans"),
        ("en", "zh-CN", "en"),
        ("zh-hans", "en-US", "zh-Hans"),
        ("klingon", "zh-CN", "zh-Hans"),
    ],
)
def test_language_is_the_chosen_one_else_the_browser_s_else_chinese(
    cookie: str, accepts: str, lang: str
) -> None:
    browser = Client(headers={"accept-language": accepts} if accepts else {})
    if cookie:
        browser.cookies["language"] = cookie
    assert f'<html lang="{lang}"' in browser.get("/sign-in/").content.decode()


def test_language_is_remembered(visitor: Client) -> None:
    response = visitor.post("/language/", {"language": "zh-hans", "next": "/sign-in/?next=/desk/"})
    assert response.headers["Location"] == "/sign-in/?next=/desk/"
    assert response.cookies["language"].value == "zh-hans"
    assert response.cookies["language"]["max-age"] == 31_536_000
    assert '<html lang="zh-Hans"' in visitor.get("/sign-in/").content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "", "\\\\evil"])
def test_switches_go_on_within_the_house_only(visitor: Client, onward: str) -> None:
    for url, fields in (("/language/", {"language": "en"}), ("/theme/", {"theme": "dark"})):
        response = visitor.post(url, fields | {"next": onward})
        assert (response.status_code, response.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("value", ["", "fr", "EN", "en\r\nSet-Cookie: a=b", "x" * 9999])
def test_switches_refuse_what_is_no_choice(visitor: Client, value: str) -> None:
    for url, field in (("/language/", "language"), ("/theme/", "theme")):
        response = visitor.post(url, {field: value})
        assert response.status_code == 422
        assert "That is not one of the choices." in response.content.decode()
        assert field not in response.cookies


def test_theme_is_remembered_until_auto(visitor: Client) -> None:
    visitor.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in visitor.get("/sign-in/").content.decode()
    response = visitor.post("/theme/", {"theme": "auto"})
    assert response.cookies["theme"]["max-age"] == 0


# --- area and acting as ----------------------------------------------------------------------


def test_focus_narrows_to_an_area_of_one_s_own(sign_in: Callable[[str], Client]) -> None:
    browser = sign_in("huang")
    facts = Fact.objects.count()
    response = browser.post("/desk/focus/", {"area": "putian", "next": "/desk/notices/"})
    assert response.headers["Location"] == "/desk/notices/"
    assert browser.session["focus"] == "putian"
    page = browser.get("/desk/me/")
    assert page.context["request"].actor.scope("S-PM-1").areas is not None
    assert "fuzhou" not in page.context["request"].actor.scope("S-PM-1").areas
    browser.post("/desk/focus/", {"area": ""})
    assert browser.session["focus"] == ""
    assert Fact.objects.count() == facts


@pytest.mark.parametrize("area", ["minli", "fuzhou", "nowhere", "putian'", "x" * 999])
def test_focus_refuses_an_area_of_others(sign_in: Callable[[str], Client], area: str) -> None:
    browser = sign_in("zhuang")
    response = browser.post("/desk/focus/", {"area": area})
    assert response.status_code == 404
    assert "There is no such record among those you answer for." in response.content.decode()
    assert "focus" not in browser.session


def test_acting_as_prefers_one_of_one_s_own_appointments(
    sign_in: Callable[[str], Client], person: Any
) -> None:
    browser = sign_in("hu")
    mine = Appointment.objects.filter(person=person("hu"), kind="concurrent").first()
    assert mine is not None
    response = browser.post("/desk/acting-as/", {"appointment": mine.pk})
    assert response.headers["Location"] == "/desk/"
    assert browser.session["acting_as"] == mine.pk
    assert browser.get("/desk/me/").context["request"].actor.acting_as == mine.pk


@pytest.mark.parametrize("chosen", ["", "None", "0", "-1", "9" * 40, "x"])
def test_acting_as_refuses_what_is_no_appointment_of_one_s_own(
    sign_in: Callable[[str], Client], person: Any, chosen: str
) -> None:
    browser = sign_in("hu")
    theirs = Appointment.objects.filter(person=person("lin")).first()
    assert theirs is not None
    for value in (chosen, theirs.pk):
        assert browser.post("/desk/acting-as/", {"appointment": value}).status_code == 404
    assert "acting_as" not in browser.session


# --- me and sessions -------------------------------------------------------------------------


def test_me_shows_posts_with_their_dates_and_what_protects_the_access(
    sign_in: Callable[[str], Client],
) -> None:
    page = sign_in("hu").get("/desk/me/")
    told = page.content.decode()
    assert "Hu Haisheng" in told and "138****1002" in told and "13800001002" not in told
    assert [(a["title"], a["kind"]) for a in page.context["appointments"]] == [
        ("Sales director", ""),
        ("Planner", "concurrent"),
        ("City manager", "concurrent"),
    ]
    assert [s["title"] for s in page.context["security"]] == [
        "Password",
        "Code app",
        "Passkeys",
        "Where I am signed in",
    ]


def test_appointments_of_puts_the_main_one_first_and_what_is_over_last(
    person: Any, at: Any
) -> None:
    rows = list(appointments_of(person("hu"), at=at))
    assert [row.kind for row in rows] == ["main", "concurrent", "concurrent"]
    assert {row.person_id for row in rows} == {person("hu").pk}


def test_sessions_can_be_ended_one_by_one_and_all_but_this(
    visitor: Client, person: Any, at: Any
) -> None:
    others = [Client(headers={"user-agent": "Firefox/1 Windows"}) for _ in range(3)]
    for browser in [visitor, *others]:
        browser.post("/enter/hu/", **HERE)
    stranger = UserSession.objects.create(user=person("lin"), ip="192.0.2.1", session_key="k")
    page = visitor.get("/desk/me/security/sessions/")
    shown = page.context["sessions"]
    assert [s["current"] for s in shown] == [True, False, False, False]
    assert [s["device"] for s in shown][1:] == ["Firefox · Windows"] * 3
    assert "192.0.2.1" not in page.content.decode()

    told = visitor.post(shown[1]["url_end"], follow=True).content.decode()
    assert "That session has ended." in told
    assert UserSession.objects.filter(user=person("hu")).count() == 3
    told = visitor.post("/desk/me/security/sessions/end/", follow=True).content.decode()
    assert "All other sessions have ended." in told
    assert UserSession.objects.filter(user=person("hu")).count() == 1
    assert [b.get("/desk/me/").status_code for b in [visitor, *others]] == [200, 302, 302, 302]

    assert visitor.post(reverse("account:end_session", args=[stranger.pk])).status_code == 404
    assert visitor.post(reverse("account:end_session", args=[10**12])).status_code == 404
    assert UserSession.objects.filter(pk=stranger.pk).exists()


def test_ending_this_session_signs_out(visitor: Client, person: Any) -> None:
    visitor.post("/enter/hu/", **HERE)
    mine = UserSession.objects.get(user=person("hu"))
    response = visitor.post(reverse("account:end_session", args=[mine.pk]))
    assert response.headers["Location"] == "/sign-in/"
    assert signed_in_as(visitor) == ""


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/126.0 Safari/537", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537 Edg/126.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17 Safari/604", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/99 MicroMessenger/8.0", "WeChat · Android"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) HuaweiBrowser/5.0", "Huawei Browser · HarmonyOS"),
        ("curl/8.5", "?"),
        ("", "?"),
    ],
)
def test_device_name_says_browser_and_system(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


# --- every URL -------------------------------------------------------------------------------


def each_url() -> list[tuple[str, Any]]:
    """Return every URL of one's own access with its view, records numbered 1."""
    found = []

    def walk(patterns: Any, before: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, before + str(pattern.pattern))
            else:
                url = before + str(pattern.pattern)
                for part, value in (("<int:pk>", "1"), ("<str:user>", "hu")):
                    url = url.replace(part, value)
                found.append((f"/{url}", pattern.callback))

    walk(urlpatterns, "")
    return found


def test_urls_are_these_and_no_other_of_the_library() -> None:
    urls = [url for url, _view in each_url()]
    assert len(urls) == len(set(urls)) == 29
    for gone in ("signup", "email", "reset", "trust"):
        assert not [url for url in urls if gone in url]
    for url in ("/accounts/login/", "/sign-up/", "/sign-in/code/", "/desk/me/security/trust/"):
        assert Client().get(url).status_code == 404


@pytest.mark.parametrize(("url", "view"), each_url())
def test_url_keeps_its_rule(url: str, view: Any, visitor: Client, sign_in: Any) -> None:
    access = access_of(view)
    assert access is not None
    wrong = [m for m in ("GET", "POST", "PUT", "DELETE", "PATCH") if m not in access.methods]
    for method in wrong:
        assert visitor.generic(method, url).status_code == 405, method
    asked = visitor.options(url)
    assert asked.status_code == 200
    assert set(access.methods) < set(asked.headers["Allow"].split(", "))
    assert asked.content == b""
    if access.audience == "signed-in":
        for method in access.methods:
            response = visitor.generic(method, url)
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/sign-in/?next=/desk/")
    if "GET" in access.methods:
        browser = sign_in("hu")
        whole = browser.get(url)
        assert whole.status_code in {200, 302, 404}
        head = browser.head(url)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert "default-src 'self'" in whole.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_hold_to_the_content_policy(language: str, sign_in: Any, visitor: Client) -> None:
    browser = sign_in("hu", language=language)
    visitor.cookies["language"] = language
    pages = [
        browser.get(url, **HERE) for url, view in each_url() if "GET" in access_of(view).methods
    ]
    pages += [visitor.get("/sign-in/"), visitor.get("/", **HERE)]
    for page in pages:
        told = page.content.decode()
        assert " style=" not in told and " onclick=" not in told and "javascript:" not in told
        for script in told.split("<script")[1:]:
            assert " src=" in script.split(">")[0] or 'type="application/json"' in script


def test_confirming_without_anything_to_confirm_with_sets_a_password_first(sign_in: Any) -> None:
    for way in ("", "code/", "passkey/"):
        response = sign_in("hu").get(f"/desk/me/security/confirm/{way}")
        assert response.headers["Location"] == "/desk/me/security/password/first/"


def test_form_from_elsewhere_is_refused_with_a_page() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["language"] = "en"
    for url in ("/sign-in/", "/sign-out/", "/language/", "/theme/", "/desk/focus/"):
        response = strict.post(url, {"login": "hu", "password": "x"})
        assert response.status_code == 403, url
        assert "This form was opened too long ago, or from another place." in (
            response.content.decode()
        )
