"""Answers files as the house would, each in a process of its own that is measured and bounded.

Started by test_hostile_files: founds the company, then reads one order a line (JSON) and answers
one a line. An order names a door (`picture`, `cover`, `sheet`, or `command`) and a file; or, as
`rendition`, the size at which the latest picture is asked for.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.prepared import PROJECT

CPU_S_MAX = 15
"""Seconds after which the machine itself stops a file that the house did not stop."""

MORE_BYTES_MAX = 2_000_000_000
"""Bytes a process may ask for beyond what it has: a bomb must not take the machine along."""

BOUNDARY = "a-file-from-outside"


def founded() -> tuple[Any, dict[str, str]]:
    """Found the company and return a browser of its product manager and the doors' addresses."""
    from django.test import Client

    from zhanggui.books.content.models import Page
    from zhanggui.ground.kernel import clock
    from zhanggui.ground.kernel.actor import CLOCKWORK
    from zhanggui.ground.kernel.models import Installation
    from zhanggui.ground.org.actions.company import take_in_company
    from zhanggui.ground.org.models import Person
    from zhanggui.ground.org.rules.company import read_company

    at = clock.now()
    Installation.objects.get_or_create(pk=1, defaults={"founded_at": at})
    text = (PROJECT / "zhanggui" / "demo" / "company.yaml").read_text(encoding="utf-8")
    take_in_company(None, file=read_company(text), by=CLOCKWORK, at=at)

    def browser(user: str) -> Any:
        client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        client.cookies["language"] = "en"
        person = Person.objects.get(user=user)
        client.force_login(person, backend="zhanggui.ground.org.signin.PersonBackend")
        return client

    goods, words = browser("tong"), browser("jiang")
    made = goods.post("/desk/new/catalogue/enter_product/", {"code": "TG", "name_zh": "铁观音"})
    assert made.status_code == 303, made.content.decode()
    told = {"kind": "article", "title_zh": "茶", "slug": "tea"}
    made_page = words.post("/desk/new/content/start_page/", told)
    assert made_page.status_code == 303, made_page.content.decode()
    article = Page.objects.get(slug="tea").pk
    doors = {
        "picture": f"{made['Location']}attach_picture/",
        "sheet": "/desk/new/catalogue/read_goods_sheet/",
        "cover": f"/desk/content/page/{article}/edit/",
    }
    for door, client in [("picture", goods), ("sheet", goods), ("cover", words)]:
        assert client.get(doors[door]).status_code == 200, doors[door]  # all is loaded that is used
    return {"picture": goods, "sheet": goods, "cover": words}, doors


def uploaded(client: Any, path: str, file: Path, fields: dict[str, str], field: str) -> Any:
    """Send a file through a form, from the disk as a server would get it."""
    told = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = f'{told}--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; '
    head += f'filename="{file.name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = file.with_suffix(".body")
    with body.open("wb") as out:
        out.write(head.encode())
        with file.open("rb") as sent:
            while piece := sent.read(1 << 20):
                out.write(piece)
        out.write(f"\r\n--{BOUNDARY}--\r\n".encode())
    with body.open("rb") as sent:
        return client.request(
            PATH_INFO=path,
            REQUEST_METHOD="POST",
            CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
            CONTENT_LENGTH=str(body.stat().st_size),
            **{"wsgi.input": sent},
        )


def answered(clients: dict[str, Any], doors: dict[str, str], order: dict[str, Any]) -> Any:
    """Return status and text of what the house answers to an order."""
    if order["door"] == "command":
        from zhanggui.config.commands.line import main

        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = main(order["words"])
        return status, out.getvalue()
    if order["door"] == "rendition":
        from zhanggui.ground.media.models import Picture

        address = Picture.objects.latest("pk").address(order["words"][0])
        shown = clients["picture"].get(f"{address}.avif")
        return shown.status_code, shown.headers.get("Content-Type", "")
    file, door = Path(order["file"]), order["door"]
    fields = {
        "picture": {"alt_zh": "一张图"},
        "sheet": {"key": file.name},
        "cover": {"step": "picture:cover", "new-cover-alt_zh": "一张图"},
    }[door]
    field = "new-cover-file" if door == "cover" else "file"
    answer = uploaded(clients[door], doors[door], file, fields, field)
    return answer.status_code, answer.content.decode()


def measured(answer: Callable[[], tuple[int, str]]) -> dict[str, Any]:
    """Answer in a process of its own; return what it said, and what that took."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.close(reading)
        held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = held * resource.getpagesize() + MORE_BYTES_MAX
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
        before = resource.getrusage(resource.RUSAGE_SELF)
        try:
            status, text = answer()
        except SystemExit as left:
            status, text = int(left.code or 0), ""
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        told = {"status": status, "text": text, "cpu_s": seconds, "peak_mb": used.ru_maxrss / 1024}
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told_by:
        text = told_by.read()
    _pid, ended = os.waitpid(child, 0)
    if ended or not text:
        return {"status": -1, "text": f"the process died: {ended}", "cpu_s": 99.0, "peak_mb": 9e9}
    answered: dict[str, Any] = json.loads(text)
    return answered


def main() -> None:
    """Found the company and answer order after order."""
    from zhanggui.config.commands.line import load

    load()
    from django.conf import settings
    from django.db import connections
    from django.test.utils import override_settings

    with override_settings(
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        ALLOWED_HOSTS=["testserver"],
    ):
        clients, doors = founded()
        connections.close_all()
        print("open", flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            told = measured(lambda order=order: answered(clients, doors, order))
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
