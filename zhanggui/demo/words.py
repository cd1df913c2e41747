"""What customers of the example company looked for in vain, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from zhanggui.books.search.actions import add_synonym, count_missed, dismiss_word
from zhanggui.books.search.models import MissedWord
from zhanggui.books.search.rules import day_of
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.models import Person

MISSED: tuple[Mapping[str, int], ...] = (
    {"荔枝干": 3, "方便面": 2, "可口可乐": 1, "婴儿奶粉": 2},
    {"荔枝干": 5, "阳澄湖大闸蟹": 1, "方便面": 4, "佛跳墙": 6},
)
"""How often words found nothing, the day before yesterday and yesterday."""

SYNONYMS = (("龙眼干", "桂圆"), ("凉拖", "拖鞋"))
"""Words that lead to others."""

NOT_OURS = {"婴儿奶粉": "要有专门的许可，我们不做。"}
"""Words that are nothing the company sells, and why."""

PRODUCT_MANAGER = "tong"


def look_in_vain(counts: Mapping[str, int], *, at: datetime) -> None:
    """Have customers look for words that find nothing, so often each."""
    count_missed(None, day=day_of(at), counts=counts, by=CLOCKWORK, at=at)


def answer_words(*, at: datetime) -> None:
    """Lead some words to others, and call some nothing the company sells."""
    by = actor_for(Person.objects.get(user=PRODUCT_MANAGER), at=at)
    for word, leads_to in SYNONYMS:
        add_synonym(None, word=word, leads_to=leads_to, by=by, at=at)
    for text, reason in NOT_OURS.items():
        dismiss_word(MissedWord.objects.get(word=text), reason=reason, by=by, at=at)
