"""A flow that is deployed again and again while messages come loses none and doubles none, its windows go on, and the flow
beside it feels nothing."""

import time
from pathlib import Path

from tests.faults.account import differences, judge, windows
from tests.faults.conftest import Note
from tests.faults.flows import closing, counting, numbered, stream
from tests.faults.rig import rig

RATE = 150
"""Messages per second, each of which causes two calls."""


def test_redeploys_under_load_lose_nothing_and_double_nothing(tmp_path: Path, full: bool, note: Note) -> None:
    redeploys, span = (50, 50.0) if full else (12, 4.0)
    count, base = int(RATE * span), time.time_ns() // 1_000_000 - 600_000
    messages = stream(count, base) + closing(count, base)
    with rig(tmp_path) as made:
        made.start()
        made.deploy(counting(), flow="calm", at="/calm")
        made.deploy(counting(), new_topics=False)
        publisher, begun = made.publish(messages, RATE), time.monotonic()
        for number in range(redeploys):
            time.sleep(max(0.0, begun + number * span / redeploys - time.monotonic()))
            made.deploy(counting(name=f"Counting {number}"), version=number + 2, new_topics=False)
        publisher.wait(span + 60)
        for path in ("/calls", "/calm/calls"):
            made.ledger.wait(path, len(messages), 60)
        made.ledger.quiet("/spans")
        read = made.ledger.read
        verdict, calm = judge(read("/calls"), numbered(messages)), judge(read("/calm/calls"), numbered(messages))
        different = [
            differences(windows(read(path), below), windows(read(f"/calm{path}"), below))
            for path, below in (("/windows", None), ("/spans", count))
        ]
    note(3, "redeploys under load", messages=len(messages), redeploys=redeploys, lost=len(verdict.lost),
         doubled=len(verdict.doubled), repeated=verdict.repeats, different=sum(map(len, different)))  # fmt: skip
    assert verdict, str(verdict)
    assert calm, str(calm)
    assert not verdict.repeats + calm.repeats
    assert different == [[], []]
