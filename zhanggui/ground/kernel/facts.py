"""Sealing the facts and proving the seals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Max

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.limits import SEAL_FACTS_MAX
from zhanggui.ground.kernel.models import Fact, Seal

_FIELDS = (
    "id", "deed", "verb", "at", "cause_id", "person_id", "actor_kind", "appointment_id", "post",
    "duty", "kind", "record_id", "area", "data", "answer", "wait_s", "promise_s", "key",
    "key_digest",
)  # fmt: skip


def _line(row: dict[str, object]) -> bytes:
    """Return the canonical line of a fact: the same on every database."""
    at = row["at"]
    assert isinstance(at, datetime)
    row = {**row, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    row["deed"] = str(row["deed"])
    return f"{json.dumps(row, sort_keys=True, separators=(',', ':'))}\n".encode()


def _digest(*, former: str, after_id: int, upto_id: int) -> tuple[str, int]:
    digest = hashlib.sha256(former.encode())
    count = 0
    rows = Fact.objects.filter(id__gt=after_id, id__lte=upto_id).order_by("id").values(*_FIELDS)
    for row in rows.iterator(chunk_size=1000):
        digest.update(_line(row))
        count += 1
    return digest.hexdigest(), count


def settled_upto() -> int:
    """Return the highest fact id below which no transaction can still commit a fact.

    On PostgreSQL a fact's id is taken while its transaction holds the table's row lock, so holding
    the table against writers for the length of one index look-up makes every id up to the highest
    final. SQLite has one writer at a time, and this is it.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute("LOCK TABLE kernel_fact IN SHARE MODE")
        return Fact.objects.aggregate(top=Max("id"))["top"] or 0


def seal_facts(*, at: datetime, upto: int | None = None) -> int:
    """Seal the facts that are not sealed yet, in batches; return how many were sealed.

    `upto` comes from `settled_upto`, asked beforehand where this joins a longer transaction.
    """
    upto = settled_upto() if upto is None else upto
    sealed = 0
    while True:
        with transaction.atomic(), guard.writes_open():
            last = Seal.objects.select_for_update().order_by("-upto_id").first()
            after = last.upto_id if last else 0
            ids = Fact.objects.filter(id__gt=after, id__lte=upto).order_by("id")
            batch = list(ids.values_list("id", flat=True)[:SEAL_FACTS_MAX])
            if not batch:
                return sealed
            former = last.digest if last else ""
            digest, count = _digest(former=former, after_id=after, upto_id=batch[-1])
            Seal.objects.create(
                after_id=after,
                upto_id=batch[-1],
                facts=count,
                former=former,
                digest=digest,
                sealed_at=at,
            )
            sealed += count


@audit("facts")
def audit_facts() -> Iterator[str]:
    """Yield a sentence for every seal that no longer fits the facts beneath it."""
    former, after = "", 0
    for seal in Seal.objects.order_by("upto_id"):
        if seal.former != former or seal.after_id != after:
            yield f"Seal {seal.pk} does not follow the seal before it: one is missing or altered."
        digest, count = _digest(former=seal.former, after_id=seal.after_id, upto_id=seal.upto_id)
        if count != seal.facts:
            yield (
                f"Seal {seal.pk} covers facts {seal.after_id + 1} to {seal.upto_id}: "
                f"it counted {seal.facts}, now there are {count}."
            )
        elif digest != seal.digest:
            yield (
                f"Seal {seal.pk} covers facts {seal.after_id + 1} to {seal.upto_id}: "
                "one of them is no longer what was sealed."
            )
        former, after = seal.digest, seal.upto_id
