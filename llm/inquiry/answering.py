"""One question about a flow, answered."""

from dataclasses import dataclass
from typing import Any

from llm.inquiry.asked import Sort, sort_of
from llm.inquiry.explaining import Explaining
from llm.inquiry.parts import Finder, Part
from llm.inquiry.reasons import Exchange, Reasons
from llm.inquiry.said import say
from llm.inquiry.supposing import suppose, supposed
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry


@dataclass(frozen=True)
class Answered:
    """`text` in the user's language; `about`: the nodes that it speaks of, none where it speaks of all."""

    sort: Sort
    text: str
    about: list[str]


def answered(
    prompt: str, document: dict[str, Any], *, catalog: Catalog, registry: Registry, lang: str, about: list[str],
    history: list[Exchange],
) -> Answered | None:  # fmt: skip
    """The answer to `prompt`; None where it asks nothing about the flow. `about`: the nodes that are chosen on the
    screen."""
    sort = sort_of(prompt, lang)
    if sort is None:
        return None
    document = readable(document)
    explaining = Explaining(document, catalog, registry, lang)
    if sort == "suppose":
        text, acted = suppose(supposed(prompt, registry), document, catalog, registry, lang)
        whole = text in (say("no_value", lang), say("cannot_try", lang))
        return Answered(sort, f"{text}\n{explaining.whole()}" if whole else text, acted)
    meant = Finder(document, catalog, registry).meant(prompt, about)
    lead = []
    if meant.here:
        lead.append(say("which", lang))
    if meant.strange:
        lead.append(say("strange", lang, words=meant.strange))
    if sort == "why":
        reasons = Reasons(explaining, history)
        text = reasons.of(meant.parts) if meant.parts else reasons.whole()
    else:
        text = "\n".join(explaining.part(part) for part in meant.parts) or explaining.whole()
    return Answered(sort, "\n".join([*lead, text]), _nodes(meant.parts, document))


def readable(document: dict[str, Any]) -> dict[str, Any]:
    """What of a draft has the form of a document: its problems are told elsewhere."""
    settings = document.get("settings")
    held = settings if isinstance(settings, dict) else {}
    nodes = document.get("nodes")
    return {
        **document,
        "settings": {name: setting for name, setting in held.items() if isinstance(setting, dict)},
        "nodes": [node for node in (nodes if isinstance(nodes, list) else []) if _is_node(node)],
    }


def _is_node(node: Any) -> bool:
    if not isinstance(node, dict) or not all(isinstance(node.get(key), str) for key in ("id", "kind")):
        return False
    wires = node.get("from") or []
    many = list(wires.values()) if isinstance(wires, dict) else [wires]
    plain = all(isinstance(refs, list) and all(isinstance(ref, str) for ref in refs) for refs in many)
    return plain and isinstance(node.get("params") or {}, dict)


def _nodes(parts: list[Part], document: dict[str, Any]) -> list[str]:
    """The nodes that the parts are, or that use them."""
    found: dict[str, None] = {}
    for part in parts:
        for node in document.get("nodes") or []:
            uses = any(
                f"${part.setting}" in (v if isinstance(v, list) else [v]) for v in (node.get("params") or {}).values()
            )
            if node["id"] == part.node or (part.setting and uses):
                found.setdefault(node["id"])
    return list(found)
