"""Phone numbers of China as people type them: which kind, how they are written, what is wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import phonenumbers
from django.utils.translation.trans_null import gettext_noop

TEXT_MAX: Final = 40
"""Characters of a field that could still hold one number with its extension."""


class Kind(StrEnum):
    """What sort of number it is: who pays, and whether a courier can send it a message."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHARED = "shared"
    FREE = "free"
    NONE = "none"


SENTENCES: Final = {
    "empty": gettext_noop("There is no phone number yet."),
    "letters": gettext_noop("A phone number has digits only."),
    "foreign": gettext_noop("This is not a number of mainland China."),
    "short": gettext_noop("This number is too short: some digits are missing."),
    "long": gettext_noop("This number is too long: check for digits typed twice."),
    "area_code": gettext_noop("A landline needs its area code, like 0594."),
    "unassigned": gettext_noop("No number in China begins like this: check the digits."),
}
"""What each `problem` says, for gettext."""


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """A number as read: `national` has no leading 0, as the phone library stores it."""

    kind: Kind
    national: str
    display: str
    problem: str = ""
    extension: str = ""

    @property
    def good(self) -> bool:
        """Whether an order may carry it."""
        return not self.problem


# Prefixes of mobile numbers in use, as the phone library has them: a test holds this to it.
_MOBILE: Final = re.compile(
    r"1(?:610\d|740[0-5])\d{6}|1(?:[38]\d|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])\d{8}"
)
_SHARED: Final = re.compile(r"400\d{7}")
_FREE: Final = re.compile(r"800\d{7}")
_EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?|x|#)\s*:?\s*(\d{1,6})$", re.IGNORECASE)
# A third part after a complete landline: 0594-2345678-801.
_DASHED: Final = re.compile(r"(\(?0\d{2,3}\)?[- ]?\d{7,8}|[48]00-?\d{3}-?\d{4})-(\d{1,6})")
_COUNTRY: Final = re.compile(r"(?:\+|00)\s*86|86(?=1\d{10}$)")
_FILLING: Final = re.compile(r"[\s().\-–—·/]+")
_TWO_DIGIT_AREAS: Final = ("10", "20", "21", "22", "23", "24", "25", "27", "28", "29")
_DASHES: Final = {ord(dash): "-" for dash in "‐‑‒–—―−﹣－"}


def read_phone(text: str) -> PhoneReading:
    """Return a typed number's kind, national digits and display, or what is wrong with it.

    Takes full-width digits, spaces, dashes, brackets, +86, 0086 and 86, and an extension. Which
    numbers exist is Google's table (the phonenumbers library); the policy on top of it:

    - mobile, landline with area code, 400 and 800; nothing else a courier could not call:
      emergency, service and premium numbers, and those of carriers (95..., 96..., 1010...);
    - a mobile with a leading 0 (0138...) is that mobile, as dialled between cities of old;
    - a carrier's dialling prefix (17911, 12593) is no part of a number and makes it too long;
    - seven or eight digits alone are a landline that lacks its area code, never a guess.
    """
    typed = unicodedata.normalize("NFKC", text[: TEXT_MAX + 1]).translate(_DASHES).strip()
    extension = ""
    for pattern in (_EXTENSION, _DASHED):
        if found := pattern.fullmatch(typed) if pattern is _DASHED else pattern.search(typed):
            extension = found[found.re.groups]
            typed = found[1] if pattern is _DASHED else typed[: found.start()].strip()
            break
    abroad = typed.startswith(("+", "00"))
    digits = _FILLING.sub("", typed)
    if found := _COUNTRY.match(digits):
        digits, abroad = digits[found.end() :], False
    return _read(digits, extension=extension, abroad=abroad)


def _read(digits: str, *, extension: str, abroad: bool) -> PhoneReading:
    if problem := _shape_problem(digits, abroad=abroad):
        return PhoneReading(Kind.NONE, "", digits[:TEXT_MAX], problem)
    bare = digits.removeprefix("0")
    if _MOBILE.fullmatch(bare):
        return PhoneReading(Kind.MOBILE, bare, f"{bare[:3]} {bare[3:7]} {bare[7:]}", "", extension)
    if _SHARED.fullmatch(digits) or _FREE.fullmatch(digits):
        kind = Kind.SHARED if digits[0] == "4" else Kind.FREE
        display = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        return PhoneReading(kind, digits, display, "", extension)
    if _is_landline(bare, zero=bare != digits):
        return PhoneReading(Kind.LANDLINE, bare, _landline(bare), "", extension)
    return PhoneReading(Kind.NONE, "", digits, _number_problem(digits))


def _shape_problem(digits: str, *, abroad: bool) -> str:
    if not digits:
        return "empty"
    if abroad:
        return "foreign"
    if len(digits) > TEXT_MAX:
        return "long"
    if not (digits.isascii() and digits.isdecimal()):
        return "letters"
    return ""


def _is_landline(bare: str, *, zero: bool) -> bool:
    """Return whether these digits are a landline's; without the 0 only where nothing is unclear."""
    area = 2 if bare.startswith(_TWO_DIGIT_AREAS) else 3
    if len(bare) - area not in (7, 8) or (not zero and len(bare) < 10):
        return False
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(bare))
    # Numbers like 010-95xxx and 0594-96xxx are of companies and never answer a courier.
    kinds = phonenumbers.PhoneNumberType
    return bool(phonenumbers.number_type(number) == kinds.FIXED_LINE)


def _landline(bare: str) -> str:
    area = 2 if bare.startswith(_TWO_DIGIT_AREAS) else 3
    return f"0{bare[:area]}-{bare[area:]}"


def _number_problem(digits: str) -> str:
    mobile = digits.removeprefix("0")
    if mobile.startswith("1") and not mobile.startswith("10"):
        wanted = 11
        digits = mobile
    elif digits.startswith(("400", "800")):
        wanted = 10
    elif digits.startswith("0"):
        wanted = 11 if digits[1:].startswith(_TWO_DIGIT_AREAS) else len(digits)
        if len(digits) < 10:
            return "short"
    elif len(digits) in (7, 8):
        return "area_code"
    else:
        wanted = 11
    if len(digits) < wanted:
        return "short"
    return "long" if len(digits) > max(wanted, 12) or len(digits) > wanted == 11 else "unassigned"


def is_patterned(national: str) -> bool:
    """Return whether a number looks made up: one digit six times running, or seven in sequence."""
    if re.search(r"(\d)\1{5}", national):
        return True
    steps = [int(b) - int(a) for a, b in pairwise(national)]
    runs = "".join("+" if step == 1 else "-" if step == -1 else "." for step in steps)
    return "+" * 6 in runs or "-" * 6 in runs
