from engine.engine import Engine
from engine.harness import hot, node, plan_of, reading
from engine.runner import Runner
from engine.watched import Watched
from nodes.kit.event import Event


def test_each_visit_is_written_down_with_what_came_what_left_and_what_is_remembered() -> None:
    engine = Watched(hot(for_="30s"), now=0)
    engine.push(reading(1_000, 90))
    read, held = engine.hops
    assert (read.node, read.way, read.left[0][0]) == ("in", "read", "out")
    assert (held.node, held.way, held.key, held.left, held.due) == ("hot", "event", "k1", [], 31_000)
    assert (held.before["since"], held.after["since"]) == (None, 1_000)
    assert (held.stood, held.stands) == ("cleared", "waiting")
    assert engine.pending(5) == [(31_000, "hot", "k1")]


def test_a_timer_and_what_it_leads_to_are_visits_of_their_own() -> None:
    engine = Watched(hot(for_="30s"), now=0)
    engine.push(reading(1_000, 90))
    del engine.hops[:]
    engine.advance(31_000, inclusive=True)
    fired, told = engine.hops
    assert (fired.way, fired.port, [port for port, _ in fired.left]) == ("timer", "hold", ["entered"])
    assert (told.way, [effect.kind for effect in told.did]) == ("event", ["tell"])


def test_watching_changes_nothing_that_the_engine_does() -> None:
    given = [reading(at, value) for at, value in ((0, 90), (20_000, 70), (30_000, 90), (70_000, 91))]
    watched, plain = Watched(hot(for_="30s"), now=0), Engine(hot(for_="30s"), now=0)
    assert [watched.push(one) for one in given] == [plain.push(one) for one in given]
    assert watched.snapshot() == plain.snapshot()


def test_a_node_that_is_off_and_an_event_that_is_late_are_passed_by() -> None:
    off = {**node("hot", "threshold", "in", field="t", above=80), "off": True}
    engine = Watched(plan_of(node("in", "readings"), off), now=0)
    engine.push(reading(1_000, 90))
    assert [(hop.node, hop.way) for hop in engine.hops] == [("in", "read"), ("hot", "passed_by")]
    late = Watched(hot(), now=0)
    late.push(reading(9_000, 90))
    late.push(reading(1_000, 90, arrived=9_000))
    assert (late.hops[-1].way, late.hops[-1].troubles[0][0]) == ("passed_by", "late")


def test_an_event_is_put_into_the_middle_of_a_flow_and_leaves_a_source() -> None:
    plan = hot()
    engine = Watched(plan, now=0)
    runner = Runner(engine)
    effects = list(runner.put("hot", "in", Event(5, 5, "k1", "kiln", {"t": 90}, "x")))
    assert [effect.node for effect in effects] == ["tell"]
    list(runner.put("in", "out", Event(6, 6, "k2", "kiln", {"t": 70}, "y")))
    assert [(hop.node, hop.way) for hop in engine.hops][-2:] == [("in", "read"), ("hot", "event")]
