"""The pages of a word that found nothing, and of a synonym."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.search import queries
from zhanggui.books.search.duties import badge_of
from zhanggui.books.search.models import MissedWord, Synonym
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment

DAYS_SHOWN = 14
"""Days listed on a word's page: whether it comes up once or again and again shows in two weeks."""


def word_face(word: MissedWord, by: DeskActor) -> Face:
    """Return what the page of a word that found nothing shows."""
    days = [f"{day.day:%m-%d} × {day.times}" for day in queries.days_of(word, most=DAYS_SHOWN)]
    lines = [
        Line(_("Times"), str(word.times)),
        Line(_("First typed"), moment(word.first_at)),
        Line(_("Last typed"), moment(word.last_at)),
        Line(_("Day by day"), gettext(", ").join(days)),
        Line(
            _("In the shop"),
            gettext("Search for it"),
            url=f"{reverse('shop:search')}?{urlencode({'q': word.word})}",
        ),
        *(
            Line(_("Synonym"), str(synonym), url=url_of(synonym))
            for synonym in queries.synonyms_of(word.word)
        ),
    ]
    if word.reason:
        lines.append(Line(_("Reason"), word.reason))
    return Face(
        title=word.word,
        subtitle=ngettext("%(times)d time", "%(times)d times", word.times) % {"times": word.times},
        state=badge_of(word),
        lines=lines,
    )


def synonym_state(synonym: Synonym) -> Badge:
    """Return whether a synonym leads anywhere now."""
    if synonym.ended_at is not None:
        return Badge("rest", _("Ended"))
    return Badge("done", _("In force"))


def synonym_face(synonym: Synonym, by: DeskActor) -> Face:
    """Return what the page of a synonym shows."""
    lines = [
        Line(_("Word"), synonym.word),
        Line(_("Leads to"), synonym.leads_to),
        Line(_("Since"), moment(synonym.since_at)),
    ]
    if synonym.ended_at is not None:
        lines.append(Line(_("Ended"), moment(synonym.ended_at)))
    if synonym.added_by is not None:
        lines.append(Line(_("Added by"), synonym.added_by.name))
    return Face(
        title=str(synonym),
        state=synonym_state(synonym),
        lines=lines,
    )


SEEN = "whoever answers words that found nothing: goods belong to the whole company"
declare_dossier(
    Dossier(MissedWord, queries.word_of, word_face, duties=(queries.WORDS,), scope=SEEN)
)
declare_dossier(
    Dossier(Synonym, queries.synonym_of, synonym_face, duties=(queries.WORDS,), scope=SEEN)
)
