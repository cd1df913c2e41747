"""The one cast of all tests: the example company, its people, and a clock that stands still."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import translation

from tests import audited, prepared
from zhanggui.config.messages import compile_stale

compile_stale()


def pytest_configure(config: pytest.Config) -> None:
    """Serve static files as they lie in the rooms; keep pictures in a folder of their own."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": static}
    folder = tempfile.TemporaryDirectory(prefix="zhanggui-test-media-")
    config.add_cleanup(folder.cleanup)
    # Enabled for good: this also renews what was read from the settings while the rooms loaded.
    override_settings(
        STORAGES=storages,
        WHITENOISE_AUTOREFRESH=True,
        MEDIA_ROOT=folder.name,
        PASSWORD_HASHERS=["tests.hashing.QuickArgon2"],
    ).enable()
    config.addinivalue_line("markers", "books_broken: breaks the books on purpose")


@pytest.hookimpl(tryfirst=True)  # before -m chooses among them
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a database: the others need not run once for each kind of it."""
    for item in items:
        used = {"django_db_setup", "furnished", "empty_house"} & set(item.fixturenames)  # type: ignore[attr-defined]
        if used or item.get_closest_marker("django_db"):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """Let what all tests share stand: look for garbage among what they make themselves, at times.

    The rooms, the libraries and the tests are a million objects that are never garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


COMPANY_FILE = Path(__file__).parent / "zhanggui" / "demo" / "company.yaml"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The moment at which every test takes place unless it says otherwise: a Monday noon."""

FOUNDED = datetime(2026, 9, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def found_company() -> None:
    """Load the example company into an empty database."""
    from zhanggui.ground.kernel.actor import CLOCKWORK
    from zhanggui.ground.kernel.models import Installation
    from zhanggui.ground.org.actions.company import take_in_company
    from zhanggui.ground.org.rules.company import read_company

    Installation.objects.get_or_create(pk=1, defaults={"example": True, "founded_at": FOUNDED})
    file = read_company(COMPANY_FILE.read_text(encoding="utf-8"))
    take_in_company(None, file=file, by=CLOCKWORK, at=FOUNDED)


@contextmanager
def immutable_tables_open() -> Iterator[None]:
    """Let the test database be emptied although facts and transfers refuse to be deleted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def _bring_back(self: Any) -> None:
    prepared.bring_back(connection)


# After a test that committed, the company is as it was founded.
TransactionTestCase._fixture_teardown = _bring_back  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Every test database begins migrated, with the example company in it."""
    from zhanggui.ground.org import queries

    global _founded  # noqa: PLW0603 - one immutable value for all tests
    with django_db_blocker.unblock():
        prepared.put_up(connection)
        found_company()
        audited.begin()
        prepared.keep(connection)
        _founded = queries.present(FOUNDED)
    yield
    with django_db_blocker.unblock():
        prepared.take_down(connection)


_founded: Any = None
"""The structure of the company as every test finds it, read once."""


@pytest.fixture(autouse=True)
def _quiet_house() -> Iterator[None]:
    """Remember the company as it was founded and nothing of another test; speak English."""
    from zhanggui.ground.kernel import clock, editions
    from zhanggui.ground.org import queries

    editions.forget_all()
    settings.TRANSFER_ACCOUNT = ""  # whatever the example company was lent
    caches["process"].clear()
    queries.forget_present(back_to=_founded)
    with translation.override("en"), clock.stopped_at(NOON):
        yield


@pytest.fixture(autouse=True)
def _books_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database, the audits of the house must be clean.

    A room's own tests call its inner deeds without what the rooms above do in the same deed (goods
    change hands, and nobody books the money), so they answer for the rooms up to their own.
    """
    asked = {"db", "transactional_db"} & set(request.fixturenames)
    if not asked and request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")  # so that the database is still there afterwards
    yield
    concerned = audited.concerned(everywhere=not connection.in_atomic_block)
    if request.node.get_closest_marker("books_broken") is None:
        above = _rooms_above(request.path)
        asked = [name for name in concerned if name.partition(".")[0] not in above]
        assert audited.breaches(asked) == []


def _rooms_above(test: Path) -> set[str]:
    """Return the rooms above the one whose own test this is; none for tests of the whole house."""
    room = ".".join(test.parent.parent.relative_to(Path(__file__).parent).parts)
    if test.parent.name != "tests" or room not in settings.ROOMS:
        return set()
    place = settings.ROOMS.index(room)
    return {name.rpartition(".")[2] for name in settings.ROOMS[place + 1 :]}


@pytest.fixture
def at() -> datetime:
    """Return the moment of the test."""
    return NOON


@pytest.fixture
def person(db: None) -> Callable[[str], Any]:
    """Return people of the example company by user name."""
    from zhanggui.ground.org.models import Person

    return lambda user: Person.objects.get(user=user)


@pytest.fixture
def actor(db: None, at: datetime) -> Callable[..., Any]:
    """Return people of the example company as actors: `actor("hu")`."""
    from zhanggui.ground.org.actor import actor_for
    from zhanggui.ground.org.models import Person

    def make(user: str, **kwargs: Any) -> Any:
        return actor_for(Person.objects.get(user=user), at=kwargs.pop("at", at), **kwargs)

    return make


@pytest.fixture
def sign_in(db: None) -> Callable[..., Client]:
    """Return a browser signed in as a person: `sign_in("hu")`."""
    from zhanggui.ground.org.models import Person

    def make(user: str, *, language: str = "en") -> Client:
        client = Client()
        client.cookies["language"] = language
        client.force_login(
            Person.objects.get(user=user), backend="zhanggui.ground.org.signin.PersonBackend"
        )
        return client

    return make
