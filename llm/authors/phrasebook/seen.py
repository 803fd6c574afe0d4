"""Which classes of a detector some words mean: ヘルメットなしの人, a worker without a hard hat, 不良品, parts with a scratch.

Detectors name their classes in their own way (person_without_helmet, part_ok, no_helmet, gauge). Each name is read as a
thing, with or without another thing, or of some quality; what is said of any of these is looked for in the sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llm.authors.phrasebook.clauses import Clause
    from llm.authors.phrasebook.reading import Span

_THINGS = {
    name: tuple(word.strip() for word in words.split(","))
    for name, _, words in (line.partition(":") for line in """
person: 人物, 作業者, 作業員, 従業員, 歩行者, 誰か, だれか, 人間, 何者か, 人, 者, person, people, somebody, someone, anybody, anyone, worker, workers, employee, pedestrian, human
part: 部品, 製品, ワーク, 加工品, 品物, 品, もの, part, parts, piece, pieces, product, products, workpiece, workpieces, item, items
helmet: 安全ヘルメット, ヘルメット, 保護帽, 安全帽, safety helmet, hard hat, hardhat, helmet
vest: 反射ベスト, 安全ベスト, ベスト, hi-vis vest, safety vest, vest
glove: 手袋, 保護手袋, gloves, glove
mask: マスク, mask
goggles: 保護めがね, ゴーグル, goggles, safety glasses
scratch: 引っかき傷, すり傷, 傷, キズ, きず, scratches, scratch, scratched
dent: へこみ, 凹み, ヘコミ, 打痕, dents, dent, dented
missing_hole: 穴の抜け, 穴抜け, 穴あけ忘れ, 穴の欠け, 穴なし, missing holes, missing hole, hole missing
crack: ひび割れ, 割れ, ひび, クラック, cracks, crack, cracked
stain: 汚れ, しみ, stains, stain, stained
gauge: 圧力計, 計器, メーター, ゲージ, 針, gauge, dial, needle
truck_bed: 荷台, truck bed, bed
truck: トラック, truck, lorry
car: 自動車, 車, car, vehicle
forklift: フォークリフト, forklift, fork lift
fire: 炎, 火, fire, flames, flame
smoke: 煙, smoke
box: 段ボール, 箱, box, boxes, carton
pallet: パレット, pallet
""".strip().splitlines())
}  # fmt: skip
_GOOD = {"ok", "good", "normal", "pass", "fine"}
_BAD_JA = r"(?:不良|欠陥|不具合|不合格|異常)(?:の(?:ある)?)?"
_BAD_EN = r"(?:defective|faulty|bad|damaged|flawed|rejected)"
_FLAW_EN = r"(?:an? )?(?:defects?|flaws?|faults?|damage)"
_WEARS_JA = r"(?:かぶ|被|着け|つけ|着用|装着|身に着け|装備)(?:し)?"
_LACKS_JA = rf"(?:を|は|も)?(?:正しく)?(?:{_WEARS_JA}(?:って|て)?(?:い)?(?:ない|ません|ず)|{_WEARS_JA}(?:ら)?(?:ない|ず(?:に)?)(?:で)?|し(?:てい)?ない|なし|無し|のない|の無い|がない|未着用|を(?:脱い|外し)(?:だ|でいる|た|ている))(?:の|で)?"
_BARE_JA = {"helmet": r"ノーヘル(?:メット)?(?:の)?"}
_LACKS_EN = r"(?: (?:who (?:is|are|has|wears)|that (?:is|are|has)|who's))?,? (?:(?:is |are |being )?(?:without|not wearing|wearing no|missing|lacking|with no|has no|having no)|with (?:his|her|their) head bare)(?: an?| any| his| her| their| the)?"


@dataclass(frozen=True)
class Class:
    """A detector's class: its `name`, the `thing` that it is, and what it has, lacks or is like."""

    name: str
    thing: str
    quality: str = ""
    lacks: bool = False

    @property
    def good(self) -> bool:
        return self.quality in _GOOD


@lru_cache(maxsize=64)
def classes_of(labels: tuple[str, ...]) -> tuple[Class, ...]:
    """The classes by what their names say."""
    first = [label.lower().replace("-", "_").split("_")[0] for label in labels]
    return tuple(_read(label, first.count(label.lower().replace("-", "_").split("_")[0])) for label in labels)


def _read(label: str, kin: int) -> Class:
    words = label.lower().replace("-", "_")
    for link, lacks in (("_without_", True), ("_no_", True), ("_with_", False)):
        if link in words:
            thing, _, quality = words.partition(link)
            return Class(label, thing, quality, lacks)
    if words.startswith("no_"):
        return Class(label, "person", words[3:], lacks=True)
    thing, _, quality = words.partition("_")
    if words in _THINGS or not quality or (kin == 1 and thing not in _THINGS):
        return Class(label, words)
    return Class(label, thing, quality)


@dataclass(frozen=True)
class Seen:
    """Some words of a sentence and the classes that they mean."""

    start: int
    end: int
    classes: tuple[str, ...]
    thing: str
    plain: bool
    """All classes of the thing: nothing is said of what it is like."""


def seen_in(low: str, labels: tuple[str, ...], lang: str) -> list[Seen]:
    """What of a detector's classes the words speak of, longest first where they overlap, in order of their places."""
    found = [
        Seen(match.start(), match.end(), names, thing, plain)
        for pattern, names, thing, plain in _patterns(labels, lang)
        for match in pattern.finditer(low)
    ]
    kept: list[Seen] = []
    for one in sorted(found, key=lambda seen: (seen.start - seen.end, seen.plain)):
        if not any(one.start < other.end and one.end > other.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda seen: seen.start)


Pattern = tuple[re.Pattern[str], tuple[str, ...], str, bool]


@lru_cache(maxsize=64)
def _patterns(labels: tuple[str, ...], lang: str) -> tuple[Pattern, ...]:
    classes = classes_of(labels)
    return tuple(
        pattern
        for thing in dict.fromkeys(one.thing for one in classes)
        for pattern in _of_thing(thing, [one for one in classes if one.thing == thing], lang)
    )


def _of_thing(thing: str, classes: list[Class], lang: str) -> Iterator[Pattern]:
    names, spoken = tuple(one.name for one in classes), _words(thing, lang)
    yield re.compile(spoken), names, thing, True
    for one in (one for one in classes if one.lacks):
        yield re.compile(_lacking(thing, one.quality, lang)), (one.name,), thing, False
    bad = [one for one in classes if one.quality and not one.lacks and not one.good]
    if not bad or not any(one.good for one in classes):
        return
    wrong = tuple(one.name for one in bad)
    yield re.compile(_bad(thing, lang)), wrong, thing, False
    each = "|".join(_words(one.quality, lang) for one in bad)
    yield from _listed(thing, bad, each, lang)


def _listed(thing: str, bad: list[Class], each: str, lang: str) -> Iterator[Pattern]:
    """ "傷やへこみのある部品", "parts with a scratch or a dent": all those that are said, in any number up to all."""
    for mask in range(1, 1 << len(bad)):
        chosen = [one for number, one in enumerate(bad) if mask >> number & 1]
        pattern = _qualities(thing, [_words(one.quality, lang) for one in chosen], lang)
        yield re.compile(pattern), tuple(one.name for one in chosen), thing, False


def _qualities(thing: str, words: list[str], lang: str) -> str:
    spoken = _words(thing, lang)
    if lang == "ja":
        listed = _any_order(words, r"(?:や|、|・|または|もしくは|か|と)+(?:穴)?")
        return rf"{listed}(?:の(?:ある|ついた|付いた|入った)?|がある|がついた|が付いた)?(?:{spoken})?"
    listed = _any_order([rf"(?:an? )?{word}" for word in words], r"(?:,| or|, or| and|, and|/)+ ?")
    return rf"(?:(?:the |an? |any )?{spoken} (?:with|that has|has|shows|showing) )?{listed}(?: {spoken})?"


def _any_order(words: list[str], link: str) -> str:
    """Each of `words` once, whatever comes first; with one or two of them every order is tried, with more the words repeat."""
    if len(words) == 1:
        return words[0]
    one = "|".join(words)
    looked = "".join(rf"(?=(?:(?:{one}){link}){{0,{len(words) - 1}}}(?:{word}))" for word in words)
    return rf"{looked}(?:{one})(?:{link}(?:{one})){{{len(words) - 1}}}"


def _lacking(thing: str, quality: str, lang: str) -> str:
    spoken, missing = _words(thing, lang), _words(quality, lang)
    if lang == "ja":
        bare = _BARE_JA.get(quality)
        lacks = rf"{missing}{_LACKS_JA}" + (rf"|{bare}" if bare else "")
        return rf"(?:{lacks})(?:まま(?:の|で)?)?(?:{spoken})?"
    return rf"(?:the |an? |any )?{spoken}{_LACKS_EN} {missing}(?: on)?|\b(?:no|missing) {missing}(?: {spoken})?|\b{missing} (?:is )?missing|\bbare-?headed(?: {spoken})?"


def _bad(thing: str, lang: str) -> str:
    spoken = _words(thing, lang)
    if lang == "ja":
        return rf"{_BAD_JA}(?:{spoken})?(?![側率箱])"
    return rf"(?:the |an? |any )?\b{_BAD_EN} {spoken}|(?:the |an? |any )?{spoken} (?:with|that has|has) {_FLAW_EN}|\b{_FLAW_EN}\b|\brejects\b"


def _words(thing: str, lang: str) -> str:
    """A pattern for all that people call a thing; one that is in no list by its own name."""
    known = [word for word in _THINGS.get(thing, ()) if word.isascii() == (lang == "en")]
    known = known or [thing.replace("_", " ")]
    found = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    return rf"(?:{found})" if lang == "ja" else rf"\b(?:{found})\b"


_MODIFIED_JA = re.compile(r"(?:[いたるなだ]|ない|の)$")
_ONLY_WHERE_JA = re.compile(
    r"(?:(?:写|映)っ(?:た|ている)|(?<![てで])い[るた]|入っ(?:た|ている)|入る|見え[るた]|立ち入(?:った|る)|侵入(?:した|する)|[内中]の|(?:カメラ|画像|前|内|中|上|下|そば|近く)の)$"
)
_MODIFIED_EN = re.compile(
    r" (?:with|without|wearing|not|lying|carrying|holding|having|whose|in an?|asleep|on (?:his|her|their))\b"
    r"| (?:who|that)(?! (?:(?:is|are|has|have|was) )?(?:in|at|on|near|inside|enter\w*|walk\w*|go\w*|come\w*|step\w*|stand\w*|seen|there)\b)"
)
_ADJECTIVE_EN = re.compile(r"\b(?:an?|the|any|some|every) (?:[a-z-]+ )+$")


def is_qualified(low: str, clause: "Clause", seen: "Span", lang: str) -> bool:
    """Whether more is said of a thing than that it is there ("a person lying on the floor", ベストを着ていない人), which no class tells."""
    before, after = low[clause.start : seen.start], low[seen.end : clause.end]
    if lang == "en":
        return bool(_MODIFIED_EN.match(after) or _ADJECTIVE_EN.search(before))
    others = [s for s in clause.spans if s is not seen and s.end <= seen.start]
    near = max((s.end for s in others if s.fact is not None or s.names), default=clause.start)
    gap = low[near : seen.start]
    return bool(_MODIFIED_JA.search(gap)) and gap != "の" and not _ONLY_WHERE_JA.search(gap)
