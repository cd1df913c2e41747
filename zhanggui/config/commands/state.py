"""`doctor`, `routes` and `retry`: the state of the installation, told and mended."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from zhanggui.config.commands.line import Commands, command, counted


def add(commands: Commands) -> None:
    """Add this group's commands."""
    doctor = command(commands, "doctor", run_doctor, "tell how the installation is doing")
    doctor.add_argument("--json", action="store_true", help="answer as JSON with stable keys")
    routes = command(commands, "routes", run_routes, "list every URL and who may reach it")
    routes.add_argument("--json", action="store_true", help="answer as JSON")
    command(commands, "retry", run_retry, "give the jobs that failed for good their attempts anew")


def run_doctor(args: argparse.Namespace) -> int:
    """Examine the installation; status 1 when something is wrong."""
    from zhanggui.config.doctor import examine

    report = examine()
    if args.json:
        print(json.dumps(report.plain(), indent=2, ensure_ascii=False))
        return 0 if report.ok else 1
    for name, section in report.sections.items():
        print(f"{name:12} {_line(section)}")
    for finding in report.findings:
        mark = "WRONG" if finding.wrong else "note"
        print(f"\n{mark}: {finding.sentence}\n  {finding.settles}")
    print("\nAll is well." if report.ok else "")
    return 0 if report.ok else 1


def _line(section: Any) -> str:
    if isinstance(section, dict):
        return "  ".join(f"{k}={'-' if v is None else v}" for k, v in section.items())
    lines = [_line(item) for item in section]
    return f"\n{'':13}".join(lines) or "nothing to say"


def run_routes(args: argparse.Namespace) -> int:
    """List the URLs; status 1 when one does not say who may reach it."""
    from zhanggui.config.routes import UNDECLARED, routes

    found = routes()
    if args.json:
        print(json.dumps([asdict(route) for route in found], indent=2, ensure_ascii=False))
    else:
        for r in found:
            who = "|".join(r.duty) if r.duty else r.audience
            print(f"{','.join(r.methods):10} {r.path:45} {who:28} {r.kind or '-':20} {r.scope}")
    return 1 if any(route.audience == UNDECLARED for route in found) else 0


def run_retry(args: argparse.Namespace) -> int:
    """Put the failed jobs back into the queue."""
    from zhanggui.ground.kernel import clock
    from zhanggui.ground.kernel.jobs import retry_failed

    count = retry_failed(at=clock.now())
    print(f"{counted(count, 'job waits', 'jobs wait')} again." if count else "No job has failed.")
    return 0
