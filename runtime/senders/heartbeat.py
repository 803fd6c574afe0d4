"""Tells an outside watchdog every minute that worker and broker are fine; where it hears nothing, it calls somebody."""

import logging
import os
import threading
from collections.abc import Callable

from runtime.addresses import Egress
from runtime.senders.deadline import Deadline
from runtime.senders.outcome import LONGEST_CALL

log = logging.getLogger("suiro.heartbeat")
VARIABLE = "SUIRO_HEARTBEAT_URL"
EVERY = 60.0
"""Seconds."""


def heartbeat_url() -> str | None:
    """The address in SUIRO_HEARTBEAT_URL, if any. Raises ValueError for one that is not http(s)."""
    url = os.environ.get(VARIABLE, "").strip()
    if not url:
        return None
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"{VARIABLE}: the address starts with https:// or http://")
    import httpx2  # HTTP takes 4 MB: only who uses it has it

    try:
        known = bool(httpx2.URL(url).host)
    except httpx2.InvalidURL:
        known = False
    if not known:
        raise ValueError(f"{VARIABLE}: this is no address of a server")
    return url


class Heartbeat:
    """GETs `url` every minute while `fine()`; the first time as soon as it is. `egress` says where to it may go."""

    def __init__(self, url: str, egress: Egress, fine: Callable[[], bool], every: float = EVERY) -> None:
        from runtime.senders.egress import http_client

        self._url, self._fine, self._every = url, fine, every
        self._deadline = Deadline()
        self._client = http_client(egress, deadline=self._deadline)
        self._stop = threading.Event()
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(min(1.0, self._every)):
            if self._fine():
                self._beat()
                self._stop.wait(self._every)
        self._client.close()

    def _beat(self) -> None:
        self._deadline.start(LONGEST_CALL)
        try:
            with self._client.stream("GET", self._url) as response:  # nobody reads how long its answer is
                status = response.status_code
            problem = "" if status < 400 else f"it answers {status}"
        except Exception as failed:  # an address that fails in a new way must not end the beats
            problem = f"{type(failed).__name__}: {failed}"
        if problem and problem != self._said:
            log.warning("the heartbeat does not reach its address: %s", problem)
        self._said = problem
