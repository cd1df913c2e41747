"""What `make` stands on: a throw-away PostgreSQL, no skips where none may be, plain sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres
from tests.commands.conftest import PROJECT, until

SKIPS = """
import pytest
def test_skips(): pytest.skip("chromium is missing")
@pytest.mark.skip(reason="postgresql is missing")
def test_skipped(): pass
@pytest.mark.xfail(strict=True)
def test_expected(): assert False
def test_passes(): pass
"""
SKIPS_WHOLLY = """
import pytest
pytest.skip("nothing for this machine", allow_module_level=True)
"""


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=PROJECT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    (tmp_path / "test_skips.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "test_wholly.py").write_text(SKIPS_WHOLLY, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-n0", "-p", "no:django", str(tmp_path)]
    plain = run(*words)
    assert "1 passed, 3 skipped, 1 xfailed" in plain.stdout
    strict = run(*words, "-p", "tests.no_skip")
    assert "was skipped where nothing may be: Skipped: nothing for this machine" in strict.stdout
    strict = run(*words, "-p", "tests.no_skip", "--continue-on-collection-errors")
    assert "1 failed, 1 passed, 1 xfailed, 2 errors" in strict.stdout
    assert "was skipped where nothing may be: Skipped: chromium is missing" in strict.stdout


def test_without_postgresql_its_pass_is_skipped_with_the_packages_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.delenv("NO_SKIP", raising=False)
    assert postgres.main(["false"]) == 0
    assert capsys.readouterr().out == (
        "The PostgreSQL pass is skipped. "
        "PostgreSQL is missing: install postgresql (apt-get install postgresql).\n"
    )
    monkeypatch.setenv("NO_SKIP", "1")
    assert postgres.main(["false"]) == 1


@pytest.mark.postgresql
def test_the_cluster_is_gone_when_its_command_ends() -> None:
    told = run(sys.executable, "tests/postgres.py", "sh", "-c", "echo $DATABASE_URL; exit 3")
    assert told.returncode == 3
    folder = told.stdout.strip().partition("@")[2].rpartition("/")[0].replace("%2F", "/")
    assert folder.startswith("/")
    until(lambda: not Path(folder).exists())


def test_make_names_what_is_missing(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    bare = tmp_path / "bare"
    bare.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n',
        encoding="ascii",
    )
    for python in (old, bare):
        python.chmod(0o755)
    venv = f"VENV={tmp_path / 'venv'}"
    told = run("make", "run", f"PYTHON={old}", venv).stderr
    assert f"Zhanggui needs Python 3.11 or newer; '{old}' is not." in told
    told = run("make", "run", f"PYTHON={bare}", venv).stderr
    assert (
        "Python's venv module is missing: install python3-venv (apt-get install python3-venv)."
    ) in told
    assert not (tmp_path / "venv").exists()


def test_make_help_explains_every_target() -> None:
    told = run("make", "help").stdout
    for target in ("run", "demo", "test", "check", "lint", "format", "messages", "bench", "clean"):
        assert f"  make {target} " in told
