"""Signing in: who gets in, who is stopped, whom strangers cannot lock out, and how it ends."""

from __future__ import annotations

import base64
import hmac
import json
import struct
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client, TestCase, override_settings

from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.access import (
    Oneself,
    add_own_proof,
    change_own_password,
    clear_proofs,
    remove_own_proof,
)
from zhanggui.ground.org.actions.people import suspend_person
from zhanggui.ground.org.models import Appointment, Person
from zhanggui.ground.org.signin import PersonBackend, bucket_of, known_devices, person_named

pytestmark = pytest.mark.django_db

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
PASSWORD = "abacus beads at dawn"
WRONG = "User name or phone and password do not belong together."
SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def _empty_buckets(db: None) -> None:
    cache.clear()


@pytest.fixture
def hu(person: Callable[[str], Person], at: Any) -> Person:
    """Return a person with a password of his own."""
    found = person("hu")
    change_own_password(found, password=PASSWORD, by=Oneself(found), at=at)
    return person("hu")


@pytest.fixture
def door() -> Client:
    """Return a browser that nobody has used, in English."""
    browser = Client()
    browser.cookies["language"] = "en"
    return browser


def knock(browser: Client, login: str, password: str, **more: Any) -> Any:
    """Send the sign-in form."""
    return browser.post(SIGN_IN, {"login": login, "password": password, **more})


def inside(browser: Client) -> bool:
    """Tell whether the browser is signed in."""
    return "_auth_user_id" in browser.session


def code_of(secret: str) -> str:
    """Compute the present code of a code app, independently (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


# --- who gets in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login", ["hu", "HU", "  hu ", "13800001002", "138 0000 1002", "+86 138-0000-1002"]
)
def test_sign_in_by_user_name_or_phone_in_any_spelling(
    door: Client, hu: Person, login: str
) -> None:
    assert hu.phone == "13800001002"
    response = knock(door, login, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/desk/")
    assert door.session["_auth_user_id"] == str(hu.pk)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("hu", "wrong"),
        ("nobody", PASSWORD),
        ("hu", PASSWORD.upper()),
        ("hu", f" {PASSWORD}"),
        ("' OR 1=1 --", PASSWORD),
        ("胡", PASSWORD),
    ],
)
def test_sign_in_says_the_same_to_every_wrong_pair(
    door: Client, hu: Person, login: str, password: str
) -> None:
    response = knock(door, login, password)
    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert not inside(door)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "This field is required."),
        ({"login": "hu"}, "This field is required."),
        ({"login": "hu\x00", "password": "x"}, "Null characters are not allowed."),
        ({"login": "h" * 61, "password": "x"}, "at most 60 characters (it has 61)"),
        ({"login": "hu", "password": "x" * 201}, "at most 200 characters (it has 201)"),
    ],
)
def test_sign_in_refuses_missing_hostile_and_huge_values(
    door: Client, hu: Person, fields: dict[str, str], sentence: str
) -> None:
    response = door.post(SIGN_IN, fields)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not inside(door)


def test_passwords_are_kept_as_argon2(hu: Person) -> None:
    assert hu.password.startswith("argon2$argon2id$")


def test_passwords_of_the_house_cost_a_guesser_100_megabytes_each(
    door: Client, hu: Person, at: datetime
) -> None:
    with override_settings(PASSWORD_HASHERS=[ARGON2]):  # other tests have a quick one
        change_own_password(hu, password=PASSWORD, by=Oneself(hu), at=at)
        hu.refresh_from_db()
        assert hu.password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
        knock(door, "hu", PASSWORD)
    assert inside(door)


def test_backend_knows_nobody_without_password_or_with_a_book_for_one(hu: Person) -> None:
    backend = PersonBackend()
    assert backend.authenticate(None, username="hu", password=PASSWORD) == hu
    assert backend.authenticate(None, username="hu", password=None) is None
    assert backend.authenticate(None, username="", password=PASSWORD) is None
    assert backend.authenticate(None, username="hu", password=PASSWORD * 20) is None
    assert person_named("   ") is None


def test_sign_in_takes_a_fresh_session(door: Client, hu: Person) -> None:
    planted = door.session
    planted["planted"] = "by a stranger"
    planted.save()
    before = planted.session_key
    door.cookies[settings.SESSION_COOKIE_NAME] = before
    assert knock(door, "hu", PASSWORD).status_code == 302
    assert door.session.session_key != before
    assert not type(planted)().exists(before)


@pytest.mark.parametrize("remember", [True, False])
def test_sign_in_lasts_two_weeks_or_until_the_browser_closes(
    door: Client, hu: Person, remember: bool
) -> None:
    knock(door, "hu", PASSWORD, **({"remember": "on"} if remember else {}))
    age = door.cookies[settings.SESSION_COOKIE_NAME]["max-age"]
    assert age == (14 * 86_400 if remember else "")


@pytest.mark.parametrize(
    ("onward", "where"),
    [
        ("/desk/notices/", "/desk/notices/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_sign_in_goes_on_within_the_house_only(
    door: Client, hu: Person, onward: str, where: str
) -> None:
    response = knock(door, "hu", PASSWORD, next=onward)
    assert response.headers["Location"] == where


def test_sign_in_shows_the_desk_to_whoever_is_in(sign_in: Callable[[str], Client]) -> None:
    assert sign_in("hu").get(SIGN_IN).headers["Location"] == "/desk/"


def test_sign_in_says_suspended_only_to_who_knows_the_password(
    door: Client, hu: Person, actor: Callable[..., Any], at: Any
) -> None:
    suspend_person(hu, reason="long leave", by=actor("fang"), at=at)
    response = knock(door, "hu", PASSWORD)
    assert "Your access is suspended. Ask personnel." in response.content.decode()
    assert WRONG in knock(door, "hu", "guess").content.decode()
    assert not inside(door)


def test_sign_in_refuses_a_person_without_post(door: Client, hu: Person) -> None:
    later = Appointment.objects.filter(person=hu).latest("since_at").since_at
    with clock.stopped_at(later - timedelta(days=400)):
        response = knock(door, "hu", PASSWORD)
        assert response.headers["Location"] == SIGN_IN
        assert not inside(door)
        told = door.get(SIGN_IN).content.decode()
    assert "You hold no post at present. Personnel appoints you; then sign in again." in told


# --- whom strangers cannot lock out ----------------------------------------------------------


def test_stranger_with_200_wrong_tries_is_stopped_and_the_owner_is_not(
    door: Client, hu: Person
) -> None:
    knock(door, "hu", PASSWORD)
    door.post("/sign-out/")
    assert not inside(door)
    answers = []
    for number in range(200):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")  # a new address for every try
        stranger.cookies["language"] = "en"
        answers.append(knock(stranger, ["hu", "13800001002"][number % 2], "guess"))
    counted = [WRONG in a.content.decode() for a in answers]
    stopped = ["Too many wrong tries. Wait 5 min" in a.content.decode() for a in answers]
    assert counted == [True] * 5 + [False] * 195
    assert stopped == [False] * 5 + [True] * 195
    fresh = Client(REMOTE_ADDR="203.0.113.250", headers={"accept-language": "en"})
    right = knock(fresh, "hu", PASSWORD)
    assert "Too many wrong tries" in right.content.decode()  # a new device waits with strangers
    assert knock(door, "hu", PASSWORD).headers["Location"] == "/desk/"
    assert inside(door)


def test_stranger_trying_many_names_is_stopped_by_his_address(door: Client, hu: Person) -> None:
    answers = [knock(door, f"name{number}", "guess") for number in range(12)]
    assert [WRONG in a.content.decode() for a in answers] == [True] * 10 + [False] * 2
    assert "Too many wrong tries. Wait 1 min, then try again." in answers[-1].content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert knock(elsewhere, "hu", PASSWORD).status_code == 302


def test_known_device_is_stopped_in_its_own_bucket(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    door.post("/sign-out/")
    answers = [knock(door, "hu", "guess") for _ in range(12)]
    assert [WRONG in a.content.decode() for a in answers] == [True] * 10 + [False] * 2
    assert knock(Client(), "hu", PASSWORD).status_code == 302


def test_right_passwords_use_up_nothing(hu: Person) -> None:
    for _ in range(15):
        assert knock(Client(), "hu", PASSWORD).status_code == 302


def test_known_cookie_cannot_be_made_up(rf: Any, door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    request = rf.post(SIGN_IN)
    request.user = None
    request.COOKIES["known"] = door.cookies["known"].value
    assert list(known_devices(request)) == [str(hu.pk)]
    assert door.cookies["known"]["httponly"] and door.cookies["known"]["samesite"] == "Lax"
    body, rest = door.cookies["known"].value.split(":", 1)
    for forged in ["", "x", f"{body[:-1]}A:{rest}", json.dumps({str(hu.pk): "mark"})]:
        request.COOKIES["known"] = forged
        assert known_devices(request) == {}


def test_bucket_is_the_same_for_name_and_phone(rf: Any, hu: Person) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.post(SIGN_IN)
    request.user = AnonymousUser()
    assert bucket_of(request, "hu") == ("stranger_failed", f"person:{hu.pk}")
    assert bucket_of(request, " 138-0000-1002") == ("stranger_failed", f"person:{hu.pk}")
    assert bucket_of(request, "Nobody") == ("stranger_failed", "nobody:nobody")


# --- how it ends -----------------------------------------------------------------------------


def messages_of(response: Any) -> list[str]:
    """Return what a page says on top."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_sign_out_asks_first_and_ends_the_session(sign_in: Callable[[str], Client]) -> None:
    browser = sign_in("hu")
    assert "Sign out?" in browser.get("/sign-out/").content.decode()
    assert inside(browser)
    response = browser.post("/sign-out/", follow=True)
    assert response.redirect_chain == [(SIGN_IN, 302)]
    assert "You are signed out." in response.content.decode()
    assert not inside(browser)
    assert browser.get("/sign-out/").headers["Location"] == SIGN_IN


def test_session_ends_with_the_last_post(sign_in: Callable[[str], Client], at: Any) -> None:
    browser = sign_in("hu")
    assert browser.get("/desk/me/").status_code == 200
    with clock.stopped_at(at - timedelta(days=400)):
        response = browser.get("/desk/me/", follow=True)
    assert response.redirect_chain == [("/sign-in/?next=/desk/me/", 302)]
    assert "You hold no post at present." in response.content.decode()
    assert not inside(browser)


def test_session_ends_with_the_access(
    sign_in: Callable[[str], Client], actor: Callable[..., Any], person: Any, at: Any
) -> None:
    browser = sign_in("hu")
    suspend_person(person("hu"), reason="long leave", by=actor("fang"), at=at)
    response = browser.get("/desk/me/", follow=True)
    assert response.redirect_chain == [("/sign-in/?next=/desk/me/", 302)]
    assert "Your access is suspended. Ask personnel." in response.content.decode()
    assert not inside(browser)


def test_session_ended_elsewhere_says_so(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    UserSession.objects.get(user=hu).end()
    response = door.get("/desk/me/", follow=True)
    assert "Your session has ended. Sign in again." in response.content.decode()
    assert "Your session has ended." not in door.get(SIGN_IN).content.decode()


def test_fragment_for_someone_signed_out_sends_the_whole_page_to_sign_in(door: Client) -> None:
    response = door.get(
        "/desk/me/",
        headers={"hx-request": "true", "hx-current-url": "http://testserver/desk/notices/?page=2"},
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["HX-Redirect"] == "/sign-in/?next=/desk/notices/"


def test_session_notes_when_it_was_seen_at_most_every_five_minutes(
    door: Client, hu: Person, at: Any
) -> None:
    knock(door, "hu", PASSWORD)
    door.get("/desk/me/")
    assert UserSession.objects.get(user=hu).last_seen_at == at
    with clock.stopped_at(at + timedelta(seconds=299)):
        door.get("/desk/me/")
    assert UserSession.objects.get(user=hu).last_seen_at == at
    with clock.stopped_at(at + timedelta(seconds=300)):
        door.get("/desk/me/")
    assert UserSession.objects.get(user=hu).last_seen_at == at + timedelta(seconds=300)


# --- password --------------------------------------------------------------------------------


NEW = {"oldpassword": PASSWORD, "password1": "a quiet counter", "password2": "a quiet counter"}


def test_change_own_password_ends_other_sessions_and_leaves_a_fact(
    door: Client, hu: Person
) -> None:
    other = Client()
    knock(door, "hu", PASSWORD)
    knock(other, "hu", PASSWORD)
    response = door.post("/desk/me/security/password/", NEW, follow=True)
    assert response.status_code == 200
    assert "The password is changed. Other devices are signed out." in response.content.decode()
    assert inside(door)
    assert other.get("/desk/me/").status_code == 302
    hu.refresh_from_db()
    assert hu.check_password("a quiet counter")
    fact = Fact.objects.latest("id")
    assert (fact.verb, fact.person_id, fact.record_id) == (
        "org.change_own_password",
        hu.pk,
        hu.pk,
    )
    assert fact.data == {}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"oldpassword": "guess"}, "This is not your present password."),
        ({"oldpassword": ""}, "This field is required."),
        ({"password2": "something else"}, "You must type the same password each time."),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
        ({"password1": "12345678901", "password2": "12345678901"}, "entirely numeric"),
        ({"password1": PASSWORD, "password2": PASSWORD}, "The new password is the present one."),
        ({"password1": "x" * 201, "password2": "x" * 201}, "at most 200 characters"),
    ],
)
def test_change_own_password_refuses(
    door: Client, hu: Person, changed: dict[str, str], sentence: str
) -> None:
    knock(door, "hu", PASSWORD)
    facts = Fact.objects.count()
    response = door.post("/desk/me/security/password/", NEW | changed)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    hu.refresh_from_db()
    assert hu.check_password(PASSWORD)
    assert Fact.objects.count() == facts


def test_change_own_password_is_for_oneself_alone(person: Any, at: Any) -> None:
    before = person("lin").password
    with pytest.raises(Refusal) as refused:
        change_own_password(person("lin"), password=PASSWORD, by=Oneself(person("hu")), at=at)
    assert refused.value.code == "not_yours"
    assert person("lin").password == before
    assert Oneself(person("hu")).standings("org.people", person("hu")) == ()


def test_first_password_for_who_has_none(sign_in: Callable[[str], Client], person: Any) -> None:
    browser = sign_in("hu")
    assert not person("hu").has_usable_password()
    page = browser.get("/desk/me/security/password/")
    assert page.headers["Location"] == "/desk/me/security/password/first/"
    fields = {"password1": "a quiet counter", "password2": "a quiet counter"}
    assert "New password again" in browser.get("/desk/me/security/password/first/").content.decode()
    response = browser.post("/desk/me/security/password/first/", fields)
    assert response.status_code == 302
    assert person("hu").check_password("a quiet counter")


# --- second proofs ---------------------------------------------------------------------------


def confirm(browser: Client, onward: str) -> None:
    """Show once more that it is oneself."""
    response = browser.get(onward)
    asked = f"/desk/me/security/confirm/?next={quote(onward, safe='')}"
    assert response.headers["Location"] == asked
    refused = browser.post("/desk/me/security/confirm/", {"password": "guess", "next": onward})
    assert "This is not your password." in refused.content.decode()
    response = browser.post("/desk/me/security/confirm/", {"password": PASSWORD, "next": onward})
    assert (response.status_code, response.headers["Location"]) == (302, onward)


def turn_on(browser: Client) -> str:
    """Set the code app up and return its secret."""
    page = browser.get("/desk/me/security/code-app/")
    secret = browser.session["mfa.totp.secret"]
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    assert grouped in page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    refused = browser.post("/desk/me/security/code-app/", {"code": "12345x"})
    assert "This code is not right" in refused.content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = browser.post("/desk/me/security/code-app/", {"code": code_of(secret)})
    assert response.headers["Location"] == "/desk/me/security/recovery/"
    return str(secret)


def test_code_app_from_setting_up_to_turning_off(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/code-app/")
    secret = turn_on(door)
    kept = Authenticator.objects.get(user=hu, type="totp").data["secret"]
    assert secret not in kept  # sealed with the installation's key
    page = door.get("/desk/me/security/recovery/").content.decode()
    assert "10 codes left." in page
    file = door.get("/desk/me/security/recovery/file/")
    assert file.headers["Content-Type"] == "text/plain"
    codes = file.content.decode().split("\n\n")[1].split()
    assert len(codes) == 10 and all(len(code) == 8 and code.isdigit() for code in codes)
    door.post("/sign-out/")

    response = knock(door, "hu", PASSWORD)
    assert response.headers["Location"] == "/sign-in/second-step/"
    assert not inside(door)
    assert door.get("/desk/").status_code == 302
    assert "Second step" in door.get("/sign-in/second-step/").content.decode()
    for wrong in ["", "000000", "x" * 21, "12345", "' OR 1"]:
        page = door.post("/sign-in/second-step/", {"code": wrong})
        assert page.status_code == 200 and not inside(door)
    response = door.post("/sign-in/second-step/", {"code": codes[0]})
    assert (response.status_code, response.headers["Location"]) == (302, "/desk/")
    assert inside(door)
    door.post("/sign-out/")

    cache.clear()
    knock(door, "hu", PASSWORD)
    again = door.post("/sign-in/second-step/", {"code": codes[0]})
    assert "This code is not right, or it has been used." in again.content.decode()
    door.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert inside(door)

    confirm(door, "/desk/me/security/code-app/remove/")
    assert "Turn it off" in door.get("/desk/me/security/code-app/remove/").content.decode()
    response = door.post("/desk/me/security/code-app/remove/", follow=True)
    assert response.redirect_chain == [("/desk/me/security/", 302)]
    assert not Authenticator.objects.filter(user=hu).exists()
    verbs = Fact.objects.filter(person_id=hu.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["org.add_own_proof", "org.remove_own_proof"]
    door.post("/sign-out/")
    assert knock(door, "hu", PASSWORD).headers["Location"] == "/desk/"


def test_new_recovery_codes_replace_the_old(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/code-app/")
    turn_on(door)
    old = door.get("/desk/me/security/recovery/file/").content
    page = door.get("/desk/me/security/recovery/new/").content.decode()
    assert "The 10 codes left stop working at once." in page
    response = door.post("/desk/me/security/recovery/new/")
    assert response.headers["Location"] == "/desk/me/security/recovery/"
    assert door.get("/desk/me/security/recovery/file/").content != old


def test_second_step_without_first_step_leads_to_sign_in(door: Client) -> None:
    assert door.get("/sign-in/second-step/").headers["Location"] == SIGN_IN
    assert door.post("/sign-in/second-step/", {"code": "1"}).headers["Location"] == SIGN_IN


def test_second_step_can_be_left_for_someone_else(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/code-app/")
    turn_on(door)
    door.post("/sign-out/")
    knock(door, "hu", PASSWORD)
    assert door.get(SIGN_IN).headers["Location"] == "/sign-in/second-step/"
    assert door.post("/sign-out/").headers["Location"] == SIGN_IN
    assert door.get(SIGN_IN).status_code == 200
    assert door.get("/sign-in/second-step/").headers["Location"] == SIGN_IN


def test_code_guessing_is_stopped(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/code-app/")
    secret = turn_on(door)
    door.post("/sign-out/")
    knock(door, "hu", PASSWORD)
    cache.clear()
    for number in range(6):
        page = door.post("/sign-in/second-step/", {"code": f"99999{number}"}).content.decode()
    assert "Too many wrong tries. Wait five minutes, then try again." in page
    door.post("/sign-in/second-step/", {"code": code_of(secret)})
    assert not inside(door)


def test_changed_key_of_the_installation_refuses_with_a_sentence(
    door: Client, hu: Person, settings: Any
) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/code-app/")
    turn_on(door)
    settings.SECRET_KEY = "another"
    fresh = Client()
    fresh.cookies["language"] = "en"
    knock(fresh, "hu", PASSWORD)
    page = fresh.post("/sign-in/second-step/", {"code": "123456"})
    assert page.status_code == 409
    assert "the secret key of this installation changed" in page.content.decode()


@pytest.mark.parametrize(
    "credential",
    ["", "x", "[]", "{}", "null", "1", '"x"', '{"response": 1}', '{"id": "a", "rawId": "a"}'],
)
def test_passkey_answers_made_up_are_refused(door: Client, hu: Person, credential: str) -> None:
    options = door.get("/sign-in/passkey/", headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["userVerification"] == "required"
    response = door.post("/sign-in/passkey/", {"credential": credential})
    assert response.headers["Location"] == SIGN_IN
    assert not inside(door)


def test_passkey_page_asks_for_one_that_signs_in_alone(door: Client, hu: Person) -> None:
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/passkeys/add/")
    page = door.get("/desk/me/security/passkeys/add/")
    key = page.context["js_data"]["creation_options"]["publicKey"]
    assert key["authenticatorSelection"]["residentKey"] == "required"
    assert key["authenticatorSelection"]["userVerification"] == "required"
    assert key["user"]["name"] == "hu"
    for made_up in ["", "{}", "[]", '{"id": "a"}']:
        refused = door.post("/desk/me/security/passkeys/add/", {"credential": made_up, "name": ""})
        assert refused.status_code == 200
    assert not Authenticator.objects.exists()


def test_passkeys_of_others_are_not_there(sign_in: Any, person: Any, door: Client, hu: Any) -> None:
    theirs = Authenticator.objects.create(user=person("lin"), type="webauthn", data={"name": "a"})
    knock(door, "hu", PASSWORD)
    confirm(door, "/desk/me/security/passkeys/add/")
    for verb in ("name", "remove"):
        for method in (door.get, door.post):
            url = f"/desk/me/security/passkeys/{theirs.pk}/{verb}/"
            assert method(url, {"name": "mine"} if method == door.post else {}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data == {"name": "a"}


def test_add_own_proof_and_remove_own_proof_are_for_oneself_alone(person: Any, at: Any) -> None:
    for action in (add_own_proof, remove_own_proof):
        with pytest.raises(Refusal) as refused:
            action(person("lin"), proof="passkey", by=Oneself(person("hu")), at=at)
        assert refused.value.code == "not_yours"


def test_remove_own_proof_leaves_a_fact(person: Any, at: Any) -> None:
    remove_own_proof(person("hu"), proof="passkey", by=Oneself(person("hu")), at=at)
    assert Fact.objects.latest("id").data == {"proof": "passkey"}


def test_clear_proofs_lets_a_person_back_in_with_the_password(
    person: Any, actor: Callable[..., Any], at: Any
) -> None:
    Authenticator.objects.create(user=person("hu"), type="totp", data={"secret": "x"})
    UserSession.objects.create(user=person("hu"), ip="127.0.0.1", session_key="k", user_agent="")
    clear_proofs(person("hu"), by=actor("fang"), at=at)
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()
    assert Fact.objects.latest("id").verb == "org.clear_proofs"


def test_clear_proofs_refuses_without_duty_and_without_proofs(
    person: Any, actor: Callable[..., Any], at: Any
) -> None:
    with pytest.raises(Refusal) as refused:
        clear_proofs(person("hu"), by=actor("fang"), at=at)
    assert str(refused.value) == (
        "This person signs in with the password alone. If the password is lost, set a new one."
    )
    Authenticator.objects.create(user=person("hu"), type="totp", data={"secret": "x"})
    with pytest.raises(Refusal) as refused:
        clear_proofs(person("hu"), by=actor("cai"), at=at)
    assert refused.value.code == "not_yours"
    assert Authenticator.objects.count() == 1
