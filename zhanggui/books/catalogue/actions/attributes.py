"""Saying what is asked of the goods of a category, and describing products by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.index import in_batches, index_products
from zhanggui.books.catalogue.models import Attribute, AttributeValue, Category, Product
from zhanggui.books.catalogue.rules import attributes as rules
from zhanggui.books.catalogue.rules import goods
from zhanggui.books.catalogue.rules.attributes import AttributeKind, Value
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor


@action(
    duty="catalogue.products",
    title=_("Add an attribute"),
    said=_("asks of its products: “%(name_zh)s”"),
)
def add_attribute(
    category: Category,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    unit_zh: str = "",
    unit_en: str = "",
    choices: str = "",
    required: bool = False,
    facet: bool = False,
    position: int = 0,
    by: Actor,
    at: datetime,
) -> Attribute:
    """Ask something of every product of a category and below; a choice is a line of a list."""
    listed = rules.choices_in(choices) if kind == AttributeKind.CHOICE else []
    own = Attribute.objects.filter(category=category, retired_at__isnull=True).count()
    if refusal := rules.why_not_attribute(kind=kind, choices=listed, facet=facet, siblings=own):
        raise refusal
    attribute = Attribute(
        category=category,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        unit_zh=unit_zh if kind == AttributeKind.NUMBER else "",
        unit_en=unit_en if kind == AttributeKind.NUMBER else "",
        choices=listed,
        required=required,
        facet=facet,
        position=position,
    )
    try:
        with transaction.atomic():
            attribute.save()
    except IntegrityError as clash:
        raise goods.code_taken(code) from clash
    return attribute


@action(
    duty="catalogue.products",
    title=_("Edit"),
    said=_("changed the attribute"),
    guard=rules.why_not_edit,
)
def edit_attribute(
    attribute: Attribute,
    *,
    name_zh: str,
    name_en: str,
    unit_zh: str = "",
    unit_en: str = "",
    choices: str = "",
    required: bool = False,
    facet: bool = False,
    position: int = 0,
    by: Actor,
    at: datetime,
) -> Attribute:
    """Change an attribute; its code and kind stay, and so does every choice a product has."""
    listed = rules.choices_in(choices) if attribute.kind == AttributeKind.CHOICE else []
    if refusal := rules.why_not_attribute(
        kind=attribute.kind, choices=listed, facet=facet, siblings=0
    ):
        raise refusal
    kept = {choice["code"] for choice in listed}
    gone = [choice["code"] for choice in attribute.choices if choice["code"] not in kept]
    lost = {attribute.choice(c): n for c, n in queries.uses_of(attribute, gone).items()}
    if refusal := rules.why_not_lose(lost):
        raise refusal
    attribute.name_zh, attribute.name_en = name_zh, name_en
    if attribute.kind == AttributeKind.NUMBER:
        attribute.unit_zh, attribute.unit_en = unit_zh, unit_en
    attribute.choices = listed
    attribute.required, attribute.facet, attribute.position = required, facet, position
    attribute.save()
    _index_described(attribute)
    return attribute


@action(
    duty="catalogue.products",
    title=_("Retire"),
    said=_("retired the attribute"),
    guard=rules.why_not_retire,
)
def retire_attribute(attribute: Attribute, *, by: Actor, at: datetime) -> Attribute:
    """Ask and show an attribute nowhere any more; what was said under it is kept."""
    attribute.retired_at = at
    attribute.save(update_fields=["retired_at"])
    _index_described(attribute)
    return attribute


def _index_described(attribute: Attribute) -> None:
    """Bring the index up to date for the products described by an attribute."""
    described = Product.objects.filter(attribute_values__attribute=attribute).order_by("pk")
    for batch in in_batches(queries.with_words(described)):
        index_products(batch)


@action(
    duty="catalogue.products",
    title=_("Describe"),
    said=_("described it by its attributes"),
)
def describe_product(
    product: Product, *, values: Mapping[str, Value], by: Actor, at: datetime
) -> Product:
    """Say what a product is under the attributes of its category, by their codes.

    What is not named stays as it is; an empty value takes away what was said.
    """
    asked = {one.code: one for one in queries.attributes_of(product.category)}
    if unknown := values.keys() - asked.keys():
        raise rules.not_asked(sorted(unknown)[0])
    held = queries.values_of(product)
    changed = 0
    for code, value in values.items():
        attribute = asked[code]
        rules.check(attribute, value)
        changed += say(product, attribute, value, held=held.get(attribute.pk))
    if product.state != goods.ProductState.DRAFT:
        missing = queries.missing_attributes(product)
        lost = [
            one.name
            for one in asked.values()
            if one.required and one.name in missing and one.pk in held
        ]
        state = goods.ProductState(product.state).label
        if refusal := rules.why_not_without(lost, state=state):
            raise refusal
    index_products([product])
    remember(changed=changed)
    return product


def say(
    product: Product, attribute: Attribute, value: Value, *, held: AttributeValue | None
) -> bool:
    """Store what is said of a product under an attribute; tell whether it is other than before.

    For the body of an action alone.
    """
    if held is not None and held.value == value:
        return False
    if not value:
        if held is not None:
            held.delete()
        return held is not None
    one = held or AttributeValue(product=product, attribute=attribute)
    one.choice, one.number_milli = value.choice, value.number_milli
    one.text_zh, one.text_en = value.text_zh, value.text_en
    one.save()
    return True
