"""`demo` and `import`: where the company in a data folder comes from, and its visits of old."""

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
        "--days", type=between(0, 30), help="days of trade it has behind it (a week)"
    )
    parser = command(commands, "import", run_import, "take in a company, or a server's log")
    parser.add_argument("what", choices=["company", "weblog"])
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--host", metavar="HOST", action="append", default=[],
        help="of a log: a host of our own, whose pages are no source (default: ALLOWED_HOSTS)",
    )  # fmt: skip


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
    """Take in what is asked for."""
    return _import_weblog(args) if args.what == "weblog" else _import_company(args)


def _import_weblog(args: argparse.Namespace) -> int:
    """Count the visits that a server's log in the combined format tells of."""
    from django.conf import settings

    from zhanggui.books.traffic.actions.weblog import take_in_file
    from zhanggui.books.traffic.rules.sources import host_of
    from zhanggui.ground.kernel import clock

    hosts = {host_of(f"//{host}") for host in (args.host or settings.ALLOWED_HOSTS)}
    told = take_in_file(args.file, hosts=hosts, at=clock.now())
    found = told.counted
    print(
        f"{counted(told.lines, 'line', 'lines')} read: "
        f"{counted(found.views, 'page view', 'page views')} counted, "
        f"{counted(found.robots, 'view', 'views')} of robots turned away, "
        f"{found.others} other lines: steps, links opened, pages confirmed."
    )
    if found.again:
        print(f"{counted(found.again, 'line was', 'lines were')} counted before and added nothing.")
    if found.closed:
        print(
            f"{counted(found.closed, 'line is', 'lines are')} of days that are closed: their salt "
            "was destroyed, and nobody can tell any more who had been there."
        )
    if told.bad:
        numbers = ", ".join(map(str, told.bad_numbers))
        more = " ..." if told.bad > len(told.bad_numbers) else ""
        print(
            f"{counted(told.bad, 'line is', 'lines are')} not in the combined format: "
            f"{numbers}{more}"
        )
    return 0


def _import_company(args: argparse.Namespace) -> int:
    """Found the company a file describes, or bring the one that stands to what the file says."""
    from zhanggui.ground.org.rules.company import BrokenCompanyFile, read_company_bytes
    from zhanggui.ground.org.rules.company.shape import FILE_BYTES_MAX

    try:
        with args.file.open("rb") as file:
            read = read_company_bytes(file.read(FILE_BYTES_MAX + 1))
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
