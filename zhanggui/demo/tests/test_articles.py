"""The example company's help promises what its rooms do, and nothing else."""

from __future__ import annotations

import re

import pytest

from zhanggui.demo.articles import HELP

SAID = {article["slug"]: str(article["body"]) for article in HELP}


@pytest.mark.parametrize("slug", SAID)
def test_help_names_no_phone_that_nobody_answers(slug: str) -> None:
    assert not re.search("(打|拨)[^。]*电话告诉|call the courier's number|call us", SAID[slug])


def test_help_tells_of_both_ways_to_pay() -> None:
    said = SAID["cash-on-delivery"]
    assert "账号只写在您自己的订单页面上" in said
    assert "The account stands on the page of your own order and nowhere else" in said


def test_help_leads_what_turns_out_bad_later_to_the_rating() -> None:
    assert "写进订单页面的评价里" in SAID["hand-back"]
    assert "say so in the rating on the page of your order" in SAID["hand-back"]
