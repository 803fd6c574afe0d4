"""The dashboard of one flow with all that its page shows, and what of a live message may be seen through it."""

from typing import Any

import msgspec
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from document.dashboard import Tile, tiles
from flows.commands.deploying import worker_of
from flows.commands.firings import DECIDED
from flows.commands.plans import plan_beneath
from flows.models import Dashboard, DashboardLink, DashboardPlan, Firing, Flow, Notice, Worker
from flows.plan_pictures import plan_beneath_json
from flows.recent import recent
from flows.registered import registry_for, registry_of
from flows.showing import ms
from flows.thumbnails import shown, thumbnail_of
from nodes.kit.catalog import full_catalog
from nodes.kit.things import spoken

MOST_ALERTS = 30
Message = dict[str, Any]


class Board(msgspec.Struct):
    """What a dashboard shows: the version that runs, else the draft."""

    flow: Flow
    document: dict[str, Any]
    tiles: list[Tile]
    worker: Worker | None
    commands: dict[str, str]
    """What people call the commands, by id."""
    beneath: DashboardPlan | None = None

    @property
    def worker_id(self) -> str | None:
        return str(self.worker.id) if self.worker is not None else None

    @property
    def devices(self) -> set[str]:
        return {id for tile in self.tiles for id, _ in tile.devices}

    def pictured(self, device: str, field: str) -> bool:
        """Whether it shows the pictures that a device sends in a field."""
        return any(
            tile.field == field and device in dict(tile.devices) for tile in self.tiles if tile.kind == "picture"
        )

    @property
    def fields(self) -> set[str]:
        return {name for tile in self.tiles for name in (tile.field, *tile.locations) if name}


def board_of(flow: Flow, lang: str) -> Board:
    version = flow.deployed
    document = version.running_document() if version is not None else flow.document
    registry = registry_for(version) if version is not None else registry_of(flow.workspace)
    commands = [command for type in registry.types.values() for command in type.commands]
    labels = {command.id: spoken(command.label, lang, command.id) for command in commands}
    beneath = plan_beneath(flow)
    drawn = [tile for tile in tiles(document, full_catalog(), registry, lang) if _has_ground(tile, beneath)]
    return Board(flow, document, drawn, worker_of(flow), labels, beneath)


def _has_ground(tile: Tile, beneath: DashboardPlan | None) -> bool:
    """A map is drawn on a plan, or on a grid where devices say where they are."""
    return tile.kind != "map" or bool(tile.locations) or (beneath is not None and beneath.plan is not None)


def dashboard_json(board: Board, token: str = "") -> dict[str, Any]:
    """`token` is the secret part of the link by which somebody looks: pictures come by it too."""
    flow, worker, now = board.flow, board.worker, ms(timezone.now()) or 0
    return {
        "flow": str(flow.id),
        "name": flow.name,
        "status": flow.status,
        "version": flow.deployed.number if flow.deployed else None,
        "worker": {"id": board.worker_id, "connected": bool(worker and worker.connected)},
        "tiles": msgspec.to_builtins(board.tiles),
        "arrangement": _arrangement(flow),
        "plan": _plan(board, reverse("shared-plan", args=[token]) if token else ""),
        "pictures": _pictures(board),
        "pictures_at": f"/shared/{token}/pictures/" if token else "/api/pictures/",
        "values": seen_values(board, cache.get(f"values:{flow.workspace_id}") or {}),
        "history": _history(board, now),
        "alerts": alerts_json(board),
        "now": now,
    }


def alerts_json(board: Board) -> list[dict[str, Any]]:
    """The newest firings. `sent` is null while that is open, and where a person or a policy has decided; `acked` is null where nothing of it stands in the inbox."""
    rows = list(Firing.objects.of(board.flow.workspace_id).filter(flow=board.flow)[:MOST_ALERTS])
    notices = Notice.objects.of(board.flow.workspace_id).filter(flow=board.flow, key__in=[row.key for row in rows])
    acked = {key: at is not None for key, at in notices.values_list("key", "acked") if key}
    labels = {node.get("id"): node.get("label") for node in board.document.get("nodes") or []}
    return [
        {
            "id": str(row.id),
            "title": labels.get(row.node) or row.node,
            "text": _told(row.data, board.commands),
            "device": row.device,
            "time": ms(row.time),
            "sent": None if row.outcome in DECIDED else row.sent,
            "acked": acked.get(row.key),
        }
        for row in rows
    ]


def link_json(link: DashboardLink) -> dict[str, Any]:
    """Never the secret part."""
    return {
        "id": str(link.id),
        "label": link.label,
        "made": ms(link.created),
        "by": (link.by.first_name or link.by.username) if link.by else None,
        "expires": ms(link.expires),
        "over": link.expires is not None and link.expires <= timezone.now(),
        "opened": ms(link.opened),
    }


def seen(board: Board, message: Message) -> Message | None:
    """What somebody who may only look at this dashboard gets of a live message; None: nothing."""
    t, ours = message.get("t"), message.get("flow") == str(board.flow.id)
    if t == "values":
        devices = seen_values(board, message.get("devices") or {})
        return {"t": "values", "devices": devices} if devices else None
    if t == "taps" and ours:
        return {"t": "taps", "edges": _seen_edges(board, message), "nodes": _seen_nodes(board, message)}
    if t == "worker" and message.get("id") == board.worker_id:
        return {"t": "worker", "id": board.worker_id, "connected": bool(message.get("connected"))}
    if t == "flow" and ours:
        return {
            "t": "flow",
            "flow": message["flow"],
            "status": message.get("status"),
            "version": message.get("version"),
        }
    if t == "picture" and board.pictured(str(message.get("device")), str(message.get("field"))):
        return {name: message.get(name) for name in ("t", "device", "field", "time", "mark")}
    if (t in ("fired", "board") and ours) or t == "acked":
        return {"t": t}
    return None


def seen_values(board: Board, devices: dict[str, Any]) -> dict[str, Any]:
    """Of these devices the ones that the dashboard expects, with the fields that it shows."""
    ours, fields = board.devices, board.fields
    return {id: _cut(entry, fields) for id, entry in devices.items() if id in ours and isinstance(entry, dict)}


def _seen_edges(board: Board, message: Message) -> dict[str, Any]:
    wanted: dict[str, set[str]] = {}
    for tile in board.tiles:
        if tile.output:
            wanted.setdefault(tile.output, set()).add(tile.field)
    edges = message.get("edges") or {}
    return {
        name: {**_cut(edge, wanted[name]), "device": edge.get("device")}
        for name, edge in edges.items()
        if name in wanted
    }


def _seen_nodes(board: Board, message: Message) -> dict[str, Any]:
    wanted = {tile.node for tile in board.tiles if tile.kind == "state"}
    nodes = message.get("nodes") or {}
    return {id: {"standings": node["standings"]} for id, node in nodes.items() if id in wanted and "standings" in node}


def _cut(entry: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    data = entry.get("data")
    kept = {name: value for name, value in data.items() if name in fields} if isinstance(data, dict) else {}
    return {"time": entry.get("time"), "data": kept}


def _plan(board: Board, picture: str) -> dict[str, Any] | None:
    """What is beneath the map, and where its devices stand on it by hand."""
    row = board.beneath
    if row is None or row.plan is None:
        return None
    ours, placed = board.devices, row.places.get(str(row.plan.pk)) or {}
    places = {id: spot for id, spot in placed.items() if id in ours}
    return {**plan_beneath_json(row.plan, picture or f"/api/plans/{row.plan.pk}/picture"), "places": places}


def _pictures(board: Board) -> dict[str, dict[str, Any]]:
    """By device and field, of which pictures are there to be fetched."""
    found: dict[str, dict[str, Any]] = {}
    for tile in board.tiles:
        for id, _ in tile.devices if tile.kind == "picture" else ():
            if (kept := thumbnail_of(board.flow.workspace_id, id, tile.field)) is not None:
                found.setdefault(id, {})[tile.field] = shown(kept)
    return found


def _arrangement(flow: Flow) -> dict[str, Any] | None:
    row = Dashboard.objects.of(flow.workspace_id).filter(flow=flow).first()
    return {"order": row.order, "hidden": row.hidden, "wide": row.wide, "small": row.small} if row else None


def _history(board: Board, now: int) -> dict[str, dict[str, Any]]:
    """By device and field; of the charts alone."""
    found: dict[str, dict[str, Any]] = {}
    for tile in board.tiles:
        for id, _ in tile.devices if tile.kind == "chart" else ():
            points = recent.points(str(board.flow.workspace_id), id, tile.field, now)
            if points:
                found.setdefault(id, {})[tile.field] = points
    return found


def _told(data: dict[str, Any], commands: dict[str, str]) -> str:
    command = str(data.get("command") or "")
    return str(data.get("text") or commands.get(command, command))[:500]
