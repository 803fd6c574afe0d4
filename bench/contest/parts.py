"""The parts of the comparison, each with its way to measure and to judge."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

import msgspec

from bench.contest.cases import EXACT, FAST, FLAT, IDLE, LATENCY, NODE_RED, NODE_RED_FUNCTION, RATES, THROUGH, Case
from bench.contest.measure import Options, Through
from bench.contest.rounds import Plan, Result, contest, limit, rate_rows, ratios, row, together
from bench.contest.rows import Row, hundredth, spread, tenth, verdict_of
from tests.brokers import has_mosquitto, mosquitto, nats

NODE_REDS = (NODE_RED, NODE_RED_FUNCTION)
KEPT_UP = 0.999
"""Of the messages that were due, those that must have left when the time was over."""
LONGEST_START = 2.0
FLAT_ENOUGH = 1.5
"""Times the cost of one device that an event of very many may have: what they remember no longer fits the processor's
cache, but nothing may grow with their number."""
LATENCY_WARM_UP, THROUGH_WARM = 2.0, 40_000
"""Seconds, messages."""
SHARES = (0.3, 0.7)
"""Of Node-RED's highest rate, at which latencies are compared."""


class Known(msgspec.Struct):
    """What one part found that another needs."""

    highest: float = 0.0
    """Messages a second that Node-RED takes of W1 at QoS 1."""
    started: dict[str, list[float]] = {}


def rates(case: Case, plan: Plan, known: Known) -> list[Row]:
    """The highest rate at which the backlog does not grow (see `BACKLOG`), by turns."""
    contenders = (NODE_RED, *case.targets)
    options: Options = {"seconds": plan.seconds, "warm_up": plan.warm_up}
    if plan.warm:  # what flows remember fills while the others have their turns
        options |= {"warm_up": max(plan.warm_up, case.fill / len(contenders)), "warm_messages": case.warm}
    results = _together(case, contenders, plan.rounds, options)
    if case.flows == 1:
        for contender, result in results.items():
            known.started.setdefault(contender, []).extend(result.all("started"))
    if case.key == "W1-qos1" and results[NODE_RED].taken:
        known.highest = median(results[NODE_RED].all("rate"))
    return rate_rows(case, results)


def _together(case: Case, contenders: Sequence[str], rounds: int, options: Options) -> dict[str, Result]:
    entries = [(contender, case, options) for contender in contenders]
    return dict(zip(contenders, together(entries, rounds), strict=True))


def latency(plan: Plan, known: Known) -> list[Row]:
    """Sent at a fixed rate whatever happens, counted from when each message should have left; by turns."""
    if not known.highest:
        alone = msgspec.structs.replace(LATENCY, targets={})
        known.highest = median(contest(alone, 1, warm_up=2, seconds=plan.short)[NODE_RED].all("rate") or [0.0])
        if not known.highest:
            return []
    rows = []
    for share in SHARES:
        rate = round(known.highest * share, -2)
        case = msgspec.structs.replace(LATENCY, title=f"{LATENCY.title}, {rate:,.0f}/s ({share:.0%})")
        options: Options = {"rate": rate, "warm_up": LATENCY_WARM_UP, "seconds": plan.short}
        results = _together(case, (NODE_RED, *case.targets), 1, options)
        better = min(NODE_REDS, key=lambda name: results[name].lowest("p99"))
        again = [name for name in results if not results[name].failure and (name == better or name not in NODE_REDS)]
        for name, more in _together(case, again, plan.rounds - 1, options).items():
            results[name].add(more)
        rows += [_latency_row(case, name, result, results[better]) for name, result in results.items()]
    return rows


def _latency_row(case: Case, contender: str, result: Result, base: Result) -> Row:
    late = result.books is not None and result.books.taken < KEPT_UP * result.books.offered
    shown = f"p50 {result.show('p50', tenth)}, p99 {result.show('p99', tenth)} ms{', did not keep up' if late else ''}"
    if contender in NODE_REDS or not result.taken or not base.taken:
        return row(case, contender, result, shown)
    times = [median(ratios(result.all(name), base.all(name))) for name in ("p50", "p99")]
    more = {"ratio": f"p50 {times[0]:.2f}x, p99 {times[1]:.2f}x"}
    if contender == FAST:
        more |= {"target": "lower", "verdict": verdict_of(max(times) < 1 and not late, result.books)}
    return row(case, contender, result, shown, **more)


def idle(plan: Plan, known: Known) -> list[Row]:
    """Resident memory once all flows run; one of them gets a message now and then, which shows that they do."""
    results = contest(IDLE, 1, rate=20, warm_up=2, seconds=2)
    base = results[NODE_RED].all("memory")
    return [_idle_row(contender, result, base) for contender, result in results.items()]


def _idle_row(contender: str, result: Result, base: list[float]) -> Row:
    own = result.all("memory")
    more: dict[str, Any] = {}
    if contender != NODE_RED:
        ratio = own[0] / base[0] if own and base else math.inf
        more = {"ratio": f"{ratio:.2f}x", "target": "≤ 0.33x", "verdict": verdict_of(ratio <= 1 / 3, result.books)}
    found = row(IDLE, contender, result, f"{spread((m / 1e6 for m in own), tenth)} MB" if own else "–", **more)
    found.cost = ""
    return found


def starts(plan: Plan, known: Known) -> list[Row]:
    """From the command to the first output, over all runs of one flow."""
    if not known.started:
        results = contest(RATES[0], plan.rounds, warm_up=0, seconds=0.5)
        known.started = {contender: result.all("started") for contender, result in results.items()}
    rows = []
    for contender, seconds in known.started.items():
        if not seconds:
            continue
        more: dict[str, Any] = {}
        if contender == FAST:
            more = {"target": f"< {LONGEST_START:g} s", "verdict": verdict_of(median(seconds) < LONGEST_START, None)}
        shown = spread(seconds, lambda value: f"{value:.2f}")
        rows.append(Row(case="Start to first output, one flow", product=contender, result=f"{shown} s", **more))
    return rows


def flat(plan: Plan, known: Known) -> list[Row]:
    """Processor time for a message once every device is known. Of Suiro alone, beside itself, by turns."""
    options: Options = {"seconds": plan.seconds, "warm_up": 1}
    results = together([(FAST, case, options | {"warm_messages": case.devices}) for case in FLAT], plan.rounds)
    first = results[0].all("cost")
    rows = []
    for case, result in zip(FLAT, results, strict=True):
        each = ratios(result.all("cost"), first)
        more: dict[str, Any] = {"limit": limit(result)}
        if each and case.devices > 1:
            more |= {"ratio": f"{spread(each, hundredth)}x of 1 device", "target": f"≤ {FLAT_ENOUGH:g}x"}
            more |= {"verdict": verdict_of(median(each) <= FLAT_ENOUGH, result.books)}
        shown = f"{result.show('cost', tenth)} µs, {result.show('started', tenth)} s to start"
        rows.append(row(case, FAST, result, shown, **more))
    return rows


def exact(plan: Plan, known: Known) -> list[Row]:
    """Where every reading of a device may have an output, books by order are exact only with one on its way."""
    return rate_rows(EXACT, contest(EXACT, 1, backlog=EXACT.devices, warm_up=1, seconds=plan.short))


def through(plan: Plan, known: Known) -> list[Row]:
    """A real broker in between, on the generator's core. What limits is often the broker."""
    brokers: dict[str, Through] = {"Mosquitto": mosquitto} if has_mosquitto else {}
    rows = []
    for name, running in {**brokers, "nats-server (embedded)": nats}.items():
        for case in THROUGH:
            case = msgspec.structs.replace(case, title=f"{case.title} through {name}")
            options = {
                "warm_up": plan.warm_up,
                "warm_messages": THROUGH_WARM if plan.warm else 0,
                "seconds": plan.short,
            }
            rows += rate_rows(case, contest(case, plan.rounds, through=running, **options))
    return rows


Parts = dict[str, Callable[[Plan, Known], list[Row]]]
NO_WAY = "W1 with values of the reading in the output: no way yet, the values of a command are fixed in the flow."
"""What is asked for and cannot be measured, said so."""
PARTS: Parts = {
    **{case.key: partial(rates, case) for case in RATES},
    "latency": latency,
    "idle": idle,
    "start": starts,
    "flat": flat,
    "exact": exact,
}
"""By the names that --only takes; in this order."""
SECOND: Parts = {"through": through}
"""Those of the second table, without targets."""
