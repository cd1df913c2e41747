"""Forms of the pages' acts; the editor's own form is in `pages/`."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from zhanggui.books.content.models import Page
from zhanggui.books.content.queries import pages as queries
from zhanggui.books.content.rules.pages import (
    SLUG,
    SLUG_CHARS_MAX,
    SUMMARY_CHARS_MAX,
    PageKind,
)
from zhanggui.ground.desk.forms import ActForm, moment_field, note_field
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.media.forms import alt_fields

POSITION_MAX = 999
"""Largest place in a list: nobody has that many help pages."""


class StartPageForm(ActForm):
    """What kind of page begins, where it will be found, and what it is called."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(k.value, k.label) for k in (PageKind.ARTICLE, PageKind.HELP)],
    )
    title_zh = forms.CharField(label=_("Title, Chinese"), max_length=TITLE_CHARS_MAX)
    title_en = forms.CharField(
        label=_("Title, English"), max_length=TITLE_CHARS_MAX, required=False
    )
    slug = forms.CharField(
        label=_("Word in the address"),
        max_length=SLUG_CHARS_MAX,
        validators=[
            RegexValidator(
                rf"^{SLUG.pattern}\Z", _("Use small letters and digits, in groups joined by “-”.")
            )
        ],
        help_text=_("As in /shop/a/choose-longan/. It stays for good: links live on."),
    )


class PlanForm(ActForm):
    """When the newest version is shown."""

    planned_at = moment_field(
        _("Shown from"), help_text=_("What is written after this stays a draft until then.")
    )


class WithdrawPageForm(ActForm):
    """Why a page is no longer shown."""

    reason = note_field(_("Reason"))


class LeadBackForm(ActForm):
    """Which version a page is led back to."""

    number = forms.TypedChoiceField(label=_("Version"), coerce=int)

    def prepare(self) -> None:
        """Offer the versions there are, the newest of the earlier ones first."""
        assert isinstance(self.record, Page)
        newest = queries.newest_number(self.record)
        rows = queries.versions_of(self.record).exclude(number=newest)
        field = self.fields["number"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.number, f"{row.number} · {row.title}") for row in rows]


class PlaceForm(ActForm):
    """At which place of its list a page is found."""

    position = forms.IntegerField(
        label=_("Place in its list"),
        min_value=0,
        max_value=POSITION_MAX,
        help_text=_("Help pages are listed by this number, the smallest first."),
    )
    watch: ClassVar[tuple[str, ...]] = ("position",)


class RewordPictureForm(ActForm):
    """What a picture shows, guarded against two people changing it at once."""

    alt_zh, alt_en = alt_fields()
    watch: ClassVar[tuple[str, ...]] = ("alt_zh", "alt_en")


class WordsForm(forms.Form):
    """The words of a version, beside its sections."""

    title_zh = forms.CharField(label=_("Title, Chinese"), max_length=TITLE_CHARS_MAX)
    title_en = forms.CharField(
        label=_("Title, English"), max_length=TITLE_CHARS_MAX, required=False
    )
    summary_zh = forms.CharField(
        label=_("Summary, Chinese"),
        max_length=SUMMARY_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    summary_en = forms.CharField(
        label=_("Summary, English"),
        max_length=SUMMARY_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    search_title_zh = forms.CharField(
        label=_("Title for search engines, Chinese"), max_length=TITLE_CHARS_MAX, required=False
    )
    search_title_en = forms.CharField(
        label=_("Title for search engines, English"), max_length=TITLE_CHARS_MAX, required=False
    )
    search_text_zh = forms.CharField(
        label=_("Text for search engines, Chinese"),
        max_length=SUMMARY_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    search_text_en = forms.CharField(
        label=_("Text for search engines, English"),
        max_length=SUMMARY_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the words with line ends as they are kept everywhere in the house."""
        words = {name: str(text).replace("\r\n", "\n") for name, text in self.cleaned_data.items()}
        self.cleaned_data = words
        return words
