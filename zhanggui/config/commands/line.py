"""The command line's parser and its edge: errors are sentences, bugs get a reference number."""

from __future__ import annotations

import argparse
import gc
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

GROUPS = ("serving", "company", "books", "state", "language", "addresses", "simulation")
"""Modules of this package; each has `add(commands)`. Django is loaded only by those that need it,
so that the supervisor stays small."""

Run = Callable[[argparse.Namespace], int]
Commands = Any  # argparse keeps the type of its subparsers to itself


class Said(Exception):
    """What the command line says instead of a traceback; exit status 2."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints end with where to look."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and leave with status 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:]}. Try: {self.prog} --help\n")


def command(
    commands: Commands, name: str, run: Run, summary: str, *, django: bool = True
) -> argparse.ArgumentParser:
    """Add a command and return its parser; `django` tells whether it needs the company loaded."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}."
    )
    parser.set_defaults(run=run, needs_django=django)
    return parser


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: "1 row", "0 rows"."""
    return f"{count} {one if count == 1 else many}"


def between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number within bounds and complains about anything else."""

    def number(text: str) -> int:
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")

    return number


def moment(text: str) -> str:
    """Return an ISO moment that names its zone; complain about anything else."""
    try:
        if datetime.fromisoformat(text).tzinfo is not None:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a moment with its zone, like 2026-11-23T22:00+08:00"
    )


def build() -> Parser:
    """Return the parser with every command."""
    parser = Parser(prog="zhanggui", description="Runs a regional online retailer.")
    parser.add_argument(
        "--data", metavar="DIR", help="the data folder (default: $DATA, or var beside the source)"
    )
    parser.add_argument(
        "--clock",
        metavar="ISO",
        type=moment,
        help="pretend that it is this moment; only in the example company",
    )
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for group in GROUPS:
        import_module(f"zhanggui.config.commands.{group}").add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit status."""
    parser = build()
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 0
    _into_environment(args)
    try:
        if args.needs_django:
            load()
        status: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output went away: `zhanggui routes | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _edge(error)
    return status


def _into_environment(args: argparse.Namespace) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    if args.data:
        os.environ["DATA"] = str(Path(args.data).resolve())
    if args.clock:
        os.environ["CLOCK"] = args.clock
        os.environ["CLOCK_SET_AT"] = datetime.now(UTC).isoformat()


def load() -> None:
    """Load the company: translations, settings, rooms and, where one is set, the pretend clock."""
    from zhanggui.config.messages import compile_stale

    compile_stale()
    os.environ.setdefault("DATABASE_POOL", "0")
    import django

    gc.disable()  # all that is loaded stays: looking for garbage in it takes a quarter of the time
    django.setup()
    gc.freeze()
    gc.enable()
    from django.utils import translation

    from zhanggui.config.pretend import start_clock

    translation.activate("en")  # the command line speaks the language of its own sentences
    if refusal := start_clock():
        raise Said(refusal)


def _edge(error: Exception) -> int:
    """Tell an error: known ones as their sentence (2), bugs as a reference to the log (70)."""
    if sentence := _sentence(error):
        print(sentence, file=sys.stderr)
        return 2
    if os.environ.get("DEBUG") == "1":
        raise error
    reference = secrets.token_hex(4)
    folder = Path(os.environ.get("DATA") or Path(__file__).resolve().parents[3] / "var") / "log"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"error-{reference}.txt"
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    print(
        f"Something went wrong inside Zhanggui (reference {reference}). What happened is in {log}; "
        "DEBUG=1 shows it here.",
        file=sys.stderr,
    )
    return 70  # EX_SOFTWARE of sysexits.h


def _sentence(error: Exception) -> str:
    if isinstance(error, Said):
        return str(error)
    if isinstance(error, PermissionError):
        return f"Zhanggui may not use {error.filename}: let this user read and write it."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.strerror}: {error.filename}."
    if "django" not in sys.modules:
        return ""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    from zhanggui.ground.kernel.refusal import Refusal

    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, ImproperlyConfigured):
        return f"The settings are wrong: {error}"
    if isinstance(error, OperationalError | ProgrammingError):
        return _database_sentence(error)
    return ""


def _database_sentence(error: Exception) -> str:
    from django.db import DatabaseError, connection

    told = [*str(error).strip().splitlines(), type(error).__name__][0]
    if "no such table" not in told and "does not exist" not in told:
        return f"The database does not answer as it should: {told}"
    try:
        if "kernel_installation" in connection.introspection.table_names():
            return ""  # the company is there: a table missing beside it is a bug
    except DatabaseError:
        return f"The database does not answer as it should: {told}"
    return "This data folder holds no company yet: run `zhanggui migrate` or `zhanggui run`."
