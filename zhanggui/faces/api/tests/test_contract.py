"""The JSON doors keep what their description promises, whatever is sent to them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.slow

TRIES = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
DOORS = [
    ("GET", "/api/shop/goods"),
    ("GET", "/api/shop/goods/{code}"),
    ("GET", "/api/shop/served"),
    ("POST", "/api/shop/orders"),
    ("GET", "/api/shop/orders/{token}"),
]


@pytest.fixture
def schema(shop: SimpleNamespace) -> Iterator[Any]:
    """Return the description as the doors tell it, read by those who test descriptions."""
    for signal in (request_started, request_finished):  # the test's connection is the only one
        signal.disconnect(close_old_connections)
    served = get_wsgi_application()

    def near(environ: dict[str, Any], start_response: Any) -> Any:
        asked = {"REMOTE_ADDR": "127.0.0.1", **environ, "HTTP_ACCEPT_ENCODING": "identity"}
        return served(asked, start_response)

    yield schemathesis.openapi.from_wsgi("/api/openapi.json", near)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_all_doors_are_tried(schema: Any) -> None:
    found = [one.ok() for one in schema.get_all_operations()]
    assert [(one.method.upper(), one.path) for one in found] == DOORS


@pytest.mark.django_db
@pytest.mark.parametrize("method, path", DOORS)
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_one_that_is_described(
    schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    if mode is GenerationMode.NEGATIVE and "{" in path:
        return  # every text is a code or a token that might be

    @TRIES
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        # Of the right shape and yet refused, with its sentence: goods that are not on sale.
        caches["process"].clear()  # nobody is told that he asked too often
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    tried()
