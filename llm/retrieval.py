"""Which registered things a sentence is about, by the words people have for them; no network, no model.

A whole name that stands in the sentence counts most, then single words of it, rare ones more than common ones. Words that
mean the same in the other language count as if they had been said.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.names import squash
from nodes.kit.things import Device, Registry

Thing = TypeVar("Thing")
_WORD = re.compile(r"[a-z]{2,}|\d+")
_JAPANESE = re.compile(r"[ぁ-んァ-ヶー一-龠々]+")
_ENDS = re.compile(r"(?<=[a-z]{3})(?:es|s)$")
LARGE, MOST_TYPES = 1_500, 30
"""Devices and types together from which on a registry is narrowed, and the types that are left then."""
MOST_FOR_PIECES = 120
"""Characters of a name that are read."""


class Asked:
    """What a sentence says, ready to be compared with names."""

    def __init__(self, prompt: str) -> None:
        plain = unicodedata.normalize("NFKC", prompt).lower()
        said = {word for known in (concepts.TYPES, concepts.FIELDS, concepts.CALLS) for word in _alike(plain, known)}
        self.text = squash(plain)
        self.spaced = " ".join(_WORD.findall(plain))
        self.pieces = pieces(plain) | {piece for word in said for piece in pieces(word)}
        self.others = {squash(word) for word in said}

    def names(self, word: str) -> int:
        """How much of a name that stands whole in the sentence was said: its length; 0 where it does not stand there."""
        key = squash(unicodedata.normalize("NFKC", word[:MOST_FOR_PIECES]))
        if len(key) < 2:
            return 0
        if key in self.others:
            return len(key)
        if key.isascii():
            spaced = " ".join(_WORD.findall(word.lower()))
            return len(key) if spaced and f" {spaced} " in f" {self.spaced} " else 0
        at = self.text.find(key)
        while at >= 0:
            before, after = self.text[at - 1 : at], self.text[at + len(key) : at + len(key) + 1]
            if not (key[0].isdigit() and before.isdigit()) and not (key[-1].isdigit() and after.isdigit()):
                return 2 * len(key)
            at = self.text.find(key, at + 1)
        return 0


def _alike(plain: str, known: concepts.Concepts) -> set[str]:
    """The words of all concepts of which one stands in the sentence."""
    found: set[str] = set()
    for concept in known:
        if any(_stands(word, plain) for word in concept):
            found |= set(concept)
    return found


def _stands(word: str, plain: str) -> bool:
    if word not in plain:
        return False
    return not word.isascii() or re.search(rf"(?<![a-z]){re.escape(word)}(?:s|es)?(?![a-z])", plain) is not None


MOST_NAMES, MOST_PARTS = 12, 200
"""Names of one thing, and fields and commands of one type, that are read."""


def pieces(text: str) -> set[str]:
    """Words of Latin letters without their plural, numbers, and pairs of Japanese characters."""
    low = unicodedata.normalize("NFKC", text[:20_000]).lower()
    words = {_ENDS.sub("", word) for word in _WORD.findall(low)}
    runs = _JAPANESE.findall(low)
    return words | {run[at : at + 2] for run in runs for at in range(len(run) - 1)}


def words_of(thing: Any) -> list[str]:
    """All that people call a registered thing."""
    id = getattr(thing, "id", None) or thing.name
    return [id, *thing.label.values(), *getattr(thing, "also", [])][:MOST_NAMES]


def ranked(things: Sequence[Thing], names: Iterable[list[str]], asked: Asked) -> list[tuple[float, Thing]]:
    """Things with how well the sentence names them, best first, in their own order where nothing tells."""
    cut = [[pieces(word[:MOST_FOR_PIECES]) for word in words] for words in names]
    every = Counter(piece for words in cut for piece in set().union(*words))
    rare = {piece: math.log(1 + len(things) / count) for piece, count in every.items() if piece in asked.pieces}
    scored = []
    for thing, words in zip(things, cut, strict=True):
        shared = max(
            (sum(rare.get(piece, 0.0) for piece in word) / (1 + len(word)) ** 0.5 for word in words), default=0.0
        )
        whole = max(map(asked.names, words_of(thing)), default=0) if shared or not words else 0
        scored.append((shared + 2.0 * whole, thing))
    scored.sort(key=lambda found: -found[0])
    return scored


def types_asked(registry: Registry, asked: Asked) -> list[str]:
    """Ids of all types, those that the sentence is about first: by their own words, then those of their fields and commands,
    then of their devices."""
    types = list(registry.types.values())
    inner = [[w for part in (*type_.fields, *type_.commands)[:MOST_PARTS] for w in words_of(part)] for type_ in types]
    own = {type_.id: score for score, type_ in ranked(types, [words_of(type_) for type_ in types], asked)}
    parts = {type_.id: score for score, type_ in ranked(types, inner, asked)}
    order = {type_.id: at for at, type_ in enumerate(types)}
    return sorted(order, key=lambda id: (-(own[id] + 0.3 * parts[id]), order[id]))


def named_devices(registry: Registry, asked: Asked) -> list[Device]:
    """The devices whose whole name stands in the sentence, longest names first."""
    found = []
    for device in registry.devices.values():
        words = [word for word in words_of(device) if squash(word) in asked.text]
        length = max(map(asked.names, words), default=0)
        if length:
            found.append((length, device))
    found.sort(key=lambda pair: -pair[0])
    return [device for _, device in found]


def narrowed(registry: Registry, prompt: str, document: Any = None) -> Registry:
    """Of a large registry the part that a sentence (and the document that it edits) may be about: types with all of their
    devices, and devices that are named. A small one as it is."""
    if len(registry.devices) + len(registry.types) <= LARGE:
        return registry
    asked = Asked(prompt)
    devices = {device.id: device for device in named_devices(registry, asked)}
    written = set(re.findall(r'"([^"]+)"', json.dumps(document))) if document is not None else set()
    devices |= {id: registry.devices[id] for id in written if id in registry.devices}
    wanted = {*types_asked(registry, asked)[:MOST_TYPES], *(d.type for d in devices.values()), *written}
    devices |= {id: device for id, device in registry.devices.items() if device.type in wanted}
    types = {id: type_ for id, type_ in registry.types.items() if id in wanted}
    return msgspec.structs.replace(registry, types=types, devices=devices)
