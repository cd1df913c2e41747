"""What can be wrong with a company file, each fault a sentence that also says what settles it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Sentence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FAULTS_MAX = 200  # nobody corrects more in one sitting, and checking a hostile file must end
SHOWN_CHARS_MAX = 80  # of a value repeated in a sentence
NEAR_AMONG_MAX = 500  # codes to look through for a likely spelling; the search is slow


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the file, at a line counted from 1."""

    line: int
    sentence: Sentence


class BrokenCompanyFile(ValueError):
    """The file cannot be read as a company; `faults` says everything that is wrong, by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(f"{fault.line}: {fault.sentence}" for fault in self.faults)


class Findings:
    """The faults found so far."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def note(self, line: int, sentence: Sentence, /, **values: object) -> None:
        """Note a fault; once there are FAULTS_MAX of them, stop reading altogether."""
        shown = {name: _shown(value) for name, value in values.items()}
        self.faults.append(Fault(line, format_lazy(cast("StrOrPromise", sentence), **shown)))
        if len(self.faults) == FAULTS_MAX:
            last = max(fault.line for fault in self.faults)
            raise BrokenCompanyFile([*self.faults, Fault(last, TOO_MANY)])

    def settle(self) -> None:
        """Raise everything noted, if anything was."""
        if self.faults:
            raise BrokenCompanyFile(self.faults)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, None when none is alike."""
    among = list(known)
    if len(among) > NEAR_AMONG_MAX or len(word) > SHOWN_CHARS_MAX:
        return None
    return next(iter(get_close_matches(word, among, n=1)), None)


def _shown(value: object) -> object:
    if not isinstance(value, str):
        return value
    begin = value[:SHOWN_CHARS_MAX]
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in begin)
    return shown if len(value) <= SHOWN_CHARS_MAX else shown[:-1] + "…"


# How the parts of the file are called inside a sentence: "missing from this area".
THIS = {
    "file": _("the company file"),
    "company": _("the company"),
    "area": _("this area"),
    "unit": _("this unit"),
    "duty": _("this duty"),
    "post": _("this post"),
    "person": _("this person"),
    "seat": _("this appointment"),
    "text": _("this text"),
}
LANGUAGES = {"zh": _("Chinese"), "en": _("English")}

# The file as a whole.
SYNTAX = _(
    "The file cannot be read beyond this line ({problem}). Correct it; "
    "a text with a colon or # belongs in quotes."
)
EMPTY = _("The file is empty. Begin it with “company:”.")
TOO_BIG = _("The file is larger than {limit} bytes, far more than a company needs. Choose another.")
NOT_UTF8 = _("This line is not UTF-8 text. Save the file in UTF-8 and try again.")
UNREADABLE = _("This line contains a character no text may contain ({point}). Delete it.")
TOO_DEEP = _("Nothing in a company file is nested this deeply. Correct the indentation.")
NO_SHORTHAND = _("Anchors, aliases and tags (&, *, !) are not read. Write the value itself.")
TOO_MANY = _("There may be more faults; checking stopped here. Correct these first.")

# Keys and the types of values.
KEY_NOT_A_WORD = _("A key must be a single word followed by a colon. Rewrite this line.")
KEY_TWICE = _("“{key}” stands twice in {part}. Keep one of the two.")
KEY_UNKNOWN = _("“{key}” is not a key of {part}. Choose one of: {keys}.")
KEY_MISSPELT = _("“{key}” is not a key of {part}. Write “{near}” if that is what you mean.")
KEY_MISSING = _("“{key}” is missing from {part}. Add it.")
TEXT_WANTED = _("“{key}” must be a single value. Write it on the line of its key.")
LIST_WANTED = _("“{key}” must be a list. Begin each of its entries with a dash.")
GROUP_WANTED = _("A group of keys belongs here: {keys}. Write each as “key: value”.")
FLAG_WANTED = _("“{key}” must be true or false, without quotes.")
VALUE_MISSING = _("“{key}” has no value. Write one; words like null count only inside quotes.")
LANGUAGE_MISSING = _("“{key}” has no {language} text. Write both: zh and en.")
TOO_LONG = _("“{key}” has {length} characters, {limit} are allowed. Shorten it.")
BAD_CHARACTER = _("“{key}” contains a character that cannot be shown ({point}). Delete it.")
ONE_LINE = _("“{key}” must stay on one line. Remove the line break.")
NOT_A_CHOICE = _("“{value}” is not possible as “{key}”. Choose one of: {choices}.")
LISTED_TWICE = _("“{value}” stands twice in this list. Keep one of the two.")

# The form of single values.
BAD_CODE = _(
    "“{value}” cannot be a code. Use 2 to 30 small letters, digits and underscores, "
    "beginning with a letter."
)
BAD_USER = _(
    "“{value}” cannot be a user name. Use 2 to 30 small letters, digits and underscores, "
    "beginning with a letter."
)
BAD_DUTY_ID = _("“{value}” cannot be the id of a duty. Write it like S-CO-1 or G-1.")
BAD_DIVISION = _("“{value}” is not the code of a division. Write its 2, 4, 6 or 9 digits.")
BAD_PHONE = _(
    "“{value}” is not a phone number. Write the 11 digits of a mobile number, "
    "or a plus sign and the country code first."
)
BAD_PROMISE = _(
    "“{value}” is not a promise. Write a number with s, m, h or d, such as 30s, 15m, 2h or 1d, "
    "of at most 366d."
)
BAD_ZONE = _("“{value}” is not a time zone. Write one such as Asia/Shanghai.")

# Codes that must be unique, and codes that must exist.
CODE_TWICE = _("“{code}” already stands on line {line}. Give one of the two another code.")
USER_TWICE = _("User name “{code}” is already taken on line {line}. Choose another.")
PHONE_TWICE = _("This is already the phone number of “{user}” on line {line}. Correct one of them.")
UNKNOWN = {
    "area": _("There is no area “{code}”. Add it under “areas” or correct the code."),
    "unit": _("There is no unit “{code}”. Add it under “units” or correct the code."),
    "duty": _("There is no duty “{code}”. Add it under “duties” or correct the id."),
    "post": _("There is no post “{code}”. Add it under “posts” or correct the code."),
}
MISSPELT = {
    "area": _("There is no area “{code}”. Write “{near}” if that is what you mean."),
    "unit": _("There is no unit “{code}”. Write “{near}” if that is what you mean."),
    "duty": _("There is no duty “{code}”. Write “{near}” if that is what you mean."),
    "post": _("There is no post “{code}”. Write “{near}” if that is what you mean."),
}

# The trees of areas and units.
CIRCLE = _("These stand under one another in a circle: {chain}. Give one of them another parent.")
NO_ROOT = _("No area is of the kind company. Add the one under which all others stand.")
ROOT_TWICE = _("The area of the kind company already stands on line {line}. Keep only one.")
ROOT_UNDER = _("The area of the kind company stands under nothing. Remove its “parent”.")
WRONG_PARENT = _(
    "An area of the kind {kind} cannot stand under “{parent}”, which is of the kind {parent_kind}. "
    "Choose a parent of the kind: {kinds}."
)

# Posts, duties and appointments.
POST_IDLE = _("Post “{post}” has no duties. List at least one, or remove the post.")
DUTY_UNHELD = _("No post has duty “{duty}”. Add it to the duties of a post, or remove it.")
CHECKS_ITSELF = _("“{duty}” cannot check itself. Remove it from its “checks”.")
SEAT_TWICE = _(
    "“{user}” already holds this post in this unit and area on line {line}. Remove one of the two."
)
MAIN_TWICE = _(
    "“{user}” already has a main post on line {line}. Make this one concurrent or acting."
)
