"""A recording replayed, at whatever speed and in whatever steps, gives what the live flow gave."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.event import Arrival
from tests.properties import handmade
from tests.properties.play import Play
from tests.properties.scenarios import CHANGES, KINDS, MOST, Scenario, disturbed, scenario_of, settled
from tests.thorough import thoroughly

TICKS = st.dictionaries(
    st.integers(0, MOST), st.lists(st.floats(0, 1), min_size=1, max_size=4).map(sorted), max_size=10
)


def gives_what_was_live(scenario: Scenario, arrivals: list[Arrival], ticks: dict[int, list[float]]) -> None:
    until = settled(scenario, arrivals)
    fast = Play(scenario).push(arrivals).end(until)
    live = Play(scenario)

    def passes(number: int, end: int) -> None:
        now = live.engine.now
        for share in ticks.get(number, ()):
            live.tick(now + int((end - now) * share))

    live.push(arrivals, lambda number, arrival: passes(number, arrival.arrived))
    passes(len(arrivals), until)
    live.end(until)
    assert msgspec.json.encode(live.effects) == msgspec.json.encode(fast.effects)
    assert live.memory() == fast.memory()


@pytest.mark.parametrize("kind", KINDS)
def test_ticks_between_arrivals_change_nothing(kind: str) -> None:
    @thoroughly(40)
    @given(scenario_of(kind), CHANGES, TICKS)
    def holds(scenario, changes, ticks) -> None:
        gives_what_was_live(scenario, disturbed(scenario, changes), ticks)

    holds()


@pytest.mark.parametrize("flow", list(handmade.FLOWS))
def test_ticks_in_an_awkward_stream_change_nothing(flow: str) -> None:
    @thoroughly(60)
    @given(handmade.scenario_of(flow), TICKS)
    def holds(scenario, ticks) -> None:
        gives_what_was_live(scenario, list(scenario.arrivals), ticks)

    holds()
