"""`demo` and `import company`: where the company in a data folder comes from."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path

from zhanggui.config.commands.line import Commands, Said, between, command, counted


def add(commands: Commands) -> None:
    """Add this group's commands."""
    parser = command(
        commands, "demo", run_demo, "put a fresh example company into an empty data folder"
    )
    parser.add_argument(
        "--days", type=between(0, 30), default=7, help="days of trade it has behind it (7)"
    )
    parser = command(commands, "import", run_import, "take in a company from its file")
    parser.add_argument("what", choices=["company"])
    parser.add_argument("file", metavar="FILE", type=Path)


def run_demo(args: argparse.Namespace) -> int:
    """Load the example company into the data folder, which must not hold a company yet."""
    from django.conf import settings

    from zhanggui.config import prepare

    prepare.migrate()
    if not prepare.load_example_once(trade_days=args.days):
        raise Said(
            f"{settings.DATA} holds a company already: choose a folder of its own with --data DIR, "
            "or remove that one."
        )
    print(f"The example company lives in {settings.DATA}.")
    for line in prepare.who_can_sign_in():
        print(line)
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Found the company a file describes, or bring the one that stands to what the file says."""
    from zhanggui.ground.org.rules.company import BrokenCompanyFile, read_company_bytes

    try:
        read = read_company_bytes(args.file.read_bytes())
    except BrokenCompanyFile as broken:
        faults = [f"{args.file}:{fault.line}: {fault.sentence}" for fault in broken.faults]
        raise Said(
            "\n".join([*faults, f"Nothing was changed: {counted(len(faults), 'fault', 'faults')}."])
        ) from None

    from zhanggui.config.founding import found

    words = {person.user: secrets.token_urlsafe(9) for person in read.people}
    company, fresh = found(read, words=words)
    print(f"{company} stands as {args.file} says.")
    for user in fresh:
        print(f"  {user}  first password: {words[user]}")
    return 0
