"""What the server keeps of a flow that runs here: firings, stored rows, notices and approvals, and the values of the last hour."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from document.dashboard import tiles
from flows.commands.firings import DECIDED
from flows.models import Firing, FiringCount, Flow, Notice, PendingApproval, StoredRow
from flows.recent import recent
from flows.registered import registry_for, registry_of
from flows.reporting.told import Act, Drawn, Told
from flows.showing import ms
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry, Words

MOST_ACTS, MOST_ROWS = 5_000, 5_000


def told_of(flow: Flow, start: datetime, until: datetime, lang: str) -> Told:
    """From `start` to `until`, of the version that runs, else of the draft."""
    version = flow.deployed
    document = version.running_document() if version is not None else flow.document
    registry = registry_for(version) if version is not None else registry_of(flow.workspace)
    firings = Firing.objects.of(flow.workspace_id).filter(flow=flow, time__gte=start, time__lt=until)
    stored = StoredRow.objects.of(flow.workspace_id).filter(flow=flow, time__gte=start, time__lt=until)
    counts: Counter[str] = Counter()
    for rows in (firings, stored):
        counts.update(dict(rows.order_by().values_list("node").annotate(count=Count("pk"))))
    shown = tiles(document, full_catalog(), registry, lang)
    devices = dict.fromkeys(
        id for tile in shown if tile.kind in ("value", "chart", "picture", "state") for id, _ in tile.devices
    )
    begin, end = ms(start) or 0, ms(until) or 0
    acts = _acts(flow, list(firings.order_by("-time")[:MOST_ACTS]))
    heard = _heard(flow, registry, shown, {act.device or "" for act in acts}, begin, end)
    drawn = [*heard, *_stored(list(stored.order_by("-time")[:MOST_ROWS]), document)]
    older = FiringCount.objects.of(flow.workspace_id).filter(flow=flow, hour__gte=start, hour__lt=until)
    return Told(
        document, registry, begin, end, acts, dict(counts), [id for id in devices if id in registry.devices], drawn,
        version.number if version else None, older=older.aggregate(sum=Sum("count"))["sum"] or 0,
    )  # fmt: skip


def _acts(flow: Flow, firings: list[Firing]) -> list[Act]:
    keys = [row.key for row in firings]
    seen = dict(Notice.objects.of(flow.workspace_id).filter(flow=flow, key__in=keys).values_list("key", "acked"))
    answers = PendingApproval.objects.of(flow.workspace_id).filter(flow=flow, key__in=keys)
    seen |= dict(answers.exclude(answered=None).values_list("key", "answered"))
    return [_act(row, seen.get(row.key)) for row in firings]


def _act(row: Firing, seen: datetime | None) -> Act:
    data: dict[str, Any] = row.data
    values = data.get("values")
    return Act(
        ms(row.time) or 0, row.node, row.device, data.get("to"), data.get("text"), data.get("command"),
        values if isinstance(values, dict) else {}, ms(row.done) if row.sent else None, ms(seen),
        row.sent is False and row.outcome not in DECIDED,
    )  # fmt: skip


def _heard(flow: Flow, registry: Registry, shown: list[Any], acted: set[str], start: int, until: int) -> list[Drawn]:
    """What the flow decides about, as far as it is remembered; those of devices about which it acted first."""
    now, found = ms(timezone.now()) or 0, []
    for tile in shown:
        for id, _ in tile.devices if tile.kind == "chart" else ():
            points = recent.points(str(flow.workspace_id), id, tile.field, now)
            within = [point for point in points if start <= point[0] < until]
            if len(within) > 2:
                found.append(Drawn(id, _field(registry, id, tile), tile.unit or "", within))
    return sorted(found, key=lambda one: (one.device in acted, _moves(one)), reverse=True)


def _field(registry: Registry, device: str, tile: Any) -> Words:
    """What people call the field, in both languages where the registry has them."""
    known = registry.devices.get(device)
    type = registry.types.get(known.type) if known else None
    field = type.field(tile.field) if type else None
    return field.label if field and field.label else {"en": tile.title}


def _moves(one: Drawn) -> float:
    values = [value for _, value in one.points]
    return (max(values) - min(values)) / (abs(max(values)) + abs(min(values)) or 1.0)


def _stored(rows: list[StoredRow], document: dict[str, Any]) -> list[Drawn]:
    """Numbers that the flow keeps, in order of time."""
    labels = {str(node["id"]): str(node.get("label") or node["id"]) for node in document.get("nodes") or []}
    series: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    for row in reversed(rows):
        for name, value in row.fields.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                series.setdefault((row.node, row.device or "", name), []).append((ms(row.time) or 0, float(value)))
    return [
        Drawn(device, {"en": f"{labels.get(node, node)}: {name}"}, "", points)
        for (node, device, name), points in series.items()
        if len(points) > 2
    ]
