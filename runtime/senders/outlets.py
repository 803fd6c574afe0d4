"""One outlet per address, shared by all flows of a worker."""

import threading
import time

from runtime.addresses import Egress
from runtime.senders.email import Email
from runtime.senders.outcome import Address, Outcome, Sender, failed
from runtime.senders.outlet import Outlet
from runtime.senders.slack import Slack
from runtime.senders.webhook import Webhook

MOST = 500
SERVICES: dict[str, type[Webhook] | type[Email]] = {"slack": Slack, "email": Email, "webhook": Webhook}
"""Services that have an address. `inbox` has none: it is the product's own."""


def service_of(address: Address) -> str:
    """The service, judged by the address where the registered service does not fit it."""
    scheme = address.address.partition(":")[0].lower()
    if scheme in ("smtp", "smtps"):
        return "email"
    if scheme in ("http", "https"):
        return address.service if address.service in ("slack", "webhook") else "webhook"
    return address.service


class Outlets:
    """`egress` is for addresses typed into a browser, `trusted` for those given by this machine's operator."""

    def __init__(self, egress: Egress, trusted: Egress) -> None:
        self._egress, self._trusted = egress, trusted
        self._lock = threading.Lock()
        self._outlets: dict[Address, Outlet] = {}

    def of(self, address: Address) -> Outlet | Outcome:
        """The queue of `address`, or why nothing can be sent there."""
        with self._lock:
            outlet = self._outlets.get(address)
            if outlet is None:
                made = self._sender(address)
                if isinstance(made, Outcome):
                    return made
                if len(self._outlets) >= MOST:
                    self._drop_idle()
                outlet = self._outlets[address] = Outlet(service_of(address), made)
            return outlet

    def _sender(self, address: Address) -> Sender | Outcome:
        service = SERVICES.get(service_of(address))
        if service is None:
            return failed(f"nothing can be sent to the service {address.service!r}")
        try:
            return service(address.address, self._trusted if address.trusted else self._egress)
        except ValueError as bad:
            return failed(str(bad))

    def _drop_idle(self) -> None:
        for address, outlet in list(self._outlets.items()):
            if not outlet.pending:
                outlet.stop()
                del self._outlets[address]

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
