"""Small views of kept pictures, made when somebody wants to look: never sent unasked."""

import base64
from typing import Any

from nodes.kit.picture import PICTURE, sha256_of
from runtime.picture_store import PictureStore
from runtime.pictures import PictureRefused, thumbnail


def look(store: PictureStore, order: dict[str, Any]) -> dict[str, Any]:
    """The answer to a page that wants to see the picture `sha256`: a JPEG of at most 320 pixels and 64 kB as base64, empty
    where the picture is not kept (any more)."""
    name = sha256_of({PICTURE: order.get("sha256")})
    return {"t": "looked", "sha256": name or "", "jpeg": base64.b64encode(_small(store, name)).decode()}


def _small(store: PictureStore, name: str | None) -> bytes:
    data = store.get(name) if name is not None else None
    if data is None:
        return b""
    try:
        return thumbnail(data).data
    except PictureRefused:  # the disk has changed what we wrote
        return b""
