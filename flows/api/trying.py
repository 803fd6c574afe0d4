"""Trying a draft out: events into its nodes, in virtual time. A preview: nothing is carried out and nothing is written."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from document.wiring import nodes_of
from engine.plan import build_plan
from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.api.previews import LATEST, Drawn
from flows.checking import errors_in, found_in, problems_of
from flows.models import Workspace
from flows.registered import registry_of, slice_of
from llm.salvage import sound_part
from llm.simulation.travel import MOST_STEPS, Step, Travel
from nodes.kit.catalog import full_catalog

LONGEST_WAIT = 32 * 86_400_000


class Taken(Schema):
    """See llm.simulation.travel.Step."""

    node: Annotated[str, Field(max_length=64)] | None = None
    port: Annotated[str, Field(max_length=64)] | None = None
    device: Annotated[str, Field(max_length=64)] | None = None
    data: dict[str, Any] = {}
    wait: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] | None = None


class Try(Drawn):
    """`start`: the time at which the first step is taken (ms). `answers`: what the outside answers, by the node that asks."""

    start: Annotated[int, Field(ge=0, le=LATEST)]
    steps: Annotated[list[Taken], Field(min_length=1, max_length=MOST_STEPS)]
    answers: dict[str, Any] = {}


class NoSuchPlace(Exception):
    """A step names a node or a port that the draft does not have."""


@api.post("/try")
def try_out(request: HttpRequest, wish: Try) -> Any:
    """What the last step did, after all those before it: each visit of each node in order, the timers that wait, the time.
    Of a draft with errors its sound part is tried, and its `problems` are told too, with the nodes that were `left_out`; where
    a step goes to one of those, nothing else is told."""
    workspace, lang = actor(request).workspace, language(request)
    commands.refuse_oversize(wish.document, lang)
    document, problems = wish.document, errors_in(problems_of(wish.document, workspace, lang))
    left_out: list[str] = []
    if problems:
        sound, left_out = _sound_part(wish.document, workspace, lang)
        kept = {node["id"] for node in (sound or {"nodes": ()})["nodes"]}
        if sound is None or not {step.node for step in wish.steps if step.node is not None} <= kept:
            return {"problems": problems}
        document = sound
    plan = build_plan(document, full_catalog(), slice_of(workspace, document), zone=workspace.zone)
    travel = Travel(plan, wish.start, wish.answers)
    for number, step in enumerate(wish.steps):
        try:
            travel.take(Step(**step.dict()), number)
        except (KeyError, ValueError):
            raise NoSuchPlace(step.node) from None
    return {**travel.told(), "problems": problems, "left_out": left_out}


def _sound_part(document: dict[str, Any], workspace: Workspace, lang: str) -> tuple[dict[str, Any] | None, list[str]]:
    """What of a draft can run, and the ids of the nodes that cannot; None where nothing can."""
    known = registry_of(workspace)
    sound, _ = sound_part(document, full_catalog(), lambda left: found_in(left, workspace, lang, known), lang)
    if sound is None:
        return None, []
    kept = {node["id"] for node in sound["nodes"]}
    return sound, [str(node["id"]) for _, node in nodes_of(document) if node.get("id") not in kept]


@api.exception_handler(NoSuchPlace)
def _no_such_place(request: HttpRequest, why: NoSuchPlace) -> HttpResponse:
    return refuse(request, 422, "no_such_place", _("The draft has no such node any more."))
