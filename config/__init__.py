"""Composition root: settings, urls, asgi, and the processes that `make run` starts."""
