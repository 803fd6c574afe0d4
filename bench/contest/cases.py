"""What is compared, and what Suiro must reach."""

import msgspec

from bench.suiro.flows import PROBE


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`workload` names the flow on both sides; the generator's stream follows from it."""

    key: str
    title: str
    workload: str = "filter"
    qos: int = 0
    devices: int = 1_000
    flows: int = 1
    targets: dict[str, float] = {}
    """By contender: the least ratio to Node-RED. One that is not named there does not take part."""

    @property
    def stream(self) -> str:
        return self.workload if self.workload in ("five", "average", "changed") else "filter"


NODE_RED, NODE_RED_FUNCTION = "Node-RED", "Node-RED, function"
FAST, DURABLE = "Suiro fast", "Suiro durable"
RATES = [
    Case(key="W1-qos0", title="W1 filter + command, QoS 0", targets={FAST: 5}),
    Case(key="W1-qos1", title="W1 filter + command, QoS 1", qos=1, targets={FAST: 3, DURABLE: 1.5}),
    Case(key="W2-average", title="W2 average of 10 s per device, QoS 0", workload="average", targets={FAST: 5}),
    Case(key="W2-five", title="W2 five in a row per device, QoS 0", workload="five", targets={FAST: 5}),
    Case(key="flows-100", title="100 flows on one topic, QoS 0", workload="many", flows=100, targets={FAST: 5}),
]
"""The sustained rate of each."""
LATENCY = Case(key="latency", title="W1, QoS 1", qos=1, targets={NODE_RED_FUNCTION: 0, FAST: 1, DURABLE: 0})
IDLE = Case(key="idle", title="1,000 idle flows", workload="idle", flows=1_000, targets={FAST: 3})
FLAT = [
    Case(key="flat", title="Changed and above 80", workload="changed", devices=devices, targets={FAST: 0})
    for devices in (1, 1_000, 100_000)
]
THROUGH = [
    Case(key="through", title=f"W1, QoS {qos}", qos=qos, targets={FAST: 0, **({DURABLE: 0} if qos else {})})
    for qos in (0, 1)
]
assert all(case.devices < PROBE for case in [*RATES, *FLAT])
