"""`messages`: every room's translations brought up to date with its source."""

from __future__ import annotations

import argparse

from zhanggui.config import messages
from zhanggui.config.commands.line import Commands, command, counted


def add(commands: Commands) -> None:
    """Add this group's commands."""
    parser = command(
        commands,
        "messages",
        run_messages,
        "bring the translations up to date with the source and compile them",
        django=False,
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; status 1 when one is missing"
    )
    parser.add_argument(
        "--tidy", action="store_true", help="drop translations of sentences that are gone"
    )


def run_messages(args: argparse.Namespace) -> int:
    """Sync and compile the catalogues, then list what waits for a translation."""
    if not args.check:
        for room in messages.rooms():
            if messages.sync(room, tidy=args.tidy):
                print(f"{(room / messages.CATALOGUE).relative_to(messages.PACKAGE.parent)} changed")
        messages.compile_stale()
    missing = messages.untranslated()
    for finding in missing:
        print(finding)
    waiting = counted(len(missing), "sentence waits", "sentences wait")
    print(f"{waiting} for a translation." if missing else "All is translated.")
    return 1 if missing and args.check else 0
