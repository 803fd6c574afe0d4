"""How long nobody is told a second time: その後10分は通知しない, "at most once every 10 minutes"."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Within
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.wishes import Missed

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning


def without(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """Takes out "その後10分は通知しない" and "at most once every 10 minutes"."""
    kept = []
    for clause in found:
        quiet = clause.role("quiet") or clause.having("at_most")
        length = next(
            (s for s in clause.spans if s.duration is not None or s.every is not None or s.is_fact(Within)), None
        )
        if (
            not quiet
            or length is None
            or (
                min(abs(length.start - q.end) for q in quiet) > 15
                and min(abs(q.start - length.end) for q in quiet) > 15
            )
        ):
            kept.append(clause)
            continue
        if length.every is not None and not clause.having("not", "at_most") and clause.role("tell"):
            kept.append(clause)
            continue
        meaning.quiet = length.duration if length.duration is not None else length.every
        meaning.quieted = meaning.reading.words(found[0].start, clause.end)
        if isinstance(length.fact, Within):
            meaning.quiet = length.fact.ms
        for span in (length, *quiet):
            span.used, span.duration, span.every, span.fact = True, None, None, None
        if clause.when and compares(clause.spans):
            kept.append(clause)
        elif (
            (clause.having("not") and clause.role("quiet"))
            or not clause.role("tell")
            or _only_quiet(meaning, clause, found)
            or not any(s.names or s.quantity or s.quote for s in clause.spans)
        ):
            for span in clause.spans:
                span.used = True
            if clause.when and not (
                clause.role("tell") and not any(s.names or (s.quantity and not s.words) for s in clause.spans)
            ):
                kept.append(clause)
        else:
            kept.append(clause)
    return kept


def _only_quiet(meaning: "Meaning", clause: Clause, found: list[Clause]) -> bool:
    """A sentence of its own that names nobody to tell ("同じ通知は10分に一度まで。")."""
    alone = all(other.sentence != clause.sentence or other is clause for other in found)
    return alone and not any(s.named("destination") or s.quote is not None for s in clause.spans)


def set_down(meaning: "Meaning", ms: int) -> None:
    quiet = [w for w in meaning.result.wishes if w.trigger.sort in ("compare", "edge", "reading", "happen", "order")]
    for wish in quiet:
        wish.trigger.quiet = ms
        if all(doing.sort == "actuate" for doing in wish.doings):
            for doing in wish.doings:
                doing.seldom = True
    if not quiet and not meaning.triggers.missed and meaning.quieted:
        meaning.result.missed.append(Missed(meaning.quieted, "nothing_then"))
