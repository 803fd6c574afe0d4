"""Wires, order and shapes of documents, sound and not."""

from typing import Any

from document.wiring import wires
from nodes.filter.threshold import Threshold
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, SourceKind


class Feed(SourceKind):
    id = "feed"


class Tell(Kind):
    id = "tell"
    group = "action"


CATALOG = Catalog([Feed, Threshold, Tell])


def document(*nodes: tuple[str, str, Any]) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": id, "kind": kind, **({} if source is None else {"from": source})} for id, kind, source in nodes
        ]
    }


def test_a_bare_id_names_the_first_output_and_a_list_the_first_input() -> None:
    wiring = wires(
        document(("a", "feed", None), ("hot", "threshold", ["a"]), ("t", "tell", ["hot", "hot.cleared"])), CATALOG
    )
    assert wiring.inputs["hot"] == {"in": [("a", "out")]}
    assert wiring.inputs["t"] == {"in": [("hot", "entered"), ("hot", "cleared")]}
    assert wiring.outputs["hot"] == {"entered": [("t", "in")], "cleared": [("t", "in")]}
    assert wiring.order == ["a", "hot", "t"]


def test_nodes_come_after_what_feeds_them_and_otherwise_in_document_order() -> None:
    wiring = wires(
        document(("t", "tell", {"in": ["b"]}), ("a", "feed", None), ("c", "tell", ["a"]), ("b", "feed", None)), CATALOG
    )
    assert wiring.order == ["a", "c", "b", "t"]


def test_the_same_wire_twice_counts_once_and_a_dangling_one_not_at_all() -> None:
    wiring = wires(document(("a", "feed", None), ("t", "tell", ["a", "a.out", "ghost", "ghost.out"])), CATALOG)
    assert wiring.inputs["t"] == {"in": [("a", "out")]}


def test_nodes_of_a_ring_are_not_ordered() -> None:
    wiring = wires(
        document(("a", "feed", None), ("b", "tell", ["c"]), ("c", "tell", ["b"]), ("d", "tell", ["c"])), CATALOG
    )
    assert wiring.order == ["a"]
    assert wiring.rings == ["b", "c", "d"]


def test_hostile_documents_have_an_empty_wiring() -> None:
    for hostile in (None, 3, [], {}, {"nodes": 3}, {"nodes": [None, 1, {"id": 1}, {}]}):
        assert wires(hostile, CATALOG).order == []
    odd = {"nodes": [{"id": "a", "kind": [], "from": {"in": 3, "x": [None]}}, {"id": "a", "from": 5}]}
    assert wires(odd, CATALOG).order == ["a"]
