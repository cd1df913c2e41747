"""The editor over HTTP: every button with and without script, two people at once, who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from zhanggui.books.catalogue.models import Product
from zhanggui.books.content import actions
from zhanggui.books.content.models import Page, PageVersion
from zhanggui.books.content.tests.conftest import body_of, prose
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.tests.drawing import drawn, sound

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def text_of(response: Any) -> str:
    """Return a page's words, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def url(page: Page) -> str:
    return f"/desk/content/page/{page.pk}/edit/"


def form_of(response: Any) -> dict[str, str]:
    """Return what the form of an editor's page would send, as a browser reads it."""
    page = response.content.decode()
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name is None or (kind and kind[1] in {"file", "search"}):
            continue
        if kind and kind[1] in {"radio", "checkbox"} and "checked" not in tag:
            continue
        sent[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', page):
        sent[name] = unescape(value)
    for name, inner in re.findall(r'(?s)<select name="([^"]*)".*?>(.*?)</select>', page):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        sent[name] = chosen[1] if chosen else (first[1] if first else "")
    return sent


def send(browser: Client, page: Page, step: str, **changed: Any) -> Any:
    """Open the editor, change some fields, and press a button."""
    sent = form_of(browser.get(url(page))) | changed
    return browser.post(url(page), {**sent, "step": step})


# --- who may --------------------------------------------------------------------------------------

DOORS = ["/desk/content/", "/desk/content/pictures/", "/desk/content/goods/?q=t"]


@pytest.mark.parametrize("user", ["wu", "cai", "huang", "fang"])
def test_the_editor_is_not_there_for_others(user: str, home: Page, sign_in: SignIn) -> None:
    browser = sign_in(user)
    doors = [*DOORS, url(home), f"/shop/preview/{home.pk}/", f"/desk/content/page/{home.pk}/"]
    assert {door: browser.get(door).status_code for door in doors} == dict.fromkeys(doors, 404)
    assert browser.post(url(home), {"step": "publish"}).status_code == 404
    assert browser.post(f"/shop/preview/{home.pk}/", {}).status_code == 404


def test_the_editor_asks_who_one_is(home: Page, client: Client) -> None:
    for door in (*DOORS, url(home), f"/shop/preview/{home.pk}/"):
        answer = client.get(door)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/cms/", "/admin/", "/django-admin/", "/documents/", "/images/"])
def test_nothing_of_the_librarys_admin_is_served(path: str, sign_in: SignIn) -> None:
    assert sign_in("jiang").get(path).status_code == 404


def test_the_queue_leads_to_the_very_page(article: Page, sign_in: SignIn) -> None:
    for user, queue in (("jiang", "content.pages"), ("li", "content.sections")):
        browser = sign_in(user)
        rows = browser.get(f"/desk/queue/{queue}/").content.decode()
        assert f"/desk/content/page/{article.pk}/" in rows
        dossier = browser.get(f"/desk/content/page/{article.pk}/").content.decode()
        assert f'href="{url(article)}"' in dossier
        assert f'href="/shop/preview/{article.pk}/"' in dossier
        assert browser.get(url(article)).status_code == 200


def test_all_pages_stand_on_one_list(home: Page, article: Page, sign_in: SignIn) -> None:
    page = sign_in("li").get("/desk/content/")
    assert "Tea" in text_of(page)
    assert "Home" in text_of(page)
    assert "Begin a page" not in text_of(page)  # that is the editor's
    narrowed = sign_in("jiang").get("/desk/content/?kind=article")
    assert "Begin a page" in text_of(narrowed)
    assert url(home) not in narrowed.content.decode()


def test_a_company_without_a_home_page_can_set_one_up(sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    page = browser.get("/desk/content/")
    assert '"/desk/new/content/set_up_home/"' in page.content.decode()
    done = browser.post("/desk/new/content/set_up_home/", {})
    assert done.headers["Location"] == url(Page.objects.get())
    begins = '"/desk/new/content/set_up_home/"'
    assert begins not in browser.get("/desk/content/").content.decode()


def test_begin_a_page_opens_its_editor(sign_in: SignIn) -> None:
    sent = {"kind": "help", "title_zh": "怎么下单", "slug": "order"}
    done = sign_in("jiang").post("/desk/new/content/start_page/", sent)
    assert done.headers["Location"] == url(Page.objects.get(slug="order"))


# --- the form without script ----------------------------------------------------------------------


def test_a_section_is_added_filled_in_and_saved(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    page = send(browser, article, "add:prose")
    assert page.status_code == 200
    assert Page.objects.get(pk=article.pk).latest.number == 1  # nothing is saved by it
    sent = form_of(page) | {"s0-text_zh": "要<b>干</b>", "title_zh": "存茶的办法"}
    done = browser.post(url(article), {**sent, "step": "save"})
    assert done.status_code == 303
    (section,) = body_of(article)
    assert section["value"]["text_zh"] == "要<strong>干</strong>"
    assert article.latest.title_zh == "存茶的办法"
    assert "Version 2 is saved as a draft" in text_of(browser.get(url(article)))


def test_sections_are_moved_taken_off_and_put_back(
    article: Page, write: Callable[..., Any], sign_in: SignIn
) -> None:
    write(article, [prose(f"<p>{n}</p>", ident=f"p{n}") for n in "abc"])
    browser = sign_in("jiang")

    def ids(page: Any) -> list[str]:
        sent = form_of(page)
        count = int(sent["count"])
        return [sent[f"s{n}-id"] + ("-" if sent[f"s{n}-dropped"] else "") for n in range(count)]

    page = send(browser, article, "down:0")
    assert ids(page) == ["pb", "pa", "pc"]
    page = browser.post(url(article), {**form_of(page), "step": "up:2"})
    assert ids(page) == ["pb", "pc", "pa"]
    page = browser.post(url(article), {**form_of(page), "step": "drop:1"})
    assert ids(page) == ["pb", "pc-", "pa"]
    back = browser.post(url(article), {**form_of(page), "step": "keep:1"})
    assert ids(back) == ["pb", "pc", "pa"]
    for odd in ("up:0", "down:9", "drop:x", "add:nothing", "fly:1", ""):
        assert browser.post(url(article), {**form_of(page), "step": odd}).status_code == 200
    browser.post(url(article), {**form_of(page), "step": "save"})
    assert [raw["id"] for raw in body_of(article)] == ["pb", "pa"]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    article: Page, sign_in: SignIn
) -> None:
    browser = sign_in("jiang")
    page = send(browser, article, "add:shelf")
    sent = form_of(page) | {
        "s0-source": "picked", "s0-goods": "NO-SUCH", "s0-title_zh": "好茶", "title_zh": "",
        "summary_zh": "还在",
    }  # fmt: skip
    page = browser.post(url(article), {**sent, "step": "publish"})
    assert page.status_code == 422
    assert "Not saved: something needs a look below." in text_of(page)
    assert "There are no goods with the code NO-SUCH." in text_of(page)
    assert "This field is required." in text_of(page)
    kept = form_of(page)
    assert (kept["s0-goods"], kept["s0-title_zh"], kept["summary_zh"]) == (
        "NO-SUCH",
        "好茶",
        "还在",
    )
    article.refresh_from_db()
    assert (article.state, article.latest.number) == ("draft", 1)


def test_hostile_words_are_shown_as_words(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    page = send(browser, article, "add:prose")
    sent = form_of(page) | {
        "s0-text_zh": '</textarea><script>alert(1)</script><p onclick="x()">茶</p>',
        "title_en": "<script>alert(2)</script>",
    }
    again = browser.post(url(article), {**sent, "step": "up:0"}).content.decode()
    assert "<script>alert" not in again
    assert "onclick" not in again
    browser.post(url(article), {**sent, "step": "save"})
    (section,) = body_of(article)
    assert section["value"]["text_zh"] == "<p>茶</p>"
    shown = browser.get(f"/shop/preview/{article.pk}/").content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(2)" in shown


def test_broken_forms_are_no_bug(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    sent = form_of(browser.get(url(article)))
    for odd in (
        {"count": "x"}, {"count": "9999"}, {"count": "3", "s0-type": "nothing"}, {"base": "-1"},
        {"count": "1", "s0-type": "shelf", "s0-most": "nine"}, {"cover": "x"}, {"key": "k" * 500},
        {"count": "1", "s0-type": "notice", "s0-from_at": "yesterday"},
        {"count": "1", "s0-type": "prose", "s0-text_zh": "\x00"},
    ):  # fmt: skip
        for step in ("save", "add:prose"):
            answer = browser.post(url(article), {**sent, **odd, "step": step})
            assert answer.status_code in {200, 303, 409, 422}, (odd, step)
        assert browser.post(f"/shop/preview/{article.pk}/", {**sent, **odd}).status_code == 200


def test_the_form_comes_alone_when_its_script_asks(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    sent = form_of(browser.get(url(article)))
    part = browser.post(
        url(article), {**sent, "step": "add:notice"}, headers={"HX-Target": "written"}
    ).content.decode()
    assert part.lstrip().startswith('<div class="stack" id="written">')
    assert 'name="s0-tone"' in part
    assert "<iframe" not in part


# --- saving, publishing, planning -----------------------------------------------------------------


def test_publish_saves_and_shows_at_once(article: Page, sign_in: SignIn, at: datetime) -> None:
    browser = sign_in("jiang")
    done = send(browser, article, "publish", title_zh="存茶的办法")
    assert done.status_code == 303
    article.refresh_from_db()
    assert (article.state, article.live.title_zh, article.live.number) == ("live", "存茶的办法", 2)
    assert "Version 2 is what everybody sees from now on." in text_of(browser.get(url(article)))
    assert [f.verb for f in Fact.objects.order_by("pk")][-2:] == [
        "content.save_draft", "content.publish_page",
    ]  # fmt: skip


def test_publish_without_a_change_publishes_what_there_is(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    assert send(browser, article, "publish").status_code == 303
    article.refresh_from_db()
    assert (article.state, article.live.number) == ("live", 1)
    again = send(browser, article, "publish")
    assert again.status_code == 409
    assert "The newest version is what everybody sees already." in text_of(again)


def test_plan_wants_a_moment_ahead(article: Page, sign_in: SignIn, at: datetime) -> None:
    browser = sign_in("jiang")
    nothing = send(browser, article, "plan")
    assert nothing.status_code == 422
    assert "Say from when the page shall be shown." in text_of(nothing)
    past = send(browser, article, "plan", planned_at="2026-11-22T10:00")
    assert past.status_code == 422
    assert "That moment has already passed." in text_of(past)
    later = timezone.localtime(at + timedelta(days=2))
    done = send(browser, article, "plan", planned_at=f"{later:%Y-%m-%dT%H:%M}")
    assert done.status_code == 303
    article.refresh_from_db()
    assert article.planned_at == at + timedelta(days=2)
    assert "goes live" in text_of(browser.get("/desk/queue/content.pages/"))


def test_the_second_of_two_editors_is_told_and_loses_nothing(home: Page, sign_in: SignIn) -> None:
    jiang, li = sign_in("jiang"), sign_in("li")
    first, second = form_of(jiang.get(url(home))), form_of(li.get(url(home)))
    assert jiang.post(url(home), {**first, "title_zh": "新首页", "step": "save"}).status_code == 303
    typed = {**second, "s0-title_zh": "八闽\n好物", "step": "save"}
    told = li.post(url(home), typed)
    assert told.status_code == 409
    assert (
        "Jiang Yifan saved version 2 while you were writing. Nothing of yours is lost."
        in text_of(told)
    )
    assert f"/shop/preview/{home.pk}/?version=2" in told.content.decode()
    assert form_of(told)["s0-title_zh"].replace("\r", "") == "八闽\n好物"
    assert PageVersion.objects.filter(page=home).count() == 2
    assert li.post(url(home), {**form_of(told), "step": "save"}).status_code == 303
    home.refresh_from_db()
    assert (home.latest.number, home.latest.title_zh) == (3, "新首页")  # his words stayed


def test_pressed_twice_it_is_saved_once(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    sent = form_of(browser.get(url(article))) | {"title_zh": "存茶的办法", "step": "save"}
    assert browser.post(url(article), sent).status_code == 303
    assert browser.post(url(article), sent).status_code == 303
    article.refresh_from_db()
    assert article.latest.number == 2


def test_the_designer_changes_sections_and_no_words(home: Page, sign_in: SignIn) -> None:
    browser = sign_in("li")
    page = browser.get(url(home))
    assert 'name="title_zh"' not in page.content.decode()
    sent = form_of(page) | {"title_zh": "hack", "s0-title_zh": "八闽好物", "step": "publish"}
    assert browser.post(url(home), sent).status_code == 303
    home.refresh_from_db()
    assert (home.live.title_zh, home.live.body[0]["value"]["title_zh"]) == ("首页", "八闽好物")


def test_back_to_a_former_version_with_one_press(
    article: Page, write: Callable[..., Any], editor: Any, at: datetime, sign_in: SignIn
) -> None:
    actions.publish_page(article, by=editor, at=at)
    write(article, [prose("<p>bad</p>")])
    actions.publish_page(Page.objects.get(pk=article.pk), by=editor, at=at)
    browser = sign_in("jiang")
    dossier = browser.get(f"/desk/content/page/{article.pk}/").content.decode()
    back = f"/desk/content/page/{article.pk}/roll_back_page/"
    assert f'action="{back}"' in dossier
    assert browser.post(back, {"number": "1"}).status_code == 303
    article.refresh_from_db()
    assert (article.live.number, article.live.copy_of, article.live.body) == (3, 1, [])
    told = text_of(browser.get(f"/desk/content/page/{article.pk}/"))
    assert "led it back to version 1" in told
    assert "as version 1 was" in told


# --- choosing -------------------------------------------------------------------------------------


def test_a_new_picture_is_taken_in_and_chosen(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    page = send(browser, article, "add:picture")
    sent = form_of(page) | {
        "new-s0-picture-file": SimpleUploadedFile("t.jpg", drawn(), "image/jpeg"),
        "new-s0-picture-alt_zh": "茶罐", "title_en": "Still here", "step": "picture:s0-picture",
    }  # fmt: skip
    page = browser.post(url(article), sent)
    picture = Picture.objects.get()
    assert form_of(page)["s0-picture"] == str(picture.pk)
    assert form_of(page)["title_en"] == "Still here"
    browser.post(url(article), {**form_of(page), "step": "save"})
    assert body_of(article)[0]["value"]["picture"] == picture.pk


def test_what_is_no_picture_is_refused_beside_its_field(article: Page, sign_in: SignIn) -> None:
    browser = sign_in("jiang")
    sent = form_of(browser.get(url(article))) | {
        "new-cover-file": SimpleUploadedFile("t.jpg", b"no picture", "image/jpeg"),
        "new-cover-alt_zh": "茶罐", "step": "picture:cover",
    }  # fmt: skip
    answer = browser.post(url(article), sent)
    assert answer.status_code == 422
    assert not Picture.objects.exists()
    assert 'class="field__error" role="alert"' in answer.content.decode()


def test_a_cover_is_chosen_from_the_library(
    article: Page, editor: Any, at: datetime, sign_in: SignIn
) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=editor, at=at)
    browser = sign_in("jiang")
    offered = browser.get("/desk/content/pictures/?name=cover&q=茶").content.decode()
    assert f'name="cover" value="{picture.pk}"' in offered
    assert "No picture says that" in text_of(browser.get("/desk/content/pictures/?name=cover&q=鞋"))
    assert "<script" not in browser.get('/desk/content/pictures/?name="><script>').content.decode()
    send(browser, article, "save", cover=str(picture.pk))
    article.refresh_from_db()
    assert article.latest.cover == picture


def test_goods_on_sale_are_offered_by_name(product: Product, sign_in: SignIn) -> None:
    browser = sign_in("li")
    assert "No goods on sale are called that." in text_of(
        browser.get("/desk/content/goods/?q=铁观音")
    )  # it is no more than a draft
    assert text_of(browser.get("/desk/content/goods/")) == ""


def test_a_picture_has_a_page_where_its_words_are_changed(
    article: Page, sign_in: SignIn, editor: Any, at: datetime
) -> None:
    picture = actions.add_picture(None, sound=sound(), alt_zh="茶罐", by=editor, at=at)
    browser = sign_in("jiang")
    sent = form_of(browser.get(url(article))) | {"cover": str(picture.pk), "step": "save"}
    browser.post(url(article), sent)
    page = f"/desk/media/picture/{picture.pk}/"
    assert f'href="{page}"' in browser.get(url(article)).content.decode()
    shown = text_of(browser.get(page))
    assert "茶罐" in shown
    assert "1200 × 900 pixels" in shown
    assert str(article) in shown
    act = f"{page}reword_picture/"
    words = {"alt_zh": "一罐铁观音", "alt_en": "A tin of Tieguanyin"}
    seen = form_of(browser.get(act)) | words
    assert browser.post(act, seen).status_code == 303
    assert "A tin of Tieguanyin" in text_of(browser.get(page))
    assert sign_in("wu").get(page).status_code == 404
