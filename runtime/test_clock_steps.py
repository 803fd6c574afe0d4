"""The machine's clock is set while flows run: nothing fires a second time, nothing is missed, waits keep their length."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from runtime.deploy import Deploy
from runtime.mailbox import Batch
from runtime.test_host import NOW, Rig
from tests.conformance.documents import REGISTRY

MINUTE, HOUR = 60_000, 3_600_000


def document() -> dict[str, Any]:
    """A hold on the device's own clock, and a silence and a schedule on the worker's."""
    to = {"to": "shift-channel", "text": "x"}
    nodes = [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {
            "id": "hot",
            "kind": "threshold",
            "from": ["kiln"],
            "params": {"field": "temperature", "above": 80, "for": "5m"},
        },
        {"id": "held", "kind": "notify", "from": ["hot.entered"], "params": to},
        {"id": "quiet", "kind": "silent", "from": ["kiln"], "params": {"for": "10m"}},
        {"id": "gone", "kind": "notify", "from": ["quiet.silent"], "params": to},
        {"id": "clock", "kind": "schedule", "params": {"every": "15m"}},
        {"id": "tick", "kind": "notify", "from": ["clock"], "params": to},
    ]
    return {"suiro": 1, "name": "Waits", "delivery": "durable", "nodes": nodes}


class Steps(Rig):
    """A kiln that reports every minute by its own clock, which nobody sets; or, not `timed`, without a time."""

    def __init__(self, folder: Path | None, *, timed: bool = True) -> None:
        super().__init__(folder)
        self.minutes, self.timed = 0, timed
        registry = copy.deepcopy(REGISTRY)
        if not timed:
            (kiln,) = (type for type in registry["types"] if type["id"] == "kiln")
            del kiln["time"]
        self.host.deploy(Deploy(flow="f", document=document(), registry=registry))

    def minute(self, temperature: float | None = 70, count: int = 1) -> "Steps":
        """Time passes, with a round every ten seconds; then a reading comes, if any."""
        for _ in range(count):
            for _ in range(6):
                self.wall += 10_000
                self.round()
            self.minutes += 1
            if temperature is not None:
                self.send(temperature)
                self.round()
        return self

    def send(self, temperature: float) -> None:
        """A reading comes, and waits for the next round."""
        own = {"ts": self.wall} if self.timed else {}
        payload = json.dumps({**own, "t": {"temp": temperature}}).encode()
        arrived = self.host.clock.now()
        self.mailbox.offer(Batch(["plant/kiln-1/telemetry"], [payload], arrived, lambda: None, 0), 0)

    @property
    def fired(self) -> list[tuple[str, int]]:
        """Which action, and in which minute of real time it left."""
        return self._fired

    def round(self) -> None:
        before = len(self.sink.sent)
        super().round()
        self._fired = [*getattr(self, "_fired", []), *((e.node, self.minutes) for e in self.sink.sent[before:])]

    def times(self, node: str) -> list[int]:
        return [minute for fired, minute in self.fired if fired == node]


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("step", [HOUR, -HOUR, 0, 20_000, -20_000])
def test_a_hold_takes_its_five_minutes_whatever_is_done_to_the_clock(step: int, timed: bool) -> None:
    rig = Steps(None, timed=timed)
    rig.minute(70).minute(85).minute(85)
    rig.stepped += step
    rig.minute(85, count=10)
    (minute,) = rig.times("held")
    assert minute in (6, 7)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_hold_that_breaks_after_a_step_does_not_fire(step: int, timed: bool) -> None:
    rig = Steps(None, timed=timed)
    rig.minute(70).minute(85).minute(85)
    rig.stepped += step
    rig.minute(85).minute(70, count=10)
    assert rig.times("held") == []


@pytest.mark.parametrize("timed", [True, False])
def test_what_came_before_the_clock_was_set_forward_and_is_read_afterwards_is_not_late(timed: bool) -> None:
    rig = Steps(None, timed=timed)
    rig.minute(70).minute(85).minute(85)
    rig.wall += 200
    rig.send(70)
    rig.stepped += HOUR
    rig.round()
    rig.minute(85, count=4)
    (flow,) = rig.host.flows.values()
    assert [trace.code for trace in flow.engine.traces.recent] == []
    assert rig.times("held") == []


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_device_that_reports_is_never_silent_and_one_that_stops_is_once(step: int) -> None:
    rig = Steps(None)
    rig.minute(count=3)
    rig.stepped += step
    rig.minute(count=30)
    assert rig.times("gone") == []
    rig.minute(None, count=30)
    (minute,) = rig.times("gone")
    assert minute in range(42, 45)


def test_an_hour_that_is_left_out_is_one_tick_and_the_next_ones_are_by_the_new_time() -> None:
    rig = Steps(None)
    rig.minute(count=20)
    assert rig.times("tick") == [15]
    rig.stepped += HOUR
    rig.minute(count=30)
    assert rig.times("tick") == [15, 20, 30, 45]
    assert [e.time - NOW for e in rig.sink.sent if e.node == "tick"][2:] == [30 * MINUTE + HOUR, 45 * MINUTE + HOUR]


def test_an_hour_that_comes_again_ticks_no_second_time_and_none_is_missing() -> None:
    rig = Steps(None)
    rig.minute(count=20)
    rig.stepped -= HOUR
    rig.minute(count=120)
    ticks = [e.time - NOW for e in rig.sink.sent if e.node == "tick"]
    assert ticks == [15 * MINUTE * n for n in range(1, len(ticks) + 1)]
    assert len(ticks) == 8  # of 140 minutes, 114 of them a twentieth slower


def test_a_slew_is_followed_without_a_leap() -> None:
    rig = Steps(None)
    rig.minute(count=2)
    for _ in range(60):
        rig.stepped += 30  # half a second per thousand
        rig.minute(85)
    assert len(rig.times("held")) == 1
    assert rig.times("gone") == []
    assert len(rig.times("tick")) == 4


def test_a_start_after_the_clock_was_set_back_does_not_wait_for_the_hour_to_come_again(tmp_path: Path) -> None:
    rig = Steps(tmp_path)
    rig.minute(85, count=2)
    rig.host._note_alive(final=True)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.wall, again.stepped = rig.wall, -HOUR
    assert again.host.recover() == []
    for _ in range(40):
        again.wall += 10_000
        again.round()
    assert [effect.node for effect in again.sink.sent] == ["held"]
    assert again.host.clock.ahead > 0
    again.pull_the_plug()


def away(tmp_path: Path, minutes: int) -> Rig:
    """Hot for two minutes, then nothing runs for some; the broker has kept what came meanwhile."""
    rig = Steps(tmp_path)
    rig.minute(85, count=2)
    rig.host._note_alive(final=True)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.wall = rig.wall + minutes * MINUTE
    again.host.subscribed = lambda: again.there  # type: ignore[attr-defined]
    again.there = True  # type: ignore[attr-defined]
    assert again.host.recover() == []
    return again


def kept(rig: Rig, temperature: float, ago: int) -> None:
    payload = json.dumps({"ts": rig.wall - ago, "t": {"temp": temperature}}).encode()
    rig.mailbox.offer(Batch(["plant/kiln-1/telemetry"], [payload], rig.host.clock.now(), lambda: None, 0), 0)


def test_what_the_broker_kept_is_read_before_the_timers_that_came_due_meanwhile(tmp_path: Path) -> None:
    rig = away(tmp_path, 20)
    rig.round()
    kept(rig, 70, ago=18 * MINUTE)  # it had cooled two minutes after we left
    rig.round()
    for _ in range(20):
        rig.wall += 100
        rig.round()
    assert rig.host.backlog is None
    assert [effect.node for effect in rig.sink.sent] == ["tick"]
    rig.pull_the_plug()


def test_without_a_broker_timers_wait_ten_seconds_and_no_longer(tmp_path: Path) -> None:
    rig = away(tmp_path, 20)
    rig.there = False  # type: ignore[attr-defined]
    for _ in range(9):
        rig.wall += 1_000
        rig.round()
    assert rig.sink.sent == []
    rig.wall += 1_500
    rig.round()
    assert sorted(effect.node for effect in rig.sink.sent) == ["held", "tick"]
    rig.pull_the_plug()


def test_where_messages_never_cease_timers_wait_five_seconds(tmp_path: Path) -> None:
    rig = away(tmp_path, 20)
    for _ in range(52):
        kept(rig, 85, ago=0)
        rig.round()
        rig.wall += 100
    assert rig.host.backlog is None
    rig.pull_the_plug()


def test_a_stop_before_the_backlog_was_read_leaves_the_pause_as_long_as_it_was(tmp_path: Path) -> None:
    rig = away(tmp_path, 20)
    alive = rig.store.fact("alive")  # type: ignore[union-attr]
    rig.wall += 100
    rig.host._round([], [], final=True)
    assert rig.store
    assert rig.store.fact("alive") == alive
    rig.pull_the_plug()
