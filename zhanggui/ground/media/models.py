"""Pictures with their words in both languages, and the renditions made of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.image_operations import FormatOperation
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    ImageQuerySet,
    WagtailImageFieldFile,
)

from zhanggui.ground.kernel.models import Record
from zhanggui.ground.media.rules import ALT_CHARS_MAX, DOOR, named, size_of

Focus = tuple[int | None, int | None, int | None, int | None]
"""What must not be cut off: its centre (x, y), width and height in pixels; None: the middle."""


class Picture(Record, AbstractImage):  # type: ignore[misc,django-manager-missing]
    """A picture as it was taken in; people only ever see renditions of it.

    `sha256` is the digest of the file: the same file is one picture. `alt_zh` and `alt_en` say
    what is to be seen, for those who cannot see it.
    """

    editions = True

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    alt_zh = models.CharField(max_length=ALT_CHARS_MAX)
    alt_en = models.CharField(max_length=ALT_CHARS_MAX, blank=True)
    # The moment of the deed, where the library would ask the machine's clock.
    created_at = models.DateTimeField(db_index=True)
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    # Neither search rows nor reference rows: taking in a picture writes the picture alone.
    search_fields: ClassVar[list[Any]] = []
    wagtail_reference_index_ignore = True
    admin_form_fields = ("title", "alt_zh", "alt_en")
    objects: ClassVar[models.Manager[Picture]] = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Picture")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(alt_zh=""), name="picture_says_what_it_shows"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="picture_has_size"),
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def alt(self) -> str:
        """What is to be seen, in the reader's language; Chinese where no English was written."""
        return (self.alt_en if get_language() == "en" else "") or self.alt_zh

    @property
    def default_alt_text(self) -> str:
        """The words the library puts into its own tags."""
        return self.alt

    def get_upload_to(self, filename: str) -> str:
        """Return where the file lies: named by its content, never by what it was called."""
        return f"originals/{self.sha256[:2]}/{self.sha256}{PurePath(filename).suffix}"

    def generate_rendition_file(
        self,
        filter: Filter,  # noqa: A002  (the library's own name for it)
        *,
        source: Any = None,
    ) -> File[bytes]:
        """Return the rendition's bytes; no file of the library's stays open behind it."""
        if source is None:
            with self.open_file() as file:
                return self.generate_rendition_file(filter, source=file)
        with super().generate_rendition_file(filter, source=source) as made:
            return ContentFile(b"".join(made.chunks()), name=made.name)

    def size_as(self, spec: str) -> tuple[int, int]:
        """Return width and height of the rendition by `spec` (pixels) without making it."""
        return _size_as(spec, (self.width, self.height), self._focus)

    def address(self, spec: str) -> str:
        """Return the URL of the rendition by `spec`, such as `fill-480x480|format-webp`."""
        return f"{get_script_prefix()}{DOOR}{self.pk}/{self.seal(spec)}/{named(spec)}"

    def seal(self, spec: str) -> str:
        """Return the seal over content, focal point and size that the rendition's URL carries.

        Nobody can ask for what no page asked for, and another content has another URL.
        """
        said = f"{self.sha256}/{self._focus}/{size_of(spec)}"
        return salted_hmac("media.picture", said, algorithm="sha256").hexdigest()[:16]

    @property
    def _focus(self) -> Focus:
        return (
            self.focal_point_x,
            self.focal_point_y,
            self.focal_point_width,
            self.focal_point_height,
        )


class _Original(WagtailImageFieldFile):  # type: ignore[misc]
    """A picture's file, whose size is read from its head: the library decodes all of it, twice.

    What is kept lies upright and was seen to be whole.
    """

    def get_image_dimensions(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        was_closed = self.closed
        self.open()
        try:
            with Image.open(self.file) as image:
                size: tuple[int, int] = image.size
            return size
        finally:
            if was_closed:
                self.close()
            else:
                self.seek(0)


FILE: Any = Picture._meta.get_field("file")
FILE.attr_class = _Original


@lru_cache(maxsize=5_000)
def _size_as(spec: str, size: tuple[int, int], focus: Focus) -> tuple[int, int]:
    """Ask the library how large a rendition becomes; it takes a while, and sizes come again."""
    picture = Picture(collection_id=0)
    picture.width, picture.height = size
    picture.focal_point_x, picture.focal_point_y = focus[:2]
    picture.focal_point_width, picture.focal_point_height = focus[2:]
    width, height = Filter(spec=spec).get_transform(picture).size
    return int(width), int(height)


class BareFormat(FormatOperation):  # type: ignore[misc]
    """Chooses a rendition's format and drops what the camera wrote: place, time, owner.

    Its colour profile stays: without it the colours would be others.
    """

    def run(self, willow: Any, image: Picture, env: dict[str, Any]) -> Any:
        """Do so, before the rendition is written."""
        said = willow.image.info
        willow.image.info = {k: said[k] for k in ("icc_profile", "transparency") if k in said}
        return super().run(willow, image, env)


class Rendition(AbstractRendition):  # type: ignore[misc]
    """A picture cut and scaled for a page: it can be made again at any time, so it is no record."""

    objects: ClassVar[models.Manager[Rendition]] = models.Manager()
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"

    def get_upload_to(self, filename: str) -> str:
        """Return where the file lies: named by content, focal point and spec."""
        name = ".".join(
            part for part in (self.focal_point_key, named(size_of(self.filter_spec))) if part
        )
        folder = f"renditions/{self.image.sha256[:2]}/{self.image.sha256[:20]}"
        return f"{folder}/{name}{PurePath(filename).suffix}"

    @property
    def url(self) -> str:
        """Where the browser finds it."""
        picture: Picture = self.image
        return picture.address(self.filter_spec)
