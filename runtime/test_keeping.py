"""What the flows remember is what the store has, whatever happens in between."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import runtime.host
from engine.memory import memory_of
from runtime.mailbox import Batch
from runtime.store import Received, Unavailable
from runtime.test_host import NOW, Rig, deploy
from tests import engines
from tests.brokers import wait_until
from tests.conformance.test_cli_run_store import damage


def kept(rig: Rig, flow: str = "f") -> Any:
    """The flow's memory as the store has it."""
    assert rig.store
    (found,) = (one for one in rig.store.kept() if one.flow == flow)
    return memory_of(found.header or b"{}", rig.store.records(flow))


def remembered(rig: Rig, flow: str = "f") -> Any:
    return msgspec.json.decode(msgspec.json.encode(rig.host.flows[flow].engine.snapshot()))


def messages(count: int, at: int, *temperatures: float, devices: int = 7) -> Batch:
    payloads = [
        json.dumps({"ts": NOW + at, "t": {"temp": temperatures[number % len(temperatures)]}}).encode()
        for number in range(count)
    ]
    topics = [f"plant/kiln-{number % devices}/telemetry" for number in range(count)]
    return Batch(topics, payloads, NOW + at, lambda: None, sum(map(len, payloads)))


def test_each_commit_brings_the_store_to_what_is_remembered(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    for number in range(20):
        rig.mailbox.offer(messages(10, number * 1_000, 60 + number, 90 - number, 70), 0)
        rig.round()
        rig.host._commit(final=True)
        assert kept(rig) == remembered(rig)
    rig.host.deploy(deploy(hold="30s"))
    rig.round()
    assert kept(rig) == remembered(rig)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    again.mailbox.offer(messages(10, 60_000, 95), 0)
    again.round()
    again.host._commit(final=True)
    assert kept(again) == remembered(again)
    again.pull_the_plug()


def test_only_what_changed_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy(hold="1h"))
    rig.mailbox.offer(messages(500, 0, 70, devices=500), 0)
    rig.round()
    rig.host._commit(final=True)
    written: list[int] = []
    commit = rig.store.commit  # type: ignore[union-attr]

    def counting(changes: Any, *rest: Any) -> None:
        changes = list(changes)
        written.extend(len(change.records) for change in changes)
        commit(changes, *rest)

    monkeypatch.setattr(rig.store, "commit", counting)
    rig.mailbox.offer(messages(5, 1_000, 70, devices=2), 0)
    rig.round()
    rig.host._commit(final=True)
    assert written == [2]
    rig.pull_the_plug()


def test_what_a_full_disk_refused_is_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit fails several times, and the memory it took from the engine is not lost with it."""
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.05)
    rig = Rig(tmp_path)
    rig.host.deploy(deploy(hold="1h"))
    rig.round()
    db = rig.store._db  # type: ignore[union-attr]
    commit, tries, before = rig.store.commit, [], kept(rig)  # type: ignore[union-attr]

    def committing(*arguments: Any) -> None:
        tries.append(1)
        db.execute(f"PRAGMA max_page_count = {1 if len(tries) < 4 else 1_000_000}")
        commit(*arguments)

    monkeypatch.setattr(rig.store, "commit", committing)
    rig.host.start()
    rig.mailbox.offer(messages(300, 0, 70, devices=300), 0)
    wait_until(lambda: rig.host.trouble and "full" in rig.host.trouble, 5)
    wait_until(lambda: len(tries) >= 4 and rig.host.trouble is None, 10)
    rig.host.stop()
    assert before["nodes"]["hot"]["slots"] == {}
    assert len(kept(rig)["nodes"]["hot"]["slots"]) == 300
    assert kept(rig) == remembered(rig)
    rig.pull_the_plug()


def test_a_flow_that_fails_keeps_its_last_good_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    rig.mailbox.offer(messages(10, 0, 85), 0)
    rig.round()
    rig.host._commit(final=True)
    good = kept(rig)
    engine = rig.host.flows["f"].engine
    push_all = engine.push_all

    def failing(incoming: Any) -> Any:
        push_all(incoming)
        raise RuntimeError("in the middle")

    engines.make(monkeypatch, engine, "push_all", failing)
    rig.mailbox.offer(messages(10, 1_000, 20), 0)
    rig.round()
    rig.host._commit(final=True)
    assert rig.host.flows["f"].failure
    assert kept(rig) == good
    rig.pull_the_plug()


@pytest.mark.parametrize("size", [1, 50, 3_000])
def test_an_inbox_of_any_length_is_caught_up_with_in_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    total = 9_000 if size > 1 else 600
    straight = Rig(tmp_path / "straight")
    straight.host.deploy(deploy())
    rig = Rig(tmp_path / "broken")
    rig.host.deploy(deploy())
    rig.host.deploy(deploy("other", hold="1h"))
    for one in (straight, rig):
        one.round()
    assert rig.store
    for number in range(total // size):
        batch = messages(size, number, 70, 85, 60)
        straight.mailbox.offer(batch, 1)
        straight.round()
        rig.store.receive([batch])
    rig.pull_the_plug()
    again = Rig(tmp_path / "broken")
    assert again.store
    after, pages = again.store.after, []

    def reading(place: int, *most: int) -> list[Received]:
        pages.append(after(place, *most))
        return pages[-1]

    monkeypatch.setattr(again.store, "after", reading)
    assert again.host.recover() == []
    again.round()
    assert sum(len(page) for page in pages) == total
    assert max(len(page) for page in pages) <= 4_096
    assert len(again.sink.sent) == len(straight.sink.sent)
    places = [effect.cause.rpartition("-")[2] for effect in again.sink.sent]
    assert places == [effect.cause.rpartition("-")[2] for effect in straight.sink.sent]
    assert after(0) == []
    assert kept(again)["nodes"]["hot"]["slots"].keys() == remembered(straight)["nodes"]["hot"]["slots"].keys()
    assert kept(again, "other") == remembered(again, "other")
    for one in (straight, again):
        one.pull_the_plug()


def test_a_plug_pulled_while_catching_up_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    straight, rig = Rig(tmp_path / "straight"), Rig(tmp_path / "broken")
    for one in (straight, rig):
        one.host.deploy(deploy())
        one.round()
    assert rig.store
    for number in range(3):
        straight.mailbox.offer(messages(4_000, number, 70, 85, 60), 1)
        straight.round()
        rig.store.receive([messages(4_000, number, 70, 85, 60)])
    straight.pull_the_plug()
    rig.pull_the_plug()
    again = Rig(tmp_path / "broken")
    commit, commits = again.store.commit, []  # type: ignore[union-attr]

    def committing(*arguments: Any) -> None:
        commits.append(1)
        if len(commits) == 3:
            raise Unavailable("gone")
        commit(*arguments)

    monkeypatch.setattr(again.store, "commit", committing)
    with pytest.raises(Unavailable):
        again.host.recover()
    first = [effect.key for effect in again.sink.sent]
    assert first
    again.pull_the_plug()
    last = Rig(tmp_path / "broken")
    last.host.recover()
    last.round()
    made = [effect.key for effect in last.sink.sent]
    assert len({*first, *made}) == len(straight.sink.sent)
    assert len(made) < len(straight.sink.sent) + len(first)
    assert last.store
    assert last.store.after(0) == []
    assert kept(last) == remembered(last)
    last.pull_the_plug()


def test_a_flow_that_is_stopped_while_the_disk_refuses_is_forgotten_once_it_takes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.0)
    rig = Rig(tmp_path)
    rig.sink.outcome = None  # what it has sent is on its way
    rig.host.deploy(deploy())
    rig.publish(95)
    rig.round()
    assert rig.store
    assert rig.sink.sent
    _refuse_once(monkeypatch, rig.store, "forget")
    _refuse_once(monkeypatch, rig.store, "remember")
    withdrawn: list[str] = []
    monkeypatch.setattr(rig.sink, "withdraw", withdrawn.extend)
    rig.host.post(lambda: rig.host.remove("f"))
    rig.round()
    assert rig.host.flows == {}
    assert withdrawn == [effect.key for effect in rig.sink.sent], "and what it had on its way goes no further"
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    assert again.host.flows == {}, "nor does it rise with the next start"
    again.pull_the_plug()


def test_a_flow_that_cannot_be_started_is_forgotten_when_it_is_stopped(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    rig.publish(95)
    rig.round()
    rig.pull_the_plug()
    damage(tmp_path, b'"format":1', b'"format":9')
    again = Rig(tmp_path)
    ((lost, _),) = again.host.recover()
    assert again.host.remove(lost) is None
    again.pull_the_plug()
    third = Rig(tmp_path)
    assert third.host.recover() == []
    third.pull_the_plug()


def _refuse_once(monkeypatch: pytest.MonkeyPatch, store: Any, name: str) -> None:
    """The first call of the method `name` finds the disk full."""
    whole, refused = getattr(store, name), list[str]()

    def refusing(*given: Any) -> Any:
        if not refused:
            refused.append(name)
            raise Unavailable("database or disk is full")
        return whole(*given)

    monkeypatch.setattr(store, name, refusing)
