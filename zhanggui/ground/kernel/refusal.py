"""The one kind of "no" a person gets to read: what is wrong, and what settles it."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class Refusal(Exception):
    """Understood, but not now.

    `code` is for programs and never changes; `sentence` says what is wrong, `settles` what would
    settle it (both translatable). `status` is the HTTP status pages answer with: 409 for a clash
    with the present state, 422 for values that cannot be accepted, 404 for what is not yours.
    """

    def __init__(
        self,
        code: str,
        sentence: Sentence,
        *,
        settles: Sentence = "",
        status: int = 409,
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.settles = settles
        self.status = status
        self.data = data or {}

    def __str__(self) -> str:
        return f"{self.sentence} {self.settles}".strip()


def not_yours() -> Refusal:
    """Return the answer to a record of another area, and equally to one that does not exist."""
    return Refusal(
        "not_yours",
        _("There is no such record among those you answer for."),
        settles=_("Check the number, or ask the person who holds this duty for that area."),
        status=404,
    )
