"""Sentences that ask for nothing: how things usually are or ought to be, that the same applies, that nothing else matters."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning


def alike(meaning: "Meaning", clause: Clause) -> bool:
    """ "The same applies if it was open from the start": nothing new."""
    if not _ALIKE[meaning.lang].search(meaning.reading.low[clause.start : clause.end].strip(" 。.")):
        return False
    if any(s.quantity or s.named("destination") or s.role("tell") or s.role("record") for s in clause.spans):
        return False
    if any(s.clock or s.days or s.is_fact(Calendar) for s in clause.spans):
        return False
    for span in clause.spans:
        span.used = True
    return True


_REMARK = re.compile(
    r"\b(?:nobody|no one|no-one|nothing|they|it|we|people|guests|visitors|staff)\b[^.;]*?\b(?:should|ought to|must|may|is supposed to|are supposed to) (?:not )?be\b"
)


_NO_MATTER = re.compile(r"\b(?:doesn't|don't|does not|do not) (?:count|matter)\b")


def said_again(meaning: "Meaning", clause: Clause) -> bool:
    """ "Defrosting doesn't count: only warn ... if it isn't defrosting.": said once more as a condition."""
    fields = {n.id for s in clause.spans for n in s.named("field")}
    others = [c for c in meaning.found if c is not clause and c.when and c.having("not")]
    again = any(n.id in fields for c in others for s in c.spans for n in s.named("field"))
    if not again or not _NO_MATTER.search(meaning.reading.low, clause.start, clause.end):
        return False
    for span in clause.spans:
        span.used = True
    return True


_ONLY_HOW = re.compile(
    r"[\s、]*(?:(?:これら|以上|全部|ぜんぶ|すべて|全て)(?:を)?|一斉に|いっぺんに|同時に|まとめて|お願い(?:いた)?(?:し|でき)?(?:ます)?(?:か)?|頼みます|頼む|よろしく|です|で|ね|よ)+[。!?\s]*"
)


def remark(meaning: "Meaning", clause: Clause) -> bool:
    """ "Nobody should be in the yard at night: ...": how things ought to be, said before what is wanted; 「以上、よろしく」."""
    if meaning.lang == "ja" and _ONLY_HOW.fullmatch(meaning.reading.low, clause.start, clause.end):
        for span in clause.spans:
            span.used = True
        meaning.spans.append(Span(clause.start, clause.end, "", used=True))
        return True
    if clause.when or meaning.lang != "en" or not _REMARK.search(meaning.reading.low, clause.start, clause.end):
        return False
    others = any(s.quantity or s.quote or s.role("tell") or s.role("record") or s.role("actuate") for s in clause.spans)
    if others or clause.having("else") or any(s.named("choice") or s.named("call") for s in clause.spans):
        return False
    for span in (s for s in clause.spans if not (s.clock or s.fact or s.duration is not None)):
        span.used = True
    return True


_NOBODY = re.compile(r"\W*(?:nobody|no one|no-one|nothing|everyone|everybody|we|they|people|staff)\b")


def habit(meaning: "Meaning", clause: Clause) -> bool:
    """ "Nobody digs at weekends.": how things usually are, with nothing in it but when."""
    alone = all(other.sentence != clause.sentence or other is clause for other in meaning.found)
    if not alone or meaning.lang != "en" or clause.when or not _NOBODY.match(meaning.reading.low, clause.start):
        return False
    if any(
        s.names or s.quantity or s.quote or s.every or any(p.role != "gate" for _, p in s.phrases) for s in clause.spans
    ):
        return False
    later = [s for c in meaning.found if c.sentence > clause.sentence for s in c.spans]
    times = [s for s in clause.spans if s.days or s.clock or s.is_fact(Calendar) or s.role("gate")]
    if times and not any(s.days or s.clock or s.is_fact(Calendar) for s in later):
        return False
    for span in clause.spans:
        span.used = True
    hours = next((s.fact for s in clause.spans if isinstance(s.fact, Calendar) and s.fact.ranges), None)
    if hours is not None and meaning.triggers.given.calendar is None:
        meaning.triggers.given.calendar = hours  # "We bake from 3 to 11. Outside these hours ..."
    meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    return True


_ALIKE = {
    "ja": re.compile(r"(?:同じ|同様)(?:です|だ|とする|とします|に扱|に)?[。\s]*$"),
    "en": re.compile(
        r"\bthe same (?:goes|applies|holds)\b|^\W*(?:but )?not the other way (?:a?round|about)|\bnone of (?:his|her|their|our|your|anyone's) business\b"
        r"|^\W*(?:nothing else|any(?:thing)? else|any other \w+|all other \w+|other \w+|everything else)(?: (?:is|are|does|do|can|may|should))?(?: (?:not|n't))?(?: be)? ?(?:matters?|of interest|count|interesting|needed|relevant|ignored|left out|please)?$"
    ),
}
