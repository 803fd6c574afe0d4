"""A flow that is deployed again and again while messages come loses none and doubles none, its windows go on, and the flow
beside it feels nothing."""

import random
import time
from pathlib import Path

import pytest

from tests.faults.account import Verdict, differences, judge, windows
from tests.faults.conftest import Note
from tests.faults.flows import closing, counting, numbered, overhearing, stream
from tests.faults.rig import BROKERS, rig

RATE = 150
"""Messages per second, each of which causes two calls."""
DEVICES = 20
"""Of `stream`."""


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


@pytest.mark.parametrize("which", BROKERS)
def test_topics_that_come_and_go_beside_a_flow_lose_it_nothing_and_double_nothing(
    which: str, tmp_path: Path, full: bool, note: Note
) -> None:
    changes = 60 if full else 12
    messages, calm, beside, tens = changed_beside(tmp_path, which, changes, changes if full else changes / 3)
    note(3, f"topics change beside, {which}", messages=messages, changes=changes, lost=len(calm.lost),
         doubled=len(calm.doubled), repeated=calm.repeats)  # fmt: skip
    assert calm, str(calm)
    assert not beside.doubled, str(beside)
    assert not calm.repeats
    assert tens == {messages // DEVICES // 10}


@pytest.mark.parametrize("which", BROKERS)
def test_where_copies_are_not_looked_for_topics_that_change_are_seen_to_double(which: str, tmp_path: Path) -> None:
    assert changed_beside(tmp_path, which, 4, 2.0, without="handover")[1].doubled


def changed_beside(
    folder: Path, which: str, changes: int, span: float, *, without: str | None = None
) -> tuple[int, Verdict, Verdict, set[int]]:
    """So many changes within `span` (s), each of which makes the worker read wider topics or narrower ones: the number of messages,
    what the flow saw that reads the same all along, and what those saw that come and go, and how many windows the devices had."""
    rate = 3 * RATE
    count, base = int(rate * span), time.time_ns() // 1_000_000 - 600_000
    messages = stream(count, base) + closing(count, base)
    with rig(folder, which) as made:
        made.start(without=without)
        made.deploy(counting(), flow="calm", at="/calm")
        publisher, begun = made.publish(messages, rate), time.monotonic()
        for number in range(changes):
            time.sleep(max(0.0, begun + number * span / changes - time.monotonic()))
            topic = ("plant/#", "+/k1/telemetry", "plant/+/telemetry", "#")[number % 4]
            made.deploy(overhearing(topic), version=number + 1)
        publisher.wait(span + 60)
        made.ledger.wait("/calm/calls", len(messages), 60)
        made.ledger.quiet("/calm/spans")
        read = made.ledger.read
        calm, beside = judge(read("/calm/calls"), numbered(messages)), judge(read("/calls"), ())
        tens = windows(read("/calm/windows"))
    return len(messages), calm, beside, {len(rows) for rows in tens.values()}


@pytest.mark.only_in_full
@pytest.mark.parametrize("which", BROKERS)
def test_a_worker_killed_in_the_middle_of_a_redeploy_runs_one_of_both_versions_and_loses_nothing(
    which: str, tmp_path: Path, note: Note
) -> None:
    kills, draw = 5, random.Random(3)
    count, base = RATE * 5 * kills, time.time_ns() // 1_000_000 - 600_000
    messages = stream(count, base) + closing(count, base)
    found = set()
    with rig(tmp_path, which) as made:
        made.start()
        made.deploy(counting())
        publisher = made.publish(messages, RATE)
        for version in range(2, 2 + kills):
            time.sleep(draw.uniform(0.5, 1.5))
            made.order(counting(name=f"Counting {version}"), version=version)
            made.order(overhearing(("plant/#", "#")[version % 2]), flow="beside", version=version, at="/beside")
            time.sleep(draw.uniform(0.0, 0.06))
            assert made.worker
            made.worker.kill()
            said = len(made.server.frames)
            made.start()
            hello = next(frame for frame in made.server.frames[said:] if frame["t"] == "hello")
            found |= {version - flow["version"] for flow in hello["flows"] if flow["flow"] == "f1"}
            made.deploy(counting(name=f"Counting {version}"), version=version, new_topics=False)
        publisher.wait(5 * kills + 60)
        made.ledger.wait("/calls", len(messages), 60)
        made.ledger.quiet("/spans", 3.0)
        verdict = judge(made.ledger.read("/calls"), numbered(messages))
        tens = windows(made.ledger.read("/windows"))
    note(3, f"SIGKILL in the middle of a redeploy, {which}", messages=len(messages), kills=kills,
         lost=len(verdict.lost), doubled=len(verdict.doubled), repeated=verdict.repeats)  # fmt: skip
    assert found <= {0, 1}
    assert verdict, str(verdict)
    assert {len(rows) for rows in tens.values()} == {(count // DEVICES + 1) // 10}
