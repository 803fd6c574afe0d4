"""The parts of the comparison, each with its way to measure and to judge."""

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import msgspec

from bench.contest.cases import FAST, FLAT, IDLE, LATENCY, NODE_RED, NODE_RED_FUNCTION, RATES, THROUGH, Case
from bench.contest.contenders import Broker
from bench.contest.rounds import Plan, Result, contest, rate_rows, row
from bench.contest.rows import Row, spread, tenth, verdict_of
from tests.brokers import RunningBroker, has_mosquitto, mosquitto, nats

NODE_REDS = (NODE_RED, NODE_RED_FUNCTION)
KEPT_UP = 0.999
"""Of the messages that were due, those that must have left when the time was over."""
LONGEST_START = 2.0
SHARES = (0.3, 0.7)
"""Of Node-RED's highest rate, at which latencies are compared."""


class Known(msgspec.Struct):
    """What one part found that another needs."""

    highest: float = 0.0
    """Messages a second that Node-RED takes of W1 at QoS 1."""
    started: dict[str, list[float]] = {}


def rates(case: Case, plan: Plan, known: Known) -> list[Row]:
    """The highest rate at which the backlog does not grow: see `BACKLOG`."""
    results = contest(case, plan.rounds, warm_up=plan.warm_up, seconds=plan.seconds)
    if case.flows == 1:
        for contender, result in results.items():
            known.started.setdefault(contender, []).extend(result.all("started"))
    if case.key == "W1-qos1" and results[NODE_RED].taken:
        known.highest = median(results[NODE_RED].all("rate"))
    return rate_rows(case, results)


def latency(plan: Plan, known: Known) -> list[Row]:
    """Sent at a fixed rate whatever happens, counted from when each message should have left."""
    if not known.highest:
        alone = msgspec.structs.replace(LATENCY, targets={})
        known.highest = median(contest(alone, 1, warm_up=2, seconds=plan.short)[NODE_RED].all("rate"))
    rows = []
    for share in SHARES:
        rate = round(known.highest * share, -2)
        case = msgspec.structs.replace(LATENCY, title=f"{LATENCY.title}, {rate:,.0f}/s ({share:.0%})")
        results = contest(case, plan.rounds, rate=rate, warm_up=1, seconds=plan.short)
        base = _better(results)
        rows += [_latency_row(case, name, result, base) for name, result in results.items()]
    return rows


def _better(results: dict[str, Result]) -> Result:
    """Of Node-RED's two ways the one with the lower p99."""
    both = [results[name] for name in NODE_REDS if results[name].taken]
    return min(both, key=lambda result: median(result.all("p99")), default=Result())


def _latency_row(case: Case, contender: str, result: Result, base: Result) -> Row:
    late = result.books is not None and result.books.taken < KEPT_UP * result.books.offered
    shown = f"p50 {result.show('p50', tenth)}, p99 {result.show('p99', tenth)} ms{', did not keep up' if late else ''}"
    if contender in NODE_REDS or not result.taken or not base.taken:
        return row(case, contender, result, shown)
    times = [median(result.all(name)) / max(median(base.all(name)), 1e-9) for name in ("p50", "p99")]
    more = {"ratio": f"p50 {times[0]:.2f}x, p99 {times[1]:.2f}x"}
    if contender == FAST:
        more |= {"target": "lower", "verdict": verdict_of(max(times) < 1 and not late, result.books)}
    return row(case, contender, result, shown, **more)


def idle(plan: Plan, known: Known) -> list[Row]:
    """Resident memory once all flows run; one of them gets a message now and then, which shows that they do."""
    results = contest(IDLE, 1, rate=20, warm_up=3, seconds=2)
    rows = []
    for contender, result in results.items():
        shown = f"{spread((m / 1e6 for m in result.all('memory')), tenth)} MB" if result.taken else "–"
        more = {}
        if contender != NODE_RED and result.taken and results[NODE_RED].taken:
            ratio = result.all("memory")[0] / results[NODE_RED].all("memory")[0]
            more = {"ratio": f"{ratio:.2f}x", "target": "≤ 0.33x", "verdict": verdict_of(ratio <= 1 / 3, result.books)}
        rows.append(row(IDLE, contender, result, shown, **more))
        rows[-1].cost = ""
    return rows


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
    """Processor time for a message once every device is known."""
    rows = []
    first: dict[str, float] = {}
    for case in FLAT:
        case = msgspec.structs.replace(case, title=f"{case.title}, {case.devices:,} devices")
        results = contest(case, 1, warm_up=2, warm_messages=case.devices, seconds=plan.short)
        for contender, result in results.items():
            shown = f"{result.show('cost', tenth)} µs, {result.show('started', tenth)} s to start"
            cost = median(result.all("cost") or [0.0])
            ratio = f"{cost / first.setdefault(contender, cost):.2f}x of 1 device" if cost else ""
            rows.append(row(case, contender, result, shown, ratio=ratio))
    return rows


def through(plan: Plan, known: Known) -> list[Row]:
    """A real broker in between, on the generator's core. What limits is often the broker."""
    brokers: dict[str, Callable[..., Any]] = {"Mosquitto": mosquitto} if has_mosquitto else {}
    rows = []
    for name, running in {**brokers, "nats-server": nats}.items():
        for case in THROUGH:
            case = msgspec.structs.replace(case, title=f"{case.title} through {name}")
            with running() as broker:
                where = _broker(broker)
                results = contest(case, 1, through=where, warm_up=1, seconds=plan.short)
            rows += rate_rows(case, results)
    return rows


def _broker(running: RunningBroker) -> Broker:
    return Broker(running.port, running.username, running.password)


NO_WAY = [
    Row(
        case="W1 with values of the reading in the output",
        product=FAST,
        result="no way yet: the values of a command are fixed in the flow",
    )
]
"""What is asked for and cannot be measured, said so."""
PARTS: dict[str, Callable[[Plan, Known], list[Row]]] = {
    **{case.key: partial(rates, case) for case in RATES},
    "latency": latency,
    "idle": idle,
    "start": starts,
    "flat": flat,
    "through": through,
}
"""By the names that --only takes; in this order."""
