"""Nodes for a condition: one number against one limit, an expression that holds, or enough devices that meet one."""

from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.comparisons import COMPARED, COMPARED_TWO, direction
from llm.authors.phrasebook.draft import Question, settable
from llm.authors.phrasebook.expressions import expression_of, is_plain, plain_number
from llm.authors.phrasebook.facts import Row
from llm.authors.phrasebook.gates import marked
from llm.authors.phrasebook.units import in_field_unit, settled
from llm.authors.phrasebook.wishes import Meaning, Test, Trigger
from llm.spoken import spoken_duration
from nodes.kit.duration import format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler

_ASSUMED_LIMITS = {"°C": (30, 5), "°F": (85, 40), "%": (80, 20), "ppm": (1000, 400), "A": (10, 1), "V": (250, 180), "mm/s": (7, 1), "hPa": (1020, 990),
                   "kPa": (500, 100), "MPa": (1, 0.1), "dB": (85, 30), "lx": (1000, 100), "rpm": (3000, 500), "kW": (10, 1), "W": (1000, 100)}  # fmt: skip


class Conditions:
    """Builds the nodes of conditions into the assembler's draft."""

    def __init__(self, assembler: "Assembler") -> None:
        self.to = assembler
        self.inputs: dict[int, str] = {}
        """id() of a trigger -> what comes into its comparing node."""

    def build(self, trigger: Trigger) -> str | None:
        start = self.to.chains.readings(trigger)
        if start is None:
            return None
        if trigger.during is not None:
            start = marked(self.to, trigger.during, start)
        self.inputs[id(trigger)] = start
        if trigger.each_time:
            return self.each(trigger, start)
        plain = len(trigger.tests) == 1 and trigger.crowd is None and is_plain(trigger.tests[0])
        id_ = self._compared(trigger, start) if plain else self._expressed(trigger, start)
        if id_ is None:
            return None
        node = self.to.nodes[id(trigger)] = self.to.draft.node(id_)
        return f"{id_}.{self.to.catalog[node['kind']].outputs[0].name}"

    def each(self, trigger: Trigger, start: str | None = None) -> str | None:
        """Every event that meets it, not only the first one."""
        meaning = self.to.kinds.find("test", "<expression>", without="<hold>")
        came = start or self.to.chains.readings(trigger)
        if meaning is None or came is None:
            return None
        slots = {"<expression>": expression_of(self.to, trigger)}
        id_ = self.to.add(meaning, f"{name_of(trigger)}_met", [came], slots)
        return f"{id_}.{meaning[1].port or meaning[0].outputs[0].name}"

    def _compared(self, trigger: Trigger, start: str) -> str | None:
        test = trigger.tests[0]
        meaning = test.meaning
        if meaning is None:
            return None
        slots: dict[str, Any] = {"<field>": test.field.name, "<hold>": self._hold(trigger), "<per>": trigger.per}
        if COMPARED_TWO in meaning[1].params.values():
            slots[COMPARED_TWO] = self._two_limits(test)
        else:
            slots[COMPARED] = self.limit(test, meaning)
        way = direction(meaning)
        side = "high" if way == "up" else "low" if way == "down" else "range"
        return self.to.add(meaning, f"{name_of(trigger)}_{side}", [start], slots, self._row(trigger.row, meaning))

    def _expressed(self, trigger: Trigger, start: str) -> str | None:
        crowd = trigger.crowd
        many = None if crowd is None else "at_least" if crowd.at_least else "share"
        if many is not None:
            meaning = next(((k, p) for k, p in self.to.kinds.all("happen") if many in p.params), None)
        else:
            meaning = self.to.kinds.find("test", "<hold>")
        if meaning is None:
            return None
        slots = {
            "<expression>": expression_of(self.to, trigger),
            "<hold>": self._hold(trigger),
            "<per>": trigger.per or trigger.share,
        }
        more = self._row(trigger.row, meaning)
        if crowd is not None and crowd.at_least:
            slots["<number>"] = self.number("devices", crowd.at_least)
        elif crowd is not None:
            more["share"] = crowd.share
        name = "together" if crowd is not None else name_of(trigger)
        return self.to.add(meaning, f"{name}_met", [start], slots, more)

    def _row(self, row: Row | None, meaning: Meaning) -> dict[str, Any]:
        if row is None:
            return {}
        more = {"times": self.number("times", row.times)}
        return more | ({"of": self.number("of", row.of)} if row.of else {})

    def number(self, name: str, value: int) -> str:
        label = self.to.said[name]
        return self.to.draft.same_setting(label, value, None) or self.to.draft.set(name, value, label)

    def limit(self, test: Test, meaning: Meaning) -> str:
        said, draft = self.to.said, self.to.draft
        field = self.noun(test)
        label = said["limit"].format(field=field)
        if test.numbers:
            number = settled(test.numbers[0], test.field.unit)
            known = draft.same_setting(label, number.number, number.unit)
            return known or draft.set("limit", number.number, label, unit=number.unit)
        up = direction(meaning) == "up"
        guess = _ASSUMED_LIMITS.get(test.field.unit or "", (100, 10))[0 if up else 1]
        answered = draft.answer("limit")
        if isinstance(answered, int | float) and not isinstance(answered, bool):
            return draft.set("limit", answered, label, unit=test.field.unit)
        shown = f"{guess} {test.field.unit}" if test.field.unit else str(guess)
        unit = f" {test.field.unit}" if test.field.unit else ""
        around = [plain_number(float(f"{guess * part:.2g}")) for part in (0.5, 0.8, 1, 1.2, 1.5)]
        options = [{"value": value, "label": f"{value}{unit}"} for value in dict.fromkeys([guess, *around])]
        text = said["ask_limit"].format(field=field)
        name = draft.set("limit", guess, label, unit=test.field.unit, assumed=said["no_limit"].format(value=shown))
        draft.ask(Question("limit", text, name[1:], options, guess, said["why_limit"], rank=0))
        return name

    def noun(self, test: Test) -> str:
        return test.noun or self.to.label(test.field.label, test.field.name)

    def _two_limits(self, test: Test) -> list[str]:
        field = self.noun(test)
        one, two = test.numbers
        if one.unit is None and two.unit is not None:
            one = type(one)(one.value, two.unit)
        low, high = sorted((settled(q, test.field.unit) for q in (one, two)), key=lambda q: q.value)
        said, draft = self.to.said, self.to.draft
        return [
            draft.set("low", low.number, said["low"].format(field=field), unit=low.unit),
            draft.set("high", high.number, said["high"].format(field=field), unit=high.unit),
        ]

    def _hold(self, trigger: Trigger) -> str | None:
        """The hold as a setting; where nothing was said, an assumed one of no length with a question, once."""
        said, draft = self.to.said, self.to.draft
        if trigger.hold == 0:
            return None
        if trigger.hold is not None:
            value = format_duration(trigger.hold)
            return draft.same_setting(said["hold"], value, None) or draft.set("hold", value, said["hold"])
        if "hold" in draft.settings or not _may_last(trigger):
            return None
        answered = draft.answer("hold")
        if isinstance(answered, str):
            return draft.set("hold", answered, said["hold"])
        name = draft.set("hold", "0s", said["hold"], assumed=said["no_hold"])
        options = [{"value": v, "label": spoken_duration(v, self.to.lang)} for v in ("0s", "30s", "1m", "5m")]
        draft.ask(Question("hold", said["ask_hold"], "hold", options, "0s", said["why_hold"], rank=2))
        return name

    def add_margin(self, node: dict[str, Any], trigger: Trigger) -> None:
        """The number at which it is over, as the distance from the limit."""
        before = trigger.of
        if before is None or trigger.back is None or not before.tests or before.tests[0].meaning is None:
            return
        test = before.tests[0]
        limit, back = (in_field_unit(q, test.field.unit) for q in (test.numbers[0], trigger.back))
        key = next((name for name, slot in before.tests[0].meaning[1].params.items() if slot == "<margin>"), None)
        if key is None or key in node["params"] or limit == back or not settable(before.tests[0].meaning, key):
            return
        label = self.to.said["back"].format(limit=plain_number(limit), back=plain_number(back))
        node["params"][key] = self.to.draft.set("margin", plain_number(abs(round(limit - back, 9))), label)


def name_of(trigger: Trigger) -> str:
    """What the node of this condition is called after."""
    if trigger.named:
        return trigger.named
    if not trigger.tests:
        return "it"
    test = trigger.tests[0]
    return test.steps[-1].named or test.field.name if test.steps else test.field.name


def _may_last(trigger: Trigger) -> bool:
    """Whether asking how long it must last makes sense: not of rows, sums and other things that already look back."""
    return trigger.row is None and not any(test.steps for test in trigger.tests)
