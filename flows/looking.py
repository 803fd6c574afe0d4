"""Pictures that a workspace's workers keep, for people who look: a thumbnail is fetched once and kept for a while."""

import base64
import binascii
import re
import threading
import time
import uuid
from typing import Any

from django.core.cache import caches

from flows import live
from flows.models import Worker, Workspace
from nodes.kit.picture import PICTURE, sha256_of
from runtime.pictures import STILL_BYTES, THUMBNAIL_BYTES

KEPT, STILL_KEPT = 3_600, 60
"""Seconds for which the server remembers a thumbnail, and a still to draw over."""
PATIENCE, LOOK_EVERY = 4.0, 0.05
"""Seconds to wait for a worker, and between two looks whether it has answered."""
_waiting = threading.BoundedSemaphore(8)
"""So many requests wait for workers at the same time; the others are told to come again."""


_MARK = re.compile("[0-9a-f]{64}|[0-9a-f]{32}")
"""Of a kept picture, or of a question for the newest of a device."""


class Busy(Exception):
    """Too many are waiting just now."""


def kept_picture(workspace: Workspace, sha256: str, *, large: bool = False) -> bytes | None:
    """A JPEG of at most 320 pixels and 64 kB (`large`: 1,280 and 256 kB); None where no connected worker of the workspace keeps
    that picture. Raises Busy."""
    if sha256_of({PICTURE: sha256}) is None:
        return None
    key = _key(str(workspace.pk), sha256, large=large)
    found: bytes | None = caches["pictures"].get(key)
    if found:
        return found
    return _patiently(workspace, {"t": "look", "sha256": sha256, **({"large": True} if large else {})}, key)


def newest_picture(workspace: Workspace, device: str, field: str) -> bytes | None:
    """What a device sent last, whether a flow reads it or not, to draw over: a JPEG of at most 1,280 pixels and 256 kB. None
    where no connected worker has seen one. Raises Busy."""
    mark = uuid.uuid4().hex
    question = {"t": "look", "device": device, "field": field, "mark": mark, "large": True}
    return _patiently(workspace, question, _key(str(workspace.pk), mark, large=True))


def keep_looked(worker: Worker, message: dict[str, Any]) -> None:
    """What a worker sent: kept for its own workspace alone."""
    mark, jpeg, large = message.get("mark") or message.get("sha256"), message.get("jpeg"), message.get("large") is True
    most, kept = (STILL_BYTES, STILL_KEPT) if large else (THUMBNAIL_BYTES, KEPT)
    if not isinstance(jpeg, str) or not isinstance(mark, str) or not _MARK.fullmatch(mark) or len(jpeg) > 2 * most:
        return
    try:
        data = base64.b64decode(jpeg, validate=True)
    except (binascii.Error, ValueError):
        return
    if len(data) <= most and data.startswith(b"\xff\xd8\xff"):
        caches["pictures"].set(_key(str(worker.workspace_id), mark, large=large), data, kept)


def _patiently(workspace: Workspace, question: dict[str, Any], key: str) -> bytes | None:
    if not _waiting.acquire(blocking=False):
        raise Busy
    try:
        return _asked(workspace, question, key)
    finally:
        _waiting.release()


def _asked(workspace: Workspace, question: dict[str, Any], key: str) -> bytes | None:
    workers = list(Worker.objects.of(workspace).filter(connected=True))
    for worker in workers:
        live.to_worker(worker.id, question)
    end = time.monotonic() + PATIENCE
    while workers and time.monotonic() < end:
        found: bytes | None = caches["pictures"].get(key)
        if found:
            return found
        time.sleep(LOOK_EVERY)
    return None


def _key(workspace: str, mark: str, *, large: bool) -> str:
    return f"{workspace}:{mark}{':large' if large else ''}"
