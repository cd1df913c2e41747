"""Forms of the policies' acts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.books.people import queries
from zhanggui.books.people.models import PolicyVersion
from zhanggui.books.people.rules import CODE, CODE_CHARS_MAX, TEXT_CHARS_MAX
from zhanggui.ground.desk.forms import ActForm, Clash, moment_field, note_field
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.org.models import Area, Post


class AreaChoice(forms.ModelChoiceField[Area]):
    """A choice of the areas a person keeps policies for."""

    def __init__(self) -> None:
        super().__init__(
            Area.objects.none(),
            label=_("Holds in"),
            empty_label=None,
            help_text=_("In this area and all below it."),
        )


class PostsChoice(forms.ModelMultipleChoiceField[Post]):
    """A choice of posts; none means all."""

    def __init__(self) -> None:
        super().__init__(
            Post.objects.none(),
            label=_("Addressed to"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Tick nothing to address every post."),
        )


class TextField(forms.CharField):
    """A long text; its lines end as they do everywhere in the house, not as browsers send them."""

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds alone."""
        return str(super().to_python(value)).replace("\r\n", "\n")


def _text(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return TextField(
        label=label,
        required=required,
        max_length=TEXT_CHARS_MAX,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class WordingForm(ActForm):
    """What a version says, and to whom."""

    title_zh = forms.CharField(label=_("Chinese title"), max_length=TITLE_CHARS_MAX)
    title_en = forms.CharField(label=_("English title"), max_length=TITLE_CHARS_MAX, required=False)
    text_zh = _text(
        _("Chinese text"), required=True, help_text=_("An empty line begins a new paragraph.")
    )
    text_en = _text(
        _("English text"),
        required=False,
        help_text=_("Without it, readers of English see the Chinese text."),
    )
    area = AreaChoice()
    posts = PostsChoice()

    def prepare(self) -> None:
        """Offer the keeper's own areas, and the posts that can be addressed."""
        area, posts = self.fields["area"], self.fields["posts"]
        assert isinstance(area, forms.ModelChoiceField)
        assert isinstance(posts, forms.ModelMultipleChoiceField)
        area.queryset = queries.areas_to_write_for(self.by)
        posts.queryset = queries.posts_to_address()


class WritePolicyForm(WordingForm):
    """A new policy: its code, and its first version."""

    code = forms.CharField(
        label=pgettext_lazy("of a policy", "Code"),
        max_length=CODE_CHARS_MAX,
        validators=[
            RegexValidator(
                rf"^{CODE.pattern}\Z", _("Use letters and digits, in groups joined by “-” or “_”.")
            )
        ],
        help_text=_("Short and lasting, like 5S or KAOQIN."),
    )
    field_order = ("code", "title_zh", "title_en", "text_zh", "text_en", "area", "posts")


class RevisePolicyForm(WordingForm):
    """The words of a draft, guarded against two people editing at once."""

    watch = ("title_zh", "title_en", "text_zh", "text_en", "area", "posts")

    def _watched(self) -> dict[str, Any]:
        version = self.record
        assert isinstance(version, PolicyVersion)
        words = {name: getattr(version, name) for name in self.watch[:4]}
        return words | {"area": version.area_id, "posts": ", ".join(version.posts)}

    def typed(self, name: str) -> str:
        """Return what came in under a name; of posts all that were ticked."""
        if name == "posts" and hasattr(self.data, "getlist"):
            return ", ".join(sorted(self.data.getlist(name)))
        # Browsers send line ends as CR LF; what is stored has LF alone.
        return super().typed(name).replace("\r\n", "\n").strip()

    def clashes(self) -> list[Clash]:
        """Return the fields someone else changed; areas and posts by their names, not codes."""
        areas = {area.pk: area.name for area in queries.areas_to_write_for(self.by)}
        posts = {post.pk: post.name for post in queries.posts_to_address()}
        names: dict[str, str] = areas | posts | {"": gettext("every post")}

        def named(codes: str) -> str:
            return ", ".join(names.get(code, code) for code in codes.split(", "))

        coded = {self.fields["area"].label, self.fields["posts"].label}
        return [
            replace(clash, mine=named(clash.mine), theirs=named(clash.theirs))
            if clash.label in coded
            else clash
            for clash in super().clashes()
        ]


class PublishPolicyForm(ActForm):
    """From when a version holds."""

    in_force_at = moment_field(
        _("Holds from"),
        help_text=_("Leave empty for at once. People are asked to read it from now on."),
    )

    def prepare(self) -> None:
        """Let it be left empty."""
        self.fields["in_force_at"].required = False


class WithdrawPolicyForm(ActForm):
    """Why a policy no longer holds."""

    reason = note_field(_("Reason"))


class AcknowledgePolicyForm(ActForm):
    """A word that the text has been read."""

    read = forms.BooleanField(label=_("I have read this policy and will keep to it"))

    def values(self) -> dict[str, Any]:
        """Return no values: the tick itself is the deed."""
        return {}
