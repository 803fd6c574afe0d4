"""Nodes for a condition: window, joined or true/false tests as one number, comparison with hold, repeat, hours."""

from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.comparisons import COMPARED, COMPARED_TWO, direction
from llm.authors.phrasebook.draft import Question, settable
from llm.authors.phrasebook.units import in_field_unit, settled
from llm.authors.phrasebook.wishes import Meaning, Test, Trigger
from llm.spoken import spoken_duration
from nodes.kit.duration import format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.assemble import Assembler

_SIGNS = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}
_ASSUMED_LIMITS = {"°C": (30, 5), "°F": (85, 40), "%": (80, 20), "ppm": (1000, 400), "A": (10, 1), "V": (250, 180), "mm/s": (7, 1), "hPa": (1020, 990),
                   "kPa": (500, 100), "MPa": (1, 0.1), "dB": (85, 30), "lx": (1000, 100), "rpm": (3000, 500), "kW": (10, 1), "W": (1000, 100)}  # fmt: skip
MET = "met"
"""The field that holds 1 where a joined or true/false condition holds, else 0."""


class Conditions:
    """Builds the nodes of conditions into the assembler's draft; `nodes`: id() of a trigger -> its comparing node."""

    def __init__(self, assembler: "Assembler") -> None:
        self.to = assembler
        self.nodes: dict[int, dict[str, Any]] = {}
        self.shown: dict[int, str] = {}
        """id() of a trigger -> the field that its notice shows."""

    def build(self, trigger: Trigger) -> str | None:
        if trigger.source is None:
            return None
        start = self.to.source(trigger.source)
        if start is None:
            return None
        field = trigger.tests[0].field.name
        if trigger.window is not None:
            start, field = self.window(trigger.window, field, start, whole=trigger.per == "all")
        self.shown[id(trigger)] = field
        if trigger.repeat is not None:
            return self._repeating(trigger, start, field)
        single = len(trigger.tests) == 1 and trigger.tests[0].truth is None
        if single:
            id_ = self._compare(trigger, trigger.tests[0], start, field)
        else:
            id_ = self._computed(trigger, start, field)
        if id_ is None:
            return None
        self.nodes[id(trigger)] = next(node for node in self.to.draft.nodes if node["id"] == id_)
        return self._within_hours(trigger, f"{id_}.{self._entered()}")

    def _entered(self) -> str:
        meaning = self.to.meaning("compare")
        return meaning[0].outputs[0].name if meaning else "out"

    def window(
        self, window: tuple[Meaning, int | None], field: str, start: str, *, whole: bool, tumbling: bool = False
    ) -> tuple[str, str]:
        """A node that sums up a field; gives its id and the field that it adds."""
        meaning, length = window
        said = self.to.said
        value = format_duration(length or 300_000)
        if settable(meaning, "<over>"):
            assumed = None if length else said["no_window"].format(value=spoken_duration(value, self.to.lang))
            value = self.to.draft.set("span", value, said["window"], assumed=assumed)
        slots = {
            "<field>": field,
            "<over>": value,
            "<per>": "all" if whole else None,
            "<mode>": "tumbling" if tumbling else None,
        }
        calc = str(meaning[1].params.get("calc", "summary"))
        id_ = self.to.draft.add(meaning, f"{field}_{calc}", [start], slots)
        return id_, meaning[1].gives or field

    def _compare(self, trigger: Trigger, test: Test, start: str, field: str) -> str | None:
        meaning = test.meaning
        if meaning is None:
            return None
        slots: dict[str, Any] = {"<field>": field, "<hold>": self._hold(trigger)}
        if trigger.per and not trigger.window:
            slots["<per>"] = trigger.per
        if COMPARED_TWO in meaning[1].params.values():
            slots[COMPARED_TWO] = self._two_limits(test)
        else:
            slots[COMPARED] = self._limit(test, meaning)
        way = direction(meaning)
        name = f"{test.field.name}_{'high' if way == 'up' else 'low' if way == 'down' else 'range'}"
        return self.to.draft.add(meaning, name, [start], slots)

    def _limit(self, test: Test, meaning: Meaning) -> str:
        said, draft = self.to.said, self.to.draft
        field = self.to.label(test.field.label, test.field.name)
        label = said["limit"].format(field=field)
        if test.numbers:
            number = settled(test.numbers[0], test.field.unit)
            for name, known in draft.settings.items():
                same = {k: v for k, v in known.items() if k != "label"}
                if same == {"value": number.number, "unit": number.unit, "assumed": False} and known[
                    "label"
                ].startswith(label):
                    return f"${name}"
            return draft.set("limit", number.number, label, unit=number.unit)
        up = direction(meaning) == "up"
        guess = _ASSUMED_LIMITS.get(test.field.unit or "", (100, 10))[0 if up else 1]
        answered = draft.answer("limit")
        if isinstance(answered, int | float) and not isinstance(answered, bool):
            return draft.set("limit", answered, label, unit=test.field.unit)
        shown = f"{guess} {test.field.unit}" if test.field.unit else str(guess)
        unit = f" {test.field.unit}" if test.field.unit else ""
        around = [_plain(float(f"{guess * part:.2g}")) for part in (0.5, 0.8, 1, 1.2, 1.5)]
        options = [{"value": value, "label": f"{value}{unit}"} for value in dict.fromkeys([guess, *around])]
        text = said["ask_limit"].format(field=field)
        name = draft.set("limit", guess, label, unit=test.field.unit, assumed=said["no_limit"].format(value=shown))
        draft.ask(Question("limit", text, name[1:], options, guess, said["why_limit"], rank=0))
        return name

    def _two_limits(self, test: Test) -> list[str]:
        field = self.to.label(test.field.label, test.field.name)
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
            return draft.set("hold", format_duration(trigger.hold), said["hold"])
        if "hold" in draft.settings or trigger.window is not None:
            return None
        answered = draft.answer("hold")
        if isinstance(answered, str):
            return draft.set("hold", answered, said["hold"])
        from llm.authors.phrasebook.assemble import options_of_hold

        name = draft.set("hold", "0s", said["hold"], assumed=said["no_hold"])
        draft.ask(
            Question("hold", said["ask_hold"], "hold", options_of_hold(self.to.lang), "0s", said["why_hold"], rank=2)
        )
        return name

    def _expression(self, trigger: Trigger, field: str) -> str:
        parts = []
        for test in trigger.tests:
            if test.words is not None:
                sign = "==" if test.truth else "!="
                parts.append(f"{test.field.name} {sign} {_quoted(test.words)}")
            elif test.truth is not None:
                parts.append(test.field.name if test.truth else f"!{test.field.name}")
            else:
                parts.append(self._comparison(test, field if trigger.window else test.field.name))
        return (" && " if trigger.join == "and" else " || ").join(parts)

    def _comparison(self, test: Test, field: str) -> str:
        """In expressions settings are bare numbers, so the limit is in the field's unit."""
        label = self.to.said["limit"].format(field=self.to.label(test.field.label, test.field.name))
        values = [in_field_unit(q, test.field.unit) for q in test.numbers]
        names = [self.to.draft.set("limit", _plain(v), label, unit=test.field.unit)[1:] for v in values]
        if not names:
            names = [self._limit(test, test.meaning)[1:]] if test.meaning else []
        keys = list(test.meaning[1].params) if test.meaning else []
        if len(names) == 2:
            inside = "outside" not in keys
            low, high = sorted(names, key=lambda n: self.to.draft.settings[n]["value"])
            text = f"({field} >= settings.{low} && {field} <= settings.{high})"
            return text if inside else f"!{text}"
        sign = next((_SIGNS[key] for key in keys if key in _SIGNS), ">=")
        return f"{field} {sign} settings.{names[0]}"

    def _computed(self, trigger: Trigger, start: str, field: str) -> str | None:
        """Joined and true/false tests become one number, so that hold and recovery work on them as on any other."""
        compute, compare = self.to.meaning("compute"), self._plain_compare()
        if compute is None or compare is None:
            return None
        expression = self._expression(trigger, field)
        name = trigger.tests[0].field.name
        computed = [{"name": MET, "expr": f"({expression}) ? 1 : 0"}]
        id_ = self.to.draft.add(compute, f"{name}_test", [start], {"<computed>": computed})
        slots = {"<field>": MET, COMPARED: 1, "<hold>": self._hold(trigger)}
        return self.to.draft.add(compare, f"{name}_met", [id_], slots)

    def _plain_compare(self) -> Meaning | None:
        return next(
            (
                (k, p)
                for k in self.to.catalog
                for p in k.phrases
                if p.role == "compare" and p.params.get("at_least") == COMPARED
            ),
            None,
        )

    def _repeating(self, trigger: Trigger, start: str, field: str) -> str | None:
        """Again and again while it lasts: every reading that meets the condition, thinned out."""
        test, quiet = self.to.meaning("test"), self.to.meaning("quiet")
        if test is None or quiet is None or trigger.repeat is None:
            return None
        if trigger.hold:
            self.to.miss(trigger.words, "repeat_hold")
        expression = self._expression(trigger, field)
        id_ = self.to.draft.add(test, f"{field}_while", [start], {"<expression>": expression})
        value = format_duration(trigger.repeat)
        if settable(quiet, "<quiet>"):
            value = self.to.draft.set("repeat", value, self.to.said["repeat"])
        return self.to.draft.add(
            quiet, "again", [f"{id_}.{test[1].port or test[0].outputs[0].name}"], {"<quiet>": value}
        )

    def _within_hours(self, trigger: Trigger, start: str) -> str:
        test = self.to.meaning("test")
        if trigger.hours is None or test is None:
            return start
        (h1, m1), (h2, m2) = trigger.hours
        now = "time.getHours() * 60 + time.getMinutes()"
        begin, end = h1 * 60 + m1, h2 * 60 + m2
        both = "&&" if begin < end else "||"
        expression = f"{now} >= {begin} {both} {now} < {end}"
        id_ = self.to.draft.add(test, "hours", [start], {"<expression>": expression})
        return f"{id_}.{test[1].port or test[0].outputs[0].name}"

    def add_margin(self, node: dict[str, Any], trigger: Trigger) -> None:
        """The number at which it is over, as the distance from the limit."""
        before = trigger.of
        if before is None or trigger.back is None or not before.tests or before.tests[0].meaning is None:
            return
        test = before.tests[0]
        limit, back = (in_field_unit(q, test.field.unit) for q in (test.numbers[0], trigger.back))
        key = next((name for name, slot in before.tests[0].meaning[1].params.items() if slot == "<margin>"), None)
        if key is None or key in node["params"] or limit == back:
            return
        label = self.to.said["back"].format(limit=_plain(limit), back=_plain(back))
        node["params"][key] = self.to.draft.set("margin", _plain(abs(round(limit - back, 9))), label)


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
