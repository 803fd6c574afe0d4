"""Looks for streams that reach every node of a flow: steady values first, then changes between those that differ in what
they reach, then everything else that may matter (the time of day, several devices, lengths of time, answers, failures).

The work is bounded in events, not in seconds, so that a flow gives the same trial on every machine.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations

from engine.document_tests import start_of
from engine.engine import Engine
from llm.simulation.drive import Run, Stage
from llm.simulation.scripts import Phase, Script
from llm.simulation.targets import Choice, choices_of

BUDGET = 12_000
"""Events (also those inside of the flow) that a search may cost."""
DAY, MINUTE = 86_400_000, 60_000
MOST_STARTS, MOST_SIDES, MOST_SCALES = 14, 6, 4
LONGEST = 366 * DAY
"""Longer times are not waited for (ms)."""
PLAIN_SCALE = (MINUTE, 10_000)
WAITS = 4
Scale = tuple[int, int]


class Search:
    """`runs` that brought something new, in the order in which they were found; `quiet`: values at which nothing is done;
    `sides`: values that differ in what they reach, the quiet ones first."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.choices: list[Choice] = choices_of(stage.slots) if stage.sources else []
        self.scales = scales_of(sorted(stage.found.lengths), max(stage.found.counts, default=1))
        self.goals = [node.id for node in stage.plan.nodes if not node.off]
        self.acting = [node.id for node in stage.plan.nodes if not node.off and node.kind.group == "action"]
        self.reached: set[str] = set()
        self.acted: set[str] = set()
        self.runs: list[Run] = []
        self.spent = 0
        self.quiet: Choice | None = None
        self.sides: list[Choice] = []
        self.start = 0
        self.asked = False
        self.steady: list[tuple[Choice, Run]] = []

    def missing(self) -> list[str]:
        """The nodes that nothing has reached, and the actions that have done nothing, in document order."""
        order = {node.id: node.order for node in self.stage.plan.nodes}
        lacks = [id for id in self.goals if id not in self.reached or (id in self.acting and id not in self.acted)]
        return sorted(lacks, key=lambda id: order[id])

    def look(self) -> None:
        """Search until every node is reached or the budget is spent."""
        self._steady()
        for scripts in (self._changes, self._returns, self._flutters, self._orders, self._starts, self._spreads, self._lengths,
                        self._answers, self._failures):  # fmt: skip
            self._try(scripts())

    def run(self, script: Script) -> Run:
        """One more run, counted."""
        found = self.stage.run(script)
        self.spent += found.events
        return found

    def _try(self, scripts: Iterable[Script]) -> None:
        for script in scripts:
            if not self.missing() or self.spent >= BUDGET:
                return
            self._note(self.run(script))

    def _note(self, run: Run) -> None:
        acted = {effect.node for effect in run.actions}
        self.asked = self.asked or bool(run.stubbed)
        if run.reached <= self.reached and acted <= self.acted:
            return
        self.reached |= run.reached
        self.acted |= acted
        self.runs.append(run)

    def _steady(self) -> None:
        """Each combination of values alone: which sides there are."""
        seen: dict[frozenset[tuple[str, str]], Choice] = {}
        fewest = 0
        length, every = self.scales[0]
        for choice in self.choices or [()]:
            if self.spent >= BUDGET // 2:
                break
            run = self.run(Script(phases=(Phase(choice, length, every),), waits=WAITS, start=self.start))
            self._note(run)
            self.steady.append((choice, run))
            early = [effect for effect in run.actions if effect.time <= run.given_until]
            if not early and (self.quiet is None or len(run.ports) < fewest):
                self.quiet, fewest = choice, len(run.ports)
            seen.setdefault(run.ports, choice)
        others = [choice for choice in seen.values() if choice != self.quiet]
        sides = [*([self.quiet] if self.quiet is not None else []), *others]
        spaced = (self.choices[-1:], self.choices[:1], self.choices[len(self.choices) // 2 :][:1])
        for few in spaced if len(sides) < 3 else ():  # a change may matter where the values alone do not
            sides += [choice for choice in few if choice not in sides]
        self.sides = sides[:MOST_SIDES]

    def _changes(self) -> Iterator[Script]:
        for one, two in permutations(self.sides, 2):
            yield self.script(one, two)

    def _returns(self) -> Iterator[Script]:
        for one, two in permutations(self.sides, 2):
            yield self.script(one, two, one)
        for three in permutations(self.sides[:4], 3):
            yield self.script(*three)

    def _flutters(self) -> Iterator[Script]:
        count = 2 * max(self.stage.found.counts | {int(v) for v in self.stage.found.loose if v <= 40}, default=4) + 6
        quick = even(max(1_000, min(self.stage.found.lengths or {20 * MINUTE}) // (2 * count)))
        for one, two in permutations(self.sides[:4], 2):
            for every in dict.fromkeys((self.scales[0][1], quick)):
                yield self.flutter(one, two, every, min(count, 90))

    def _orders(self) -> Iterator[Script]:
        """One source after the other."""
        length, every = self.scales[0]
        numbers = range(len(self.stage.sources))
        for pause in (every, length):
            for order in permutations(numbers, 2):
                for one, two in [*((side, side) for side in self.sides), *permutations(self.sides[:4], 2)]:
                    phases = [
                        Phase(one, every, every, order[0]),
                        Phase(None, pause, every),
                        Phase(two, every, every, order[1]),
                    ]
                    yield Script(phases=tuple(phases), waits=WAITS)

    def _starts(self) -> Iterator[Script]:
        for start in starts_of(self.stage):
            for choice in self.sides or self.choices[:1]:
                yield Script(phases=self.phases(choice), waits=WAITS, start=start)
            for one, two in list(permutations(self.sides[:4], 2)):
                yield Script(phases=self.phases(one, two), waits=WAITS, start=start)

    def _spreads(self) -> Iterator[Script]:
        for pair in [*permutations(self.sides[:5], 2), *((choice,) for choice in self.sides)]:
            yield Script(phases=self.phases(*pair), spread="all", waits=WAITS)
        for pair in permutations(self.sides[:5] + self.choices[:2], 2):
            yield Script(phases=self.phases(*pair), spread="apart", waits=WAITS)

    def _lengths(self) -> Iterator[Script]:
        for scale in self.scales[1:]:
            for choice in self.choices[:12]:
                yield Script(phases=self.phases(choice, scale=scale), waits=WAITS)
            for one, two in permutations(self.sides[:4] or self.choices[:4], 2):
                yield Script(phases=self.phases(one, two, one, scale=scale), waits=WAITS)
        for one, two in permutations(self.choices[:5], 2):
            yield Script(phases=self.phases(one, two, one, two), waits=WAITS)

    def _answers(self) -> Iterator[Script]:
        for turn in range(1, 10) if self.asked else ():
            for choice in self.sides[:3] or self.choices[:1]:
                yield Script(phases=self.phases(choice), turn=turn, waits=WAITS)

    def _failures(self) -> Iterator[Script]:
        for run in list(self.runs):
            yield Script(
                phases=run.script.phases, spread=run.script.spread, start=run.script.start, waits=WAITS, fails=True
            )

    def script(self, *choices: Choice) -> Script:
        return Script(phases=self.phases(*choices), waits=WAITS, start=self.start)

    def phases(self, *choices: Choice, scale: Scale | None = None) -> tuple[Phase, ...]:
        length, every = scale or self.scales[0]
        return tuple(Phase(choice, length, every) for choice in choices)

    def flutter(self, one: Choice, two: Choice, every: int, count: int = 12) -> Script:
        """Two values in turn, one reading each."""
        pair = (Phase(one, every, every), Phase(two, every, every))
        return Script(phases=pair * (count // 2), start=self.start)


def scales_of(lengths: list[int], count: int) -> list[Scale]:
    """How long a phase lasts and how often something is read in it: by the longest time of the flow first, then by each."""
    positive = [length for length in lengths if 0 < length <= LONGEST]
    if not positive:
        return [(max(PLAIN_SCALE[0], 2 * count * PLAIN_SCALE[1]), PLAIN_SCALE[1])]
    longest, shortest = positive[-1], positive[0]
    readings = max(6, 2 * count)
    whole = longest + longest // 4
    every = max(whole // max(30, readings), min(shortest // 2, whole // readings), 100)
    scales = [(even(whole), even(every))]
    for length in positive[:MOST_SCALES]:
        scales.append((even(max(length + length // 4, 100)), even(max(length // 4, 100))))
        scales.append((even(length * 3), even(length + length // 4)))
    return list(dict.fromkeys(scales))


def even(ms: int) -> int:
    """Rounded to what people say: whole seconds from a second on, whole minutes from half an hour on."""
    unit = MINUTE if ms >= 30 * MINUTE else 1_000 if ms >= 1_000 else 1
    return max(unit, round(ms / unit) * unit)


def starts_of(stage: Stage) -> list[int]:
    """Offsets from the first Monday at which it may matter to begin: inside and outside of the hours that the flow names,
    on other days, and shortly before the first ticks of its schedules."""
    found = stage.found
    minutes = sorted({(minute + 1) % 1440 for minute in found.minutes} | {12 * 60 + 1})
    days = [0, 5, 6, 1, 2, 3, 4, -4] if found.days else [0]
    starts = [(day * 1440 + minute) * MINUTE for day in days for minute in minutes]
    before = ticks_of(stage)
    return list(dict.fromkeys([*before, *(starts if found.minutes or found.days else [])]))[:MOST_STARTS]


def ticks_of(stage: Stage) -> list[int]:
    """A minute before each of the first ticks of schedules."""
    clocks = [node for node in stage.plan.nodes if node.is_source and node.kind.timers_on_now]
    if not clocks:
        return []
    begin = start_of({}, stage.plan)
    engine = Engine(stage.plan, now=begin)
    dues: list[int] = []
    for _ in range(6):
        due = engine.next_due()
        if due is None or due > begin + 40 * DAY:
            break
        dues.append(max(0, due - begin - MINUTE))
        engine.advance(due, inclusive=True)
    return dues
