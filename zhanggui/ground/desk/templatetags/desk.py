"""The words and marks of every desk template: icons, tones, waits, money, moments, fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.fen import format_fen

register = template.Library()

SPRITE = "vendor/tabler-icons-3.51.0/sprite.svg"
_SPRITE_FILE = Path(__file__).parent.parent / "static" / SPRITE

# Colour alone tells nobody anything: every tone brings its own icon, the caller brings the word.
TONES: Mapping[str, str] = {
    "wait": "clock",
    "go": "circle-arrow-right",
    "done": "circle-check",
    "stop": "alert-triangle",
    "rest": "circle-dashed",
}

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SPARK_WIDTH, _SPARK_HEIGHT = 84, 30


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names of the icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', _SPRITE_FILE.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; with `label` it speaks for itself, without it is decoration.

    An unknown name raises LookupError, so that a slip shows in the first test that draws the page.
    """
    return _drawn_icon(name, str(label))


icon.fixed = True  # type: ignore[attr-defined]


@lru_cache(maxsize=2_000)
def _drawn_icon(name: str, label: str) -> SafeString:
    if name not in icon_names():
        raise LookupError(f"the sprite has no icon “{name}”: add its symbol to {SPRITE}")
    href = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.filter
def tone_icon(tone: object) -> str:
    """Return the icon that belongs to a tone; anything unknown rests."""
    return TONES.get(str(tone), TONES["rest"])


def _tone(tone: object) -> str:
    return str(tone) if str(tone) in TONES else "rest"


@register.simple_tag
def badge(tone: str, text: object) -> SafeString:
    """Draw a small mark of state: the tone's colour and icon, and a word."""
    name = _tone(tone)
    return format_html(
        '<span class="badge tone-{}">{}<span>{}</span></span>', name, icon(TONES[name]), text
    )


@register.filter
def wait(seconds: float | str | None) -> str:
    """Return a length of time as people say it: 420 -> “7 min”, 7800 -> “2 h 10 min”.

    Only full minutes count, and below one it says so; hours are added to days below three days.
    None, for what does not wait, stays empty.
    """
    if seconds is None or seconds == "":
        return ""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return gettext("under 1 min")
    if whole < _HOUR:
        return gettext("%(minutes)d min") % {"minutes": whole // _MINUTE}
    if whole < _DAY:
        hours, minutes = divmod(whole // _MINUTE, 60)
        if not minutes:
            return gettext("%(hours)d h") % {"hours": hours}
        return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(whole // _HOUR, 24)
    if days >= 3 or not hours:
        return gettext("%(days)d d") % {"days": days}
    return gettext("%(days)d d %(hours)d h") % {"days": days, "hours": hours}


@register.filter
def yuan(fen: int | None) -> str:
    """Return fen as an amount with its sign: 123450 -> “¥1,234.50”; None stays empty."""
    if fen is None or not isinstance(fen, int):
        return ""
    if fen < 0:
        return f"−¥{format_fen(-fen)}"
    return f"¥{format_fen(fen)}"


@register.filter
def moment(value: date | datetime | str | None, now: datetime | None = None) -> str:
    """Return a moment in company time, as short as it can be without doubt.

    Today's is “14:05”, this year's “23 Nov 14:05”, others carry the year. A date has no hour. Text
    passes unchanged, so that a page may say “at once”. `now` defaults to the company's clock.
    """
    if value is None:
        return ""
    if not isinstance(value, date):
        return str(value)
    today = timezone.localdate(now or clock.now())
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        if local.date() == today:
            return format_date(local, "H:i")
        return format_date(local, _day_format(local.year == today.year, hour=True))
    return format_date(value, _day_format(value.year == today.year, hour=False))


@register.filter
def day(value: date | datetime | str | None, now: datetime | None = None) -> str:
    """Return the day of a moment in company time, without the hour: “23 Nov”, “23 Nov 2024”."""
    if isinstance(value, datetime):
        return moment(timezone.localdate(value) if timezone.is_aware(value) else value.date(), now)
    return moment(value, now)


def _day_format(this_year: bool, *, hour: bool) -> str:
    if this_year:
        day = pgettext("date format of a day of this year", "j M")
    else:
        day = pgettext("date format of a day of another year", "j M Y")
    return f"{day} H:i" if hour else day


@register.filter
def masked(phone: str | None) -> str:
    """Return a phone number with its middle hidden: 13812342206 -> “138****2206”.

    Numbers too short to hide four digits safely are hidden but for their last two.
    """
    digits = str(phone or "").strip()
    if len(digits) >= 11:
        return f"{digits[:-8]}****{digits[-4:]}"
    if len(digits) > 2:
        return "*" * (len(digits) - 2) + digits[-2:]
    return digits


@register.filter
def initial(text: object) -> str:
    """Return the first letter or character of a name, for an avatar."""
    name = str(text or "").strip()
    return name[:1].upper() or "·"


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = _SPARK_WIDTH / (len(values) - 1)
    inner = _SPARK_HEIGHT - 6
    # A flat line is drawn through the middle: at the bottom it would read as nothing at all.
    middle = 0.5 if high == low else 0.0
    return [
        (
            round(i * step, 1),
            round(3 + inner * (1 - (middle or (value - low) / span)), 1),
        )
        for i, value in enumerate(values)
    ]


@register.simple_tag
def sparkline(values: Sequence[float] | None, title: object = "", tone: str = "go") -> SafeString:
    """Draw the last values as a small line, with their numbers for those who cannot see it.

    Fewer than two values draw nothing: a single point shows no course.
    """
    if not values or len(values) < 2:
        return SafeString("")
    points = _points(values)
    line = " ".join(f"{x},{y}" for x, y in points)
    words = gettext("%(count)d values, oldest first: %(values)s") % {
        "count": len(values),
        "values": ", ".join(f"{value:g}" for value in values),
    }
    last_x, last_y = points[-1]
    return format_html(
        '<svg class="spark tone-{tone}" viewBox="0 0 {w} {h}" role="img"><title>{title}</title>'
        '<desc>{words}</desc><polygon class="spark__area" points="0,{h} {line} {w},{h}"/>'
        '<polyline class="spark__line" points="{line}"/>'
        '<circle class="spark__dot" cx="{x}" cy="{y}" r="2.5"/></svg>'
        '<span class="sr">{words}</span>',
        tone=_tone(tone),
        w=_SPARK_WIDTH,
        h=_SPARK_HEIGHT,
        title=title or gettext("Course of the last values"),
        words=words,
        line=line,
        x=last_x,
        y=last_y,
    )


def _percent(value: float) -> str:
    return f"{min(100.0, max(0.0, float(value))):g}"


@register.simple_tag
def bar(
    percent: float, mark: float | None = None, tone: str = "go", label: object = ""
) -> SafeString:
    """Draw how far something is (0-100), with a mark where it ought to be by now."""
    words = gettext("%(percent)s%%") % {"percent": f"{percent:g}"}
    if mark is not None:
        words = gettext("%(percent)s%%, due by now %(mark)s%%") % {
            "percent": f"{percent:g}",
            "mark": f"{mark:g}",
        }
    tick = SafeString("")
    if mark is not None:
        at = f"{min(99.0, max(0.0, float(mark) - 0.5)):g}"
        tick = format_html('<rect class="bar__mark" x="{}" width="1" height="6"/>', at)
    return format_html(
        '<svg class="bar tone-{}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" '
        'aria-label="{} {}"><rect class="bar__track" width="100" height="6"/>'
        '<rect class="bar__fill" width="{}" height="6"/>{}</svg>',
        _tone(tone),
        label,
        words,
        _percent(percent),
        tick,
    )


@register.filter
def some(rows: Sequence[Any], name: str) -> bool:
    """Tell whether any row carries something under `name`, so that an empty column stays away."""
    for row in rows:
        value = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
        if value is not None and value != "":
            return True
    return False


@register.inclusion_tag("desk/parts/field.html")
def field(bound: BoundField, wide: bool = False) -> dict[str, Any]:
    """Draw a form field whole: label, control, help, what is wrong, and what someone else saved.

    Someone else's value stands in `bound.theirs`, put there by the page that found the clash.
    """
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    tall = widget.__class__.__name__ in {"Textarea", "CheckboxSelectMultiple", "RadioSelect"}
    return {
        "bound": bound,
        "single_check": kind == "checkbox" and not bound.use_fieldset,
        "fieldset": bound.use_fieldset,
        "optional": not bound.field.required and kind != "checkbox",
        "theirs": getattr(bound, "theirs", None),
        "wide": wide or tall,
    }


@register.simple_tag(takes_context=True)
def part(context: Context, name: str, content: Mapping[str, Any] | None = None) -> SafeString:
    """Draw the template (or `template#partial`) `name` with the entries of `content` in reach."""
    loaded: Any = get_template(name)
    with context.push(**dict(content or {})):
        drawn: str = loaded.template.render(context)
    return mark_safe(drawn)  # noqa: S308 - rendered by the template engine


@register.simple_tag
def people_count(count: int) -> str:
    """Return “1 person” or “5 people”."""
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
