"""Rounds of runs, and what they come to."""

import math
import sys
from statistics import median
from typing import Any

import msgspec

from bench.contest.cases import NODE_RED, Case
from bench.contest.measure import Books, Taken, measure
from bench.contest.rows import Row, hundredth, spread, tenth, verdict_of, whole
from bench.contest.turns import Entry, by_turns
from bench.load.generator import Failed

LONGEST_REASON = 200
"""Characters of a failure: of what went wrong, and of the product's last words, half each."""
ALL_BUSY = 0.9
"""Of a processor's time, from which on it is what limits."""


class Plan(msgspec.Struct, frozen=True):
    """How long everything takes."""

    rounds: int = 3
    warm_up: float = 1
    seconds: float = 2.5
    short: float = 1.5
    """Seconds of a run of the lesser cases."""
    warm: bool = True
    """Whether all is warm, and what flows remember has its full length, before it is measured."""


class Result(msgspec.Struct):
    """All rounds of one contender."""

    taken: list[Taken] = []
    failure: str = ""

    @property
    def books(self) -> Books | None:
        total = Books()
        for one in self.taken:
            total = total.plus(one.books)
        return total if self.taken else None

    def all(self, name: str) -> list[float]:
        """The figures of that name that there are."""
        return [value for one in self.taken if not math.isnan(value := float(getattr(one, name)))]

    def lowest(self, name: str) -> float:
        return min(self.all(name), default=math.inf)

    def add(self, other: "Result") -> None:
        """Further rounds."""
        self.taken += other.taken
        self.failure = self.failure or other.failure

    def show(self, name: str, how: Any) -> str:
        return spread(self.all(name), how) if self.all(name) else "–"


def contest(case: Case, rounds: int, *contenders: str, **options: Any) -> dict[str, Result]:
    """The contenders (else Node-RED and those that the case names), one after the other, A B A B ... One that fails once is not
    tried again."""
    results = {contender: Result() for contender in contenders or (NODE_RED, *case.targets)}
    for number in range(rounds):
        for contender, result in results.items():
            if result.failure:
                continue
            _say(case.title, contender, number, rounds)
            try:
                result.taken.append(measure(contender, case, **options))
            except Failed as failed:
                _fails(result, failed)
    return results


def together(entries: list[Entry], rounds: int) -> list[Result]:
    """Contenders in cases, in short turns (see `by_turns`): each round has its own ratios."""
    results = [Result() for _ in entries]
    for number in range(rounds):
        left = [(entry, result) for entry, result in zip(entries, results, strict=True) if not result.failure]
        if not left:
            break
        _say(left[0][0][1].title, " | ".join(contender for (contender, _, _), _ in left), number, rounds)
        for one, (_, result) in zip(by_turns([entry for entry, _ in left]), left, strict=True):
            if isinstance(one, Failed):
                _fails(result, one)
            else:
                result.taken.append(one)
    return results


def _say(title: str, who: str, number: int, rounds: int) -> None:
    print(f"  {title}: {who}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)


def _fails(result: Result, failed: Failed) -> None:
    result.failure = str(failed)
    print(f"  {failed}", file=sys.stderr, flush=True)


def ratios(own: list[float], other: list[float]) -> list[float]:
    """Of each round, how many times the other's."""
    return [mine / theirs for mine, theirs in zip(own, other, strict=False) if theirs]


def row(case: Case, contender: str, result: Result, shown: str, **more: str) -> Row:
    if result.failure:
        reason, half = " ".join(result.failure.split()), LONGEST_REASON // 2
        if len(reason) > LONGEST_REASON:
            reason = f"{reason[:half]} … {reason[-half:]}"
        more |= {"verdict": "failed"} if more.get("target") else {}
        return Row(case=case.title, product=contender, result=f"failed: {reason}", books=result.books, **more)
    cost = result.show("cost", tenth)
    return Row(case=case.title, product=contender, result=shown, cost=cost, books=result.books, **more)


def limit(result: Result) -> str:
    """What was busy while as much was sent as the product took: its own processor, the other one (generator, and broker
    where there is one), or neither, so that it waited (for the disk, or for the next message)."""
    if not result.taken:
        return ""
    busy, beside = median(result.all("busy")), median(result.all("beside"))
    if busy >= ALL_BUSY:
        return f"its processor {busy:.0%}"
    return f"the other processor {beside:.0%}" if beside >= ALL_BUSY else f"waits ({busy:.0%}, other {beside:.0%})"


def rate_rows(case: Case, results: dict[str, Result]) -> list[Row]:
    """Messages a second, and how many times Node-RED's."""
    base = results[NODE_RED].all("rate")
    return [_rate_row(case, contender, result, base) for contender, result in results.items()]


def _rate_row(case: Case, contender: str, result: Result, base: list[float]) -> Row:
    rates, target = result.all("rate"), case.targets.get(contender, 0.0)
    more = {"limit": limit(result)}
    each = ratios(rates, base)
    ratio = median(each) if each else 0.0
    if contender != NODE_RED and each:
        more["ratio"] = f"{spread(each, hundredth)}x"
    if target:
        more |= {"target": f"≥ {target:g}x", "verdict": verdict_of(ratio >= target, result.books)}
    return row(case, contender, result, f"{result.show('rate', whole)}/s", **more)
