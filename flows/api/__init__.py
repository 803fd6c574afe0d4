"""The HTTP API of the product: thin, signed in, CSRF-checked. Every write is a function of flows.commands."""

from flows.api import (  # noqa: F401  (each adds its routes)
    asks,
    dashboard,
    demos,
    flows,
    gallery,
    inbox,
    jobs,
    letters,
    local_models,
    manuals,
    plans,
    previews,
    registry,
    reports,
    snoozing,
    tables,
    things,
    trying,
    versions,
    words,
)
from flows.api.entry import api

__all__ = ["api"]
