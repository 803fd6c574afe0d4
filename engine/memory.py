"""A running engine as JSON types, and back: what a worker keeps on disk and what a redeploy carries over."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from engine.effect import Effect, Waiting
from engine.fates import Fates, NodeCounts
from engine.marks import WAITING
from engine.plan import PlanNode
from engine.slots import Slot
from engine.standing import Stood, stood_already
from nodes.kit.event import Event

if TYPE_CHECKING:
    from engine.engine import Engine

FORMAT = 1
Record = tuple[str, str, bytes | None]
"""Node, key and what it remembers (JSON; None: it is forgotten)."""
_encode = msgspec.json.Encoder().encode


class StoredSlot(msgspec.Struct, omit_defaults=True):
    """One key of one node; `timers` are absolute due times (ms) on the clock that the kind names."""

    memory: Any = None
    time: int | None = None
    anchor: int = 0
    sure: bool = False
    event: Event | None = None
    device: str | None = None
    mixed: bool = False
    timers: dict[str, int] = {}
    stood: Stood | None = None


class StoredNode(msgspec.Struct):
    """Of one node: enough to tell whether a later document may keep its memory, and the memory."""

    kind: str
    memory_version: int
    identity: dict[str, Any]
    given: dict[str, Any]
    slots: dict[str, StoredSlot]


class Stored(msgspec.Struct):
    """A whole engine."""

    version: str
    now: int
    settings: dict[str, Any]
    nodes: dict[str, StoredNode]
    waiting: list[Waiting]
    effects: list[Effect]
    fates: dict[str, Fates]
    counts: dict[str, NodeCounts]
    totals: list[int]
    format: int = FORMAT


def snapshot_of(engine: "Engine", effects: list[Effect]) -> dict[str, Any]:
    """`effects`: those that were made but not handed out yet."""
    nodes = {node.id: _stored_node(node, engine.slots[node.index]) for node in engine.nodes}
    built: dict[str, Any] = msgspec.to_builtins(_stored(engine, effects, nodes, list(engine.waiting.values())))
    return built


def changes_of(engine: "Engine", effects: list[Effect], whole: bool) -> tuple[bytes, list[Record]]:
    """The header, which is a snapshot without slots and waiting effects, and these one by one: what is gone first."""
    marks = engine.marks
    slots = (slot for kept in engine.slots for slot in kept.values()) if whole else marks.slots
    waiting = engine.waiting if whole else marks.waiting
    records: list[Record] = [] if whole else [(node, key, None) for node, key in marks.gone]
    records += [(slot.node.id, slot.key, _encode(_stored_slot(slot))) for slot in slots if slot.node is not None]
    records += [(WAITING, key, _encode(engine.waiting[key])) for key in waiting]
    marks.clear()
    nodes = {node.id: _stored_node(node, {}) for node in engine.nodes}
    return _encode(_stored(engine, effects, nodes, [])), records


def memory_of(header: bytes, records: Iterable[tuple[str, str, bytes]]) -> dict[str, Any]:
    """The snapshot that was handed out bit by bit."""
    memory: dict[str, Any] = msgspec.json.decode(header)
    for node, key, value in records:
        if node == WAITING:
            memory["waiting"].append(msgspec.json.decode(value))
        else:
            memory["nodes"][node]["slots"][key] = msgspec.json.decode(value)
    return memory


def _stored(engine: "Engine", effects: list[Effect], nodes: dict[str, StoredNode], waiting: list[Waiting]) -> Stored:
    counts = engine.counts
    return Stored(
        version=engine.plan.version,
        now=engine.now,
        settings=engine.changed,
        nodes=nodes,
        waiting=waiting,
        effects=effects,
        fates=counts.sources,
        counts=counts.nodes,
        totals=[counts.unread, counts.timers, counts.asked, counts.answered, counts.timed_out],
    )


def _stored_node(node: PlanNode, slots: dict[str, Slot]) -> StoredNode:
    kept = {key: _stored_slot(slot) for key, slot in slots.items()}
    return StoredNode(node.kind.id, node.kind.memory_version, node.identity, node.given, kept)


def _stored_slot(slot: Slot) -> StoredSlot:
    timers = {name: pending.due for name, pending in slot.timers.items() if pending.due is not None}
    stood = slot.stood if slot.stood is not None and slot.stood[1] is not None else None
    return StoredSlot(
        slot.memory, slot.time, slot.anchor, slot.sure, slot.event, slot.device, slot.mixed, timers, stood
    )


def restore(engine: "Engine", memory: dict[str, Any]) -> None:
    """Fill a new engine from a snapshot; nodes that do not keep their memory start fresh. Raises ValueError for a
    snapshot that this version cannot read."""
    stored = msgspec.convert(memory, Stored)
    if stored.format != FORMAT:
        raise ValueError(f"memory of format {stored.format}")
    engine.now = max(engine.now, stored.now)
    if stored.version == engine.plan.version and stored.settings:
        engine.keep_settings(stored.settings)
    kept = {node.id for node in engine.nodes if _fits(node, stored.nodes.get(node.id))}
    for node in engine.nodes:
        if node.id in kept:
            _refill(engine, node, stored.nodes[node.id])
    for id, node_before in stored.nodes.items():
        for key in node_before.slots if id not in kept else ():
            engine.marks.lost(id, key)
    _rewait(engine, stored, kept)
    _recount(engine, stored)
    engine.start(engine.nodes)


def _fits(node: PlanNode, stored: StoredNode | None) -> bool:
    if stored is None or (stored.kind, stored.memory_version) != (node.kind.id, node.kind.memory_version):
        return False
    if node.kind.Memory is None:
        return stored.given == node.given
    return stored.identity == msgspec.to_builtins(node.identity)


def _refill(engine: "Engine", node: PlanNode, stored: StoredNode) -> None:
    for key, kept in stored.slots.items():
        try:
            memory = msgspec.convert(kept.memory, node.kind.Memory) if node.kind.Memory else None
        except msgspec.ValidationError as failure:
            engine.complain(node, failure)
            engine.marks.lost(node.id, key)
            continue
        slot = engine.slots[node.index][key] = Slot(node, key, memory)
        slot.time, slot.anchor, slot.sure, slot.event = kept.time, kept.anchor, kept.sure, kept.event
        slot.device, slot.mixed = kept.device, kept.mixed
        slot.stood = kept.stood or stood_already(slot)
        slot.offset = 0 if kept.time is None or node.kind.timers_on_now else kept.anchor - kept.time
        for name, due in kept.timers.items():
            engine.timers.set(slot, name, due)
    if stored.given != node.given:
        try:
            before = node.kind.Params.model_validate(stored.given)
        except ValueError as failure:
            engine.complain(node, failure)
        else:
            engine.tell(node, before)


def _rewait(engine: "Engine", stored: Stored, kept: set[str]) -> None:
    for waiting in stored.waiting:
        effect = waiting.effect
        if waiting.node not in kept:
            engine.marks.lost(WAITING, effect.key)
            continue
        engine.waiting[effect.key] = waiting
        if effect.ask:
            engine.set_deadline(effect.key, waiting.since + (effect.timeout or 0))


def _recount(engine: "Engine", stored: Stored) -> None:
    counts = engine.counts
    counts.unread, counts.timers, counts.asked, counts.answered, counts.timed_out = stored.totals
    for id, fates in stored.fates.items():
        if id in counts.sources:
            counts.sources[id] = fates
    for id, tally in stored.counts.items():
        if id in counts.nodes:
            counts.nodes[id] = tally
    engine.tally = [counts.nodes[node.id] for node in engine.nodes]
