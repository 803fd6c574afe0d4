"""Holds that are pending when the worker is killed end once, each of them, also those that came due while it was away;
and a second process on the same store, which would end them again, is kept out."""

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.brokers import close, publisher, wait_until
from tests.faults.account import judge_by
from tests.faults.conftest import Note
from tests.faults.flows import commanding, holding, reading
from tests.faults.ledger import Call
from tests.faults.rig import BROKERS, Rig, rig


def hot(made: Rig, count: int) -> None:
    """`count` devices go over the limit, at once: no process has to start while their time runs."""
    client, now = publisher(made.broker), time.time_ns() // 1_000_000
    sent = [client.publish(*reading(n, f"k{n}", now, 90.0), 1) for n in range(count)]
    for one in sent:
        one.wait_for_publish(15)
    close(client)
    wait_until(lambda: made.status()["flows"]["f1"]["sources"]["kiln"]["received"] == count, 15)
    time.sleep(0.5)  # memory is on the disk a quarter of a second after it changed


def device(call: Call) -> str:
    return str(call.body["device"])


def names(count: int) -> list[str]:
    return [f"k{n}" for n in range(count)]


@pytest.mark.parametrize("late", [False, True])
def test_timers_pending_across_a_kill_fire_once(late: bool, tmp_path: Path, full: bool, note: Note) -> None:
    count, hold = (1_000, 10) if full else (200, 8)
    with rig(tmp_path) as made:
        made.start()
        made.deploy(holding(f"{hold}s"))
        hot(made, count)
        assert not made.ledger.read("/calls")
        assert made.worker
        made.worker.kill()
        time.sleep(hold if late else 0.5)
        made.start()
        made.ledger.wait("/calls", count, hold + 60)
        verdict = judge_by(made.ledger.quiet("/calls"), names(count), device)
    note(2, f"timers pending across a kill, {'due while away' if late else 'due afterwards'}", timers=count, kills=1,
         lost=len(verdict.lost), doubled=len(verdict.doubled), repeated=verdict.repeats)  # fmt: skip
    assert verdict, str(verdict)
    assert not verdict.repeats


@pytest.mark.only_in_full
@pytest.mark.parametrize("which", BROKERS)
def test_timers_that_come_due_while_the_broker_is_away_fire_and_commands_go_later_or_not_at_all(
    which: str, tmp_path: Path, note: Note
) -> None:
    count = 20
    with rig(tmp_path, which) as made:
        made.start()
        made.deploy(commanding("4s", {"now": "5s", "later": "5m"}))
        hot(made, count)
        made.broker.stop()
        fired = judge_by(made.ledger.wait("/calls", count, 15), names(count), device)
        wait_until(lambda: made.status()["flows"]["f1"]["effects"]["expired"] == count, 20, str(made.status()))
        made.broker.start()
        wait_until(lambda: made.status()["flows"]["f1"]["effects"]["pending"] == 0, 20, str(made.status()))
        ends = made.status()["flows"]["f1"]["effects"]
        wait_until(lambda: len(made.server.rows_of("effect")) >= 3 * count, 10)
        came = Counter((row["data"]["node"], row["data"]["outcome"]) for row in made.server.rows_of("effect"))
    note(2, f"timers due while the broker is away, {which}", timers=count, lost=len(fired.lost),
         commands_sent=came["later", "sent"], commands_expired=came["now", "expired"])  # fmt: skip
    assert fired, str(fired)
    assert came == {("call", "sent"): count, ("later", "sent"): count, ("now", "expired"): count}
    assert (ends["created"], ends["sent"], ends["dead"], ends["dropped"]) == (3 * count, 2 * count, 0, 0)


@pytest.mark.only_in_full
def test_a_kill_while_timers_fire_doubles_none(tmp_path: Path) -> None:
    count = 1_000
    with rig(tmp_path) as made:
        made.start()
        made.deploy(holding("4s"))
        hot(made, count)
        made.ledger.wait("/calls", count // 4, 20)
        assert made.worker
        made.worker.kill()
        made.start()
        made.ledger.wait("/calls", count, 20)
        verdict = judge_by(made.ledger.quiet("/calls"), names(count), device)
    assert verdict, str(verdict)


@pytest.mark.parametrize("fenced", [True, False])
def test_a_second_process_on_the_same_store_is_kept_out_and_without_the_lock_is_seen_to_repeat(
    fenced: bool, tmp_path: Path
) -> None:
    count = 50
    with rig(tmp_path) as made:
        made.start()
        made.deploy(holding("6s" if fenced else "12s"))  # within which the other one has begun
        hot(made, count)
        other = made.another(without=None if fenced else "lock")
        if fenced:
            assert other.process.wait(60) == 2
        made.ledger.wait("/calls", count, 60)
        verdict = judge_by(made.ledger.quiet("/calls", 3.0), names(count), device)
    assert not verdict.lost, str(verdict)
    assert bool(verdict.repeats) is not fenced, str(verdict)
