"""The kinds a program knows, as a value: a test may hold a catalog of one."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache

from nodes.kit.kind import Kind, SourceKind
from nodes.kit.structs import settle_structs

GROUPS = ("source", "filter", "time", "window", "combine", "place", "transform", "ai", "action")


class Catalog:
    """Kinds by id, in palette order (group, then id)."""

    def __init__(self, kinds: Iterable[type[Kind]]) -> None:
        ordered = sorted(kinds, key=lambda kind: (GROUPS.index(kind.group), kind.id))
        self._kinds: dict[str, type[Kind] | str] = {kind.id: kind for kind in ordered}

    @classmethod
    def of_files(cls, modules: Iterable[str]) -> "Catalog":
        """Each of `modules`, in palette order, holds the kind that is named as it is. It is imported when somebody asks for
        that kind: a worker has those that its flows use."""
        catalog = cls(())
        catalog._kinds = {module.rpartition(".")[2]: module for module in modules}
        return catalog

    def __getitem__(self, id: str) -> type[Kind]:
        known = self._kinds[id]
        if isinstance(known, str):
            kind = _kind_in(known)
            settle_structs()  # its memory: whoever finds the kind here reads into it, on any thread
            known = self._kinds[id] = kind
        return known

    def get(self, id: object) -> type[Kind] | None:
        return self[id] if isinstance(id, str) and id in self._kinds else None

    def __contains__(self, id: object) -> bool:
        return id in self._kinds

    def __iter__(self) -> Iterator[type[Kind]]:
        return map(self.__getitem__, tuple(self._kinds))

    def __len__(self) -> int:
        return len(self._kinds)

    def sources(self) -> list[type[Kind]]:
        return [kind for kind in self if issubclass(kind, SourceKind)]


@cache
def full_catalog() -> Catalog:
    """Every kind found in nodes/<group>/: adding a file adds a kind."""
    return Catalog.of_files(module for group in GROUPS for module in _modules_in(f"nodes.{group}"))


def _modules_in(package_name: str) -> list[str]:
    package = importlib.import_module(package_name)
    found = (module.name for module in pkgutil.iter_modules(package.__path__))
    return [f"{package_name}.{name}" for name in sorted(found) if not name.startswith("test_")]


def _kind_in(module_name: str) -> type[Kind]:
    """The kind that a file is about."""
    found = importlib.import_module(module_name)
    kinds = (t for t in vars(found).values() if isinstance(t, type) and issubclass(t, Kind))
    return next(kind for kind in kinds if kind.__module__ == module_name and kind.__dict__.get("id"))
