"""An index of the search that says other than the goods is found, and mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from zhanggui.books.catalogue.actions.index import rebuild_index
from zhanggui.books.catalogue.models import IndexEntry, Product
from zhanggui.books.catalogue.rounds import keep_index
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import run_audits
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.books_broken]


@pytest.fixture
def tea(db: None, at: datetime) -> Product:
    """Return a product on sale, put there past the actions, with its entries."""
    act: dict[str, Any] = {"state_at": at, "created_at": at}
    with guard.writes_open():
        made = Product.objects.create(code="TG", name_zh="铁观音", state="listed", **act)
        Product.objects.create(code="XH", name_zh="兴化米粉", state="draft", **act)
    rebuild_index(None, by=CLOCKWORK, at=at)
    return made


def breaches() -> list[str]:
    """Return what the audit finds."""
    return [breach.sentence for breach in run_audits(["catalogue.index"])]


BREAKS: dict[str, tuple[Callable[[Product], object], str]] = {
    "a lost entry": (
        lambda tea: IndexEntry.objects.filter(token="观音").delete(),
        "TG is not found by 1 of its words, and by 0 that are none of its.",
    ),
    "another weight": (
        lambda tea: IndexEntry.objects.filter(token="观音").update(weight=1),
        "TG is not found by 1 of its words, and by 0 that are none of its.",
    ),
    "a spare entry": (
        lambda tea: IndexEntry.objects.create(product=tea, token="白酒", weight=1),
        "TG is not found by 0 of its words, and by 1 that are none of its.",
    ),
    "another name": (
        lambda tea: Product.objects.filter(pk=tea.pk).update(name_zh="铁"),
        "TG is not found by 0 of its words, and by 11 that are none of its.",
    ),
    "a draft that is found": (
        lambda tea: IndexEntry.objects.create(
            product=Product.objects.get(code="XH"), token="米粉", weight=1
        ),
        "XH is not found by 0 of its words, and by 1 that are none of its.",
    ),
}


@pytest.mark.parametrize("how", BREAKS)
def test_audit_index_finds_what_is_wrong_and_the_round_mends_it(
    how: str, tea: Product, at: datetime
) -> None:
    assert breaches() == []
    assert keep_index(at) == 0
    breaks, sentence = BREAKS[how]
    with guard.writes_open():
        breaks(tea)
    assert breaches() == [sentence]
    assert keep_index(at) == 1
    assert breaches() == []


def test_rebuild_index_writes_only_what_is_wrong(tea: Product, at: datetime) -> None:
    kept = set(IndexEntry.objects.values_list("pk", flat=True))
    with guard.writes_open():
        IndexEntry.objects.filter(token="铁").delete()
    assert rebuild_index(None, by=CLOCKWORK, at=at) == 1
    now = set(IndexEntry.objects.values_list("pk", flat=True))
    assert len(now) == len(kept) and len(now - kept) == 1
    assert rebuild_index(None, by=CLOCKWORK, at=at) == 0
    assert Fact.objects.filter(verb="catalogue.rebuild_index").count() == 3


def test_rebuild_index_is_refused_to_people(
    tea: Product, actor: Callable[..., Any], at: datetime
) -> None:
    with guard.writes_open():
        IndexEntry.objects.all().delete()
    with pytest.raises(Refusal) as no:
        rebuild_index(None, by=actor("tong"), at=at)
    assert no.value.code == "not_yours"
    assert not IndexEntry.objects.exists()
