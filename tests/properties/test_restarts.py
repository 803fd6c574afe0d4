"""A flow that is taken apart and put together again goes on as if nothing had happened."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.event import Arrival
from tests.properties import handmade
from tests.properties.play import Play
from tests.properties.scenarios import CHANGES, KINDS, MOST, Scenario, disturbed, scenario_of, settled
from tests.thorough import thoroughly

BREAKS = st.sets(st.integers(0, MOST))


def goes_on_the_same(scenario: Scenario, arrivals: list[Arrival], breaks: set[int]) -> None:
    until = settled(scenario, arrivals)
    whole = Play(scenario).push(arrivals).end(until)
    broken = Play(scenario)
    broken.push(arrivals, lambda number, arrival: broken.restart() if number in breaks else None)
    broken.restart()
    broken.end(until)
    assert msgspec.json.encode(broken.effects) == msgspec.json.encode(whole.effects)
    assert broken.memory() == whole.memory()
    assert broken.engine.next_due() == whole.engine.next_due()
    assert not whole.failures()


@pytest.mark.parametrize("kind", KINDS)
def test_a_restart_at_any_point_changes_nothing(kind: str) -> None:
    @thoroughly(40)
    @given(scenario_of(kind), CHANGES, BREAKS)
    def holds(scenario, changes, breaks) -> None:
        goes_on_the_same(scenario, disturbed(scenario, changes), breaks)

    holds()


@pytest.mark.parametrize("flow", list(handmade.FLOWS))
def test_a_restart_in_an_awkward_stream_changes_nothing(flow: str) -> None:
    @thoroughly(60)
    @given(handmade.scenario_of(flow), BREAKS)
    def holds(scenario, breaks) -> None:
        goes_on_the_same(scenario, list(scenario.arrivals), breaks)

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_a_pause_in_which_nothing_ran_breaks_nothing_and_repeats_nothing(kind: str) -> None:
    @thoroughly(30)
    @given(scenario_of(kind), CHANGES, st.integers(0, MOST), st.sampled_from([120_000, 3_600_000, 90_000_000]))
    def holds(scenario, changes, when, pause) -> None:
        arrivals = disturbed(scenario, changes)
        play = Play(scenario).push(arrivals[:when])
        play.restart()
        play.resume(play.engine.now + pause)
        later = [msgspec.structs.replace(row, arrived=row.arrived + pause) for row in arrivals[when:]]
        play.push(later).end(settled(scenario, later or arrivals) + pause)
        assert not play.failures()
        keys = [effect.key for effect in play.effects]
        assert len(keys) == len(set(keys))

    holds()
