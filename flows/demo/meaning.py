"""What the numbers and words of a flow mean: the limits that its readings are compared with, and how bad it is to stand somewhere."""

from collections.abc import Container
from typing import Any

import msgspec

from document.dashboard import Level, Place, tiles
from document.wiring import wires
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

PASSES = "out"
"""What an output is called by which every event leaves."""
_WORSE: tuple[Level, ...] = ("plain", "calm", "waiting", "over")


class Meaning:
    """Of one document. `limits`: by language, then by field, as its dashboard has them."""

    def __init__(self, document: dict[str, Any], registry: Registry) -> None:
        board = {lang: tiles(document, full_catalog(), registry, lang) for lang in ("ja", "en")}
        self.limits = {
            lang: {tile.field: msgspec.to_builtins(tile.limits) for tile in board[lang] if tile.kind == "chart"}
            for lang in board
        }
        taken = wires(document, full_catalog()).outputs
        self._places = {
            tile.node: _levels(tile.places, taken.get(tile.node, {})) for tile in board["en"] if tile.places
        }
        self._devices = set(registry.devices)

    def levels(self, standings: dict[str, Any]) -> dict[str, Level]:
        """By device the worst of where nodes have it standing, as `standings` of the stage tell."""
        found: dict[str, Level] = {}
        for node, words in standings.items():
            for one in words:
                level = self._places.get(node, {}).get(one["word"], "plain")
                for key in self._devices.intersection(one["keys"]):
                    found[key] = max(found.get(key, "plain"), level, key=_WORSE.index)
        return found


def _levels(places: list[Place], taken: Container[str]) -> dict[str, Level]:
    """What a node is there to find is its first output, aside from what passes every event on; others that a wall display marks
    (learning, failed) are no alarm here, nor is what the flow does nothing about (a dial that is there to be read)."""
    found = next((place.word for place in places if place.word != PASSES), "")
    return {place.word: _level(place, place.word == found and found in taken) for place in places}


def _level(place: Place, found: bool) -> Level:
    if place.level in ("calm", "waiting"):
        return place.level
    return "over" if found else "plain"
