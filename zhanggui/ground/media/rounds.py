"""The media room's round: what pages will ask for is made before they ask."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.timetable import on_timetable
from zhanggui.ground.media import queries
from zhanggui.ground.media.rules import RENDITIONS_A_ROUND


@on_timetable(every_s=60, title=_("Make pictures ready in their sizes"))
def make_renditions(at: datetime) -> Generator[None, None, int]:
    """Make the renditions that will be asked for; return how many. Nobody waits meanwhile.

    A picture whose file is lost is left to the audit.
    """
    made = 0
    for picture, spec in queries.renditions_to_make(most=RENDITIONS_A_ROUND):
        try:
            queries.rendition_of(picture, spec)
        except OSError:
            continue
        made += 1
    yield
    return made
