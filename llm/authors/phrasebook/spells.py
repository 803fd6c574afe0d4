"""What is commanded only for a while: the command that takes it back, and after how long (10秒鳴らす, "for ten minutes")."""

import re
from dataclasses import replace
from typing import Any

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.concepts import OPPOSITE
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.targets import Call, best_call, opposite
from llm.authors.phrasebook.wishes import Source
from nodes.kit.things import Registry

_FOR = re.compile(r"\bfor (?:about |just |only |exactly )?$")
_A_WHILE = re.compile(r"(?:間)?(?:だけ|ほど|くらい|ぐらい)?(?!後|以内|おき|ごと|毎|以上|続)")
"""Behind a length of time for which something is done."""


def taken_back(
    reading: Reading, registry: Registry, lang: str, call: Call, clause: Clause, source: Source | None
) -> tuple[str, dict[str, Any], int] | None:
    """Command, values and ms; None where the words name no such length of time or nothing plainly takes it back."""
    length = next((s for s in clause.spans if s.duration is not None and not s.used and s not in call.spans), None)
    if length is None or length.duration is None:
        return None
    if lang == "ja":
        said = _A_WHILE.match(reading.low, length.end)
        back = _turned(registry, call, clause, length, source) if said else None
    else:
        back = opposite(call) if _FOR.search(reading.low[: length.start]) else None
    if back is None:
        return None
    length.used = True
    return (*back, length.duration)


def _turned(
    registry: Registry, call: Call, clause: Clause, length: Span, source: Source | None
) -> tuple[str, dict[str, Any]] | None:
    """What the same words command with on and off, open and closed the other way round."""
    turned = [
        replace(s, words={OPPOSITE[w] for w in s.words & set(POLARITIES)}, names=[n for n in s.names if n.sort in ("type", "device", "attribute")])
        for s in clause.spans
        if s is not length
    ]  # fmt: skip
    if not any(s.words for s in turned):
        return None
    back = best_call([replace(s, used=False) for s in turned], registry, source, call.type)
    same = back is not None and (back.command.id, back.values) == (call.command.id, call.values)
    if back is None or same or back.lacks or back.type is not call.type:
        return None
    return back.command.id, back.values
