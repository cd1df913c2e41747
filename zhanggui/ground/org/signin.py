"""Signing in with user name or phone, and which devices are known to belong to whom."""

from __future__ import annotations

import secrets
from typing import Any

import phonenumbers
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zhanggui.ground.org.models import Person

LOGIN_CHARS_MAX = 60
"""Characters of a sign-in name: twice the longest user name, for a pasted number with spaces."""

PASSWORD_CHARS_MAX = 200
"""Characters of a password: any sentence fits, a book thrown at the hash does not."""

KNOWN_COOKIE = "known"
KNOWN_AGE_S = 60 * 60 * 24 * 365
KNOWN_PEOPLE_MAX = 8
"""People one device remembers: the shifts of a shared counter."""

_SALT = "zhanggui.known-device"


def password_problem(password: str) -> str:
    """Return why a password is too easy, in sentences; "" when it is good."""
    try:
        validate_password(password)
    except ValidationError as bad:
        return " ".join(bad.messages)
    return ""


def _digits(typed: str) -> str:
    """Return a phone number as people are stored with it: national digits; else what was typed."""
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        return typed
    return str(phonenumbers.national_significant_number(number))


def person_named(login: str) -> Person | None:
    """Return the person with this user name, or this phone in any usual spelling."""
    typed = login.strip()[:LOGIN_CHARS_MAX]
    if not typed:
        return None
    by_phone = Q(phone=_digits(typed)) | Q(phone=typed)
    return Person.objects.filter(Q(user=typed.lower()) | by_phone).first()


class PersonBackend(BaseBackend):
    """Knows a person by user name or phone number, and by nothing else."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Person | None:
        """Return the active person with this name or phone and password, or None.

        The time it takes does not tell whether such a person exists. Someone who knows the password
        but is kept out is noted on the request, so that the page can say so to him alone.
        """
        if not username or password is None or len(password) > PASSWORD_CHARS_MAX:
            return None
        person = person_named(username)
        if person is None or not person.has_usable_password():
            make_password(password)  # as slow as a comparison
            return None
        if not check_password(password, person.password):
            return None
        if not person.is_active:
            if request is not None:
                request.kept_out = True  # type: ignore[attr-defined]
            return None
        return person

    def get_user(self, user_id: int) -> Person | None:
        """Return the person of a session, or None when he may no longer sign in."""
        return Person.objects.filter(pk=user_id, is_active=True).first()


def known_devices(request: HttpRequest) -> dict[str, str]:
    """Return the people this device has signed in as, by id, each with the device's own mark.

    The cookie is signed: nobody can make a device known without having signed in on it.
    """
    try:
        known = signing.loads(
            request.COOKIES.get(KNOWN_COOKIE, ""), salt=_SALT, max_age=KNOWN_AGE_S
        )
    except signing.BadSignature:
        return {}
    return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}


def remember_device(request: HttpRequest, response: HttpResponseBase, person: Person) -> None:
    """Mark this device as one on which the person has signed in, for a year from now."""
    known = known_devices(request)
    mark = known.pop(str(person.pk), None) or secrets.token_urlsafe(9)
    kept = dict(list(known.items())[1 - KNOWN_PEOPLE_MAX :])
    response.set_cookie(
        KNOWN_COOKIE,
        signing.dumps(kept | {str(person.pk): mark}, salt=_SALT),
        max_age=KNOWN_AGE_S,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def bucket_of(request: HttpRequest, login: str) -> tuple[str, str]:
    """Return which limit counts a try to sign in, and under which key.

    Unknown devices share one bucket per person, so that many machines guess no faster than one. A
    device on which the person has signed in, and a session he already has, count alone: a stranger
    can exhaust the shared bucket, never theirs.
    """
    person = person_named(login)
    if person is None:
        return "stranger_failed", f"nobody:{login.strip().lower()[:LOGIN_CHARS_MAX]}"
    if request.user.is_authenticated and request.user.pk == person.pk:
        return "known_failed", f"{person.pk}:session:{request.session.session_key}"
    mark = known_devices(request).get(str(person.pk))
    if mark:
        return "known_failed", f"{person.pk}:device:{mark}"
    return "stranger_failed", f"person:{person.pk}"
