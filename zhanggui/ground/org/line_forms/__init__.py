"""The forms of a change's lines: one for each kind, offering only what stands by then."""

from __future__ import annotations

from zhanggui.ground.org.line_forms.fields import LineForm
from zhanggui.ground.org.line_forms.kinds import LINE_FORMS

__all__ = [
    "LINE_FORMS",
    "LineForm",
]
