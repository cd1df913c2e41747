"""The limits: each one a positive number with its reason beside it."""

from __future__ import annotations

import ast
import inspect

from zhanggui.ground.kernel import limits


def test_limits_are_positive_and_each_gives_its_reason() -> None:
    body = ast.parse(inspect.getsource(limits)).body[1:]
    assert len(body) % 2 == 0
    for constant, reason in zip(body[::2], body[1::2], strict=True):
        assert isinstance(constant, ast.Assign)
        (target,) = constant.targets
        assert isinstance(target, ast.Name)
        assert target.id.isupper()
        assert getattr(limits, target.id) > 0
        assert isinstance(reason, ast.Expr), f"{target.id} has no reason"
        assert isinstance(reason.value, ast.Constant), f"{target.id} has no reason"
        assert len(str(reason.value.value)) > 30, f"{target.id}: say what it counts, and why"
