"""What each kind costs, and whether that stays flat: `python -m bench.kinds [--quick] [kind ...]`.

Each kind with inputs stands alone behind `devices` sources, with the params of its own first example; its stream is what
reached it in that example's test, again and again, for each of so many keys, each key at another place of the cycle, evenly
spaced in time. So a new kind is measured without a word. Left out: sources (they are the measure), AI and actions (their
cost is outside).

- events/s: of the whole flow, with a thousand keys.
- own µs: processor time of an event with the node, less that of the same flow without it. Timers that fire are part of it.
- B/key: sys.getsizeof over everything that the node's slots hold (memory, the last event with its data, timers and their
  entries in the heap), divided by the keys, after two readings of each; of very many keys a sample. What keys share counts
  once. "full": one key after thousands of readings, with the longest windows of any of the kind's examples.
- x keys: own cost of an event with the most keys over that with one. Below 1 where a kind does something once a period
  (windows on the clock, shifts): with many keys there are many events to each such moment.
- x length: own cost with all durations of the params a thousand times as long and a thousand times as many readings in
  them, over that with ten in each; of all examples of the kind the worst. Where a kind has no durations, it has none.

Two processes measure at the same time, on processor time, with the garbage collector told to leave alone what was there
before. Kinds of which all devices share a key (`per` all) get more devices instead; where devices are named in the params there
is one key."""

import gc
import itertools
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import msgspec

from docs.timeline.limits import words_in
from docs.timeline.watch import Came, watched
from document.registry import load_registry
from document.schema import facts, places, plain_schema
from engine.engine import Engine
from engine.plan import Plan, PlanNode, build_plan
from engine.roster import roster_of
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.duration import format_duration, parse_duration
from nodes.kit.event import Arrival
from nodes.kit.kind import Example, Kind

START = 1_767_571_200_000
LEFT_OUT = ("source", "ai", "action")
LONGER, READINGS = 1_000, 10
"""How many times longer the long windows are, and how many readings lie in the short ones."""
SAMPLE = 2_000
"""Slots that are measured where there are more."""
PARTS = 9
"""A figure is the middle of so many stretches, taken with and without the node in turn, because other processes disturb."""
PROCESSES = min(2, os.cpu_count() or 1)
WARM = 500
DEPTH = 2
"""Events that a single key sees before it is timed, and readings of each key before anything is measured."""
Step = tuple[str, str | None, dict[str, Any]]
"""(source type, device, data) of one event of the stream."""


class Size(msgspec.Struct, frozen=True):
    """How much is measured."""

    keys: tuple[int, ...] = (1, 1_000, 100_000)
    events: int = 20_000
    steady: int = 4_500


QUICK = Size((1, 1_000, 10_000), 5_000, 2_000)


class Bench(msgspec.Struct):
    """A kind ready to be measured: its flow, the same without it, its stream, and what tells its keys apart."""

    plan: Plan
    empty: Plan
    node: PlanNode
    steps: list[Step]
    pinned: bool
    gap: int


class Figures(msgspec.Struct):
    """Of one kind: events a second, own seconds an event and bytes a key by number of keys, bytes of a full key, and the
    ratio of long to short windows."""

    rate: float = 0.0
    own: dict[int, float] = {}
    bytes: dict[int, float] = {}
    full: float = 0.0
    length: float | None = None


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.kinds", description="What each kind costs.")
    parser.add_argument("--quick", action="store_true", help="fewer keys and events")
    parser.add_argument("kinds", nargs="*")
    asked = parser.parse_args()
    size, catalog = QUICK if asked.quick else Size(), full_catalog()
    heads = "".join(f"{f'B/key {keys:,}':>15}" for keys in size.keys)
    print(f"{'kind':14} {'events/s':>9} {'own µs':>7}{heads} {'full':>8} {'x keys':>7} {'x length':>8}")
    ids = [kind.id for kind in catalog if kind.group not in LEFT_OUT and (not asked.kinds or kind.id in asked.kinds)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        for id, found in zip(ids, pool.map(figures, ids, itertools.repeat(size)), strict=True):
            print(row(id, found, size), flush=True)
    print("left out:", ", ".join(kind.id for kind in catalog if kind.group in LEFT_OUT))


def figures(id: str, size: Size) -> Figures:
    catalog = full_catalog()
    kind, found = catalog[id], Figures()
    bench = made(kind.examples[0], kind, catalog)
    if not bench.steps:
        return found
    for keys in size.keys[:1] if bench.pinned else size.keys:
        run = Run(bench, keys)
        run.warm(DEPTH * keys if kind.Memory is not None else keys)
        if kind.Memory is not None:
            found.bytes[keys] = run.footprint()
        run.warm(WARM if keys == 1 else 0)
        whole, found.own[keys] = run.cost(size.events)
        if keys <= size.keys[1]:
            found.rate = 1 / whole
        if keys == 1 and kind.Memory is not None:
            found.full = run.footprint()
    for example in kind.examples:
        stretch(example, kind, catalog, size, found)
    return found


def row(id: str, found: Figures, size: Size) -> str:
    if not found.own:
        return f"{id:14} nothing reaches it in the first test of its first example"
    each = "".join(f"{f'{found.bytes[keys]:,.0f}' if keys in found.bytes else '–':>15}" for keys in size.keys)
    usual = found.own.get(size.keys[1], found.own[size.keys[0]]) * 1e6
    most = max(found.own)
    flat = f"{found.own[most] / found.own[1]:.2f}" if most > 1 else "–"
    length = f"{found.length:.2f}" if found.length is not None else "–"
    full = f"{found.full:,.0f}" if found.full else "–"
    return f"{id:14} {found.rate:>9,.0f} {usual:>7.1f}{each} {full:>8} {flat:>7} {length:>8}"


# --- the flow and its stream ----------------------------------------------------------------------------------------


def made(example: Example, kind: type[Kind], catalog: Catalog, *, longer: int | None = None) -> Bench:
    """`longer`: durations are so many times as long, and readings as close as `READINGS` in the shortest of them."""
    document = example.document
    registry = load_registry(example.registry)[0] if example.registry is not None else None
    test = document["tests"][0]
    whole = build_plan(document, catalog, registry, roster=roster_of(test, document, catalog, registry))
    inside = next(node for node in whole.nodes if node.kind is kind)
    came = watched(whole, test, [inside]).came
    given, lengths = stretched(inside, longer or 1)
    gap = min(lengths, default=READINGS * 1_000) // READINGS if longer else usual_gap(came)
    ways = dict.fromkeys((one.port, one.event.type or "any") for one in came)
    many = len({port for port, _ in ways}) > 1
    names = {way: f"{way[1]}_{way[0]}" if many else way[1] for way in ways}
    sources = [
        {"id": f"s{number}", "kind": "devices", "params": {"type": name}} for number, name in enumerate(names.values())
    ]
    inputs: dict[str, list[str]] = {}
    for number, (port, _) in enumerate(names):
        inputs.setdefault(port, []).append(f"s{number}")
    alone = {"id": "n", "kind": kind.id, "params": given, "from": inputs}
    frame: dict[str, Any] = {
        key: document[key] for key in ("suiro", "name", "settings", "time_zone") if key in document
    }
    plan = build_plan({**frame, "nodes": [*sources, alone]}, catalog, registry)
    empty = build_plan({**frame, "nodes": sources}, catalog, registry)
    steps = [(names[one.port, one.event.type or "any"], one.event.device, one.event.data) for one in came]
    pinned = bool({device for _, device, _ in steps} & set(words_in(given)))
    node = next(node for node in plan.nodes if node.id == "n")
    return Bench(plan, empty, node, steps, pinned, max(1, gap))


def stretched(node: PlanNode, times: int) -> tuple[dict[str, Any], list[int]]:
    """The params with every duration `times` as long, and the durations as they were (ms)."""
    given: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(node.given))
    found = []
    for path, parts, value in list(places(plain_schema(node.kind), given)):
        if facts(parts).get("format") == "duration" and isinstance(value, str) and parse_duration(value) > 0:
            found.append(parse_duration(value))
            around: Any = given
            for key in path[:-1]:
                around = around[key]
            around[path[-1]] = format_duration(found[-1] * times)
    return given, found


def usual_gap(came: list[Came]) -> int:
    """The middle of the times between the readings of one device (ms)."""
    last: dict[str | None, int] = {}
    gaps = []
    for one in came:
        if one.event.device in last and one.at > last[one.event.device]:
            gaps.append(one.at - last[one.event.device])
        last[one.event.device] = one.at
    return sorted(gaps)[len(gaps) // 2] if gaps else 1_000


def stream(bench: Bench, keys: int) -> Iterator[Arrival]:
    """Each key is at another place of the cycle; one reading of each key within a gap."""
    steps, per = bench.steps, bench.node.per
    for turn in itertools.count():
        for key in range(keys):
            type, device, data = steps[(turn + key) % len(steps)]
            at = START + turn * bench.gap + key * bench.gap // keys
            name = device if bench.pinned else f"d{key}"
            own = {**data, per: f"{data[per]}-{key}"} if per in data and not bench.pinned else dict(data)
            yield Arrival(at, f"{turn}-{key}", at, device=name, type=type, data=own)


# --- what is measured -----------------------------------------------------------------------------------------------


class Run:
    """An engine with the kind's node, and one without, that take the same stream."""

    def __init__(self, bench: Bench, keys: int) -> None:
        self.keys, self.node = keys, bench.node
        self.stream = stream(bench, keys)
        self.engine, self.without = Engine(bench.plan, now=START), Engine(bench.empty, now=START)

    def warm(self, events: int) -> None:
        for number, arrival in enumerate(itertools.islice(self.stream, events)):
            self.engine.push(arrival)
            if number < self.keys:  # from then on it has seen every device
                self.without.push(arrival)

    def cost(self, events: int) -> tuple[float, float]:
        """Seconds an event of the whole flow, and of the node alone."""
        part = max(events, self.keys // 4) // PARTS
        parts = [list(itertools.islice(self.stream, part)) for _ in range(PARTS)]
        gc.collect()
        gc.freeze()
        pairs = [(took(self.engine, some), took(self.without, some)) for some in parts]
        gc.unfreeze()
        own = sorted(whole - rest for whole, rest in pairs)[PARTS // 2]
        return sorted(whole for whole, _ in pairs)[PARTS // 2], max(own, 1e-8)

    def footprint(self) -> float:
        """Bytes a key."""
        slots = self.engine.slots[self.node.index]
        some = dict(itertools.islice(slots.items(), SAMPLE))
        seen: set[int] = set()
        held = sum(deep(key, seen) + deep(slot, seen) for key, slot in some.items()) / max(1, len(some)) * len(slots)
        heap = sum(sys.getsizeof(entry) + 8 for entry in self.engine.timers.heap)
        return (held + sys.getsizeof(slots) + heap) / self.keys


def took(engine: Engine, some: list[Arrival]) -> float:
    """Seconds of processor time an event."""
    began = time.process_time()
    for arrival in some:
        engine.push(arrival)
    return (time.process_time() - began) / len(some)


def stretch(example: Example, kind: type[Kind], catalog: Catalog, size: Size, found: Figures) -> None:
    """Measure `example` with short and with long windows."""
    if not any(node["kind"] == kind.id for node in example.document["nodes"]):
        return
    own = {}
    for times in (1, LONGER):
        bench = made(example, kind, catalog, longer=times)
        if not bench.steps or not stretched(bench.node, 1)[1]:
            return
        run = Run(bench, 1)
        run.warm(READINGS * times + WARM)
        _, own[times] = run.cost(size.steady)
        found.full = max(found.full, run.footprint()) if kind.Memory is not None else 0.0
    found.length = max(found.length or 0.0, own[LONGER] / own[1])


def deep(thing: Any, seen: set[int]) -> int:
    """Bytes of `thing` and all that it holds, but for code, and the node that every slot points to."""
    if id(thing) in seen or isinstance(thing, type | PlanNode) or callable(thing):
        return 0
    seen.add(id(thing))
    inner: list[Any] = []
    if isinstance(thing, dict):
        inner = [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inner = list(thing)
    elif isinstance(thing, msgspec.Struct) or hasattr(thing, "__slots__"):
        names = getattr(thing, "__struct_fields__", None) or thing.__slots__
        inner = [getattr(thing, name) for name in names if hasattr(thing, name)]
    return sys.getsizeof(thing) + sum(deep(one, seen) for one in inner)


if __name__ == "__main__":
    main()
