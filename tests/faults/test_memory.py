"""A dead destination fills no memory, however much is meant for it."""

import time
from pathlib import Path

from tests.brokers import wait_until
from tests.faults.conftest import Note
from tests.faults.flows import calling, reading
from tests.faults.rig import Rig, rig

RATE, PAYLOAD = 500, 1_024
GROWTH = 24 << 20
"""Bytes that a worker may grow after it has warmed up."""


def received(made: Rig) -> int:
    return int(made.status()["flows"]["f1"]["sources"]["kiln"]["received"])


def test_memory_stays_flat_with_a_dead_destination(tmp_path: Path, full: bool, note: Note) -> None:
    warm, span = (60, 240) if full else (4, 7)
    count, base = RATE * (warm + span), time.time_ns() // 1_000_000 - 600_000
    messages = (reading(n, f"k{n % 100}", base + n, pad=PAYLOAD) for n in range(count))
    with rig(tmp_path) as made:
        made.ledger.behave("/hang", "hang")
        made.start()
        made.deploy(calling("hang"))
        publisher, begun = made.publish(messages, RATE), time.monotonic()
        assert made.worker
        sizes = []
        while publisher.running:
            if time.monotonic() - begun > warm:
                sizes.append(made.worker.resident())
            time.sleep(0.5)
        publisher.wait(60)
        wait_until(lambda: received(made) >= count * 0.98, 30, "nearly everything is received")
    third = max(1, len(sizes) // 3)
    growth = max(sizes[-third:]) - max(sizes[:third])
    note(9, f"{RATE} messages/s of 1 KiB for a dead destination", messages=count, seconds=warm + span,
         MiB_resident=round(max(sizes) / 2**20), MiB_grown=round(growth / 2**20, 1))  # fmt: skip
    assert growth < GROWTH, f"{growth / 2**20:.1f} MiB in {span} s"
