"""For each action of a flow the streams that show what it hangs on: it fires, stays just below, is too short, trembles."""

from typing import Any

import msgspec

from engine.plan import Plan
from llm.simulation.drive import Run
from llm.simulation.facts import Facts, facts_of
from llm.simulation.scripts import Phase, Script
from llm.simulation.search import Search, even
from llm.simulation.targets import Choice, step
from nodes.kit.hold import CLEARED

BUDGET = 8_000
"""Events that showing may cost beyond the search."""
MOST_SHOWN = 16
TREMBLES = 12


class Claim(msgspec.Struct, frozen=True):
    """What must come of `node`: at least `least` and at most `most` actions (None: no limit is claimed)."""

    node: str
    least: int = 0
    most: int | None = None

    def holds(self, run: Run) -> bool:
        count = len(run.fired(self.node))
        return count >= self.least and (self.most is None or count <= self.most)


class Shown(msgspec.Struct):
    """One stream of the evidence. `sort`: fires, below, short, trembles, silence, clock, hours."""

    sort: str
    run: Run
    claims: list[Claim]

    @property
    def passed(self) -> bool:
        return all(claim.holds(self.run) for claim in self.claims)


class Showing:
    """Picks and runs the streams; `wrong` are counter-examples: (code, node, shown)."""

    def __init__(self, search: Search) -> None:
        self.search, self.plan = search, search.stage.plan
        self.above = ancestors(self.plan)
        self.shown: list[Shown] = []
        self.wrong: list[tuple[str, str, Shown]] = []
        self.limit = search.spent + BUDGET

    def look(self) -> None:
        """The streams of every action that does anything, in document order."""
        for node in sorted(self.search.acting, key=lambda id: self._place(id)):
            if len(self.shown) >= MOST_SHOWN or self.search.spent > self.limit:
                break
            if node in self.search.acted:
                self._action(node)
            else:
                self._never(node)
        self._silence()

    def _place(self, id: str) -> int:
        return next(node.order for node in self.plan.nodes if node.id == id)

    def _action(self, node: str) -> None:
        always = self._always(node)
        if always is not None:
            self._add("below", always, [Claim(node, most=0)], "trial_fires_below")
            return
        covered = next((s for s in self.shown if s.sort in ("fires", "clock", "silence") and s.run.fired(node)), None)
        if covered is not None:
            covered.claims.append(Claim(node, least=1))
            return
        found = next(run for run in self.search.runs if run.fired(node))
        quiet = self._quiet(node)
        plain = self._returning(node, found, quiet)
        if plain is None:
            self._add(self._sort(node, found), found, [Claim(node, least=1)])
            self._other_hours(node, found)
            return
        _Edges(self, node, plain).show()

    def _quiet(self, node: str) -> Choice | None:
        """Values at which this action does nothing."""
        calm = [choice for choice, run in self.search.steady if not run.fired(node)]
        return self.search.quiet if self.search.quiet in calm else calm[0] if calm else None

    def _always(self, node: str) -> Run | None:
        """A run in which nothing is past any limit and the action fires all the same: it does at all values, although a
        node before it tells them apart."""
        steady = self.search.steady
        if len(steady) < 2 or not all(run.fired(node) for _, run in steady):
            return None
        for above in self.above[node]:
            if self._ports_to(above, node) != 1:
                continue
            own = facts_of(self.plan, frozenset({above}))
            sides = {frozenset(port for id, port in run.ports if id == above) for _, run in steady}
            if (own.limits or own.loose) and len(sides) > 1:
                return min((run for _, run in steady), key=lambda run: len(run.ports))
        return None

    def _ports_to(self, above: str, node: str) -> int:
        """How many outputs of `above` lead to `node`: with several it may well act either way."""
        outputs = next(n.outputs for n in self.plan.nodes if n.id == above)
        onward = {node, *self.above[node]}
        return sum(any(self.plan.nodes[i].id in onward for i, _ in readers) for readers in outputs.values())

    def _returning(self, node: str, found: Run, quiet: Choice | None) -> Run | None:
        """The run as: quiet, then what makes it fire, then quiet again, where that fires within the readings."""
        choices = [phase.choice for phase in found.script.phases]
        last = choices[-1] if len(choices) <= 2 else choices[1] if len(choices) == 3 else None
        if quiet is None or last is None or last == quiet or found.script.turn or found.script.fails:
            return None
        if any(phase.only is not None for phase in found.script.phases):
            return None
        length, every = found.script.phases[-1].length, found.script.phases[-1].every
        phases = tuple(Phase(choice, length, every) for choice in (quiet, last, quiet))
        run = self.search.run(msgspec.structs.replace(found.script, phases=phases, waits=0))
        first = run.fired(node)[:1]
        return run if first and first[0].time >= run.start + length else None

    def _sort(self, node: str, run: Run) -> str:
        late = all(effect.time > run.given_until for effect in run.fired(node))
        clocks = [n for n in self.plan.nodes if n.id in self.above[node] and n.kind.timers_on_now]
        if any(not n.is_source for n in clocks) and late:
            return "silence"
        return "clock" if any(n.is_source for n in clocks) else "fires"

    def _other_hours(self, node: str, run: Run) -> None:
        """The same stream at another time of the day, at which nothing must happen."""
        script = run.script
        if not script.start or not (self.search.stage.found.minutes or self.search.stage.found.days):
            return
        other = self.search.run(msgspec.structs.replace(script, start=0, waits=0))
        if not other.fired(node):
            self._add("hours", other, [Claim(node, most=0)])

    def _silence(self) -> None:
        """Readings that change nothing stop coming: what hangs on no clock must do nothing then."""
        quiet = self.search.quiet
        if quiet is None or not self.search.stage.sources or any(s.sort == "silence" for s in self.shown):
            return
        length, every = self.search.scales[0]
        phases = (Phase(quiet, length, every), Phase(None, 2 * length, every))
        run = self.search.run(Script(phases=phases, start=self.search.start))
        clocked = {n.id for n in self.plan.nodes if n.kind.timers_on_now}
        calm = [id for id in self.search.acting if not self.above[id] & clocked]
        tail = next((r for c, r in self.search.steady if c == quiet), None)
        calm = [id for id in calm if tail is None or not tail.fired(id)]
        if calm:
            self._add("silence", run, [Claim(id, most=0) for id in calm])

    def _never(self, node: str) -> None:
        """Nothing tried has reached it. That is held against the flow only where all readings are of registered types, so
        that their fields are known."""
        shapes = [
            n.instance.scope.shape for n in self.plan.nodes if n.id in {node, *self.above[node]} and not n.is_source
        ]
        if any(shape.open or any(f.type == "any" for f in shape.fields.values()) for shape in shapes):
            return
        best = max(self.search.runs, key=lambda run: len(run.reached & self.above[node]), default=None)
        if best is not None:
            shown = Shown("fires", best, [Claim(node, least=1)])
            self.shown.append(shown)
            self.wrong.append(("trial_never_fires", node, shown))

    def _add(self, sort: str, run: Run, claims: list[Claim], code: str | None = None) -> None:
        shown = Shown(sort, run, claims)
        if run.cut and any(claim.most is not None for claim in claims):
            return  # it did not go to its end: nothing can be said of what did not happen
        self.shown.append(shown)
        if code is not None and not shown.passed:
            self.wrong.append((code, claims[0].node, shown))


class _Edges:
    """Around the limits of one action: `plain` is a run that goes quiet, past them, quiet."""

    def __init__(self, showing: Showing, node: str, plain: Run) -> None:
        self.showing, self.node, self.plain = showing, node, plain
        self.run = showing.search.run
        self.slots = showing.search.stage.slots
        phases = plain.script.phases
        self.quiet, self.past = phases[0].choice or (), phases[1].choice or ()
        self.own: Facts = facts_of(showing.plan, showing.above[node])

    def show(self) -> None:
        """The stream that fires right past the limits, and those that must not."""
        edges: list[tuple[int, Any, Any]] = []
        past = self.past
        for at, slot in enumerate(self.slots):
            if self.quiet[at] == self.past[at]:
                continue
            fires, below = self._edge(at, past, slot.fine or slot.coarse)
            if fires is not None:
                past = _with(past, at, fires)
                if below is not None:
                    edges.append((at, fires, below))
        run = self._going(past) if past != self.past else self.plain
        if not run.fired(self.node):
            past, edges, run = self.past, [], self.plain
        self.showing._add("fires", run, [Claim(self.node, least=1)])
        for at, _, below in edges[:2]:
            self.showing._add(
                "below", self._going(_with(past, at, below)), [Claim(self.node, most=0)], "trial_fires_below"
            )
        self._short(past)
        close = [edge for edge in edges if self._close(*edge)]
        if close:
            self._trembling(past, *close[0])
        self.showing._other_hours(self.node, run)

    def _close(self, at: int, fires: Any, below: Any) -> bool:
        """Whether the two values are right beside each other."""
        if isinstance(fires, bool) or not isinstance(fires, int | float):
            return True
        return abs(fires - below) <= 2.01 * step(fires, isinstance(fires, int) and isinstance(below, int))

    def _going(self, past: Choice, length: int | None = None) -> Run:
        before, at, after = self.plain.script.phases
        middle = Phase(past, length or at.length, at.every if length is None else max(1, min(at.every, length // 4)))
        return self.run(msgspec.structs.replace(self.plain.script, phases=(before, middle, after)))

    def _edge(self, at: int, past: Choice, values: list[Any]) -> tuple[Any, Any]:
        """The value nearest to the quiet one that still fires, and the one before it that does not."""
        low, high = self.quiet[at], self.past[at]
        if self.showing.search.spent > self.showing.limit:
            return None, None
        if isinstance(low, bool) or not isinstance(low, int | float) or not isinstance(high, int | float):
            still = self._going(_with(past, at, low)).fired(self.node)
            return (None, None) if still else (high, low)
        between = sorted({v for v in [*values, low, high] if min(low, high) <= v <= max(low, high)}, reverse=high < low)
        if self._going(_with(past, at, low)).fired(self.node):
            return None, None
        first, last = 0, len(between) - 1
        while last - first > 1:
            middle = (first + last) // 2
            if self._going(_with(past, at, between[middle])).fired(self.node):
                last = middle
            else:
                first = middle
        return between[last], between[first]

    def _short(self, past: Choice) -> None:
        """A little less than a time of the flow is not enough, a little more is."""
        for length in sorted(self.own.lengths):
            little = even(max(1, length // 20))
            if length <= 0 or length > self.plain.script.phases[1].length:
                continue
            less, more = self._going(past, length - little), self._going(past, length + little)
            if more.fired(self.node) and not less.fired(self.node):
                self.showing._add("short", less, [Claim(self.node, most=0)])
                return

    def _trembling(self, past: Choice, at: int, fires: Any, below: Any) -> None:
        """Both sides of a limit in turn. A margin or a hold that the flow declares must keep it from firing again."""
        field = self.slots[at].field
        margin = max(self.own.margins.get(field, ()), default=0.0)
        if margin and isinstance(below, int | float) and isinstance(fires, int | float):
            below = fires + max(-margin / 2, min(margin / 2, below - fires))
        hold = self._hold()
        every = min([self.plain.script.phases[1].every, *([max(1, hold // 4)] if hold else [])])
        pair = (Phase(_with(past, at, below), every, every), Phase(past, every, every))
        script = msgspec.structs.replace(self.plain.script, phases=pair * (TREMBLES // 2), waits=0)
        run = self.run(script)
        steady = self.run(msgspec.structs.replace(script, phases=(Phase(past, TREMBLES * every, every),)))
        declared = bool(margin or hold)
        most = max(1, len(steady.fired(self.node))) if declared else None
        self.showing._add("trembles", run, [Claim(self.node, most=most)], "trial_fires_again")

    def _hold(self) -> int:
        """The longest hold on the way to the action (ms)."""
        nodes = [n for n in self.showing.plan.nodes if n.id in self.showing.above[self.node]]
        held = [n for n in nodes if CLEARED in n.kind.outputs]
        return max((int(getattr(n.instance.params, "hold", 0) or 0) for n in held), default=0)


def _with(choice: Choice, at: int, value: Any) -> Choice:
    return (*choice[:at], value, *choice[at + 1 :])


def ancestors(plan: Plan) -> dict[str, frozenset[str]]:
    """By node, all nodes from which something may come to it."""
    found: dict[str, set[str]] = {node.id: set() for node in plan.nodes}
    for node in plan.nodes:  # in topological order
        for readers in node.outputs.values():
            for index, _ in readers:
                found[plan.nodes[index].id] |= {node.id, *found[node.id]}
    return {id: frozenset(above) for id, above in found.items()}
