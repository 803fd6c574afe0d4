"""The loops of a plan give what the engine gives message by message: effects, memory, counts, traces and taps."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from document.problems import has_errors
from document.registry import load_registry
from document.validate import validate
from engine.engine import Engine
from engine.incoming import Incoming
from engine.plan import Plan, build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival, Causes, Event
from nodes.kit.quick import Quiet
from tests.thorough import thoroughly

NOW = 1_767_571_200_000
CATALOG = full_catalog()
KILN = {
    "id": "kiln", "topic": "plant/{device}/t", "time": {"path": "ts", "format": "ms"},
    "fields": [
        {"name": "temperature", "path": "t.temp", "type": "number", "unit": "°C"},
        {"name": "count", "type": "integer"},
        {"name": "door", "type": "string"},
        {"name": "on", "type": "boolean"},
        {"name": "place", "type": "location"},
    ],
    "commands": [{"id": "stop", "topic": "plant/{device}/set", "approval": False,
                  "values": {"type": "object", "properties": {"on": {"type": "boolean"}}}}],
}  # fmt: skip
ROOM = {
    "id": "room", "topic": "rooms/{device}", "time": {"path": "at", "format": "rfc3339"},
    "fields": [{"name": "temperature", "type": "number", "unit": "°C"}, {"name": "co2", "type": "integer"}],
}  # fmt: skip
REGISTRY, _ = load_registry({
    "types": [KILN, ROOM], "destinations": [{"id": "line", "service": "slack"}],
    "devices": [{"id": f"k{n}", "type": "kiln"} for n in range(3)] + [{"id": "r0", "type": "room"}],
})  # fmt: skip
EXPRESSIONS = [
    "temperature > 80.0", "temperature > 60.0 && temperature < 90.0", "count >= 3 || !on", "door == 'open'",
    "count == 3.0", "temperature + 1.0 > 80.0 && door != 'shut'", "temperature * 2.0 >= 160.0 || count > 2",
    "has(door)", "device.id == 'k1'", "on",
]  # fmt: skip
CONDITIONS: list[dict[str, Any]] = [
    {"kind": "condition", "params": {"expr": text}, "port": port} for text in EXPRESSIONS for port in ("true", "false")
]
REMEMBERING: list[dict[str, Any]] = [
    {"kind": "threshold", "params": {"field": "temperature", "above": 80}, "port": "entered"},
    {"kind": "threshold", "params": {"field": "temperature", "at_most": 60, "margin": 5}, "port": "cleared"},
    {"kind": "threshold", "params": {"field": "temperature", "above": 70, "for": "3s"}, "port": "entered"},
    {"kind": "threshold", "params": {"field": "count", "above": 2, "times": 2, "of": 3}, "port": "entered"},
    {"kind": "threshold", "params": {"field": "temperature", "outside": [60, 80], "max_gap": "5s"}, "port": "entered"},
    {"kind": "threshold", "params": {"field": "temperature", "above": 70, "per": "all"}, "port": "entered"},
    {"kind": "holds", "params": {"expr": "temperature > 70.0 && door == 'open'", "for": "2s"}, "port": "entered"},
    {"kind": "changed", "params": {"fields": ["door"]}, "port": "out"},
    {"kind": "changed", "params": {"fields": ["temperature", "count"], "first": True}, "port": "out"},
    {"kind": "window", "params": {"field": "temperature", "calc": "average", "over": "5s"}, "port": "out"},
    {"kind": "window", "params": {"field": "temperature", "calc": "max", "over": "5s", "mode": "tumbling"}, "port": "out"},
    {"kind": "window", "params": {"field": "count", "calc": "sum", "readings": 3}, "port": "out"},
    {"kind": "window", "params": {"field": "temperature", "calc": "min", "each": "hour", "mode": "sliding"}, "port": "out"},
    {"kind": "window", "params": {"field": "temperature", "calc": "count", "gap": "4s"}, "port": "out"},
    {"kind": "cooldown", "params": {"length": "3s"}, "port": "out"},
    {"kind": "set_fields", "params": {"fields": {"twice": "temperature * 2.0"}}, "port": "out"},
]  # fmt: skip
LAST: list[dict[str, Any]] = [
    {"kind": "notify", "params": {"to": "line", "text": "{device.id} {temperature}"}},
    {"kind": "store", "params": {"fields": ["temperature"]}},
    {"kind": "command", "params": {"device": "same", "command": "stop", "values": {"on": False}}},
]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A source or two and up to five steps, each after one or two of what is there, and an action after each end."""
    nodes: list[dict[str, Any]] = [{"id": "src", "kind": "devices", "params": {"type": "kiln"}}]
    outs = ["src.out"]
    for number in range(draw(st.integers(1, 4))):
        step = draw(st.sampled_from(REMEMBERING if draw(st.integers(0, 2)) else CONDITIONS))
        after = [draw(st.sampled_from(outs))]
        if draw(st.integers(0, 5)) == 0 and (more := draw(st.sampled_from(outs))) not in after:
            after.append(more)
        node = {"id": f"n{number}", "kind": step["kind"], "from": after, "params": step["params"]}
        if draw(st.integers(0, 19)) == 0:
            node["off"] = True
        nodes.append(node)
        outs.append(f"n{number}.{step['port']}")
    if draw(st.booleans()):
        nodes.append({"id": "room", "kind": "devices", "params": {"type": "room"}})
        nodes.append({"id": "air", "kind": "condition", "from": ["room"], "params": {"expr": "co2 > 800"}})
        outs.append("air.true")
    for number, out in enumerate(draw(st.lists(st.sampled_from(outs), min_size=1, max_size=4))):
        nodes.append({"id": f"a{number}", "from": [out], **draw(st.sampled_from(LAST))})
    return {"suiro": 1, "name": "Fused", "nodes": nodes}


TEMPERATURES = st.sampled_from(
    [20, 59.5, 60, 65.0, 70, 70.5, 79.9, 80, 80.5, 85, 90, -0.0, 1e300, 2**63, None, "80", True]
)
USUAL = st.fixed_dictionaries({
    "t": st.fixed_dictionaries({"temp": st.sampled_from([59.5, 60, 65.0, 70, 70.5, 80, 80.5, 85, 90])}),
    "count": st.sampled_from([0, 1, 2, 3, 4]),
    "door": st.sampled_from(["open", "open", "shut"]),
    "on": st.booleans(),
})  # fmt: skip
ODD = st.fixed_dictionaries(
    {},
    optional={
        "t": st.one_of(st.fixed_dictionaries({}, optional={"temp": TEMPERATURES, "x": st.just([1])}), st.sampled_from([None, 5, []])),
        "t.temp": st.sampled_from([77, None]),
        "count": st.sampled_from([3.0, 2.5, None, "3", 2**64]),
        "door": st.sampled_from(["開", None, 1]),
        "on": st.sampled_from([None, 1]),
        "place": st.sampled_from([{"lat": 35, "lon": 139.5}, {"lat": 95, "lon": 0}, None, {"lat": 1.5, "lon": 2, "alt": 3}]),
        "more": st.sampled_from([{"deep": [[1]]}, "é", None]),
    },
)  # fmt: skip
BROKEN = st.sampled_from([
    b"", b"{", b"[1]", b"null", b"5", b'{"t": {"temp": 1e999}}', b'{"count": NaN}', b'{"door": "\xff"}', b'{"x": "\xff"}',
    b'\xef\xbb\xbf{"count": 3}', b"[" * 70 + b"]" * 70, b'{"x": ' + b"[" * 70 + b"]" * 70 + b"}", b'{"count": 3, "count": 4}',
])  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> list[tuple[int, str, bytes]]:
    """Times of arrival (ms), topics and payloads."""
    found = []
    now = NOW
    usual = st.sampled_from([0, 0, 0, 1000, 1000, 2000, 3000, 6000, -2000, -130_000, 90_000_000])
    for _ in range(draw(st.integers(1, 60))):
        now += draw(st.sampled_from([0, 0, 1000, 1000, 2000, 3000, 10_000]))
        lag = draw(usual)
        if draw(st.integers(0, 9)) == 0:
            body = {"temperature": draw(TEMPERATURES), "co2": draw(st.sampled_from([700, 900, None])),
                    "at": draw(st.sampled_from(["2026-01-05T00:00:00Z", "2026-01-05T00:00:01+00:00", "never", 5]))}  # fmt: skip
            found.append((now, draw(st.sampled_from(["rooms/r0", "rooms/a b", "other/1"])), json.dumps(body).encode()))
            continue
        body = {**draw(USUAL), "ts": now - lag}
        odd = draw(st.integers(0, 19))
        if odd == 0:
            body["ts"] = draw(st.sampled_from([float(now), str(now), None, 0, -1, now // 1000]))
        elif odd == 1:
            del body["ts"]
        elif odd < 6:
            body |= draw(ODD)
        payload = draw(BROKEN) if odd == 6 else json.dumps(body, ensure_ascii=False).encode()
        found.append((now, f"plant/{draw(st.sampled_from(['k0', 'k0', 'k0', 'k1', 'new', 'bad id']))}/t", payload))
    return found


def state(engine: Engine, effects: list[Any]) -> dict[str, Any]:
    """All that can be seen of an engine."""
    return {
        "effects": msgspec.to_builtins(effects), "memory": engine.snapshot(), "counts": msgspec.to_builtins(engine.counts),
        "traces": msgspec.to_builtins(list(engine.traces.recent)), "now": engine.now, "due": engine.next_due(),
    }  # fmt: skip


def one_by_one(plan: Plan, rows: list[tuple[int, str, bytes]]) -> tuple[Engine, list[Any]]:
    engine, effects = Engine(plan, now=NOW - 1000), []
    for number, (arrived, topic, payload) in enumerate(rows):
        effects += engine.push(Arrival(arrived, f"m-{number}", topic=topic, payload=payload))
    return engine, effects


def in_batches(plan: Plan, rows: list[tuple[int, str, bytes]]) -> tuple[Engine, list[Any]]:
    engine, effects = Engine(plan, now=NOW - 1000), []
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at][0] != rows[start][0]:
            part = rows[start:at]
            incoming = Incoming([row[1] for row in part], [row[2] for row in part], part[0][0], Causes("m-", start))
            effects += engine.push_all(incoming)
            start = at
    return engine, effects


@thoroughly(400)
@given(documents(), messages())
def test_batches_give_what_single_messages_give(document: dict[str, Any], rows: list[tuple[int, str, bytes]]) -> None:
    assume(not has_errors(validate(document, CATALOG, REGISTRY)))
    plan = build_plan(document, CATALOG, REGISTRY)
    expected, found = one_by_one(plan, rows), in_batches(plan, rows)
    assert state(*found) == state(*expected)
    end = rows[-1][0] + 3_600_000
    assert msgspec.to_builtins(found[0].advance(end)) == msgspec.to_builtins(expected[0].advance(end))
    assert state(found[0], []) == state(expected[0], [])
    # of what is done in place only the last one of a batch is kept, as it was when it left
    assert found[0].last.keys() == expected[0].last.keys()
    assert all(isinstance(found[0].last_on(wire), Event) for wire in found[0].last)


def test_a_kind_whose_short_way_fails_goes_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"suiro": 1, "name": "Fused", "nodes": [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "hot", "kind": "threshold", "from": ["src"], "params": {"field": "temperature", "above": 80}},
        {"id": "keep", "kind": "store", "from": ["hot.entered"], "params": {"fields": ["temperature"]}},
    ]}  # fmt: skip
    plan = build_plan(document, CATALOG, REGISTRY)
    hot = next(node for node in plan.nodes if node.id == "hot")
    monkeypatch.setattr(hot.instance, "quick", lambda: Quiet(lambda *_: 1 // 0, ("temperature",)))
    rows = [
        (NOW + n, "plant/k0/t", json.dumps({"ts": NOW + n, "t": {"temp": t}}).encode())
        for n, t in enumerate([70, 85, 85])
    ]
    assert state(*in_batches(plan, rows)) == state(*one_by_one(plan, rows))


@given(st.lists(st.tuples(st.sampled_from([0, 0, 1000]), st.integers(0, 3), st.sampled_from([70, 85])), min_size=1))
def test_a_key_that_made_room_for_another_begins_anew(steps: list[tuple[int, int, int]]) -> None:
    document = {"suiro": 1, "name": "Fused", "nodes": [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "moved", "kind": "changed", "from": ["src"], "params": {"fields": ["temperature"], "first": True}},
        {"id": "keep", "kind": "store", "from": ["moved"], "params": {"fields": ["temperature"]}},
    ]}  # fmt: skip
    plan, now, rows = build_plan(document, CATALOG, REGISTRY), NOW, []
    for wait, device, value in steps:
        now += wait
        rows.append((now, f"plant/k{device}/t", json.dumps({"ts": now, "t": {"temp": value}}).encode()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.delivery.MOST_KEYS", 2)
        assert state(*in_batches(plan, rows)) == state(*one_by_one(plan, rows))
