"""The whole vocabulary in one flow: taken apart at any point, it goes on the same."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from document.problems import has_errors
from document.validate import validate
from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan, build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival

START = 1_767_571_200_000
TEXT = {"to": "shift", "text": "{device} {time} {value}"}
DOCUMENT: dict[str, Any] = {
    "suiro": 1,
    "name": "Everything",
    "settings": {"wait": {"value": "20s"}, "limit": {"value": 80}},
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "raw", "kind": "mqtt_in", "params": {"topic": "raw/#", "format": "json"}},
        {"id": "clock", "kind": "schedule", "params": {"cron": "* * * * *"}},
        {"id": "hot", "kind": "threshold", "from": ["kiln"],
         "params": {"field": "t", "above": "$limit", "margin": 5, "for": "$wait"}},
        {"id": "if", "kind": "condition", "from": ["kiln", "raw"], "params": {"expr": "t > 50.0"}},
        {"id": "moved", "kind": "changed", "from": ["if.true"], "params": {"fields": ["t"]}},
        {"id": "mean", "kind": "window", "from": ["kiln"],
         "params": {"field": "t", "calc": "average", "over": "30s", "mode": "tumbling"}},
        {"id": "slide", "kind": "window", "from": ["kiln"],
         "params": {"field": "t", "calc": "max", "over": "15s", "per": "all"}},
        {"id": "calm", "kind": "cooldown", "from": ["moved", "hot", "clock"], "params": {"for": "$wait", "per": "all"}},
        {"id": "name", "kind": "set_fields", "from": ["slide"],
         "params": {"fields": [{"name": "double", "expr": "value * 2.0"}]}},
        {"id": "think", "kind": "ai_prompt", "from": ["hot.cleared"],
         "params": {"prompt": "Why? {t}", "timeout": "15s",
                    "fields": [{"name": "why", "type": "string", "description": "the reason"}]}},
        {"id": "tell", "kind": "notify", "from": ["mean", "calm.held", "think.failed"], "params": TEXT},
        {"id": "again", "kind": "notify", "from": ["tell.failed", "think"], "params": TEXT},
        {"id": "keep", "kind": "store", "from": ["name", "calm"], "params": {"fields": ["t", "value", "double"]}},
        {"id": "post", "kind": "webhook_out", "from": ["hot"], "params": {"to": "mes"}},
    ],
}  # fmt: skip


def plan() -> Plan:
    problems = validate(DOCUMENT, full_catalog(), None)
    assert not has_errors(problems), problems
    return build_plan(DOCUMENT, full_catalog(), None)


PLAN = plan()
arrivals = st.tuples(
    st.integers(0, 20_000),
    st.integers(0, 8_000),
    st.sampled_from(["k1", "k2", "raw"]),
    st.sampled_from([40, 70, 79, 85.5, "x"]),
)
rest = st.one_of(st.sampled_from(["tick", "fail", "answer", "settings"]))


class Script:
    """One thing after the other; the engine is taken apart before those numbered in `breaks`."""

    def __init__(self, breaks: set[int]) -> None:
        self.breaks, self.engine, self.open = breaks, Engine(PLAN, now=START), list[Effect]()

    def play(self, script: list[Any]) -> bytes:
        made: list[Effect] = []
        for number, what in enumerate(script):
            if number in self.breaks:
                stored = msgspec.json.encode(self.engine.snapshot())
                self.engine = Engine(PLAN, now=START, memory=msgspec.json.decode(stored))
            new = self.happen(number, what)
            self.open += [effect for effect in new if effect.key in self.engine.waiting]
            made += new
        return msgspec.json.encode(made)

    def happen(self, number: int, what: Any) -> list[Effect]:
        engine, cause = self.engine, str(number)
        if what == "tick":
            return engine.advance(engine.now + 17_000)
        if what == "settings":
            return engine.change_settings({"wait": f"{number + 1}s", "limit": 60 + number}, engine.now)
        if what in ("fail", "answer"):
            key = self.open.pop(0).key if self.open else "none"
            answer = Answer(error="http_500") if what == "fail" else Answer(value={"why": "because"})
            return engine.answer(key, answer, engine.now)
        gap, lag, device, value = what
        at = engine.now + gap
        if device == "raw":
            return engine.push(Arrival(at, cause, topic="raw/1", payload=msgspec.json.encode({"t": value})))
        return engine.push(Arrival(at, cause, at - lag, device=device, type="kiln", data={"t": value}))


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(arrivals, arrivals, rest), max_size=30), st.sets(st.integers(0, 29)))
def test_every_kinds_memory_survives_a_restart_at_any_point(script: list[Any], breaks: set[int]) -> None:
    whole, broken = Script(set()), Script(breaks)
    assert whole.play(script) == broken.play(script)
    assert msgspec.json.encode(whole.engine.snapshot()) == msgspec.json.encode(broken.engine.snapshot())
    assert not [trace for trace in whole.engine.traces.recent if trace.code == "node_failed"]
