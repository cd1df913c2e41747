"""Ways to a customer's phone: which one is a setting, MESSAGE_SENDER.

A sender is a function `send(phone, text)`. It returns when the message was handed over and raises
when it was not: only then is it tried again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

Sender = Callable[[str, str], None]


def chosen_sender() -> Sender:
    """Return the sender of this installation."""
    return cast(Sender, import_string(settings.MESSAGE_SENDER))


def to_console(phone: str, text: str) -> None:
    """Write a message where the worker's words go, instead of sending it."""
    sys.stderr.write(f"to {phone}: {text}\n")
    sys.stderr.flush()
