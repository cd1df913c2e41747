"""Forms of the tracked links' acts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.traffic.rules.links import CODE_CHARS_MAX
from zhanggui.books.traffic.rules.sources import NAME_CHARS_MAX, PATH_CHARS_MAX
from zhanggui.ground.desk.forms import ActForm, title_field


class LinkForm(ActForm):
    """Where a link leads, and where people will see it."""

    name = title_field(_("Name"))
    target = forms.CharField(
        label=_("Leads to"),
        max_length=PATH_CHARS_MAX,
        initial="/shop/",
        help_text=_("A page of our shop, as its path stands in the address."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=NAME_CHARS_MAX,
        help_text=_("Where it is shown: wechat, poster, partner."),
    )
    medium = forms.CharField(
        label=_("Medium"),
        max_length=NAME_CHARS_MAX,
        required=False,
        help_text=_("In what form: post, leaflet, banner."),
    )
    campaign = forms.CharField(
        label=_("Campaign"),
        max_length=NAME_CHARS_MAX,
        required=False,
        help_text=_("What for, so that links of one campaign add up."),
    )
    code = forms.CharField(
        label=pgettext_lazy("of a link", "Code"),
        max_length=CODE_CHARS_MAX,
        required=False,
        help_text=_("Stands in the short address; left empty, one is made."),
    )
