"""Rows for the server: every action up to a rate, then only counted."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from engine.effect import Effect
from runtime import reports
from runtime.reports import Reports
from runtime.senders.outcome import SENT, failed

FLOW: Any = SimpleNamespace(id="f", plan=SimpleNamespace(registry=None), new_troubles=list, durable=True)


def effect(number: int, kind: str = "notify") -> Effect:
    return Effect(f"key-{number}", "tell", kind, 1_767_571_200_000, "k1", {"to": "line", "text": "hot"}, f"m-{number}")


def test_a_flow_that_acts_all_the_time_is_listed_up_to_a_rate_and_failures_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reports, "LISTED_AT_ONCE", 10)
    rows: list[dict[str, Any]] = []
    made = Reports(lambda words: None, lambda: None)
    host: Any = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: 5), row=lambda row: rows.append(json.loads(row)), flows={"f": FLOW}
    )
    made.host = host
    effects = [effect(number) for number in range(50)]
    made.made(FLOW, [*effects, effect(99, kind="store")])
    for one in effects[:-1]:
        made.carried_out(FLOW, one, SENT)
    made.carried_out(FLOW, effects[-1], failed("gone"))
    made.round_over()
    keys = [(row["row"], row["data"].get("key")) for row in rows]
    listed = [f"key-{number}" for number in range(10)]
    assert keys[:10] == [("firing", key) for key in listed]
    assert keys[10:] == [*(("effect", key) for key in listed), ("effect", "key-49"), ("problem", None)]
    assert rows[-1]["data"]["code"] == "unlisted"
    assert rows[-1]["data"]["args"] == {"most": 100, "count": 40}
