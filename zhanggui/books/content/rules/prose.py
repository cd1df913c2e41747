"""Running text of pages: what of it may reach a browser, and where its links may lead."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from django.utils.translation import gettext_lazy as _
from wagtail.whitelist import Whitelister, allow_without_attributes

from zhanggui.ground.kernel.refusal import Refusal

PROSE_CHARS_MAX = 20_000
"""Characters of one piece of running text with its marks: some ten screens of reading."""

TARGET_CHARS_MAX = 300
"""Characters of where a button leads."""

_SILENT = frozenset(
    {
        "script", "style", "template", "iframe", "object", "embed", "svg", "math", "noscript",
        "title", "textarea", "select", "xmp", "plaintext", "noembed", "noframes", "head",
    }
)  # fmt: skip
"""Elements of which not even the words stay: they were never meant to be read."""

_SAME = {"b": "strong", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "div": "p"}
"""What other writing programs call the same thing."""

_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")


def why_not_target(target: str) -> Refusal | None:
    """Return why a link may not lead there: a page of ours, a place on this one, or a safe site."""
    if not target:
        return None
    parts = urlsplit(target) if not _CONTROL.search(target) and "\\" not in target else None
    own = parts is not None and (
        (target.startswith("/") and not target.startswith("//")) or target.startswith("#")
    )
    other = parts is not None and parts.scheme == "https" and bool(parts.netloc)
    if (own or other) and len(target) <= TARGET_CHARS_MAX:
        return None
    return Refusal(
        "target",
        _("A link leads to a page of ours or to a safe address elsewhere."),
        settles=_("Write a path like /shop/c/TEA/, or an address that begins with https://."),
        status=422,
    )


def _link(tag: Tag) -> None:
    """Keep where a link leads if it may lead there; a link to nowhere becomes its words."""
    href = str(tag.get("href", "")).strip()
    fine = bool(href) and (why_not_target(href) is None or _phones(href))
    tag.attrs = {"href": href} if fine else {}
    if not fine:
        tag.unwrap()


def _phones(href: str) -> bool:
    return re.fullmatch(r"tel:[0-9+-]{3,20}", href) is not None


class _Prose(Whitelister):  # type: ignore[misc]
    """Wagtail's list of allowed elements, narrowed to what an editor of this house writes."""

    element_rules = {
        **dict.fromkeys(
            (
                "[document]", "p", "h2", "h3", "strong", "ul", "ol", "li", "blockquote", "br", "hr",
            ),
            allow_without_attributes,
        ),
        "a": _link,
    }  # fmt: skip

    def clean_string_node(self, doc: Any, node: NavigableString) -> None:
        """Drop comments and everything else that would be written out unescaped."""
        if isinstance(node, PreformattedString):
            node.extract()

    def clean_tag_node(self, doc: Any, tag: Tag) -> None:
        """Drop what was never meant to be read; call the rest by our names."""
        if tag.name in _SILENT:
            tag.decompose()
            return
        tag.name = _SAME.get(tag.name, tag.name)
        super().clean_tag_node(doc, tag)


def clean_prose(text: str) -> str:
    """Return running text with nothing in it but paragraphs, headings, lists, links and weight.

    Text without any marks becomes paragraphs at its empty lines.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if text and "<" not in text:
        soup = BeautifulSoup("", "html.parser")
        for words in re.split(r"\n\s*\n", text):
            paragraph = soup.new_tag("p")
            for number, line in enumerate(words.strip().split("\n")):
                if number:
                    paragraph.append(soup.new_tag("br"))
                paragraph.append(BeautifulSoup(line, "html.parser").get_text())
            soup.append(paragraph)
        text = str(soup)
    clean = str(_Prose().clean(text))
    clean = re.sub(r"<(p|h2|h3|li|strong|a)(?: [^>]*)?>(?:\s|&nbsp;|\xa0|<br/?>)*</\1>", "", clean)
    return re.sub(r"\s*\n\s*\n\s*", "\n", clean).strip()


def words_of(prose: str) -> str:
    """Return the bare words of running text, for a summary or a search engine."""
    return " ".join(BeautifulSoup(prose, "html.parser").get_text(" ").split())
