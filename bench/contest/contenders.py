"""The two products, each started as its users start it, for any case."""

import atexit
import os
import shutil
from pathlib import Path

import msgspec

from bench.contest.cases import DURABLE, NODE_RED, NODE_RED_FUNCTION, WATCHED, WORKER, Case
from bench.contest.process import Product
from bench.nodered import flows as nodered_flows
from bench.nodered import start as nodered
from bench.suiro import flows as suiro_flows
from bench.suiro import start as suiro
from bench.suiro.worker import Worker, deploy_of

BACKLOG = {0: 1_000, 1: 3_000}, {0: 10_000, 1: 10_000}
"""For Node-RED and for Suiro: how many messages may be ahead of the oldest unanswered one, by QoS: for Node-RED the number at which it was fastest;
for Suiro as much as its inbox always holds, 10 ms of a million a second. At 1,000 devices of which each has one output in
ten readings, there is then never more than one output of a device on its way."""
LAG = 0.2
"""Seconds for which an output may wait; whoever is slower than that gets nothing more until it has caught up."""
CACHE = Path(__file__).resolve().parents[1] / ".cache"
RUNS = CACHE / f"run-{os.getpid()}"
"""On the disk of the checkout; gone at the end."""
atexit.register(shutil.rmtree, RUNS, ignore_errors=True)


class Broker(msgspec.Struct, frozen=True):
    """Where the product finds its broker, on loopback."""

    port: int
    user: str | None = None
    password: str | None = None

    @property
    def url(self) -> str:
        who = f"{self.user}:{self.password}@" if self.user else ""
        return f"mqtt://{who}127.0.0.1:{self.port}"


def start(contender: str, case: Case, broker: Broker) -> Product:
    """The product, starting; nothing says yet that it is ready."""
    if contender in (NODE_RED, NODE_RED_FUNCTION):
        workload = "function" if contender == NODE_RED_FUNCTION else case.workload
        flows = nodered_flows.flows(workload, broker.port, case.qos, many=case.flows)
        return nodered.start(flows, RUNS / "nodered", user=broker.user, password=broker.password)
    delivery = "durable" if contender == DURABLE else "fast"
    if case.flows > 1 or contender in (WORKER, WATCHED):
        return _worker(case, delivery, broker, watched=contender == WATCHED)
    registry = suiro_flows.registry(case.devices, case.qos)
    folder = RUNS / f"suiro-{case.devices}"  # several numbers of devices may run at once
    return suiro.start(suiro_flows.document(case.workload, delivery), registry, broker.url, folder)


def backlog_of(contender: str, qos: int) -> int:
    """How many messages may be ahead of the oldest unanswered one."""
    return BACKLOG[contender not in (NODE_RED, NODE_RED_FUNCTION)][qos]


def _worker(case: Case, delivery: str, broker: Broker, *, watched: bool) -> Product:
    deploys = []
    for number in range(case.flows):
        document = suiro_flows.document(case.workload, delivery, number)
        registry = suiro_flows.registry_of(case.workload, number, case.devices, case.qos)
        deploys.append(deploy_of(number, document, registry, taps=watched))
    where = {"url": f"mqtt://127.0.0.1:{broker.port}", "username": broker.user, "password": broker.password, "ca": None}
    return Worker(deploys, where, RUNS / "suiro")
