"""The field through which pictures come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media import rules
from zhanggui.ground.media.rules import ALT_CHARS_MAX, SoundPicture


class PictureField(forms.FileField):
    """A picture to choose; its value is a `SoundPicture`, so that no unseen file reaches a deed."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Picture"))
        kwargs.setdefault("help_text", _("A photo as JPEG, PNG or WebP, at most 10 MB."))
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the picture looked at and found sound, or its refusal as the field's error."""
        sent = super().clean(data, initial)
        if not isinstance(sent, UploadedFile):
            return sent or None
        try:
            return _sound(sent)
        except Refusal as no:
            raise ValidationError(str(no), code=no.code) from no


def _sound(sent: UploadedFile[Any]) -> SoundPicture:
    if (sent.size or 0) > UPLOAD_BYTES_MAX:  # not even read
        raise rules.too_large()
    return rules.sound_picture(sent.read())


def alt_fields() -> tuple[forms.CharField, forms.CharField]:
    """Return the fields for what the picture shows: Chinese, and English where it is known."""
    hint = _("For those who cannot see it: one sentence.")
    zh = forms.CharField(
        label=_("What it shows (Chinese)"), max_length=ALT_CHARS_MAX, help_text=hint
    )
    en = forms.CharField(
        label=_("What it shows (English)"), max_length=ALT_CHARS_MAX, required=False
    )
    return zh, en
