"""Which comparison stands with which number."""

from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.wishes import Meaning

RISING = ("above", "at_least")
FALLING = ("below", "at_most")
COMPARED = "<number>"
COMPARED_TWO = "<numbers>"
OPPOSITE = {
    "above": "at_most", "at_most": "above", "below": "at_least", "at_least": "below", "between": "outside", "outside": "between",
}  # fmt: skip


def key_of(meaning: Meaning) -> str:
    return next((key for key in meaning[1].params if key in OPPOSITE), "")


def with_key(meaning: Meaning, key: str) -> Meaning:
    """The same kind's phrase that compares by `key`; the meaning itself where there is none."""
    kind, phrase = meaning
    found = next((p for p in kind.phrases if p.role == "compare" and p.lang == phrase.lang and key in p.params), None)
    return (kind, found) if found else meaning


def direction(meaning: Meaning | None) -> str | None:
    """`up`, `down` or None of a comparison."""
    if meaning is None:
        return None
    keys = [key for key, slot in meaning[1].params.items() if slot == COMPARED]
    return "up" if keys and keys[0] in RISING else "down" if keys and keys[0] in FALLING else None


def pairs_of(spans: list[Span], lang: str) -> list[tuple[Meaning, list[Quantity]]]:
    """Each comparison with its number or numbers. A duration is a number only where a field counts time."""
    numbers = [s for s in spans if s.quantity is not None and s.duration is None and not s.used]
    said = [s for s in spans if s.role("compare")]
    compares = [s for s in said if not _of_a_duration(s, spans)] or said
    two = [s for s in compares if _takes_two(s)]
    if two and len(numbers) >= 2:
        meaning = _meaning(two[-1], two=True)
        return [(meaning, _use(numbers[:2], two))] if meaning else []
    found = []
    for number in numbers:
        near = [s for s in compares if not s.used and not _takes_two(s)]
        if not near:
            break
        after = [s for s in near if s.start >= number.end]
        before = [s for s in near if s.end <= number.start]
        suffix = [s for s in after if s.start - number.end <= 3]
        pick = (
            (_behind(number, after[:1], numbers) or before[-1:])
            if lang == "ja"
            else (suffix[:1] if suffix and s_is_suffix(suffix[0]) else before[-1:] or after[:1])
        )
        if pick and (meaning := _meaning(pick[0], two=False)):
            found.append((meaning, _use([number], pick)))
    return found


def _behind(number: Span, after: list[Span], numbers: list[Span]) -> list[Span]:
    """A comparison behind a number, unless another number stands between ("雨量が0で水分が25%以下")."""
    between = any(number.end <= n.start and n.end <= s.start for s in after for n in numbers if n is not number)
    return [] if between else after


def s_is_suffix(span: Span) -> bool:
    return span.text.startswith(("or ", "and ")) or not span.text[0].isascii()


def _of_a_duration(span: Span, spans: list[Span]) -> bool:
    """ "5分以上" and "for more than five minutes" compare the time, not the field."""
    at = spans.index(span)
    before, after = spans[at - 1] if at else None, spans[at + 1] if at + 1 < len(spans) else None
    if span.text[0].isascii() and span.text[0].isalpha():
        return after is not None and after.duration is not None and after.start - span.end <= 2
    return (
        before is not None
        and before.duration is not None
        and span.start == before.end
        and span.text in ("以上", "超", "以下", "超え", "未満")
    )


def _takes_two(span: Span) -> bool:
    return any(p.role == "compare" and COMPARED_TWO in p.params.values() for _, p in span.phrases)


def _meaning(span: Span, two: bool) -> Meaning | None:
    slot = COMPARED_TWO if two else COMPARED
    return next(((k, p) for k, p in span.phrases if p.role == "compare" and slot in p.params.values()), None)


def _use(numbers: list[Span], compares: list[Span]) -> list[Quantity]:
    for span in [*numbers, *compares]:
        span.used = True
    return [s.quantity for s in numbers if s.quantity is not None]
