"""The sound part of a document that has errors: nodes with a problem go, and whatever hangs on them."""

import copy
from collections.abc import Callable
from typing import Any

from document.pointer import parts
from document.problems import has_errors, render, severity_of
from document.wiring import nodes_of, wires_of
from nodes.kit.catalog import Catalog
from nodes.kit.problem import Problem

Check = Callable[[dict[str, Any]], list[Problem]]
MOST_ROUNDS = 8


def salvaged(
    document: dict[str, Any], catalog: Catalog, check: Check, lang: str
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The sound part, None where it does nothing any more. Second, for each node that went its name and the first thing that
    was wrong with it."""
    left, lost = sound_part(document, catalog, check, lang)
    return (left if left is not None and acts(left, catalog) else None), lost


def sound_part(
    document: dict[str, Any], catalog: Catalog, check: Check, lang: str
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """What is left when every node with an error is taken out, with all nodes after it; None where nothing sound is. Second
    as `salvaged`."""
    left = copy.deepcopy(document)
    lost: list[tuple[str, str]] = []
    for _ in range(MOST_ROUNDS):
        found = check(left)
        if not has_errors(found):
            return left, lost
        gone = _at_fault(left, found, catalog, lang)
        if not gone:
            return None, lost
        lost += [(name, why) for name, why in gone.values() if why]
        left["nodes"] = [node for index, node in enumerate(left["nodes"]) if index not in gone]
    return None, lost


def _at_fault(
    document: dict[str, Any], found: list[Problem], catalog: Catalog, lang: str
) -> dict[int, tuple[str, str]]:
    """By index the nodes to take out. Extra parts of the document that are at fault (tests, layout) are taken out at once."""
    gone: dict[int, tuple[str, str]] = {}
    for problem in found:
        if severity_of(problem) != "error":
            continue
        part, key = [*parts(problem.path), "", ""][:2]
        if part == "nodes" and key.isdecimal() and isinstance(document.get("nodes"), list):
            index = int(key)
            gone.setdefault(index, (_name(document, index), render(problem, lang)["message"]))
        elif part == "settings" and key and isinstance(document.get("settings"), dict):
            document["settings"].pop(key, None)
            gone.setdefault(-1, ("", ""))
        elif part in document and part not in ("nodes", "suiro", "name", "settings"):
            del document[part]
            gone.setdefault(-1, ("", ""))
    ids = {document["nodes"][index]["id"] for index in gone if index >= 0 and _has_id(document, index)}
    while ids:
        after = {i: node for i, node in nodes_of(document) if i not in gone and _reads(node, ids, catalog)}
        gone |= {index: (_name(document, index), "") for index in after}
        ids = {node["id"] for node in after.values()}
    return gone


def _has_id(document: dict[str, Any], index: int) -> bool:
    nodes = document["nodes"]
    return index < len(nodes) and isinstance(nodes[index], dict) and isinstance(nodes[index].get("id"), str)


def _name(document: dict[str, Any], index: int) -> str:
    if not _has_id(document, index):
        return f"nodes/{index}"
    node = document["nodes"][index]
    return str(node.get("label") or node["id"])[:80]


def _reads(node: dict[str, Any], ids: set[str], catalog: Catalog) -> bool:
    return any(ref.partition(".")[0] in ids for _, ref, _ in wires_of(node, catalog))


def acts(document: dict[str, Any], catalog: Catalog) -> bool:
    """Whether anything is left that is done."""
    kinds = [catalog.get(node.get("kind")) for _, node in nodes_of(document)]
    return any(kind is not None and kind.group == "action" for kind in kinds)
