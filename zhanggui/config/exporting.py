"""`zhanggui export`: every row of every room as JSON lines, as of one moment, with a manifest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

import zhanggui
from zhanggui.config.commands.line import Said
from zhanggui.ground.kernel import clock
from zhanggui.ground.org.models import Company
from zhanggui.ground.org.queries import company_file_at
from zhanggui.ground.org.rules.company import write_company

SECRETS = frozenset({"password"})
"""Columns that never leave the database, whatever table they are in."""


def export(folder: Path) -> dict[str, Any]:
    """Write one file of JSON lines for each table and `manifest.json` last; return the manifest.

    `company.yaml` beside them is the company file: what `import company` takes in. The folder must
    be new or empty. All files show the same moment, while others go on writing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Said(f"{folder} is not empty: name a new or an empty folder.")
    folder.chmod(0o700)  # people's names and phones are inside
    at = clock.now()
    with _one_moment():
        tables = {model._meta.label: _write(model, folder) for model in exported_models()}
        company = write_company(company_file_at(at)) if Company.objects.exists() else ""
    if company:
        (folder / "company.yaml").write_text(company, encoding="utf-8")
    manifest = {"written_at": at.isoformat(), "version": zhanggui.__version__, "tables": tables}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def exported_models() -> list[type[models.Model]]:
    """Return the models of our rooms, with the tables between them; sign-in data stays."""
    rooms = set(settings.ROOMS)
    found = apps.get_models(include_auto_created=True)
    return sorted(
        (m for m in found if m._meta.app_config.name in rooms and m._meta.managed),
        key=lambda m: m._meta.label,
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment without keeping writers waiting."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # atomic() would take the write lock
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write(model: type[models.Model], folder: Path) -> dict[str, Any]:
    columns = [f.attname for f in model._meta.concrete_fields if f.name not in SECRETS]
    rows = model._base_manager.order_by("pk").values(*columns).iterator(chunk_size=2000)
    digest, count = hashlib.sha256(), 0
    path = folder / f"{model._meta.label_lower}.jsonl"
    with path.open("wb") as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    left_out = [f.name for f in model._meta.concrete_fields if f.name in SECRETS]
    shown = {"file": path.name, "rows": count, "sha256": digest.hexdigest()}
    return {**shown, "left_out": left_out} if left_out else shown


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
