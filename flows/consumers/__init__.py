"""The sockets: `/ws/live` for browsers, `/ws/shared/…` for those who look by a link, `/ws/worker` for workers."""

from flows.consumers.browser import BrowserSocket
from flows.consumers.shared import SharedSocket
from flows.consumers.worker import WorkerSocket

__all__ = ["BrowserSocket", "SharedSocket", "WorkerSocket"]
