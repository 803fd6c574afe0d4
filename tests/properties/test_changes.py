"""What an engine hands out bit by bit is, put together, all that it remembers."""

from itertools import groupby
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from document.problems import has_errors
from document.validate import validate
from engine import delivery
from engine.engine import Engine
from engine.fuse.test_fuse import CATALOG, NOW, REGISTRY, documents, messages
from engine.incoming import Incoming
from engine.plan import build_plan
from engine.test_marks import Disk
from nodes.kit.event import Arrival, Causes
from tests.properties import handmade
from tests.properties.edits import edits
from tests.properties.play import Play
from tests.properties.scenarios import CHANGES, KINDS, MOST, Scenario, disturbed, scenario_of, settled
from tests.properties.test_keys import DEVICES, REMEMBERING, crowded
from tests.thorough import thoroughly

LOOKS = st.sets(st.integers(0, MOST))
EDITED = [kind for kind in KINDS if edits(kind)]


class Kept(Play):
    """A run whose memory is kept on a disk."""

    def __init__(self, scenario: Scenario, *arguments: Any) -> None:
        super().__init__(scenario, *arguments)
        self.disk = Disk()
        self.runner.engine = Engine(self.plan, now=scenario.start, tracked=True)

    def look(self) -> None:
        self.disk.holds_what(self.engine)

    def restart(self, plan: Any = None) -> None:
        self.look()
        memory = self.disk.memory()
        self.runner.engine = Engine(plan or self.plan, now=self.scenario.start, memory=memory, tracked=True)


def is_kept(scenario: Scenario, arrivals: list[Arrival], looks: set[int], breaks: set[int]) -> None:
    until = settled(scenario, arrivals)
    whole, kept = Play(scenario).push(arrivals).end(until), Kept(scenario)

    def between(number: int, arrival: Arrival) -> None:
        if number in looks:
            kept.look()
        if number in breaks:
            kept.restart()

    kept.push(arrivals, between)
    kept.restart()
    kept.end(until).look()
    assert msgspec.json.encode(kept.effects) == msgspec.json.encode(whole.effects)
    assert kept.memory() == whole.memory()
    assert kept.engine.next_due() == whole.engine.next_due()


@pytest.mark.parametrize("kind", KINDS)
def test_the_changes_together_are_the_memory(kind: str) -> None:
    @thoroughly(30)
    @given(scenario_of(kind), CHANGES, LOOKS, LOOKS)
    def holds(scenario, changes, looks, breaks) -> None:
        is_kept(scenario, disturbed(scenario, changes), looks, breaks)

    holds()


@pytest.mark.parametrize("flow", list(handmade.FLOWS))
def test_the_changes_of_an_awkward_stream_are_the_memory(flow: str) -> None:
    @thoroughly(40)
    @given(handmade.scenario_of(flow), LOOKS, LOOKS)
    def holds(scenario, looks, breaks) -> None:
        is_kept(scenario, list(scenario.arrivals), looks, breaks)

    holds()


@thoroughly(150)
@given(documents(), messages(), LOOKS)
def test_the_changes_of_messages_in_batches_are_the_memory(document, rows, looks) -> None:
    assume(not has_errors(validate(document, CATALOG, REGISTRY)))
    engine, disk, place = Engine(build_plan(document, CATALOG, REGISTRY), now=NOW, tracked=True), Disk(), 0
    for number, (arrived, run) in enumerate(groupby(rows, lambda row: row[0])):
        _, topics, payloads = zip(*run, strict=True)
        engine.push_all(Incoming(list(topics), list(payloads), arrived, Causes("m", place)))
        place += len(topics)
        if number in looks:
            disk.holds_what(engine)
    engine.advance(engine.now + 3_600_000)
    disk.holds_what(engine)


@pytest.mark.parametrize("kind", REMEMBERING)
def test_keys_that_make_room_are_gone_from_the_disk_too(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_KEYS", 3)

    @thoroughly(15)
    @given(scenario_of(kind), CHANGES, st.lists(st.sampled_from(DEVICES), min_size=1, max_size=12), LOOKS, LOOKS)
    def holds(scenario, changes, devices, looks, breaks) -> None:
        is_kept(scenario, crowded(disturbed(scenario, changes), devices), looks, breaks)

    holds()


@pytest.mark.parametrize("kind", EDITED)
def test_an_edit_of_a_setting_is_kept(kind: str) -> None:
    @thoroughly(15)
    @given(st.sampled_from(edits(kind)), CHANGES, LOOKS, st.integers(0, MOST))
    def holds(edit, changes, looks, when) -> None:
        arrivals = disturbed(edit.scenario, changes)
        kept = Kept(edit.scenario)

        def between(number: int, arrival: Arrival) -> None:
            if number in looks:
                kept.look()
            if number == when:
                kept.change({"probe": edit.other}, kept.engine.now)

        kept.push(arrivals, between).end(settled(edit.scenario, arrivals))
        kept.look()

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_plan_cannot_use_is_gone_from_the_disk(kind: str) -> None:
    """The same kinds in a later version whose memory is another one."""

    @thoroughly(5)
    @given(scenario_of(kind), LOOKS)
    def holds(scenario, looks) -> None:
        kept = Kept(scenario).push(scenario.arrivals)
        kept.look()
        with pytest.MonkeyPatch.context() as patch:
            for node in kept.plan.nodes:
                patch.setattr(node.kind, "memory_version", node.kind.memory_version + 1)
            kept.runner.engine = Engine(kept.plan, now=scenario.start, memory=kept.disk.memory(), tracked=True)
            kept.look()

    holds()
