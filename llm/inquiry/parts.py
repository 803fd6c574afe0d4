"""Which parts of a flow a question means: a node, a param of one, a setting; by number, value, name, or what it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from document.schema import expand, facts, plain_schema
from llm.authors.phrasebook.fillers import ENGLISH, PARTS_OF_NOTHING
from llm.authors.phrasebook.places import meant_by
from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import Reading, Span
from nodes.kit.catalog import Catalog
from nodes.kit.duration import PATTERN, parse_duration
from nodes.kit.kind import Kind
from nodes.kit.things import Registry

MOST = 4
"""Parts that one answer speaks of."""
_ORDINALS = {w: n for n, words in enumerate(
    ("first|1st|最初の|一番目|1番目|1つ目|一つ目", "second|2nd|二番目|2番目|2つ目|二つ目", "third|3rd|三番目|3番目|3つ目|三つ目",
     "fourth|4th|四番目|4番目|4つ目|四つ目", "fifth|5th|五番目|5番目|5つ目|五つ目"), 1) for w in words.split("|")}  # fmt: skip
_NUMBERED = re.compile(
    r"(?:\bnode (?:number |no\.? ?)?|ノード\s?)(\d{1,3})\b|(?<!\d)(\d{1,3})(?:番目|つ目|番)の?ノード"
)
_LAST = re.compile(r"\blast node\b|\blast one\b|最後の(?:ノード)?")
_HERE = re.compile(
    r"\b(?:this|that|the selected|the chosen) (?:node|one|part)\b|(?:この|その|選択(?:中|した)?の?)(?:ノード|部分)"
)
VALUE, PLACE, NAMED, KIND, LIKE = 5, 4, 3, 2, 1
"""How surely a part is meant: by its value, by its place, by its own name, by that of its kind or of a thing in it, by a
word that people use for such a kind."""


@dataclass(frozen=True)
class Part:
    """One node, one param of it, or one setting."""

    node: str = ""
    param: str = ""
    setting: str = ""


@dataclass
class Meant:
    """`parts`, none for the whole flow; `here`: the node that is chosen on the screen is meant; `strange`: a value that
    the flow does not have; `sure`: how surely the parts are meant."""

    parts: list[Part] = field(default_factory=list)
    here: bool = False
    strange: str = ""
    sure: int = PLACE


class Finder:
    """Finds the parts of one flow that words mean."""

    def __init__(self, document: dict[str, Any], catalog: Catalog, registry: Registry) -> None:
        self.document, self.catalog, self.registry = document, catalog, registry
        self.nodes = [node for node in document.get("nodes") or [] if isinstance(node, dict)]
        self.settings: dict[str, Any] = document.get("settings") or {}

    def meant(self, prompt: str, about: list[str], *, values: bool = True) -> Meant:
        """`about`: nodes that are chosen on the screen; `values`: whether numbers name the parts that have them."""
        reading = Reading(prompt)
        low = reading.low
        if placed := self._placed(low):
            return Meant([Part(placed)])
        if _HERE.search(low):
            known = [Part(node["id"]) for node in self.nodes if node.get("id") in about]
            return Meant(known[:MOST], here=not known)
        said = self._said(reading) if values else []
        by_value = [part for part, value in self._values() if any(says(span, value) for span in said)]
        strange = said[0].text if said and not by_value else ""
        scored = self._scored(low)
        if by_value:
            best = max((scored.get(part, (0, 0)) for part in by_value), default=(0, 0))
            narrowed = [part for part in by_value if scored.get(part, (0, 0)) == best]
            return Meant(narrowed[:MOST], sure=VALUE)
        best = max(scored.values(), default=(0, 0))
        meant = [part for part, score in scored.items() if score == best]
        return Meant(meant[:MOST], strange=strange, sure=best[0])

    def _placed(self, low: str) -> str:
        """The id of the node that is named by its number."""
        found = _NUMBERED.search(low)
        number = int(found[1] or found[2]) if found else 0
        number = number or next(
            (n for word, n in _ORDINALS.items() if re.search(rf"{word} ?(?:node|one|ノード)", low)), 0
        )
        if not number and _LAST.search(low):
            number = len(self.nodes)
        return str(self.nodes[number - 1]["id"]) if 0 < number <= len(self.nodes) else ""

    def _said(self, reading: Reading) -> list[Span]:
        """Lengths of time and numbers in the words; the 2 of "Kiln 2" is none."""
        long = list(durations(reading))
        named = [found.span() for name in self._numbered() for found in re.finditer(re.escape(name), reading.low)]
        units = [f.unit for type_ in self.registry.types.values() for f in type_.fields if f.unit]
        counted = (s for s in quantities(reading, units) if not any(s.start < d.end and d.start < s.end for d in long))
        return [s for s in (*long, *counted) if not any(start <= s.start < end for start, end in named)]

    def _numbered(self) -> set[str]:
        """What devices are called with a number in it."""
        words = (w for d in self.registry.devices.values() for w in (d.id, *d.label.values(), *d.also))
        return {word.lower() for word in words if re.search(r"\d", word)}

    def _values(self) -> Iterator[tuple[Part, Any]]:
        for name, setting in self.settings.items():
            yield Part(setting=name), setting.get("value")
        for node in self.nodes:
            for param, value in (node.get("params") or {}).items():
                for each in value if isinstance(value, list) else [value]:
                    yield Part(node["id"], param), each

    def _scored(self, low: str) -> dict[Part, tuple[int, int]]:
        """How surely each part is meant, and by how many letters."""
        scored: dict[Part, tuple[int, int]] = {}
        for part, sure, words in self._words():
            own = {word.lower() for word in words} - (set() if part.setting else ENGLISH)
            letters = sum(len(word) for word in own if _stands(low, word))
            if letters and (sure, letters) > scored.get(part, (0, 0)):
                scored[part] = sure, letters
        return scored

    def _words(self) -> Iterator[tuple[Part, int, set[str]]]:
        for name, setting in self.settings.items():
            label = str(setting.get("label") or "")
            yield Part(setting=name), NAMED, {name.replace("_", " "), label, *meant_by(name)}
        for node in self.nodes:
            part, kind = Part(node["id"]), self.catalog.get(node.get("kind", ""))
            yield part, PLACE, {node["id"], str(node.get("label") or "")} - PARTS_OF_NOTHING
            if kind is None:
                continue
            yield part, KIND, {words.label for words in kind.words.values()} | set(self._things(kind, node))
            yield part, LIKE, {phrase.text for phrase in kind.phrases if phrase.role != "hold"} - ENGLISH
            for param in node.get("params") or {}:
                value = (node.get("params") or {})[param]
                refers = isinstance(value, str) and value.startswith("$") and value[1:] in self.settings
                told = Part(setting=value[1:]) if refers else Part(node["id"], param)
                yield told, NAMED, {words.labels.get(param, "") for words in kind.words.values()}

    def _things(self, kind: type[Kind], node: dict[str, Any]) -> Iterator[str]:
        """How the registered things are called that a node names."""
        known: dict[str, Any] = {"type": self.registry.types, "device": self.registry.devices, "destination": self.registry.destinations,
            "table": self.registry.tables, "model": self.registry.models,
            "field": {f.name: f for type_ in self.registry.types.values() for f in type_.fields}}  # fmt: skip
        schema = plain_schema(kind)
        for param, value in (node.get("params") or {}).items():
            part = schema.get("properties", {}).get(param)
            things = known.get(str(facts(expand([part], schema)).get("ref"))) if part else None
            for id in value if isinstance(value, list) else [value]:
                thing = things.get(id) if things and isinstance(id, str) else None
                if thing is not None:
                    yield from (id, *thing.label.values(), *getattr(thing, "also", []))


def says(span: Span, value: Any) -> bool:
    """Whether the words of a span say this value."""
    if isinstance(value, str):
        written = re.match(PATTERN, value, re.ASCII) is not None and len(value) <= 40
        return span.duration is not None and written and parse_duration(value) == span.duration
    said = span.quantity is not None and isinstance(value, int | float) and not isinstance(value, bool)
    return said and span.quantity is not None and span.quantity.value == value


def _stands(low: str, word: str) -> bool:
    """Whether a name stands in the words; in Latin letters as a word of its own, also in the plural."""
    if word.isascii():
        return (
            len(word) > 2 and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?:e?s|ing|ed)?(?![a-z0-9])", low) is not None
        )
    return len(word) > 1 and word in low
