"""Imports go down only, and an upward one is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.scan import PACKAGE, PROJECT


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    lint = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def _copy(root: Path) -> None:
    shutil.copy(PROJECT / "pyproject.toml", root)
    shutil.copytree(
        PACKAGE,
        root / "zhanggui",
        ignore=shutil.ignore_patterns("static", "templates", "locale", "data", "__pycache__"),
    )


def test_imports_go_down_only(tmp_path: Path) -> None:
    _copy(tmp_path)
    done = _lint(tmp_path)
    assert done.returncode == 0, done.stdout


def test_an_upward_import_is_caught(tmp_path: Path) -> None:
    _copy(tmp_path)
    clock = tmp_path / "zhanggui/ground/kernel/clock.py"
    upward = "import zhanggui.ground.org.models\n"
    clock.write_text(clock.read_text(encoding="utf-8") + upward, encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "zhanggui.ground.kernel.clock" in done.stdout


def test_an_unplaced_room_is_caught(tmp_path: Path) -> None:
    _copy(tmp_path)
    stray = tmp_path / "zhanggui/ground/extras"
    stray.mkdir()
    (stray / "__init__.py").write_text("", encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1
    assert "extras" in done.stdout
