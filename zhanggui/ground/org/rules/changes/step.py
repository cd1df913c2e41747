"""One line of a change, and what every kind of line asks first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.ground.org.rules.structure import (
    Structure,
)

Data = Mapping[str, Any]


AREA_PARENTS: dict[str, tuple[str, ...]] = {
    "company": (),
    "province": ("company",),
    "region": ("province",),
    "city": ("region", "province"),
    "district": ("city",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a change set: its kind and values."""

    kind: str
    data: Data


def no(code: str, sentence: Sentence, settles: Sentence = "") -> Refusal:
    """Return the refusal of a line: what is wrong with its values, and what settles it."""
    return Refusal(code, sentence, settles=settles, status=422)


def known(structure: Structure, *, unit: str = "", area: str = "", post: str = "") -> None:
    """Refuse a unit, area or post that does not stand by then."""
    if unit and unit not in structure.units:
        raise no(
            "no_unit",
            _("There is no unit “%(code)s” at that moment.") % {"code": unit},
            _("Add the unit in an earlier line of the same change, or choose another."),
        )
    if area and area not in structure.areas:
        raise no(
            "no_area",
            _("There is no area “%(code)s” at that moment.") % {"code": area},
            _("Add the area in an earlier line of the same change, or choose another."),
        )
    if post and post not in structure.posts:
        raise no(
            "no_post",
            _("There is no post “%(code)s”.") % {"code": post},
            _("Choose one of the posts of the charter."),
        )


def fresh_code(code: str, taken: Mapping[str, object]) -> None:
    """Refuse a code that is in use."""
    if code in taken:
        raise no(
            "code_taken",
            _("The code “%(code)s” is already in use.") % {"code": code},
            _("Choose another code; codes are never used twice."),
        )
