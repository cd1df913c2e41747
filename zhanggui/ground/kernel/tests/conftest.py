"""What the kernel's tests share: the room of errands."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from tests import audited, prepared
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.action import ACTIONS
from zhanggui.ground.kernel.tests.errands import VERBS, make_room


@pytest.fixture(scope="package")
def errand_table(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """Put the room up for this package's tests and take it down after them."""
    room = make_room()
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(room.Errand)
    _keep(django_db_blocker)
    yield room
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(room.Errand)
    _keep(django_db_blocker)
    guard._models.remove(room.Errand)
    guard._tables.clear()
    del apps.all_models["kernel"]["errand"]
    apps.clear_cache()
    for verb in VERBS:
        del ACTIONS[f"errands.{verb}"]


def _keep(blocker: Any) -> None:
    """Let tests that commit begin and end with the tables as they are now."""
    with blocker.unblock():
        audited.begin()
        prepared.keep(connection)


@pytest.fixture
def errands(errand_table: SimpleNamespace, db: None) -> SimpleNamespace:
    """Return the room of errands: `Errand` and its verbs."""
    return errand_table
