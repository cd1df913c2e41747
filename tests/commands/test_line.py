"""The command line: sentences instead of tracebacks, statuses that mean something."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import zhanggui
from tests.commands.conftest import PROJECT, House, make_tables
from zhanggui.config.commands import line

COMMANDS = (
    *("run", "worker", "prepare", "migrate", "demo", "import", "check", "export", "backup"),
    *("doctor", "routes", "retry", "messages", "simulate"),
)
CLOCK = "2026-11-23T22:00+08:00"


def test_without_a_command_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert line.main([]) == 0
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n    {name} " in told


def test_an_unknown_command_is_a_sentence(house: House) -> None:
    done = house.run("dance")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'dance'" in done.stderr
    assert done.stderr.endswith("Try: zhanggui --help\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--clock", "tonight", "check"], "'tonight' is not a moment with its zone"),
        (["--clock", "2026-11-23T22:00", "check"], "'2026-11-23T22:00' is not a moment with its"),
        (["run", "--port", "eighty"], "'eighty' is not a port: give a number from 1 to 65535."),
        (["run", "--port", "65536"], "'65536' is not a port: give a number from 1 to 65535."),
        (["run", "--host", "no.such.host.invalid"], "This machine does not know the host"),
        (["import", "company", "nowhere.yaml"], "No such file or directory: nowhere.yaml."),
        (["backup", "--verify", "nowhere"], "There is no file nowhere."),
    ],
)
def test_bad_arguments_are_sentences(house: House, words: list[str], sentence: str) -> None:
    done = house.run(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_company_is_a_sentence(empty_house: House) -> None:
    done = empty_house.run("retry")
    assert (done.returncode, done.stderr) == (
        2,
        "This data folder holds no company yet: run `zhanggui migrate` or `zhanggui run`.\n",
    )


def test_a_database_that_does_not_answer_is_a_sentence(house: House) -> None:
    done = house.run("check", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert done.stderr.startswith("The database does not answer as it should: ")
    assert "Traceback" not in done.stderr


def test_a_bug_is_a_reference_to_the_log_and_a_traceback_only_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    monkeypatch.setattr("zhanggui.config.routes.routes", lambda: 1 / 0)
    assert line.main(["routes"]) == 70
    told = capsys.readouterr().err
    assert "ZeroDivisionError" not in told
    (log,) = (tmp_path / "log").iterdir()
    assert str(log) in told
    assert log.stem.removeprefix("error-") in told
    assert "ZeroDivisionError: division by zero" in log.read_text(encoding="utf-8")
    monkeypatch.setenv("DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        line.main(["routes"])


def test_a_reader_that_goes_away_is_no_error(house: House) -> None:
    done = subprocess.run(
        f"{sys.executable} -m zhanggui routes --json | head -1",
        shell=True,
        env=house.env(),
        cwd=house.data,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[\n", "")


# --- the pretend clock ------------------------------------------------------------------------
def test_the_example_company_may_have_a_pretend_clock(house: House) -> None:
    status, told = house.ask("--clock", CLOCK, "doctor")
    assert told["clock"]["pretending"] is True
    assert told["clock"]["now"].startswith("2026-11-23T14:00:")
    assert status == 1  # no worker is running


def test_another_company_may_not(house: House) -> None:
    house.python(
        "from zhanggui.ground.kernel.models import Installation as I\n"
        "I.objects.update(example=False)"
    )
    for words in (["check"], ["worker", "--until-idle"], ["run"]):
        done = house.run("--clock", CLOCK, *words)
        assert done.returncode == 2
        assert done.stderr == (
            "A pretend clock is for the example company only, and this data folder holds another "
            "one. Leave out --clock (and CLOCK).\n"
        )


# --- companies --------------------------------------------------------------------------------
def test_demo_founds_the_example_company_once(house: House) -> None:
    done = house.run("demo")
    assert done.returncode == 2
    assert "holds a company already" in done.stderr


def test_demo_says_who_can_sign_in(house: House) -> None:
    said = (house.data / "demo.log").read_text(encoding="utf-8")
    assert "Who can sign in, each with the password zhanggui-example:" in said
    assert "  lin           Lin Guodong  General manager" in said


@pytest.mark.slow
def test_import_founds_a_company_and_brings_it_up_to_date(
    bare_house: House, tmp_path: Path
) -> None:
    company = (PROJECT / "zhanggui" / "demo" / "company.yaml").read_text(encoding="utf-8")
    file = tmp_path / "company.yaml"
    file.write_text(company, encoding="utf-8")
    first = bare_house.run("import", "company", str(file))
    assert first.returncode == 0
    assert first.stdout.count("first password: ") == company.count("- user:")
    again = bare_house.run("import", "company", str(file))
    assert (again.returncode, again.stdout.count("first password: ")) == (0, 0)
    told = "from zhanggui.ground.kernel.models import *; print(Installation.objects.get().example)"
    assert bare_house.python(told) == "False\n"


def test_import_tells_all_faults_with_their_lines_and_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    count = "from zhanggui.ground.kernel.models import Fact; print(Fact.objects.count())"
    before = house.python(count)
    file = tmp_path / "broken.yaml"
    file.write_text("company: {code: x}\nareas: 7\n", encoding="utf-8")
    done = house.run("import", "company", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    *faults, last = done.stderr.splitlines()
    assert len(faults) > 3
    assert all(fault.startswith((f"{file}:1: ", f"{file}:2: ")) for fault in faults)
    assert last == f"Nothing was changed: {len(faults)} faults."
    assert house.python(count) == before


# --- odds and ends ----------------------------------------------------------------------------
def test_migrate_has_nothing_to_do_the_second_time(house: House) -> None:
    assert house.run("migrate").stdout == "The tables are up to date.\n"


@pytest.mark.sqlite
def test_data_names_the_folder(empty_house: House, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    make_tables(House(folder))
    done = empty_house.run("--data", str(folder), "migrate")
    assert done.stdout == "The tables are up to date.\n"
    with sqlite3.connect(folder / "zhanggui.sqlite3") as opened:
        assert opened.execute("SELECT count(*) FROM kernel_fact").fetchone() == (0,)
    assert oct((folder / "secret.key").stat().st_mode & 0o777) == "0o600"


def test_version_and_project_file_agree() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert zhanggui.__version__ == project["project"]["version"]
