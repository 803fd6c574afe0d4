"""What changed is handed out once, and nothing else."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.engine import Engine
from engine.harness import Count, CountParams, Readings, flow, hot, node, plan_of, reading
from engine.marks import WAITING
from engine.memory import memory_of
from engine.plan import build_plan
from engine.test_memory import PLAN, Happening, Script, happenings
from nodes.kit.catalog import Catalog
from nodes.kit.effect import Answer, Timer, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Kind
from nodes.kit.params import Duration, Identity, Settable


class Disk:
    """Keeps what it is given as a store does: a row stays where it is when it is written again."""

    def __init__(self) -> None:
        self.header = b""
        self.rows: dict[tuple[str, str], bytes] = {}

    def holds_what(self, engine: Engine) -> None:
        """Take what is new, and see that it is all that the engine remembers."""
        self.take(engine)
        kept, memory = self.memory(), msgspec.json.decode(msgspec.json.encode(engine.snapshot()))
        assert kept == memory
        for id, stored in memory["nodes"].items():
            assert list(kept["nodes"][id]["slots"]) == list(stored["slots"])

    def take(self, engine: Engine) -> None:
        self.header, records = engine.changes()
        for id, key, value in records:
            if value is None:
                self.rows.pop((id, key), None)
            else:
                self.rows[id, key] = value

    def memory(self) -> dict[str, Any]:
        return memory_of(self.header, [(*place, value) for place, value in self.rows.items()])


class KeptScript(Script):
    """What happens to an engine whose memory a disk has; it may be started from there in between."""

    def __init__(self, looks: set[int], broken_at: set[int]) -> None:
        super().__init__(set())
        self.engine, self.disk = Engine(PLAN, now=0, tracked=True), Disk()
        self.looks, self.breaks = looks, broken_at

    def happen(self, number: int, what: str, how: Any) -> Any:
        if number in self.looks:
            self.disk.holds_what(self.engine)
        if number in self.breaks:
            self.disk.holds_what(self.engine)
            self.engine = Engine(PLAN, now=0, memory=self.disk.memory(), tracked=True)
        return super().happen(number, what, how)


@settings(max_examples=150, deadline=None)
@given(happenings, st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
def test_the_changes_together_are_the_memory(script: list[Happening], looks: set[int], breaks: set[int]) -> None:
    whole, kept = Script(set()), KeptScript(looks, breaks)
    assert msgspec.json.encode(whole.play(script)) == msgspec.json.encode(kept.play(script))
    kept.disk.holds_what(kept.engine)
    assert kept.disk.memory() == msgspec.json.decode(msgspec.json.encode(whole.engine.snapshot()))
    assert whole.engine.next_due() == kept.engine.next_due()


def changed(engine: Engine) -> list[tuple[str, str, bool]]:
    """Node and key of what changed, and whether it is still there."""
    return [(node, key, value is not None) for node, key, value in engine.changes()[1]]


def tracked(plan: Any) -> Engine:
    engine = Engine(plan, now=0, tracked=True)
    engine.changes()
    return engine


def test_only_what_changed_is_handed_out_and_only_once() -> None:
    engine = tracked(hot(for_="60s"))
    for device in ("k1", "k2", "k3"):
        engine.push(reading(0, device=device))
    assert changed(engine) == [("hot", "k1", True), ("hot", "k2", True), ("hot", "k3", True)]
    assert changed(engine) == []
    engine.push(reading(10, device="k2"))
    assert changed(engine) == [("hot", "k2", True)]
    engine.advance(100_000)
    assert sorted(changed(engine)) == [("hot", "k1", True), ("hot", "k2", True), ("hot", "k3", True)]


def test_the_whole_is_handed_out_where_it_is_asked_for() -> None:
    engine = tracked(hot(for_="60s"))
    for device in ("k1", "k2"):
        engine.push(reading(0, device=device))
    engine.changes()
    engine.push(reading(1, device="k2"))
    assert [(node, key) for node, key, _ in engine.changes(whole=True)[1]] == [("hot", "k1"), ("hot", "k2")]
    assert changed(engine) == []


def test_a_late_event_of_another_device_is_a_change() -> None:
    """From then on the key's events have no one device."""
    engine = tracked(hot(per="all"))
    engine.push(reading(10_000, device="k1"))
    engine.changes()
    engine.push(reading(1_000, device="k2", arrived=11_000))
    assert engine.counts.nodes["hot"].late == 1
    assert changed(engine) == [("hot", "", True)]


class Echo(Kind):
    """Sends each event once more, a second later; remembers nothing, so that all its timers are in one place."""

    id, group, icon, words = "echo", "filter", "clock", {}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        yield Timer(event.cause, event.arrived + 1_000)


def test_the_timers_of_a_node_that_remembers_nothing_are_kept() -> None:
    plan = build_plan(flow(node("in", "readings"), node("echo", "echo", "in")), Catalog([Readings, Echo]), None)
    engine = tracked(plan)
    for number in range(3):
        engine.push(reading(number * 10))
        assert changed(engine) == [("echo", "", True)]
    engine.advance(2_000)
    assert changed(engine) == [("echo", "", True)]
    assert engine.next_due() is None


class SpanParams(CountParams):
    over: Annotated[Duration, Settable, Identity] = 1_000


class Span(Count):
    """Counts over something that cannot be changed and kept."""

    id, Params = "span", SpanParams


def test_a_setting_that_makes_a_node_start_afresh_leaves_nothing_on_the_disk() -> None:
    catalog, limits = Catalog([Readings, Span]), {"over": {"value": "1s"}}
    document = flow(node("in", "readings"), node("span", "span", "in", over="$over"), settings=limits)
    engine, disk = Engine(build_plan(document, catalog, None), now=0, tracked=True), Disk()
    engine.push(reading(0, device="k1"))
    engine.push(reading(0, device="k2"))
    disk.holds_what(engine)
    engine.change_settings({"over": "2s"}, 1_000)
    engine.push(reading(1_000, device="k2"))
    disk.holds_what(engine)
    assert [key for _, key in disk.rows] == ["k2"]


def test_a_timer_that_ran_out_in_a_node_that_is_off_is_gone() -> None:
    engine = tracked(hot(for_="60s"))
    engine.push(reading(0))
    nodes = [{**one, "off": True} if one["id"] == "hot" else one for one in engine.plan.document["nodes"]]
    off = Engine(plan_of(*nodes), now=0, memory=engine.snapshot(), tracked=True)
    off.changes()
    assert off.next_due() == 60_000
    off.advance(100_000)
    assert changed(off) == [("hot", "k1", True)]


def test_an_effect_that_was_answered_is_gone_and_one_that_nobody_saw_was_never_there() -> None:
    plan = plan_of(node("in", "readings"), node("tell", "tell", "in"), node("heard", "tell", "tell.sent"))
    engine = tracked(plan)
    (seen,) = engine.push(reading(0))
    assert changed(engine) == [(WAITING, seen.key, True)]
    (unseen,) = engine.push(reading(1))
    for effect in (seen, unseen):
        engine.answer(effect.key, Answer(value=True), 2_000)
    assert changed(engine) == [(WAITING, seen.key, False)]


def test_an_engine_that_nobody_asks_remembers_nothing_of_what_is_gone() -> None:
    plan = plan_of(node("in", "readings"), node("tell", "tell", "in"), node("heard", "tell", "tell.sent"))
    engine = Engine(plan, now=0)
    for number in range(100):
        for effect in engine.push(reading(number)):
            engine.answer(effect.key, Answer(value=True), engine.now)
    assert not engine.marks.waiting
    assert not engine.marks.gone
