"""The sockets: `/ws/live` for browsers, `/ws/demo/…` for a demo, `/ws/shared/…` for those who look by a link, `/ws/worker` for
workers."""

from flows.consumers.browser import BrowserSocket
from flows.consumers.demo import DemoSocket
from flows.consumers.shared import SharedSocket
from flows.consumers.worker import WorkerSocket

__all__ = ["BrowserSocket", "DemoSocket", "SharedSocket", "WorkerSocket"]
