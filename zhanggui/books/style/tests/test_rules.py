"""Colours by known figures, what follows from a style, and what cannot be read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.books.style.rules.colours import (
    Colour,
    contrast,
    hex_of,
    luminance,
    nearest,
    read,
    shown,
)
from zhanggui.books.style.rules.tokens import (
    CHOICES,
    COLOURS,
    OWN,
    said_by,
    stylesheet,
    theme_colours,
    tokens_of,
)
from zhanggui.books.style.rules.versions import (
    PAIRS,
    StyleState,
    kept,
    measured,
    why_not_change,
    why_not_discard,
    why_not_publish,
    why_not_roll_back,
    why_not_values,
)
from zhanggui.ground.kernel.refusal import Refusal

HEXES = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
VALUES = st.fixed_dictionaries(
    {
        **dict.fromkeys(COLOURS, HEXES),
        **{
            name: st.sampled_from([code for code, _label in choices])
            for name, (_own, _title, choices) in CHOICES.items()
        },
    }
)


# --- colours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        # The two greys every guide names: on white the one just fails 4.5, the other passes.
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        # From the W3C's own examples of technique G18: pure red, green and blue on white.
        ("#ff0000", "#ffffff", 3.998),
        ("#00ff00", "#ffffff", 1.372),
        ("#0000ff", "#ffffff", 8.592),
    ],
)
def test_contrast_agrees_with_known_figures(one: str, other: str, ratio: float) -> None:
    assert contrast(read(one), read(other)) == pytest.approx(ratio, abs=0.001)
    assert contrast(read(other), read(one)) == contrast(read(one), read(other))


@pytest.mark.parametrize(
    ("digits", "lightness", "chroma", "hue"),
    [
        # CSS Color 4 gives these for the corners of sRGB.
        ("#ffffff", 1.0, 0.0, 0),
        ("#ff0000", 0.62796, 0.25768, 29.23),
        ("#00ff00", 0.86644, 0.29483, 142.5),
        ("#0000ff", 0.45201, 0.31321, 264.05),
    ],
)
def test_read_agrees_with_css_color_4(
    digits: str, lightness: float, chroma: float, hue: float
) -> None:
    found = read(digits)
    assert found.lightness == pytest.approx(lightness, abs=1e-4)
    assert found.chroma == pytest.approx(chroma, abs=1e-4)
    assert found.hue == pytest.approx(hue, abs=0.02)


@given(HEXES)
def test_shown_is_what_was_read(digits: str) -> None:
    assert shown(read(digits)) == digits


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_shown_is_always_a_colour_of_the_same_hue(light: float, chroma: float, hue: float) -> None:
    assert re.fullmatch(r"#[0-9a-f]{6}", shown(Colour(light, chroma, hue)))


@given(HEXES)
def test_a_printed_colour_is_the_same_on_screen(digits: str) -> None:
    printed = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", str(read(digits)))
    assert printed is not None
    again = shown(Colour(float(printed[1]) / 100, float(printed[2]), float(printed[3])))
    for place in (1, 3, 5):
        assert abs(int(again[place : place + 2], 16) - int(digits[place : place + 2], 16)) <= 1


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("#C52D23", "#c52d23"),
        ("c52d23", "#c52d23"),
        (" #fff ", "#ffffff"),
        ("#1a2", "#11aa22"),
        ("red", None),
        ("red;}</style>", None),
        ("#12345", None),
        ("#1234567", None),
        ("#12345g", None),
        ("#１２３４５６", None),
        ("rgb(1,2,3)", None),
        ("", None),
    ],
)
def test_hex_of_reads_hex_and_nothing_else(typed: str, digits: str | None) -> None:
    assert hex_of(typed) == digits


def test_read_raises_for_what_is_no_colour() -> None:
    with pytest.raises(ValueError, match="write it as #c8321f"):
        read("red")


def test_nearest_goes_to_the_nearer_side() -> None:
    white = read("#ffffff")
    grey = read("#8a8a8a")
    found = nearest(grey, lambda colour: contrast(colour, white) >= 4.5)
    assert found is not None
    assert found.lightness < grey.lightness
    assert contrast(found, white) < 4.65
    assert nearest(grey, lambda _colour: False) is None


def test_luminance_runs_from_black_to_white() -> None:
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)


# --- tokens -------------------------------------------------------------------------------------


def test_the_shops_own_look_writes_nothing_and_can_be_read() -> None:
    assert stylesheet(OWN) == "/* The shop's own. */\n"
    assert why_not_values(OWN) is None


def test_stylesheet_says_only_what_differs() -> None:
    assert stylesheet({**OWN, "shape": "square"}) == (
        "@layer tokens{:root{--r1:0px;--r2:0px;--r3:0px;--r4:0px;--round:0px;}}\n"
    )
    assert stylesheet({**OWN, "price": "#a8071a"}) == (
        "@layer tokens{:root{--price:oklch(46.32% 0.1845 25.23);}"
        '@media (prefers-color-scheme:dark){:root:not([data-theme="light"])'
        "{--price:oklch(76% 0.1365 25.23);}}"
        ':root[data-theme="dark"]{--price:oklch(76% 0.1365 25.23);}}\n'
    )
    assert stylesheet({**OWN, "scale": "large"}) == (
        "@layer utilities{body{zoom:1.08;min-block-size:calc(100dvh / 1.08)}}\n"
    )


def test_stylesheet_names_the_family_for_both_languages() -> None:
    said = stylesheet({**OWN, "family": "song"})
    assert ':root{--font:"Songti SC", ' in said
    assert ":root:lang(en){--font:Georgia, " in said


def test_stylesheet_moves_the_distances() -> None:
    said = stylesheet({**OWN, "density": "compact"})
    assert said == (
        "@layer tokens{:root{--s3:9px;--s4:12px;--s5:15px;--s6:18px;--s8:24px;--s10:30px;}}\n"
    )


def test_an_accent_takes_its_quiet_forms_along() -> None:
    green = {**OWN, "accent": "#1f6f43", "accent_hover": "#175a35"}
    assert set(said_by(green, dark=False)) == {"buy", "buy-2", "on-buy", "buy-soft", "buy-ink"}
    assert shown(tokens_of(green, dark=False)["buy"]) == "#1f6f43"
    assert why_not_values(green) is None


def test_a_ground_tints_papers_and_lines_in_dark_too() -> None:
    warm = {**OWN, "ground": "#fdf1e7"}
    assert set(said_by(warm, dark=False)) == {"paper-2", "paper-3", "line", "line-2"}
    assert "paper-1" in said_by(warm, dark=True)
    assert theme_colours(OWN) == ("#ffffff", "#231e1b")
    assert theme_colours(warm)[1] != "#231e1b"


def test_a_value_that_is_missing_is_the_shops_own() -> None:
    assert stylesheet({}) == stylesheet(OWN)


@settings(deadline=None)
@given(VALUES)
def test_whatever_is_chosen_prints_as_a_stylesheet_of_known_signs(values: dict[str, str]) -> None:
    said = stylesheet(values)
    assert "<" not in said
    assert said.count("{") == said.count("}")
    assert len(measured(values)) == 2 * len(PAIRS)
    if said != stylesheet(OWN):
        assert re.fullmatch(r'[@:\w\s{}()%.,;"/=\[\]#-]+', said)


@settings(deadline=None)
@given(HEXES, HEXES)
def test_an_accent_that_passes_in_light_is_kept_as_typed(accent: str, ink: str) -> None:
    values = {**OWN, "accent": accent, "accent_hover": accent, "accent_ink": ink}
    assert shown(tokens_of(values, dark=False)["buy"]) == accent
    assert shown(tokens_of(values, dark=False)["on-buy"]) == ink


# --- contrast -----------------------------------------------------------------------------------


def test_why_not_values_names_the_pair_its_ratio_and_the_nearest_that_passes() -> None:
    refusal = why_not_values({**OWN, "accent": "#ff9900"})
    assert refusal is not None
    assert str(refusal) == (
        "“Words on the buying button” has a contrast of 2.14 in light (#ffffff on #ff9900); "
        "it needs 4.5. The nearest colour for “Accent” that passes is #ab6500."
    )
    assert why_not_values({**OWN, "accent": "#ab6500"}) is None
    assert why_not_values({**OWN, "accent": "#ad6600"}) is not None


def test_why_not_values_says_where_no_lightness_helps() -> None:
    refusal = why_not_values({**OWN, "accent": "#999999", "accent_ink": "#888888"})
    assert refusal is not None
    assert str(refusal).endswith(
        "No lightness of “Accent” passes: choose another colour for what it meets."
    )


@pytest.mark.parametrize(
    ("name", "digits", "pair"),
    [
        ("price", "#e06a5f", "price/paper-1"),
        ("link", "#7aa7d9", "brand-ink/paper-1"),
        ("accent_hover", "#ff6a5f", "on-buy/buy-2"),
        ("ground", "#9a9a9a", "price/paper-2"),
    ],
)
def test_why_not_values_looks_at_every_colour(name: str, digits: str, pair: str) -> None:
    refusal = why_not_values({**OWN, name: digits})
    assert refusal is not None
    found = {
        f"{m.pair.front}/{m.pair.behind}" for m in measured({**OWN, name: digits}) if not m.passes
    }
    assert pair in found
    assert refusal.status == 422


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_a_remedy_really_passes(values: dict[str, str]) -> None:
    refusal = why_not_values(values)
    if refusal is not None and (found := refusal.data["nearest"]):
        name = next(p.value for p in PAIRS if f"{p.front}/{p.behind}" == refusal.data["pair"])
        better = measured({**values, name: found})
        assert all(one.passes for one in better if one.pair.value == name)


def test_a_ratio_is_never_rounded_up() -> None:
    found = next(m for m in measured({**OWN, "accent": "#777777"}) if m.pair.front == "on-buy")
    assert (found.ratio, found.passes) == ("4.47", False)


# --- values and states --------------------------------------------------------------------------


def test_kept_fills_in_the_shops_own() -> None:
    assert kept({}) == OWN
    assert kept({"accent": "ABC"})["accent"] == "#aabbcc"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"accent": "red;}</style>"},
            (
                "“red;}</style>” is no colour for “Accent”. "
                "Write it as # and six digits, such as #c52d23."
            ),
        ),
        (
            {"family": "url(//evil)"},
            "“url(//evil)” is no choice for “Type”. Choose one of the list.",
        ),
    ],
)
def test_kept_refuses_what_is_no_value(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refusal) as no:
        kept(values)
    assert str(no.value) == sentence


def test_kept_raises_for_a_value_no_style_has() -> None:
    with pytest.raises(ValueError, match="a style knows no background"):
        kept({"background": "#fff"})


class Version:
    """A version as the guards see it."""

    def __init__(self, state: StyleState, **values: str) -> None:
        self.state = state
        self.digest = "d"
        self.values = {**OWN, **values}


@pytest.mark.parametrize(
    ("guard", "allowed"),
    [
        (why_not_change, {StyleState.DRAFT}),
        (why_not_discard, {StyleState.DRAFT}),
        (why_not_roll_back, {StyleState.PUBLISHED}),
    ],
)
def test_each_verb_starts_from_its_states(guard: Any, allowed: set[StyleState]) -> None:
    assert {state for state in StyleState if guard(Version(state)) is None} == allowed


def test_why_not_publish_looks_at_state_news_and_contrast() -> None:
    assert why_not_publish(Version(StyleState.DRAFT), shown_now="") is None
    assert why_not_publish(Version(StyleState.FORMER), shown_now="x") is None
    same = why_not_publish(Version(StyleState.DRAFT), shown_now="d")
    assert same is not None
    assert str(same) == (
        "The shop shows exactly this already. Change something first, or discard the draft."
    )
    gone = why_not_publish(Version(StyleState.DISCARDED), shown_now="")
    assert gone is not None
    assert gone.code == "illegal_move"
    pale = why_not_publish(Version(StyleState.DRAFT, price="#ffcccc"), shown_now="")
    assert pale is not None
    assert pale.code == "too_alike"
