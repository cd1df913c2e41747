"""What a search finds, what it forgives, and who sees the words that found nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhanggui.books.catalogue.actions.products import edit_product
from zhanggui.books.catalogue.models import IndexEntry, Product
from zhanggui.books.catalogue.queries import shelves
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.actions import delist_product, list_product
from zhanggui.books.search.actions import add_synonym, count_missed, dismiss_word, end_synonym
from zhanggui.books.search.models import MissedWord
from zhanggui.books.search.queries import word_of, words_to_answer
from zhanggui.books.search.rules import ASKED_WITHIN, day_of
from zhanggui.books.search.tests.conftest import codes, sought
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("铁观音", ["TG"]), ("安溪", ["TG"]), ("山野集", ["TG"]), ("tieguanyin", ["TG"]),
        ("axtgy", ["TG"]), ("gy", ["LY", "TG"]), ("TG-250", ["TG"]), ("tea", ["TG"]),
        ("茶", ["TG"]), ("茶叶", ["TG"]),
        ("longan", ["LY"]), ("guiyuan", ["LY"]), ("ptgy", ["LY"]), ("桂圆 500g", ["LY"]),
        ("莆田 longan", ["LY"]), ("干货", ["LY"]), ("dry goods", ["LY"]), ("Dried", ["LY"]),
    ],
)  # fmt: skip
def test_find_by_word_sound_initials_code_brand_and_shelf(
    typed: str, found: list[str], goods: SimpleNamespace
) -> None:
    assert codes(typed) == found
    said = sought(typed)
    assert (dict(said.meant), said.missed, said.partly) == ({}, (), False)


@pytest.mark.parametrize(
    "typed", ["兴化米粉", "noodles", "XH-1000", "mifen", "橄榄", "olives", "GL", "荔枝"]
)
def test_find_never_what_is_not_on_sale(typed: str, goods: SimpleNamespace) -> None:
    assert sought(typed).ranks == {}


@pytest.mark.parametrize(
    ("typed", "meant", "found"),
    [
        ("longna", "longan", ["LY"]), ("logan", "longan", ["LY"]),
        ("tieguanyni", "tieguanyin", ["TG"]),
        ("tieguanying", "tieguanyin", ["TG"]), ("guiyaun", "guiyuan", ["LY"]),
        ("归园", "guiyuan", ["LY"]),
        ("putien longan", "putian", ["LY"]),
    ],
)  # fmt: skip
def test_find_forgives_and_says_what_was_meant(
    typed: str, meant: str, found: list[str], goods: SimpleNamespace
) -> None:
    assert codes(typed) == found
    assert list(sought(typed).meant.values()) == [meant]


def test_find_takes_a_word_nothing_stands_under_as_the_beginning_of_one(
    goods: SimpleNamespace,
) -> None:
    assert codes("tiegu") == ["TG"] and codes("tieg") == ["TG"]
    assert codes("long", typing=True) == ["LY"]
    assert not sought("tiegu").meant


def test_find_falls_back_on_most_of_the_words(goods: SimpleNamespace) -> None:
    found = sought("桂圆 莆田 礼盒")
    assert found.partly and found.missed == ("礼盒",)
    assert codes("桂圆 莆田 礼盒") == ["LY"]
    assert codes("莆田桂圆大礼包") == ["LY"]
    assert codes("铁观音 桂圆") == ["LY", "TG"]
    assert codes("桂圆 一箱 礼盒 送人") == []


def test_find_ranks_a_code_before_a_name_and_a_name_before_a_brand(
    goods: SimpleNamespace, at: datetime
) -> None:
    longan = Product.objects.get(code="LY")
    words = {"name_en": "Longan", "unit_zh": "袋", "unit_en": "bag", "brand": "安溪人家"}
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    edit_product(longan, name_zh="莆田桂圆干", category=longan.category, **words, **act)
    ranks = {Product.objects.get(pk=pk).code: rank for pk, rank in sought("安溪").ranks.items()}
    assert ranks["TG"].named and not ranks["LY"].named
    assert ranks["TG"].weight > ranks["LY"].weight
    assert [rank.coded for rank in sought("TG-250").ranks.values()] == [True]


def test_find_follows_the_goods_in_the_same_deed(goods: SimpleNamespace, at: datetime) -> None:
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at}
    tea = Product.objects.get(code="TG")
    words = {"name_en": "Wuyi cinnamon", "unit_zh": "罐", "unit_en": "tin"}
    edit_product(tea, name_zh="武夷肉桂", category=tea.category, **words, **act)
    assert codes("铁观音") == [] and codes("肉桂") == ["TG"]
    delist_product(Product.objects.get(code="TG"), reason="season is over", **act)
    assert codes("肉桂") == [] and not IndexEntry.objects.filter(product=tea).exists()
    list_product(Product.objects.get(code="TG"), **act)
    assert codes("肉桂") == ["TG"]


def test_find_takes_the_same_few_statements_for_any_search(goods: SimpleNamespace) -> None:
    tree = shelves()
    for typed, most in {"桂圆": 2, "tea": 3, "longna": 4, "zzqqxx wwrrtt vvllkk": 4}.items():
        with CaptureQueriesContext(connection) as asked:
            sought_with(typed, tree)
        assert len(asked) <= most, (typed, len(asked))


def sought_with(typed: str, tree: Any) -> Any:
    """Return what a search finds, the shelves being read already."""
    from zhanggui.books.search.queries import find

    return find(typed, shelves=tree)


HOSTILE = [
    "😀", "\x00", "桂圆\x00", "'; DROP TABLE catalogue_product; --", '"桂圆" OR 1=1', "NEAR(桂 圆)",
    "*", "%", "_%", "\\", "桂" * 10_000, "a" * 10_000, "a " * 5_000, "\u202e桂圆", "AND NOT",
    "(", "'",
    "١٢٣", "ﷺ", "ß", "İ", "𠮷野家", "\ud7ff",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("typing", [True, False])
def test_find_answers_plainly_whatever_is_typed(
    typed: str, typing: bool, goods: SimpleNamespace
) -> None:
    listed = set(Product.objects.filter(state=ProductState.LISTED).values_list("pk", flat=True))
    assert set(sought(typed, typing=typing).ranks) <= listed


@pytest.mark.slow
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(["桂圆", "兴化", "米粉", "XH-1000", "ganlan", "tea", "gy", "-", "mf"]),
        ),
        max_size=6,
    ).map(" ".join)
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_find_never_raises_and_never_returns_what_is_not_on_sale(
    goods: SimpleNamespace, typed: str
) -> None:
    listed = set(Product.objects.filter(state=ProductState.LISTED).values_list("pk", flat=True))
    assert set(sought(typed, typing=True).ranks) <= listed


# --- synonyms ----------------------------------------------------------------------------------


def test_find_follows_a_synonym_while_it_holds(
    goods: SimpleNamespace, tong: Any, at: datetime
) -> None:
    assert codes("龙眼") == []
    synonym = add_synonym(None, word="龙眼", leads_to="桂圆", by=tong, at=at)
    assert codes("龙眼") == ["LY"] and codes("莆田 龙眼") == ["LY"]
    assert codes("莆田 龙眼 铁观音 龙眼") == ["LY"] and codes("龙眼王") == []
    end_synonym(synonym, by=tong, at=at)
    assert codes("龙眼") == []


def test_find_follows_a_synonym_of_several_words(
    goods: SimpleNamespace, tong: Any, at: datetime
) -> None:
    add_synonym(None, word="oolong leaf", leads_to="安溪 铁观音", by=tong, at=at)
    assert codes("Oolong  Leaf") == ["TG"]


# --- words that found nothing ------------------------------------------------------------------


def missed(word: str, times: int, at: datetime) -> MissedWord:
    """Return a word that found nothing so often on the day of a moment."""
    count_missed(None, day=day_of(at), counts={word: times}, by=CLOCKWORK, at=at)
    return MissedWord.objects.get(word=word)


def test_words_to_answer_are_the_product_managers_most_wanted_first(
    actor: Callable[..., Any], tong: Any, at: datetime
) -> None:
    missed("荔枝", 2, at)
    missed("杨梅", 5, at)
    missed("手机", 9, at - ASKED_WITHIN - timedelta(seconds=1))
    dismiss_word(missed("香烟", 7, at), reason="no licence", by=tong, at=at)
    assert [word.word for word in words_to_answer(tong)] == ["杨梅", "荔枝"]
    assert list(words_to_answer(actor("wu"))) == []


def test_word_of_another_post_is_not_there(actor: Callable[..., Any], at: datetime) -> None:
    word = missed("荔枝", 1, at)
    assert word_of(actor("tong"), word.pk) == word
    for by, pk in ((actor("wu"), word.pk), (actor("tong"), word.pk + 1)):
        with pytest.raises(Refusal) as no:
            word_of(by, pk)
        assert no.value.code == "not_yours"
