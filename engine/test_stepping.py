"""A clock that is set forward shortens no wait, and what is patient fires only what its own events make due."""

from typing import Any

import pytest

from document.registry import load_registry
from engine.engine import Engine
from engine.harness import node, plan_of
from engine.harness import reading as reading_of
from engine.memory import memory_of
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival
from tests.conformance.documents import DOCUMENT, REGISTRY

NOW, MINUTE, HOUR = 1_767_571_200_000, 60_000, 3_600_000


def kiln(memory: Any = None) -> Engine:
    """Tells of a kiln that stays above 80 °C for five minutes."""
    registry, _ = load_registry(REGISTRY)
    return Engine(build_plan(DOCUMENT, full_catalog(), registry), now=NOW, memory=memory)


def reading(at: int, temperature: float, arrived: int) -> Arrival:
    payload = f'{{"ts": {NOW + at}, "t": {{"temp": {temperature}}}}}'.encode()
    return Arrival(NOW + arrived, f"m{at}", topic="plant/kiln-1/telemetry", payload=payload)


def test_a_hold_waits_as_long_as_before_over_a_step_also_from_its_snapshot() -> None:
    engine = kiln()
    assert engine.push(reading(0, 85, 0)) == []
    assert engine.advance(NOW + 2 * MINUTE) == []
    assert engine.step(NOW + 2 * MINUTE + HOUR) == []
    for one in (engine, kiln(engine.snapshot())):
        assert one.next_due() == NOW + 5 * MINUTE + HOUR
        (told,) = one.advance(NOW + 5 * MINUTE + HOUR, inclusive=True)
        assert told.time == NOW + 5 * MINUTE


def test_a_step_back_or_nowhere_is_none() -> None:
    engine = kiln()
    engine.push(reading(0, 85, 0))
    before = engine.snapshot()
    assert engine.step(NOW - HOUR) == []
    assert engine.snapshot() == before


def test_while_patient_a_key_goes_by_its_events_and_the_rest_waits_for_resume() -> None:
    engine = kiln()
    engine.push(reading(0, 85, 0))
    engine.patient = True
    assert engine.push(reading(2 * MINUTE, 70, 20 * MINUTE)) == []
    assert engine.resume(NOW + 20 * MINUTE) == []
    held = kiln()
    held.push(reading(0, 85, 0))
    held.patient = True
    assert held.advance(NOW + 20 * MINUTE) == []
    assert len(held.resume(NOW + 20 * MINUTE)) == 1
    assert not held.patient


def test_a_step_while_patient_shortens_no_wait_and_lets_nothing_fire_before_resume() -> None:
    engine = kiln()
    engine.push(reading(0, 85, 0))
    engine.patient = True
    assert engine.advance(NOW + 20 * MINUTE) == []
    assert engine.step(NOW + 20 * MINUTE + HOUR) == []
    assert engine.patient
    assert len(engine.resume(NOW + 20 * MINUTE + HOUR)) == 1


@pytest.mark.parametrize("own", [True, False])
def test_an_answer_over_a_step_is_as_much_later_as_time_has_passed(own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its event goes to nodes whose keys go by the times of the same devices."""
    nodes = node("in", "readings"), node("q", "question", "in", timeout="10s"), node("ok", "tell", "q")
    plan = plan_of(*nodes, node("no", "tell", "q.failed"))
    monkeypatch.setattr(type(plan.nodes[0].instance), "own_times", lambda source: own)
    engine = Engine(plan, now=0, tracked=True)
    (ask,) = engine.push(reading_of(0))
    kept: dict[tuple[str, str], bytes] = {}

    def keep() -> dict[str, Any]:
        header, records = engine.changes()
        for place, key, value in records:
            kept.pop((place, key), None)
            if value is not None:
                kept[place, key] = value
        return memory_of(header, ((*at, value) for at, value in kept.items()))

    keep()
    engine.advance(4_000)
    assert engine.step(HOUR) == []
    again = Engine(plan, now=HOUR, memory=keep())
    for one in (engine, again):
        assert one.next_due() == HOUR + 6_000
        (told,) = one.answer(ask.key, Answer(value="yes"), HOUR + 1_000)
        assert told.time == (5_000 if own else HOUR + 1_000)
    assert keep()["waiting"] == []


def test_what_was_answered_between_a_step_and_the_next_commit_is_not_kept() -> None:
    nodes = node("in", "readings"), node("q", "question", "in", timeout="10s"), node("ok", "tell", "q")
    engine = Engine(plan_of(*nodes), now=0, tracked=True)
    (ask,) = engine.push(reading_of(0))
    engine.changes()
    engine.step(HOUR)
    engine.answer(ask.key, Answer(value="yes"), HOUR + 1_000)
    _, records = engine.changes()
    assert [value for place, key, value in records if key == ask.key] == [None]
