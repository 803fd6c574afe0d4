"""What became of events and actions, as text for a Prometheus server."""

import hmac
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_GET

from flows import commands
from flows.models import AskBudget, DeadLetter, Flow, Worker, Workspace
from flows.spending import LIMITS, spent_today

Line = tuple[dict[str, str], float]
FATES = ("received", "delivered", "kept", "filtered", "late", "dropped", "dead")
ENDS = ("created", "sent", "pending", "expired", "dropped", "dead")
NAMES = {
    "suiro_worker_connected": "Whether the worker's line is up.",
    "suiro_worker_broker_connected": "Whether the worker is here and connected to its broker.",
    "suiro_worker_store_refuses": "Whether the worker's disk refuses what it writes: then it takes no messages.",
    "suiro_events": "Events by flow, source and fate; received is the sum of the other fates.",
    "suiro_actions": "Actions by flow and fate; created is the sum of the other fates.",
    "suiro_actions_dropped": "Dropped actions by flow and reason.",
    "suiro_destination_open": "Whether the breaker of the destination is open.",
    "suiro_destination_waiting": "Parcels that wait for the destination, in memory and on the disk.",
    "suiro_destination_bytes": "Bytes of these parcels.",
    "suiro_commands_waiting": "Commands to devices that wait, in memory and on the disk.",
    "suiro_commands_bytes": "Bytes of these commands.",
    "suiro_asks_waiting": "Questions that wait for an answer, by model (or task).",
    "suiro_asks_bytes": "Bytes of these questions, about.",
    "suiro_dead_letters": "Dead letters of the flow.",
    "suiro_asks_today": "Questions to language models today by flow, model and what came of them.",
    "suiro_ask_tokens_today": "Tokens of these questions.",
    "suiro_ask_cost_today": "Their cost in the workspace's currency.",
    "suiro_ask_budget": "What a flow, or all together (no flow), may ask: calls a minute, tokens and money a day.",
}
"""Days are those of the workspace's time zone. Counts begin anew with the worker, and those of events with each version of a flow."""


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """As last heard of the workers, which are asked anew. 404 without the token of SUIRO_METRICS_TOKEN."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    wanted = settings.METRICS_TOKEN
    if not wanted or not hmac.compare_digest(given.encode(), wanted.encode()):
        return HttpResponseNotFound()
    found: dict[str, list[Line]] = {name: [] for name in NAMES}
    for workspace in Workspace.objects.all():
        commands.ask_workers(workspace)
        for name, labels, value in _of(workspace):
            found[name].append(({"workspace": workspace.name, **labels}, value))
    return HttpResponse("".join(_text(found)), content_type="text/plain; version=0.0.4; charset=utf-8")


def _of(workspace: Workspace) -> Iterator[tuple[str, dict[str, str], float]]:
    flows = list(Flow.objects.of(workspace))
    names = {str(flow.id): flow.name for flow in flows}
    for worker in Worker.objects.of(workspace):
        mine = {"worker": worker.name}
        yield "suiro_worker_connected", mine, worker.connected
        yield (
            "suiro_worker_broker_connected",
            mine,
            worker.connected and bool((worker.status.get("broker") or {}).get("connected")),
        )
        yield "suiro_worker_store_refuses", mine, bool(worker.status.get("trouble"))
        for id, counts in (worker.status.get("flows") or {}).items():
            yield from _flow({**mine, "flow": id, "name": names.get(id, "")}, counts)
        yield from _queues(worker.status, mine)
    for flow in flows:
        letters = DeadLetter.objects.of(workspace).filter(flow=flow).count()
        yield "suiro_dead_letters", {"flow": str(flow.id), "name": flow.name}, letters
    yield from _asks(workspace, names)


def _queues(status: dict[str, Any], mine: dict[str, str]) -> Iterator[tuple[str, dict[str, str], float]]:
    """What waits to leave a worker."""
    for way in status.get("destinations") or []:
        ours = {**mine, "destination": str(way.get("id"))}
        yield "suiro_destination_open", ours, way.get("state") != "closed"
        yield from _waiting("suiro_destination", ours, way)
    if commands_waiting := status.get("commands"):
        yield from _waiting("suiro_commands", mine, commands_waiting)
    for ask in status.get("asks") or []:
        ours = {**mine, "model": str(ask.get("id"))}
        yield "suiro_asks_waiting", ours, int(ask.get("waiting") or 0)
        yield "suiro_asks_bytes", ours, int(ask.get("bytes") or 0)


def _waiting(name: str, labels: dict[str, str], queue: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], float]]:
    for place, count, size in (("memory", "waiting", "bytes"), ("disk", "on_disk", "disk_bytes")):
        yield f"{name}_waiting", {**labels, "in": place}, int(queue.get(count) or 0)
        yield f"{name}_bytes", {**labels, "in": place}, int(queue.get(size) or 0)


def _asks(workspace: Workspace, names: dict[str, str]) -> Iterator[tuple[str, dict[str, str], float]]:
    for id, models in spent_today(workspace).items():
        for model, spent in models.items():
            labels = {"flow": id, "name": names.get(id, ""), "model": model}
            for outcome in ("asked", "over", "cached_answers"):
                yield "suiro_asks_today", {**labels, "outcome": outcome}, spent[outcome]
            yield "suiro_ask_tokens_today", labels, spent["tokens"]
            yield "suiro_ask_cost_today", labels, spent["money"]
    for row in AskBudget.objects.of(workspace):
        whose = {"flow": str(row.flow_id or ""), "name": names.get(str(row.flow_id), "")}
        for limit in LIMITS:
            if (most := getattr(row, limit)) is not None:
                yield "suiro_ask_budget", {**whose, "limit": limit}, most


def _flow(labels: dict[str, str], counts: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], float]]:
    for source, fates in (counts.get("sources") or {}).items():
        for fate in FATES:
            yield "suiro_events", {**labels, "source": source, "fate": fate}, int(fates.get(fate) or 0)
    ends = counts.get("effects") or {}
    for end in ENDS:
        yield "suiro_actions", {**labels, "fate": end}, int(ends.get(end) or 0)
    for reason, count in (ends.get("reasons") or {}).items():
        yield "suiro_actions_dropped", {**labels, "reason": str(reason)}, int(count)


def _text(found: dict[str, list[Line]]) -> Iterator[str]:
    for name, lines in found.items():
        yield f"# HELP {name} {NAMES[name]}\n# TYPE {name} gauge\n"
        for labels, value in lines:
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{name}{{{shown}}} {value if isinstance(value, float) and not value.is_integer() else int(value)}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
