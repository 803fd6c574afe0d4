"""One outlet per address, shared by all flows of a worker."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Any

from runtime.addresses import Egress
from runtime.senders.breaker import State
from runtime.senders.outcome import DROPPED, Address, Outcome, Sender, failed
from runtime.senders.outlet import Outlet

MOST = 500
"""Outlets, and so threads, of one worker."""
SERVICES = ("slack", "email", "webhook")
"""Services that have an address. `inbox` has none: it is the product's own."""


def sender_of(service: str, address: str, egress: Egress) -> Sender:
    """What sends to an address of one of SERVICES. What speaks HTTP takes 4 MB: a process has what it uses. Raises
    ValueError for another service and for an address that cannot be one."""
    if service not in SERVICES:
        raise ValueError(f"nothing can be sent to the service {service!r}")
    if service == "email":
        from runtime.senders.email import Email

        return Email(address, egress)
    from runtime.senders.slack import Slack
    from runtime.senders.webhook import Webhook

    return (Slack if service == "slack" else Webhook)(address, egress)


def service_of(address: Address) -> str:
    """The service, judged by the address where the registered service does not fit it."""
    scheme = address.address.partition(":")[0].lower()
    if scheme in ("smtp", "smtps"):
        return "email"
    if scheme in ("http", "https"):
        return address.service if address.service in ("slack", "webhook") else "webhook"
    return address.service


class Outlets:
    """`egress` is for addresses typed into a browser, `trusted` for those given by this machine's operator. `on_state`
    hears, on some thread, of a destination (by its id) that was lost (`open`) and that is back (`closed`)."""

    def __init__(
        self, egress: Egress, trusted: Egress, on_state: Callable[[str, State], None] = lambda name, state: None
    ) -> None:
        self._egress, self._trusted = egress, trusted
        self.on_state = on_state
        self._lock = threading.Lock()
        self._outlets: dict[Address, Outlet] = {}
        self._current: dict[str, Outlet] = {}
        """By destination, the one of its address: there may be another of an address that it had before."""

    def of(self, address: Address, name: str) -> Outlet | Outcome:
        """The queue of `address`, which people know as the destination `name`, or why nothing can be sent there."""
        with self._lock:
            outlet = self._outlets.get(address)
            if outlet is not None:
                self._current[name] = outlet
                return outlet
            if len(self._outlets) >= MOST:
                self._drop_idle()
            if len(self._outlets) >= MOST:
                return DROPPED
            made = self._sender(address)
            if isinstance(made, Outcome):
                return made
            outlet = Outlet(name, made, on_state=lambda state: self.on_state(name, state))
            self._outlets[address] = self._current[name] = outlet
            return outlet

    def _sender(self, address: Address) -> Sender | Outcome:
        try:
            return sender_of(service_of(address), address.address, self._trusted if address.trusted else self._egress)
        except ValueError as bad:
            return failed(str(bad))

    def _drop_idle(self) -> None:
        for address, outlet in list(self._outlets.items()):
            if not outlet.pending:
                outlet.stop()
                del self._outlets[address]
                if self._current.get(outlet.name) is outlet:
                    del self._current[outlet.name]

    def has_room(self, address: Address) -> bool:
        """Whether more may be taken from the disk for `address`."""
        with self._lock:
            outlet = self._outlets.get(address)
            return outlet.has_room if outlet is not None else len(self._outlets) < MOST

    def withdraw(self, keys: Collection[str]) -> None:
        """Send none of the parcels with these keys any more."""
        with self._lock:
            outlets = list(self._outlets.values())
        for outlet in outlets:
            outlet.withdraw(keys)

    def standings(self) -> list[dict[str, Any]]:
        """Each destination that something was sent to, for people: id, service, breaker and queue. What still waits for an
        address that it had before counts there."""
        with self._lock:
            outlets, current = list(self._outlets.items()), dict(self._current)
        found: dict[str, dict[str, Any]] = {}
        for address, outlet in sorted(outlets, key=lambda one: current.get(one[1].name) is not one[1]):
            standing, shown = outlet.standing(), found.get(outlet.name)
            if shown is None:
                found[outlet.name] = {"id": outlet.name, "service": service_of(address), **standing}
            else:
                for count in ("waiting", "bytes"):
                    shown[count] += standing[count]
        return list(found.values())

    @property
    def pending(self) -> int:
        with self._lock:
            return sum(outlet.pending for outlet in self._outlets.values())

    def stop(self, timeout: float) -> None:
        """All together get `timeout` seconds."""
        end = time.monotonic() + timeout
        with self._lock:
            outlets, self._outlets = list(self._outlets.values()), {}
        for outlet in outlets:
            outlet.stop(max(0.0, end - time.monotonic()))
