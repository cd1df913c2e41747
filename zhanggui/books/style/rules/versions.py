"""How a style comes into the shop and goes again, and what may not be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhanggui.books.style.rules.colours import Colour, contrast, hex_of, nearest, read, shown
from zhanggui.books.style.rules.tokens import (
    CHOICES,
    COLOURS,
    CONTROL_LEAST,
    OWN,
    TEXT_LEAST,
    Tokens,
    Values,
    tokens_of,
)
from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal


class StyleState(TextChoices):
    """Where a version of the style stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    FORMER = "former", _("Former")
    DISCARDED = "discarded", _("Discarded")


S = StyleState
MOVES = Moves(
    S,
    start=S.DRAFT,
    verbs={
        "change_style": ({S.DRAFT}, S.DRAFT),
        "discard_style": ({S.DRAFT}, S.DISCARDED),
        "publish_style": ({S.DRAFT, S.FORMER}, S.PUBLISHED),
        "roll_back_style": ({S.PUBLISHED}, S.FORMER),
    },
)


class Versioned(Protocol):
    """A version of the style."""

    state: str
    digest: str
    values: dict[str, str]


# --- contrast -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tokens that meet: what is in front, what is behind, how well they must be told apart.

    `value` is the value of a style that is to change where they do not.
    """

    front: str
    behind: str
    least: float
    value: str
    label: str | Promise


PAIRS = (
    Pair("on-buy", "buy", TEXT_LEAST, "accent", _("Words on the buying button")),
    Pair("on-buy", "buy-2", TEXT_LEAST, "accent_hover", _("Words on the button under the pointer")),
    Pair("buy", "paper-1", CONTROL_LEAST, "accent", _("Buying button on a card")),
    Pair("buy", "paper-2", CONTROL_LEAST, "accent", _("Buying button on the ground")),
    Pair("buy-ink", "buy-soft", TEXT_LEAST, "accent", _("Words on the quiet button")),
    Pair("buy-ink", "paper-1", TEXT_LEAST, "accent", _("Words in the accent on a card")),
    Pair("price", "paper-1", TEXT_LEAST, "price", _("Price on a card")),
    Pair("price", "paper-2", TEXT_LEAST, "price", _("Price on the ground")),
    Pair("brand-ink", "paper-1", TEXT_LEAST, "link", _("Link on a card")),
    Pair("brand-ink", "paper-2", TEXT_LEAST, "link", _("Link on the ground")),
    Pair("ink-1", "paper-2", TEXT_LEAST, "ground", _("Words on the ground")),
    Pair("ink-3", "paper-2", TEXT_LEAST, "ground", _("Quiet words on the ground")),
    Pair("ink-3", "paper-3", TEXT_LEAST, "ground", _("Quiet words on a tinted surface")),
)
"""Everything in the shop whose readability a style can spoil."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well the two of a pair can be told apart, in light or in dark."""

    pair: Pair
    dark: bool
    front: str
    behind: str
    hundredths: int

    @property
    def ratio(self) -> str:
        """The ratio as people read it, never rounded up to what it does not reach."""
        return f"{self.hundredths // 100}.{self.hundredths % 100:02d}"

    @property
    def passes(self) -> bool:
        """Whether it is enough."""
        return self.hundredths >= round(self.pair.least * 100)


def measured(values: Values) -> list[Measured]:
    """Return all pairs of a style with their contrast, in light and in dark."""
    found = []
    for dark in (False, True):
        tokens = tokens_of(values, dark=dark)
        for pair in PAIRS:
            front, behind = tokens[pair.front], tokens[pair.behind]
            ratio = _hundredths(tokens, pair)
            found.append(Measured(pair, dark, shown(front), shown(behind), ratio))
    return found


def remedy(values: Values, failed: Measured) -> str | None:
    """Return the nearest colour, in lightness, of the value behind a pair with which it passes.

    It passes then in light and dark, with all other pairs of that value; None: no lightness does.
    """
    return _nearest_that_passes(tuple(sorted(values.items())), failed.pair.value)


@lru_cache(maxsize=500)
def _nearest_that_passes(items: tuple[tuple[str, str], ...], name: str) -> str | None:
    values = dict(items)
    pairs = [pair for pair in PAIRS if pair.value == name]

    def passes(colour: Colour) -> bool:
        tried = {**values, name: shown(colour)}
        return all(_apart(tokens_of(tried, dark=dark), pairs) for dark in (False, True))

    found = nearest(read(values[name]), passes)
    return shown(found) if found else None


def _apart(tokens: Tokens, pairs: list[Pair]) -> bool:
    return all(_hundredths(tokens, pair) >= round(pair.least * 100) for pair in pairs)


def _hundredths(tokens: Tokens, pair: Pair) -> int:
    """Return the contrast of a pair in hundredths, never rounded up to what it does not reach."""
    return int(contrast(tokens[pair.front], tokens[pair.behind]) * 100)


# --- values -------------------------------------------------------------------------------------


def kept(values: Mapping[str, object]) -> dict[str, str]:
    """Return the values of a style as they are kept; refuse what is no colour or no choice."""
    if unknown := values.keys() - OWN.keys():
        raise ValueError(f"a style knows no {', '.join(sorted(unknown))}")
    found = dict(OWN)
    for name, (_own, label) in COLOURS.items():
        typed = str(values.get(name, OWN[name]))
        if (digits := hex_of(typed)) is None:
            raise Refusal(
                "no_colour",
                _("“%(typed)s” is no colour for “%(label)s”.")
                % {"typed": typed[:40], "label": label},
                settles=_("Write it as # and six digits, such as #c52d23."),
                status=422,
            )
        found[name] = digits
    for name, (_own, label, choices) in CHOICES.items():
        chosen = str(values.get(name, OWN[name]))
        if chosen not in {code for code, _said in choices}:
            raise Refusal(
                "no_choice",
                _("“%(typed)s” is no choice for “%(label)s”.")
                % {"typed": chosen[:40], "label": label},
                settles=_("Choose one of the list."),
                status=422,
            )
        found[name] = chosen
    return found


def why_not_values(values: Values) -> Refusal | None:
    """Return why the shop cannot be read with these values: the first pair too much alike."""
    failed = next((found for found in measured(values) if not found.passes), None)
    return None if failed is None else too_alike(values, failed)


def too_alike(values: Values, failed: Measured) -> Refusal:
    """Return the refusal of a pair that is too much alike, with the nearest colour that passes."""
    said = {
        "pair": failed.pair.label,
        "ratio": failed.ratio,
        "least": f"{failed.pair.least:g}",
        "front": failed.front,
        "behind": failed.behind,
    }
    sentence = (
        _(
            "“%(pair)s” has a contrast of %(ratio)s in dark (%(front)s on %(behind)s); "
            "it needs %(least)s."
        )
        if failed.dark
        else _(
            "“%(pair)s” has a contrast of %(ratio)s in light (%(front)s on %(behind)s); "
            "it needs %(least)s."
        )
    )
    label = COLOURS[failed.pair.value][1]
    found = remedy(values, failed)
    return Refusal(
        "too_alike",
        sentence % said,
        settles=_("The nearest colour for “%(label)s” that passes is %(found)s.")
        % {"label": label, "found": found}
        if found
        else _("No lightness of “%(label)s” passes: choose another colour for what it meets.")
        % {"label": label},
        status=422,
        data={"pair": f"{failed.pair.front}/{failed.pair.behind}", "nearest": found or ""},
    )


# --- guards -------------------------------------------------------------------------------------


def why_not_change(style: Versioned) -> Refusal | None:
    """Return why a version cannot be changed: it was published, or discarded."""
    return MOVES.why_not("change_style", style.state)


def why_not_discard(style: Versioned) -> Refusal | None:
    """Return why a version cannot be discarded: only drafts are."""
    return MOVES.why_not("discard_style", style.state)


def why_not_publish(style: Versioned, *, shown_now: str) -> Refusal | None:
    """Return why a version cannot be published: its state, its contrast, or it changes nothing.

    `shown_now` is the digest of the published one, "" for none.
    """
    if refusal := MOVES.why_not("publish_style", style.state):
        return refusal
    if style.digest == shown_now:
        return Refusal(
            "nothing_new",
            _("The shop shows exactly this already."),
            settles=_("Change something first, or discard the draft."),
        )
    return why_not_values(style.values)


def why_not_roll_back(style: Versioned) -> Refusal | None:
    """Return why there is nothing to roll back: only the published version can be."""
    return MOVES.why_not("roll_back_style", style.state)


def meanwhile() -> Refusal:
    """Return the answer to the second of two people who do the same at one moment."""
    return Refusal(
        "meanwhile",
        _("Somebody else began or published a style at this very moment."),
        settles=_("Look at the versions again, then decide."),
    )
