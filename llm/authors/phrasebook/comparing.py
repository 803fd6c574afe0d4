"""Comparisons of fields with numbers: said with a number, only leaning one way, or with a number and nothing else."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import placing
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import OPPOSITE, direction, key_of, pairs_of, with_key
from llm.authors.phrasebook.holding import held_longer, hold_of, says_twice
from llm.authors.phrasebook.notions import counted_time
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.subjects import Subject
from llm.authors.phrasebook.units import fits, in_field_unit
from llm.authors.phrasebook.wishes import Meaning, Source, Test, Trigger
from nodes.kit.things import DeviceType

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMERIC = ("number", "integer")
_NOT_KEPT = re.compile(
    r"(?:え|り|き|し|ち|み)そう(?:に|だ|な)|(?:今日|本日|当日|1日)の(?:増加|減少|上昇|低下)|(?:保て|保た|維持でき|維持さ|維持し|持続し|持たな)[^、。]{0,3}な"
)
"""What was to last did not, how far something came in a day, or what is only about to be: no condition of one value says so."""
_DOWN = re.compile(r"より(?:も)?(?:低|小さ|少な|下)|未満|以下|を(?:下回|切|割)")
_HEAT = re.compile(r"\b(?:hot|warm|cold|cool|chill|freez|overheat)|暑|熱|寒|冷|暖|あつ|さむ")
"""Words that speak of a temperature, whatever else is measured."""
Pairs = list[tuple[Meaning, list[Quantity]]]


class Comparing:
    """Reads one comparison, or several in one clause."""

    def __init__(self, reader: "TriggerReader") -> None:
        self.reader = reader
        self.plain = reader.kinds.find("compare", "<number>", key="at_least")
        """The comparison that is meant where none is said."""

    def pairs(self, clause: Clause) -> Pairs:
        self._of_periods(clause)
        self._of_counts(clause)
        return counted_time(self.reader, clause) or pairs_of(clause.spans, self.reader.lang) or self._as_before(clause)

    def _as_before(self, clause: Clause) -> Pairs:
        """ "When all of them are over that": the number that was said before."""
        last = self.reader.last
        numbers = last.tests[-1].numbers if last is not None and last.tests else []
        if self.reader.lang != "en" or len(numbers) != 1:
            return []
        for span in clause.spans:
            meaning = span.role("compare")
            if (
                meaning is not None
                and "<number>" in meaning[1].params.values()
                and _THAT.match(self.reader.reading.low, span.end)
            ):
                span.used = True
                return [(meaning, list(numbers))]
        return []

    def beyond(self, clause: Clause, last: Trigger | None) -> None:
        """ "それより低いときは": the number that was said last, at the end that is passed."""
        numbers = last.tests[0].numbers if last is not None and last.tests else []
        it = next(iter(clause.having("that_number")), None)
        if it is None or not numbers or any(s.quantity and s.duration is None for s in clause.spans):
            return
        ends = sorted(numbers, key=lambda q: q.value)
        it.quantity = ends[0] if _DOWN.match(self.reader.reading.low, it.end) else ends[-1]

    def _of_counts(self, clause: Clause) -> None:
        """The number in "the three freezers" only counts devices."""
        numbers = [s for s in clause.spans if s.quantity is not None and s.duration is None]
        for number, following in zip(clause.spans, clause.spans[1:], strict=False):
            if number not in numbers or len(numbers) < 2 or self.reader.lang != "en" or number.quantity is None:
                continue
            counted = following.text.endswith("s") and following.named("type") and following.start - number.end <= 1
            if counted and (number.quantity.unit or "?").startswith("?"):
                number.used = True

    def _of_periods(self, clause: Clause) -> None:
        """The number in "1日の使用量" is none to compare with."""
        period = self.reader.period(clause.start, clause.end)
        places = period.places if period is not None else []
        for span in clause.spans:
            if span.quantity is not None and any(a <= span.start < b for a, b in places):
                span.used = True

    def compare(self, clause: Clause, pairs: Pairs, last: Trigger | None) -> Trigger | None:
        reader, tests, source = self.reader, [], None
        low = reader.reading.low
        apart = any(low.startswith(("差", "の差"), s.end) for s in clause.spans if s.named("field"))
        if _NOT_KEPT.search(low, clause.start, clause.end) or (
            apart and reader.lang == "ja" and not clause.role("aggregate")
        ):
            reader.miss(clause, "condition")
            return None
        for meaning, numbers in pairs:
            near = _near(clause.spans, numbers, pairs)
            if (further := _computed_again(reader, clause, meaning, numbers, last)) is not None:
                source = source or further[0]
                tests.append(further[1])
                continue
            number = next((quantity for quantity in numbers if quantity.unit), numbers[0])
            subject = reader.subject(near, _NUMERIC, number, last)
            if subject is None and near is not clause.spans:
                subject = reader.subject(clause.spans, _NUMERIC, number, last)
            if subject is None or self._misfit(clause, subject, numbers[0]):
                unit = numbers[0].unit
                strange = unit and not unit.startswith("#") and reader.subject(clause.spans, _NUMERIC, None, last)
                reader.miss(clause, "unit" if strange else "field", [str(unit).lstrip("?")] if strange else None)
                return None
            if not subject.source.spoken and last is None and reader.unknown(clause):
                return None
            source = source or subject.source
            tests.append(test_of(subject, self._turned_round(clause, meaning, numbers), numbers))
        if len(tests) == 2 and says_twice(tests[:1], tests[1:]):
            reader.miss(clause, "condition")
            return None
        tests += self._zeros(clause, source.type, last) if source is not None else []
        trigger = Trigger("compare", "", source=source, tests=tests, meaning=tests[0].meaning)
        trigger.join = "or" if clause.having("or") or _apart(tests) else "and"
        reader.finish(trigger, clause)
        placing.inside(reader, trigger, clause)
        return self._as_recovery(trigger)

    def _zeros(self, clause: Clause, of: DeviceType, last: Trigger | None) -> list[Test]:
        """ "... and the rain is 0 mm": nothing at all needs no comparison."""
        found = []
        marks = [s for s in clause.spans if s.quantity is not None and s.duration is None]
        for span in marks:
            quantity = span.quantity
            if span.used or quantity is None or quantity.value != 0 or self.plain is None:
                continue
            low = max((s.end for s in marks if s.end <= span.start), default=clause.start)
            near = [s for s in clause.spans if low <= s.start <= span.start]
            subject = self.reader.subject(near, _NUMERIC, quantity, last)
            if subject is not None and subject.named and subject.source.type is of:
                span.used = True
                found.append(test_of(subject, with_key(self.plain, "at_most"), [quantity]))
        return found

    def _misfit(self, clause: Clause, subject: Subject, quantity: Quantity) -> bool:
        """The clause names another number of the same devices, whose unit the said one cannot be."""
        type_ = subject.source.type
        named = [n for s in clause.spans for n in s.named("field") if n.owner == type_.id and n.extra in _NUMERIC]
        known = {subject.field.name, *(subject.virtual.inputs if subject.virtual else ())}
        if quantity.unit is None or any(n.id in known for n in named):
            return False
        fields = [type_.field(n.id) for n in named if n.strength >= 2]
        return any(field is not None and not fits(quantity.unit, field.unit) for field in fields)

    def _turned_round(self, clause: Clause, meaning: Meaning, numbers: list[Quantity]) -> Meaning:
        """ "isn't between", "を超えなければ", and 0, which is reached from above."""
        span = next((s for s in clause.spans if meaning in s.phrases), None)
        if span is None:
            return meaning
        if (
            numbers[0].value == 0
            and "at_least" in meaning[1].params
            and not re.match(r"以上|or |at least|>|≥", span.text)
        ):
            return with_key(meaning, "at_most")
        before = self.reader.reading.low[clause.start : span.start]
        if span.text.startswith("にな") and re.search(
            r"(?:減|下が|落ち|低下|冷え|下降|縮)[^、。\d]{0,5}[\d.]+[^\d、。]{0,4}$", before
        ):
            return with_key(meaning, "at_most")
        nots = [s for s in clause.having("not") if not s.role("derive")]
        if self.reader.lang == "ja":
            negated = any(0 <= n.start - span.end <= 4 for n in nots)
        else:
            negated = any(0 <= span.start - n.end <= 3 for n in nots)
        return with_key(meaning, OPPOSITE[key_of(meaning)]) if negated and key_of(meaning) in OPPOSITE else meaning

    def _as_recovery(self, trigger: Trigger) -> Trigger:
        """A number on the way back of the last trigger's field may be its recovery; whether it is, the doing tells."""
        last = self.reader.last
        while last is not None and last.sort == "cleared":
            last = last.of
        if last is None or last.sort != "compare" or last.source is None or trigger.source is None:
            return trigger
        if len(last.tests) != 1 or len(trigger.tests) != 1 or not last.tests[0].numbers:
            return trigger
        old, new = last.tests[0], trigger.tests[0]
        same = old.field == new.field and [s.slots for s in old.steps] == [s.slots for s in new.steps]
        if same and last.source.type is trigger.source.type and turned(old, new):
            trigger.of, trigger.back = last, new.numbers[0]
        return trigger

    def lean(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """A direction without a number ("too hot"): the limit becomes an assumed setting."""
        leans = clause.role("lean")
        limited = not leans and clause.having("some_limit")
        if limited:
            leans = [s for s in clause.role("compare") if direction(s.role("compare"))]
            if leans and self.reader.unknown(clause):
                return None
        if not leans or (self.reader.lang == "ja" and clause.having("not")):
            return None
        degrees = Quantity(0.0, "°C") if any(_HEAT.search(s.text.lower()) for s in leans) else None
        subject = self.reader.subject(clause.spans, _NUMERIC, degrees, last) if degrees else None
        subject = subject or self.reader.subject(clause.spans, _NUMERIC, None, last)
        if subject is None or not subject.named:
            return None
        meaning = leans[0].role("lean") or leans[0].role("compare")
        trigger = Trigger("compare", "", source=subject.source, tests=[test_of(subject, meaning, [])], meaning=meaning)
        return self.reader.finish(trigger, clause)

    def implied(self, clause: Clause, context: list[Span]) -> Trigger | None:
        """ "80℃で警告、90℃で停止", "warn at 6 °C": a number with a unit that what is to be done hangs on."""
        reader = self.reader
        for span in clause.spans:
            if span.quantity is None or span.duration is not None or span.quantity.unit is None or span.used:
                continue
            text = reader.reading.low[span.end :] if reader.lang == "ja" else reader.reading.low[: span.start]
            found = re.match(r"で", text) if reader.lang == "ja" else re.search(r"(?<=\bat )$", text)
            if found is None or self.plain is None:
                continue
            near = [*context, span]
            subject = reader.subject(near, _NUMERIC, span.quantity, reader.last)
            if subject is None or not (subject.named or reader.last):
                return None
            span.used = True
            words = reader.reading.words(span.start, span.end)
            test = test_of(subject, self.plain, [span.quantity])
            reader.last = Trigger("compare", words, source=subject.source, tests=[test], meaning=self.plain)
            return reader.last
        return None

    def at_number(self, clause: Clause, trigger: Trigger | None) -> Trigger | None:
        """ "Pump on above 80 cm, off at 30 cm": another number of the same field, at which something else is done."""
        if trigger is None or self.reader.lang != "en" or trigger.sort != "compare" or len(trigger.tests) != 1:
            return None
        test, low = trigger.tests[0], self.reader.reading.low
        way = direction(test.meaning)
        for span in clause.spans if way and len(test.numbers) == 1 and self.plain is not None else ():
            quantity = span.quantity
            if quantity is None or span.used or not quantity.unit or not fits(quantity.unit, test.field.unit):
                continue
            if not low[: span.start].endswith(" at "):
                continue
            if test.steps and quantity.unit != test.numbers[0].unit:
                continue  # after "rises 30 cm or more in 10 minutes" 2.0 m is how high it stands, not how far it has risen
            there, here = (in_field_unit(q, test.field.unit) for q in (test.numbers[0], quantity))
            beyond = here > there if way == "up" else here < there
            key = "at_least" if (way == "up") == beyond else "at_most"
            said = with_key(self.plain, key) if self.plain is not None else test.meaning
            span.used = True
            words = self.reader.reading.words(span.start, span.end)
            other = replace(test, meaning=said, numbers=[quantity])
            return Trigger("compare", words, source=trigger.source, tests=[other], meaning=said)
        return None

    def number_only(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """A number and nothing that compares ("80度で"): it is reached from below unless the words lean the other way."""
        numbers = [s for s in clause.spans if s.quantity and s.duration is None and not s.used]
        if len(numbers) != 1 or self.plain is None:
            return None
        quantity = numbers[0].quantity
        if not clause.role("compare") and re.search(
            r"\b[a-z]+er than $", self.reader.reading.low[clause.start : numbers[0].start]
        ):
            return None  # a comparison in words that nothing here knows: its direction may not be guessed
        subject = self.reader.subject(clause.spans, _NUMERIC, quantity, last)
        like = _goes_on(subject, last, quantity) if self.reader.lang == "ja" and quantity is not None and quantity.unit else None  # fmt: skip
        if subject is None or quantity is None or not (subject.named or like):
            return None
        if quantity.unit is None and not any(s.end <= numbers[0].start for s in clause.spans if s.named("field")):
            return None
        numbers[0].used = True
        plain = with_key(self.plain, "at_most") if quantity.value == 0 else like or self.plain
        trigger = Trigger(
            "compare", "", source=subject.source, tests=[test_of(subject, plain, [quantity])], meaning=plain
        )
        finished = self.reader.finish(trigger, clause)
        return self._as_recovery(finished) if like else finished

    def longer(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """ "5分たったら…、15分たったら…": the same condition, held longer."""
        last = last or self.reader.last
        alone = all(s.duration is not None or (s.words and not s.names) for s in clause.spans)
        if last is None or last.sort != "compare" or not (clause.role("hold") or alone):
            return None
        hold = hold_of(clause)
        return held_longer(last, hold) if hold else None


def _computed_again(
    reader: "TriggerReader", clause: Clause, meaning: Meaning, numbers: list[Quantity], last: Trigger | None
) -> tuple[Source, Test] | None:
    """ "暑さ指数が28以上なら…、31以上で…", "when it reaches 31": the further limit is one of what was worked out, where nothing
    else is named."""
    while last is not None and last.sort == "cleared":
        last = last.of
    low = reader.reading.low
    goes_on = reader.lang == "ja" or _IT.search(low, clause.start, clause.end) or _AT.match(low, clause.start)
    if not goes_on or last is None or last.sort != "compare" or len(last.tests) != 1 or last.base is not None:
        return None
    test, source = last.tests[0], last.source
    named = any(n.sort in ("field", "type", "device") for s in clause.spans for n in s.names)
    if named or clause.role("derive", "aggregate") or not test.steps or source is None or test.right is not None:
        return None
    if not test.numbers or not fits(numbers[0].unit, test.field.unit) or numbers[0].unit != test.numbers[0].unit:
        return None
    return source, replace(test, meaning=meaning, numbers=numbers)


def _goes_on(subject: Subject | None, last: Trigger | None, number: Quantity) -> Meaning | None:
    """How the last condition compares the same field: 「55度を超えたら…、60度なら…」."""
    while last is not None and last.sort == "cleared":
        last = last.of
    test = last.tests[0] if last is not None and last.sort == "compare" and len(last.tests) == 1 else None
    if subject is None or test is None or test.steps or subject.field.name != test.field.name:
        return None
    if test.meaning is None or direction(test.meaning) is None or not test.numbers:
        return None
    further = (number.value >= test.numbers[0].value) == (direction(test.meaning) == "up")
    return test.meaning if further else with_key(test.meaning, "at_least" if direction(test.meaning) == "down" else "at_most")  # fmt: skip


def test_of(subject: Subject, meaning: Meaning | None, numbers: list[Quantity]) -> Test:
    """The test of a subject; a computed field brings its steps, and a part of one is compared in per cent where that is said."""
    virtual = subject.virtual
    if virtual is None:
        return Test(subject.field, meaning, numbers, type=subject.source.type)
    test = Test(subject.field, meaning, numbers, steps=list(virtual.steps), noun=virtual.noun, type=subject.source.type)
    test.left, test.either, test.guard = virtual.left, virtual.either, virtual.guard
    test.difference = virtual.difference
    if virtual.share and numbers and numbers[0].unit == "%":
        test.left = f"{virtual.left or subject.field.name} * 100.0"
    return test


_AT = re.compile(r"\s*(?:(?:and|but) )?(?:when |once |if )?(?:at|from|above|over|beyond) (?=-?\d)")
_IT = re.compile(r"\b(?:it|this|that)\b(?= (?:is|has|gets?|goes|reaches|rises|falls|drops|climbs|exceeds|passes|hits))")
_THAT = re.compile(
    r" (?:that|this|it|the same)(?: (?:limit|level|value|mark|threshold|number|temperature|figure))?\b(?! of\b)"
)


def _near(spans: list[Span], numbers: list[Quantity], pairs: Pairs) -> list[Span]:
    """Where one clause holds several comparisons, those words that stand nearer to this one's number than to the others'."""
    if len(pairs) < 2:
        return spans
    marks = [min((s.start for s in spans if s.quantity in found), default=0) for _, found in pairs]
    mine = next(n for n, (_, found) in enumerate(pairs) if found is numbers)
    low = marks[mine - 1] if mine else -1
    near = [s for s in spans if low < s.start <= marks[mine]]
    if not any(s.named("field") or s.role("derive") for s in near):
        return spans
    return [s for s in spans if s in near or s.named("type") or s.named("device") or s.named("attribute")]


def _apart(tests: list[Test]) -> bool:
    """Below one limit and above a higher one: both at once cannot be, so either is meant."""
    if len(tests) != 2 or tests[0].field != tests[1].field or not all(test.numbers for test in tests):
        return False
    by_way = {direction(test.meaning): in_field_unit(test.numbers[0], test.field.unit) for test in tests}
    return "up" in by_way and "down" in by_way and by_way["down"] <= by_way["up"]


def turned(old: Test, new: Test) -> bool:
    """The new comparison looks the other way, and both cannot hold at once."""
    one, two = direction(old.meaning), direction(new.meaning)
    if not one or not two or one == two or len(old.numbers) != 1 or len(new.numbers) != 1:
        return False
    a, b = (in_field_unit(t.numbers[0], t.field.unit) for t in (old, new))
    return b <= a if one == "up" else b >= a
