"""Looking up names with a resolver that hangs."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from runtime import lookup
from runtime.addresses import Egress
from runtime.lookup import MOST
from runtime.senders.outcome import Parcel
from runtime.senders.webhook import Webhook


class Resolver:
    """Says nothing for any name but those of this machine until `awake` is set."""

    def __init__(self) -> None:
        self.awake = threading.Event()
        self.asked: list[str] = []
        self._own = socket.getaddrinfo

    def __call__(self, host: str, port: int, **more: Any) -> Any:
        self.asked.append(host)
        self.awake.wait(30)
        return self._own("127.0.0.1", port, **more)


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    hanging = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    monkeypatch.setattr(lookup, "LONGEST", 0.05)
    yield hanging
    hanging.awake.set()
    for thread in [thread for thread in threading.enumerate() if thread.name == "lookup"]:
        thread.join(5)


def test_a_name_that_no_server_tells_is_given_up_in_time(resolver: Resolver) -> None:
    with pytest.raises(TimeoutError, match=r"no name server told the address of silent\.example within 0\.05 s"):
        Egress(trusted=True).resolve("silent.example", 80)


def test_who_has_less_time_gives_up_sooner(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LONGEST", 60.0)
    with pytest.raises(TimeoutError, match=r"within 0\.02 s"):
        Egress(trusted=True).connect("silent.example", 80, 0.02)


def test_a_name_is_looked_up_once_at_a_time_however_often_it_is_asked_for(
    resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            Egress(trusted=True).resolve("silent.example", 80)
    assert resolver.asked == ["silent.example"]
    monkeypatch.setattr(lookup, "LONGEST", 30.0)
    resolver.awake.set()
    assert Egress(trusted=True).resolve("silent.example", 80) == ["127.0.0.1"]


def test_hanging_lookups_are_bounded_in_number(resolver: Resolver) -> None:
    for number in range(MOST):
        with pytest.raises(TimeoutError):
            lookup.lookup(f"silent-{number}.example", 80, 0.0)
    with pytest.raises(OSError, match="32 lookups are without an answer"):
        lookup.lookup("one-more.example", 80)


def test_a_call_whose_name_hangs_may_be_tried_again(resolver: Resolver) -> None:
    webhook = Webhook("http://silent.example/hook", Egress(trusted=True))
    began = time.monotonic()
    outcome = webhook.send(Parcel("k", "n", "webhook_out", None, 0, body={}))
    webhook.close()
    assert (outcome.sent, outcome.permanent) == (False, False)
    assert "no name server told" in outcome.detail
    assert time.monotonic() - began < 20, "long before the resolver answers"


def test_an_unknown_name_is_said_at_once() -> None:
    with pytest.raises(OSError):
        Egress(trusted=True).resolve("no-such-host.invalid", 80)
