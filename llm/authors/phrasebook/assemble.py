"""Wishes to nodes and settings. Which kind does what, and with which params, stands in the phrases of the node files."""

from typing import Any

from llm.authors.phrasebook import notices
from llm.authors.phrasebook.conditions import Conditions
from llm.authors.phrasebook.draft import Draft, Question, settable
from llm.authors.phrasebook.said import SAID
from llm.authors.phrasebook.wishes import Doing, Meaning, Missed, Source, Trigger, Wish, Wishes
from llm.spoken import spoken_duration
from nodes.kit.catalog import Catalog
from nodes.kit.duration import format_duration
from nodes.kit.things import Registry, spoken


class Assembler:
    """Builds one draft from `wishes`."""

    def __init__(self, wishes: Wishes, catalog: Catalog, registry: Registry, answers: dict[str, Any]) -> None:
        self.wishes, self.catalog, self.registry, self.lang = wishes, catalog, registry, wishes.lang
        self.draft = Draft(wishes.lang, answers)
        self.said = SAID[wishes.lang]
        self.ends: dict[int, str] = {}
        """id() of a trigger -> the node where it has become true."""
        self.conditions = Conditions(self)

    def build(self) -> Draft:
        for wish in self.wishes.wishes:
            start = self._start(wish.trigger)
            if start is None:
                continue
            for doing in wish.doings:
                self._doing(doing, start, wish.trigger)
            self._recovery(wish, start)
        return self.draft

    def meaning(self, role: str, slot: str | None = None) -> Meaning | None:
        return next(
            (
                (kind, phrase)
                for kind in self.catalog
                for phrase in kind.phrases
                if phrase.role == role and (slot is None or slot in phrase.params.values())
            ),
            None,
        )

    def miss(self, words: str, reason: str, near: list[str] | None = None) -> None:
        self.wishes.missed.append(Missed(words, reason, near or []))

    def label(self, words: dict[str, str], otherwise: str) -> str:
        return spoken(words, self.lang, otherwise)

    def source(self, source: Source) -> str | None:
        """The node that reads these devices; the same one where they are the same."""
        meaning = self.meaning("source", "<type>")
        if meaning is None:
            return None
        slots = {"<type>": source.type.id, "<only>": source.only or None, "<where>": source.where or None}
        before = len(self.draft.nodes)
        id = self.draft.add(meaning, source.type.id, [], slots)
        made = self.draft.nodes[before]
        for node in self.draft.nodes[:before]:
            if node["kind"] == made["kind"] and node["params"] == made["params"]:
                self.draft.nodes.pop()
                return str(node["id"])
        return id

    def _start(self, trigger: Trigger) -> str | None:
        """The port from which the trigger's doings start; None (and something missed) where it cannot be built."""
        if trigger.sort == "cleared":
            return self._cleared(trigger)
        if id(trigger) in self.ends:
            return self.ends[id(trigger)]
        if trigger.sort == "clock":
            start = self._clock(trigger)
        elif trigger.sort == "reading" and trigger.source is not None:
            start = self.source(trigger.source)
        elif trigger.sort == "edge" and trigger.source is not None and trigger.meaning is not None:
            came = self.source(trigger.source)
            fields = [test.field.name for test in trigger.tests]
            start = self.draft.add(trigger.meaning, f"{fields[0]}_changed", [came or ""], {"<fields>": fields})
        else:
            start = self.conditions.build(trigger)
        if start is None:
            self.miss(trigger.words, "no_kind")
            return None
        self.ends[id(trigger)] = start
        return start

    def _clock(self, trigger: Trigger) -> str | None:
        slot = "<every>" if trigger.every is not None else "<cron>"
        meaning = self.meaning("clock", slot)
        if meaning is None:
            return None
        if trigger.every is None:
            return " ".join(self.draft.add(meaning, "clock", [], {slot: cron}) for cron in trigger.crons)
        value = format_duration(trigger.every)
        if settable(meaning, slot):
            value = self.draft.set("every", value, self.said["every"])
        return self.draft.add(meaning, "clock", [], {slot: value})

    def _cleared(self, trigger: Trigger) -> str | None:
        """The way out of the node that the trigger before has built."""
        if trigger.of is not None and trigger.of.sort == "compare" and id(trigger.of) not in self.ends:
            self._start(trigger.of)
        node = self.conditions.nodes.get(id(trigger.of))
        port = next((p.port for kind in self.catalog for p in kind.phrases if p.role == "recover" and p.port), None)
        if node is None or port is None or trigger.of is None:
            self.miss(trigger.words, "edge_back")
            return None
        if trigger.back is not None:
            self.conditions.add_margin(node, trigger)
        return f"{node['id']}.{port}"

    def _doing(self, doing: Doing, start: str, trigger: Trigger) -> None:
        if doing.sort == "actuate":
            self._actuate(doing, start)
        elif doing.sort == "record":
            self._record(doing, start, trigger)
        else:
            for to in doing.to:
                self._tell(doing, to, start, trigger)

    def _actuate(self, doing: Doing, start: str) -> None:
        told = next(
            (v for v in doing.values.values() if isinstance(v, str) and v.isascii() and len(v) < 13), doing.call
        )
        name = doing.target_type.id if doing.target_type else doing.call
        slots = {"<target>": doing.target, "<call>": doing.call, "<values>": doing.values}
        self.draft.add(doing.meaning, f"{name}_{told}", [start], slots)

    def _record(self, doing: Doing, start: str, trigger: Trigger) -> None:
        fields = doing.fields or [test.field.name for test in trigger.tests]
        if trigger.sort == "clock" or not fields:
            self.miss(doing.words, "values")
            return
        if trigger.quiet is not None and trigger.sort == "reading":
            start = self._quiet(start, trigger)
        if doing.window is not None and trigger.source is not None and trigger.sort == "reading":
            start, gives = self.conditions.window(doing.window, fields[0], start, whole=False, tumbling=True)
            fields = [gives]
        self.draft.add(doing.meaning, "record", [start], {"<fields>": fields})

    def _tell(self, doing: Doing, to: str | None, start: str, trigger: Trigger) -> None:
        destination = self._destination(to)
        if destination is None:
            self.miss(doing.words, "no_destination")
            return
        if trigger.quiet is not None:
            start = self._quiet(start, trigger)
        text = doing.text if doing.text is not None else notices.notice(self, trigger)
        wanted = "tell_back" if trigger.sort == "cleared" else "tell"
        self.draft.add(doing.meaning, wanted, [start], {"<destination>": destination, "<text>": notices.escaped(text)})

    def _quiet(self, start: str, trigger: Trigger) -> str:
        meaning = self.meaning("quiet")
        if meaning is None or trigger.quiet is None:
            return start
        for node in self.draft.nodes:
            if node["kind"] == meaning[0].id and node["from"] == [start]:
                return str(node["id"])
        value: str = format_duration(trigger.quiet)
        if settable(meaning, "<quiet>"):
            value = self.draft.set("quiet", value, self.said["quiet"])
        return self.draft.add(meaning, "quiet", [start], {"<quiet>": value})

    def _destination(self, to: str | None) -> str | None:
        """The named one; else the answered one; else the first as an assumed setting with a question."""
        if to is not None:
            return to
        known = list(self.registry.destinations.values())
        if not known:
            return None
        if "to" in self.draft.settings:
            return "$to"
        answered = self.draft.answer("to")
        if answered in self.registry.destinations:
            return self.draft.set("to", answered, self.said["to"])
        name = self.label(known[0].label, known[0].id)
        assumed = self.said["no_to"].format(name=name)
        if len(known) > 1:
            options = [{"value": d.id, "label": self.label(d.label, d.id)} for d in known[:6]]
            self.draft.ask(Question("to", self.said["ask_to"], "to", options, known[0].id, self.said["why_to"], rank=1))
        return self.draft.set("to", known[0].id, self.said["to"], assumed=assumed)

    def _recovery(self, wish: Wish, start: str) -> None:
        """Asks whether the end is told too, where somebody is told the start and the sentence says nothing of the end."""
        tells = [doing for doing in wish.doings if doing.sort == "tell"]
        trigger = wish.trigger
        has_end = any(w.trigger.of is trigger and w.trigger.sort == "cleared" for w in self.wishes.wishes)
        node = self.conditions.nodes.get(id(trigger))
        if not tells or has_end or trigger.sort != "compare" or trigger.repeat or node is None:
            return
        if self.draft.answer("recovery") in ("yes", True):
            back = Trigger("cleared", trigger.words, of=trigger, source=trigger.source)
            end = self._cleared(back)
            if end is not None:
                self._tell(Doing("tell", tells[0].words, tells[0].meaning, to=tells[0].to), tells[0].to[0], end, back)
        elif not any(q.id == "recovery" for q in self.draft.questions):
            options = [{"value": "no", "label": self.said["no"]}, {"value": "yes", "label": self.said["yes"]}]
            why = self.said["why_recovery"]
            self.draft.ask(Question("recovery", self.said["ask_recovery"], None, options, "no", why, rank=3))


def options_of_hold(lang: str) -> list[dict[str, Any]]:
    return [{"value": v, "label": spoken_duration(v, lang)} for v in ("0s", "30s", "1m", "5m")]
