"""Reading the goods: categories, products with SKUs and pictures, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from zhanggui.books.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Product,
    ProductPicture,
    Sku,
)
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.sought import sought_text
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.editions import Memory, kept
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.media.models import Picture

PREPARING = "catalogue.products"
"""The duty of preparing goods for sale."""

LOOKING = "G-1"
"""The duty of every member of the company: whoever has a post may look at the goods."""

FINISHED = (ProductState.READY, ProductState.LISTED)
"""The states in which a product ought to lack nothing."""


# --- categories --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category in its place in the tree: how deep, under which others, its own code last."""

    category: Category
    depth: int
    path: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name, set in by its depth."""
        return "\u3000" * self.depth + self.category.name


@kept(Category)
def shelves() -> Sequence[Shelf]:
    """Return the categories as a tree read from top to bottom, in one statement."""
    below: dict[int | None, list[Category]] = {}
    for category in Category.objects.order_by("position", "pk"):
        below.setdefault(category.parent_id, []).append(category)
    found: list[Shelf] = []

    def walk(parent: int | None, path: tuple[str, ...]) -> None:
        for category in below.get(parent, ()):
            here = (*path, category.code)
            found.append(Shelf(category, len(path), here))
            walk(category.pk, here)

    walk(None, ())
    return tuple(found)


def within(code: str) -> list[int]:
    """Return the ids of a category and all below it; none for a code that is not there."""
    return [shelf.category.pk for shelf in shelves() if code in shelf.path]


def category_path(category_id: int | None) -> list[Category]:
    """Return the categories from the top down to this one."""
    by_id = {shelf.category.pk: shelf.category for shelf in shelves()}
    path: list[Category] = []
    while category_id is not None:
        category = by_id[category_id]
        path.insert(0, category)
        category_id = category.parent_id
    return path


def category_of(by: DeskActor, pk: int) -> Category:
    """Return a category for somebody with a post; raise `not_yours` otherwise."""
    category = Category.objects.select_related("parent").filter(pk=pk).first()
    if category is None or not by.scope(LOOKING):
        raise not_yours()
    return category


# --- products ----------------------------------------------------------------------------------


def _counted(model: type[Sku] | type[ProductPicture]) -> Coalesce:
    rows = model._default_manager.filter(product_id=OuterRef("pk")).order_by().values("product_id")
    return Coalesce(
        Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0)
    )


def _listed(rows: QuerySet[Product]) -> QuerySet[Product]:
    return rows.select_related("category", "brand").annotate(
        skus_n=_counted(Sku), pictures_n=_counted(ProductPicture), lacking_n=_lacking()
    )


def products_to_prepare(by: DeskActor) -> QuerySet[Product]:
    """Return the drafts, and what stands ready or on sale without what is required by now.

    With `skus_n` and `pictures_n`; `waits_since` is when a draft became one, unknown for the
    others: they lack something since an attribute was made required, or they were moved below it.
    Goods belong to the whole company: whoever holds the duty anywhere sees them all.
    """
    if not by.scope(PREPARING):
        return _listed(Product.objects.none())
    draft = Q(state=ProductState.DRAFT)
    rows = _listed(Product.objects.all())
    rows = rows.filter(
        draft | (Q(state__in=FINISHED) & Q(lacking_n__gt=0)) if _any_lack() else draft
    )
    since = When(draft, then=F("state_at"))
    return rows.annotate(waits_since=Case(since, default=None, output_field=DateTimeField()))


@kept(Product, Category, Attribute, AttributeValue)
def _any_lack() -> bool:
    """Tell whether any product ready or on sale lacks what is required: most times none does."""
    rows = Product.objects.filter(state__in=FINISHED).annotate(lacking_n=_lacking())
    return rows.filter(lacking_n__gt=0).exists()


def products_seen(by: DeskActor) -> QuerySet[Product]:
    """Return every product for somebody with a post, by category and name."""
    rows = _listed(Product.objects.order_by("category__position", "category_id", "code"))
    return rows if by.scope(LOOKING) else rows.none()


def sought(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Keep to the products in which every word of a text is found: name, pinyin, brand, code."""
    for word in sought_text(text):
        rows = rows.filter(sought__contains=word)
    return rows


def products_on(rows: QuerySet[Product], code: str) -> QuerySet[Product]:
    """Keep to the products of a category and all below it."""
    return rows.filter(category_id__in=within(code))


def product_of(by: DeskActor, pk: int) -> Product:
    """Return a product for somebody with a post; raise `not_yours` otherwise."""
    product = products_seen(by).filter(pk=pk).first()
    if product is None:
        raise not_yours()
    return product


def sku_of(by: DeskActor, pk: int) -> Sku:
    """Return a SKU for somebody with a post; raise `not_yours` otherwise."""
    sku = Sku.objects.select_related("product").filter(pk=pk).first()
    if sku is None or not by.scope(LOOKING):
        raise not_yours()
    return sku


_SKUS: Memory[int, Sku] = Memory(Sku, Product, most=20_000)


def skus_by_id(ids: Iterable[int]) -> dict[int, Sku]:
    """Return SKUs by id, with their products; unknown ones are missing. Nobody may change them."""

    def read(missing: Sequence[int]) -> dict[int, Sku]:
        rows = Sku.objects.filter(pk__in=missing).select_related("product")
        return {sku.pk: sku for sku in rows}

    return _SKUS.of_each(ids, read)


_IDS: Memory[str, int] = Memory(Sku, most=20_000)


def sku_ids(codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of the SKUs with these codes; unknown ones are missing."""

    def read(missing: Sequence[str]) -> dict[str, int]:
        return dict(Sku.objects.filter(code__in=missing).values_list("code", "pk"))

    return _IDS.of_each(codes, read)


def skus_of(product: Product) -> list[Sku]:
    """Return the SKUs of a product in their order."""
    return list(Sku.objects.filter(product=product).order_by("position", "pk"))


def pictures_of(product: Product) -> list[ProductPicture]:
    """Return the pictures of a product in their order, the first being its face."""
    rows = ProductPicture.objects.filter(product=product).select_related("picture")
    return list(rows.order_by("position", "pk"))


def with_faces(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Fetch the pictures along with products, in two statements for all: `product.faces`."""
    pictures = ProductPicture.objects.select_related("picture").order_by("position", "pk")
    return rows.prefetch_related(Prefetch("pictures", pictures, to_attr="faces"))


def face_of(product: Product) -> Picture | None:
    """Return the first of the pictures fetched along with a product."""
    faces: list[ProductPicture] = getattr(product, "faces", [])
    return faces[0].picture if faces else None


def what_there_is(product: Product) -> tuple[int, int]:
    """Return how many SKUs and pictures a product has."""
    return (
        Sku.objects.filter(product=product).count(),
        ProductPicture.objects.filter(product=product).count(),
    )


# --- attributes ---------------------------------------------------------------------------------


def attributes_of(category: Category | None) -> list[Attribute]:
    """Return the attributes asked of a category's products, those of the categories above first.

    Two statements at most where the categories above were not fetched along.
    """
    above: list[int] = []
    while category is not None:
        above.insert(0, category.pk)
        category = category.parent
    return attributes_within(above)


def attributes_within(path: Sequence[int]) -> list[Attribute]:
    """Return the attributes of these categories that are in use, in the order of the categories."""
    found = _ATTRIBUTES.of_each(path, _attributes)
    return [one for category in path for one in found[category]]


_ATTRIBUTES: Memory[int, tuple[Attribute, ...]] = Memory(Attribute, most=2_000)


def _attributes(categories: Sequence[int]) -> dict[int, tuple[Attribute, ...]]:
    own: dict[int, list[Attribute]] = {category: [] for category in categories}
    rows = Attribute.objects.filter(category__in=categories, retired_at__isnull=True)
    for one in rows.order_by("position", "pk"):
        own[one.category_id].append(one)
    return {category: tuple(held) for category, held in own.items()}


def values_of(product: Product) -> dict[int, AttributeValue]:
    """Return what is said of a product, by the id of the attribute."""
    rows = AttributeValue.objects.filter(product=product).select_related("attribute")
    return {value.attribute_id: value for value in rows}


@kept(AttributeValue, Attribute, most=4_000)
def said_of(product: int, path: tuple[int, ...]) -> tuple[AttributeValue, ...]:
    """Return what is said of a product under the attributes of these categories, in one statement.

    `path` are the ids from the top down to its own category.
    """
    rows = AttributeValue.objects.filter(
        product=product, attribute__category__in=path, attribute__retired_at__isnull=True
    ).select_related("attribute")
    order = {pk: place for place, pk in enumerate(path)}

    def place_of(value: AttributeValue) -> tuple[int, int, int]:
        attribute = value.attribute
        return order[attribute.category_id], attribute.position, attribute.pk

    return tuple(sorted(rows, key=place_of))


def missing_attributes(product: Product) -> list[str]:
    """Return the names of the required attributes under which nothing is said of a product."""
    asked = [one for one in attributes_of(product.category) if one.required]
    if not asked:
        return []
    said = values_of(product)
    return [one.name for one in asked if one.pk not in said]


def attribute_of(by: DeskActor, pk: int) -> Attribute:
    """Return an attribute for somebody with a post; raise `not_yours` otherwise."""
    attribute = Attribute.objects.select_related("category__parent__parent").filter(pk=pk).first()
    if attribute is None or not by.scope(LOOKING):
        raise not_yours()
    return attribute


def uses_of(attribute: Attribute, codes: Iterable[str]) -> dict[str, int]:
    """Return of how many products each of these choices is said, where it is of any."""
    rows = AttributeValue.objects.filter(attribute=attribute, choice__in=list(codes))
    return dict(rows.order_by().values_list("choice").annotate(n=Count("pk")))


def _lacking() -> Coalesce:
    """Count the required attributes under which nothing is said, for each product of a list."""
    said = AttributeValue.objects.filter(product=OuterRef(OuterRef("pk")), attribute=OuterRef("pk"))
    asked = Attribute.objects.filter(
        Q(category=OuterRef("category"))
        | Q(category=OuterRef("category__parent"))
        | Q(category=OuterRef("category__parent__parent")),
        required=True,
        retired_at__isnull=True,
    ).exclude(Exists(said))
    rows = asked.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))
