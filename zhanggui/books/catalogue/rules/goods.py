"""The states of a product, and what it lacks before it can be put on sale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

CODE_CHARS_MAX = 40
"""Characters of a code of a product or SKU: what fits a shelf label in readable print."""

NAME_CHARS_MAX = 80
"""Characters of a product's name: two lines on a phone."""

WORD_CHARS_MAX = 40
"""Characters of a unit, a place of origin, a brand or a variant: a word or two."""

STORY_CHARS_MAX = 600
"""Characters of a product's story: what a customer reads standing in a lift."""

SEO_TITLE_CHARS_MAX = 60
"""Characters of a title for search engines: what they show of it before cutting."""

SEO_TEXT_CHARS_MAX = 160
"""Characters of a description for search engines: two lines below a result."""

BARCODE_CHARS_MAX = 14
"""Digits of a barcode: GTIN-14 is the longest of its family (GS1 General Specifications)."""

WEIGHT_G_MAX = 100_000
"""Grams of one piece: 100 kg, more than a courier carries alone."""

SIDE_MM_MAX = 3_000
"""Millimetres of one side: three metres, longer than any van's bed here."""

SHELF_DAYS_MAX = 3_650
"""Days of shelf life: ten years; longer means it does not matter."""

SKUS_OF_PRODUCT_MAX = 60
"""SKUs of one product: shoes in ten sizes and six colours."""

PICTURES_OF_PRODUCT_MAX = 12
"""Pictures of one product: every side and a few details."""

DEPTH_MAX = 3
"""Levels of the category tree: what a customer on a phone still finds her way in."""


class ProductState(TextChoices):
    """Where a product stands on its way to customers."""

    DRAFT = "draft", _("Draft")
    READY = "ready", _("Ready")
    LISTED = "listed", _("On sale")
    DELISTED = "delisted", _("Taken off sale")


S = ProductState
MOVES = Moves(
    S,
    start=S.DRAFT,
    verbs={
        "make_ready": ({S.DRAFT}, S.READY),
        "send_back": ({S.READY}, S.DRAFT),
        "list_product": ({S.READY, S.DELISTED}, S.LISTED),
        "delist_product": ({S.LISTED}, S.DELISTED),
    },
)


class HasState(Protocol):
    """Anything with a state."""

    state: str


class HasNames(HasState, Protocol):
    """What of a product customers read first."""

    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    category_id: int | None


def lacks(
    product: HasNames, *, skus: int, pictures: int, attributes: Sequence[Sentence] = ()
) -> list[Sentence]:
    """Return what a product still lacks before it can be ready, in words; a price is not asked.

    `attributes` are what its category requires and nothing is said under.
    """
    asked: list[tuple[object, Sentence]] = [
        (product.name_zh, _("the Chinese name")),
        (product.name_en, _("the English name")),
        (product.unit_zh and product.unit_en, _("the unit in both languages")),
        (product.category_id, _("the category")),
        (skus, _("a SKU")),
        (pictures, _("a picture")),
    ]
    return [*(word for present, word in asked if not present), *attributes]


def why_not_ready(
    product: HasNames, *, skus: int, pictures: int, attributes: Sequence[Sentence] = ()
) -> Refusal | None:
    """Return why a product cannot be called ready: its state, or everything it still lacks."""
    if refusal := MOVES.why_not("make_ready", product.state):
        return refusal
    missing = lacks(product, skus=skus, pictures=pictures, attributes=attributes)
    if not missing:
        return None
    listed = gettext(", ").join(str(word) for word in missing)
    return Refusal(
        "incomplete",
        _("This product still lacks %(missing)s.") % {"missing": listed},
        settles=_("Add what is missing; nothing goes on sale without it."),
    )


def why_not_send_back(product: HasState) -> Refusal | None:
    """Return why a product cannot go back to being a draft."""
    return MOVES.why_not("send_back", product.state)


def why_not_keep(product: HasNames) -> Refusal | None:
    """Return why a product cannot be kept as it is now: past draft it must stay complete."""
    if product.state == S.DRAFT:
        return None
    missing = lacks(product, skus=1, pictures=1)
    if not missing:
        return None
    return Refusal(
        "incomplete",
        _("A product that is %(state)s cannot be without %(missing)s.")
        % {
            "state": S(product.state).label,
            "missing": gettext(", ").join(str(word) for word in missing),
        },
        settles=_("Fill it in, or send the product back to be a draft first."),
        status=422,
    )


def why_not_add_sku(*, skus: int) -> Refusal | None:
    """Return why a product cannot get one SKU more."""
    if skus < SKUS_OF_PRODUCT_MAX:
        return None
    return Refusal(
        "crowded",
        _("This product has %(most)s SKUs already.") % {"most": SKUS_OF_PRODUCT_MAX},
        settles=_("Enter a second product: nobody chooses among more."),
    )


def why_not_place_skus(*, skus: int) -> Refusal | None:
    """Return why the SKUs of a product cannot be told apart by options: there are not two."""
    if skus > 1:
        return None
    return Refusal(
        "illegal_move",
        _("There are not two SKUs to tell apart."),
        settles=_("Add another SKU first."),
    )


def why_not_place(*, depth: int, height: int, inside_itself: bool = False) -> Refusal | None:
    """Return why a category with `height` levels of its own cannot stand below `depth` others."""
    if inside_itself:
        return Refusal(
            "own_parent",
            _("A category cannot stand below itself."),
            settles=_("Choose another place, or none for the top."),
            status=422,
        )
    if depth + height > DEPTH_MAX:
        return Refusal(
            "too_deep",
            _("The tree of categories has at most %(most)s levels.") % {"most": DEPTH_MAX},
            settles=_("Choose a place nearer to the top."),
            status=422,
        )
    return None


def code_taken(code: str, *, barcode: str | None = None) -> Refusal:
    """Return the refusal of a code, or of a barcode, that something else has already."""
    if barcode:
        return Refusal(
            "code_taken",
            _("The code “%(code)s” or the barcode “%(barcode)s” is taken already.")
            % {"code": code, "barcode": barcode},
            settles=_("Search for it: perhaps it is there already."),
            status=422,
        )
    return Refusal(
        "code_taken",
        _("The code “%(code)s” is taken already.") % {"code": code},
        settles=_("Search for it: perhaps it is there already."),
        status=422,
    )


def why_not_attach(*, pictures: int) -> Refusal | None:
    """Return why a product cannot get one picture more."""
    if pictures < PICTURES_OF_PRODUCT_MAX:
        return None
    return Refusal(
        "crowded",
        _("This product has %(most)s pictures already.") % {"most": PICTURES_OF_PRODUCT_MAX},
        settles=_("Take one away first."),
    )


def why_not_describe(*, pictures: int) -> Refusal | None:
    """Return why nothing can be said of a product's pictures."""
    if pictures:
        return None
    return Refusal(
        "no_picture",
        _("This product has no picture yet."),
        settles=_("Attach one; what it shows is said with it."),
    )


def why_not_reorder(*, pictures: int) -> Refusal | None:
    """Return why no other picture can be put first."""
    if pictures > 1:
        return None
    return Refusal(
        "illegal_move",
        _("There are not two pictures to choose from."),
        settles=_("Attach another picture first."),
    )


def why_not_take_away(product: HasState, *, pictures: int) -> Refusal | None:
    """Return why a product cannot lose a picture: there is none, or past draft it is the last."""
    if not pictures:
        return Refusal(
            "illegal_move",
            _("This product has no picture."),
            settles=_("Attach one instead."),
        )
    if pictures == 1 and product.state != S.DRAFT:
        return Refusal(
            "illegal_move",
            _("This is its last picture, and a product past draft cannot be without."),
            settles=_("Attach another one first."),
        )
    return None


def already_attached() -> Refusal:
    """Return the refusal of a picture that hangs on the product already."""
    return Refusal(
        "attached",
        _("This product has this picture already."),
        settles=_("Choose another file."),
        status=422,
    )


def not_its_picture() -> Refusal:
    """Return the refusal of a picture of another product, or of one taken away meanwhile."""
    return Refusal(
        "not_its_picture",
        _("This product does not have that picture."),
        settles=_("Look at the record again: someone may have taken it away meanwhile."),
    )
