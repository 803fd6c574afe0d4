"""Pictures on their way through a flow: never their bytes, only a handle that says which kept picture is meant.

A handle is `{"$picture": sha256, "width": pixels, "height": pixels}`. The worker puts it where a message carried a picture,
once that was checked and kept, and `{"$refused": code, ...}` where it cannot be used. In a recording, `{"$file": path}`
stands for a picture.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from nodes.kit.effect import Trouble

PICTURE, REFUSED, FILE = "$picture", "$refused", "$file"
_SHA256 = re.compile("[0-9a-f]{64}")


class Pictures(msgspec.Struct, frozen=True):
    """Where the messages of a source carry pictures: as base64 text or data URL at the dotted `paths` of a JSON object, or as
    the whole payload, which then becomes an object with the picture at the path `raw`. `loose`: another text at `paths` is
    no picture and stays; else it is a picture that cannot be used. `blur`: what is made unrecognisable (nodes/kit/blur.py)."""

    paths: tuple[str, ...] = ()
    raw: str | None = None
    loose: bool = False
    blur: tuple[str, ...] = ()


def both(places: Sequence[Pictures]) -> Pictures:
    """Where the same messages carry pictures for several sources; what one wants blurred is so for all."""
    paths = dict.fromkeys(path for one in places for path in one.paths)
    raw = next((one.raw for one in places if one.raw is not None), None)
    blur = dict.fromkeys(name for one in places for name in one.blur)
    return Pictures(tuple(paths), raw, all(one.loose for one in places), tuple(blur))


def handle(sha256: str, width: int, height: int) -> dict[str, Any]:
    """What stands for a kept picture."""
    return {PICTURE: sha256, "width": width, "height": height}


def sha256_of(value: Any) -> str | None:
    """The picture that a handle means; None where `value` is no handle."""
    named = value.get(PICTURE) if isinstance(value, dict) else None
    return named if isinstance(named, str) and _SHA256.fullmatch(named) else None


def is_handle(value: Any) -> bool:
    """Whether `value` is a handle and nothing else, so that it is small."""
    return (
        sha256_of(value) is not None
        and value.keys() == {PICTURE, "width", "height"}
        and isinstance(value["width"], int)
        and isinstance(value["height"], int)
    )


def refused(code: str, args: dict[str, Any]) -> dict[str, Any]:
    """What stands for a picture that cannot be used."""
    return {REFUSED: code, **args}


def trouble_in(field: str, value: Any) -> Trouble | None:
    """Why the picture in `field` was refused; None where it was not."""
    if not isinstance(value, dict) or not isinstance(value.get(REFUSED), str):
        return None
    args = {name: arg for name, arg in value.items() if name != REFUSED}
    return Trouble(value[REFUSED], {**args, "field": field})
