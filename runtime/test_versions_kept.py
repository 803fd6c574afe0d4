"""What of an earlier version stays in the store, and what must not."""

from pathlib import Path
from typing import Any

import pytest

from runtime.senders.outcome import SENT
from runtime.test_versions import Plant, version


def test_a_flow_that_is_not_durable_any_more_does_not_begin_with_what_it_remembered_when_it_was(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(3)
    plant.host.deploy(version(2, delivery="fast"))
    plant.read(30).settle()
    plant.pull_the_plug()
    again = Plant(tmp_path)
    again.at, again.wall = plant.at, plant.wall
    assert again.host.recover() == []
    assert (again.flow.deploy.version, again.flow.durable) == (2, False)
    again.settle()
    assert again.sink.sent == []
    assert all(not node["slots"] for node in again.remembered["nodes"].values())


def test_a_flow_that_is_durable_again_and_cut_off_at_once_goes_on_with_what_it_remembered_last(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(3).settle()
    plant.host.deploy(version(2, delivery="fast"))
    plant.read(33).settle()
    plant.host.deploy(version(3))
    remembered = plant.remembered["nodes"]
    plant.pull_the_plug()
    again = Plant(tmp_path)
    again.at, again.wall = plant.at, plant.wall
    assert again.host.recover() == []
    assert again.flow.deploy.version == 3
    assert again.remembered["nodes"]["mean"]["slots"][""]["memory"] == remembered["mean"]["slots"][""]["memory"]


def test_what_a_flow_made_while_it_was_durable_is_sent_once_when_it_is_not_any_more(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.sink.outcome = None  # it is on its way
    done: list[Any] = []
    carry_out = plant.sink.carry_out
    plant.sink.carry_out = lambda flow, effect, age, told, **more: (  # type: ignore[method-assign]
        done.append(told) or carry_out(flow, effect, age, told, **more)
    )
    plant.host.deploy(version(1))
    plant.read(2)
    assert plant.store
    assert len(plant.store.waiting("f")) == len(done) == 1
    plant.host.deploy(version(2, delivery="fast"))
    plant.settle()
    done[0](SENT)
    plant.settle()
    assert plant.store.waiting("f") == []


def test_a_deploy_that_was_cut_off_before_it_began_leaves_nothing_to_go_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(3)
    monkeypatch.setattr(plant.store, "keep_deploy", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        plant.host.deploy(version(2, text="very high"))
    plant.pull_the_plug()
    again = Plant(tmp_path)
    assert again.host.recover() == []
    again.host.deploy(version(3))  # the same flow, as when an address was changed
    again.pull_the_plug()
    third = Plant(tmp_path)
    assert third.host.recover() == []
    assert third.flow.deploy.version == 3
    assert third.host.versions.trials == {}
