"""Which goods on sale a customer means; the words that found nothing, and the synonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from zhanggui.books.catalogue.models import IndexEntry, Product
from zhanggui.books.catalogue.queries import Shelf, shelves
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.words import (
    NAMED,
    Asked,
    Place,
    guesses,
    unfinished,
    weights,
    words_asked,
    words_kept,
)
from zhanggui.books.search import rules
from zhanggui.books.search.models import MissedDay, MissedWord, Synonym
from zhanggui.books.search.rules import ASKED_WITHIN, WordState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours

WORDS = "search.words"
"""The duty of answering words that found nothing."""

HELPED_MAX = 3
"""Words of one search that are taken for unfinished or mistyped: each costs some hundred tokens."""

BEGUN_ROWS_MAX = 4_000
"""Entries looked at for unfinished words: enough for every product some hundred may mean."""

SHELF = 25
"""What it counts that a product stands on a shelf of that name: more than its variant's name. It
is added to what the product's own words count, so that tea leaves stand before tea oil."""

SHELF_SIGNS_MAX = 3
"""Signs of a shelf's name that a single sign names: 茶 is 茶叶, but 米 is not all of 米面粮油."""

Weights = dict[int, int]


@dataclass(frozen=True, slots=True)
class Rank:
    """How well a product answers: by its code, by words of its name alone, and how much in all."""

    coded: bool
    named: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the products on sale with their rank.

    `words` are the words typed, `missed` those nothing was found under. `meant` says what was taken
    for a word that nothing stands under, `partly` that no product has all words.
    """

    words: tuple[str, ...] = ()
    ranks: Mapping[int, Rank] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()
    partly: bool = False


def find(typed: str, *, shelves: Sequence[Shelf], typing: bool = False) -> Found:
    """Return the products on sale that a search means, in at most five statements.

    Each word is looked for as it is written, by its sound, by its initials, as a code, as the name
    of a shelf, and by what it is a synonym of. All words must be found in a product. A word under
    which nothing stands is taken for the beginning of one, then for a mistyped one. Where no
    product has all words, those with the most of them answer, at least half; a long Chinese word
    then counts as its pieces. `typing`: the last word may not be finished yet.
    """
    words = words_asked(typed)
    if not words:
        return Found()
    texts = tuple(word.text for word in words)
    leads = _leads({*texts, rules.spoken(typed)})
    if len(words) > 1 and (whole := leads.get(rules.spoken(typed))):
        words = list(whole)
    asked = [*words, *(one for word in words for one in leads.get(word.text, ()))]
    held = _held({token for word in asked for meaning in word.meanings for token in meaning})
    on_shelves = _shelf_weights(asked, shelves)

    def under(word: Asked) -> Weights:
        own = weights(word, held)
        shelf = on_shelves.get(word.text, {})
        return shelf | {product: w + shelf.get(product, 0) for product, w in own.items()}

    found: dict[str, Weights] = {}
    for word in words:
        led = _all([under(one) for one in leads[word.text]]) if word.text in leads else {}
        found[word.text] = _most(under(word), led)
    meant = _help(words, found, typing=typing)
    ranks = _ranked(_all_of(list(found.values())), len(found))
    partly = not ranks
    if partly:
        ranks = _most_of(words, found, held)
    missed = tuple(text for text, hits in found.items() if not hits)
    return Found(texts, ranks, meant, missed, partly and bool(ranks))


def _held(tokens: Iterable[str]) -> dict[str, Weights]:
    """Return under each token the products on sale, with its weight there, in one statement."""
    rows = IndexEntry.objects.filter(token__in=sorted(tokens))
    held: dict[str, Weights] = {}
    for token, product, weight in rows.values_list("token", "product_id", "weight"):
        held.setdefault(token, {})[product] = weight
    return held


def _most(*found: Weights) -> Weights:
    best: Weights = {}
    for weights_ in found:
        for product, weight in weights_.items():
            if weight > best.get(product, 0):
                best[product] = weight
    return best


def _all_of(found: Sequence[Weights]) -> dict[int, list[int]]:
    """Return the products found under every word, with what each word weighs there."""
    if not found:
        return {}
    first, *others = sorted(found, key=len)
    return {
        product: [weight, *(other[product] for other in others)]
        for product, weight in first.items()
        if all(product in other for other in others)
    }


def _all(found: Sequence[Weights]) -> Weights:
    return {product: min(each) for product, each in _all_of(found).items()}


def _ranked(found: Mapping[int, Sequence[int]], of: int) -> dict[int, Rank]:
    return {
        product: Rank(
            coded=max(each) >= Place.CODE,
            named=len(each) == of and min(each) >= NAMED,
            weight=sum(each),
        )
        for product, each in found.items()
    }


def _most_of(
    words: Sequence[Asked], found: Mapping[str, Weights], held: Mapping[str, Weights]
) -> dict[int, Rank]:
    """Return the products that have the most of the words, at least half of them.

    A long Chinese word nothing is found under counts as its pieces, of which every fourth is due:
    its words are of two signs, and every other pair lies between two of them.
    """
    pieces: dict[str, Weights] = {}
    needed, whole = 0, 0
    for word in words:
        if found[word.text] or not word.parts:
            pieces[word.text] = found[word.text]
            whole += 1
        else:
            pieces |= {part: dict(held.get(part, {})) for part in word.parts}
            needed += len(word.text) // 4
    each: dict[int, list[int]] = {}
    for weights_ in pieces.values():
        for product, weight in weights_.items():
            each.setdefault(product, []).append(weight)
    most = max(map(len, each.values()), default=0)
    if most < max(1, needed + (whole + 1) // 2):
        return {}
    return _ranked({p: found for p, found in each.items() if len(found) == most}, len(pieces))


# --- shelves and synonyms ----------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _shelf_words(name_zh: str, name_en: str) -> frozenset[str]:
    return frozenset(words_kept([(name_zh, Place.NAME), (name_en, Place.NAME)], codes=[]))


def shelves_named(word: Asked, shelves: Sequence[Shelf]) -> list[Shelf]:
    """Return the shelves a word names; initials name none, and single signs only short names."""
    meanings = [
        set(meaning)
        for meaning in word.meanings
        if not any(token.startswith(("!", "=")) for token in meaning)
    ]
    single = len(word.text) == 1
    return [
        shelf
        for shelf in shelves
        if (not single or len(shelf.category.name_zh) <= SHELF_SIGNS_MAX)
        and any(
            meaning <= _shelf_words(shelf.category.name_zh, shelf.category.name_en)
            for meaning in meanings
        )
    ]


def _shelf_weights(words: Sequence[Asked], shelves: Sequence[Shelf]) -> dict[str, Weights]:
    """Return for each word the products on the shelves it names and below, in one statement."""
    named: dict[str, set[int]] = {}
    for word in words:
        codes = {shelf.category.code for shelf in shelves_named(word, shelves)}
        if codes:
            below = {s.category.pk for s in shelves if codes & set(s.path)}
            named[word.text] = below
    if not named:
        return {}
    on_sale = Product.objects.filter(state=ProductState.LISTED)
    rows = on_sale.filter(category__in=sorted(set().union(*named.values())))
    held: dict[str, Weights] = {text: {} for text in named}
    for product, category in rows.values_list("pk", "category_id"):
        for text, below in named.items():
            if category in below:
                held[text][product] = SHELF
    return held


def _leads(texts: Iterable[str]) -> dict[str, list[Asked]]:
    """Return the words to which synonyms in force lead, in one statement."""
    rows = Synonym.objects.filter(word__in=sorted(texts), ended_at__isnull=True)
    return {word: words_asked(leads_to) for word, leads_to in rows.values_list("word", "leads_to")}


# --- what may have been meant ------------------------------------------------------------------


def _help(words: Sequence[Asked], found: dict[str, Weights], *, typing: bool) -> dict[str, str]:
    """Find words nothing stands under as unfinished, then as mistyped; return what was meant."""
    lost = [word.text for word in words if not found[word.text]][:HELPED_MAX]
    begun = list(dict.fromkeys([*lost, *([words[-1].text] if typing else [])]))
    for text, hits in _begun(begun).items():
        found[text] = _most(found[text], hits)
    meant: dict[str, str] = {}
    lost = [text for text in lost if not found[text]]
    for text, (said, hits) in _guessed(lost).items():
        meant[text], found[text] = said, hits
    return meant


def _begun(texts: Sequence[str]) -> dict[str, Weights]:
    """Return for each word the products found under what it may be the beginning of."""
    stretches = {text: unfinished(text) for text in texts}
    wanted = Q()
    for start, end in (pair for pairs in stretches.values() for pair in pairs):
        wanted |= Q(token__gte=start, token__lt=end)
    if not wanted:
        return {}
    rows = IndexEntry.objects.filter(wanted).order_by("token", "product")
    found: dict[str, Weights] = {text: {} for text in stretches}
    for token, product, weight in rows.values_list("token", "product_id", "weight")[
        :BEGUN_ROWS_MAX
    ]:
        weight = min(weight, Place.NAME)
        for text, pairs in stretches.items():
            if any(start <= token < end for start, end in pairs):
                found[text][product] = max(found[text].get(product, 0), weight)
    return found


def _guessed(texts: Sequence[str]) -> dict[str, tuple[str, Weights]]:
    """Return for each mistyped word the nearest one that finds something, and its products.

    The nearest is what sounds alike, else what is one letter off; of these the one that finds the
    most, and the first by the alphabet.
    """
    candidates = {text: guesses(text) for text in texts}
    tokens = {
        token
        for of_word in candidates.values()
        for _far, asked in of_word.values()
        for meaning in asked.meanings
        for token in meaning
    }
    if not tokens:
        return {}
    held = _held(tokens)
    best: dict[str, tuple[str, Weights]] = {}
    for text, of_word in candidates.items():
        hits = [
            (far, -len(found), said, found)
            for said, (far, asked) in of_word.items()
            if (found := weights(asked, held))
        ]
        if hits:
            _far, _size, said, found = min(hits, key=lambda hit: hit[:3])
            best[text] = (said, found)
    return best


def finds_something(typed: str) -> bool:
    """Tell whether all words of a search find something on sale as they are written."""
    found = find(typed, shelves=shelves())
    return bool(found.ranks) and not found.partly and not found.meant


# --- words that found nothing ------------------------------------------------------------------


def words_to_answer(by: DeskActor) -> QuerySet[MissedWord]:
    """Return the words of the last weeks that wait for an answer, for whoever answers them.

    Goods belong to the whole company: whoever holds the duty anywhere sees them all.
    """
    rows = MissedWord.objects.filter(
        state=WordState.OPEN, last_at__gte=by.at - ASKED_WITHIN
    ).order_by("-times", "word")
    return rows if by.scope(WORDS) else rows.none()


def word_of(by: DeskActor, pk: int) -> MissedWord:
    """Return a word that found nothing, for whoever answers them; raise `not_yours` otherwise."""
    word = MissedWord.objects.filter(pk=pk).first()
    if word is None or not by.scope(WORDS):
        raise not_yours()
    return word


def synonym_of(by: DeskActor, pk: int) -> Synonym:
    """Return a synonym, for whoever answers words; raise `not_yours` otherwise."""
    synonym = Synonym.objects.select_related("added_by").filter(pk=pk).first()
    if synonym is None or not by.scope(WORDS):
        raise not_yours()
    return synonym


def words_sought(by: DeskActor, text: str) -> QuerySet[MissedWord]:
    """Return the words with this in them, the ones most looked for first."""
    found = MissedWord.objects.filter(word__contains=rules.spoken(text)).order_by("-times", "pk")
    return found if by.scope(WORDS) else found.none()


def synonyms_sought(by: DeskActor, text: str) -> QuerySet[Synonym]:
    """Return the synonyms with this on either side, the latest first."""
    said = rules.spoken(text)
    found = Synonym.objects.filter(Q(word__contains=said) | Q(leads_to__contains=said))
    return found.order_by("-since_at", "-pk") if by.scope(WORDS) else found.none()


def synonyms_of(word: str) -> list[Synonym]:
    """Return the synonyms a word has or had, the latest first."""
    return list(Synonym.objects.filter(word=word).order_by("-since_at", "-pk"))


def days_of(word: MissedWord, *, most: int) -> list[MissedDay]:
    """Return on which days a word found nothing, the latest first."""
    return list(MissedDay.objects.filter(word=word).order_by("-day")[:most])


def new_words_on(day: date) -> int:
    """Return how many words were noted for the first time on a day."""
    return MissedWord.objects.filter(first_on=day).count()


def times_on(day: date, words: Iterable[str]) -> dict[str, int]:
    """Return how often each of these words was counted on a day."""
    rows = MissedDay.objects.filter(day=day, word__word__in=sorted(words))
    return dict(rows.values_list("word__word", "times"))


def synonym_in_force(word: str) -> Synonym | None:
    """Return the synonym that holds for a word."""
    return Synonym.objects.filter(word=word, ended_at__isnull=True).first()
