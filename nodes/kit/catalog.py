"""The kinds a program knows, as a value: a test may hold a catalog of one."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

from nodes.kit.kind import Kind, SourceKind

GROUPS = ("source", "filter", "time", "window", "combine", "place", "transform", "ai", "action")


class Catalog:
    """Kinds by id, in palette order (group, then id)."""

    def __init__(self, kinds: Iterable[type[Kind]]) -> None:
        ordered = sorted(kinds, key=lambda kind: (GROUPS.index(kind.group), kind.id))
        self._kinds = {kind.id: kind for kind in ordered}

    def __getitem__(self, id: str) -> type[Kind]:
        return self._kinds[id]

    def get(self, id: object) -> type[Kind] | None:
        return self._kinds.get(id) if isinstance(id, str) else None

    def __contains__(self, id: object) -> bool:
        return id in self._kinds

    def __iter__(self) -> Iterator[type[Kind]]:
        return iter(self._kinds.values())

    def __len__(self) -> int:
        return len(self._kinds)

    def sources(self) -> list[type[Kind]]:
        return [kind for kind in self if issubclass(kind, SourceKind)]


@cache
def full_catalog() -> Catalog:
    """Every kind found in nodes/<group>/: adding a file adds a kind."""
    return Catalog(kind for group in GROUPS for kind in _kinds_in(f"nodes.{group}"))


def _kinds_in(package_name: str) -> Iterator[type[Kind]]:
    package = importlib.import_module(package_name)
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("test_"):
            continue
        found = importlib.import_module(f"{package_name}.{module.name}")
        for thing in vars(found).values():
            if isinstance(thing, type) and issubclass(thing, Kind) and thing.__module__ == found.__name__:
                yield thing
