"""The recorded answers of a flow as a replay reads them (answers.jsonl, CONTRACTS section 4)."""

from collections.abc import Iterator
from typing import Any

from flows.models import AskRecord, Flow
from nodes.kit.duration import format_duration


def lines(flow: Flow) -> Iterator[dict[str, Any]]:
    """One for each question, in the order in which they were asked. A question whose answer was too long to be kept is left
    out: a replay finds none for it."""
    rows = AskRecord.objects.of(flow.workspace).filter(flow=flow).order_by("time", "created", "pk")
    for row in rows.iterator(chunk_size=500):
        known: dict[str, Any] = {
            "node": row.node,
            "time": round(row.time.timestamp() * 1000),
            "after": format_duration(row.after),
        }
        if row.device is not None:
            known["device"] = row.device
        if row.answer is not None and row.outcome != AskRecord.Outcome.OVER_BUDGET:
            yield {**known, "answer": row.answer}
        elif row.reason and row.reason != "bad_answer":
            yield {**known, "error": row.reason, "detail": row.detail}
