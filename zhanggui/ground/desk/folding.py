"""Templates with what never changes drawn into them: words of a language, fixed links, icons.

A page has hundreds of places in which a template stands the same each time it is drawn:
`{% translate "Cart" %}`, `{% url "shop:cart" %}`, `{% static "shop/shop.css" %}`, `{% icon "x" %}`.
The loader keeps each template once for each language, and draws these places when it is loaded;
what is drawn joins the text around it. What cannot be drawn then (an unknown icon, a link that
leads nowhere) stays as it was, and says so when the page is drawn.

A tag of our own is drawn beforehand when its function says `fixed = True`: what it returns must
follow from its arguments and the language alone.
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from django.template import Context, Engine, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.translation import get_language


class Loader(cached.Loader):
    """Django's loader that keeps templates, but one for each language, and folded."""

    def __init__(self, engine: Engine, loaders: list[Any]) -> None:
        super().__init__(engine, loaders)
        self._ready: dict[str, Template] = {}
        self._lock = RLock()

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """Return under what a template is kept."""
        return f"{get_language()}-{super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """Return a template in the language being spoken."""
        key = self.cache_key(template_name, skip)
        if (ready := self._ready.get(key)) is not None:
            return ready
        with self._lock:  # nobody may draw it while it is being folded
            template = super().get_template(template_name, skip)
            if key not in self._ready:
                fold(template)
                self._ready[key] = template
            return template

    def reset(self) -> None:
        """Forget all templates."""
        super().reset()
        self._ready.clear()


def fold(template: Template) -> None:
    """Draw what is fixed in a template, in place and in the language spoken."""
    context = Context()
    with context.bind_template(template):
        _fold(template.nodelist, context)


def _fold(nodes: NodeList, context: Context) -> None:
    folded: list[Node] = []
    for node in nodes:
        for inner in _below(node):
            _fold(inner, context)
        drawn = _drawn(node, context)
        if drawn is None:
            folded.append(node)
        elif folded and type(folded[-1]) is TextNode:
            folded[-1] = TextNode(folded[-1].s + drawn)
        else:
            folded.append(TextNode(drawn))
    nodes[:] = folded


def _below(node: Node) -> list[NodeList]:
    """Return the lists of nodes within a node that are drawn in the language of the page."""
    if isinstance(node, LanguageNode):
        return []
    if isinstance(node, IfNode):
        return [nodes for _condition, nodes in node.conditions_nodelists]
    found = (getattr(node, name, None) for name in node.child_nodelists)
    return [nodes for nodes in found if isinstance(nodes, NodeList)]


def _drawn(node: Node, context: Context) -> str | None:
    """Return a node's text where it is always the same, None where it is not."""
    if type(node) is TextNode:
        return node.s
    if not _is_fixed(node):
        return None
    try:
        return str(node.render(context))
    except (LookupError, NoReverseMatch, ValueError):  # it says so when the page is drawn
        return None


def _is_fixed(node: Node) -> bool:
    match node:
        case LoadNode() | CommentNode():
            return True
        case TranslateNode():
            return (
                not node.asvar
                and not node.noop
                and _is_said(node.filter_expression)
                and (node.message_context is None or _is_said(node.message_context))
            )
        case BlockTranslateNode():
            said = all(token.token_type == TokenType.TEXT for token in node.singular)
            named = node.message_context is None or _is_said(node.message_context)
            return said and named and not (node.asvar or node.plural or node.extra_context)
        case URLNode():
            return not (node.args or node.kwargs or node.asvar) and _is_said(node.view_name)
        case StaticNode():
            return node.varname is None and _is_said(node.path)
        case SimpleNode():
            own = getattr(node.func, "fixed", False) and not node.takes_context
            values = [*node.args, *node.kwargs.values()]
            return own and node.target_var is None and all(map(_is_said, values))
    return False


def _is_said(expression: FilterExpression) -> bool:
    """Tell whether an expression is a text or number as it stands, without filters."""
    var = expression.var
    fixed = not isinstance(var, Variable) or var.literal is not None
    return fixed and not expression.filters
