"""Documents of older formats, brought to the present one. Nothing retired stops being loadable."""

from collections.abc import Callable
from typing import Any

from document.envelope import FORMAT

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By format number: how a document of it becomes one of the next."""


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """`document` in the present format; itself where it already is, or where its format is unknown (validation says
    so). The given document is not changed."""
    number = document.get("suiro")
    while isinstance(number, int) and not isinstance(number, bool) and number < FORMAT and number in UPGRADES:
        document = UPGRADES[number](document) | {"suiro": number + 1}
        number += 1
    return document
