"""From `when` clauses to a trigger: which devices, which comparison, for how long, how it is over."""

import re
from functools import partial

from llm.authors.phrasebook import (
    limits,
    norms,
    notions,
    orders,
    persisting,
    qualities,
    states,
)
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import Comparing
from llm.authors.phrasebook.definitions import Given
from llm.authors.phrasebook.derived import Derivations, Virtual
from llm.authors.phrasebook.facts import Crowd, Lookback, Often, Row
from llm.authors.phrasebook.holding import (
    contradict,
    hold_of,
    not_over,
    of_others,
    only_lasts,
    says_nothing_new,
    so_long,
    still_so,
    twice,
)
from llm.authors.phrasebook.kinds import Kinds
from llm.authors.phrasebook.leftover import unknown_subject
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.periods import Period, period_of
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.said import SAID
from llm.authors.phrasebook.sharing import sources_of
from llm.authors.phrasebook.special import SPECIAL
from llm.authors.phrasebook.subjects import Subject, claim, subjects, unregistered
from llm.authors.phrasebook.summing import summed
from llm.authors.phrasebook.units import duration_in, fits, is_time
from llm.authors.phrasebook.wishes import Missed, Source, Test, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.things import DeviceType, Registry, TypeField, spoken

NUMERIC = ("number", "integer")
_AFTERWARDS = re.compile(r"\bafter (?:having|being)\b")
""" "Below 5 W after having been above 500 W": one after the other, not both at once."""


_TO_VALUE = re.compile(r"\b(?:chang\w+|switch\w*|flip\w*|turn\w*) (?:over |back )?to (?:true|false|yes|no|on|off)\b")
"""Not any change is meant, but one to this value."""


class TriggerReader:
    """Reads triggers in order; remembers the last one, which "it" and a recovery speak of."""

    def __init__(self, reading: Reading, spans: list[Span], registry: Registry, catalog: Catalog, lang: str) -> None:
        self.reading, self.spans, self.registry, self.lang = reading, spans, registry, lang
        self.kinds, self.derivations, self.given = Kinds(catalog), Derivations(catalog, registry, lang), Given()
        self.last: Trigger | None = None
        self.awaited: Trigger | None = None
        """What something is held until, which "when it is pressed" speaks of."""
        self.missed: list[Missed] = []
        self.hints: list[Span] = []
        """Names in what is to be done, which "it" in the condition may mean."""
        self.comparing = Comparing(self)
        self.said = SAID[lang]
        self.around = (0, 0)
        """Where the clause that is being read begins and ends."""

    def read(self, group: list[Clause]) -> Trigger | None:
        """The trigger of joined clauses; None (and something missed) where they cannot be understood."""
        words = self.reading.words(group[0].start, group[-1].end)
        trigger = persisting.read(self, group) or orders.read(self, group) or self._joined(group)
        if trigger is None:
            return None
        trigger.words = words if trigger is not self.last else trigger.words
        if trigger.sort != "cleared":
            self.last = trigger
        return trigger

    def _stated(self, clause: Clause, within: Trigger | None = None) -> Trigger | None:
        """The trigger of one clause, turned round where it begins with "unless"."""
        trigger = self.one(clause, within)
        if trigger is None or not clause.having("unless"):
            return trigger
        turned = norms.negated(trigger)
        if turned is None:
            self.miss(clause, "condition")
        return turned

    def _joined(self, group: list[Clause]) -> Trigger | None:
        numbers = [s for c in group for s in c.spans if s.quantity is not None and s.duration is None]
        if len(numbers) > 1 and _AFTERWARDS.search(self.reading.low, group[0].start, group[-1].end):
            self.miss(group[0], "condition")
            return None
        first = self._stated(group[0])
        if first is None:
            return None
        trigger = first
        for clause in group[1:]:
            missed = len(self.missed)
            if self.lang == "ja" and (hold := persisting.still(self, clause, trigger)) is not None:
                trigger.hold = hold
                continue
            more = self._stated(clause, within=trigger)
            if more is None and len(self.missed) > missed and self._narrows(group, clause):
                return None
            if more is None or more is trigger or notions.the_other(self, trigger, more, clause):
                continue
            if more.tests == trigger.tests and more.source is trigger.source and more.hold:
                trigger.hold = more.hold
                continue
            if (contradict(trigger, more) and clause.joined != "or") or twice(trigger, more):
                self.miss(clause, "condition")
                return None
            join = "or" if clause.joined == "or" else self._join_of(group, clause)
            either = bool(re.search(r"\beither\b|いずれか|どちらか", self.reading.low[clause.start : clause.end]))
            if notions.together(self, trigger, more, join, either=either):
                continue
            if join == "or" and more.sort in ("compare", "happen", "edge"):
                more.words = self.reading.words(clause.start, clause.end)
                trigger.alternatives.append(more)
            else:
                self.miss(clause, "join" if more.sort != "compare" or trigger.sort != "compare" else "two_types")
                return None
        return trigger

    def _narrows(self, group: list[Clause], clause: Clause) -> bool:
        """The clause must hold besides: without it something else would be built."""
        return self.lang == "en" and clause.joined != "or" and self._join_of(group, clause) == "and"

    def _join_of(self, group: list[Clause], clause: Clause) -> str:
        before = group[group.index(clause) - 1]
        return "or" if any("or" in s.words for s in before.spans[-2:]) else "and"

    def miss(self, clause: Clause, reason: str, near: list[str] | None = None) -> None:
        self.missed.append(Missed(self.reading.words(clause.start, clause.end), reason, near or []))
        for span in clause.spans:
            span.used = True

    def cover(self, name: str) -> None:
        """A name that the sentence itself gives is understood wherever it stands."""
        places = re.finditer(re.escape(name.lower()), self.reading.low) if name else ()
        self.spans += [Span(m.start(), m.end(), m.group(), used=True) for m in places]

    def label(self, thing: TypeField) -> str:
        return spoken(thing.label, self.lang, thing.name)

    def one(self, clause: Clause, within: Trigger | None = None) -> Trigger | None:
        """The trigger of one clause."""
        self.around = (clause.start, clause.end)
        if (reason := notions.beyond_reading(self, clause)) is not None:
            self.miss(clause, reason)
            return None
        known = norms.read(self, clause) or limits.read(self, clause)
        if known is not None:
            return known
        before = within or self.last
        counted = any(s.is_fact(Often) for s in clause.spans)
        if clause.having("that_case") and before is not None and not counted:
            return so_long(clause, before, within)
        if (strange := unregistered(clause.spans, self.reading.low)) is not None:
            words = self.reading.words(*strange)
            self.miss(clause, "unknown", nearest(words, self.registry, ("type", "device"), self.lang))
            return None
        missed = len(self.missed)
        self.comparing.beyond(clause, before)
        trigger = self._special(clause, before)
        if trigger is None and len(self.missed) == missed:
            self._count_time(clause)
            trigger = self._plain(clause, within)
        return trigger

    def _special(self, clause: Clause, last: Trigger | None) -> Trigger | None:
        """What has a way of its own to be said: silence, places, counts, changes, comparisons of two things."""
        for reader in SPECIAL:
            missed = len(self.missed)
            trigger = reader(self, clause, last)
            if trigger is not None or len(self.missed) > missed:
                return trigger
        return None

    def _plain(self, clause: Clause, within: Trigger | None) -> Trigger | None:
        last, missed = within or self.last, len(self.missed)
        if within is not None and within.hold is None and only_lasts(clause):
            within.hold = hold_of(clause)
            return within
        if notions.relative(self, clause):
            self.miss(clause, "condition")
            return None
        pairs = self.comparing.pairs(clause)
        if (
            not pairs
            and clause.role("recover")
            and self.last is not None
            and within is None
            and not self._other(clause)
        ):
            if not_over(clause):
                self.miss(clause, "condition")
                return None
            return self.cleared(clause)
        if pairs:
            return self.comparing.compare(clause, pairs, last)
        quoted = any(s.quote is not None for s in clause.spans)
        if not quoted and (trigger := self._edge(clause)) is not None:
            return trigger
        if (trigger := states.state(self, clause, last)) is not None:
            over = within is None and states.ends(trigger, self.last, clause)
            return self.cleared(clause) if over else self.finish(trigger, clause)
        for read in (self.comparing.lean, self.comparing.number_only, self.comparing.longer):
            trigger = read(clause, last)
            if trigger is not None or len(self.missed) > missed:
                return trigger
        if self.last is not None and says_nothing_new(clause) and not (self.lang == "ja" and clause.verbal):
            return self.last
        if self.last is not None and self.lang == "ja" and still_so(clause):
            return self.last
        self.miss(clause, *notions.incomplete(self, clause))
        return None

    def _other(self, clause: Clause) -> bool:
        """The clause speaks of another field than the last trigger, or of other devices."""
        whose = {
            n.id if n.sort == "type" else n.owner
            for s in clause.spans
            for n in s.names
            if n.sort in ("type", "device") and n.strength >= 3
        }
        watched = {source.type.id for source in sources_of(self.last)} if self.last is not None else set()
        if whose and not whose & watched:
            return True
        names = [n for s in clause.spans for n in s.named("field")]
        known: set[str] = set()
        last = self.last
        while last is not None:
            known |= {
                name
                for t in last.tests
                for name in (t.field.name, *(str(v) for s in t.steps for v in s.slots.values()))
            }
            last = last.of
        return bool(names) and not any(n.id in known for n in names)

    def _count_time(self, clause: Clause) -> None:
        """A field in minutes or seconds is compared with a duration: then that duration is its number."""
        if any(s.quantity and s.duration is None for s in clause.spans) or not clause.role("compare"):
            return
        for name in (n for s in clause.spans for n in s.named("field")):
            field = self.registry.types[name.owner or ""].field(name.id)
            length = next((s for s in clause.spans if s.duration is not None), None)
            if field is not None and field.unit and is_time(field.unit) and length is not None:
                length.quantity, length.duration = duration_in(length.duration or 0, field.unit, length.text), None
                return

    def cleared(self, clause: Clause) -> Trigger:
        before = self.last
        while before is not None and before.sort == "cleared":
            before = before.of
        back = next(
            (s.quantity for s in clause.spans if s.quantity is not None and s.duration is None and not s.used), None
        )
        held = hold_of(clause)
        for span in clause.spans:
            span.used = True
        trigger = Trigger("cleared", "", of=before, source=before.source if before else None, hold=held)
        tests = before.tests if before is not None else []
        if back is not None and len(tests) == 1 and len(tests[0].numbers) == 1 and fits(back.unit, tests[0].field.unit):
            trigger.back = back
        return trigger

    def subject(
        self, spans: list[Span], wanted: tuple[str, ...], quantity: Quantity | None, last: Trigger | None, *,
        computed: list[Virtual] | None = None,
    ) -> Subject | None:  # fmt: skip
        """The best reading of whose and what. `computed`: only these; None: what devices send and what words name."""

        def virtuals(type_: DeviceType) -> list[Virtual]:
            if computed is not None:
                return [v for v in computed if v.type is type_]
            return notions.virtuals(self, spans, type_, quantity)

        look = partial(
            subjects, registry=self.registry, wanted=wanted, quantity=quantity, virtuals=virtuals, computed=computed is not None,
        )  # fmt: skip
        field = last.tests[0].field if last and last.tests else None
        found = look(spans, last=last.source if last else None, last_field=field)
        if last is None and self.hints and not any(subject.named for subject in found):
            found = look(spans + self.hints, last=None, last_field=None)
        best = found[0] if found else None
        if best is not None and of_others(spans, best):
            return None
        if best is None or best.score <= 0 or (best.score < 1 and len(found) > 1 and found[1].score == best.score):
            return None
        if (topic := self.given.topic) is not None and best.virtual is topic[1] and not best.source.only:
            best.source.only = list(topic[0].only)
        claim(spans, best)
        return best

    def unknown(self, clause: Clause) -> bool:
        """Nobody named a registered device, but something that is not registered: nothing may be taken in its place."""
        words = unknown_subject(self.reading, self.spans, self.lang, clause.start, clause.end)
        if words is None:
            return False
        self.missed.append(Missed(words, "unknown", nearest(words, self.registry, ("type", "device"), self.lang)))
        for span in clause.spans:
            span.used = True
        return True

    def finish(self, trigger: Trigger, clause: Clause) -> Trigger:
        """What every condition may say besides: over which length, how many readings or devices, for how long."""
        if trigger.tests and trigger.tests[0].truth is None and trigger.source is not None:
            summed(self, trigger, clause)
        for span in clause.spans:
            if isinstance(span.fact, Row):
                trigger.row, span.used = span.fact, True
            elif (
                isinstance(span.fact, Lookback)
                and span.fact.readings
                and not span.used
                and not clause.role("aggregate")
            ):
                trigger.row, span.used = Row(span.fact.readings), True
            elif isinstance(span.fact, Crowd) and trigger.per == "all" and trigger.tests and trigger.tests[0].steps:
                span.used = True  # "the sum of both": what several come to together
            elif isinstance(span.fact, Crowd):
                trigger.crowd, span.used = span.fact, True
        if trigger.crowd is None and (all_of := notions.all_named(self, trigger, clause)) is not None:
            trigger.crowd = all_of
        qualities.besides(self, trigger, clause)
        trigger.hold = hold_of(clause)
        if trigger.hold is None and trigger.row is None and clause.having("now") and trigger.crowd is None:
            trigger.hold = 0
        if trigger.row is not None and trigger.hold is None:
            trigger.hold = 0
        for span in clause.spans:
            if (span.phrases or span.words) and span.fact is None and span.days is None:
                span.used = True
            if span.every is not None and not span.used:
                trigger.repeat, span.used = span.every, True
        return trigger

    def _edge(self, clause: Clause) -> Trigger | None:
        edges = clause.role("edge")
        if not edges or _TO_VALUE.search(self.reading.low, edges[0].start, clause.end):
            return None
        subject = self.subject(clause.spans, (*NUMERIC, "boolean", "string"), None, self.last)
        if subject is None or not subject.named or subject.virtual is not None:
            return None
        for span in clause.spans:
            span.used = span.used or not (span.fact or span.named("table"))
        return Trigger("edge", "", source=subject.source, tests=[Test(subject.field)], meaning=edges[0].role("edge"))

    def source(self, spans: list[Span], last: Trigger | None) -> Source | None:
        """Whose readings are meant, whatever they measure."""
        return notions.source(self, spans, last)

    def period(self, start: int, end: int) -> Period | None:
        """The period that is being reported of, else the one that the words from `start` to `end` speak of."""
        if self.given.period is not None:
            return self.given.period
        period = period_of(self.reading.low, start, end, self.lang, self.spans, self.given.shifts)
        if period is not None and self.given.closing:
            period.ended, period.places = True, [*period.places, *self.given.closing]
        return period

    def implied(self, clause: Clause, context: list[Span]) -> Trigger | None:
        return self.comparing.implied(clause, context)
