"""What is done to events on their way: latched, repeated, escalated, held back, delayed; and one event after another."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.chains import JOINED_BY
from llm.authors.phrasebook.draft import settable
from llm.authors.phrasebook.expressions import expression_of
from llm.authors.phrasebook.sharing import shared_attribute, sources_of
from llm.authors.phrasebook.wishes import Meaning, Trigger, Wish
from nodes.kit.duration import format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler


class Treatments:
    """Builds what stands between a condition and what is done."""

    def __init__(self, assembler: "Assembler") -> None:
        self.to = assembler
        self.latches: dict[int, str] = {}
        """id() of the trigger that resets -> the latch that it resets."""

    def before(self, wish: Wish, start: str) -> str:
        """What comes before everything that is done in a wish."""
        trigger = wish.trigger
        if trigger.latched and trigger.until is not None:
            return self._latched(trigger, start) or start
        return self._reset(trigger) or start

    def _latched(self, trigger: Trigger, start: str) -> str | None:
        meaning = self.to.kinds.treating("set")
        if meaning is None or trigger.until is None or (reset := self.to.start(trigger.until)) is None:
            return None
        kind, phrase = meaning
        per = self._together([trigger, trigger.until])
        wires = {kind.inputs[0].name: [start], kind.inputs[1].name: [reset]}
        id = self.to.add(meaning, "latched", wires, {"<per>": per})
        self.latches[id_of(trigger.until)] = f"{id}.{kind.outputs[-1].name}"
        return f"{id}.{phrase.port or kind.outputs[0].name}"

    def kept(self, trigger: Trigger) -> str | None:
        """A state from one condition until another: the way out at its beginning or its end."""
        meaning = self.to.kinds.treating("set")
        if meaning is None or trigger.first is None or trigger.then is None:
            return None
        start, end = self.to.start(trigger.first), self.to.start(trigger.then)
        if start is None or end is None:
            return None
        kind, phrase = meaning
        wires = {kind.inputs[0].name: [start], kind.inputs[1].name: [end]}
        id = self.to.add(
            meaning, trigger.named or "kept", wires, {"<per>": self._together([trigger.first, trigger.then])}
        )
        return f"{id}.{kind.outputs[-1].name if trigger.leaving else phrase.port or kind.outputs[0].name}"

    def checked(self, trigger: Trigger, clock: str | None) -> str | None:
        """What the newest readings say when the clock strikes."""
        meaning, test = self.to.kinds.treating("keep"), self.to.kinds.find("test", "<expression>", without="<hold>")
        state = trigger.first
        if meaning is None or test is None or state is None or state.source is None or clock is None:
            return None
        kind, wires = meaning[0], [self.to.source(state.source) or ""]
        own = {"device": state.source.only[0]} if len(state.source.only) == 1 else {}
        rules = [{"name": one.left or one.field.name, "field": one.field.name, **own} for one in state.tests]
        more = {JOINED_BY: [rule for number, rule in enumerate(rules) if rule not in rules[:number]], "per": "all"}
        id = self.to.add(meaning, "then", {kind.inputs[0].name: [clock], "keep": wires}, {}, more)
        made = self.to.add(
            test, f"{state.tests[0].field.name}_then", [id], {"<expression>": expression_of(self.to, state)}
        )
        yes = test[1].port or test[0].outputs[0].name
        no = next(port.name for port in test[0].outputs if port.name != yes)
        return f"{made}.{no if trigger.leaving else yes}"

    def _reset(self, trigger: Trigger) -> str | None:
        return self.latches.get(id_of(trigger))

    def repeated(self, trigger: Trigger, start: str) -> str | None:
        """Again and again until it is over."""
        meaning = self.to.kinds.treating("stop")
        end = self.to.start(trigger.until) if trigger.until is not None else self.to.way_back(trigger)
        if meaning is None or trigger.repeat is None:
            return None
        if end is None:
            self.to.miss(trigger.words, "no_end")
            return None
        kind, phrase = meaning
        wires = {kind.inputs[0].name: [start], "stop": [end]}
        update = self.to.conditions.inputs.get(id(trigger))
        if update is not None and trigger.crowd is None:
            wires["update"] = [update]
        per = self._together([trigger, *([trigger.until] if trigger.until else [])]) or trigger.per
        slots = {"<every>": self.length(meaning, "<every>", "repeat", trigger.repeat), "<per>": per}
        more = {"most": self.to.conditions.number("most", trigger.most)} if trigger.most is not None else {}
        made = self.to.add(meaning, "again", wires, slots, more)
        return f"{made}.{phrase.port or kind.outputs[0].name}"

    def length(self, meaning: Meaning, slot: str, name: str, ms: int) -> str:
        """A length of time as a setting."""
        value, label = format_duration(ms), self.to.said[name]
        if not settable(meaning, slot):
            return value
        return self.to.draft.same_setting(label, value, None) or self.to.draft.set(name, value, label)

    def quiet(self, start: str, ms: int) -> str:
        """No second one for a while."""
        meaning = self.to.meaning("quiet")
        if meaning is None:
            return start
        return self.to.add(meaning, "quiet", [start], {"<quiet>": self.length(meaning, "<quiet>", "quiet", ms)})

    def later(self, start: str, ms: int) -> str:
        meaning = self.to.kinds.treating("cancel")
        if meaning is None:
            return start
        return self.to.add(meaning, "later", [start], {"<hold>": self.length(meaning, "<hold>", "later", ms)})

    def ordered(self, trigger: Trigger) -> str | None:
        """One thing that is followed by another in time, or is not; nobody who confirms an alarm is one more way up."""
        first, then = trigger.first, trigger.then
        if first is None or then is None or trigger.meaning is None:
            return None
        kind, phrase = trigger.meaning
        port = phrase.port or kind.outputs[0].name
        missing = port != kind.outputs[0].name
        start = self.to.start(first)
        other = self.to.conditions.each(then) if missing and then.sort == "compare" else self.to.start(then)
        if start is None or other is None:
            return None
        one, two = kind.inputs[0].name, kind.inputs[1].name
        slot = next(slot for slot in phrase.params.values() if slot in ("<over>", "<hold>"))
        slots = {
            slot: self.length(trigger.meaning, slot, "within", trigger.within or 0),
            "<per>": self._together([first, then]),
        }
        name = "unanswered" if len(kind.inputs) > 2 else "followed"
        id = self.to.add(trigger.meaning, name, {one: [start], two: [other]}, slots)
        return f"{id}.{port}"

    def _together(self, triggers: list[Trigger]) -> str | None:
        """The `per` under which events of these triggers meet: by device where that is the same, by what their devices share,
        else all."""
        sources = [source for trigger in triggers for source in sources_of(trigger)]
        if any(trigger.crowd or trigger.per == "all" for trigger in triggers):
            return "all"
        if any(trigger.share for trigger in triggers):
            return next(trigger.share for trigger in triggers if trigger.share)
        types = {source.type.id for source in sources}
        only = {tuple(source.only) for source in sources}
        if len(types) == 1:
            return None if len(only) == 1 or () in only else "all"
        return shared_attribute(sources, self.to.registry) or "all"


def id_of(trigger: Trigger) -> int:
    """The same for two triggers that wait for the same thing."""
    known = [(s.type.id, tuple(s.only)) for s in sources_of(trigger)]
    return hash(
        (trigger.sort, str(known), str([(t.field.name, t.truth, t.words, str(t.numbers)) for t in trigger.tests]))
    )
