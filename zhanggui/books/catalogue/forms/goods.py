"""Forms of the acts on goods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.models import Category, Product, ProductPicture, Sku
from zhanggui.books.catalogue.rules.goods import (
    BARCODE_CHARS_MAX,
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    SEO_TEXT_CHARS_MAX,
    SEO_TITLE_CHARS_MAX,
    SHELF_DAYS_MAX,
    SIDE_MM_MAX,
    STORY_CHARS_MAX,
    WEIGHT_G_MAX,
    WORD_CHARS_MAX,
)
from zhanggui.books.catalogue.rules.rows import CODE, is_barcode, judge_titles
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.ground.desk.forms import ActForm, note_field
from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.rules import ALT_CHARS_MAX, sound_picture, too_large
from zhanggui.ground.media.templatetags.media import picture_of

POSITION_MAX = 9_999
"""The last place among categories of one level."""


def word_field(
    label: Any, *, required: bool = False, most: int = WORD_CHARS_MAX
) -> forms.CharField:
    """Return the field of a word or two."""
    return forms.CharField(label=label, required=required, max_length=most)


def code_field(label: Any, help_text: Any) -> forms.CharField:
    """Return the field of a code: letters and digits in groups."""
    return forms.CharField(
        label=label,
        max_length=CODE_CHARS_MAX,
        validators=[RegexValidator(CODE, _("Letters and digits only, in groups joined by “-”."))],
        help_text=help_text,
    )


def _whole(label: Any, *, most: int, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=1, max_value=most)


class ShelfChoice(forms.ModelChoiceField[Category]):
    """A choice of categories, drawn as a tree."""

    def __init__(self, *, empty: Any, **kwargs: Any) -> None:
        self.empty = empty
        super().__init__(Category.objects.none(), required=False, **kwargs)

    def offer(self, *, but: Category | None = None) -> None:
        """Offer the whole tree, except a category and all below it."""
        found = [s for s in queries.shelves() if but is None or but.code not in s.path]
        self.queryset = Category.objects.filter(pk__in=[s.category.pk for s in found])
        self.choices = [("", self.empty), *((s.category.pk, s.label) for s in found)]


class CategoryForm(ActForm):
    """The names and the place of a category."""

    name_zh = word_field(_("Chinese name"), required=True)
    name_en = word_field(_("English name"), required=True)
    parent = ShelfChoice(label=_("Stands below"), empty=_("at the top"))
    position = forms.IntegerField(
        label=_("Position"),
        initial=0,
        min_value=0,
        max_value=POSITION_MAX,
        help_text=_("Among its neighbours, the smallest first."),
    )

    def prepare(self) -> None:
        """Offer every place but below itself."""
        parent = self.fields["parent"]
        assert isinstance(parent, ShelfChoice)
        parent.offer(but=self.record if isinstance(self.record, Category) else None)


class OpenCategoryForm(CategoryForm):
    """A new category."""

    code = code_field(
        _("Category code"),
        _("Short and lasting: it stands in sheets of goods, like TEA or TEA-OOLONG."),
    )
    field_order = ("code", "name_zh", "name_en", "parent", "position")


class EditCategoryForm(CategoryForm):
    """A category, guarded against two people editing at once."""

    watch = ("name_zh", "name_en", "parent", "position")

    def _watched(self) -> dict[str, Any]:
        category = self.record
        assert isinstance(category, Category)
        return {
            "name_zh": category.name_zh,
            "name_en": category.name_en,
            "parent": category.parent_id,
            "position": category.position,
        }


class ProductForm(ActForm):
    """What is said of a product."""

    name_zh = word_field(_("Chinese name"), required=True, most=NAME_CHARS_MAX)
    name_en = word_field(_("English name"), most=NAME_CHARS_MAX)
    category = ShelfChoice(label=_("Category"), empty=_("none yet"))
    brand = word_field(_("Brand"))
    unit_zh = word_field(_("Unit in Chinese"))
    unit_en = word_field(_("Unit in English"))
    origin_zh = word_field(_("Origin in Chinese"))
    origin_en = word_field(_("Origin in English"))
    story_zh = forms.CharField(
        label=_("Story in Chinese"),
        required=False,
        max_length=STORY_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two or three sentences for customers."),
    )
    story_en = forms.CharField(
        label=_("Story in English"),
        required=False,
        max_length=STORY_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shelf_life_days = _whole(_("Shelf life in days"), most=SHELF_DAYS_MAX)
    paid_ahead = forms.BooleanField(
        label=_("Only paid ahead"),
        required=False,
        help_text=_("Made or fetched for one customer: not sold for cash at the door."),
    )

    def prepare(self) -> None:
        """Offer the whole tree of categories."""
        category = self.fields["category"]
        assert isinstance(category, ShelfChoice)
        category.offer()


class EnterProductForm(ProductForm):
    """A new product."""

    code = code_field(
        _("Product code"), _("Shared by all variants of the product; it cannot be changed later.")
    )
    field_order = ("code", "category", "name_zh", "name_en", "brand", "shelf_life_days")


class EditProductForm(ProductForm):
    """A product, guarded against two people editing at once."""

    watch = (
        "name_zh", "name_en", "category", "brand", "unit_zh", "unit_en", "origin_zh",
        "origin_en", "story_zh", "story_en", "shelf_life_days", "paid_ahead",
    )  # fmt: skip

    def prepare(self) -> None:
        """Show the brand by the name it is kept under."""
        super().prepare()
        self.initial["brand"] = self._watched()["brand"]

    def _watched(self) -> dict[str, Any]:
        product = self.record
        assert isinstance(product, Product)
        words = {name: getattr(product, name) for name in self.watch}
        words["category"] = product.category_id
        words["brand"] = product.brand.name_zh if product.brand else ""
        return words

    def typed(self, name: str) -> str:
        """Return what came in under a name; browsers send line ends as CR LF."""
        if name == "paid_ahead":
            return str(name in self.data)
        return super().typed(name).replace("\r\n", "\n").strip()


class IntroduceForm(ActForm):
    """What search engines are told of a page."""

    watch = ("seo_title_zh", "seo_title_en", "seo_text_zh", "seo_text_en")

    seo_title_zh = word_field(_("Title in Chinese"), most=SEO_TITLE_CHARS_MAX)
    seo_title_en = word_field(_("Title in English"), most=SEO_TITLE_CHARS_MAX)
    seo_text_zh = word_field(_("Description in Chinese"), most=SEO_TEXT_CHARS_MAX)
    seo_text_en = word_field(_("Description in English"), most=SEO_TEXT_CHARS_MAX)


class SkuForm(ActForm):
    """What is said of a SKU."""

    variant_zh = word_field(_("Variant in Chinese"), required=True)
    variant_en = word_field(_("Variant in English"))
    barcode = forms.CharField(
        label=_("Barcode"),
        required=False,
        max_length=BARCODE_CHARS_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    weight_g = _whole(_("Weight in grams"), most=WEIGHT_G_MAX, required=True)
    length_mm = _whole(_("Length in mm"), most=SIDE_MM_MAX)
    width_mm = _whole(_("Width in mm"), most=SIDE_MM_MAX)
    height_mm = _whole(_("Height in mm"), most=SIDE_MM_MAX)

    def clean_barcode(self) -> str | None:
        """Return the digits, None for none; a form error when they cannot be a barcode."""
        digits = str(self.cleaned_data["barcode"])
        if digits and not is_barcode(digits):
            raise forms.ValidationError(
                _("This is no barcode: wrong number of digits, or a wrong check digit.")
            )
        return digits or None

    def clean(self) -> dict[str, Any]:
        """Ask for all three sides or none."""
        values = super().clean() or self.cleaned_data
        sides = [values.get(name) for name in ("length_mm", "width_mm", "height_mm")]
        if any(sides) and not all(sides):
            raise forms.ValidationError(_("Give all three sides or none."))
        return values


class AddSkuForm(SkuForm):
    """A new SKU."""

    code = code_field(_("SKU code"), _("Printed on the shelf label; it cannot be changed later."))
    field_order = ("code", "variant_zh", "variant_en", "barcode", "weight_g")


class EditSkuForm(SkuForm):
    """A SKU, guarded against two people editing at once."""

    watch = (
        "variant_zh", "variant_en", "barcode", "weight_g", "length_mm", "width_mm", "height_mm",
    )  # fmt: skip

    def prepare(self) -> None:
        """Show the variant as it is where the product's options name it."""
        sku = self.record
        assert isinstance(sku, Sku)
        if sku.options:
            for name in ("variant_zh", "variant_en"):
                self.fields[name].disabled = True
            self.fields["variant_zh"].help_text = gettext("Named by the options of the product.")


class SendBackForm(ActForm):
    """What is wrong with a product that was called ready."""

    reason = note_field(_("What is wrong"))


class AttachPictureForm(ActForm):
    """A picture and what it shows."""

    file = forms.FileField(
        label=_("JPEG, PNG or WebP file"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("At most 10 MB. The first picture is the product's face."),
    )
    alt_zh = forms.CharField(
        label=_("What it shows, in Chinese"),
        max_length=ALT_CHARS_MAX,
        help_text=_("For people who cannot see it."),
    )
    alt_en = forms.CharField(
        label=_("What it shows, in English"), max_length=ALT_CHARS_MAX, required=False
    )

    def prepare(self) -> None:
        """Begin with the product's names, which is what most of its pictures show."""
        product = self.record
        assert isinstance(product, Product)
        self.initial.update(alt_zh=product.name_zh, alt_en=product.name_en)

    def clean_file(self) -> UploadedFile[Any]:
        """Look at the picture; a form error when it cannot be shown."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            if (file.size or 0) > UPLOAD_BYTES_MAX:
                raise too_large()
            self.sound = sound_picture(file.read())
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no
        return file

    def values(self) -> dict[str, Any]:
        """Return the picture that was looked at, and its words."""
        words = self.cleaned_data
        return {"sound": self.sound, "alt_zh": words["alt_zh"], "alt_en": words["alt_en"]}


class PictureChoice(forms.ModelChoiceField[ProductPicture]):
    """A choice among the pictures of a product."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            ProductPicture.objects.none(), widget=forms.RadioSelect, empty_label=None, **kwargs
        )


class ChoosePictureForm(ActForm):
    """One of a product's pictures."""

    picture = PictureChoice(label=_("Picture"))

    def prepare(self) -> None:
        """Offer the product's own pictures, by what they show."""
        picture, product = self.fields["picture"], self.record
        assert isinstance(picture, forms.ModelChoiceField)
        assert isinstance(product, Product)
        hung = ProductPicture.objects.filter(product=product)
        picture.queryset = hung.select_related("picture")


class DescribePicturesForm(ActForm):
    """What each picture of a product shows, in both languages, beside the picture itself."""

    def prepare(self) -> None:
        """Ask for the words of each picture, beginning with those it has."""
        product = self.record
        assert isinstance(product, Product)
        self.hung = queries.pictures_of(product)
        for number, one in enumerate(self.hung, start=1):
            name, picture = f"p_{one.pk}", one.picture
            self.fields[name] = forms.CharField(
                label=gettext("Picture %(number)s in Chinese") % {"number": number},
                max_length=ALT_CHARS_MAX,
                help_text=picture_of(picture, "fill-240x240", sizes="96px", alt=""),
            )
            self.fields[f"{name}_en"] = forms.CharField(
                label=gettext("Picture %(number)s in English") % {"number": number},
                max_length=ALT_CHARS_MAX,
                required=False,
            )
            self.initial.setdefault(name, picture.alt_zh)
            self.initial.setdefault(f"{name}_en", picture.alt_en)

    def values(self) -> dict[str, Any]:
        """Return the words by the keys of the pictures as they hang."""
        said = self.cleaned_data
        return {
            "words": {
                str(one.pk): (said[f"p_{one.pk}"], said[f"p_{one.pk}_en"]) for one in self.hung
            }
        }


class ReadSheetForm(ActForm):
    """A sheet of goods to be read."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def prepare(self) -> None:
        """Link the templates, whose titles the file must have."""
        self.fields["file"].help_text = format_html(
            '{} <a class="link" href="{}" download>CSV</a> · '
            '<a class="link" href="{}" download>XLSX</a>',
            gettext("At most 50,000 rows and 10 MB. Begin with the template:"),
            reverse("catalogue:template_csv"),
            reverse("catalogue:template_xlsx"),
        )

    def clean_file(self) -> UploadedFile[Any]:
        """Read the table; a form error when the file is none."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > UPLOAD_BYTES_MAX:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        try:
            self.table = read_table(file.read(), judge_titles=judge_titles)
        except Refusal as no:
            raise forms.ValidationError(str(no)) from no
        return file

    def values(self) -> dict[str, Any]:
        """Return the file's name and the table in it."""
        return {"name": self.cleaned_data["file"].name, "table": self.table}
