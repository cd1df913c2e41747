"""`address`: one line in, one reading out, without a company."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import PROJECT


def address(*words: str, given: bytes = b"", at: Path) -> tuple[int, str, str]:
    """Run the command in an empty folder and return status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "zhanggui", "--data", str(at), "address", *words],
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin", "LC_ALL": "C"},
        cwd=at,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_address_answers_each_line_with_one_object(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_text("张三 13800138000 荔城区文献路1号\n\n鼓楼区五四路82号\n", encoding="utf-8")
    status, out, errors = address(str(file), "--json", at=tmp_path)
    first, blank, open_one = (json.loads(line) for line in out.splitlines())
    assert (status, errors) == (0, "")
    assert (first["name"], first["phone"], first["code"]) == ("张三", "13800138000", "350304")
    assert first["known"] == {"province": "inferred", "city": "inferred", "county": "written"}
    assert blank["confidence"] == 0 and blank["province"] is None
    assert open_one["county"] is None and len(open_one["candidates"]) == 4
    assert [entry.name for entry in tmp_path.iterdir()] == ["lines.txt"]  # no database, no log


def test_address_reads_the_input_and_settles_by_the_area_served(tmp_path: Path) -> None:
    given = "\ufeff鼓楼区五四路82号".encode()
    status, out, _errors = address("-", "--json", "--within", "35", given=given, at=tmp_path)
    assert status == 0
    assert json.loads(out)["code"] == "350102"


def test_address_tells_a_person_what_it_read(tmp_path: Path) -> None:
    given = "张三 13800138000 福建省泉州市荔城区文献路1号".encode()
    status, out, _errors = address("-", given=given, at=tmp_path)
    assert status == 0
    assert out == (
        "1. 张三 13800138000 福建省泉州市荔城区文献路1号\n"
        "  who      张三 138 0013 8000\n"
        "  where    福建省 泉州市 荔城区 -  35\n"
        "  rest     文献路1号\n"
        "  parts    road 文献路  number 1号\n"
        "  wrong    荔城区 lies in 福建省莆田市, not in 福建省泉州市.\n"
        "  sure     0.40 contradiction\n"
    )


def test_address_reads_a_line_of_any_length(tmp_path: Path) -> None:
    given = ("莆田市荔城区" + "长" * 200_000 + "\n福州市鼓楼区\n").encode()
    status, out, _errors = address("-", "--json", given=given, at=tmp_path)
    long, after = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert [c["code"] for c in long["contradictions"]] == ["too_long"]
    assert after["code"] == "350102"


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (["missing.txt"], b"", "No such file or directory: missing.txt."),
        (["."], b"", ". is a folder: name a file with one address a line."),
        (["-"], b"ok\n\xff\xfe\n", "-: line 2 is not UTF-8. Save the file as UTF-8."),
        (
            ["-", "--within", "99"],
            b"",
            "'99' is not the code of a division: 3503 is Putian, 350304 Licheng.",
        ),
        ([], b"", "The following arguments are required: FILE. Try: zhanggui address --help"),
    ],
)
def test_address_says_what_is_wrong(
    words: list[str], given: bytes, sentence: str, tmp_path: Path
) -> None:
    status, _out, errors = address(*words, given=given, at=tmp_path)
    assert status == 2
    assert errors.strip() == sentence
