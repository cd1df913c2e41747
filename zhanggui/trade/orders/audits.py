"""What must never be so in orders: each breach a sentence, with the record it is about."""

from __future__ import annotations
