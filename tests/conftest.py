"""What the tests of the whole house share: things made once for all test processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import SLOW_S, until


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return what makes a thing once for all test processes: the first makes, the others wait."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], None]) -> Path:
        place, done = shared / name, shared / f"{name}.made"
        try:
            place.mkdir()
        except FileExistsError:
            until(done.exists, within_s=SLOW_S)
        else:
            make(place)
            done.touch()
        return place

    return made
