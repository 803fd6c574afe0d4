"""A worker that is killed at any point loses nothing and doubles nothing: every message causes its call under one key, and
every window holds what it holds in a run without faults."""

import itertools
import random
import time
from pathlib import Path

import msgspec
import pytest

from tests.faults.account import Verdict, differences, judge, shown, windows
from tests.faults.conftest import Note
from tests.faults.flows import closing, counting, numbered, stream
from tests.faults.ledger import Call
from tests.faults.publisher import Message
from tests.faults.rig import Rig, rig
from tests.faults.worker import POINTS

RATE = 200
"""Messages per second while the worker is killed."""
DEVICES = 20


class Result(msgspec.Struct):
    """What one run came to: calls, and windows by count and by time."""

    calls: list[Call]
    tens: dict[str, list[bytes]]
    seconds: dict[str, list[bytes]]

    @property
    def windows(self) -> int:
        return sum(map(len, [*self.tens.values(), *self.seconds.values()]))


def gathered(made: Rig, count: int, wait: float, spans: int = 0) -> Result:
    """Everything that is to come, and what came besides within a moment."""
    made.ledger.wait("/calls", count, wait)
    made.ledger.wait("/spans", spans, wait)
    made.ledger.quiet("/spans", 3.0)
    read = made.ledger.read
    return Result(read("/calls"), windows(read("/windows")), windows(read("/spans"), count - DEVICES))


@pytest.fixture(scope="module")
def messages(full: bool) -> list[Message]:
    count, base = 20_000 if full else 2_000, time.time_ns() // 1_000_000 - 600_000
    return stream(count, base, DEVICES) + closing(count, base, DEVICES)


@pytest.fixture(scope="module")
def calm(messages: list[Message], tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same messages without faults, faster."""
    with rig(tmp_path_factory.mktemp("calm")) as made:
        made.start()
        made.deploy(counting())
        made.publish(messages, 2 * RATE).wait(len(messages) / RATE + 60)
        return gathered(made, len(messages), 60)


def killed_again_and_again(made: Rig, messages: list[Message], kills: int, first: int) -> None:
    """`kills` times while `messages` are published: at each named point in turn, every third time at any moment. Comes
    back with the worker running and everything published."""
    draw, part = random.Random(7), len(messages) // kills + 1
    points = itertools.cycle((*POINTS[first:], *POINTS[:first]))
    for number in range(kills):
        at_random = number % 3 == 2
        fault = "" if at_random else f"{next(points)}:{draw.randint(2, 12)}"
        said = len(made.server.frames)
        worker = made.start(fault=fault, wait=False)
        made.begun(said, worker)  # what was published while it started comes all at once, and is kept in one commit
        publisher = made.publish(messages[number * part : (number + 1) * part], RATE)
        if at_random:
            time.sleep(draw.uniform(1.0, 3.0))
            worker.kill()
        else:
            assert worker.died(30), f"{fault} was not reached: {made.log()}"
        publisher.wait(part / RATE + 30)
    made.start()


@pytest.mark.xdist_group("killed")
@pytest.mark.parametrize(("which", "first"), [("mosquitto", 0), ("nats", 3)])
def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(
    which: str, first: int, tmp_path: Path, full: bool, note: Note, messages: list[Message], calm: Result
) -> None:
    kills = 20 if full else 4
    with rig(tmp_path, which) as made:
        made.start().kill_after(lambda: made.deploy(counting()))
        killed_again_and_again(made, messages, kills, first)
        found = gathered(made, len(messages), 60, sum(map(len, calm.seconds.values())))
    verdict = judge(found.calls, numbered(messages))
    tens, seconds = differences(found.tens, calm.tens), differences(found.seconds, calm.seconds)
    note(1, f"SIGKILL at named points and at random, {which}", messages=len(messages), kills=kills,
         lost=len(verdict.lost), doubled=len(verdict.doubled), repeated=verdict.repeats, windows=calm.windows,
         different=len(tens + seconds))  # fmt: skip
    assert verdict, str(verdict)
    assert not tens, f"windows by count differ: {shown(found.tens, calm.tens)}"
    assert not seconds, f"windows by time differ: {shown(found.seconds, calm.seconds)}"


def killed_at(
    folder: Path, point: str, *, without: str | None = None, then: str | None = None, slow: float = 0.0
) -> Verdict:
    """300 messages, killed once at `point`. `without` which guard it runs until then, and `then` after that."""
    base = time.time_ns() // 1_000_000 - 600_000
    messages = stream(300, base)
    with rig(folder) as made:
        worker = made.start(fault=point, without=without, slow=slow)
        made.deploy(counting())
        publisher = made.publish(messages, RATE)
        assert worker.died(40), "the fault was never reached"
        made.start(without=then)
        publisher.wait(30)
        return judge(made.ledger.quiet("/calls", 2.0), numbered(messages))


@pytest.mark.only_in_full
def test_one_kill_before_messages_are_kept_loses_none(tmp_path: Path) -> None:
    verdict = killed_at(tmp_path, "before inbox commit:3", slow=0.2)
    assert not verdict.lost, str(verdict)


def test_acknowledging_before_keeping_is_seen_to_lose_messages(tmp_path: Path) -> None:
    assert killed_at(tmp_path, "before inbox commit:3", without="inbox commit").lost


def test_acknowledging_beyond_what_is_kept_is_seen_to_lose_messages(tmp_path: Path) -> None:
    assert killed_at(tmp_path, "before inbox commit:3", without="ack order", slow=0.2).lost


@pytest.mark.only_in_full
def test_one_kill_before_the_acknowledgement_doubles_none(tmp_path: Path) -> None:
    verdict = killed_at(tmp_path, "before ack:3", slow=0.2)
    assert verdict, str(verdict)


def test_not_knowing_again_what_is_kept_is_seen_to_double_messages(tmp_path: Path) -> None:
    assert killed_at(tmp_path, "before ack:3", then="receipts", slow=0.2).doubled
