"""The whole prompt: clauses to wishes, with what was missed."""

import re
from dataclasses import replace

from llm.authors.phrasebook.clauses import Clause, clauses, compares
from llm.authors.phrasebook.comparisons import COMPARED, OPPOSITE, key_of, with_key
from llm.authors.phrasebook.doings import DoingReader
from llm.authors.phrasebook.leftover import leftovers
from llm.authors.phrasebook.names import NameIndex
from llm.authors.phrasebook.parts import Part, parts
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.tagging import tag
from llm.authors.phrasebook.times import PARTS, cron_of
from llm.authors.phrasebook.triggers import TriggerReader
from llm.authors.phrasebook.wishes import Doing, Missed, Source, Trigger, Wish, Wishes
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry

_MORNING = re.compile(r"a\.?m|午前|朝|早朝|未明|深夜")


class Meaning:
    """Reads one prompt; `wishes()` gives the result."""

    def __init__(self, prompt: str, catalog: Catalog, registry: Registry, lang: str) -> None:
        self.reading = Reading(prompt)
        self.registry, self.lang = registry, lang
        self.index = NameIndex(registry, frozenset(p.text for kind in catalog for p in kind.phrases))
        self.spans = tag(self.reading, catalog, self.index, lang)
        self.triggers = TriggerReader(self.reading, self.spans, registry, lang)
        self.triggers.plain = next(
            (
                (k, p)
                for k in catalog
                for p in k.phrases
                if p.role == "compare" and p.params.get("at_least") == COMPARED
            ),
            None,
        )
        self.doings = DoingReader(self.reading, registry, catalog, lang)
        self.result = Wishes(lang, spans=self.spans)
        self.pending: list[tuple[str, Trigger]] = []
        """Conditions that were understood, with their words: each must lead to something."""

    def wishes(self) -> Wishes:
        found = self._without_quiet(self._without_seldom())
        for part in parts(found, self.lang):
            self._part(part)
        if self.quiet is not None:
            self._set_quiet(self.quiet)
        self.result.missed += self.triggers.missed + self.doings.missed + self._idle(found)
        self.result.missed += leftovers(self.reading, self.spans, self.result, self.registry, found)
        return self.result

    def _without_seldom(self) -> list[Clause]:
        """The clauses but those that only say how often at most."""
        most = [span for span in self.spans if "seldom" in span.words]
        for span in most:
            self.quiet, span.every, span.words, span.used = span.every, None, set(), True
        found = clauses(self.reading, self.spans, self.lang)
        return [c for c in found if not (c.spans and all(s in most for s in c.spans))]

    def _idle(self, found: list[Clause]) -> list[Missed]:
        """Clauses that led to nothing and of which nothing was said."""
        said = [missed.words for missed in [*self.triggers.missed, *self.doings.missed, *self.result.missed]]
        used: set[str] = set()
        for wish in self.result.wishes:
            trigger: Trigger | None = wish.trigger
            while trigger is not None:
                used.add(trigger.words)
                trigger = trigger.of
        idle = []
        for words, trigger in self.pending:
            if trigger.words not in used and not any(words in other or other in words for other in said):
                idle.append(Missed(words, "no_doing"))
        for clause in found:
            words = self.reading.words(clause.start, clause.end)
            names = [s for s in clause.spans if s.named("destination") or s.quote is not None]
            if any(not s.used for s in names) and not any(words in other or other in words for other in said):
                idle.append(Missed(words, "doing"))
        return idle

    quiet: int | None = None

    def _without_quiet(self, found: list[Clause]) -> list[Clause]:
        """Takes out "その後10分は通知しない" and "at most once every 10 minutes"."""
        kept = []
        for clause in found:
            quiet = clause.role("quiet") or clause.having("at_most")
            length = next((s for s in clause.spans if s.duration is not None or s.every is not None), None)
            if (
                not quiet
                or length is None
                or (
                    min(abs(length.start - q.end) for q in quiet) > 15
                    and min(abs(q.start - length.end) for q in quiet) > 15
                )
            ):
                kept.append(clause)
                continue
            self.quiet = length.duration if length.duration is not None else length.every
            for span in (length, *quiet):
                span.used, span.duration, span.every = True, None, None
            if clause.when and compares(clause.spans):
                kept.append(clause)
            elif (
                (clause.having("not") and clause.role("quiet"))
                or not clause.role("tell")
                or self._only_quiet(clause, found)
            ):
                for span in clause.spans:
                    span.used = True
                if clause.when:
                    kept.append(clause)
            else:
                kept.append(clause)
        return kept

    def _only_quiet(self, clause: Clause, found: list[Clause]) -> bool:
        """A sentence of its own that names nobody to tell ("同じ通知は10分に一度まで。")."""
        alone = all(other.sentence != clause.sentence or other is clause for other in found)
        return alone and not any(s.named("destination") or s.quote is not None for s in clause.spans)

    def _set_quiet(self, ms: int) -> None:
        for wish in self.result.wishes:
            if wish.trigger.sort in ("compare", "edge", "reading"):
                wish.trigger.quiet = ms

    def _part(self, part: Part) -> None:
        if not part.when:
            for own in _by_clock(part.doing):
                if not self._implied(own):
                    self._one_part(Part(doing=own))
        else:
            self._one_part(part)

    def _implied(self, doing: list[Clause]) -> bool:
        """Clauses that carry their own limit ("warn at 6 °C and cut at 8 °C") are wishes of their own."""
        any_found = False
        for number, clause in enumerate(doing):
            before = [s for s in self.spans if s.start < clause.start]
            context = [s for s in [*before, *clause.spans] if s.named("type") or s.named("field") or s.named("device")]
            trigger = self.triggers.implied(clause, context)
            if trigger is None and not any_found:
                return False
            any_found = True
            doings = self.doings.read(clause, trigger or self.triggers.last)
            if doings and (trigger or self.triggers.last):
                self._add(Wish(trigger or self.triggers.last or self._nothing(number), doings))
        return any_found

    def _nothing(self, number: int) -> Trigger:
        return Trigger("reading", str(number))

    def _one_part(self, part: Part) -> None:
        self.triggers.hints = [
            s for c in part.doing for s in c.spans if s.named("type") or s.named("field") or s.named("device")
        ]
        trigger = self._trigger(part)
        if trigger is not None and trigger.hold is None and any(c.having("now") for c in part.doing):
            trigger.hold = 0
        self._topic(part, trigger)
        self._its(part, trigger)
        if part.when and trigger is not None and not part.doing:
            self.pending.append((self.reading.words(part.when[0].start, part.when[-1].end), trigger))
        doings: list[Doing] = []
        self.doings.hinted = [n.id for c in part.when for s in c.spans for n in s.named("destination")]
        for span in (s for c in part.when for s in c.spans if s.named("destination")):
            span.used = True
        for clause in part.doing:
            if trigger is None and part.when:
                self._refuse(clause)
                continue
            doings += self.doings.read(clause, trigger)
        if not doings:
            return
        if trigger is None:
            trigger = self._from_readings(doings)
        if trigger is None:
            self.result.missed += [Missed(doing.words, "trigger") for doing in doings]
            return
        self._add(Wish(self._as_recovery(trigger, doings), doings))

    def _its(self, part: Part, trigger: Trigger | None) -> None:
        """ "Stop pump 2 if its pressure …": the device that is named in what is to be done is the one that is watched."""
        source = trigger.source if trigger is not None else None
        if source is None or source.spoken or source.only or trigger is None or trigger.sort != "compare":
            return
        names = [n for c in part.doing for s in c.spans for n in s.named("device") if n.owner == source.type.id]
        source.only = list(dict.fromkeys(name.id for name in names))

    def _topic(self, part: Part, trigger: Trigger | None) -> None:
        """ "回転灯は…のとき点灯": devices that a condition names but does not test are the ones to command."""
        tested = trigger.source.type.id if trigger is not None and trigger.source else None
        for span in (s for clause in part.when for s in clause.spans):
            for name in span.names:
                type_ = self.registry.types.get(name.id if name.sort == "type" else name.owner or "")
                if name.sort in ("type", "device") and type_ is not None and type_.commands and type_.id != tested:
                    self.doings.last_type = type_

    def _refuse(self, clause: Clause) -> None:
        words = self.reading.words(clause.start, clause.end)
        if words:
            self.result.missed.append(Missed(words, "follows"))
        for span in clause.spans:
            span.used = True

    def _trigger(self, part: Part) -> Trigger | None:
        if part.when and part.when[0].joined == "else":
            return self._otherwise(part)
        if part.when:
            trigger = self.triggers.read(part.when)
            if trigger is None:
                plain = not any(c.role("compare") and any(s.quantity for s in c.spans) for c in part.when)
                clocked = self._clock([s for c in part.when for s in c.spans]) if plain else None
                if clocked:
                    self.triggers.missed = [m for m in self.triggers.missed if m.reason != "condition"]
                return clocked
            self._hours(trigger, part)
            if trigger.repeat is None and trigger.sort == "compare":
                trigger.repeat = self._repeat(part)
            return trigger
        if (sampled := self._sampled(part)) is not None:
            return sampled
        clock = self._clock([s for c in part.doing for s in c.spans])
        return clock or self.triggers.last

    def _sampled(self, part: Part) -> Trigger | None:
        """ "Every 10 minutes record the (average) temperature": readings, thinned out or summed up."""
        spans = [s for clause in part.doing for s in clause.spans]
        every = next((s for s in spans if s.every is not None), None)
        fields = [n for s in spans for n in s.named("field")]
        if every is None or not fields or not any(s.role("record") for s in spans):
            return None
        type_ = self.registry.types[fields[0].owner or ""]
        every.used = True
        if any(s.role("aggregate") for s in spans):
            every.duration = every.every
            return Trigger("reading", every.text, source=Source(type_))
        return Trigger("reading", every.text, source=Source(type_), quiet=every.every)

    def _otherwise(self, part: Part) -> Trigger | None:
        last = self.triggers.last
        return (
            Trigger("cleared", self.reading.words(part.when[0].start, part.when[0].end), of=last, source=last.source)
            if last
            else None
        )

    def _repeat(self, part: Part) -> int | None:
        for span in (s for clause in part.doing for s in clause.spans):
            if span.every is not None and not span.used:
                span.used = True
                return span.every
        return None

    def _hours(self, trigger: Trigger, part: Part) -> None:
        """Two times of day in a condition: only between them."""
        clocks = [s for clause in [*part.when, *part.doing] for s in clause.spans if s.clock is not None]
        if len(clocks) == 2 and clocks[0].clock and clocks[1].clock:
            trigger.hours = (clocks[0].clock, clocks[1].clock)
            for span in clocks:
                span.used = True

    def _clock(self, spans: list[Span]) -> Trigger | None:
        every = next((s for s in spans if s.every is not None), None)
        clocks = [s for s in spans if s.clock is not None]
        clock = clocks[0] if clocks else None
        days = next((s for s in spans if s.days is not None), None)
        used = [s for s in (every, *clocks, days) if s is not None]
        words = " ".join(s.text.strip() for s in sorted(used, key=lambda s: s.start))
        if every is not None and clock is None:
            every.used = True
            return Trigger("clock", words, every=every.every)
        if clock is None and days is None:
            return None
        for span in used:
            span.used = True
        day = days.days if days and days.days else "*"
        times = [s.clock for s in clocks if s.clock is not None] or [PARTS.get(day, (8, 0))]
        late = day in ("evening", "afternoon")
        said = {s.clock: s.text for s in clocks}
        crons = [
            cron_of((h + 12, m) if late and h < 12 and not _MORNING.search(said.get((h, m), "")) else (h, m), day)
            for h, m in times
        ]
        return Trigger("clock", words, crons=crons, guessed_clock=clock is None)

    def _from_readings(self, doings: list[Doing]) -> Trigger | None:
        """Recording needs no condition: every reading of the devices that have the field."""
        for doing in doings:
            type_ = self.registry.types.get(doing.spread or "")
            if doing.sort == "record" and type_ is not None:
                return Trigger("reading", doing.words, source=Source(type_))
        return None

    def _as_recovery(self, trigger: Trigger, doings: list[Doing]) -> Trigger:
        """ "20%で開けて、90%で閉める": the second number ends the first state where both command the same devices, or
        where the words speak of going back; two notices stay two limits of their own."""
        if trigger.of is None or trigger.back is None or trigger.hold:
            trigger.of = trigger.of if trigger.sort == "cleared" else None
            return trigger
        before = next((w for w in self.result.wishes if w.trigger is trigger.of), None)
        types = {d.target_type.id for d in before.doings if d.target_type} if before else set()
        same = any(d.target_type is not None and d.target_type.id in types for d in doings)
        said = any(
            span.role("recover") or "again" in span.words
            for span in self.spans
            if span.text and span.text in trigger.words
        )
        strict = trigger.tests[0].meaning is not None and key_of(trigger.tests[0].meaning) in ("above", "below")
        if not said and same and strict:
            return self._passed(trigger)
        if not same and not said:
            trigger.of = trigger.back = None
            return trigger
        return replace(trigger, sort="cleared", tests=trigger.tests)

    def _passed(self, trigger: Trigger) -> Trigger:
        """A way back past a margin counts the number itself; where it must be passed, it is the end of not being past."""
        test = trigger.tests[0]
        meaning = with_key(test.meaning, OPPOSITE[key_of(test.meaning)]) if test.meaning else None
        other = replace(trigger, tests=[replace(test, meaning=meaning)], meaning=meaning, hold=0, of=None, back=None)
        return replace(trigger, sort="cleared", of=other, back=None)

    def _add(self, wish: Wish) -> None:
        for known in self.result.wishes:
            if known.trigger is wish.trigger:
                known.doings = _told_once(known.doings + wish.doings)
                return
        wish.doings = _told_once(wish.doings)
        self.result.wishes.append(wish)


def _told_once(doings: list[Doing]) -> list[Doing]:
    """ "I need to know when …, send it to maintenance": nobody in particular is meant by the first half; what is asked
    for twice in the same way is done once."""
    doings = [d for n, d in enumerate(doings) if not any(_same_doing(d, before) for before in doings[:n])]
    if any(doing.to and doing.to != [None] for doing in doings):
        return [doing for doing in doings if doing.to != [None]]
    return doings


def _same_doing(one: Doing, two: Doing) -> bool:
    told = (one.sort, one.to, one.text, one.fields) == (two.sort, two.to, two.text, two.fields)
    return told and (one.target, one.call, one.values, one.window) == (two.target, two.call, two.values, two.window)


def _by_clock(doing: list[Clause]) -> list[list[Clause]]:
    """Clauses to do, in groups that begin where a new time is said ("30 % at 9 pm and back to 100 % at 6 am")."""
    groups: list[list[Clause]] = []
    timed = 0
    for clause in doing:
        own = any(s.clock is not None or s.every is not None for s in clause.spans)
        if not groups or (own and timed):
            groups.append([clause])
        else:
            groups[-1].append(clause)
        timed = timed + 1 if own else timed
    return groups
