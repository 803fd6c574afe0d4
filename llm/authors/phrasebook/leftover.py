"""Words that nothing took up: each wish that is not built is said, in its own words."""

import re

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.fillers import ENGLISH, JAPANESE
from llm.authors.phrasebook.lexicon import PARTICLES
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Missed, Wishes
from nodes.kit.things import Registry

_SORTS = ("type", "device", "destination", "field", "call")


def leftovers(
    reading: Reading, spans: list[Span], wishes: Wishes, registry: Registry, found: list[Clause]
) -> list[Missed]:
    """Unused numbers, durations, times and quoted texts, and names of things that nobody registered."""
    known = [missed.words for missed in wishes.missed]
    missed = []
    for span in spans:
        weighty = (
            span.quantity
            or span.duration is not None
            or span.clock
            or span.quote is not None
            or span.every is not None
            or span.days
        )
        if weighty and not span.used and not any(_said(span, words, reading) for words in known):
            missed.append(Missed(reading.words(span.start, span.end), "unused"))
    tested = {t.words for w in wishes.wishes for t in w.trigger.tests if t.words}
    for words in _unknown_words(reading, spans, wishes.lang):
        if _is_told(words, reading, found) or _is_service(words):
            continue
        if not any(words in said for said in known) and words not in tested:
            missed.append(Missed(words, "unknown", nearest(words, registry, _SORTS, wishes.lang)))
    return missed


_SERVICES = {"sms", "slack", "teams", "line", "メール", "eメール", "mail", "email", "e-mail", "webhook", "chat", "チャット", "discord", "via teams", "on slack", "プッシュ"}  # fmt: skip


def _is_service(words: str) -> bool:
    """ "on Slack", "SMSで": the way in which somebody is told, which the destination has."""
    return words.lower() in _SERVICES


def _is_told(words: str, reading: Reading, found: list[Clause]) -> bool:
    """ "換気を知らせる": what is told needs no registration."""
    for clause in found:
        at = reading.text.find(f"{words}を", clause.start, clause.end)
        if at >= 0 and not clause.when and any(span.start > at for span in clause.role("tell")):
            return True
    return False


def _said(span: Span, words: str, reading: Reading) -> bool:
    return reading.words(span.start, span.end) in words


def _unknown_words(reading: Reading, spans: list[Span], lang: str, start: int = 0, end: int | None = None) -> list[str]:
    covered = [False] * len(reading.text)
    for span in spans:
        covered[span.start : span.end] = [True] * (span.end - span.start)
    last = len(reading.text) if end is None else end
    return _japanese(reading, covered, start, last) if lang == "ja" else _english(reading, covered, start, last)


def unknown_subject(reading: Reading, spans: list[Span], lang: str, start: int, end: int) -> str | None:
    """The name of a thing in a condition that nobody registered ("サイロの温度が", "the silo temperature")."""
    words = _unknown_words(reading, spans, lang, start, end)
    if lang != "ja":
        return words[0] if words else None
    fields = [s.start for s in spans if start <= s.start < end and s.named("field")]
    for word in words:
        at = reading.text.find(word, start)
        before = [reading.text[at + len(word) : field] for field in fields if field > at]
        if any(_OF.fullmatch(gap) for gap in before) or not fields:
            return word
    return None


_OF = re.compile(r"(?:の中|の内部|内)?[のがはで]{1,2}")


def _japanese(reading: Reading, covered: list[bool], start: int, end: int) -> list[str]:
    text = "".join("\n" if hidden else char for char, hidden in zip(reading.text, covered, strict=True))
    pieces = [match.group() for match in _JAPANESE_WORD.finditer(text, start, end)]
    return [p for p in pieces if len(PARTICLES.sub("", p)) >= 2 and p not in JAPANESE and not _all_fillers(p)]


_JAPANESE_WORD = re.compile(r"[一-龠々ァ-ヶーA-Za-z0-9]+")
_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'_-]*")
_LEADS = re.compile(r"\b(?:the|an?|our|in|at|of|on|from|every|any|each|inside) $")


def _english(reading: Reading, covered: list[bool], start: int, end: int) -> list[str]:
    """Words that follow an article or a preposition, with those that follow them ("the blast gate")."""
    found: list[str] = []
    last = -1
    for match in _ENGLISH_WORD.finditer(reading.text, start, end):
        word = match.group()
        if any(covered[match.start() : match.end()]) or not names_a_thing(word):
            continue
        goes_on = last >= 0 and reading.text[last : match.start()] == " "
        if goes_on:
            found[-1] += f" {word}"
        elif _LEADS.search(reading.low[: match.start()]):
            found.append(word)
        else:
            last = -1
            continue
        last = match.end()
    return found


def names_a_thing(word: str) -> bool:
    """Whether an English word that nobody registered may be meant as the name of something."""
    return word.lower().removesuffix("'s") not in ENGLISH and len(word) > 2 and not word.lower().endswith("ly")


def _all_fillers(piece: str) -> bool:
    rest = piece
    for word in sorted(JAPANESE, key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest.strip("ー")
