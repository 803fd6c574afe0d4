"""Virtual time: arrivals and recorded answers through an engine, as fast as it goes. Nothing is carried out."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from engine.answers import Answers
from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival, Event

DONE = Answer(value=True)
NO_ANSWER = Answer(error="no_recorded_answer")


def run(
    plan: Plan,
    arrivals: Iterable[Arrival],
    answers: Answers | None = None,
    *,
    start: int | None = None,
    until: int | None = None,
    watch: Callable[[Engine, Arrival], None] | None = None,
) -> Iterator[Effect]:
    """The effects in the order in which they come about.

    Virtual time runs from `start` (ms; default: the first arrival) to `until` (default: the last arrival), inclusive:
    arrivals outside of it are skipped, and timers due by its end fire. Arrivals are taken in the order given; `watch`
    is called after each."""
    runner: Runner | None = None if start is None else Runner(Engine(plan, now=start), answers)
    end = start
    for arrival in arrivals:
        at = arrival.arrived
        if (start is not None and at < start) or (until is not None and at > until):
            continue
        if runner is None:
            start, runner = at, Runner(Engine(plan, now=at), answers)
        end = at if end is None else max(end, at)
        yield from runner.push(arrival)
        if watch is not None:
            watch(runner.engine, arrival)
    if runner is None:
        if until is None:
            return
        runner = Runner(Engine(plan, now=until), answers)
    last = until if until is not None else end
    if last is not None:
        yield from runner.advance(last)


class Runner:
    """An engine in virtual time: actions succeed at once, asks get what was recorded, unless a line says otherwise."""

    def __init__(self, engine: Engine, answers: Answers | None = None) -> None:
        self.engine = engine
        self.answers = answers or Answers()
        self._coming: list[tuple[int, int, str, Answer]] = []
        self._seq = 0

    def push(self, arrival: Arrival, *, only: str | None = None) -> Iterator[Effect]:
        """Everything that happens up to `arrival`, and what it causes at once."""
        yield from self._pass_to(arrival.arrived, inclusive=False)
        yield from self._heard(self.engine.push(arrival, only=only))
        yield from self._answered()

    def put(self, node: str, port: str, event: Event) -> Iterator[Effect]:
        """The same for an event that is handed to one node: see Engine.put."""
        yield from self._pass_to(event.arrived, inclusive=False)
        yield from self._heard(self.engine.put(node, port, event))
        yield from self._answered()

    def advance(self, now: int) -> Iterator[Effect]:
        """Everything that happens up to and at `now`."""
        yield from self._pass_to(now, inclusive=True)
        yield from self._heard(self.engine.advance(now, inclusive=True))
        yield from self._answered()

    def next_due(self) -> int | None:
        """When the next timer or answer comes by itself (ms)."""
        due, coming = self.engine.next_due(), self._coming[0][0] if self._coming else None
        return due if coming is None else coming if due is None else min(due, coming)

    def _pass_to(self, now: int, *, inclusive: bool) -> Iterator[Effect]:
        """One moment after the other, because an answer may come between two timers. Answers, like events, come
        before timers of the same moment."""
        while True:
            due = self.engine.next_due()
            coming = self._coming[0][0] if self._coming else None
            if coming is not None and coming <= now and (due is None or coming <= due):
                yield from self._answered(coming)
            elif due is not None and (due < now or (inclusive and due == now)):
                yield from self._heard(self.engine.advance(due, inclusive=True))
                yield from self._answered()
            else:
                return

    def _answered(self, now: int | None = None) -> Iterator[Effect]:
        """Hand over all answers that have come by `now`, and those that these lead to."""
        now = self.engine.now if now is None else now
        while self._coming and self._coming[0][0] <= now:
            at, _, key, answer = heappop(self._coming)
            yield from self._heard(self.engine.answer(key, answer, at))

    def _heard(self, effects: list[Effect]) -> Iterator[Effect]:
        now = self.engine.now
        for effect in effects:
            line = self.answers.take(effect)
            if line is not None:
                self._answer_at(now + line.after, effect.key, line.answer)
            elif effect.ask:
                self._answer_at(now, effect.key, NO_ANSWER)
            elif effect.key in self.engine.waiting:
                self._answer_at(now, effect.key, DONE)
            yield effect

    def _answer_at(self, at: int, key: str, answer: Answer) -> None:
        self._seq += 1
        heappush(self._coming, (at, self._seq, key, answer))
