"""The looks of the example company's shop: the one it has, and one being made for the New Year."""

from __future__ import annotations

from collections.abc import Mapping

from zhanggui.books.style.actions import change_style, publish_style, start_style
from zhanggui.demo.stories import Calendar, Story

PAGE_DESIGNER = "li"
"""Who gives the shop its style, by user name."""

EVERYDAY = "日常 · 朱砂"
"""The published one: it looks as the shop was made, so that there is something to go back to."""

NEW_YEAR = "年货节红"
NEW_YEAR_VALUES: Mapping[str, str] = {
    "accent": "#b3131f",
    "accent_hover": "#960d18",
    "price": "#b3131f",
    "link": "#7a3b12",
    "ground": "#fff6ec",
    "shape": "round",
}
"""What the draft changes: red paper and warm light."""


def style_story(days: Calendar) -> Story:
    """Publish the look the shop has, and later begin one for the New Year, still being tried."""
    yield (at := days.back(21, "16:20"))
    made = start_style(None, name=EVERYDAY, **days.one(PAGE_DESIGNER, at))
    publish_style(made, **days.one(PAGE_DESIGNER, at))
    yield (at := days.back(1, "15:35"))
    draft = start_style(None, name=NEW_YEAR, **days.one(PAGE_DESIGNER, at))
    change_style(draft, name=NEW_YEAR, values=NEW_YEAR_VALUES, **days.one(PAGE_DESIGNER, at))
