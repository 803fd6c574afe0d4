"""The HTTP API of the product: thin, signed in, CSRF-checked. Every write is a function of flows.commands."""

from flows.api import dashboard, flows, inbox, jobs, letters, registry, tables, things, words  # noqa: F401  (each adds its routes)
from flows.api.entry import api

__all__ = ["api"]
