"""One run of one product under the generator, and what came of it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import cycle
from typing import Any

import msgspec

from bench.contest.cases import Case
from bench.contest.contenders import LAG, Broker, backlog_of, start
from bench.contest.process import GENERATOR_CORE, Product, core_busy
from bench.load.generator import Failed, Generator
from tests.brokers import RunningBroker

Options = dict[str, object]
Through = Callable[[], AbstractContextManager[RunningBroker]]
READY, DRAINED = 60.0, 45.0
"""Seconds that a product gets to be ready, and the generator to finish after the last message."""


class Books(msgspec.Struct):
    """Messages and outputs of whole runs, warm-up included. `deepest`: the most outputs of one device that were on their
    way at once; books by order are exact where it is 1."""

    offered: int = 0
    taken: int = 0
    expected: int = 0
    received: int = 0
    lost: int = 0
    doubled: int = 0
    odd: int = 0
    """Outputs that nobody asked for or in the wrong order, wrong or missing acknowledgements, broken connections."""
    deepest: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.odd)

    def plus(self, other: "Books") -> "Books":
        both = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        total = Books(*(one + more for one, more in both))
        total.deepest = max(self.deepest, other.deepest)
        return total


class Taken(msgspec.Struct):
    """`rate`: messages a second that were worked off; `cost`: microseconds of processor time for each, NaN where it fell
    behind (what it worked on was not what came out); `p50`, `p99`: ms; `started`: seconds from the command to the first
    output; `memory`: bytes at the end; `busy`: the share of its processor that the product took, `beside`: how busy the
    other one was."""

    rate: float
    cost: float
    p50: float
    p99: float
    started: float
    memory: int
    busy: float
    beside: float
    books: Books


def measure(contender: str, case: Case, *, through: Through | None = None, **options: Any) -> Taken:
    """`options` are the generator's; `through` starts a broker of this run's own. Raises Failed with the product's last
    words when it does not get through."""
    with _running(contender, case, through, options) as run:
        run.begin()
        return run.end()


def side_by_side(contender: str, cases: list[Case], *, turn: float, seconds: float, **options: Any) -> list[Taken]:
    """Of cases that run at once, of which only one at a time gets messages, for `turn` seconds: whatever else the machine does
    meets all alike. `seconds` is for each. Only what they cost can be told so. What was sent before reaches every device."""
    share = {"seconds": seconds * len(cases), "lag": 0}
    with ExitStack() as stack:
        runs = []
        for case in cases:
            run = stack.enter_context(
                _running(contender, case, None, {"warm_messages": case.devices, **options, **share})
            )
            run.begin()
            run.generator.pause()
            runs.append(run)
        until = time.monotonic() + seconds * len(cases)
        for run in cycle(runs):
            if time.monotonic() >= until:
                break
            run.generator.go_on()
            time.sleep(turn)
            run.generator.pause()
        for run in runs:
            run.generator.go_on()
        return [run.end() for run in runs]


@contextmanager
def _running(contender: str, case: Case, through: Through | None, options: Options) -> Iterator["Run"]:
    given: Options = {"workload": case.stream, "qos": case.qos, "devices": case.devices, "patience": READY}
    if "rate" not in options:
        backlog = int(str(options.setdefault("backlog", backlog_of(contender, case.qos))))
        given["lag"] = LAG
        if "warm_messages" in options:  # the generator feels its way: the bound is reached after as many messages
            options["warm_messages"] = max(int(str(options["warm_messages"])), round(1.2 * backlog))
    with _between(through) as broker:
        if broker is not None:
            where = {"broker": f"127.0.0.1:{broker.port}", "user": broker.user, "password": broker.password}
            given |= {name: value for name, value in where.items() if value is not None}
        with Generator(core=GENERATOR_CORE, **given | options) as generator:
            product = start(contender, case, broker or Broker(generator.port))
            try:
                yield Run(generator, product)
                product.check()
            except Failed as failed:
                raise Failed(f"{failed}; {contender} said: {product.said()}") from None
            finally:
                product.stop()


@contextmanager
def _between(through: Through | None) -> Iterator[Broker | None]:
    """A broker that knows nothing of earlier runs: sessions that products leave behind would go on collecting."""
    if through is None:
        yield None
        return
    with through() as running:
        yield Broker(running.port, running.username, running.password)


class Run:
    """One product under its generator."""

    def __init__(self, generator: Generator, product: Product) -> None:
        self.generator, self.product = generator, product
        self._spent = self._beside = 0.0

    def begin(self) -> None:
        """Wait until all is warm and it is measured."""
        self.generator.wait("ready", READY + 10, self.product.alive)
        self.generator.wait("measuring", 120)
        self._spent, self._beside = self.product.cpu(), core_busy(GENERATOR_CORE)

    def end(self) -> Taken:
        """Wait until it has been measured."""
        self.generator.wait("measured", 120)
        spent, beside = self.product.cpu() - self._spent, core_busy(GENERATOR_CORE) - self._beside
        memory = self.product.memory()
        report = self.generator.wait("result", DRAINED)
        measured, latency = report["measured"], report["latency_us"]
        return Taken(
            rate=measured["passed_per_second"],
            cost=spent * 1e6 / measured["passed"] if measured["passed"] > 0.9 * measured["sent"] else math.nan,
            p50=latency["p50"] / 1e3,
            p99=latency["p99"] / 1e3,
            started=(report["start"]["answered"] - self.product.began) / 1e9,
            memory=memory,
            busy=spent / measured["seconds"],
            beside=beside / measured["seconds"],
            books=_books(report),
        )


def _books(report: dict[str, Any]) -> Books:
    outputs = report["outputs"]
    named = {name: outputs[name] for name in ("expected", "received", "lost", "doubled", "deepest")}
    wrong = ("unacknowledged", "acks_unknown", "acks_disordered", "acks_refused", "disconnects", "protocol_errors")
    odd = outputs["unexpected"] + outputs["disordered"] + sum(report[name] for name in wrong)
    return Books(offered=report["offered"], taken=report["taken"], odd=odd, **named)
