"""Forms of the acts on words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.books.search.rules import WORD_CHARS_MAX, WORD_CHARS_MIN
from zhanggui.ground.desk.forms import ActForm, note_field


def _word(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, min_length=WORD_CHARS_MIN, max_length=WORD_CHARS_MAX, help_text=help_text
    )


class LeadForm(ActForm):
    """To which words a word leads."""

    leads_to = _word(_("Leads to"), _("Words by which goods on sale are found."))


class SynonymForm(LeadForm):
    """A word, and to which it leads."""

    word = _word(_("Word"), _("As customers type it."))
    field_order = ["key", "seen", "word", "leads_to"]


class DismissForm(ActForm):
    """Why a word is nothing we sell."""

    reason = note_field(_("Reason"), help_text=_("What was looked for, and why we do not sell it."))
