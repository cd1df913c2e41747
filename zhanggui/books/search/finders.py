"""Finding words that found nothing, also answered ones, and the synonyms in force and ended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.books.search import queries
from zhanggui.books.search.dossiers import synonym_state
from zhanggui.books.search.duties import badge_of
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.find import Hit, finder


@finder(_("Words of the shop's search"))
def find_words(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find words by a part of them, and synonyms by a part of either side, for who answers them."""
    synonyms = [
        Hit(str(one), url_of(one), note=str(_("Synonym")), badge=synonym_state(one))
        for one in queries.synonyms_sought(by, text)[:limit]
    ]
    words = [
        Hit(word.word, url_of(word), note=word.reason, badge=badge_of(word))
        for word in queries.words_sought(by, text)[: limit - len(synonyms)]
    ]
    return synonyms + words
