"""The goods: categories, brands, products with their SKUs, and sheets of goods taken in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.attributes import (
    TEXT_CHARS_MAX,
    AttributeKind,
    Value,
    choice_said,
    number_said,
)
from zhanggui.books.catalogue.rules.goods import (
    BARCODE_CHARS_MAX,
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    SEO_TEXT_CHARS_MAX,
    SEO_TITLE_CHARS_MAX,
    STORY_CHARS_MAX,
    WORD_CHARS_MAX,
    ProductState,
)
from zhanggui.books.catalogue.rules.words import TOKEN_CHARS_MAX
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.media.models import Picture


def in_language(zh: str, en: str) -> str:
    """Return the word in the reader's language, Chinese where no English was written."""
    return (en if get_language() == "en" else "") or zh


class Introduced(Record):
    """What search engines are told of a page of the shop; empty: its name and story say it."""

    seo_title_zh = models.CharField(max_length=SEO_TITLE_CHARS_MAX, blank=True)
    seo_title_en = models.CharField(max_length=SEO_TITLE_CHARS_MAX, blank=True)
    seo_text_zh = models.CharField(max_length=SEO_TEXT_CHARS_MAX, blank=True)
    seo_text_en = models.CharField(max_length=SEO_TEXT_CHARS_MAX, blank=True)

    class Meta:
        abstract = True

    @property
    def seo_title(self) -> str:
        """The title for search engines in the reader's language, "" for none."""
        return self.seo_title_en if get_language() == "en" else self.seo_title_zh

    @property
    def seo_text(self) -> str:
        """The description for search engines in the reader's language, "" for none."""
        return self.seo_text_en if get_language() == "en" else self.seo_text_zh


class Category(Introduced):
    """A shelf of the shop: a tree of at most three levels, ordered by position."""

    editions = True

    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    name_zh = models.CharField(max_length=WORD_CHARS_MAX)
    name_en = models.CharField(max_length=WORD_CHARS_MAX)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("Category")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="category_not_own_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)


class Brand(Record):
    """Whose name stands on the goods."""

    editions = True

    name_zh = models.CharField(max_length=WORD_CHARS_MAX, unique=True)
    name_en = models.CharField(max_length=WORD_CHARS_MAX, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, Chinese where no other was written."""
        return in_language(self.name_zh, self.name_en)


class Product(Introduced):
    """Something we sell, in one or several SKUs; `state_at` says since when it stands as it does.

    `sought` are the words by which it is found: names, pinyin, initials, brand, origin and codes.
    `axes` are by what its SKUs differ, at most two names in both languages: size and colour.
    `paid_ahead`: it is made or fetched for one customer, so it is only sold paid ahead.
    """

    editions = True

    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    name_zh = models.CharField(max_length=NAME_CHARS_MAX)
    name_en = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="products"
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="products")
    unit_zh = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    unit_en = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    origin_zh = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    origin_en = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    story_zh = models.TextField(max_length=STORY_CHARS_MAX, blank=True)
    story_en = models.TextField(max_length=STORY_CHARS_MAX, blank=True)
    shelf_life_days = models.IntegerField(null=True)
    paid_ahead = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=ProductState.choices, default=ProductState.DRAFT
    )
    state_at = models.DateTimeField()
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    created_at = models.DateTimeField()
    sought = models.TextField(blank=True)
    axes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("Product")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(shelf_life_days__isnull=True) | Q(shelf_life_days__gt=0),
                name="product_shelf_life_positive",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProductState.values), name="product_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "state_at"], name="product_state_since"),
            models.Index(fields=["category", "state"], name="product_on_shelf"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, Chinese where no other was written."""
        return in_language(self.name_zh, self.name_en)

    @property
    def unit(self) -> str:
        """In what it is counted, in the reader's language."""
        return in_language(self.unit_zh, self.unit_en)

    @property
    def origin(self) -> str:
        """Where it comes from, in the reader's language."""
        return in_language(self.origin_zh, self.origin_en)

    @property
    def story(self) -> str:
        """What it is, told for customers in the reader's language."""
        return in_language(self.story_zh, self.story_en)


class Attribute(Record):
    """Something that is said of every product of a category and below: kind of tea, roast, harvest.

    `choices` are those of a list: code, Chinese, English. `required`: no product of the category is
    ready without. `facet`: customers narrow by it. A retired one is asked and shown nowhere.
    """

    editions = True

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="attributes")
    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    name_zh = models.CharField(max_length=WORD_CHARS_MAX)
    name_en = models.CharField(max_length=WORD_CHARS_MAX)
    kind = models.CharField(max_length=10, choices=AttributeKind.choices)
    unit_zh = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    unit_en = models.CharField(max_length=WORD_CHARS_MAX, blank=True)
    choices = models.JSONField(default=list)
    required = models.BooleanField(default=False)
    facet = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Attribute")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=AttributeKind.values), name="attribute_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(facet=False) | Q(kind__in=["choice", "yes_no"]),
                name="attribute_facet_is_a_choice",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["category", "position"], name="attribute_of_category")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def unit(self) -> str:
        """In what a number is counted, in the reader's language."""
        return in_language(self.unit_zh, self.unit_en)

    def choice(self, code: str) -> str:
        """Return a choice by its name in the reader's language, "" for one that is not there."""
        return choice_said(self, code, english=get_language() == "en")


class AttributeValue(Record):
    """What is said of a product under an attribute: a choice, a number in thousandths, or words."""

    editions = True

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="attribute_values")
    attribute = models.ForeignKey(
        Attribute, on_delete=models.PROTECT, related_name="values", db_index=False
    )
    choice = models.CharField(max_length=CODE_CHARS_MAX, blank=True)
    number_milli = models.BigIntegerField(null=True)
    text_zh = models.CharField(max_length=TEXT_CHARS_MAX, blank=True)
    text_en = models.CharField(max_length=TEXT_CHARS_MAX, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "attribute"], name="attributevalue_once"),
            models.CheckConstraint(
                condition=~Q(choice="") | Q(number_milli__gte=0) | ~Q(text_zh="") | ~Q(text_en=""),
                name="attributevalue_says_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["attribute", "choice", "product"], name="attributevalue_by_choice")
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def value(self) -> Value:
        """What is said, apart from its record."""
        return Value(self.choice, self.number_milli, self.text_zh, self.text_en)

    @property
    def said(self) -> str:
        """What is said, as people read it in their language."""
        if self.number_milli is not None:
            return f"{number_said(self.number_milli)} {self.attribute.unit}".strip()
        if self.choice:
            return self.attribute.choice(self.choice)
        return in_language(self.text_zh, self.text_en) or self.text_en


class TokenField(models.CharField[str, str]):
    """A short text that is compared sign by sign on both databases, whatever their language.

    So a stretch of an index holds all that begins alike.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return how the column is made: PostgreSQL is told not to sort by a language."""
        made: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            made["collation"] = "C"
        return made


class IndexEntry(Record):
    """One token under which a product is found by customers, and what it counts there.

    The entries of a product on sale are what its words say (`rules/words.py`); what is not on sale
    has none. They are written in the same deed as words and state.
    """

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    token = TokenField(max_length=TOKEN_CHARS_MAX)
    weight = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "token"], name="indexentry_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="indexentry_weighs"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["token", "product", "weight"], name="indexentry_by_token")
        ]

    def __str__(self) -> str:
        return f"{self.token} {self.product_id}"


class Sku(Record):
    """What is counted, priced and carried: one variant of a product.

    `options` are its places on the product's axes, in both languages; the variant is named by them.
    """

    editions = True

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus")
    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    variant_zh = models.CharField(max_length=WORD_CHARS_MAX)
    variant_en = models.CharField(max_length=WORD_CHARS_MAX)
    barcode = models.CharField(max_length=BARCODE_CHARS_MAX, null=True, unique=True)
    weight_g = models.IntegerField()
    length_mm = models.IntegerField(null=True)
    width_mm = models.IntegerField(null=True)
    height_mm = models.IntegerField(null=True)
    position = models.IntegerField(default=0)
    options = models.JSONField(default=list)

    class Meta:
        verbose_name = _("SKU")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weight_g__gt=0), name="sku_weighs_something"),
            models.CheckConstraint(
                condition=Q(length_mm__isnull=True, width_mm__isnull=True, height_mm__isnull=True)
                | Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0),
                name="sku_measured_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["product", "position"], name="sku_of_product")]

    def __str__(self) -> str:
        return f"{self.product.name} · {self.variant}"

    @property
    def variant(self) -> str:
        """Which of the product's variants this is, in the reader's language."""
        return in_language(self.variant_zh, self.variant_en)


class ProductPicture(Record):
    """A picture of a product in its place; the first is the product's face."""

    editions = True

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "picture"], name="product_has_picture_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["product", "position"], name="picture_of_product")
        ]

    def __str__(self) -> str:
        return str(self.picture)


class Intake(Record):
    """A sheet of goods that was read: what each row would do, what is wrong, and what came of it.

    `lines` are the good rows, `faults` the first of the bad ones with row, column and sentence.
    """

    name = models.CharField(max_length=TITLE_CHARS_MAX)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    bad = models.IntegerField()
    lines = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        verbose_name = _("Sheet of goods")

    def __str__(self) -> str:
        return self.name
