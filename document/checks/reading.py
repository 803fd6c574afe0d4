"""A document opened for checking: what every check looks at, and where its problems go."""

from typing import Any

import msgspec

from document.pointer import Path, pointer
from document.problems import problem
from document.shapes import Surroundings, settings_of, surroundings
from document.wiring import Wiring, nodes_of, wires
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.problem import Problem
from nodes.kit.things import Registry, Words

MOST_NAMES = 50
"""How many ids `allowed` and a hint list."""


class Reading(msgspec.Struct):
    """`nodes`: index and node of everything that has an id, in document order; `by_id`: the first node of each id.
    `lang` is the reader's language. `used`: the settings that something names."""

    document: dict[str, Any]
    catalog: Catalog
    registry: Registry | None
    lang: str
    nodes: list[tuple[int, dict[str, Any]]]
    by_id: dict[str, dict[str, Any]]
    settings: dict[str, dict[str, Any]]
    wiring: Wiring
    around: dict[str, Surroundings]
    found: list[Problem] = []
    used: set[str] = set()

    def tell(self, code: str, path: Path, **more: Any) -> None:
        """Add a problem."""
        self.found.append(problem(code, pointer(path), **more))

    def kind(self, node: dict[str, Any] | None) -> type[Kind] | None:
        """The kind of a node, None where it is unknown."""
        return None if node is None else self.catalog.get(node.get("kind"))

    def is_source(self, node: dict[str, Any]) -> bool:
        """Whether the node's kind is known to be a source."""
        kind = self.kind(node)
        return kind is not None and issubclass(kind, SourceKind)

    def is_action(self, node: dict[str, Any]) -> bool:
        """Whether the node's kind is known to leave the system."""
        kind = self.kind(node)
        return kind is not None and kind.group == "action"

    def spoken(self, things: dict[str, Any]) -> list[str]:
        """The ids of registered things with their labels, for a hint; None where there are none."""
        shown = []
        for id, thing in list(things.items())[:MOST_NAMES]:
            label: Words = thing.label
            word = label.get(self.lang)
            shown.append(f"{id} ({word})" if word and word != id else id)
        return shown


def read(document: dict[str, Any], catalog: Catalog, registry: Registry | None, lang: str, zone: str | None) -> Reading:
    """Open a document whose limits were checked."""
    nodes = list(nodes_of(document))
    by_id: dict[str, dict[str, Any]] = {}
    for _, node in nodes:
        by_id.setdefault(node["id"], node)
    wiring = wires(document, catalog)
    around = surroundings(document, catalog, registry, zone=zone, wiring=wiring)
    return Reading(document, catalog, registry, lang, nodes, by_id, settings_of(document), wiring, around)
