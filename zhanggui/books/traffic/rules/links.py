"""What a tracked link may be: its code, where it leads, and when it may be ended."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.traffic.rules.sources import (
    PATH_CHARS_MAX,
    SHOP,
    VIA,
    is_code,
    is_page,
)
from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

CODE_CHARS_MAX = 40

CODE_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Signs of a code we make: none that people take for another when they type it from a poster."""

CODE_CHARS = 6
"""Signs of a code we make: 890 million codes, and a small QR code."""

LINKS_OPEN_MAX = 500
"""Links that may be open at once: more, and nobody knows what hangs where."""


class LinkState(TextChoices):
    """Whether a link is counted."""

    OPEN = "open", pgettext_lazy("of a link", "In use")
    ENDED = "ended", pgettext_lazy("of a link", "Ended")


MOVES = Moves(
    LinkState,
    start=LinkState.OPEN,
    verbs={
        "end_link": ({LinkState.OPEN}, LinkState.ENDED),
        "resume_link": ({LinkState.ENDED}, LinkState.OPEN),
    },
)

_PATH = re.compile(r"/[A-Za-z0-9_~.,:@!$&'()*+;=%/-]*")


class Linked(Protocol):
    """A link as its rules see it."""

    state: str
    ended_at: datetime | None


def why_not_target(target: str) -> Refusal | None:
    """Return why a link may not lead there: only pages of the shop, and no other host ever."""
    parts = urlsplit(target)
    fine = (
        target.startswith(SHOP)
        and not parts.netloc
        and not parts.scheme
        and len(target) <= PATH_CHARS_MAX
        and _PATH.fullmatch(parts.path) is not None
        and ".." not in parts.path
        and "\\" not in target
        and target.isprintable()
        and not parts.fragment
        and is_page(parts.path)
    )
    if fine:
        return None
    return Refusal(
        "target",
        _("A link leads to a page of our own shop."),
        settles=_("Give its path as it stands in the address, like /shop/c/TEA/."),
        status=422,
    )


def why_not_make(
    _area: object = None, *, target: str | None = None, code: str = "", source: str = "-"
) -> Refusal | None:
    """Return why such a link may not be made."""
    if target is None:
        return None
    if code and not is_code(code):
        return Refusal(
            "code",
            _("A code has 3 to 40 small letters, digits and hyphens."),
            settles=_("Leave it empty, and one is made."),
            status=422,
        )
    if not source.strip():
        return Refusal(
            "source",
            _("Say where the link is shown."),
            settles=_("One word is enough: wechat, poster, partner."),
            status=422,
        )
    return why_not_target(target)


def code_taken(code: str) -> Refusal:
    """Return the answer to a code that another link has."""
    return Refusal(
        "code_taken",
        _("The code %(code)s is another link's.") % {"code": code},
        settles=_("Choose another, or leave it empty."),
    )


def too_many_links() -> Refusal:
    """Return the answer to more links than anybody can look after."""
    return Refusal(
        "too_many_links",
        _("There are %(most)s links in use already.") % {"most": LINKS_OPEN_MAX},
        settles=_("End those that hang nowhere any more."),
    )


def why_not_end(link: Linked) -> Refusal | None:
    """Return why a link cannot be ended."""
    if link.state == LinkState.OPEN:
        return None
    return Refusal(
        "ended",
        _("This link was ended already."),
        settles=_("It still leads on, and is not counted."),
    )


def why_not_resume(link: Linked) -> Refusal | None:
    """Return why a link cannot be taken up again."""
    if link.state == LinkState.ENDED:
        return None
    return Refusal("open", _("This link is in use."), settles=_("There is nothing to do."))


def way_on(target: str, code: str) -> str:
    """Return the address to which a link leads, with the word by which its page knows it."""
    joint = "&" if "?" in target else "?"
    return f"{target}{joint}{VIA}={quote(code)}"
