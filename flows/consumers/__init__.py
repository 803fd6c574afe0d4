"""The two sockets: `/ws/live` for browsers, `/ws/worker` for workers."""

from flows.consumers.browser import BrowserSocket
from flows.consumers.worker import WorkerSocket

__all__ = ["BrowserSocket", "WorkerSocket"]
