"""What a node is told about its surroundings when it is checked or built."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from nodes.kit.shape import Shape
from nodes.kit.things import Registry


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """`node`: the node's id. `lang`: the flow's language (`ja` | `en`). `zone`: the node's, else the document's, else
    the workspace's time zone. `settings`: the document's settings by name, each {"value", "unit"?, ...}. `registry`:
    None when nothing was given (then ids cannot be checked). `shape`: what arrives on the first input; `shapes`: on
    every input by name. `label`: what a person calls this node (its label, else its id). `roster`: ids by device type
    that are taken to be there instead of the registered ones (in the tests of a document)."""

    node: str
    lang: str
    zone: ZoneInfo
    settings: dict[str, dict[str, Any]] = {}
    registry: Registry | None = None
    shape: Shape = Shape()
    shapes: dict[str, Shape] = {}
    label: str = ""
    roster: dict[str, tuple[str, ...]] | None = None
