"""Signing in with phone or user name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from zhanggui.ground.org.models import Person


def password_problem(password: str) -> str:
    """Return why a password is too easy, in sentences; "" when it is good."""
    try:
        validate_password(password)
    except ValidationError as bad:
        return " ".join(bad.messages)
    return ""


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

        The time it takes does not tell whether such a person exists.
        """
        if not username or password is None:
            return None
        person = Person.objects.filter(
            Q(user=username.strip().lower()) | Q(phone=username.strip())
        ).first()
        if person is None:
            Person().set_password(password)
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        """Return the person of a session, or None when he may no longer sign in."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
