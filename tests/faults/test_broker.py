"""A broker that goes, in order or not, is used again within five seconds of its return. What it kept is not lost; where it
forgot the session, that is said, and only what was on its way then is missing."""

import os
import signal
import time
from pathlib import Path

import msgspec
import pytest

from runtime.connectors.mqtt import HEARTBEAT_EVERY
from tests.brokers import wait_until
from tests.faults.account import judge
from tests.faults.conftest import Note
from tests.faults.flows import calling, counting, numbered, reading, stream
from tests.faults.rig import BROKERS, Rig, rig

RATE = 200
RESUMED = 5.0
"""Seconds within which the product must go on."""


class Outage(msgspec.Struct):
    """Monotonic seconds: the broker went, it was back, the first call after that."""

    gone: float
    back: float
    resumed: float = 0.0


def restart(made: Rig, number: int, away: float) -> Outage:
    """End the broker by the signal `number` and start it again after `away` seconds."""
    process = made.broker.process
    assert process is not None
    gone = time.monotonic()
    process.send_signal(number)
    process.wait(30)
    time.sleep(away)
    made.broker.start()
    return Outage(gone, time.monotonic())


def outage(made: Rig, number: int, away: float) -> Outage:
    """The same; until something comes through again."""
    found = restart(made, number, away)

    def fresh() -> list[float]:
        return [call.at for call in made.ledger.read("/calls") if call.at > found.back]

    wait_until(fresh, 30, f"a call after the broker is back: {made.log()}")
    found.resumed = fresh()[0]
    return found


@pytest.mark.only_in_full
def test_a_window_that_limits_the_rate_is_told_and_one_that_does_not_is_not(tmp_path: Path) -> None:
    base = time.time_ns() // 1_000_000 - 600_000
    with rig(tmp_path, "nats") as made:
        made.start(slow=0.3)
        made.deploy(counting())
        made.publish(stream(200, base), 50).wait(30)
        assert made.status()["broker"]["window"] is None
        publisher = made.publish(stream(40_000, base, first=200), 4_000)
        wait_until(lambda: made.status()["broker"]["window"] == 256, 30, str(made.status()["broker"]))
        publisher.stop()
        wait_until(lambda: made.status()["broker"]["window"] is None, 60, str(made.status()["broker"]))


@pytest.mark.parametrize("which", ["mosquitto", pytest.param("nats", marks=pytest.mark.only_in_full)])
def test_what_was_on_its_way_to_a_worker_that_died_is_not_taken_for_the_same_words_of_before(
    which: str, tmp_path: Path, note: Note
) -> None:
    """A broker that was started again counts its packets from one again, and a switch says the same all day."""
    same = [reading(0, "k0", time.time_ns() // 1_000_000)] * 15
    with rig(tmp_path, which) as made:
        worker = made.start()
        made.deploy(calling("calls"))
        made.publish(same, RATE).wait(30)
        made.ledger.wait("/calls", 15, 15)
        said = len(made.server.frames)
        restart(made, signal.SIGKILL, 0.5)
        made.connected(said)
        if which == "nats":
            time.sleep(
                2 * HEARTBEAT_EVERY
            )  # it says that it knows the session: only time tells that nothing comes again
        os.kill(worker.pid, signal.SIGSTOP)
        made.publish(same, RATE).wait(30)
        time.sleep(0.5)
        worker.kill()
        made.start()
        made.ledger.wait("/calls", 30, 15)
        calls = made.ledger.quiet("/calls")
    taken = len({call.key for call in calls})
    note(4, f"{which} started again, then the worker killed, each message the same", messages=30, taken=taken)
    assert taken == 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("which", BROKERS)
def test_a_broker_that_returns_is_used_within_five_seconds(
    which: str, number: signal.Signals, tmp_path: Path, full: bool, note: Note
) -> None:
    span, away = (30, 5.0) if full else (5, 0.5)
    messages = stream(RATE * span, time.time_ns() // 1_000_000 - 600_000)
    with rig(tmp_path, which) as made:
        made.start()
        made.deploy(counting())
        publisher = made.publish(messages, RATE)
        time.sleep(span / 4)
        found = outage(made, number, away)
        publisher.wait(span + 60)
        made.ledger.wait("/calls", len(messages), 15)
        verdict = judge(made.ledger.quiet("/calls"), numbered(messages))
        gaps = made.server.rows_of("problem")
    gap = any(row["data"]["code"] == "possible_gap" for row in gaps)
    sent = publisher.sent
    before = [sent[call.body["n"]] for call in made.ledger.calls if call.path == "/calls" and call.at < found.gone]
    open_since = max(before, default=0.0) - 1.0  # a busy worker is behind
    doubled = [n for n in verdict.doubled if n not in publisher.uncertain]
    note(4, f"{which} ended by {number.name} and started again", messages=len(messages),
         resumed_after_seconds=round(found.resumed - found.back, 2), lost=len(verdict.lost), doubled=len(doubled), gap_told=gap)  # fmt: skip
    assert found.resumed - found.back < RESUMED
    forgetful = which == "mosquitto" and number == signal.SIGKILL  # it writes its sessions down when it ends in order
    if not forgetful:
        assert not verdict.lost, str(verdict)
    else:
        assert gap
        assert all(open_since < sent[n] < found.resumed for n in verdict.lost), str(verdict)
    assert all(open_since < sent[n] < found.gone + 1.0 for n in doubled), str(verdict)
