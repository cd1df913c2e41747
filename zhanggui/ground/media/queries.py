"""Reading pictures: by content, as pages show them, and as the bytes a browser asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import constant_time_compare

from zhanggui.ground.media import rules
from zhanggui.ground.media.models import Picture, Rendition
from zhanggui.ground.media.rules import FORMATS, ONE_AT_A_TIME, USUAL_SIZES


@dataclass(frozen=True, slots=True)
class Source:
    """One format of a picture: its media type, and its sizes as the browser chooses among them."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it: the better formats first, and the image every browser knows.

    `width` and `height` (pixels) are those asked for, so that the page does not jump.
    """

    sources: tuple[Source, ...]
    src: str
    srcset: str
    width: int
    height: int
    alt: str


class Look:
    """A picture beside what it looks like: two are the same where all that is shown is the same."""

    __slots__ = ("_told", "picture")

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        focus = (picture.focal_point_x, picture.focal_point_y)
        size = (picture.focal_point_width, picture.focal_point_height)
        self._told = (picture.pk, picture.sha256, picture.alt, *focus, *size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Look) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)


def look_at(picture: Picture | None) -> Look | None:
    """Return what a picture looks like, None for none."""
    return Look(picture) if picture is not None else None


def picture_by_digest(sha256: str) -> Picture | None:
    """Return the picture of this content, if it was ever taken in."""
    return Picture.objects.filter(sha256=sha256).first()


def shown(picture: Picture, spec: str) -> Shown:
    """Return the picture as a page shows it at `spec`; asks the database nothing, makes nothing."""
    sizes: dict[tuple[int, int], str] = {}
    for step in rules.steps(spec):
        sizes.setdefault(picture.size_as(step), step)  # no picture is scaled up: steps may meet

    addresses = [(picture.address(step), size[0]) for size, step in sizes.items()]

    def srcset(kind: str) -> str:
        return ", ".join(f"{address}.{kind} {width}w" for address, width in addresses)

    *better, last = FORMATS
    width, height = picture.size_as(spec)
    return Shown(
        sources=tuple(Source(type=f"image/{kind}", srcset=srcset(kind)) for kind in better),
        src=f"{picture.address(sizes[width, height])}.{last}",
        srcset=srcset(last),
        width=width,
        height=height,
        alt=picture.alt,
    )


def rendition_asked_for(pk: int, *, seal: str, spec: str) -> Rendition | None:
    """Return the rendition behind a URL, made now where nobody saw it before; None: no such URL."""
    picture = Picture.objects.filter(pk=pk).first()
    if picture is None or not constant_time_compare(seal, picture.seal(spec)):
        return None
    return rendition_of(picture, spec)


def rendition_of(picture: Picture, spec: str) -> Rendition:
    """Return a picture's rendition; its file is there afterwards, also where it had been lost.

    What can be made again at any time is no record: a reading may make it.
    """
    with ONE_AT_A_TIME:
        rendition: Rendition = picture.get_rendition(spec)
        file = rendition.file
        if not file.storage.exists(file.name):
            file.storage.save(file.name, picture.generate_rendition_file(rendition.filter))
    return rendition


def renditions_to_make(*, most: int) -> list[tuple[Picture, str]]:
    """Return pictures and the specs they will be asked for, at most so many, latest picture first.

    Those are the sizes every shelf shows and the sizes asked for of other pictures, in the format
    that nearly every browser takes.
    """
    usual = {f"{step}|format-{FORMATS[0]}" for spec in USUAL_SIZES for step in rules.steps(spec)}
    asked = Rendition.objects.filter(filter_spec__endswith=f"|format-{FORMATS[0]}")
    found: list[tuple[Picture, str]] = []
    for spec in sorted(usual | set(asked.values_list("filter_spec", flat=True).distinct())):
        without = Picture.objects.exclude(renditions__filter_spec=spec).order_by("-pk")
        found += [(picture, spec) for picture in without[: most - len(found)]]
        if len(found) == most:
            break
    return found
