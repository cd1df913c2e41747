"""The policies over HTTP: queues, pages, acts, two people editing at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from zhanggui.books.people.models import Acknowledgement, Policy, PolicyVersion
from zhanggui.books.people.tests.conftest import WORDS

Maker = Callable[..., PolicyVersion]
SignIn = Callable[..., Client]


def url(version: PolicyVersion, act: str = "") -> str:
    """Return the address of a version, or of an act on it."""
    return f"/desk/people/policyversion/{version.pk}/{act + '/' if act else ''}"


def text_of(response: Any) -> str:
    """Return a page's words, without its marks."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.split())


def watched(version: PolicyVersion) -> str:
    """Return what an edit form of this version carries along."""
    words = {name: getattr(version, name) for name in WORDS}
    shown = words | {"area": version.area_id, "posts": ", ".join(version.posts)}
    return signing.dumps(shown, salt="seen")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("user", ["cai", "fang"])
def test_queue_of_policies_to_read_is_everyones(
    sign_in: SignIn, published: Maker, user: str, language: str
) -> None:
    published()
    page = sign_in(user, language=language).get("/desk/queue/people.policies_to_read/")
    assert page.status_code == 200
    title = "Dress and appearance" if language == "en" else "着装与仪表"
    assert title in page.content.decode()


def test_queue_of_policies_to_read_is_empty_without_any(sign_in: SignIn, db: None) -> None:
    page = sign_in("cai").get("/desk/queue/people.policies_to_read/")
    assert "waits here until you have read it" in text_of(page)


@pytest.mark.parametrize(("user", "status"), [("fang", 200), ("cai", 404), ("lin", 404)])
def test_queue_of_the_keeper_is_his_alone(
    sign_in: SignIn, published: Maker, draft: Maker, user: str, status: int
) -> None:
    published()
    draft("HUM")
    page = sign_in(user).get("/desk/queue/people.policies/")
    assert page.status_code == status
    if status == 200:
        assert "0 of 18" in text_of(page)


def test_queue_fragment_and_export_carry_the_same_rows(sign_in: SignIn, published: Maker) -> None:
    published()
    browser = sign_in("fang")
    part = browser.get("/desk/queue/people.policies/", headers={"HX-Target": "rows"})
    assert "<html" not in part.content.decode()
    assert "Dress and appearance" in part.content.decode()
    sheet = browser.get("/desk/queue/people.policies/?as=csv")
    assert sheet.status_code == 200
    filtered = browser.get("/desk/queue/people.policies/?state=draft&q=Dress")
    assert "Dress and appearance" not in filtered.content.decode()


def test_page_of_a_policy_shows_its_words_safely(sign_in: SignIn, published: Maker) -> None:
    version = published(text_en="First <b>line</b> & more.\n\nSecond.")
    page = sign_in("cai").get(url(version))
    html = page.content.decode()
    assert "<p>First &lt;b&gt;line&lt;/b&gt; &amp; more.</p>" in html
    assert "<p>Second.</p>" in html
    assert "Who has read it" not in html


def test_page_of_a_policy_shows_its_keeper_who_has_not_read(
    sign_in: SignIn, published: Maker, acknowledge: Callable[..., None], at: Any
) -> None:
    version = published(posts=["cashier", "programmer"], moment=at - timedelta(days=9))
    acknowledge(version, "wu")
    words = text_of(sign_in("fang").get(url(version)))
    assert "1 of 2" in words
    assert "Chen Junkai" in words
    assert "owed for 9 d" in words
    assert "Wu Xiulan Cashier" not in words


@pytest.mark.parametrize(
    ("user", "state", "status"),
    [
        ("cai", "published", 200),
        ("xie", "published", 404),
        ("lin", "published", 404),
        ("fang", "published", 200),
        ("cai", "draft", 404),
        ("fang", "draft", 200),
    ],
)
def test_page_of_a_policy_is_for_those_it_addresses_and_its_keeper(
    sign_in: SignIn, published: Maker, draft: Maker, user: str, state: str, status: int
) -> None:
    make = published if state == "published" else draft
    version = make(area="putian", posts=["courier"])
    browser = sign_in(user)
    assert browser.get(url(version)).status_code == status
    asked = status if state == "published" else 404
    assert browser.get(url(version, "acknowledge_policy")).status_code == asked


@pytest.mark.parametrize("pk", ["0", "999999", str(10**18), str(10**30)])
def test_page_of_no_policy_is_not_there(sign_in: SignIn, db: None, pk: str) -> None:
    assert sign_in("fang").get(f"/desk/people/policyversion/{pk}/").status_code == 404


def test_acknowledge_policy_page_wants_the_tick(sign_in: SignIn, published: Maker) -> None:
    version, browser = published(), sign_in("cai")
    assert "I have read this policy and will keep to it" in text_of(
        browser.get(url(version, "acknowledge_policy"))
    )
    assert browser.post(url(version, "acknowledge_policy"), {}).status_code == 422
    assert Acknowledgement.objects.count() == 0
    done = browser.post(url(version, "acknowledge_policy"), {"read": "on", "key": "k1"})
    assert (done.status_code, done["Location"]) == (303, "/desk/queue/people.policies_to_read/")
    assert Acknowledgement.objects.get().person.user == "cai"
    again = browser.post(url(version, "acknowledge_policy"), {"read": "on", "key": "k1"})
    assert again.status_code == 303
    third = browser.post(url(version, "acknowledge_policy"), {"read": "on", "key": "k2"})
    assert third.status_code == 409
    assert "You have already acknowledged this version." in third.content.decode()
    assert Acknowledgement.objects.count() == 1


def test_write_policy_page_begins_a_policy(sign_in: SignIn, db: None) -> None:
    browser = sign_in("fang")
    form = browser.get("/desk/new/people/write_policy/")
    assert form.status_code == 200
    data = {**WORDS, "code": "5S", "area": "putian", "posts": ["courier", "planner"], "key": "k"}
    done = browser.post("/desk/new/people/write_policy/", data)
    version = PolicyVersion.objects.get()
    assert (done.status_code, done["Location"]) == (303, url(version))
    assert (version.policy.code, version.area_id) == ("5S", "putian")
    assert version.posts == ["courier", "planner"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "5s!", "Use letters and digits, in groups joined by “-” or “_”."),
        ("code", "5S\n", None),
        ("code", "X" * 21, "Ensure this value has at most 20 characters (it has 21)."),
        ("code", "", "This field is required."),
        ("text_zh", "", "This field is required."),
        ("text_zh", "字" * 20_001, "Ensure this value has at most 20000 characters"),
        ("text_zh", "a\x00b", "Null characters are not allowed."),
        ("area", "atlantis", "Select a valid choice."),
        ("posts", "emperor", "Select a valid choice."),
        ("posts", "member", "Select a valid choice."),
    ],
)
def test_write_policy_page_says_what_is_wrong_and_keeps_the_rest(
    sign_in: SignIn, db: None, field: str, value: str, sentence: str | None
) -> None:
    data = {**WORDS, "code": "5S", "area": "minli", "key": "k", field: value}
    answer = sign_in("fang").post("/desk/new/people/write_policy/", data)
    if sentence is None:
        assert (answer.status_code, Policy.objects.get().code) == (303, "5S")
        return
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert "Look into the mirror" in html
    assert Policy.objects.count() == 0


def test_write_policy_page_is_the_keepers(sign_in: SignIn, db: None) -> None:
    assert sign_in("lin").get("/desk/new/people/write_policy/").status_code == 404
    assert sign_in("cai").post("/desk/new/people/write_policy/", WORDS).status_code == 404


def test_revise_policy_page_shows_both_values_to_the_second_of_two(
    sign_in: SignIn, draft: Maker
) -> None:
    version, browser = draft(posts=["courier"]), sign_in("fang")
    seen = watched(version)
    address = url(version, "revise_policy")
    theirs = {**WORDS, "text_zh": "别人的文字。", "area": "minli", "posts": ["planner", "courier"]}
    assert browser.post(address, {**theirs, "seen": seen, "key": "a"}).status_code == 303
    mine = {**WORDS, "text_zh": "我的文字。", "area": "minli", "posts": ["courier"]}
    clash = browser.post(address, {**mine, "seen": seen, "key": "b"})
    assert clash.status_code == 409
    words = text_of(clash)
    assert "别人的文字。" in words
    assert "我的文字。" in words
    assert "Courier, Planner" in words
    version.refresh_from_db()
    assert version.text_zh == "别人的文字。"
    again = re.search(r'name="seen" value="([^"]+)"', clash.content.decode())
    assert again is not None
    assert browser.post(address, {**mine, "seen": again[1], "key": "c"}).status_code == 303
    version.refresh_from_db()
    assert (version.text_zh, version.posts) == ("我的文字。", ["courier"])


def test_revise_policy_page_takes_the_line_ends_of_browsers(sign_in: SignIn, draft: Maker) -> None:
    version, browser = draft(), sign_in("fang")
    words = {name: text.replace("\n", "\r\n") for name, text in WORDS.items()}
    data = {**words, "area": "minli", "seen": watched(version), "key": "a"}
    assert browser.post(url(version, "revise_policy"), data).status_code == 303
    version.refresh_from_db()
    assert version.text_zh == WORDS["text_zh"]


def test_policy_goes_its_way_over_the_pages(sign_in: SignIn, draft: Maker) -> None:
    version, browser = draft(), sign_in("fang")
    assert browser.post(url(version, "publish_policy"), {"in_force_at": "x"}).status_code == 422
    past = browser.post(url(version, "publish_policy"), {"in_force_at": "2026-01-01T08:00"})
    assert past.status_code == 422
    assert "cannot hold for a time before it was published" in past.content.decode()
    assert browser.post(url(version, "publish_policy"), {"in_force_at": ""}).status_code == 303
    started = browser.post(url(version, "start_new_version"), {})
    second = PolicyVersion.objects.get(number=2)
    assert (started.status_code, started["Location"]) == (303, url(second))
    page = text_of(browser.get(url(version)))
    assert "Version 2 of this policy is already being drafted." in page
    gone = browser.post(url(second, "withdraw_policy"), {"reason": "不需要了"})
    assert gone.status_code == 303
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_library_lists_what_holds_for_me(
    sign_in: SignIn, published: Maker, draft: Maker, acknowledge: Callable[..., None]
) -> None:
    acknowledge(published("5S"), "cai")
    published("QZ", area="quanzhou", title_en="Quanzhou rules")
    published("PT", area="putian", title_en="Putian rules")
    draft("DRAFT", title_en="Draft rules")
    words = text_of(sign_in("cai").get("/desk/policies/"))
    assert "Dress and appearance 5S, version 1 · Minli Market · read 12:00 In force" in words
    assert "Putian rules PT, version 1 · Putian to be read" in words
    assert "Quanzhou rules" not in words
    assert "Draft rules" not in words


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=999", "?page=x", "?page=²"])
def test_library_takes_any_page_number(sign_in: SignIn, published: Maker, query: str) -> None:
    published()
    assert sign_in("cai").get(f"/desk/policies/{query}").status_code == 200


def test_library_is_for_people_with_a_post(client: Client, db: None) -> None:
    answer = client.get("/desk/policies/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_today_and_search_know_the_policies(
    sign_in: SignIn, published: Maker, acknowledge: Callable[..., None], at: Any
) -> None:
    version = published(posts=["cashier", "programmer"], moment=at - timedelta(days=9))
    acknowledge(version, "wu", moment=at - timedelta(days=8))
    today = sign_in("fang").get("/desk/")
    assert 'aria-label="Policies acknowledged on time 50 %"' in today.content.decode()
    assert "1 acknowledgement is late" in text_of(today)
    found = sign_in("wu").get("/desk/search/?q=dress")
    assert url(version) in found.content.decode()
    assert url(version) not in sign_in("cai").get("/desk/search/?q=dress").content.decode()
