"""The last picture of each device and field, small, as its worker sent it; forgotten after a day and by a restart."""

import base64
import binascii
import hashlib
import uuid
from typing import Any

from django.core.cache import cache

from engine.clock import parse_time
from flows.models import Device
from runtime.pictures import THUMBNAIL_BYTES, THUMBNAIL_WIDEST, PictureRefused, clean

TOO_OLD = 24 * 3600
"""Seconds after which one is forgotten."""
LONGEST = THUMBNAIL_BYTES * 4 // 3 + 4
"""Characters of base64."""
Thumbnail = dict[str, Any]
"""{"data" (a picture that we wrote), "media_type", "sha256" (of that), "time" (ms)}"""


def keep_thumbnail(workspace: uuid.UUID, message: dict[str, Any]) -> dict[str, Any] | None:
    """Keep what a worker sent; what open pages are told of it, None where it is no picture of a device of the workspace.
    A worker may be somebody else's machine: the picture is decoded and written anew once more."""
    device, field, text = (message.get(name) for name in ("device", "field", "data"))
    if not (isinstance(device, str) and isinstance(field, str) and isinstance(text, str) and len(text) <= LONGEST):
        return None
    if not Device.objects.of(workspace).filter(ref=device).exists():
        return None
    try:
        picture = clean(base64.b64decode(text, validate=True), widest=THUMBNAIL_WIDEST)
        time = parse_time(str(message.get("time")))
    except (PictureRefused, binascii.Error, ValueError):
        return None
    kept: Thumbnail = {"data": picture.data, "media_type": picture.media_type, "sha256": picture.sha256, "time": time}
    cache.set(_key(workspace, device, field), kept, TOO_OLD)
    return {"t": "picture", "device": device, "field": field, **shown(kept)}


def thumbnail_of(workspace: uuid.UUID, device: str, field: str) -> Thumbnail | None:
    found: Thumbnail | None = cache.get(_key(workspace, device, field))
    return found


def shown(thumbnail: Thumbnail) -> dict[str, Any]:
    """What a page is told: when it was taken, and a mark by which another one is told from it."""
    return {"time": thumbnail["time"], "mark": thumbnail["sha256"][:12]}


def _key(workspace: uuid.UUID, device: str, field: str) -> str:
    named = hashlib.sha256(f"{device}\n{field}".encode()).hexdigest()
    return f"picture:{workspace}:{named}"
