"""The home page as it stands before anybody has edited it: what a new shop opens with."""

from __future__ import annotations

from typing import Any

STANDARD_HOME: list[dict[str, Any]] = [
    {
        "type": "hero",
        "id": "standard-hero",
        "value": {
            "title_zh": "八闽好物\n当天到家",
            "title_en": "The good things of Fujian\nat your door the same day",
            "text_zh": "货到付款，当面验货，不满意当场退。",
            "text_en": (
                "Pay in cash when it arrives. What you do not like, you hand back at the door."
            ),
            "button_zh": "去看看",
            "button_en": "Have a look",
            "target": "#first",
        },
    },
    {
        "type": "trust",
        "id": "standard-trust",
        "value": {
            "first": {
                "icon": "cash",
                "title_zh": "货到付款",
                "title_en": "Cash on delivery",
                "text_zh": "拿到手再付钱",
                "text_en": "No payment before you hold it",
            },
            "second": {
                "icon": "eye",
                "title_zh": "当面验货",
                "title_en": "Look, then pay",
                "text_zh": "不合适当场退",
                "text_en": "Hand back what does not suit",
            },
            "third": {
                "icon": "truck-delivery",
                "title_zh": "自家配送",
                "title_en": "Our own couriers",
                "text_zh": "送货上门，免运费",
                "text_en": "Free delivery to the door",
            },
        },
    },
    {"type": "tiles", "id": "standard-tiles", "value": {}},
    {
        "type": "shelf",
        "id": "standard-first",
        "value": {"source": "best", "most": 10, "looks": "grid"},
    },
    {
        "type": "shelf",
        "id": "standard-saving",
        "value": {"source": "saving", "most": 10, "looks": "row"},
    },
    {"type": "aisles", "id": "standard-aisles", "value": {"most": 5}},
]
"""Its sections, in the order in which they are shown."""

STANDARD_TITLE = {"zh": "首页", "en": "Home"}
"""What the desk calls it."""
