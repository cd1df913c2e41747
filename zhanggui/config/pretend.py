"""The pretend clock of the example company: where it starts, and who may not have one."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError

from zhanggui.ground.kernel import clock, lead


def start_clock() -> str:
    """Set the pretend clock the settings ask for; return why not, or an empty string.

    `CLOCK_SET_AT` is the real moment at which `CLOCK` held, so processes started later agree. The
    days that the example company was let live ahead come on top, with or without `CLOCK`.
    """
    lead.catch_up()
    if not settings.CLOCK:
        return ""
    try:
        moment = datetime.fromisoformat(settings.CLOCK)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return f"CLOCK={settings.CLOCK!r} is not a moment with its zone: 2026-11-23T22:00+08:00."
    if real_company_here():
        return (
            "A pretend clock is for the example company only, and this data folder holds another "
            "one. Leave out --clock (and CLOCK)."
        )
    if set_at := os.environ.get("CLOCK_SET_AT"):
        moment += datetime.now(UTC) - datetime.fromisoformat(set_at)
    clock.pretend_from(moment)
    return ""


EXAMPLE_ACCOUNT = "莆田掌柜示例商贸有限公司 / 示例银行莆田分行 / 6222 0000 0000 0000 000"
"""What the example company's customers transfer to: an account of no bank."""


def lend_account(*, example: bool = False) -> None:
    """Give the example company an account to transfer to where the settings name none.

    `example`: it is moving in just now.
    """
    from zhanggui.ground.kernel.models import Installation

    if settings.TRANSFER_ACCOUNT:
        return
    try:
        if example or Installation.objects.filter(example=True).exists():
            settings.TRANSFER_ACCOUNT = EXAMPLE_ACCOUNT
    except DatabaseError:  # not migrated yet: no company at all
        return


def real_company_here() -> bool:
    """Tell whether a company lives in the database and is not the example one."""
    from zhanggui.ground.kernel.models import Installation

    try:
        return Installation.objects.filter(example=False).exists()
    except DatabaseError:  # not migrated yet: no company at all
        return False
