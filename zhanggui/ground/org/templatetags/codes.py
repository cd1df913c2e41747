"""How secrets and codes are written so that people can copy them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def in_fours(code: str) -> str:
    """Return a code in groups of four: "JBSWY3DP" -> "JBSW Y3DP"."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
