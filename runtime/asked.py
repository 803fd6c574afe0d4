"""What the server hears of questions to models: a row for each, and where there are very many a count of the others."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec

from engine.effect import Effect
from nodes.kit.answer_fields import UNSURE, AnswerField, mistake
from nodes.kit.picture import sha256_of
from nodes.kit.sparing import LEAST, SCORE, SECOND
from runtime.allowance import Allowance
from runtime.deploy import CHAT
from runtime.inference.asks import OVER_BUDGET
from runtime.inference.use import Answered, Use
from runtime.json_bytes import json_bytes
from runtime.running import RunningFlow

AT_ONCE, EVERY_SECOND = 200, 5
"""Questions of one flow to language models that are told one by one, at once and from then on every second; of more only
the count."""
LOCAL_AT_ONCE, LOCAL_EVERY_SECOND = 20, 1
"""The same for models that run here, which may be asked many times a second."""
COUNT_EVERY = 10.0
"""Seconds between two rows with counts."""
LONGEST = 8_000
"""Bytes of an answer as JSON that are told; of a longer one nothing but that it was one."""
ANSWER, FAILED, CACHED = "answer", "failed", "cached"
Row = Callable[[str | None, str, dict[str, Any]], None]


class Count(msgspec.Struct):
    """Of one node and model, of what was not told one by one."""

    outcomes: dict[str, int] = {}
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0


class Questions:
    """All on the host's thread. `row` writes a numbered row."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._listing = Allowance(AT_ONCE, EVERY_SECOND)
        self._local_listing = Allowance(LOCAL_AT_ONCE, LOCAL_EVERY_SECOND)
        self._counts: dict[tuple[str, str, str], Count] = {}
        self._count_at = 0.0

    def told(self, flow: RunningFlow, effect: Effect, answer: Answered, after: int | None) -> None:
        """An answer came, `after` ms since the question as the flow's clock goes; None: it had waited in vain by then."""
        outcome = outcome_of(effect.data, answer) if after is not None else FAILED
        use = answer.use
        listing = self._listing if effect.data.get("task") in (None, CHAT) else self._local_listing
        if listing.take(flow.id):
            reason = reason_of(effect.data, answer) if after is not None else "timeout"
            wait = effect.timeout if after is None else after
            self._row(
                flow.id, "asked", {**row_of(flow, effect, answer), "outcome": outcome, "reason": reason, "after": wait}
            )
            return
        count = self._counted(flow.id, effect.node, use)
        count.outcomes[outcome] = count.outcomes.get(outcome, 0) + 1

    def beside(self, flow: str, use: Use) -> None:
        """A flow spent this on what is no question of a node, such as the vector of one."""
        self._counted(flow, "", use)

    def _counted(self, flow: str, node: str, use: Use) -> Count:
        count = self._counts.setdefault((flow, node, use.model), Count())
        count.tokens_in += use.tokens_in
        count.tokens_out += use.tokens_out
        count.cost += use.cost or 0.0
        return count

    def tell_counts(self, now: float) -> None:
        """Now and then (`now` in monotonic seconds)."""
        if self._counts and now >= self._count_at:
            self._count_at = now + COUNT_EVERY
            counts, self._counts = self._counts, {}
            for (flow, node, model), count in counts.items():
                self._row(flow, "asked_more", {"node": node, "model": model, **msgspec.to_builtins(count)})


def waited(flow: RunningFlow, key: str, now: int) -> int | None:
    """For how long (ms) a question of the flow has waited at `now` for its answer; None: nobody waits for that any more."""
    engine = None if flow.resting else flow.engine
    waiting = engine.waiting.get(key) if engine is not None else None
    return max(engine.now, now) - waiting.since if engine is not None and waiting is not None else None


def row_of(flow: RunningFlow, effect: Effect, answer: Answered) -> dict[str, Any]:
    """A question and its answer, without what came of it."""
    use, asked = answer.use, effect.data
    given = answer.value if answer.error is None else None
    if given is not None and len(json_bytes(given)) > LONGEST:
        given = None
    about = {"node": effect.node, "device": effect.device, "time": effect.time, "key": effect.key}
    took = {**msgspec.to_builtins(use), "version": flow.version, "second": bool(asked.get(SECOND))}
    score = given.get(SCORE) if isinstance(given, dict) else None
    limit = answer.value if answer.error == OVER_BUDGET else None
    detail = answer.detail if answer.error is not None else wrong_in(asked, answer.value) or ""
    return {
        **about,
        **took,
        "answer": given,
        "score": score,
        "detail": detail[:300],
        "limit": limit,
        "prompt": prompt_hash(asked),
        "picture": _picture(asked),
    }


def outcome_of(asked: dict[str, Any], answer: Answered) -> str:
    """`answer`, `unsure`, `failed`, `over_budget`, or `cached` for a sound answer that was given before."""
    if answer.error is not None:
        return OVER_BUDGET if answer.error == OVER_BUDGET else FAILED
    given = answer.value
    if isinstance(given, dict) and asked.get("fields"):
        if given.get(UNSURE) is True:
            return UNSURE
        if _mistake(asked, given) is not None:
            return FAILED
        least = asked.get(LEAST)
        if least is not None and given.get(SCORE, 0) < least:
            return UNSURE
    return CACHED if answer.use.cached else ANSWER


def reason_of(asked: dict[str, Any], answer: Answered) -> str:
    """Why there is no sound answer, as the node says it; empty where there is one."""
    if answer.error is not None:
        return answer.error
    return "bad_answer" if wrong_in(asked, answer.value) is not None else ""


def wrong_in(asked: dict[str, Any], given: Any) -> str | None:
    """What of an answer is not as it was declared."""
    return _mistake(asked, given) if asked.get("fields") else None


def prompt_hash(asked: dict[str, Any]) -> str:
    """16 hexadecimal digits that stand for the words of the question and the answer that they want."""
    what = [asked.get(name) for name in ("prompt", "data", "schema")]
    return sha256(msgspec.json.encode(what)).hexdigest()[:16]


def _mistake(asked: dict[str, Any], given: Any) -> str | None:
    return mistake(given, [AnswerField.model_validate(field) for field in asked["fields"]])


def _picture(asked: dict[str, Any]) -> str:
    """Of the first picture that the question shows, by which a page asks for a small view of it."""
    handles = [*(asked.get("pictures") or ()), asked.get("picture")]
    return next((name for handle in handles if (name := sha256_of(handle)) is not None), "")
