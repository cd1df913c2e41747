"""A folded template says what an unfolded one would, in every language, with less to draw."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import Node, TextNode
from django.utils.translation import override

from zhanggui.ground.desk.folding import fold

BUILTINS = [
    "django.templatetags.i18n",
    "django.templatetags.static",
    "zhanggui.ground.desk.templatetags.desk",
]
WORDS = '{% translate "Today" %}'
TEMPLATES = {
    "base": f"<b>{WORDS}</b>{{% block main %}}{WORDS}{{% endblock %}}{{# nothing #}}!",
    "own": '{% extends "base" %}{% block main %}{{ block.super }} <i>{% include "part" with n=2 %}'
    "</i>{% endblock %}",
    "part": f'{{% load i18n %}}{{{{ n }}}}{{% icon "check" %}}{WORDS}',
    "many": f"{{% for n in numbers %}}{WORDS}{{% if n > 1 %}}{WORDS}{{% else %}}{{{{ n }}}}{WORDS}"
    "{% endif %}{% empty %}-{% endfor %}",
    "kept": '{% translate "Today" as word %}{{ word|upper }}{% translate word %}',
    "noop": '{% translate "Today" noop %}',
    "named": '{% translate "Change" context "of nothing known" %}{% translate named %}',
    "block": "{% blocktranslate %}Today{% endblocktranslate %}",
    "with": "{% blocktranslate with n=2 %}{{ n }} Today{% endblocktranslate %}",
    "plural": "{% blocktranslate count n=2 %}{{ n }} day{% plural %}{{ n }} days"
    "{% endblocktranslate %}",
    "links": '{% url "desk:today" %} {% url "desk:today" as where %}{{ where }}'
    '{% static "desk/desk.css" %}{% static file %}',
    "icons": '{% icon "check" "<b>" %}{% icon name %}{% icon "check" as drawn %}{{ drawn }}',
    "other": f'{{% language "zh-hans" %}}{WORDS}{{% endlanguage %}}{WORDS}',
    "raw": f"{{% autoescape off %}}{{{{ text }}}}{WORDS}{{% endautoescape %}}{{{{ text }}}}",
    "blank": "{% comment %}a, b{% endcomment %}  {% load i18n %}\n{% if numbers %}{% endif %}",
    "partial": "{% load partials %}{% partialdef one inline %}"
    f"{WORDS}{{{{ n }}}}{{% endpartialdef %}}{{% partial one %}}",
}
SAME = {"noop", "with", "plural", "links", "icons", "blank"}
"""Those in which stands no word that has a translation."""

VALUES: dict[str, Any] = {
    "numbers": [1, 2],
    "named": "Today",
    "file": "desk/desk.css",
    "name": "check",
    "text": "<&>",
}


def engine(loader: str) -> Engine:
    loaders = [(loader, [("django.template.loaders.locmem.Loader", TEMPLATES)])]
    libraries = {
        "partials": "template_partials.templatetags.partials",
        "i18n": "django.templatetags.i18n",
    }
    return Engine(loaders=loaders, builtins=BUILTINS, libraries=libraries)


FOLDED = engine("zhanggui.ground.desk.folding.Loader")
PLAIN = engine("django.template.loaders.cached.Loader")


def drawn(by: Engine, name: str, **values: Any) -> str:
    return by.get_template(name).render(Context(VALUES | values))


@pytest.mark.parametrize("name", TEMPLATES)
def test_folded_says_the_same_in_every_language(name: str) -> None:
    said = set()
    for language in ("en", "zh-hans", "en"):
        with override(language):
            assert drawn(FOLDED, name) == drawn(PLAIN, name)
            said.add(drawn(FOLDED, name))
    assert len(said) == (1 if name in SAME else 2)


def texts(template: Template) -> list[str]:
    """Return the texts that stand in a template beside each other, the rest as its kind."""
    return [
        node.s if isinstance(node, TextNode) else type(node).__name__ for node in template.nodelist
    ]


def test_what_is_fixed_becomes_one_text() -> None:
    with override("en"):
        assert texts(FOLDED.get_template("block")) == ["Today"]
        assert texts(FOLDED.get_template("base"))[:1] == ["<b>Today</b>"]
        assert texts(FOLDED.get_template("base"))[1:] == ["BlockNode", "!"]
        first, *_ = texts(FOLDED.get_template("links"))
        assert first == "/desk/ "
    with override("zh-hans"):
        assert texts(FOLDED.get_template("block")) == ["今日"]


def test_below_conditions_and_loops_it_is_folded_too() -> None:
    with override("en"):
        (loop,) = FOLDED.get_template("many").nodelist
    kinds = [type(node).__name__ for node in loop.get_nodes_by_type(Node)]
    assert "TranslateNode" not in kinds


def test_what_cannot_be_drawn_beforehand_says_so_when_drawn() -> None:
    wrong = '{% if shown %}{% icon "no-such-icon" %}{% url "no:where" %}{% endif %}fine'
    template = FOLDED.from_string(wrong)
    fold(template)
    assert template.render(Context({})) == "fine"
    with pytest.raises(LookupError, match="no-such-icon"):
        template.render(Context({"shown": True}))


def test_a_template_that_is_not_there_is_missing_each_time() -> None:
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            FOLDED.get_template("nowhere")
    with pytest.raises(TemplateSyntaxError):
        FOLDED.from_string("{% if %}")


def test_reset_forgets() -> None:
    fresh = engine("zhanggui.ground.desk.folding.Loader")
    before = fresh.get_template("block")
    assert fresh.get_template("block") is before
    fresh.template_loaders[0].reset()
    assert fresh.get_template("block") is not before
