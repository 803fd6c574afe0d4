"""The kept pictures that an ask names."""

from collections.abc import Callable
from typing import Any

from nodes.kit.picture import sha256_of

PictureOf = Callable[[str], bytes | None]
"""The kept picture with a sha256, None where it is gone."""


class Unusable(Exception):
    """The ask does not go with its model: `reason` missing_value, picture_gone or wrong_task; `detail` for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def picture_bytes(handle: Any, picture_of: PictureOf) -> bytes:
    """Of the picture that `handle` means. Raises Unusable."""
    name = sha256_of(handle)
    data = picture_of(name) if name is not None else None
    if data is None:
        raise Unusable("picture_gone", "the picture is not kept any more" if name else "there is no picture")
    return data
