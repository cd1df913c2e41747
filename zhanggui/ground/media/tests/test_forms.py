"""The field through which pictures come in: a sentence for whatever is wrong with one."""

from __future__ import annotations

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.media.forms import PictureField, alt_fields
from zhanggui.ground.media.rules import SoundPicture
from zhanggui.ground.media.tests.drawing import drawn


class Choosing(forms.Form):
    picture = PictureField()


class Offering(forms.Form):
    picture = PictureField(required=False, label="Face")
    alt_zh, alt_en = alt_fields()


def sent(
    content: bytes, *, name: str = "photo.jpg", form: type[forms.Form] = Choosing
) -> forms.Form:
    """Return the form with this file sent."""
    return form({}, {"picture": SimpleUploadedFile(name, content, "image/jpeg")})


def test_picture_field_gives_a_sound_picture() -> None:
    form = sent(drawn(), name="<b>.exe")
    assert form.errors == {}
    assert isinstance(form.cleaned_data["picture"], SoundPicture)
    assert form.cleaned_data["picture"].width == 1200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Choose a photo saved as JPEG, PNG or WebP."),
        (
            b"<html>",
            "This is not a JPEG, PNG or WebP picture. Choose a photo saved as JPEG, PNG or WebP.",
        ),
        (
            drawn()[:4000],
            "The picture is damaged or incomplete. Choose a photo saved as JPEG, PNG or WebP.",
        ),
        (
            bytes(UPLOAD_BYTES_MAX + 1),
            "The file is larger than 10 MB. Make the picture smaller and choose it again.",
        ),
    ],
)
def test_picture_field_says_what_is_wrong(content: bytes, sentence: str) -> None:
    assert sent(content).errors == {"picture": [sentence]}


def test_picture_field_says_it_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        assert sent(b"<html>").errors == {
            "picture": ["这不是 JPEG、PNG 或 WebP 图片。 请选择存为 JPEG、PNG 或 WebP 的照片。"]
        }


def test_picture_field_may_stay_empty_where_it_is_not_required() -> None:
    assert Choosing({}).errors == {"picture": ["This field is required."]}
    form = Offering({"alt_zh": "茶"})
    assert form.errors == {}
    assert form.cleaned_data["picture"] is None
    assert Offering({}).errors == {"alt_zh": ["This field is required."]}


def test_picture_field_asks_for_photos_only() -> None:
    assert 'accept="image/jpeg,image/png,image/webp"' in str(Choosing()["picture"])
