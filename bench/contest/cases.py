"""What is compared, and what Suiro must reach."""

import msgspec

from bench.suiro.flows import PROBE


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`workload` names the flow on both sides; the generator's stream follows from it. `warm`: messages
    before it is measured (JavaScript is compiled on its way); `fill`: seconds until what the flow remembers has its full
    length."""

    key: str
    title: str
    workload: str = "filter"
    qos: int = 0
    devices: int = 1_000
    flows: int = 1
    warm: int = 100_000
    fill: float = 0.0
    targets: dict[str, float] = {}
    """By contender: the least ratio to Node-RED. One that is not named there does not take part."""

    @property
    def stream(self) -> str:
        return self.workload if self.workload in ("five", "average", "changed") else "filter"


NODE_RED, NODE_RED_FUNCTION = "Node-RED", "Node-RED, function"
FAST, DURABLE = "Suiro fast", "Suiro durable"
WORKER, WATCHED = "Suiro fast, worker", "Suiro fast, editor watching"
PLAIN = {FAST: 5.0, WATCHED: 3.0}
SURE = {FAST: 3.0, DURABLE: 1.5}
RATES = [
    Case(key="W1-qos0", title="W1 filter + command, QoS 0", targets={**PLAIN, WORKER: 5.0}),
    Case(key="W1-qos1", title="W1 filter + command, QoS 1", qos=1, targets=SURE),
    Case(key="W2-average-qos0", title="W2 average of 10 s, QoS 0", workload="average", fill=10, targets=PLAIN),
    Case(key="W2-average-qos1", title="W2 average of 10 s, QoS 1", workload="average", qos=1, targets=SURE),
    Case(key="W2-five-qos0", title="W2 five in a row, QoS 0", workload="five", targets=PLAIN),
    Case(key="W2-five-qos1", title="W2 five in a row, QoS 1", workload="five", qos=1, targets=SURE),
    Case(
        key="flows-100",
        title="100 flows on one topic, QoS 0",
        workload="many",
        flows=100,
        warm=2_000,
        targets={FAST: 5},
    ),
]
"""The sustained rate of each."""
LATENCY = Case(key="latency", title="W1, QoS 1", qos=1, targets={NODE_RED_FUNCTION: 0, FAST: 1, DURABLE: 0})
IDLE = Case(key="idle", title="1,000 idle flows", workload="idle", flows=1_000, targets={FAST: 3})
FLAT = [
    Case(
        key="flat",
        title=f"Changed and above 80, {devices:,} device{'s'[: devices > 1]}",
        workload="changed",
        devices=devices,
    )
    for devices in (1, 1_000, 100_000)
]
EXACT = Case(key="exact", title="W2 average, 1,000 ahead", workload="average", qos=1, targets={FAST: 0, DURABLE: 0})
"""With no more messages ahead than devices there is one of each on its way, so that books by order are exact."""
THROUGH = [
    Case(key="through", title=f"W1, QoS {qos}", qos=qos, targets={FAST: 0, **({DURABLE: 0} if qos else {})})
    for qos in (0, 1)
]
assert all(case.devices < PROBE for case in [*RATES, *FLAT])
