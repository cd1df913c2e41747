"""Passwords in tests: the real Argon2, through the same code, at a fraction of the real cost."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least memory and time; `test_signin` measures what the house really asks."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
