"""A thread of the web process that notices what nobody reports: workers that fell silent, troubles that last."""

import logging
import threading
import time

from django.db import connection

from flows.commands.incidents import look_after
from flows.models import Workspace

log = logging.getLogger(__name__)
EVERY = 10.0
"""Seconds between two looks."""


def watch() -> None:
    """Start looking after all workspaces, for as long as the process lives. Several processes may do so side by side."""
    threading.Thread(target=_run, name="watching", daemon=True).start()


def _run() -> None:
    while True:
        time.sleep(EVERY)
        try:
            for workspace in Workspace.objects.all():
                look_after(workspace)
        except Exception:
            log.exception("the workers could not be looked after")
        finally:
            connection.close()
