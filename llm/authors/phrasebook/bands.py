"""Bands of one number, each with a setting of its own, and "otherwise": each band holds wherever the number is in it, on
the way up and on the way down."""

from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import checking
from llm.authors.phrasebook.comparisons import key_of
from llm.authors.phrasebook.norms import converse
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.wishes import Doing, Test, Trigger, Wish
from llm.authors.phrasebook.wishing import chosen

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_HIGH, _LOW = ("above", "at_least"), ("below", "at_most")


def otherwise(meaning: "Meaning", part: Part) -> Trigger | None:
    """What counts where none of what was said before does."""
    words = meaning.reading.words(part.when[0].start, part.when[0].end)
    return _neither(meaning, words) or checking.otherwise(meaning, part)


def _neither(meaning: "Meaning", words: str) -> Trigger | None:
    """The number is in none of the bands before; None where fewer than two set the same thing."""
    bands = _bands(meaning.result.wishes) if meaning.lang == "en" else []
    rest = [converse(band.trigger.tests[0]) for band in bands]
    tests = [test for test in rest if test is not None]
    if len(bands) < 2 or len(tests) != len(bands):
        return None
    _without_inner(bands)
    first = bands[0].trigger
    return replace(first, words=words, tests=tests, join="and", meaning=tests[0].meaning, of=None, back=None)


def _bands(wishes: list[Wish]) -> list[Wish]:
    """The last wishes in a row that set the same command by the same field."""
    found: list[Wish] = []
    for wish in reversed(wishes):
        if not _is_band(wish) or (found and not _alike(wish, found[0])):
            break
        found.insert(0, wish)
    return found


def _is_band(wish: Wish) -> bool:
    trigger = wish.trigger
    plain = trigger.sort == "compare" and len(trigger.tests) == 1 and trigger.row is None and trigger.crowd is None
    test = trigger.tests[0] if plain else None
    measured = test is not None and test.meaning is not None and len(test.numbers) == 1 and not test.steps
    return measured and not trigger.hold and trigger.base is None and chosen(wish.doings)


def _alike(one: Wish, other: Wish) -> bool:
    ours, theirs = one.trigger, other.trigger
    same = ours.tests[0].field is theirs.tests[0].field and _whose(ours) == _whose(theirs)
    return same and one.calendar == other.calendar and _set(one.doings) == _set(other.doings)


def _whose(trigger: Trigger) -> tuple[str, tuple[str, ...]] | None:
    return (trigger.source.type.id, tuple(trigger.source.only)) if trigger.source is not None else None


def _set(doings: list[Doing]) -> list[tuple[str, str]]:
    return sorted((str(doing.target), doing.call) for doing in doings)


def _without_inner(bands: list[Wish]) -> None:
    """ "Yellow above 30, red above 35": the wider band ends where the narrower one begins."""
    tests = [band.trigger.tests[0] for band in bands]
    for band, test in zip(bands, tests, strict=True):
        inner = min(
            (other for other in tests if _inside(other, test)), key=lambda other: _away(other, test), default=None
        )
        limit = converse(inner) if inner is not None else None
        if limit is not None:
            band.trigger.tests = [test, limit]


def _inside(inner: Test, outer: Test) -> bool:
    side = _HIGH if _key(outer) in _HIGH else _LOW
    if inner is outer or _key(inner) not in side or _key(outer) not in side:
        return False
    one, two = inner.numbers[0], outer.numbers[0]
    return one.unit == two.unit and (one.value > two.value if side is _HIGH else one.value < two.value)


def _away(inner: Test, outer: Test) -> float:
    return abs(inner.numbers[0].value - outer.numbers[0].value)


def _key(test: Test) -> str:
    return key_of(test.meaning) if test.meaning is not None else ""
