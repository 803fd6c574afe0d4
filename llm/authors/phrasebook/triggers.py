"""From `when` clauses to a trigger: which devices, which comparison, for how long, how it is over."""

import re
from dataclasses import replace

from llm.authors.phrasebook import states
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import OPPOSITE, direction, key_of, pairs_of, with_key
from llm.authors.phrasebook.leftover import unknown_subject
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.subjects import Subject, claim, subjects, unregistered
from llm.authors.phrasebook.units import duration_as, fits, in_field_unit, is_time
from llm.authors.phrasebook.wishes import Meaning, Missed, Test, Trigger
from nodes.kit.things import Registry

_NUMERIC = ("number", "integer")


class TriggerReader:
    """Reads triggers in order; remembers the last one, which "it" and a recovery speak of."""

    def __init__(self, reading: Reading, spans: list[Span], registry: Registry, lang: str) -> None:
        self.reading, self.spans, self.registry, self.lang = reading, spans, registry, lang
        self.last: Trigger | None = None
        self.missed: list[Missed] = []
        self.hints: list[Span] = []
        """Names in what is to be done, which "it" in the condition may mean."""

    def read(self, group: list[Clause]) -> Trigger | None:
        """The trigger of joined clauses; None (and something missed) where they cannot be understood."""
        words = self.reading.words(group[0].start, group[-1].end)
        first = self._one(group[0])
        if first is None:
            return None
        trigger = first
        for clause in group[1:]:
            more = self._one(clause, within=trigger)
            if more is None or more is trigger:
                continue
            if more.sort != "compare" or trigger.sort != "compare" or more.source is None or trigger.source is None:
                self._miss(clause, "join")
            elif more.source.type.id != trigger.source.type.id:
                self._miss(clause, "two_types")
            else:
                trigger.tests += more.tests
                trigger.join = "or" if clause.joined == "or" else self._join_of(group, clause)
                trigger.hold = trigger.hold or more.hold
        trigger.words = words
        if trigger.sort not in ("cleared",):
            self.last = trigger
        return trigger

    def _join_of(self, group: list[Clause], clause: Clause) -> str:
        before = group[group.index(clause) - 1]
        return "or" if any("or" in s.words for s in before.spans[-2:]) else "and"

    def _miss(self, clause: Clause, reason: str, near: list[str] | None = None) -> None:
        self.missed.append(Missed(self.reading.words(clause.start, clause.end), reason, near or []))
        for span in clause.spans:
            span.used = True

    def _one(self, clause: Clause, within: Trigger | None = None) -> Trigger | None:
        before = within or self.last
        if clause.having("that_case") and before is not None:
            for span in clause.spans:
                span.used = True
            return before
        if (strange := unregistered(clause.spans, self.reading.low)) is not None:
            words = self.reading.words(*strange)
            self._miss(clause, "unknown", nearest(words, self.registry, ("type", "device"), self.lang))
            return None
        self._count_time(clause)
        pairs = pairs_of(clause.spans, self.lang)
        recover = clause.role("recover")
        for tag in ("rate", "silent"):
            if clause.having(tag):
                self._miss(clause, tag)
                return None
        last = within or self.last
        if not pairs and recover and self.last is not None and within is None and not _other_field(clause, self.last):
            return self._cleared(clause)
        if pairs:
            return self._compare(clause, pairs, last)
        quoted = any(s.quote is not None for s in clause.spans)
        if not quoted and (trigger := self._edge(clause)) is not None:
            return trigger
        if (trigger := states.state(clause, self.reading, self.registry, last)) is not None:
            return (
                self._cleared(clause)
                if within is None and states.ends(trigger, self.last)
                else self._finish(trigger, clause)
            )
        if (trigger := self._lean(clause, last)) is not None:
            return trigger
        if (trigger := self._number_only(clause, last)) is not None:
            return trigger
        if (trigger := self._longer(clause)) is not None:
            return trigger
        if self.last is not None and _says_nothing_new(clause):
            return self.last
        self._miss(clause, "condition")
        return None

    def _longer(self, clause: Clause) -> Trigger | None:
        """ "5分たったら…、15分たったら…": the same condition, held longer."""
        last = self.last
        if last is None or last.sort != "compare" or not clause.role("hold"):
            return None
        hold = _hold(clause, [])
        return replace(last, hold=hold, of=None, back=None) if hold else None

    def _count_time(self, clause: Clause) -> None:
        """A field in minutes or seconds is compared with a duration: then that duration is its number."""
        if any(s.quantity and s.duration is None for s in clause.spans) or not clause.role("compare"):
            return
        for name in (n for s in clause.spans for n in s.named("field")):
            field = self.registry.types[name.owner or ""].field(name.id)
            length = next((s for s in clause.spans if s.duration is not None), None)
            if field is not None and field.unit and is_time(field.unit) and length is not None:
                length.quantity, length.duration = duration_as(length.duration or 0, field.unit), None
                return

    def _cleared(self, clause: Clause) -> Trigger:
        for span in clause.spans:
            span.used = True
        before = self.last
        while before is not None and before.sort == "cleared":
            before = before.of
        held = _hold(clause, [])
        return Trigger("cleared", "", of=before, source=before.source if before else None, hold=held)

    def _subject(
        self, clause: Clause, wanted: tuple[str, ...], quantity: Quantity | None, last: Trigger | None
    ) -> Subject | None:
        found = subjects(
            clause.spans, self.registry, wanted=wanted, quantity=quantity, last=last.source if last else None,
            last_field=last.tests[0].field if last and last.tests else None,
        )  # fmt: skip
        if last is None and self.hints and not any(subject.named for subject in found):
            found = subjects(
                clause.spans + self.hints, self.registry, wanted=wanted, quantity=quantity, last=None, last_field=None
            )
        best = found[0] if found else None
        if best is None or best.score <= 0 or (best.score < 1 and len(found) > 1 and found[1].score == best.score):
            return None
        claim(clause.spans, best)
        return best

    def _compare(
        self, clause: Clause, pairs: "list[tuple[Meaning, list[Quantity]]]", last: Trigger | None
    ) -> Trigger | None:
        tests: list[Test] = []
        source = None
        for meaning, numbers in pairs:
            subject = self._subject(clause, ("number", "integer"), numbers[0], last)
            if subject is None or self._misfit(clause, subject, numbers[0]):
                unit = numbers[0].unit
                strange = unit and not unit.startswith("#") and self._subject(clause, _NUMERIC, None, last) is not None
                self._miss(clause, "unit" if strange else "field", [str(unit).lstrip("?")] if strange else None)
                return None
            if not subject.source.spoken and last is None and self._unknown(clause):
                return None
            source = source or subject.source
            tests.append(Test(subject.field, self._turned_round(clause, meaning, numbers), numbers))
        trigger = Trigger("compare", "", source=source, tests=tests, meaning=tests[0].meaning)
        trigger.join = "or" if clause.having("or") or _apart(tests) else "and"
        return self._finish(self._as_recovery(trigger), clause)

    def _misfit(self, clause: Clause, subject: Subject, quantity: Quantity) -> bool:
        """The clause names another number of the same devices, whose unit the said one cannot be."""
        type_ = subject.source.type
        named = [n for s in clause.spans for n in s.named("field") if n.owner == type_.id and n.extra in _NUMERIC]
        if quantity.unit is None or any(n.id == subject.field.name for n in named):
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
        nots = clause.having("not")
        if self.lang == "ja":
            negated = any(0 <= n.start - span.end <= 4 for n in nots)
        else:
            negated = any(0 <= span.start - n.end <= 3 for n in nots)
        return with_key(meaning, OPPOSITE[key_of(meaning)]) if negated and key_of(meaning) in OPPOSITE else meaning

    def _unknown(self, clause: Clause) -> bool:
        """Nobody named a registered device, but something that is not registered: nothing may be taken in its place."""
        words = unknown_subject(self.reading, self.spans, self.lang, clause.start, clause.end)
        if words is None:
            return False
        self.missed.append(Missed(words, "unknown", nearest(words, self.registry, ("type", "device"), self.lang)))
        for span in clause.spans:
            span.used = True
        return True

    def _as_recovery(self, trigger: Trigger) -> Trigger:
        """A number on the way back of the last trigger's field may be its recovery; whether it is, the doing tells."""
        last = self.last
        while last is not None and last.sort == "cleared":
            last = last.of
        if last is None or last.sort != "compare" or last.source is None or trigger.source is None:
            return trigger
        if len(last.tests) != 1 or len(trigger.tests) != 1 or not last.tests[0].numbers:
            return trigger
        old, new = last.tests[0], trigger.tests[0]
        if old.field is new.field and last.source.type is trigger.source.type and _turned(old, new):
            trigger.of, trigger.back = last, new.numbers[0]
        return trigger

    def _finish(self, trigger: Trigger, clause: Clause) -> Trigger:
        aggregate = clause.role("aggregate")
        lengths = [s for s in clause.spans if s.duration is not None and not s.used]
        if aggregate and trigger.tests and not trigger.tests[0].truth:
            meaning = aggregate[0].role("aggregate")
            near = min(lengths, key=lambda s: abs(s.start - aggregate[0].start), default=None)
            if meaning is not None:
                trigger.window = (meaning, near.duration if near else None)
                aggregate[0].used = True
            if near:
                near.used = True
                lengths.remove(near)
        trigger.hold = _hold(clause, lengths)
        if trigger.hold is None and clause.having("now"):
            trigger.hold = 0
        if clause.having("whole") and trigger.window:
            trigger.per = "all"
        for span in clause.spans:
            if span.phrases or span.words:
                span.used = True
            if span.every is not None:
                trigger.repeat, span.used = span.every, True
        return trigger

    def _edge(self, clause: Clause) -> Trigger | None:
        edges = clause.role("edge")
        if not edges:
            return None
        subject = self._subject(clause, ("number", "integer", "boolean", "string"), None, self.last)
        if subject is None or not subject.named:
            return None
        for span in clause.spans:
            span.used = True
        return Trigger("edge", "", source=subject.source, tests=[Test(subject.field)], meaning=edges[0].role("edge"))

    def _lean(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """A direction without a number ("too hot"): the limit becomes an assumed setting."""
        leans = clause.role("lean")
        if not leans and clause.having("some_limit"):
            leans = [s for s in clause.role("compare") if direction(s.role("compare"))]
        if not leans:
            return None
        subject = self._subject(clause, ("number", "integer"), None, last)
        if subject is None or not subject.named:
            return None
        meaning = leans[0].role("lean") or leans[0].role("compare")
        trigger = Trigger("compare", "", source=subject.source, tests=[Test(subject.field, meaning)], meaning=meaning)
        return self._finish(trigger, clause)

    def implied(self, clause: Clause, context: list[Span]) -> Trigger | None:
        """ "80℃で警告、90℃で停止", "warn at 6 °C": a number with a unit that what is to be done hangs on."""
        pattern = r"[でに]" if self.lang == "ja" else r"(?<=\bat )$"
        for span in clause.spans:
            if span.quantity is None or span.duration is not None or span.quantity.unit is None or span.used:
                continue
            text = self.reading.low[span.end :] if self.lang == "ja" else self.reading.low[: span.start]
            found = re.match(r"で", text) if self.lang == "ja" else re.search(pattern, text)
            if found is None or self.plain is None:
                continue
            near = Clause(clause.start, span.end, [*context, span], clause.sentence, when=True)
            subject = self._subject(near, ("number", "integer"), span.quantity, self.last)
            if subject is None or not (subject.named or self.last):
                return None
            span.used = True
            test = Test(subject.field, self.plain, [span.quantity])
            words = self.reading.words(span.start, span.end)
            self.last = Trigger("compare", words, source=subject.source, tests=[test], meaning=self.plain)
            return self.last
        return None

    def _number_only(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """A number and nothing that compares ("80度で"): it is reached from below unless the words lean the other way."""
        numbers = [s for s in clause.spans if s.quantity and s.duration is None and not s.used]
        if len(numbers) != 1 or self.plain is None:
            return None
        quantity = numbers[0].quantity
        subject = self._subject(clause, ("number", "integer"), quantity, last)
        if subject is None or quantity is None or not subject.named:
            return None
        if quantity.unit is None and not any(s.end <= numbers[0].start for s in clause.spans if s.named("field")):
            return None
        numbers[0].used = True
        plain = with_key(self.plain, "at_most") if quantity.value == 0 else self.plain
        trigger = Trigger(
            "compare", "", source=subject.source, tests=[Test(subject.field, plain, [quantity])], meaning=plain
        )
        return self._finish(trigger, clause)

    plain: Meaning | None = None
    """The comparison that is meant where none is said."""


def _hold(clause: Clause, lengths: list[Span]) -> int | None:
    for span in lengths or [s for s in clause.spans if s.duration is not None and not s.used]:
        span.used = True
        return span.duration
    return None


def _says_nothing_new(clause: Clause) -> bool:
    """ "if it does", "その場合": what was said before."""
    return not any(
        s.names or s.phrases or s.quantity or s.duration or s.quote or s.words - {"if", "or", "then"}
        for s in clause.spans
    )


def _other_field(clause: Clause, last: Trigger) -> bool:
    names = [n for s in clause.spans for n in s.named("field")]
    known = {test.field.name for test in last.tests}
    while last.of is not None:
        last = last.of
        known |= {test.field.name for test in last.tests}
    return bool(names) and not any(n.id in known for n in names)


def _apart(tests: list[Test]) -> bool:
    """Below one limit and above a higher one: both at once cannot be, so either is meant."""
    if len(tests) != 2 or tests[0].field is not tests[1].field:
        return False
    by_way = {direction(test.meaning): in_field_unit(test.numbers[0], test.field.unit) for test in tests}
    return "up" in by_way and "down" in by_way and by_way["down"] <= by_way["up"]


def _turned(old: Test, new: Test) -> bool:
    """The new comparison looks the other way, and both cannot hold at once."""
    one, two = direction(old.meaning), direction(new.meaning)
    if not one or not two or one == two or len(old.numbers) != 1 or len(new.numbers) != 1:
        return False
    a, b = (in_field_unit(t.numbers[0], t.field.unit) for t in (old, new))
    return b <= a if one == "up" else b >= a
