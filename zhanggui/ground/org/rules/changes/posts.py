"""Lines about posts: adding one, moving a duty."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.rules.changes.step import Data, fresh_code, known, no
from zhanggui.ground.org.rules.structure import (
    PostNode,
    Structure,
    Text,
)


def move_duty(structure: Structure, data: Data) -> Structure:
    """Move a duty between posts: duty, from_post, to_post."""
    duty, source, target = data["duty"], data["from_post"], data["to_post"]
    known(structure, post=source)
    known(structure, post=target)
    if duty not in structure.posts[source].duties:
        raise no(
            "not_its_duty",
            _("That post does not have this duty."),
            _("Look at the handbook page of the post."),
        )
    if duty in structure.posts[target].duties:
        raise no("has_it", _("That post already has this duty."), _("Leave the line out."))
    posts = dict(structure.posts)
    posts[source] = replace(
        posts[source], duties=tuple(d for d in posts[source].duties if d != duty)
    )
    posts[target] = replace(posts[target], duties=(*posts[target].duties, duty))
    return replace(structure, posts=posts)


def add_post(structure: Structure, data: Data) -> Structure:
    """Add a post: code, title {zh, en}, duties [ids]."""
    fresh_code(data["code"], structure.posts)
    for duty in data["duties"]:
        if duty not in structure.duties:
            raise no(
                "no_duty",
                _("There is no duty “%(duty)s” in the charter.") % {"duty": duty},
                _("Choose duties of the charter."),
            )
    post = PostNode(data["code"], Text(**data["title"]), tuple(data["duties"]))
    return replace(structure, posts={**structure.posts, post.code: post})
