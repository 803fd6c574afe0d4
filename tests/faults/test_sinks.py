"""A destination that hangs, drips, resets, refuses or takes and does not say so holds no other one back, and hears of each
thing under one key, however often."""

import time
from pathlib import Path

from tests.faults.account import judge
from tests.faults.conftest import Note
from tests.faults.flows import SICK, calling, numbered, stream
from tests.faults.rig import rig

RATE = 50
HEALED = ("reset", "429", "500", "drop")
FIRST_TIMES = 2
"""Requests of each key that go wrong, where the destination comes to itself again."""
DELAY = 5.0
"""Seconds within which a healthy destination hears of a message, at the 99th percentile."""


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def test_sick_destinations_hold_no_other_one_back(tmp_path: Path, full: bool, note: Note) -> None:
    span = 60 if full else 5
    usual, _ = beside_six(tmp_path / "well", span, sick=False)
    delay, tried = beside_six(tmp_path / "sick", span, sick=True)
    note(8, "six sick destinations beside a healthy one", messages=RATE * span, p99_ms=round(delay * 1000),
         p99_beside_six_healthy_ms=round(usual * 1000), tried=sum(tried.values()))  # fmt: skip
    assert all(tried.values()), tried
    assert delay < DELAY


def beside_six(folder: Path, span: int, *, sick: bool) -> tuple[float, dict[str, int]]:
    """How late (seconds, 99th percentile) a healthy destination hears of messages beside six others that hear the same, and
    how often each of those was called."""
    folder.mkdir()
    messages = stream(RATE * span, time.time_ns() // 1_000_000 - 600_000)
    with rig(folder) as made:
        made.start()
        made.deploy(calling("calls"))
        for answer in SICK:
            if sick:
                made.ledger.behave(f"/{answer}", answer)
            made.deploy(calling(answer), flow=f"to-{answer}", new_topics=False)
        publisher = made.publish(messages, RATE).wait(span + 30)
        made.ledger.wait("/calls", len(messages), 15)
        calls = made.ledger.quiet("/calls", 0.5)
        tried = {answer: len(made.ledger.read(f"/{answer}")) for answer in SICK}
        verdict = judge(calls, numbered(messages))
        assert verdict, str(verdict)
        return p99([call.at - publisher.sent[call.body["n"]] for call in calls]), tried


def test_destinations_that_come_to_themselves_hear_everything_under_one_key(tmp_path: Path, note: Note) -> None:
    messages = stream(3, time.time_ns() // 1_000_000 - 600_000)
    with rig(tmp_path) as made:
        made.start()
        for answer in HEALED:
            made.ledger.behave(f"/{answer}", answer, FIRST_TIMES)
            made.deploy(calling(answer), flow=f"to-{answer}", new_topics=answer == HEALED[0])
        made.publish(messages, 100).wait(30)
        calls = {answer: made.ledger.wait(f"/{answer}", len(messages), 60) for answer in HEALED}
    verdicts = {answer: judge(found, numbered(messages)) for answer, found in calls.items()}
    pairs = {answer: len({(call.body["n"], call.key) for call in found}) for answer, found in calls.items()}
    note(8, "four destinations that come to themselves", messages=len(messages) * len(HEALED),
         lost=sum(len(verdict.lost) for verdict in verdicts.values()),
         doubled=sum(len(verdict.doubled) for verdict in verdicts.values()),
         repeated=sum(verdict.repeats for verdict in verdicts.values()))  # fmt: skip
    assert all(verdicts.values()), verdicts
    assert set(pairs.values()) == {len(messages)}, pairs
