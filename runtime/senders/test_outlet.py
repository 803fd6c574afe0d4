"""One destination's queue: order, retries, and no harm to others."""

import threading
import time

from runtime.addresses import Egress
from runtime.senders.outcome import SENT, Outcome, Parcel, failed
from runtime.senders.outlet import ATTEMPTS, MOST_WAITING, Outlet
from runtime.senders.webhook import Webhook
from tests.brokers import wait_until
from tests.receiver import Receiver


def parcel(name: str) -> Parcel:
    return Parcel(name, "n", "notify", None, 0, text=name)


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


def carried_out(script: Script, *keys: str) -> list[Outcome]:
    found: list[Outcome] = []
    outlet = Outlet("t", script, draw=lambda low, high: 0.0)
    for key in keys:
        outlet.put(parcel(key), found.append)
    wait_until(lambda: len(found) == len(keys), 5)
    outlet.stop()
    return found


def test_parcels_go_in_order() -> None:
    script = Script()
    assert carried_out(script, "a", "b", "c") == [SENT] * 3
    assert script.keys == ["a", "b", "c"]


def test_a_passing_failure_is_tried_again_with_the_same_key() -> None:
    script = Script(failed("busy", permanent=False), failed("busy", permanent=False))
    assert carried_out(script, "a", "b") == [SENT, SENT]
    assert script.keys == ["a", "a", "a", "b"]


def test_a_permanent_failure_is_not_tried_again() -> None:
    script = Script(failed("gone"))
    assert carried_out(script, "a", "b") == [failed("gone"), SENT]


def test_attempts_end() -> None:
    script = Script(*[failed("busy", permanent=False)] * 100)
    assert not carried_out(script, "a")[0].sent
    assert len(script.keys) == ATTEMPTS


def test_a_sender_that_raises_does_not_end_the_queue() -> None:
    found = carried_out(Script(RuntimeError("new")), "a", "b")
    assert [one.sent for one in found] == [False, True]
    assert "new" in found[0].detail


def test_the_other_sides_pause_is_respected() -> None:
    script = Script(failed("busy", permanent=False, retry_after=0.3))
    started = time.monotonic()
    assert carried_out(script, "a") == [SENT]
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


def test_a_full_queue_refuses_and_stop_reports_the_rest() -> None:
    gate, found = threading.Event(), []

    class Slow(Script):
        def send(self, parcel: Parcel) -> Outcome:
            gate.wait(10)
            return SENT

    outlet = Outlet("t", Slow())
    for index in range(MOST_WAITING + 2):
        outlet.put(parcel(str(index)), found.append)
    assert len(found) in (1, 2)
    outlet.stop(0.05)
    gate.set()
    wait_until(lambda: len(found) == MOST_WAITING + 2, 5)
