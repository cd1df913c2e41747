"""`check`, `export` and `backup`: the company's books proved, taken out, and kept safe."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from zhanggui.config.commands.line import Commands, command, counted


def add(commands: Commands) -> None:
    """Add this group's commands."""
    check = command(commands, "check", run_check, "audit the books of every room")
    check.add_argument("--json", action="store_true", help="answer as JSON")
    export = command(commands, "export", run_export, "write every raw row as JSON lines")
    export.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    backup = command(commands, "backup", run_backup, "keep a copy of the whole database")
    backup.add_argument("folder", metavar="DIR", type=Path, nargs="?", help="where it is kept")
    backup.add_argument(
        "--verify", metavar="FILE", type=Path, help="restore-check an earlier copy instead"
    )


def run_check(args: argparse.Namespace) -> int:
    """Run every audit and Django's own checks; status 1 when one finds a breach."""
    from zhanggui.config.checking import breaches

    found = list(breaches())
    if args.json:
        print(json.dumps({"ok": not found, "breaches": [asdict(b) for b in found]}, indent=2))
    else:
        for breach in found:
            about = f" [{breach.kind} {breach.record_id}]" if breach.kind else ""
            print(f"{breach.audit}: {breach.sentence}{about}")
        print(
            f"{counted(len(found), 'breach', 'breaches')}." if found else "The books are in order."
        )
    return 1 if found else 0


def run_export(args: argparse.Namespace) -> int:
    """Write the rows of every room into a folder, with a manifest."""
    from zhanggui.config.exporting import export

    manifest = export(args.folder)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    tables = counted(len(manifest["tables"]), "table", "tables")
    print(f"{args.folder} holds {counted(rows, 'row', 'rows')} of {tables}.")
    return 0


def run_backup(args: argparse.Namespace) -> int:
    """Copy the database and try the copy, or try an earlier one."""
    from zhanggui.config import backups

    if args.verify:
        print(backups.verify(args.verify))
        return 0
    kept = backups.backup(args.folder)
    print(f"The copy is {kept.file} ({kept.size} bytes). {kept.verified}")
    return 0
