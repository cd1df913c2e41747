"""Forms of lines about posts and their duties."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.line_forms.fields import (
    EN,
    ZH,
    LineForm,
    choice_field,
    code_field,
    many_field,
    name_field,
)
from zhanggui.ground.org.rules.structure import Structure


class AddPostForm(LineForm):
    """A new post and its duties."""

    code = code_field()
    name_zh = name_field(ZH)
    name_en = name_field(EN)
    duties = many_field(_("Duties"))

    def offer(self, structure: Structure) -> None:
        """Offer every duty of the charter."""
        self.choose(
            duties=[(duty.id, f"{duty.id} {duty.title}") for duty in structure.duties.values()]
        )

    def line(self) -> dict[str, Any]:
        """Return code, title and duties."""
        v = super().line()
        title = {"zh": v["name_zh"], "en": v["name_en"]}
        return {"code": v["code"], "title": title, "duties": v["duties"]}


class MoveDutyForm(LineForm):
    """Which duty goes from which post to which."""

    duty = choice_field(_("Duty"))
    to_post = choice_field(_("To the post"))

    def offer(self, structure: Structure) -> None:
        """Offer each duty under the post that has it."""
        groups = [
            (
                str(post.title),
                [
                    (f"{duty}|{post.code}", f"{duty} {structure.duties[duty].title}")
                    for duty in post.duties
                    if duty in structure.duties
                ],
            )
            for post in structure.posts.values()
        ]
        self.choose(duty=groups, to_post=[(p.code, str(p.title)) for p in structure.posts.values()])

    def line(self) -> dict[str, Any]:
        """Return the duty, its post and the next."""
        v = super().line()
        duty, post = v["duty"].split("|", 1)
        return {"duty": duty, "from_post": post, "to_post": v["to_post"]}
