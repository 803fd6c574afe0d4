"""One destination's queue and thread: order, retries, bad receivers, and no harm to others."""

import threading
import time
from typing import Any

import pytest

from runtime.addresses import Egress
from runtime.senders import webhook
from runtime.senders.breaker import THRESHOLD
from runtime.senders.outcome import DROPPED, SENT, STOPPED, Outcome, Parcel, failed
from runtime.senders.outlet import Outlet
from runtime.senders.schedule import ATTEMPTS, MOST_WAITING
from runtime.senders.webhook import Webhook
from tests.brokers import wait_until
from tests.receiver import Receiver

AGAIN = failed("busy", permanent=False)


def parcel(name: str) -> Parcel:
    return Parcel(name, "n", "notify", None, 0, text=name)


def at_once(low: float, high: float) -> float:
    return 0.0


class Script:
    """A sender that answers what it was given, then success."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes, self.keys = list(outcomes), []

    def send(self, parcel: Parcel) -> Outcome:
        self.keys.append(parcel.key)
        outcome = self.outcomes.pop(0) if self.outcomes else SENT
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        pass


def carried_out(sender: Any, *keys: str, seconds: float = 10, **more: Any) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    outlet = Outlet("t", sender, draw=at_once, **more)
    for key in keys:
        outlet.put(parcel(key), lambda outcome, key=key: found.update({key: outcome}))  # type: ignore[misc]
    wait_until(lambda: len(found) == len(keys), seconds)
    outlet.stop()
    return found


def post(receiver: Receiver, *keys: str, **more: Any) -> dict[str, Outcome]:
    return carried_out(Webhook(receiver.url, Egress(trusted=True)), *keys, **more)


def keys_of(receiver: Receiver) -> list[str]:
    return [headers["Idempotency-Key"] for _, headers, _ in receiver.received]


def test_parcels_go_in_order() -> None:
    script = Script()
    assert list(carried_out(script, "a", "b", "c").values()) == [SENT] * 3
    assert script.keys == ["a", "b", "c"]


def test_a_passing_failure_is_tried_again_with_the_same_key() -> None:
    script = Script(AGAIN, AGAIN)
    assert list(carried_out(script, "a", "b").values()) == [SENT, SENT]
    assert sorted(script.keys) == ["a", "a", "a", "b"]


def test_a_permanent_failure_is_not_tried_again() -> None:
    found = carried_out(Script(failed("gone")), "a", "b")
    assert (found["a"].detail, found["a"].attempts, found["b"]) == ("gone", 1, SENT)


def test_attempts_end() -> None:
    script = Script(*[AGAIN] * 100)
    assert not carried_out(script, "a")["a"].sent
    assert len(script.keys) == ATTEMPTS


def test_a_sender_that_raises_does_not_end_the_queue() -> None:
    found = carried_out(Script(RuntimeError("new")), "a", "b")
    assert [one.sent for one in found.values()] == [False, True]
    assert "new" in found["a"].detail


def test_the_other_sides_pause_is_respected() -> None:
    started = time.monotonic()
    assert carried_out(Script(failed("busy", permanent=False, retry_after=0.3)), "a")["a"] == SENT
    assert time.monotonic() - started >= 0.3


def test_what_is_too_late_is_not_sent() -> None:
    script, found = Script(), []
    outlet = Outlet("t", script)
    outlet.put(parcel("a"), found.append, until=time.monotonic() - 1)
    wait_until(lambda: found, 5)
    outlet.stop()
    assert (found[0].reason, found[0].word) == ("expired", "expired")
    assert script.keys == []


def test_a_hanging_destination_holds_no_other(receiver: Receiver) -> None:
    receiver.hanging = True
    hanging = Outlet("hanging", Webhook(receiver.url, Egress(trusted=True)))
    good, stuck, sent = Outlet("good", Script()), [], []
    hanging.put(parcel("a"), stuck.append)
    good.put(parcel("b"), sent.append)
    wait_until(lambda: sent == [SENT], 2)
    assert stuck == []
    receiver.hang.set()
    wait_until(lambda: stuck == [SENT], 5)
    for outlet in (hanging, good):
        outlet.stop()


@pytest.fixture
def slow() -> Any:
    """A sender that waits for its gate."""
    gate = threading.Event()

    class Slow(Script):
        def send(self, parcel: Parcel) -> Outcome:
            gate.wait(60)
            return super().send(parcel)

    sender = Slow()
    sender.gate = gate  # type: ignore[attr-defined]
    yield sender
    gate.set()


def test_what_is_withdrawn_is_not_sent_and_what_is_on_its_way_is_not_tried_again(slow: Any) -> None:
    slow.outcomes = [AGAIN]
    outlet, found = Outlet("t", slow, draw=at_once), dict[str, Outcome]()
    for key in "abc":
        outlet.put(parcel(key), lambda outcome, key=key: found.update({key: outcome}))  # type: ignore[misc]
    wait_until(lambda: outlet.pending == 3 and outlet._busy is not None, 5)
    outlet.withdraw({"a", "b"})
    assert (found["b"].word, found["b"].policy, found["b"].attempts) == ("dropped", "withdrawn", 0)
    slow.gate.set()
    wait_until(lambda: len(found) == 3, 5)
    outlet.stop()
    assert (found["a"].policy, found["a"].attempts, found["c"]) == ("withdrawn", 1, SENT)
    assert slow.keys == ["a", "c"]


def test_a_full_queue_drops_the_oldest_of_those_without_an_outbox(slow: Any) -> None:
    ended: list[tuple[int, Outcome]] = []
    outlet = Outlet("t", slow)
    for index in range(MOST_WAITING + 12):
        outlet.put(parcel(str(index)), lambda outcome, index=index: ended.append((index, outcome)))  # type: ignore[misc]
    dropped = [index for index, outcome in ended if outcome.reason == DROPPED.reason]
    assert len(dropped) in (11, 12)
    assert max(dropped) <= 12
    outlet.stop(0.05)
    assert len([index for index, outcome in ended if outcome == STOPPED]) == MOST_WAITING + 11 - len(dropped)
    slow.gate.set()
    wait_until(lambda: len(ended) == MOST_WAITING + 12, 5)


def test_what_stands_in_an_outbox_is_not_taken_where_there_is_no_room(slow: Any) -> None:
    ended: list[Outcome] = []
    outlet = Outlet("t", slow)
    taken = [
        outlet.put(parcel(str(index)), ended.append, kept=True, policy="block") for index in range(MOST_WAITING + 5)
    ]
    assert taken.count(False) in (4, 5)
    assert not outlet.has_room
    assert ended == []
    slow.gate.set()
    wait_until(lambda: outlet.has_room, 10)
    wait_until(lambda: len(ended) == taken.count(True), 10)
    outlet.stop()


def test_attempts_are_told_as_long_as_others_follow() -> None:
    ended: list[Outcome] = []
    tried: list[int] = []
    outlet = Outlet("t", Script(AGAIN, AGAIN), draw=at_once)
    outlet.put(parcel("a"), ended.append, kept=True, attempts=3, on_tried=tried.append)
    wait_until(lambda: len(ended) == 1, 10)
    assert tried == [4, 5]
    outlet.stop()


def test_losing_a_destination_and_finding_it_again_is_told_once() -> None:
    states: list[str] = []
    script = Script(*[AGAIN] * (THRESHOLD + 1))
    assert carried_out(script, *"abcdefgh", on_state=states.append)["a"] == SENT
    assert states == ["open", "closed"]


def test_it_says_how_it_stands() -> None:
    outlet = Outlet("t", Script(*[AGAIN] * THRESHOLD), draw=at_once)
    assert outlet.standing() == {"state": "closed", "retry_in": None, "waiting": 0, "bytes": 0}
    outlet.put(parcel("a"), print, kept=True)
    wait_until(lambda: outlet.standing()["state"] == "open", 5)
    standing = outlet.standing()
    assert standing["waiting"] == 1
    assert standing["retry_in"] > 0
    assert standing["detail"] == AGAIN.detail
    outlet.stop()


# --- receivers that behave badly, over real connections ----------------------------------------------------------------


def test_a_reply_that_is_lost_after_the_receiver_took_it_leads_to_the_same_key_again(receiver: Receiver) -> None:
    receiver.manners = ["forget"]
    assert post(receiver, "a", "b") == {"a": SENT, "b": SENT}
    assert sorted(keys_of(receiver)) == ["a", "a", "b"]


def test_a_reset_before_anything_was_read_is_tried_again(receiver: Receiver) -> None:
    receiver.manners = ["reset", "reset"]
    assert post(receiver, "a")["a"] == SENT
    assert keys_of(receiver) == ["a"]


@pytest.mark.parametrize("manner", ["drip", "hang"])
def test_an_answer_that_never_ends_is_given_up_and_tried_again(
    manner: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "LONGEST_CALL", 0.5)
    receiver.manners, receiver.hanging = ["drip"] if manner == "drip" else [], manner == "hang"
    ended: list[Outcome] = []
    outlet = Outlet("t", Webhook(receiver.url, Egress(trusted=True)), draw=at_once)
    outlet.put(parcel("a"), ended.append)
    wait_until(lambda: receiver.received, 5)
    receiver.hanging = False
    wait_until(lambda: ended == [SENT], 5)
    assert keys_of(receiver)[:2] == ["a", "a"]
    assert set(keys_of(receiver)) == {"a"}, "a slow machine tries once more"
    outlet.stop()


def test_too_many_requests_with_a_pause_and_then_a_fault_and_then_it_works(receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "1"}), (500, {}), (200, {})]
    started = time.monotonic()
    assert post(receiver, "a", "b", "c") == {"a": SENT, "b": SENT, "c": SENT}
    assert time.monotonic() - started >= 1.0
    assert sorted(set(keys_of(receiver))) == ["a", "b", "c"]
    assert len(receiver.received) == 5


def test_a_destination_that_is_gone_for_a_while_loses_and_doubles_nothing(receiver: Receiver) -> None:
    receiver.answers = [(503, {})] * 7 + [(200, {})]
    names = [f"p{n}" for n in range(60)]
    assert set(post(receiver, *names, seconds=30).values()) == {SENT}
    assert set(keys_of(receiver)) == set(names)
    assert len(receiver.received) == 60 + 7
