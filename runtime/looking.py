"""Small views of kept pictures, for people."""

import base64
import contextlib
from collections.abc import Callable
from typing import Any

from nodes.kit.picture import PICTURE, sha256_of
from runtime.picture_intake import bytes_of
from runtime.picture_store import PictureStore
from runtime.pictures import STILL_WIDEST, Picture, PictureRefused, clean, still, thumbnail


def look(store: PictureStore, order: dict[str, Any]) -> dict[str, Any]:
    """The answer to a page that wants to see the picture `sha256`: a JPEG as base64, empty where the picture is not kept (any
    more). It has at most 320 pixels and 64 kB; `large`, to draw over it: 1,280 pixels and 256 kB."""
    name = sha256_of({PICTURE: order.get("sha256")}) or ""
    large = order.get("large") is True
    jpeg = small(store.get(name), still if large else thumbnail) or ""
    return {"t": "looked", "sha256": name, "jpeg": jpeg, **({"large": True} if large else {})}


def newest(store: PictureStore, order: dict[str, Any], sent: Any) -> dict[str, Any]:
    """The answer to a page that wants to draw over what a device sent last: `sent` is a handle, or the picture in base64 where no
    flow reads it. It is not kept."""
    name, data = sha256_of(sent), None
    if name is not None:
        data = store.get(name)
    elif (raw := bytes_of(sent)) is not None:
        with contextlib.suppress(PictureRefused):
            data = clean(raw, widest=STILL_WIDEST).data
    return {"t": "looked", "mark": str(order.get("mark")), "large": True, "jpeg": small(data, still) or ""}


def small(data: bytes | None, made: Callable[[bytes], Picture] = thumbnail) -> str | None:
    """A view of a kept picture as base64; None where there is none any more."""
    try:
        return base64.b64encode(made(data).data).decode() if data is not None else None
    except PictureRefused:  # the disk has changed what we wrote
        return None
