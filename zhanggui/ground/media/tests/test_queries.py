"""What a page says about a picture: exact addresses and sizes, at no statement."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.template import Context, Template, TemplateSyntaxError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from zhanggui.ground.kernel import guard
from zhanggui.ground.media.models import Picture, Rendition
from zhanggui.ground.media.queries import picture_by_digest, rendition_asked_for, shown
from zhanggui.ground.media.tests.drawing import opened
from zhanggui.ground.media.tests.test_actions import taken

pytestmark = pytest.mark.django_db


def template(tag: str, picture: Picture | None) -> str:
    """Return what a template makes of the tag."""
    return str(Template("{% load media %}" + tag).render(Context({"it": picture}))).strip()


def test_shown_offers_each_size_in_three_formats(at: datetime) -> None:
    picture = taken(at)
    with CaptureQueriesContext(connection) as said:
        it = shown(picture, "fill-480x480")
    assert len(said) == 0
    half, once, twice = (picture.seal(f"fill-{px}x{px}") for px in (240, 480, 960))
    door = f"/pictures/{picture.pk}"
    assert [source.type for source in it.sources] == ["image/avif", "image/webp"]
    for kind, srcset in [("avif", it.sources[0].srcset), ("webp", it.sources[1].srcset),
                         ("jpeg", it.srcset)]:  # fmt: skip
        assert srcset == (
            f"{door}/{half}/fill-240x240.{kind} 240w, {door}/{once}/fill-480x480.{kind} 480w, "
            f"{door}/{twice}/fill-960x960.{kind} 900w"  # as high as the picture is
        )
    assert it.src == f"{door}/{once}/fill-480x480.jpeg"
    assert (it.width, it.height, it.alt) == (480, 480, "Half red, half blue")


def test_shown_scales_nothing_up(at: datetime) -> None:
    it = shown(taken(at, size=(100, 80)), "width-400")
    assert it.srcset.endswith(" 100w")
    assert it.srcset.count(",") == 0
    assert (it.width, it.height) == (100, 80)


@pytest.mark.parametrize("spec", ["fill-481x333", "max-300x300", "width-77", "height-90"])
def test_shown_says_the_size_that_comes(at: datetime, spec: str) -> None:
    picture = taken(at)
    it = shown(picture, spec)
    made = rendition_asked_for(picture.pk, seal=picture.seal(spec), spec=f"{spec}|format-webp")
    assert made is not None
    assert (it.width, it.height) == (made.width, made.height)


def test_address_is_the_door_that_the_urls_know(at: datetime) -> None:
    picture = taken(at)
    spec = "max-90x90|format-webp"
    assert picture.address(spec) == reverse(
        "media:picture", args=[picture.pk, picture.seal(spec), "max-90x90.webp"]
    )


def test_seal_changes_with_content_size_focus_and_house(at: datetime, settings: object) -> None:
    picture = taken(at)
    seals = {picture.seal("fill-80x80"), picture.seal("fill-81x80")}
    seals.add(taken(at, size=(640, 480)).seal("fill-80x80"))
    picture.focal_point_x = picture.focal_point_y = 100
    picture.focal_point_width = picture.focal_point_height = 50
    seals.add(picture.seal("fill-80x80"))
    settings.SECRET_KEY = "another house"  # type: ignore[attr-defined]
    seals.add(picture.seal("fill-80x80"))
    assert len(seals) == 5
    assert picture.seal("fill-80x80|format-avif") == picture.seal("fill-80x80|format-jpeg")


def test_alt_is_in_the_reader_s_language(at: datetime) -> None:
    picture = taken(at)
    assert str(picture) == picture.default_alt_text == "Half red, half blue"
    with translation.override("zh-hans"):
        assert picture.alt == "红蓝各半"


def test_picture_by_digest_finds_what_came_before(at: datetime) -> None:
    picture = taken(at)
    assert picture_by_digest(picture.sha256) == picture
    assert picture_by_digest("0" * 64) is None


def test_rendition_asked_for_makes_it_once(at: datetime) -> None:
    picture = taken(at)
    seal, spec = picture.seal("fill-120x120"), "fill-120x120|format-avif"
    assert not guard.is_open()  # a reading: no action is needed for what can be made again
    made = rendition_asked_for(picture.pk, seal=seal, spec=spec)
    assert made is not None
    assert Rendition.objects.get() == made
    assert made.url == picture.address(spec)
    folder = f"renditions/{picture.sha256[:2]}/{picture.sha256[:20]}"
    assert made.file.name == f"{folder}/{made.focal_point_key}.fill-120x120.avif"
    with CaptureQueriesContext(connection) as said:
        assert rendition_asked_for(picture.pk, seal=seal, spec=spec) == made
    assert len(said) == 2


def test_rendition_asked_for_is_made_again_where_its_file_was_lost(at: datetime) -> None:
    picture = taken(at)
    seal, spec = picture.seal("width-64"), "width-64|format-webp"
    made = rendition_asked_for(picture.pk, seal=seal, spec=spec)
    assert made is not None
    made.file.storage.delete(made.file.name)
    again = rendition_asked_for(picture.pk, seal=seal, spec=spec)
    assert again == made
    with made.file.storage.open(made.file.name) as file:
        assert opened(file.read()).size == (64, 48)


def test_rendition_asked_for_keeps_nothing_the_camera_wrote(at: datetime) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    picture = taken(at, exif=exif)
    for kind in ("avif", "webp", "jpeg"):
        made = rendition_asked_for(
            picture.pk, seal=picture.seal("width-90"), spec=f"width-90|format-{kind}"
        )
        assert made is not None
        with made.file.storage.open(made.file.name) as file:
            content = file.read()
        assert b"taken at home" not in content
        assert not opened(content).getexif()


def test_picture_of_says_everything_a_browser_needs(at: datetime) -> None:
    picture = taken(at)
    said = template('{% picture_of it "fill-480x480" sizes="50vw" class="face" %}', picture)
    it = shown(picture, "fill-480x480")
    avif, webp = it.sources
    assert said == (
        '<picture class="face">'
        f'<source type="image/avif" srcset="{avif.srcset}" sizes="50vw">'
        f'<source type="image/webp" srcset="{webp.srcset}" sizes="50vw">'
        f'<img src="{it.src}" srcset="{it.srcset}" sizes="50vw" width="480" height="480" '
        'alt="Half red, half blue" loading="lazy" decoding="async"></picture>'
    )


def test_picture_of_takes_other_words_and_haste(at: datetime) -> None:
    picture = taken(at)
    said = template('{% picture_of it "width-200" alt="" eager=True %}', picture)
    assert 'sizes="200px" width="200" height="150" alt="" fetchpriority="high"' in said
    assert "lazy" not in said
    picture.alt_en = '"><script>'  # whatever words people find
    escaped = template('{% picture_of it "width-200" %}', picture)
    assert 'alt="&quot;&gt;&lt;script&gt;"' in escaped


def test_picture_of_nothing_is_nothing() -> None:
    assert template('{% picture_of it "width-200" %}', None) == ""


def test_picture_of_tells_a_slip_of_the_pen(at: datetime) -> None:
    with pytest.raises(TemplateSyntaxError, match="picture_of knows no size"):
        template('{% picture_of it "width-200" size="50vw" %}', taken(at))
