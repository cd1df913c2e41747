"""The duty of this room: preparing goods for sale."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions import (
    attributes,
    categories,
    introductions,
    options,
    pictures,
    products,
    sheets,
)
from zhanggui.books.catalogue.forms import attributes as asking
from zhanggui.books.catalogue.forms import goods as forms
from zhanggui.books.catalogue.models import Attribute, Category, Intake, Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState, lacks
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.pages.context import link_for_everyone

TONES = {
    ProductState.DRAFT: "wait",
    ProductState.READY: "go",
    ProductState.LISTED: "done",
    ProductState.DELISTED: "rest",
}


def badge_of(product: Product) -> Badge:
    """Return where a product stands."""
    state = ProductState(product.state)
    return Badge(TONES[state], state.label)


def _still_lacks(product: Product) -> Cell:
    unsaid = getattr(product, "lacking_n", 0)
    missing = lacks(
        product,
        skus=getattr(product, "skus_n", 0),
        pictures=getattr(product, "pictures_n", 0),
        attributes=[
            ngettext("%(count)d attribute", "%(count)d attributes", unsaid) % {"count": unsaid}
        ]
        if unsaid
        else [],
    )
    if not missing:
        return Cell(badges=[Badge("done", _("complete"))])
    draft = product.state == ProductState.DRAFT
    said = gettext(", ").join(str(word) for word in missing)
    return Cell([said], [] if draft else [badge_of(product)])


def _category(product: Product) -> Cell:
    return Cell([product.category.name if product.category else "—"])


declare(
    Duty[Product](
        code=queries.PREPARING,
        title=_("Preparing goods for sale"),
        charter=("S-PD-2",),
        queue=queries.products_to_prepare,
        since="waits_since",
        icon="package",
        columns=(
            Column(_("Product"), lambda p: Cell([p.name, p.code], strong=True), sort="code"),
            Column(_("Category"), _category, sort="category__position"),
            Column(_("Still lacks"), _still_lacks),
            Column(
                _("SKUs"),
                lambda p: Cell([str(getattr(p, "skus_n", 0))], numeric=True),
                numeric=True,
            ),
            Column(
                _("Pictures"),
                lambda p: Cell([str(getattr(p, "pictures_n", 0))], numeric=True),
                numeric=True,
            ),
        ),
        filters=(
            Filter(
                "category",
                _("Category"),
                lambda _by: [(s.category.code, s.label) for s in queries.shelves()],
                queries.products_on,
            ),
            Filter(
                "lacks",
                _("Lacks"),
                lambda _by: [("pictures", _("a picture")), ("skus", _("a SKU"))],
                lambda rows, value: rows.filter(**{f"{value}_n": 0}),
            ),
        ),
        search=queries.sought,
        acts=(
            Act(products.enter_product, form=forms.EnterProductForm, letter="n", tone="main"),
            Act(
                sheets.read_goods_sheet,
                form=forms.ReadSheetForm,
                letter="i",
                text=_("Reading changes nothing. You see what each row would do, and then decide."),
                done=_("The sheet has been read. Nothing has changed yet."),
            ),
            Act(categories.open_category, form=forms.OpenCategoryForm, letter="c"),
            Act(
                products.make_ready,
                on=Product,
                letter="r",
                tone="main",
                done=_("It now waits to be priced and put on sale."),
            ),
            Act(pictures.attach_picture, on=Product, form=forms.AttachPictureForm, letter="p"),
            Act(products.add_sku, on=Product, form=forms.AddSkuForm, letter="s"),
            Act(products.edit_product, on=Product, form=forms.EditProductForm, letter="e"),
            Act(products.send_back, on=Product, form=forms.SendBackForm, letter="b", tone="stop"),
            Act(
                pictures.put_picture_first,
                on=Product,
                form=forms.ChoosePictureForm,
                letter="f",
                tone="ghost",
            ),
            Act(
                pictures.describe_pictures,
                on=Product,
                form=forms.DescribePicturesForm,
                letter="v",
                tone="ghost",
                text=_("A picture has these words wherever it is shown."),
            ),
            Act(
                pictures.take_away_picture,
                on=Product,
                form=forms.ChoosePictureForm,
                letter="w",
                tone="ghost",
            ),
            Act(
                attributes.describe_product,
                on=Product,
                form=asking.DescribeProductForm,
                letter="a",
            ),
            Act(
                options.place_skus,
                on=Product,
                form=asking.PlaceSkusForm,
                letter="o",
                text=_(
                    "Customers choose along each axis, such as size and colour; "
                    "the variants are named by it."
                ),
            ),
            Act(
                introductions.introduce_product,
                on=Product,
                form=forms.IntroduceForm,
                letter="g",
                text=_("Empty: the name and the story say it."),
            ),
            Act(
                introductions.introduce_category,
                on=Category,
                form=forms.IntroduceForm,
                letter="g",
                text=_("Empty: the name and the number of its goods say it."),
            ),
            Act(attributes.add_attribute, on=Category, form=asking.AddAttributeForm, letter="a"),
            Act(attributes.edit_attribute, on=Attribute, form=asking.EditAttributeForm, letter="e"),
            Act(attributes.retire_attribute, on=Attribute, letter="r", tone="stop"),
            Act(products.edit_sku, on=Sku, form=forms.EditSkuForm, letter="e"),
            Act(categories.edit_category, on=Category, form=forms.EditCategoryForm, letter="e"),
            Act(
                sheets.take_in_goods,
                on=Intake,
                letter="t",
                tone="main",
                done=_("The good rows have been taken in."),
            ),
        ),
        empty=_(
            "Drafts wait here until name, category, SKU and picture are complete, and goods on "
            "sale while they lack an attribute that was made required."
        ),
        model=Product,
    )
)


@finder(_("Goods"))
def find_goods(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find products by name, pinyin, initials, brand, code or barcode."""
    return [
        Hit(product.name, url_of(product), note=product.code, badge=badge_of(product))
        for product in queries.sought(queries.products_seen(by), text)[:limit]
    ]


link_for_everyone("catalogue:goods", _("Goods"), "package")
