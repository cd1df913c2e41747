"""The duty of this room: answering words that found nothing."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhanggui.books.search import actions, forms, queries
from zhanggui.books.search.models import MissedWord, Synonym
from zhanggui.books.search.rules import WordState, spoken
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, declare
from zhanggui.ground.desk.templatetags.desk import moment

TONES = {WordState.OPEN: "wait", WordState.LED: "done", WordState.NOT_OURS: "rest"}


def badge_of(word: MissedWord) -> Badge:
    """Return where a word stands."""
    state = WordState(word.state)
    return Badge(TONES[state], state.label)


def _with(rows: QuerySet[MissedWord], text: str) -> QuerySet[MissedWord]:
    return rows.filter(word__contains=spoken(text))


declare(
    Duty[MissedWord](
        code=queries.WORDS,
        title=_("Words that found nothing"),
        charter=("S-PD-3",),
        queue=queries.words_to_answer,
        since="first_at",
        icon="search",
        columns=(
            Column(_("Word"), lambda w: Cell([w.word], strong=True), sort="word"),
            Column(
                _("Times"), lambda w: Cell([str(w.times)], numeric=True), sort="times", numeric=True
            ),
            Column(_("Last typed"), lambda w: Cell([moment(w.last_at)]), sort="last_at"),
        ),
        search=_with,
        acts=(
            Act(
                actions.add_synonym,
                form=forms.SynonymForm,
                letter="n",
                text=_("Customers who type the one word find what the others find."),
            ),
            Act(
                actions.lead_word,
                on=MissedWord,
                form=forms.LeadForm,
                letter="l",
                tone="main",
                opens="queue",
                done=_("It leads there from now on."),
            ),
            Act(
                actions.dismiss_word,
                on=MissedWord,
                form=forms.DismissForm,
                letter="d",
                bulk=True,
                opens="queue",
            ),
            Act(actions.reopen_word, on=MissedWord, letter="o"),
            Act(actions.end_synonym, on=Synonym, letter="e", tone="stop"),
        ),
        empty=_("What customers look for in the shop and do not find waits here."),
        model=MissedWord,
    )
)
