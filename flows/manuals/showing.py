"""Documents as pages and the API show them, and which flows ask them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from flows.model_access import embedding_model
from flows.models import Flow, Job, Manual, ManualIndex, Workspace
from nodes.ai.ask_documents import AskDocuments
from nodes.kit.catalog import full_catalog
from runtime.library.index import Found

PAGE = 100
"""Sections that are shown at once."""
Uses = list[tuple[dict[str, Any], tuple[str, ...]]]


def manual_json(manual: Manual, uses: Uses) -> dict[str, Any]:
    return {
        "id": str(manual.pk),
        "title": manual.title,
        "file": manual.file,
        "kind": manual.kind,
        "count": manual.count,
        "size": manual.size,
        "added": manual.created,
        "flows": [flow for flow, only in uses if _asked(manual.title, only)],
    }


def sections_json(manual: Manual, start: int) -> dict[str, Any]:
    """So many sections from `start` on."""
    shown = [{"place": place, "text": text} for place, text in manual.sections[start : start + PAGE]]
    return {"sections": shown, "start": start, "more": manual.count > start + PAGE}


def found_json(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [
        {"title": one.passage.title, "place": one.passage.place, "text": one.passage.text, "score": one.score}
        for one in found
    ]


def vectors_json(workspace: Workspace) -> dict[str, Any] | None:
    """How many passages have a vector, and why others have none; None where no model makes any, or there are no documents."""
    index = ManualIndex.objects.of(workspace).first()
    if index is None or embedding_model(workspace) is None:
        return None
    making = (
        Job.objects.of(workspace).filter(kind="embed", status__in=(Job.Status.WAITING, Job.Status.RUNNING)).exists()
    )
    problem = _("The model for embeddings: %s.") % _reason(index.problem) if index.problem else ""
    return {"near": index.near, "count": index.count, "making": making, "problem": problem}


def _reason(problem: str) -> str:
    """In the reader's language."""
    words = {
        "its model did not answer in time": _("it did not answer in time"),
        "its model cannot be reached": _("it cannot be reached"),
        "the answer of its model cannot be read": _("its answer cannot be read"),
        "the answer of its model is too large": _("its answer is too large"),
        "the time for them was over": _("there was no time for all of them"),
    }
    status = problem.removeprefix("its model's server said ")
    return (
        _("its server said %s") % status
        if status != problem
        else words.get(problem, _("what it answers are no vectors"))
    )


def uses_of_manuals(workspace: Workspace) -> Uses:
    """Each flow that asks documents, in its draft or as deployed, with the words that titles must have (none: all are asked)."""
    found: Uses = []
    for flow in Flow.objects.of(workspace).filter(binned=None).select_related("deployed").order_by("name"):
        running = flow.deployed.running_document() if flow.wanted and flow.deployed is not None else {}
        facts = {"id": str(flow.pk), "name": flow.name, "status": flow.status}
        words = {only: None for document in (running, flow.document) for only in titles_asked(document)}
        found += [(facts, only) for only in words]
    return found


def titles_asked(document: dict[str, Any]) -> list[tuple[str, ...]]:
    """Of each node that asks documents, the words that their titles must have."""
    nodes = document.get("nodes")
    found = []
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict) and full_catalog().get(node.get("kind")) is AskDocuments:
            params = node.get("params")
            only = params.get("only") if isinstance(params, dict) else None
            found.append(tuple(map(str, only)) if isinstance(only, list) else ())
    return found


def _asked(title: str, only: tuple[str, ...]) -> bool:
    return not only or any(word.lower() in title.lower() for word in only)
