"""What others wrote and we ship: the very files we looked at, and nothing fetched."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOM = Path(__file__).parent.parent
VENDOR = ROOM / "static/vendor"
MANIFEST: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
OURS = sorted(
    path
    for folder in ("templates", "static/desk")
    for path in (ROOM / folder).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"}
)


def _sha384(path: Path) -> str:
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["name"])
def test_every_vendored_file_is_the_one_we_looked_at(entry: dict[str, Any]) -> None:
    assert {"name", "version", "licence", "origin", "files"} == set(entry)
    assert {name: _sha384(VENDOR / name) for name in entry["files"]} == entry["files"]
    assert any(name.endswith("/LICENSE") for name in entry["files"])


def test_no_vendored_file_is_missing_from_the_manifest() -> None:
    listed = {name for entry in MANIFEST for name in entry["files"]}
    there = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    assert there - {"manifest.json"} == listed


def test_the_manifest_names_packages_not_addresses() -> None:
    assert "//" not in (VENDOR / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.name)
def test_nothing_of_ours_loads_from_outside(path: Path) -> None:
    source = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|[\"'(]//\w", source)


def test_vendored_script_asks_for_no_source_map() -> None:
    scripts = sorted(VENDOR.rglob("*.js"))
    assert [path.name for path in scripts] == ["htmx.min.js", "idiomorph-ext.min.js"]
    assert all("sourceMappingURL" not in path.read_text(encoding="utf-8") for path in scripts)
