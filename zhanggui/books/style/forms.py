"""Forms of the acts on styles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhanggui.books.style import queries
from zhanggui.books.style.models import Style
from zhanggui.books.style.rules.colours import hex_of
from zhanggui.books.style.rules.tokens import CHOICES, COLOURS, OWN
from zhanggui.ground.desk.forms import ActForm, title_field
from zhanggui.ground.media.forms import PictureField

HINTS = {
    "accent": _("Buying buttons, the count on the cart, what is chosen."),
    "accent_hover": _("The same button while the pointer is on it."),
    "accent_ink": _("Usually white, or nearly black on a light accent."),
    "price": _("Every price one pays."),
    "link": _("Words that lead on, and the ring around what has the focus."),
    "ground": _("The paper behind the cards; lines and tinted surfaces follow its tint."),
}


class ColourField(forms.CharField):
    """A colour, typed as hex; its value is `#rrggbb`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=7, min_length=3, **kwargs)
        self.widget.attrs |= {"spellcheck": "false", "autocomplete": "off", "data-colour": ""}

    def clean(self, value: Any) -> str:
        """Return the colour as it is kept, or say how one is written."""
        typed: str = super().clean(value)
        digits = hex_of(typed)
        if digits is None:
            raise ValidationError(_("Write it as # and six digits, such as #c52d23."))
        return digits


class LikeChoice(forms.ModelChoiceField[Style]):
    """A choice of versions to begin with."""

    def label_from_instance(self, obj: Style) -> str:
        """Return a version with its state."""
        return f"{obj} · {obj.get_state_display()}"


class StartStyleForm(ActForm):
    """What a new version is called, and what it looks like at first."""

    name = title_field(_("Name"))
    like = LikeChoice(
        Style.objects.none(),
        label=_("Looks at first like"),
        required=False,
        empty_label=_("the shop's own look"),
    )

    def prepare(self) -> None:
        """Offer all versions, the published one chosen."""
        like = self.fields["like"]
        assert isinstance(like, LikeChoice)
        like.queryset = queries.styles_seen(self.by)
        self.initial.setdefault("like", queries.published_style())


class ValuesForm(forms.Form):
    """The values of a style as they come in from a form: while they are tried, and when kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= value_fields()


def value_fields() -> dict[str, forms.Field]:
    """Return a field for each value of a style."""
    fields: dict[str, forms.Field] = {
        name: ColourField(label=str(label), help_text=HINTS[name])
        for name, (_own, label) in COLOURS.items()
    }
    for name, (_own, label, choices) in CHOICES.items():
        fields[name] = forms.ChoiceField(label=str(label), choices=choices)
    return fields


class ChangeStyleForm(ActForm):
    """A draft: what it is called, its colours and choices, its logo."""

    watch = ("name", *OWN)

    name = title_field(_("Name"))
    logo = PictureField(
        label=_("Picture file"),
        required=False,
        help_text=_("In place of the seal, at most 160 by 32 pixels on the page. JPEG, PNG, WebP."),
    )
    without_logo = forms.BooleanField(label=_("No logo: the seal"), required=False)

    def prepare(self) -> None:
        """Ask for each value of a style, between the name and the logo."""
        self.fields |= value_fields()
        self.order_fields(["key", "seen", "name", *OWN, "logo", "without_logo"])

    def _start(self) -> dict[str, Any]:
        return self._watched()

    def _watched(self) -> dict[str, Any]:
        style = self.record
        assert isinstance(style, Style)
        return {"name": style.name, **OWN, **style.values}

    def values(self) -> dict[str, Any]:
        """Return the action's values: colours and choices together."""
        given = super().values()
        return {
            "name": given["name"],
            "values": {name: given[name] for name in OWN},
            "logo": given["logo"],
            "without_logo": given["without_logo"],
        }

    @property
    def colours(self) -> list[forms.BoundField]:
        """The fields of the colours."""
        return [self[name] for name in COLOURS]

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields of what is chosen from a list."""
        return [self[name] for name in CHOICES]
