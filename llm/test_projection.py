import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from llm.projection import Projection
from llm.shapes import same
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

PROJECTION = Projection(full_catalog(), Registry())
DOCUMENTS = [example.document for kind in full_catalog() for example in kind.examples]
NODES = [node for document in DOCUMENTS for node in document["nodes"]]
SETTINGS = [item for document in DOCUMENTS for item in (document.get("settings") or {}).items()]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def there_and_back(document: dict[str, Any]) -> dict[str, Any]:
    written = json.loads(json.dumps(PROJECTION.to_model(document)))
    return PROJECTION.to_document(written)


def test_every_example_of_every_kind_comes_back_as_it_was() -> None:
    assert DOCUMENTS
    for document in DOCUMENTS:
        assert same(there_and_back(document), document)


@settings(max_examples=150, deadline=None)
@given(
    nodes=st.lists(st.sampled_from(NODES), min_size=1, max_size=6),
    chosen=st.lists(st.sampled_from(SETTINGS), max_size=3),
    strange=st.dictionaries(st.sampled_from(["notes", "layout", "tests", "description"]), JSON, max_size=3),
    params=JSON,
)  # fmt: skip
def test_any_mixture_of_nodes_and_strange_values_comes_back_as_it_was(
    nodes: list[dict[str, Any]], chosen: list[tuple[str, Any]], strange: dict[str, Any], params: Any
) -> None:
    mixed = [*nodes, {**nodes[0], "params": {**nodes[0].get("params", {}), "values": params, "body": params}}]
    document: dict[str, Any] = {"suiro": 1, "name": "x", "nodes": mixed, **strange}
    if chosen:
        document["settings"] = dict(chosen)
    assert same(there_and_back(document), document)


def test_the_schema_keeps_the_limits_of_structured_outputs() -> None:
    deepest = 0

    def walk(schema: Any, depth: int) -> None:
        nonlocal deepest
        if isinstance(schema, list):
            for part in schema:
                walk(part, depth)
        if not isinstance(schema, dict):
            return
        if schema.get("type") == "object":
            depth += 1
            assert schema["additionalProperties"] is False
            assert set(schema["required"]) == set(schema["properties"])
        deepest = max(deepest, depth)
        for value in schema.values():
            if isinstance(value, dict | list):
                walk(value, depth)

    schema = PROJECTION.schema()
    walk(schema, 0)
    assert deepest <= 6
    assert "$ref" not in json.dumps(schema)
