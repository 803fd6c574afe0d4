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
            return _run(contender, case, generator, broker or Broker(generator.port))


@contextmanager
def _between(through: Through | None) -> Iterator[Broker | None]:
    """A broker that knows nothing of earlier runs: sessions that products leave behind would go on collecting."""
    if through is None:
        yield None
        return
    with through() as running:
        yield Broker(running.port, running.username, running.password)


def _run(contender: str, case: Case, generator: Generator, broker: Broker) -> Taken:
    product = start(contender, case, broker)
    try:
        taken = _watch(generator, product)
        product.check()
        return taken
    except Failed as failed:
        raise Failed(f"{failed}; {contender} said: {product.said()}") from None
    finally:
        product.stop()


def _watch(generator: Generator, product: Product) -> Taken:
    generator.wait("ready", READY + 10, product.alive)
    generator.wait("measuring", 120)
    before, others = product.cpu(), core_busy(GENERATOR_CORE)
    generator.wait("measured", 120)
    spent, beside, memory = product.cpu() - before, core_busy(GENERATOR_CORE) - others, product.memory()
    report = generator.wait("result", DRAINED)
    measured, latency = report["measured"], report["latency_us"]
    return Taken(
        rate=measured["passed_per_second"],
        cost=spent * 1e6 / measured["passed"] if measured["passed"] > 0.9 * measured["sent"] else math.nan,
        p50=latency["p50"] / 1e3,
        p99=latency["p99"] / 1e3,
        started=(report["start"]["answered"] - product.began) / 1e9,
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
