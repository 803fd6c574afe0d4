"""What is done in the end: telling, recording, calling, commanding."""

from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import notices
from llm.authors.phrasebook.draft import Question
from llm.authors.phrasebook.targets import Partners
from llm.authors.phrasebook.wishes import Doing, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler


class Actions:
    """Builds the last nodes of each wish."""

    def __init__(self, assembler: "Assembler") -> None:
        self.to = assembler

    def do(self, doing: Doing, start: str, trigger: Trigger) -> None:
        if trigger.quiet is not None and (doing.sort in ("tell", "call") or trigger.sort == "reading" or doing.seldom):
            start = self.to.treatments.quiet(start, trigger.quiet)
        if doing.later is not None:
            start = self.to.treatments.later(start, doing.later)
        start = self.to.chains.latest(doing.latest, start) if doing.latest else start
        start = self.to.chains.run(doing.steps, start)
        if doing.sort == "actuate":
            self._actuate(doing, start, trigger)
        elif doing.sort == "record":
            self._record(doing, start, trigger)
        else:
            for to in doing.to:
                self.tell(doing, to, start, trigger)

    def _actuate(self, doing: Doing, start: str, trigger: Trigger) -> None:
        told = next(
            (v for v in doing.values.values() if isinstance(v, str) and v.isascii() and len(v) < 13), doing.call
        )
        name = doing.target_type.id if doing.target_type else doing.call
        slots = {"<call>": doing.call, "<values>": doing.values}
        if isinstance(doing.target, Partners):
            self._each_partner(doing, start, trigger, f"{name}_{told}", slots)
            return
        self.to.draft.add(doing.meaning, f"{name}_{told}", [start], {"<target>": doing.target, **slots})

    def _each_partner(self, doing: Doing, start: str, trigger: Trigger, name: str, slots: dict[str, Any]) -> None:
        """After several devices were joined the event is of none of them: each one is told apart by what they share."""
        meaning = self.to.kinds.find("test", "<expression>", without="<hold>")
        if meaning is None or not isinstance(doing.target, Partners):
            return
        port = meaning[1].port or meaning[0].outputs[0].name
        for device, value in doing.target.devices:
            said = f'"{value}"' if isinstance(value, str) else str(value)
            id = self.to.add(meaning, f"in_{value}", [start], {"<expression>": f"{doing.target.share} == {said}"})
            self.to.draft.add(doing.meaning, f"{name}_{value}", [f"{id}.{port}"], {"<target>": device, **slots})

    def _record(self, doing: Doing, start: str, trigger: Trigger) -> None:
        fields = doing.fields or [test.field.name for test in trigger.tests]
        if (trigger.sort == "clock" and not doing.latest) or not fields:
            self.to.miss(doing.words, "values")
            return
        self.to.draft.add(doing.meaning, "record", [start], {"<fields>": fields})

    def tell(self, doing: Doing, to: str | None, start: str, trigger: Trigger) -> None:
        destination = self._destination(to)
        if destination is None:
            self.to.miss(doing.words, "no_destination")
            return
        text = doing.text if doing.text is not None else notices.notice(self.to, trigger, doing)
        wanted = "tell_back" if trigger.sort == "cleared" else "tell"
        slots = {"<destination>": destination, "<text>": notices.escaped(text)}
        self.to.draft.add(doing.meaning, wanted, [start], slots)

    def _destination(self, to: str | None) -> str | None:
        """The named one; else the answered one; else the first as an assumed setting with a question."""
        if to is not None:
            return to
        draft, said = self.to.draft, self.to.said
        known = list(self.to.registry.destinations.values())
        if not known:
            return None
        if "to" in draft.settings:
            return "$to"
        answered = draft.answer("to")
        if answered in self.to.registry.destinations:
            return draft.set("to", answered, said["to"])
        name = self.to.label(known[0].label, known[0].id)
        assumed = said["no_to"].format(name=name)
        if len(known) > 1:
            options = [{"value": d.id, "label": self.to.label(d.label, d.id)} for d in known[:6]]
            draft.ask(Question("to", said["ask_to"], "to", options, known[0].id, said["why_to"], rank=1))
        return draft.set("to", known[0].id, said["to"], assumed=assumed)
