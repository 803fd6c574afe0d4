"""An edit of a setting while a flow runs: what runs goes on, with the new value from then on."""

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nodes.kit.event import Arrival
from tests.properties.edits import edits
from tests.properties.play import Play
from tests.properties.scenarios import CHANGES, KINDS, MOST, disturbed, settled
from tests.thorough import thoroughly

EDITED = [kind for kind in KINDS if edits(kind)]


def test_most_kinds_have_something_to_edit() -> None:
    assert len(EDITED) > 20


@pytest.mark.parametrize("kind", EDITED)
def test_there_and_back_again_changes_nothing(kind: str) -> None:
    @thoroughly(40)
    @given(st.sampled_from(edits(kind)), CHANGES, st.integers(0, MOST), st.floats(0, 1))
    def holds(edit, changes, when, share) -> None:
        arrivals = disturbed(edit.scenario, changes)
        until = settled(edit.scenario, arrivals)
        plain, changed = Play(edit.scenario).push(arrivals).end(until), Play(edit.scenario)

        def there_and_back(number: int, arrival: Arrival) -> None:
            if number == when % len(arrivals):
                now = changed.engine.now + int((arrival.arrived - changed.engine.now) * share)
                changed.tick(now)
                before = len(changed.effects)
                if changed.engine.next_due() != now:  # an edit lets come what is due at its very moment
                    changed.change({"probe": edit.other}, now)
                    assume(len(changed.effects) == before)  # such as a further level of an old alarm
                    changed.change({"probe": edit.value}, now)

        changed.push(arrivals, there_and_back).end(until)
        assert msgspec.json.encode(changed.effects) == msgspec.json.encode(plain.effects)
        assert slots(changed) == slots(plain)

    holds()


@pytest.mark.parametrize("kind", EDITED)
def test_an_edit_keeps_what_is_remembered(kind: str) -> None:
    @thoroughly(40)
    @given(st.sampled_from(edits(kind)), CHANGES, st.integers(0, MOST))
    def holds(edit, changes, when) -> None:
        arrivals = disturbed(edit.scenario, changes)
        play = Play(edit.scenario).push(arrivals[:when])
        play.end(play.engine.now)
        before, effects = play.memory()["nodes"], len(play.effects)
        play.change({"probe": edit.other}, play.engine.now)
        after = play.memory()["nodes"]
        if len(play.effects) == effects:
            for id in before:
                if id != edit.node:
                    assert after[id] == before[id]
            assert kept(after[edit.node]) == kept(before[edit.node])

    holds()


def slots(play: Play) -> dict[str, Any]:
    """All that nodes remember by key."""
    return {id: node["slots"] for id, node in play.memory()["nodes"].items()}


ENDS = {"timers", "start", "end", "wanted"}
"""When something ends may move, and with it where the period that runs lies and how many are waited for."""


def kept(node: dict[str, Any]) -> dict[str, Any]:
    """What is remembered of each key, apart from when it ends."""
    return {key: [without_ends(slot), without_ends(slot.get("memory") or {})] for key, slot in node["slots"].items()}


def without_ends(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in {*ENDS, "memory"}}
