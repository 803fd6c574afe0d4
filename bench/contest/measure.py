"""One run of one product under the generator, and what came of it."""

import math
from typing import Any

import msgspec

from bench.contest.cases import Case
from bench.contest.contenders import BACKLOG, LAG, Broker, start
from bench.contest.process import GENERATOR_CORE, Product
from bench.load.generator import Failed, Generator

Options = dict[str, object]
READY, DRAINED = 120.0, 45.0
"""Seconds that a product gets to be ready, and the generator to finish after the last message."""


class Books(msgspec.Struct):
    """Messages and outputs of whole runs, warm-up included."""

    offered: int = 0
    taken: int = 0
    expected: int = 0
    received: int = 0
    lost: int = 0
    doubled: int = 0
    odd: int = 0
    """Outputs that nobody asked for or in the wrong order, wrong or missing acknowledgements, broken connections."""

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.odd)

    def plus(self, other: "Books") -> "Books":
        both = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Books(*(one + more for one, more in both))


class Taken(msgspec.Struct):
    """`rate`: messages a second that were worked off; `cost`: microseconds of processor time for each, NaN where it fell
    behind (what it worked on was not what came out); `p50`, `p99`: ms; `started`: seconds from the command to the first
    output; `memory`: bytes at the end."""

    rate: float
    cost: float
    p50: float
    p99: float
    started: float
    memory: int
    books: Books


def measure(contender: str, case: Case, **options: Any) -> Taken:
    """`options` are the generator's. Raises Failed with the product's last words when it does not get through."""
    given: Options = {"workload": case.stream, "qos": case.qos, "devices": case.devices}
    if "rate" not in options:
        given |= {"backlog": BACKLOG[contender][case.qos], "lag": LAG}
    broker: Broker | None = options.pop("through", None)
    if broker is not None:
        where = {"broker": f"127.0.0.1:{broker.port}", "user": broker.user, "password": broker.password}
        given |= {name: value for name, value in where.items() if value is not None}
    with Generator(core=GENERATOR_CORE, **{**given, "patience": READY, **options}) as generator:
        product = start(contender, case, broker or Broker(generator.port))
        try:
            return _watch(generator, product)
        except Failed as failed:
            raise Failed(f"{failed}; {contender} said: {product.said()}") from None
        finally:
            product.stop()


def _watch(generator: Generator, product: Product) -> Taken:
    generator.wait("ready", READY + 10)
    generator.wait("measuring", 120)
    before = product.cpu()
    generator.wait("measured", 120)
    spent, memory = product.cpu() - before, product.memory()
    report = generator.wait("result", DRAINED)
    return _taken(report, product.began, spent, memory)


def _taken(report: dict[str, Any], began: int, spent: float, memory: int) -> Taken:
    measured, latency = report["measured"], report["latency_us"]
    return Taken(
        rate=measured["passed_per_second"],
        cost=spent * 1e6 / measured["passed"] if measured["passed"] > 0.9 * measured["sent"] else math.nan,
        p50=latency["p50"] / 1e3,
        p99=latency["p99"] / 1e3,
        started=(report["start"]["answered"] - began) / 1e9,
        memory=memory,
        books=_books(report),
    )


def _books(report: dict[str, Any]) -> Books:
    outputs = report["outputs"]
    named = {name: outputs[name] for name in ("expected", "received", "lost", "doubled")}
    wrong = ("unacknowledged", "acks_unknown", "acks_disordered", "acks_refused", "disconnects", "protocol_errors")
    odd = outputs["unexpected"] + outputs["disordered"] + sum(report[name] for name in wrong)
    return Books(offered=report["offered"], taken=report["taken"], odd=odd, **named)
