"""The destinations of a worker: one queue for each address, told by the destination's name."""

import pytest

from runtime.addresses import Egress
from runtime.senders.breaker import THRESHOLD
from runtime.senders.outcome import SENT, Address, Outcome, Parcel
from runtime.senders.outlets import Outlets
from tests.brokers import any_free_port, wait_until
from tests.receiver import Receiver

TRUSTED = Egress(trusted=True)


@pytest.mark.parametrize("back", [False, True])
def test_a_destination_whose_address_was_put_right_is_not_shown_as_lost(back: bool, receiver: Receiver) -> None:
    right, wrong = Address("webhook", receiver.url), Address("webhook", f"http://127.0.0.1:{any_free_port()}/")
    outlets, found = Outlets(TRUSTED, TRUSTED), list[Outcome]()

    def put(address: Address, key: str) -> None:
        outlet = outlets.of(address, "shift")
        assert not isinstance(outlet, Outcome)
        outlet.put(Parcel(key, "n", "webhook_out", None, 0, body={}), found.append)

    if back:  # it was right before
        put(right, "before")
        wait_until(lambda: found == [SENT], 10)
        found.clear()
    for number in range(THRESHOLD):
        put(wrong, f"lost {number}")
    wait_until(lambda: outlets.standings()[0]["state"] != "closed", 30)
    put(right, "heard")
    wait_until(lambda: found == [SENT], 10)
    (shown,) = outlets.standings()
    assert (shown["id"], shown["state"], shown["waiting"]) == ("shift", "closed", THRESHOLD)
    assert shown["bytes"] > 0
    outlets.stop(0.0)
