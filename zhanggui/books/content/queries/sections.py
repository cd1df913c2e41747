"""The kinds of section a page is made of: what each is for, and what it asks of the editor.

Structure and checking are Wagtail's blocks; the desk draws their fields itself (docs/adr/0016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.blocks import StructBlock

from zhanggui.books.content.queries.fields import (
    TEXT_CHARS_MAX,
    CategoryField,
    Codes,
    Part,
    Slugs,
    choice_part,
    line_part,
    moment_part,
    picture_part,
    point_part,
    prose_part,
    target_part,
    text_part,
    titles_part,
    whole_part,
)
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX

SOURCES = [
    ("best", _("What sells best")),
    ("new", _("What came last")),
    ("saving", _("What costs most below the market")),
    ("category", _("Of one category")),
    ("picked", _("Picked by hand")),
]
LOOKS = [("row", _("A row to push sideways")), ("grid", _("A grid"))]
TONES = [
    ("go", pgettext_lazy("tone of a notice", "News")),
    ("wait", pgettext_lazy("tone of a notice", "Mind this")),
    ("stop", pgettext_lazy("tone of a notice", "Disturbance")),
    ("done", pgettext_lazy("tone of a notice", "Good news")),
]

_HOME, _ANY = (PageKind.HOME,), tuple(PageKind)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of section: its name, sign, what it is for, its fields, and on which pages it may be.

    `once`: it says the same wherever it stands, so one on a page is enough.
    """

    code: str
    title: Any
    icon: str
    about: Any
    block: StructBlock
    pages: tuple[PageKind, ...] = _ANY
    once: bool = False


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "hero",
            _("Opening"),
            "flag",
            _("The large words at the top, with a picture and a button."),
            StructBlock(
                [
                    ("title_zh", text_part(_("Title, Chinese"), chars=TITLE_CHARS_MAX)),
                    ("title_en", text_part(_("Title, English"), chars=TITLE_CHARS_MAX)),
                    ("text_zh", text_part(_("Line below, Chinese"))),
                    ("text_en", text_part(_("Line below, English"))),
                    ("button_zh", line_part(_("Button, Chinese"), chars=24)),
                    ("button_en", line_part(_("Button, English"), chars=24)),
                    ("target", target_part()),
                    (
                        "picture",
                        picture_part(
                            _("Picture"),
                            help_text=_("Without one, the drawing of the house stands."),
                        ),
                    ),
                ]
            ),
            pages=_HOME,
            once=True,
        ),
        Kind(
            "notice",
            _("Notice"),
            "speakerphone",
            _("A sentence everybody should see, for as long as it holds."),
            StructBlock(
                [
                    ("text_zh", text_part(_("Text, Chinese"))),
                    ("text_en", text_part(_("Text, English"))),
                    ("tone", choice_part(_("Tone"), TONES, first="go")),
                    ("target", target_part()),
                    ("from_at", moment_part(_("Shown from"))),
                    ("until_at", moment_part(_("Shown until"))),
                ]
            ),
        ),
        Kind(
            "trust",
            _("Three promises"),
            "shield-check",
            _("Three words in a row that make buying easy."),
            StructBlock(
                [
                    ("first", point_part(_("First"))),
                    ("second", point_part(_("Second"))),
                    ("third", point_part(_("Third"))),
                ]
            ),
            pages=_HOME,
            once=True,
        ),
        Kind(
            "tiles",
            _("Categories"),
            "grid-dots",
            _("The categories that have goods, each with a picture of one."),
            StructBlock([]),
            pages=_HOME,
            once=True,
        ),
        Kind(
            "shelf",
            _("Shelf"),
            "building-store",
            _("Goods in a row: what sells best, what is new, or your own choice."),
            StructBlock(
                [
                    *titles_part(help_text=_("Left empty, the shelf says what stands on it.")),
                    ("source", choice_part(_("Which goods"), SOURCES, first="best")),
                    (
                        "category",
                        Part(CategoryField(required=False), draws="choice", label=_("Category")),
                    ),
                    (
                        "goods",
                        Part(
                            Codes(max_length=2_000, required=False),
                            draws="goods",
                            label=_("Goods picked by hand"),
                        ),
                    ),
                    ("most", whole_part(_("At most how many"), least=2, most=20, usual=10)),
                    ("looks", choice_part(_("Looks"), LOOKS, first="row")),
                ]
            ),
        ),
        Kind(
            "aisles",
            _("A shelf for each category"),
            "table",
            _("Every top category with goods gets a row of its newest."),
            StructBlock([("most", whole_part(_("Goods in each"), least=2, most=10, usual=5))]),
            pages=_HOME,
            once=True,
        ),
        Kind(
            "articles",
            _("Articles"),
            "book",
            _("The newest articles, or those you name."),
            StructBlock(
                [
                    *titles_part(help_text=_("Left empty, the section is called “Good to know”.")),
                    ("most", whole_part(_("At most how many"), least=1, most=6, usual=3)),
                    (
                        "picked",
                        Part(
                            Slugs(max_length=2_000, required=False),
                            draws="text",
                            label=_("Only these"),
                            help_text=_(
                                "The last word of an article's address, one a line. Left "
                                "empty, the newest stand here."
                            ),
                        ),
                    ),
                ]
            ),
        ),
        Kind(
            "prose",
            _("Text"),
            "file-text",
            _("Headings, paragraphs and lists."),
            StructBlock(
                [("text_zh", prose_part(_("Chinese"))), ("text_en", prose_part(_("English")))]
            ),
        ),
        Kind(
            "picture",
            pgettext_lazy("kind of section", "Picture"),
            "photo",
            _("One picture across the page, with a line below it."),
            StructBlock(
                [
                    ("picture", picture_part(pgettext_lazy("kind of section", "Picture"))),
                    ("text_zh", line_part(_("Line below, Chinese"), chars=TEXT_CHARS_MAX)),
                    ("text_en", line_part(_("Line below, English"), chars=TEXT_CHARS_MAX)),
                    ("target", target_part()),
                ]
            ),
        ),
    )
}
"""Every kind of section by its code."""

for _code, _kind in KINDS.items():
    _kind.block.set_name(_code)


def kinds_for(page: str) -> list[Kind]:
    """Return the kinds of section a page of this kind may have."""
    return [kind for kind in KINDS.values() if page in kind.pages]
