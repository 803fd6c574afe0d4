"""What kinds that look at an event's picture have in common."""

from collections.abc import Iterator
from typing import Any

from nodes.kit.asking import failed
from nodes.kit.effect import Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.picture import FILE, sha256_of
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape


def picture_in(event: Event, field: str) -> dict[str, Any] | None:
    """The handle in `field`, or what stands for a picture in a recording; None where there is neither."""
    picture = event.data.get(field)
    sound = sha256_of(picture) is not None or (isinstance(picture, dict) and FILE in picture)
    return picture if sound else None


def no_picture(event: Event, field: str) -> Iterator[Yield]:
    """What comes of an event without a picture."""
    yield Trouble("missing_field", {"field": field})
    yield failed(event, "no_picture", field)


def check_picture(field: str, path: str, shape: Shape) -> Iterator[Problem]:
    """The field is there and holds pictures."""
    yield from check_field(field, path, shape)
    known = shape.fields.get(field)
    if known is not None and known.type not in ("image", "any"):
        pictures = [name for name, one in shape.fields.items() if one.type == "image"]
        args = {"field": field, "found": known.type, "expected": "image"}
        yield Problem("wrong_type", path, args=args, allowed=pictures or None)
