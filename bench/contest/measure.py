"""One run of one product under the generator, and what came of it."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec

from bench.contest.cases import Case
from bench.contest.contenders import LAG, Broker, backlog_of, start
from bench.contest.process import GENERATOR_CORE, Product, core_busy
from bench.load.generator import Failed, Generator
from tests.brokers import RunningBroker

Options = dict[str, Any]
Through = Callable[[], AbstractContextManager[RunningBroker]]
READY, LONGEST, DRAINED = 60.0, 120.0, 45.0
"""Seconds that a product gets to be ready, then to be measured, and the generator to finish after the last message."""
LOOK = 0.25
"""Seconds between two looks whether it is still there."""


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
    with running(contender, case, through, options) as run:
        run.ready()
        while not run.measured:
            run.look(LOOK)
        return run.end()


@contextmanager
def running(contender: str, case: Case, through: Through | None, options: Options) -> Iterator["Run"]:
    """A product that starts under its generator; stopped in the end. Failures are told with its last words."""
    options = dict(options)
    given: Options = {"workload": case.stream, "qos": case.qos, "devices": case.devices, "patience": READY}
    if "rate" not in options:
        backlog = options.setdefault("backlog", backlog_of(contender, case.qos))
        given["lag"] = LAG
        if "warm_messages" in options:  # the generator feels its way: the bound is reached after as many messages
            options["warm_messages"] = max(options["warm_messages"], round(1.2 * backlog))
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
    """One product under its generator. `measured`: the time in which it is measured is over."""

    def __init__(self, generator: Generator, product: Product) -> None:
        self.generator, self.product = generator, product
        self.measured = False
        self._measuring = False
        self._seconds = self._spent = self._beside = self._core = 0.0

    def ready(self) -> None:
        """Wait until the first output came."""
        self.generator.wait("ready", READY + 10, self.product.alive)

    def look(self, seconds: float) -> None:
        """Wait so long, or until it begins to be measured or has been. Raises Failed where that takes too long."""
        self._seconds += seconds
        event = self.generator.next(seconds)
        name = event["event"] if event is not None else ""
        if name == "measuring":
            self._measuring, self._spent, self._core = True, self.product.cpu(), core_busy(GENERATOR_CORE)
        elif name == "measured":
            self._spent = self.product.cpu() - self._spent
            self._beside += core_busy(GENERATOR_CORE) - self._core
            self.measured, self._measuring = True, False
        elif not self.product.alive():
            raise Failed("it ended before it was measured")
        elif self._seconds > LONGEST:
            raise Failed("it was not measured in time")

    def pause(self) -> None:
        """Both stand still until `go_on`, and so does the generator's clock."""
        self.generator.pause()
        self.product.pause()
        if self._measuring:
            self._beside += core_busy(GENERATOR_CORE) - self._core

    def go_on(self) -> None:
        self._core = core_busy(GENERATOR_CORE)
        self.product.go_on()
        self.generator.go_on()

    def end(self) -> Taken:
        """What came of it, once it has been measured."""
        memory = self.product.memory()
        report = self.generator.wait("result", DRAINED)
        measured, latency = report["measured"], report["latency_us"]
        return Taken(
            rate=measured["passed_per_second"],
            cost=self._spent * 1e6 / measured["passed"] if measured["passed"] > 0.9 * measured["sent"] else math.nan,
            p50=latency["p50"] / 1e3,
            p99=latency["p99"] / 1e3,
            started=(report["start"]["answered"] - self.product.began) / 1e9,
            memory=memory,
            busy=self._spent / measured["seconds"],
            beside=self._beside / measured["seconds"],
            books=_books(report),
        )


def _books(report: dict[str, Any]) -> Books:
    outputs = report["outputs"]
    named = {name: outputs[name] for name in ("expected", "received", "lost", "doubled", "deepest")}
    wrong = ("unacknowledged", "acks_unknown", "acks_disordered", "acks_refused", "disconnects", "protocol_errors")
    odd = outputs["unexpected"] + outputs["disordered"] + sum(report[name] for name in wrong)
    return Books(offered=report["offered"], taken=report["taken"], odd=odd, **named)
