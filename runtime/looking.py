"""Small views of kept pictures, for people."""

import base64
from typing import Any

from nodes.kit.picture import PICTURE, sha256_of
from runtime.picture_store import PictureStore
from runtime.pictures import PictureRefused, thumbnail


def look(store: PictureStore, order: dict[str, Any]) -> dict[str, Any]:
    """The answer to a page that wants to see the picture `sha256`: a JPEG of at most 320 pixels and 64 kB as base64, empty
    where the picture is not kept (any more)."""
    name = sha256_of({PICTURE: order.get("sha256")}) or ""
    return {"t": "looked", "sha256": name, "jpeg": small(store.get(name)) or ""}


def small(data: bytes | None) -> str | None:
    """A kept picture as a JPEG of at most 320 pixels and 64 kB, as base64; None where there is none any more."""
    try:
        return base64.b64encode(thumbnail(data).data).decode() if data is not None else None
    except PictureRefused:  # the disk has changed what we wrote
        return None
