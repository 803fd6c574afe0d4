"""Engines that do something else."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.engine import Engine


def make(patch: pytest.MonkeyPatch, engine: Engine, name: str, does: Callable[..., Any]) -> None:
    """Have this one engine do something else where its method `name` is called."""
    usual = getattr(Engine, name)

    def either(self: Engine, *given: Any, **options: Any) -> Any:
        return does(*given, **options) if self is engine else usual(self, *given, **options)

    patch.setattr(Engine, name, either)
