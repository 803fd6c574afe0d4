"""Wishes to nodes and settings. Which kind does what, and with which params, stands in the phrases of the node files."""

from typing import Any

from llm.authors.phrasebook.actions import Actions
from llm.authors.phrasebook.chains import Chains
from llm.authors.phrasebook.conditions import Conditions
from llm.authors.phrasebook.draft import Draft, Question, Wires, settable
from llm.authors.phrasebook.gates import gated
from llm.authors.phrasebook.kinds import Kinds
from llm.authors.phrasebook.said import SAID
from llm.authors.phrasebook.treatments import Treatments
from llm.authors.phrasebook.wishes import Doing, Meaning, Missed, Source, Trigger, Wish, Wishes
from nodes.kit.catalog import Catalog
from nodes.kit.duration import format_duration
from nodes.kit.things import Registry, spoken


class Assembler:
    """Builds one draft from `wishes`."""

    def __init__(self, wishes: Wishes, catalog: Catalog, registry: Registry, answers: dict[str, Any]) -> None:
        self.wishes, self.catalog, self.registry, self.lang = wishes, catalog, registry, wishes.lang
        self.kinds = Kinds(catalog)
        self.draft = Draft(wishes.lang, answers)
        self.said = SAID[wishes.lang]
        self.ends: dict[int, str] = {}
        """id() of a trigger -> the port from which its doings start."""
        self.nodes: dict[int, dict[str, Any]] = {}
        """id() of a trigger -> the node that notices it."""
        self.chains, self.conditions = Chains(self), Conditions(self)
        self.treatments, self.actions = Treatments(self), Actions(self)

    def build(self) -> Draft:
        for wish in self.wishes.wishes:
            with self.draft.origins.saying(wish.trigger.words):
                start = self._begun(wish)
            if start is None:
                continue
            for doing in wish.doings:
                with self.draft.origins.saying(doing.words):
                    self.actions.do(doing, start, wish.trigger)
            self._recovery(wish)
        return self.draft

    def _begun(self, wish: Wish) -> str | None:
        """The port from which the doings of a wish start."""
        start = self.start(wish.trigger)
        if start is None:
            return None
        start = self.treatments.before(wish, start)
        if wish.calendar is not None:
            start = gated(self, wish.calendar, start)
        if wish.trigger.repeat is not None:
            start = self.treatments.repeated(wish.trigger, start) or start
        return start

    def meaning(self, role: str, slot: str | None = None) -> Meaning | None:
        return self.kinds.find(role, slot)

    def miss(self, words: str, reason: str, near: list[str] | None = None) -> None:
        self.wishes.missed.append(Missed(words, reason, near or []))

    def label(self, words: dict[str, str], otherwise: str) -> str:
        return spoken(words, self.lang, otherwise)

    def add(self, meaning: Meaning, wanted: str, wires: Wires, slots: dict[str, Any], more: dict[str, Any] | None = None) -> str:  # fmt: skip
        """A node, or the same one where it is there already."""
        return self.draft.once(meaning, wanted, wires, slots, more)

    def source(self, source: Source) -> str | None:
        """The node that reads these devices; the same one where they are the same."""
        meaning = self.meaning("source", "<type>")
        if meaning is None:
            return None
        slots = {"<type>": source.type.id, "<only>": source.only or None, "<where>": source.where or None}
        return self.add(meaning, source.type.id, [], slots)

    def start(self, trigger: Trigger) -> str | None:
        """The port from which the trigger's doings start; None (and something missed) where it cannot be built."""
        if trigger.sort == "cleared":
            return self.cleared(trigger)
        if id(trigger) in self.ends:
            return self.ends[id(trigger)]
        with self.draft.origins.saying(trigger.words):
            start = self._started(trigger)
        if start is None:
            if not any(missed.words == trigger.words for missed in self.wishes.missed):
                self.miss(trigger.words, "no_kind")
            return None
        self.ends[id(trigger)] = start
        return start

    def _started(self, trigger: Trigger) -> str | None:
        if trigger.sort == "clock":
            return self._clock(trigger)
        if trigger.sort == "order":
            return self.treatments.ordered(trigger)
        if trigger.sort == "checked":
            return self.treatments.checked(trigger, self._clock(trigger))
        if trigger.sort == "state":
            return self.treatments.kept(trigger)
        if trigger.sort == "compare":
            return self.conditions.build(trigger)
        came = self.chains.readings(trigger)
        if came is None:
            return None
        if trigger.sort == "edge" and trigger.meaning is not None:
            fields = [test.field.name for test in trigger.tests]
            came = self.add(trigger.meaning, f"{fields[0]}_changed", [came], {"<fields>": fields})
        elif trigger.sort == "happen" and trigger.step is not None:
            came = self.chains.one(trigger.step, came)
            self.nodes[id(trigger)] = self.draft.node(came.split(".")[0])
        return came

    def _clock(self, trigger: Trigger) -> str | None:
        slot = "<every>" if trigger.every is not None else "<cron>"
        meaning = self.meaning("clock", slot)
        if meaning is None:
            return None
        if trigger.every is None:
            calendar, more = trigger.calendar, {}
            if calendar is not None and calendar.holidays and calendar.region:
                more = {
                    "holidays": calendar.region,
                    "on_holidays": "skip" if calendar.holidays == "without" else "only",
                }
            also = calendar is not None and calendar.holidays == "also" and calendar.days
            made = [self.add(meaning, "clock", [], {slot: cron}, {} if also else more) for cron in trigger.crons]
            if also and calendar is not None and calendar.days:
                rest = ",".join(str(day) for day in range(7) if day not in calendar.days)
                others = [f"{cron.rsplit(' ', 1)[0]} {rest}" for cron in trigger.crons]
                made += [self.add(meaning, "clock", [], {slot: cron}, more) for cron in others]
            return " ".join(made)
        value = format_duration(trigger.every)
        if settable(meaning, slot):
            value = self.draft.set("every", value, self.said["every"])
        return self.add(meaning, "clock", [], {slot: value})

    def cleared(self, trigger: Trigger) -> str | None:
        """The way out of the node that the trigger before has built."""
        if trigger.of is not None and id(trigger.of) not in self.ends and trigger.of.sort != "cleared":
            self.start(trigger.of)
        back = self.way_back(trigger.of)
        if back is None or trigger.of is None:
            self.miss(trigger.words, "edge_back")
            return None
        if trigger.back is not None:
            self.conditions.add_margin(self.nodes[id(trigger.of)], trigger)
        return back

    def way_back(self, trigger: Trigger | None) -> str | None:
        """The port that says that what the trigger waits for is over."""
        node = self.nodes.get(id(trigger))
        if node is None:
            return None
        end = self.ends.get(id(trigger), "")
        port = self.kinds.back_of(
            self.catalog[node["kind"]], end.partition(".")[2] if end.startswith(node["id"]) else ""
        )
        return f"{node['id']}.{port}" if port else None

    def _recovery(self, wish: Wish) -> None:
        """Asks whether the end is told too, where somebody is told the start and the sentence says nothing of the end."""
        tells = [doing for doing in wish.doings if doing.sort == "tell"]
        trigger = wish.trigger
        has_end = any(w.trigger.of is trigger and w.trigger.sort == "cleared" for w in self.wishes.wishes)
        if not tells or has_end or trigger.repeat or trigger.latched or self.way_back(trigger) is None:
            return
        if self.draft.answer("recovery") in ("yes", True):
            back = Trigger("cleared", trigger.words, of=trigger, source=trigger.source)
            end = self.cleared(back)
            if end is not None:
                again = Doing("tell", tells[0].words, tells[0].meaning, to=tells[0].to)
                with self.draft.origins.saying(self.said["ask_recovery"]):
                    self.actions.tell(again, tells[0].to[0], end, back)
        elif not any(q.id == "recovery" for q in self.draft.questions):
            options = [{"value": "no", "label": self.said["no"]}, {"value": "yes", "label": self.said["yes"]}]
            why = self.said["why_recovery"]
            self.draft.ask(Question("recovery", self.said["ask_recovery"], None, options, "no", why, rank=3))
