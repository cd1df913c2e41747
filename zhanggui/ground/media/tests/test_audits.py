"""A picture whose file was lost or exchanged is found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from zhanggui.ground.kernel.audit import run_audits
from zhanggui.ground.media.tests.test_actions import taken

pytestmark = [pytest.mark.django_db, pytest.mark.books_broken]


def test_audit_pictures_finds_a_file_exchanged_and_a_file_lost(at: datetime) -> None:
    picture = taken(at)
    assert list(run_audits()) == []
    file = Path(settings.MEDIA_ROOT) / picture.file.name
    content = file.read_bytes()
    try:
        file.write_bytes(content + b"\n")
        (found,) = run_audits()
        assert found.sentence == f"Picture {picture.pk} has another content in {picture.file.name}."
        assert (found.audit, found.kind, found.record_id) == (
            "media.pictures",
            "media.Picture",
            picture.pk,
        )
        file.unlink()
        (found,) = run_audits()
        assert found.sentence == f"Picture {picture.pk} has no file {picture.file.name}."
    finally:
        file.write_bytes(content)
