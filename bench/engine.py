"""How many events a second one process takes through devices -> threshold, and whether that depends on the keys."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from engine.engine import Engine
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival

EVENTS = 200_000
KEYS = (10, 1_000, 100_000)
FLOW: dict[str, Any] = {
    "suiro": 1,
    "name": "Bench",
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {
            "id": "hot",
            "kind": "threshold",
            "from": ["kiln"],
            "params": {"field": "temperature", "above": 80, "margin": 2, "for": "5m"},
        },
        {"id": "tell", "kind": "notify", "from": ["hot"], "params": {"to": "shift", "text": "{device} {temperature}"}},
    ],
}


def arrivals(keys: int, events: int) -> Iterator[Arrival]:
    """Readings 10 ms apart that cross the limit now and then, round robin over `keys` devices."""
    values = itertools.cycle(70 + number * 7 % 15 for number in range(15 * 17))
    for number, value in zip(range(events), values, strict=False):
        at = 1_767_571_200_000 + number * 10
        device = f"k{number % keys}"
        yield Arrival(at, str(number), at, device=device, type="kiln", data={"temperature": value})


def rate(keys: int) -> float:
    """Events a second, once every key is known."""
    engine = Engine(build_plan(FLOW, full_catalog(), None), now=0)
    known = list(arrivals(keys, keys + EVENTS))
    for arrival in known[:keys]:
        engine.push(arrival)
    given = known[keys:]
    started = time.perf_counter()
    for arrival in given:
        engine.push(arrival)
    return EVENTS / (time.perf_counter() - started)


def main() -> None:
    rates = {keys: rate(keys) for keys in KEYS}
    for keys, found in rates.items():
        print(f"{keys:>7} keys: {found:>9,.0f} events/s, {found / rates[KEYS[0]]:.2f} of the rate with {KEYS[0]} keys")


if __name__ == "__main__":
    main()
