"""Which topics the flows of a workspace may read: each filter in a document has to lie inside an allowed one."""

from collections.abc import Iterator
from typing import Any

from document.problems import problem
from nodes.kit.catalog import Catalog
from nodes.kit.problem import Problem


def strange_topics(document: Any, allowed: list[str], catalog: Catalog) -> Iterator[Problem]:
    """A problem for every topic filter in `document` that reaches beyond `allowed`."""
    nodes = document.get("nodes") if isinstance(document, dict) else None
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        kind = catalog.get(node.get("kind")) if isinstance(node, dict) else None
        params = node.get("params") if kind is not None else None
        if kind is None or not isinstance(params, dict):
            continue
        for name, schema in kind.Params.model_json_schema().get("properties", {}).items():
            wanted = params.get(name)
            if (schema.get("x-suiro") or {}).get("format") != "topic" or not isinstance(wanted, str):
                continue
            if not any(covers(filter, wanted) for filter in allowed):
                yield problem("bad_topic", f"/nodes/{index}/params/{name}", topic=wanted)


def covers(allowed: str, wanted: str) -> bool:
    """Whether every topic that the MQTT filter `wanted` takes is also taken by `allowed`. Topics that begin with `$`
    are taken only where `allowed` names them."""
    if wanted.startswith("$") and not allowed.startswith("$"):
        return False
    ours, theirs = allowed.split("/"), wanted.split("/")
    for place, level in enumerate(ours):
        if level == "#":
            return True
        if place >= len(theirs) or theirs[place] == "#":
            return False
        if level not in ("+", theirs[place]):
            return False
    return len(ours) == len(theirs)
