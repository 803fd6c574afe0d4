"""Answers to what was asked about the sentence that a flow was made from: only what they change of the flow."""

import copy
from collections.abc import Callable
from typing import Any

from document.diff import describe, diff
from llm.compilation import Drafted
from llm.compile import Request


def answered(prompt: str, request: Request, write: Callable[[str, Request], Drafted]) -> Drafted | None:
    """The flow as it is now, with what the answers make otherwise than the sentence alone. None where the flow was not
    made from this sentence. `write` makes a flow of a sentence."""
    flow = request.document
    if flow is None or not request.answers:
        return None
    alone, whole = write(prompt, _about(request, {})), write(prompt, _about(request, request.answers))
    if alone.document is None or whole.document is None:
        return None
    if not _ids(alone.document) <= _ids(flow):
        return None
    document = copy.deepcopy(flow)
    document["nodes"] = _nodes(flow, alone.document, whole.document)
    settings = _merged(*(each.get("settings") or {} for each in (flow, alone.document, whole.document)))
    if settings:
        document["settings"] = settings
    for node in document["nodes"]:
        if node not in flow["nodes"]:
            request.on_progress({"stage": "node", "node": node})
    plan = "\n".join(describe(change, request.lang) for change in diff(flow, document))
    open_ones = [q for q in whole.questions if q.get("setting") is None or q["setting"] in settings]
    new = [found for found in whole.problems if found not in alone.problems]
    return Drafted(document, plan, open_ones, problems=new, reading=_of_answers(whole.reading))


def _of_answers(reading: dict[str, Any] | None) -> dict[str, Any] | None:
    """The reading without what was told already of the sentence alone."""
    return reading and {**reading, "unused": []}


def _about(request: Request, answers: dict[str, Any]) -> Request:
    return Request(registry=request.registry, catalog=request.catalog, lang=request.lang, answers=answers)


def _ids(document: dict[str, Any]) -> set[str]:
    return {str(node.get("id")) for node in document.get("nodes", [])}


def _nodes(flow: dict[str, Any], alone: dict[str, Any], whole: dict[str, Any]) -> list[dict[str, Any]]:
    named = ({node["id"]: node for node in document["nodes"]} for document in (flow, alone, whole))
    return list(_merged(*named).values())


def _merged(mine: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`mine` with what differs between `before` and `after`, where a person has not changed it."""
    merged = {}
    for name, value in mine.items():
        untouched = name in before and value == before[name]
        if untouched and name not in after:
            continue
        merged[name] = after[name] if untouched else value
    return merged | {name: value for name, value in after.items() if name not in before and name not in merged}
