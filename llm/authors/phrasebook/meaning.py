"""The whole prompt: clauses to wishes, with what was missed."""

import re
from dataclasses import replace

from llm.authors.phrasebook import (
    apart,
    asking,
    bands,
    bracketed,
    checking,
    clocks,
    coordinated,
    daytimes,
    following,
    frames,
    ladders,
    passing,
    preludes,
    quieting,
    repeating,
    reports,
    shared,
    snapshots,
    special,
    tallies,
    tolerances,
    untold,
)
from llm.authors.phrasebook.cases import name_cases
from llm.authors.phrasebook.clauses import Clause, clauses
from llm.authors.phrasebook.comparisons import OPPOSITE, key_of, with_key
from llm.authors.phrasebook.doings import DoingReader
from llm.authors.phrasebook.events import name_events
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.leftover import leftovers, unknown_exceptions, without_passed_over
from llm.authors.phrasebook.names import NameIndex
from llm.authors.phrasebook.parts import Part, parts
from llm.authors.phrasebook.periods import endings
from llm.authors.phrasebook.ranges import compare_ranges
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.tagging import tag
from llm.authors.phrasebook.thrift import Once
from llm.authors.phrasebook.triggers import TriggerReader
from llm.authors.phrasebook.wishes import Doing, Missed, Trigger, Wish, Wishes
from llm.authors.phrasebook.wishing import by_clock, chosen, told_once, words_of
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry

_BACK = re.compile(
    r"まで(?:下が|戻|落ち|低下|上が|回復|減)|に戻|復旧|復帰|回復|収束|収ま|解除|平常|もう(?:1|一)度|再度|再び|\b(?:back|again|once more|recover\w*|resolved|all.?clear|normal)\b"
)


class Meaning:
    """Reads one prompt; `wishes()` gives the result."""

    def __init__(self, prompt: str, catalog: Catalog, registry: Registry, lang: str) -> None:
        self.reading = Reading(prompt)
        self.registry, self.lang = registry, lang
        self.index = NameIndex(registry, frozenset(p.text for kind in catalog for p in kind.phrases))
        self.spans = tag(self.reading, catalog, self.index, lang)
        uncertain = tolerances.mark(self.reading, self.spans, catalog, lang)
        compare_ranges(self.reading, self.spans, catalog, lang)
        special.mark(self.reading, self.spans, catalog, registry, lang)
        bracketed.explained(self.reading, self.spans, lang)
        passing.mark(self.reading, self.spans, catalog, lang)
        name_events(self.reading, self.spans, lang)
        name_cases(self.reading, self.spans, lang)
        self.triggers = TriggerReader(self.reading, self.spans, registry, catalog, lang)
        self.doings = DoingReader(self.reading, registry, catalog, lang)
        self.doings.triggers = self.triggers
        self.result = Wishes(lang, spans=self.spans, missed=uncertain)
        self.pending: list[tuple[str, Trigger]] = []
        """Conditions that were understood, with their words: each must lead to something."""
        self.timed: tuple[Trigger, Calendar] | None = None
        """A condition and the times at which it counts, which the next sentence says what to do about."""
        self.about: list[Span] = []
        """What a sentence before said that the others speak of."""
        self.idle: preludes.Idle | None = None
        self.quiet: int | None = None
        self.quieted = ""
        """The words that ask for it."""
        self.waiting: tuple[Trigger, str] | None = None
        """A condition and the text that is told then, to somebody who is named later."""
        self.once: Once | None = None
        """What counts as a repetition."""
        self.over: Trigger | None = None
        """The end of a condition until which something is done."""
        self.found: list[Clause] = []
        self.most: int | None = None
        """How many repetitions there may be."""
        self.naming = False
        """Whether notices name the shift."""

    def wishes(self) -> Wishes:
        found = quieting.without(self, following.take(self, self._without_seldom()))
        found = repeating.without_most(self, found)
        self.found = found
        found = frames.without_remarks(self, found)
        found = coordinated.joined(preludes.carried(self.about, ladders.spread(self, found)))
        found = daytimes.limits(self, shared.limits(self.reading, found))
        self.found = found
        for part in tallies.reports_apart(self, parts(found, self.lang)):
            self._part(part)
        frames.finish(self)
        if self.quiet is not None:
            quieting.set_down(self, self.quiet)
        self.result.missed += self.triggers.missed + self.doings.missed + self._idle(found)
        if not self.result.wishes and not self.result.missed:
            self.result.missed.append(Missed(self.reading.words(0, len(self.reading.text)), "doing"))
        without_passed_over(self.reading, self.spans, self.result, found)
        self.result.missed += unknown_exceptions(self.reading, self.spans) if self.lang == "ja" else []
        self.result.missed += leftovers(self.reading, self.spans, self.result, self.registry, found)
        return self.result

    def _without_seldom(self) -> list[Clause]:
        """The clauses but those that only say how often at most."""
        most = [span for span in self.spans if "seldom" in span.words]
        told = not any(s.role("record") for s in self.spans)
        for span in most if told else []:
            self.quiet, span.every, span.words, span.used = span.every, None, set(), True
        found = clauses(self.reading, self.spans, self.lang)
        return [c for c in found if not (told and c.spans and frames.only_says(c, most))]

    def _idle(self, found: list[Clause]) -> list[Missed]:
        """Clauses that led to nothing and of which nothing was said."""
        said = [missed.words for missed in [*self.triggers.missed, *self.doings.missed, *self.result.missed]]
        used: set[str] = set()
        for wish in self.result.wishes:
            used |= words_of(wish.trigger)
        idle = []
        for words, trigger in self.pending:
            if trigger.words not in used and not any(words in other or other in words for other in said):
                idle.append(Missed(words, "no_doing"))
        for clause in found:
            words = self.reading.words(clause.start, clause.end)
            names = [s for s in clause.spans if (s.named("destination") and not s.named("key")) or s.quote is not None]
            if any(not s.used for s in names) and not any(words in other or other in words for other in said):
                idle.append(Missed(words, "doing"))
        return idle

    def _part(self, part: Part) -> None:
        self.doings.reopen(part.doing)
        if frames.nothing(self, part):
            return
        if not part.when:
            groups = by_clock(part.doing)
            clocks.share_days(groups)
            for own in groups:
                if not self._implied(own):
                    self.one_part(Part(doing=own))
        else:
            self.one_part(part)

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
            if trigger is not None and self.result.wishes:
                shared.there_and_back(self.result.wishes[-1], trigger, doings)
            if doings and (trigger or self.triggers.last):
                self.add(Wish(trigger or self.triggers.last or self._nothing(number), doings))
        return any_found

    def _nothing(self, number: int) -> Trigger:
        return Trigger("reading", str(number))

    def one_part(self, part: Part) -> None:
        self.triggers.hints = [
            s for c in part.doing for s in c.spans if s.named("type") or s.named("field") or s.named("device")
        ]
        timed = shared.by_times(self, part)
        if not timed and (own := clocks.own_times(part)) is not None:
            clocks.at_own_times(self, part, *own)
            return
        conditional, self.over = bool(part.when), None
        repeating.asked_later(self, part)
        self.triggers.given.closing = [at for c in part.doing for at in endings(self.reading.low, c.start, c.end, self.lang)]  # fmt: skip
        report = reports.read(self, part)
        calendar = preludes.at_all_others(self, part) or clocks.restriction(self, part)
        if (other := clocks.other_times(self, part)) is not None:
            self._at_other_times(part, *other)
            return
        trigger = report or (self.triggers.last if conditional and not part.when else self._trigger(part))
        asking.each_one(trigger, calendar)
        if trigger is not None and trigger.hold is None and any(c.having("now") for c in part.doing):
            trigger.hold = 0
        if trigger is not None:
            clocks.of_period(trigger, [s for c in (*part.when, *part.doing) for s in c.spans])
        trigger = checking.by_clock(self, part, trigger)
        self._speaks_of(part, trigger, calendar)
        if shared.at_times(self, trigger, timed) or shared.by_device(self, part, trigger):
            return
        if repeating.armed_again(self, part, trigger):
            return
        written = asking.written(self.triggers, part.doing, trigger)
        doings = self._doings(part, trigger, conditional=conditional)
        if written is not None and doings:
            asking.filled(self.triggers, doings, written[0])
            trigger = trigger or Trigger("reading", doings[0].words, source=written[1].source)
        frames.delayed(part, doings)
        reports.filled(trigger, doings)
        snapshots.fill(self, part, trigger, doings)
        frames.deferred(self, trigger, doings)
        frames.not_worked_out(self, part, trigger, doings)
        if doings:
            self._wish(part, trigger, doings, calendar)

    def _wish(self, part: Part, trigger: Trigger | None, doings: list[Doing], calendar: Calendar | None) -> None:
        """Puts together what starts it, what is done and at which times it counts."""
        if trigger is None:
            trigger = passing.from_readings(self, part, doings)
        if trigger is None:
            trigger = clocks.at_beginning(self, part, doings)
        if trigger is None:
            self.result.missed += [Missed(doing.words, "trigger") for doing in doings]
            return
        frames.each_reading(self, part, trigger, doings)
        if trigger.sort == "clock":
            calendar = clocks.within_hours(part, trigger)
        elif self.timed is not None and self.timed[0] is trigger:
            calendar = calendar or self.timed[1]
        shared.resets(self.result.wishes, trigger, doings)
        self.add(Wish(self._as_recovery(trigger, doings), doings, calendar))

    def _speaks_of(self, part: Part, trigger: Trigger | None, calendar: Calendar | None) -> None:
        """What a condition says for what follows: which devices are meant, and that something has to follow at all."""
        frames.instead(self, part, trigger)
        untold.left_out(self, part, trigger)
        self._topic(part, trigger)
        self._its(part, trigger)
        if part.when and trigger is not None and not part.doing:
            self.pending.append((self.reading.words(part.when[0].start, part.when[-1].end), trigger))
            self.timed = (trigger, calendar) if calendar is not None else None

    def _doings(self, part: Part, trigger: Trigger | None, *, conditional: bool) -> list[Doing]:
        """What is to be done; what belongs to another trigger than the part's is taken up with that."""
        doings: list[Doing] = []
        self.doings.hinted = [n.id for c in part.when for s in c.spans for n in s.named("destination")]
        for span in (s for c in part.when for s in c.spans if s.named("destination")):
            span.used = True
        frames.hold_fast(self, trigger, [*part.doing, *part.when])
        for clause in (c for c in part.doing if not c.even and not asking.is_task(self.triggers, c)):
            if trigger is None and conditional:
                self._refuse(clause)
                continue
            if repeating.again(trigger, clause) or repeating.ends_repeat(self, clause, trigger):
                continue
            if (at := self.triggers.comparing.at_number(clause, trigger)) is not None:
                self._by(at, clause)
                continue
            if clause.until:
                self.over = repeating.until(self, trigger, clause)
                continue
            if (by := frames.instrument(self, clause)) is not None or (by := self._held(trigger, clause)) is not None:
                self._by(by, clause)
                continue
            missed = len(self.doings.missed)
            done = self.doings.read(clause, trigger)
            if not done and len(self.doings.missed) > missed and self._narrows(part, clause):
                conditional, trigger = True, None
            doings += done
        return doings

    def _narrows(self, part: Part, clause: Clause) -> bool:
        """ "If A and (something that is not understood), do ...": without it something else would be built."""
        follows = bool(part.when) and clause.joined == "and" and clause is part.doing[0] and not clause.comma
        adjacent = follows and 0 <= clause.start - part.when[-1].end <= 1 and len(part.doing) > 1
        return (
            self.lang == "en" and adjacent and not any(s.role("tell") or s.named("destination") for s in clause.spans)
        )

    def _at_other_times(self, part: Part, before: Wish, calendar: Calendar) -> None:
        """ "... at all other times the yard team": the same case, when the times before are not."""
        doings = [
            d for clause in dict.fromkeys([*part.when, *part.doing]) for d in self.doings.read(clause, before.trigger)
        ]
        if doings:
            self.result.wishes.append(Wish(before.trigger, doings, calendar))

    def _held(self, trigger: Trigger | None, clause: Clause) -> Trigger | None:
        """ "... until the button is pressed; then set it to green": what follows the end of something held fast."""
        if self.over is not None and clause.having("then"):
            return self.over
        held = trigger is not None and trigger.latched and trigger.until is not None
        return trigger.until if trigger is not None and held and clause.having("then") else None

    def _by(self, trigger: Trigger, clause: Clause) -> None:
        """What is done by something else than the condition before, which that may be held fast until."""
        last = self.triggers.last
        if last is not None and last.latched and last.until is None:
            last.until = trigger
        doings = self.doings.read(clause, trigger)
        if doings:
            self.add(Wish(trigger, doings))

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
            return clocks.at_end(self) or frames.other_case(self, part) or bands.otherwise(self, part)
        if part.when:
            if (clocked := clocks.only_clock(part.when)) is not None:
                return clocked
            trigger = self.triggers.read(part.when)
            if trigger is not None and trigger.repeat is None and trigger.sort in ("compare", "happen"):
                trigger.repeat = clocks.repeat([s for c in part.doing for s in c.spans])
            return trigger
        if (sampled := frames.sampled(self, part)) is not None:
            return sampled
        return repeating.by_clock(self, part) or self.triggers.last

    def _as_recovery(self, trigger: Trigger, doings: list[Doing]) -> Trigger:
        """ "20%で開けて、90%で閉める": the second number ends the first state where both command the same devices, or
        where the words speak of going back; two notices stay two limits of their own."""
        if trigger.sort == "cleared":
            return trigger
        before = next((w for w in self.result.wishes if w.trigger is trigger.of), None)
        if trigger.of is None or trigger.back is None or trigger.hold:
            if trigger.hold and trigger.of is not None and before is not None and self._to_and_fro(before, doings):
                before.trigger.latched, before.trigger.until = True, trigger
            trigger.of = None
            return trigger
        types = {d.target_type.id for d in before.doings if d.target_type} if before else set()
        same = any(d.target_type is not None and d.target_type.id in types for d in doings)
        said = any(
            span.role("recover") or "again" in span.words
            for span in self.spans
            if span.text and span.text in trigger.words
        )
        tells = all(d.sort == "tell" for d in doings)
        said = said or (tells and any(_BACK.search(w) for w in (trigger.words, *(d.text or d.words for d in doings))))
        strict = trigger.tests[0].meaning is not None and key_of(trigger.tests[0].meaning) in ("above", "below")
        other = before is not None and chosen(before.doings) and chosen(doings)
        if not said and same and strict and not other:
            if before is None or not self._to_and_fro(before, doings):
                return self._passed(trigger)
            before.trigger.latched, before.trigger.until = True, trigger
            trigger.of = trigger.back = None
            return trigger
        if not said and (not same or other):
            trigger.of = trigger.back = None
            return trigger
        return replace(trigger, sort="cleared", tests=trigger.tests)

    def _to_and_fro(self, before: Wish, doings: list[Doing]) -> bool:
        """ "On below 2 °C, off above 5 °C": the same devices are commanded once each way, however often a number is passed."""
        ours, theirs = ([d.target_type.id for d in made if d.target_type] for made in (doings, before.doings))
        commands = len(ours) == len(doings) and len(theirs) == len(before.doings)
        plain = not before.trigger.latched and before.trigger.repeat is None and before.calendar is None
        return self.lang == "en" and commands and plain and set(ours) == set(theirs)

    def _passed(self, trigger: Trigger) -> Trigger:
        """A way back past a margin counts the number itself; where it must be passed, it is the end of not being past."""
        test = trigger.tests[0]
        meaning = with_key(test.meaning, OPPOSITE[key_of(test.meaning)]) if test.meaning else None
        other = replace(trigger, tests=[replace(test, meaning=meaning)], meaning=meaning, hold=0, of=None, back=None)
        return replace(trigger, sort="cleared", of=other, back=None)

    def add(self, wish: Wish) -> None:
        for one in apart.wishes(self.registry, wish):
            self._add(one)

    def _add(self, wish: Wish) -> None:
        for known in self.result.wishes:
            if known.trigger is wish.trigger and known.calendar == wish.calendar:
                known.doings = told_once(known.doings + wish.doings)
                return
        wish.doings = told_once(wish.doings)
        self.result.wishes.append(wish)
