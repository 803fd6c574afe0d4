"""Whether sentences about a flow are true to it: no number, length of time, device, destination, command, action or quoted
word may be said that the document does not have. What is not true is left out."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from llm.authors.phrasebook.numbers import DIGITS, ENGLISH, KANJI, value_of
from llm.authors.phrasebook.quantities import single_durations
from llm.authors.phrasebook.reading import Reading
from nodes.kit.catalog import Catalog
from nodes.kit.duration import PATTERN, UNITS, format_duration, parse_duration
from nodes.kit.kind import Kind
from nodes.kit.things import Registry

LONGEST, MOST_SENTENCES = 4_000, 40
"""Characters and sentences of an explanation that are read; what comes after is left out."""
_SENTENCE = re.compile(r"[^。!?\n]*?(?:[。!?]+|\n+|[.!?](?=\s|$)|$)")
_NUMBER = re.compile(rf"(?<![A-Za-z_]){DIGITS}")
_QUOTES = re.compile("[「」『』“”\"']")
_METRES = re.compile(r"\d\s?m$")
"""What may be minutes or metres."""
_OFTEN = re.compile(r"\b(?:once|twice|times|per) $")
"""Before "a day": how often, not how long."""
_SPELT = re.compile(
    rf"(?<!\d)({KANJI}|{ENGLISH})\s?(?:度|%|パーセント|回|台|件|ボルト|アンペア|degrees?|percent|times|volts?|devices?|amps?)"
)
_QUOTED = re.compile(r"「([^」]{2,400})」|“([^”]{2,400})”|\"([^\"]{2,400})\"")
_HOLES = re.compile(r"\{|\}|「|」|[-+]?\d[\d,.]*")
_EDGES = " 。.,、:;()/~%°"
_ADDRESS = re.compile(r"https?:|www\.|\b\d{1,3}(?:\.\d{1,3}){3}\b|[\w.+-]+@[\w-]+\.\w|<\s*/?\s*[a-z]", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|never|nothing|without|no)\b|n't\b|ない|ません|せず|なし", re.IGNORECASE)
_ROLES = ("tell", "record", "ask", "call", "actuate")
_WEAK = {
    "set", "make", "put", "bring", "go", "limit", "cut", "light", "lower", "raise", "increase", "reduce",
    "know", "text", "say", "post", "page", "call", "report", "message", "send", "にする", "にして", "にし", "とする",
    "に戻", "させ", "に落と", "に下げ", "に上げ", "送", "残し", "残す", "流し", "流す", "共有", "ログ",
}  # fmt: skip
"""Words of these roles that also stand in sentences about something else."""
_SERVICES = {"slack": "slack", "teams": "teams", "webhook": "webhook", "email": "email", "e-mail": "email", "eメール": "email", "メール": "email", "sms": "sms", "discord": "discord"}  # fmt: skip
_LATIN = re.compile(r"[A-Za-z0-9_-]+(?:[ '][A-Za-z0-9_-]+)*")


def told_truly(
    said: str, own: str, document: dict[str, Any], catalog: Catalog, registry: Registry
) -> tuple[str, list[str]]:
    """`said` (what an author wrote about its document) without the sentences that are not true, followed by `own`, which
    was made from the document; and the sentences that were left out."""
    sentences = list(_sentences(said))
    if not sentences:
        return own, []
    witness = Witness(document, catalog, registry)
    untrue = [sentence for sentence in sentences if witness.against(sentence) is not None]
    true = "".join(sentence for sentence in sentences if sentence not in untrue).strip()
    return f"{true}\n{own}" if true else own, [sentence.strip() for sentence in untrue]


def _sentences(text: str) -> Iterator[str]:
    for match in list(_SENTENCE.finditer(text[:LONGEST]))[: 2 * MOST_SENTENCES]:
        if match.group().strip():
            yield match.group()


class Witness:
    """What a document has, as far as sentences may speak of it."""

    def __init__(self, document: dict[str, Any], catalog: Catalog, registry: Registry) -> None:
        nodes = [node for node in document.get("nodes", []) if isinstance(node, dict)]
        texts = list(_strings({key: value for key, value in document.items() if key not in ("layout", "tests")}))
        self.ids = set(texts) | {part for text in texts for part in re.findall(r"[A-Za-z0-9_-]+", text)}
        self.kinds = [kind for node in nodes if (kind := catalog.get(node.get("kind"))) is not None]
        self.written = _plain("\n".join(texts))
        self.named, self.strange = _names(document, nodes, registry, self.ids)
        self.services = {registry.destinations[id].service for id in self.ids & set(registry.destinations)}
        labels = [w for kind in self.kinds for w in _kind_words(kind)]
        short = (text for text in texts if 1 < len(text) <= 40)
        self.ours = sorted({*self.named, *map(_plain, [*labels, *short])}, key=len, reverse=True)
        every = [(name, True) for name in self.ours] + [(name, False) for name in self.strange]
        self.every = sorted(((len(name), name, mine) for name, mine in every), reverse=True)
        """All names, the longest first, so that a part of one is not taken for another."""
        self.counted_words = [word for word in self.ours if re.search(r"\d", word)]
        self.known_text = "\n".join([self.written, *self.ours, *self.services, "device", "デバイス"])
        self.lengths = _lengths_in(document)
        self.numbers = {
            1.0,
            *_numbers(_plain(json.dumps(document, ensure_ascii=False))),
            *(n for name in self.named for n in _numbers(name)),
            *self._counted(),
        }
        own = {(p.role, p.text) for kind in self.kinds for p in kind.phrases if p.role in _ROLES}
        words = {(p.role, p.text) for kind in catalog for p in kind.phrases if p.role in _ROLES}
        roles = {role for role, _ in own}
        self.others = {text for role, text in words if role not in roles and text not in _WEAK}

    def _counted(self) -> Iterator[float]:
        """Lengths of time, counted in each unit."""
        for length in self.lengths:
            yield from (length / unit for unit in UNITS.values())

    def against(self, sentence: str) -> str | None:
        """What in `sentence` the document does not have; None where nothing is found against it."""
        text = _plain(sentence)
        if found := _ADDRESS.search(text):
            return found.group()
        for found in _QUOTED.finditer(text):
            quoted = next(filter(None, found.groups()))
            pieces = (piece.strip(_EDGES) for piece in _HOLES.split(quoted))
            if any(len(piece) > 1 and piece not in self.known_text for piece in pieces):
                return quoted
        for word in self.counted_words:
            text = _without(text, word)
        return self._number_against(text) or self._name_against(_QUOTED.sub(" ", text))

    def _number_against(self, text: str) -> str | None:
        reading = Reading(_QUOTES.sub(" ", text))
        for said in single_durations(reading):
            if _METRES.search(said.text) or _OFTEN.search(reading.low, 0, said.start):
                continue
            if said.duration and said.duration not in self.lengths:
                return said.text
        for found in [*_NUMBER.finditer(text), *_SPELT.finditer(text)]:
            value = value_of(found[1] if found.re is _SPELT else found.group())
            if value is not None and not any(abs(value - known) <= 1e-6 * max(1, abs(known)) for known in self.numbers):
                return found.group()
        return None

    def _name_against(self, text: str) -> str | None:
        bare = text
        for length, name, mine in self.every:
            if length > len(bare) or name not in bare:
                continue
            without = _without(bare, name)
            if not mine and without != bare:
                return name
            bare = without
        for word, service in _SERVICES.items():
            if _without(bare, word) != bare and service not in self.services:
                return word
        if _NEGATED.search(bare):
            return None
        return next((word for word in self.others if _stands(bare, word)), None)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _numbers(text: str) -> Iterator[float]:
    for found in _NUMBER.finditer(text):
        value = value_of(found.group())
        if value is not None:
            yield value
    for digits in re.findall(r"\d+", text):
        yield float(digits)


def _lengths_in(document: dict[str, Any]) -> set[int]:
    """Every length of time of the document (ms): written as one, as a number with a unit of time, in a cron line; whole,
    and each part of it as people say it."""
    found: set[int] = set()
    for text in _strings(document):
        if re.match(PATTERN, text, re.ASCII) and len(text) <= 40:
            found.add(parse_duration(text))
        elif len(text.split()) == 5 and re.fullmatch(r"[\d*/, -]+", text):
            found |= {int(n) * UNITS[unit] for n in re.findall(r"\d+", text) for unit in ("m", "h", "d")}
    for setting in (document.get("settings") or {}).values():
        value, unit = (setting.get("value"), setting.get("unit")) if isinstance(setting, dict) else (None, None)
        if isinstance(value, int | float) and not isinstance(value, bool):
            scale = {"s": "s", "min": "m", "h": "h", "d": "d", "day": "d", "ms": "ms"}.get(str(unit))
            found |= {round(value * UNITS[scale])} if scale else set()
    for length in list(found):
        found |= {parse_duration(part) for part in re.findall(r"[\d.]+(?:ms|[dhms])", format_duration(length))}
    return found


def _names(
    document: dict[str, Any], nodes: list[dict[str, Any]], registry: Registry, ids: set[str]
) -> tuple[set[str], list[str]]:
    """How the things that the document has are called, and how all others are (longest first)."""
    types = {id for id in ids if id in registry.types}
    only = {id for node in nodes for id in ((node.get("params") or {}).get("only") or []) if isinstance(id, str)}
    narrowed = {registry.devices[id].type for id in only if id in registry.devices}
    used: set[str] = set()
    others: set[str] = set()
    for id, device in registry.devices.items():
        there = id in ids or (device.type in types and device.type not in narrowed)
        (used if there else others).update(_called(id, device))
    for things in (registry.types, registry.destinations, registry.tables, registry.models):
        for id, thing in things.items():
            (used if id in ids else others).update(_called(id, thing))
    for type_ in registry.types.values():
        for field in type_.fields:
            (used if field.name in ids and type_.id in types else others).update(_called(field.name, field))
        for command in type_.commands:
            (used if command.id in ids else others).update(_called(command.id, command))
    for type_id in types:  # the type of a commanded device may be named
        used |= _called(type_id, registry.types[type_id])
    used |= {
        w
        for id in ids
        if id in registry.devices
        for w in _called(registry.devices[id].type, registry.types.get(registry.devices[id].type))
    }
    used |= {_plain(str(value)) for node in nodes for value in (node.get("id"), node.get("label")) if value}
    return used, sorted((name for name in others - used if len(name) >= 2), key=len, reverse=True)


def _called(id: str, thing: Any) -> set[str]:
    also = getattr(thing, "also", None) or []
    label = getattr(thing, "label", None) or {}
    return {_plain(word) for word in (id, *label.values(), *also) if word}


def _kind_words(kind: type[Kind]) -> Iterator[str]:
    """How a kind, its inputs and outputs and its params are called."""
    for words in kind.words.values():
        yield from (words.label, *words.labels.values())
    for port in (*kind.inputs, *kind.outputs):
        yield from (port.name, *port.label.values())


def _without(text: str, name: str) -> str:
    """`text` without `name`, which in Latin letters must stand as a word (also in the plural)."""
    if name not in text:
        return text
    if _LATIN.fullmatch(name):
        return re.sub(rf"(?<![a-z0-9]){re.escape(name)}(?:s|es)?(?![a-z0-9])", " ", text)
    return text.replace(name, " ")


def _stands(text: str, word: str) -> bool:
    """Whether a phrase stands in a sentence: in Latin letters as a word that may be inflected."""
    word = _plain(word)
    if not _LATIN.fullmatch(word):
        return word in text
    parts = (rf"{re.escape(part.removesuffix('e'))}(?:e|es|s|ed|ing|ies|ied)?" for part in word.split())
    return re.search(rf"\b{' '.join(parts)}\b", text) is not None
