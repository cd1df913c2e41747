"""The round that makes pictures ready in their sizes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.media.models import Rendition
from zhanggui.ground.media.queries import rendition_of, renditions_to_make
from zhanggui.ground.media.rounds import make_renditions
from zhanggui.ground.media.tests.test_actions import taken

pytestmark = pytest.mark.django_db

USUAL = [f"fill-{px}x{px}|format-avif" for px in (240, 480, 960)]


def run(at: datetime) -> Any:
    """Run the round as a job does: the slow part, then its answer."""
    steps = make_renditions(at)
    next(steps)
    with pytest.raises(StopIteration) as end:
        next(steps)
    return end.value.value


def test_make_renditions_makes_the_usual_sizes_once(at: datetime) -> None:
    picture = taken(at, size=(300, 200))
    assert run(at) == 3
    made = Rendition.objects.filter(image=picture).order_by("filter_spec")
    assert [rendition.filter_spec for rendition in made] == USUAL
    assert run(at) == 0


def test_make_renditions_learns_what_is_asked_for(at: datetime) -> None:
    first = taken(at, size=(300, 200))
    rendition_of(first, "width-64|format-avif")
    rendition_of(first, "width-64|format-jpeg")  # hardly anybody's browser
    second = taken(at, size=(200, 300))
    assert run(at) == 7
    specs = Rendition.objects.filter(image=second).order_by("filter_spec")
    assert [rendition.filter_spec for rendition in specs] == [*USUAL, "width-64|format-avif"]


def test_renditions_to_make_are_so_many_at_most_in_few_statements(at: datetime) -> None:
    pictures = [taken(at, size=(64 + n, 64)) for n in range(4)]
    with CaptureQueriesContext(connection) as said:
        todo = renditions_to_make(most=5)
    assert len(said) == 3  # the sizes asked for, and one for each size looked at
    latest_first = [picture.pk for picture in reversed(pictures)]
    assert [(picture.pk, spec) for picture, spec in todo] == [
        *((pk, USUAL[0]) for pk in latest_first),
        (latest_first[0], USUAL[1]),
    ]


@pytest.mark.books_broken
def test_make_renditions_leaves_a_lost_file_to_the_audit(at: datetime) -> None:
    lost = taken(at, size=(300, 201))
    taken(at, size=(300, 202))
    (Path(settings.MEDIA_ROOT) / lost.file.name).unlink()
    assert run(at) == 3
    assert not Rendition.objects.filter(image=lost).exists()
