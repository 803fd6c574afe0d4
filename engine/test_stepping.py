"""A clock that is set forward shortens no wait, and what is patient fires only what its own events make due."""

from typing import Any

from document.registry import load_registry
from engine.engine import Engine
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
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
