"""Pictures that a workspace's workers keep, for people who look: a thumbnail is fetched once and kept for a while."""

import base64
import binascii
import threading
import time
from typing import Any

from django.core.cache import caches

from flows import live
from flows.models import Worker, Workspace
from nodes.kit.picture import PICTURE, sha256_of
from runtime.pictures import THUMBNAIL_BYTES

KEPT = 3_600
"""Seconds for which the server remembers a thumbnail."""
PATIENCE, LOOK_EVERY = 4.0, 0.05
"""Seconds to wait for a worker, and between two looks whether it has answered."""
_waiting = threading.BoundedSemaphore(8)
"""So many requests wait for workers at the same time; the others are told to come again."""


class Busy(Exception):
    """Too many are waiting just now."""


def kept_picture(workspace: Workspace, sha256: str) -> bytes | None:
    """A JPEG of at most 320 pixels and 64 kB; None where no connected worker of the workspace keeps that picture. Raises Busy."""
    if sha256_of({PICTURE: sha256}) is None:
        return None
    key = _key(str(workspace.pk), sha256)
    found: bytes | None = caches["pictures"].get(key)
    if found:
        return found
    if not _waiting.acquire(blocking=False):
        raise Busy
    try:
        return _asked(workspace, sha256, key)
    finally:
        _waiting.release()


def keep_looked(worker: Worker, message: dict[str, Any]) -> None:
    """What a worker sent: kept for its own workspace alone."""
    sha256, jpeg = message.get("sha256"), message.get("jpeg")
    if not isinstance(jpeg, str) or sha256_of({PICTURE: sha256}) is None or len(jpeg) > 2 * THUMBNAIL_BYTES:
        return
    try:
        data = base64.b64decode(jpeg, validate=True)
    except (binascii.Error, ValueError):
        return
    if len(data) <= THUMBNAIL_BYTES and data.startswith(b"\xff\xd8\xff"):
        caches["pictures"].set(_key(str(worker.workspace_id), str(sha256)), data, KEPT)


def _asked(workspace: Workspace, sha256: str, key: str) -> bytes | None:
    workers = list(Worker.objects.of(workspace).filter(connected=True))
    for worker in workers:
        live.to_worker(worker.id, {"t": "look", "sha256": sha256})
    end = time.monotonic() + PATIENCE
    while workers and time.monotonic() < end:
        found: bytes | None = caches["pictures"].get(key)
        if found:
            return found
        time.sleep(LOOK_EVERY)
    return None


def _key(workspace: str, sha256: str) -> str:
    return f"{workspace}:{sha256}"
