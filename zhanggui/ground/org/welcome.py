"""What upper storeys show on the first page: each registers a part, the page puts it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class WelcomePart:
    """A section of the first page: a template, and what it shows to a request.

    The template finds what it shows as `part`.
    """

    template: str
    shown: Callable[[HttpRequest], dict[str, Any]]


WELCOME_PARTS: list[WelcomePart] = []


def register_welcome(part: WelcomePart) -> WelcomePart:
    """Register a section of the first page."""
    WELCOME_PARTS.append(part)
    return part


def welcome_parts(request: HttpRequest) -> list[dict[str, Any]]:
    """Return every registered section with its template."""
    return [{**part.shown(request), "template": part.template} for part in WELCOME_PARTS]
