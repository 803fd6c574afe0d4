"""Words that nothing took up: each wish that is not built is said, in its own words."""

import re

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Later, Lookback, Often, Row, Within
from llm.authors.phrasebook.fillers import ENGLISH, JAPANESE
from llm.authors.phrasebook.lexicon import PARTICLES
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.sharing import sources_of
from llm.authors.phrasebook.wishes import Missed, Wishes
from nodes.kit.things import Registry

_SORTS = ("type", "device", "destination", "field", "call")


def without_passed_over(reading: Reading, spans: list[Span], wishes: Wishes, found: list[Clause]) -> None:
    """A wish whose condition says a number or a length that nothing has taken up would be built as something else."""
    for clause in found if wishes.lang == "ja" else []:
        words = reading.words(clause.start, clause.end)
        left = any((s.quantity or s.duration is not None) and not s.used for s in spans if clause.start <= s.start < clause.end)  # fmt: skip
        if not clause.when or not left or any(s.named("destination") for s in clause.spans):
            continue
        kept = [wish for wish in wishes.wishes if words not in wish.trigger.words]
        if len(kept) < len(wishes.wishes):
            wishes.wishes = kept
            wishes.missed.append(Missed(words, "condition"))


_EXCEPTED = re.compile(
    r"(?P<what>[^、。はがをにで\s]{2,16})(?:のとき|の時|の間|時)?(?:だけ)?(?:は|を|も)?(?:除(?:いて|き|く|外)|のぞいて|のぞき)"
)


def unknown_exceptions(reading: Reading, spans: list[Span]) -> list[Missed]:
    """「霜取り中は除いて」: an exception of which nothing is understood; without it something else would be built."""
    return [
        Missed(reading.words(*match.span()), "unused")
        for match in _EXCEPTED.finditer(reading.low)
        if not any(s.start < match.end("what") and s.end > match.start("what") for s in spans)
    ]


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
            or span.is_fact(Within, Later, Lookback, Row, Often)
        )
        if weighty and not span.used and not any(_said(span, words, reading) for words in known):
            missed.append(Missed(reading.words(span.start, span.end), "unused"))
    if wishes.lang == "en" and all(wish.trigger.sort in ("clock", "checked") for wish in wishes.wishes):
        missed += _asked(reading, spans, known)
    tested = {t.words for w in wishes.wishes for t in w.trigger.tests if t.words}
    for words in _unknown_words(reading, spans, wishes.lang):
        if _is_told(words, reading, found) or _is_service(words) or _explains(words, reading, spans):
            continue
        if any(words in span.text for span in spans if span.names) or _part_of_name(words, wishes, registry):
            continue
        if not any(words in said for said in known) and words not in tested:
            missed.append(Missed(words, "unknown", nearest(words, registry, _SORTS, wishes.lang)))
    return missed


_HOW_MUCH = re.compile(r"\bhow (?:many|much|often|long)\b[^.,;:]*")


def _asked(reading: Reading, spans: list[Span], known: list[str]) -> list[Missed]:
    """ "how many hours it ran": a number that is asked for and that nothing works out."""
    found = []
    for match in _HOW_MUCH.finditer(reading.low):
        taken = any(
            (s.used or s.role("derive")) and s.start < match.start() + 8 and s.end > match.start() for s in spans
        )
        words = reading.words(match.start(), match.end())
        if not taken and not any(words in said for said in known):
            found.append(Missed(words, "unused"))
    return found


def _part_of_name(words: str, wishes: Wishes, registry: Registry) -> bool:
    """A part of what the devices that are watched, or their type, are called ("ピット" of ピット検知器1)."""
    types = {source.type.id: source.type for wish in wishes.wishes for source in sources_of(wish.trigger)}
    devices = [device for device in registry.devices.values() if device.type in types]
    labels = [(thing.label, thing.also) for thing in types.values()] + [(d.label, d.also) for d in devices]
    return any(words in text for label, also in labels for text in (*label.values(), *also))


def _explains(words: str, reading: Reading, spans: list[Span]) -> bool:
    """ "制限の30km/h": a noun that only says what number it is."""
    return any(
        s.quantity is not None and reading.text[: s.start].endswith((f"{words}の", f"{words}である")) for s in spans
    )


_SERVICES = {"sms", "slack", "teams", "line", "メール", "eメール", "mail", "email", "e-mail", "webhook", "chat", "チャット", "discord", "via teams", "on slack", "プッシュ"}  # fmt: skip


def _is_service(words: str) -> bool:
    """ "on Slack", "SMSで": the way in which somebody is told, which the destination has."""
    return words.lower() in _SERVICES


def _is_told(words: str, reading: Reading, found: list[Clause]) -> bool:
    """ "換気を知らせる": what is told needs no registration."""
    for clause in found:
        at = reading.text.find(words, clause.start, clause.end)
        if (
            at >= 0
            and _TOLD.match(reading.text, at + len(words))
            and not clause.when
            and any(span.start > at for span in clause.role("tell"))
        ):
            return True
    return False


_TOLD = re.compile(
    r"を|[^、。]{0,16}?と(?=[^、。とき]{1,12}(?:に|へ))|[^、。]{0,12}?(?:として|とみな|と見な|と判断|だと|であると)"
)


def _said(span: Span, words: str, reading: Reading) -> bool:
    return reading.words(span.start, span.end) in words


_ASIDE = re.compile(r"[(][^()]*[)]")


def _unknown_words(reading: Reading, spans: list[Span], lang: str, start: int = 0, end: int | None = None) -> list[str]:
    """Words that nothing has taken up; remarks in brackets may say what they like."""
    covered = [False] * len(reading.text)
    for span in spans:
        covered[span.start : span.end] = [True] * (span.end - span.start)
    for aside in _ASIDE.finditer(reading.text):
        covered[aside.start() : aside.end()] = [True] * (aside.end() - aside.start())
    last = len(reading.text) if end is None else end
    return _japanese(reading, covered, start, last) if lang == "ja" else _english(reading, covered, start, last)


def unknown_subject(reading: Reading, spans: list[Span], lang: str, start: int, end: int) -> str | None:
    """The name of a thing in a condition that nobody registered ("サイロの温度が", "the silo temperature")."""
    words = _unknown_words(reading, spans, lang, start, end)
    if lang != "ja":
        return words[0] if words else None
    fields = [s.start for s in spans if start <= s.start < end and s.named("field")]
    ends = [s.end for s in spans if start <= s.start < end and s.named("field")]
    for word in words:
        at = reading.text.find(word, start)
        after = reading.text[at + len(word) : at + len(word) + 1]
        if after in ("が", "は") and any(reading.text[field:at] == "の" for field in ends if field < at):
            return word
        if _GIVEN_BY.match(reading.text, at + len(word)):
            return word
        before = [reading.text[at + len(word) : field] for field in fields if field > at]
        if any(_OF.fullmatch(gap) for gap in before) or not fields:
            return word
    return None


_OF = re.compile(r"(?:の中|の内部|内)?[のがはで]{1,2}")


_GIVEN_BY = re.compile(
    r"(?:にある|に載|に書|に記|に定め|で定め|が定め|に従|による|どおり|通り)[^。]{0,8}(?:上限|下限|限界|基準|しきい値|閾値|規定|管理値|許容)"
)
"""What gives a limit ("検査基準表にある上限")."""


def _japanese(reading: Reading, covered: list[bool], start: int, end: int) -> list[str]:
    text = "".join("\n" if hidden else char for char, hidden in zip(reading.text, covered, strict=True))
    found = [m for m in _JAPANESE_WORD.finditer(text, start, end) if not _INFLECTED.match(reading.text, m.end())]
    pieces = [m.group() for m in found if not _all_fillers(_run(reading.text, m.start(), m.end()))]
    return [
        p
        for p in pieces
        if len(PARTICLES.sub("", p)) >= 2 and p not in JAPANESE and not p.endswith("的") and not _all_fillers(p)
    ]


_KANJI_AROUND = re.compile(r"[一-龠々]*$"), re.compile(r"[一-龠々]*")


def _run(text: str, start: int, end: int) -> str:
    """The whole run of kanji in which a piece stands ("店前" of 開店前)."""
    before, after = _KANJI_AROUND[0].search(text, 0, start), _KANJI_AROUND[1].match(text, end)
    return text[before.start() if before else start : after.end() if after else end]


_INFLECTED = re.compile(
    r"(?:さ[れせ]|す[るれ]|して|した|しな|しま|し続|しはじ|しか[けね]|[いうくぐすつぬぶむるきぎちびみりえけげせてねべめれ](?!ー)|っ[たて]|[わかがさたなばまら](?:な[いかくけ]|れ[るたて]|せ[るたて])|んで|んだ|ん[だで])"
)
"""What follows the stem of a verb or an adjective: such a word names nothing."""


_JAPANESE_WORD = re.compile(r"[一-龠々ァ-ヶーA-Za-z0-9]+")
_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'_-]*")
_LEADS = re.compile(r"\b(?:the|an?|our|in|at|of|on|from|every|any|each|inside) $")


def _english(reading: Reading, covered: list[bool], start: int, end: int) -> list[str]:
    """Words that follow an article or a preposition, with those that follow them ("the blast gate")."""
    found: list[str] = []
    last = -1
    for match in _ENGLISH_WORD.finditer(reading.text, start, end):
        word = match.group()
        if any(covered[match.start() : match.end()]) or not names_a_thing(word) or _guessed(reading.low, match.start()):
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


_GUESS = re.compile(
    r"\b(?:probably|perhaps|maybe|likely|presumably|possibly|must have|should be|might|may have|nobody should|because|since|so that)\b"
)


def _guessed(low: str, at: int) -> bool:
    """ "... a hose has probably burst": a guess or a reason names nothing to be watched."""
    start = max((low.rfind(mark, 0, at) for mark in (",", ".", ";", ":", "\n", "(")), default=-1)
    ends = [end for mark in (",", ".", ";", ":", "\n", ")") if (end := low.find(mark, at)) >= 0]
    part = low[start + 1 : min(ends, default=len(low))]
    found = _GUESS.search(part)
    return found is not None and abs(found.start() + start + 1 - at) < 30


def names_a_thing(word: str) -> bool:
    """Whether an English word that nobody registered may be meant as the name of something."""
    return word.lower().removesuffix("'s") not in ENGLISH and len(word) > 2 and not word.lower().endswith("ly")


def _all_fillers(piece: str) -> bool:
    rest = piece
    for word in sorted(JAPANESE, key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest.strip("ー")
