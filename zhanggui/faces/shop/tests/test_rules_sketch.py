"""The sketch of the districts served: every name has room, near its place, within the drawing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.faces.shop.rules.sketch import (
    BOX_H,
    NAMES_MAX,
    WIDTH,
    Mark,
    Sketch,
    sketched,
    width_of,
)

PUTIAN = {
    "350302": ("城厢", (119.0, 25.43)),
    "350303": ("涵江", (119.1, 25.45)),
    "350304": ("荔城", (119.02, 25.43)),
    "350305": ("秀屿", (119.08, 25.32)),
    "350322": ("仙游", (118.68, 25.37)),
}


def drawn(served: dict[str, tuple[str, tuple[float, float]]]) -> Sketch:
    sketch = sketched(served)
    assert sketch is not None
    return sketch


def cover(a: Mark, b: Mark) -> bool:
    return abs(a.x - b.x) < (a.width + b.width) / 2 and abs(a.y - b.y) < BOX_H


def prove(sketch: Sketch) -> None:
    marks = sketch.marks
    assert not [(a.name, b.name) for a in marks for b in marks if a is not b and cover(a, b)]
    for mark in marks:
        assert mark.left >= 0 and mark.left + mark.width <= WIDTH
        assert mark.top >= 0 and mark.top + BOX_H <= sketch.height


def test_a_city_is_drawn_as_it_lies() -> None:
    sketch = drawn(PUTIAN)
    prove(sketch)
    at = {mark.name: mark for mark in sketch.marks}
    assert at["仙游"].x < at["城厢"].x < at["涵江"].x
    assert at["秀屿"].y > at["涵江"].y
    assert (at["城厢"].moved, at["仙游"].moved) == (True, False)


def test_places_around_are_dots_where_they_fall_into_the_drawing() -> None:
    sketch = sketched(PUTIAN, [(119.0, 25.4), (116.4, 39.9)])
    assert sketch is not None
    assert len(sketch.others) == 1


@pytest.mark.parametrize("count", [0, 1, NAMES_MAX + 1])
def test_too_few_or_too_many_are_not_drawn(count: int) -> None:
    assert sketched({str(n): (str(n), (118.0, 25.0 + n / 100)) for n in range(count)}) is None


def test_a_latin_name_takes_less_room_for_a_sign() -> None:
    assert width_of("荔城") == width_of("ABCD") - 4 * 7.4 + 2 * 14
    assert width_of("Licheng") < width_of("荔城荔城荔城荔")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(11_600, 12_000),
            st.integers(2_400, 2_800),
            st.sampled_from(["荔城", "Jinjiang"]),
        ),
        min_size=2,
        max_size=NAMES_MAX,
    )
)
def test_no_name_covers_another(places: list[tuple[int, int, str]]) -> None:
    prove(drawn({str(n): (name, (e / 100, s / 100)) for n, (e, s, name) in enumerate(places)}))
