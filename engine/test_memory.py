from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.effect import Effect
from engine.engine import Engine
from engine.harness import Watch, hot, node, plan_of, reading
from engine.plan import Plan
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival

SETTINGS = {"limit": {"value": 80}, "wait": {"value": "30s"}}


def everything() -> Plan:
    """A flow that keeps all sorts of memory."""
    return plan_of(
        node("in", "readings"),
        node("clock", "every", every="45s"),
        node("hot", "threshold", "in", field="t", above="$limit", for_="$wait"),
        node("n", "count", "in", "hot", per="t"),
        node("all", "count_all", "in", "clock", "hot.cleared", per="all"),
        node("q", "question", "hot.cleared", timeout="20s"),
        node("quiet", "quiet", "in", limit="40s"),
        {"id": "again", "kind": "repeat", "from": {"start": ["hot"], "stop": ["hot.cleared"]}},
        node("tell", "tell", "n", "all", "q", "q.failed", "quiet", "again"),
        node("heard", "tell", "tell.sent"),
        settings=SETTINGS,
    )


PLAN = everything()
Happening = tuple[str, Any]

arrivals = st.builds(
    lambda gap, lag, device, value: ("arrival", (gap, lag, device, value)),
    st.integers(0, 40_000),
    st.integers(-3_000, 20_000),
    st.sampled_from(["k1", "k2", "k3"]),
    st.sampled_from([20, 75, 85, 90, None]),
)
others = st.one_of(
    st.tuples(st.just("advance"), st.integers(0, 60_000)),
    st.tuples(st.just("answer"), st.integers(0, 3)),
    st.tuples(st.just("settings"), st.sampled_from([{"limit": 70}, {"wait": "10s"}, {"limit": 80, "wait": "1m"}])),
)
happenings = st.lists(st.one_of(arrivals, arrivals, arrivals, others), max_size=25)


class Script:
    """What happens to an engine, one thing after the other; the engine may be taken apart in between."""

    def __init__(self, broken_at: set[int]) -> None:
        self.engine = Engine(PLAN, now=0)
        self.broken_at = broken_at
        self.effects: list[Effect] = []
        self.open: list[str] = []

    def play(self, script: list[Happening]) -> list[Effect]:
        for number, happening in enumerate(script):
            if number in self.broken_at:
                stored = msgspec.json.encode(self.engine.snapshot())
                self.engine = Engine(PLAN, now=0, memory=msgspec.json.decode(stored))
            new = self.happen(number, *happening)
            self.open += [effect.key for effect in new]
            self.effects += new
        return self.effects

    def happen(self, number: int, what: str, how: Any) -> list[Effect]:
        engine = self.engine
        if what == "arrival":
            gap, lag, device, value = how
            at = engine.now + gap
            return engine.push(Arrival(at, f"c{number}", at - lag, device=device, type="kiln", data={"t": value}))
        if what == "advance":
            return engine.advance(engine.now + how, inclusive=bool(how % 2))
        if what == "settings":
            return engine.change_settings(how, engine.now)
        key = self.open.pop(how % len(self.open)) if self.open else "none"
        return engine.answer(key, Answer(value="yes") if how else Answer(error="no"), engine.now)


@settings(max_examples=150, deadline=None)
@given(happenings, st.sets(st.integers(0, 24)))
def test_an_engine_taken_apart_and_put_together_again_goes_on_the_same(
    script: list[Happening], breaks: set[int]
) -> None:
    whole, broken = Script(set()), Script(breaks)
    assert msgspec.json.encode(whole.play(script)) == msgspec.json.encode(broken.play(script))
    assert whole.engine.snapshot() == broken.engine.snapshot()
    assert whole.engine.next_due() == broken.engine.next_due()


@settings(max_examples=100, deadline=None)
@given(happenings)
def test_every_arrival_has_exactly_one_fate_whatever_happens(script: list[Happening]) -> None:
    engine = Script(set())
    engine.play(script)
    for fates in engine.engine.counts.sources.values():
        rest = fates.delivered + fates.kept + fates.filtered + fates.late + fates.dropped + fates.dead
        assert fates.received == rest


def test_memory_is_kept_by_a_document_that_changes_other_things() -> None:
    watch = Watch(hot(for_="60s"))
    watch.at(0)
    memory = msgspec.json.decode(msgspec.json.encode(watch.engine.snapshot()))
    after = Engine(hot(for_="20s", above=85), now=30_000, memory=memory)
    assert [(effect.time, effect.node) for effect in after.advance(31_000)] == [(30_000, "tell")]


@pytest.mark.parametrize("change", [{"field": "u"}, {"per": "all"}])
def test_memory_starts_fresh_where_an_identity_param_changed(change: dict[str, Any]) -> None:
    watch = Watch(hot(for_="60s"))
    watch.at(0)
    after = Engine(hot(for_="60s", **change), now=0, memory=watch.engine.snapshot())
    assert after.advance(100_000) == []
    assert after.next_due() is None


def test_a_node_that_is_new_starts_while_the_others_go_on() -> None:
    watch = Watch(hot(for_="60s"))
    watch.at(0)
    plan = plan_of(
        node("in", "readings"),
        node("hot", "threshold", "in", field="t", above=80, for_="60s"),
        node("clock", "every", every="50s"),
        node("tell", "tell", "hot", "clock"),
    )
    after = Engine(plan, now=10_000, memory=watch.engine.snapshot())
    assert [(effect.time, effect.device) for effect in after.advance(70_000)] == [(60_000, "k1"), (60_000, None)]


def test_memory_that_cannot_be_read_any_more_is_left_out_and_said() -> None:
    watch = Watch(hot(for_="60s"))
    watch.at(0, device="k1")
    watch.at(0, device="k2")
    memory = watch.engine.snapshot()
    memory["nodes"]["hot"]["slots"]["k1"]["memory"] = {"since": "long ago", "inside": 7}
    after = Engine(hot(for_="60s"), now=0, memory=memory)
    assert [trace.code for trace in after.traces.recent] == ["node_failed"]
    assert [effect.device for effect in after.advance(100_000)] == ["k2"]


def test_counts_go_on_after_a_restart() -> None:
    engine = Engine(hot(), now=0)
    engine.push(reading(0))
    after = Engine(hot(), now=0, memory=engine.snapshot())
    after.push(reading(1, 20))
    assert after.counts.sources["in"].delivered == 2
    assert after.counts.nodes["hot"].came == 2
