"""Registered things by the words that people have for them: id, label, `also`, translations, parts, plural, small typos."""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.fillers import NOT_SLIPS, PARTS_OF_NOTHING
from llm.authors.phrasebook.inflections import forms, negations
from llm.authors.phrasebook.reading import Named, Reading, Span
from nodes.kit.things import Command, Device, DeviceType, Registry, Table

_SKIPPED = set(" _-ー・'/.の")
_KANJI_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")}
_SQUASHED = str.maketrans({**_KANJI_DIGITS, **dict.fromkeys(_SKIPPED), "ヴ": "ブ"})
_LONGEST = 48
_NUMBERED = re.compile(r"\d{1,3}号(?=[^機館室系\d])")
"""How a device is called for short that begins with its number (1号 of 1号オーブン)."""
_NO_NUMBER = "酸次重相部定斉般"
"""After these a kanji digit belongs to a word (会議室の二酸化炭素, 炉の一次側) and is nobody's number."""


def squash(words: str) -> str:
    """`words` without what people write or leave out at will (spaces, dashes, long vowels), kanji digits as digits."""
    return words.lower().translate(_SQUASHED)


class NameIndex:
    """Finds registered names in a reading by looking up every run of characters: independent of the registry's size."""

    def __init__(self, registry: Registry, taken: frozenset[str] = frozenset()) -> None:
        """`taken`: words of the phrases, which as a part of a label name nothing ("連絡" of 家族連絡)."""
        self.registry, self.taken = registry, taken
        self.table: dict[str, list[Named]] = {}
        self.parts: dict[str, list[Named]] = {}
        self.put: set[tuple[Any, ...]] = set()
        self.denying: set[str] = set()
        """Names that say that a true/false field is not so."""
        for type_ in registry.types.values():
            self._add_type(type_)
        for device in registry.devices.values():
            self._add_device(device)
        for destination in registry.destinations.values():
            named = Named("destination", destination.id)
            words = _own_words(destination.id, destination.label, destination.also)
            self._add(named, words + [other for word in words for other in _in_both_languages(word)])
        for table in registry.tables.values():
            self._add_table(table)
        self._add_attributes()
        for key, parts in self.parts.items():
            found = _of_type(parts)
            known = self.table.get(key, [])
            weak = all(name.strength < 2 for name in known)
            if key not in self.taken and weak and len({(n.sort, n.id, n.owner) for n in found}) == 1:
                self.table[key] = [*known, found[0]] if found[0] not in known else known
        self.english = [key for key in self.table if re.fullmatch(r"[a-z]{5,}", key)]
        self.katakana = [key for key in self.table if re.fullmatch(r"[ァ-ヶ]{4,}", key)]

    def exactly(self, words: str) -> list[Named]:
        return self.table.get(squash(words), [])

    def _add(self, named: Named, own: Iterable[str], like: tuple[tuple[str, ...], ...] = ()) -> None:
        words = {word.lower() for word in own if word}
        for word in words:
            self._put(word, named)
            for part in _parts_of(word):
                self.parts.setdefault(squash(part), []).append(_weaker(named, 1))
        stems = words | {part for word in words for part in _parts_of(word) if len(words) < 40}
        for word in concepts.words_like(words, like):
            self._put(word, _weaker(named, 2))
        for word in concepts.words_like(stems, like) - words:
            self._put(word, _weaker(named, 1))

    def _put(self, word: str, named: Named) -> None:
        key = squash(word)
        same = (key, named.sort, named.id, named.owner, named.extra)
        known = self.table.setdefault(key, [])
        if key and same not in self.put:
            self.put.add(same)
            known.append(named)

    def _add_type(self, type_: DeviceType) -> None:
        self._add(Named("type", type_.id), _own_words(type_.id, type_.label, type_.also), concepts.TYPES)
        for field in type_.fields:
            named = Named("field", field.name, type_.id, field.type)
            words = _own_words(field.name, field.label, field.also)
            self._add(named, words, concepts.FIELDS)
            if field.type == "boolean":
                self._add_forms(named, [word.lower() for word in words])
        for call in type_.commands:
            named = Named("call", call.id, type_.id)
            self._add(named, _own_words(call.id, call.label, call.also), concepts.CALLS)
            self._add_choices(type_, call)

    def _add_forms(self, named: Named, words: list[str]) -> None:
        """Verbs and adjectives that say that a true/false field is so, and those that say that it is not."""
        for form in {form for word in words for form in forms(word)}:
            self._put(form, _weaker(named, 2))
        for form in {form for word in words for form in negations(word)}:
            self._put(form, _weaker(named, 2))
            self.denying.add(form)

    def _add_choices(self, type_: DeviceType, call: Command) -> None:
        for name, schema in (call.values.get("properties") or {}).items():
            if not isinstance(schema, dict):
                continue
            for value in schema.get("enum") or []:
                if isinstance(value, str):
                    named = Named("choice", f"{call.id}.{name}", type_.id, (call.id, name, value))
                    self._add(named, [value, value.replace("_", " ")], concepts.CHOICES)

    def _add_device(self, device: Device) -> None:
        named = Named("device", device.id, device.type)
        words = _own_words(device.id, device.label, device.also)
        type_ = self.registry.types.get(device.type)
        if type_ is not None and device.id != type_.id and squash(device.id) == squash(type_.id):
            words.remove(device.id)  # "CO2" is the gas, not the second detector co-2
        numbers = {
            n for word in words if len(n := re.sub(r"\D", "", word)) in (1, 2, 3) and len(re.findall(r"\d+", word)) == 1
        }
        if type_ is not None and len(numbers) == 1:
            number = numbers.pop()
            for word in _own_words(type_.id, type_.label, type_.also):
                words += [f"{word}{number}", f"{number}号{word}", f"{number}番{word}", f"{word}{number}号", f"{word}{number}号機",
                          f"{word}number{number}", f"{word}no{number}", f"{word}#{number}", f"第{number}{word}", f"{number}号機"]  # fmt: skip
        for word in [*words, *(m.group() for w in words if (m := _NUMBERED.match(w)))]:
            self._put(word, named)
        for part in {part for word in _own_words(device.id, device.label, device.also) for part in _parts_of(word)}:
            self.parts.setdefault(squash(part), []).append(_weaker(named, 1))

    def _add_table(self, table: Table) -> None:
        self._add(Named("table", table.id), _own_words(table.id, table.label, table.also))
        for column in table.columns:
            if column.name != table.key:
                for word in _own_words(column.name, column.label, []):
                    self._put(word, Named("column", column.name, table.id))

    def _add_attributes(self) -> None:
        seen: set[tuple[str, str]] = set()
        for device in self.registry.devices.values():
            for key, value in device.attributes.items():
                if not isinstance(value, str | int) or isinstance(value, bool) or (key, repr(value)) in seen:
                    continue
                seen.add((key, repr(value)))
                named = Named("attribute", str(value), None, (key, value))
                spoken = {f"{key} {value}", f"{value} {key}"}
                for word in {key, *concepts.words_like({key.lower()}, _ATTRIBUTES)}:
                    if len(word) > 1:
                        self._put(word, Named("key", key))
                values = {str(value), *concepts.words_like({str(value).lower()}, _VALUES)}
                for word in {key, *concepts.words_like({key.lower()}, _ATTRIBUTES)}:
                    spoken |= {f"{word}{said}" for said in values} | {f"{said}{word}" for said in values}
                if len(str(value)) > 2:
                    spoken.add(str(value))
                for word in spoken:
                    self._put(word, named)


def _of_type(parts: list[Named]) -> list[Named]:
    """A part that a type shares with its own devices means the type ("belt" of "sorting belt", "Belt 1")."""
    types = [named for named in parts if named.sort == "type"]
    ids = {named.id for named in types}
    return types if len(ids) == 1 and all(n in types or n.owner in ids for n in parts) else parts


_VALUES = (
    ("east", "東"),
    ("west", "西"),
    ("north", "北"),
    ("south", "南"),
    ("center", "中央"),
    ("main", "本"),
    ("upper", "上"),
    ("lower", "下"),
)
_ATTRIBUTES = (
    ("hall", "棟", "ホール", "号館"), ("building", "棟", "建屋", "ビル", "号館"), ("line", "ライン", "系列", "系"), ("route", "ルート", "路線", "コース"), ("lot", "ロット"), ("floor", "階", "フロア", "f"), ("area", "エリア", "区"), ("block", "区", "区画", "ブロック"), ("zone", "ゾーン", "区域", "区画"),
    ("site", "拠点", "工場", "サイト"), ("plant", "工場", "プラント"), ("store", "店", "店舗"), ("room", "室", "部屋"), ("cell", "セル"), ("bay", "ベイ"), ("field", "圃場", "畑"), ("house", "ハウス", "棟"), ("yard", "ヤード"), ("dock", "ドック", "埠頭"), ("rack", "ラック"), ("tank", "槽", "タンク"),
)  # fmt: skip


_GROUPS = (
    ("channel", "チャンネル"),
    ("team", "チーム"),
    ("group", "グループ"),
    ("crew", "班"),
    ("room", "室"),
    ("desk", "室"),
    ("manager", "マネージャー"),
)


def _in_both_languages(word: str) -> list[str]:
    """ "NOC channel" is also NOCチャンネル, and the other way round."""
    found = []
    for english, japanese in _GROUPS:
        if word.lower().endswith(f" {english}"):
            found.append(word[: -len(english)].strip() + japanese)
        if word.endswith(japanese) and word.removesuffix(japanese).isascii():
            found.append(f"{word.removesuffix(japanese)} {english}")
    return found


def _own_words(id: str, label: dict[str, str], also: list[str]) -> list[str]:
    return [id, *label.values(), *also]


def _weaker(named: Named, strength: int) -> Named:
    return Named(named.sort, named.id, named.owner, named.extra, strength)


def _parts_of(word: str) -> list[str]:
    """Words inside a label that may stand for it where nothing else has them: "tower" of "signal tower"."""
    english = re.findall(r"[a-z][a-z0-9]{2,}", word.lower())
    japanese = re.findall(r"[ァ-ヶー]{3,}|[一-龠々]{2,}", word)
    parts = english if len(english) > 1 else []
    parts += japanese if len(japanese) > 1 or (japanese and japanese[0] != word) else []
    parts += [
        half for run in japanese if len(run) >= 4 and re.fullmatch(r"[一-龠々]+", run) for half in (run[:2], run[2:])
    ]
    parts += [word[:-1] for _ in [0] if re.fullmatch(r"[一-龠々]{3,}[値計量]", word)]
    return [part for part in parts if part not in PARTS_OF_NOTHING]


def names_in(reading: Reading, index: NameIndex) -> Iterator[Span]:
    """The longest registered names at every place, and single words that are one small slip away from one."""
    low = reading.low
    kept = [(at, _KANJI_DIGITS.get(c, c)) for at, c in enumerate(low.replace("ヴ", "ブ")) if c not in _SKIPPED]
    text = "".join(c for _, c in kept)
    places = [at for at, _ in kept]
    for first in range(len(text)):
        if not _starts_word(low, places[first]):
            continue
        for last in range(min(len(text), first + _LONGEST), first, -1):
            start, end = places[first], places[last - 1] + 1
            if _ends_word(low, end) and (found := _lookup(index, text[first:last], low[start:end])):
                end = end + 1 if low[end : end + 1] == "ー" else end
                yield Span(start, end, reading.text[start:end], names=found)
                break
    yield from _slips(low, index)
    for number, quote in enumerate(reading.quotes):
        if found := index.exactly(quote):
            at = reading.text.find(chr(0xE000 + number))
            yield Span(at, at + 1, quote, names=found, quote=quote)


def shorter_names(reading: Reading, index: NameIndex, named: list[Span], cuts: list[int]) -> Iterator[Span]:
    """Names that end where something else begins ("ガス検知器3台のうち" names no detector 3)."""
    for span in named:
        for cut in cuts:
            if span.start < cut < span.end:
                said = reading.low[span.start : cut]
                if found := _lookup(index, squash(said), said):
                    yield Span(span.start, cut, reading.text[span.start : cut], names=found)


def _lookup(index: NameIndex, key: str, said: str) -> list[Named]:
    if "\n" in said or ". " in said:
        return []
    if found := index.table.get(key):
        plural = index.table.get(key[:-1], []) if key.endswith("s") and said.endswith("s") and "-" not in said else []
        return [name for name in plural if name.sort == "type"] or found
    if not re.search(r"[a-z]s$", key) or len(key) < 4:
        return []
    singular = [key[:-1], key[:-2] if key.endswith("es") else "", key[:-3] + "y" if key.endswith("ies") else ""]
    return next((index.table[s] for s in singular if s and index.table.get(s)), [])


def _starts_word(low: str, at: int) -> bool:
    if at == 0:
        return True
    here, before = low[at], low[at - 1]
    if re.match(r"[a-z0-9]", here):
        return not re.match(r"[a-z0-9]", before)
    return not (re.match(r"[ァ-ヶー]", here) and re.match(r"[ァ-ヶー]", before))


def _ends_word(low: str, end: int) -> bool:
    if end >= len(low):
        return True
    last, after = low[end - 1], low[end]
    if re.match(r"[a-z]", last):
        return not re.match(r"[a-z0-9]", after)
    if last in _KANJI_DIGITS and after in _NO_NUMBER:
        return False
    if last.isdigit():
        return not (after.isdigit() or re.match(r"[a-z]", after))
    return not (re.match(r"[ァ-ヶ]", last) and re.match(r"[ァ-ヶ]", after))


def _slips(low: str, index: NameIndex) -> Iterator[Span]:
    """Words that nobody registered but that differ from one name by a letter or two."""
    for pattern, keys, cutoff in ((r"[a-z]{5,}", index.english, 0.85), (r"[ァ-ヶー]{4,}", index.katakana, 0.74)):
        for match in re.finditer(pattern, low):
            word = squash(match.group())
            singular = word[:-1] if word.endswith("s") else word
            if word in index.table or singular in index.table or word in NOT_SLIPS or singular in NOT_SLIPS:
                continue
            near = difflib.get_close_matches(singular, keys, n=1, cutoff=cutoff)
            if near and near[0][0] == word[0] and abs(len(near[0]) - len(singular)) <= 1:
                yield Span(match.start(), match.end(), match.group(), names=index.table[near[0]])


def nearest(words: str, registry: Registry, sorts: tuple[str, ...], lang: str) -> list[str]:
    """Up to three registered names (labels) of the wanted sorts, nearest in spelling first."""
    pools: dict[str, Any] = {
        "type": registry.types.values(), "device": registry.devices.values(), "destination": registry.destinations.values(),
        "field": [f for t in registry.types.values() for f in t.fields],
        "call": [c for t in registry.types.values() for c in t.commands],
    }  # fmt: skip
    labels = [
        thing.label.get(lang) or getattr(thing, "id", None) or thing.name for sort in sorts for thing in pools[sort]
    ]
    unique = list(dict.fromkeys(labels))
    return sorted(unique, key=lambda label: -difflib.SequenceMatcher(None, squash(words), squash(label)).ratio())[:3]
