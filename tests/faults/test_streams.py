"""Events out of order, late, from the future, and payloads that are none: each has one fate, and none disturbs another."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import wait_until
from tests.faults.account import differences, judge, windows
from tests.faults.conftest import Note
from tests.faults.flows import closing, counting, numbered, reading, stream
from tests.faults.publisher import Message
from tests.faults.rig import Rig, rig

RATE = 300
REACH = 400
"""Places by which a message may come earlier or later: two seconds of event time, well within the grace."""
POISON = (b"{", b"\xff\xfe\x00", b"[" * 50_000, b"", b"null", b"x" * 2_000_000)


def permuted(messages: list[Message]) -> list[Message]:
    """Each message within REACH places of its own."""
    draw = random.Random(11)
    keyed = sorted(range(len(messages)), key=lambda place: place + draw.uniform(0, REACH))
    return [messages[place] for place in keyed]


def fates(made: Rig, received: int) -> dict[str, Any]:
    """The fates of all that was received."""

    def found() -> dict[str, Any]:
        return dict(made.status()["flows"]["f1"]["sources"]["kiln"])

    wait_until(lambda: found()["received"] >= received, 20, "everything is received")
    return found()


def whole(fate: dict[str, Any]) -> bool:
    """received = delivered + kept + filtered + late + dropped + dead."""
    return bool(fate["received"] == sum(value for name, value in fate.items() if name != "received"))


def test_permuted_late_and_future_events_disturb_no_window(tmp_path: Path, full: bool, note: Note) -> None:
    count, now = 6_000 if full else 500, time.time_ns() // 1_000_000
    base = now - 600_000
    calm = stream(count, base, prefix="a")
    mixed = permuted(stream(count, base, prefix="b", first=count))
    far = [reading(200_000 + n, f"future{n}", now + 3_600_000, 9.0) for n in range(20)]
    late = [reading(100_000 + n, f"b{n}", base - 120_000, 9.0) for n in range(20)]
    ends = [*closing(count, base, prefix="a", first=400_000), *closing(count, base, prefix="b", first=500_000)]
    messages = [*calm, *far, *mixed, *ends, *late]
    with rig(tmp_path) as made:
        made.start()
        made.deploy(counting())
        made.publish(messages, RATE).wait(2 * count / RATE + 60)
        fate = fates(made, len(messages))
        made.ledger.wait("/calls", len(messages), 30)
        made.ledger.quiet("/spans")
        verdict = judge(made.ledger.read("/calls"), numbered(messages))
        told = {call.body["n"] for call in made.ledger.read("/late")}
        found = windows(made.ledger.read("/spans"), 400_000)
        flagged = {row["data"]["code"] for row in made.server.rows_of("problem")}
    twins = {name: {d[1:]: list(map(_bare, rows)) for d, rows in found.items() if d[0] == name} for name in "ab"}
    different = differences(twins["b"], twins["a"])
    note(6, "events permuted, late and from the future", messages=len(messages), permuted=count, late=len(late),
         future=len(far), lost=len(verdict.lost), late_told=len(told), windows=sum(map(len, twins["b"].values())),
         different=len(different))  # fmt: skip
    assert verdict, str(verdict)
    assert whole(fate), fate
    assert told == set(range(100_000, 100_020))
    assert "untrusted_time" in flagged
    assert twins["b"]
    assert not different, different


def _bare(window: bytes) -> bytes:
    """A window without the names that tell twins apart."""
    body = json.loads(window)
    return json.dumps({name: body[name] for name in ("start", "end", "value", "count")}).encode()


@pytest.mark.parametrize("which", ["mosquitto", pytest.param("nats", marks=pytest.mark.only_in_full)])
def test_poison_among_good_events_is_counted_and_acknowledged(
    which: str, tmp_path: Path, full: bool, note: Note
) -> None:
    count, base = 3_000 if full else 300, time.time_ns() // 1_000_000 - 600_000
    good, poisoned = stream(count, base), []
    for place, message in enumerate(good):
        poisoned.append(message)
        if place % 25 == 0:
            poisoned.append((message[0], POISON[place // 25 % len(POISON)]))
    bad = len(poisoned) - count
    again = stream(100, base, first=count)
    with rig(tmp_path, which) as made:
        made.start()
        made.deploy(counting())
        made.publish(poisoned, RATE).wait(60)
        fate = fates(made, len(poisoned))
        made.ledger.wait("/calls", count, 30)
        time.sleep(0.5)  # memory is on the disk a quarter of a second after it changed
        assert made.worker
        made.worker.kill()
        made.start()
        made.publish(again, RATE).wait(30)
        made.ledger.wait("/calls", count + len(again), 30)
        verdict = judge(made.ledger.quiet("/calls"), numbered(good + again))
        later = fates(made, len(poisoned) + len(again))
    note(7, f"poison among good events, {which}", messages=count, poison=bad, dead=fate["dead"],
         lost=len(verdict.lost), doubled=len(verdict.doubled))  # fmt: skip
    assert verdict, str(verdict)
    assert whole(fate), fate
    assert fate["dead"] == bad
    assert later["received"] == len(poisoned) + len(again), "poison came again after the restart"
