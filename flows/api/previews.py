"""What forms show while somebody types: fields that arrive, what an expression or a text gives, when a schedule runs."""

import time
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from document.problems import say
from document.shapes import Surroundings, scopes, surroundings
from flows import commands
from flows.api.entry import actor, api, language
from flows.registered import registry_of
from nodes.kit.catalog import full_catalog
from nodes.kit.cel import ExpressionFailure, ExpressionProblem, callable_names, compile_expression
from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.template import BadText
from nodes.kit.text import compile_text

MOST_RUNS = 5
LATEST = 250_000_000_000_000
"""In the year 9892 (ms): every time before it is one in every time zone."""


class Drawn(Schema):
    document: dict[str, Any]


class Placed(Drawn):
    node: str


class Seen(Schema):
    """An event as the editor saw it on a wire; what is not known is left out."""

    time: Annotated[int, Field(ge=0, le=LATEST)] | None = None
    device: Annotated[str, Field(max_length=64)] | None = None
    data: dict[str, Any] = {}


class Typed(Placed):
    expr: str
    event: Seen | None = None


class Written(Placed):
    text: Annotated[str, Field(max_length=20_000)]
    event: Seen


@api.post("/shapes")
def arriving(request: HttpRequest, wish: Drawn) -> Any:
    """The fields that arrive at each node, as far as they are known along the wires, and what expressions may call."""
    workspace = actor(request).workspace
    commands.refuse_oversize(wish.document, language(request))
    found = scopes(wish.document, full_catalog(), registry_of(workspace), zone=workspace.zone)
    fields = {id: scope.shape.fields.items() for id, scope in found.items()}
    shapes = {
        id: [{"name": name, "type": field.type, "unit": field.unit} for name, field in known]
        for id, known in fields.items()
    }
    return {"shapes": shapes, "functions": callable_names()}


@api.post("/expression")
def check_expression(request: HttpRequest, wish: Typed) -> Any:
    """The type of an expression where it stands, or what is wrong with it and at which character; with an event also
    its value for that event, or why it has none."""
    around = _around(request, wish)
    if around is None:
        return {}
    try:
        program = compile_expression(wish.expr, around.scope)
    except ExpressionProblem as wrong:
        message, _ = say(wrong.code, wrong.details, language(request))
        return {"problem": {"message": message, "position": wrong.position, "length": wrong.length}}
    if wish.event is None:
        return {"type": program.type}
    try:
        return {"type": program.type, "value": program(_event(wish.event, around.scope))}
    except ExpressionFailure as failure:
        return {"type": program.type, "failed": say(failure.code, failure.details, language(request))[0]}


@api.post("/text")
def fill_text(request: HttpRequest, wish: Written) -> Any:
    """A text as it would be sent for this event, and what is missing in it."""
    around = _around(request, wish)
    if around is None:
        return {}
    try:
        text, troubles = compile_text(wish.text, around.scope)(_event(wish.event, around.scope))
    except BadText:
        return {}  # the document's own problems say what is wrong with it
    return {"text": text, "missing": [say(trouble.code, trouble.args, language(request))[0] for trouble in troubles]}


@api.post("/runs")
def next_runs(request: HttpRequest, wish: Placed) -> Any:
    """When a scheduled node sends next (ms), and in which time zone that is meant."""
    around = _around(request, wish)
    if around is None or around.params is None:
        return {}
    named = next(node for node in wish.document["nodes"] if node.get("id") == wish.node)
    kind = full_catalog()[named["kind"]](around.params, around.scope)
    upcoming = getattr(kind, "upcoming", None)
    runs = upcoming(round(time.time() * 1000), MOST_RUNS) if upcoming else []
    return {"runs": runs, "zone": str(around.scope.zone)}


def _around(request: HttpRequest, wish: Placed) -> Surroundings | None:
    workspace = actor(request).workspace
    commands.refuse_oversize(wish.document, language(request))
    catalog, registry = full_catalog(), registry_of(workspace)
    return surroundings(wish.document, catalog, registry, zone=workspace.zone).get(wish.node)


def _event(seen: Seen, scope: Scope) -> Event:
    at = round(time.time() * 1000) if seen.time is None else seen.time
    device = scope.registry.devices.get(seen.device or "") if scope.registry else None
    return Event(at, at, seen.device, device.type if device else None, seen.data, "")
