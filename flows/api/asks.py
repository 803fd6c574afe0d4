"""What the nodes of a flow ask language models: what it will take, and how often marked answers were right."""

import time
import uuid
from typing import Any

from django.http import HttpRequest

from flows import commands
from flows.api.entry import actor, api, language
from flows.api.previews import Drawn
from flows.ask_forecast import forecast
from flows.checking import errors_in, problems_of
from flows.models import Worker, Workspace
from flows.models_asked import models_of
from flows.spending import accuracy, model_names

PATIENCE, LOOK_EVERY = 1.0, 0.05
"""Seconds to wait for workers, and between two looks whether they have answered."""


@api.post("/flows/{uuid:flow_id}/asks")
def forecast_asks(request: HttpRequest, flow_id: uuid.UUID, wish: Drawn) -> Any:
    """About what each node of `document` that asks a language model will take a day, if it is deployed in this flow's place.
    Of a document that is not sound nothing is said."""
    flow, lang = commands.flow_of(actor(request), flow_id), language(request)
    commands.refuse_oversize(wish.document, lang)
    if not models_of(wish.document) or errors_in(problems_of(wish.document, flow.workspace, lang)):
        return {"nodes": []}
    _hear_workers(flow.workspace)
    return {"nodes": forecast(flow, wish.document, lang)}


def _hear_workers(workspace: Workspace) -> None:
    """Have connected workers say how they are, and give them a moment for that."""
    asked, end = round(time.time() * 1000), time.monotonic() + PATIENCE
    commands.ask_workers(workspace)
    connected = Worker.objects.of(workspace).filter(connected=True)
    while time.monotonic() < end and any((row.status.get("at") or 0) < asked for row in connected.all()):
        time.sleep(LOOK_EVERY)


@api.get("/flows/{uuid:flow_id}/accuracy")
def read_accuracy(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    """By node and model: how many answers people marked (`n`), how many of these were right, and that in per cent."""
    flow = commands.flow_of(actor(request), flow_id)
    names = model_names(flow.workspace, language(request))
    rows = accuracy(flow.workspace, flow)
    wanted = ("node", "n", "right", "percent")
    return {
        "nodes": [
            {**{name: row[name] for name in wanted}, "model": names.get(row["model"], row["model"])} for row in rows
        ]
    }
