"""The company file: read without loss, written in one form, refused with every fault by line."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.functional import Promise
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.ground.org.rules.company import (
    BrokenCompanyFile,
    Company,
    read_company,
    read_company_bytes,
    write_company,
)
from zhanggui.ground.org.rules.company.checks import circles
from zhanggui.ground.org.rules.company.faults import FAULTS_MAX
from zhanggui.ground.org.rules.company.shape import (
    FILE_BYTES_MAX,
    promise_seconds,
    promise_written,
)
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    Text,
    UnitNode,
)
from zhanggui.ground.places.gazetteer import gazetteer

EXAMPLE = Path(__file__).parents[3] / "demo" / "company.yaml"

SMALL = """\
# A company as Zhanggui reads it: its areas, units, duties, posts and people.

company:
  code: minli
  name: {zh: 闽荔集, en: Minli Market}
  zone: Asia/Shanghai

areas:
  - code: minli
    kind: company
    name: {zh: 闽荔集, en: Minli Market}
  - code: fujian
    kind: province
    name: {zh: 福建省, en: Fujian}
    parent: minli
    divisions: ['35']
  - code: putian
    kind: city
    name: {zh: 莆田市, en: Putian}
    parent: fujian

units:
  - code: office
    name: {zh: 总经办, en: Office}
  - code: sales
    name: {zh: 销售部, en: Sales}
    parent: office

duties:
  - id: G-1
    title: {zh: 守制度, en: House policies}
    text:
      zh: 读完并确认。
      en: Read and acknowledge.
    level: company
    promise: 7d
  - id: S-CO-5
    title: {zh: 当日上交, en: Hand in}
    text:
      zh: 当天上交。
      en: "Hand in today:\\nall of it."
    level: city
  - id: F-ST-1
    title: {zh: 货款结算, en: Settle}
    text:
      zh: 清点。
      en: Count.
    level: company
    checks: [S-CO-5]

posts:
  - code: member
    title: {zh: 全体员工, en: Everybody}
    duties: [G-1]
    everyone: true
  - code: courier
    title: {zh: 物流专员, en: Courier}
    duties: [S-CO-5]
  - code: cashier
    title: {zh: 出纳, en: Cashier}
    duties: [F-ST-1]

people:
  - user: chen
    name: {zh: 陈志明, en: Chen Zhiming}
    phone: '13800001006'
    posts:
      - {post: courier, unit: sales, area: putian}
      - {post: cashier, unit: office, area: minli, kind: acting}
  - user: wu
    name: {zh: 吴秀兰, en: Wu Xiulan}
"""


def faults_of(text: str) -> list[tuple[int, str]]:
    """Return the lines and English sentences of what is wrong with a text."""
    with pytest.raises(BrokenCompanyFile) as broken, translation.override("en"):
        read_company(text)
    with translation.override("en"):
        return [(fault.line, str(fault.sentence)) for fault in broken.value.faults]


def changed(old: str, new: str) -> str:
    """Return the small file with its one occurrence of `old` replaced."""
    assert SMALL.count(old) == 1, f"{old!r} stands {SMALL.count(old)} times in SMALL"
    return SMALL.replace(old, new)


# --- what is read ----------------------------------------------------------------------------


def test_read_company_returns_every_part_in_file_order() -> None:
    company = read_company(SMALL)
    assert company == Company(
        code="minli",
        name=Text("闽荔集", "Minli Market"),
        zone="Asia/Shanghai",
        areas=(
            AreaNode("minli", "company", Text("闽荔集", "Minli Market"), None),
            AreaNode("fujian", "province", Text("福建省", "Fujian"), "minli", ("35",)),
            AreaNode("putian", "city", Text("莆田市", "Putian"), "fujian"),
        ),
        units=(
            UnitNode("office", Text("总经办", "Office"), None),
            UnitNode("sales", Text("销售部", "Sales"), "office"),
        ),
        duties=(
            DutyNode(
                "G-1",
                Text("守制度", "House policies"),
                Text("读完并确认。", "Read and acknowledge."),
                "company",
                promise_s=7 * 86_400,
            ),
            DutyNode(
                "S-CO-5",
                Text("当日上交", "Hand in"),
                Text("当天上交。", "Hand in today:\nall of it."),
                "city",
            ),
            DutyNode(
                "F-ST-1",
                Text("货款结算", "Settle"),
                Text("清点。", "Count."),
                "company",
                checks=("S-CO-5",),
            ),
        ),
        posts=(
            PostNode("member", Text("全体员工", "Everybody"), ("G-1",), everyone=True),
            PostNode("courier", Text("物流专员", "Courier"), ("S-CO-5",)),
            PostNode("cashier", Text("出纳", "Cashier"), ("F-ST-1",)),
        ),
        people=(
            PersonNode("chen", Text("陈志明", "Chen Zhiming"), "13800001006"),
            PersonNode("wu", Text("吴秀兰", "Wu Xiulan")),
        ),
        seats=(
            Seat("chen", "courier", "sales", "putian"),
            Seat("chen", "cashier", "office", "minli", "acting"),
        ),
    )


def test_read_company_takes_plain_words_as_the_text_they_are() -> None:
    company = read_company(
        changed("{zh: 销售部, en: Sales}", "{zh: 0123, en: no}").replace("'35'", "35")
    )
    assert company.units[1].name == Text("0123", "no")
    assert company.areas[1].divisions == ("35",)


def test_read_company_bytes_reads_utf8_with_a_byte_order_mark_and_any_line_ends() -> None:
    expected = read_company(SMALL)
    assert read_company_bytes(SMALL.encode("utf-8-sig")) == expected
    assert read_company_bytes(SMALL.replace("\n", "\r\n").encode()) == expected


# --- what is written -------------------------------------------------------------------------


def test_write_company_gives_the_canonical_file() -> None:
    assert write_company(read_company(SMALL)) == SMALL


def test_write_company_brings_a_loose_file_into_the_canonical_form() -> None:
    loose = changed("promise: 7d", "promise: 168h").replace(
        "    title: {zh: 出纳, en: Cashier}\n    duties: [F-ST-1]\n",
        '    duties:\n    - "F-ST-1" # one is enough\n    title: {en: Cashier, zh: 出纳}\n',
    )
    assert write_company(read_company(loose)) == SMALL


def test_write_company_gathers_the_seats_of_each_person() -> None:
    company = read_company(SMALL)
    late = Seat("wu", "courier", "sales", "putian")
    mixed = dataclasses.replace(company, seats=(late, *company.seats))
    assert read_company(write_company(mixed)).seats == (*company.seats, late)


def test_write_company_refuses_the_seat_of_a_stranger() -> None:
    company = read_company(SMALL)
    seats = (*company.seats, Seat("nobody", "courier", "sales", "putian"))
    with pytest.raises(ValueError, match=r"not in the company: \['nobody'\]"):
        write_company(dataclasses.replace(company, seats=seats))


NASTY = [
    "null", "~", "yes", "No", "true", "0123", "1e3", "12:30", "2026-11-23", "=", "<<", "-", "- a",
    "?", ": a", "a: b", "a:", "# no", "a # b", "#", "'", "''", '"', '"a"', "it's", "\\n", "\\",
    " leading", "trailing ", "{zh: a}", "[a, b]", "a, b", "&a", "*a", "!a", "!!str a", "|", ">",
    "%", "@", "`", "---", "--- a", "...", "\u200b zero width", "　全角空格", "“引号”", "\xa0",
    "\ufeffmark", "a\u2028b", "a\u2029b", "🧧", "\U0010ffff", "\ufffe", "é", "e\u0301",
]  # fmt: skip
BREAKS = [
    "a\nb",
    "\na",
    "a\n",
    "a\n\n\nb",
    " a\n  b\n",
    "a\r\nb",
    "a\tb",
    "\ta",
    "a\n# b",
    "a\n---\nb",
]


def _shown(text: str) -> bool:
    return bool(text.strip())


names = st.one_of(
    st.sampled_from([text for text in NASTY if text.strip()]),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(_shown),
)
texts = st.one_of(
    names,
    st.sampled_from(BREAKS),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t"),
        min_size=1,
        max_size=60,
    ).filter(_shown),
)
name_pairs = st.builds(Text, zh=names, en=names)
text_pairs = st.builds(Text, zh=texts, en=texts)
words = st.from_regex(r"[a-z][a-z0-9_]{1,29}", fullmatch=True) | st.sampled_from(
    ["null", "true", "yes", "no", "on", "off"]
)
duty_ids = st.from_regex(r"[A-Z]{1,4}(-[A-Z]{1,4})?-[0-9]{1,3}", fullmatch=True)
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
UNDER = {
    "province": ["company"],
    "region": ["province"],
    "city": ["region", "province"],
    "district": ["city"],
}


@st.composite
def areas_drawn(draw: st.DrawFn) -> tuple[AreaNode, ...]:
    codes = draw(st.lists(words, min_size=1, max_size=6, unique=True))
    areas = [AreaNode(codes[0], "company", draw(name_pairs), None)]
    for code in codes[1:]:
        kinds = {area.kind for area in areas}
        kind = draw(st.sampled_from([k for k, under in UNDER.items() if kinds & set(under)]))
        parents = [area.code for area in areas if area.kind in UNDER[kind]]
        divisions = draw(
            st.lists(st.sampled_from(["35", "3503", "350304", "350304001"]), unique=True)
        )
        parent = draw(st.sampled_from(parents))
        areas.append(AreaNode(code, kind, draw(name_pairs), parent, tuple(divisions)))
    return tuple(areas)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    areas = draw(areas_drawn())
    unit_codes = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    units = tuple(
        UnitNode(code, draw(name_pairs), draw(st.sampled_from([None, *unit_codes[:index]])))
        for index, code in enumerate(unit_codes)
    )
    ids = draw(st.lists(duty_ids, min_size=1, max_size=4, unique=True))
    duties = tuple(
        DutyNode(
            id=duty,
            title=draw(name_pairs),
            text=draw(text_pairs),
            level=draw(st.sampled_from(["company", "city"])),
            promise_s=draw(st.none() | st.integers(1, 366 * 86_400)),
            checks=tuple(other for other in ids if other != duty and draw(st.booleans())),
        )
        for duty in ids
    )
    post_codes = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    posts = tuple(
        PostNode(code, draw(name_pairs), tuple(draw(st.permutations(ids))), draw(st.booleans()))
        for code in post_codes
    )
    users = draw(st.lists(words, max_size=3, unique=True))
    numbers = draw(st.lists(phones, min_size=len(users), max_size=len(users), unique=True))
    people = tuple(
        PersonNode(user, draw(name_pairs), draw(st.sampled_from(["", number])))
        for user, number in zip(users, numbers, strict=True)
    )
    seats = tuple(
        Seat(user, post, draw(st.sampled_from(unit_codes)), areas[-1].code, kind)
        for user in users
        for post, kind in zip(post_codes, ["main", "concurrent", "acting"], strict=False)
        if draw(st.booleans())
    )
    name, code = draw(name_pairs), draw(words)
    return Company(code, name, "Asia/Shanghai", areas, units, duties, posts, people, seats)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(companies())
def test_write_company_loses_nothing(company: Company) -> None:
    written = write_company(company)
    assert read_company(written) == company
    assert write_company(read_company(written)) == written


@pytest.mark.parametrize("value", [text for text in [*NASTY, *BREAKS] if text.strip()])
def test_write_company_keeps_nasty_texts(value: str) -> None:
    company = read_company(SMALL)
    duty = dataclasses.replace(company.duties[0], text=Text(zh=value, en=value))
    nasty = dataclasses.replace(company, duties=(duty, *company.duties[1:]))
    assert read_company(write_company(nasty)) == nasty


# --- what is refused -------------------------------------------------------------------------

CODE = "Use 2 to 30 small letters, digits and underscores, beginning with a letter."

ONE_FAULT = {
    "unknown key": (
        changed("    everyone: true\n", "    salary: 5\n"),
        55,
        "“salary” is not a key of this post. Choose one of: code, title, duties, everyone.",
    ),
    "misspelt key": (
        changed("    level: city\n", "    levle: city\n"),
        42,
        "“levle” is not a key of this duty. Write “level” if that is what you mean.",
    ),
    "key twice": (
        changed("    level: city\n", "    level: city\n    level: region\n"),
        43,
        "“level” stands twice in this duty. Keep one of the two.",
    ),
    "key that is no word": (
        changed("    everyone: true\n", "    ? [a]\n    : b\n"),
        55,
        "A key must be a single word followed by a colon. Rewrite this line.",
    ),
    "missing key": (
        changed("    level: city\n", ""),
        37,
        "“level” is missing from this duty. Add it.",
    ),
    "missing section": (
        changed(
            "units:\n  - code: office\n    name: {zh: 总经办, en: Office}\n"
            "  - code: sales\n    name: {zh: 销售部, en: Sales}\n    parent: office\n",
            "",
        )
        .replace("      - {post: courier, unit: sales, area: putian}\n", "      []\n")
        .replace("      - {post: cashier, unit: office, area: minli, kind: acting}\n", ""),
        3,
        "“units” is missing from the company file. Add it.",
    ),
    "text where a list belongs": (
        changed("    duties: [S-CO-5]\n", "    duties: S-CO-5\n").replace(
            "duties: [F-ST-1]", "duties: [F-ST-1, S-CO-5]"
        ),
        58,
        "“duties” must be a list. Begin each of its entries with a dash.",
    ),
    "list where a text belongs": (
        changed("    level: city\n", "    level: [city]\n"),
        42,
        "“level” must be a single value. Write it on the line of its key.",
    ),
    "text where a group belongs": (
        changed("  - user: wu\n    name: {zh: 吴秀兰, en: Wu Xiulan}\n", "  - wu\n"),
        70,
        "A group of keys belongs here: user, name, phone, posts. Write each as “key: value”.",
    ),
    "text in one string": (
        changed("name: {zh: 吴秀兰, en: Wu Xiulan}", "name: Wu Xiulan"),
        71,
        "A group of keys belongs here: zh, en. Write each as “key: value”.",
    ),
    "flag in quotes": (
        changed("everyone: true", 'everyone: "true"'),
        55,
        "“everyone” must be true or false, without quotes.",
    ),
    "flag in other words": (
        changed("everyone: true", "everyone: yes"),
        55,
        "“everyone” must be true or false, without quotes.",
    ),
    "no value": (
        changed("    level: city\n", "    level:\n"),
        42,
        "“level” has no value. Write one; words like null count only inside quotes.",
    ),
    "a language missing": (
        changed("{zh: 销售部, en: Sales}", "{zh: 销售部}"),
        26,
        "“name” has no English text. Write both: zh and en.",
    ),
    "a language blank": (
        changed("      zh: 清点。\n", "      zh: ' '\n"),
        46,
        "“text” has no Chinese text. Write both: zh and en.",
    ),
    "name too long": (
        changed("en: Sales}", f"en: {'s' * 201}}}"),
        26,
        "“name.en” has 201 characters, 200 are allowed. Shorten it.",
    ),
    "text too long": (
        changed("      zh: 清点。\n", f"      zh: {'清' * 1001}\n"),
        46,
        "“text.zh” has 1001 characters, 1000 are allowed. Shorten it.",
    ),
    "line break in a name": (
        changed("en: Sales}", 'en: "Sales\\nSouth"}'),
        26,
        "“name.en” must stay on one line. Remove the line break.",
    ),
    "hidden character": (
        changed("en: Sales}", 'en: "Sal\\0es"}'),
        26,
        "“name.en” contains a character that cannot be shown (U+0000). Delete it.",
    ),
    "bad code": (
        changed("  - code: putian\n", "  - code: Pu-Tian\n").replace(
            "area: putian", "area: fujian"
        ),
        17,
        f"“Pu-Tian” cannot be a code. {CODE}",
    ),
    "bad user name": (
        changed("  - user: wu\n", "  - user: 吴\n"),
        70,
        f"“吴” cannot be a user name. {CODE}",
    ),
    "bad duty id": (
        changed("  - id: G-1\n", "  - id: g1\n").replace("[G-1]", "[S-CO-5]"),
        30,
        "“g1” cannot be the id of a duty. Write it like S-CO-1 or G-1.",
    ),
    "unknown kind of area": (
        changed("kind: city", "kind: town"),
        18,
        (
            "“town” is not possible as “kind”. "
            "Choose one of: company, province, region, city, district."
        ),
    ),
    "unknown kind of seat": (
        changed("kind: acting", "kind: deputy"),
        69,
        "“deputy” is not possible as “kind”. Choose one of: main, concurrent, acting.",
    ),
    "unknown level": (
        changed("level: city", "level: street"),
        42,
        (
            "“street” is not possible as “level”. "
            "Choose one of: company, province, region, city, district."
        ),
    ),
    "bad division": (
        changed("['35']", "['35', '350']"),
        16,
        "“350” is not the code of a division. Write its 2, 4, 6 or 9 digits.",
    ),
    "bad phone": (
        changed("'13800001006'", "'1380000'"),
        66,
        (
            "“1380000” is not a phone number. Write the 11 digits of a mobile number, "
            "or a plus sign and the country code first."
        ),
    ),
    "bad promise": (
        changed("promise: 7d", "promise: a week"),
        36,
        (
            "“a week” is not a promise. Write a number with s, m, h or d, "
            "such as 30s, 15m, 2h or 1d, of at most 366d."
        ),
    ),
    "bad zone": (
        changed("zone: Asia/Shanghai", "zone: ../../etc/passwd"),
        6,
        "“../../etc/passwd” is not a time zone. Write one such as Asia/Shanghai.",
    ),
    "area twice": (
        changed("  - code: putian\n", "  - code: fujian\n").replace("area: putian", "area: fujian"),
        17,
        "“fujian” already stands on line 12. Give one of the two another code.",
    ),
    "unit twice": (
        changed("  - code: sales\n", "  - code: office\n")
        .replace("unit: sales", "unit: office")
        .replace("    parent: office\n", ""),
        25,
        "“office” already stands on line 23. Give one of the two another code.",
    ),
    "duty twice": (
        changed("  - id: F-ST-1\n", "  - id: G-1\n").replace("[F-ST-1]", "[G-1]"),
        43,
        "“G-1” already stands on line 30. Give one of the two another code.",
    ),
    "post twice": (
        changed("  - code: cashier\n", "  - code: courier\n").replace(
            "post: cashier", "post: member"
        ),
        59,
        "“courier” already stands on line 56. Give one of the two another code.",
    ),
    "user twice": (
        changed("  - user: wu\n", "  - user: chen\n"),
        70,
        "User name “chen” is already taken on line 64. Choose another.",
    ),
    "phone twice": (
        SMALL + "    phone: 13800001006\n",
        72,
        "This is already the phone number of “chen” on line 66. Correct one of them.",
    ),
    "item twice": (
        changed("['35']", "['35', '36', '35']"),
        16,
        "“35” stands twice in this list. Keep one of the two.",
    ),
    "unknown parent": (
        changed("parent: fujian", "parent: hainan"),
        20,
        "There is no area “hainan”. Add it under “areas” or correct the code.",
    ),
    "misspelt parent": (
        changed("parent: fujian", "parent: fujain"),
        20,
        "There is no area “fujain”. Write “fujian” if that is what you mean.",
    ),
    "unknown parent of a unit": (
        changed("parent: office", "parent: board"),
        27,
        "There is no unit “board”. Add it under “units” or correct the code.",
    ),
    "unknown duty of a post": (
        changed("duties: [S-CO-5]", "duties:\n      - S-CO-5\n      - X-99"),
        60,
        "There is no duty “X-99”. Add it under “duties” or correct the id.",
    ),
    "misspelt duty to check": (
        changed("checks: [S-CO-5]", "checks: [S-C0-5]"),
        49,
        "There is no duty “S-C0-5”. Write “S-CO-5” if that is what you mean.",
    ),
    "unknown post": (
        changed("post: courier", "post: pilot"),
        68,
        "There is no post “pilot”. Add it under “posts” or correct the code.",
    ),
    "misspelt unit": (
        changed("unit: sales", "unit: sale"),
        68,
        "There is no unit “sale”. Write “sales” if that is what you mean.",
    ),
    "misspelt post": (
        changed("post: courier", "post: currier"),
        68,
        "There is no post “currier”. Write “courier” if that is what you mean.",
    ),
    "unknown area of a seat": (
        changed("area: putian", "area: xm"),
        68,
        "There is no area “xm”. Add it under “areas” or correct the code.",
    ),
    "area without parent": (
        changed("    parent: fujian\n", ""),
        17,
        "“parent” is missing from this area. Add it.",
    ),
    "two roots": (
        changed("    kind: province\n", "    kind: company\n")
        .replace("    parent: minli\n", "")
        .replace("kind: city", "kind: province"),
        13,
        "The area of the kind company already stands on line 10. Keep only one.",
    ),
    "root under something": (
        changed("kind: company\n", "kind: company\n    parent: putian\n"),
        11,
        "The area of the kind company stands under nothing. Remove its “parent”.",
    ),
    "area under the wrong kind": (
        changed("kind: city", "kind: district"),
        20,
        (
            "An area of the kind district cannot stand under “fujian”, "
            "which is of the kind province. Choose a parent of the kind: city."
        ),
    ),
    "area under itself": (
        changed("parent: fujian", "parent: putian"),
        20,
        (
            "These stand under one another in a circle: putian → putian. "
            "Give one of them another parent."
        ),
    ),
    "units in a circle": (
        changed("en: Office}\n", "en: Office}\n    parent: sales\n"),
        25,
        (
            "These stand under one another in a circle: office → sales → office. "
            "Give one of them another parent."
        ),
    ),
    "post without duties": (
        changed("duties: [S-CO-5]", "duties: []").replace(
            "duties: [F-ST-1]", "duties: [F-ST-1, S-CO-5]"
        ),
        58,
        "Post “courier” has no duties. List at least one, or remove the post.",
    ),
    "duty of no post": (
        changed("duties: [G-1]", "duties: [S-CO-5]"),
        30,
        "No post has duty “G-1”. Add it to the duties of a post, or remove it.",
    ),
    "duty that checks itself": (
        changed("checks: [S-CO-5]", "checks: [S-CO-5, F-ST-1]"),
        49,
        "“F-ST-1” cannot check itself. Remove it from its “checks”.",
    ),
    "seat twice": (
        changed(
            "post: cashier, unit: office, area: minli", "post: courier, unit: sales, area: putian"
        ),
        69,
        "“chen” already holds this post in this unit and area on line 68. Remove one of the two.",
    ),
    "two main seats": (
        changed(", kind: acting", ""),
        69,
        "“chen” already has a main post on line 68. Make this one concurrent or acting.",
    ),
    "anchor": (
        changed("level: city", "level: &one city"),
        42,
        "Anchors, aliases and tags (&, *, !) are not read. Write the value itself.",
    ),
    "alias": (
        changed("level: city", "level: *one"),
        42,
        "Anchors, aliases and tags (&, *, !) are not read. Write the value itself.",
    ),
    "tag": (
        changed("level: city", "level: !!python/name:os.system city"),
        42,
        "Anchors, aliases and tags (&, *, !) are not read. Write the value itself.",
    ),
    "not yaml": (
        changed("en: Read and acknowledge.", "en: Read: and acknowledge."),
        34,
        (
            "The file cannot be read beyond this line (mapping values are not allowed in this "
            "context). Correct it; a text with a colon or # belongs in quotes."
        ),
    ),
    "two documents": (
        SMALL + "---\ncompany: {}\n",
        72,
        (
            "The file cannot be read beyond this line (but found another document). "
            "Correct it; a text with a colon or # belongs in quotes."
        ),
    ),
    "empty": ("", 1, "The file is empty. Begin it with “company:”."),
    "only remarks": ("# nothing\n", 1, "The file is empty. Begin it with “company:”."),
    "not a group": (
        "\njust text\n",
        2,
        (
            "A group of keys belongs here: company, areas, units, duties, posts, people. "
            "Write each as “key: value”."
        ),
    ),
    "too deep": (
        "a:\n  " + "[" * 40 + "]" * 40,
        2,
        "Nothing in a company file is nested this deeply. Correct the indentation.",
    ),
    "control character": (
        changed("en: Sales}", "en: Sal\x00es}"),
        26,
        "This line contains a character no text may contain (U+0000). Delete it.",
    ),
    "half a character": (
        changed("en: Sales}", "en: Sal\ud800es}"),
        26,
        "This line contains a character no text may contain (U+D800). Delete it.",
    ),
}


@pytest.mark.parametrize(("text", "line", "sentence"), ONE_FAULT.values(), ids=ONE_FAULT.keys())
def test_read_company_names_the_line_and_the_remedy(text: str, line: int, sentence: str) -> None:
    assert faults_of(text) == [(line, sentence)]


def test_read_company_survives_a_bottomless_file() -> None:
    for text in ("[" * 100_000, "- " * 100_000, "{" * 100_000):
        assert len(faults_of(text)) == 1


def test_read_company_asks_for_a_root() -> None:
    start, end = SMALL.index("areas:\n"), SMALL.index("units:\n")
    without_areas = SMALL[:start] + "areas: []\n" + SMALL[end:]
    unknown = "Add it under “areas” or correct the code."
    assert faults_of(without_areas) == [
        (8, "No area is of the kind company. Add the one under which all others stand."),
        (55, f"There is no area “putian”. {unknown}"),
        (56, f"There is no area “minli”. {unknown}"),
    ]


def test_read_company_tells_all_faults_at_once_in_the_order_of_lines() -> None:
    text = (
        SMALL.replace("zone: Asia/Shanghai", "zone: Fujian")
        .replace("{zh: 莆田市, en: Putian}", "{zh: 莆田市}")
        .replace("promise: 7d", "promise: 7 days")
        .replace("post: courier, unit: sales", "post: courier, unit: sale")
        .replace("    title: {zh: 出纳, en: Cashier}\n", "")
        .replace("kind: acting", "kind: main")
    )
    assert faults_of(text) == [
        (6, "“Fujian” is not a time zone. Write one such as Asia/Shanghai."),
        (19, "“name” has no English text. Write both: zh and en."),
        (
            36,
            (
                "“7 days” is not a promise. Write a number with s, m, h or d, "
                "such as 30s, 15m, 2h or 1d, of at most 366d."
            ),
        ),
        (59, "“title” is missing from this post. Add it."),
        (67, "There is no unit “sale”. Write “sales” if that is what you mean."),
        (68, "“chen” already has a main post on line 67. Make this one concurrent or acting."),
    ]


def test_read_company_lets_a_misread_code_answer_for_nothing_else() -> None:
    """A fault in one place must not appear as a second one where it is referred to."""
    text = changed("{zh: 莆田市, en: Putian}", "[莆田市]")
    assert faults_of(text) == [
        (19, "A group of keys belongs here: zh, en. Write each as “key: value”.")
    ]


def test_read_company_stops_at_so_many_faults() -> None:
    text = "".join(f"key{number}: 1\n" for number in range(1000))
    faults = faults_of(text)
    assert len(faults) == FAULTS_MAX + 1
    assert faults[-1] == (
        FAULTS_MAX,
        "There may be more faults; checking stopped here. Correct these first.",
    )


def test_read_company_repeats_only_the_beginning_of_a_long_or_hidden_value() -> None:
    text = changed("zone: Asia/Shanghai", f'zone: "\\0{"z" * 500}"')
    shown = "\N{REPLACEMENT CHARACTER}" + "z" * 78 + "…"
    assert faults_of(text) == [
        (6, f"“{shown}” is not a time zone. Write one such as Asia/Shanghai.")
    ]


def test_read_company_refuses_a_giant() -> None:
    sentence = (
        f"The file is larger than {FILE_BYTES_MAX} bytes, far more than a company needs. "
        "Choose another."
    )
    giant = SMALL + "#" * FILE_BYTES_MAX
    assert faults_of(giant) == [(1, sentence)]
    with pytest.raises(BrokenCompanyFile) as broken, translation.override("en"):
        read_company_bytes(giant.encode())
    with translation.override("en"):
        assert [str(fault.sentence) for fault in broken.value.faults] == [sentence]


def test_read_company_bytes_names_the_line_that_is_not_utf8() -> None:
    data = SMALL.encode().replace("福建省".encode(), "福建省".encode("gb18030"))
    with pytest.raises(BrokenCompanyFile) as broken, translation.override("en"):
        read_company_bytes(data)
    with translation.override("en"):
        assert str(broken.value) == (
            "14: This line is not UTF-8 text. Save the file in UTF-8 and try again."
        )


def test_faults_speak_the_language_of_their_reader() -> None:
    with pytest.raises(BrokenCompanyFile) as broken:
        read_company("")
    assert isinstance(broken.value.faults[0].sentence, Promise)


# --- the pure parts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("30s", 30),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86_400),
        ("366d", 366 * 86_400),
        ("367d", None),
        ("0m", None),
        ("", None),
        ("1", None),
        ("1.5h", None),
        ("-1d", None),
        ("1D", None),
        ("１d", None),
        ("1d ", None),
        ("99999999d", None),
    ],
)
def test_promise_seconds_reads_only_plain_promises(written: str, seconds: int | None) -> None:
    assert promise_seconds(written) == seconds


@given(st.integers(1, 366 * 86_400))
def test_promise_written_is_read_back(seconds: int) -> None:
    assert promise_seconds(promise_written(seconds)) == seconds


def test_promise_written_takes_the_largest_unit_that_fits() -> None:
    assert [promise_written(s) for s in (90, 900, 3600, 86_400, 604_800)] == [
        "90s",
        "15m",
        "1h",
        "1d",
        "7d",
    ]


def test_circles_finds_each_circle_once() -> None:
    parents = {"a": "b", "b": "c", "c": "b", "d": "d", "e": "a", "f": "root"}
    assert circles(parents) == [["b", "c"], ["d"]]


# --- the example company ---------------------------------------------------------------------

CHARTER = {
    "G": 6,
    "S-PM": 7,
    "S-PD": 5,
    "S-PL": 4,
    "S-RM": 5,
    "S-CM": 6,
    "S-CO": 6,
    "N-DR": 1,
    "N-ED": 2,
    "N-GD": 2,
    "N-PL": 2,
    "N-PG": 2,
    "N-PR": 3,
    "C-SV": 3,
    "C-PY": 1,
    "C-LI": 1,
    "C-CO": 1,
    "F-ST": 1,
    "F-IN": 1,
    "F-TX": 1,
    "F-EX": 1,
    "H-AD": 1,
    "H-PE": 1,
    "M-GM": 1,
    "M-LG": 1,
}


@pytest.fixture(scope="module")
def example() -> Company:
    return read_company_bytes(EXAMPLE.read_bytes())


def test_example_is_its_own_canonical_form(example: Company) -> None:
    assert write_company(example) == EXAMPLE.read_text(encoding="utf-8")


def test_example_has_every_duty_of_the_charter(example: Company) -> None:
    charter = [f"{group}-{n}" for group, last in CHARTER.items() for n in range(1, last + 1)]
    assert [duty.id for duty in example.duties] == charter
    assert len(charter) == 65


def test_example_keeps_the_clocks_of_the_charter(example: Company) -> None:
    promises = {d.id: promise_written(d.promise_s) for d in example.duties if d.promise_s}
    assert promises == {
        "G-1": "7d",
        "G-3": "1d",
        "G-4": "1h",
        "S-PM-7": "1d",
        "S-PD-5": "1m",
        "S-RM-5": "1d",
        "S-CM-2": "1d",
        "S-CM-6": "1d",
        "S-CO-1": "15m",
        "S-CO-2": "1m",
        "S-CO-5": "1d",
        "N-PR-1": "1d",
        "N-PR-2": "1d",
        "C-SV-1": "30s",
        "C-SV-2": "3m",
        "C-CO-1": "10m",
        "F-ST-1": "1d",
        "H-PE-1": "1d",
    }


def test_example_areas_are_the_divisions_they_are_named_after(example: Company) -> None:
    named = {
        area.code: [division.name for code in area.divisions if (division := gazetteer().get(code))]
        for area in example.areas
        if area.divisions
    }
    expected = {area.code: [area.name.zh] for area in example.areas if area.divisions}
    assert named == expected
    assert len(expected) == 18


def test_example_people_have_seats_and_exactly_one_main_post(example: Company) -> None:
    mains = [seat.person for seat in example.seats if seat.kind == "main"]
    assert mains == [person.user for person in example.people]
    assert len(mains) == 18


def test_example_says_something_to_the_coverage_board(example: Company) -> None:
    """Fuzhou waits for a courier and eastern Fujian for a manager; some check their own work."""
    held = {(seat.post, seat.area) for seat in example.seats}
    assert ("courier", "putian") in held
    assert ("courier", "quanzhou") in held
    assert not {("courier", "fuzhou"), ("courier", "xiamen")} & held
    assert ("regional_manager", "mindong") not in held
    assert "legal_adviser" not in {post for post, _ in held}
    duties = {post.code: set(post.duties) for post in example.posts}
    checks = {duty.id: set(duty.checks) for duty in example.duties}
    checking_themselves = {
        person.user
        for person in example.people
        for held_duties in [
            set().union(*(duties[s.post] for s in example.seats if s.person == person.user))
        ]
        if any(checks[duty] & held_duties for duty in held_duties)
    }
    assert checking_themselves == {"huang", "zheng", "zhuang", "xu"}
