"""A plan as one loop over the messages of a source.

What sends nothing changes only a few numbers and is done in place: decode, time, expressions, memory; and so is an action
that needs nothing of the event. As soon as an event has to go on to a node that cannot do that, it is made and handed to
the engine, which does everything else. The loop and the engine give the same, whatever comes.
"""

from collections.abc import Callable
from itertools import repeat
from typing import Any

import msgspec
from msgspec import UNSET

from engine.clock import AHEAD
from engine.fates import FILTERED, KEPT
from engine.fuse.counts import ALL, Counts
from engine.fuse.expressions import NotQuick, written
from engine.fuse.maker import Maker
from engine.plan import Plan, PlanNode
from engine.slots import Slot
from nodes.kit.event import SPOKEN, Event
from nodes.kit.payload import EARLIEST_MS, LATEST
from nodes.kit.quick import Direct, Quiet, Reading, Split
from nodes.kit.shape import FieldType
from nodes.kit.source import Source

_CLASSES: dict[str, str] = {"double": "float", "int": "int", "bool": "bool", "string": "str"}
_OF_FIELD: dict[FieldType, str] = {"number": "double", "integer": "int", "boolean": "bool", "string": "string"}

_EACH = 2
"""How deep the steps lie that every message takes."""
_ELSEWHERE = "engine.single(at, incoming); stirred = True; alone += 1; continue"
"""The engine does everything with this message."""
_NOBODY = Slot(None, "")
"""In place of a key that is not known yet: never sure of its time."""


class Sight(msgspec.Struct, frozen=True):
    """What is known of the events on a wire: by field the local that holds it, and how the data of one is written."""

    fields: dict[str, str]
    data: str
    event: str
    """The local of the event, None until one is made."""
    locals: tuple[str, ...] = ()
    """What `data` is written with, besides the record."""


class Loop(msgspec.Struct, frozen=True):
    """`run(engine, known, records, incoming, first, last)`: messages `first` to `last` (exclusive), of which the record and
    the device are `known`; a device or record None is handed to the engine whole. Where the loop is `seated`, the slots of
    the node `ahead` are known in place of the devices. `ahead` is None where no node with memory gets every message."""

    run: Callable[..., None]
    ahead: int | None


class Writer:
    """Writes the loop of one source node."""

    def __init__(self, plan: Plan, node: PlanNode, reading: Reading, *, seated: bool) -> None:
        self.plan, self.node, self.reading, self.seated = plan, node, reading, seated
        self.device = "ahead.key" if seated else "device"
        """Of a slot that is known the key, which nothing touches before it is needed."""
        self.say = Source()
        self.counts = Counts(plan)
        self.memories: dict[int, str] = {}
        self.ahead: int | None = None
        """The first node with memory that every message comes to: the slots of all are looked up before the first message."""
        self.seen: dict[str, tuple[str, str, Sight]] = {}
        self.events: list[str] = []
        self.direct: dict[int, tuple[str, str, Sight]] = {}
        """By node that acts in place: the local with what it does, the port that the event comes in by, and the event."""

    def loop(self) -> Loop:
        say = self.say
        body = self._body()
        say.lines.clear()
        say.depth = 0
        for name, (_, _, sight) in self.seen.items():
            given = ", ".join(["arrived", "causes", "at", "time", "device", "r", *sight.locals])
            say(f"def of_{name}({given}): return {self._made('causes', 'device', sight)}")
        say("def loop(engine, known, records, incoming, first, last):")
        say.depth = 1
        self._before()
        each, over = f"at, r, {'ahead' if self.seated else 'device'}", "range(first, last), records[first:last], theirs"
        if self.ahead is not None and not self.seated:
            each, over = f"{each}, ahead", f"{over}, [*map({self.memories[self.ahead]}.get, theirs, repeat(NOBODY))]"
        say("theirs = known[first:last]")
        say(f"for {each} in zip({over}):")
        say.lines += body
        self._after()
        return Loop(say.made("loop"), self.ahead)

    # --- around the loop ------------------------------------------------------------------------------------------

    def _before(self) -> None:
        say, source = self.say, self.node
        say.space |= {
            "UNSET": UNSET,
            "SPOKEN": SPOKEN,
            "KEPT": KEPT,
            "FILTERED": FILTERED,
            "Maker": Maker,
            "Event": Event,
        }
        say.space |= {"NOBODY": _NOBODY, "repeat": repeat}
        say("engine.pass_by(incoming.arrived)")
        say("stirred = False  # whether a timer may have been set that is due already")
        say("now, arrived = engine.now, incoming.arrived")
        if self.memories:
            say("dirty, tracked = engine.marks.slots, engine.marks.tracked")
            data = say.constant(self.reading.reader.data)
            say(f"lazily = Maker(arrived, incoming.causes, {say.constant(self.reading.type)}, {data}).lazily")
        say(f"low, high = now - {source.max_age}, now + {AHEAD}")
        if self.reading.reader.format == "ms":
            say(f"if low < {EARLIEST_MS}: low = {EARLIEST_MS}")
            say(f"if high >= {LATEST}: high = {LATEST - 1}")
        say("alone = acted = settled = lost = 0; before = None")
        for index, name in self.memories.items():
            say(f"{name} = engine.slots[{index}]")
        say(self.counts.begin())
        for name in self.seen:
            say(f"{name} = None")

    def _after(self) -> None:
        say = self.say
        say.depth = 1
        for line in self.counts.end(say.constant):
            say(line)
        say(f"fates = engine.counts.sources[{say.constant(self.node.id)}]")
        say(f"quiet = {ALL} - settled - acted")
        say("fates.received += quiet + acted; fates.delivered += acted")
        say("fates.kept += quiet - lost; fates.filtered += lost" if self.memories else "fates.filtered += quiet")
        for name, (id, port, sight) in self.seen.items():
            say(f"if {name} is not None:")
            say(f"    at = {name}; r = records[at]; time = {self._time_of()}")
            own = [f"{name}{local}" for local in sight.locals]
            device = "known[at].key" if self.seated else "known[at]"
            given = ", ".join([f"of_{name}", "arrived", "incoming.causes", "at", "time", device, "r", *own])
            say(f"    engine.last[{say.constant(id)}, {say.constant(port)}] = ({given})")

    # --- one message ----------------------------------------------------------------------------------------------

    def _body(self) -> list[str]:
        say = self.say
        say.depth = _EACH
        say("if stirred:")
        say("    engine.pass_by(arrived); stirred = False")
        guards = "".join(f" or r.{name} is not UNSET" for name in self.reading.reader.guards)
        say(f"if {'' if self.seated else 'device is None or '}r is None{guards}:")
        say(f"    {_ELSEWHERE}")
        self._time()
        opening = len(say.lines)
        reader = self.reading.reader
        fields = {name: f"r.{chain}" for name, chain in reader.chains.items()}
        sight = self._sight(fields, f"{say.constant(reader.data)}(r)")
        self._emit(self.node, "out", sight, ALL)
        none = [*self.events, *(name for name, _, _ in self.direct.values())]
        say.lines.insert(opening, f"        {' = '.join([*none, 'None'])}")
        if self.memories:
            say.lines[opening:opening] = [f"{'    ' * (_EACH + 1)}offset = now - time", f"{'    ' * _EACH}kept = False"]
        self._settle()
        return list(say.lines)

    def _settle(self) -> None:
        """What was done in place is counted; where an event waits, all that happens happens in the engine's order."""
        say = self.say
        say(f"if {' or '.join(f'{name} is not None' for name in self.events)}:")
        say.depth += 1
        for index, (name, into, sight) in self.direct.items():
            say(f"if {name} is not None:")
            say.depth += 1
            self._hand(self.plan.nodes[index], into, sight)
            say.depth -= 1
        source, fate = f"engine.nodes[{self.node.index}]", "KEPT if kept else FILTERED" if self.memories else "FILTERED"
        say(f"engine.settle({source}, at, incoming, {fate}); stirred = True; settled += 1")
        say.depth -= 1
        if self.direct:
            say(f"elif {' or '.join(f'{name} is not None' for name, _, _ in self.direct.values())}:")
            say("    acted += 1; cause = incoming.causes.of(at)")
        for index, (name, _, _) in sorted(self.direct.items()):
            say(f"    if {name} is not None: engine.act(engine.nodes[{index}], {name}, time, cause)")
        if self.memories:
            say("elif not kept: lost += 1")

    def _time(self) -> None:
        """Of equal times one after the other only the first number is looked at and kept: else every message would free one that
        lies anywhere in the memory, and what comes next would be laid there, out of the processor's cache."""
        say = self.say
        say(f"time = {self._time_of()}")
        if self.reading.reader.time_chain is not None:
            say("if time is UNSET or time is None:")
            say(f"    {_ELSEWHERE}")
        say("if time == before: time = before")
        say("else:")
        say("    if not low <= time <= high:")
        say(f"        {_ELSEWHERE}")
        say("    before = time")

    def _time_of(self) -> str:
        """The event's time, or UNSET or None where the payload has none that could be right."""
        reader = self.reading.reader
        if reader.time_chain is None:
            return "arrived"
        return f"r.{reader.time_chain}" if reader.format == "ms" else f"{self.say.constant(reader.time)}(r)"

    def _sight(self, fields: dict[str, str], data: str, locals: tuple[str, ...] = ()) -> Sight:
        event = f"e{len(self.events)}"
        self.events.append(event)
        return Sight(fields, data, event, locals)

    # --- wires ----------------------------------------------------------------------------------------------------

    def _emit(self, node: PlanNode, port: str, sight: Sight, follows: str = "") -> None:
        """An event leaves `node` on `port`: counted (or how many do `follows`), seen by a tap, and on to each reader."""
        say = self.say
        count = self.counts.sent(node.index, port, follows)
        if not follows:
            say(f"{count} += 1")
        seen = f"w{count}"
        self.seen[seen] = (node.id, port, sight)
        say("; ".join([f"{seen} = at", *(f"{seen}{local} = {local}" for local in sight.locals)]))
        for target, into in node.outputs.get(port, ()):
            self._into(self.plan.nodes[target], into, sight)

    def _make(self, sight: Sight) -> None:
        self.say(f"if {sight.event} is None:")
        self.say(f"    {sight.event} = {self._made('incoming.causes', self.device, sight)}")

    def _made(self, causes: str, device: str, sight: Sight) -> str:
        type = self.say.constant(self.reading.type)
        return f"Event(time, arrived, {device} or None, {type}, {sight.data}, {causes}.of(at))"

    def _hand(self, node: PlanNode, into: str, sight: Sight) -> None:
        self._make(sight)
        self.say(f"engine.hand({node.index}, {self.say.constant(into)}, {sight.event})")

    def _into(self, node: PlanNode, into: str, sight: Sight) -> None:
        if node.off:
            return
        quick = node.instance.quick() if self._may_be_quick(node) else None
        mark, locals = len(self.say.lines), self.say.depth
        try:
            if isinstance(quick, Split):
                self._split(node, into, quick, sight)
                return
            if isinstance(quick, Quiet):
                self._quiet(node, into, quick, sight)
                return
            if isinstance(quick, Direct) and not node.outputs:
                self._act(node, into, quick, sight)
                return
        except NotQuick:
            del self.say.lines[mark:]
            self.say.depth = locals
        self._hand(node, into, sight)

    def _may_be_quick(self, node: PlanNode) -> bool:
        """Where nothing else comes in, and nothing else goes into what it leads to, the order of events is the same."""
        wires = self.counts.wires
        readers = [target for targets in node.outputs.values() for target, _ in targets]
        keyed = node.key is None or (node.per == "device" and not node.kind.timers_on_now)
        return keyed and all(len(wires[index]) == 1 for index in [node.index, *readers])

    # --- nodes in place -------------------------------------------------------------------------------------------

    def _read(self, sight: Sight, name: str, type: str, guards: list[str]) -> str:
        """The local with field `name`, to be used where `guards` hold."""
        if name not in sight.fields:
            raise NotQuick
        local, kind = self.say.local(), _CLASSES[type]
        self.say(f"{local} = {sight.fields[name]}")
        also = f" or {local}.__class__ is int" if kind == "float" else ""
        guards.append(f"({local}.__class__ is {kind}{also})")
        return local

    def _test(self, sight: Sight, tree: Any, guards: list[str]) -> str:
        known: dict[str, str] = {}

        def field(name: str, type: str) -> str:
            if name not in known:
                known[name] = self._read(sight, name, type, guards)
            return (
                f"({known[name]} if {known[name]}.__class__ is float else float({known[name]}))"
                if type == "double"
                else known[name]
            )

        return written(tree, field, self.say.constant)

    def _split(self, node: PlanNode, into: str, quick: Split, sight: Sight) -> None:
        say = self.say
        guards: list[str] = []
        test = self._test(sight, quick.program.tree, guards)
        came, left = self.counts.came(node.index)
        say(f"if {' and '.join(guards) or 'True'}:")
        say.depth += 1
        say(f"if {test}:")
        say.depth += 1
        self._emit(node, quick.yes, sight)
        say.depth -= 1
        say("else:")
        say.depth += 1
        self._emit(node, quick.no, sight, f"{came} - {self.counts.sent(node.index, quick.yes)}")
        say.depth -= 2
        say("else:")
        say.depth += 1
        self._hand(node, into, sight)
        say(f"{left} += 1")
        say.depth -= 1

    def _quiet(self, node: PlanNode, into: str, quick: Quiet, sight: Sight) -> None:
        say = self.say
        guards: list[str] = []
        shape = node.instance.scope.shape.fields
        values = []
        for name in quick.fields:
            type = _OF_FIELD.get(shape[name].type) if name in shape else None
            if type is None:
                raise NotQuick
            values.append(self._read(sight, name, type, guards))
        if quick.test is not None:
            values.append(self._test(sight, quick.test.tree, guards))
        values += [sight.data] if quick.data else []
        (_, left), slots = self.counts.came(node.index), self.memories.setdefault(node.index, f"m{node.index}")
        slot, result = say.local(), say.local()
        if say.depth == _EACH and self.ahead in (None, node.index):
            self.ahead = node.index
            say(f"{result} = None; {slot} = ahead")
        else:
            say(f"{result} = None; {slot} = {slots}.get({self.device}, NOBODY)")
        named = "" if self.seated else "device and "
        ready = f"{slot}.sure and not {slot}.mixed and {named}((newer := time > {slot}.time) or time == {slot}.time)"
        undue = f"(not {slot}.timers or {slot}.undue(time))"
        say(f"if {' and '.join([ready, undue, *guards])}:")
        say("    try:")
        say(f"        {result} = {say.constant(quick.take)}({slot}.memory, time, {', '.join(values)})")
        say("    except Exception: pass  # on_event will tell")
        say(f"if {result} is None:")
        say.depth += 1
        self._hand(node, into, sight)
        say(f"{left} += 1")
        say.depth -= 1
        say("else:")
        say.depth += 1
        say(f"if {result} is not False: kept = True" if node.plain else "kept = True")
        last = self._last(sight)
        say(f"{slot}.last = {last}" if node.instance.recalls else f"{slot}.last = {last} if {slot}.timers else SPOKEN")
        say("if newer:")
        say(f"    {slot}.time, {slot}.anchor = time, now")
        say(f"    if offset != {slot}.offset:")
        say(f"        {slot}.offset = offset")
        say(f"        if {slot}.timers: engine.timers.moved({slot})")
        say(f"if tracked: dirty[{slot}] = None")
        if quick.port is not None:
            say(f"if {result}.__class__ is tuple:")
            say.depth += 1
            self._emit(node, quick.port, self._after_quiet(quick, result, sight))
            say.depth -= 1
        for port in quick.ports:
            say(f"{'if' if port == quick.ports[0] else 'elif'} {result} == {say.constant(port)}:")
            say.depth += 1
            self._emit(node, port, sight)
            say.depth -= 1
        say.depth -= 1

    def _act(self, node: PlanNode, into: str, quick: Direct, sight: Sight) -> None:
        """What it does is known at once, and done once all that the message does is known."""
        name = f"d{node.index}"
        self.direct[node.index] = (name, into, sight)
        self.say(f"{name} = {self.say.constant(quick.acts)}({self.device} or None) or None")
        self.say(f"if {name} is None:")
        self.say.depth += 1
        self._hand(node, into, sight)
        self.say.depth -= 1

    def _last(self, sight: Sight) -> str:
        """What the slot keeps as its last event: often never asked for, so only what it can be made of."""
        if not sight.locals:
            return "(lazily, at, time, r)"
        self._make(sight)
        return sight.event

    def _after_quiet(self, quick: Quiet, result: str, sight: Sight) -> Sight:
        if not quick.gives:
            return sight
        added = {name: f"{result}[{number}]" for number, name in enumerate(quick.gives)}
        pairs = ", ".join(f"{self.say.constant(name)}: {value}" for name, value in added.items())
        return self._sight({**sight.fields, **added}, f"{{**{sight.data}, {pairs}}}", (*sight.locals, result))
