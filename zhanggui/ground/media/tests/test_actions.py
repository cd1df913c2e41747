"""The only writers of pictures: a file is kept once, with words for it, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import ImageFile

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.jobs import Job
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import Someone, at_once
from zhanggui.ground.media.actions import describe_picture, take_in_picture
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db


def taken(at: datetime, **how: object) -> Picture:
    """Take in a picture of a red and a blue half."""
    return take_in_picture(
        None, sound=sound(**how), alt_zh="红蓝各半", alt_en="Half red, half blue",
        by=CLOCKWORK, at=at,
    )  # fmt: skip


def test_take_in_picture_keeps_file_words_and_moment(at: datetime) -> None:
    came = sound()
    picture = Picture.objects.get(pk=taken(at).pk)
    assert (picture.alt_zh, picture.alt_en) == ("红蓝各半", "Half red, half blue")
    assert (picture.width, picture.height, picture.created_at) == (1200, 900, at)
    assert picture.sha256 == came.sha256
    assert picture.file.name == f"originals/{came.sha256[:2]}/{came.sha256}.jpeg"
    assert (Path(settings.MEDIA_ROOT) / picture.file.name).read_bytes() == came.content
    assert picture.file_size == len(came.content)
    assert len(picture.file_hash) == 40  # else the library writes it when it first reads it


def test_take_in_picture_leaves_a_fact_and_writes_nothing_else(at: datetime) -> None:
    before = Job.objects.count()
    with CaptureQueriesContext(connection) as said:
        picture = taken(at)
    writes = [q["sql"].split('"')[1] for q in said if q["sql"].startswith(("INSERT", "UPDATE"))]
    assert writes == ["media_picture", "kernel_fact"]
    assert len(said) == 9  # two reads, two writes, an edition, and the two transactions around them
    assert Job.objects.count() == before
    fact = Fact.objects.get(verb="media.take_in_picture")
    assert (fact.kind, fact.record_id, fact.at) == ("media.Picture", picture.pk, at)
    assert fact.data["sound"] == picture.sha256


def test_take_in_picture_knows_a_file_that_came_before(at: datetime) -> None:
    first = taken(at)
    again = take_in_picture(
        None, sound=sound(), alt_zh="别的话", by=CLOCKWORK, at=at + timedelta(days=1)
    )
    assert again.pk == first.pk
    assert again.alt_zh == "红蓝各半"
    assert Picture.objects.count() == 1


def test_take_in_picture_without_words_is_refused(at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        take_in_picture(None, sound=sound(), alt_zh=" ", by=CLOCKWORK, at=at)
    assert str(no.value) == (
        "The picture has no Chinese words for those who cannot see it. "
        "Say in one sentence what it shows."
    )
    assert (no.value.code, no.value.status) == ("alt_missing", 422)
    assert not Picture.objects.exists()
    assert not Fact.objects.filter(verb="media.take_in_picture").exists()


def test_take_in_picture_is_not_for_whom_it_was_not_given(at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        take_in_picture(None, sound=sound(), alt_zh="茶", by=Someone(1), at=at)
    assert no.value.code == "not_yours"
    assert not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_take_in_picture_of_one_file_at_once_is_one_picture(at: datetime) -> None:
    came = sound()
    act = lambda: take_in_picture(None, sound=came, alt_zh="茶", by=CLOCKWORK, at=at).pk  # noqa: E731
    answers = at_once([act] * 4)
    assert len(set(answers)) == 1
    assert Picture.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_take_in_picture_makes_the_library_its_collection_where_tables_were_emptied(
    at: datetime,
) -> None:
    from wagtail.models import Collection

    Collection.objects.all().delete()
    assert taken(at).collection.name == "Root"
    assert taken(at, size=(64, 64)).collection.is_root()
    assert Collection.objects.count() == 1


def test_describe_picture_changes_the_words_alone(at: datetime) -> None:
    picture = taken(at)
    describe_picture(picture, alt_zh=" 左红右蓝 ", alt_en="", by=CLOCKWORK, at=at)
    after = Picture.objects.get(pk=picture.pk)
    assert (after.alt_zh, after.alt_en, after.title) == ("左红右蓝", "", "左红右蓝")
    assert after.alt == "左红右蓝"  # in English too, where no English was written
    assert (after.sha256, after.file.name) == (picture.sha256, picture.file.name)


def test_describe_picture_with_too_many_words_is_refused(at: datetime) -> None:
    picture = taken(at)
    with pytest.raises(Refusal) as no:
        describe_picture(picture, alt_zh="茶" * 201, by=CLOCKWORK, at=at)
    assert str(no.value) == (
        "The words for a picture are longer than 200 characters. Say in one sentence what it shows."
    )
    assert Picture.objects.get(pk=picture.pk).alt_zh == "红蓝各半"


@pytest.mark.parametrize("way", ["save", "update", "delete"])
def test_a_picture_is_written_by_actions_only(at: datetime, way: str) -> None:
    picture = taken(at)
    ways: dict[str, Callable[[], object]] = {
        "save": picture.save,
        "update": lambda: Picture.objects.update(alt_zh="x"),
        "delete": picture.delete,
    }
    with pytest.raises(WrittenOutsideAction), transaction.atomic():
        ways[way]()
    assert Picture.objects.get().alt_zh == "红蓝各半"


def test_take_in_picture_decodes_nothing_while_the_books_are_open(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sound(size=(640, 480))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _image: pytest.fail("it was decoded"))
    picture = take_in_picture(None, sound=found, alt_zh="茶", by=CLOCKWORK, at=at)
    assert (picture.width, picture.height) == (640, 480)
