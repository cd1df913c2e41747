"""Phones: kinds and how they are shown, problems, agreement with the phone library."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zhanggui.ground.places.rules.phones import SENTENCES, Kind, is_patterned, read_phone


@pytest.mark.parametrize(
    ("typed", "kind", "national", "display"),
    [
        ("13800138000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("１３８ ００１３ ８０００", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("138-0013-8000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("+86 138 0013 8000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("0086-13800138000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("8613800138000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("(+86)13800138000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("013800138000", Kind.MOBILE, "13800138000", "138 0013 8000"),
        ("16101234567", Kind.MOBILE, "16101234567", "161 0123 4567"),
        ("17400123456", Kind.MOBILE, "17400123456", "174 0012 3456"),
        ("0594-2345678", Kind.LANDLINE, "5942345678", "0594-2345678"),
        ("(0594)2345678", Kind.LANDLINE, "5942345678", "0594-2345678"),
        ("+86 594 2345678", Kind.LANDLINE, "5942345678", "0594-2345678"),
        ("010 6552 9988", Kind.LANDLINE, "1065529988", "010-65529988"),
        ("400-123-4567", Kind.SHARED, "4001234567", "400-123-4567"),
        ("800 820 8820", Kind.FREE, "8008208820", "800-820-8820"),
    ],
)
def test_read_phone_takes_a_number_in_any_dress(
    typed: str, kind: Kind, national: str, display: str
) -> None:
    read = read_phone(typed)
    assert (read.kind, read.national, read.display) == (kind, national, display)
    assert read.good


@pytest.mark.parametrize("typed", ["0594-2345678转801", "0594-2345678-801", "0594 2345678 ext.801"])
def test_read_phone_keeps_the_extension(typed: str) -> None:
    read = read_phone(typed)
    assert (read.national, read.extension) == ("5942345678", "801")


@pytest.mark.parametrize(
    ("typed", "problem", "sentence"),
    [
        ("", "empty", "There is no phone number yet."),
        ("  -- ", "empty", "There is no phone number yet."),
        ("1380013800a", "letters", "A phone number has digits only."),
        ("+1 202 555 0123", "foreign", "This is not a number of mainland China."),
        ("0044 20 7946 0958", "foreign", "This is not a number of mainland China."),
        ("1380013800", "short", "This number is too short: some digits are missing."),
        ("138001380001", "long", "This number is too long: check for digits typed twice."),
        ("9" * 500, "long", "This number is too long: check for digits typed twice."),
        ("2345678", "area_code", "A landline needs its area code, like 0594."),
        ("87654321", "area_code", "A landline needs its area code, like 0594."),
        ("12345678901", "unassigned", "No number in China begins like this: check the digits."),
        ("14000000000", "unassigned", "No number in China begins like this: check the digits."),
        ("110", "short", "This number is too short: some digits are missing."),
    ],
)
def test_read_phone_says_what_is_wrong(typed: str, problem: str, sentence: str) -> None:
    read = read_phone(typed)
    assert (read.kind, read.national, read.problem) == (Kind.NONE, "", problem)
    assert SENTENCES[problem] == sentence


mobiles = st.text("0123456789", min_size=10, max_size=10).map(lambda digits: f"1{digits}")
AREAS = "010 020 021 022 0594 0591 0755 0571 0311 0470 0898 0999 0123 0600"
landlines = st.tuples(
    st.sampled_from(AREAS.split(" ")),
    st.text("0123456789", min_size=7, max_size=8),
).map("".join)


@settings(max_examples=400, deadline=None)
@given(mobiles)
def test_read_phone_agrees_with_the_library_on_mobiles(digits: str) -> None:
    """Asked of the digits as they are: dialled, the library would drop a carrier's prefix first."""
    assume(not digits.startswith("10"))  # an area code without its 0: test of landlines
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(digits))
    ours = read_phone(digits)
    theirs = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    assert (ours.kind is Kind.MOBILE) == theirs
    if ours.good:
        assert ours.national == phonenumbers.national_significant_number(number)


@settings(max_examples=400, deadline=None)
@given(landlines)
def test_read_phone_agrees_with_the_library_on_landlines(digits: str) -> None:
    number = phonenumbers.parse(digits, "CN")
    ours = read_phone(digits)
    assert (ours.kind is Kind.LANDLINE) == (
        phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
    )
    if ours.good:
        assert ours.national == phonenumbers.national_significant_number(number)


@settings(max_examples=400, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=13))
def test_read_phone_accepts_nothing_the_library_refuses(digits: str) -> None:
    ours = read_phone(digits)
    if ours.good:
        number = phonenumbers.parse(digits, "CN")
        assert phonenumbers.is_valid_number(number)


@pytest.mark.parametrize("typed", ["95588", "0594-96110", "1010000000", "16800000"])
def test_read_phone_refuses_what_only_the_library_calls_valid(typed: str) -> None:
    """Numbers of firms and premium services: valid in form, and no customer answers there."""
    assert not read_phone(typed).good


@given(st.text(max_size=60))
def test_read_phone_answers_anything(text: str) -> None:
    read = read_phone(text)
    assert read.good == bool(read.national)
    assert read.problem == "" or read.problem in SENTENCES


@pytest.mark.parametrize(
    ("national", "patterned"),
    [
        ("13888888888", True),
        ("13012345678", True),
        ("13987654321", True),
        ("13800138000", False),
        ("13959567890", False),
    ],
)
def test_is_patterned_sees_made_up_digits(national: str, patterned: bool) -> None:
    assert is_patterned(national) is patterned
