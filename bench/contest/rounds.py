"""Products by turns, so that whatever else the machine does meets both."""

import math
import sys
from typing import Any

import msgspec

from bench.contest.cases import NODE_RED, Case
from bench.contest.measure import Books, Taken, measure
from bench.contest.rows import Row, spread, tenth, verdict_of, whole
from bench.load.generator import Failed

LONGEST_REASON = 160


class Plan(msgspec.Struct, frozen=True):
    """How long everything takes."""

    rounds: int = 3
    warm_up: float = 5
    seconds: float = 10
    short: float = 3
    """Seconds of a run of the lesser cases."""


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

    def show(self, name: str, how: Any) -> str:
        return spread(self.all(name), how) if self.all(name) else "–"


def contest(case: Case, rounds: int, **options: Any) -> dict[str, Result]:
    """Node-RED and the contenders of the case, A B A B ... One that fails once is not tried again."""
    results = {contender: Result() for contender in (NODE_RED, *case.targets)}
    for number in range(rounds):
        for contender, result in results.items():
            if result.failure:
                continue
            print(f"  {case.title}: {contender}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            try:
                result.taken.append(measure(contender, case, **options))
            except Failed as failed:
                result.failure = str(failed)
                print(f"  {failed}", file=sys.stderr, flush=True)
    return results


def row(case: Case, contender: str, result: Result, shown: str, **more: str) -> Row:
    if result.failure:
        reason = " ".join(result.failure.split())[:LONGEST_REASON]
        return Row(case=case.title, product=contender, result=f"failed: {reason}", books=result.books)
    cost = result.show("cost", tenth)
    return Row(case=case.title, product=contender, result=shown, cost=cost, books=result.books, **more)


def rate_rows(case: Case, results: dict[str, Result]) -> list[Row]:
    """Messages a second, and how many times Node-RED's."""
    rows = []
    base = _middle(results[NODE_RED].all("rate"))
    for contender, result in results.items():
        shown = f"{result.show('rate', whole)}/s"
        if contender == NODE_RED or not result.taken or not base:
            rows.append(row(case, contender, result, shown))
            continue
        ratio, target = _middle(result.all("rate")) / base, case.targets[contender]
        more = {"ratio": f"{ratio:.2f}x"}
        if target:
            more |= {"target": f"≥ {target:g}x", "verdict": verdict_of(ratio >= target, result.books)}
        rows.append(row(case, contender, result, shown, **more))
    return rows


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
