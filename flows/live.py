"""Every live message leaves here: to the browsers of a workspace, to those who watch a flow, to a worker.

A message leaves after the surrounding transaction has committed. The in-memory layer belongs to the server's event
loop and is not thread-safe, so messages from other threads hop into that loop.
"""

import asyncio
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

Id = uuid.UUID | str
_server: list[asyncio.AbstractEventLoop] = []
_sending: set[asyncio.Task[None]] = set()


def browsers_group(workspace: Id) -> str:
    return f"live.{workspace}"


def viewers_group(flow: Id) -> str:
    return f"taps.{flow}"


def worker_group(worker: Id) -> str:
    return f"worker.{worker}"


def to_browsers(workspace: Id, message: dict[str, Any]) -> None:
    """To every open page of a workspace."""
    _after_commit(browsers_group(workspace), {"type": "pass_on", "message": message})


def to_viewers(flow: Id, message: dict[str, Any]) -> None:
    """To the pages that have this flow open."""
    _after_commit(viewers_group(flow), {"type": "pass_on", "message": message})


def who_is_there(flow: Id) -> None:
    """Ask the pages that have this flow open to say who looks at it."""
    _after_commit(viewers_group(flow), {"type": "say_who", "flow": str(flow)})


def person_group(user: int) -> str:
    return f"person.{user}"


def sign_off(user: int) -> None:
    """End the live views of this person; pages that are still signed in dial again."""
    _after_commit(person_group(user), {"type": "sign_off"})


def sign_off_worker(worker: Id) -> None:
    """Cut this worker off: its token counts no more."""
    _after_commit(worker_group(worker), {"type": "sign_off"})


def shared_group(link: Id) -> str:
    return f"shared.{link}"


def end_shared(link: Id) -> None:
    """End the live views of everybody who came by this link."""
    _after_commit(shared_group(link), {"type": "sign_off"})


def still_watched(flow: Id) -> None:
    """Ask who else has this flow open, so that its taps stay on."""
    _after_commit(viewers_group(flow), {"type": "renew_taps", "flow": str(flow)})


def to_worker(worker: Id, message: dict[str, Any]) -> None:
    """To a worker, word for word. Never anything secret: see `tell_worker`."""
    _after_commit(worker_group(worker), {"type": "pass_on", "message": message})


def tell_worker(worker: Id, what: str, **about: str | int) -> None:
    """Have the worker's socket read `what` ("deploy", "broker", "watch", "snoozes", "drop", "fence") from the database and send it, so that
    secrets and whole documents never pass through the layer."""
    _after_commit(worker_group(worker), {"type": f"send_{what}", **about})


def remember_server_loop() -> None:
    """Called by every socket as it opens: from now on messages hop into this loop."""
    _server[:] = [asyncio.get_running_loop()]


def _after_commit(group: str, message: dict[str, Any]) -> None:
    if _current() is not None:
        _send(group, message)  # in the loop there is no transaction to wait for
    else:
        transaction.on_commit(lambda: _send(group, message))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    loop = _server[0] if _server and _server[0].is_running() else None
    if loop is None:
        if not isinstance(layer, InMemoryChannelLayer):
            async_to_sync(layer.group_send)(group, message)
        return  # in memory and without a server in this process, nobody listens
    if _current() is loop:
        task = loop.create_task(layer.group_send(group, message))
        _sending.add(task)
        task.add_done_callback(_sending.discard)
    else:
        asyncio.run_coroutine_threadsafe(layer.group_send(group, message), loop)


def _current() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
