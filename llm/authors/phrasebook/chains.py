"""Steps on the way from the readings to where they are compared or recorded, as nodes."""

from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.draft import Question, settable
from llm.authors.phrasebook.expressions import expression_of
from llm.authors.phrasebook.wishes import Condition, Drawn, Latest, Open, Source, Step, Trigger
from llm.spoken import spoken_duration
from nodes.kit.duration import parse_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler

JOINED_BY = "fields"


class Chains:
    """Builds steps into the assembler's draft; equal steps after the same node are built once."""

    def __init__(self, assembler: "Assembler") -> None:
        self.to = assembler
        self.done: dict[tuple[str, str], str] = {}

    def readings(self, trigger: Trigger) -> str | None:
        """Where the events of a trigger come from, after its own steps and those of its tests."""
        if trigger.base is not None:
            came = self.to.start(trigger.base)
        elif trigger.source is None:
            return None
        elif any(test.device for test in trigger.tests):
            return self.side_by_side(trigger, self.to.source(trigger.source))
        elif trigger.others:
            came = self._joined(trigger)
        else:
            came = self.to.source(trigger.source)
        if came is None:
            return None
        for test in trigger.tests if not trigger.others else []:
            came = self.run(test.steps, came)
        return self.run(trigger.steps, came)

    def side_by_side(self, trigger: Trigger, came: str | None) -> str | None:
        """The values of several devices of one type in one event, each under a name of its own."""
        meaning = self.to.kinds.treating("keep")
        if meaning is None or came is None:
            return None
        rules = [{"name": t.left, "field": t.field.name, "device": t.device} for t in trigger.tests if t.device]
        return self.to.add(meaning, "side_by_side", [came], {}, {JOINED_BY: rules, "per": "all"})

    def run(self, steps: list[Step], start: str) -> str:
        for step in steps:
            start = self.one(step, start)
        return start

    def one(self, step: Step, start: str) -> str:
        key = (start, f"{step.meaning[0].id} {step.meaning[1].params} {step.slots} {step.more} {step.port}")
        if key not in self.done:
            slots = {slot: self._value(step, slot, value) for slot, value in step.slots.items()}
            more = {name: self._value(step, name, value) for name, value in step.more.items()}
            id = self.to.add(step.meaning, step.named or step.gives or step.meaning[0].id, [start], slots, more)
            self.done[key] = f"{id}.{step.port}" if step.port else id
        return self.done[key]

    def _value(self, step: Step, name: str, value: Any) -> Any:
        """An open value as a setting where the param may be one, a condition as an expression."""
        if isinstance(value, Condition):
            return expression_of(self.to, value.trigger)
        if isinstance(value, Drawn):
            return self._drawn(value)
        if isinstance(value, list):
            return [self._value(step, name, part) for part in value]
        if isinstance(value, dict):
            return {key: self._value(step, name, part) for key, part in value.items()}
        if not isinstance(value, Open):
            return value
        if not settable(step.meaning, name):
            return value.value
        return self.setting(value)

    def _drawn(self, value: Drawn) -> list[dict[str, Any]] | None:
        """Parts of a picture; of one that nobody drew it is asked which is meant, and until then all of the picture is."""
        if value.asked is None:
            return list(value.zones)
        to, draft = self.to, self.to.draft
        by_id = {id: zone for id, _, zone in value.known}
        answered = draft.answer("zone")
        if answered in by_id:
            return [by_id[answered]]
        options = [{"value": "whole", "label": to.said["whole"]}]
        options += [{"value": id, "label": label} for id, label, _ in value.known]
        text = to.said["ask_zone"].format(zone=value.asked)
        draft.ask(Question("zone", text, None, options, "whole", to.said["why_zone"], rank=1))
        return None

    def setting(self, value: Open) -> str:
        to, label = self.to, self.to.said[value.said]
        if value.assumed is None and (known := to.draft.same_setting(label, value.value, value.unit)) is not None:
            return known
        answered = to.draft.answer(value.name) if value.assumed else None
        shown = _shown(value, to.lang)
        assumed = to.said[value.assumed].format(value=shown) if value.assumed and answered is None else None
        name = to.draft.set(
            value.name, value.value if answered is None else answered, label, unit=value.unit, assumed=assumed
        )
        if assumed is not None and f"ask_{value.name}" in to.said:
            self._ask(value, name)
        return name

    def _ask(self, value: Open, name: str) -> None:
        """Asks for a length that the sentence left open and that decides when something acts."""
        to = self.to
        options = [
            {"value": v, "label": spoken_duration(v, to.lang)} for v in dict.fromkeys(("5m", value.value, "30m", "1h"))
        ]
        text, why = to.said[f"ask_{value.name}"], to.said[f"why_{value.name}"]
        to.draft.ask(Question(value.name, text, name[1:], options, value.value, why, rank=1))

    def latest(self, wanted: list[Latest], start: str) -> str:
        """What comes, with the newest values of other devices."""
        meaning = self.to.kinds.treating("keep")
        if meaning is None:
            return start
        by_type: dict[str, list[str]] = {}
        for one in wanted:
            ids = by_type.setdefault(self.to.registry.devices[one.device].type, [])
            ids += [one.device] if one.device not in ids else []
        refs = [self.to.source(Source(self.to.registry.types[type_], ids)) for type_, ids in by_type.items()]
        rules = [{"name": one.name, "field": one.field.name, "device": one.device} for one in wanted]
        wires = {"in": [start], "keep": [ref for ref in refs if ref is not None]}
        return self.to.add(meaning, "latest", wires, {}, {JOINED_BY: rules, "per": "all"})

    def _joined(self, trigger: Trigger) -> str | None:
        """Readings of several types in one event, by what their devices share. The share itself is written into the
        readings of the first, so that it is known afterwards."""
        meaning, compute = self.to.kinds.treating("keep"), self.to.meaning("compute")
        if meaning is None or trigger.source is None or compute is None:
            return None
        sources = [trigger.source, *trigger.others]
        refs = {s.type.id: ref for s in sources if (ref := self.to.source(s)) is not None}
        share = trigger.share
        rules: list[dict[str, Any]] = []
        if share is not None:
            first = trigger.source.type.id
            computed = {"<computed>": [{"name": share, "expr": f"device.{share}"}]}
            refs[first] = self.to.add(compute, f"{first}_{share}", [refs[first]], computed)
            rules.append({"name": share, "field": share, "type": first})
        for test in trigger.tests:
            if test.type is None:
                continue
            refs[test.type.id] = self.run(test.steps, refs[test.type.id])
            rule = {"name": test.left or test.field.name, "field": test.field.name, "type": test.type.id}
            if rule not in rules:
                rules.append(rule)
            if test.beside is not None:
                name, type_, field = test.beside
                rules.append({"name": name, "field": field.name, "type": type_.id})
        more = {JOINED_BY: rules, "per": f"device.{share}" if share else "all"}
        return self.to.add(meaning, "together", list(refs.values()), {}, more)


def _shown(value: Open, lang: str) -> str:
    try:
        parse_duration(value.value)
    except (ValueError, TypeError):
        return f"{value.value} {value.unit}" if value.unit else str(value.value)
    return spoken_duration(value.value, lang)
